"""Wall-clock times that a change of the clocks leaves out, or lets happen twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import duckdb
import polars as pl

from etl.sql_text import filled, joined

_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_SCHEMA = {"kind": pl.String, "day": pl.Date, "starts_at": pl.Datetime("us"), "ends_at": pl.Datetime("us")}
_YEARS = "year(min({name})), year(max({name}))"
# A time with an offset was converted: it is one of the two that the clocks showed.
_ODD = """
    INSERT INTO odd_clocks SELECT change.kind, typed.file_row, ?, typed.{column}
    FROM typed JOIN clock_changes AS change
        ON CAST(typed.{column} AS DATE) = change.day
        AND typed.{column} >= change.starts_at AND typed.{column} < change.ends_at
    WHERE typed.{offset} IS NULL"""


@dataclass(frozen=True, slots=True)
class ClockChange:
    """Local times of one day from `starts_at` up to, not including, `ends_at`.

    Of `kind` "gap" they do not exist, of "fold" they happen twice.
    """

    kind: str
    day: date
    starts_at: datetime
    ends_at: datetime


@cache
def clock_changes(zone: str, first_year: int, last_year: int) -> tuple[ClockChange, ...]:
    """Every change of the clocks of `zone` in those years, both included; empty where they do not change."""
    return tuple(
        change
        for instant, before, after in _transitions(ZoneInfo(zone), first_year, last_year)
        for change in _by_day(
            "gap" if after > before else "fold", instant + min(before, after), instant + max(before, after)
        )
    )


def changes_clocks(zone: str) -> bool:
    """Whether the clocks of `zone` change in our time."""
    return bool(clock_changes(zone, 1995, 2099))


def find_odd_clocks(con: duckdb.DuckDBPyConnection, columns: Mapping[str, str], zone: str) -> None:
    """Make the temporary table `odd_clocks` (kind, file_row, column, moment): naive times of `typed` that
    the clocks of `zone` never showed ("gap"), or showed twice ("fold").

    `columns` are time columns of `typed`, each with the column of its offset from UTC. Without a change of
    the clocks in the years of a column it is not looked at.
    """
    con.execute(
        """CREATE OR REPLACE TEMP TABLE odd_clocks
           (kind VARCHAR, file_row BIGINT, "column" VARCHAR, moment TIMESTAMP)"""
    )
    ends = joined(", ", (filled(_YEARS, name=name) for name in columns))
    years = con.execute(filled("SELECT {ends} FROM typed", ends=ends)).fetchone() if columns else ()
    for (name, offset), first, last in zip(columns.items(), years[::2], years[1::2], strict=True):
        changes = clock_changes(zone, first, last) if first is not None else ()
        if changes:
            listed = pl.DataFrame([asdict(change) for change in changes], schema=_SCHEMA)
            con.register("clock_changes", listed)
            con.execute(filled(_ODD, column=name, offset=offset), [name])
            con.unregister("clock_changes")


def _transitions(
    zone: ZoneInfo, first_year: int, last_year: int
) -> Iterator[tuple[datetime, timedelta, timedelta]]:
    """The instants (UTC, without a zone) at which the offset changes, with the offset before and after."""
    # From one week to the next: nowhere do clocks change and change back within one.
    instant, end = datetime(first_year, 1, 1) - _DAY, datetime(last_year + 1, 1, 1) + _DAY
    before = _offset(instant, zone)
    while instant < end:
        after = _offset(instant + _WEEK, zone)
        if after != before:
            low, high = 0, 7 * 86_400
            while high - low > 1:
                middle = (low + high) // 2
                same = _offset(instant + timedelta(seconds=middle), zone) == before
                low, high = (middle, high) if same else (low, middle)
            yield instant + timedelta(seconds=high), before, after
        instant, before = instant + _WEEK, after


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return instant.replace(tzinfo=UTC).astimezone(zone).utcoffset() or timedelta()


def _by_day(kind: str, start: datetime, end: datetime) -> Iterator[ClockChange]:
    """A span of local times, cut at midnight, so that it can be found by its day."""
    while start < end:
        midnight = datetime.combine(start.date() + _DAY, datetime.min.time())
        yield ClockChange(kind, start.date(), start, min(midnight, end))
        start = midnight
