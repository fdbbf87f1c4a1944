"""Typed rows into the facts: new, updated and repeated rows told apart, every source row accounted for."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from etl.contract import Contract
from etl.contracts import fact_columns
from etl.plain import quoted
from etl.source_maps import TableMap


@dataclass(frozen=True, slots=True)
class Counts:
    """Source rows by what became of them; `facts` are the fact rows written."""

    loaded: int = 0
    updated: int = 0
    duplicate: int = 0
    rejected: int = 0
    ignored: int = 0
    facts: int = 0


def merge(con: duckdb.DuckDBPyConnection, table: TableMap, filled: frozenset[str], file_id: int) -> Counts:
    """Bring the good rows of `typed` into the fact table of their contract.

    The same key with the same content is a duplicate, with another content an update; within one
    file the last row wins. Columns that are not `filled` by the file leave a fact as it is. Where
    the table delivers groups whole, facts of a group that it no longer has are removed, and its row
    counts as updated. A source row counts once; one whose every part is meant for nothing is
    ignored. Faulty source rows contribute nothing.
    """
    contract = table.contract
    _create_incoming(con, contract, filled, file_id)
    _judge(con, contract)
    _find_vacated(con, table)
    facts = _write(con, contract)
    fates = """
        SELECT file_row, min_by(fate, rank) AS fate FROM (
            SELECT file_row, 'rejected' AS fate, 1 AS rank FROM typed
            WHERE NOT ignored AND fault_rule IS NOT NULL
            UNION ALL
            SELECT file_row, 'updated', 2 FROM vacated
            UNION ALL
            SELECT file_row, fate, CASE fate WHEN 'updated' THEN 2 WHEN 'loaded' THEN 3 ELSE 4 END
            FROM judged
            UNION ALL
            SELECT file_row, 'ignored', 5 FROM typed WHERE ignored)
        GROUP BY file_row"""
    if table.fold:
        # A row that went into another one shares its fate; one that went nowhere was not meant for it.
        fates = f"""
            SELECT coalesce(fate, 'ignored') AS fate FROM raw
            LEFT JOIN folded USING (file_row)
            LEFT JOIN ({fates}) AS fates ON fates.file_row = folded.last"""
    found = dict(con.execute(f"SELECT fate, count(*) FROM ({fates}) GROUP BY fate").fetchall())
    return Counts(
        loaded=found.get("loaded", 0),
        updated=found.get("updated", 0),
        duplicate=found.get("duplicate", 0),
        rejected=found.get("rejected", 0),
        ignored=found.get("ignored", 0),
        facts=facts,
    )


GOOD = "file_row NOT IN (SELECT file_row FROM typed WHERE NOT ignored AND fault_rule IS NOT NULL)"


def _create_incoming(
    con: duckdb.DuckDBPyConnection, contract: Contract, filled: frozenset[str], file_id: int
) -> None:
    """The good rows in the shape of the fact table, with their place in the file as `turn`."""
    measures = {
        c.name: f"CASE WHEN new.{quoted(c.name)} BETWEEN {c.low} AND {c.high} THEN new.{quoted(c.name)} END"
        for c in contract.columns
        if c.low is not None and c.high is not None and not c.strict
    }
    values = []
    for name, _ in fact_columns(contract)[:-3]:
        value = measures.get(name, f"new.{quoted(name)}")
        if name not in filled:
            value = f"CASE WHEN old.file_id IS NULL THEN {value} ELSE old.{quoted(name)} END"
        values.append(f"{value} AS {quoted(name)}")
    same = " AND ".join(f"old.{quoted(name)} = new.{quoted(name)}" for name in contract.key)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE incoming AS
            SELECT * EXCLUDE (file_row), {contract.business_date} AS business_date,
                {file_id:d} AS file_id, file_row, row_number() OVER (ORDER BY file_row) AS turn
            FROM (
                SELECT {", ".join(values)}, new.file_row
                FROM typed AS new LEFT JOIN {quoted(contract.name)} AS old ON {same}
                WHERE NOT new.ignored AND new.{GOOD})"""
    )


def _judge(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """`judged`: each incoming row with its fate. Only keys that occur twice, here or there, are compared."""
    key = ", ".join(quoted(name) for name in contract.key)
    content = ", ".join(quoted(name) for name, _ in fact_columns(contract)[:-2])
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE repeated AS
        SELECT {key} FROM incoming GROUP BY {key} HAVING count(*) > 1
        UNION
        SELECT {key} FROM incoming SEMI JOIN {quoted(contract.name)} USING ({key})""")
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE judged AS
        SELECT turn, file_row, 'loaded' AS fate FROM incoming ANTI JOIN repeated USING ({key})
        UNION ALL
        SELECT turn, file_row,
            CASE WHEN before IS NULL THEN 'loaded' WHEN before = content THEN 'duplicate' ELSE 'updated' END
        FROM (
            SELECT turn, file_row, content, lag(content) OVER (PARTITION BY {key} ORDER BY turn) AS before
            FROM (
                SELECT {key}, 0 AS turn, 0 AS file_row, CAST(row({content}) AS VARCHAR) AS content
                FROM {quoted(contract.name)} SEMI JOIN repeated USING ({key})
                UNION ALL
                SELECT {key}, turn, file_row, CAST(row({content}) AS VARCHAR)
                FROM incoming SEMI JOIN repeated USING ({key})))
        WHERE turn > 0""")


def _find_vacated(con: duckdb.DuckDBPyConnection, table: TableMap) -> None:
    """`vacated`: facts of the groups that the file delivers whole, which it no longer has."""
    key = ", ".join(quoted(name) for name in table.contract.key)
    gone = f"SELECT {key}, file_row FROM incoming LIMIT 0"
    if table.delivers:
        group = ", ".join(quoted(name) for name in table.delivers)
        gone = f"""
            SELECT {key}, delivered.file_row
            FROM {quoted(table.contract.name)}
            JOIN (
                SELECT {group}, max(file_row) AS file_row FROM typed WHERE {GOOD} GROUP BY {group}
            ) AS delivered USING ({group})
            ANTI JOIN incoming USING ({key})"""
    con.execute(f"CREATE OR REPLACE TEMP TABLE vacated AS {gone}")


def _write(con: duckdb.DuckDBPyConnection, contract: Contract) -> int:
    """Replace what was updated, add what is new; the number of fact rows written."""
    key = ", ".join(quoted(name) for name in contract.key)
    names = ", ".join(quoted(name) for name, _ in fact_columns(contract))
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE winners AS
        SELECT {names} FROM incoming
        WHERE turn IN (SELECT turn FROM judged WHERE fate <> 'duplicate')
        QUALIFY turn = max(turn) OVER (PARTITION BY {key})""")
    for old in ("winners", "vacated"):
        same = " AND ".join(f"fact.{quoted(name)} = {old}.{quoted(name)}" for name in contract.key)
        con.execute(f"DELETE FROM {quoted(contract.name)} AS fact USING {old} WHERE {same}")
    con.execute(f"INSERT INTO {quoted(contract.name)} ({names}) SELECT {names} FROM winners")
    return con.execute("SELECT count(*) FROM winners").fetchone()[0]
