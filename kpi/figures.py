"""Figures of a scope: sums of the roll-ups with interval, target and verdict; and the rows behind them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

import polars as pl

from kpi.corrected import Parts, Without, without_corrections
from kpi.coverage import Loaded, loaded_days
from kpi.definitions import Indicator
from kpi.rollup import with_relation
from kpi.scope import Period, Scope, Subject, period_of
from kpi.sheets import Figure
from kpi.statistics.intervals import (
    mean_t,
    mean_variance,
    poisson_exact,
    ratio_t,
    ratio_variance,
    wilson,
)
from kpi.sums import Sums, bound, sums_of, within
from kpi.targets import Target, targets_of, targets_of_people
from kpi.verdict import judge
from kpi.view import View

PER = 1000  # a rate is counted per 1,000

Line = tuple[tuple[str, Figure], ...]


def figures(view: View, scope: Scope, keys: Iterable[str] | None = None) -> tuple[Figure, ...]:
    """The figures of a scope, in the order of `keys` (all of the catalogue when None).

    Indicators that are not measured for the kind of subject are left out.
    """
    chosen = applicable(view, scope.subject, keys)
    sums, without = _sums(view, chosen, scope, "")
    loaded = loaded_days(view, scope.period, team=_team(scope))[""]
    targets = targets_of(view, scope)
    return tuple(
        _figure(i, sums.get("", {}), loaded, scope.period.days, targets.get(i.key), _of(without, "", i))
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
            _figure(i, parts, loaded, period.days, targets.get(i.key), _of(without, agent.key, i))
            for i in chosen
        )
    return found


def figures_by_segment(
    view: View, scope: Scope, segments: Iterable[str], keys: Iterable[str]
) -> dict[str, tuple[Figure, ...]]:
    """The figures of a scope by queue, service item or whatever the relation's segment is."""
    chosen = applicable(view, scope.subject, keys)
    sums, without = _sums(view, chosen, scope, "segment")
    loaded = loaded_days(view, scope.period, team=_team(scope))[""]
    targets = targets_of(view, scope)
    return {
        segment: tuple(
            _figure(
                *(i, sums.get(segment, {}), loaded, scope.period.days, targets.get(i.key)),
                _of(without, segment, i),
            )
            for i in chosen
        )
        for segment in segments
    }


def trends(view: View, keys: Iterable[str], scope: Scope, months: int) -> dict[str, Line]:
    """By indicator the figures of each of the last `months` months, up to the one the scope ends in.

    Lines to look at: without targets, so without verdicts.
    """
    chosen, whole = applicable(view, scope.subject, keys), _last_months(scope.period, months)
    sums = sums_of(view, chosen, replace(scope, period=whole), "month") if view.snapshot else {}
    loaded = loaded_days(view, whole, "month", _team(scope))
    return {i.key: _line(i, whole, sums, loaded) for i in chosen}


