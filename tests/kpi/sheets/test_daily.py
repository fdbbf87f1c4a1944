"""The daily report: totals over totals of the same weekdays, counts as they stood, and no 0 for no data."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from etl.errors import Problem
from kpi.scope import Scope, Subject, parse_month, period_of
from kpi.sheets.daily import Daily, daily, daily_scope

DAY = date(2026, 10, 28)  # a Wednesday
WEEKS = ("2026-10-21", "2026-10-14", "2026-10-07", "2026-09-30")
FAULT = "中间层-故障处理"  # to be answered within 2 h, resolved within 4 h


def scope(day: date = DAY, team: str = "") -> Scope:
    return Scope(period_of("day", day), Subject("team", team, team, team) if team else Subject())


def calls(
    day: str, answered: int, lost: int = 0, *, agent: str = "1", at: str = "10:10", **more: object
) -> list[dict]:
    row = {"started_at": f"{day} {at}:00", "wait_s": 10} | more
    lost_one = row | {"answered": False, "assigned_to": agent}
    return [row | {"answered": True, "agent_id": agent}] * answered + [lost_one] * lost


def said(found: Daily) -> dict[str, tuple]:
    return {row.key: (row.value, row.usual, row.weeks) for row in found.rows}


def test_the_day_stands_beside_totals_over_totals_of_the_weekdays_that_have_data(view_of) -> None:
    # 10 of 10 and 0 of 30: their mean would be 50 %, their totals are 10 of 40. No calls on the 7th and the 30th.
    earlier = [*calls(WEEKS[0], 10), *calls(WEEKS[1], 0, 30), *calls("2026-10-27", 99)]
    found = said(daily(view_of(calls=[*earlier, *calls("2026-10-28", 9, 1)]), scope()))
    assert found["offered"] == (10, 20, 2)
    assert found["connection_rate"] == (0.9, 0.25, 2)
    assert found["abandonment"] == (pytest.approx(0.1), 0.75, 2)
    assert found["speed_of_answer"] == (10, 10, 1)  # of calls that nobody answered there is none


def test_what_was_never_loaded_has_no_value_and_no_week(view_of) -> None:
    # A ticket, but no complaint, and none that has a limit.
    tickets = [{"item": "没有时限", "opened_at": "2026-10-28 21:00:00"}]
    view = view_of(calls=[*calls(WEEKS[0], 10), *calls("2026-10-28", 10)], tickets=tickets)
    found = daily(view, scope())
    for key in ("csat", "complaints", "due_soon", "follow_ups"):
        assert said(found)[key] == (None, None, 0)
    assert (found.known, found.weeks) == (True, 1)
    for nothing in (daily(view, scope(date(2025, 3, 4))), daily(replace(view, snapshot=None), scope())):
        assert set(said(nothing).values()) == {(None, None, 0)}
        assert (nothing.known, nothing.weeks, nothing.half_hours) == (False, 0, ())


def test_on_duty_are_those_who_clocked_in_or_answered_each_once(view_of) -> None:
    days = ("2026-10-28", WEEKS[0])
    shift = {"shift_no": 1}
    roster = [
        shift | {"agent_id": agent, "shift_date": day, "start_at": f"{day} 08:00", "end_at": f"{day} 16:00"}
        for day in days
        for agent in "123"
    ]
    punches = [
        shift | {"agent_id": agent, "shift_date": days[0], "in_at": f"{days[0]} 08:00"} for agent in "12"
    ]
    teams = {"1": "甲", "2": "乙", "3": "乙", "4": "乙"}
    agents = [
        {"agent_id": agent, "name": agent, "team": team, "valid_from": "2026-01-01"}
        for agent, team in teams.items()
    ]
    rows = [*calls(days[0], 3, 2, agent="1"), *calls(days[0], 1, agent="4"), *calls(WEEKS[0], 1, agent="2")]
    nameless = [{"started_at": "2026-10-26 10:00", "answered": True}]
    view = view_of(agents=agents, schedule=roster, attendance=punches, calls=[*rows, *nameless])
    assert said(daily(view, scope()))["on_duty"] == (3, 1, 1)  # 1 and 2 clocked in, 4 only answered
    assert said(daily(view, scope(team="甲")))["on_duty"] == (1, 0, 1)
    assert said(daily(view, scope(date(2026, 10, 26))))["on_duty"] == (None, None, 0)


def test_a_limit_that_breaks_on_the_next_day_counts_as_the_day_ended(view_of) -> None:
    ticket = {"item": FAULT, "opened_at": "2026-10-28 21:00:00"}  # resolved by 01:00, answered by 23:00
    answered = {"first_response_at": "2026-10-28 21:30:00"}
    tickets = [
        ticket | answered,
        ticket | answered | {"resolved_at": "2026-10-29 00:30:00"},  # later: at midnight it was open
        ticket | answered | {"resolved_at": "2026-10-28 23:00:00"},
        ticket | answered | {"closed_at": "2026-10-28 23:00:00"},
        ticket | {"opened_at": "2026-10-28 22:30:00"},  # both limits tomorrow: one ticket
        ticket | {"opened_at": "2026-10-28 12:00:00"},  # broken already
        ticket | {"item": "没有时限", "opened_at": "2026-10-28 21:00:00"},
        ticket | answered | {"opened_at": f"{WEEKS[0]} 22:00:00", "resolved_at": f"{WEEKS[0]} 23:00:00"},
    ]
    tickets[-1]["first_response_at"] = f"{WEEKS[0]} 22:10:00"
    # October is known from the 21st on: nothing was open then.
    assert said(daily(view_of(tickets=tickets), scope()))["due_soon"] == (3, 0, 1)


def test_follow_ups_and_promised_replies_left_undone_add_up(view_of) -> None:
    closed = {"kind": "complaint", "opened_at": "2026-10-20 09:00:00", "closed_at": "2026-10-25 10:00:00"}
    tickets = [
        closed | {"closed_at": "2026-10-23 10:00:00"},  # by the 26th
        closed,  # within 3 days: by the 28th
        closed | {"followed_up_at": "2026-10-28 18:00:00"},
        closed | {"followed_up_at": "2026-10-29 09:00:00"},  # too late
        closed | {"follow_up_refused": True},
        closed | {"kind": "service"},
        {"kind": "complaint", "opened_at": "2026-10-28 09:00:00"},
    ]
    promise = {"created_at": "2026-10-27 09:00:00", "promised_for": "2026-10-28 17:00:00"}
    promises = [
        promise,
        promise | {"done_at": "2026-10-28 20:00:00"},
        promise | {"cancelled": True},
        promise | {"created_at": "2026-10-28 09:00:00", "done_at": "2026-10-28 10:00:00"},
    ]
    view = view_of(tickets=tickets, promises=promises)
    assert said(daily(view, scope()))["follow_ups"] == (3, None, 0)
    # Of the 21st nothing is known of promises, so it does not compare; of the 26th what tickets say is said.
    assert said(daily(view, scope(date(2026, 10, 26))))["follow_ups"] == (1, None, 0)


def test_half_hours_add_up_to_the_day(view_of) -> None:
    rows = [
        *calls("2026-10-28", 3, at="09:29"),
        *calls("2026-10-28", 1, 1, at="10:31", wait_s=60),
        *calls("2026-10-28", 0, 1, at="10:31", wait_s=2),  # gave up at once: offered, not counted
        *calls(WEEKS[0], 4, at="10:00"),
        *calls(WEEKS[1], 2, at="10:00"),
    ]
    found = daily(view_of(calls=rows), scope())
    assert [(one.begins, one.calls, one.usual, one.counted, one.in_time) for one in found.half_hours] == [
        (time(9, 0), 3, 0, 3, 3),
        (time(9, 30), 0, 0, 0, 0),
        (time(10, 0), 0, 3, 0, 0),
        (time(10, 30), 3, 0, 2, 0),
    ]
    assert sum(one.calls for one in found.half_hours) == found.row("offered").value
    assert [one.level for one in found.half_hours] == [1, None, None, 0]
    level = found.row("service_level").figure
    assert sum(one.in_time for one in found.half_hours) == level.numerator
    assert sum(one.counted for one in found.half_hours) == level.denominator


def test_days_off_and_make_up_working_days_are_named(view_of) -> None:
    view = view_of(calls=calls("2026-10-28", 1))
    assert daily(view, scope()).unusual == {date(2026, 10, 7): False}
    assert daily(view, scope(date(2026, 10, 10))).unusual == {date(2026, 10, 10): True}


def test_the_newest_day_is_shown_unless_a_day_is_asked_for(view_of) -> None:
    view = view_of(calls=[*calls(WEEKS[0], 1), *calls("2026-10-28", 1)])
    assert daily_scope(view, Scope(parse_month("2026-09"))).period == period_of("day", DAY)
    asked = scope(date(2026, 10, 3), "甲")
    assert daily_scope(view, asked) == asked


def test_a_person_has_no_daily_report(view_of) -> None:
    with pytest.raises(Problem, match="everyone or one team"):
        daily(view_of(), Scope(period_of("day", DAY), Subject("person", "1", "1")))
