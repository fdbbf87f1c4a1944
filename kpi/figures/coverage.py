"""The days with data: the share of a period that a contract covers, and the calendar of all contracts."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from statistics import median
from typing import Literal, NamedTuple

from etl.audits.covered_days import DATED, UNDATED, with_missing
from etl.sql_text import sql_file
from kpi.catalog.definitions import Indicator
from kpi.catalog.relations import RELATIONS, STANDING, over, relation_file, relation_values
from kpi.figures.figure import Figure
from kpi.figures.remembered import remembered
from kpi.figures.stays import Stay, stays_of
from kpi.figures.view import View, as_of
from kpi.rollups.build import rows_by_day
from kpi.scope import Period, Subject

State = Literal["data", "few", "missing", "none"]
EVERYBODY = Subject()
LASTING = frozenset({STANDING["backlog"]})  # contracts of what is still there on days without a row

ENOUGH_TO_COMPARE = 3  # days of the same weekday
FEW = 0.5  # of what is usual
WORTH_COMPARING = 10  # usual rows a day; of fewer, half as many are chance
ENOUGH_TO_LACK = (
    0.5  # of all days with data; on fewer a team does not show on which its people ought to have some
)

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

    `kept` is the share of the subject's rows that were not set aside, `known` the number of days at whose end
    it is known what is still there.
    """

    days: int = 0
    share: float | None = None
    kept: float = 1.0
    known: int = 0


@dataclass(frozen=True, slots=True)
class Days:
    """One contract's days in order: `loaded` ones, whose rows `facts` counts, and `missing` ones."""

    loaded: tuple[date, ...]
    facts: dict[date, int]
    missing: tuple[date, ...]

    def within(self, start: date, end: date) -> Loaded:
        """Count the loaded days from `start` to `end`, with their share of the days that should have data."""
        got, lacking = self.count(start, end)
        return Loaded(got, got / (got + lacking) if got else None)

    def count(self, start: date, end: date) -> tuple[int, int]:
        """Count the loaded and the missing days from `start` to `end`."""
        return _between(self.loaded, start, end), _between(self.missing, start, end)


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
    view: View, period: Period, subject: Subject = EVERYBODY, by: Literal["", "month"] = ""
) -> dict[str, dict[str, Loaded]]:
    """How much of a period each contract covers, by group: "" for the whole period, or its months.

    The share is that of the team where it has any data of its own; of a person that of the team of the day,
    where it has enough to tell. The number of days is everyone's.
    """
    least = ENOUGH_TO_LACK if subject.is_person else 0
    return _loaded_days(view, period, stays_of(view, subject, period), by, least)


def loaded_days_of_people(
    view: View, period: Period, people: Iterable[Subject], by: Literal["", "month"] = ""
) -> dict[str, dict[str, dict[str, Loaded]]]:
    """By agent key what `loaded_days` gives for each of several people; counted once for all in one team."""
    of_stays = cache(lambda stays: _loaded_days(view, period, stays, by, ENOUGH_TO_LACK))
    return {one.key: of_stays(stays_of(view, one, period)) for one in people}


def _loaded_days(
    view: View, period: Period, stays: Sequence[Stay], by: Literal["", "month"], least: float
) -> dict[str, dict[str, Loaded]]:
    groups = {"": (period.start, period.end)}
    if by:
        groups, start = {}, period.start
        while start <= period.end:
            following = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
            groups[f"{start:%Y-%m}"] = (start, min(following - timedelta(days=1), period.end))
            start = following
    everyone = days_by_contract(view)
    of_teams = {
        team: {
            name: days
            for name, days in days_by_contract(view, team).items()
            if len(days.loaded) >= least * len(everyone[name].loaded)
        }
        for team in {one.team for one in stays}
    }
    lasting = {name: known_days(view, name) for name in LASTING & everyone.keys()}
    return {
        group: {
            name: _within(days, *span, [(of_teams[one.team].get(name, days), one) for one in stays])._replace(
                known=_between(lasting.get(name, days.loaded), *span)
            )
            for name, days in everyone.items()
        }
        for group, span in groups.items()
    }


def _within(days: Days, start: date, end: date, parts: Sequence[tuple[Days, Stay]]) -> Loaded:
    """As `Days.within` of everyone, with the share of the days of each stay where these have any data."""
    whole = days.within(start, end)
    spans = ((own, max(start, one.since), min(end, one.until)) for own, one in parts)
    counted = [own.count(since, until) for own, since, until in spans if since <= until]
    got, lacking = (sum(part) for part in zip((0, 0), *counted, strict=True))
    return whole._replace(share=got / (got + lacking)) if got else whole


def known_days(view: View, contract: str) -> Sequence[date]:
    """The days in order at whose end it is known what is still there, whether they have rows or not."""
    if contract not in LASTING:
        days = days_by_contract(view).get(contract)
        return days.loaded if days else ()
    sql = over("SELECT day FROM known ORDER BY day", known=relation_file(f"{contract}_known"))
    return remembered(view, ("known days", contract), lambda: tuple(view.query(sql).to_series()))


def _between(days: Sequence[date], start: date, end: date) -> int:
    """How many of some days in order lie from `start` to `end`."""
    return bisect_right(days, end) - bisect_left(days, start)


def lacking(view: View, indicator: Indicator, team: str) -> Callable[[date], bool]:
    """Whether a day lacks data that an indicator needs: a team's own, or it lies before any were loaded."""
    everyone, own = days_by_contract(view), days_by_contract(view, team) if team else {}
    needed = [name for name in indicator.needs if name in everyone]
    missing = {day for name in needed for day in own.get(name, everyone[name]).missing}
    first = max((everyone[name].loaded[0] for name in needed), default=date.min)
    return lambda day: day < first or day in missing


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
