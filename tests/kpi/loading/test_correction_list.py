"""Corrections from the records to the figures: applied at every load, by themselves, and gone without a trace."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb
import filelock
import pytest

from etl.corrections.corrections import Correction
from etl.errors import Problem, Remark
from etl.home import Home
from etl.snapshots.snapshot import current_id
from kpi.catalog.load import load_catalog
from kpi.figures.figures import figures
from kpi.figures.view import View, open_view, records_of
from kpi.loading.correction_list import Listed, listed, parse_keys, propose, waiting
from kpi.loading.load import load_files, reapply
from kpi.records.corrections import all_corrections, approve, withdraw
from kpi.rollups import build as rollup
from kpi.scope import Scope, parse_month
from kpi.sheets.indicators import indicator_rows
from kpi.sheets.json_shapes import indicators_json
from tests.kpi.figures.test_without_corrections import CALLS
from tests.kpi.rollups.test_stale import calls as call_file
from tests.kpi.rollups.test_stale import tables
from tests.kpi.rollups.test_stale import tickets as ticket_file

HEADER = "通话编号,来电时间,是否接通,接听工号,等待秒数,通话秒数"
OCTOBER = Scope(parse_month("2026-10"))
OUTAGE = Correction(
    0, "exclude", "calls", starts_at=datetime(2026, 10, 12, 14), ends_at=datetime(2026, 10, 12, 16)
)


def lines(calls: list[dict]) -> list[str]:
    """Calls as rows of a plain file."""
    return [
        f"{c['call_id']},{c['started_at']},{'是' if c['answered'] else '否'},{c['agent_id'] or ''},"
        f"{c['wait_s']},{c['talk_s'] if c['answered'] else ''}"
        for c in calls
    ]


def text(path: Path, *rows: str, header: str = HEADER) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    return lambda name, *rows: text(tmp_path / name, *rows)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with the ten calls around an outage, and the roster of two teams."""
    folder = tmp_path_factory.mktemp("loaded")
    home = Home(folder / "home")
    roster = text(folder / "roster.csv", "1,测试甲,一组", "2,测试乙,二组", header="工号,姓名,班组")
    load_files(home, [text(folder / "calls.csv", *lines(CALLS)), roster])
    return home


@pytest.fixture
def home(tmp_path: Path, loaded: Home) -> Home:
    """A copy of that home to write into."""
    shutil.copytree(loaded.path, tmp_path / "home")
    return Home(tmp_path / "home")


def keep(home: Home, what: Correction, approved_by: str = "李主管") -> int:
    """A correction asked for, and approved unless by nobody; its number."""
    records = records_of(home, create=True)
    number = propose(
        open_view(home), records, what, reason="线路中断", evidence="", asked_by="王组长", who="local"
    )
    if approved_by:
        approve(records, number, approved_by, version=1, who="local")
    return number


def level(home: Home) -> tuple[float | None, float | None, tuple[int, ...], float | None]:
    """Service level of the month: numerator, denominator, corrections, value without."""
    (figure,) = figures(open_view(home), OCTOBER, ["service_level"])
    return figure.numerator, figure.denominator, figure.corrections, figure.value_without


def content(home: Home) -> dict[str, list[tuple]]:
    """Every table of the current snapshot but its own books."""
    view: View = open_view(home)
    names = view.query("SELECT table_name FROM duckdb_tables() ORDER BY 1").to_series().to_list()
    rows = {
        name: view.query(f'SELECT * FROM "{name}" ORDER BY ALL').rows()
        for name in names
        if name not in ("files", "corrections")
    }
    assert {"calls", "rollup_calls"} <= set(rows)
    return rows


def only(home: Home) -> Listed:
    (one,) = listed(open_view(home))
    return one


def test_a_draft_changes_nothing_and_says_what_it_would_do(home: Home) -> None:
    before = current_id(home)
    keep(home, OUTAGE, approved_by="")
    assert not waiting(home, open_view(home))
    assert (only(home).record.state, only(home).rows, only(home).pending) == ("draft", 4, False)
    reapply(home)
    assert level(home) == (5, 10, (), None)
    assert current_id(home) != before


