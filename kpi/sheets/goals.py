"""The goal sheet 关键业绩指标目标设定达成表: last month's figures, and what was agreed about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Literal

from kpi.analysis.attention import News, news
from kpi.analysis.chances import outlook, suggestion
from kpi.analysis.next_targets import Proposal, proposals
from kpi.analysis.real_gaps import Signal, judge, judged, signals_in
from kpi.catalog.definitions import Cause
from kpi.figures.figure import Figure
from kpi.figures.figures import applicable, figures, figures_by_agent
from kpi.figures.headings import heading
from kpi.figures.months import Line, histories, history_of
from kpi.figures.position import ROUNDING
from kpi.figures.targets import NewTarget, Target, catalogue_targets, new_targets, read_agreed
from kpi.figures.view import View, of_month
from kpi.records import Saved, SheetKey
from kpi.records.cycle_kept import steps_in, steps_of
from kpi.records.steps import AGREED, Step, state_of
from kpi.scope import Period, Scope, Subject
from kpi.sheets.agreed import AgreedRow, definition_of, differences, last_agreed
from kpi.sheets.beside_figures import month_before, team_value
from kpi.sheets.measures import MEASURE, SUPPORT, is_open, measures_in
from kpi.sheets.values import Attained, Cell, GoalRow, GoalSheet, Measure, More

# What is typed about the whole sheet, besides the date of the meeting: the interview record 面谈记录.
RECORD = ("place", "present", "record", "statement", "support")

ENDED_MONTHS = 3  # for so long a finished measure is shown with its effect
DRAWN_MONTHS = 13

# The functions that fill `GoalRow.more`, by name: (view, the sheet's scope, indicators) → by indicator.
MORE: dict[str, Callable[[View, Scope, Sequence[str]], More]] = {
    "month_before": month_before,
    "team_value": team_value,
}

Cells = Mapping[tuple[str, str], Saved]


def sheet_key(scope: Scope) -> SheetKey:
    """Which records a goal sheet has; `scope.period` is the month measured."""
    return SheetKey("goals", scope.period.month, scope.subject.kind, scope.subject.key)


def goal_sheet(view: View, scope: Scope) -> GoalSheet:
    """The goal sheet of a subject; `scope.period` is the month measured.

    Its rows are the form profile of a person or a unit, built on the data that the month was closed on; those
    of an agreed sheet are as agreed. The target agreed here is the next month's.
    """
    level = "person" if scope.subject.is_person else "unit"
    key, records = sheet_key(scope), view.records
    cells = records.cells(key) if records else {}
    steps = steps_of(records, key)
    state = state_of(steps)
    view, built = view.newest, of_month(view, scope.period)
    proposed: dict[str, Proposal] = {}
    profile = view.catalog.profiles[level]
    lines = history_of(built, scope, profile)
    if state in AGREED:
        rows = _agreed_rows(view, built, scope, steps)
    else:
        signals = signals_in(lines, person=level == "person")
        proposed = proposals(built, scope, profile, lines)
        more = {name: found(built, scope, profile) for name, found in MORE.items()}
        rows = [_with_more(_row(figure, signals), more) for figure in figures(built, scope, profile)]
    earlier, changes = _earlier(view, key), new_targets(view, scope)
    lately = scope.period.previous(ENDED_MONTHS)
    causes = {cause.key: cause for cause in view.catalog.causes}
    share = view.catalog.appraisal.suggested_chance
    # What the centre as a whole has set for the next month.
    standards = catalogue_targets(view, Scope(scope.period.next()))
    before = replace(key, month=scope.period.previous().month)
    return GoalSheet(
        heading=heading(built, scope),
        meeting_date=_cell(cells, "", "meeting_date"),
        record={name: _cell(cells, "", name) for name in RECORD},
        rows=tuple(
            replace(
                _with_proposal(_with_words(row, cells, causes), proposed, lines, share, standards),
                carried=tuple(filter(is_open, earlier.get(row.figure.indicator.key, ()))),
                ended=tuple(
                    one
                    for one in earlier.get(row.figure.indicator.key, ())
                    if not is_open(one) and one.month >= lately.month
                ),
                attained=_attained(row.figure, scope.period, changes.get(row.figure.indicator.key, ())),
            )
            for row in rows
        ),
        state=state,
        steps=steps,
        month_closed=built is not view,
        targets_agreed=state_of(steps_of(records, before)) in AGREED,
        versions={place: saved.version for place, saved in cells.items()},
        news=news(built, scope, rows, lines),
        support=_support(cells, scope.period.month),
        support_carried=tuple(filter(is_open, _support_before(view, key))),
        months=tuple(month for month, _ in next(iter(lines.values()), ()))[-DRAWN_MONTHS:],
        trend={row.figure.indicator.key: _values(row, lines) for row in rows},
    )


def rows_of_people(view: View, month: Period, people: Sequence[Subject]) -> dict[str, tuple[GoalRow, ...]]:
    """By agent key the rows of several people's goal sheets: figure and verdict, without what was typed.

    The same as on each sheet, as agreed where it is, in a handful of queries for all of them.
    """
    if not people:
        return {}
    built, profile = of_month(view, month), view.catalog.profiles["person"]
    found = figures_by_agent(built, month, list(people), profile)
    lines = histories(built, month, people, profile)
    taken = steps_in(view.records, "goals", month.month)
    rows = {}
    for person in people:
        steps = taken.get(sheet_key(Scope(month, person)), ())
        if state_of(steps) in AGREED:
            rows[person.key] = tuple(map(_as_agreed, last_agreed(steps).values()))
        else:
            signals = signals_in(lines[person.key], person=True)
            rows[person.key] = tuple(_row(figure, signals) for figure in found[person.key])
    return rows


def rows_of_unit(view: View, scope: Scope, keys: Sequence[str]) -> tuple[GoalRow, ...]:
    """The figures of everyone or a team with the verdicts of the unit's goal sheet, as agreed where it is.

    Indicators that are not on that sheet are judged in the same way.
    """
    built = of_month(view, scope.period)
    steps = steps_of(view.records, sheet_key(scope))
    agreed = last_agreed(steps) if state_of(steps) in AGREED else {}
    signals = signals_in(history_of(built, scope, tuple(keys)), person=False)
    return tuple(
        _as_agreed(agreed[figure.indicator.key]) if figure.indicator.key in agreed else _row(figure, signals)
        for figure in figures(built, scope, keys)
    )


def news_of_people(
    view: View, month: Period, people: Sequence[Subject], rows: Mapping[str, Sequence[GoalRow]]
) -> dict[str, tuple[News, ...]]:
    """By agent key the news of several people's goal sheets, whose `rows` are those of `rows_of_people`."""
    if not people:
        return {}
    built = of_month(view, month)
    lines = histories(built, month, people, view.catalog.profiles["person"])
    return {one.key: news(built, Scope(month, one), rows[one.key], lines[one.key]) for one in people}


