"""Working days of a month in mainland China, and a count target spread over them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import chinese_calendar

from etl.errors import N_, Problem
from etl.home import read_entries
from kpi.scope import Period

FILE = "config/calendar.toml"
SATURDAY = 5
LONG_HOLIDAY = 5  # days off in a row: 春节, 劳动节, 国庆节, but no weekend

_SPAN = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\.\.(\d{4}-\d{2}-\d{2}))?")


@dataclass(frozen=True, slots=True)
class Calendar:
    """What the home says of single days: True for a working day, False for a day off.

    A year in `years` counts as known: its other days work from Monday to Friday unless a calendar was
    published for it.
    """

    days: Mapping[date, bool] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def works(self, day: date) -> bool:
        """Whether people work on a day. Problem when nobody has published that year's holidays.

        The home's own entry goes before the published calendar (holidays and make-up days as the State
        Council announces them each November, from the package chinesecalendar).
        """
        if day in self.days:
            return self.days[day]
        try:
            return chinese_calendar.is_workday(day)
        except NotImplementedError:
            if day.year in self.years:
                return day.weekday() < SATURDAY
            raise Problem(
                str(day.year),
                N_("The holidays of {year} are not known here yet."),
                N_('Write them into {file} as [{year}] with off = ["{year}-01-01"], work = [].'),
                year=day.year,
                file=FILE,
            ) from None


def read_calendar(config: Path) -> Calendar:
    """The home's `calendar.toml`, empty where there is none; Problem naming file and entry when faulty.

    One table a year: `[2027]` with `off` and `work`, lists of days ("2027-02-14", or a TOML date) and spans
    ("2027-02-05..2027-02-11").
    """
    days: dict[date, bool] = {}
    years = set()
    for year, entry in read_entries(config / "calendar.toml").items():
        where = f"{FILE} [{year}]"
        if not re.fullmatch(r"\d{4}", year) or not isinstance(entry, dict) or set(entry) - {"off", "work"}:
            raise Problem(
                where, N_("This is no year with its days."), N_("Write [2027] with the lists off and work.")
            )
        years.add(int(year))
        for name, works in (("off", False), ("work", True)):
            given = entry.get(name, [])
            if not isinstance(given, list):
                raise Problem(
                    f"{where} {name}", N_("This is no list of days."), N_('Write it as ["2027-01-01"].')
                )
            for text in given:
                for day in _days(f"{where} {name}", text, int(year)):
                    if days.setdefault(day, works) != works:
                        raise Problem(
                            where,
                            N_("{day} is given as a day off and as a working day."),
                            N_("Leave one of them."),
                            day=day,
                        )
    return Calendar(days, frozenset(years))


def working_days(month: Period, calendar: Calendar) -> list[date]:
    """The working days of a period, in order."""
    every = (month.start + timedelta(days=n) for n in range(month.days))
    return [day for day in every if calendar.works(day)]


def has_long_holiday(month: Period, calendar: Calendar) -> bool:
    """Whether a day of the period lies within LONG_HOLIDAY days off or more in a row.

    Days of a year whose holidays nobody has published yet are taken as worked.
    """
    run, first = 0, month.start - timedelta(days=LONG_HOLIDAY - 1)
    for day in (first + timedelta(days=n) for n in range(month.days + 2 * (LONG_HOLIDAY - 1))):
        run = run + 1 if _is_off(day, calendar) else 0
        if run >= LONG_HOLIDAY:
            return True
    return False


def _is_off(day: date, calendar: Calendar) -> bool:
    try:
        return not calendar.works(day)
    except Problem:
        return False


def split(target: int, month: Period, calendar: Calendar) -> dict[date, int]:
    """`target` spread over the working days of a period: every day of it, 0 on days off, in sum the target.

    Largest remainders (Hamilton): every working day has the same share, so all remainders are equal, and the
    odd ones go to the earlier days. ValueError for a negative target, Problem without any working day.
    """
    if target < 0:
        raise ValueError(target)
    working = working_days(month, calendar)
    if not working:
        raise Problem(month.month, N_("There is no working day in it."), N_("Look at {file}."), file=FILE)
    each, left = divmod(target, len(working))
    parts = {day: each + (place < left) for place, day in enumerate(working)}
    every = (month.start + timedelta(days=n) for n in range(month.days))
    return {day: parts.get(day, 0) for day in every}


def _days(where: str, given: object, year: int) -> list[date]:
    """The days that one entry of the home's calendar names, all within its year."""
    if isinstance(given, date) and not isinstance(given, datetime):
        first = last = given
    else:
        match = _SPAN.fullmatch(given) if isinstance(given, str) else None
        try:
            first = date.fromisoformat(match[1])
            last = date.fromisoformat(match[2] or match[1])
        except (TypeError, ValueError):
            raise _no_day(where, given) from None
    if not first <= last or first.year != year or last.year != year:
        raise _no_day(where, given)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _no_day(where: str, given: object) -> Problem:
    return Problem(
        where,
        N_("“{text}” is no day of that year."),
        N_('Write it as "2027-01-01", or "2027-02-05..2027-02-11" for several.'),
        text=given,
    )
