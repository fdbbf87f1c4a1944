"""Snapshots of earlier formats: read as they are through views, migrated in the copy that a load works on."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from etl.books.to_load_again import to_load_again
from etl.errors import Problem
from etl.home import Home
from etl.loading import load_part
from etl.loading.load import load
from etl.snapshots import formats, snapshot
from etl.snapshots.closed_months import close_month, closed
from etl.snapshots.formats import EARLIEST, FORMAT, MIGRATIONS, Migration, lacking
from etl.snapshots.snapshot import Snapshot, current
from tests.etl.conftest import CALLS

ROW = "{n},2026-10-01 09:00:00,是,{n},30,200,13800138000"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("loaded")
    path = folder / "calls.csv"
    path.write_text("\n".join([CALLS, ROW.format(n=1), ROW.format(n=2)]) + "\n", encoding="utf-8")
    load(Home(folder / "home"), [path])
    return folder / "home"


@pytest.fixture
def older(loaded: Path, home: Home) -> Home:
    """A home whose snapshot knows neither a column of its calls nor a table of today, and is a closed month."""
    shutil.copytree(loaded, home.path)
    path = home.snapshots / "000001.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("ALTER TABLE calls DROP COLUMN greeting_s")
        con.execute("ALTER TABLE files DROP COLUMN format")
        con.execute("DROP TABLE promises")
        con.execute(f"COMMENT ON TABLE files IS 'format {EARLIEST}'")
    close_month(home, "2026-10")
    return home


@pytest.fixture
def raised(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program whose format is one higher, with a migration that turns a word into another."""
    what = Migration("UPDATE calls SET queue = 'moved'", {"calls": "It does not say who sang."})
    monkeypatch.setattr(formats, "FORMAT", FORMAT + 1)
    monkeypatch.setattr(snapshot, "FORMAT", FORMAT + 1)
    monkeypatch.setattr(load_part, "FORMAT", FORMAT + 1)
    monkeypatch.setitem(MIGRATIONS, FORMAT + 1, what)


def test_every_format_since_the_earliest_has_its_migration() -> None:
    """Raising the format without saying what becomes of the facts there are fails here."""
    assert set(MIGRATIONS) == set(range(EARLIEST + 1, FORMAT + 1))


def test_what_an_older_snapshot_lacks_reads_as_unknown(older: Home) -> None:
    for one in (current(older), closed(older, "2026-10")):
        assert one.query("SELECT call_id, wait_s, greeting_s FROM calls ORDER BY ALL").rows() == [
            ("1", 30.0, None),
            ("2", 30.0, None),
        ]
        assert one.query("SELECT count(*), max(promise_id) FROM main.promises").rows() == [(0, None)]
        assert not one.is_damaged()


def test_an_older_snapshot_is_not_written_to(older: Home) -> None:
    before = {path: path.read_bytes() for path in older.snapshots.rglob("*.duckdb")}
    assert current(older).query("SELECT count(*) FROM promises").item() == 0
    assert {path: path.read_bytes() for path in older.snapshots.rglob("*.duckdb")} == before


def test_a_load_migrates_the_copy_that_it_works_on(older: Home, calls) -> None:
    load(older, [calls("3.csv", ROW.format(n=3))])
    newest = current(older)
    with duckdb.connect(str(newest.path), read_only=True) as con:
        assert lacking(con) == set()
    assert newest.query("SELECT call_id FROM calls ORDER BY 1")["call_id"].to_list() == ["1", "2", "3"]
    assert newest.query("SELECT format FROM files ORDER BY file_id")["format"].to_list() == [None, FORMAT]
    assert closed(older, "2026-10").query("SELECT count(greeting_s), count(*) FROM calls").rows() == [(0, 2)]


@pytest.mark.usefixtures("raised")
def test_a_raised_format_migrates_and_says_what_to_load_again(older: Home, calls) -> None:
    assert closed(older, "2026-10").query("SELECT count(queue) FROM calls").item() == 0
    load(older, [calls("3.csv", ROW.format(n=3))])
    newest = current(older)
    assert newest.query("SELECT call_id, queue FROM calls ORDER BY 1").rows() == [
        ("1", "moved"), ("2", "moved"), ("3", None),
    ]  # fmt: skip
    assert closed(older, "2026-10").query("SELECT count(queue), count(*) FROM calls").rows() == [(0, 2)]
    *_, said = to_load_again(newest)
    assert (said.where, said.what) == ("calls.csv", "It does not say who sang.")


def test_data_of_a_newer_program_are_refused(loaded: Path, tmp_path: Path) -> None:
    path = tmp_path / "000001.duckdb"
    shutil.copy(loaded / "snapshots" / "000001.duckdb", path)
    with duckdb.connect(str(path)) as con:
        con.execute(f"COMMENT ON TABLE files IS 'format {FORMAT + 1}'")
    with pytest.raises(Problem, match="another version of this program"):
        Snapshot(path)
