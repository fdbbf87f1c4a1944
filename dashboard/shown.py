"""What `show` and `export` answer: the same sheets as the pages."""

from __future__ import annotations

from pathlib import Path

from dashboard.export import export
from etl.errors import N_, Problem
from etl.home import Home
from kpi import shapes
from kpi.appraisal import appraisal_sheet, appraisal_sheets
from kpi.figures import figures
from kpi.goals import goal_sheet
from kpi.scope import Scope, parse_month
from kpi.standards import standards_sheet
from kpi.subjects import find_subject
from kpi.view import View, open_view


def show_what(
    home: Home, what: str, month: str, *, team: str | None, agent: str | None, lang: str
) -> dict | list:
    """The document of `service-kpi show`; Problem for an unknown month, team or agent."""
    view, scope = _scope(home, month, team, agent)
    if what == "indicators":
        return shapes.indicators_json(figures(view, scope), lang)
    if what == "goals":
        return shapes.goals_json(goal_sheet(view, scope), lang)
    if what == "standards":
        return shapes.standards_json(standards_sheet(view, scope), lang)
    if scope.subject.kind == "person":
        return shapes.appraisal_json(appraisal_sheet(view, scope), lang)
    return [shapes.appraisal_json(sheet, lang) for sheet in appraisal_sheets(view, scope)]


def export_to(
    home: Home,
    what: str,
    month: str,
    fmt: str,
    folder: Path,
    *,
    team: str | None,
    agent: str | None,
    everyone: bool,
    lang: str,
) -> Path:
    """Write the export into `folder`, made when missing, and return its path."""
    view, scope = _scope(home, month, team, agent)
    name, content = export(view, what, scope, fmt, lang, everyone=everyone)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    except OSError as error:
        raise Problem(
            str(folder),
            N_("It cannot be written ({reason})."),
            N_("Name another folder."),
            reason=error.strerror or error,
        ) from None
    return folder / name


def _scope(home: Home, month: str, team: str | None, agent: str | None) -> tuple[View, Scope]:
    period = parse_month(month)
    view = open_view(home)
    return view, Scope(period, find_subject(view, team=team, agent=agent))