def trends_by_agent(
    view: View, wanted: Mapping[str, Collection[str]], period: Period, months: int
) -> dict[str, dict[str, Line]]:
    """`trends` of several people in as many queries as for one: by agent key those `wanted`."""
    every = dict.fromkeys(key for keys in wanted.values() for key in keys)
    chosen, whole = applicable(view, Subject("person"), every), _last_months(period, months)
    sums = sums_of(view, chosen, Scope(whole), "agent_month") if view.snapshot and chosen else {}
    loaded = loaded_days(view, whole, "month")
    return {
        agent: {i.key: _line(i, whole, sums, loaded, f"{agent} ") for i in chosen if i.key in keys}
        for agent, keys in wanted.items()
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


def _team(scope: Scope) -> str:
    return scope.subject.key if scope.subject.kind == "team" else ""


def _last_months(period: Period, count: int) -> Period:
    month = period_of("month", period.end)
    first = month
    for _ in range(count - 1):
        first = first.previous()
    return Period(first.start, month.end)


def _line(
    indicator: Indicator,
    whole: Period,
    sums: dict[str, Sums],
    loaded: dict[str, dict[str, Loaded]],
    part: str = "",
) -> Line:
    """The months of a period; `part` stands before the month in the keys of the sums."""
    months, month = [], period_of("month", whole.start)
    while month.start <= whole.end:
        months.append(month)
        month = month.next()
    return tuple(
        (m.month, _figure(indicator, sums.get(part + m.month, {}), loaded.get(m.month, {}), m.days, None))
        for m in months
    )


def _figure(
    indicator: Indicator,
    sums: Sums,
    loaded: dict[str, Loaded],
    days: int,
    target: Target | None,
    without: Without | None = None,
) -> Figure:
    part = _own(indicator, sums)
    covered = [loaded.get(contract, Loaded()) for contract in indicator.needs]
    days_with_data = min(one.days for one in covered)
    numerator, denominator, base = _parts(indicator, part)
    value = interval = None
    if not days_with_data:
        numerator = denominator = without = None
        base = 0
    else:
        value = _value(indicator, numerator, denominator)
        interval = _interval(indicator, part) if denominator else None
    judged = judge(indicator, value, target.value if target else None, base, interval)
    low, high = interval or (None, None)
    return Figure(
        indicator=indicator,
        numerator=numerator,
        denominator=denominator,
        base=int(base),
        value=value,
        low=low,
        high=high,
        target=target.value if target else None,
        target_source=target.source if target else None,
        gap=judged.gap,
        gap_good=judged.gap_good,
        verdict=judged.verdict,
        coverage=part["rows"] / part["should"] if days_with_data and part["should"] else None,
        days_with_data=days_with_data,
        days=days,
        share_of_days=min(one.share for one in covered) if days_with_data else None,
        corrections=without.corrections if without else (),
        value_without=_value(indicator, *_parts(indicator, _own(indicator, without.sums))[:2])
        if without
        else None,
        variance=_variance(indicator, part) if value is not None else None,
    )


def _own(indicator: Indicator, sums: Sums) -> Sums:
    """The additive numbers of one indicator by their short names; 0 for those that there are none of."""
    names = ("rows", "hits", "should", "x", "y", "xx", "xy", "yy", "per")
    return {name: sums.get(f"{indicator.key}__{name}", 0.0) for name in names}


def _value(indicator: Indicator, numerator: float, denominator: float | None) -> float | None:
    """A count is its numerator; without a base there is no value."""
    if denominator is None:
        return numerator
    scale = PER if indicator.kind == "rate" else 1
    return scale * numerator / denominator if denominator else None


def _parts(indicator: Indicator, part: Sums) -> tuple[float, float | None, float]:
    """Numerator, denominator, and the number of rows behind them."""
    if indicator.kind == "count":
        return part["rows"], None, part["rows"]
    if indicator.kind == "proportion":
        return part["hits"], part["rows"], part["rows"]
    if indicator.kind == "mean":
        return part["x"], part["rows"], part["rows"]
    if indicator.kind == "points":
        return part["x"], part["y"], part["rows"]
    return part["rows"], part["per"], part["per"]


def _interval(indicator: Indicator, part: Sums) -> tuple[float, float] | None:
    if indicator.kind == "proportion":
        found = wilson(part["hits"], part["rows"])
    elif indicator.kind == "mean":
        found = mean_t(part["rows"], part["x"], part["xx"])
    elif indicator.kind == "points":
        found = ratio_t(*_ratio(part))
    else:
        found = poisson_exact(part["rows"], part["per"])
    if found is None:
        return None
    # A t interval knows no limits; a share ends at 0 and 1, seconds and rates begin at 0.
    highest = 1.0 if indicator.unit == "share" else float("inf")
    scale = PER if indicator.kind == "rate" else 1
    return max(0.0, scale * found[0]), min(highest, scale * found[1])


def _variance(indicator: Indicator, part: Sums) -> float | None:
    """The variance of a mean or of points; the other kinds follow from their two numbers."""
    if indicator.kind == "mean":
        return mean_variance(part["rows"], part["x"], part["xx"])
    return ratio_variance(*_ratio(part)) if indicator.kind == "points" else None


def _ratio(part: Sums) -> tuple[float, ...]:
    return tuple(part[name] for name in ("rows", "x", "y", "xx", "xy", "yy"))
