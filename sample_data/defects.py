"""Defects as real files have them, planted after generation and counted for the README."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

UNKNOWN_AGENT = "9999"
UNKNOWN_SHIFT = "外训"
UNKNOWN_ITEM = "机房装修"
_UNREADABLE = ("2026/13/45 25:61:00", "一月三日上午", "2026-01-32 09:00:00", "########", "昨天", "20260199")
_OFF_SCALE = ("7", "6", "9", "11", "-1")  # 0 would be no answer
_ANSWERED = pl.col("是否接通") == "是"
_INBOUND = pl.col("呼叫方向") == "呼入"

Change = Callable[[pl.DataFrame, list[int]], pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Defect:
    """What was planted (`key` of defects.toml), in which file, in how many rows."""

    key: str
    file: str
    rows: int


def _choose(rng: np.random.Generator, table: pl.DataFrame, where: pl.Expr, count: int) -> list[int]:
    places = table.with_row_index("row").filter(where)["row"].to_numpy()
    return sorted(int(place) for place in rng.choice(places, size=min(count, len(places)), replace=False))


def _set(table: pl.DataFrame, rows: list[int], **values: str | tuple[str, ...]) -> pl.DataFrame:
    """`table` with the cells of `rows` replaced: one value for all, or one each in turn."""
    for column, value in values.items():
        cells = table[column].to_list()
        for turn, row in enumerate(rows):
            cells[row] = value if isinstance(value, str) else value[turn % len(value)]
        table = table.with_columns(pl.Series(column, cells, dtype=pl.String))
    return table


def _repeat(table: pl.DataFrame, rows: list[int], **changes: str) -> pl.DataFrame:
    again = table[rows].with_columns(pl.lit(value).alias(column) for column, value in changes.items())
    return pl.concat([table, again])


def _nobody(table: pl.DataFrame, rows: list[int]) -> pl.DataFrame:
    return _set(table, rows, 接听工号="", 应接工号="", 班组="")


def _stranger(table: pl.DataFrame, rows: list[int]) -> pl.DataFrame:
    return _set(table, rows, 接听工号=UNKNOWN_AGENT, 应接工号="", 班组="")


def _negative(table: pl.DataFrame, rows: list[int]) -> pl.DataFrame:
    return _set(table, rows, 通话秒数=tuple("-" + table["通话秒数"][row] for row in rows))


# Month, defect, rows, which rows, and the change.
_IN_CALLS: tuple[tuple[str, str, int, pl.Expr, Change], ...] = (
    ("2025-11", "not_yes_or_no", 3, pl.lit(True), lambda table, rows: _set(table, rows, 是否接通="不详")),
    ("2025-12", "no_agent", 20, _ANSWERED & _INBOUND, _nobody),
    (
        "2026-01",
        "unreadable_time",
        6,
        pl.lit(True),
        lambda table, rows: _set(table, rows, 来电时间=_UNREADABLE),
    ),
    ("2026-02", "negative_talk", 9, _ANSWERED, _negative),
    ("2026-03", "duplicate_rows", 25, pl.lit(True), _repeat),
    ("2026-05", "same_key", 8, _ANSWERED, lambda table, rows: _repeat(table, rows, 话后处理秒数="1")),
    ("2026-08", "unknown_agent", 12, _ANSWERED & _INBOUND, _stranger),
)


def plant_in_calls(rng: np.random.Generator, tables: dict[str, pl.DataFrame]) -> list[Defect]:
    """Plant in the monthly call tables (by month), which are replaced; returns what was planted."""
    planted = []
    for month, key, count, where, change in _IN_CALLS:
        rows = _choose(rng, tables[month], where, count)
        tables[month] = change(tables[month], rows)
        planted.append(Defect(key, f"通话记录_{month}.csv", len(rows)))
    again = _choose(rng, tables["2026-06"], pl.lit(True), 10)
    tables["2026-07"] = pl.concat([tables["2026-06"][again], tables["2026-07"]])
    return [*planted, Defect("sent_again", "通话记录_2026-07.csv", len(again))]


def broken_lines(rng: np.random.Generator, table: pl.DataFrame, file: str) -> tuple[dict[int, str], Defect]:
    """Lines of `table` with a wrong number of fields, by row: half have one more, half are cut off."""
    lines = {}
    for turn, row in enumerate(_choose(rng, table, pl.lit(True), 4)):
        fields = [*table.row(row), "客户补充说明"]
        lines[row] = ",".join(fields[:6] if turn % 2 else fields)
    return lines, Defect("field_count", file, len(lines))


def plant_elsewhere(rng: np.random.Generator, tables: dict[str, pl.DataFrame]) -> list[Defect]:
    """Plant in the surveys, punches and tickets, by file name without `.csv`; they are replaced."""
    surveys, punches, tickets = tables["满意度"], tables["考勤打卡"], tables["工单"]
    off_scale = _choose(rng, surveys, pl.col("评分") != "", len(_OFF_SCALE))
    decimal = _choose(rng, surveys, ~pl.col("row").is_in(off_scale), 15)
    with_decimals = tuple(surveys["客服工号"][row] + ".0" for row in decimal)
    tables["满意度"] = _set(_set(surveys, off_scale, 评分=_OFF_SCALE), decimal, 客服工号=with_decimals)
    twice = _choose(rng, punches, pl.lit(True), 6)
    tables["考勤打卡"] = _repeat(punches, twice)
    strange = _choose(rng, tickets, pl.col("工单类型") == "服务", 4)
    tables["工单"] = _set(tickets, strange, 服务细项=UNKNOWN_ITEM)
    return [
        Defect("off_scale", "满意度.csv", len(off_scale)),
        Defect("decimal_id", "满意度.csv", len(decimal)),
        Defect("duplicate_rows", "考勤打卡.csv", len(twice)),
        Defect("unknown_item", "工单.csv", len(strange)),
    ]


def plant_in_roster(rng: np.random.Generator, rows: list[list[object]], file: str) -> Defect:
    """Replace three shifts of a wide roster by a code that no shift has."""
    cells = [(row, column) for row in rows[1:] for column in range(2, len(row)) if row[column] == "早"]
    for number in rng.choice(len(cells), size=3, replace=False):
        row, column = cells[number]
        row[column] = UNKNOWN_SHIFT
    return Defect("unknown_shift", file, 3)


def plant_in_reviews(rng: np.random.Generator, rows: list[list[object]], file: str) -> Defect:
    """Empty the agent of two reviews."""
    agent = rows[0].index("客服工号")
    for number in rng.choice(len(rows) - 1, size=2, replace=False):
        rows[number + 1][agent] = None
    return Defect("review_without_agent", file, 2)
