"""Wide rosters: names down, days across, in each cell the code of a shift, of a day off or of leave."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from unicodedata import normalize

import duckdb
import polars as pl

from etl.maps.maps import TableMap
from etl.maps.plain_format import DAY_HEADER
from etl.sql_text import filled
from etl.staff_rules import SPAN, LeaveCode

WEEKDAYS = ("一", "二", "三", "四", "五", "六", "日")
ENGLISH = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# What a cell becomes, all texts; NULL where there is nothing of it.
PARTS = ("shift", "start_at", "end_at", "leave_type", "leave_from", "leave_to")

_UNKNOWN = pl.col("start_at") == pl.col("end_at")

Cell = tuple[str | None, ...]


def roster(frame: pl.DataFrame, shifts: Mapping[str, str], leave: Mapping[str, LeaveCode]) -> pl.DataFrame:
    """One row a cell: shift_date and PARTS. An empty cell and a day off have no times.

    A code of leave gives leave_type, from leave_from to leave_to: the times of its shift, which then is
    planned too, or the whole day. A code that nobody knows has a shift that ends as it starts, at
    midnight, and in `shift` all unknown codes of its row: "10-01: Q; 10-07: X".
    """
    days = {name: _day(match.groups()) for name in frame.columns if (match := DAY_HEADER.match(name))}
    frame = _without_weekdays(frame, days)
    base = [name for name in frame.columns if name not in (*days, "shift_date", *PARTS)]
    read = {
        name: {code: _cell(code, day, shifts, leave) for code in frame[name].drop_nulls().unique()}
        for name, day in days.items()
    }
    strange = _unknown_codes(frame, days, read)
    return pl.concat(
        frame.select(
            *base,
            pl.lit(day.isoformat() if day else name).alias("shift_date"),
            *(_part(name, read[name], place) for place in range(len(PARTS))),
        ).with_columns(
            pl.when(_UNKNOWN).then(strange).otherwise("shift").alias("shift"),
            # A day without leave takes back what an earlier roster had; of an unknown code nothing is known.
            pl.when(_UNKNOWN.not_().fill_null(value=True))
            .then(pl.col("leave_from").fill_null(name))
            .alias("leave_from"),
        )
        for name, day in days.items()
    )


def gives_leave(con: duckdb.DuckDBPyConnection, table: TableMap, frame: pl.DataFrame) -> bool:
    """Whether a roster has days of leave, or may take back days of leave that facts have now."""
    before = filled(
        "SELECT 1 FROM {facts} WHERE {among} LIMIT 1", facts=table.contract.name, among=table.among
    )
    return frame["leave_type"].count() > 0 or con.execute(before).fetchone() is not None


def _day(numbers: tuple[str, ...]) -> date | None:
    """The day of a column; None when no calendar has it: its cells are set aside by their date."""
    try:
        return date(*map(int, numbers))
    except ValueError:
        return None


def _part(name: str, cells: Mapping[str, Cell], place: int) -> pl.Expr:
    values = {code: cell[place] for code, cell in cells.items()}
    read = pl.col(name).replace_strict(values, default=None, return_dtype=pl.String)
    return read.alias(PARTS[place])


def _unknown_codes(
    frame: pl.DataFrame, days: Mapping[str, date | None], read: Mapping[str, Mapping[str, Cell]]
) -> pl.Series:
    """For each row the codes that nobody knows, with their days."""
    told: list[list[str]] = [[] for _ in range(frame.height)]
    for name, cells in read.items():
        unknown = {code for code, cell in cells.items() if cell[1] and cell[1] == cell[2]}
        if unknown:
            for number, code in enumerate(frame[name]):
                if code in unknown:
                    told[number].append(f"{name[5:]}: {code}")
    return pl.Series("shift", ["; ".join(found) or None for found in told], dtype=pl.String)


def _cell(code: str, day: date | None, shifts: Mapping[str, str], leave: Mapping[str, LeaveCode]) -> Cell:
    """The values of PARTS for one cell."""
    if day is None:
        return (code, "–", "–", None, None, None)
    known = next(
        (word for word in _words(code) if word in shifts or word in leave or SPAN.fullmatch(word)), None
    )
    midnight = datetime.combine(day, datetime.min.time())
    if known in leave and not shifts.get(known):
        return _leave(code, midnight, leave[known])
    if known is None:
        return (code, *_texts(midnight, midnight), None, None, None)
    times = shifts.get(known, known)
    if not times:
        return (None,) * len(PARTS)
    return (code, *_texts(*_span(midnight, times)), None, None, None)


def _leave(code: str, midnight: datetime, said: LeaveCode) -> Cell:
    if not said.times:
        whole = _texts(midnight, midnight + timedelta(days=1))
        return (None, None, None, said.leave_type, *whole)
    span = _texts(*_span(midnight, said.times))
    return (code, *span, said.leave_type, *span)


def _words(code: str) -> tuple[str, ...]:
    """The spellings under which the settings may list a code: as it is, narrow, with and without 班."""
    narrow = normalize("NFKC", code).strip()
    return (code, narrow, narrow.removesuffix("班"), f"{narrow}班")


def _span(midnight: datetime, times: str) -> tuple[datetime, datetime]:
    """Start and end of a shift; one that does not end after its start ends on the next day."""
    found = SPAN.fullmatch(times)
    start, end = (
        midnight + timedelta(hours=int(found[place]), minutes=int(found[place + 1])) for place in (1, 3)
    )
    return start, end if end > start else end + timedelta(days=1)


def _texts(start: datetime, end: datetime) -> tuple[str, str]:
    return f"{start:%Y-%m-%d %H:%M}", f"{end:%Y-%m-%d %H:%M}"


def _without_weekdays(frame: pl.DataFrame, days: Mapping[str, date | None]) -> pl.DataFrame:
    """`frame` whose rows that only say which weekday each day is have empty cells instead."""
    named = []
    for name, day in days.items():
        if day is None:
            continue
        word = WEEKDAYS[day.weekday()]
        words = [f"{lead}{word}" for lead in ("", "周", "星期", "礼拜")]
        words += ["天", "周天", "星期天", "礼拜天"] if word == "日" else []
        words += [ENGLISH[day.weekday()], ENGLISH[day.weekday()][:3]]
        named.append(pl.col(name).str.to_lowercase().is_in(words).fill_null(value=False))
    if not named:
        return frame
    row = pl.all_horizontal(named)
    return frame.with_columns(
        pl.when(row).then(pl.lit(None, pl.String)).otherwise(pl.col(name)).alias(name) for name in days
    )
