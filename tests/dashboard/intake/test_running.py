"""A load in the terminal: its words, and Ctrl-C that stops it cleanly."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.intake.running import Run, run_in_terminal
from dashboard.words.progress import left_text, rate_text, step_text
from dashboard.words.translate import words
from etl.errors import Problem
from etl.home import Home
from etl.loading.load import load
from etl.progress import Progress, State
from etl.snapshots.snapshot import current_id

ROOT = Path(__file__).parents[3]
HEADER = "通话编号,来电时间,是否接通,接听工号,等待秒数,通话秒数,客户号码\n"
T = words("en")


def test_what_is_done_how_fast_and_how_long_still():
    state = State(
        "read", "calls.csv", 2, 5, 30_000_000, 60_000_000, 90_000, 0.4, elapsed_s=30, reading_s=20, left_s=45
    )
    assert step_text(state, T) == "Reading calls.csv (2 of 5)"
    assert rate_text(state, T) == "4,500 rows/s · 1.5 MB/s"
    assert left_text(state, T) == "about 40 s left"
    assert left_text(State(left_s=3), T) == "a few seconds left"
    assert left_text(State(left_s=200), T) == "about 3 min left"
    assert (step_text(State(), T), rate_text(State(), T), left_text(State(), T)) == ("Beginning", "", "")
    assert step_text(State("verify", "calls.csv", 5, 5), T) == "Checking"


def test_the_result_or_what_went_wrong_comes_out():
    assert run_in_terminal(lambda progress: 42, T) == 42

    def fail(progress: Progress) -> None:
        raise Problem("here", "It is broken.", "")

    with pytest.raises(Problem, match="broken"):
        run_in_terminal(fail, T)


def test_a_pipe_gets_a_line_a_file_and_json_nothing(capsys):
    def work(progress: Progress) -> None:
        progress.begin([1, 1])
        progress.file("a.csv", 1)
        progress.file("b.csv", 1)

    run_in_terminal(work, T)
    assert capsys.readouterr().err.splitlines() == ["Reading a.csv …", "Reading b.csv …"]
    run_in_terminal(work, T, quiet=True)
    assert capsys.readouterr().err == ""


def test_ctrl_c_waits_until_the_work_has_stopped():
    stopped = []

    def work(progress: Progress) -> None:
        progress.begin([1])
        os.kill(os.getpid(), signal.SIGINT)
        try:
            while True:
                progress.check()
        finally:
            stopped.append(True)

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        run_in_terminal(work, T)
    assert stopped == [True]
    assert signal.getsignal(signal.SIGINT) is before


def test_a_run_may_be_looked_at_from_elsewhere():
    run = Run(lambda progress: progress.begin([7]))
    assert run.wait(30)
    assert run.result() is None
    assert run.progress.state().bytes_total == 7


@pytest.mark.skipif(os.name == "nt", reason="signals are sent as a terminal of Linux or macOS sends them")
@pytest.mark.process
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_command_leaves_the_last_data_and_no_leftovers(tmp_path, sent):
    home = Home(tmp_path / "home")
    first, big = tmp_path / "first.csv", tmp_path / "big.csv"
    first.write_text(HEADER + "A,2026-10-01 09:00:00,是,1,1,1,\n", encoding="utf-8")
    load(home, [first])
    with big.open("w", encoding="utf-8") as file:
        file.write(HEADER)
        file.writelines(f"C{n},2026-10-01 09:00:00,是,1,1,1,\n" for n in range(300_000))
    command = [sys.executable, "-m", "dashboard.cli", "load", str(big), "--home", str(home.path)]
    process = subprocess.Popen(
        [*command, "--lang", "en"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert re.match("Reading big.csv", process.stderr.readline())
    process.send_signal(sent)
    out, err = process.communicate(timeout=600)
    assert (process.returncode, out, err) == (130, "", "")
    assert current_id(home) == "000001"
    assert {path.name for path in home.snapshots.iterdir()} == {"CURRENT", "000001.duckdb", "load.lock"}
    assert load(home, [big]).snapshot == "000002"
