"""Targets proposed from a subject's own months, and how likely they are reached."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.analysis.next_targets import Proposal, chance, proposals, propose
from kpi.catalog.definitions import Indicator
from kpi.catalog.load import load_catalog
from kpi.figures.months import Line
from kpi.figures.view import View
from kpi.scope import Scope, Subject, parse_month
from kpi.sheets.goals import goal_sheet
from kpi.sheets.values import GoalRow
from kpi.statistics.intervals import mean_variance
from tests.kpi.analysis.test_real_gaps import figure

INDICATORS = load_catalog(None).indicators
CSAT, TRANSFER, WAIT = (INDICATORS[key] for key in ("csat", "transfer", "speed_of_answer"))
JIA = Subject("person", "1001", "1001", "")


def line(indicator: Indicator, *months: tuple[float, int] | None) -> Line:
    """Months up to 2026-12 of (numerator, rows), None without data."""
    first, found = 2027 * 12 - len(months), []
    for place, month in enumerate(months, start=first):
        numerator, rows = month or (None, 0)
        one = figure(indicator, numerator, rows)
        if month and indicator.kind == "mean":
            one = replace(one, variance=mean_variance(rows, numerator, 2 * numerator**2 / rows))
        found.append((f"{place // 12}-{place % 12 + 1:02}", one))
    return found


def proposed(indicator: Indicator, *months: tuple[float, int] | None) -> Proposal:
    scope = Scope(parse_month("2026-12"))
    return proposals(None, scope, [indicator.key], {indicator.key: line(indicator, *months)})[indicator.key]


def test_a_level_that_never_moved_is_proposed_as_it_is() -> None:
    found = proposed(TRANSFER, *[(10, 100)] * 12)
    assert (found.base, found.method, found.months, found.typical_base) == (
        pytest.approx(0.1),
        *("level", 12, 100),
    )
    # The level has the variance 0.09 ÷ 1200, a month about it 0.09 ÷ 100: together σ = 0.0312. Half a row more.
    assert found.spread == pytest.approx((0.09 / 1200) ** 0.5)
    assert found.noise == pytest.approx(0.03)
    assert (found.low, found.high) == pytest.approx((0.1 - 1.28 * 0.0312, 0.1 + 1.28 * 0.0312), abs=0.007)
    assert (found.low95, found.high95) == pytest.approx((0.1 - 1.96 * 0.0312, 0.1 + 1.96 * 0.0312), abs=0.014)
    assert found.stretch == found.low
    assert found.best == 0.1


def test_where_most_is_good_the_stretch_stays_short_of_100_percent() -> None:
    found = proposed(CSAT, *[(19, 20)] * 12)
    assert found.high == 1
    assert found.stretch == 1 - CSAT.material
    assert proposed(CSAT, *[(20, 20)] * 12).base == pytest.approx(1 - 0.5 / 240)


def test_in_a_band_the_level_is_kept() -> None:
    band = INDICATORS["handling_time"]
    found = proposed(band, *[(30_000, 100)] * 8)
    assert (found.base, found.stretch, found.best) == (300, 300, None)
    # Seconds of a month: x̄ = 300, Σx² = 2 · 30,000² ÷ 100, so s² = 90,909 and σ = √(909 ⋅ (1 + 1/8)) = 32.
    assert chance(found, 300, "band") == pytest.approx(0.65, abs=0.02)  # P(|z| < 30 ÷ 32)
    assert chance(found, 300, "band") > chance(found, 350, "band") > chance(found, 400, "band")


def test_a_season_is_followed_where_it_was_right() -> None:
    winter = [(30, 100) if month in (0, 1, 11) else (10, 100) for month in range(12)]
    found = proposed(TRANSFER, *winter * 3)
    assert (found.method, found.base) == ("seasonal", pytest.approx(0.3))  # January follows December
    assert proposed(TRANSFER, *winter[:11] * 2).method == "level"
    assert proposed(TRANSFER, *[(10, 100), (12, 100)] * 5, *[(50, 100)] * 26).method == "level"


def test_months_without_data_are_left_out() -> None:
    found = proposed(TRANSFER, *[(10, 100), None] * 6)
    assert (found.months, found.base) == (6, pytest.approx(0.1))


@given(
    st.sampled_from([CSAT, TRANSFER, WAIT, INDICATORS["qa_score"], INDICATORS["complaints_per_1000"]]),
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 40)), min_size=6, max_size=36),
    st.lists(st.floats(0, 1), min_size=2, max_size=6),
)
def test_proposals_are_within_the_range_and_chances_fall_with_the_target(
    indicator: Indicator, months: Sequence[tuple[int, int]], targets: list[float]
) -> None:
    found = proposed(indicator, *((min(some, rows), rows) for some, rows in months))
    highest = 1 if indicator.unit == "share" else float("inf")
    assert 0 <= found.low95 <= found.low <= found.base <= found.high <= found.high95 <= highest
    assert 0 <= found.stretch <= highest
    scale = 1 if indicator.unit == "share" else 60
    for better, order in (("higher", -1), ("lower", 1)):
        chances = [chance(found, scale * target, better) for target in sorted(targets)]
        assert all(-1e-9 <= one <= 1 + 1e-9 for one in chances)
        assert all(order * (after - before) >= -1e-9 for before, after in pairwise(chances))


def test_at_the_stretch_one_month_in_ten_gets_there() -> None:
    found = proposed(TRANSFER, *[(500, 5000), (510, 5000)] * 6)
    assert chance(found, found.stretch, "lower") == pytest.approx(0.1, abs=0.01)
    assert chance(found, found.base, "lower") == pytest.approx(0.5, abs=0.02)
    assert chance(found, 0.05, "lower") < 1e-6
    assert chance(found, 0.2, "lower") > 1 - 1e-6


def test_on_few_rows_a_chance_goes_by_whole_rows() -> None:
    found = proposed(CSAT, *[(9, 10)] * 6)
    assert chance(found, 0.91, "higher") == chance(found, 1.0, "higher")
    assert chance(found, 0.9, "higher") > chance(found, 0.91, "higher")
    assert chance(found, 0.81, "higher") == chance(found, 0.9, "higher")


def _surveys(agent: str, month: str, good: int, bad: int) -> list[dict]:
    return [
        {"surveyed_at": f"{month}-10 10:00", "agent_id": agent, "score": score, "scale": 5}
        for score in [5] * good + [1] * bad
    ]


def test_with_few_months_the_team_says_what_to_expect(view_of: Callable[..., View]) -> None:
    surveys = [
        row
        for agent, good in (("1001", 10), ("1002", 85), ("1003", 85), ("1004", 85))
        for row in _surveys(agent, "2026-10", good, 10 if agent == "1001" else 15)
    ]
    view, scope = view_of(surveys=surveys), Scope(parse_month("2026-10"), JIA)
    found = propose(view, scope, "csat")
    # p̄ = 265 ÷ 320, unit variance 0.1424: v = 0.00712 (20 rows) and 0.001424; Q = 15.4 over 3.
    assert (found.method, found.months, found.typical_base) == ("team", 1, 20)
    assert 0.5 < found.base < 0.85
    newcomer = propose(view, replace(scope, subject=Subject("person", "1005", "1005", "")), "csat")
    assert newcomer.months == 0
    assert 0.7 < newcomer.base < 0.85
    assert propose(view, scope, "transfer") is None


def test_peers_who_do_not_differ_make_one_level(view_of: Callable[..., View]) -> None:
    surveys = [row for agent in ("1001", "1002") for row in _surveys(agent, "2026-10", 8, 2)]
    found = propose(view_of(surveys=surveys), Scope(parse_month("2026-10"), JIA), "csat")
    assert found.base == pytest.approx(0.8)
    assert found.spread == pytest.approx((0.16 / 20) ** 0.5)


def test_a_unit_with_few_months_has_its_own_level(view_of: Callable[..., View]) -> None:
    surveys = _surveys("1001", "2026-09", 9, 1) + _surveys("1002", "2026-10", 7, 3)
    found = propose(view_of(surveys=surveys), Scope(parse_month("2026-10")), "csat")
    assert (found.base, found.months) == (pytest.approx(0.8), 2)


def _row(view: View, month: str = "2026-10") -> GoalRow:
    sheet = goal_sheet(view, Scope(parse_month(month), JIA))
    return next(row for row in sheet.rows if row.figure.indicator.key == "csat")


def test_the_goal_sheet_proposes_and_says_how_likely_the_typed_target_is(
    view_of: Callable[..., View], typed: Callable[..., None]
) -> None:
    surveys = [row for month in range(3, 11) for row in _surveys("1001", f"2026-{month:02}", 64, 16)]
    view = view_of(surveys=surveys)
    found, before = propose(view, Scope(parse_month("2026-10"), JIA), "csat"), _row(view)
    assert before.proposal == found.stretch
    assert before.chance == chance(found, found.stretch, "higher")
    assert (before.back_test.reached, before.back_test.months) == (0, 8)
    typed("goals", "2026-10", "person", "1001", "csat", next_target="0.75")
    after = _row(view)
    assert after.proposal == found.stretch
    assert after.chance == chance(found, 0.75, "higher") > 0.6
    assert after.back_test.reached == 8


def test_rates_count_events_per_thousand() -> None:
    rate = INDICATORS["complaints_per_1000"]
    months = [(f"2026-{month:02}", replace(figure(rate, 4, 2000), value=2.0)) for month in range(1, 9)]
    scope = Scope(parse_month("2026-08"))
    found = proposals(None, scope, [rate.key], {rate.key: months})[rate.key]
    assert (found.base, found.noise) == (pytest.approx(2), pytest.approx(1))  # √(2 ‰ ÷ 2000)
    assert chance(found, 0, "lower") == pytest.approx(0.018, abs=0.006)  # e⁻⁴, and a level not quite sure


def test_a_month_without_any_complaint_counts_as_one_with_none() -> None:
    complaints = INDICATORS["complaints"]
    months = ((n, n) for n in (0, 0, 4, 0, 0, 2, 0, 2, 0, 0))
    found = proposed(complaints, *months)
    assert (found.months, found.best) == (10, 0)
    assert found.base <= 1.6  # 8 in ten months; 2.7 in each of the three that had any
    assert proposed(complaints, *[(0, 0)] * 8).base < 0.1


def test_a_count_of_few_months_is_proposed_by_the_month(view_of: Callable[..., View]) -> None:
    tickets = [
        {"opened_at": f"2026-{month:02}-05 09:00", "kind": "complaint"}
        for month in (9, 10, 11)
        for _ in range(10)
    ]
    found = propose(view_of(tickets=tickets), Scope(parse_month("2026-11")), "complaints")
    assert (found.method, found.months) == ("team", 3)
    # 30 in three months: a level of 10 with the variance 10 ÷ 3, of which a month differs with 10.
    assert (found.base, found.spread, found.noise) == pytest.approx((10, (10 / 3) ** 0.5, 10**0.5))


def test_a_value_that_never_moves_reaches_itself_whichever_way_is_better() -> None:
    still = proposed(WAIT, *[(0, 100)] * 8)
    assert still.base == 0
    assert [chance(still, 0, better) for better in ("lower", "higher")] == [1, 1]
    band = proposed(INDICATORS["handling_time"], *[(0, 100)] * 8)
    assert [chance(band, target, "band") for target in (30, 31)] == [1, 0]
