"""Typed rows into the facts: new, updated and repeated rows told apart, every source row accounted for."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from etl.contracts.contract import Contract
from etl.contracts.facts import fact_columns
from etl.loading.repeated import find_twice
from etl.maps.maps import TableMap
from etl.sql_text import Sql, filled, same, sql_file


@dataclass(frozen=True, slots=True)
class Counts:
    """Source rows by what became of them; `facts` are the fact rows written."""

    loaded: int = 0
    updated: int = 0
    duplicate: int = 0
    rejected: int = 0
    ignored: int = 0
    facts: int = 0


def merge(
    con: duckdb.DuckDBPyConnection,
    table: TableMap,
    given: frozenset[str],
    file_id: int,
    before: tuple[int, ...] = (),
) -> Counts:
    """Bring the good rows of `typed` into the fact table of their contract.

    The same row, by the identity of its contract, with the same content is a duplicate, with another content
    an update; within one file the last row wins. Columns that are not `given` by the file leave a fact as it
    is. Where the table delivers groups whole, facts of a group that it no longer has are removed, and its
    row counts as updated; so are facts that the same content gave when it was loaded `before`, under these
    numbers, and now gives otherwise. A source row counts once; one whose every part is meant for nothing is
    ignored. Faulty source rows contribute nothing, unless the table goes `by_part`: then only their faulty
    parts do not, and they still count as rejected. What a fact was before is kept in `row_history`, and
    `touched_days` gets the days on which something changed.
    """
    contract = table.contract
    one_to_one = not table.fold and not table.unpivot
    alone = one_to_one or table.by_part
    good = ALONE if alone else WHOLE
    repeated = _find_repeated(con, contract, good)
    _create_incoming(con, contract, given, file_id, good)
    _judge(con, contract)
    _find_vacated(con, table, before)
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


ALONE = Sql("NOT ignored AND fault IS NULL")
UNBROKEN = Sql("file_row NOT IN (SELECT file_row FROM typed WHERE NOT ignored AND fault IS NOT NULL)")
WHOLE = filled("NOT ignored AND {unbroken}", unbroken=UNBROKEN)


def _find_repeated(con: duckdb.DuckDBPyConnection, contract: Contract, good: Sql) -> int:
    """Create `repeated`: keys that occur twice in the file, or there and in the facts; return how many.

    Only their rows are compared with each other; all others are new. Hashes are looked at first: they
    are shorter than keys, and hardly ever the same. Rows of one key that are told apart may be parts of one
    thing: those keys go into `shared_keys`.
    """
    parts = {"key": contract.key, "facts": contract.name, "good": good}
    find_twice(con, filled("SELECT hash({key}) FROM typed WHERE {good}", **parts))
    con.execute(filled(REPEATED, **parts))
    if con.execute(filled("SELECT 1 FROM {facts} LIMIT 1", **parts)).fetchone():
        con.execute(filled(REPEATED_BEFORE, **parts))
    (number,) = con.execute("SELECT count(*) FROM repeated").fetchone()
    if contract.apart and number:
        con.execute("INSERT INTO shared_keys FROM repeated")
    return number


REPEATED = """
    CREATE OR REPLACE TEMP TABLE repeated AS
    SELECT {key} FROM typed WHERE {good} AND hash({key}) IN (FROM twice)
    GROUP BY {key} HAVING count(*) > 1"""
REPEATED_BEFORE = """
    INSERT INTO repeated
    SELECT {key} FROM {facts} SEMI JOIN (SELECT {key} FROM typed WHERE {good}) USING ({key})
    ANTI JOIN repeated USING ({key})"""


def _values(contract: Contract, row: str) -> dict[str, Sql]:
    """SQL of the value that each fact column takes from a typed `row`; impossible measures become unknown."""
    bounds = {c.name: (c.low, c.high) for c in contract.columns if not c.strict}
    values = {}
    for name, _ in fact_columns(contract)[:-3]:
        value, (low, high) = filled("{row}.{name}", row=row, name=name), bounds.get(name, (None, None))
        known = low is not None and high is not None
        values[name] = filled(WITHIN, value=value, low=low, high=high) if known else value
    return values


WITHIN = "CASE WHEN {value} BETWEEN {low} AND {high} THEN {value} END"
KEPT = "CASE WHEN old.file_id IS NULL THEN {value} ELSE old.{name} END"
INCOMING = """
    CREATE OR REPLACE TEMP TABLE incoming AS
    SELECT * EXCLUDE (file_row), {day} AS business_date,
        {file_id} AS file_id, file_row, row_number() OVER (ORDER BY file_row) AS turn
    FROM (
        SELECT {values}, new.file_row
        FROM ({rows}) AS new
        LEFT JOIN {facts} AS old ON {same})"""
REPEATED_ROWS = "SELECT * FROM typed SEMI JOIN repeated USING ({key}) WHERE {good}"
# The same person's part of the same call two seconds earlier or later is no other: clocks are rounded, and a
# log that begins in the middle of a call has its start from the seconds that passed.
REPEATED_LEGS = """
    SELECT new.* REPLACE (coalesce(old.started_at, new.started_at) AS started_at)
    FROM ({rows}) AS new
    LEFT JOIN (SELECT * FROM calls SEMI JOIN repeated USING (call_id)) AS old
        ON old.call_id = new.call_id AND old.agent_id = new.agent_id
        AND old.started_at BETWEEN new.started_at - INTERVAL 2 SECOND AND new.started_at + INTERVAL 2 SECOND
    QUALIFY row_number() OVER (
        PARTITION BY new.file_row, new.started_at ORDER BY abs(epoch(old.started_at - new.started_at))) = 1"""


def _create_incoming(
    con: duckdb.DuckDBPyConnection, contract: Contract, given: frozenset[str], file_id: int, good: Sql
) -> None:
    """The good rows with a repeated key in the shape of the fact table, with their place as `turn`."""
    values = {
        name: value if name in given else filled(KEPT, value=value, name=name)
        for name, value in _values(contract, "new").items()
    }
    rows = filled(REPEATED_ROWS, key=contract.key, good=good)
    con.execute(
        filled(
            INCOMING,
            day=contract.business_date,
            file_id=file_id,
            values=values,
            rows=filled(REPEATED_LEGS, rows=rows) if contract.name == "calls" else rows,
            facts=contract.name,
            same=same(contract.identity, "old", "new"),
        )
    )


def _judge(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Create `judged`: each incoming row with its fate."""
    content = [name for name, _ in fact_columns(contract)[:-2]]
    judged = sql_file("etl.loading", "judged")
    parts = {"key": contract.key, "identity": contract.identity, "facts": contract.name}
    con.execute(filled(judged, content=content, **parts))


