"""A damaged newest snapshot: the last good one serves, the next load goes on from it; a good one always serves."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import duckdb
import pytest

from etl.errors import Problem
from etl.home import Home
from etl.loading.load import load
from etl.loading.report import report_json
from etl.snapshots.damage import used_blocks
from etl.snapshots.formats import create_tables
from etl.snapshots.snapshot import Snapshot, building, current, current_id
from tests.etl.conftest import CALLS

GOOD = "C{n},2026-10-01 09:00:00,是,{n},{n},200,13800138000"
BLOCK, HEADERS = 262_144, 12_288


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home after three loads of one call each."""
    folder = tmp_path_factory.mktemp("loaded")
    for n in (1, 2, 3):
        path = folder / f"{n}.csv"
        path.write_text(f"{CALLS}\n{GOOD.format(n=n)}\n", encoding="utf-8")
        load(Home(folder / "home"), [path])
    return folder / "home"


@pytest.fixture
def three(loaded: Path, home: Home) -> list[Path]:
    """The snapshots of a copy of it."""
    shutil.copytree(loaded, home.path)
    return sorted(home.snapshots.glob("*.duckdb"))


def count(home: Home) -> int:
    return current(home).query("SELECT count(*) FROM calls").item()


def overwrite(path: Path, place: int, data: bytes) -> None:
    with open(path, "r+b") as file:
        file.seek(place)
        file.write(data)


def used_places(path: Path) -> list[int]:
    """Where each block in use begins."""
    with duckdb.connect(str(path), read_only=True) as con:
        return [HEADERS + block * BLOCK for block in sorted(used_blocks(con))]


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def emptied(path: Path) -> None:
    os.truncate(path, 0)


def zeroed(path: Path) -> None:
    size = path.stat().st_size
    path.write_bytes(bytes(size))


