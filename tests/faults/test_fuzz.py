"""Three hundred files that nobody would write, and in `make soak` 20,000 others; see `make fuzz` too."""

from __future__ import annotations

import logging
import random
import signal

import pytest

from tests.faults import judge
from tests.faults.fuzz import fuzz, make_files


@pytest.fixture(autouse=True)
def quiet():
    """Libraries warn about damaged workbooks; that is what these are."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize(("seed", "number"), [(1, 300), pytest.param(None, 20_000, marks=pytest.mark.soak)])
def test_no_crash_no_hang_no_row_unaccounted_for(tmp_path, seed, number):
    seed = seed or random.randrange(1 << 32)  # a failed file is called by it
    seen = fuzz(make_files(seed, number), tmp_path / "failed")
    said = [f"{path.name}: {path.read_text()}" for path in sorted((tmp_path / "failed").glob("*.txt"))]
    assert not said, said[0]
    assert seen["files"] == number
    assert min(seen["converted"], seen["refused"], seen["unknown"], seen["rows"], seen["quick"]) > 0


def test_equal_seeds_give_equal_files():
    assert list(make_files(7, 20)) == list(make_files(7, 20))
    assert list(make_files(7, 20)) != list(make_files(8, 20))


def test_a_lost_row_is_found_and_its_file_kept(tmp_path, monkeypatch):
    read = judge.raw_rows

    def loses_one(*given):
        rows = read(*given)
        return type(rows)(rows.frame.head(-1), rows.ragged, rows.multi_line, rows.rows_read, rows.torn)

    monkeypatch.setattr(judge, "raw_rows", loses_one)
    seen = fuzz(iter([("a.csv", "通话编号,来电时间,是否接通\nC1,2026-10-01 09:00,是\n".encode())]), tmp_path)
    assert seen["failed"] == 1
    assert (tmp_path / "a.csv").exists()
    assert "AssertionError" in (tmp_path / "a.csv.txt").read_text()


def test_a_file_that_takes_too_long_is_a_hang():
    for sent in (signal.SIGALRM, signal.SIGPROF):
        with pytest.raises(judge.Hang, match="more than 9 s"), judge.within(9):
            signal.raise_signal(sent)


def test_a_file_that_computes_too_long_is_stopped():
    def compute():
        while True:
            pass

    with pytest.raises(judge.Hang, match="more than 1 s"), judge.within(1):
        compute()
