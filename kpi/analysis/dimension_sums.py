"""The additive numbers of an indicator by the parts of a dimension, in two months; the rows of a part."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from etl.errors import N_, Problem
from kpi.catalog.definitions import Dimension, Indicator
from kpi.catalog.relations import WITHIN, columns_read, kept_as, with_relation
from kpi.figures.figures import rows_behind
from kpi.figures.sums import Sums, bound, within
from kpi.figures.view import View
from kpi.rollups.build import BROKEN_DOWN, components, daily, in_grain, kept_columns, rollup_columns
from kpi.scope import Period, Scope, Subject

# The additive numbers that a value is made of.
NUMBERS = ("rows", "hits", "x", "y", "per")

PERSONS = ("agent", "reviewer")  # dimensions whose parts are single people

WHO_READS = {"all": (), "team": ("team",), "person": ("agent_id",)}

Parts = dict[str | None, tuple[Sums, Sums]]  # by key, None for rows that do not say; before, and now


def parts_of(
    view: View,
    indicator: Indicator,
    subject: Subject,
    before: Period,
    now: Period,
    only: Collection[str] | None = None,
) -> dict[str, dict[str, Parts]]:
    """By relation and dimension the additive numbers of each part, before and now.

    Relations are the indicator's own, the one that a rate or a ratio counts per, and for points of a QA
    review "qa_points". Of each one query for the dimensions that a roll-up tells apart, and one of the
    breakdown, or of the facts, for the others. Numbers go by the names in NUMBERS. `only` are the keys of the
    dimensions asked for, None for all.
    """
    names = [name for name in (indicator.relation, indicator.per) if name]
    if indicator.how.divisible:
        names += [name for name, relation in WITHIN.items() if relation == indicator.relation]
    found: dict[str, dict[str, Parts]] = {name: {} for name in names}
    rolled_up = view.rolled_up()
    for relation in names:
        own = [d for d in dimensions_of(view, subject, relation) if only is None or d.key in only]
        coarse = [d for d in own if relation not in WITHIN and in_grain(d.rows[relation])]
        fine = [d for d in own if d not in coarse]
        table = (
            f"rollup_{kept_as(relation)}"
            if rolled_up
            else f"({daily([indicator], relation, view.corrected)})"
        )
        broken_down = (
            rolled_up and kept_as(relation) in BROKEN_DOWN and before.whole_months and now.whole_months
        )
        for dimensions, added_up in (
            (coarse, table),
            (fine, f"breakdown_{kept_as(relation)}" if broken_down else None),
        ):
            if dimensions:
                cells = _cells(view, indicator, relation, dimensions, subject, added_up, rolled_up=rolled_up)
                found[relation] |= _summed(view, relation, dimensions, cells, subject, before, now)
    return found


def dimensions_of(view: View, subject: Subject, relation: str) -> list[Dimension]:
    """The dimensions that split the rows of a relation, for this kind of subject."""
    level = "person" if subject.is_person else "unit"
    return [d for d in view.catalog.dimensions.values() if level in d.levels and relation in d.rows]


def any_rows(sums: Sums) -> bool:
    """Whether the sums count any row, above the line or below it."""
    return bool(sums.get("rows") or sums.get("per"))


def rows_of_part(
    view: View, scope: Scope, indicator_key: str, dimension: str, key: str | None
) -> pl.DataFrame:
    """The rows of a scope behind one part, as `rows_behind` gives them; of a rate those of its numerator.

    As many as the part says; of a QA point the reviews that have it.
    """
    indicator = view.catalog.indicators[indicator_key]
    rows = view.catalog.dimensions[dimension].rows
    if indicator.relation in rows:
        only = _is_part(rows[indicator.relation])
    else:
        inner = next((name for name, of in WITHIN.items() if of == indicator.relation and name in rows), None)
        if inner is None:
            raise Problem(
                dimension,
                N_("This indicator has no such parts."),
                N_("Open the parts from the page of its gap."),
            )
        only = (
            f"review_id IN (\n{with_relation(inner, view.corrected)}"
            f"SELECT review_id FROM relation WHERE ({indicator.base}\n) AND {_is_part(rows[inner])})"
        )
    passing = indicator.how.listed == "per"
    return rows_behind(view, indicator_key, scope, passing=passing, only=only, part=key)


def exceptions_of(view: View, scope: Scope, indicator_key: str, *, limit: int) -> pl.DataFrame:
    """The first rows of a proportion that do not pass 逐件说明, as `rows_behind` gives them."""
    hit = view.catalog.indicators[indicator_key].hit
    return rows_behind(view, indicator_key, scope, limit=limit, only=f"NOT coalesce(({hit}\n), FALSE)")


def _cells(
    view: View,
    indicator: Indicator,
    relation: str,
    dimensions: list[Dimension],
    subject: Subject,
    added_up: str | None,
    *,
    rolled_up: bool,
) -> str:
    """SQL of the numbers by `now` and by part_0, part_1, … of all dimensions at once.

    From `added_up`, a roll-up or what stands in for one; where there is none the facts are read once, and
    grouped once: what is then summed by each dimension is small.
    """
    numbers = {
        name: (column, sql)
        for column, sql in components(indicator, WITHIN.get(relation, relation)).items()
        if (name := column.removeprefix(f"{indicator.key}__")) in NUMBERS
    }
    expressions = [dimension.rows[relation] for dimension in dimensions]
    if added_up == f"breakdown_{kept_as(relation)}":
        expressions = [f"by_{dimension.key}" for dimension in dimensions]
    parts = ", ".join(f"({sql}\n) AS part_{place}" for place, sql in enumerate(expressions))
    if added_up:
        with_source, source, group = "", added_up, ""
        kept = rollup_columns(view.catalog, relation) if rolled_up else kept_columns([indicator], relation)
        sums = [f"{kept[column]} AS number_{name}" for name, (column, _) in numbers.items()]
    else:
        counted = [sql for _, sql in numbers.values()]
        reads = set(WHO_READS[subject.kind]).union(*map(columns_read, (*expressions, *counted)))
        with_source, source = with_relation(relation, view.corrected, reads), "relation"
        sums = [f"{sql} AS number_{name}" for name, (_, sql) in numbers.items()]
        group = " GROUP BY now, " + ", ".join(f"part_{place}" for place in range(len(dimensions)))
    return (
        f"{with_source}SELECT day >= $since AS now, {parts}, {', '.join(sums)} FROM {source}"
        f" WHERE {within(relation, subject, 'day <= $until OR day >= $since')}{group}"
    )


def _summed(
    view: View,
    relation: str,
    dimensions: list[Dimension],
    cells: str,
    subject: Subject,
    before: Period,
    now: Period,
) -> dict[str, Parts]:
    """Each dimension's parts, summed from the SQL `cells`."""
    places = range(len(dimensions))
    of_place = " ".join(f"WHEN grouping(part_{place}) = 0 THEN {place}" for place in places)
    rows = view.query(
        f"SELECT now, CASE {of_place} END AS place,"
        f" coalesce({', '.join(f'CAST(part_{place} AS VARCHAR)' for place in places)}) AS part,"
        " CAST(sum(COLUMNS('number_(.+)')) AS DOUBLE) AS '\\1'"
        f" FROM ({cells}) GROUP BY GROUPING SETS ({', '.join(f'(now, part_{place})' for place in places)})",
        **bound(view, relation, Scope(Period(before.start, now.end), subject)),
        until=before.end,
        since=now.start,
    )
    found: dict[str, Parts] = {dimension.key: {} for dimension in dimensions}
    for row in rows.iter_rows(named=True):
        is_now, part, place = row.pop("now"), row.pop("part"), row.pop("place")
        found[dimensions[place].key].setdefault(part, ({}, {}))[is_now].update(row)
    return found


def _is_part(expression: str) -> str:
    return f"CAST(({expression}\n) AS VARCHAR) IS NOT DISTINCT FROM $part"
