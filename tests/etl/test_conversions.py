"""How texts become values, and which texts are refused rather than guessed."""

from datetime import date, datetime

import duckdb
import pytest

from etl.agents import agent_key, define_agent_key
from etl.conform import prepare


@pytest.fixture(scope="module")
def con():
    connection = duckdb.connect()
    prepare(connection)
    return connection


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-10-01 08:05:10", datetime(2026, 10, 1, 8, 5, 10)),
        ("2026/10/1 8:05", datetime(2026, 10, 1, 8, 5)),
        ("2026年10月1日 8:05", datetime(2026, 10, 1, 8, 5)),
        ("2026-10-01T08:05:10", datetime(2026, 10, 1, 8, 5, 10)),
        ("2026-10-01T08:05:10+02:00", datetime(2026, 10, 1, 14, 5, 10)),
        ("2026-10-01 08:05:10Z", datetime(2026, 10, 1, 16, 5, 10)),
        ("2026-10-01", datetime(2026, 10, 1)),
        ("2026-10-01 24:00:00", datetime(2026, 10, 2)),
        ("01/10/2026", None),
        ("2026-13-01", None),
        ("infinity", None),
        ("epoch", None),
        ("8:05", None),
    ],
)
def test_times(con, text, value):
    assert con.execute("SELECT read_time(?, 'Asia/Shanghai')", [text]).fetchone()[0] == value


@pytest.mark.parametrize(
    ("macro", "text", "value"),
    [
        ("read_seconds", "12.5", 12.5),
        ("read_seconds", "0:03:20", 200.0),
        ("read_seconds", "-0:00:10", -10.0),
        ("read_seconds", "3:20", None),  # minutes or hours?
        ("read_seconds", "nan", None),
        ("read_whole", "3.0", 3),
        ("read_whole", "12.6", None),
        ("read_number", "1,234", None),
        ("read_month", "2026年9月", "2026-09"),
        ("read_month", "2026-13", None),
        ("read_date", "2026-10-1", date(2026, 10, 1)),
        ("read_date", "2026-10-01 00:00:00", date(2026, 10, 1)),
        ("read_date", "2026-10-01 08:00", None),
    ],
)
def test_other_values(con, macro, text, value):
    assert con.execute(f"SELECT {macro}(?)", [text]).fetchone()[0] == value


@pytest.mark.parametrize(
    ("text", "key"),
    [("0042", "42"), (" 42.0", "42"), ("DORIT", "dorit"), ("000", "0"), ("A1.0", "a1"), ("26.0", "26")],
)
def test_agents_are_matched_by_one_rule_in_python_and_sql(text, key):
    con = duckdb.connect()
    define_agent_key(con)
    assert agent_key(text) == key
    assert con.execute("SELECT agent_key(?)", [text]).fetchone()[0] == key


def test_nobody_has_no_key():
    con = duckdb.connect()
    define_agent_key(con)
    assert agent_key(" ") == ""
    assert con.execute("SELECT agent_key(' '), agent_key(NULL)").fetchone() == (None, None)
