"""One indicator of one subject over months: figures, targets as agreed, control limits, causes, measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kpi.analysis.changes import Change, change
from kpi.analysis.real_gaps import MONTHS_BEFORE, Limits, Signal, limits_of, months_before, signal_of
from kpi.catalog.definitions import Cause, Indicator
from kpi.figures.coverage import is_whole
from kpi.figures.figure import Figure
from kpi.figures.months import Line, trends
from kpi.figures.targets import Target, catalogue_targets, read_agreed
from kpi.figures.view import View, as_of
from kpi.records import Saved, SheetKey
from kpi.records.cycle_kept import steps_by_month
from kpi.scope import Scope, parse_month
from kpi.sheets.agreed import AgreedRow, agreed_now
from kpi.sheets.goals import sheet_key
from kpi.sheets.measures import MEASURE, measures_in
from kpi.sheets.values import Measure

MONTHS = 13  # the same month a year before is the first of them
WORDS = ("cause", "category", "next_target")


@dataclass(frozen=True, slots=True)
class Point:
    """One month: the figure by today's data, the figure as agreed, and the target that held."""

    month: str
    figure: Figure
    agreed: Figure | None
    target: Target | None


@dataclass(frozen=True, slots=True)
class Said:
    """The texts about the indicator on one month's sheet; `next_target` is for the month after."""

    month: str
    cause: str
    kind_of_cause: Cause | None
    next_target: float | None
    measure: Measure | None


@dataclass(frozen=True, slots=True)
class History:
    """An indicator over months, the oldest first; the last point is the month that it is about.

    `limits` and `signal` are those that the last month is judged by, as on its goal sheet: from the
    `months_before` it that have data. An earlier month has limits of its own, from what came before it.
    `month_before` is 环比, `year_before` 同比; None also for a count of months that are not whole. `said` are
    the months on which anything was written, the newest first.
    """

    indicator: Indicator
    points: tuple[Point, ...]
    months_before: int
    limits: Limits | None
    signal: Signal | None
    month_before: Change | None
    year_before: Change | None
    said: tuple[Said, ...]


def history(view: View, scope: Scope, key: str) -> History | None:
    """The last MONTHS months of an indicator, up to the one the scope ends in.

    None for an indicator that is not measured for this kind of subject. Three queries in all: the sums by
    month, what was typed on any of the sheets, and their steps.
    """
    trend = trends(view, (key,), scope, MONTHS_BEFORE + 1).get(key)
    if trend is None:
        return None
    every = [figure for _, figure in trend]
    names, found = zip(*trend[-MONTHS:], strict=True)
    last = parse_month(names[-1])
    sheet = sheet_key(replace(scope, period=last))
    following = replace(sheet, month=last.next().month)
    saved = view.records.earlier(following, (*WORDS, *MEASURE.values())) if view.records else {}
    saved = {place: one for place, one in saved.items() if place[1] == key}
    agreed = _agreed(view, sheet, key, names)
    targets = {name: _target(view, scope, key, name, agreed.get(name), saved) for name in names}
    limits = limits_of(every)
    return History(
        indicator=found[0].indicator,
        points=tuple(
            Point(name, figure, agreed[name].figure if name in agreed else None, targets[name])
            for name, figure in zip(names, found, strict=True)
        ),
        months_before=months_before(every),
        limits=limits and replace(limits, low=limits.low[-MONTHS:], high=limits.high[-MONTHS:]),
        signal=signal_of(every, person=scope.subject.is_person),
        month_before=_change(view, trend, 1),
        year_before=_change(view, trend, 12),
        said=_texts_by_month(view, saved, names[0]),
    )


def _change(view: View, line: Line, ago: int) -> Change | None:
    """The change since `ago` months ago; for a count None unless both months have data on all days."""
    now, before = line[-1], line[-1 - ago]
    if now[1].indicator.how.grows:
        until = as_of(view)
        if not all(is_whole(view, figure, parse_month(name), until) for name, figure in (now, before)):
            return None
    return change(now[1], before[1])


def _agreed(view: View, sheet: SheetKey, key: str, months: Sequence[str]) -> dict[str, AgreedRow]:
    """By month the indicator's row as agreed, of sheets that are agreed still."""
    taken = steps_by_month(view.records, sheet)
    rows = {month: agreed_now(steps).get(key) for month, steps in taken.items() if month in months}
    return {month: row for month, row in rows.items() if row is not None}


def _target(
    view: View,
    scope: Scope,
    key: str,
    month: str,
    agreed: AgreedRow | None,
    saved: dict[tuple[str, str, str], Saved],
) -> Target | None:
    """The target that held for a month: as agreed, as typed the month before, or as the catalogue sets it."""
    if agreed is not None:
        figure = agreed.figure
        return None if figure.target is None else Target(figure.target, figure.target_source)
    period = parse_month(month)
    typed = saved.get((period.previous().month, key, "next_target"), Saved())
    if (value := read_agreed(typed.value)) is not None:
        return Target(value, "agreed")
    return catalogue_targets(view, replace(scope, period=period)).get(key)


def _texts_by_month(view: View, saved: dict[tuple[str, str, str], Saved], since: str) -> tuple[Said, ...]:
    """The texts typed by month, the newest first; months without any are left out."""
    causes = {cause.key: cause for cause in view.catalog.causes}
    measures = {measure.month: measure for measure in measures_in(saved)}
    text: dict[str, dict[str, str]] = {}
    for (month, _, field), one in saved.items():
        if month >= since and field in WORDS and one.value.strip():
            text.setdefault(month, {})[field] = one.value
    written = sorted({*text, *(month for month in measures if month >= since)}, reverse=True)
    return tuple(
        Said(
            month,
            text.get(month, {}).get("cause", ""),
            causes.get(text.get(month, {}).get("category", "")),
            read_agreed(text.get(month, {}).get("next_target", "")),
            measures.get(month),
        )
        for month in written
    )
