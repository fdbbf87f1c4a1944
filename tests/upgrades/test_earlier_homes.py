"""Homes of earlier programs open, and say what they said: one archive for every format there ever was.

`format_N.tar.xz` is a small home of the sample, made by the last program of that format: two closed months, agreed
sheets, corrections, entries of its own in config/. `expected.json` in it is what that program showed.
"""

from __future__ import annotations

import json
import math
import tarfile
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from dashboard.cli import app
from etl.home import Home
from etl.snapshots.formats import FORMAT, lacking

ARCHIVES = sorted(Path(__file__).parent.glob("format_*.tar.xz"))


@pytest.fixture(scope="module", params=ARCHIVES, ids=lambda path: path.name.split(".")[0])
def home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("earlier")
    with tarfile.open(request.param) as archive:
        archive.extractall(folder, filter="data")
    return Home(folder)


# What later programs say of a figure besides: nothing that an earlier one said may be missing or other.
SAID_SINCE = {
    "reason",
    "attention",
    "back_test",
    "bounds",
    "lacking",
    "target_so_far",
    "pace",
    "days_counted",
}
ADDED = {  # names that stood elsewhere before: only where an earlier answer lacks them they are new
    *("department", "team", "post", "support", "support_carried"),
    *("suggestion", "month_before", "team_value"),
}
# What may come next month is no figure of the month: a chance that did not hold is no longer printed.
FORECAST = {"chance", "proposal"}
SAID_OTHERWISE = {
    # Of calls offered neither more nor fewer are better, whatever an earlier program said.
    "offered": {"better"},
    # A shift of which only the way in is missing is no shift that was not late.
    "lateness": {"coverage"},
    # Unknown ringing, or nobody known who answered, was called too late; now it is a row that is missing.
    "colleague_pickup": {"denominator", "value", "low", "high", "coverage"},
    # Three have names in Chinese that say of what they are.
    **{key: {"name"} for key in ("attention_5s", "name_given", "reopened")},
    # In the month that the reviews begin in a person lacks the days of the own team, not those of everyone.
    "2026-06": {"partial"},
}


def expected(home: Home) -> dict[str, object]:
    return comparable(json.loads((home.path / "expected.json").read_text("utf-8")))


def shown(home: Home, command: str) -> object:
    arguments = [*command.split(), "--home", str(home.path), "--json", "--lang", "zh"]
    return comparable(json.loads(CliRunner().invoke(app, arguments, catch_exceptions=False).stdout))


def comparable(said: object) -> object:
    """Without what is said besides; of a number twelve digits, as a sum of minutes ends by the order of its rows."""
    if isinstance(said, list):
        return [comparable(one) for one in said]
    if isinstance(said, dict):
        other = SAID_SINCE | FORECAST | SAID_OTHERWISE.get(str(said.get("key", said.get("month"))), set())
        return {key: comparable(one) for key, one in said.items() if key not in other}
    return float(f"{said:.12g}") if isinstance(said, float) else said


def differences(now: object, then: object, place: str = "") -> list[str]:
    """Where an answer differs from an earlier one: not by the order of a sum, nor by indicators that came since."""
    if isinstance(now, dict) and isinstance(then, dict) and now.keys() - ADDED == then.keys() - ADDED:
        return [one for name in then for one in differences(now[name], then[name], f"{place}.{name}")]
    if isinstance(now, list) and isinstance(then, list):
        keys = [row.get("key") for row in then if isinstance(row, dict)]
        kept = [row for row in now if not place and isinstance(row, dict) and row.get("key") in keys] or now
        pairs = enumerate(zip(kept, then, strict=False))
        longer = [] if len(kept) == len(then) else [f"{place}: {len(kept)} instead of {len(then)}"]
        return longer + [one for n, (a, b) in pairs for one in differences(a, b, f"{place}[{n}]")]
    alike = isinstance(now, float) and isinstance(then, float) and math.isclose(now, then, rel_tol=1e-9)
    return [] if alike or now == then else [f"{place}: {now} instead of {then}"]


def test_the_format_of_today_has_its_home_and_no_column_that_it_lacks(tmp_path: Path) -> None:
    """A column that facts get later needs a new format, or published files would lack it."""
    with tarfile.open(Path(__file__).parent / f"format_{FORMAT}.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    for path in tmp_path.rglob("*.duckdb"):
        with duckdb.connect(str(path), read_only=True) as con:
            assert lacking(con) == set()


@pytest.mark.parametrize("month", ["2026-08", "2026-09", "2026-10"])
def test_every_sheet_says_what_it_said(home: Home, month: str) -> None:
    asked = {command: said for command, said in expected(home).items() if month in command}
    assert len(asked) == 11
    for command, said in asked.items():
        assert differences(shown(home, command), said) == [], command


def test_two_months_are_closed_and_their_sheets_agreed(home: Home) -> None:
    for month in ("2026-08", "2026-09"):
        sheet = shown(home, f"show goals --month {month} --agent 1003")["sheet"]
        assert sheet["snapshot"] == {"2026-08": "000002", "2026-09": "000003"}[month]


def test_check_finds_nothing_wrong(home: Home) -> None:
    assert CliRunner().invoke(app, ["check", "--home", str(home.path)], catch_exceptions=False).exit_code == 0
