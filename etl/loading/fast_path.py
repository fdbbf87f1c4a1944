"""A large, regular text straight into its facts, in one pass, without a copy of its rows in between.

What is odd about it – rows at fault, measures out of bounds, keys that occur twice – is taken out of the
facts again, and goes the usual way: read with care, typed, merged.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from etl.contracts.contract import Contract
from etl.contracts.facts import fact_columns
from etl.loading.conform import conversion
from etl.loading.merge import touch
from etl.loading.raw_rows import UNREADABLE, Irregular, Survey, show_file
from etl.loading.repeated import find_twice
from etl.maps.maps import TableMap
from etl.maps.recognise import Match
from etl.people.aliases import People, moved
from etl.read import Content
from etl.sql_text import quoted

GOOD, ODD, IGNORED = 0, -1, -2  # what `file_row` holds until it is known
SHARE_ODD = 0.05  # beyond it, rows are read twice for nothing
FEW_ODD = 1000


@dataclass(frozen=True, slots=True)
class Straight:
    """What came of a pass: the number of rows read, of facts written, of rows that only repeat one of them,
    and of rows not meant for the table.

    `odd` are the file's numbers of the rows that still have to be read with care.
    """

    rows: int
    facts: int
    doubled: int
    ignored: int
    odd: tuple[int, ...]


NOTHING = Straight(0, 0, 0, 0, ())


def fits(match: Match) -> bool:
    """Whether each row of this source becomes one fact of one table, whatever the other rows say."""
    table = match.source.tables[0]
    return len(match.source.tables) == 1 and not (table.fold or table.unpivot or table.delivers)


def insert(
    con: duckdb.DuckDBPyConnection,
    content: Content,
    match: Match,
    table: TableMap,
    survey: Survey,
    zone: str,
    file_id: int,
    people: People,
) -> Straight:
    """Write the rows of a file into the fact table, as those of `file_id`.

    Raises Irregular, with nothing written, when DuckDB does not read the file line for line, or too much
    of it is odd.
    """
    contract = table.contract
    show_file(con, content, match, survey, padded=False)
    _insert_all(con, table, zone, file_id)
    name = quoted(contract.name)
    try:
        count, first, last = con.execute(
            f"SELECT count(*), min(rowid), max(rowid) FROM {name} WHERE file_id = ?", [file_id]
        ).fetchone()
        lines = survey.lines + (not survey.closed) - match.header_row
        if not count or count != lines or last - first + 1 != count:
            raise Irregular
        rows = f"(FROM {name} WHERE file_id = {file_id:d} AND file_row = {GOOD})"
        if any(moved(con, rows, c.name, people) for c in contract.columns if c.kind == "agent"):
            raise Irregular  # people by name: their ids take their place
        place = match.header_row + 1 - first
        odd = _find_odd(con, contract, file_id, place)
        if len(odd) > max(FEW_ODD, SHARE_ODD * count):
            raise Irregular
        # Numbered before any row goes: the places of those behind it may move then.
        con.execute(
            f"UPDATE {name} SET file_row = rowid + ? WHERE file_id = ? AND file_row = {GOOD}",
            [place, file_id],
        )
        leave = "SELECT file_row FROM odd_rows UNION ALL SELECT file_row FROM doubled_rows"
        (gone,) = con.execute(
            f"DELETE FROM {name} WHERE file_id = ? AND (file_row < 0 OR file_row IN ({leave}))", [file_id]
        ).fetchone()
        (doubled,) = con.execute("SELECT count(*) FROM doubled_rows").fetchone()
        touch(con, contract, f"SELECT business_date FROM {name} WHERE file_id = {file_id:d}")
    except BaseException:
        undo(con, contract, file_id)
        raise
    return Straight(count, count - gone, doubled, gone - doubled - len(odd), odd)


def undo(con: duckdb.DuckDBPyConnection, contract: Contract, file_id: int) -> None:
    """Take the facts of `file_id` out again."""
    con.execute(f"DELETE FROM {quoted(contract.name)} WHERE file_id = {file_id:d}")


def show_beside(con: duckdb.DuckDBPyConnection, contract: Contract, file_id: int) -> None:
    """Let `typed` show the facts that went straight in, besides the rows that were typed with care."""
    names = ", ".join(quoted(name) for name, _ in fact_columns(contract)[:-3])
    (some,) = con.execute("SELECT count(*) FROM odd_rows").fetchone()
    con.execute("CREATE OR REPLACE TEMP TABLE typed_odd AS FROM typed")
    con.execute(f"""
        CREATE OR REPLACE TEMP VIEW typed AS
        FROM typed_odd
        UNION ALL BY NAME
        SELECT *, false AS ignored FROM doubled_rows
        UNION ALL BY NAME
        SELECT {names}, file_row, false AS ignored FROM {quoted(contract.name)}
        WHERE file_id = {file_id:d}
            {"AND file_row NOT IN (SELECT file_row FROM odd_rows)" if some else ""}""")


def _insert_all(con: duckdb.DuckDBPyConnection, table: TableMap, zone: str, file_id: int) -> None:
    contract = table.contract
    names = [quoted(name) for name, _ in fact_columns(contract)]
    bounds = [
        f"{quoted(c.name)} NOT BETWEEN {c.low} AND {c.high}"
        for c in contract.columns
        if c.low is not None and c.high is not None and not c.strict
    ]
    spelled = [f"{quoted('text ' + c.name)} IS NOT NULL" for c in contract.columns if c.kind == "agent"]
    odd = " OR ".join(["fault IS NOT NULL", *bounds, *spelled])
    try:
        con.execute(f"""
            INSERT INTO {quoted(contract.name)} ({", ".join(names)})
            SELECT {", ".join(names[:-3])}, {contract.business_date}, {file_id:d},
                CASE WHEN ignored THEN {IGNORED} WHEN {odd} THEN {ODD} ELSE {GOOD} END
            FROM ({conversion(con, table, zone, numbered=False).sql})""")
    except duckdb.InterruptException:
        raise
    except UNREADABLE:
        raise Irregular from None


def _find_odd(
    con: duckdb.DuckDBPyConnection, contract: Contract, file_id: int, place: int
) -> tuple[int, ...]:
    """The numbers of odd rows, and of those whose key occurs with another content, or in older facts.

    They also stand in the temporary table `odd_rows`, and in `doubled_rows`, whole, those that only repeat
    a good row of this file.
    """
    name, key = quoted(contract.name), ", ".join(quoted(column) for column in contract.key)
    meant = f"file_id = {file_id:d} AND file_row <> {IGNORED}"
    content = ", ".join(quoted(column) for column, _ in fact_columns(contract)[:-3])
    find_twice(con, f"SELECT hash({key}) FROM {name} WHERE {meant}")
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE again AS
        SELECT rowid AS place, {content}, file_row AS state FROM {name}
        WHERE {meant} AND hash({key}) IN (FROM twice);
        CREATE OR REPLACE TEMP TABLE known AS
        SELECT {key} FROM (SELECT {key} FROM {name} WHERE file_id <> {file_id:d})
        SEMI JOIN (SELECT {key} FROM {name} WHERE {meant}) USING ({key});
        CREATE OR REPLACE TEMP TABLE alike AS
        SELECT {key}, min(first) AS first FROM (
            SELECT {content}, state, min(place) AS first FROM again GROUP BY {content}, state)
        GROUP BY {key} HAVING count(*) = 1 AND max(state) = {GOOD};
        CREATE OR REPLACE TEMP TABLE doubled_rows AS
        SELECT {content}, place + {place:d} AS file_row
        FROM again JOIN alike USING ({key}) ANTI JOIN known USING ({key})
        WHERE place > first;
        CREATE OR REPLACE TEMP TABLE odd_rows AS
        SELECT rowid + {place:d} AS file_row FROM {name}
        WHERE file_id = {file_id:d} AND (
            file_row = {ODD}
            OR (file_row = {GOOD} AND ({key}) IN (
                SELECT {key} FROM again ANTI JOIN alike USING ({key}) UNION FROM known)))
        ORDER BY file_row""")
    return tuple(row for (row,) in con.execute("FROM odd_rows").fetchall())