# Facts that the same content gave when it was read in another way, with other starts.
READ_OTHERWISE = """
    CREATE OR REPLACE TEMP TABLE vacated AS
    SELECT {identity}, given.file_row
    FROM {facts}
    JOIN (SELECT {key}, max(file_row) AS file_row FROM incoming GROUP BY {key}) AS given USING ({key})
    ANTI JOIN incoming USING ({identity})
    WHERE list_contains([{before}], {facts}.file_id)"""


def _find_vacated(con: duckdb.DuckDBPyConnection, table: TableMap, before: tuple[int, ...]) -> None:
    """Create `vacated`: facts that are missing in a group which the file delivers whole, or were misread."""
    contract = table.contract
    con.execute(
        filled(
            sql_file("etl.loading", "vacated") if table.delivers else READ_OTHERWISE,
            before=before,
            identity=contract.identity,
            key=contract.key,
            facts=contract.name,
            group=table.delivers,
            day=contract.business_date,
            good=Sql("(ignored OR fault IS NULL)") if table.by_part else UNBROKEN,
            among=table.among,
        )
    )


WINNERS = """
    CREATE OR REPLACE TEMP TABLE winners AS
    SELECT {names} FROM incoming
    WHERE turn IN (SELECT turn FROM judged WHERE fate <> 'duplicate')
    QUALIFY turn = max(turn) OVER (PARTITION BY {identity})"""
HISTORY = """
    INSERT INTO row_history
    SELECT ?, concat_ws(' / ', {fact.key}),
        fact.file_id, fact.file_row, {by}, {new}.file_row, CAST(to_json(fact) AS VARCHAR)
    FROM {facts} AS fact JOIN {new} ON {same}"""
REPLACED = """
    INSERT INTO replaced_customers
    SELECT fact.customer_key FROM calls AS fact JOIN {new} ON {same}"""


