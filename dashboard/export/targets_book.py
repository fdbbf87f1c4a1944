"""The targets of a team as a workbook to edit: what was reached beside what comes next, a row a person.

Excel changes the visible sheet only; which cell is whose, and at which version it was, stands in a hidden
column, a hidden row and a hidden sheet, so that `targets_read_back` finds each cell again after sorting.
"""

from __future__ import annotations

import io
from functools import cache

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from dashboard.export.excel import FONT, sheet_names
from dashboard.export.excel_page import Page, picture, print_set_up, target_picture
from dashboard.words.form_labels import subject_text, typed_number
from dashboard.words.numbers import month_text
from dashboard.words.translate import in_words, words
from kpi.catalog.definitions import Indicator
from kpi.figures.figure import Figure
from kpi.records import SheetKey
from kpi.sheets.team_targets import TargetLine, TargetTable
from kpi.sheets.values import Cell
from kpi.units import UNITS

MARK = "service-kpi:targets"  # heads the hidden column of the visible sheet, and the hidden sheet
HIDDEN = "service-kpi"  # the name of the sheet of marks
KEYS = 2  # the hidden row of indicators; the two rows of headings follow
FIRST = KEYS + 3  # the first row of a subject
WHO, NAMES = 0, (1, 2)  # columns: the hidden one, number and name
AT = 3  # where the indicators begin: last target, last actual, next target of each
EACH = 3
GREY, EDITED = "#F2F2F2", "#FFFBE6"


def mark_of(sheet: SheetKey) -> str:
    """The hidden column's text that names a line's subject."""
    return f"{sheet.subject_kind}:{sheet.subject_key}"


def targets_workbook(table: TargetTable, lang: str) -> bytes:
    """The workbook of `table`; locked targets and indicators of others are grey and cannot be typed over."""
    buffer, t = io.BytesIO(), words(lang)
    book = Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})

    @cache
    def style(**look: object) -> Format:
        return book.add_format({"font_name": FONT, "font_size": 10, "valign": "vcenter", **look})

    subject = table.unit.subject
    title = sheet_names([(subject_text(subject, lang), table.period.month)], taken=(HIDDEN,))[0]
    page = Page(book, book.add_worksheet(title), style, t, lang)
    columns = _columns(table)
    _headings(page, table, columns)
    for row, line in enumerate(table.lines, start=FIRST):
        _line(page, row, line, columns)
    for place, indicator in enumerate(columns):
        _validate(page, AT + EACH * place + 2, indicator, FIRST + len(table.lines) - 1)
    page.paper.protect("", {"format_columns": True, "format_rows": True})
    print_set_up(
        page, t("Targets of a team"), subject_text(subject, lang), landscape=True, repeat=(0, FIRST - 1)
    )
    _hidden(book, table)
    book.close()
    return buffer.getvalue()


def _columns(table: TargetTable) -> list[Indicator]:
    """Every indicator that a line has, those of people first: each becomes a column."""
    lines = (*table.people, table.unit)
    return list({f.indicator.key: f.indicator for line in lines for f in line.figures}.values())


def _headings(page: Page, table: TargetTable, columns: list[Indicator]) -> None:
    paper, t, lang = page.paper, page.t, page.lang
    paper.set_column(WHO, WHO, None, None, {"hidden": True})
    paper.set_column(NAMES[0], NAMES[0], 9)
    paper.set_column(NAMES[1], NAMES[1], 14)
    paper.set_column(AT, AT + EACH * len(columns) - 1, 10)
    this, following = (month_text(p.month, lang) for p in (table.period, table.period.next()))
    who = subject_text(table.unit.subject, lang)
    paper.write_string(
        0, 1, f"{t('Targets of a team')}  {who}  {following}", page.style(bold=True, font_size=14)
    )
    advice = t(
        "Type into the yellow cells, save, and upload the file; nothing is taken before you have seen it."
    )
    paper.write_string(1, 1, advice, page.style(italic=True))
    paper.set_row(KEYS, None, None, {"hidden": True})
    paper.write_string(KEYS, WHO, MARK)
    look = {"bold": True, "align": "center", "bg_color": GREY}
    for column, text in zip(NAMES, (t("Number"), t("Name")), strict=True):
        page.text(KEYS + 1, column, "", **look)
        page.text(KEYS + 2, column, text, **look)
    for place, indicator in enumerate(columns):
        first = AT + EACH * place
        paper.write_string(KEYS, first + 2, indicator.key)
        page.line(
            *(KEYS + 1, first, first + 2, in_words(indicator.name, lang)), border=1, text_wrap=True, **look
        )
        for column, (text, when) in enumerate(
            ((t("Last target"), this), (t("Last actual"), this), (t("This month's target"), following)), first
        ):
            page.text(KEYS + 2, column, f"{text}\n{when}", font_size=8, **look)
    paper.set_row(KEYS + 2, 42)
    paper.freeze_panes(FIRST, AT)


