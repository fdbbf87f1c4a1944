"""The two wide layouts that people fill by hand: one column a QA point, and one column a day."""

from __future__ import annotations

import re

import polars as pl

from etl.contracts.contract import NO, YES
from etl.home import Settings
from etl.maps.maps import Source
from etl.maps.plain_format import ITEM_HEADER
from etl.maps.rosters import roster

# A cell of a QA form that says the point did not arise in this call.
NOT_APPLICABLE = ("/", "-", "--", "—", "n/a", "na", "不适用", "未涉及", "不涉及", "无此项")
_ADDED = ("item", "earned", "applicable")


def unpivot(frame: pl.DataFrame, source: Source, settings: Settings) -> pl.DataFrame:
    """The raw rows of `frame` with its wide columns turned into rows.

    "items" gives item, earned (NULL: not applicable), applicable: the maximum stands in the header, in
    brackets, or in the map. "days" gives what `etl.maps.rosters` makes of each cell, by the
    codes in `settings`.
    """
    if source.wide == "items":
        return _points(frame, source) if source.points else _items(frame)
    return roster(frame, settings.shifts | source.shifts, settings.leave_codes | source.leave_codes)


def _points(frame: pl.DataFrame, source: Source) -> pl.DataFrame:
    """One row for each point of a form whose maxima stand in the map."""
    base = [name for name in frame.columns if name not in source.points and name not in _ADDED]
    return pl.concat(
        frame.select(
            *base,
            pl.lit(item_name(point, deduction=source.deduction)).alias("item"),
            _earned(pl.col(point), maximum, deduction=source.deduction).alias("earned"),
            pl.lit(f"{maximum:g}").alias("applicable"),
        )
        for point, maximum in source.points.items()
    )


def item_name(point: str, *, deduction: bool) -> str:
    """What a point is called: its column's title without the maximum in brackets and the word 扣分."""
    bare = re.sub(r"\s*[\[(【](?:满分)?\d+(?:\.\d+)?分?[\])】]$", "", point)
    return (re.sub(r"(?<=.)扣分$", "", bare) if deduction else bare) or point


def _earned(cell: pl.Expr, maximum: float, *, deduction: bool) -> pl.Expr:
    """What a cell earned, as text: points, or the maximum less what was taken off, or all for a yes.

    An empty cell means that nothing was taken off, and on a form of points that the point did not
    arise. What cannot be read stays as it is, so that it is rejected.
    """
    word = cell.str.to_lowercase().str.strip_chars()
    number = word.str.strip_suffix("分").cast(pl.Float64, strict=False)
    taken = maximum - number.abs() if deduction else number
    return (
        pl.when(word.is_in(NOT_APPLICABLE))
        .then(pl.lit(None, pl.String))
        .when(cell.is_null())
        .then(pl.lit(f"{maximum:g}" if deduction else None, pl.String))
        .when(number.is_not_null())
        .then(taken.cast(pl.String))
        .when(word.is_in([w for w in YES if not w.isdigit()]))
        .then(pl.lit(f"{maximum:g}"))
        .when(word.is_in([w for w in NO if not w.isdigit()]))
        .then(pl.lit("0"))
        .otherwise(cell)
    )


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
