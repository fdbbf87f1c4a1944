"""States of the work place by person and day: what is unknown, what is nobody's, and what later loads change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from etl.home import Home
from kpi.analysis.contributions import explain
from kpi.catalog.load import load_catalog
from kpi.catalog.relations import over_relation, relation_values
from kpi.figures.figures import figures
from kpi.figures.view import View, open_view
from kpi.loading.load import load_files
from kpi.scope import Scope, parse_month
from tests.kpi.facts import facts

CATALOG = load_catalog(None)
COLUMNS = ("logged_s", "busy_s", "ready_s", "planned_s", "adhered_s", "handled")


def state(agent: str, kind: str, since: str, until: str | None = None) -> dict:
    return {
        **{"agent_id": agent, "state": kind, "started_at": f"2026-10-{since}"},
        "ended_at": until and f"2026-10-{until}",
    }


def shift(agent: str, day: str, since: str, until: str) -> dict:
    return {
        **{"agent_id": agent, "shift_date": f"2026-10-{day}"},
        **{"start_at": f"2026-10-{since}", "end_at": f"2026-10-{until}"},
    }


def presence(*columns: str, **tables: list[dict]) -> list[tuple]:
    """Person, day of October and some columns of each row."""
    con = facts(**tables)
    question = f"SELECT agent_id, day(day), {', '.join(columns)} FROM relation ORDER BY agent_id, day"
    return con.execute(over_relation(question, "presence"), relation_values(CATALOG, "presence")).fetchall()


def test_a_night_without_a_log_out_leaves_both_its_days_unknown_and_no_other() -> None:
    found = presence(
        "logged_s",
        "planned_s",
        "adhered_s",
        agent_states=[
            state("1", "logged_in", "05 22:00"),
            state("1", "logged_in", "07 22:00", "08 06:00"),
            state("2", "logged_in", "06 08:00", "06 16:00"),  # so that the 6th has states at all
        ],
        schedule=[shift("1", "05", "05 22:00", "06 06:00"), shift("1", "07", "07 22:00", "08 06:00")],
    )
    assert found == [
        ("1", 5, None, 7200, None),
        ("1", 6, None, 21600, None),
        *(("1", 7, 7200, 7200, 7200), ("1", 8, 21600, 21600, 21600)),
        ("2", 6, 28800, 0, 0),
    ]


def test_a_missed_log_out_does_not_spoil_the_next_day_shift() -> None:
    rows = [state("1", "logged_in", "05 08:00"), state("1", "logged_in", "06 08:00", "06 16:00")]
    plan = [shift("1", day, f"{day} 08:00", f"{day} 16:00") for day in ("05", "06")]
    found = presence("logged_s", "adhered_s", agent_states=rows, schedule=plan)
    assert found == [("1", 5, None, None), ("1", 6, 28800, 28800)]


def test_a_break_without_an_end_leaves_the_session_known() -> None:
    rows = [state("1", "logged_in", "05 08:00", "05 16:00"), state("1", "break", "05 15:00")]
    plan = [shift("1", "05", "05 08:00", "05 16:00")]
    found = presence("logged_s", "planned_s", "adhered_s", agent_states=rows, schedule=plan)
    assert found == [("1", 5, 28800, 28800, None)]
    (alone,) = presence("logged_s", agent_states=rows[1:])  # nothing else tells of being logged in
    assert alone == ("1", 5, None)


def test_a_session_of_several_days_counts_on_each_by_the_clock() -> None:
    rows = [state("1", "logged_in", "05 12:00", "07 06:00")]
    assert presence("logged_s", agent_states=rows) == [("1", 5, 43200), ("1", 6, 86400), ("1", 7, 21600)]


def test_a_state_that_ends_as_it_begins_is_there_and_takes_no_time() -> None:
    rows = [state("1", "logged_in", "05 12:00", "05 12:00")]
    assert presence("present", "logged_s", agent_states=rows) == [("1", 5, True, 0)]


def test_a_customers_call_counts_for_everybody_who_had_it_and_no_other_call_does() -> None:
    call = {"started_at": "2026-10-05 09:00", "answered": True, "agent_id": "1"}
    calls = [
        call,
        # a leg of a customer's call that the exchange calls internal; one of a call that went out
        call | {"direction": "internal", "of_inbound": True, "contact_id": "c", "leg_no": 2},
        call | {"direction": "in", "of_inbound": False, "contact_id": "d", "leg_no": 1},
        *(call | {"direction": kind} for kind in ("out", "internal", "callback")),
        *(call | {"callback": True}, call | {"answered": False}),
    ]
    rows = [state("1", "logged_in", "05 08:00", "05 10:00")]
    assert presence("handled", agent_states=rows, calls=calls) == [("1", 5, 2)]


def test_whoever_has_no_states_is_in_no_row() -> None:
    found = presence(
        *COLUMNS,
        agent_states=[state("1", "logged_in", "05 08:00", "05 16:00")],
        schedule=[shift("2", "05", "05 08:00", "05 16:00")],
        calls=[{"started_at": "2026-10-05 09:00", "answered": True, "agent_id": "2"}],
    )
    assert found == [("1", 5, 28800, None, None, 0, 0, None)]


KEYS = ("occupancy", "logged_hours", "calls_per_hour", "adherence", "conformance")


def _two_months() -> dict[str, list[dict]]:
    """Two people, twelve days in September and in October; B1 comes later and has more to do in October."""
    states, plan, calls = [], [], []
    for month, day, agent in product((9, 10), range(1, 13), ("A1", "B1")):
        date = f"2026-{month:02}-{day:02}"
        late = 7 * day % 20 + 10 * (month - 9) * (agent == "B1")
        states += [
            {"agent_id": agent, "state": kind, "started_at": f"{date} {since}", "ended_at": f"{date} {until}"}
            for kind, since, until in (
                *(("logged_in", f"08:{late:02}", "16:30"), ("ready", f"08:{late:02}", "16:30")),
                *(("talking", "09:00", f"{9 + month % 9 + day % 3}:{day:02}"), ("break", "12:00", "12:20")),
            )
        ]
        plan.append(
            {"agent_id": agent, "shift_date": date, "start_at": f"{date} 08:00", "end_at": f"{date} 16:00"}
        )
        calls += [
            {"started_at": f"{date} 09:{n:02}", "answered": True, "agent_id": agent}
            for n in range(day % 4 + month)
        ]
    agents = [{"agent_id": one, "name": one, "team": f"{one}组"} for one in ("A1", "B1")]
    return {"agents": agents, "agent_states": states, "schedule": plan, "calls": calls}


def test_months_are_the_same_from_roll_ups_and_facts_and_gaps_add_up(view_of: Callable[..., View]) -> None:
    view = view_of(**_two_months())
    other = replace(CATALOG.indicators["lateness"], hit="late_min > 5")
    fresh = replace(view, catalog=replace(CATALOG, indicators={**CATALOG.indicators, "lateness": other}))
    assert (view.rolled_up(), fresh.rolled_up()) == (True, False)
    scope = Scope(parse_month("2026-10"))
    for one, counted in zip(figures(view, scope, KEYS), figures(fresh, scope, KEYS), strict=True):
        assert (one.value, one.low, one.coverage) == pytest.approx((counted.value, counted.low, 1.0))
        found = explain(view, scope, one.indicator.key, 0.5)
        assert found.value != found.value_before
        assert {split.dimension for split in found.splits} == {"agent", "team"}
        for split in found.splits:
            whole = found.already + split.mix + split.rate + split.exposure
            assert whole == pytest.approx(found.gap, abs=1e-9)
            assert sum(part.mix + part.rate for part in split.parts) == pytest.approx(split.mix + split.rate)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    found = Home(tmp_path / "home")
    found.create()
    return found


def test_figures_follow_each_load_and_say_nothing_before(home: Home, tmp_path: Path) -> None:
    """States, then calls, then the roster, then leave: each makes figures, none makes one of 0 before it."""

    def after(name: str, *lines: str) -> dict[str, float | None]:
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        (file,) = load_files(home, [path]).files
        assert (file.status, file.counts.rejected) == ("loaded", 0)
        view = open_view(home)
        assert view.rolled_up()
        found = figures(view, Scope(parse_month("2026-10")), KEYS)
        return {one.indicator.key: one.value for one in found}

    states = (
        *("1,登录,2026-10-05 08:00,2026-10-05 16:00", "1,空闲,2026-10-05 08:00,2026-10-05 14:00"),
        *("1,通话,2026-10-05 14:00,2026-10-05 15:30", "1,话后,2026-10-05 15:30,2026-10-05 16:00"),
    )
    found = after("states.csv", "工号,坐席状态,状态开始,状态结束", *states)
    told = {"occupancy": 0.25, "logged_hours": 8.0}
    assert found == told | dict.fromkeys(("calls_per_hour", "adherence", "conformance"))
    calls = (f"C{n},2026-10-05 14:{n:02},是,1" for n in range(12))
    found = after("calls.csv", "通话编号,来电时间,是否接通,接听工号", *calls)
    told["calls_per_hour"] = 1.5
    assert found == told | dict.fromkeys(("adherence", "conformance"))
    plan = "1,2026-10-05,早,2026-10-05 06:00,2026-10-05 16:00"
    found = after("plan.csv", "工号,班次日期,班次,上班时间,下班时间", plan)
    assert found == told | {"adherence": 0.8, "conformance": 0.8}
    leave = "1,2026-10-05 06:00,2026-10-05 07:00,年假"
    found = after("leave.csv", "工号,请假开始,请假结束,假别", leave)
    assert found == told | {"adherence": 8 / 9, "conformance": 8 / 9}


def test_the_session_of_a_night_tells_its_second_day_whatever_break_has_no_end() -> None:
    found = presence(
        "logged_s",
        "busy_s",
        agent_states=[
            state("1", "logged_in", "05 22:00", "06 06:00"),
            state("1", "talking", "05 23:00", "05 23:10"),
            state("1", "ready", "05 23:10", "05 23:40"),
            state("1", "break", "06 03:00"),
            state("1", "talking", "06 05:55", "06 06:05"),  # what goes on after the log-out adds no hours
        ],
    )
    assert found == [("1", 5, 7200, 600), ("1", 6, 6 * 3600, None)]


def test_a_team_that_knows_wrap_up_but_no_talking_has_no_occupancy() -> None:
    states = [state("1", "wrap", "05 09:00", "05 09:10"), state("1", "ready", "05 09:10", "05 10:00")]
    assert presence("busy_s", "ready_s", agent_states=states) == [("1", 5, None, None)]
    talking = state("1", "talking", "05 10:00", "05 10:10")
    assert presence("busy_s", "ready_s", agent_states=[*states, talking]) == [("1", 5, 1200, 3000)]
