"""Typed rows into the facts: new, updated and repeated rows told apart, every source row accounted for."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from etl.contracts.contract import Contract
from etl.contracts.facts import fact_columns
from etl.loading.repeated import find_twice
from etl.maps.maps import TableMap
from etl.sql_text import quoted


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
    ignored. Faulty source rows contribute nothing, unless the table goes `by_part`: then only their
    faulty parts do not, and they still count as rejected. What a fact was before is kept in `row_history`,
    and `touched_days` gets the days on which something changed.
    """
    contract = table.contract
    one_to_one = not table.fold and not table.unpivot
    alone = one_to_one or table.by_part
    good = "NOT ignored AND fault IS NULL" if alone else f"NOT ignored AND {GOOD}"
    repeated = _find_repeated(con, contract, good)
    _create_incoming(con, contract, filled, file_id, good)
    _judge(con, contract)
    _find_vacated(con, table)
    facts = _write_winners(con, table)
    single = _write_singles(con, contract, file_id, good, some_repeat=repeated)
    found = _fates_of_rows(con, single) if one_to_one else _fates_of_parts(con, table, good)
    return Counts(
        loaded=found.get("loaded", 0),
        updated=found.get("updated", 0),
        duplicate=found.get("duplicate", 0),
        rejected=found.get("rejected", 0),
        ignored=found.get("ignored", 0),
        facts=facts + single,
    )


GOOD = "file_row NOT IN (SELECT file_row FROM typed WHERE NOT ignored AND fault IS NOT NULL)"


def _find_repeated(con: duckdb.DuckDBPyConnection, contract: Contract, good: str) -> int:
    """`repeated`: the keys that occur twice, in the file or there and in the facts; how many they are.

    Only their rows are compared with each other; all others are new. Hashes are looked at first: they
    are shorter than keys, and hardly ever the same.
    """
    key, name = _key(contract), quoted(contract.name)
    find_twice(con, f"SELECT hash({key}) FROM typed WHERE {good}")
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE repeated AS
        SELECT {key} FROM typed WHERE {good} AND hash({key}) IN (FROM twice)
        GROUP BY {key} HAVING count(*) > 1""")
    if con.execute(f"SELECT count(*) FROM (SELECT 1 FROM {name} LIMIT 1)").fetchone()[0]:
        con.execute(f"""
            INSERT INTO repeated
            SELECT {key} FROM {name} SEMI JOIN (SELECT {key} FROM typed WHERE {good}) USING ({key})
            ANTI JOIN repeated USING ({key})""")
    return con.execute("SELECT count(*) FROM repeated").fetchone()[0]


def _values(contract: Contract, row: str) -> dict[str, str]:
    """What each column of a fact takes from a typed `row`: impossible measures are unknown."""
    bounds = {c.name: (c.low, c.high) for c in contract.columns if not c.strict}
    values = {}
    for name, _ in fact_columns(contract)[:-3]:
        value, (low, high) = f"{row}.{quoted(name)}", bounds.get(name, (None, None))
        known = low is not None and high is not None
        values[name] = f"CASE WHEN {value} BETWEEN {low} AND {high} THEN {value} END" if known else value
    return values


def _create_incoming(
    con: duckdb.DuckDBPyConnection, contract: Contract, filled: frozenset[str], file_id: int, good: str
) -> None:
    """The good rows with a repeated key in the shape of the fact table, with their place as `turn`."""
    values = []
    for name, value in _values(contract, "new").items():
        kept = f"CASE WHEN old.file_id IS NULL THEN {value} ELSE old.{quoted(name)} END"
        kept = value if name in filled else kept
        values.append(f"{kept} AS {quoted(name)}")
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE incoming AS
            SELECT * EXCLUDE (file_row), {contract.business_date} AS business_date,
                {file_id:d} AS file_id, file_row, row_number() OVER (ORDER BY file_row) AS turn
            FROM (
                SELECT {", ".join(values)}, new.file_row
                FROM (SELECT * FROM typed SEMI JOIN repeated USING ({_key(contract)}) WHERE {good}) AS new
                LEFT JOIN {quoted(contract.name)} AS old ON {_same(contract, "old", "new")})"""
    )


