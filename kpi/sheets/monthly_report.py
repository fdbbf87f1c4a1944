"""The overview of a month 客服月报: one page of figures with their changes, what went wrong, what is done."""

from __future__ import annotations

from datetime import datetime

from etl.errors import N_, Problem
from kpi.analysis.attention import News, news
from kpi.analysis.changes import change
from kpi.analysis.contributions import Split, explain
from kpi.analysis.dimension_sums import PERSONS
from kpi.analysis.real_gaps import MONTHS_BEFORE, Judged, judged, signals_in
from kpi.catalog.definitions import Indicator, Words
from kpi.figures.coverage import is_whole
from kpi.figures.figure import Figure
from kpi.figures.figures import figures
from kpi.figures.headings import heading
from kpi.figures.months import trends
from kpi.figures.position import ROUNDING
from kpi.figures.subjects import headcounts
from kpi.figures.view import View, of_month
from kpi.records.cycle_kept import steps_of
from kpi.scope import Period, Scope, Subject, last_months
from kpi.sheets.agreed import agreed_now
from kpi.sheets.goals import sheet_key
from kpi.sheets.measures import measures_in
from kpi.sheets.values import Comparison, Contribution, Headcount, Measure, MonthlyReport, ReportRow, Trouble

MONTHS = 12  # of a trend, up to the month itself
MOST = 3  # troubles, and measures
LARGEST = 3  # contributions that a sentence names
WORTH_NAMING = 0.1  # of the gap


def monthly_report(view: View, scope: Scope) -> MonthlyReport:
    """The overview of a month; `scope.period` is that month.

    Its indicators are the profile "overview", all of its months are counted from the data that the month
    was closed on; what stands on an agreed goal sheet of the unit is as agreed. Problem for a person.
    """
    if scope.subject.is_person:
        raise Problem(
            scope.subject.id,
            N_("The monthly report is about everyone or one team."),
            N_("Choose everyone or a team."),
        )
    built = of_month(view, scope.period)
    head, keys = heading(built, scope), view.catalog.profiles["overview"]
    lines = trends(built, keys, scope, max(MONTHS, MONTHS_BEFORE) + 1)
    past = {key: tuple(figure for _, figure in line[-MONTHS - 1 :]) for key, line in lines.items()}
    months = last_months(scope.period, MONTHS + 1)
    signals = signals_in(lines, person=False)
    agreed = agreed_now(steps_of(view.records, sheet_key(scope)))
    rows = tuple(
        _row(built, agreed.get(key) or judged(figure, signals.get(key)), past[key], months, head.as_of)
        for figure in figures(built, scope, keys)
        for key in (figure.indicator.key,)
    )
    found = news(built, scope, rows, lines)
    measures = _measures(view, scope, [one.figure.indicator.key for one in found])
    return MonthlyReport(
        heading=head,
        before=months[-2],
        year_before=months[0],
        rows=rows,
        headcount=_headcount(built, scope.subject, months, past),
        months=tuple(month.month for month in months[1:]),
        news=found,
        troubles=tuple(_trouble(built, scope, one) for one in found[:MOST]),
        measures=tuple(measures[:MOST]),
        all_measures=len(measures),
    )


def _row(
    view: View, row: Judged, past: tuple[Figure, ...], months: list[Period], until: datetime | None
) -> ReportRow:
    figure = row.figure

    def compared(place: int) -> Comparison:
        before = past[place]
        comparable = not figure.indicator.how.grows or (
            is_whole(view, before, months[place], until) and is_whole(view, figure, months[-1], until)
        )
        return Comparison(before, change(figure, before) if comparable else None)

    return ReportRow(figure, row.verdict, compared(-2), compared(0), past[1:])


def _headcount(
    view: View, subject: Subject, months: list[Period], past: dict[str, tuple[Figure, ...]]
) -> Headcount:
    """The roster's headcounts; None for a month without data, as a roster may not say since when it holds."""
    known = [
        month.end
        for month, *counted in zip(months, *past.values(), strict=True)
        if any(figure.days_with_data for figure in counted)
    ]
    found = headcounts(view, known, subject.key or None) if known else {}
    counts = tuple(found.get(month.end) for month in months)
    return Headcount(counts[-1], counts[-2], counts[0], counts[1:])


def _trouble(view: View, scope: Scope, one: News) -> Trouble:
    figure, since = one.figure, one.since
    gap = figure.gap if one.verdict.important else figure.value - since.value if since else one.look.change
    found = explain(view, scope, figure.indicator.key, figure.value - gap)
    split = next((split for split in found.splits if _may_be_shown(split)), None)
    terms = [Contribution("already", found.already)]
    if split is not None:
        items = {item.key: item.name for item in view.catalog.items} if split.dimension == "item" else {}
        named = (part for part in split.parts if not part.together)
        terms += [Contribution("part", part.rate, _name(part.key, items)) for part in named]
        terms += [Contribution("mix", split.mix), Contribution("exposure", split.exposure)]
    widens = [term for term in terms if term.amount * gap > 0 and abs(term.amount) >= WORTH_NAMING * abs(gap)]
    largest = tuple(sorted(widens, key=lambda term: -abs(term.amount))[:LARGEST])
    rest = gap - sum(term.amount for term in largest)
    if abs(rest) > ROUNDING:
        largest += (Contribution("rest", rest),)
    return Trouble(one, gap, view.catalog.dimensions[split.dimension] if split else None, largest)


def _name(part: str | None, items: dict[str, Words]) -> Words:
    return {} if part is None else items.get(part, {"zh": part, "en": part})


def _may_be_shown(split: Split) -> bool:
    """Whether a split may be shown: its largest part has a name, and its parts are no people."""
    return split.dimension not in PERSONS and split.parts[0].key is not None


def _measures(view: View, scope: Scope, first: list[str]) -> list[tuple[Indicator, Measure]]:
    """The goal sheet's typed measures that are not dropped: those of the troubles come first."""
    if view.records is None:
        return []
    cells = view.records.cells(sheet_key(scope))
    written = measures_in({(scope.period.month, *place): saved for place, saved in cells.items()})
    known = {one.indicator: one for one in written if one.status.value != "dropped"}
    keys = dict.fromkeys((*first, *view.catalog.profiles["unit"]))
    return [(view.catalog.indicators[key], known[key]) for key in keys if key in known]
