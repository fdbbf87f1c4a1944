"""`service-kpi watch` in a terminal and on the page: what it says, how it is stopped, how it is asked again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from dashboard.words.watched_folder import failed_rows, state_text
from etl.home import Home
from etl.snapshots.snapshot import current
from etl.watching.watch_state import Run, Seen, Trouble, Watched, watched
from tests.dashboard.views.test_pages import opened, shown

ROOT = Path(__file__).parents[3]
HEADER = "通话编号,来电时间,是否接通,接听工号,等待秒数,通话秒数,客户号码\n"
ROW = "W1,2026-10-01 09:00:00,是,1001,1,1,\n"
AT = datetime(2026, 10, 5, 8, 30)


def command(folder, home, *more):
    return [
        *(sys.executable, "-m", "dashboard.cli", "watch", str(folder)),
        *("--home", str(home), "--lang", "en", *more),
    ]


@pytest.fixture
def run(run, monkeypatch):
    """Watch in this process, without the pause between two looks: (exit code, stdout, stderr)."""
    monkeypatch.setattr("etl.watching.watch.time.sleep", lambda seconds: None)
    return lambda *arguments: run(*command(*arguments)[3:])


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "calls.csv").write_text(HEADER + ROW, encoding="utf-8")
    return folder


def test_once_answers_like_a_load_and_then_that_nothing_is_new(inbox, tmp_path, run):
    home = tmp_path / "home"
    code, out, err = run(inbox, home, "--once", "--json")
    document = json.loads(out)
    assert (code, err, document["snapshot"]) == (0, "", "000001")
    assert [(file["status"], file["loaded"]) for file in document["files"]] == [("loaded", 1)]
    assert run(inbox, home, "--once")[:2] == (0, f"There is nothing new in {inbox}.\n")
    (inbox / "bad.csv").write_text("x,y\n1,2\n")
    code, out, _ = run(inbox, home, "--once", "--json")
    assert (code, json.loads(out)["files"][0]["status"]) == (1, "refused")


def test_an_endless_watch_has_no_json_answer(inbox, tmp_path, run):
    assert run(inbox, tmp_path / "home", "--json")[0] == 2
    assert not (tmp_path / "home").exists()


@pytest.mark.skipif(os.name == "nt", reason="signals are sent as a terminal of Linux or macOS sends them")
@pytest.mark.process
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_and_another_command_is_heard(inbox, tmp_path, sent, run):
    home = Home(tmp_path / "home")
    process = subprocess.Popen(
        command(inbox, home.path), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert "stop with Ctrl+C" in process.stderr.readline()
        while "The data lies in" not in process.stdout.readline():
            assert process.poll() is None
        (one,) = watched(home)
        assert (one.state, one.last.files) == ("waiting", {"loaded": 1})
        code, out, _ = run(inbox, home.path, "--retry", "--json")
        assert (code, json.loads(out)["done"]) == (0, "The program that watches this folder tries again now.")
        code, _, err = run(inbox, home.path, "--once")
        assert (code, "watched already" in err) == (1, True)
    finally:
        process.send_signal(sent)
    out, err = process.communicate(timeout=600)
    assert (process.returncode, err.strip().splitlines()[-1]) == (0, "Stopped.")
    assert "Traceback" not in out + err
    assert watched(home)[0].state == "stopped"
    assert current(home).query("SELECT count(*) FROM calls").item() == 1


def state(**changes):
    values = {
        "folder": "/data/inbox",
        "state": "waiting",
        "looked_at": AT,
        "next_at": AT.replace(hour=9),
        "last": Run(AT, 12.4, {"loaded": 2, "refused": 1}, 1500, 3),
        "files": {
            "13800138000.csv": Seen(
                (1, 1), "failed", AT, 2, Trouble("x.csv", "It is {how}.", "Mend it.", {"how": "broken"})
            ),
            "b.csv": Seen((1, 1), "failed", AT, 1, None),
            "c.csv": Seen((1, 1), "loaded", AT, 1, None),
        },
    }
    return Watched(**values | changes)


def test_what_a_page_says_of_a_folder():
    assert state_text(state(), "en") == [
        "Being watched · last look 2026-10-05 08:30 · next at 2026-10-05 09:30",
        "Last run 2026-10-05 08:30, 12 s: files: 2 loaded, 1 not loaded; 1,500 rows read, 3 rejected",
    ]
    away = state(state="stopped", next_at=None, last=None, trouble=Trouble("/data", "It is gone.", "Look."))
    assert state_text(away, "en") == [
        "Not being watched: “service-kpi watch” does not run · last look 2026-10-05 08:30",
        "/data: It is gone. Look.",
    ]
    assert failed_rows(state(), "en") == [
        ("138****8000.csv", "It is broken. Mend it.", "2026-10-05 08:30", "Waits to be seen"),
        ("b.csv", "", "2026-10-05 08:30", "Is tried once more"),
    ]


def test_the_page_shows_it_and_asks_for_another_try(home, inbox, monkeypatch, run):
    (inbox / "calls.csv").write_text("x,y\n1,2\n")
    for _ in range(2):
        assert run(inbox, home.path, "--once")[0] == 1
    test = opened(home, monkeypatch, "data", lang="en")
    page = shown(test)
    assert str(inbox) in page
    assert "no known source" in page
    assert "Waits to be seen" in page
    test.button(key="again_0").click().run()
    assert "as soon as" in shown(test)
    assert not test.exception
    assert run(inbox, home.path, "--once")[0] == 1  # it was tried again