def _judge(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """`judged`: each incoming row with its fate."""
    key = _key(contract)
    content = ", ".join(quoted(name) for name, _ in fact_columns(contract)[:-2])
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE judged AS
        SELECT turn, file_row,
            CASE WHEN before IS NULL THEN 'loaded' WHEN before = content THEN 'duplicate' ELSE 'updated' END
            AS fate
        FROM (
            SELECT turn, file_row, content, lag(content) OVER (PARTITION BY {key} ORDER BY turn) AS before
            FROM (
                SELECT {key}, 0 AS turn, 0 AS file_row, CAST(row({content}) AS VARCHAR) AS content
                FROM {quoted(contract.name)} SEMI JOIN repeated USING ({key})
                UNION ALL
                SELECT {key}, turn, file_row, CAST(row({content}) AS VARCHAR) FROM incoming))
        WHERE turn > 0""")


def _find_vacated(con: duckdb.DuckDBPyConnection, table: TableMap) -> None:
    """`vacated`: facts of the groups that the file delivers whole, which it no longer has."""
    key = _key(table.contract)
    gone = f"SELECT {key}, file_row FROM incoming LIMIT 0"
    if table.delivers:
        group = ", ".join(quoted(name) for name in table.delivers)
        good = "(ignored OR fault IS NULL)" if table.by_part else GOOD
        gone = f"""
            SELECT {key}, delivered.file_row
            FROM {quoted(table.contract.name)}
            JOIN (
                SELECT {group}, max(file_row) AS file_row
                FROM (SELECT *, {table.contract.business_date} AS business_date FROM typed)
                WHERE {good} GROUP BY {group}
            ) AS delivered USING ({group})
            ANTI JOIN incoming USING ({key})
            WHERE {table.among}"""
    con.execute(f"CREATE OR REPLACE TEMP TABLE vacated AS {gone}")


def _write_winners(con: duckdb.DuckDBPyConnection, table: TableMap) -> int:
    """Replace what was updated, add what is new among the repeated; the number of fact rows written."""
    contract = table.contract
    key, name = _key(contract), quoted(contract.name)
    names = ", ".join(quoted(column) for column, _ in fact_columns(contract))
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE winners AS
        SELECT {names} FROM incoming
        WHERE turn IN (SELECT turn FROM judged WHERE fate <> 'duplicate')
        QUALIFY turn = max(turn) OVER (PARTITION BY {key})""")
    number = con.execute("SELECT count(*) FROM winners").fetchone()[0]
    for new in ("winners", "vacated") if number or table.delivers else ():
        same = _same(contract, "fact", new)
        by = f"{new}.file_id" if new == "winners" else "NULL"
        touch(con, contract, f"SELECT fact.business_date FROM {name} AS fact JOIN {new} ON {same}")
        con.execute(
            f"""INSERT INTO row_history
                SELECT ?, concat_ws(' / ', {", ".join("fact." + quoted(one) for one in contract.key)}),
                    fact.file_id, fact.file_row, {by}, {new}.file_row, CAST(to_json(fact) AS VARCHAR)
                FROM {name} AS fact JOIN {new} ON {same}""",
            [contract.name],
        )
        if contract.name == "calls":  # whose call this was: it may be another's now
            theirs = f"SELECT fact.customer_key FROM {name} AS fact JOIN {new} ON {same}"
            con.execute(f"INSERT INTO replaced_customers {theirs}")
        con.execute(f"DELETE FROM {name} AS fact USING {new} WHERE {same}")
    # Never an INSERT of no rows: rows inserted after it in the same transaction may not be seen by any
    # scan before the file is opened anew (DuckDB 1.5.6 and 2.0.0, tests/etl/test_duckdb_canary.py).
    if number:
        con.execute(f"INSERT INTO {name} ({names}) SELECT {names} FROM winners")
        touch(con, contract, "SELECT business_date FROM winners")
    return number


