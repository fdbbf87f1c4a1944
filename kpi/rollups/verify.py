"""Whether the roll-ups say what the facts say: asked after every load, before it is published."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from datetime import date

import duckdb
import polars as pl

from etl.corrections.apply import corrected_contracts
from etl.errors import N_, Problem
from kpi.catalog.definitions import Catalog
from kpi.catalog.relations import relation_values, with_relation
from kpi.rollups.build import ROWS, columns_read, components, finer_dimensions, lines, on_days, relations_used

MOST_VERIFIED = 1_000_000  # rows of a relation of which every number is compared with the facts


def verify(
    con: duckdb.DuckDBPyConnection, catalog: Catalog, days: Mapping[str, list[date] | None] | None = None
) -> None:
    """Compare the roll-ups, summed by day, with a fresh GROUP BY of the facts, and breakdowns with them.

    `days` are those to look at by relation, None for all of it. Of very many rows each day's number is
    compared, and all else on some of the days. Raises Problem naming the first indicator and day that differ.
    """
    corrected = corrected_contracts(con)
    for relation in relations_used(catalog):
        stale = (days or {}).get(relation)
        if stale == []:
            continue
        where = f"WHERE {on_days(stale)}" if stale else ""
        columns = {
            column: sql
            for indicator in catalog.indicators.values()
            for column, sql in components(indicator, relation).items()
        }
        counted = f"SELECT day, coalesce(sum({ROWS}), 0) FROM rollup_{relation} {where} GROUP BY day"
        rows = dict(con.execute(f"{counted} ORDER BY day").fetchall())
        some = _sample(rows)
        if len(some) < len(rows):
            _compare_days(con, catalog, relation, {ROWS: "count(day)"}, where, corrected)
            where = f"WHERE {on_days(some)}"
        _compare_days(con, catalog, relation, columns, where, corrected)
        if finer_dimensions(catalog, relation):
            stored, of_days = (
                con.cursor().sql(f"SELECT {day} AS day, {_summed(columns)} FROM {table} GROUP BY 1").pl()
                for day, table in (
                    ("day", f"breakdown_{relation}"),
                    ("CAST(date_trunc('month', day) AS DATE)", f"rollup_{relation}"),
                )
            )
            _compare(f"breakdown_{relation}", list(columns), stored, of_days)


def _sample(rows: Mapping[date, int]) -> list[date]:
    """Days that together have about MOST_VERIFIED rows: all, or some, the first and last among them."""
    days, total = list(rows), sum(rows.values())
    if total <= MOST_VERIFIED:
        return days
    number = max(2, int(len(days) * MOST_VERIFIED / total))
    return sorted({days[round(n * (len(days) - 1) / (number - 1))] for n in range(number)})


def _compare_days(
    con: duckdb.DuckDBPyConnection,
    catalog: Catalog,
    relation: str,
    columns: dict[str, str],
    where: str,
    corrected: Collection[str],
) -> None:
    kept = f"SELECT day, {_summed(columns)} FROM rollup_{relation} {where} GROUP BY day"
    stored = con.cursor().sql(kept).pl()
    counts = lines([f"CAST({sql} AS DOUBLE) AS {column}" for column, sql in columns.items()])
    reads = {"day"}.union(*map(columns_read, columns.values()))
    fresh = (
        f"{with_relation(relation, corrected, reads)}SELECT day, {counts} FROM relation {where} GROUP BY day"
    )
    counted = con.cursor().sql(fresh, params=relation_values(catalog, relation)).pl()
    _compare(f"rollup_{relation}", list(columns), stored, counted)


def _summed(columns: Collection[str]) -> str:
    return lines([f"CAST(sum({column}) AS DOUBLE) AS {column}" for column in columns])


def _compare(table: str, columns: list[str], stored: pl.DataFrame, counted: pl.DataFrame) -> None:
    both = counted.join(stored, on="day", how="full", coalesce=True, suffix="__stored").sort("day")
    for row in both.iter_rows(named=True):
        for column in columns:
            fresh, kept = row[column], row[f"{column}__stored"]
            if fresh is None or kept is None or not math.isclose(fresh, kept, rel_tol=1e-9, abs_tol=1e-6):
                raise Problem(
                    table,
                    N_("“{indicator}” of {day} is {stored} in the roll-up but {counted} in the facts."),
                    N_("Nothing was published; load again, and report it if it comes back."),
                    indicator=re.sub(r"__\w+$", "", column),
                    day=row["day"],
                    stored=kept,
                    counted=fresh,
                )
