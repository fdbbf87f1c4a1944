"""What a file would be loaded as: its source, and its first rows under each contract. Keeps nothing."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from etl.conform import conform, prepare
from etl.home import Home
from etl.plain import quoted
from etl.raw import show_rows
from etl.read import first_content
from etl.recognise import raw_rows, recognise
from etl.source_maps import Source, TableMap, load_sources
from etl.wide import unpivot


def preview(home: Home, path: Path, *, first: int = 5) -> dict:
    """{"file", "source", "rows_read", "tables": {contract: the first typed rows}} of the file at `path`.

    Customer identifiers are left out. Raises Problem when the file is refused.
    """
    with first_content(path) as content:
        match = recognise(content, load_sources(home.config))[0]
        raw = raw_rows(content, match)
    tables = {
        table.contract.name: _mapped(home, match.source, table, raw.frame, first)
        for table in match.source.tables
    }
    return {"file": str(path), "source": match.source.name, "rows_read": raw.rows_read, "tables": tables}


def first_rows(
    home: Home,
    source: Source,
    table: TableMap,
    frame: pl.DataFrame,
    first: int = 5,
) -> list[dict]:
    """The first typed rows of `table` from raw rows: `file_row` and the texts of each column."""
    return _mapped(home, source, table, frame, first)


def _mapped(home: Home, source: Source, table: TableMap, frame: pl.DataFrame, first: int) -> list[dict]:
    with duckdb.connect() as con:
        prepare(con)
        show_rows(con, unpivot(frame, source, home.settings.shifts) if table.unpivot else frame, source)
        conform(con, table, home.settings.timezone)
        return _first_rows(con, table, first)


def _first_rows(con: duckdb.DuckDBPyConnection, table: TableMap, first: int) -> list[dict]:
    mapped = [c.name for c in table.contract.columns if c.name in table.columns and c.kind != "customer"]
    names = ["file_row", *mapped, "fault_column", "fault_rule"]
    texts = ", ".join(f"CAST({quoted(name)} AS VARCHAR)" for name in names)
    rows = con.execute(
        f"SELECT {texts} FROM typed WHERE NOT ignored ORDER BY file_row LIMIT ?", [first]
    ).fetchall()
    return [dict(zip(names, row, strict=True)) for row in rows]
