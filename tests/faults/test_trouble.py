"""Loads that find no room, that meet each other, that are looked at: nothing is ever lost."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from etl.home import Home
from etl.snapshots.snapshot import building, current
from kpi.loading.load import load_files
from tests.faults.kills import FORKED, said, start
from tests.faults.states import differing, left_over, served, state_of

pytestmark = pytest.mark.process


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_load_that_finds_no_room_changes_nothing_and_says_so(clean, tmp_path, share):
    home = Home(Path(shutil.copytree(clean.homes[1], tmp_path / "home")))
    size = max(path.stat().st_size for path in Home(clean.homes[2]).snapshots.glob("*.duckdb"))
    process = start(home, clean.steps[1].paths, largest=int(size * share))
    process.join()
    assert process.exitcode == 1
    assert "cannot be written" in said(home), said(home)
    assert not differing(served(home), clean.states[1])
    assert not left_over(home)
    load_files(home, clean.steps[1].paths)
    assert not differing(served(home), clean.states[2])


def test_the_second_of_two_loads_is_told_of_the_first(clean, tmp_path):
    home = Home(Path(shutil.copytree(clean.homes[1], tmp_path / "home")))
    with building(home):
        process = start(home, clean.steps[1].paths)
        process.join()
        assert process.exitcode == 1
        assert "Another load is running." in json.loads(said(home))["error"]["what"]
        assert not differing(served(home), clean.states[1])


def test_a_reader_sees_whole_snapshots_only(clean, tmp_path):
    home = Home(Path(shutil.copytree(clean.homes[1], tmp_path / "home")))
    here, there = FORKED.Pipe()
    reader = FORKED.Process(target=_read, args=(home.path, there))
    reader.start()
    try:
        assert not differing(here.recv(), clean.states[1])
        for number in (1, 2):
            load_files(home, clean.steps[number].paths)
        here.send("enough")
        seen = here.recv()
    finally:
        reader.kill()
        reader.join()
    assert not differing(seen[-1], clean.states[3])
    for state in seen:
        assert any(not differing(state, known) for known in clean.states[1:4])


def _read(home: Path, there: object) -> None:
    """Look into a home again and again, as a dashboard does, and send every state that was met."""
    seen = [state_of(current(Home(home)))]
    there.send(seen[0])
    while not there.poll():
        seen.append(state_of(current(Home(home))))
    there.send([*seen, state_of(current(Home(home)))])
