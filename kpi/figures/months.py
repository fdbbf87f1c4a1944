"""Figures month by month: lines to look at, and what signals and proposals are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from kpi.catalog.definitions import Indicator
from kpi.figures.coverage import Loaded, loaded_days, loaded_days_of_people
from kpi.figures.figure import Figure
from kpi.figures.figure_from_sums import figure_of
from kpi.figures.figures import applicable
from kpi.figures.remembered import recall, remember
from kpi.figures.sums import Sums, sums_of
from kpi.figures.view import View
from kpi.scope import Period, Scope, Subject, last_months

HISTORY = 36  # months looked back

Line = tuple[tuple[str, Figure], ...]


def trends(view: View, keys: Iterable[str], scope: Scope, months: int) -> dict[str, Line]:
    """By indicator the figures of each of the last `months` months, up to the one the scope ends in.

    Lines to look at: without targets, so without verdicts.
    """
    chosen = applicable(view, scope.subject, keys)
    periods = last_months(scope.period, months)
    whole = replace(scope, period=Period(periods[0].start, periods[-1].end))
    sums = sums_of(view, chosen, whole, "month") if view.snapshot else {}
    return _lines(chosen, periods, sums, loaded_days(view, whole.period, scope.subject, "month"))


def trends_by_agent(
    view: View, keys: Iterable[str], period: Period, agents: Iterable[Subject], months: int
) -> dict[str, dict[str, Line]]:
    """By agent key what `trends` gives for each of several people, with as many queries as for one."""
    agents = list(agents)
    chosen, people = applicable(view, Subject("person"), keys), [agent.key for agent in agents]
    periods = last_months(period, months)
    whole = Scope(Period(periods[0].start, periods[-1].end))
    sums = sums_of(view, chosen, whole, "month_agent", agents=people) if view.snapshot else {}
    by_agent: dict[str, dict[str, Sums]] = {agent: {} for agent in people}
    for part, numbers in sums.items():
        month, agent = part[:7], part[7:]
        by_agent[agent][month] = numbers
    loaded = loaded_days_of_people(view, whole.period, agents, "month")
    return {agent: _lines(chosen, periods, own, loaded[agent]) for agent, own in by_agent.items()}


def history_of(view: View, scope: Scope, keys: tuple[str, ...]) -> Mapping[str, Line]:
    """`trends` of HISTORY months, remembered for as long as the data last."""
    return histories(view, scope.period, [scope.subject], keys)[scope.subject.key]


def histories(
    view: View, month: Period, subjects: Iterable[Subject], keys: tuple[str, ...]
) -> dict[str, Mapping[str, Line]]:
    """`history_of` for several people, or for one unit, by subject key: in one pass."""
    places = {("history", month, keys, one): one for one in subjects}
    found = {place: recall(view, place) for place in places}
    unknown = {place: places[place] for place, lines in found.items() if lines is None}
    if all(one.is_person for one in unknown.values()) and len(unknown) > 1:
        counted = trends_by_agent(view, keys, month, unknown.values(), HISTORY)
        found |= {place: counted[one.key] for place, one in unknown.items()}
    else:
        found |= {place: trends(view, keys, Scope(month, one), HISTORY) for place, one in unknown.items()}
    remember(view, {place: found[place] for place in unknown})
    return {places[place].key: lines for place, lines in found.items()}


def _lines(
    chosen: list[Indicator],
    periods: list[Period],
    sums: dict[str, Sums],
    loaded: dict[str, dict[str, Loaded]],
) -> dict[str, Line]:
    """The months' figures of each indicator, made from their sums."""
    return {
        i.key: tuple(
            (p.month, figure_of(i, sums.get(p.month, {}), loaded.get(p.month, {}), p.days, None))
            for p in periods
        )
        for i in chosen
    }
