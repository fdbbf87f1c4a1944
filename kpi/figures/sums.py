"""The additive numbers of a scope: from the roll-ups, or counted from the facts."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from kpi.catalog.definitions import Indicator
from kpi.catalog.hiding import meant
from kpi.catalog.relations import over_relation, relation_values
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

    With `as_loaded` they are counted from the facts as the files gave them, without any correction.
    """
    rolled_up = not as_loaded and view.rolled_up()
    corrected = frozenset() if as_loaded else view.corrected
    some = "TRUE" if agents is None else "list_contains($agents, agent_id)"
    sums: dict[str, Sums] = {}
    for relation, concerned in by_relation(indicators).items():
        source = f"rollup_{relation}" if rolled_up else f"({daily(concerned, relation, corrected)})"
        columns = ", ".join(
            f"CAST(sum({column}) AS DOUBLE) AS {column}"
            for i in concerned
            for column in components(i, relation)
        )
        rows = view.query(
            f"SELECT {GROUPS[by]} AS part, {columns} FROM {source}"
            f" WHERE {within(scope.subject, some)} GROUP BY part",
            **bound(view, relation, scope),
            agents=agents and list(agents),
        )
        for row in rows.iter_rows(named=True):
            sums.setdefault(row.pop("part"), {}).update(row)
    return sums


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
    numbers = {column: sql for i in indicators for column, sql in components(i, relation).items()}
    sums = ", ".join(f"CAST({sql} AS DOUBLE) AS {column}" for column, sql in numbers.items())
    question = (
        f", touched AS ({meant(relation, contract)})"
        f" SELECT {GROUPS[by]} AS part, correction_number, {sums} FROM touched"
        f" WHERE {within(scope.subject)} GROUP BY part, correction_number"
    )
    rows = view.query(over_relation(question, relation, corrected), **bound(view, relation, scope))
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
    """The answer to `question`, SQL over `asked`: the rows of a scope that meet a condition.

    Of these `passes` says whether they meet a second one. All rows of the relation, whatever their day and
    whoever's, are in `relation`. `reads` is that of `with_relation`; `values` are bound.
    """
    second = f"coalesce(({passes}\n), FALSE)" if passes else "NULL"
    asked = f"SELECT *, {second} AS passes FROM relation WHERE {within(scope.subject, condition)}"
    sql = over_relation(f", asked AS ({asked})\n{question}", relation, view.corrected, reads)
    return view.query(sql, **bound(view, relation, scope), **values)


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
