"""Agents for a target, by the table of Erlang C that call centres print."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kpi.analysis.staffing import staffing
from kpi.figures.view import View
from kpi.scope import Scope, Subject, parse_month

OCTOBER = Scope(parse_month("2026-10"))


@pytest.fixture
def view(view_of: Callable[..., View]) -> View:
    """On one of two days 500 calls from 10:30 to 11:00, so 250 a day, of 210 s; 61 % of them within 20 s."""
    busy = [
        {"started_at": f"2026-10-12 10:{30 + n % 30}", "agent_id": "1", "answered": True, "talk_s": 210}
        | {"wait_s": 10 if n < 305 else 82}
        for n in range(500)
    ]
    quiet = [
        {"started_at": "2026-10-13 15:10", "agent_id": "1", "answered": True, "talk_s": 210, "wait_s": 10}
    ]
    return view_of(calls=busy + quiet)


def test_the_busiest_half_hour_of_a_mean_day_takes_so_many(view: View) -> None:
    found = staffing(view, OCTOBER, "service_level", 0.80)
    assert (found.begins, found.calls, found.handle_s) == ("10:30", 250, 210)
    # The table has for 250 calls of 210 s: 32 agents 61 %, 33 73 %, 34 82 %; 95 % takes 37.
    assert (found.now, found.needed) == (32, 34)
    assert staffing(view, OCTOBER, "service_level", 0.94).needed == 37
    assert staffing(view, OCTOBER, "service_level", 1.0).needed > 40


def test_a_speed_takes_so_many(view: View) -> None:
    # The mean wait is 19,050 ÷ 501 = 38.03 s, a little more than with 32 agents; 13 s take 34, 3.1 s 37.
    found = staffing(view, OCTOBER, "speed_of_answer", 13)
    assert (found.now, found.needed) == (32, 34)
    assert staffing(view, OCTOBER, "speed_of_answer", 3.2).needed == 37


def test_without_calls_or_of_another_indicator_there_is_nothing_to_say(view: View) -> None:
    assert staffing(view, Scope(parse_month("2026-09")), "service_level", 0.8) is None
    assert staffing(view, Scope(OCTOBER.period, Subject("team", "x", "x", "x")), "service_level", 0.8) is None
    with pytest.raises(KeyError):
        staffing(view, OCTOBER, "csat", 0.9)
