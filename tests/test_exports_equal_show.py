"""Workbook and PDF, read back, hold every value that `show --json` gives: the whole road on sample files."""

from __future__ import annotations

import io

import openpyxl
import pytest

from dashboard.commands.show import show_what
from dashboard.export import export
from dashboard.words.numbers import score_text, target_text, value_text
from etl.home import Home
from kpi.figures.subjects import find_subject
from kpi.figures.view import open_view, records_of
from kpi.loading.load import load_files
from kpi.records import SheetKey
from kpi.scope import Scope, parse_month
from sample_data import make
from tests.dashboard.export.reading import pages, squeezed

MONTH = "2026-10"
SUBJECTS = ({"agent": "1003"}, {"team": "热线一组"}, {})


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    files = tmp_path_factory.mktemp("sample")
    make(files, scale=0.1)
    home = Home(tmp_path_factory.mktemp("home"))
    home.create()
    # A tenth of a year's reviews and calls rates few parameters; let them make a total all the same.
    (home.config / "appraisal.toml").write_text("[scheme]\nminimum_coverage = 0.3\n", encoding="utf-8")
    report = load_files(home, [files])
    assert {file.status for file in report.files} == {"loaded"}
    records = records_of(home, create=True)
    sheet = SheetKey("goals", MONTH, "person", "1003")
    records.save(sheet, "csat", "cause", "新人较多", version=0, who="tester")
    records.save(sheet, "csat", "next_target", "0.915", version=0, who="tester")
    yield home
    records.close()


def shown(home, what, lang="zh", agent=None, team=None):
    return show_what(home, what, MONTH, team=team, agent=agent, lang=lang)[0]


def exported(home, what, fmt, lang="zh", **whose):
    view = open_view(home)
    return export(view, what, Scope(parse_month(MONTH), find_subject(view, **whose)), fmt, lang)[1]


def lines(book):
    """Every line of every worksheet, as the values that Excel shows without recalculating."""
    read = openpyxl.load_workbook(io.BytesIO(book), data_only=True)
    return [[cell for cell in line if cell is not None] for sheet in read for line in sheet.values]


def line_of(found, name):
    """The first line that names `name` in a cell of its own."""
    return next(line for line in found if name in line)


def check_numbers(line, *expected):
    numbers = [cell for cell in line if isinstance(cell, int | float)]
    for value in expected:
        if value is not None:
            assert any(number == pytest.approx(value, rel=1e-12) for number in numbers), (value, line)


@pytest.mark.parametrize("whose", SUBJECTS, ids=str)
def test_the_goal_workbook(home, whose):
    found = lines(exported(home, "goals", "xlsx", **whose))
    rows = shown(home, "goals", **whose)["rows"]
    assert sum(row["value"] is not None for row in rows) >= 5
    for row in rows:
        line = line_of(found, row["name"])
        check_numbers(line, *(row[key] for key in ("target", "value", "gap", "low", "high", "next_target")))
        assert row["cause"] == "" or row["cause"] in line


def test_the_appraisal_workbook(home):
    document = shown(home, "appraisal", agent="1003")
    found = lines(exported(home, "appraisal", "xlsx", agent="1003"))
    assert document["total"] is not None
    for one in document["parameters"]:
        check_numbers(line_of(found, one["name"]), one["weight"], one["raw"], one["n"], one["score"])
    assert any(
        cell == pytest.approx(document["total"])
        for line in found
        for cell in line
        if not isinstance(cell, str)
    )


@pytest.mark.parametrize("whose", SUBJECTS, ids=str)
def test_the_standards_workbook(home, whose):
    found = lines(exported(home, "standards", "xlsx", **whose))
    rows = shown(home, "standards", **whose)["rows"]
    assert len(rows) == 6
    for row in rows:
        check_numbers(
            line_of(found, row["specific"]), row["target"], row["value"], row["gap"], row["low"], row["high"]
        )


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("whose", SUBJECTS, ids=str)
def test_the_goal_pdf(home, whose, lang):
    text = "".join(pages(exported(home, "goals", "pdf", lang, **whose)))
    for row in shown(home, "goals", lang, **whose)["rows"]:
        for part in (row["name"], row["cause"], value_text(row["value"], row["unit"], lang)):
            assert squeezed(part) in text
        assert squeezed(target_text(row["target"], row["unit"], lang)) in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_appraisal_pdf(home, lang):
    document = shown(home, "appraisal", lang, agent="1003")
    text = "".join(pages(exported(home, "appraisal", "pdf", lang, agent="1003")))
    for one in document["parameters"]:
        assert squeezed(one["name"]) in text
        assert squeezed(score_text(one["score"], lang)) in text
    assert squeezed(score_text(document["total"], lang)) in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_standards_pdf(home, lang):
    text = "".join(pages(exported(home, "standards", "pdf", lang)))
    for row in shown(home, "standards", lang)["rows"]:
        for part in (row["vague"], row["specific"], value_text(row["value"], row["unit"], lang)):
            assert squeezed(part) in text
