"""PDFs read back: every value stands in the text, typed text is inert, missing glyphs are said."""

from __future__ import annotations

import io
from dataclasses import replace

import pypdf
import pytest

from dashboard.export.glyphs import INSTEAD
from dashboard.export.pdf import pdf_bytes
from dashboard.words.form_labels import agreed_text, header_fields
from dashboard.words.goal_sheet import SUPPORT_NEEDED
from dashboard.words.numbers import base_text, gap_text, value_text
from dashboard.words.translate import words
from dashboard.words.verdicts import judgement_text
from kpi.scope import Subject
from kpi.sheets.values import Cell, Measure
from tests.dashboard.export.reading import pages, squeezed
from tests.dashboard.export.sheets import (
    LONG,
    NASTY,
    appraisal_sheet,
    goal_sheet,
    heading,
    headings,
    person,
    standards_sheet,
)

A4_MM = (210, 297)


@pytest.fixture(params=["zh", "en"])
def lang(request) -> str:
    return request.param


def text_of(document: bytes) -> str:
    return "".join(pages(document))


def check_holds(text: str, *expected: str) -> None:
    for part in expected:
        assert squeezed(part) in text, part


def test_goal_form_prints_every_value(lang):
    sheet = goal_sheet()
    text = text_of(pdf_bytes((sheet,), lang))
    check_holds(text, *headings(sheet, "pdf", lang))
    check_holds(text, *(value for pair in header_fields(sheet, lang) for value in pair))
    for row in sheet.rows:
        figure, unit = row.figure, row.figure.indicator.unit
        check_holds(text, figure.indicator.name[lang], value_text(figure.value, unit, lang))
        check_holds(text, agreed_text(figure.target, unit, lang))
        if figure.value is not None:
            check_holds(text, base_text(figure, lang))
        if figure.gap is not None:
            check_holds(text, gap_text(figure, lang), judgement_text(row, lang))
    check_holds(text, LONG, NASTY, "70%", "看情况", "+主动邀评", '#panic("x") $x$')


def test_what_is_needed_from_above_stands_in_a_line_below_the_seven_columns(lang):
    label, asked = words(lang)(SUPPORT_NEEDED), Measure("", "2026-10", text=Cell("加一条专家线 #x $y$", 1))
    text = text_of(pdf_bytes((replace(goal_sheet(), support=asked),), lang))
    check_holds(text, label, "加一条专家线 #x $y$")
    assert text.index(squeezed(label)) > text.index(
        squeezed(goal_sheet().rows[-1].figure.indicator.name[lang])
    )
    check_holds(text_of(pdf_bytes((goal_sheet(),), lang)), label)


def test_appraisal_prints_scores_total_opinions_and_foot(lang):
    sheet, t = appraisal_sheet(), words(lang)
    text = text_of(pdf_bytes((sheet,), lang))
    for score in sheet.scores:
        check_holds(text, score.parameter.name[lang], f"{score.parameter.weight:g}")
        check_holds(
            text, t("Not enough data, not rated yet") if score.score is None else f"{score.score:.1f}"
        )
    check_holds(
        text, "81.7", NASTY, t("Read"), t("I agree"), t("Objection (please explain)"), t("Reviewed by")
    )
    foot = "This form is calculated by the published appraisal rules; "
    foot += "it takes effect once a person has reviewed and confirmed the result."
    check_holds(text, t(foot))


def test_appraisal_without_evidence_has_no_total(lang):
    text, t = text_of(pdf_bytes((appraisal_sheet(rated=False),), lang)), words(lang)
    assert text.count(squeezed(t("Not enough data, not rated yet"))) == 7
    check_holds(text, t("Not enough data, no total"))


def test_standards_print_both_tables(lang):
    sheet = standards_sheet()
    text = text_of(pdf_bytes((sheet,), lang))
    for row in sheet.rows:
        check_holds(text, row.standard.vague[lang], row.standard.specific[lang])
        check_holds(text, value_text(row.figure.value, "share", lang))
    for item in sheet.items:
        check_holds(text, item.item.name[lang], item.item.category[lang])
    check_holds(text, "83.3%", words(lang)("none"))


def test_paper_is_a4_and_pages_are_numbered(lang):
    for sheet, size in ((goal_sheet(), A4_MM[::-1]), (appraisal_sheet(), A4_MM)):
        document = pdf_bytes((sheet,), lang)
        box = pypdf.PdfReader(io.BytesIO(document)).pages[0].mediabox
        assert (round(float(box.width) * 25.4 / 72), round(float(box.height) * 25.4 / 72)) == size
        found = pages(document)
        wanted = words(lang)("Page {page} of {pages}").format(page=1, pages=len(found))
        check_holds(found[0], wanted)


def test_goal_form_of_ten_rows_fits_one_page(lang):
    sheet = goal_sheet()
    sheet = replace(sheet, rows=(*sheet.rows, *sheet.rows[:2]))
    rows = tuple(
        replace(row, cause=Cell("排队时间变长", 1), measures=Cell("调整班表", 1)) for row in sheet.rows
    )
    assert len(pages(pdf_bytes((replace(sheet, rows=rows),), lang))) == 1


def test_only_the_shipped_font_is_embedded():
    reader = pypdf.PdfReader(io.BytesIO(pdf_bytes((goal_sheet(),), "zh")))
    fonts = {font["/BaseFont"] for page in reader.pages for font in (
        entry.get_object() for entry in page["/Resources"]["/Font"].values())}  # fmt: skip
    assert fonts
    assert all("NotoSansSC" in font for font in fonts)


def test_characters_without_a_glyph_are_named_on_their_sheet_only():
    strange, plain = goal_sheet(person("1", "张😀")), appraisal_sheet(person("2", "测试员工02"))
    found = text_of(pdf_bytes((strange,), "en"))
    check_holds(found, f"张{INSTEAD}", "U+1F600")
    assert "U+1F600" not in text_of(pdf_bytes((plain,), "en"))


def test_cover_lists_names_results_and_pages(lang):
    team = Subject("team", "一组", "一组", "一组")
    sheets = tuple(goal_sheet(one, empty=True) for one in (team, person(), person("0003", NASTY)))
    document = pdf_bytes(sheets, lang, cover=heading(team))
    cover, *forms = pages(document)
    assert len(forms) == 3
    for number, sheet in enumerate(sheets):
        check_holds(forms[number], sheet.heading.subject.id)
        check_holds(cover, sheet.heading.subject.name)
    reader = pypdf.PdfReader(io.BytesIO(document))
    links = [note.get_object() for note in reader.pages[0]["/Annots"]]
    assert len(links) == 3


def test_cover_of_appraisals_shows_totals():
    sheets = (appraisal_sheet(), appraisal_sheet(person("7", "测试员工07"), rated=False))
    cover = pages(pdf_bytes(sheets, "zh", cover=heading(Subject())))[0]
    check_holds(cover, "测试员工02", "81.7", "B", "测试员工07", "–")


def test_long_text_runs_over_pages_without_loss():
    sheet = goal_sheet()
    essay = "".join(f"第{n}段说明。" for n in range(1200))
    rows = (replace(sheet.rows[0], measures=Cell(essay, 1)), *sheet.rows[1:])
    found = pages(pdf_bytes((replace(sheet, rows=rows),), "zh"))
    assert len(found) > 2
    for n in (0, 600, 1199):
        assert any(f"第{n}段说明" in page for page in found)
