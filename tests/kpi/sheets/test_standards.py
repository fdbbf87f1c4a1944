"""The standards sheet: six standards with their line, and the limits of the service items."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kpi.figures.view import View
from kpi.scope import Scope, Subject, parse_month
from kpi.sheets.standards import standards_sheet
from kpi.sheets.values import ItemRow, StandardsSheet

OCTOBER = Scope(parse_month("2026-10"))

TICKETS = [
    # answered in time, not solved though 2 hours have passed
    {
        "item": "系统BUG受理",
        "agent_id": "1",
        "opened_at": "2026-10-05 10:00",
        "first_response_at": "2026-10-05 10:05",
    },
    # the same item by another of its names; answered late
    {
        "item": "客户中心/售后-系统BUG受理",
        "opened_at": "2026-10-05 10:00",
        "first_response_at": "2026-10-05 11:00",
        "resolved_at": "2026-10-05 11:30",
    },
    # neither answered nor due
    {"item": "客户投诉问题处理", "opened_at": "2026-10-31 23:00"},
    # answered, not yet solved, not yet due
    {"item": "客户投诉问题处理", "opened_at": "2026-10-31 22:30", "first_response_at": "2026-10-31 23:00"},
    # no limit was agreed
    {"item": "中间层-部署", "opened_at": "2026-10-31 23:30"},
]


def _item(sheet: StandardsSheet, key: str) -> ItemRow:
    return next(row for row in sheet.items if row.item.key == key)


def test_the_six_standards_with_both_texts_and_twelve_months(view_of: Callable[..., View]) -> None:
    inspections = [
        {"observed_at": f"2026-{month:02}-05", "agent_id": "1", "standard": "uniform", "passed": passed}
        for month, passed in ((8, True), (10, True), (10, False))
    ]
    sheet = standards_sheet(view_of(observations=inspections), OCTOBER)
    assert [row.standard.number for row in sheet.rows] == [1, 2, 3, 4, 5, 6]
    uniform = sheet.rows[5]
    assert (uniform.standard.vague["zh"], uniform.figure.value) == ("工作时衣着得体", 0.5)
    assert uniform.trend_months[0] == "2025-11"
    assert uniform.trend_months[-1] == "2026-10"
    assert [figure.value for figure in uniform.trend[-3:]] == [1.0, None, 0.5]
    assert (uniform.trend[-1].low, uniform.trend[-1].base) == (uniform.figure.low, uniform.figure.base)
    assert (uniform.figure.target, uniform.trend[-1].target) == (0.95, None)
    assert sheet.rows[0].verdict.standing == "no_data"


def test_limits_by_service_item(view_of: Callable[..., View]) -> None:
    sheet = standards_sheet(view_of(tickets=TICKETS), OCTOBER)
    assert len(sheet.items) == 22
    bugs, complaints = _item(sheet, "bug_report"), _item(sheet, "complaint")
    assert (bugs.response.figure.numerator, bugs.response.figure.denominator) == (1, 2)
    assert (bugs.resolution.figure.numerator, bugs.resolution.figure.denominator) == (1, 2)
    assert (bugs.response_pending, bugs.resolution_pending) == (0, 0)
    assert (complaints.response.figure.numerator, complaints.response.figure.denominator) == (1, 1)
    assert (complaints.response_pending, complaints.resolution_pending) == (1, 2)
    assert complaints.resolution.figure.value is None


def test_an_item_without_limits_has_no_figures_and_nothing_pending(view_of: Callable[..., View]) -> None:
    row = _item(standards_sheet(view_of(tickets=TICKETS), OCTOBER), "middleware_deployment")
    assert (row.response, row.resolution, row.response_pending, row.resolution_pending) == (None, None, 0, 0)


def test_a_person_sees_their_own_tickets(view_of: Callable[..., View]) -> None:
    sheet = standards_sheet(
        view_of(tickets=TICKETS), replace(OCTOBER, subject=Subject("person", "1", "1", ""))
    )
    assert _item(sheet, "bug_report").response.figure.denominator == 1
    assert _item(sheet, "complaint").response_pending == 0


@pytest.mark.parametrize("loaded", [True, False])
def test_without_data_the_sheet_is_there(view_of: Callable[..., View], loaded: bool) -> None:
    view = view_of()
    sheet = standards_sheet(view if loaded else replace(view, snapshot=None, records=None), OCTOBER)
    assert {row.verdict.standing for row in sheet.rows} == {"no_data"}
    assert [len(row.trend) for row in sheet.rows] == [12] * 6
    assert {row.response.verdict.standing for row in sheet.items if row.response} == {"no_data"}
