"""Staff lists without dates: the day from which each holds.

The first list of a home holds from the beginning. A later one holds from the day that is said (`--as-of`),
else from the day or month that its file or sheet names, else from the day after the last day of facts before
this call of load. Lists that name a month are put in its order, whichever is loaded first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import duckdb

from etl.contracts.facts import CONTRACTS
from etl.loading.merge import touch
from etl.sql_text import Sql, filled, joined, literal, sql_file
from etl.times.named_months import named_day

BEGINNING = date(1900, 1, 1)  # the day that the contract gives a row without a date
# Contracts whose days lie ahead, or are no events of a day: they do not say how far the data go.
PLANS = ("agents", "schedule", "leave", "ratings", "measures")
CARRIED = ("team", "role", "hired_on")  # what a list that has no such column leaves as it was
AGENTS = CONTRACTS["agents"]


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
    last, said, vague = _last_day(con, "loaded_days", now), *_said(con, names, asked, now)
    returned = isinstance(content, int)
    same = (one for one in known_lists(con, content) if returned or _is_same(one, said, asked, vague=vague))
    found = next(same, None)
    if found is None:
        (older,) = con.execute(
            "SELECT count(*) FROM agents JOIN files USING (file_id) WHERE loaded_at < ?", [now]
        ).fetchone()
        twin = con.execute("SELECT since FROM staff_lists WHERE said = ?", [said]).fetchone()
        if said is None:
            since = last + timedelta(days=1) if older and last else BEGINNING
        else:
            since = twin[0] if twin else said
        found = Listing(None, said, since, first=not older, guessed=vague and last is None)
    found = replace(found, said=asked.as_of or found.said, undated=undated, teams="team" in given)
    if undated and found.since != BEGINNING:
        days = {"day": found.since, "beginning": BEGINNING}
        carried = [name for name in CARRIED if name not in given]
        if carried:
            into = joined(", ", (filled("{name} = before.{name}", name=name) for name in carried))
            con.execute(filled(CARRY, into=into, before=BEFORE), days)
        con.execute(filled(LEFT, before=BEFORE), days)
        con.execute(DATE, days)
    return found


# The stay at home that a person had on the day of the list.
BEFORE = Sql("""(
        SELECT * FROM agents WHERE valid_from <= $day AND stay IS DISTINCT FROM 'seconded'
        QUALIFY row_number() OVER (PARTITION BY agent_id ORDER BY valid_from DESC) = 1)""")
CARRY = """
    UPDATE typed_rows SET {into} FROM {before} AS before
    WHERE typed_rows.agent_id = before.agent_id AND typed_rows.valid_from = $beginning"""
# Whoever left before the day of the list has no stay from it: the one before ends on that day.
LEFT = """
    UPDATE typed_rows SET valid_from = before.valid_from, team = before.team, role = before.role
    FROM {before} AS before
    WHERE typed_rows.agent_id = before.agent_id AND typed_rows.valid_from = $beginning
        AND typed_rows.valid_to < $day AND before.valid_from <= typed_rows.valid_to"""
DATE = """
    UPDATE typed_rows SET valid_from = $day
    WHERE valid_from = $beginning AND coalesce(valid_to >= $day, true)"""


def is_another_day(
    con: duckdb.DuckDBPyConnection, names: Sequence[str], content: Content, asked: Asked, now: datetime
) -> bool:
    """Whether a list whose content was loaded before says now who was there on another day."""
    known, (said, vague) = known_lists(con, content), _said(con, names, asked, now)
    return bool(known) and not any(_is_same(one, said, asked, vague=vague) for one in known)


def _said(
    con: duckdb.DuckDBPyConnection, names: Sequence[str], asked: Asked, now: datetime
) -> tuple[date | None, bool]:
    """The day that is said or named, and whether its year is only likely: near the last facts, else today."""
    near = _last_day(con, "loaded_days", now) or now.date()
    named = named_day(names, near)
    return asked.as_of or named, not asked.as_of and named != named_day(
        names, date(near.year - 10, near.month, 1)
    )


def _is_same(one: Listing, said: date | None, asked: Asked, *, vague: bool) -> bool:
    """Whether a list of the same content is the same list: of the same day, or of one that nobody said."""
    redated = asked.as_of is not None and one.said is None and one.since != BEGINNING
    # Loaded again in another year, a month without a year is the one that it was.
    alike = vague and said and one.said and (said.month, said.day) == (one.said.month, one.said.day)
    return redated or bool(alike) or said in (None, one.said)


def _last_day(con: duckdb.DuckDBPyConnection, days: str, now: datetime) -> date | None:
    """The last day, up to today, of facts in a table of contracts and days."""
    sql = "SELECT max(day) FROM {days} WHERE NOT list_contains($plans, contract) AND day <= $today"
    return con.execute(filled(sql, days=days), {"plans": list(PLANS), "today": now.date()}).fetchone()[0]


def known_lists(con: duckdb.DuckDBPyConnection, content: Content) -> list[Listing]:
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


def put_in_order(con: duckdb.DuckDBPyConnection, now: datetime) -> None:
    """Let the first list hold from the beginning, every other from its day.

    A year that was guessed without facts is the one that brings it close to those of this call of load.
    """
    near = _last_day(con, "touched_days", now)
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
            parts = {"list": file_id, "old": sql_day(since), "new": sql_day(wanted)}
            con.execute(filled(sql_file("etl.loading", "moved_list"), **parts))
            for day in (since, wanted):
                touch(con, AGENTS, filled("SELECT {day} AS business_date", day=sql_day(day)))
            con.execute("UPDATE staff_lists SET since = ? WHERE file_id = ?", [wanted, file_id])


def sql_day(day: date) -> Sql:
    """A day as an SQL literal."""
    return filled("CAST({day} AS DATE)", day=literal(day.isoformat()))
