"""Voice calls of one agent that overlap: sorted as plain numbers, far cheaper than a window in SQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import duckdb
import numpy as np
import polars as pl

from etl.sql_text import Sql, filled, sql_file

SLACK_S = 5  # two clocks of one system disagree by seconds
EXAMPLES = 1000
ROWS_AT_ONCE = 10_000_000

# A call as one number: its agent, the second it begins (since the day before the first), how long it lasts.
# 33 bits reach over all years that a contract holds for possible, 18 over a day of talk and one of hold.
SECOND_BITS, LAST_BITS = 33, 18
SECOND_MASK, LAST_MASK = (1 << SECOND_BITS) - 1, (1 << LAST_BITS) - 1
MOST_AGENTS = 1 << (64 - SECOND_BITS - LAST_BITS)
CALL = {
    "second": Sql(
        "floor(greatest(0, epoch(coalesce(answered_at, started_at)) - epoch($since)"
        " + CASE WHEN answered_at IS NULL THEN coalesce(ivr_s, 0) + coalesce(wait_s, ring_s, 0) ELSE 0 END))"
    ),
    "lasts": Sql("floor(talk_s + coalesce(hold_s, 0))"),
    "spoken": Sql("talk_s > 0 AND is_voice(channel) AND business_date BETWEEN $first AND $last"),
}
SPEAKERS = """
    CREATE OR REPLACE TEMP TABLE speakers AS
    SELECT agent_id, turn, CAST(turn AS UBIGINT) * CAST($unit AS UBIGINT) AS base
    FROM (SELECT agent_id, row_number() OVER (ORDER BY agent_id) - 1 - $lowest AS turn FROM people)
    WHERE turn >= 0 AND turn < $most"""
NUMBERS = filled(
    """
    SELECT base + CAST({second} * {unit} + {lasts} AS UBIGINT) AS number
    FROM calls JOIN speakers USING (agent_id) WHERE {spoken}""",
    **CALL,
    unit=1 << LAST_BITS,
)
# The calls behind the numbers found; of several calls with one number, as many as were found.
FOUND = filled(sql_file("etl.audits", "overlapping_calls"), **CALL)


def find_overlaps(con: duckdb.DuckDBPyConnection) -> None:
    """Create the temporary table `overlapped` (day, file_id, file_row, rows, detail) of days in `audited`.

    On the newest days each call found has a row, `EXAMPLES` in all; the others of a day are one row
    without a detail.
    """
    con.execute(
        """CREATE OR REPLACE TEMP TABLE overlapped (
            day DATE, file_id INTEGER, file_row BIGINT, rows BIGINT, detail VARCHAR)"""
    )
    room = EXAMPLES
    (people,) = con.execute("SELECT count(*) FROM people").fetchone()
    for first, last in reversed(list(_spans(con))):
        for lowest in range(0, people, MOST_AGENTS):
            room -= _search(con, first, last, lowest, room)


def overlapping(numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The calls in `numbers` that begin `SLACK_S` or more before an earlier call of their agent ends.

    With each the second at which the longest of those earlier calls ends.
    """
    numbers.sort()
    found, until = [numbers[:0]], [numbers[:0]]
    latest = np.zeros(1, np.uint64)
    step = 1 << 18  # as much as stays in the cache
    for at in range(0, len(numbers), step):
        part = numbers[at : at + step]
        # The agent stands above the seconds, so that no end reaches the calls of the next one.
        begins = part >> np.uint64(LAST_BITS)
        ends = np.maximum.accumulate(np.concatenate([latest, begins + (part & np.uint64(LAST_MASK))]))
        odd = begins + np.uint64(SLACK_S) <= ends[:-1]
        found.append(part[odd])
        until.append(ends[:-1][odd] & np.uint64(SECOND_MASK))
        latest = ends[-1:]
    return np.concatenate(found), np.concatenate(until)


def _spans(con: duckdb.DuckDBPyConnection) -> Iterator[tuple[date, date]]:
    """The days in `audited` as spans of consecutive days, each with at most ROWS_AT_ONCE calls."""
    days = con.execute(
        """SELECT day, sum(facts) FROM loaded_days
           WHERE contract = 'calls' AND day IN (SELECT day FROM audited) GROUP BY day ORDER BY day"""
    ).fetchall()
    first, last, held = None, None, 0
    for day, facts in days:
        if first is not None and (day != last + timedelta(days=1) or held + facts > ROWS_AT_ONCE):
            yield first, last
            first, held = None, 0
        first, last, held = first or day, day, held + facts
    if first is not None:
        yield first, last


def _search(con: duckdb.DuckDBPyConnection, first: date, last: date, lowest: int, room: int) -> int:
    """Find the overlaps in a span of days, for the agents from `lowest` on; return how many have a row."""
    before = first - timedelta(days=1)  # its calls may last into the first day
    span = {"since": datetime.combine(before, time.min), "first": before, "last": last}
    con.execute(SPEAKERS, {"unit": 1 << SECOND_BITS + LAST_BITS, "lowest": lowest, "most": MOST_AGENTS})
    numbers = con.execute(NUMBERS, span).to_arrow_table()["number"]
    found, until = overlapping(np.concatenate([np.empty(0, np.uint64), *map(np.asarray, numbers.chunks)]))
    seconds = (found >> np.uint64(LAST_BITS)) & np.uint64(SECOND_MASK)
    days = (seconds // np.uint64(86_400)).astype(np.int32)
    counted = np.bincount(days, minlength=(last - before).days + 1)[: (last - before).days + 1]
    counted[0] = 0  # the day before is not looked at
    newest = np.cumsum(counted[::-1])[::-1]  # how many there are from a day on
    since = np.flatnonzero(newest >= min(room, newest[0]))[-1]
    shown = np.flatnonzero((days >= max(since, 1)) & (days < len(counted)))
    shown = shown[np.argsort(-days[shown], kind="stable")][:room]
    if len(shown):
        span["first"] = before + timedelta(days=int(days[shown].min()) - 1)
        _show(con, span, found[shown], seconds[shown], until[shown])
    rest = counted - np.bincount(days[shown], minlength=len(counted))
    for day in np.flatnonzero(rest):
        con.execute(
            "INSERT INTO overlapped VALUES (?, NULL, NULL, ?, NULL)",
            [before + timedelta(days=int(day)), int(rest[day])],
        )
    return len(shown)


def _show(
    con: duckdb.DuckDBPyConnection,
    span: dict[str, object],
    found: np.ndarray,
    seconds: np.ndarray,
    until: np.ndarray,
) -> None:
    """Add a row to `overlapped` for each of the calls that these numbers encode."""
    frame = pl.DataFrame(
        {
            "turn": found >> np.uint64(SECOND_BITS + LAST_BITS),
            "second": seconds,
            "lasts": found & np.uint64(LAST_MASK),
            "until": until,
        }
    ).cast(pl.Int64)
    calls = (
        frame.group_by("turn", "second", "lasts")
        .agg(times=pl.len(), until=pl.max("until"))
        .with_columns(day=pl.lit(span["since"]).dt.date() + pl.duration(days=pl.col("second") // 86_400))
    )
    con.register("found_calls", calls)
    con.execute(FOUND, span)
    con.unregister("found_calls")
