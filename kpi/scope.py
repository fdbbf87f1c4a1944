"""What a page or an export is about: a period, and everyone, one team or one person."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from etl.errors import N_, Problem

PeriodKind = Literal["day", "week", "month", "quarter", "year", "range"]
SubjectKind = Literal["all", "team", "person"]

FIRST_YEAR, LAST_YEAR = 1900, 2199
PERIOD_KINDS: tuple[PeriodKind, ...] = ("day", "week", "month", "quarter", "year", "range")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A span of whole days; `start` and `end` both belong to it."""

    start: date
    end: date
    kind: PeriodKind = "range"

    @property
    def month(self) -> str:
        """The month that the period starts in, as "2026-10"."""
        return f"{self.start:%Y-%m}"

    @property
    def is_day(self) -> bool:
        """Whether it is a single day, as such."""
        return self.kind == "day"

    @property
    def is_week(self) -> bool:
        """Whether it is a calendar week."""
        return self.kind == "week"

    @property
    def is_month(self) -> bool:
        """Whether it is a month."""
        return self.kind == "month"

    @property
    def is_quarter(self) -> bool:
        """Whether it is a quarter."""
        return self.kind == "quarter"

    @property
    def is_year(self) -> bool:
        """Whether it is a year."""
        return self.kind == "year"

    @property
    def is_range(self) -> bool:
        """Whether it is any span of days, from one to another."""
        return self.kind == "range"

    @property
    def days(self) -> int:
        """Number of calendar days."""
        return (self.end - self.start).days + 1

    @property
    def whole_months(self) -> bool:
        """Whether it begins and ends with a month."""
        return self.start.day == 1 and (self.end + timedelta(days=1)).day == 1

    def next(self) -> Period:
        """The period of the same kind that follows; a range moves by its own length."""
        return period_of(self.kind, self.end + timedelta(days=1), length=self.days)

    def previous(self, count: int = 1) -> Period:
        """The period of the same kind so many before this one; a range moves by its own length."""
        found, length = self, self.days if self.is_range else 1
        for _ in range(count):
            found = period_of(self.kind, found.start - timedelta(days=length), length=length)
        return found


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom figures are about.

    `id` is what people see and type ("" for everyone, the team's name, the agent's number as first
    seen); `key` is what facts and records hold (for an agent `etl.people.agents.agent_key` of the id).
    """

    kind: SubjectKind = "all"
    id: str = ""
    key: str = ""
    name: str = ""

    @property
    def is_everyone(self) -> bool:
        """Whether it is everyone together."""
        return self.kind == "all"

    @property
    def is_team(self) -> bool:
        """Whether it is a team."""
        return self.kind == "team"

    @property
    def is_person(self) -> bool:
        """Whether it is one person."""
        return self.kind == "person"


@dataclass(frozen=True, slots=True)
class Scope:
    """A period and a subject."""

    period: Period
    subject: Subject = Subject()


def period_of(kind: PeriodKind, day: date, *, length: int = 1) -> Period:
    """The period of `kind` that contains `day`; a range starts on it and is `length` days long."""
    if kind == "day":
        return Period(day, day, kind)
    if kind == "week":
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + timedelta(days=6), kind)
    if kind == "month":
        return _months(day.year, day.month, 1, kind)
    if kind == "quarter":
        return _months(day.year, 3 * ((day.month - 1) // 3) + 1, 3, kind)
    if kind == "year":
        return _months(day.year, 1, 12, kind)
    return Period(day, day + timedelta(days=length - 1), kind)


def last_months(period: Period, count: int) -> list[Period]:
    """So many months in order, the last of them the one that a period ends in."""
    months = [period_of("month", period.end)]
    while len(months) < count:
        months.append(months[-1].previous())
    return months[::-1]


def parse_month(text: str) -> Period:
    """The month written as "2026-10"; Problem when it is not one."""
    match = re.fullmatch(r"(\d{4})-(\d{2})", text.strip())
    if match and 1 <= int(match[2]) <= 12 and int(match[1]) > 0:
        month = period_of("month", date(int(match[1]), int(match[2]), 1))
        if is_within_reach(month):
            return month
    raise Problem("--month", N_("“{text}” is not a month."), N_("Write it as 2026-10."), text=text)


def is_within_reach(period: Period) -> bool:
    """Whether a period lies in the years that facts can be of; around others the calendar itself ends."""
    return period.start.year >= FIRST_YEAR and period.end.year <= LAST_YEAR


def _months(year: int, month: int, count: int, kind: PeriodKind) -> Period:
    last = month + count - 1
    return Period(date(year, month, 1), date(year, last, calendar.monthrange(year, last)[1]), kind)
