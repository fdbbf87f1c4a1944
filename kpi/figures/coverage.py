"""The days with data: the share of a period that a contract covers, and the calendar of all contracts."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Literal, NamedTuple

from etl.audits.covered_days import DATED, UNDATED, with_missing
from etl.sql_text import sql_file
from kpi.catalog.relations import RELATIONS, STANDING, over, relation_file, relation_values
from kpi.figures.figure import Figure
from kpi.figures.remembered import remembered
from kpi.figures.view import View, as_of
from kpi.rollups.build import rows_by_day
from kpi.scope import Period

State = Literal["data", "few", "missing", "none"]

ENOUGH_TO_COMPARE = 3  # days of the same weekday
FEW = 0.5  # of what is usual
WORTH_COMPARING = 10  # usual rows a day; of fewer, half as many are chance

# A slip of the pen in a year is no day to count to. Contracts without an event a day miss nothing.
EVERYONE = """
    SELECT contract AS part, day, facts FROM loaded_days WHERE year(day) BETWEEN 1900 AND 2199"""
# How many rows the other teams have on a day: a team lacks data where they have some.
OTHERS = """
    SELECT loaded_days.contract AS part, loaded_days.day,
        greatest(loaded_days.facts - coalesce(counted.facts, 0), 1) AS weight
    FROM loaded_days LEFT JOIN counted ON counted.part = contract AND counted.day = loaded_days.day"""
FOUND = """
    SELECT part, day, facts FROM counted
    UNION ALL
    SELECT part, day, NULL FROM missing"""


class Loaded(NamedTuple):
    """The number of days with data, and their share of the days that should have some (None: no data).

    `kept` is the share of the subject's rows that were not set aside.
    """

    days: int = 0
    share: float | None = None
    kept: float = 1.0


@dataclass(frozen=True, slots=True)
class Days:
    """One contract's days in order: `loaded` ones, whose rows `facts` counts, and `missing` ones."""

    loaded: tuple[date, ...]
    facts: dict[date, int]
    missing: tuple[date, ...]

    def within(self, start: date, end: date) -> Loaded:
        """Count the loaded days from `start` to `end`, with their share of the days that should have data."""
        got, lacking = (
            bisect_right(days, end) - bisect_left(days, start) for days in (self.loaded, self.missing)
        )
        return Loaded(got, got / (got + lacking) if got else None)


@dataclass(frozen=True, slots=True)
class CoveredDay:
    """One day of one contract in the calendar.

    `few` is less than half of what is usual on its weekday, `missing` a day that should have data and
    has none, `none` one that need not have any, or lies outside of the data.
    """

    contract: str
    day: date
    facts: int
    state: State


def loaded_days(
    view: View, period: Period, by: Literal["", "month"] = "", team: str = ""
) -> dict[str, dict[str, Loaded]]:
    """How much of a period each contract covers, by group: "" for the whole period, or its months.

    The share is that of a `team` where it has any data of its own; the number of days is everyone's.
    """
    groups = {"": (period.start, period.end)}
    if by:
        groups, start = {}, period.start
        while start <= period.end:
            following = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
            groups[f"{start:%Y-%m}"] = (start, min(following - timedelta(days=1), period.end))
            start = following
    everyone, own = days_by_contract(view), days_by_contract(view, team) if team else {}
    found = {}
    for group, span in groups.items():
        found[group] = {name: days.within(*span) for name, days in everyone.items()}
        for name in own.keys() & everyone.keys():
            share = own[name].within(*span).share
            if share is not None:
                found[group][name] = found[group][name]._replace(share=share)
    return found


def is_whole(view: View, figure: Figure, month: Period, until: datetime | None) -> bool:
    """Whether the data of a figure cover its whole month; `until` is the end of the last loaded day."""
    days = days_by_contract(view)
    return (
        figure.share_of_days == 1
        and until is not None
        and until.date() > month.end
        and all(days[contract].loaded[0] <= month.start for contract in figure.indicator.needs)
    )


def calendar(view: View, period: Period, team: str = "") -> tuple[CoveredDay, ...]:
    """Every day of a period for every contract that has any data (of a team), in the contracts' order."""
    days = days_by_contract(view, team)
    shown = [name for name in DATED if name in days]
    return tuple(
        CoveredDay(name, day, days[name].facts.get(day, 0), _state(days[name], day))
        for name in shown
        for day in (period.start + timedelta(days=n) for n in range(period.days))
    )


def days_by_contract(view: View, team: str = "") -> dict[str, Days]:
    """The days of each contract that has any, of everyone or one team; counted once a snapshot."""
    return remembered(view, ("days", team), lambda: _count(view, team)) if view.snapshot else {}


def _count(view: View, team: str) -> dict[str, Days]:
    sql, values = with_missing(FOUND, EVERYONE), {}
    if team:
        sql, values = with_missing(FOUND, _of_team(view), OTHERS), {"team": team}
        for relation in RELATIONS:
            values |= relation_values(view.catalog, relation)
    found, until = view.query(sql, **values), as_of(view)
    everyone = days_by_contract(view) if team else {}
    days: dict[str, Days] = {}
    for (name,), rows in found.sort("day").group_by("part"):
        facts = {day: count for day, count in rows.select("day", "facts").rows() if count is not None}
        lacking = {day for day, count in rows.select("day", "facts").rows() if count is None}
        if name in everyone:
            lacking |= set(everyone[name].missing) - facts.keys()
        # A day after all data is not missing yet; an undated contract misses no day.
        lacking = {day for day in lacking if until is None or day < until.date()}
        days[name] = Days(tuple(facts), facts, () if name in UNDATED else tuple(sorted(lacking)))
    return days


def _of_team(view: View) -> str:
    """SQL of (part, day, facts) of the team $team: from the roll-ups, or counted from the facts."""
    events = {name: contract for name, contract in RELATIONS.items() if name not in STANDING}
    facts = rows_by_day(view.catalog, events, view.corrected, rolled_up=view.rolled_up())
    of_team = sql_file("kpi.figures", "days_of_team")
    return over(of_team, memberships=relation_file("memberships"), facts=facts)


def _state(days: Days, day: date) -> State:
    facts = days.facts.get(day)
    if facts is None:
        at = bisect_left(days.missing, day)
        return "missing" if at < len(days.missing) and days.missing[at] == day else "none"
    around = (day + timedelta(weeks=n) for n in range(-4, 5) if n)
    usual = [days.facts[other] for other in around if other in days.facts]
    if len(usual) >= ENOUGH_TO_COMPARE and facts < FEW * median(usual) and median(usual) >= WORTH_COMPARING:
        return "few"
    return "data"


def runs(days: Sequence[date]) -> list[tuple[date, date]]:
    """Ordered days as spans (first, last) of consecutive days."""
    spans: list[tuple[date, date]] = []
    for day in days:
        if spans and day == spans[-1][1] + timedelta(days=1):
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return spans
