"""How texts become values, and which texts are refused rather than guessed."""

from datetime import date, datetime, time
from itertools import product

import duckdb
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from etl.maps.conversions import prepare
from etl.people.agents import agent_key, define_agent_key
from etl.personal import mask_numbers

# The same rules without the shortcuts that make the macros fast: one pattern, one cast.
PATTERNS = r"""
CREATE TEMP MACRO slow_date(raw) AS regexp_replace(raw, '^(\d{4})年(\d{1,2})月(\d{1,2})日', '\1-\2-\3');
CREATE TEMP MACRO slow_read_time(raw) AS
    CASE WHEN regexp_matches(slow_date(raw), '^\d{4}[-/]\d{1,2}[-/]\d{1,2}([ T]+\d{1,2}:\d{2}(:\d.*)?$|$)')
        THEN TRY_CAST(slow_date(raw) AS TIMESTAMP) END;
CREATE TEMP MACRO slow_read_date(raw) AS
    CASE WHEN regexp_matches(slow_date(raw), '^\d{4}[-/]\d{1,2}[-/]\d{1,2}([ T]+0{1,2}:00(:00)?)?$')
        THEN CAST(TRY_CAST(slow_date(raw) AS TIMESTAMP) AS DATE) END;
CREATE TEMP MACRO slow_read_number(raw) AS
    CASE WHEN regexp_matches(raw, '^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$') THEN TRY_CAST(raw AS DOUBLE) END;
CREATE TEMP MACRO slow_read_whole(raw) AS
    CASE WHEN slow_read_number(raw) = floor(slow_read_number(raw))
        THEN TRY_CAST(slow_read_number(raw) AS BIGINT) END;
CREATE TEMP MACRO slow_read_seconds(raw) AS
    CASE WHEN regexp_matches(raw, '^-?\d+:[0-5]\d:[0-5]\d(\.\d+)?$')
        THEN (CASE WHEN starts_with(raw, '-') THEN -1 ELSE 1 END) * (
            3600 * CAST(ltrim(split_part(raw, ':', 1), '-') AS DOUBLE)
            + 60 * CAST(split_part(raw, ':', 2) AS DOUBLE) + CAST(split_part(raw, ':', 3) AS DOUBLE))
        ELSE slow_read_number(raw) END;
"""


@pytest.fixture(scope="module")
def con():
    connection = duckdb.connect()
    prepare(connection)
    connection.execute(PATTERNS)
    return connection


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-10-01 08:05:10", datetime(2026, 10, 1, 8, 5, 10)),
        ("2026/10/1 8:05", datetime(2026, 10, 1, 8, 5)),
        ("2026年10月1日 8:05", datetime(2026, 10, 1, 8, 5)),
        ("2026-10-01T08:05:10", datetime(2026, 10, 1, 8, 5, 10)),
        ("2026-10-01 08:05:10.25", datetime(2026, 10, 1, 8, 5, 10, 250_000)),
        ("2026-10-01", datetime(2026, 10, 1)),
        ("2026-10-01 24:00:00", datetime(2026, 10, 2)),
        ("2026-10-01T08:05:10+02:00", datetime(2026, 10, 1, 14, 5, 10)),
        ("2026-10-01T08:05:10.000+0200", datetime(2026, 10, 1, 14, 5, 10)),
        ("2026-10-01 08:05:10 +02", datetime(2026, 10, 1, 14, 5, 10)),
        ("2026-10-01 08:05:10-05:30", datetime(2026, 10, 1, 21, 35, 10)),
        ("2026-10-01 08:05:10Z", datetime(2026, 10, 1, 16, 5, 10)),
        ("2026-10-01 08:05:1Z", datetime(2026, 10, 1, 16, 5, 1)),
        ("2026-10-01T08:05Z", datetime(2026, 10, 1, 16, 5)),
        ("2026-10-01 08:05:10 UTC", datetime(2026, 10, 1, 16, 5, 10)),
        ("2026-10-01 08:05:10 CST", None),  # China, Chicago or Havana?
        ("2026-10-01 08:05:10Z ", None),
        ("2026-10-01 08:05:10+25:00", None),
        ("2026-10-01 08:05:10+08:00:00", None),
        ("2026-10-01 08:00-10:00", None),  # from eight to ten
        ("2026-10-01 08:05:10 PM", None),
        ("01/10/2026", None),
        ("2026-13-01", None),
        ("2026-02-30 08:05:10", None),
        ("026-10-01 08:05:10", None),
        (" 026-10-01 08:05:10", None),
        ("infinity", None),
        ("epoch", None),
        ("8:05", None),
        ("", None),
    ],
)
def test_times(con, text, value):
    assert con.execute("SELECT read_time(?, 'Asia/Shanghai')", [text]).fetchone()[0] == value


