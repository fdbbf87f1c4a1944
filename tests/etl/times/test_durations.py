"""How a column's texts are to be read as durations: in which unit, by evidence, or asked."""

import duckdb
import polars as pl
import pytest

from etl.expressions import check_expression
from etl.maps.conversions import prepare
from etl.times import read_durations


@pytest.fixture(scope="module")
def con():
    connection = duckdb.connect()
    prepare(connection)
    return connection


def seconds(con, reading, texts, **others):
    frame = pl.DataFrame({"x": texts, **others})
    expression = reading.expression('"x"')
    check_expression(expression, "x")
    assert frame.height == len(texts)
    return [found for (found,) in con.execute(f"SELECT read_seconds({expression}) FROM frame").fetchall()]


def keys(reading):
    return [doubt.key for doubt in reading.doubts]


@pytest.mark.parametrize(
    ("texts", "header", "unit", "expected"),
    [
        (["12", "34.5", "--"], "等待秒数", "s", [12.0, 34.5, None]),
        (["12", "34"], "duration_ms", "ms", [0.012, 0.034]),
        (["1.5"], "时长(分钟)", "min", [90.0]),
        (["0:03:20", "1:00:00"], "", "h:mm:ss", [200.0, 3600.0]),
        (["3:20", "75:30"], "", "mm:ss", [200.0, 4530.0]),
        (["3:20", "1:03:20"], "", "mm:ss", [200.0, 3800.0]),
        (["8:00", "7:30"], "hh:mm", "hh:mm", [28_800.0, 27_000.0]),
        (["3:20"], "talk (mm:ss)", "mm:ss", [200.0]),
        (["1分23秒", "2小时3分", "45秒", "1天"], "", "words", [83.0, 7380.0, 45.0, 86_400.0]),
        (["PT1M3S", "PT45.5S", "PT1H", "P1DT1S"], "", "words", [63.0, 45.5, 3600.0, 86_401.0]),
        (["1h 2m 3s", "45s", "2 min", "3'20\""], "", "words", [3723.0, 45.0, 120.0, 200.0]),
        (["12,5", "3,25"], "(s)", "s", [12.5, 3.25]),
        (["1,234,567", "2,345.5"], "ms", "ms", [1234.567, 2.3455]),
        (["-0:30", "75:00"], "", "mm:ss", [-30.0, 4500.0]),
        (["150000", "120000", "930000"], "", "ms", [150.0, 120.0, 930.0]),
        (["85", "2400", "900"], "", "s", [85.0, 2400.0, 900.0]),
    ],
)
def test_ways_of_writing(con, texts, header, unit, expected):
    reading = read_durations(texts, header=header)
    assert (reading.kind, reading.unit, keys(reading), reading.unread) == ("seconds", unit, [], 0)
    assert seconds(con, reading, texts) == expected


@pytest.mark.parametrize(
    ("texts", "key", "choices", "answer", "expected"),
    [
        (["12", "34"], "unit", ("s", "min"), "min", [720.0, 2040.0]),
        (["15000", "20000"], "unit", ("s", "ms"), "ms", [15.0, 20.0]),
        (["3:20", "4:10"], "parts", ("mm:ss", "hh:mm"), "hh:mm", [12_000.0, 15_000.0]),
        (["1,234", "2,345"], "comma", ("decimal", "thousands"), "decimal", [1.234, 2.345]),
        (
            [f"{n}:20:00" for n in range(20)],
            "zeros",
            ("hh:mm", "mm:ss"),
            "mm:ss",
            [60.0 * n + 20 for n in range(20)],
        ),
    ],
)
def test_what_stays_open_is_asked(con, texts, key, choices, answer, expected):
    reading = read_durations(texts)
    (doubt,) = reading.doubts
    assert (doubt.key, doubt.choices) == (key, choices)
    answers = {key: answer} | ({"unit": "s"} if key == "comma" else {})
    settled = read_durations(texts, answers=answers)
    assert settled.certain
    assert seconds(con, settled, texts) == expected


