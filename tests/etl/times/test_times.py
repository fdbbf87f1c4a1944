"""How a column's texts are to be read as times: by evidence, or asked."""

from datetime import datetime, time, timedelta

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.expressions import check_expression
from etl.maps.conversions import prepare
from etl.times import joined, read_durations, read_times
from etl.times.texts import REWRITINGS, WIDE
from tests.etl.read_values import keys, values


@pytest.fixture(scope="module")
def con():
    connection = duckdb.connect()
    prepare(connection)
    return connection


OCT = datetime(2026, 10, 1)
NOON = datetime(2026, 10, 1, 12)


@pytest.mark.parametrize(
    ("texts", "kind", "expected"),
    [
        (["2026-10-01 12:00:00"], "time", [NOON]),
        (["2026-10-01T12:00:00+08:00", "2026-10-01T04:00:00Z"], "time", [NOON, NOON]),
        (["2026/10/1 12:00", "2026-10-01 12:00:00.5"], "time", [NOON, NOON.replace(microsecond=500_000)]),
        (["2026年10月1日", "26年10月1日"], "date", [OCT, OCT]),
        (["2026.10.01 12:00"], "time", [NOON]),
        (["2026年10月1日12时0分0秒", "2026年10月1日12点0分"], "time", [NOON, NOON]),
        (["2026年10月1日 下午3:20:05"], "time", [datetime(2026, 10, 1, 15, 20, 5)]),
        (
            ["2026/10/1 下午15:20", "2026/10/1 上午0:20"],
            "time",
            [NOON.replace(hour=15, minute=20), OCT.replace(minute=20)],
        ),
        (["2026/10/1 晚上8:30", "2026/10/1 中午12:00"], "time", [OCT.replace(hour=20, minute=30), NOON]),
        (
            ["10/1/2026 12:00:00\u202fPM", "12/25/2026 1:00:00\u202fAM"],
            "time",
            [NOON, datetime(2026, 12, 25, 1)],
        ),
        (["10/1/2026 12:00:00 AM", "10/13/2026 12:00:00 AM"], "date", [OCT, datetime(2026, 10, 13)]),
        (["1/10/2026 0:00", "13/10/2026 0:00"], "date", [OCT, datetime(2026, 10, 13)]),
        (["Thu Oct 01 2026 12:00:00 GMT+0800 (China Standard Time)"], "time", [NOON]),
        (["Thu, 01 Oct 2026 04:00:00 GMT"], "time", [NOON]),
        (["2026-10-01(周四) 12:00", "2026-10-02(周五) 12:00"], "time", [NOON, NOON + timedelta(1)]),
        (["1st Sept 2026", "22nd September 2026"], "date", [datetime(2026, 9, 1), datetime(2026, 9, 22)]),
        (["01OCT2026", "22-Oct-2026"], "date", [OCT, datetime(2026, 10, 22)]),
        (["10/Oct/2026:12:00:00 +0000"], "time", [datetime(2026, 10, 10, 20)]),
        (["31/10/2026 12:00:00 +0100"], "time", [datetime(2026, 10, 31, 19)]),
        (["２０２６－１０－０１　１２：００"], "time", [NOON]),
        (["2026-10-01T12:00:00.1234567"], "time", [NOON.replace(microsecond=123_456)]),
        (["2026-10-01 12:00:00,5"], "time", [NOON.replace(microsecond=500_000)]),
        (["1790827200", "1790827200.5"], "time", [NOON, NOON.replace(microsecond=500_000)]),
        (["1790827200000"], "time", [NOON]),
        (["1790827200000000"], "time", [NOON]),
        (["46296.5", "46296.33333"], "time", [NOON, OCT.replace(hour=8)]),
        (["20261001"], "date", [OCT]),
        (["20261001120000", "20261001120001"], "time", [NOON, NOON.replace(second=1)]),
        (["202610011200"], "time", [NOON]),
        (["991231", "990101"], "date", [datetime(1999, 12, 31), datetime(1999, 1, 1)]),
        (["3:53:50 PM", "12:05:00 AM"], "clock", [time(15, 53, 50), time(0, 5)]),
        (["下午3:53", "上午11:20"], "clock", [time(15, 53), time(11, 20)]),
        (["8:05", "17:30:10"], "clock", [time(8, 5), time(17, 30, 10)]),
        (["153000", "235959"], "clock", [time(15, 30), time(23, 59, 59)]),
    ],
)
def test_ways_of_writing(con, texts, kind, expected):
    reading = read_times(texts)
    assert (reading.kind, keys(reading), reading.unread) == (kind, [], 0)
    assert values(con, reading, texts) == expected


