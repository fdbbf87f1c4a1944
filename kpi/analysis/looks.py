"""Looks at a figure: against the month before, the same month a year ago, and by its control chart.

Counts are compared by the days they rest on: those with data, and where a long holiday lies in either month
those of them that are worked; January and February only together against a year ago.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, partial
from typing import Literal

from etl.errors import Problem
from kpi.analysis.real_gaps import chart_look
from kpi.catalog.definitions import Indicator
from kpi.figures.coverage import days_by_contract, lacking
from kpi.figures.figure import Figure
from kpi.figures.months import Line
from kpi.figures.position import ROUNDING
from kpi.figures.stays import stays_of, team_on
from kpi.figures.view import View, as_of
from kpi.scope import Period, Scope, parse_month
from kpi.workdays import Calendar, has_long_holiday, read_calendar

YEAR = 12
FEBRUARY = 2  # with January: 春节 lies in either


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a figure: `change` is the value minus what was expected, `p` its chance, 1 if no worse.

    `days` are those that the two sides of a count rest on; `by_open_day` says that days off are left out.
    """

    against: Literal["month", "year", "chart"]
    change: float
    p: float
    days: tuple[float, float] = (1, 1)
    by_open_day: bool = False


def got_worse(indicator: Indicator, change: float) -> bool:
    """Whether a change is one for the worse, and more than material. A band has no worse side by itself."""
    worse = {"higher": -change, "lower": change}.get(indicator.better, 0.0)
    return worse > indicator.material + ROUNDING


CountedDays = Callable[[Indicator, Period], Sequence[date]]


def looks_at(figure: Figure, line: Line, days: CountedDays, calendar: Calendar) -> list[Look]:
    """All looks at a figure that there are; none at one on fewer rows than its minimum base, or with too
    many missing."""
    if not figure.enough_rows or figure.withheld or len(line) < 2:
        return []
    months = [one for _, one in line[:-1]] + [figure]
    periods = [parse_month(name) for name, _ in line]
    counted = figure.indicator.how.grows
    found = [
        _against(against, months, periods, sides, days, calendar)
        for against, sides in (("month", (slice(-1, None), slice(-2, -1))), ("year", _year(periods, counted)))
        if sides is not None
    ]
    # A count of a month that is not over lies below any chart.
    if not counted or len(days(figure.indicator, periods[-1])) == periods[-1].days:
        found.append(_by_chart(months))
    return [look for look in found if look is not None]


def _year(periods: Sequence[Period], counted: bool) -> tuple[slice, slice] | None:
    """Which months are set against which of a year ago; January's counts wait for February's."""
    together = 1
    if counted and periods[-1].start.month <= FEBRUARY:
        together = periods[-1].start.month
        if together < FEBRUARY:
            return None
    if len(periods) < YEAR + together:
        return None
    return slice(-together, None), slice(-YEAR - together, -YEAR)


def _against(
    against: Literal["month", "year"],
    months: Sequence[Figure],
    periods: Sequence[Period],
    sides: tuple[slice, slice],
    days: CountedDays,
    calendar: Calendar,
) -> Look | None:
    """The look at some months, summed where they are several, against others; None where one has no value."""
    now, before = (months[side] for side in sides)
    if any(one.usable_value is None for one in (*now, *before)):
        return None
    indicator, exposures, by_open_day = now[0].indicator, (1.0, 1.0), False
    if indicator.how.grows:
        rests_on = [[day for month in periods[side] for day in days(indicator, month)] for side in sides]
        every = (month for side in sides for month in periods[side])
        by_open_day = any(has_long_holiday(one, calendar) for one in every)
        opened = _open_days(rests_on, calendar) if by_open_day else None
        exposures, by_open_day = opened or tuple(float(len(some)) for some in rests_on), opened is not None
        if not all(exposures):
            return None
    one, other = _together(now), _together(before)
    change = one.value - indicator.how.expected(other, exposures)
    p = indicator.how.p_value(one, other, exposures) if got_worse(indicator, change) else 1.0
    return None if p is None else Look(against, change, p, exposures, by_open_day)


def _open_days(sides: Sequence[Sequence[date]], calendar: Calendar) -> tuple[float, ...] | None:
    """How many of the days on each side are worked; None where nobody has published the holidays yet."""
    try:
        return tuple(float(sum(map(calendar.works, days))) for days in sides)
    except Problem:
        return None


def _together(figures: Sequence[Figure]) -> Figure:
    """One figure, or several counts as one."""
    if len(figures) == 1:
        return figures[0]
    total = sum(one.numerator for one in figures)
    return replace(figures[0], numerator=total, value=total)


def _by_chart(months: Sequence[Figure]) -> Look | None:
    found = chart_look(months)
    if found is None:
        return None
    centre, p = found
    change = months[-1].value - centre
    return Look("chart", change, p if got_worse(months[-1].indicator, change) else 1.0)


def counted_days(view: View, scope: Scope) -> CountedDays:
    """The days of a month that a figure rests on: those with data, and those that need not have any."""
    if view.snapshot is None:
        return lambda indicator, month: ()
    everyone, until = days_by_contract(view), as_of(view)

    def counted(indicator: Indicator, month: Period) -> Sequence[date]:
        if until is None or not all(name in everyone and everyone[name].loaded for name in indicator.needs):
            return ()
        stays, lacks = stays_of(view, scope.subject, month), cache(partial(lacking, view, indicator))
        days = (month.start + timedelta(days=n) for n in range(month.days))
        teams = ((day, team_on(stays, day)) for day in days if day < until.date())
        return [day for day, team in teams if team is not None and not lacks(team)(day)]

    return counted


def calendar_of(view: View) -> Calendar:
    """The home's calendar; the published one where the home's is at fault, as `service-kpi check` says."""
    try:
        return read_calendar(view.home.config)
    except Problem:
        return Calendar()
