"""How a figure stands to its target, at the boundaries."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kpi.analysis.real_gaps import judge
from kpi.catalog.definitions import Indicator
from kpi.catalog.load import load_catalog
from kpi.figures.figure import Figure
from tests.kpi.hand_made_figures import NOTHING

INDICATORS = load_catalog(None).indicators
HIGHER, LOWER = INDICATORS["csat"], INDICATORS["transfer"]


def figure(
    indicator: Indicator, value: float | None, target: float | None, base: int, interval: object
) -> Figure:
    low, high = interval or (None, None)
    above = value and value * (base if indicator.how.below else 1)
    return replace(
        NOTHING, indicator=indicator, value=value, numerator=above, denominator=base,
        base=base, target=target, low=low, high=high,
    )  # fmt: skip


def standing(*parts: object) -> str:
    return judge(figure(*parts)).standing


def said(*parts: object) -> tuple[str, str | None]:
    found = judge(figure(*parts))
    return found.standing, found.reason


@pytest.mark.parametrize(
    ("value", "interval", "verdict", "good"),
    [
        (0.90, (0.85, 0.95), "met", True),
        (0.95, (0.91, 0.97), "met", True),
        (0.89, (0.85, 0.93), "cannot_tell", False),
        (0.89, (0.88, 0.90), "cannot_tell", False),
        (0.79, (0.70, 0.86), "missed", False),
    ],
)
def test_higher_is_better(value: float, interval: tuple[float, float], verdict: str, good: bool) -> None:
    found = figure(HIGHER, value, 0.90, 100, interval)
    assert (judge(found).standing, found.gap_good) == (verdict, good)
    assert found.gap == pytest.approx(value - 0.90)


@pytest.mark.parametrize(
    ("value", "interval", "verdict", "good"),
    [
        (0.10, (0.08, 0.12), "met", True),
        (0.05, (0.03, 0.08), "met", True),
        (0.12, (0.09, 0.15), "cannot_tell", False),
        (0.22, (0.15, 0.31), "missed", False),
    ],
)
def test_lower_is_better(value: float, interval: tuple[float, float], verdict: str, good: bool) -> None:
    found = figure(LOWER, value, 0.10, 100, interval)
    assert (judge(found).standing, found.gap_good) == (verdict, good)


@pytest.mark.parametrize(("base", "verdict"), [(9, "cannot_tell"), (10, "met")])
def test_under_the_minimum_base_nothing_is_said(base: int, verdict: str) -> None:
    found = figure(HIGHER, 1.0, 0.9, base, (0.7, 1.0))
    assert (judge(found).standing, found.gap_good) == (verdict, True)


def test_a_rate_needs_200_contacts() -> None:
    rate = INDICATORS["complaints_per_1000"]
    assert standing(rate, 20, 1, 199, (5, 50)) == "cannot_tell"
    assert standing(rate, 20, 1, 200, (5, 50)) == "missed"


def test_a_standard_of_100_percent_is_judged_by_its_exceptions() -> None:
    assert standing(HIGHER, 1.0, 1.0, 3, (0.4, 1.0)) == "met"
    assert standing(HIGHER, 0.999, 1.0, 1000, (0.99, 1.0)) == "missed"


def test_what_is_sure_but_small_is_below() -> None:
    # 9,050 of 10,000 by Wilson 0.8991 … 0.9106, exact 0.8991 … 0.9107; a gap of 2 points is material.
    assert said(HIGHER, 0.905, 0.92, 10_000, (0.8991, 0.9106)) == ("below", None)
    assert said(HIGHER, 0.905, 0.93, 10_000, (0.8991, 0.9106)) == ("missed", None)
    assert said(HIGHER, 0.905, 0.92, 100, (0.83, 0.95)) == ("cannot_tell", "within_chance")
    assert said(LOWER, 0.105, 0.097, 10_000, (0.0991, 0.1112)) == ("below", None)


def test_what_only_one_interval_calls_sure_is_chance() -> None:
    # Of 30: 26 have Wilson's interval 0.703 … 0.947, the exact one 0.693 … 0.962.
    assert said(HIGHER, 26 / 30, 0.95, 30, (0.703, 0.947)) == ("cannot_tell", "within_chance")


def test_a_count_is_missed_only_where_chance_does_not_explain_it() -> None:
    complaints = INDICATORS["complaints"]
    assert said(complaints, 3, 3, 3, None) == ("met", None)
    assert said(complaints, 4, 3, 4, None) == ("cannot_tell", "within_chance")  # Poisson 1.1 … 10.2
    assert said(complaints, 36, 25, 36, None) == ("missed", None)  # 25.2 … 49.8, and 11 are material


@pytest.mark.parametrize("base", [3, 9])
def test_the_reason_of_too_few_rows_goes_before_that_of_chance(base: int) -> None:
    assert said(HIGHER, 0.5, 0.9, base, (0.2, 0.95)) == ("cannot_tell", "few_rows")


def test_in_a_band_what_is_within_the_material_gap_is_met() -> None:
    band = replace(INDICATORS["handling_time"], material=30)
    assert standing(band, 330, 300, 100, (329, 331)) == "met"
    assert standing(band, 270, 300, 100, (269, 271)) == "met"
    assert standing(band, 335, 300, 100, (329, 341)) == "cannot_tell"
    assert standing(band, 335, 300, 100, (331, 339)) == "missed"
    assert standing(band, 265, 300, 100, (261, 269)) == "missed"


def test_without_a_value_or_a_target() -> None:
    assert standing(HIGHER, None, 0.9, 0, None) == "no_data"
    assert standing(HIGHER, 0.5, None, 100, (0.4, 0.6)) == "no_target"


def test_rounding_of_sums_is_no_gap() -> None:
    found = figure(HIGHER, 0.1 + 0.2, 0.3, 100, (0.2, 0.4))
    assert (judge(found).standing, found.gap) == ("met", 0.0)
    assert standing(HIGHER, 0.3 - 1e-16, 0.3, 100, (0.2, 0.3)) == "met"
