"""Figures of a scope: sums of the roll-ups with interval and target; and the rows behind them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from kpi.catalog.definitions import Indicator
from kpi.figures.coverage import Loaded, loaded_days, loaded_days_of_people
from kpi.figures.figure import Figure
from kpi.figures.figure_from_sums import figure_of
from kpi.figures.lacking_columns import with_lacking
from kpi.figures.planned_share import Share, people_shares, unit_shares
from kpi.figures.set_aside_rows import with_kept
from kpi.figures.sums import Sums, ask, last_days, sums_of
from kpi.figures.targets import Target, targets_of, targets_of_people
from kpi.figures.view import View
from kpi.figures.without_corrections import Parts, Without, without_corrections
from kpi.scope import Period, Scope, Subject

# What a relation only says about files.
STATED = [
    f"{what}_stated" for what in ("response", "resolution", "reopening", "follow_up", "repeat", "reply")
]
ROWS_BEHIND = """
    SELECT asked.* REPLACE (coalesce(p.shown, asked.agent_id) AS agent_id), f.name AS file
    FROM asked
    LEFT JOIN people AS p ON p.agent_id = asked.agent_id
    LEFT JOIN (SELECT DISTINCT file_id, name FROM files) AS f ON f.file_id = asked.file_id
    ORDER BY day, asked.file_id, file_row LIMIT coalesce($limit, 9223372036854775807)"""
FILES_BEHIND = """
    SELECT f.name, count(*) AS rows
    FROM asked JOIN (SELECT DISTINCT file_id, name FROM files) AS f ON f.file_id = asked.file_id
    GROUP BY f.name"""


def figures(view: View, scope: Scope, keys: Iterable[str] | None = None) -> tuple[Figure, ...]:
    """The figures of a scope, in the order of `keys` (all of the catalogue when None).

    Indicators that are not measured for the kind of subject are left out.
    """
    chosen = applicable(view, scope.subject, keys)
    sums, without = _sums(view, chosen, scope, "")
    loaded = _loaded(view, scope)
    targets = targets_of(view, scope)
    shares = _shares_of(view, scope, chosen, targets)
    found = tuple(
        figure_of(
            *(i, sums.get("", {}), loaded, scope.period.days, targets.get(i.key)),
            *(_without_of(without, "", i), shares.get(i.key)),
        )
        for i in chosen
    )
    return with_lacking(view, scope, {"": found}, "")[""]


def figures_by_agent(
    view: View, period: Period, agents: list[Subject], keys: Iterable[str]
) -> dict[str, tuple[Figure, ...]]:
    """The figures of several people in one pass, by agent key; each over all their work in the period."""
    scope = Scope(period, agents[0] if len(agents) == 1 else Subject())
    chosen = applicable(view, Subject("person"), keys)
    sums, without = _sums(view, chosen, scope, "agent")
    days = loaded_days_of_people(view, period, agents)
    loaded_by_agent = with_kept(view, period, agents, {key: own[""] for key, own in days.items()})
    targets_by_agent = targets_of_people(view, period, agents)
    shares_by_agent = people_shares(view, period, agents, chosen, targets_by_agent)
    found = {}
    for agent in agents:
        targets = targets_by_agent[agent.key]
        parts, shares = sums.get(agent.key, {}), shares_by_agent.get(agent.key, {})
        loaded = loaded_by_agent[agent.key]
        found[agent.key] = tuple(
            figure_of(
                *(i, parts, loaded, period.days, targets.get(i.key)),
                *(_without_of(without, agent.key, i), shares.get(i.key)),
            )
            for i in chosen
        )
    return with_lacking(view, scope, found, "agent")


def figures_by_segment(
    view: View, scope: Scope, segments: Iterable[str], keys: Iterable[str]
) -> dict[str, tuple[Figure, ...]]:
    """The figures of a scope by queue, service item or whatever the relation's segment is."""
    chosen = applicable(view, scope.subject, keys)
    sums, without = _sums(view, chosen, scope, "segment")
    loaded = _loaded(view, scope)
    targets = targets_of(view, scope)
    return {
        segment: tuple(
            figure_of(
                *(i, sums.get(segment, {}), loaded, scope.period.days, targets.get(i.key)),
                _without_of(without, segment, i),
            )
            for i in chosen
        )
        for segment in segments
    }


