"""The three forms as worksheets: the form's own columns first, what stands behind the figures beside it."""

from __future__ import annotations

from collections.abc import Callable

from xlsxwriter.utility import xl_range, xl_range_abs

from dashboard.export.excel_page import Page, in_pieces, picture, print_set_up, row_points
from dashboard.export.excel_table import GREY, SMALL, Table, headings, set_widths, spans, too_long, write
from dashboard.words.columns import columns, lines, numbered
from dashboard.words.form_labels import (
    TITLES,
    Sheet,
    header_fields,
    kind_of,
    notes,
    opinions,
    signature_lines,
    subject_text,
)
from dashboard.words.goal_sheet import SUPPORT_NEEDED, support_text
from dashboard.words.numbers import month_text
from kpi.sheets.values import AppraisalSheet, GoalSheet, StandardsSheet

HEAD = 2  # row of the table's headings: title and header fields stand above it
FORM_WIDTH = 110  # characters across the narrowest form
# The columns where the header fields begin, and where the boxes for signatures do.
FIELDS = {
    "goals": ("name", "actual", "next_target"),
    "appraisal": ("no", "judged_by", "score"),
    "standards": ("no", "target", "low"),
}
SIGNATURES = FIELDS | {"goals": ("name", "cause"), "standards": ("no", "target")}


def _top(page: Page, sheet: Sheet, *, least: float) -> tuple[Table, int]:
    """Title, header fields and the form's table, its rows `least` points high; and the row below it."""
    table = Table(page, HEAD, columns(kind_of(sheet), "excel"), sheet.heading.period)
    kind = kind_of(sheet)
    page.paper.set_row(0, 36)
    page.paper.set_row(1, 24)
    page.line(0, 0, table.last, page.t(TITLES[kind]), bold=True, font_size=18, align="center")
    fields = header_fields(sheet, page.lang)
    for (label, value), (first, last) in zip(fields, spans(table, FIELDS[kind]), strict=True):
        page.line(1, first, last, page.t(": ").join((label, value)), font_size=11)
    page.paper.freeze_panes(HEAD + 1, 0)
    set_widths(table)
    return table, write(table, lines(sheet, page.lang), table.widths, least)


def _foot(page: Page, sheet: Sheet, row: int, table: Table) -> None:
    """One box a signature with its date, then the small print."""
    colon, boxes = page.t(": ").rstrip(), spans(table, SIGNATURES[kind_of(sheet)])
    for name, (first, end) in zip(signature_lines(sheet, page.lang), boxes, strict=True):
        page.box(row + 1, first, end, f"{name}{colon}\n\n{page.t('Date')}{colon}")
    page.paper.set_row(row + 1, 48)
    for offset, note in enumerate(notes(sheet, page.lang), start=2):
        page.line(row + offset, 0, table.last, note, font_size=SMALL, font_color="#595959", text_wrap=True)
        page.paper.set_row(row + offset, row_points([(note, FORM_WIDTH)], 15))
    row += 3 + len(notes(sheet, page.lang))
    for name, text in too_long(table, lines(sheet, page.lang)):
        row = _in_full(page, row, table.last, page.t(": ").join((name, text)))


def _in_full(page: Page, row: int, last: int, text: str) -> int:
    """A text across the form, in as many rows as it takes. Returns the row below."""
    pieces = in_pieces(text, FORM_WIDTH)
    for at, piece in enumerate(pieces, start=row):
        page.line(at, 0, last, piece, text_wrap=True, valign="top")
        page.paper.set_row(at, row_points([(piece, FORM_WIDTH)], 15))
    return row + len(pieces)


def goals(page: Page, sheet: GoalSheet) -> None:
    """关键业绩指标目标设定达成表: columns to fill in and sign; a narrow second block beside them."""
    table, row = _top(page, sheet, least=36)
    support = page.t(": ").join((page.t(SUPPORT_NEEDED), support_text(sheet, page.lang)))
    row = _in_full(page, row, table.last, support)
    _foot(page, sheet, row, table)
    _set_up(page, sheet, landscape=True)


def appraisal(page: Page, sheet: AppraisalSheet) -> None:
    """客服人员绩效考核表: seven parameters, a total that follows their scores, opinion, signatures."""
    table, row = _top(page, sheet, least=40)
    _total(page, sheet, table, row)
    colon = page.t(": ").rstrip()
    page.box(row + 2, 0, table.last, page.t("Main gaps and causes (filled in together)") + colon)
    page.paper.set_row(row + 2, 100)
    ticks = "      ".join(f"□ {text}" for text in opinions(page.t))
    page.box(row + 3, 0, table.last, f"{page.t('Opinion of the person')}{colon}   {ticks}")
    page.paper.set_row(row + 3, 48)
    _foot(page, sheet, row + 4, table)
    _set_up(page, sheet, landscape=False)


