"""The format of snapshots: the tables there are today, and how a file of an earlier format gets them.

A working copy is migrated: each migration since its format runs on it, then tables and columns that it lacks
are added, empty. A published file, which may be the data that a month was closed on, is never written to; it
is read through views that give what it lacks as NULL. So what older facts cannot say is unknown, never 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import duckdb

from etl.contracts.contract import SQL_TYPE, Contract
from etl.contracts.facts import CONTRACTS, table_columns
from etl.errors import N_
from etl.sql_text import Sql, defined, filled, joined, literal, sql_file

BOOK_KEEPING = sql_file("etl.snapshots", "book_keeping")
CREATE = "CREATE TABLE {table} ({columns})"
ADD = "ALTER TABLE {table} ADD COLUMN {column} {kind}"
STAMP = "COMMENT ON TABLE files IS {format}"
STAMPED = """
    SELECT TRY_CAST(ltrim(comment, 'format ') AS INTEGER) FROM duckdb_tables() WHERE table_name = 'files'"""
COLUMNS = """
    SELECT table_name, column_name FROM duckdb_columns()
    WHERE NOT internal AND database_name <> 'today' AND schema_name = 'main'"""
DIFFERENT = Sql("VARCHAR USING COMPRESSION fsst")
# The empty tables of today have the columns that a kept one lacks.
VIEW = "CREATE VIEW main.{table} AS FROM kept.{table} UNION ALL BY NAME FROM today.{table}"
# Corrections of a program that knew no legs name a call by its id: the one leg that it has there.
CORRECTED = """
    CREATE OR REPLACE VIEW main.{table} AS
    FROM kept.{table} JOIN (SELECT {place} FROM kept.{facts}) USING ({key})"""
VIEW_OF_KEPT = "CREATE VIEW main.{table} AS FROM kept.{table}"
VIEW_OF_TODAY = "CREATE VIEW main.{table} AS FROM today.{table}"


@dataclass(frozen=True, slots=True)
class Migration:
    """What makes a format of the one before it, besides the tables and columns that are new in it.

    `sql` runs on a working copy. `unsaid` says by contract what facts that were loaded before do not say;
    the same files, loaded again, do.
    """

    sql: str = ""
    unsaid: Mapping[str, str] = field(default_factory=dict)


# Raised when facts get columns, or those of an earlier program mean something else than those of today.
FORMAT = 3
EARLIEST = 2  # before it, rows set aside were kept in another way
MIGRATIONS = {  # by the format that each leads to
    3: Migration(
        unsaid={
            "calls": N_("Loaded by an earlier version: nothing says which calls are legs of one contact."),
            "surveys": N_("Loaded by an earlier version, which took every scale for one of 5 points."),
        }
    )
}


def create_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Create the tables of all contracts and the books, empty."""
    # Explicit DDL: CREATE TABLE AS … LIMIT 0 is part of the fault that the canary test knows.
    con.execute(joined("; ", [*map(_table, CONTRACTS.values()), BOOK_KEEPING]))
    _stamp(con)


def _table(contract: Contract) -> Sql:
    # These differ in every row: trying out the other compressions costs more than writing them.
    different = {*contract.key, "customer_shown"}
    columns = [
        (name, DIFFERENT if name in different and kind == SQL_TYPE["text"] else kind)
        for name, kind in table_columns(contract)
    ]
    return filled(CREATE, table=contract.name, columns=defined(columns))


def format_of(con: duckdb.DuckDBPyConnection) -> int | None:
    """The format of an open file; None for one that is no snapshot."""
    said = con.execute(STAMPED).fetchone()
    return said[0] if said else None


def is_readable(number: int | None) -> bool:
    """Whether this program can read a format: that of today, or one with migrations up to it."""
    return number is not None and EARLIEST <= number <= FORMAT


def lacking(con: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    """The columns of today, as (table, column), that an open file does not have."""
    return _columns_of_today() - _columns(con)


def migrate(con: duckdb.DuckDBPyConnection) -> None:
    """Bring a working copy, of any readable format, to the format of today."""
    for number in range(format_of(con) + 1, FORMAT + 1):
        con.execute(MIGRATIONS[number].sql)
    here = _columns(con)
    for contract in CONTRACTS.values():
        if (contract.name, "file_id") not in here:
            con.execute(_table(contract))
            continue
        for name, kind in table_columns(contract):
            if (contract.name, name) not in here:
                con.execute(filled(ADD, table=contract.name, column=name, kind=kind))
    con.execute(BOOK_KEEPING)
    _stamp(con)


def connect_through_views(path: Path) -> duckdb.DuckDBPyConnection:
    """A connection that reads the file `path` as if it had the tables and columns of today."""
    con = duckdb.connect()
    con.execute("ATTACH ':memory:' AS today; USE today")
    create_tables(con)
    con.execute(filled("USE memory; ATTACH {path} AS kept (READ_ONLY)", path=literal(str(path))))
    kept, today = ({table for table, _ in columns} for columns in (_columns(con), _columns_of_today()))
    for table in kept | today:
        view = VIEW if table in kept & today else VIEW_OF_KEPT if table in kept else VIEW_OF_TODAY
        con.execute(filled(view, table=table))
    for contract in CONTRACTS.values():
        corrected = f"corrected_{contract.name}"
        if contract.apart and corrected in kept and (corrected, "file_id") not in _columns(con):
            parts = {"table": corrected, "facts": contract.name, "key": contract.key, "place": contract.place}
            con.execute(filled(CORRECTED, **parts))
    return con


def _stamp(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(filled(STAMP, format=literal(f"format {FORMAT}")))


def _columns(con: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    """Every column of an open file, as (table, column)."""
    return set(con.execute(COLUMNS).fetchall())


@cache
def _columns_of_today() -> set[tuple[str, str]]:
    with duckdb.connect() as con:
        create_tables(con)
        return _columns(con)
