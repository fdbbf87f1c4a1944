"""A small snapshot from literal rows: a test gives the columns it is about, nothing else."""

from __future__ import annotations

import zlib
from itertools import groupby
from pathlib import Path

import duckdb

from etl.contracts.facts import CONTRACTS, PERHAPS, Contract, table_columns
from etl.people.agents import agent_key, define_agent_key
from etl.snapshots.formats import create_tables
from etl.snapshots.snapshot import Snapshot
from kpi.catalog.relations import relation_file

Row = dict[str, object]

BOOKS = ("people", "loaded_days", "files", "rejects", "audits", "audit_rows")
TOGETHER = 100  # rows in one statement


def facts(path: Path | None = None, **tables: list[Row]) -> duckdb.DuckDBPyConnection:
    """A read-write database (in memory without `path`) holding every table of a snapshot.

    `tables` are rows by contract name. An empty cell gets the contract's default, an agent's id the
    agent-key rule, a key of one column a number; times and dates may be text. A customer is given
    as `customer_key`, a file other than the first as `file_id`. `people`, `loaded_days` and `files`
    follow from the rows; rows given under the names of these tables are added to them, those of
    `loaded_days` for any contract, "complaints", "outbound" or "callbacks". KeyError for a name that does not exist, ValueError for
    a required cell that is empty.
    """
    con = duckdb.connect(str(path) if path else ":memory:")
    con.begin()  # one flush to the disk, not one for every row
    define_agent_key(con)
    create_tables(con)
    shown: dict[str, str] = {}
    for name, contract in CONTRACTS.items():
        rows = tables.pop(name, [])
        _insert(con, name, [_complete(contract, row, n, shown) for n, row in enumerate(rows, start=1)])
        if rows:
            _derive(con, contract)
    _keep_books(con, shown)
    for name in BOOKS:
        rows = tables.pop(name, [])
        _insert(con, name, [{"facts": 0, **row} for row in rows] if name == "loaded_days" else rows)
    if tables:
        raise KeyError(f"no such table: {', '.join(tables)}")
    con.commit()
    return con


def snapshot(path: Path, con: duckdb.DuckDBPyConnection) -> Snapshot:
    """What `facts(path, …)` built, closed and opened again for reading."""
    con.close()
    return Snapshot(path)


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: list[Row]) -> None:
    """Rows one after the other that fill the same columns go in together: a statement a row is most of the cost."""
    for columns, alike in groupby(rows, key=tuple):
        names = ", ".join(f'"{column}"' for column in columns)
        values = ", ".join("?" * len(columns))
        same = list(alike)
        for few in (same[n : n + TOGETHER] for n in range(0, len(same), TOGETHER)):
            con.execute(
                f'INSERT INTO "{table}" ({names}) VALUES {", ".join([f"({values})"] * len(few))}',
                [value for row in few for value in row.values()],
            )


def _complete(contract: Contract, row: Row, number: int, shown: dict[str, str]) -> Row:
    """`row` with its key, its place in the file, and people's ids as facts hold them."""
    if unknown := set(row) - {column for column, _ in table_columns(contract)}:
        raise KeyError(f"{contract.name} has no column {', '.join(sorted(unknown))}")
    full: Row = {"file_id": 1, "file_row": number, **row}
    if len(contract.key) == 1:
        full.setdefault(contract.key[0], f"{contract.name}-{number}")
    for column in contract.columns:
        given = full.get(column.name)
        if column.required and given is None and column.default is None:
            raise ValueError(f"{contract.name}, row {number}: {column.name} is required")
        if column.kind == "customer" and isinstance(full.get("customer_key"), str):
            full["customer_key"] = zlib.crc32(str(full["customer_key"]).encode())
        if column.kind == "agent" and given is not None:
            full[column.name] = agent_key(given)
            shown.setdefault(agent_key(given), str(given).strip())
    return full


def _derive(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Fill what the contract derives: values from other columns, defaults, the business date."""
    for column in contract.columns:
        for expression in filter(None, (column.otherwise, column.default)):
            con.execute(
                f'UPDATE "{contract.name}" SET "{column.name}" = {expression} WHERE "{column.name}" IS NULL'
            )
    con.execute(f'UPDATE "{contract.name}" SET business_date = {contract.business_date}')


def _keep_books(con: duckdb.DuckDBPyConnection, shown: dict[str, str]) -> None:
    """Fill people, loaded_days and files from the facts."""
    for key, text in shown.items():
        con.execute(
            "INSERT INTO people SELECT $key, $shown, (SELECT name FROM agents WHERE agent_id = $key "
            "ORDER BY valid_from DESC LIMIT 1)",
            {"key": key, "shown": text},
        )
    for name in CONTRACTS:
        con.execute(
            f"""INSERT INTO loaded_days SELECT '{name}', business_date, count(*) FROM "{name}"
            WHERE business_date IS NOT NULL GROUP BY business_date"""
        )
    # The days of files that hold a complaint, a call out, a call-back: only there none means zero.
    for part, (contract, some) in PERHAPS.items():
        con.execute(
            f"""INSERT INTO loaded_days SELECT '{part}', business_date, count(*) FROM {contract}
            WHERE file_id IN (SELECT file_id FROM {contract} WHERE {some}) GROUP BY business_date"""
        )
    con.execute("INSERT INTO naming_files SELECT DISTINCT file_id FROM calls WHERE agent_id IS NOT NULL")
    con.execute(
        "INSERT INTO waitless_files SELECT file_id FROM calls WHERE answered"
        " GROUP BY file_id HAVING 2 * count(wait_s) < count(*)"
    )
    con.execute("INSERT INTO reason_files SELECT DISTINCT file_id FROM calls WHERE reason IS NOT NULL")
    con.execute(f"INSERT INTO repeat_contacts BY NAME {relation_file('repeat_contacts')}")
    con.execute(
        """INSERT INTO files (file_id, name, source, contract, rows_read, loaded, updated, duplicate,
            rejected, ignored, facts, warnings, loaded_at, format)
        SELECT 1, 'literal.csv', 'plain', contract, sum(facts), sum(facts), 0, 0, 0, 0, sum(facts), '[]',
            TIMESTAMP '2026-12-01 00:00:00', 2
        FROM loaded_days WHERE list_contains(?, contract) GROUP BY contract""",
        [list(CONTRACTS)],
    )
