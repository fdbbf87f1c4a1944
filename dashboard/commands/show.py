"""What `show` and `export` answer: the same sheets as the pages."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from rich.table import Table

from dashboard.commands import terminal_tables as terminal
from dashboard.export import export
from dashboard.export.rejects import rejects_workbook
from dashboard.words.attention import news_text
from dashboard.words.daily import daily_lines, row_name
from etl.errors import N_, Problem
from etl.home import Home
from etl.snapshots.snapshot import current
from kpi.figures.headings import heading
from kpi.figures.subjects import find_subject
from kpi.figures.view import View, open_view
from kpi.scope import Scope, parse_month, period_of
from kpi.sheets import json_shapes as shapes
from kpi.sheets.appraisal import appraisal_sheet, appraisal_sheets
from kpi.sheets.daily import daily, daily_scope
from kpi.sheets.daily_json import daily_json
from kpi.sheets.glance import glance
from kpi.sheets.goals import goal_sheet
from kpi.sheets.indicators import indicator_rows
from kpi.sheets.standards import standards_sheet


def show_what(
    home: Home,
    what: str,
    month: str | None,
    *,
    team: str | None,
    agent: str | None,
    lang: str,
    day: date | None = None,
) -> tuple[dict | list, list[Table]]:
    """What `service-kpi show` answers, as a document and as tables for a terminal.

    What is of no month is of a day, the newest one without any. Raises Problem for an unknown month, team or
    agent.
    """
    view, scope = _scope(home, month, day, team, agent)
    if what == "indicators":
        rows = indicator_rows(view, scope)
        table = terminal.indicators_table(rows, heading(view, scope), lang)
        return shapes.indicators_json(rows, lang), [table]
    if what == "overview":
        found = glance(view, scope)
        document = shapes.glance_json(found, lang, lambda one: news_text(one, lang))
        return document, terminal.glance_tables(found, lang)
    if what == "daily":
        found = daily(view, scope)
        document = daily_json(found, daily_lines(found, lang), lambda row: row_name(row, lang))
        return document, terminal.daily_tables(found, lang)
    if what == "goals":
        sheet = goal_sheet(view, scope)
        return shapes.goals_json(sheet, lang), [terminal.sheet_table(sheet, lang)]
    if what == "standards":
        sheet = standards_sheet(view, scope)
        return shapes.standards_json(sheet, lang), [terminal.sheet_table(sheet, lang)]
    return _appraisals(view, scope, lang)


def _appraisals(view: View, scope: Scope, lang: str) -> tuple[dict | list, list[Table]]:
    """One person's appraisal, or those of several."""
    if scope.subject.is_person:
        sheet = appraisal_sheet(view, scope)
        return shapes.appraisal_json(sheet, lang), [terminal.sheet_table(sheet, lang)]
    sheets = appraisal_sheets(view, scope)
    documents = [shapes.appraisal_json(sheet, lang) for sheet in sheets]
    return documents, [terminal.sheet_table(sheet, lang) for sheet in sheets]


def export_to(
    home: Home,
    what: str,
    month: str | None,
    fmt: str,
    folder: Path,
    *,
    team: str | None,
    agent: str | None,
    everyone: bool,
    lang: str,
    day: date | None = None,
) -> Path:
    """Write the export into `folder`, made when missing, and return its path."""
    view, scope = _scope(home, month, day, team, agent)
    name, content = export(view, what, scope, fmt, lang, everyone=everyone)
    return _write(folder / name, content)


def rejects_to(home: Home, path: Path, name: str | None, lang: str) -> Path:
    """Write the rejected rows, all or those of files called `name`, as a workbook to correct."""
    return _write(path, rejects_workbook(home, current(home), lang, name=name))


def _write(path: Path, content: bytes) -> Path:
    """Write a file, its folder made when missing, and return its path."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise Problem(
            str(path.parent),
            N_("It cannot be written ({reason})."),
            N_("Name another folder."),
            reason=error.strerror or error,
        ) from None
    return path


def _scope(
    home: Home, month: str | None, day: date | None, team: str | None, agent: str | None
) -> tuple[View, Scope]:
    period = parse_month(month) if month else period_of("day" if day else "month", day or date.today())
    view = open_view(home)
    scope = Scope(period, find_subject(view, team=team, agent=agent))
    return view, scope if month else daily_scope(view, scope)
