"""Relations of facts, and from the catalogue the additive numbers per day, agent, team and segment.

The SQL here, in `kpi.figures` and in `kpi.subjects` is put together by code, from nothing but the files
in `kpi/relations/` and the conditions of the catalogue, which `kpi.conditions` has checked; whatever
people type is bound.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from functools import cache
from importlib.resources import files

import duckdb
import polars as pl

from etl.errors import N_, Problem
from etl.read import header_word
from kpi.definitions import Catalog, Indicator

# Each relation, and the contract without whose facts it has nothing to say.
RELATIONS = {
    "calls": "calls",
    "surveys": "surveys",
    "qa": "qa_reviews",
    "tickets": "tickets",
    "promises": "promises",
    "observations": "observations",
    "shifts": "attendance",
}

GRAIN = "day, agent_id, team, segment"

# The additive numbers of each kind; `should` (for coverage) belongs to all, `per` to another relation.
PARTS = {
    "count": ("rows",),
    "proportion": ("rows", "hits"),
    "mean": ("rows", "x", "xx"),
    "points": ("rows", "x", "y", "xx", "xy", "yy"),
    "rate": ("rows",),
}


@cache
def relation_file(name: str) -> str:
    """The text of `kpi/relations/<name>.sql`."""
    return files("kpi").joinpath("relations", f"{name}.sql").read_text(encoding="utf-8")


def with_relation(name: str) -> str:
    """A WITH clause after which the rows of a relation can be read from `relation`."""
    return f"WITH memberships AS (\n{relation_file('memberships')}), relation AS (\n{relation_file(name)})\n"


def relation_values(catalog: Catalog, name: str) -> dict[str, str]:
    """What the SQL of a relation needs to have bound: lists of the catalogue, as JSON."""
    values: dict[str, object] = {}
    if "$items" in relation_file(name):
        values["items"] = [
            {
                "name": text,
                "item_key": item.key,
                "response_limit_s": item.response_s,
                "resolution_limit_s": item.resolution_s,
            }
            for item in catalog.items
            for text in dict.fromkeys((item.key, *item.name.values(), *item.aliases))
        ]
    if "$qa_form" in relation_file(name):
        # A wide form's points are header cells, which are read without regard to case and full width.
        groups = {
            text: point.group
            for point in catalog.qa_points
            for name in (point.key, point.item, point.name_en)
            for text in (name, header_word(name))
        }
        values["qa_form"] = [{"item": text, "level_1": group} for text, group in groups.items()]
    return {key: json.dumps(value, ensure_ascii=False) for key, value in values.items()}


def components(indicator: Indicator, relation: str) -> dict[str, str]:
    """The columns that an indicator adds to the roll-up of a relation, each with its aggregate."""
    columns = {}
    if relation == indicator.relation:
        for part in (*PARTS[indicator.kind], "should"):
            columns[f"{indicator.key}__{part}"] = _aggregate(indicator, part)
    if relation == indicator.per:
        columns[f"{indicator.key}__per"] = f"count(*) FILTER (WHERE ({indicator.per_base}\n))"
    return columns


def _aggregate(indicator: Indicator, part: str) -> str:
    base, x, y = f"({indicator.base}\n)", f"({indicator.x}\n)", f"({indicator.y}\n)"
    counted = {
        "rows": base,
        "hits": f"{base} AND ({indicator.hit}\n)",
        "should": f"({indicator.should}\n)",
    }
    if part in counted:
        return f"count(*) FILTER (WHERE {counted[part]})"
    summed = {"x": x, "y": y, "xx": f"{x} * {x}", "xy": f"{x} * {y}", "yy": f"{y} * {y}"}[part]
    return f"coalesce(sum(CAST({summed} AS DOUBLE)) FILTER (WHERE {base}), 0)"


def relations_used(catalog: Catalog) -> list[str]:
    """The relations that any indicator counts rows of."""
    used = {name for i in catalog.indicators.values() for name in (i.relation, i.per) if name}
    return sorted(used)


def daily(indicators: list[Indicator], relation: str) -> str:
    """SQL of the additive numbers of some indicators, freshly counted from the facts of a relation."""
    columns = [
        f"{sql} AS {column}"
        for indicator in indicators
        for column, sql in components(indicator, relation).items()
    ]
    return f"{with_relation(relation)}SELECT {GRAIN},\n{_lines(columns)}\nFROM relation GROUP BY {GRAIN}"


def digest(catalog: Catalog) -> str:
    """Changes with everything that the numbers in the roll-ups depend on, besides the facts."""
    text = [
        (relation, daily(list(catalog.indicators.values()), relation), relation_values(catalog, relation))
        for relation in relations_used(catalog)
    ]
    return hashlib.sha256(json.dumps(text).encode()).hexdigest()


def build(con: duckdb.DuckDBPyConnection, catalog: Catalog) -> None:
    """(Re)create the roll-ups of all relations, and note the digest they were made with."""
    indicators = list(catalog.indicators.values())
    for relation in relations_used(catalog):
        con.execute(
            f"CREATE OR REPLACE TABLE rollup_{relation} AS {daily(indicators, relation)} ORDER BY {GRAIN}",
            relation_values(catalog, relation),
        )
    con.execute("CREATE OR REPLACE TABLE rollup_meta (digest VARCHAR)")
    con.execute("INSERT INTO rollup_meta VALUES (?)", [digest(catalog)])


def verify(con: duckdb.DuckDBPyConnection, catalog: Catalog) -> None:
    """Compare the roll-ups, summed by day, with a fresh GROUP BY of the facts.

    Raises Problem naming the first indicator and day that differ.
    """
    for relation in relations_used(catalog):
        columns = {
            column: sql
            for indicator in catalog.indicators.values()
            for column, sql in components(indicator, relation).items()
        }
        sums = _lines([f"CAST(sum({column}) AS DOUBLE) AS {column}" for column in columns])
        stored = con.cursor().sql(f"SELECT day, {sums} FROM rollup_{relation} GROUP BY day").pl()
        counts = _lines([f"CAST({sql} AS DOUBLE) AS {column}" for column, sql in columns.items()])
        counted = (
            con.cursor()
            .sql(
                f"{with_relation(relation)}SELECT day, {counts} FROM relation GROUP BY day",
                params=relation_values(catalog, relation),
            )
            .pl()
        )
        _compare(relation, list(columns), stored, counted)


def _compare(relation: str, columns: list[str], stored: pl.DataFrame, counted: pl.DataFrame) -> None:
    both = counted.join(stored, on="day", how="full", coalesce=True, suffix="__stored").sort("day")
    for row in both.iter_rows(named=True):
        for column in columns:
            fresh, kept = row[column], row[f"{column}__stored"]
            if fresh is None or kept is None or not math.isclose(fresh, kept, rel_tol=1e-9, abs_tol=1e-6):
                raise Problem(
                    f"rollup_{relation}",
                    N_("“{indicator}” of {day} is {stored} in the roll-up but {counted} in the facts."),
                    N_("Nothing was published; load again, and report it if it comes back."),
                    indicator=re.sub(r"__\w+$", "", column),
                    day=row["day"],
                    stored=kept,
                    counted=fresh,
                )


def _lines(columns: list[str]) -> str:
    return ",\n".join(columns)
