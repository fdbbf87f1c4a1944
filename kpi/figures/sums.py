"""The additive numbers of a scope: from the roll-ups, or counted from the facts."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from datetime import date

import numpy as np

from kpi.catalog.definitions import Indicator
from kpi.catalog.relations import relation_values
from kpi.figures.view import View
from kpi.rollups.build import components, daily
from kpi.scope import Scope, Subject

# What figures can be told apart by, besides the indicator; "" is all of the scope in one.
GROUPS = {
    "": "''",
    "month": "strftime(day, '%Y-%m')",
    "agent": "agent_id",
    "month_agent": "strftime(day, '%Y-%m') || agent_id",
    "segment": "segment",
}
WHO = {"all": "TRUE", "team": "team = $subject", "person": "agent_id = $subject"}

Sums = dict[str, float]


def sums_of(
    view: View,
    indicators: list[Indicator],
    scope: Scope,
    by: str,
    *,
    as_loaded: bool = False,
    agents: Collection[str] | None = None,
) -> dict[str, Sums]:
    """The additive numbers of a scope by group, of all or of some agents: one query for each relation.

    Where a kind asks for it also how its days differ, each summed over the people first: one query more.
    With `as_loaded` they are counted from the facts as the files gave them, without any correction.
    """
    asked = (scope, as_loaded, agents)
    sums: dict[str, Sums] = {}
    for row in _added_up(view, indicators, f"{GROUPS[by]} AS part", *asked):
        sums.setdefault(row.pop("part"), {}).update(row)
    by_day = [i for i in indicators if i.how.between_days]
    days: dict[str, dict[date, Sums]] = {}
    if by_day:
        for row in _added_up(view, by_day, f"{GROUPS[by]} AS part, day", *asked):
            days.setdefault(row.pop("part"), {}).setdefault(row.pop("day"), {}).update(row)
    for part, found in days.items():
        for indicator in by_day:
            sums[part] |= _between_days(indicator, [found[day] for day in sorted(found)])
    return sums


def _added_up(
    view: View,
    indicators: list[Indicator],
    keys: str,
    scope: Scope,
    as_loaded: bool,
    agents: Collection[str] | None,
) -> Iterator[dict]:
    """The additive numbers by `keys`, columns with their SQL: of each relation a row for what it has."""
    rolled_up = not as_loaded and view.rolled_up()
    corrected = frozenset() if as_loaded else view.corrected
    some = "TRUE" if agents is None else "list_contains($agents, agent_id)"
    for relation, concerned in by_relation(indicators).items():
        source = f"rollup_{relation}" if rolled_up else f"({daily(concerned, relation, corrected)})"
        columns = ", ".join(
            f"CAST(sum({column}) AS DOUBLE) AS {column}"
            for i in concerned
            for column in components(i, relation)
        )
        rows = view.query(
            f"SELECT {keys}, {columns} FROM {source} WHERE {within(scope.subject, some)} GROUP BY ALL",
            **bound(view, relation, scope),
            agents=agents and list(agents),
        )
        yield from rows.iter_rows(named=True)


def _between_days(indicator: Indicator, days: Collection[Sums]) -> Sums:
    """How many days have any of an indicator, and the variance between them; NaN where there is none."""
    above, below = (
        np.array([day.get(f"{indicator.key}__{name}", 0.0) for day in days])
        for name in (indicator.how.above, indicator.how.below)
    )
    some = (above != 0) | (below != 0)
    variance = indicator.how.between_days(above[some], below[some])
    return {
        f"{indicator.key}__days": float(some.sum()),
        f"{indicator.key}__between_days": math.nan if variance is None else variance,
    }


def by_relation(indicators: list[Indicator]) -> dict[str, list[Indicator]]:
    """The indicators that count rows of each relation, above or below the line."""
    names = sorted({name for i in indicators for name in (i.relation, i.per) if name})
    return {name: [i for i in indicators if name in (i.relation, i.per)] for name in names}


def within(subject: Subject, condition: str = "TRUE") -> str:
    """The SQL condition of a scope's rows, or of those of them that meet another condition too."""
    return f"day BETWEEN $start AND $end AND {WHO[subject.kind]} AND ({condition}\n)"


def bound(view: View, relation: str, scope: Scope) -> dict[str, object]:
    """What the SQL of a scope's rows needs to have bound."""
    return relation_values(view.catalog, relation) | {
        "start": scope.period.start,
        "end": scope.period.end,
        "subject": scope.subject.key,
    }