def test_approval_takes_effect_without_a_file_and_withdrawal_undoes_it_exactly(home: Home) -> None:
    before, shown = content(home), indicators_json(indicator_rows(open_view(home), OCTOBER), "zh")
    number = keep(home, OUTAGE)
    assert only(home).pending
    assert level(home) == (5, 10, (), None), "nothing yet: only the record is there"
    reapply(home)
    assert level(home) == (5, 6, (number,), 0.5)
    assert (only(home).rows, only(home).pending, only(home).remarks) == (4, False, ())
    withdraw(records_of(home), number, "李主管", "线路没有中断", version=2, who="local")
    assert only(home).pending
    reapply(home)
    assert content(home) == before
    assert indicators_json(indicator_rows(open_view(home), OCTOBER), "zh") == shown
    assert (only(home).record.state, only(home).pending, only(home).rows) == ("withdrawn", False, None)


def test_later_loads_keep_a_correction_and_new_rows_of_its_span_fall_under_it(
    home: Home, write: Callable[..., Path]
) -> None:
    number = keep(home, OUTAGE)
    more = write("more.csv", "D1,2026-10-12 15:30:00,否,,60,", "D2,2026-10-13 09:00:00,是,1,5,60")
    load_files(home, [more])
    assert level(home) == (6, 7, (number,), pytest.approx(6 / 12))
    assert only(home).rows == 5
    again = write("calls.csv", *lines(CALLS))
    assert load_files(home, [again]).files[0].status == "unchanged"
    load_files(home, [again], again=True)
    assert level(home) == (6, 7, (number,), pytest.approx(6 / 12))


def test_a_delivery_anew_does_not_undo_an_amendment(home: Home, write: Callable[..., Path]) -> None:
    keep(home, Correction(0, "amend", "calls", keys=(("C0",),), column="wait_s", value="50"))
    reapply(home)
    assert level(home) == (4, 10, (1,), 0.5)
    changed = [CALLS[0] | {"wait_s": 7, "agent_id": "2"}, *CALLS[1:]]
    load_files(home, [write("again.csv", *lines(changed))])
    view = open_view(home)
    assert view.query("SELECT wait_s, agent_id FROM calls WHERE call_id = 'C0'").rows() == [(7, "2")]
    assert view.query("SELECT wait_s, agent_id FROM amended_calls").rows() == [(50, "2")]
    assert level(home) == (4, 10, (1,), 0.5)


def test_a_load_that_brings_nothing_new_applies_what_is_waiting(
    home: Home, write: Callable[..., Path]
) -> None:
    keep(home, OUTAGE)
    before = current_id(home)
    report = load_files(home, [write("calls.csv", *lines(CALLS))])
    assert report.files[0].status == "unchanged"
    assert report.snapshot == current_id(home) != before
    assert level(home)[:2] == (5, 6)
    assert load_files(home, [write("calls.csv", *lines(CALLS))]).snapshot == report.snapshot
    assert not waiting(home, open_view(home))


def test_a_trial_load_applies_nothing(home: Home, write: Callable[..., Path]) -> None:
    keep(home, OUTAGE)
    before = current_id(home)
    load_files(home, [write("calls.csv", *lines(CALLS))], dry_run=True)
    assert current_id(home) == before


def test_while_another_load_runs_the_record_is_kept_and_applied_later(
    home: Home, write: Callable[..., Path]
) -> None:
    with filelock.FileLock(home.snapshots / "load.lock"):
        number = keep(home, OUTAGE)
        with pytest.raises(Problem, match="Another load is running"):
            reapply(home)
    assert level(home) == (5, 10, (), None)
    load_files(home, [write("more.csv", "D2,2026-10-13 09:00:00,是,1,50,60")])
    assert level(home) == (5, 7, (number,), pytest.approx(5 / 11))


KILLED = """
import os, signal, sys
from pathlib import Path
from etl.home import Home
from kpi.loading import load
from kpi.rollups import build as rollup
from kpi.records.corrections import approve
from kpi.figures.view import records_of
home, moment = Home(Path(sys.argv[1])), sys.argv[2]
die = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
approve(records_of(home), 1, "李主管", version=1, who="local")
if moment == "after the record":
    die()
setattr(*{"in the copy": (rollup, "build"), "before it is published": (load, "verify")}[moment], die)
load.reapply(home)
"""


