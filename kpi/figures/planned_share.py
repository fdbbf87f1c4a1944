"""Which part of a month's target is due: by the open days of a unit, by a person's shifts and membership."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from etl.sql_text import sql_file
from kpi.catalog.definitions import Indicator
from kpi.catalog.relations import over, relation_file
from kpi.figures.coverage import Days, days_by_contract
from kpi.figures.targets import Target
from kpi.figures.view import View, as_of
from kpi.scope import Period, Scope, Subject, period_of

USUAL = timedelta(weeks=8)  # of the days before say how many calls a weekday has
OWN = ("person", "agreed")  # where a target is set for this person alone

Weights = Mapping[date, float]  # of days, as parts of the target of their month


@dataclass(frozen=True, slots=True)
class Share:
    """The part of a month's target that is due in a period: so far, and in all of it.

    `days` are those counted so far, `ahead` those to come.
    """

    so_far: float
    whole: float
    days: int
    ahead: int


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is known of the people of a period: their stays, and their planned minutes by day."""

    stays: Mapping[str, Sequence[tuple[date, date]]]
    minutes: Mapping[str, Mapping[date, float]]
    full: Mapping[date, float]  # minutes of someone there all month, by its first day

    def is_member(self, agent: str, day: date) -> bool:
        """Whether a person is on the roster on a day; always for one whom the roster does not know."""
        stays = self.stays.get(agent)
        return stays is None or any(since <= day <= until for since, until in stays)


def unit_shares(
    view: View, scope: Scope, chosen: Iterable[Indicator], targets: Mapping[str, Target]
) -> dict[str, Share]:
    """By indicator the share that is due of a unit's targets: of those that add up over days, counts."""
    counted = _counted(view, chosen, targets)
    if not counted:
        return {}
    team = scope.subject.key if scope.subject.is_team else ""
    return {i.key: _share(view, i, scope.period, _open_days(view, scope.period, team), team) for i in counted}


def people_shares(
    view: View,
    period: Period,
    agents: Iterable[Subject],
    chosen: Iterable[Indicator],
    targets: Mapping[str, Mapping[str, Target]],
) -> dict[str, dict[str, Share]]:
    """By agent key and indicator the share that is due of several people's targets.

    What is set for all, or a team, is cut by the planned shifts of the person, against those of somebody who
    is there all month; what is set for the person only by the days of membership.
    """
    agents, chosen = list(agents), list(chosen)
    asked = {one.key: _counted(view, chosen, targets[one.key]) for one in agents}
    if not any(asked.values()):
        return {}
    plan, days = _plan(view, period), _open_days(view, period, "")
    found: dict[str, dict[str, Share]] = {}
    for agent, counted in asked.items():
        by_days = {day: weight for day, weight in days.items() if plan.is_member(agent, day)}
        by_shifts = _by_shifts(plan, agent, days) or by_days
        found[agent] = {
            i.key: _share(view, i, period, by_days if targets[agent][i.key].source in OWN else by_shifts, "")
            for i in counted
        }
    return found


def _counted(view: View, chosen: Iterable[Indicator], targets: Mapping[str, Target]) -> list[Indicator]:
    return [i for i in chosen if not i.how.below and i.key in targets] if view.snapshot else []


def _share(view: View, indicator: Indicator, period: Period, weights: Weights, team: str) -> Share:
    """The share of the days of a period that count: those that have passed and lack no data."""
    days, until = days_by_contract(view), as_of(view)
    own = days_by_contract(view, team) if team else {}
    missing = {
        day
        for name in indicator.needs
        for known in (own.get(name) or days.get(name),)
        if known is not None
        for day in known.missing
    }
    due = {day: weight for day, weight in weights.items() if period.start <= day <= period.end and weight > 0}
    ahead = {day for day in due if until is None or day >= until.date()}
    passed = due.keys() - ahead - missing
    return Share(sum(due[day] for day in passed), sum(due.values()), len(passed), len(ahead))


def _open_days(view: View, period: Period, team: str) -> Weights:
    """Every day of the months of a period by its usual share of the month's calls; all alike without calls.

    A weekday on which there never were calls is closed, and so is a day that passed without any and was not
    expected to have some.
    """
    days = days_by_contract(view, team).get("calls") or days_by_contract(view).get("calls")
    first, last = period_of("month", period.start).start, period_of("month", period.end).end
    every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    usual = _usual(view, days, period.end) if days and days.loaded else (lambda day: 1.0)
    weights = {day: usual(day) for day in every}
    months: dict[date, float] = defaultdict(float)
    for day, weight in weights.items():
        months[day.replace(day=1)] += weight
    return {day: weight / months[day.replace(day=1)] if weight else 0.0 for day, weight in weights.items()}


def _usual(view: View, days: Days, end: date) -> Callable[[date], float]:
    """How many calls a day usually has, by those on the same weekday of the weeks up to `end`."""
    until, missing = as_of(view).date(), set(days.missing)
    stop = min(end, until - timedelta(days=1))
    begin = max(stop - USUAL + timedelta(days=1), days.loaded[0])
    seen = [begin + timedelta(days=n) for n in range((stop - begin).days + 1)]
    by_weekday: dict[int, list[int]] = defaultdict(list)
    for day in seen:
        if day not in missing:
            by_weekday[day.weekday()].append(days.facts.get(day, 0))
    usual = {weekday: sum(facts) / len(facts) for weekday, facts in by_weekday.items()}
    rest = sum(usual.values()) / len(usual) if usual else 1.0  # of a weekday not seen yet

    def of_day(day: date) -> float:
        closed = days.loaded[0] <= day < until and day not in days.facts and day not in missing
        return 0.0 if closed else usual.get(day.weekday(), rest)

    return of_day


def _plan(view: View, period: Period) -> _Plan:
    first, last = period_of("month", period.start).start, period_of("month", period.end).end
    stays: dict[str, list[tuple[date, date]]] = defaultdict(list)
    question = "SELECT agent_id, since, until FROM memberships"
    for agent, since, until in view.query(over(question, memberships=relation_file("memberships"))).rows():
        stays[agent].append((since, until))
    minutes: dict[str, dict[date, float]] = defaultdict(dict)
    planned: dict[date, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    found = view.query(sql_file("kpi.figures", "planned_days"), start=first, end=last)
    for agent, day, every, worked in found.select("agent_id", "day", "all_minutes", "minutes").rows():
        minutes[agent][day] = worked
        planned[day.replace(day=1)][agent] += every
    full = {}
    for month, of_people in planned.items():
        end = period_of("month", month).end
        whole = [
            total
            for agent, total in of_people.items()
            if agent not in stays or any(since <= month and until >= end for since, until in stays[agent])
        ]
        full[month] = median(whole or of_people.values())
    return _Plan(stays, minutes, full)


def _by_shifts(plan: _Plan, agent: str, days: Weights) -> Weights:
    """The days of a person by their planned minutes; those of a month without a roster by the open days."""
    own = plan.minutes.get(agent)
    if not own:
        return {}
    rostered = {day.replace(day=1) for day in own}
    return {
        day: own.get(day, 0.0) / plan.full[day.replace(day=1)] if day.replace(day=1) in rostered else weight
        for day, weight in days.items()
        if plan.is_member(agent, day)
    }
