"""CSV read back: the same figures as numbers, text that no spreadsheet runs."""

from __future__ import annotations

import csv
import io

import pytest

from dashboard.export.csv_table import csv_bytes, inert
from tests.dashboard.export.sheets import (
    FIGURES,
    NASTY,
    appraisal_sheet,
    goal_sheet,
    headings,
    person,
    standards_sheet,
)


def lines(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+86 138", "'+86 138"),
        ("-x", "'-x"),
        ("@a", "'@a"),
        ("\tx", "'\tx"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),
        ("a=1", "a=1"),
        ("", ""),
        (-0.02, -0.02),
        (None, ""),
    ],
)
def test_only_text_that_would_run_is_neutralised(value, written):
    assert inert(value) == written


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_goal_rows_carry_the_form_and_plain_numbers(lang):
    sheets = (goal_sheet(), goal_sheet(person("0003", NASTY)))
    header, *rows = lines(csv_bytes(sheets, lang))
    first = header.index(headings(sheets[0], "pdf", lang)[0])
    assert tuple(header[first : first + 7]) == headings(sheets[0], "pdf", lang)
    assert len(rows) == 2 * len(FIGURES)
    for row, figure in zip(rows, FIGURES, strict=False):
        written = [float(text) if text else None for text in row[first + 1 : first + 4]]
        assert written == [figure.target, figure.value, figure.gap]
    assert rows[1][first + 4] == f"'{NASTY}"
    assert rows[-1][2:4] == [f"'{NASTY}", "0003"]


def test_appraisal_and_standards_rows():
    header, *rows = lines(csv_bytes((appraisal_sheet(),), "en"))
    assert len(rows) == 7
    assert float(rows[0][header.index("Score")]) == pytest.approx(66.6666666667)
    assert rows[2][header.index("Score")] == "Not enough data, not rated yet"
    assert float(rows[0][header.index("Total")]) == appraisal_sheet().total
    header, *rows = lines(csv_bytes((standards_sheet(),), "en"))
    assert [row[header.index("Rate")] for row in rows] == [
        str(1872 / 2013), "", "0.875", "0.92", str(40 / 48), "",
    ]  # fmt: skip
    assert [row[header.index("Not yet due")] for row in rows] == ["", "", "", "3", "5", "0"]
