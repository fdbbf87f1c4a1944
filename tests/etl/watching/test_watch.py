"""A watched folder: complete files are loaded once, failed ones tried again once, and nothing is forgotten."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from etl.errors import Problem
from etl.loading.load import load
from etl.snapshots.snapshot import building, current, current_id
from etl.watching.watch import _marks, watch
from etl.watching.watch_state import Place, ask_again, read, watched, write

GOOD = "C1,2026-10-01 09:00:00,是,0042,12,200,13800138000"
LATER = "C2,2026-10-02 09:00:00,是,0042,12,200,"


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def look(home, inbox):
    """One round; the names given to the load, in batches, and the report."""

    def looker(loader=None, **options):
        batches, reports = [], []

        def loads(paths):
            batches.append([path.name for path in paths])
            return loader(paths) if loader else load(home, paths)

        watch(
            home, inbox, loads,
            every=timedelta(minutes=5), once=True, settle_s=0, told=reports.append, **options,
        )  # fmt: skip
        return batches, (reports[0] if reports else None)

    return looker


def put(calls, inbox, name, *rows):
    calls("new.csv", *rows).rename(inbox / name)
    return inbox / name


def state(home):
    (one,) = watched(home)
    return one


def ids(home):
    return current(home).query("SELECT call_id FROM calls ORDER BY 1")["call_id"].to_list()


def test_a_new_file_is_loaded_once(home, inbox, calls, look):
    put(calls, inbox, "a.csv", GOOD)
    assert look()[0] == [["a.csv"]]
    assert ids(home) == ["C1"]
    assert look() == ([], None)
    assert state(home).files["a.csv"].status == "loaded"
    assert state(home).state == "stopped"
    assert state(home).last.files == {"loaded": 1}


def test_a_file_that_grew_is_loaded_again_and_nothing_twice(home, inbox, calls, look):
    put(calls, inbox, "a.csv", GOOD)
    look()
    put(calls, inbox, "a.csv", GOOD, LATER)
    report = look()[1]
    assert (report.files[0].counts.loaded, report.files[0].counts.duplicate) == (1, 1)
    assert ids(home) == ["C1", "C2"]


def test_a_time_of_change_that_goes_backwards_is_a_change(home, inbox, calls, look):
    path = put(calls, inbox, "a.csv", GOOD)
    look()
    text = path.read_text(encoding="utf-8").replace("C1", "C3")  # as long as before
    path.write_text(text, encoding="utf-8")
    os.utime(path, (1_000_000_000, 1_000_000_000))
    look()
    assert ids(home) == ["C1", "C3"]
    os.utime(path, (900_000_000, 900_000_000))  # the same content is left alone
    before = current_id(home)
    assert look()[1].files[0].status == "unchanged"
    assert current_id(home) == before


def test_a_file_that_still_grows_is_left_for_the_next_look(home, inbox, calls, look, monkeypatch):
    path = put(calls, inbox, "a.csv", GOOD)
    put(calls, inbox, "b.csv", LATER)

    def grow(_):
        with path.open("a", encoding="utf-8") as file:
            file.write("C9,2026-10-03 09:00:00,是,0042,1,1,\n")

    monkeypatch.setattr("etl.watching.watch.time.sleep", grow)
    assert look()[0] == [["b.csv"]]
    monkeypatch.setattr("etl.watching.watch.time.sleep", lambda seconds: None)
    assert look()[0] == [["a.csv"]]
    assert ids(home) == ["C1", "C2", "C9"]


def test_a_file_that_fails_is_tried_once_more_and_then_waits(home, inbox, calls, look):
    (inbox / "bad.csv").write_text("x,y\n1,2\n")
    put(calls, inbox, "good.csv", GOOD)
    assert look()[0] == [["bad.csv", "good.csv"]]
    assert ids(home) == ["C1"]
    assert not state(home).files["bad.csv"].waits
    assert look()[0] == [["bad.csv"]]
    seen = state(home).failed["bad.csv"]
    assert seen.waits
    assert "no known source" in str(seen.trouble.problem())
    assert look()[0] == []
    put(calls, inbox, "bad.csv", LATER)  # mended: it is another file now
    assert look()[0] == [["bad.csv"]]
    assert state(home).failed == {}


def test_somebody_may_ask_for_another_try(home, inbox, look):
    (inbox / "bad.csv").write_text("x,y\n1,2\n")
    look()
    look()
    assert look()[0] == []
    assert ask_again(home, inbox) is False  # nobody is watching just now
    assert look()[0] == [["bad.csv"]]
    assert look()[0] == [["bad.csv"]]
    assert look()[0] == []
    with pytest.raises(Problem, match="never watched"):
        ask_again(home, inbox / "elsewhere")


def test_a_load_that_fails_as_a_whole_is_tried_again_file_by_file(home, inbox, calls, look):
    put(calls, inbox, "a.csv", GOOD)
    put(calls, inbox, "poison.csv", LATER)

    def loader(paths):
        if any(path.name == "poison.csv" for path in paths):
            raise MemoryError
        return load(home, paths)

    assert look(loader)[0] == [["a.csv", "poison.csv"]]
    assert set(state(home).failed) == {"a.csv", "poison.csv"}
    assert look(loader)[0] == [["a.csv"], ["poison.csv"]]
    assert ids(home) == ["C1"]
    assert set(state(home).failed) == {"poison.csv"}
    assert "MemoryError" in str(state(home).failed["poison.csv"].trouble.problem())


def test_stopping_while_it_loads_is_no_failed_try(home, inbox, calls, look):
    put(calls, inbox, "a.csv", GOOD)

    def loader(paths):
        assert state(home).files["a.csv"].status == "loading"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        look(loader)
    assert state(home).files == {}
    assert state(home).state == "stopped"
    assert look()[0] == [["a.csv"]]


def test_a_watcher_that_died_while_loading_counts_as_a_try(home, inbox, calls, look):
    put(calls, inbox, "a.csv", GOOD)

    class Died(BaseException):
        """What nothing can catch, such as a SIGKILL."""

    def loader(paths):
        raise Died

    place = Place(home, inbox)
    with pytest.raises(Died):
        look(loader)
    seen = read(place.state)
    assert seen.files["a.csv"].status == "loading"
    write(place.state, seen)
    assert look(loader=None)[0] == [["a.csv"]]
    assert state(home).files["a.csv"].status == "loaded"
    (inbox / "a.csv").write_bytes((inbox / "a.csv").read_bytes() + LATER.encode())
    for _ in range(2):
        with pytest.raises(Died):
            look(loader)
    assert look()[0] == []
    assert "ended while" in str(state(home).failed["a.csv"].trouble.problem())


def test_half_written_hidden_and_foreign_files_are_left_alone(inbox):
    for name in ("a.csv", "b.csv.part", ".hidden.csv", "~$c.xlsx", "readme.md", "d.CRDOWNLOAD"):
        (inbox / name).write_text("x")
    (inbox / "older").mkdir()
    (inbox / "older" / "e.csv").write_text("x")
    assert [name for name, _ in _marks(inbox, False)] == ["a.csv"]
    assert [name for name, _ in _marks(inbox, True)] == ["a.csv", "older/e.csv"]


def test_files_of_one_name_in_two_folders_are_two(home, inbox, calls, look):
    (inbox / "older").mkdir()
    put(calls, inbox, "a.csv", GOOD)
    put(calls, inbox / "older", "a.csv", LATER)
    assert look(recursive=True)[0] == [["a.csv", "a.csv"]]
    assert ids(home) == ["C1", "C2"]
    assert set(state(home).files) == {"a.csv", "older/a.csv"}


def test_a_folder_that_is_away_is_said_and_nothing_forgotten(home, inbox, calls, look):
    put(calls, inbox, "a.csv", GOOD)
    look()
    away = inbox.rename(inbox.with_name("away"))
    with pytest.raises(Problem, match="cannot be read"):
        look()
    assert set(state(home).files) == {"a.csv"}
    away.rename(inbox)
    assert look()[0] == []


def test_one_watcher_a_folder(home, inbox, calls, look):
    put(calls, inbox, "a.csv", GOOD)

    def loader(paths):
        assert state(home).state == "loading"
        assert ask_again(home, inbox) is True
        with pytest.raises(Problem, match="watched already"):
            watch(home, inbox, loader, every=timedelta(minutes=5), once=True)
        return load(home, paths)

    look(loader)
    assert state(home).state == "stopped"


def test_a_damaged_memory_costs_a_second_look_only(home, inbox, calls, look):
    put(calls, inbox, "a.csv", GOOD)
    look()
    Place(home, inbox).state.write_text('{"folder": ')
    assert watched(home) == []
    assert look()[1].files[0].status == "unchanged"


def test_a_load_waits_for_another_one(home, inbox, calls):
    """`wait` looks again until the lock is free; without it that is a sentence."""
    path = put(calls, inbox, "a.csv", GOOD)
    steps = []
    with building(home):
        with pytest.raises(Problem, match="Another load"):
            load(home, [path])

        class Enough(Exception):
            pass

        def step(name):
            steps.append(name)
            if len(steps) == 2:
                raise Enough

        with pytest.raises(Enough), building(home, wait=True, step=step):
            pass
    assert steps == ["wait", "wait"]
    assert load(home, [path], wait=True).files[0].status == "loaded"
