"""Who is missing on a staff list, and who has left because a complete one lacks them.

A list speaks for the teams that it names or takes people from, one without teams for all. Who is in one of
these and not on it stays, until somebody says that the list is complete; and even then who is on long leave.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import duckdb

from etl.errors import N_, Remark
from etl.loading.merge import touch
from etl.loading.staff_lists import AGENTS, BEGINNING, Content, known_lists, put_in_order, sql_day
from etl.sql_text import filled, sql_file

MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class StaffList:
    """What is to be asked of a list: how many people it has, how many its teams have, who is missing."""

    name: str
    since: date
    listed: int
    members: int
    missing: tuple[str, ...]
    complete: bool


def settle_lists(con: duckdb.DuckDBPyConnection, now: datetime) -> tuple[list[Remark], tuple[StaffList, ...]]:
    """Put the lists in order of their days, and end the stays of whom a complete one lacks.

    Returns what is to be said, and what is to be asked of the lists of this call of load.
    """
    if con.execute("SELECT 1 FROM staff_lists LIMIT 1").fetchone() is None:
        return [], ()
    put_in_order(con, now)
    remarks: list[Remark] = []
    asked: list[StaffList] = []
    for file_id, name, since, complete, unread, of_now in con.execute(LISTS, [now]).fetchall():
        found = _compared(con, file_id, name, since, complete=complete and not unread)
        if of_now and since != BEGINNING:
            remarks.append(Remark(N_("{file}: it holds from {day} on."), {"file": name, "day": str(since)}))
        if complete and unread:
            if of_now:
                text = N_("{file}: {rows} of its rows were set aside, so nobody leaves because of it.")
                remarks.append(Remark(text, {"file": name, "rows": unread}))
        elif complete:
            remarks += _ended(con, file_id, found)
        elif of_now and found.missing:
            remarks.append(_question(found))
        if of_now:
            asked.append(found)
    return remarks, tuple(asked)


LISTS = """
    SELECT file_id, any_value(name || CASE part WHEN '' THEN '' ELSE ' ' || part END), any_value(since),
        any_value(complete), any_value(unread), bool_or(loaded_at = ?)
    FROM staff_lists JOIN (
        SELECT lists.file_id, files.name, files.part, files.loaded_at
        FROM staff_lists AS lists JOIN files AS own ON own.file_id = lists.file_id
        JOIN files ON files.sha256 = own.sha256 AND files.part = own.part AND files.contract = 'agents'
    ) AS given USING (file_id)
    GROUP BY file_id ORDER BY any_value(since), file_id"""


def lacks_somebody(con: duckdb.DuckDBPyConnection, content: Content) -> bool:
    """Whether the list of this content, if it is the newest, lacks people and is not said to be complete."""
    lists = [one.same_as for one in known_lists(con, content)]
    found = con.execute(UNANSWERED, [lists]).fetchone()
    return found is not None and bool(_compared(con, *found, complete=False).missing)


UNANSWERED = """
    SELECT file_id, '', since FROM staff_lists
    WHERE list_contains(?, file_id) AND NOT complete AND since = (SELECT max(since) FROM staff_lists)"""


def _compared(
    con: duckdb.DuckDBPyConnection, file_id: int, name: str, since: date, *, complete: bool
) -> StaffList:
    """A list beside those who are in its teams on its day."""
    (listed,) = con.execute(
        "SELECT count(DISTINCT agent_id) FROM listed WHERE file_id = ?", [file_id]
    ).fetchone()
    people = con.execute(
        sql_file("etl.loading", "people_of_list"), {"list": file_id, "since": since}
    ).fetchall()
    con.execute("CREATE OR REPLACE TEMP TABLE missing (agent_id VARCHAR, shown VARCHAR)")
    missing = [(key, shown) for key, shown, on_list, on_leave in people if not (on_list or on_leave)]
    if missing:
        con.executemany("INSERT INTO missing VALUES (?, ?)", missing)
    return StaffList(name, since, listed, len(people), tuple(shown for _, shown in missing), complete)


def _question(found: StaffList) -> Remark:
    text = N_(
        "{file}: {listed} people listed, {members} in these teams: everyone, or a part? Nobody leaves until"
        " the list is said to be complete (--complete). Not listed: {people}."
    )
    values = {"file": found.name, "listed": found.listed, "members": found.members}
    return Remark(text, {**values, "people": _names(found)})


def _ended(con: duckdb.DuckDBPyConnection, file_id: int, found: StaffList) -> list[Remark]:
    """End the stays of the `missing` of a complete list on the day before it."""
    if not found.missing or found.since == BEGINNING:
        return []
    touch(con, AGENTS, filled("SELECT {day} AS business_date", day=sql_day(found.since)))
    parts = {"list": file_id, "since": sql_day(found.since)}
    con.execute(filled(END, open=filled(OPEN, **parts), **parts))
    text = N_("{file} is complete: {people} left on {day}.")
    day = found.since - timedelta(days=1)
    return [Remark(text, {"file": found.name, "people": _names(found), "day": str(day)})]


OPEN = """
    valid_from < {since} AND coalesce(valid_to, DATE '9999-12-31') >= {since}
    AND agent_id IN (SELECT agent_id FROM missing)"""
END = """
    INSERT INTO row_history
    SELECT 'agents', concat_ws(' / ', agent_id, valid_from), file_id, file_row, {list}, NULL,
        CAST(to_json(fact) AS VARCHAR)
    FROM agents AS fact WHERE {open};
    UPDATE agents SET valid_to = {since} - 1 WHERE {open}"""


def _names(found: StaffList) -> str:
    more = len(found.missing) - MOST_NAMED
    return "、".join(found.missing[:MOST_NAMED]) + (f" … +{more}" if more > 0 else "")
