"""Chances that hold, and none where none would; the short version of benchmarks/chances.py."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.chances import BINS, TOLERANCE, WEEK, Pool, bins_of
from kpi.analysis.chances import Outlook, back_test, outlook
from kpi.analysis.next_targets import chance, proposals
from kpi.catalog.definitions import Indicator
from kpi.figures.months import Line
from kpi.scope import Scope, parse_month
from kpi.statistics.intervals import wilson
from tests.kpi.analysis.test_next_targets import CSAT, TRANSFER, line, proposed
from tests.kpi.hand_made_figures import CATALOG

DECEMBER = Scope(parse_month("2026-12"))


def seen(indicator: Indicator, target: float, *months: tuple[float, int]) -> Outlook:
    known: Line = line(indicator, *months)
    return outlook(
        proposals(None, DECEMBER, [indicator.key], {indicator.key: known})[indicator.key], known, target
    )


def test_the_back_test_counts_the_last_twelve_months_on_the_minimum_base() -> None:
    months = [(50, 100)] * 3 + [(90, 100)] * 7 + [(4, 5)] + [(80, 100)] * 4
    tested = back_test([one for _, one in line(CSAT, *months)], 0.85)
    assert (tested.reached, tested.months) == (7, 11)  # four of 80 %; 4 of 5 are too few to be judged
    assert (tested.low, tested.high) == wilson(7, 11)
    band = back_test(
        [one for _, one in line(CATALOG.indicators["handling_time"], (30_000, 100), (34_000, 100))], 290
    )
    assert (band.reached, band.months) == (1, 2)  # 300 s and 340 s, of which 30 s do not matter
    assert back_test([], 0.9) is None


def test_on_many_rows_a_chance_stands_beside_its_back_test() -> None:
    found = seen(TRANSFER, 0.1, *[(18, 200), (22, 200)] * 6)
    assert found.back_test.reached == 6
    assert found.chance == pytest.approx(0.5, abs=0.08)


def test_a_chance_that_the_months_contradict_is_not_said() -> None:
    """Ten months of 15 % and two of 6 %: whoever believes the last two says 10 % is as good as reached."""
    months = [(30, 200)] * 10 + [(12, 200)] * 2
    assert chance(proposed(TRANSFER, *months), 0.1, "lower") > 0.8
    found = seen(TRANSFER, 0.1, *months)
    assert (found.chance, found.back_test.reached) == (None, 2)
    assert found.back_test.high < 0.5


@pytest.mark.parametrize(
    ("key", "target", "months"),
    [
        ("csat", 0.9, [(9, 10)] * 12),  # one answer of ten is all the room there is
        ("csat", 0.6, [(5, 9)] * 12),  # under the minimum base
        ("responsible_complaints_per_1000", 1, [(1, 800)] * 12),
        ("complaints", 3, [(3, 3)] * 12),
        ("backlog_older", 40, [(40, 40)] * 12),  # mostly the tickets of the month before
        ("offered", 9000, [(9000, 9000)] * 12),  # months of 28 to 31 days differ by more than chance
    ],
)
def test_where_no_chance_holds_none_is_said(key: str, target: float, months: list[tuple[int, int]]) -> None:
    assert seen(CATALOG.indicators[key], target, *months).chance is None


def test_of_a_level_that_is_the_peers_nothing_is_said() -> None:
    months = [(76, 100), (85, 100)] * 6
    own = proposed(CSAT, *months)
    assert outlook(own, line(CSAT, *months), 0.8).chance is not None
    assert outlook(replace(own, method="team"), line(CSAT, *months), 0.8).chance is None


def test_of_an_indicator_without_chances_nothing_is_said() -> None:
    months = [(76, 100), (85, 100)] * 6
    silent = replace(CSAT, chances=False)
    assert seen(CSAT, 0.8, *months).chance is not None
    assert seen(silent, 0.8, *months).chance is None
    assert seen(silent, 0.8, *months).back_test is not None


def test_no_shipped_indicator_says_a_chance_that_was_never_tried() -> None:
    tried = (Path(__file__).parents[3] / "docs" / "statistics.md").read_text(encoding="utf-8")
    tried = tried[tried.index("| indicator | of |") : tried.index("## Effects of measures")]
    for indicator in CATALOG.indicators.values():
        if indicator.how.split and indicator.chances:
            assert f"| {indicator.key} |" in tried or f"`{indicator.key}`" in tried, indicator.key


def pool(indicator: Indicator, weeks: int, **numbers: np.ndarray) -> Pool:
    """Weeks of days on which an indicator adds these numbers."""
    names = tuple(f"{indicator.key}__{name}" for name in numbers)
    return Pool(names, np.column_stack(list(numbers.values())).reshape(weeks, WEEK, len(names)))


def calls(rng: np.random.Generator, share: float, a_day: float) -> Pool:
    rows = rng.poisson(a_day, 52 * WEEK)
    return pool(TRANSFER, 52, rows=rows, hits=rng.binomial(rows, share), should=rows)


def test_what_is_said_comes_true_within_seven_points() -> None:
    """900 series of about 200 calls a month, a twelfth of them transferred: some 700 targets a bin of ten points."""
    rng = np.random.default_rng(3)
    found = bins_of(TRANSFER, [calls(rng, share, 7) for share in (0.06, 0.08, 0.11)], 900, seed=5)
    assert found[:, 0].min() > 300
    said, reached = found[:, 1] / found[:, 0], found[:, 2] / found[:, 0]
    allowed = TOLERANCE + 2.5 * np.sqrt(said * (1 - said) / found[:, 0])
    assert (np.abs(said - reached) < allowed).all(), np.round(np.stack([said, reached]), 2)
    assert len(said) == BINS


def test_of_few_answers_and_of_shifts_hardly_ever_missed_nothing_is_said() -> None:
    rng = np.random.default_rng(4)
    rows = rng.poisson(1 / 3, 52 * WEEK)
    answers = pool(CSAT, 52, rows=rows, hits=rng.binomial(rows, 0.9), should=rows)
    attendance = CATALOG.indicators["attendance"]
    shifts = (np.arange(52 * WEEK) % WEEK < 5).astype(float)
    planned, missed = 480 * shifts, 480 * shifts * (rng.random(52 * WEEK) < 0.02)
    x = planned - missed
    worked = pool(
        attendance, 52, rows=shifts, x=x, y=planned, xx=x * x, xy=x * planned, yy=planned**2, should=shifts
    )
    for indicator, of in ((CSAT, answers), (attendance, worked)):
        assert bins_of(indicator, [of], 60, seed=5)[:, 0].sum() == 0
