"""Figures of a scope: sums of the roll-ups with interval and target; and the rows behind them."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from kpi.catalog.definitions import Indicator
from kpi.catalog.relations import with_relation
from kpi.figures.coverage import loaded_days
from kpi.figures.figure import Figure
from kpi.figures.figure_from_sums import figure_of
from kpi.figures.sums import Sums, bound, sums_of, within
from kpi.figures.targets import targets_of, targets_of_people
from kpi.figures.view import View
from kpi.figures.without_corrections import Parts, Without, without_corrections
from kpi.scope import Period, Scope, Subject


def figures(view: View, scope: Scope, keys: Iterable[str] | None = None) -> tuple[Figure, ...]:
    """The figures of a scope, in the order of `keys` (all of the catalogue when None).

    Indicators that are not measured for the kind of subject are left out.
    """
    chosen = applicable(view, scope.subject, keys)
    sums, without = _sums(view, chosen, scope, "")
    loaded = loaded_days(view, scope.period, team=team_key(scope))[""]
    targets = targets_of(view, scope)
    return tuple(
        figure_of(i, sums.get("", {}), loaded, scope.period.days, targets.get(i.key), _of(without, "", i))
        for i in chosen
    )


def figures_by_agent(
    view: View, period: Period, agents: list[Subject], keys: Iterable[str]
) -> dict[str, tuple[Figure, ...]]:
    """The figures of several people in one pass, by agent key; each over all their work in the period."""
    scope = Scope(period, agents[0] if len(agents) == 1 else Subject())
    chosen = applicable(view, Subject("person"), keys)
    sums, without = _sums(view, chosen, scope, "agent")
    loaded = loaded_days(view, period)[""]
    targets_by_agent = targets_of_people(view, period, agents)
    found = {}
    for agent in agents:
        targets = targets_by_agent[agent.key]
        parts = sums.get(agent.key, {})
        found[agent.key] = tuple(
            figure_of(i, parts, loaded, period.days, targets.get(i.key), _of(without, agent.key, i))
            for i in chosen
        )
    return found


def figures_by_segment(
    view: View, scope: Scope, segments: Iterable[str], keys: Iterable[str]
) -> dict[str, tuple[Figure, ...]]:
    """The figures of a scope by queue, service item or whatever the relation's segment is."""
    chosen = applicable(view, scope.subject, keys)
    sums, without = _sums(view, chosen, scope, "segment")
    loaded = loaded_days(view, scope.period, team=team_key(scope))[""]
    targets = targets_of(view, scope)
    return {
        segment: tuple(
            figure_of(
                *(i, sums.get(segment, {}), loaded, scope.period.days, targets.get(i.key)),
                _of(without, segment, i),
            )
            for i in chosen
        )
        for segment in segments
    }


def applicable(view: View, subject: Subject, keys: Iterable[str] | None = None) -> list[Indicator]:
    """The indicators of `keys` that are measured for this kind of subject."""
    level = "person" if subject.kind == "person" else "unit"
    every = view.catalog.indicators
    return [every[key] for key in (every if keys is None else keys) if level in every[key].levels]


def rows_behind(
    view: View,
    key: str,
    scope: Scope,
    *,
    limit: int | None = None,
    passing: bool = False,
    only: str = "TRUE",
    **values: object,
) -> pl.DataFrame:
    """The rows that a figure counts, oldest first, with the file and row each came from.

    Exactly as many as its denominator says (for points: its units; for a count: its value);
    with `passing` those of the numerator. A proportion's rows say whether they pass. A rate has its
    denominator's rows without `passing`, its numerator's with it. `only` is one more condition (SQL of
    the catalogue or this program) with its `values` to bind. Customers appear masked only.
    """
    indicator = view.catalog.indicators[key]
    if view.snapshot is None:
        return pl.DataFrame()
    relation, condition = _rows(indicator, passing)
    passes = f", coalesce(({indicator.hit}\n), FALSE) AS passes" if indicator.kind == "proportion" else ""
    found = view.query(
        f"{with_relation(relation, view.corrected)}, counted AS ("
        f"SELECT *{passes} FROM relation WHERE {within(scope.subject, condition)} AND ({only}\n))"
        " SELECT counted.* REPLACE (coalesce(p.shown, counted.agent_id) AS agent_id), f.name AS file"
        " FROM counted LEFT JOIN people AS p ON p.agent_id = counted.agent_id"
        " LEFT JOIN (SELECT DISTINCT file_id, name FROM files) AS f ON f.file_id = counted.file_id"
        " ORDER BY day, counted.file_id, file_row LIMIT coalesce($limit, 9223372036854775807)",
        **bound(view, relation, scope),
        limit=limit,
        **values,
    )
    hidden = ("customer_key", "business_date", "segment", "file_id")
    found = found.drop(*hidden, strict=False)
    return found.select(*(name for name in found.columns if name != "file_row"), "file_row")


def sources_behind(view: View, key: str, scope: Scope) -> pl.DataFrame:
    """The files that a figure's rows came from: name, rows; a rate's numerator and denominator both."""
    indicator = view.catalog.indicators[key]
    none = pl.DataFrame(schema={"name": pl.String, "rows": pl.Int64})
    if view.snapshot is None:
        return none
    parts = {_rows(indicator, passing) for passing in (False, indicator.kind == "rate")}
    found = [
        view.query(
            f"{with_relation(relation, view.corrected)}SELECT f.name, count(*) AS rows FROM relation"
            " JOIN (SELECT DISTINCT file_id, name FROM files) AS f ON f.file_id = relation.file_id"
            f" WHERE {within(scope.subject, condition)} GROUP BY f.name",
            **bound(view, relation, scope),
        )
        for relation, condition in sorted(parts)
    ]
    return pl.concat([none, *found]).group_by("name").agg(pl.col("rows").sum()).sort("name")


def count_by_segment(view: View, scope: Scope, relation: str, condition: str) -> dict[str, int]:
    """How many rows of a relation meet a condition (SQL of the catalogue or this program), by segment."""
    if view.snapshot is None:
        return {}
    found = view.query(
        f"{with_relation(relation, view.corrected)}SELECT segment, count(*) FROM relation"
        f" WHERE {within(scope.subject, condition)} GROUP BY segment",
        **bound(view, relation, scope),
    )
    return dict(found.rows())


def _rows(indicator: Indicator, passing: bool) -> tuple[str, str]:
    """The relation and the condition of the rows of a denominator, or of a numerator."""
    if indicator.kind == "rate" and not passing:
        return indicator.per, indicator.per_base
    if indicator.kind == "proportion" and passing:
        return indicator.relation, f"({indicator.base}\n) AND ({indicator.hit}\n)"
    return indicator.relation, indicator.base


def _sums(view: View, indicators: list[Indicator], scope: Scope, by: str) -> tuple[dict[str, Sums], Parts]:
    """The additive numbers by group, and what they would be without corrections."""
    if view.snapshot is None:
        return {}, {}
    sums = sums_of(view, indicators, scope, by)
    return sums, without_corrections(view, indicators, scope, by, sums)


def _of(without: Parts, part: str, indicator: Indicator) -> Without | None:
    return without.get(part, {}).get(indicator.key)


def team_key(scope: Scope) -> str:
    """The team that a scope is about; "" for everyone and for a person."""
    return scope.subject.key if scope.subject.kind == "team" else ""