def test_a_limit_decides_between_seconds_and_minutes():
    texts = ["85", "540", "300"]
    assert keys(read_durations(texts)) == ["unit"]
    assert read_durations(texts, longest=4 * 3600).unit == "s"


STARTS = [f"{hour}:00:00" for hour in range(8, 16)]


@pytest.mark.parametrize(
    ("texts", "start", "end", "unit"),
    [
        ([f"{n}:30" for n in range(8)], STARTS, [f"{8 + n}:0{n}:30" for n in range(8)], "mm:ss"),
        (
            [f"{n}:30" for n in range(8)],
            ["2026-10-01 08:00"] * 8,
            [f"2026-10-01 {8 + n:02}:30" for n in range(8)],
            "hh:mm",
        ),
        ([str(n) for n in range(8)], STARTS, [f"{8 + n}:0{n}:00" for n in range(8)], "min"),
        ([str(60 * n) for n in range(8)], STARTS, [f"{8 + n}:0{n}:00" for n in range(8)], "s"),
        ([str(20 + n) for n in range(8)], ["23:59:50"] * 8, [f"0:00:1{n}" for n in range(8)], "s"),
        ([f"{n}:30:00" for n in range(8)] * 4, STARTS * 4, [f"{8 + n}:0{n}:30" for n in range(8)] * 4, None),
    ],
)
def test_the_time_between_two_columns_proves_the_unit(texts, start, end, unit):
    reading = read_durations(texts, {"start": start, "end": end})
    assert reading.unit == (unit or "h:mm:ss")  # fewer than twenty different texts: no suspicion
    if unit:
        assert "start – end" in str(reading.evidence[0])


def test_a_spreadsheet_that_took_minutes_for_hours_is_found_out(con):
    texts = [f"{n % 10}:{n:02}:00" for n in range(25)]
    start = ["2026-10-01 08:00:00"] * 25
    end = [f"2026-10-01 08:0{n % 10}:{n:02}" for n in range(25)]
    reading = read_durations(texts, {"start": start, "end": end})
    assert reading.certain
    assert seconds(con, reading, texts[:2]) == [0.0, 61.0]


def test_a_unit_that_hangs_on_another_column_is_asked(con):
    texts = ["15000", "12000", "9000", "30000", "15000", "12", "7", "3", "20", "15", "0"]
    events = ["RINGNOANSWER"] * 5 + ["CONNECT"] * 6
    reading = read_durations(texts, {"queue": ["IT"] * 11, "event": events})
    assert keys(reading) == ["unit by event"]
    settled = read_durations(texts, {"event": events}, answers={"unit by event": "ms"})
    assert settled.certain
    assert seconds(con, settled, texts, event=events) == [
        15.0,
        12.0,
        9.0,
        30.0,
        15.0,
        12.0,
        7.0,
        3.0,
        20.0,
        15.0,
        0.0,
    ]


def test_a_word_of_the_file_stays_a_word(con):
    texts = ["15000", "12000", "9000", "30000", "15000", "12", "7", "3", "20", "15"]
    words = ["{x}'"] * 5 + ["b"] * 5
    settled = read_durations(texts, {"a'\"": words}, answers={"unit by a'\"": "ms"})
    assert seconds(con, settled, texts, **{"a'\"": words})[:2] == [15.0, 12.0]


@pytest.mark.parametrize("texts", [["abc"], ["P1M"], ["3:75"], [], [None], ["12:30:99"]])
def test_what_is_no_duration_is_not_read(texts):
    assert read_durations(texts).kind == "unknown"


def test_a_bad_text_among_durations_is_counted_and_stays_unreadable(con):
    texts = ["3:20", "75:00", "soon"]
    reading = read_durations(texts)
    assert reading.unread == 1
    assert seconds(con, reading, texts) == [200.0, 4500.0, None]