def _line(page: Page, row: int, line: TargetLine, columns: list[Indicator]) -> None:
    page.paper.write_string(row, WHO, mark_of(line.sheet))
    subject, look = line.subject, {"bg_color": GREY} if line.locked else {}
    number, name = name_cells(line, page.lang)
    page.text(row, NAMES[0], number, **look)
    page.text(row, NAMES[1], name, bold=not subject.is_person, **look)
    found = {figure.indicator.key: figure for figure in line.figures}
    for place, indicator in enumerate(columns):
        _cells(page, row, AT + EACH * place, line, found.get(indicator.key))


def name_cells(line: TargetLine, lang: str) -> tuple[str, str]:
    """Number and name of a line as they stand in the workbook."""
    subject = line.subject
    return (subject.id, subject.name) if subject.is_person else ("", subject_text(subject, lang))


def _cells(page: Page, row: int, first: int, line: TargetLine, figure: Figure | None) -> None:
    if figure is None:
        for column in range(first, first + EACH):
            page.number(row, column, None, "General", bg_color=GREY)
        return
    unit = figure.indicator.unit
    page.number(row, first, figure.target, target_picture(unit, page.t))
    if figure.value is None:
        page.text(row, first + 1, page.t("No data"), align="center", font_color="#7F7F7F")
    else:
        page.number(row, first + 1, figure.value, picture(figure.value, unit, page.t))
    look = {"bg_color": GREY} if line.locked else {"bg_color": EDITED, "locked": False}
    typed = typed_number(line.typed.get(figure.indicator.key, Cell()).value)
    if isinstance(typed, str):
        page.text(row, first + 2, typed, align="center", **look)
    else:
        page.number(row, first + 2, typed, target_picture(unit, page.t), **look)


def _validate(page: Page, column: int, indicator: Indicator, last: int) -> None:
    t, unit = page.t, UNITS[indicator.unit]
    low, high = unit.targets
    limits, said = {"criteria": ">=", "value": 0}, t("A target is not negative.")
    if unit.sign or low < 0:
        limits = {"criteria": "between", "minimum": low, "maximum": high}
        said = t("A share lies between 0% and 100%.")
    if low < 0:
        said = t("A target lies between {low} and {high}.").format(low=f"{low:g}", high=f"{high:g}")
    rule = {"validate": "decimal", "error_title": t("Not a target"), "error_message": said}
    page.paper.data_validation(FIRST, column, last, column, rule | limits)


def _hidden(book: Workbook, table: TargetTable) -> None:
    """Write the hidden sheet: whose targets these are, and each target as it was at the download."""
    paper = book.add_worksheet(HIDDEN)
    paper.hide()
    sheet = table.unit.sheet
    kept = [(MARK, sheet.month, mark_of(sheet), "")]
    for line in table.lines:
        for figure in line.figures:
            key = figure.indicator.key
            cell = line.typed.get(key, Cell())
            kept.append((mark_of(line.sheet), key, str(cell.version), cell.value))
    for row, texts in enumerate(kept):
        for column, text in enumerate(texts):
            paper.write_string(row, column, text)
