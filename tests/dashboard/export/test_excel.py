"""Workbooks read back: numbers are numbers, formulas recalculate to what they show, nothing runs."""

from __future__ import annotations

import io
from dataclasses import replace

import openpyxl
import pytest

from dashboard.export.excel import sheet_names, workbook_bytes
from dashboard.words.goal_sheet import SUPPORT_NEEDED
from dashboard.words.translate import words
from kpi.scope import Subject
from kpi.sheets.values import Cell, Measure
from tests.dashboard.export.reading import cells, recalculated
from tests.dashboard.export.sheets import (
    FIGURES,
    LONG,
    MONTHS,
    NASTY,
    appraisal_sheet,
    goal_sheet,
    heading,
    headings,
    person,
    standards_sheet,
)

TEAM = Subject("team", "一组", "一组", "一组")


@pytest.fixture(params=["zh", "en"])
def lang(request) -> str:
    return request.param


def only(book: bytes, **how: bool) -> dict[str, object]:
    (sheet,) = cells(book, **how).values()
    return sheet


def test_goal_form_has_the_seven_columns_first(lang):
    sheet = goal_sheet()
    got = only(workbook_bytes((sheet,), lang))
    assert tuple(got[f"{column}3"] for column in "ABCDEFG") == headings(sheet, "pdf", lang)
    assert got["H3"] is None  # the second block stands apart


def test_goal_figures_are_numbers_with_their_units(lang):
    book = workbook_bytes((goal_sheet(),), lang)
    got = only(book)
    for row, figure in enumerate(FIGURES, start=4):
        assert got[f"B{row}"] == figure.target
        assert got[f"C{row}"] == (words(lang)("No data") if figure.value is None else figure.value)
        assert got[f"D{row}"] == figure.gap
        assert (got[f"I{row}"], got[f"J{row}"], got[f"K{row}"]) == (figure.base, figure.low, figure.high)
    sheet = openpyxl.load_workbook(io.BytesIO(book)).active
    assert sheet["C4"].number_format == "0.0%"
    assert sheet["C6"].number_format.startswith("#,##0.0 ") or '"' in sheet["C6"].number_format
    assert sheet["C8"].number_format == "#,##0"
    assert sheet["C11"].number_format == "0.00%"  # 0.99996 must not read as 100 %


def test_targets_typed_as_numbers_stay_numbers_and_other_text_stays_text(lang):
    got = only(workbook_bytes((goal_sheet(),), lang))
    assert got["F4"] == 0.95
    assert got["F5"] == "70%"
    assert got["F10"] == "看情况"
    assert got["F6"] in (None, "")


def test_gap_recalculates_to_its_cached_value(tmp_path):
    book = workbook_bytes((goal_sheet(),), "zh")
    shown, again = only(book), recalculated(book, tmp_path / "goals.xlsx")
    for row, figure in enumerate(FIGURES, start=4):
        if figure.gap is None:
            assert again[f"D{row}"] == ""
            assert shown[f"D{row}"] is None
        else:
            assert again[f"D{row}"] == pytest.approx(shown[f"D{row}"], abs=1e-15)


def test_gap_follows_a_target_typed_into_the_workbook(tmp_path):
    book = workbook_bytes((goal_sheet(),), "zh")
    again = recalculated(book, tmp_path / "goals.xlsx", {"B4": 0.9, "B8": 2000, "B7": None, "B9": 0.5})
    assert again["D4"] == pytest.approx(1872 / 2013 - 0.9)
    assert again["D8"] == 13
    assert again["D7"] == ""
    assert again["D9"] == ""  # no data stays without a gap, whatever the target


def test_appraisal_total_recalculates_to_its_cached_value(tmp_path):
    sheet = appraisal_sheet()
    book = workbook_bytes((sheet,), "zh")
    shown, again = only(book), recalculated(book, tmp_path / "appraisal.xlsx")
    assert shown["G11"] == sheet.total
    assert again["G11"] == pytest.approx(sheet.total, abs=1e-12)
    assert again["C11"] == shown["C11"] == 100


def test_appraisal_total_follows_scores_and_weights(tmp_path):
    book = workbook_bytes((appraisal_sheet(),), "zh")
    again = recalculated(book, tmp_path / "appraisal.xlsx", {"G4": 0, "C5": 30, "G6": 50})
    # 20 × 0 + 30 × 75 + 20 × 50 + 10 × 88.235… + 10 × 100 + 10 × 100, over 100 rated of 110
    assert again["G11"] == pytest.approx((2250 + 1000 + 10 * 150 / 1.7 + 1000 + 1000) / 100)