@pytest.mark.parametrize(
    ("macro", "text", "value"),
    [
        ("read_seconds", "12.5", 12.5),
        ("read_seconds", "0:03:20", 200.0),
        ("read_seconds", "12:03:20", 43_400.0),
        ("read_seconds", "100:00:00.5", 360_000.5),
        ("read_seconds", "-0:00:10", -10.0),
        ("read_seconds", "3:20", None),  # minutes or hours?
        ("read_seconds", "0:60:00", None),
        ("read_seconds", "nan", None),
        ("read_whole", "3.0", 3),
        ("read_whole", "007", 7),
        ("read_whole", "1e3", 1000),
        ("read_whole", "12.6", None),
        ("read_whole", "1_000", None),
        ("read_number", "-3", -3.0),
        ("read_number", "5.", 5.0),
        ("read_number", "1,234", None),
        ("read_number", "1_000", None),
        ("read_number", "inf", None),
        ("read_number", "-infinity", None),
        ("read_number", "1e999", None),
        ("read_number", "0x1F", None),
        ("read_month", "2026年9月", "2026-09"),
        ("read_month", "2026-13", None),
        ("read_date", "2026-10-1", date(2026, 10, 1)),
        ("read_date", "2026-10-01 00:00:00", date(2026, 10, 1)),
        ("read_date", "2026-10-01 08:00", None),
        ("read_date", "2026-02-30", None),
        ("read_date", "2026-10-1x", None),
        ("read_date", "20-6-10-01", None),
        ("read_clock", "8:05", time(8, 5)),
        ("read_clock", "23:59:59", time(23, 59, 59)),
        ("read_clock", "3:53:50 PM", time(15, 53, 50)),
        ("read_clock", "12:05am", time(0, 5)),
        ("read_clock", "24:00", None),
        ("read_clock", "13:05 PM", None),
        ("read_free", "客户13800138000来电", "客户138****8000来电"),
        ("read_free", "13800138000,138 0013 8001,13800138002", "138****8000,138****8001,138****8002"),
        ("read_free", "单号1380013800012", "单号1380013800012"),
        ("read_free", "短", "短"),
        ("read_free", "a@b.cn", "a****@b.cn"),
        ("plausible", datetime(2027, 1, 1), datetime(2027, 1, 1)),
        ("plausible", datetime(2126, 1, 1), None),
    ],
)
def test_other_values(con, macro, text, value):
    assert con.execute(f"SELECT {macro}(?)", [text]).fetchone()[0] == value


@pytest.mark.parametrize(
    "expression",
    [
        *(
            "read_time(NULL, 'UTC')",
            "read_date(NULL)",
            "read_month(NULL)",
            "read_free(NULL)",
            "read_clock(NULL)",
        ),
        *("read_number(NULL)", "read_whole(NULL)", "read_seconds(NULL)", "at_or_after(NULL, TIME '08:00')"),
    ],
)
def test_nothing_stays_nothing(con, expression):
    assert con.execute(f"SELECT {expression}").fetchone() == (None,)


@pytest.mark.parametrize(
    ("moment", "clock", "value"),
    [
        ("2026-10-01 23:58:00", "00:05:00", datetime(2026, 10, 2, 0, 5)),
        ("2026-10-01 08:00:00", "08:00:00", datetime(2026, 10, 1, 8)),
        ("2026-10-01 22:00:00", "06:00:00", datetime(2026, 10, 2, 6)),
        ("2026-10-01 08:00:10", "08:00:09", datetime(2026, 10, 1, 8, 0, 9)),  # two clocks that disagree
    ],
)
def test_an_end_without_a_date_lies_after_the_start(con, moment, clock, value):
    found = con.execute("SELECT at_or_after(CAST(? AS TIMESTAMP), CAST(? AS TIME))", [moment, clock])
    assert found.fetchone() == (value,)


WRITTEN = st.sampled_from(
    [
        *("2026-10-01 08:05:10", "2026/10/1 8:05", "2026年10月1日 8:05", "2026-10-01T08:05:10", "2026-10-01"),
        *(
            "2026-10-01 24:00:00",
            "2026-10-01 00:00:00",
            "2026-10-01 08:05:10.123",
            "12.5",
            "120",
            "-3",
            "1e5",
        ),
        *("1_000", "0:03:20", "100:03:20.5", "007", ".5", "1.", "+7", "客户13800138000来电", "138 0013 8000"),
        *("13800138000,13900139000,13700137000", "8:05", "infinity", "NaN"),
        *("电话 8234-5678", "110105 19491231 002X", "6222 0212 3456 7890 128", "(010) 1234-5678", "a1@b.cn"),
    ]
)
EDITS = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from("idr"), st.sampled_from("0123456789-/:. _eE年月日,inf")),
    max_size=3,
)


