"""Checks that the roll-ups agree with the facts: after every load, before it is published."""

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
from kpi.catalog.relations import relation_values, scan_of
from kpi.rollups.build import ROWS, by_day, finer_dimensions, kept_numbers, relations_used, rows_of
from kpi.rollups.stale import is_empty

KEPT = """
    SELECT CAST(date_trunc($span, day) AS DATE) AS day, CAST(sum(COLUMNS($columns)) AS DOUBLE)
    FROM query_table($table)
    WHERE $days IS NULL OR day IN (SELECT unnest(CAST($days AS DATE[])))
    GROUP BY 1 ORDER BY 1"""
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
        columns = kept_numbers(catalog.indicators.values(), scan_of(relation))
        rows = {
            day: number or 0 for day, number in _rolled_up(con, f"rollup_{relation}", [ROWS], stale).rows()
        }
        if not rows and is_empty(con, relation):
            continue
        some = _sample(rows)
        if len(some) < len(rows):
            _compare_days(con, catalog, relation, {ROWS: rows_of(scan_of(relation))}, stale, corrected)
            stale = some
        _compare_days(con, catalog, relation, columns, stale, corrected)
        if finer_dimensions(catalog, relation):
            split = [one for one in columns if catalog.indicators[one.rpartition("__")[0]].how.split]
            stored, of_days = (
                _rolled_up(con, f"{table}_{relation}", split, None, "month")
                for table in ("breakdown", "rollup")
            )
            _compare(f"breakdown_{relation}", split, stored, of_days)


def _sample(rows: Mapping[date, float]) -> list[date]:
    """All days, or some evenly spread, first and last included, with about MOST_VERIFIED rows together."""
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
    days: list[date] | None,
    corrected: Collection[str],
) -> None:
    stored = _rolled_up(con, f"rollup_{relation}", list(columns), days)
    fresh = by_day(columns, scan_of(relation), corrected, days)
    counted = con.cursor().sql(fresh, params=relation_values(catalog, relation)).pl()
    _compare(f"rollup_{relation}", list(columns), stored, counted)


def _rolled_up(
    con: duckdb.DuckDBPyConnection,
    table: str,
    columns: list[str],
    days: list[date] | None,
    span: str = "day",
) -> pl.DataFrame:
    """The numbers that a roll-up table has for each of some days (None for all), or for months."""
    values = {"table": table, "columns": columns, "days": days, "span": span}
    return con.cursor().sql(KEPT, params=values).pl()


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
