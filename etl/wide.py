"""The two wide layouts that people fill by hand: one column a QA point, and one column a day."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import polars as pl

from etl.plain import DAY_HEADER, ITEM_HEADER

_SHIFT = re.compile(r"^(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})$")


def unpivot(frame: pl.DataFrame, wide: str, shifts: dict[str, str]) -> pl.DataFrame:
    """The raw rows of `frame` with its wide columns turned into rows.

    "items" gives item, earned (NULL: not applicable), applicable (the maximum stands in the header, in
    brackets); "days" gives shift_date, shift, start_at, end_at (NULL times for an empty cell or a day off).
    """
    return _items(frame) if wide == "items" else _days(frame, shifts)


def _items(frame: pl.DataFrame) -> pl.DataFrame:
    matches = {name: match for name in frame.columns if (match := ITEM_HEADER.match(name))}
    base = [name for name in frame.columns if name not in matches]
    parts = [
        frame.select(
            *base,
            pl.lit(match["item"].strip()).alias("item"),
            pl.col(name).alias("earned"),
            pl.lit(match["maximum"]).alias("applicable"),
        )
        for name, match in matches.items()
    ]
    return pl.concat(parts)


def _days(frame: pl.DataFrame, shifts: dict[str, str]) -> pl.DataFrame:
    matches = {name: match for name in frame.columns if (match := DAY_HEADER.match(name))}
    base = [name for name in frame.columns if name not in matches]
    parts = []
    for name, match in matches.items():
        day = "-".join((match[1], match[2].zfill(2), match[3].zfill(2)))
        codes = frame[name].drop_nulls().unique().to_list()
        starts, ends = {}, {}
        for code in codes:
            starts[code], ends[code] = _times(day, shifts.get(code, code))
        parts.append(
            frame.select(
                *base,
                pl.lit(day).alias("shift_date"),
                pl.col(name).alias("shift"),
                pl.col(name).replace_strict(starts, default=None, return_dtype=pl.String).alias("start_at"),
                pl.col(name).replace_strict(ends, default=None, return_dtype=pl.String).alias("end_at"),
            )
        )
    return pl.concat(parts)


def _times(day: str, shift: str) -> tuple[str | None, str | None]:
    """Start and end of a shift as texts; an unknown code stays as it is, so that it is rejected."""
    if not shift:
        return None, None
    match = _SHIFT.match(shift)
    if not match:
        return shift, shift
    try:
        first = datetime.combine(date.fromisoformat(day), datetime.min.time())
    except ValueError:
        return day, day
    start = first + timedelta(hours=int(match[1]), minutes=int(match[2]))
    end = first + timedelta(hours=int(match[3]), minutes=int(match[4]))
    if end <= start:
        end += timedelta(days=1)
    return f"{start:%Y-%m-%d %H:%M}", f"{end:%Y-%m-%d %H:%M}"