def _row(figure: Figure, signals: Mapping[str, Signal]) -> GoalRow:
    return GoalRow(figure, judge(figure, signals.get(figure.indicator.key)), Cell(), Cell(), Cell())


def _as_agreed(agreed: AgreedRow) -> GoalRow:
    kept = {"more": agreed.more, "kept": agreed.kept}
    return GoalRow(agreed.figure, agreed.verdict, Cell(), Cell(), Cell(), **kept)


def _with_more(row: GoalRow, more: Mapping[str, More]) -> GoalRow:
    key = row.figure.indicator.key
    return replace(row, more={name: found.get(key) for name, found in more.items()})


def _with_proposal(
    row: GoalRow,
    proposed: Mapping[str, Proposal],
    lines: Mapping[str, Line],
    share: float,
    standards: Mapping[str, Target],
) -> GoalRow:
    """A row with what could be agreed for the next month, and how likely that, or what was typed, is."""
    key = row.figure.indicator.key
    proposal = proposed.get(key)
    if proposal is None:
        return row
    typed = read_agreed(row.next_target.value)
    target = proposal.stretch if typed is None else typed
    seen = outlook(proposal, lines[key], target)
    standard = standards[key].value if key in standards else None
    said = {"proposal": proposal.stretch, "expected": proposal.base}
    said["suggestion"] = suggestion(proposal, lines[key], share, standard)
    return replace(row, **said, chance=seen.chance, back_test=seen.back_test)