@pytest.mark.process
@pytest.mark.parametrize("moment", ["after the record", "in the copy", "before it is published"])
def test_killed_between_record_and_figures_the_next_load_brings_them_together(
    home: Home, write: Callable[..., Path], moment: str
) -> None:
    keep(home, OUTAGE, approved_by="")
    before = current_id(home)
    run = subprocess.run(
        [sys.executable, "-c", KILLED, str(home.path), moment],
        cwd=Path(__file__).parents[3],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        check=False,
    )
    assert run.returncode == -signal.SIGKILL, run.stderr.decode()
    assert current_id(home) == before
    assert level(home) == (5, 10, (), None)
    assert only(home).pending
    assert records_of(home).verify_trail() == 2
    load_files(home, [write("calls.csv", *lines(CALLS))])
    assert level(home) == (5, 6, (1,), 0.5)
    assert not only(home).pending
    assert [path.name for path in home.snapshots.glob("building*")] == []


def test_without_data_there_is_nothing_to_apply_to(tmp_path: Path) -> None:
    assert reapply(Home(tmp_path / "none")) is None
    assert not (tmp_path / "none").exists()


def test_without_corrections_a_snapshot_holds_nothing_of_them(home: Home) -> None:
    names = open_view(home).query("SELECT table_name FROM duckdb_tables()").to_series().to_list()
    assert [name for name in names if name.startswith(("correct", "amended"))] == []
    assert open_view(home).corrected == frozenset()


def test_of_a_conflict_the_list_says_who_won(home: Home) -> None:
    first = keep(home, Correction(0, "amend", "calls", keys=(("C0",), ("C1",)), column="wait_s", value="50"))
    second = keep(home, Correction(0, "amend", "calls", keys=(("C0",),), column="wait_s", value="5"))
    reapply(home)
    found = {one.record.number: one for one in listed(open_view(home))}
    assert (found[first].rows, found[second].rows, found[second].remarks) == (1, 1, ())
    assert [str(remark) for remark in found[first].remarks] == [
        "Rows that a correction approved later decides: 1 (no. 2)."
    ]


def test_one_whose_row_is_not_there_is_kept_and_says_so(home: Home) -> None:
    keep(home, Correction(0, "exclude", "calls", keys=(("nowhere",),)))
    reapply(home)
    assert only(home).rows == 0
    (remark,) = only(home).remarks
    assert isinstance(remark, Remark)
    assert "0 rows" in str(remark)
    assert level(home) == (5, 10, (), None)


def test_people_and_teams_must_be_known_and_are_kept_as_they_are_shown(home: Home) -> None:
    keep(home, Correction(0, "reassign", "calls", keys=(("C0",),), to_agent="测试乙"))
    assert only(home).record.what.to_agent == "2"
    for wrong, says in (
        ({"to_agent": "9"}, "There is no agent “9”"),
        ({"to_team": "三组"}, "There is no team “三组”"),
    ):
        with pytest.raises(Problem, match=says):
            keep(home, Correction(0, "reassign", "calls", keys=(("C0",),), **wrong))
    assert len(listed(open_view(home))) == 1


def test_numbers_of_customers_are_masked_in_what_is_kept(home: Home) -> None:
    what = Correction(0, "amend", "calls", keys=(("C0",),), column="reason", value="13800138000 来电")
    records = records_of(home, create=True)
    propose(
        open_view(home),
        records,
        what,
        reason="客户 13800138000 反映",
        evidence="见 13900139000",
        asked_by="王",
        who="local",
    )
    record = only(home).record
    assert (record.reason, record.evidence) == ("客户 138****8000 反映", "见 139****9000")
    assert record.what.value == "138****8000 来电"


