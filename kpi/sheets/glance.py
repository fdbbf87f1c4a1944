"""The first screen 总览: how the month went, what changed, how the teams stand, what waits for somebody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from kpi.analysis.real_gaps import Judged
from kpi.catalog.definitions import Indicator
from kpi.figures.figure import Figure
from kpi.figures.figures import figures
from kpi.figures.subjects import people, team_subject, teams
from kpi.figures.view import View, as_of, of_month
from kpi.scope import Period, Scope, Subject
from kpi.sheets.closing import closing, days_without_data
from kpi.sheets.goals import rows_of_unit
from kpi.sheets.measures import is_overdue, open_measures
from kpi.sheets.meeting_topics import agenda
from kpi.sheets.monthly_report import monthly_report
from kpi.sheets.values import MonthlyReport, ReportRow


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for somebody, counted.

    `not_met` of so many `people` had no meeting about the month, `unsigned` had one and no signature yet;
    `measures_due` are open after their day; `days_without_data` should have data of some table and have none;
    `open_at_closing` is the sum of the month's checklist.
    """

    people: int
    not_met: int
    unsigned: int
    measures_due: int
    days_without_data: int
    month_closed: bool
    open_at_closing: int = 0


@dataclass(frozen=True, slots=True)
class Tile(ReportRow):
    """One figure of the whole with its changes, and the second figure that is said with it."""

    beside: Figure | None = None


@dataclass(frozen=True, slots=True)
class Glance:
    """The first screen of everyone or one team, on the figures, the changes and the news of the `report`.

    `teams` has a row for every team and for everyone, each with the figures of `columns`, None where one is
    not measured; verdicts are those of the teams' goal sheets.
    """

    report: MonthlyReport
    tiles: tuple[Tile, ...]
    columns: tuple[Indicator, ...]
    teams: tuple[tuple[Subject, tuple[Judged, ...]], ...]
    waiting: Waiting


def glance(view: View, scope: Scope) -> Glance:
    """The first screen of a month; `scope.period` is that month. Problem for a person."""
    report = monthly_report(view, scope)
    built, catalog = of_month(view, scope.period), view.catalog
    beside = {one.indicator.key: one for one in figures(built, scope, catalog.beside.values())}
    rows = {row.figure.indicator.key: row for row in report.rows}
    tiles = tuple(
        Tile(row.figure, row.verdict, row.month, row.year, row.trend, beside.get(catalog.beside.get(key, "")))
        for key in catalog.profiles["tiles"]
        if (row := rows.get(key)) is not None
    )
    keys = catalog.profiles["teams"]
    shown = [scope.subject] if scope.subject.is_team else [team_subject(name) for name in teams(built)]
    return Glance(
        report=report,
        tiles=tiles,
        columns=tuple(catalog.indicators[key] for key in keys),
        teams=tuple((one, rows_of_unit(view, Scope(scope.period, one), keys)) for one in (*shown, Subject())),
        waiting=_waiting(view, scope),
    )


def _waiting(view: View, scope: Scope) -> Waiting:
    month, subject = scope.period, scope.subject
    built = of_month(view, month)
    everyone = people(built, month, subject.key or None)
    states = [state for _, state in agenda(view, month, everyone)]
    found = closing(view, month)
    return Waiting(
        people=len(everyone),
        not_met=states.count("draft"),
        unsigned=states.count("discussed"),
        measures_due=_measures_due(view, month, [subject, *everyone]),
        days_without_data=days_without_data(built, month, subject.key if subject.is_team else ""),
        month_closed=found.closed,
        open_at_closing=found.left,
    )


def _measures_due(view: View, month: Period, subjects: Sequence[Subject]) -> int:
    """How many measures of these subjects, typed up to the month, were due before the last loaded day."""
    until = as_of(view.newest)
    if until is None:
        return 0
    today = until.date() - timedelta(days=1)
    found: Mapping = open_measures(view.records, month.next().month)
    listed = (measure for one in subjects for measure in found.get((one.kind, one.key), ()))
    return sum(is_overdue(measure, today) for measure in listed)