def _write_singles(
    con: duckdb.DuckDBPyConnection, contract: Contract, file_id: int, good: str, *, some_repeat: int
) -> int:
    """Add the good rows whose key occurs once; the number of fact rows written."""
    names = ", ".join(quoted(column) for column, _ in fact_columns(contract))
    values = ", ".join(_values(contract, "typed").values())
    rows = f"typed ANTI JOIN repeated USING ({_key(contract)})" if some_repeat else "typed"
    (some,) = con.execute(f"SELECT count(*) FROM (SELECT 1 FROM {rows} WHERE {good} LIMIT 1)").fetchone()
    if not some:
        return 0
    (added,) = con.execute(f"""
        INSERT INTO {quoted(contract.name)} ({names})
        SELECT {values}, {contract.business_date}, {file_id:d}, file_row
        FROM {rows} WHERE {good}""").fetchone()
    touch(con, contract, f"SELECT {contract.business_date} AS business_date FROM {rows} WHERE {good}")
    return added


def touch(con: duckdb.DuckDBPyConnection, contract: Contract, days: str) -> None:
    """Note that facts changed on the days that the SQL query `days` gives."""
    con.execute(
        f"""INSERT INTO touched_days
            SELECT DISTINCT ?, business_date FROM ({days})
            EXCEPT SELECT contract, day FROM touched_days""",
        [contract.name],
    )


def _fates_of_rows(con: duckdb.DuckDBPyConnection, single: int) -> dict[str, int]:
    """Source rows by fate, where each of them is one row of `typed`."""
    found = dict(con.execute("SELECT fate, count(*) FROM judged GROUP BY fate").fetchall())
    found["loaded"] = found.get("loaded", 0) + single
    found["ignored"], found["rejected"] = con.execute("""
        SELECT count(*) FILTER (ignored), count(*) FILTER (NOT ignored AND fault IS NOT NULL)
        FROM typed""").fetchone()
    return found


def _fates_of_parts(con: duckdb.DuckDBPyConnection, table: TableMap, good: str) -> dict[str, int]:
    """Source rows by fate, where one of them has several rows in `typed`, or several have one."""
    fates = f"""
        SELECT file_row, min_by(fate, rank) AS fate FROM (
            SELECT file_row, 'rejected' AS fate, 1 AS rank FROM typed WHERE NOT ignored AND fault IS NOT NULL
            UNION ALL
            SELECT file_row, 'updated', 2 FROM vacated
            UNION ALL
            SELECT file_row, fate, CASE fate WHEN 'updated' THEN 2 WHEN 'loaded' THEN 3 ELSE 4 END
            FROM judged
            UNION ALL
            SELECT file_row, 'loaded', 3 FROM typed ANTI JOIN repeated USING ({_key(table.contract)})
            WHERE {good}
            UNION ALL
            SELECT file_row, 'ignored', 5 FROM typed WHERE ignored)
        GROUP BY file_row"""
    if table.fold:
        # A row that went into another one shares its fate; one that went nowhere was not meant for it.
        fates = f"""
            SELECT coalesce(fate, 'ignored') AS fate FROM raw
            LEFT JOIN folded USING (file_row)
            LEFT JOIN ({fates}) AS fates ON fates.file_row = folded.last"""
    return dict(con.execute(f"SELECT fate, count(*) FROM ({fates}) GROUP BY fate").fetchall())


def _key(contract: Contract) -> str:
    return ", ".join(quoted(name) for name in contract.key)


def _same(contract: Contract, one: str, other: str) -> str:
    """SQL of the condition that two rows have the same key."""
    return " AND ".join(f"{one}.{quoted(name)} = {other}.{quoted(name)}" for name in contract.key)
