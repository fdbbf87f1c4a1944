"""Which part of a month's target is due: by the open days of a unit, by a person's shifts and membership."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial
from statistics import median

from etl.sql_text import sql_file
from kpi.catalog.definitions import Indicator
from kpi.catalog.relations import over, relation_file
from kpi.figures.coverage import Days, days_by_contract, lacking
from kpi.figures.stays import stays_of, team_on
from kpi.figures.targets import Target
from kpi.figures.view import View, as_of
from kpi.scope import Period, Scope, Subject, period_of

USUAL = timedelta(weeks=8)  # before a month say how many calls a weekday has
ALL_LEAVE = "[]"  # whatever its type: who is on leave has no part in a target, excused or not
OWN = ("person", "agreed")  # where a target is set for this person alone

ROSTER = (
    "SELECT agent_id, shift_date AS day, shift_no, start_at, end_at FROM schedule WHERE start_at < end_at"
)

Weights = Mapping[date, float]  # of days, as parts of the target of their month
TeamOn = Callable[[date], str | None]  # whose data count on a day: "" for everyone's, None for nobody's


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
    """Planned minutes in the months of a period: by person and day, and those of someone there all month."""

    minutes: Mapping[str, Mapping[date, float]]
    full: Mapping[date, float]  # by the first day of the month


def unit_shares(
    view: View, scope: Scope, chosen: Iterable[Indicator], targets: Mapping[str, Target]
) -> dict[str, Share]:
    """By indicator the share that is due of a unit's targets: of those that add up over days, counts."""
    counted = _counted(view, chosen, targets)
    if not counted:
        return {}
    team = scope.subject.key if scope.subject.is_team else ""
    weights = _open_days(view, scope.period, team)
    return {i.key: _share(view, i, scope.period, weights, lambda day: team) for i in counted}


def people_shares(
    view: View,
    period: Period,
    agents: Iterable[Subject],
    chosen: Iterable[Indicator],
    targets: Mapping[str, Mapping[str, Target]],
) -> dict[str, dict[str, Share]]:
    """By agent key and indicator the share that is due of several people's targets.

    What is set for all, or a team, is cut by the planned shifts of the person, against those of somebody who
    is there all month; what is set for the person only by the days of membership. Open days, and those that
    have data, are those of the team that the person is in on the day; everyone's for whoever is in none.
    """
    agents, chosen = list(agents), list(chosen)
    asked = {one.key: _counted(view, chosen, targets[one.key]) for one in agents}
    if not any(asked.values()):
        return {}
    months = _months_around(period)
    plan, open_days = _plan(view, months), cache(lambda team: _open_days(view, period, team))
    found: dict[str, dict[str, Share]] = {}
    for agent in agents:
        own = cache(partial(team_on, stays_of(view, agent, months)))
        by_days = {day: open_days(own(day))[day] for day in _days(months) if own(day) is not None}
        by_shifts = _by_shifts(plan, agent.key, by_days) or by_days
        set_for = {i.key: targets[agent.key][i.key].source for i in asked[agent.key]}
        found[agent.key] = {
            i.key: _share(view, i, period, by_days if set_for[i.key] in OWN else by_shifts, own)
            for i in asked[agent.key]
        }
    return found


def _counted(view: View, chosen: Iterable[Indicator], targets: Mapping[str, Target]) -> list[Indicator]:
    return [i for i in chosen if i.how.grows and i.key in targets] if view.snapshot else []


def _share(view: View, indicator: Indicator, period: Period, weights: Weights, team_on_day: TeamOn) -> Share:
    """The share of the days of a period that count: those that have passed and have their data."""
    until, lacks = as_of(view), cache(partial(lacking, view, indicator))
    due = {day: weight for day, weight in weights.items() if period.start <= day <= period.end and weight > 0}
    ahead = {day for day in due if until is None or day >= until.date()}
    passed = {day for day in due.keys() - ahead if not lacks(team_on_day(day) or "")(day)}
    return Share(sum(due[day] for day in passed), sum(due.values()), len(passed), len(ahead))


def _open_days(view: View, period: Period, team: str) -> Weights:
    """Every day of the months of a period by its usual share of the month's calls; all alike without calls.

    A weekday on which there never were calls is closed, and so is a day that passed without any and was not
    expected to have some.
    """
    days = days_by_contract(view, team).get("calls") or days_by_contract(view).get("calls")
    months, weights = _months_around(period), {}
    month = period_of("month", months.start)
    while month.start <= months.end:
        usual = _usual(view, days, month) if days and days.loaded else (lambda day: 1.0)
        found = {day: usual(day) for day in _days(month)}
        total = sum(found.values())
        weights |= {day: weight / total if weight else 0.0 for day, weight in found.items()}
        month = month.next()
    return weights


def _usual(view: View, days: Days, month: Period) -> Callable[[date], float]:
    """How many calls a day of a month usually has, by those on the same weekday of the weeks before it.

    What a month was itself does not say what was due in it; only where no day of those weeks has data do the
    days of the month that have passed stand in for them.
    """
    until, missing = as_of(view).date(), set(days.missing)
    before = [day for day in days.loaded if month.start - USUAL <= day < month.start]
    known = before or [day for day in days.loaded if month.start <= day <= month.end]
    seen = _days(Period(known[0], known[-1])) if known else []
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


def _months_around(period: Period) -> Period:
    """The whole months that a period lies in."""
    return Period(period_of("month", period.start).start, period_of("month", period.end).end)


def _days(period: Period) -> list[date]:
    return [period.start + timedelta(days=n) for n in range(period.days)]


def _plan(view: View, months: Period) -> _Plan:
    sql = over(
        sql_file("kpi.figures", "planned_days"),
        view.corrected,
        planned_shifts=ROSTER,
        absences=relation_file("absences"),
        leave_of_shifts=relation_file("leave_of_shifts"),
    )
    minutes: dict[str, dict[date, float]] = defaultdict(dict)
    planned: dict[date, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    found = view.query(sql, start=months.start, end=months.end, leave=ALL_LEAVE)
    for agent, day, every, worked in found.select("agent_id", "day", "all_minutes", "minutes").rows():
        minutes[agent][day] = worked
        planned[day.replace(day=1)][agent] += every
    full = {}
    for first, of_people in planned.items():
        month = period_of("month", first)
        whole = [total for agent, total in of_people.items() if _all_month(view, agent, month)]
        full[first] = median(whole or of_people.values())
    return _Plan(minutes, full)


def _all_month(view: View, agent: str, month: Period) -> bool:
    """Whether a person is on the roster on all days of a month, or not known to it at all."""
    stays = stays_of(view, Subject("person", key=agent), month)
    return sum((one.until - one.since).days + 1 for one in stays) == month.days


def _by_shifts(plan: _Plan, agent: str, days: Weights) -> Weights:
    """The days of a person by their planned minutes; those of a month without a roster by the open days."""
    own = plan.minutes.get(agent)
    if not own:
        return {}
    rostered = {day.replace(day=1) for day in own}
    return {
        day: own.get(day, 0.0) / plan.full[day.replace(day=1)] if day.replace(day=1) in rostered else weight
        for day, weight in days.items()
    }
