"""One indicator of one subject over months: figures, targets as agreed, control limits, causes, measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Literal

import numpy as np

from kpi.agreed import AgreedRow, thaw
from kpi.changes import Change, change
from kpi.definitions import Cause, Indicator
from kpi.figures import PER, trends
from kpi.goals import sheet_key
from kpi.measures import MEASURE, measures_in
from kpi.records import Saved, SheetKey
from kpi.records.steps import state_of, steps_by_month
from kpi.scope import Scope, parse_month
from kpi.sheets import Figure, Measure
from kpi.statistics import charts
from kpi.statistics.signals import western_electric
from kpi.targets import Target, catalogue_targets, read_agreed
from kpi.view import View

MONTHS = 13  # the same month a year before is the first of them
ENOUGH_MONTHS = 12  # for limits, which are provisional still
LARGE = 200  # rows a month

# All four rules on every person and indicator would cry wolf twice a month (Champ & Woodall 1987).
RULES = {"person": (1, 4), "unit": (1, 2, 3, 4)}
WORDS = ("cause", "category", "next_target")


@dataclass(frozen=True, slots=True)
class Limits:
    """Control limits in the unit of the figures, one of each a month; None for a month without rows."""

    chart: Literal["xmr", "p_prime", "u_prime"]
    centre: float
    sigma: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One month: the figure by the data of today, and as it was agreed; the target that held for it."""

    month: str
    figure: Figure
    agreed: Figure | None
    target: Target | None


@dataclass(frozen=True, slots=True)
class Said:
    """What was written down about the indicator on one month's sheet; `next_target` is the month's after."""

    month: str
    cause: str
    kind_of_cause: Cause | None
    next_target: float | None
    measure: Measure | None


@dataclass(frozen=True, slots=True)
class History:
    """An indicator over months, the oldest first; the last point is the month that it is about.

    `limits` are None with fewer than ENOUGH_MONTHS of `months_with_data`, or where all of them are equal.
    `signals` are +1 above the limits (or in a pattern above the centre), −1 below, else 0. `month_before`
    is 环比, `year_before` 同比. `said` are the months on which anything was written, the newest first.
    """

    indicator: Indicator
    points: tuple[Point, ...]
    months_with_data: int
    limits: Limits | None
    signals: tuple[int, ...]
    month_before: Change | None
    year_before: Change | None
    said: tuple[Said, ...]


def history(view: View, scope: Scope, key: str, months: int = MONTHS) -> History | None:
    """The last `months` months of an indicator, up to the one the scope ends in.

    None for an indicator that is not measured for this kind of subject. Three queries in all: the sums by
    month, what was typed on any of the sheets, and their steps.
    """
    trend = trends(view, (key,), scope, months).get(key)
    if trend is None:
        return None
    names, found = zip(*trend, strict=True)
    last = parse_month(names[-1])
    sheet = sheet_key(replace(scope, period=last))
    following = replace(sheet, month=last.next().month)
    saved = view.records.earlier(following, (*WORDS, *MEASURE.values())) if view.records else {}
    saved = {place: one for place, one in saved.items() if place[1] == key}
    agreed = _agreed(view, sheet, key, names)
    targets = {name: _target(view, scope, key, name, agreed.get(name), saved) for name in names}
    limits = limits_of(found)
    return History(
        indicator=found[0].indicator,
        points=tuple(
            Point(name, figure, agreed[name].figure if name in agreed else None, targets[name])
            for name, figure in trend
        ),
        months_with_data=sum(figure.value is not None for figure in found),
        limits=limits,
        signals=signals_of(found, limits, "person" if scope.subject.kind == "person" else "unit"),
        month_before=change(found[-1], found[-2]) if months > 1 else None,
        year_before=change(found[-1], found[-13]) if months > 12 else None,
        said=_said(view, saved, names[0]),
    )


def limits_of(figures: Sequence[Figure]) -> Limits | None:
    """The control limits of figures month by month, from all of them; None without enough to draw any.

    With LARGE rows in the median month a proportion gets a p′, a rate a u′ chart: their limits follow the
    rows of each month, and the prime keeps them from being too narrow on many rows. Everything else gets an
    XmR chart, which takes each value as it is: with few rows the normal limits of p and u do not hold, and a
    mean or a count has no other.
    """
    with_data = [figure for figure in figures if figure.value is not None]
    if len(with_data) < ENOUGH_MONTHS:
        return None
    indicator = with_data[0].indicator
    large = median(figure.base for figure in with_data) >= LARGE
    scale, chart = 1.0, "xmr"
    if large and indicator.kind in ("proportion", "rate"):
        # A month without a value has no say, even where one of its two sides was counted.
        above = [figure.numerator if figure.value is not None else 0.0 for figure in figures]
        below = [figure.denominator if figure.value is not None else 0.0 for figure in figures]
        if indicator.kind == "proportion":
            chart, found = "p_prime", charts.p_prime_chart(above, below)
        else:
            chart, found, scale = "u_prime", charts.u_prime_chart(above, below), float(PER)
    else:
        values = [np.nan if figure.value is None else figure.value for figure in figures]
        highest = 1.0 if indicator.unit == "share" else np.inf
        individuals = charts.xmr_chart(values, lowest=0.0, highest=highest)
        found = individuals and individuals.limits
    if found is None or not np.nanmax(found.sigma) > 0:
        return None
    sigma, low, high = (_numbers(scale * line) for line in (found.sigma, found.low, found.high))
    return Limits(chart, scale * found.centre, sigma, low, high)


def signals_of(
    figures: Sequence[Figure], limits: Limits | None, level: Literal["person", "unit"]
) -> tuple[int, ...]:
    """For each month +1 or −1 where one of the rules for this level fires, else 0; all 0 without limits."""
    if limits is None:
        return (0,) * len(figures)
    z = [
        np.nan if figure.value is None or sigma is None else (figure.value - limits.centre) / sigma
        for figure, sigma in zip(figures, limits.sigma, strict=True)
    ]
    return tuple(int(signal) for signal in western_electric(z, RULES[level]))


def _agreed(view: View, sheet: SheetKey, key: str, months: Sequence[str]) -> dict[str, AgreedRow]:
    """By month the row of the indicator as it was agreed, of sheets that still are."""
    found = {}
    for month, steps in steps_by_month(view.records, sheet).items():
        if month not in months or state_of(steps) not in ("agreed", "closed"):
            continue
        content = next(step.content for step in reversed(steps) if step.action == "agreed")
        if (row := thaw(content).get(key)) is not None:
            found[month] = row
    return found


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


def _said(view: View, saved: dict[tuple[str, str, str], Saved], since: str) -> tuple[Said, ...]:
    """What was written by month, the newest first; months on which nothing was are left out."""
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


def _numbers(line: np.ndarray) -> tuple[float | None, ...]:
    return tuple(None if np.isnan(value) else float(value) for value in line)
