"""Which sheets an export holds, what its file is called, and who renders it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from io import BytesIO

from dashboard.export.csv_table import csv_bytes
from dashboard.export.daily import daily_bytes
from dashboard.export.excel import workbook_bytes
from dashboard.export.overview import overview_bytes
from dashboard.export.pdf import pdf_bytes
from dashboard.words.form_labels import TITLES, Sheet
from etl.errors import N_, Problem
from kpi.figures.figure import Heading
from kpi.figures.subjects import people, team_subject, teams
from kpi.figures.view import View
from kpi.scope import Period, Scope, Subject, period_of
from kpi.sheets.appraisal import appraisal_sheet, appraisal_sheets
from kpi.sheets.daily import daily, daily_scope
from kpi.sheets.goals import goal_sheet
from kpi.sheets.monthly_report import monthly_report
from kpi.sheets.standards import standards_sheet

FORMATS = dict.fromkeys(TITLES, ("xlsx", "pdf", "csv", "zip")) | {
    "overview": ("pdf", "png"),
    "daily": ("png",),
}
EVERYONE = Subject()
LONGEST_ID = 80  # characters of an id in a file name


def export(
    view: View,
    what: str,
    scope: Scope,
    fmt: str,
    lang: str,
    *,
    everyone: bool = False,
    tell: Callable[[int, int], None] = lambda done, whole: None,
) -> tuple[str, bytes]:
    """One file (name, content) with the sheets `what`, one of FORMATS, of a scope.

    A person's file holds the one form. A team's holds a cover list, the team's own form and those of
    its members; `everyone` all teams and people. Appraisals exist for people only. All but the standards
    are monthly: they take the month in which the period ends, as the pages do. The overview is one page,
    the daily report one picture; their scope is everyone or a team. A "zip" holds a PDF of its own for each
    of the sheets.

    `tell` hears before each sheet how many of all are done, and may raise to stop.
    """
    if what not in FORMATS:
        raise _unknown(what, FORMATS)
    if fmt not in FORMATS[what]:
        raise _unknown(fmt, FORMATS[what])
    if what == "daily":
        scope = daily_scope(view, scope)
        return file_name(what, scope, fmt), daily_bytes(daily(view, scope), lang)
    if what != "standards":
        scope = replace(scope, period=period_of("month", scope.period.end))
    if what == "overview":
        return file_name(what, scope, fmt), overview_bytes(monthly_report(view, scope), lang, fmt)
    sheets = _sheets(view, what, scope, everyone=everyone, tell=tell)
    if not sheets:
        raise Problem(
            scope.subject.id or what,
            N_("There is nobody to print in this period."),
            N_("Load the data of this period, or choose another one."),
        )
    name = file_name(what, scope, fmt, everyone=everyone)
    if fmt == "csv":
        return name, csv_bytes(sheets, lang)
    if fmt == "zip":
        return name, _zipped(what, sheets, lang)
    render = workbook_bytes if fmt == "xlsx" else pdf_bytes
    return name, render(sheets, lang, cover=_cover(what, scope, sheets, everyone=everyone))


def file_name(what: str, scope: Scope, fmt: str, *, everyone: bool = False) -> str:
    """`{what}-{month}-{id}.{ext}`; a day by itself, other periods by their days."""
    period, subject = scope.period, scope.subject
    when = (
        period.month
        if period.is_month
        else str(period.start)
        if period.is_day
        else f"{period.start}_{period.end}"
    )
    whose = "all" if everyone else "everyone" if subject.is_everyone else subject.id
    # A mark that turns the direction of text makes "fdp.exe" look like "exe.pdf".
    seen = "".join(letter if letter.isprintable() else "_" for letter in whose)
    safe = re.sub(r'[\\/:*?"<>|\s]+', "_", seen)[:LONGEST_ID].strip(". ")
    return f"{what}-{when}-{safe or '_'}.{fmt}"


def _zipped(what: str, sheets: tuple[Sheet, ...], lang: str) -> bytes:
    """One PDF a sheet; names that two would share carry a number."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for sheet in sheets:
            scope = Scope(sheet.heading.period, sheet.heading.subject)
            name, number = file_name(what, scope, "pdf"), 1
            while name.lower() in {taken.lower() for taken in archive.namelist()}:
                number += 1
                name = file_name(what, scope, f"{number}.pdf")
            archive.writestr(name, pdf_bytes((sheet,), lang))
    return packed.getvalue()


def _unknown(asked: str, choices: Iterable[str]) -> Problem:
    return Problem(
        asked, N_("There is no such export."), N_("Choose one of: {choices}."), choices=", ".join(choices)
    )


def _sheets(
    view: View, what: str, scope: Scope, *, everyone: bool, tell: Callable[[int, int], None]
) -> tuple[Sheet, ...]:
    period, subject = scope.period, scope.subject
    if what == "appraisal":
        if subject.is_person and not everyone:
            return (appraisal_sheet(view, scope),)
        return tuple(appraisal_sheets(view, Scope(period) if everyone else scope))
    make = goal_sheet if what == "goals" else standards_sheet
    subjects = _subjects(view, period, subject, everyone=everyone)
    made: list[Sheet] = []
    for one in subjects:
        tell(len(made), len(subjects))
        made.append(make(view, Scope(period, one)))
    tell(len(made), len(subjects))
    return tuple(made)


def _subjects(view: View, period: Period, subject: Subject, *, everyone: bool) -> tuple[Subject, ...]:
    """The subjects whose forms a goals or standards file holds, in the order of its pages."""
    if everyone:
        all_teams = (team_subject(team) for team in teams(view))
        return (EVERYONE, *all_teams, *people(view, period))
    if subject.is_team:
        return (subject, *people(view, period, subject.key))
    return (subject,)


def _cover(what: str, scope: Scope, sheets: tuple[Sheet, ...], *, everyone: bool) -> Heading | None:
    """The heading of the cover list; None for a file with one subject only."""
    kind = scope.subject.kind
    if not everyone and (kind == "person" or (kind == "all" and what != "appraisal")):
        return None
    return replace(sheets[0].heading, subject=EVERYONE if everyone else scope.subject)