def applicable(view: View, subject: Subject, keys: Iterable[str] | None = None) -> list[Indicator]:
    """The indicators of `keys` that are measured for this kind of subject."""
    level = "person" if subject.is_person else "unit"
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

    Exactly as many as its denominator says (for points: its units; for a count: its value); with `passing`
    those of the numerator. A proportion's rows say whether they pass. A rate has its denominator's rows
    without `passing`, its numerator's with it; a ratio those of its numerator. `only` is one more condition
    (SQL of the catalogue or this program) with its `values` to bind. Customers appear masked only.
    """
    indicator = view.catalog.indicators[key]
    if view.snapshot is None:
        return pl.DataFrame()
    relation, condition = _rows(indicator, passing)
    passes = indicator.hit if indicator.how.listed == "passing" else None
    met = f"({condition}\n) AND ({only}\n)"
    if indicator.how.last_day:
        met, values = (
            f"{met} AND list_contains($last_days, day)",
            values | last_days(view, [indicator], scope),
        )
    found = ask(view, ROWS_BEHIND, relation, scope, met, passes=passes, limit=limit, **values)
    hidden = (
        "customer_key",
        "business_date",
        "segment",
        "file_id",
        "waits_known",
        "of_inbound",
        *STATED,
        *(() if passes else ("passes",)),
    )
    found = found.drop(*hidden, strict=False)
    return found.select(*(name for name in found.columns if name != "file_row"), "file_row")


def sources_behind(view: View, key: str, scope: Scope) -> pl.DataFrame:
    """The files that a figure's rows came from: name, rows; for two relations those of both."""
    indicator = view.catalog.indicators[key]
    none = pl.DataFrame(schema={"name": pl.String, "rows": pl.Int64})
    if view.snapshot is None:
        return none
    parts = {(indicator.relation, indicator.base)}
    if indicator.per:
        parts.add((indicator.per, indicator.per_base))
    found = [ask(view, FILES_BEHIND, relation, scope, condition) for relation, condition in sorted(parts)]
    return pl.concat([none, *found]).group_by("name").agg(pl.col("rows").sum()).sort("name")


def count_by_segment(view: View, scope: Scope, relation: str, condition: str) -> dict[str, int]:
    """How many rows of a relation meet a condition (SQL of the catalogue or this program), by segment."""
    if view.snapshot is None:
        return {}
    question = "SELECT segment, count(*) FROM asked GROUP BY segment"
    return dict(ask(view, question, relation, scope, condition).rows())


def _rows(indicator: Indicator, passing: bool) -> tuple[str, str]:
    """The relation and the SQL condition of the rows behind a figure, with `passing` of its numerator's."""
    if indicator.how.listed == "per" and not passing:
        return indicator.per, indicator.per_base
    if indicator.how.listed == "passing" and passing:
        return indicator.relation, f"({indicator.base}\n) AND ({indicator.hit}\n)"
    return indicator.relation, indicator.base


def _sums(view: View, indicators: list[Indicator], scope: Scope, by: str) -> tuple[dict[str, Sums], Parts]:
    """The additive numbers by group, and the figures' numbers without corrections."""
    if view.snapshot is None:
        return {}, {}
    sums = sums_of(view, indicators, scope, by)
    return sums, without_corrections(view, indicators, scope, by, sums)


def _loaded(view: View, scope: Scope) -> dict[str, Loaded]:
    loaded = loaded_days(view, scope.period, scope.subject)[""]
    return with_kept(view, scope.period, [scope.subject], {scope.subject.key: loaded})[scope.subject.key]


def _shares_of(
    view: View, scope: Scope, chosen: list[Indicator], targets: Mapping[str, Target]
) -> Mapping[str, Share]:
    if not scope.subject.is_person:
        return unit_shares(view, scope, chosen, targets)
    key = scope.subject.key
    return people_shares(view, scope.period, [scope.subject], chosen, {key: targets}).get(key, {})


def _without_of(without: Parts, part: str, indicator: Indicator) -> Without | None:
    return without.get(part, {}).get(indicator.key)
