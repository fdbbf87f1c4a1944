"""The goal sheet: the profile's figures, and what was typed beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from kpi.catalog.load import load_catalog
from kpi.figures.view import View
from kpi.scope import Scope, Subject, parse_month
from kpi.sheets.goals import goal_sheet
from kpi.sheets.values import Cell

CATALOG = load_catalog(None)
JIA = Scope(parse_month("2026-10"), Subject("person", "1001", "1001", "测试甲"))


def _surveys(good: int, bad: int) -> list[dict]:
    return [
        {"surveyed_at": "2026-10-31 10:00", "agent_id": "1001", "score": score, "scale": 5}
        for score in [5] * good + [1] * bad
    ]


def test_the_rows_are_those_of_the_form_profile(view_of: Callable[..., View]) -> None:
    view = view_of()
    person = [row.figure.indicator.key for row in goal_sheet(view, JIA).rows]
    unit = [row.figure.indicator.key for row in goal_sheet(view, Scope(JIA.period)).rows]
    assert person == list(CATALOG.profiles["person"])
    assert unit == list(CATALOG.profiles["unit"])
    assert (len(person), len(unit)) == (8, 10)


def test_the_heading_says_how_far_the_data_go(view_of: Callable[..., View]) -> None:
    planned = [
        {"agent_id": "1001", "shift_date": "2026-12-01", "start_at": "2026-12-01", "end_at": "2026-12-02"}
    ]
    view = view_of(surveys=_surveys(1, 0), schedule=planned)
    heading = goal_sheet(view, JIA).heading
    assert heading.as_of == datetime(2026, 11, 1)
    assert (heading.snapshot, heading.period.month, heading.subject) == ("facts", "2026-10", JIA.subject)


def test_without_any_load_the_sheet_is_there_and_empty(view_of: Callable[..., View]) -> None:
    sheet = goal_sheet(replace(view_of(), snapshot=None, records=None), JIA)
    assert {row.verdict.standing for row in sheet.rows} == {"no_data"}
    assert (sheet.heading.as_of, sheet.meeting_date) == (None, Cell("", 0))


def test_what_was_typed_stands_in_its_row_with_its_version(
    view_of: Callable[..., View], typed: Callable[..., None]
) -> None:
    typed("goals", "2026-10", "person", "1001", "csat", cause="新人多", next_target="0.88")
    typed("goals", "2026-10", "person", "1001", "", meeting_date="2026-11-03")
    typed("goals", "2026-10", "person", "1002", "csat", cause="别人的")
    typed("goals", "2026-09", "person", "1001", "csat", measures="上个月的")
    sheet = goal_sheet(view_of(), JIA)
    row = next(row for row in sheet.rows if row.figure.indicator.key == "csat")
    assert (row.cause, row.next_target, row.measures) == (Cell("新人多", 1), Cell("0.88", 1), Cell("", 0))
    assert sheet.meeting_date == Cell("2026-11-03", 1)


def test_this_months_target_is_next_months_last_target(
    view_of: Callable[..., View], typed: Callable[..., None]
) -> None:
    typed("goals", "2026-10", "person", "1001", "csat", next_target="0.88")
    november = Scope(parse_month("2026-11"), JIA.subject)
    view = view_of()
    targets = {
        month: next(row.figure for row in goal_sheet(view, scope).rows if row.figure.indicator.key == "csat")
        for month, scope in (("2026-10", JIA), ("2026-11", november))
    }
    assert (targets["2026-10"].target, targets["2026-10"].target_source) == (0.9, "default")
    assert (targets["2026-11"].target, targets["2026-11"].target_source) == (0.88, "agreed")


@pytest.mark.parametrize(
    ("good", "bad", "verdict", "important"),
    [
        (50, 50, "missed", True),
        (8, 2, "cannot_tell", False),
        (4, 5, "cannot_tell", False),
        (95, 5, "met", False),
    ],
)
def test_only_a_clear_and_material_gap_is_important(
    view_of: Callable[..., View], good: int, bad: int, verdict: str, important: bool
) -> None:
    sheet = goal_sheet(view_of(surveys=_surveys(good, bad)), JIA)
    row = next(row for row in sheet.rows if row.figure.indicator.key == "csat")
    assert (row.verdict.standing, row.verdict.important) == (verdict, important)


def test_a_clear_gap_smaller_than_the_material_one_is_not_important(view_of: Callable[..., View]) -> None:
    tolerant = replace(CATALOG.indicators["csat"], material=0.5)
    catalog = replace(CATALOG, indicators={**CATALOG.indicators, "csat": tolerant})
    sheet = goal_sheet(view_of(catalog, surveys=_surveys(50, 50)), JIA)
    row = next(row for row in sheet.rows if row.figure.indicator.key == "csat")
    assert (row.verdict.standing, row.verdict.important) == ("below", False)
