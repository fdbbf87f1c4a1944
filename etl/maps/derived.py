"""Adds to a file's raw rows the columns that its source map derives."""

from __future__ import annotations

import duckdb
import polars as pl

from etl.maps.conversions import prepare
from etl.maps.maps import Source
from etl.sql_text import Sql, filled

# A day written as two numbers and a year behind them.
_DAY = r"^(\d{1,2})([/.\-])(\d{1,2})([/.\-]\d{4}\b)"


def derive(frame: pl.DataFrame, source: Source) -> pl.DataFrame:
    """`frame` with the `optional` columns of `source`, days put before months, and its `derived` columns."""
    absent = [word for word in source.optional if word not in frame.columns]
    frame = frame.with_columns(pl.lit(None, pl.String).alias(word) for word in absent)
    return _computed(_day_first(frame, source.day_first), source.derived)


def _day_first(frame: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    """`frame` with day and month of `columns` swapped, where a number above 12 proves the month is first."""
    columns = tuple(name for name in columns if name in frame.columns)
    if not columns:
        return frame

    def beyond_twelve(group: int) -> bool:
        numbers = (pl.col(columns).str.extract(_DAY, group).cast(pl.Int64) > 12).any()
        return any(frame.select(numbers).row(0))

    if beyond_twelve(1) or not beyond_twelve(3):
        return frame
    return frame.with_columns(pl.col(columns).str.replace(_DAY, "${3}${2}${1}${4}"))


def _computed(frame: pl.DataFrame, derived: dict[str, Sql]) -> pl.DataFrame:
    if not derived:
        return frame
    with duckdb.connect() as con:
        prepare(con)
        con.register("frame", frame)
        return con.sql(filled("SELECT *, {columns} FROM frame", columns=derived)).pl()