@pytest.mark.parametrize(
    "texts",
    [
        *(
            ["abc", "客户13800138000"],
            ["12345", "x"],
            ["75:30", "80:10"],
            ["13800138000"] * 3,
            ["2026-13-45"],
        ),
        *(["晚上12:10"], ["3.5", "7.25"], ["", None, "--"], []),
    ],
)
def test_what_is_no_time_is_not_read(texts):
    assert read_times(texts).kind == "unknown"


def test_texts_that_mean_nothing_become_empty_and_bad_ones_are_set_aside(con):
    texts = [
        "2026-10-01 12:00:00",
        "\\N",
        "NULL",
        "--",
        "0000-00-00 00:00:00",
        "9999-12-31 23:59:59",
        "1990-00--8 1:2",
    ]
    reading = read_times([*texts, "2026-10-01 12:00:00", "2026-10-02 12:00:00", "2026-10-03 12:00:00"])
    assert set(reading.nothing) == {"\\N", "NULL", "--", "0000-00-00 00:00:00", "9999-12-31 23:59:59"}
    assert reading.unread == 1
    assert any("1990-00--8" in str(remark) for remark in reading.evidence)
    assert values(con, reading, texts) == [NOON, *[None] * 6]
    frame = pl.DataFrame({"x": texts})
    assert frame.height == 7
    empty = con.execute(f"SELECT count(*) FROM frame WHERE {reading.expression('x')} IS NULL").fetchone()
    assert empty == (5,)  # the seventh keeps its text, so that its row is rejected


@pytest.mark.parametrize(
    ("sentinel", "others", "doubts", "nothing"),
    [
        ("1970-01-01 08:00:00", "2026-10-01 12:00:00", [], True),
        ("01/01/1900", "25/12/2026", [], True),
        ("1899-12-30", "2026-10-01", [], True),
        ("1970-01-01", "1969-05-20", ["nothing 1970-01-01"], False),
    ],
)
def test_a_day_that_programs_write_for_nothing(sentinel, others, doubts, nothing):
    reading = read_times([sentinel, others, others])
    assert keys(reading) == doubts
    assert (sentinel in reading.nothing) is nothing
    for answer in doubts:
        assert sentinel in read_times([sentinel, others], answers={answer: "nothing"}).nothing
        assert read_times([sentinel, others], answers={answer: "time"}).certain


def test_too_many_midnights_are_asked():
    texts = ["0:00:00"] * 30 + [f"{9 + n % 9}:{n:02}:11" for n in range(60)]
    reading = read_times(texts)
    assert keys(reading) == ["midnight"]
    assert read_times(texts, answers={"midnight": "nothing"}).nothing == ("0:00:00",)
    assert read_times(texts, answers={"midnight": "time"}).nothing == ()
    assert read_times(texts[25:]).certain


def test_workbook_days_among_texts(con):
    texts = ["46296", "46297.5", "13/10/2026", "30/9/2026"]
    reading = read_times(texts)
    assert reading.certain
    assert values(con, reading, texts) == [
        OCT,
        datetime(2026, 10, 2, 12),
        datetime(2026, 10, 13),
        datetime(2026, 9, 30),
    ]


@pytest.mark.parametrize(
    ("texts", "key", "answer", "kind"),
    [
        (["44562", "44563"], "excel", "excel", "date"),
        (["44562", "44563"], "excel", "unread", "unknown"),
        (["0.5", "0.25"], "excel clock", "clock", "clock"),
        (["010203", "040506"], "clock", "clock", "clock"),
        (["1704011530"], "number", "ymd", "time"),
        (["1704011530"], "number", "s", "time"),
        (["2026-10-01 08:00:00 CST"], "zone", "home", "time"),
    ],
)
def test_numbers_and_zones_that_could_be_something_else_are_asked(con, texts, key, answer, kind):
    assert key in keys(read_times(texts))
    settled = read_times(texts, answers={key: answer})
    assert settled.kind == kind
    assert key not in keys(settled)
    if kind != "unknown" and settled.certain:
        assert None not in values(con, settled, texts)


