"""The daily report in words: six lines without names, no 0 for no data, and half-hours drawn as they are."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, time, timedelta

from dashboard.charts.half_hours import calls_chart, has_level, level_chart
from dashboard.markup.daily import daily_html
from dashboard.words.daily import daily_lines, remarks, usual_text
from kpi.scope import Subject, period_of
from kpi.sheets.daily import Daily, DailyRow, HalfHour
from tests.dashboard.hand_made import HEADING, figure

DAY = date(2026, 10, 30)
BEFORE = tuple(DAY - timedelta(weeks=n) for n in range(1, 5))


def of(key: str, value: float | None, usual: float | None, weeks: int = 4, **fields: object) -> DailyRow:
    return DailyRow(key, value, usual, weeks, figure(key, value, **fields))


FOUND = Daily(
    heading=replace(HEADING, period=period_of("day", DAY), subject=Subject("team", "一组", "一组", "一组")),
    rows=(
        of("offered", 342, 308.5),
        of("connection_rate", 0.947, 0.938),
        of("service_level", 0.853, 0.82, target=0.8),
        of("abandonment", 0.047, 0.047),
        of("speed_of_answer", 15.8, 16.2, 3),
        DailyRow("on_duty", 25, 26.75, 4),
        of("csat", 0.9, None, 0, numerator=8, denominator=9, base=9),
        of("complaints", None, None, 0),
        DailyRow("due_soon", 0, 0.0, 4),
        DailyRow("follow_ups", None, None, 0),
    ),
    half_hours=(
        HalfHour(time(9, 30), 12, 10.5, 10, 8),
        HalfHour(time(10, 0), 20, 14.0, 0, 0),
        HalfHour(time(10, 30), 3, None, 3, 3),
    ),
    before=BEFORE,
    unusual={date(2026, 10, 2): False},
)
NOTHING = replace(
    FOUND, rows=tuple(DailyRow(row.key, None, None, 0, row.figure) for row in FOUND.rows), half_hours=()
)


def test_a_day_is_six_lines_without_names() -> None:
    assert daily_lines(FOUND, "zh") == (
        "【日报】2026年10月30日（周五） 一组（括号内为前 4 周同星期）",
        "呼入量 342（308.5），接通率 94.7%（93.8%）",
        "服务水平（20 秒） 85.3%（82.0%），放弃率 4.7%（4.7%），平均应答速度 15.8 秒（16.2 秒，3 周）",
        "在岗人数 25（26.8），客户满意度 90.0%，8 / 9",
        "投诉件数 暂无数据，即将超时 0（0），到期未回访 暂无数据",
        "高峰 10:00–10:30：20 通",
    )
    assert daily_lines(FOUND, "en")[1] == "Calls offered 342 (308.5), Connection rate 94.7% (93.8%)"


def test_a_day_without_data_says_so_and_shows_no_figure() -> None:
    assert remarks(NOTHING, "zh") == [
        "这一天没有导入任何数据。", "最近有数据的一天是 2026年10月31日。", "节假日：2026年10月2日。",
    ]  # fmt: skip
    html = str(daily_html(NOTHING, "en"))
    assert "kpi-tile" not in html
    assert "Nothing of this day is loaded." in html
    assert not re.search(r"\d%|>0<", html)


def test_days_before_without_data_are_said() -> None:
    alone = replace(FOUND, rows=(of("offered", 342, None, 0),), unusual={})
    assert remarks(alone, "en") == ["The same weekday has no data in the 4 weeks before."]
    assert "(" not in daily_lines(alone, "en")[0]
    assert usual_text(alone.rows[0], "en") == ""


def test_a_tile_says_the_change_and_nothing_where_there_is_none() -> None:
    html = str(daily_html(FOUND, "en"))
    tiles = dict(re.findall(r'data-tile="(\w+)"(.*?)</div>', html, re.S))
    assert "4 weeks 308.5, +33.5" in tiles["offered"]
    assert "4 weeks 4.7%<" in tiles["abandonment"]
    assert ">No data<" in tiles["complaints"]
    assert ">No data<" in tiles["follow_ups"]
    assert "8 / 9" in tiles["csat"]
    # No figure of a day is judged, nothing is red.
    assert not re.search("kpi-(sure|bad|worse|missed|hot)", html)


def test_half_hours_are_drawn_with_gaps_where_no_call_counts() -> None:
    assert has_level(FOUND)
    spec = calls_chart(FOUND, "en").to_dict()
    bars, usual = spec["layer"]
    assert (bars["mark"]["type"], bars["encoding"]["y"]["scale"]["domain"][0]) == ("bar", 0)
    assert usual["encoding"]["y"]["field"] == "usual"
    (rows,) = spec["datasets"].values()
    assert [(row["begins"], row["calls"], row["level"]) for row in rows] == [
        ("09:30", 12, 80.0), ("10:00", 20, None), ("10:30", 3, 100.0),
    ]  # fmt: skip
    spec = level_chart(FOUND, "en").to_dict()
    rule = spec["layer"][0]
    assert (rule["mark"]["type"], spec["datasets"][rule["data"]["name"]]) == ("rule", [{"target": 80.0}])
