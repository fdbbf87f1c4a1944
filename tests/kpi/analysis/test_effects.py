"""Whether a measure worked: before and after, less other rows and what a bad month gives back by itself."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import effect_false_alarms
from benchmarks.effect_false_alarms import SETTINGS
from kpi.analysis.effects import Prior, difference_interval, effect, rebound_of
from kpi.catalog.load import load_catalog
from kpi.figures.view import View
from kpi.scope import Scope, Subject, parse_month
from kpi.statistics.differences import newcombe, welch
from tests.kpi.analysis.test_real_gaps import figure

INDICATORS = load_catalog(None).indicators
TRANSFER, WAIT = INDICATORS["transfer"], INDICATORS["speed_of_answer"]
JIA = Scope(parse_month("2026-10"), Subject("person", "1001", "1001", ""))
AUGUST, OCTOBER = parse_month("2026-08"), parse_month("2026-10")


def calls(month: int, transferred: int, rows: int = 200, agent: str = "1001", **fields: object) -> list[dict]:
    return [
        {"started_at": f"2026-{month:02}-10 09:00", "agent_id": agent, "answered": True, "talk_s": 60}
        | {"transferred": n < transferred, "reason": "账单", **fields}
        for n in range(rows)
    ]


def test_what_a_bad_month_gives_back() -> None:
    # L = (0.0003 · 0.10 + 0.0001 · 0.06) ÷ 0.0004 = 0.09, c = 0.0003 · 0.0001 ÷ 0.0004 = 0.000075;
    # P = 0.000025 + c = 0.0001; own 0.0001 ÷ 0.0005: 0.2 of 0.19 and 0.8 of 0.09 make 0.11.
    found = rebound_of(0.19, 0.0004, Prior(0.10, 0.0001), Prior(0.06, 0.0003), between=0.000025)
    assert found == pytest.approx(0.11 - 0.19)
    assert rebound_of(0.19, 0.0004, None, Prior(0.06, 0.0004), 0.0) == pytest.approx(-0.065)
    assert rebound_of(0.19, 0.0004, None, None, 0.0) == 0
    assert rebound_of(0.19, 0.0004, Prior(0.1, 0.0), Prior(0.1, 0.0), 0.0) == pytest.approx(-0.09)
    assert rebound_of(0.19, 0.0, Prior(0.1, 0.001), None, 0.0) == 0


def test_the_more_months_before_the_less_they_give_back(view_of: Callable[..., View]) -> None:
    rows = [
        row
        for agent, first in (("1001", 3), ("1002", 7))
        for month in range(first, 11)
        for row in calls(month, 44 if month == 8 else 20, agent=agent)
    ]
    view, other = view_of(calls=rows), Scope(OCTOBER, Subject("person", "1002", "1002", ""))
    long, short = (effect(view, scope, "transfer", AUGUST, OCTOBER) for scope in (JIA, other))
    assert short.rebound < long.rebound < 0
    assert (long.value_before, long.value_after) == (pytest.approx(144 / 1200), pytest.approx(0.1))
    # The month is 0.12 above the others; of the time before it is a sixth, or a half.
    assert abs(long.rebound) <= 0.12 / 6
    assert abs(short.rebound) <= 0.12 / 2


def test_a_measure_that_worked(view_of: Callable[..., View]) -> None:
    view = view_of(
        calls=[row for month in range(3, 9) for row in calls(month, 40)] + calls(9, 14) + calls(10, 14)
    )
    found = effect(view, JIA, "transfer", AUGUST, OCTOBER)
    assert found.verdict == "worked"
    assert (found.value_before, found.value_after) == (0.2, 0.07)
    assert (found.mix, found.rebound) == (0, pytest.approx(0, abs=1e-12))
    assert (found.low, found.high) == pytest.approx(newcombe(28, 400, 240, 1200))
    assert (found.before.start, found.before.end) == (parse_month("2026-03").start, AUGUST.end)
    assert (found.after.start, found.after.end) == (parse_month("2026-09").start, OCTOBER.end)
    assert effect(view, JIA, "first_contact_resolution", OCTOBER, OCTOBER) is None
    assert effect(view, JIA, "csat", AUGUST, OCTOBER) is None


def test_a_bad_month_that_goes_by_is_no_effect(view_of: Callable[..., View]) -> None:
    view = view_of(
        calls=[row for month in range(3, 8) for row in calls(month, 20)] + calls(8, 36) + calls(9, 20)
    )
    found = effect(view, JIA, "transfer", AUGUST, parse_month("2026-09"))
    assert found.verdict == "no_effect_seen"
    assert found.difference == pytest.approx(found.mix + found.rebound + found.net)
    assert found.difference < found.net


def test_a_figure_that_got_worse_and_one_on_too_few_rows(view_of: Callable[..., View]) -> None:
    before = [row for month in range(3, 9) for row in calls(month, 20)]
    assert effect(view_of(calls=before + calls(9, 80)), JIA, "transfer", AUGUST, OCTOBER).verdict == "worse"


def test_few_rows_cannot_tell(view_of: Callable[..., View]) -> None:
    before = [row for month in range(3, 9) for row in calls(month, 20)]
    found = effect(view_of(calls=before + calls(9, 9, 9)), JIA, "transfer", AUGUST, OCTOBER)
    assert found.verdict == "cannot_tell"


def test_other_callers_are_no_effect(view_of: Callable[..., View]) -> None:
    """10 % of bills and 50 % of complaints are transferred before and after; there are fewer complaints."""
    rows = [
        row
        for month in range(3, 11)
        for reason, share, count in (
            ("账单", 10, 100 if month < 9 else 180),
            ("投诉", 50, 100 if month < 9 else 20),
        )
        for row in calls(month, share * count // 100, count, reason=reason)
    ]
    found = effect(view_of(calls=rows), JIA, "transfer", AUGUST, OCTOBER)
    assert (found.value_before, found.value_after) == (pytest.approx(0.3), pytest.approx(0.14))
    assert (found.dimension, found.mix) == ("reason", pytest.approx(-0.16))
    assert found.net == pytest.approx(0, abs=1e-9)
    assert found.verdict == "no_effect_seen"


@given(
    st.tuples(st.integers(0, 50), st.integers(50, 90)),
    st.tuples(st.integers(0, 50), st.integers(50, 90)),
    st.tuples(st.integers(1, 6), st.integers(1, 6)),
    st.floats(0, 0.01),
)
def test_the_difference_the_other_way_round_is_its_opposite(
    one: tuple[int, int], other: tuple[int, int], months: tuple[int, int], between: float
) -> None:
    figures = [figure(TRANSFER, *one), figure(TRANSFER, *other)]
    forth = difference_interval(*figures, months, between)
    back = difference_interval(*reversed(figures), months[::-1], between)
    assert forth == pytest.approx((-back[1], -back[0]), abs=1e-12)


def test_means_are_compared_by_their_own_variances_and_months_that_differ_widen_it() -> None:
    before, after = (replace(figure(WAIT, 100 * mean), variance=0.25) for mean in (20, 18))
    assert difference_interval(before, after, (3, 3), 0.0) == pytest.approx(welch(18, 0.25, 99, 20, 0.25, 99))
    low, high = difference_interval(before, after, (2, 4), 1.0)
    # √(1.394² + 1.96² · (1/2 + 1/4)) = 2.195
    assert (low, high) == pytest.approx((-2 - 2.195, -2 + 2.195), abs=0.005)


def test_a_count_is_compared_by_the_month() -> None:
    complaints = INDICATORS["complaints"]
    before, after = figure(complaints, 60, 60), figure(complaints, 10, 10)
    low, high = difference_interval(before, after, (6, 2), 0.0)
    assert low < -5 < high


def test_a_month_without_a_complaint_is_one_of_the_months_after(view_of: Callable[..., View]) -> None:
    tickets = [
        {"opened_at": f"2026-{month:02}-05 09:00", "kind": kind}
        for month, complaints in ((7, 12), (8, 12), (9, 0), (10, 6))
        for kind in ["service", *["complaint"] * complaints]
    ]
    found = effect(view_of(tickets=tickets), Scope(OCTOBER), "complaints", AUGUST, OCTOBER)
    assert (found.value_before, found.value_after) == (12, 3)


@pytest.mark.parametrize(("after", "verdict"), [(350, "worked"), (300, "worked"), (190, "worse")])
def test_in_a_band_to_go_past_the_target_and_farther_off_is_no_success(
    view_of: Callable[..., View], typed: Callable[..., None], after: int, verdict: str
) -> None:
    typed("goals", "2026-07", "person", "1001", "handling_time", next_target="300")
    rows = [
        {**row, "talk_s": (400 if month < 9 else after) + n % 5}
        for month in range(3, 10)
        for n, row in enumerate(calls(month, 0, 50))
    ]
    assert effect(view_of(calls=rows), JIA, "handling_time", AUGUST, OCTOBER).verdict == verdict


def test_the_variance_between_few_months_widens_the_interval_by_students_t() -> None:
    before, after = (replace(figure(WAIT, 100 * mean), variance=0.25) for mean in (20, 18))
    narrow, wide = (difference_interval(before, after, (1, 1), 1e6, freedom) for freedom in (math.inf, 2))
    assert narrow[1] == pytest.approx(1.960 * 2e6**0.5, rel=1e-3)
    assert wide[1] == pytest.approx(4.303 * 2e6**0.5, rel=1e-3)


@pytest.mark.parametrize("worst", [False, True])
@pytest.mark.parametrize("place", [2, 9])
def test_few_measures_that_changed_nothing_are_said_to_have_worked_or_harmed(place: int, worst: bool) -> None:
    rng, how = np.random.default_rng(11), {"worst": worst, "earlier": 12, "later": 3}
    found = Counter(effect_false_alarms.verdict(SETTINGS[place], rng, **how) for _ in range(100))
    assert max(found["worked"], found["worse"]) <= 5
    assert found.total() == 100
