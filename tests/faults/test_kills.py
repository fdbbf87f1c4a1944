"""Loads that are killed: nothing is ever lost.

`make soak` kills 500 of them, also one of a large file; `make faults` as many as it is told to.
"""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from etl.home import Home
from tests.faults.kills import Clean, attack, check, run_clean
from tests.faults.steps import make_steps

pytestmark = pytest.mark.process


def test_ten_killed_loads_lose_nothing(clean, tmp_path):
    found = attack(clean, 10, seed=1, folder=tmp_path)
    assert sum(count for (_, ended), count in found.items() if ended.startswith("killed")) == 10


@pytest.mark.soak
def test_five_hundred_killed_loads_lose_nothing(tmp_path):
    steps = make_steps(tmp_path / "files")
    found = attack(run_clean(tmp_path, steps), 500, seed=random.randrange(1 << 32), folder=tmp_path)
    assert sum(count for (_, ended), count in found.items() if ended.startswith("killed")) == 500
    assert {name for name, _ in found} == {step.name for step in steps}


def test_a_check_that_finds_something_says_what(clean, tmp_path):
    """What the kills are judged by does see rows that are missing."""
    before, after = (dict(state, calls=(1, 1)) for state in clean.states[1:3])
    home = Home(Path(shutil.copytree(clean.homes[1], tmp_path / "home")))
    for states, words in (((before, after), "neither before"), ((clean.states[1], after), "the next load")):
        spoilt = Clean(clean.steps, clean.homes, [None, *states], clean.seconds)
        with pytest.raises(AssertionError, match=f"{words}.*calls"):
            check(spoilt, 1, home)
