"""日报: one day of everyone or a team beside the same weekday of the weeks before, and its half-hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, time, timedelta

from etl.errors import N_, Problem
from kpi.analysis.looks import calendar_of
from kpi.figures.coverage import days_by_contract
from kpi.figures.day_counts import Counts, due_soon, follow_ups_due, on_duty, replies_due
from kpi.figures.figure import Figure, Heading
from kpi.figures.figures import figures
from kpi.figures.half_hours import SLOTS, rows_by_half_hour
from kpi.figures.headings import heading
from kpi.figures.remembered import remembered
from kpi.figures.view import View, as_of
from kpi.scope import Period, Scope, Subject, period_of
from kpi.units import UNITS, UnitKey
from kpi.workdays import SATURDAY

WEEKS = 4  # that a day is compared with

# The rows in their order: indicators, and counts of `kpi.figures.day_counts`, which may add up several.
ROWS = (
    *("offered", "connection_rate", "service_level", "abandonment", "speed_of_answer"),
    *("on_duty", "csat", "complaints", "due_soon", "follow_ups"),
)
COUNTS = {"on_duty": (on_duty,), "due_soon": (due_soon,), "follow_ups": (follow_ups_due, replies_due)}


@dataclass(frozen=True, slots=True)
class DailyRow:
    """One figure of the day; `value` is None for "no data".

    `usual` is that of the same weekday in the last four weeks: total over total, of a count the mean a day;
    `weeks` says how many of them have it. `figure` is the indicator's, None for a count that is none.
    """

    key: str
    value: float | None
    usual: float | None
    weeks: int
    figure: Figure | None = None

    @property
    def unit(self) -> UnitKey:
        """The unit of its values."""
        return self.figure.indicator.unit if self.figure else "count"

    @property
    def change(self) -> float | None:
        """The day − what is usual; None where either is missing."""
        return None if None in (self.value, self.usual) else self.value - self.usual


@dataclass(frozen=True, slots=True)
class HalfHour:
    """A half-hour of the day: its inbound calls, and their mean in the weeks before (None without any).

    Of those `counted` by the service level so many are `in_time`.
    """

    begins: time
    calls: int
    usual: float | None
    counted: int
    in_time: int

    @property
    def level(self) -> float | None:
        """The service level; None without a call that it counts."""
        return self.in_time / self.counted if self.counted else None


@dataclass(frozen=True, slots=True)
class Daily:
    """日报 of one day, which `heading.period` is; no figure of a day is judged, and nobody is named.

    `before` are the same weekdays of the weeks before. `unusual` are those of all these days on which people
    work otherwise than on that weekday: True for a make-up working day 调休上班, False for a day off.
    `half_hours` go from the first to the last one with calls; there are none where no calls are loaded.
    """

    heading: Heading
    rows: tuple[DailyRow, ...]
    half_hours: tuple[HalfHour, ...]
    before: tuple[date, ...]
    unusual: Mapping[date, bool]

    @property
    def day(self) -> date:
        """The day."""
        return self.heading.period.start

    @property
    def weeks(self) -> int:
        """How many of the weeks before have any figure."""
        return max((row.weeks for row in self.rows), default=0)

    @property
    def known(self) -> bool:
        """Whether anything is known of the day."""
        return any(row.value is not None for row in self.rows)

    def row(self, key: str) -> DailyRow | None:
        """The row of this key; None where there is none."""
        return next((row for row in self.rows if row.key == key), None)


def daily_scope(view: View, scope: Scope) -> Scope:
    """The scope of a day: the period, where it is one, else the newest day that anything happened on."""
    until = as_of(view)
    if scope.period.is_day or until is None:
        return Scope(period_of("day", scope.period.end), scope.subject)
    return Scope(period_of("day", (until - timedelta(days=1)).date()), scope.subject)


def daily(view: View, scope: Scope) -> Daily:
    """The day of `scope`, as `daily_scope` gives it. Problem for a person."""
    if scope.subject.is_person:
        raise Problem(
            scope.subject.id, N_("A daily report is about everyone or one team."), N_("Choose a team.")
        )
    day = scope.period.start
    before = tuple(day - timedelta(weeks=n) for n in range(1, WEEKS + 1))
    loaded = view.snapshot is not None
    keys = [key for key in ROWS if key in view.catalog.indicators]
    now = {one.indicator.key: one for one in figures(view, scope, keys)}
    then = [_figures_of(view, period_of("day", one), scope.subject, keys) for one in before]
    rows = []
    for key in ROWS:
        if key in now:
            rows.append(_row(now[key], [found[key] for found in then]))
        elif key in COUNTS:
            rows.append(_count(key, _counts(view, scope.subject, key, (day, *before)) if loaded else [], day))
    return Daily(
        heading=heading(view, scope),
        rows=tuple(rows),
        half_hours=_half_hours(view, scope.subject, day, before) if loaded else (),
        before=before,
        unusual=_unusual(view, (day, *before)),
    )


def _figures_of(view: View, day: Period, subject: Subject, keys: Sequence[str]) -> dict[str, Figure]:
    """The figures of an earlier day. They are kept: nobody looks at their targets, which may change."""
    return remembered(
        view,
        ("day", day, subject),
        lambda: {one.indicator.key: one for one in figures(view, Scope(day, subject), keys)},
    )


def _row(figure: Figure, then: Sequence[Figure]) -> DailyRow:
    known = [one for one in then if one.value is not None]
    return DailyRow(figure.indicator.key, figure.value, _pooled(known), len(known), figure)


def _pooled(known: Sequence[Figure]) -> float | None:
    """What several days come to: total over total, of a count the mean; None for a quantile, or of none."""
    if not known:
        return None
    how, unit = known[0].indicator.how, UNITS[known[0].indicator.unit]
    if how.below is None:
        return sum(one.value for one in known) / len(known)
    if how.above is None:
        return None
    total = sum(one.denominator for one in known)
    return how.scale(unit) * sum(one.numerator for one in known) / total if total else None


def _counts(view: View, subject: Subject, key: str, days: Sequence[date]) -> list[Counts]:
    return remembered(
        view, (key, days, subject), lambda: [count(view, subject, days) for count in COUNTS[key]]
    )


def _count(key: str, sources: Sequence[Counts], day: date) -> DailyRow:
    """A count over the sources that tell it of the day, beside the days of which the same ones do."""
    known = [one for one in sources if day in one]
    if not known:
        return DailyRow(key, None, None, 0)
    days = set.intersection(*(set(one) for one in known))
    total = {one: sum(source[one] for source in known) for one in days}
    value = total.pop(day)
    return DailyRow(key, value, sum(total.values()) / len(total) if total else None, len(total))


def _half_hours(view: View, subject: Subject, day: date, before: Sequence[date]) -> tuple[HalfHour, ...]:
    loaded = days_by_contract(view)["calls"].facts if "calls" in days_by_contract(view) else {}
    offered, level = (view.catalog.indicators.get(key) for key in ("offered", "service_level"))
    if day not in loaded or offered is None:
        return ()
    weeks = [one for one in before if one in loaded]

    def make() -> tuple[HalfHour, ...]:
        calls = rows_by_half_hour(view, subject, offered, (day, *weeks))
        counted = rows_by_half_hour(view, subject, level, (day,)).get(day, {}) if level else {}
        slots = [slot for found in calls.values() for slot in found]
        return tuple(
            HalfHour(
                time(slot // 2, slot % 2 * 30),
                calls.get(day, {}).get(slot, (0, 0))[0],
                sum(calls.get(one, {}).get(slot, (0, 0))[0] for one in weeks) / len(weeks) if weeks else None,
                *counted.get(slot, (0, 0)),
            )
            for slot in range(min(slots, default=SLOTS), max(slots, default=0) + 1)
        )

    return remembered(view, ("half hours", day, subject), make)


def _unusual(view: View, days: Sequence[date]) -> dict[date, bool]:
    """Days on which people work otherwise than on that weekday; none of a year whose holidays are unknown."""
    calendar, found = calendar_of(view), {}
    for day in days:
        with suppress(Problem):
            if (works := calendar.works(day)) != (day.weekday() < SATURDAY):
                found[day] = works
    return found