def test_zeros_among_epochs_mean_nothing(con):
    reading = read_times(["0", "1790827200", "1790827200"])
    assert reading.nothing == ("0",)
    assert values(con, reading, ["0", "1790827200", "0x5", "12"]) == [None, NOON, None, None]


def test_a_day_and_its_clock_in_two_columns(con):
    day, clock = read_times(["13/9/2017", "1/9/2017"]), read_times(["3:53:50 PM", "9:00:00 AM"])
    expression, formats = joined(day, clock, '"d"', '"c"')
    frame = pl.DataFrame({"d": ["1/9/2017"], "c": ["3:53:50 PM"]})
    listed = ", ".join(f"'{one}'" for one in formats)
    assert frame.height == 1
    found = con.execute(f"SELECT try_strptime({expression}, [{listed}]) FROM frame").fetchone()
    assert found == (datetime(2017, 9, 1, 15, 53, 50),)
    plain = joined(read_times(["2026-10-01 00:00:00"]), read_times(["8:05"]), '"d"', '"c"')
    frame = pl.DataFrame({"d": ["2026-10-01 00:00:00"], "c": ["24:00"]})
    assert plain[1] == ()
    assert con.execute(f"SELECT read_time({plain[0]}, 'UTC') FROM frame").fetchone() == (
        datetime(2026, 10, 2),
    )


@pytest.mark.parametrize("rewriting", REWRITINGS, ids=lambda one: one[2])
def test_a_text_is_rewritten_alike_in_python_and_sql(con, rewriting):
    texts = pl.Series(
        "x",
        [
            *(
                "下午3:20",
                "上午 0:20",
                "凌晨00:10",
                "中午12:10",
                "中午11:50",
                "晚上12:10",
                "晚上 11:10",
                "下午15:20",
                "3 p.m.",
            ),
            *(
                "3:20 a. m.",
                "Sept 1",
                "1st Sep",
                "22ND",
                "Thu, 01 Oct",
                "Sunday",
                "(周四)",
                "星期日",
                "12:00:00.1234567",
            ),
            *(
                "10:00 GMT",
                "10:00 GMT+0800 (CST)",
                "10:00 UTC",
                "10:00:00 UTC+01",
                "2026-10-01",
                "Monday Tuesday 1",
            ),
        ],
    )
    expected = texts
    for pattern, replacement in rewriting[1]:
        expected = expected.str.replace_all(pattern, replacement)
    frame = texts.to_frame()
    found = con.execute(f"SELECT trim({rewriting[2].replace('{x}', 'x')}) FROM frame").fetchall()
    if "[ap]" in rewriting[0] or "上午" in rewriting[0]:  # one macro for both
        for _, patterns, sql in REWRITINGS:
            if sql == rewriting[2] and patterns != rewriting[1]:
                for pattern, replacement in patterns:
                    expected = expected.str.replace_all(pattern, replacement)
    assert frame.height == len(found)
    assert [text for (text,) in found] == expected.str.strip_chars().to_list()


def test_wide_characters_are_narrowed_alike_in_python_and_sql(con):
    text = "".join(WIDE)
    assert con.execute("SELECT narrow(?)", [text]).fetchone() == ("".join(WIDE.values()),)


ODD = st.text("0123456789/-:., 年月日时分秒上下午周一TZaApPmM+é٣'\"{x}", max_size=20)
KNOWN = st.sampled_from(
    ["2026-10-01 8:00", "1/9/2017", "99" * 99, "0", "3:20", "1,234", "1分", "PT1M", "-", "44562"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(ODD | KNOWN | st.none(), ODD | KNOWN), max_size=8))
def test_no_text_is_a_fault(rows):
    texts, beside = [text for text, _ in rows], {"b'}": [other for _, other in rows]}
    for read in (read_times, read_durations):
        reading = read(texts, beside)
        check_expression(reading.expression('"x"'), "x")
        for doubt in reading.doubts:
            assert str(doubt.question)
            for choice in doubt.choices:
                assert doubt.key not in keys(read(texts, beside, answers={doubt.key: choice}))
