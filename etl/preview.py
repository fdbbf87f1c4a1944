"""What a file would be loaded as: its source, and its first rows under each contract. Keeps nothing."""

from __future__ import annotations

import secrets
from pathlib import Path

import duckdb

from etl.conform import conform, prepare
from etl.errors import Problem
from etl.home import Home
from etl.plain import quoted
from etl.read import contents
from etl.recognise import raw_rows, recognise
from etl.source_maps import TableMap, load_sources
from etl.wide import unpivot


def preview(home: Home, path: Path, *, first: int = 5) -> dict:
    """{"file", "source", "rows_read", "tables": {contract: the first typed rows}} of the file at `path`.

    Customer identifiers are left out. Raises Problem when the file is refused.
    """
    content = next(contents(path, home.snapshots))
    if isinstance(content, Problem):
        raise content
    match = recognise(content, load_sources(home.config))[0]
    # A key made for this look alone: no hash of it can be matched with anything.
    raw = raw_rows(content, match, secrets.token_bytes(32))
    tables = {}
    for table in match.source.tables:
        frame = unpivot(raw.frame, match.source.wide, home.settings.shifts) if table.unpivot else raw.frame
        with duckdb.connect() as con:
            prepare(con)
            con.register("raw", frame)
            conform(con, table, home.settings.timezone)
            tables[table.contract.name] = _first_rows(con, table, first)
    return {"file": str(path), "source": match.source.name, "rows_read": raw.rows_read, "tables": tables}


def _first_rows(con: duckdb.DuckDBPyConnection, table: TableMap, first: int) -> list[dict]:
    mapped = [c.name for c in table.contract.columns if c.name in table.columns and c.kind != "customer"]
    names = ["file_row", *mapped, "fault_column", "fault_rule"]
    texts = ", ".join(f"CAST({quoted(name)} AS VARCHAR)" for name in names)
    rows = con.execute(
        f"SELECT {texts} FROM typed WHERE NOT ignored ORDER BY file_row LIMIT ?", [first]
    ).fetchall()
    return [dict(zip(names, row, strict=True)) for row in rows]