def _with_words(row: GoalRow, cells: Cells, causes: Mapping[str, Cause]) -> GoalRow:
    """A row with the texts that were typed beside its figure."""
    names = ("cause", "category", "next_target", *MEASURE.values())
    typed = {name: _cell(cells, row.figure.indicator.key, name) for name in names}
    return replace(row, **typed, kind_of_cause=causes.get(typed["category"].value))


def _agreed_rows(view: View, built: View, scope: Scope, steps: Iterable[Step]) -> list[GoalRow]:
    """The rows of the last agreement, each with what it would be today where that is something else."""
    agreed = last_agreed(steps)
    known = [i.key for i in applicable(view, scope.subject) if i.key in agreed]
    # Without the data that it was agreed on, nobody can say what a difference comes from.
    redefined = {} if built is view else {f.indicator.key: f for f in figures(built, scope, known)}
    today = {figure.indicator.key: figure for figure in figures(view, scope, known)}
    return [_agreed_row(view, row, redefined.get(key), today.get(key)) for key, row in agreed.items()]


def _agreed_row(view: View, agreed: AgreedRow, redefined: Figure | None, today: Figure | None) -> GoalRow:
    row = _as_agreed(agreed)
    if today is None or _same(row.figure.value, today.value):
        return row
    if redefined is None:
        return replace(row, now=judged(today))
    definition = definition_of(view.catalog, today.indicator)
    return replace(row, now=judged(today), differs=differences(agreed, redefined, today, definition))


def _same(one: float | None, other: float | None) -> bool:
    return one == other if None in (one, other) else abs(one - other) < ROUNDING


def _attained(figure: Figure, month: Period, changes: tuple[NewTarget, ...]) -> tuple[Attained, ...]:
    """The verdicts on a figure by a target that was changed, or first set, in the month it holds for."""
    if not changes:
        return ()
    found: dict[Literal["latest", "pro_rata"], float] = {"latest": changes[-1].value}
    if figure.target is not None:
        begins = [month.start, *(change.from_day for change in changes)]
        ends = [*begins[1:], month.end + timedelta(days=1)]
        targets = [figure.target, *(change.value for change in changes)]
        spans = [(end - begin).days for begin, end in zip(begins, ends, strict=True)]
        found["pro_rata"] = sum(t * days for t, days in zip(targets, spans, strict=True)) / month.days
    asked = {by: replace(figure, target=target) for by, target in found.items()}
    return tuple(Attained(by, one.target, judge(one), one.gap) for by, one in asked.items())


def _earlier(view: View, key: SheetKey) -> dict[str, tuple[Measure, ...]]:
    """By indicator the measures of the subject's earlier months, the oldest first."""
    if view.records is None:
        return {}
    found: dict[str, tuple[Measure, ...]] = {}
    for measure in measures_in(view.records.earlier(key, MEASURE.values())):
        found[measure.indicator] = (*found.get(measure.indicator, ()), measure)
    return found


def _support(cells: Cells, month: str) -> Measure:
    return Measure("", month, **{name: _cell(cells, "", field) for name, field in SUPPORT.items()})


def _support_before(view: View, key: SheetKey) -> list[Measure]:
    """What the subject's sheets of earlier months asked of the next level, the oldest first."""
    return measures_in(view.records.earlier(key, SUPPORT.values()), SUPPORT) if view.records else []


def _values(row: GoalRow, lines: Mapping[str, Line]) -> tuple[float | None, ...]:
    """The values of the months drawn; the last one is that of the row, as agreed where it is."""
    before = [figure.usable_value for _, figure in lines.get(row.figure.indicator.key, ())]
    return (*before[-DRAWN_MONTHS:-1], row.figure.usable_value)


def _cell(saved: Mapping[tuple[str, ...], Saved], *place: str) -> Cell:
    return Cell(saved[place].value, saved[place].version) if place in saved else Cell()
