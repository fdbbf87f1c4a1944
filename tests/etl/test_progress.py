"""How far a load is: never backwards, never over one, and a stop that comes in time leaves nothing."""

from __future__ import annotations

import itertools
import threading

import duckdb
import pytest

from etl.loading.load import load
from etl.progress import STEPS, Cancelled, Progress
from etl.snapshots.snapshot import current, current_id

ROW = "C{n},2026-10-01 09:00:00,是,0042,12,200,\n"


class Noted(Progress):
    """Keeps every look, and stops when it has been told `stop_at` things."""

    def __init__(self, stop_at: int | None = None) -> None:
        super().__init__()
        self.steps, self.shares, self._left = [], [], itertools.count()
        self._stop_at = stop_at

    def check(self) -> None:
        """Called at every turn of a load."""
        if next(self._left) == self._stop_at:
            self.cancel()
        super().check()

    def step(self, step: str) -> None:
        """Note it."""
        super().step(step)
        self.steps.append(step)
        self.shares.append(self.state().share)


@pytest.fixture
def many(calls):
    path = calls("many.csv")
    with path.open("a", encoding="utf-8") as file:
        file.writelines(ROW.format(n=n) for n in range(5_000))
    return path


def test_a_load_tells_every_step_in_order_and_never_goes_back(home, calls, many):
    load(home, [calls("first.csv", ROW.format(n="first").strip())])
    progress = Noted()
    load(home, [many], progress=progress)
    assert list(dict.fromkeys(progress.steps)) == [
        "copy", "read", "convert", "merge", "rollups", "verify", "publish",
    ]  # fmt: skip
    assert set(progress.steps) <= set(STEPS)
    assert progress.shares == sorted(progress.shares)
    assert 0.9 < progress.shares[-1] <= 1
    state = progress.state()
    assert (state.rows, state.file, state.files) == (5_001, 1, 1)  # the header is a row of the file
    assert state.bytes_done == state.bytes_total == many.stat().st_size


def test_shares_go_by_size(many):
    progress = Progress()
    progress.begin([100, 300])
    progress.file("a", 100)
    progress.advance(10, 100)
    progress.step("merge")
    progress.file("b", 300)
    assert 0.19 < progress.state().share < 0.26
    progress.advance(10, 10_000)  # more than there is: an estimate was too low
    assert progress.state().bytes_done == 400
    assert progress.state().share < 0.7
    progress.step("publish")
    assert progress.state().share > 0.95


def test_a_stop_at_any_turn_publishes_nothing_and_the_next_load_continues(home, calls, many):
    load(home, [calls("first.csv", ROW.format(n="first").strip())])
    before = current_id(home)
    counting = Noted()
    load(home, [many], dry_run=True, progress=counting)
    turns = next(counting._left)
    assert turns > 10
    for stop_at in range(0, turns, 3):
        with pytest.raises(Cancelled):
            load(home, [many], progress=Noted(stop_at))
        left = {path.name for path in home.snapshots.iterdir()} - {"load.lock"}
        assert left == {"CURRENT", f"{before}.duckdb"}
    assert load(home, [many]).files[0].counts.loaded == 5_000
    assert current(home).query("SELECT count(*) FROM calls").item() == 5_001


def test_a_stop_that_comes_while_it_is_published_comes_too_late(home, many):
    late = []

    class Late(Progress):
        def step(self, step: str) -> None:
            super().step(step)
            if step == "publish":
                late.append(self.cancel())

    progress = Late()
    assert load(home, [many], progress=progress).snapshot == "000001"
    assert late == [False]
    assert not progress.cancelled


def test_a_long_statement_is_interrupted(tmp_path):
    progress, begun = Progress(), threading.Event()
    with duckdb.connect() as con:
        con.create_function("tell", lambda n: begun.set() or n, ["BIGINT"], "BIGINT")

        def stop():
            begun.wait(30)
            progress.cancel()

        stopper = threading.Thread(target=stop)
        stopper.start()
        with pytest.raises(Cancelled), progress.during(con):
            con.execute(
                "SELECT sum(tell(a.range) * b.range) FROM range(5000000) a, range(100000) b"
            ).fetchall()
        stopper.join()
        assert con.execute("SELECT 1").fetchone() == (1,)


def test_a_file_that_is_read_while_it_is_converted():
    progress = Progress()
    progress.begin([1000])
    progress.file("a", 1000)
    progress.step("convert")
    before = progress.state()
    progress.part(0.5)
    half = progress.state()
    progress.advance(40, 0)
    progress.step("merge")
    done = progress.state()
    assert before.share < 0.1
    assert 0.3 < half.share < 0.4 < done.share < 0.7
    assert (before.bytes_done, half.bytes_done, done.bytes_done, done.rows) == (0, 500, 1000, 40)


def test_the_percentage_of_a_statement_is_told():
    progress = Progress()
    progress.begin([1000])
    progress.file("a", 1000)
    progress.part(0.5)
    progress.part(-0.01)  # what DuckDB says of a statement whose size it does not know
    assert progress.state().bytes_done == 500


def test_rates_count_the_reading_only():
    progress = Progress()
    assert progress.state().rows_per_s is None
    assert progress.state().left_s is None
    progress.begin([1000])
    progress.file("a", 1000)
    progress.advance(50, 1000)
    progress.step("rollups")
    first = progress.state()
    second = progress.state()
    assert first.rows_per_s == second.rows_per_s > 0
    assert first.left_s > 0
    progress.end()
    assert progress.state().elapsed_s == progress.state().elapsed_s