def test_appraisal_without_evidence_has_seven_sentences_and_no_total(lang):
    got, t = only(workbook_bytes((appraisal_sheet(rated=False),), lang)), words(lang)
    assert [got[f"G{row}"] for row in range(4, 11)] == [t("Not enough data, not rated yet")] * 7
    assert got["G11"] == t("Not enough data, no total")


def test_appraisal_says_what_is_judged_and_asks_for_opinion_and_signature(lang):
    sheet, t = appraisal_sheet(), words(lang)
    got = only(workbook_bytes((sheet,), lang))
    for row, score in enumerate(sheet.scores, start=4):
        assert got[f"B{row}"] == score.parameter.name[lang]
        assert got[f"C{row}"] == score.parameter.weight
        assert (got[f"E{row}"], got[f"F{row}"]) == (score.raw, score.base)
    text = "\n".join(str(value) for value in got.values())
    for sentence in ("Read", "I agree", "Objection (please explain)", "Signature of the person"):
        assert t(sentence) in text
    assert "published appraisal rules" in text or "考核办法" in text


def test_standards_hold_rates_limits_and_trend(lang):
    sheet = standards_sheet()
    got = only(workbook_bytes((sheet,), lang))
    for row, entry in enumerate(sheet.rows, start=4):
        assert got[f"B{row}"] == entry.standard.vague[lang]
        assert got[f"C{row}"] == entry.standard.specific[lang]
        assert (got[f"D{row}"], got[f"F{row}"]) == (entry.figure.target, entry.figure.gap)
    first = sheet.items[0]
    row = next(int(cell[1:]) for cell, value in got.items() if value == first.item.name[lang])
    assert (got[f"E{row}"], got[f"F{row}"], got[f"G{row}"]) == (first.response.figure.value, 50, 3)
    assert (got[f"I{row}"], got[f"J{row}"], got[f"K{row}"]) == (first.resolution.figure.value, 48, 5)
    trend = row + 4
    assert [got[f"D{trend + n}"] for n in range(len(MONTHS))] == [
        figure.value for figure in sheet.rows[0].trend
    ]


