"""Wall-clock times that a change of the clocks leaves out, or lets happen twice."""

from datetime import date, datetime, timedelta

import duckdb
import polars as pl
import pytest

from etl.loading.load import load
from etl.snapshots.snapshot import current
from etl.sql_text import Sql
from etl.times.zones import clock_changes, find_odd_clocks


@pytest.mark.parametrize(
    ("zone", "years", "expected"),
    [
        ("Asia/Shanghai", (1992, 2099), {}),
        ("Asia/Shanghai", (1986, 1991), {"gap": 6, "fold": 6}),
        ("Europe/Berlin", (2026, 2026), {"gap": 1, "fold": 1}),
        ("UTC", (1950, 2099), {}),
    ],
)
def test_changes_of_the_clocks(zone, years, expected):
    found = [change.kind for change in clock_changes(zone, *years)]
    assert {kind: found.count(kind) for kind in set(found)} == expected


def test_a_change_over_midnight_is_cut_there():
    changes = clock_changes("Pacific/Apia", 2011, 2011)  # the 30th of December was left out
    whole_day = [one for one in changes if one.ends_at - one.starts_at == timedelta(days=1)]
    assert [(one.kind, one.day) for one in whole_day] == [("gap", date(2011, 12, 30))]


@pytest.mark.parametrize(
    ("zone", "text", "expected"),
    [
        (
            "Europe/Berlin",
            "x",
            {("gap", datetime(2026, 3, 29, 2, 30)), ("fold", datetime(2026, 10, 25, 2, 30))},
        ),
        ("Europe/Berlin", Sql("x || '+01:00'"), {("gap", datetime(2026, 3, 29, 2, 30))}),
        ("Asia/Shanghai", "x", set()),
    ],
)
def test_clocks_that_never_or_twice_showed_a_time(zone, text, expected):
    texts = ["2026-03-29 02:30:00", "2026-03-29 03:00:00", "2026-10-25 02:30:00", "2026-10-25 03:00:00", None]
    frame = pl.DataFrame({"x": texts})
    assert frame.height == 5
    con = duckdb.connect()
    con.execute("CREATE OR REPLACE TEMP TABLE raw AS SELECT * FROM frame")
    con.execute(
        """CREATE OR REPLACE TEMP TABLE typed AS
           SELECT rowid + 2 AS file_row, CAST(x AS TIMESTAMP) AS started_at, CAST(NULL AS TIMESTAMP) AS queued_at
           FROM raw"""
    )
    find_odd_clocks(con, {"started_at": text, "queued_at": "NULL"}, zone)
    found = con.execute('SELECT kind, moment, file_row, "column" FROM odd_clocks').fetchall()
    assert {(kind, moment) for kind, moment, _, _ in found} == expected
    assert all(column == "started_at" and row in (2, 4) for _, _, row, column in found)


CALL = "通话编号,来电时间,是否接通,接听时间"
FOUND = "SELECT audit, file_row, detail FROM audit_rows ORDER BY audit, file_row"


def load_in(home, zone, path):
    home.create()
    (home.config / "home.toml").write_text(f'timezone = "{zone}"\n', encoding="utf-8")
    (report,) = load(home, [path]).files
    assert report.counts.loaded == report.rows_read
    return report


@pytest.mark.parametrize("large", [False, True])
def test_a_load_counts_odd_clocks_and_keeps_their_rows(home, write, monkeypatch, large):
    monkeypatch.setattr("etl.loading.raw_rows.LARGE", 0 if large else 1 << 30)
    rows = [
        "C1,2026-03-29 02:30:00,是,2026-03-29 03:00:00",
        "C2,2026-10-25 02:30:00,是,2026-10-25 02:59:59",
        "C3,2026-10-25 03:00:00,否,",
    ]
    report = load_in(home, "Europe/Berlin", write("c.csv", CALL, *rows))
    assert current(home).query(FOUND).rows() == [
        ("clock_fold", 3, "started_at 2026-10-25 02:30:00, answered_at 2026-10-25 02:59:59"),
        ("clock_gap", 2, "started_at 2026-03-29 02:30:00"),
    ]
    counted = {one.values["audit"]["en"].split()[-1]: one.values["count"] for one in report.warnings}
    assert counted == {"back.": 1, "them.": 1}


@pytest.mark.parametrize("large", [False, True])
def test_times_with_an_offset_happen_once(home, write, monkeypatch, large):
    monkeypatch.setattr("etl.loading.raw_rows.LARGE", 0 if large else 1 << 30)
    rows = [
        "C1,2026-10-25T02:30:00+02:00,是,2026-10-25T02:30:00+01:00",
        "C2,2026-10-25T02:30:00+01:00,否,",
        "C3,2026-10-01T09:00:00+02:00,否,",
    ]
    load_in(home, "Europe/Berlin", write("c.csv", CALL, *rows))
    moments = current(home).query("SELECT CAST(started_at AS VARCHAR) FROM calls ORDER BY call_id").rows()
    assert moments == [("2026-10-25 02:30:00",), ("2026-10-25 02:30:00",), ("2026-10-01 09:00:00",)]
    assert current(home).query(FOUND).rows() == []


def test_nothing_is_odd_where_clocks_do_not_change(home, write):
    load_in(home, "Asia/Shanghai", write("c.csv", CALL, "C1,2026-03-29 02:30:00,是,2026-03-29 03:00:00"))
    assert current(home).query(FOUND).rows() == []