@settings(max_examples=300, deadline=None)
@given(WRITTEN, EDITS)
def test_the_shortcuts_read_what_the_patterns_read(con, text, edits):
    for place, edit, letter in edits:
        end = place + (edit != "i")
        text = text[:place] + ("" if edit == "d" else letter) + text[end:]
    assume(text == text.strip())  # cells are stripped when they are read
    for macro in ("read_time", "read_date", "read_number", "read_whole", "read_seconds"):
        fast = f"{macro}($text{', $zone' if macro == 'read_time' else ''})"
        values = {"text": text, "zone": "UTC"} if macro == "read_time" else {"text": text}
        found, expected = con.execute(f"SELECT {fast}, slow_{macro}($text)", values).fetchone()
        if expected not in (float("inf"), float("-inf")):  # 1e999
            assert found == expected, (macro, text)
    assert con.execute("SELECT read_free($text)", {"text": text}).fetchone() == (mask_numbers(text),)


SIGNS = ["".join(signs) for length in range(1, 6) for signs in product("17+-.e_:", repeat=length)]


@pytest.mark.parametrize(
    ("texts", "macros"),
    [
        ([text for text in SIGNS if "e7" not in text], ("read_number", "read_whole", "read_seconds")),
        ([f"2026-10-0{text}" for text in SIGNS], ("read_date",)),
        ([f"2026-10-01 08:0{text}" for text in SIGNS if "+" not in text and "-" not in text], ("read_time",)),
    ],
)
def test_every_short_text_is_read_as_the_patterns_read_it(con, texts, macros):
    frame = pl.DataFrame({"x": texts})
    assert frame.height > 1000
    for macro in macros:
        zone = ", 'UTC'" if macro == "read_time" else ""
        wrong = f"SELECT x FROM frame WHERE {macro}(x{zone}) IS DISTINCT FROM slow_{macro}(x)"
        assert con.execute(wrong).fetchall() == [], macro


@settings(max_examples=200, deadline=None)
@given(st.datetimes(datetime(1950, 1, 1), datetime(2099, 12, 31)), st.integers(-14 * 4, 14 * 4))
def test_an_offset_is_taken_off(con, moment, quarters):
    moment = moment.replace(microsecond=0)
    sign, minutes = "-" if quarters < 0 else "+", abs(quarters) * 15
    offset = f"{sign}{minutes // 60:02}:{minutes % 60:02}"
    (found, back) = con.execute(
        "SELECT read_time($text, 'UTC'), read_time($utc, 'UTC')",
        {"text": f"{moment}{offset}", "utc": f"{moment}Z"},
    ).fetchone()
    assert back == moment
    assert (moment - found).total_seconds() == quarters * 900


AGENTS = [
    *(("0042", "42"), (" 42.0", "42"), ("DORIT", "dorit"), ("000", "0"), ("A1.0", "a1"), ("26.0", "26")),
    *(
        (".0", "0"),
        ("\t42\n", "42"),
        ("４２．０", "42"),
        ("0", "0"),
        ("00", "0"),
        (" 42.0 ", "42"),
        ("0.0", "0"),
    ),
    *(
        ("Ａgent　７", "agent 7"),
        ("\ufeff42", "42"),
        ("42\u200b", "42"),
        ("-5", "-5"),
        ("007a", "7a"),
        ("1_0", "1_0"),
    ),
    *(
        ("1e3", "1e3"),
        ("ΑΣ", "ασ"),
        ("İ", "i"),
        ("O'Neil", "o'neil"),
        ("9" * 25, "9" * 25),
        ("00" + "9" * 20, "9" * 20),
    ),
    *(("张三", "张三"), ("42.00", "42.00"), ("", None), ("  ", None), ("\u3000", None)),
]


@pytest.fixture(scope="module")
def agents():
    connection = duckdb.connect()
    define_agent_key(connection)
    return connection


@pytest.mark.parametrize(("text", "key"), AGENTS)
def test_agents_are_matched_by_one_rule_in_python_and_sql(agents, text, key):
    assert (agent_key(text) or None) == key
    assert agents.execute("SELECT agent_key(?)", [text]).fetchone()[0] == key


def test_the_two_rules_agree_on_every_letter(agents):
    letters = pl.DataFrame({"letter": [chr(code) for code in (*range(1, 0x2500), *range(0xFF00, 0xFFF0))]})
    found = agents.execute(
        "SELECT letter, agent_key('x' || letter), agent_key(letter) FROM letters"
    ).fetchall()
    assert len(found) == letters.height
    for letter, inside, alone in found:
        assert (inside, alone) == (agent_key("x" + letter), agent_key(letter) or None), hex(ord(letter))


def test_nobody_has_no_key(agents):
    assert agent_key(" ") == agent_key(None) == ""
    assert agent_key(0) == "0"
    assert agents.execute("SELECT agent_key(' '), agent_key(NULL)").fetchone() == (None, None)
