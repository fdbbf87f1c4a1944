"""Staff lists without dates: the day from which each holds, who is missing on it, and who has left.

The first list of a home holds from the beginning. A later one holds from the day that is said (`--as-of`),
else from the day or month that its file or sheet names, else from the day after the last day of facts before
this call of load. Lists that name a month are put in its order, whichever is loaded first.

A list speaks for the teams that it names, one without teams for all of them. Who is in one of these and not
on it stays, until somebody says that the list is complete; whoever is on long leave stays then as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import duckdb

from etl.contracts.facts import CONTRACTS
from etl.errors import N_, Remark
from etl.loading.merge import touch
from etl.sql_text import Sql, filled, joined, literal, sql_file
from etl.times.named_months import named_day

BEGINNING = date(1900, 1, 1)  # the day that the contract gives a row without a date
# Contracts whose days lie ahead, or are no events of a day: they do not say how far the data go.
PLANS = ("agents", "schedule", "leave", "ratings", "measures")
CARRIED = ("team", "role", "hired_on", "stay")  # what a list that has no such column leaves as it was
AGENTS = CONTRACTS["agents"]
MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """What whoever loads says of the staff lists among the files: their day, that they name everyone."""

    as_of: date | None = None
    complete: bool = False

    @property
    def anything(self) -> bool:
        """Whether anything is said at all."""
        return self.as_of is not None or self.complete


NOTHING_SAID = Asked()


@dataclass(frozen=True, slots=True)
class Listing:
    """A staff list as it is being loaded; `same_as` is the file that had its rows before.

    `said` is the day that somebody or its name said, `since` the one that it holds from.
    """

    same_as: int | None
    said: date | None
    since: date
    first: bool
    guessed: bool  # the year of `said`, as long as there are no facts to be near to
    undated: int = 0
    teams: bool = True  # whether it names any


# Which list it is: the hash and part of its file, or the number of the file whose corrected rows these are.
Content = tuple[str, str] | int


@dataclass(frozen=True, slots=True)
class StaffList:
    """What is to be asked of a list: how many people it has, how many its teams have, who is missing."""

    name: str
    since: date
    listed: int
    members: int
    missing: tuple[str, ...]
    complete: bool


def date_list(
    con: duckdb.DuckDBPyConnection,
    given: frozenset[str],
    names: Sequence[str],
    content: Content,
    asked: Asked,
    now: datetime,
) -> Listing:
    """Give the undated rows in `typed_rows`, of a file of agents, the day from which they hold.

    `names` are those of sheet, title and file. Columns that are not `given` keep what they were.
    """
    (undated,) = con.execute(
        "SELECT count(*) FROM typed_rows WHERE valid_from = ? AND NOT ignored", [BEGINNING]
    ).fetchone()
    last, near = _last_day(con, "loaded_days", now), _near(con, now)
    said = asked.as_of or named_day(names, near)
    returned = isinstance(content, int)
    found = next((one for one in _known(con, content) if returned or _is_same(one, said, asked)), None)
    if found is None:
        (older,) = con.execute(
            "SELECT count(*) FROM agents JOIN files USING (file_id) WHERE loaded_at < ?", [now]
        ).fetchone()
        guessed = not (last or asked.as_of) and said != named_day(names, date(near.year - 10, near.month, 1))
        same = con.execute("SELECT since FROM staff_lists WHERE said = ?", [said]).fetchone()
        if said is None:
            since = last + timedelta(days=1) if older and last else BEGINNING
        else:
            since = same[0] if same else said
        found = Listing(None, said, since, first=not older, guessed=guessed)
    found = replace(found, said=asked.as_of or found.said, undated=undated, teams="team" in given)
    if undated and found.since != BEGINNING:
        carried = [name for name in CARRIED if name not in given]
        if carried:
            into = joined(", ", (filled("{name} = before.{name}", name=name) for name in carried))
            con.execute(filled(CARRY, into=into), {"day": found.since, "beginning": BEGINNING})
        con.execute("UPDATE typed_rows SET valid_from = ? WHERE valid_from = ?", [found.since, BEGINNING])
    return found


CARRY = """
    UPDATE typed_rows SET {into}
    FROM (
        SELECT * FROM agents WHERE valid_from <= $day
        QUALIFY row_number() OVER (PARTITION BY agent_id ORDER BY valid_from DESC) = 1
    ) AS before
    WHERE typed_rows.agent_id = before.agent_id AND typed_rows.valid_from = $beginning"""


def is_another_day(
    con: duckdb.DuckDBPyConnection, names: Sequence[str], content: Content, asked: Asked, now: datetime
) -> bool:
    """Whether a list whose content was loaded before says now who was there on another day."""
    known, said = _known(con, content), asked.as_of or named_day(names, _near(con, now))
    return bool(known) and not any(_is_same(one, said, asked) for one in known)


def _is_same(one: Listing, said: date | None, asked: Asked) -> bool:
    """Whether a list of the same content is the same list: of the same day, or of one that nobody said."""
    redated = asked.as_of is not None and one.said is None and one.since != BEGINNING
    return redated or said in (None, one.said)


def _last_day(con: duckdb.DuckDBPyConnection, days: str, now: datetime) -> date | None:
    """The last day, up to today, of facts in a table of contracts and days."""
    sql = "SELECT max(day) FROM {days} WHERE NOT list_contains($plans, contract) AND day <= $today"
    return con.execute(filled(sql, days=days), {"plans": list(PLANS), "today": now.date()}).fetchone()[0]


def _near(con: duckdb.DuckDBPyConnection, now: datetime) -> date:
    """The day that a month without a year is taken to be near to: the last one of facts, else today."""
    return _last_day(con, "loaded_days", now) or now.date()


def _known(con: duckdb.DuckDBPyConnection, content: Content) -> list[Listing]:
    """The lists of the same content loaded before, perhaps by an older program, the latest first."""
    values: dict[str, object] = {"number": None, "hash": None, "part": None, "beginning": BEGINNING}
    values |= (
        {"number": content} if isinstance(content, int) else dict(zip(("hash", "part"), content, strict=True))
    )
    return [Listing(*row) for row in con.execute(KNOWN, values).fetchall()]


KNOWN = """
    SELECT file_id, said, coalesce(since, $beginning), coalesce(first, true), coalesce(guessed, false)
    FROM (
        SELECT DISTINCT file_id FROM files
        WHERE contract = 'agents' AND (file_id = $number OR (sha256 = $hash AND part = $part)))
    LEFT JOIN staff_lists USING (file_id)
    WHERE file_id IN (
        SELECT file_id FROM staff_lists UNION SELECT file_id FROM agents WHERE valid_from = $beginning)
    ORDER BY since DESC, file_id DESC"""


def keep_list(
    con: duckdb.DuckDBPyConnection, file_id: int, found: Listing, asked: Asked, unread: int
) -> None:
    """Keep in the books who is on the list `typed`, once its rows are facts; `unread` rows of it are not.

    One all of whose rows are dated says by itself who is where: it is kept when it is said to be complete.
    """
    own = found.same_as or file_id
    if not (found.undated or asked.complete):
        return
    con.execute("DELETE FROM listed WHERE file_id = ?", [own])
    con.execute(
        """INSERT INTO listed
           SELECT ?, agent_id, CASE WHEN ? THEN team END, bool_or(valid_from = ? AND fault IS NULL)
           FROM typed_rows WHERE NOT ignored AND agent_id IS NOT NULL GROUP BY agent_id, team""",
        [own, found.teams, found.since],
    )
    complete = con.execute("SELECT complete FROM staff_lists WHERE file_id = ?", [own]).fetchone() == (True,)
    con.execute("DELETE FROM staff_lists WHERE file_id = ?", [own])
    con.execute(
        "INSERT INTO staff_lists VALUES (?, ?, ?, ?, ?, ?, ?)",
        [own, found.said, found.since, found.first, found.guessed, asked.complete or complete, unread],
    )


def settle_lists(con: duckdb.DuckDBPyConnection, now: datetime) -> tuple[list[Remark], tuple[StaffList, ...]]:
    """Put the lists in order of their days, and end the stays of whom a complete one lacks.

    Returns what is to be said, and what is to be asked of the lists of this call of load.
    """
    if con.execute("SELECT 1 FROM staff_lists LIMIT 1").fetchone() is None:
        return [], ()
    _put_in_order(con, _last_day(con, "touched_days", now))
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


def _put_in_order(con: duckdb.DuckDBPyConnection, near: date | None) -> None:
    """Let the first list hold from the beginning, every other from its day; a guessed year is that `near`."""
    if near is not None:
        for file_id, said in con.execute("SELECT file_id, said FROM staff_lists WHERE guessed").fetchall():
            day = named_day([f"{said.month}月{said.day}日"], near)
            con.execute("UPDATE staff_lists SET said = ?, guessed = false WHERE file_id = ?", [day, file_id])
    lists = con.execute("SELECT file_id, said, since, first FROM staff_lists").fetchall()
    named = [said for _, said, _, _ in lists if said is not None]
    earliest = None
    if any(first for *_, first in lists) and all(said or since != BEGINNING for _, said, since, _ in lists):
        earliest = min(named, default=None)
    for file_id, said, since, _ in lists:
        wanted = BEGINNING if said is not None and said == earliest else said or since
        if wanted != since:
            parts = {"list": file_id, "old": _day(since), "new": _day(wanted)}
            con.execute(filled(sql_file("etl.loading", "moved_list"), **parts))
            for day in (since, wanted):
                touch(con, AGENTS, filled("SELECT {day} AS business_date", day=_day(day)))
            con.execute("UPDATE staff_lists SET since = ? WHERE file_id = ?", [wanted, file_id])


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
        "{file}: {listed} people listed, {members} in these teams: everyone, or a part? Nobody leaves until the"
        " list is said to be complete (--complete). Not listed: {people}."
    )
    values = {"file": found.name, "listed": found.listed, "members": found.members}
    return Remark(text, {**values, "people": _names(found)})


def _ended(con: duckdb.DuckDBPyConnection, file_id: int, found: StaffList) -> list[Remark]:
    """End the stays of the `missing` of a complete list on the day before it."""
    if not found.missing or found.since == BEGINNING:
        return []
    touch(con, AGENTS, filled("SELECT {day} AS business_date", day=_day(found.since)))
    parts = {"list": file_id, "since": _day(found.since)}
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


def _day(day: date) -> Sql:
    return filled("CAST({day} AS DATE)", day=literal(day.isoformat()))
