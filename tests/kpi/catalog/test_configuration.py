"""The examples in docs/configuration.md are right as they stand there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from etl.home import Home
from kpi.figures.figures import figures
from kpi.figures.view import open_view
from kpi.loading.load import load_files
from kpi.scope import Scope, parse_month
from kpi.sheets.goals import goal_sheet

TEXT = (Path(__file__).parents[3] / "docs" / "configuration.md").read_text(encoding="utf-8")
EXAMPLES = dict(
    part.split("\n", 1)
    for part in TEXT.partition("## Five examples")[2].partition("<!-- Written")[0].split("\n### ")[1:]
)
BLOCK = re.compile(r"^```\w+ (\S+)\n(.*?)^```$", re.M | re.S)
SAID = re.compile(r"^`(\w+)`: (\d+)(?: of (\d+))?(?:, target ([\d.]+))?$", re.M)


def test_there_are_five() -> None:
    assert len(EXAMPLES) == 5


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_says_what_stands_under_it(tmp_path: Path, name: str) -> None:
    home = Home(tmp_path / "home")
    home.create()
    for file, text in BLOCK.findall(EXAMPLES[name]):
        folder = home.path if file.startswith("config/") else tmp_path
        (folder / file).write_text(text, encoding="utf-8")
    report = load_files(home, sorted(tmp_path.glob("*.csv")))
    assert {one.status for one in report.files} == {"loaded"}
    assert not any(one.counts.rejected for one in report.files)
    view = open_view(home)
    assert not view.catalog.left_out
    ((key, numerator, denominator, target),) = SAID.findall(EXAMPLES[name])
    scope = Scope(parse_month("2026-10"))
    (figure,) = figures(view, scope, keys=[key])
    assert figure.numerator == float(numerator)
    assert figure.denominator == (float(denominator) if denominator else None)
    if target:
        assert figure.target == float(target)
    if "config/profiles.toml" in EXAMPLES[name]:
        assert key in [row.figure.indicator.key for row in goal_sheet(view, scope).rows]