def _total(page: Page, sheet: AppraisalSheet, table: Table, row: int) -> None:
    """The row of the total: Σ weight × score ÷ Σ weight, both over the parameters that have a score."""
    at = table.at
    look = {"bold": True, "bg_color": GREY}
    for column in range(table.last + 1):
        page.text(row, column, "", **look)
    weights, scores = (
        xl_range(HEAD + 1, at[key], row - 1, at[key]) if key in at else "" for key in ("weight", "score")
    )
    if "name" in at:
        page.text(row, at["name"], page.t("Total"), **look)
    if weights:
        whole = sum(score.parameter.weight for score in sheet.scores)
        page.formula(row, at["weight"], f"=SUM({weights})", whole, "General", **look)
    if scores and sheet.total is None:
        sentence = page.t("Not enough data, no total")
        page.text(row, at["score"], sentence, align="center", bg_color=GREY, font_size=SMALL)
    elif scores and weights:
        rated = f'SUMIF({scores},">=0",{weights})'
        total = f'=IF({rated}>0,SUMPRODUCT({weights},{scores})/{rated},"")'
        page.formula(row, at["score"], total, sheet.total, "0.0", **{**look, "font_size": 13})
    elif scores:
        page.number(row, at["score"], sheet.total, "0.0", **{**look, "font_size": 13})
    if "scale" in at:
        page.text(row, at["scale"], page.t(": ").join((page.t("Grade"), sheet.grade or "–")), **look)
    page.paper.set_row(row, 28)


def standards(page: Page, sheet: StandardsSheet) -> None:
    """Vague demand and specific standard side by side, with rate and trend; ticket limits below."""
    table, row = _top(page, sheet, least=32)
    row = _items(page, sheet, row + 1, table.widths)
    row = _trends(page, sheet, row, table)
    _foot(page, sheet, row + 1, table)
    _set_up(page, sheet, landscape=True)


def _items(page: Page, sheet: StandardsSheet, row: int, widths: dict[int, float]) -> int:
    """The ticket limits by service item. Returns the row after next."""
    if not sheet.items:
        return row
    table = Table(page, row, columns("items", "excel"), sheet.heading.period)
    return write(table, numbered(sheet.items, page.lang), widths) + 1


def _trends(page: Page, sheet: StandardsSheet, row: int, table: Table) -> int:
    """Write every month's numbers, one column a standard; the trend lines above are drawn from them."""
    months = max((entry.trend_months for entry in sheet.rows), key=len, default=())
    if not months:
        return row - 2
    sheet_name = page.paper.get_name().replace("'", "''")
    first = table.at.get("specific", 0)
    titles = (page.t("Rate by month"), *(f"{page.t('No.')} {entry.standard.number}" for entry in sheet.rows))
    headings(page, row, dict(enumerate(titles, start=first)), table.widths)
    for line, month in enumerate(months, start=row + 1):
        page.text(line, first, month_text(month, page.lang), align="center")
        for column, entry in enumerate(sheet.rows, start=first + 1):
            figure = dict(zip(entry.trend_months, entry.trend, strict=True)).get(month)
            value, unit = (None, "share") if figure is None else (figure.value, figure.indicator.unit)
            page.number(line, column, value, picture(value, unit, page.t))
    for number in range(len(sheet.rows) if "trend" in table.at else 0):
        column = first + 1 + number
        cells = f"='{sheet_name}'!{xl_range_abs(row + 1, column, row + len(months), column)}"
        _small_line(page, HEAD + 1 + number, table.at["trend"], cells)
    return row + len(months)


def _small_line(page: Page, row: int, column: int, values: str) -> None:
    """Draw a plain line over one cell, as a real chart: not every program draws sparklines."""
    chart = page.book.add_chart({"type": "line"})
    chart.add_series({"values": values, "line": {"color": "#1F4E79", "width": 1.5}})
    chart.show_blanks_as("gap")
    chart.set_legend({"none": True})
    chart.set_chartarea({"border": {"none": True}, "fill": {"none": True}})
    chart.set_plotarea({"layout": {"x": 0.03, "y": 0.1, "width": 0.94, "height": 0.8}})
    chart.set_x_axis({"visible": False})
    chart.set_y_axis({"visible": False, "major_gridlines": {"visible": False}})
    chart.set_size({"width": 112, "height": 38})
    page.paper.insert_chart(row, column, chart, {"x_offset": 3, "y_offset": 3, "decorative": True})


def _set_up(page: Page, sheet: Sheet, *, landscape: bool) -> None:
    title = page.t(TITLES[kind_of(sheet)])
    whose = subject_text(sheet.heading.subject, page.lang)
    print_set_up(page, title, whose, landscape=landscape, repeat=(0, HEAD))


FORMS: dict[str, Callable[[Page, Sheet], None]] = {
    "goals": goals,
    "appraisal": appraisal,
    "standards": standards,
}
