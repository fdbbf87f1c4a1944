"""Changes between two months: published tables and hand-worked numbers, from literal rows of the facts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kpi.analysis.changes import Change, change
from kpi.figures.months import trends
from kpi.figures.view import View
from kpi.scope import Scope, parse_month

OCTOBER = Scope(parse_month("2026-10"))


def _months(view: View, key: str) -> tuple:
    (_, before), (_, now) = trends(view, [key], OCTOBER, 2)[key]
    return now, before


def _calls(month: int, answered: int, lost: int) -> list[dict]:
    return [
        {"call_id": f"{month}-{n}", "started_at": f"2026-{month:02}-07 09:00", "answered": n < answered}
        for n in range(answered + lost)
    ]


def test_a_share_has_the_interval_of_newcombe(view_of: Callable[..., View]) -> None:
    # Newcombe 1998, Statistics in Medicine 17:873, table II, method 10: 56/70 − 48/80.
    view = view_of(calls=_calls(10, 56, 14) + _calls(9, 48, 32))
    found = change(*_months(view, "connection_rate"))
    assert found.amount == pytest.approx(0.2, abs=1e-12)
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=0.00005)
    assert found.clear


@pytest.mark.parametrize(
    ("now", "before", "low", "high", "clear"),
    [((0, 10), (0, 20), -0.1611, 0.2775, False), ((3, 7), (9, 1), -0.8090, -0.1705, True)],
)
def test_a_fall_is_negative_and_a_difference_that_may_be_none_is_not_clear(
    view_of: Callable[..., View], now: tuple, before: tuple, low: float, high: float, clear: bool
) -> None:
    # The same table: 0/10 − 0/20, and 9/10 − 3/10 turned round.
    found = change(*_months(view_of(calls=_calls(10, *now) + _calls(9, *before)), "connection_rate"))
    assert (found.low, found.high, found.clear) == (
        pytest.approx(low, abs=0.00005), pytest.approx(high, abs=0.00005), clear,
    )  # fmt: skip
    assert found.amount == pytest.approx(now[0] / sum(now) - before[0] / sum(before))


def test_a_rate_is_per_1000_and_keeps_its_exact_limits(view_of: Callable[..., View]) -> None:
    complaint = {"kind": "complaint", "item": "", "opened_at": "2026-10-07 10:00"}
    tickets = [{**complaint, "ticket_id": "T1", "validity": "invalid"}]
    tickets += [{**complaint, "ticket_id": "T2", "validity": "invalid", "opened_at": "2026-09-07 10:00"}]
    view = view_of(calls=_calls(10, 100, 0) + _calls(9, 1000, 0), tickets=tickets)
    found = change(*_months(view, "complaints_per_1000"))
    # 3.6889 is the exact upper limit of no events, Ulm 1990, American Journal of Epidemiology 131:373.
    assert (found.amount, found.low, found.high) == pytest.approx((0, -3.6889, 36.889), abs=0.0005)
    assert not found.clear


def test_a_mean_has_the_interval_of_welch(view_of: Callable[..., View]) -> None:
    # Student's sleep data (1908, Biometrika 6:1), each hour 100 s and 300 s later, as no wait is below 0: R's
    # help page of t.test prints −3.3654832 … 0.2054832 for the difference.
    hours = {
        10: (0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0),
        9: (1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4),
    }
    calls = [
        {"started_at": f"2026-{month:02}-07 09:00", "answered": True, "wait_s": 300 + 100 * hour}
        for month, values in hours.items()
        for hour in values
    ]
    found = change(*_months(view_of(calls=calls), "speed_of_answer"))
    assert (found.amount, found.low, found.high) == pytest.approx((-158, -336.54832, 20.54832), abs=5e-5)
    assert not found.clear


def test_points_of_equal_weight_are_a_mean(view_of: Callable[..., View]) -> None:
    # With the same maximum everywhere the ratio is the mean share: 0.9, 0.7, 0.8 against 0.5, 0.5, 0.6, 0.4.
    # Means 0.8 and 0.5; variances of the mean 0.01/3 and 0.02/12; Welch's ν = 0.005² ÷ (0.0033²/2 + 0.0017²/3)
    # = 3.86, t = 2.82: half = 2.82 × √0.005 = 0.199.
    reviews, items = [], []
    for month, earned in ((10, (9, 7, 8)), (9, (5, 5, 6, 4))):
        for n, points in enumerate(earned):
            key = f"{month}-{n}"
            reviews.append({"review_id": key, "reviewed_at": f"2026-{month:02}-07", "sampling": "random"})
            items.append({"review_id": key, "item": "甲", "earned": points, "applicable": 10})
    found = change(*_months(view_of(qa_reviews=reviews, qa_items=items), "qa_score"))
    assert found.amount == pytest.approx(0.3)
    assert (found.low, found.high) == pytest.approx((0.3 - 0.199, 0.3 + 0.199), abs=0.001)
    assert found.clear


@pytest.mark.parametrize("rows", [5, 1])
def test_what_has_no_spread_or_one_row_only_is_never_clear(view_of: Callable[..., View], rows: int) -> None:
    calls = [
        {"started_at": f"2026-{month:02}-07 09:{n:02}", "answered": True, "wait_s": wait}
        for month, wait, count in ((10, 10, rows), (9, 30, 5))
        for n in range(count)
    ]
    assert change(*_months(view_of(calls=calls), "speed_of_answer")) == Change(-20)


def test_a_count_has_an_amount_alone(view_of: Callable[..., View]) -> None:
    view = view_of(calls=_calls(10, 3, 0) + _calls(9, 7, 0))
    assert change(*_months(view, "handled")) == Change(-4)


def test_a_month_without_data_has_nothing_to_compare(view_of: Callable[..., View]) -> None:
    now, before = _months(view_of(calls=_calls(10, 3, 7)), "connection_rate")
    assert before.value is None
    assert change(now, before) is None
    assert change(before, now) is None


def test_the_mean_of_a_single_row_has_no_interval(view_of: Callable[..., View]) -> None:
    calls = [
        {"started_at": f"2026-{month:02}-07 09:{n:02}", "answered": True, "wait_s": 10 * month + n}
        for month, rows in ((10, 5), (9, 1))
        for n in range(rows)
    ]
    now, before = _months(view_of(calls=calls), "speed_of_answer")
    assert change(now, before) == Change(12)
