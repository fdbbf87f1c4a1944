"""Closing a month: its checklist, what was open then on every sheet, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from etl.corrections.corrections import Correction
from etl.errors import Problem
from etl.home import Home
from etl.snapshots.closed_months import close_month as keep
from etl.snapshots.closed_months import closed
from kpi.catalog.load import load_catalog
from kpi.figures.figure import OpenItem
from kpi.figures.view import View, is_lost, months, open_view, records_of
from kpi.records.corrections import add
from kpi.rollups.build import build
from kpi.scope import Scope, Subject, parse_month
from kpi.sheets import cycle
from kpi.sheets.closing import close_month, closing, open_items, opening_month, reopen_month
from kpi.sheets.goals import goal_sheet, sheet_key
from kpi.sheets.standards import standards_sheet
from tests.kpi.facts import facts

OCTOBER = parse_month("2026-10")
DAYS = [f"2026-10-{day:02d}" for day in range(1, 31) if date(2026, 10, day).weekday() < 5]


def shift(day: str, **punches: str | None) -> tuple[dict, dict]:
    about = {"agent_id": "1001", "shift_date": day}
    planned = {"start_at": f"{day} 08:00", "end_at": f"{day} 16:00"}
    return about | planned, about | {"in_at": f"{day} 08:00", "out_at": f"{day} 16:00"} | punches


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """The weekdays of a month but for the calls of the 20th, a missed punch, and leave that nobody approved."""
    home = Home(tmp_path / "home")
    home.create()
    calls = [
        {"call_id": f"{day}/{n}", "started_at": f"{day} 09:{n:02d}", "answered": True, "agent_id": "1001"}
        for day in DAYS
        for n in range(12)
        if day != "2026-10-20"
    ]
    shifts = [shift(day, **({"out_at": None} if day == "2026-10-13" else {})) for day in DAYS]
    leave = {"agent_id": "1001", "ends_at": "2026-10-15 16:00", "leave_type": "年假"}
    tables = {
        "agents": [{"agent_id": "1001", "name": "甲", "team": "一班", "valid_from": "2026-01-01"}],
        "calls": calls,
        "schedule": [planned for planned, _ in shifts],
        "attendance": [punched for _, punched in shifts],
        "leave": [
            leave | {"starts_at": "2026-10-15 08:00", "approved": False},
            leave | {"starts_at": "2026-10-14 08:00", "approved": True},
        ],
    }
    with facts(home.snapshots / "000001.duckdb", **tables) as con:
        build(con, load_catalog(home.config))
    (home.snapshots / "CURRENT").write_text("000001\n", encoding="utf-8")
    return home


@pytest.fixture
def close(home: Home) -> Callable[[], View]:
    return lambda: close_month(open_view(home), OCTOBER, by="王组长", who="local")


def counts(items: tuple[OpenItem, ...]) -> dict[str, int]:
    return {one.key: one.count for one in items if one.count}


def test_the_checklist_counts_what_is_open(home: Home) -> None:
    view = open_view(home)
    assert counts(open_items(view, OCTOBER)) == {"days_without_data": 1, "missed_punches": 1, "leave": 1}
    draft = Correction(
        0, "exclude", "calls", starts_at=datetime(2026, 10, 19), ends_at=datetime(2026, 10, 20)
    )
    said = {"reason": "测试来电", "evidence": "", "asked_by": "李四", "who": "local"}
    add(records_of(home, create=True), draft, **said)
    early = replace(draft, starts_at=datetime(2026, 9, 1), ends_at=datetime(2026, 9, 2))
    add(records_of(home), early, **said)
    found = closing(open_view(home), OCTOBER)
    assert counts(found.open)["corrections"] == 1
    assert (found.closed, found.left) == (False, 4)
    assert found.proposed == date(2026, 11, 4)  # 1 November 2026 is a Sunday
    assert counts(open_items(open_view(home), parse_month("2026-09"))) == {"corrections": 1}


def test_every_sheet_names_what_was_open_when_its_month_was_closed(close: Callable[[], View]) -> None:
    view = close()
    was_open = {"days_without_data": 1, "missed_punches": 1, "leave": 1}
    for sheet in (goal_sheet(view, Scope(OCTOBER)), standards_sheet(view, Scope(OCTOBER))):
        assert counts(sheet.heading.open) == was_open
    assert goal_sheet(view, Scope(parse_month("2026-09"))).heading.open == ()
    found = closing(view, OCTOBER)
    assert (found.closed, counts(found.open)) == (True, was_open)
    assert [(one.action, one.by) for one in found.taken] == [("closed", "王组长")]


def test_a_month_is_opened_again_with_a_reason_and_keeps_its_file(
    home: Home, close: Callable[[], View]
) -> None:
    view = close()
    kept = closed(home, "2026-10").path
    for because, by in (("", "李四"), ("漏了一天", " ")):
        with pytest.raises(Problem):
            reopen_month(view, OCTOBER, by=by, because=because, who="local")
    assert closed(home, "2026-10") is not None
    reopen_month(open_view(home), OCTOBER, by="李四", because="漏了一天", who="local")
    assert kept.exists()
    view = open_view(home)
    assert closed(home, "2026-10") is None
    assert not is_lost(view, OCTOBER)
    assert not goal_sheet(view, Scope(OCTOBER)).month_closed
    found = closing(view, OCTOBER)
    assert [(one.action, one.by, one.because) for one in found.taken] == [
        ("reopened", "李四", "漏了一天"),
        ("closed", "王组长", ""),
    ]
    with pytest.raises(Problem, match="not closed"):
        reopen_month(view, OCTOBER, by="李四", because="再来", who="local")

    again = close()
    assert again.snapshot.path.name == "000001-2.duckdb"
    assert [one.action for one in closing(again, OCTOBER).taken] == ["closed", "reopened", "closed"]
    assert again.records.verify_trail() > 0


def test_a_month_stays_closed_once_a_sheet_of_it_is_agreed(close: Callable[[], View]) -> None:
    view = close()
    scope = Scope(OCTOBER, Subject("person", "1001", "1001", "甲"))
    for row in cycle.without_cause(goal_sheet(view, scope)):
        view.records.save(
            sheet_key(scope), row.figure.indicator.key, "cause", "会上讨论", version=0, who="local"
        )
    cycle.agree(view, scope, by="王组长", form_number="1", who="local")
    with pytest.raises(Problem, match="1 sheets of this month are agreed") as refused:
        reopen_month(view, OCTOBER, by="李四", because="漏了一天", who="local")
    assert refused.value.values["count"] == 1
    assert closing(view, OCTOBER).agreed == 1
    cycle.reopen(view, scope, by="王组长", because="重谈", who="local")
    reopen_month(view, OCTOBER, by="李四", because="漏了一天", who="local")
    assert not closing(view, OCTOBER).closed


@pytest.mark.parametrize(
    ("last", "is_closed", "opens"),
    [
        ("2026-11-03", False, "2026-10"),
        ("2026-11-07", False, "2026-10"),
        ("2026-11-08", False, "2026-11"),
        ("2026-11-03", True, "2026-11"),
        ("2026-10-31", False, "2026-10"),
    ],
)
def test_the_first_days_of_a_month_open_on_the_one_before(
    last: str, is_closed: bool, opens: str, tmp_path: Path
) -> None:
    home = Home(tmp_path / "home")
    home.create()
    calls = [
        {"call_id": day, "started_at": f"{day} 09:00", "answered": True}
        for day in ("2026-09-30", "2026-10-05", last)
    ]
    with facts(home.snapshots / "000001.duckdb", calls=calls):
        pass
    (home.snapshots / "CURRENT").write_text("000001\n", encoding="utf-8")
    if is_closed:
        keep(home, "2026-10")
    view = open_view(home)
    assert opening_month(view, months(view)) == opens
    assert opening_month(view, []) is None
