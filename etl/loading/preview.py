"""What a file would be loaded as: its source, and its first rows under each contract. Keeps nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from etl.home import Home
from etl.loading.conform import conform
from etl.loading.raw_rows import show_rows
from etl.maps.conversions import prepare
from etl.maps.maps import Source, TableMap, load_sources
from etl.maps.recognise import raw_rows, recognise
from etl.maps.wide import unpivot
from etl.personal import mask_numbers
from etl.read import first_content
from etl.sql_text import filled


def preview(home: Home, path: Path, *, first: int = 5) -> dict:
    """{"file", "source", "documentation_only", "rows_read", "tables"} of the file at `path`.

    "tables" has the first typed rows of each contract; "documentation_only" says that whoever wrote the map
    saw no real file. Customer identifiers are left out. Raises Problem when the file is refused.
    """
    with first_content(path) as content:
        match = recognise(content, load_sources(home.config))[0]
        raw = raw_rows(content, match)
    tables = {
        table.contract.name: _mapped(home, match.source, table, raw.frame, first)
        for table in match.source.tables
    }
    return {
        "file": str(path),
        "source": match.source.name,
        "documentation_only": match.source.documented,
        "rows_read": raw.rows_read,
        "tables": tables,
    }


@dataclass(frozen=True, slots=True)
class Look:
    """What raw rows become under one table: the first ones, and how many there are of each sort.

    `faults` counts the rejected rows by (column, rule); a source row counts once.
    """

    rows: list[dict]
    good: int
    ignored: int
    faults: dict[tuple[str | None, str], int]


def look(home: Home, source: Source, table: TableMap, frame: pl.DataFrame, first: int = 5) -> Look:
    """What the raw rows in `frame` (`file_row` and the texts of each column) would be loaded as."""
    with duckdb.connect() as con:
        _conform(con, home, source, table, frame)
        counted = con.execute(FATES).fetchall()
        faults = {(column, rule): count for rule, column, ignored, count in counted if rule and not ignored}
        good = sum(count for rule, _, ignored, count in counted if not rule and not ignored)
        left = sum(count for _, _, ignored, count in counted if ignored)
        return Look(_first_rows(con, table, first), good, left, faults)


# Each source row by the first thing that speaks against it; it is ignored when all of its parts are.
FATES = """
    SELECT fault_rule, fault_column, ignored, count(*) FROM (
        SELECT file_row, bool_and(ignored) AS ignored,
            min_by(fault_rule, fault) FILTER (NOT ignored) AS fault_rule,
            min_by(fault_column, fault) FILTER (NOT ignored) AS fault_column
        FROM typed GROUP BY file_row)
    GROUP BY ALL ORDER BY count(*) DESC"""


def _mapped(home: Home, source: Source, table: TableMap, frame: pl.DataFrame, first: int) -> list[dict]:
    with duckdb.connect() as con:
        _conform(con, home, source, table, frame)
        return _first_rows(con, table, first)


def _conform(
    con: duckdb.DuckDBPyConnection, home: Home, source: Source, table: TableMap, frame: pl.DataFrame
) -> None:
    """Make `typed` of raw rows, with customers hashed by a secret of this look alone."""
    prepare(con)
    show_rows(con, unpivot(frame, source, home.settings) if table.unpivot else frame, source)
    conform(con, table, home.settings.timezone)


def _first_rows(con: duckdb.DuckDBPyConnection, table: TableMap, first: int) -> list[dict]:
    mapped = [c.name for c in table.contract.columns if c.name in table.columns and c.kind != "customer"]
    names = ["file_row", *mapped, "fault_column", "fault_rule"]
    texts = [filled("CAST({name} AS VARCHAR)", name=name) for name in names]
    shown = "SELECT {texts}, fault_text FROM typed WHERE NOT ignored ORDER BY file_row LIMIT ?"
    rows = con.execute(filled(shown, texts=texts), [first]).fetchall()
    found = [dict(zip([*names, "fault_text"], row, strict=True)) for row in rows]
    for row in found:
        row["fault_text"] = mask_numbers(row["fault_text"]) if row["fault_text"] else None
    return found
