"""What lies between two times with an offset is what passed, whatever the clocks of the home did meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest

from etl.corrections.apply import apply
from etl.corrections.corrections import Correction
from etl.home import Home
from etl.snapshots.snapshot import create_tables
from kpi.catalog.relations import over_relation, relation_values
from kpi.figures.figures import figures
from kpi.figures.view import View, open_view
from kpi.loading.load import load_files
from kpi.scope import Scope, parse_month

HOUR = 3600
TICKETS = "工单编号,受理时间,首次响应时间,解决时间,关闭时间,重开时间,回访时间,工单类型,服务细项,重复于"
PROMISES = "承诺编号,承诺时间,承诺回复时限,实际回复时间"
CHANGES = [
    *(("Europe/Berlin", "2026-03-29T01:00"), ("Europe/Berlin", "2026-10-25T01:00")),
    *(("America/New_York", "2026-03-08T07:00"), ("America/New_York", "2026-11-01T06:00")),
    *(("Australia/Lord_Howe", "2026-04-04T15:00"), ("Australia/Lord_Howe", "2026-10-03T15:30")),
    *(("Europe/London", "2026-10-25T01:00"), ("Asia/Shanghai", "2026-10-25T01:00")),
]


def loaded(tmp_path, zone: str, header: str, *rows: str) -> View:
    home = Home(tmp_path / "home")
    home.create()
    (home.config / "home.toml").write_text(f'timezone = "{zone}"\n', encoding="utf-8")
    path = tmp_path / "in.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    (report,) = load_files(home, [path]).files
    assert report.counts.loaded == len(rows), report
    return open_view(home)


def row_of(view: View, relation: str, columns: str) -> tuple:
    found = view.query(
        over_relation(f"SELECT {columns} FROM relation ORDER BY file_row", relation),
        **relation_values(view.catalog, relation),
    )
    return found.row(-1)


def clocks(zone: str, instant: str, *seconds: int, offset: bool = True) -> list[str]:
    """Moments some seconds after an instant (UTC) as the clocks of `zone` show them."""
    begin = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    shown = (begin + timedelta(seconds=one) for one in seconds)
    local = [moment.astimezone(ZoneInfo(zone)) for moment in shown]
    return [one.isoformat() if offset else f"{one:%Y-%m-%d %H:%M:%S}" for one in local]


@pytest.mark.parametrize(("zone", "instant"), CHANGES)
def test_a_ticket_takes_what_passed(tmp_path, zone, instant):
    first, opened, responded, resolved, closed, reopened, followed_up = clocks(
        zone, instant, -3 * HOUR, -HOUR, -600, 600, 601, 1800, 30 * HOUR
    )
    view = loaded(
        tmp_path,
        zone,
        TICKETS,
        f"T1,{first},,,,,,投诉,,",
        f"T2,{opened},{responded},{resolved},{closed},{reopened},{followed_up},投诉,,T1",
    )
    columns = "responded_s, resolved_s, reopened_after_s, followed_up_after_s, repeat_after_s"
    assert row_of(view, "tickets", columns) == (3000, 4200, 1200, 30 * HOUR - 601, 2 * HOUR)


@pytest.mark.parametrize(("zone", "instant"), CHANGES)
def test_a_promise_is_kept_by_what_passed(tmp_path, zone, instant):
    rows = [
        # promised for ten minutes after the change: done five minutes after it, and eleven minutes after it
        ",".join((f"P{n}", *clocks(zone, instant, -1200, 600, done)))
        for n, done in enumerate((300, 660))
    ]
    view = loaded(tmp_path, zone, PROMISES, *rows)
    assert row_of(view, "promises", "done_s, promised_s, late_s") == (1860, 1800, 60)
    (kept,) = figures(view, Scope(parse_month(instant[:7])), keys=["promise_kept"])
    assert (kept.numerator, kept.denominator) == (1, 2)


def test_a_time_that_was_typed_instead_says_no_offset(tmp_path):
    opened, resolved = clocks("Europe/Berlin", "2026-10-25T01:00", -2 * HOUR, 2 * HOUR)
    view = loaded(tmp_path, "Europe/Berlin", TICKETS, f"T1,{opened},,{resolved},,,,服务,,")
    assert row_of(view, "tickets", "resolved_s") == (4 * HOUR,)
    typed = Correction(1, "amend", "tickets", keys=(("T1",),), column="resolved_at", value="2026-10-25 05:00")
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{view.snapshot.path}' AS loaded (READ_ONLY)")
        create_tables(con)
        con.execute("INSERT INTO tickets BY NAME FROM loaded.tickets")
        apply(
            con, [typed], "SELECT agent_id, team, valid_from AS since, valid_to AS until FROM agents", "UTC"
        )
        found = con.execute(
            "SELECT resolved_at - opened_at, opened_at_offset_s, resolved_at_offset_s FROM amended_tickets"
        )
        assert found.fetchall() == [(timedelta(hours=4), 7200, None)]


@pytest.mark.parametrize(
    ("zone", "instant"),
    [("Europe/Berlin", "2026-10-25T01:00"), ("America/New_York", "2026-03-08T07:00")],
)
def test_without_an_offset_it_is_what_the_clocks_say(tmp_path, zone, instant):
    opened, resolved = clocks(zone, instant, -2 * HOUR, 2 * HOUR, offset=False)
    view = loaded(tmp_path, zone, TICKETS, f"T1,{opened},,{resolved},,,,服务,,")
    moved = {"Europe/Berlin": -HOUR, "America/New_York": HOUR}[zone]
    assert row_of(view, "tickets", "resolved_s") == (4 * HOUR + moved,)
