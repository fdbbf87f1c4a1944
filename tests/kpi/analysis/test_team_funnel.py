"""The funnel of a team: its centre, its limits against FunnelPlotR and by hand, and names that are not there."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from kpi.analysis import team_funnel as funnel_view
from kpi.analysis.team_funnel import funnel, public
from kpi.figures.view import View
from kpi.scope import Subject, parse_month
from tests.kpi.hand_made_figures import CATALOG
from tests.kpi.sheets.test_history import asked

OCTOBER = parse_month("2026-10")
PEOPLE = [Subject("person", f"10{n:02d}", f"10{n:02d}", f"样例员工{n:02d}") for n in range(1, 7)]


def surveys(*results: tuple[int, int]) -> list[dict]:
    return [
        row
        for person, (good, bad) in zip(PEOPLE, results, strict=False)
        for row in asked(good, bad, "2026-10", person.key)
    ]


def test_the_centre_is_what_all_reach_together_and_not_a_mean_of_means(view_of: Callable[..., View]) -> None:
    found = funnel(view_of(surveys=surveys((90, 10), (9, 1), (1, 9))), OCTOBER, PEOPLE, "csat")
    assert found.centre == 100 / 120
    assert [(dot.person.id, dot.value, dot.rows) for dot in found.dots] == [
        ("1001", 0.9, 100),
        ("1002", 0.9, 10),
        ("1003", 0.1, 10),
    ]


def test_without_overdispersion_a_proportion_has_exact_limits(view_of: Callable[..., View]) -> None:
    found = funnel(view_of(surveys=surveys((40, 10), (80, 20), (24, 6), (7, 2))), OCTOBER, PEOPLE, "csat")
    assert (found.spread, {dot.beyond for dot in found.dots}) == (False, {0})
    assert [dot.small for dot in found.dots] == [False, False, False, True]
    band = next(band for band in found.bands if band.rows == 50)
    # Spiegelhalter: (r − a) ÷ n, a = (F(r) − p) ÷ (F(r) − F(r − 1))
    share = found.centre
    r = stats.binom.ppf(0.025, 50, share)
    reached, before = stats.binom.cdf([r, r - 1], 50, share)
    assert band.low == pytest.approx((r - (reached - 0.025) / (reached - before)) / 50)
    assert band.lowest < band.low < share < band.high < band.highest


def test_rates_have_the_limits_of_funnelplotr() -> None:
    # Expected 15 and 30 events at 3 per 1,000; FunnelPlotR, tests of poisson_limits.
    rate = CATALOG.indicators["complaints_per_1000"]
    lowest, low, high, highest = funnel_view._limits(rate, 3.0, 1.0, 0.0, np.array([5000.0, 10000.0]))
    assert low / 3 == pytest.approx([0.5596924, 0.6746958], abs=1e-6)
    assert high / 3 == pytest.approx([1.649348, 1.427562], abs=1e-6)
    assert lowest / 3 == pytest.approx([0.3862650, 0.5289724], abs=1e-6)
    assert highest / 3 == pytest.approx([2.082907, 1.702771], abs=1e-6)


def test_no_event_of_few_expected_and_nothing_but_hits_of_few_rows_are_within(
    view_of: Callable[..., View],
) -> None:
    rate = CATALOG.indicators["complaints_per_1000"]
    lowest, *_ = funnel_view._limits(rate, 3.0, 1.0, 0.0, np.array([300.0, 5000.0]))
    assert (lowest[0], lowest[1] > 0) == (0, True)
    found = funnel(view_of(surveys=surveys((80, 20), (80, 20), (12, 0))), OCTOBER, PEOPLE, "csat")
    assert found.dots[2].beyond == 0


def test_overdispersion_widens_the_limits_by_what_lies_between_people(view_of: Callable[..., View]) -> None:
    view = view_of(surveys=surveys((90, 10), (50, 50), (90, 10), (50, 50), (70, 30)))
    found = funnel(view, OCTOBER, PEOPLE, "csat")
    # θ = 0.7, s² = 0.0021; z² = 400/21 four times and 0 once, pulled in: none, as 10 % of five are no one.
    # φ = Σz² ÷ 5 = 320/21; τ² = (5φ − 4) s² ÷ 4, for equal weights.
    between = (1600 / 21 - 4) * 0.0021 / 4
    assert found.spread
    (band,) = [band for band in found.bands if band.rows == 100]
    half = stats.norm.isf(0.001) * (0.0021 + between) ** 0.5
    assert (band.lowest, band.highest) == pytest.approx((max(0, 0.7 - half), min(1, 0.7 + half)))
    assert {dot.beyond for dot in found.dots} == {0}


def test_means_have_the_spread_within_people(view_of: Callable[..., View]) -> None:
    calls = [
        {"started_at": "2026-10-05 09:00", "answered": True, "agent_id": person.key, "talk_s": talk}
        for person, middle in zip(PEOPLE[:3], (100, 100, 130), strict=True)
        for talk in (middle - 10, middle + 10) * 8
    ]
    found = funnel(view_of(calls=calls), OCTOBER, PEOPLE, "handling_time")
    assert found.centre == 110
    # Within everyone Σ(x − x̄)² = 16 · 100 over 15 degrees of freedom; the mean of 16 has s² = 100/15.
    s2 = 100 / 15
    z2 = [100 / s2, 100 / s2, 400 / s2]
    between = (sum(z2) - 2) * s2 / 2
    band = min(found.bands, key=lambda band: abs(band.rows - 16))
    half = stats.norm.isf(0.025) * (s2 + between) ** 0.5
    assert (band.low, band.high) == pytest.approx((110 - half, 110 + half))


def test_the_public_funnel_knows_nobody(view_of: Callable[..., View]) -> None:
    named = funnel(view_of(surveys=surveys((90, 10), (9, 1), (1, 9))), OCTOBER, PEOPLE, "csat")
    hidden = public(named)
    assert [(dot.person, dot.rows) for dot in hidden.dots] == [(None, 10), (None, 10), (None, 100)]
    assert not any(text in repr(hidden) for one in PEOPLE for text in (one.name, f"'{one.id}'"))
    assert repr(hidden.bands) == repr(named.bands)


@pytest.mark.parametrize("results", [((9, 1), (8, 2)), ((10, 0), (10, 0), (10, 0))])
def test_there_is_no_funnel_of_two_people_or_of_all_the_same(
    view_of: Callable[..., View], results: tuple[tuple[int, int], ...]
) -> None:
    view = view_of(surveys=surveys(*results))
    assert funnel(view, OCTOBER, PEOPLE, "csat") is None
    assert funnel(view, OCTOBER, [], "csat") is None
    assert funnel(view, OCTOBER, PEOPLE, "handled") is None
