"""The sheets as a print-ready workbook: numbers stay numbers, gap and total stay formulas."""

from __future__ import annotations

import io
import re
from functools import cache

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from dashboard.export.excel_forms import FORMS
from dashboard.export.excel_page import NO_XML, Page, legal, print_set_up
from dashboard.words.form_labels import cover_headings, cover_line, cover_title, kind_of
from dashboard.words.translate import words
from kpi.figures.figure import Heading

# Named, not shipped: every Chinese Office has it, others put their own font in its place.
FONT = "Microsoft YaHei"
LONGEST_LINK = 255  # characters of what a link shows
COVER_WIDTHS = (6, 30, 18, 16, 16)


def workbook_bytes(sheets: tuple, lang: str, *, cover: Heading | None = None) -> bytes:
    """One worksheet per sheet; with a `cover`, a list of them comes first."""
    buffer, t = io.BytesIO(), words(lang)
    book = Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})

    @cache
    def style(**look: object) -> Format:
        return book.add_format({"font_name": FONT, "font_size": 10, "valign": "vcenter", **look})

    first = t("Contents")
    names = sheet_names([cover_line(sheet, lang)[:2] for sheet in sheets], taken=(first,) if cover else ())
    if cover is not None:
        _cover(Page(book, book.add_worksheet(first), style, t, lang), cover, sheets, names)
    for sheet, name in zip(sheets, names, strict=True):
        FORMS[kind_of(sheet)](Page(book, book.add_worksheet(name), style, t, lang), sheet)
    book.close()
    return buffer.getvalue()


def sheet_names(people: list[tuple[str, str]], taken: tuple[str, ...] = ()) -> list[str]:
    """A valid worksheet name for each (name, number): at most 31 characters, no two alike."""
    used, names = {name.casefold() for name in taken} | {"history"}, []
    for name, number in people:
        whole = NO_XML.sub("_", f"{name} {number}".strip())
        clean = re.sub(r"[\[\]:*?/\\\t\r\n]", "_", whole).strip("'") or "_"
        wanted, tries = _cut(clean, ""), 1
        while wanted.casefold() in used:
            tries += 1
            wanted = _cut(clean, f" ({tries})")
        used.add(wanted.casefold())
        names.append(wanted)
    return names


def _cut(text: str, suffix: str) -> str:
    """`text` cut to fit, with `suffix`, into the 31 UTF-16 units that Excel allows a sheet's name."""
    while len((text + suffix).encode("utf-16-le")) > 62:
        text = text[:-1]
    return text.rstrip(" '") + suffix


def _cover(page: Page, heading: Heading, sheets: tuple, names: list[str]) -> None:
    what = kind_of(sheets[0])
    title, whole = cover_title(what, heading, page.lang)
    headings = cover_headings(what, page.t)
    last = len(headings) - 1
    for column, width in enumerate(COVER_WIDTHS):
        page.paper.set_column(column, column, width)
    page.paper.set_row(0, 34)
    page.line(0, 0, last, title, bold=True, font_size=16, align="center")
    page.line(1, 0, last, whole, align="center")
    for column, text in enumerate(headings):
        page.text(2, column, text, bold=True, bg_color="#F2F2F2", align="center")
    link = page.style(border=1, font_color="#1F4E79", underline=1)
    for number, (sheet, name) in enumerate(zip(sheets, names, strict=True), start=1):
        row = number + 2
        shown, identity, *results = cover_line(sheet, page.lang)
        page.number(row, 0, number, "0")
        target = name.replace("'", "''")
        page.paper.write_url(row, 1, f"internal:'{target}'!A1", link, legal(shown)[:LONGEST_LINK])
        page.text(row, 2, identity, align="center")
        for column, result in enumerate(results, start=3):
            if isinstance(result, str):
                page.text(row, column, result, align="center")
            else:
                page.number(row, column, result, "0.0" if what == "appraisal" else "0")
    print_set_up(page, title, "", landscape=False, repeat=(0, 2))
