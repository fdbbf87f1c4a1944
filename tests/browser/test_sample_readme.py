"""The README beside the sample, line by line, against what `service-kpi demo` made of its files."""

from __future__ import annotations

import re

import polars as pl
import pytest

from etl.home import Home
from kpi.figures.figures import rows_behind
from kpi.figures.subjects import find_subject
from kpi.figures.view import View, months, open_view
from kpi.scope import Scope, parse_month

# What the README says became of rows, and where the report of a load counts them.
REPORTED = {
    "rejected": "rejected",
    "ignored": "ignored",
    "counted as duplicates": "duplicate",
    "the last row wins, counted as updated": "updated",
}

# What else it says, and the rows that show it: (an indicator for everyone, or a table of the snapshot; condition).
SHOWN = {
    "counted for everyone, unassigned": [("handled", "team IS NULL AND agent_id IS NULL")],
    "counted for everyone, in no team": [("handled", "team IS NULL AND agent_id = '9999'")],
    "loaded without the value, counted by an audit": [
        ("calls", "answered AND talk_s IS NULL"),
        ("audit_rows", "audit = 'negative_duration'"),
    ],
    "the agent is taken from the call": [
        ("looked_up", "contract = 'qa_reviews' AND \"column\" = 'agent_id'"),
        (
            "qa_reviews",
            "review_id IN (SELECT key FROM looked_up) AND agent_id IN (SELECT agent_id FROM agents)",
        ),
    ],
    "no limit, outside the rates of limits kept": [("tickets", "item = '机房装修'")],
    "read as the same number": [],  # a fact does not say how its number was written; the files are counted elsewhere
}

# And what no row may be.
NOWHERE = [
    ("response_in_limit", "item = '机房装修'"),
    ("resolution_in_limit", "item = '机房装修'"),
    ("surveys", "agent_id NOT IN (SELECT agent_id FROM agents)"),
]


@pytest.fixture(scope="module")
def view(demo: Home) -> View:
    return open_view(demo)


@pytest.fixture(scope="module")
def readme(demo: Home) -> str:
    return (demo.path / "README.md").read_text("utf-8")


def defects(readme: str) -> list[tuple[str, int, str]]:
    """(file, rows, handling) of each."""
    lines = re.findall(r"^\| (\S+) \| (\d+) (?:\|[^|\n]+){3}\| ([^|\n]+) \|$", readme, re.MULTILINE)
    return [(file, int(rows), handling) for file, rows, handling in lines]


def reported(view: View) -> dict[str, dict[str, int]]:
    """What a load counted, by file; of a file that feeds two tables both have to say the same."""
    found = view.query(
        f"SELECT DISTINCT name, rows_read, {', '.join(REPORTED.values())} FROM files"
    ).to_dicts()
    assert len({row["name"] for row in found}) == len(found)
    return {row.pop("name"): row for row in found}


def shown(view: View, name: str, condition: str) -> dict[str, int]:
    """How many rows of an indicator or a table fulfil the condition, by file."""
    if name in view.catalog.indicators:
        scopes = [Scope(parse_month(month), find_subject(view)) for month in months(view)]
        rows = pl.concat(rows_behind(view, name, scope, only=condition).select("file") for scope in scopes)
    else:
        files = "(SELECT DISTINCT file_id, name AS file FROM files)"
        rows = view.query(f"SELECT file FROM {name} JOIN {files} USING (file_id) WHERE {condition}")
    return dict(rows.group_by("file").len().rows())


def test_every_file_has_as_many_rows_as_the_readme_says(readme: str, view: View) -> None:
    rows = {file: int(count) for file, count in re.findall(r"^\| (\S+) \| (\d+) \|$", readme, re.MULTILINE)}
    assert {file: counts["rows_read"] for file, counts in reported(view).items()} == rows


def test_the_load_counted_what_the_readme_says_and_nothing_else(readme: str, view: View) -> None:
    found = reported(view)
    expected = {file: dict.fromkeys(REPORTED.values(), 0) for file in found}
    for file, rows, handling in defects(readme):
        if handling in REPORTED:
            expected[file][REPORTED[handling]] += rows
    assert {
        file: {name: counts[name] for name in expected[file]} for file, counts in found.items()
    } == expected


def test_the_rows_that_were_loaded_are_what_the_readme_says(readme: str, view: View) -> None:
    told = {handling: {file: rows} for file, rows, handling in defects(readme) if handling not in REPORTED}
    assert set(told) == set(SHOWN)
    for handling, where in SHOWN.items():
        assert [shown(view, *one) for one in where] == [told[handling]] * len(where), handling
    assert [shown(view, *one) for one in NOWHERE] == [{}] * len(NOWHERE)
