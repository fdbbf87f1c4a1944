"""The additive numbers of a scope: from the roll-ups, or counted from the facts."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from datetime import date

import numpy as np
import polars as pl

from kpi.catalog.corrected_facts import meant
from kpi.catalog.definitions import Indicator
from kpi.catalog.relations import ENTIRE, kept_as, over_relation, relation_values
from kpi.figures.coverage import known_days
from kpi.figures.view import View
from kpi.rollups.build import components, daily, kept_columns, rollup_columns
from kpi.scope import Scope, Subject

# The groups that sums can be made by, as SQL over a row; "" is the whole scope as one group.
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
    for row in _added_up(view, indicators, by, "part", *asked):
        sums.setdefault(row.pop("part"), {}).update(row)
    by_day = [i for i in indicators if i.how.between_days]
    days: dict[str, dict[date, Sums]] = {}
    if by_day:
        for row in _added_up(view, by_day, by, "part, day", *asked):
            days.setdefault(row.pop("part"), {}).setdefault(row.pop("day"), {}).update(row)
    for part, found in days.items():
        for indicator in by_day:
            sums[part] |= _between_days(indicator, [found[day] for day in sorted(found)])
    return sums


def _added_up(
    view: View,
    indicators: list[Indicator],
    by: str,
    keys: str,
    scope: Scope,
    as_loaded: bool,
    agents: Collection[str] | None,
) -> Iterator[dict]:
    """The additive numbers by `keys`, the group ("part") or group and day; one relation after the other."""
    rolled_up = not as_loaded and view.rolled_up()
    corrected = frozenset() if as_loaded else view.corrected
    some = "TRUE" if agents is None else "list_contains($agents, agent_id)"
    for relation, concerned in by_relation(indicators).items():
        if rolled_up:
            source, kept = f"rollup_{kept_as(relation)}", rollup_columns(view.catalog, relation)
        else:
            source, kept = f"({daily(concerned, relation, corrected)})", kept_columns(concerned, relation)
        columns = ", ".join(
            f"CAST(coalesce(sum({kept[column]}){only_last(i)}, 0) AS DOUBLE) AS {column}"
            for i in concerned
            for column in components(i, relation)
        )
        rows = view.query(
            f"SELECT {keys}, {columns} FROM (SELECT *, {GROUPS[by]} AS part FROM {source})"
            f" WHERE {within(relation, scope.subject, some)} GROUP BY {keys}",
            **bound(view, relation, scope),
            **last_days(view, concerned, scope, by_month=by.startswith("month")),
            agents=agents and list(agents),
        )
        yield from rows.iter_rows(named=True)


def _between_days(indicator: Indicator, days: Collection[Sums]) -> Sums:
    """The number of days with any of an indicator, and the variance between them; NaN for none."""
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


def sums_by_correction(
    view: View,
    relation: str,
    contract: str,
    indicators: list[Indicator],
    scope: Scope,
    by: str,
    corrected: Collection[str],
) -> dict[tuple[str, int], Sums]:
    """By group and correction of a contract the additive numbers of the rows that it means.

    The facts of the contracts in `corrected` are read through their corrections, as in `with_relation`.
    """
    sums = ", ".join(
        f"CAST({sql}{only_last(i)} AS DOUBLE) AS {column}"
        for i in indicators
        for column, sql in components(i, relation).items()
    )
    question = (
        f", touched AS ({meant(relation, contract)})"
        f" SELECT {GROUPS[by]} AS part, correction_number, {sums} FROM touched"
        f" WHERE {within(relation, scope.subject)} GROUP BY part, correction_number"
    )
    values = bound(view, relation, scope)
    values |= last_days(view, indicators, scope, by_month=by.startswith("month"))
    rows = view.query(over_relation(question, relation, corrected), **values)
    return {(row.pop("part"), row.pop("correction_number")): row for row in rows.iter_rows(named=True)}


def ask(
    view: View,
    question: str,
    relation: str,
    scope: Scope,
    condition: str = "TRUE",
    *,
    passes: str | None = None,
    reads: Collection[str] | None = None,
    **values: object,
) -> pl.DataFrame:
    """Ask SQL `question` of `asked`: the rows of a scope that meet a condition.

    Of these `passes` says whether they meet a second one. All rows of the relation, whatever their day and
    whoever's, are in `relation`. `reads` is that of `with_relation`; `values` are bound.
    """
    second = f"coalesce(({passes}\n), FALSE)" if passes else "NULL"
    asked = f"SELECT *, {second} AS passes FROM relation WHERE {within(relation, scope.subject, condition)}"
    sql = over_relation(f", asked AS ({asked})\n{question}", relation, view.corrected, reads)
    return view.query(sql, **bound(view, relation, scope), **values)


def only_last(indicator: Indicator) -> str:
    """The SQL after an aggregate that keeps, of what is still there, the last day alone: see `last_days`."""
    return " FILTER (WHERE list_contains($last_days, day))" if indicator.how.last_day else ""


def last_days(
    view: View, indicators: Collection[Indicator], scope: Scope, *, by_month: bool = False
) -> dict[str, list[date]]:
    """The value to bind to `only_last`: the last days that are known of a scope, or of each of its months.

    Nothing where no indicator asks for it.
    """
    needs = {contract for i in indicators if i.how.last_day for contract in i.needs}
    if not needs:
        return {}
    start, end = scope.period.start, scope.period.end
    known = {day for contract in needs for day in known_days(view, contract) if start <= day <= end}
    last = {f"{day:%Y-%m}" if by_month else "": day for day in sorted(known)}
    return {"last_days": list(last.values())}


def empty_columns(
    view: View, indicator: Indicator, columns: Collection[str], scope: Scope, by: str
) -> dict[str, dict[str, int]]:
    """By group the rows that should be usable but are not (""), and how many of these lack each column."""
    counts = ", ".join(
        # A file that does not state something leaves it empty in all of its rows.
        f'count(*) - count_if("{name}") AS "{name}"'
        if name.endswith("_stated")
        else f'count(*) - count("{name}") AS "{name}"'
        for name in columns
    )
    question = f"SELECT {GROUPS[by]} AS part, count(*) AS missing, {counts} FROM asked GROUP BY part"
    condition = f"({indicator.should}\n) AND NOT coalesce(({indicator.base}\n), FALSE)"
    rows = ask(view, question, indicator.relation, scope, condition).iter_rows(named=True)
    return {row.pop("part"): {"": row.pop("missing"), **row} for row in rows}


def by_relation(indicators: list[Indicator]) -> dict[str, list[Indicator]]:
    """By relation the indicators that count its rows, above or below the line."""
    names = sorted({name for i in indicators for name in (i.relation, i.per) if name})
    return {name: [i for i in indicators if name in (i.relation, i.per)] for name in names}


def within(relation: str, subject: Subject, condition: str = "TRUE") -> str:
    """The SQL condition of a subject's rows of a relation in the period, with one more `condition`."""
    who = "team IS NULL" if relation in ENTIRE and subject.is_everyone else WHO[subject.kind]
    return f"day BETWEEN $start AND $end AND {who} AND ({condition}\n)"


def bound(view: View, relation: str, scope: Scope) -> dict[str, object]:
    """The values to bind to the SQL of a scope's rows."""
    return relation_values(view.catalog, relation) | {
        "start": scope.period.start,
        "end": scope.period.end,
        "subject": scope.subject.key,
    }