def _write_winners(con: duckdb.DuckDBPyConnection, table: TableMap) -> int:
    """Replace what was updated, add what is new among the repeated; the number of fact rows written."""
    contract = table.contract
    parts = {"key": contract.key, "identity": contract.identity, "facts": contract.name}
    parts["names"] = [column for column, _ in fact_columns(contract)]
    con.execute(filled(WINNERS, **parts))
    number = con.execute("SELECT count(*) FROM winners").fetchone()[0]
    for new in ("winners", "vacated") if number or table.delivers or contract.apart else ():
        pair = parts | {"new": new, "same": same(contract.identity, "fact", new)}
        pair["by"] = Sql("winners.file_id") if new == "winners" else Sql("NULL")
        days = "SELECT fact.business_date FROM {facts} AS fact JOIN {new} ON {same}"
        touch(con, contract, filled(days, **pair))
        con.execute(filled(HISTORY, **pair), [contract.name])
        if contract.name == "calls":  # whose call this was: it may be another's now
            con.execute(filled(REPLACED, **pair))
        con.execute(filled("DELETE FROM {facts} AS fact USING {new} WHERE {same}", **pair))
    # Never an INSERT of no rows: rows inserted after it in the same transaction may not be seen by any
    # scan before the file is opened anew (DuckDB 1.5.6 and 2.0.0, tests/etl/test_duckdb_canary.py).
    if number:
        con.execute(filled("INSERT INTO {facts} ({names}) SELECT {names} FROM winners", **parts))
        touch(con, contract, Sql("SELECT business_date FROM winners"))
    return number


INSERT_SINGLES = """
    INSERT INTO {facts} ({names})
    SELECT {values}, {day}, {file_id}, file_row
    FROM {rows} WHERE {good}"""


def _write_singles(
    con: duckdb.DuckDBPyConnection, contract: Contract, file_id: int, good: Sql, *, some_repeat: int
) -> int:
    """Add the good rows whose key occurs once; the number of fact rows written."""
    rows = filled("typed ANTI JOIN repeated USING ({key})", key=contract.key) if some_repeat else "typed"
    parts = {"rows": rows, "good": good, "day": contract.business_date}
    if not con.execute(filled("SELECT 1 FROM {rows} WHERE {good} LIMIT 1", **parts)).fetchone():
        return 0
    parts |= {"facts": contract.name, "names": [column for column, _ in fact_columns(contract)]}
    parts |= {"values": _values(contract, "typed").values(), "file_id": file_id}
    (added,) = con.execute(filled(INSERT_SINGLES, **parts)).fetchone()
    touch(con, contract, filled("SELECT {day} AS business_date FROM {rows} WHERE {good}", **parts))
    return added


TOUCH = """
    INSERT INTO touched_days
    SELECT DISTINCT $contract, business_date FROM ({days})
    EXCEPT SELECT contract, day FROM touched_days"""


def touch(con: duckdb.DuckDBPyConnection, contract: Contract, days: Sql) -> None:
    """Note that facts changed on the days that the SQL query `days` gives."""
    con.execute(filled(TOUCH, days=days), {"contract": contract.name})


def _fates_of_rows(con: duckdb.DuckDBPyConnection, single: int) -> dict[str, int]:
    """Source rows by fate, where each source row is one row of `typed`."""
    found = dict(con.execute("SELECT fate, count(*) FROM judged GROUP BY fate").fetchall())
    found["loaded"] = found.get("loaded", 0) + single
    found["ignored"], found["rejected"] = con.execute("""
        SELECT count(*) FILTER (ignored), count(*) FILTER (NOT ignored AND fault IS NOT NULL)
        FROM typed""").fetchone()
    return found


def _fates_of_parts(con: duckdb.DuckDBPyConnection, table: TableMap, good: Sql) -> dict[str, int]:
    """Source rows by fate, where one source row has several rows in `typed`, or several have one."""
    fates = filled(sql_file("etl.loading", "fates"), key=table.contract.key, good=good)
    counted = FOLDED_FATES if table.fold else "SELECT fate, count(*) FROM ({fates}) GROUP BY fate"
    return dict(con.execute(filled(counted, fates=fates)).fetchall())


# A row that went into another one shares its fate; one that went nowhere was not meant for it.
FOLDED_FATES = """
    SELECT coalesce(fate, 'ignored') AS fate, count(*) FROM raw
    LEFT JOIN folded USING (file_row)
    LEFT JOIN ({fates}) AS fates ON fates.file_row = folded.last
    GROUP BY ALL"""
