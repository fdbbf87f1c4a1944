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
from etl.sql_text import Sql, any_of, filled, sql_file

GOOD, ODD, IGNORED = 0, -1, -2  # what `file_row` holds until it is known
SHARE_ODD = 0.05  # beyond it, rows are read twice for nothing
FEW_ODD = 1000


@dataclass(frozen=True, slots=True)
class Straight:
    """What one pass wrote straight into the facts, in numbers of rows.

    `rows` were read, `facts` written; `doubled` only repeat another row, `ignored` are not meant for the
    table. `odd` are the file's numbers of the rows that still have to be read with care.
    """

    rows: int
    facts: int
    doubled: int
    ignored: int
    odd: tuple[int, ...]


NOTHING = Straight(0, 0, 0, 0, ())


def fits(match: Match) -> bool:
    """Whether each row of this source becomes one fact of one table, independent of the other rows."""
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
    parts = {"facts": contract.name, "file_id": file_id, "good": GOOD}
    try:
        count, first, last = con.execute(filled(PLACES, **parts)).fetchone()
        lines = survey.lines + (not survey.closed) - match.header_row
        if not count or count != lines or last - first + 1 != count:
            raise Irregular
        which, agents = filled(GOOD_ROWS, **parts), [c.name for c in contract.columns if c.kind == "agent"]
        if any(moved(con, contract.name, name, people, which) for name in agents):
            raise Irregular  # people by name: their ids take their place
        place = match.header_row + 1 - first
        odd = _find_odd(con, contract, file_id, place)
        if len(odd) > max(FEW_ODD, SHARE_ODD * count):
            raise Irregular
        # Numbered before any row goes: the places of those behind it may move then.
        con.execute(filled(NUMBER, **parts), [place])
        (gone,) = con.execute(filled(LEAVE_OUT, **parts)).fetchone()
        (doubled,) = con.execute("SELECT count(*) FROM doubled_rows").fetchone()
        touch(con, contract, filled("SELECT business_date FROM {facts} WHERE file_id = {file_id}", **parts))
    except BaseException:
        undo(con, contract, file_id)
        raise
    return Straight(count, count - gone, doubled, gone - doubled - len(odd), odd)


PLACES = "SELECT count(*), min(rowid), max(rowid) FROM {facts} WHERE file_id = {file_id}"
GOOD_ROWS = "file_id = {file_id} AND file_row = {good}"
NUMBER = "UPDATE {facts} SET file_row = rowid + ? WHERE file_id = {file_id} AND file_row = {good}"
LEAVE_OUT = """
    DELETE FROM {facts} WHERE file_id = {file_id} AND (file_row < 0 OR file_row IN (
        SELECT file_row FROM odd_rows UNION ALL SELECT file_row FROM doubled_rows))"""


def undo(con: duckdb.DuckDBPyConnection, contract: Contract, file_id: int) -> None:
    """Take the facts of `file_id` out again."""
    con.execute(filled("DELETE FROM {facts} WHERE file_id = ?", facts=contract.name), [file_id])


def show_beside(con: duckdb.DuckDBPyConnection, contract: Contract, file_id: int) -> None:
    """Make `typed` show, beside the rows typed with care, the facts that went straight in."""
    names = [name for name, _ in fact_columns(contract)[:-3]]
    (some,) = con.execute("SELECT count(*) FROM odd_rows").fetchone()
    but = Sql("AND file_row NOT IN (SELECT file_row FROM odd_rows)") if some else Sql("")
    con.execute("CREATE OR REPLACE TEMP TABLE typed_odd AS FROM typed")
    con.execute(filled(BESIDE, names=names, facts=contract.name, file_id=file_id, but=but))


BESIDE = """
    CREATE OR REPLACE TEMP VIEW typed AS
    FROM typed_odd
    UNION ALL BY NAME
    SELECT *, false AS ignored FROM doubled_rows
    UNION ALL BY NAME
    SELECT {names}, file_row, false AS ignored FROM {facts} WHERE file_id = {file_id} {but}"""
INSERT_ALL = """
    INSERT INTO {facts} ({all})
    SELECT {names}, {day}, {file_id},
        CASE WHEN ignored THEN {ignored} WHEN {odd} THEN {odd_one} ELSE {good} END
    FROM ({rows})"""


def _insert_all(con: duckdb.DuckDBPyConnection, table: TableMap, zone: str, file_id: int) -> None:
    contract = table.contract
    names = [name for name, _ in fact_columns(contract)]
    beyond = [
        filled("{name} NOT BETWEEN {low} AND {high}", name=c.name, low=c.low, high=c.high)
        for c in contract.columns
        if c.low is not None and c.high is not None and not c.strict
    ]
    spelled = [
        filled("{text} IS NOT NULL", text=f"text {c.name}") for c in contract.columns if c.kind == "agent"
    ]
    parts = {"facts": contract.name, "all": names, "names": names[:-3], "day": contract.business_date}
    parts |= {"odd": any_of([Sql("fault IS NOT NULL"), *beyond, *spelled])}
    parts |= {"file_id": file_id, "ignored": IGNORED, "odd_one": ODD, "good": GOOD}
    try:
        con.execute(filled(INSERT_ALL, rows=conversion(con, table, zone, numbered=False).sql, **parts))
    except duckdb.InterruptException:
        raise
    except UNREADABLE:
        raise Irregular from None


def _find_odd(
    con: duckdb.DuckDBPyConnection, contract: Contract, file_id: int, place: int
) -> tuple[int, ...]:
    """The numbers of odd rows, and of rows whose key also occurs with other content or in older facts.

    They also stand in the temporary table `odd_rows`, and in `doubled_rows`, whole, those that only repeat
    a good row of this file.
    """
    parts = {"facts": contract.name, "key": contract.key, "file_id": file_id, "place": place}
    parts |= {"identity": contract.identity, "content": [name for name, _ in fact_columns(contract)[:-3]]}
    parts |= {"good": GOOD, "odd": ODD, "ignored": IGNORED}
    find_twice(con, filled(HASHES, **parts))
    con.execute(filled(sql_file("etl.loading", "odd_rows"), **parts))
    if contract.apart:
        con.execute(filled(SHARED, **parts))
    return tuple(row for (row,) in con.execute("FROM odd_rows").fetchall())


# Keys of rows that stay where they are and are told apart; the others are met again in `merge`.
SHARED = "INSERT INTO shared_keys SELECT {key} FROM alike GROUP BY {key} HAVING count(*) > 1"
HASHES = "SELECT hash({key}) FROM {facts} WHERE file_id = {file_id} AND file_row <> {ignored}"