def test_text_is_never_a_formula_or_a_link():
    subjects = (person("=1+1", NASTY), person("@x", "https://example.invalid"))
    book = workbook_bytes(tuple(goal_sheet(one) for one in subjects), "zh", cover=heading(TEAM))
    read = openpyxl.load_workbook(io.BytesIO(book))
    for sheet in read.worksheets[1:]:
        formulas = [cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
        assert len(formulas) == len(FIGURES)
        assert all(formula.startswith("=IF(AND(ISNUMBER(") for formula in formulas)
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert read.worksheets[1]["E5"].value == NASTY
    links = [cell.hyperlink for row in read.worksheets[0].iter_rows() for cell in row if cell.hyperlink]
    assert [link.target for link in links] == [None, None]  # inside the workbook only


def test_cover_lists_every_sheet_and_leads_to_it(lang):
    subjects = (TEAM, person(), person("0003", NASTY), person("4", "测试员工02"))
    book = workbook_bytes(tuple(goal_sheet(one) for one in subjects), lang, cover=heading(TEAM))
    read = openpyxl.load_workbook(io.BytesIO(book))
    cover = read.worksheets[0]
    assert [cover[f"B{row}"].value for row in range(4, 8)] == ["一组", "测试员工02", NASTY, "测试员工02"]
    assert [cover[f"C{row}"].value or "" for row in range(4, 8)] == ["", "1002", "0003", "4"]
    assert [cover[f"D{row}"].value for row in range(4, 8)] == [2, 2, 2, 2]
    links = [cover[f"B{row}"].hyperlink.location for row in range(4, 8)]
    targets = [link.rpartition("!")[0].strip("'").replace("''", "'") for link in links]
    assert targets == read.sheetnames[1:]


def test_cover_of_appraisals_shows_total_and_grade():
    sheets = (appraisal_sheet(), appraisal_sheet(person("7", "测试员工07"), rated=False))
    cover = cells(workbook_bytes(sheets, "zh", cover=heading(TEAM)))
    first = next(iter(cover.values()))
    assert (first["D4"], first["E4"]) == (sheets[0].total, "B")
    assert (first["D5"], first["E5"]) == (None, None)


@pytest.mark.parametrize(
    ("people", "names"),
    [
        ([("a/b:c*[d]?\\e", "1")], ["a_b_c__d___e 1"]),
        ([("同名", ""), ("同名", ""), ("同名", "")], ["同名", "同名 (2)", "同名 (3)"]),
        ([("Abc", ""), ("aBC", "")], ["Abc", "aBC (2)"]),
        ([("x" * 40, "")], ["x" * 31]),
        ([("x" * 40, ""), ("x" * 41, "")], ["x" * 31, "x" * 27 + " (2)"]),
        ([("𰻝" * 20, "")], ["𰻝" * 15]),
        ([("'quoted'", "")], ["quoted"]),
        ([("History", "")], ["History (2)"]),
        ([("", "")], ["_"]),
        ([("目录", "")], ["目录 (2)"]),
    ],
)
def test_worksheet_names_are_valid_and_unique(people, names):
    assert sheet_names(people, taken=("目录",)) == names


def test_paper_is_set_up_for_printing():
    for sheet, orientation in ((goal_sheet(), "landscape"), (appraisal_sheet(), "portrait")):
        paper = openpyxl.load_workbook(io.BytesIO(workbook_bytes((sheet,), "zh"))).active
        assert int(paper.page_setup.paperSize) == 9  # A4
        assert paper.page_setup.orientation == orientation
        assert paper.sheet_properties.pageSetUpPr.fitToPage
        assert (paper.page_setup.fitToWidth or 1, paper.page_setup.fitToHeight) == (1, 0)
        assert paper.print_title_rows == "$1:$3"
        assert "&P" in paper.oddFooter.right.text


def test_long_text_gets_a_tall_row_and_overlong_text_is_cut():
    read = openpyxl.load_workbook(io.BytesIO(workbook_bytes((goal_sheet(),), "zh"))).active
    assert read["E4"].value == LONG
    assert read.row_dimensions[4].height > 3 * read.row_dimensions[6].height
    huge = goal_sheet(person("1", "很长" * 20_000))
    assert len(only(workbook_bytes((huge,), "zh"))["A2"]) == 32_767


@pytest.mark.parametrize("length", [2_000, 4_000])
def test_a_cause_too_long_for_a_row_stands_in_full_below_the_form(length):
    words_of_it = "".join(f"第{n}句：高峰时段坐席不足，排队变长。" for n in range(length))[:length]
    sheet = goal_sheet()
    rows = (replace(sheet.rows[0], cause=Cell(words_of_it, 1)), *sheet.rows[1:])
    read = openpyxl.load_workbook(io.BytesIO(workbook_bytes((replace(sheet, rows=rows),), "zh"))).active
    assert read["E4"].value.endswith("……（全文见表下）")
    assert read["E4"].value.removesuffix("……（全文见表下）") == words_of_it[: len(read["E4"].value) - 9]
    below = [cell.value for cell in read["A"] if cell.row > 3 + len(rows) and cell.value]
    whole = "".join(below)
    assert words_of_it in whole
    assert whole.count(f"造成重要差距的原因：{words_of_it[:20]}") == 1
    heights = [read.row_dimensions[cell.row].height for cell in read["A"] if cell.value]
    assert max(filter(None, heights)) <= 409
    # The form is 110 characters wide, of which a Chinese one takes two: no row is too low for its text.
    for cell in read["A"]:
        if cell.row > 3 + len(rows) and cell.value and words_of_it[-40:-20] in cell.value:
            wide = sum(2 if ord(letter) > 255 else 1 for letter in cell.value)
            assert read.row_dimensions[cell.row].height >= 14.5 * wide / 110


def test_what_is_needed_from_above_stands_in_a_line_below_the_seven_columns(lang):
    label = words(lang)(SUPPORT_NEEDED)
    asked = Measure("", "2026-10", text=Cell("加一条专家线", 1), owner=Cell("王经理", 1))
    sheet = replace(goal_sheet(), support=asked)
    got = only(workbook_bytes((sheet,), lang))
    row = 4 + len(sheet.rows)
    assert got[f"A{row}"].startswith(label)
    assert "加一条专家线" in got[f"A{row}"]
    assert "王经理" in got[f"A{row}"]
    assert only(workbook_bytes((goal_sheet(),), lang))[f"A{row}"] == label + words(lang)(": ")


def test_sheet_without_rows_or_data_still_exports(lang):
    empty = goal_sheet(empty=True)
    got = only(workbook_bytes((empty,), lang))
    assert got["C4"] == words(lang)("No data")
    assert (got["B4"], got["D4"], got["I4"]) == (None, None, 0)


def test_a_control_character_in_a_name_leaves_the_workbook_readable():
    bad = "甲\x1b[31m\x00\uffff乙"
    book = workbook_bytes((goal_sheet(person("1\x0b", bad)),), "zh", cover=heading(TEAM))
    read = openpyxl.load_workbook(io.BytesIO(book))
    assert read.worksheets[0]["B4"].value == "甲\ufffd[31m\ufffd\ufffd乙"
    assert read.sheetnames[1] == "甲__31m__乙 1"
