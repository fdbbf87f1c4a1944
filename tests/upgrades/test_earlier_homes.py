"""Homes of earlier programs open, and say what they said: one archive for every format there ever was.

`format_N.tar.xz` is a small home of the sample, made by the last program of that format: two closed months, agreed
sheets, corrections, entries of its own in config/. `expected.json` in it is what that program showed.
"""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dashboard.cli import app
from etl.home import Home
from etl.snapshots.formats import FORMAT

ARCHIVES = sorted(Path(__file__).parent.glob("format_*.tar.xz"))


@pytest.fixture(scope="module", params=ARCHIVES, ids=lambda path: path.name.split(".")[0])
def home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("earlier")
    with tarfile.open(request.param) as archive:
        archive.extractall(folder, filter="data")
    return Home(folder)


def expected(home: Home) -> dict[str, object]:
    return json.loads((home.path / "expected.json").read_text("utf-8"))


def shown(home: Home, command: str) -> object:
    arguments = [*command.split(), "--home", str(home.path), "--json", "--lang", "zh"]
    return json.loads(CliRunner().invoke(app, arguments, catch_exceptions=False).stdout)


def rounded(said: object) -> object:
    """What was said, with numbers to twelve digits: sums of the facts come in another order than those kept."""
    if isinstance(said, dict):
        return {name: rounded(one) for name, one in said.items()}
    if isinstance(said, list):
        return [rounded(one) for one in said]
    return float(f"{said:.12g}") if isinstance(said, float) else said


def test_the_format_of_today_has_its_home() -> None:
    assert str(FORMAT) in {path.name.split("_")[1].split(".")[0] for path in ARCHIVES}


@pytest.mark.parametrize("month", ["2026-08", "2026-09", "2026-10"])
def test_every_sheet_says_what_it_said(home: Home, month: str) -> None:
    asked = {command: said for command, said in expected(home).items() if month in command}
    assert len(asked) == 11
    for command, said in asked.items():
        assert rounded(shown(home, command)) == rounded(said), command


def test_two_months_are_closed_and_their_sheets_agreed(home: Home) -> None:
    for month in ("2026-08", "2026-09"):
        sheet = shown(home, f"show goals --month {month} --agent 1003")["sheet"]
        assert sheet["snapshot"] == {"2026-08": "000002", "2026-09": "000003"}[month]


def test_check_finds_nothing_wrong(home: Home) -> None:
    assert CliRunner().invoke(app, ["check", "--home", str(home.path)], catch_exceptions=False).exit_code == 0