def garbage_in_the_middle(path: Path) -> None:
    overwrite(path, used_places(path)[-1] + BLOCK // 2, random.Random(1).randbytes(64))


def a_hole(path: Path) -> None:
    overwrite(path, used_places(path)[0], bytes(4096))


def one_bit(path: Path) -> None:
    place = used_places(path)[-1] + 16
    with open(path, "r+b") as file:
        file.seek(place)
        byte = file.read(1)[0] ^ 1
        file.seek(place)
        file.write(bytes([byte]))


def broken_headers(path: Path) -> None:
    overwrite(path, 4096, random.Random(2).randbytes(8192))


def a_text(path: Path) -> None:
    path.write_text("not a database\n" * 1000)


HARM = [cut, emptied, zeroed, garbage_in_the_middle, a_hole, one_bit, broken_headers, a_text, Path.unlink]


@pytest.mark.parametrize("harm", HARM, ids=lambda harm: harm.__name__)
@pytest.mark.parametrize("opened", [False, True], ids=["closed", "open"])
def test_the_last_good_snapshot_serves_and_the_next_load_goes_on_from_it(home, calls, three, harm, opened):
    newest = three[-1]
    held = current(home) if opened else None
    harm(newest)
    if not (opened and harm is Path.unlink):  # who has it open may read what was taken away
        served = current(home)
        assert (served.id, served.instead_of, count(home)) == ("000002", "000003", 2)
    report = report_json(load(home, [calls("4.csv", GOOD.format(n=4))]))
    assert report["warnings"][0] == "The data of load 000003 are damaged; those of load 000002 go on."
    assert (current_id(home), current(home).instead_of) == ("000004", None)
    known = current(home).query("SELECT call_id FROM calls ORDER BY 1")["call_id"].to_list()
    assert known == ["C1", "C2", "C4"]
    del held


def test_damage_that_keeps_the_times_of_the_file_is_found_by_the_next_load(home, calls, three):
    newest = three[-1]
    before = newest.stat()
    one_bit(newest)
    os.utime(newest, ns=(before.st_atime_ns, before.st_mtime_ns))
    report = report_json(load(home, [calls("4.csv", GOOD.format(n=4))]))
    assert "are damaged" in report["warnings"][0]
    assert count(home) == 3


def test_two_damaged_snapshots_leave_the_third(home, three):
    _, second, third = three
    garbage_in_the_middle(third)
    cut(second)
    assert (current(home).id, count(home)) == ("000001", 1)


def test_without_a_good_snapshot_it_is_a_sentence(home, calls, three):
    for path in three:
        garbage_in_the_middle(path)
    with pytest.raises(Problem, match="cannot be opened"):
        current(home)
    with pytest.raises(Problem, match="cannot be opened"):
        load(home, [calls("4.csv", GOOD.format(n=4))])
    assert not [path for path in home.snapshots.iterdir() if path.name.startswith("building")]


@pytest.mark.parametrize("text", [None, b"", b"\x00\x00", b"\xff\xfe", b"nonsense\n"])
def test_without_a_pointer_the_newest_snapshot_serves(home, calls, three, text):
    pointer = home.snapshots / "CURRENT"
    pointer.unlink() if text is None else pointer.write_bytes(text)
    assert (current_id(home), count(home)) == ("000003", 3)
    load(home, [calls("4.csv", GOOD.format(n=4))])
    assert (pointer.read_text(), count(home)) == ("000004\n", 4)


def test_a_good_snapshot_is_never_taken_for_damaged(tmp_path):
    """Deleted, updated and dropped rows leave free blocks, also beyond the end of the file."""
    path = tmp_path / "000001.duckdb"
    chance = random.Random(3)
    with duckdb.connect(str(path)) as con:
        create_tables(con)
    for turn in range(12):
        with duckdb.connect(str(path)) as con:
            rows = chance.choice((10, 50_000, 200_000))
            con.execute(
                f"CREATE OR REPLACE TABLE t{turn % 4} AS SELECT i, 'name ' || i AS s, random() AS r,"
                f" repeat('x', CASE WHEN i % 1000 = 0 THEN 300000 ELSE 3 END) AS long FROM range({rows}) n(i)"
            )
            con.execute("CHECKPOINT")
            con.execute(
                f"DELETE FROM t{turn % 4} WHERE i % {chance.choice((2, 3, 7))} = 0 OR i > {rows // 2}"
            )
            con.execute(f"UPDATE t{turn % 4} SET s = 'other ' || i WHERE i < {rows // 3}")
            con.execute("CHECKPOINT")
            if turn % 5 == 4:
                con.execute(f"DROP TABLE t{turn % 4}")
                con.execute("CHECKPOINT")
        assert not Snapshot(path, thorough=True).is_damaged()


def test_what_an_interrupted_load_left_behind_goes_and_is_said(home, three):
    path = three[-1]
    spilled = home.snapshots / "building.duckdb.tmp"
    spilled.mkdir()
    (spilled / "duckdb_temp_storage-0.tmp").write_bytes(b"x")
    for name in ("building.duckdb", "building.duckdb.wal", "unpacked-1", "CURRENT.new"):
        (home.snapshots / name).write_bytes(b"x")
    (home.snapshots / "000004.duckdb").write_bytes(path.read_bytes())  # complete, but never announced
    with building(home, say=(said := []).append):
        pass
    assert [str(one) for one in said] == ["An earlier load was interrupted; what it left behind was removed."]
    assert {path.name for path in home.snapshots.iterdir()} == {
        "CURRENT", "load.lock", "000001.duckdb", "000002.duckdb", "000003.duckdb",
    }  # fmt: skip
    with building(home, say=(said := []).append):
        pass
    assert said == []


def test_data_of_another_version_are_refused_and_left_alone(three: list[Path], home: Home, tmp_path) -> None:
    for path in three:
        with duckdb.connect(str(path)) as con:
            con.execute("COMMENT ON TABLE files IS 'format 1'")
    before = {path: path.read_bytes() for path in three}
    with pytest.raises(Problem, match="another version of this program"):
        current(home)
    path = tmp_path / "4.csv"
    path.write_text(f"{CALLS}\n{GOOD.format(n=4)}\n", encoding="utf-8")
    with pytest.raises(Problem, match="another version of this program"):
        load(home, [path])
    assert {path: path.read_bytes() for path in home.snapshots.glob("*.duckdb")} == before


def test_a_load_stopped_after_it_was_published_leaves_no_snapshot_more(home, three):
    """It had not come to removing the oldest, and the next load brings nothing new."""
    newest = sorted(home.snapshots.glob("*.duckdb"))[-1]
    shutil.copy(newest, home.snapshots / "000000.duckdb")
    with building(home):
        pass
    assert [path.stem for path in sorted(home.snapshots.glob("*.duckdb"))] == ["000001", "000002", "000003"]