@pytest.mark.parametrize(
    "hostile", ["'; DROP TABLE calls; --", '"); DELETE FROM calls; --', "$1", "{x}", "?"]
)
def test_typed_text_is_never_sql(home: Home, hostile: str) -> None:
    keep(home, Correction(0, "exclude", "calls", keys=((hostile,),)))
    keep(home, Correction(0, "amend", "calls", keys=(("C0",),), column="queue", value=hostile))
    span = {"starts_at": datetime(2026, 10, 12), "ends_at": datetime(2026, 10, 13)}
    keep(home, Correction(0, "exclude", "calls", queue=hostile, **span))
    reapply(home)
    view = open_view(home)
    assert view.query("SELECT count(*) FROM calls").item() == len(CALLS)
    assert view.query("SELECT queue FROM amended_calls").rows() == [(hostile,)]
    assert {one.rows for one in listed(view)} == {0, 1}


def test_a_table_that_was_damaged_behind_the_figures_stops_publishing(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(home, OUTAGE)
    before = current_id(home)
    build = rollup.build

    def spoilt(con: duckdb.DuckDBPyConnection, *rest: object, **named: object) -> None:
        build(con, *rest, **named)
        con.execute("UPDATE corrected_calls SET holds = false")

    monkeypatch.setattr("kpi.rollups.build.build", spoilt)
    with pytest.raises(Problem, match="in the roll-up but"):
        reapply(home)
    assert current_id(home) == before


def test_after_every_change_the_roll_ups_are_what_a_full_rebuild_would_make(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, partial, original = Home(tmp_path / "home"), [], rollup.stale_days
    monkeypatch.setattr(
        rollup, "stale_days", lambda con, name: partial.append(original(con, name)) or partial[-1]
    )

    def check(what: str) -> None:
        copy = tmp_path / "copy.duckdb"
        shutil.copyfile(open_view(home).snapshot.path, copy)
        with duckdb.connect(str(copy)) as con:
            kept = tables(con)
            rollup.build(con, load_catalog(home.config))
            assert tables(con) == kept, what

    load_files(
        home,
        [
            call_file(tmp_path / "first.csv", 1, *range(1, 15)),
            ticket_file(tmp_path / "tickets.csv", 6, *range(1, 15), resolved=True),
        ],
    )
    keys = tuple((f"C{n}",) for n in range(500, 540, 3))
    day = {"starts_at": datetime(2026, 10, 12), "ends_at": datetime(2026, 10, 13)}
    for what in (
        Correction(0, "exclude", "calls", **day),
        Correction(0, "reassign", "calls", keys=keys, to_agent="2"),
        Correction(0, "amend", "calls", keys=keys[:3], column="started_at", value="2026-10-08 10:00"),
        Correction(0, "amend", "calls", keys=keys[3:5], column="reason", value="故障"),
        Correction(0, "exclude", "tickets", keys=(("T900",),)),
    ):
        keep(home, what)
        reapply(home)
        check(str(what))
    load_files(home, [call_file(tmp_path / "again.csv", 9, 5, 12)])
    check("calls of corrected days anew")
    load_files(home, [call_file(tmp_path / "next.csv", 2, 15)])
    check("a day more")
    for record in all_corrections(records_of(home)):
        withdraw(records_of(home), record.number, "李主管", "误报", version=2, who="local")
        reapply(home)
        check(f"without {record.what}")
    assert open_view(home).corrected == frozenset()
    assert len([days for days in partial if days]) > 5, "most changes must have been rolled up in part"


@pytest.mark.parametrize(
    ("contract", "text", "keys"),
    [
        ("calls", " C1 \n\nC2, 3\n", (("C1",), ("C2, 3",))),
        ("qa_items", "Q1, 问候, 报名\nQ2\t信息", (("Q1", "问候, 报名"), ("Q2", "信息"))),
        ("attendance", "0001,2026-10-12,1", (("0001", "2026-10-12", "1"),)),
        ("attendance", "0001", (("0001",),)),
        ("calls", " \n ", ()),
    ],
)
def test_keys_are_typed_one_row_a_line(contract: str, text: str, keys: tuple) -> None:
    assert parse_keys(contract, text) == keys


def test_the_snapshot_says_of_each_correction_what_it_was_made_with(home: Home) -> None:
    keep(home, OUTAGE)
    reapply(home)
    (row,) = open_view(home).query("SELECT correction_id, applied, rows FROM corrections").rows()
    assert (row[0], row[2]) == (1, 4)
    assert json.loads(row[1])["starts_at"] == "2026-10-12 14:00:00"
