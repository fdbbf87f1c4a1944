"""What a home holds, in a form that two homes can be compared by."""

from __future__ import annotations

from pathlib import Path

import duckdb

from etl.home import Home
from etl.snapshots.snapshot import Snapshot, current, current_id
from etl.sql_text import quoted

# When something was loaded, and into which snapshot, may differ.
CHANGING = {("files", "loaded_at"), ("files", "snapshot"), ("rejects", "settled_at"), ("corrections", "at")}
State = dict[str, tuple[int, int]]


def state_of(snapshot: Snapshot) -> State:
    """Every table with its number of rows and a sum over them that no order of rows changes."""
    with duckdb.connect(str(snapshot.path), read_only=True) as con:
        tables = con.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()
        return {name: _sum(con, name) for (name,) in tables}


def _sum(con: duckdb.DuckDBPyConnection, table: str) -> tuple[int, int]:
    columns = []
    for name, kind, *_ in con.execute(f"DESCRIBE {quoted(table)}").fetchall():
        if (table, name) not in CHANGING:
            # Sums of several threads differ in their last digits.
            exact = quoted(name) if kind not in ("DOUBLE", "FLOAT") else f"round({quoted(name)}, 4)"
            columns.append(f"CAST({exact} AS VARCHAR)")
    return con.execute(
        f"SELECT count(*), coalesce(sum(hash([{', '.join(columns)}])::HUGEINT), 0) FROM {quoted(table)}"
    ).fetchone()


def served(home: Home) -> State | None:
    """The state a reader meets now, which must be that of the snapshot named by CURRENT."""
    snapshot = current(home)
    if snapshot is not None:
        assert snapshot.instead_of is None, f"{snapshot.instead_of} is damaged"
        assert not snapshot.is_damaged()
    return None if snapshot is None else state_of(snapshot)


def differing(one: State | None, other: State | None) -> list[str]:
    """The tables in which two states differ."""
    one, other = one or {}, other or {}
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def left_over(home: Home) -> list[str]:
    """Files in the folder of snapshots that ought not to be there."""
    newest = current_id(home) or ""
    return sorted(path.name for path in home.snapshots.iterdir() if not _belongs(path, newest))


def _belongs(path: Path, newest: str) -> bool:
    if path.suffix == ".duckdb" and path.stem.isdecimal():
        return path.stem <= newest
    return path.name in ("CURRENT", "load.lock")
