"""Wall-clock times that a change of the clocks leaves out, or lets happen twice."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import polars as pl
import pytest

from etl.loading.load import load
from etl.snapshots.snapshot import current
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
    ("zone", "expected"),
    [
        (
            "Europe/Berlin",
            {("gap", datetime(2026, 3, 29, 2, 30), 2), ("fold", datetime(2026, 10, 25, 2, 30), 4)},
        ),
        ("Asia/Shanghai", set()),
    ],
)
@pytest.mark.parametrize("name", ["started_at", "kind", "day", "starts_at", "ends_at"])
def test_clocks_that_never_or_twice_showed_a_time(zone, expected, name):
    times = [
        *(datetime(2026, 3, 29, 2, 30), datetime(2026, 3, 29, 3, 0)),
        *(datetime(2026, 10, 25, 2, 30), datetime(2026, 10, 25, 3, 0)),
        *(None, datetime(2026, 10, 25, 2, 30)),  # the last one says its offset: it is one of the two moments
    ]
    frame = pl.DataFrame(
        {"file_row": range(2, 8), name: times, "said": [None] * 5 + [3600], "other": [None] * 6},
        schema_overrides={"other": pl.Datetime("us")},
    )
    con = duckdb.connect()
    con.register("typed", frame)
    find_odd_clocks(con, {name: "said", "other": "said"}, zone)
    found = con.execute('SELECT kind, moment, file_row, "column" FROM odd_clocks').fetchall()
    assert {row[:3] for row in found} == expected
    assert {row[3] for row in found} <= {name}


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


CHANGES = [
    *(("Europe/Berlin", "2026-03-29T01:00"), ("Europe/Berlin", "2026-10-25T01:00")),
    *(("America/New_York", "2026-03-08T07:00"), ("America/New_York", "2026-11-01T06:00")),
    *(("Australia/Lord_Howe", "2026-04-04T15:00"), ("Australia/Lord_Howe", "2026-10-03T15:30")),
    *(("Europe/London", "2026-10-25T01:00"), ("Asia/Shanghai", "2026-10-25T01:00")),
]


def written(zone: str, instant: str, seconds: int, style: str) -> str:
    """A moment some seconds after an instant (UTC) as the clocks of `zone` show it, with their offset."""
    moment = datetime.fromisoformat(instant).replace(tzinfo=UTC) + timedelta(seconds=seconds)
    local = moment.astimezone(UTC if style == "utc" else ZoneInfo(zone))
    match style:
        case "utc":
            return f"{local:%Y-%m-%dT%H:%M:%SZ}"
        case "spaced":
            return f"{local:%Y/%m/%d %H:%M:%S %z}"
        case "fraction":
            return local.isoformat(timespec="milliseconds")
    return local.isoformat()


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize(("zone", "instant"), CHANGES)
def test_a_wait_over_a_change_of_the_clocks_is_what_passed(home, write, monkeypatch, zone, instant, large):
    monkeypatch.setattr("etl.loading.raw_rows.LARGE", 0 if large else 1 << 30)
    times = [
        [written(zone, instant, seconds + n, style) for seconds in (-30, -20, 20)]
        for n in range(-40, 60, 7)
        for style in ("iso", "utc", "spaced", "fraction")
    ]
    rows = [f"C{n},{start},是,{queued},{answered}" for n, (start, queued, answered) in enumerate(times)]
    report = load_in(home, zone, write("c.csv", "通话编号,来电时间,是否接通,进入排队时间,接听时间", *rows))
    waits = current(home).query("SELECT DISTINCT wait_s FROM calls").rows()
    assert waits == [(40.0,)]
    # All waits are the same here, which is said; nothing is said of the times.
    assert [one for one in report.warnings if "same in all rows" not in str(one)] == []


def test_without_an_offset_a_wait_is_what_the_clocks_say(home, write):
    rows = [
        "C1,2026-03-29 01:59:50,是,2026-03-29 03:00:10",
        "C2,2026-03-29 01:59:50,是,2026-03-29T03:00:10+02:00",
    ]
    load_in(
        home,
        "Europe/Berlin",
        write(
            "c.csv",
            "通话编号,进入排队时间,是否接通,接听时间,来电时间",
            *(f"{row},2026-03-29 01:59:40" for row in rows),
        ),
    )
    assert current(home).query("SELECT DISTINCT wait_s FROM calls").rows() == [(3620.0,)]


def test_nothing_is_odd_where_clocks_do_not_change(home, write):
    load_in(home, "Asia/Shanghai", write("c.csv", CALL, "C1,2026-03-29 02:30:00,是,2026-03-29 03:00:00"))
    assert current(home).query(FOUND).rows() == []
