"""The three forms as worksheets: the form's own columns first, what stands behind the figures beside it."""

from __future__ import annotations

from collections.abc import Callable

from xlsxwriter.utility import xl_range, xl_range_abs, xl_rowcol_to_cell

from dashboard.export.excel_page import Page, gap_picture, picture, print_set_up, row_points, target_picture
from dashboard.words.corrections import corrections_text
from dashboard.words.goal_sheet import cause_text, measures_text, signal_text
from dashboard.words.labels import (
    TITLES,
    Sheet,
    appraisal_headings,
    evidence_text,
    figure_headings,
    goal_headings,
    header_fields,
    item_headings,
    kind_of,
    limit_text,
    notes,
    opinions,
    scale_text,
    signature_lines,
    standards_headings,
    subject_text,
    typed_number,
)
from dashboard.words.numbers import judgement_text, month_text, raw_unit
from dashboard.words.translate import in_words
from kpi.analysis.real_gaps import Judged
from kpi.figures.figure import Figure
from kpi.sheets.values import AppraisalSheet, GoalSheet, ItemRow, StandardsSheet

HEAD = 2  # row of the table's headings: title and header fields stand above it
GOAL_WIDTHS = (20, 13, 13, 11, 27, 13, 27, 1, 8, 8, 8, 15)
APPRAISAL_WIDTHS = (6, 14, 7, 20, 12, 8, 16, 27)
STANDARDS_WIDTHS = (6, 24, 34, 11, 12, 11, 11, 12, 11, 15, 16)
FORM_WIDTH = 110  # characters across the narrowest form
GREY, SMALL = "#F2F2F2", 8


def _top(page: Page, sheet: Sheet, widths: tuple[float, ...], spans: tuple[tuple[int, int], ...]) -> None:
    for column, width in enumerate(widths):
        page.paper.set_column(column, column, width)
    page.paper.set_row(0, 36)
    page.paper.set_row(1, 24)
    page.line(0, 0, spans[-1][1], page.t(TITLES[kind_of(sheet)]), bold=True, font_size=18, align="center")
    for (label, value), (first, last) in zip(header_fields(sheet, page.lang), spans, strict=True):
        page.line(1, first, last, page.t(": ").join((label, value)), font_size=11)
    page.paper.freeze_panes(HEAD + 1, 0)


def _headings(
    page: Page, row: int, texts: tuple[str, ...], first: int, widths: tuple[float, ...], **look: object
) -> None:
    """A row of headings from column `first`, as high as the longest of them needs."""
    for column, text in enumerate(texts, start=first):
        page.text(row, column, text, bold=True, align="center", bg_color=GREY, **look)
    page.paper.set_row(row, row_points(list(zip(texts, widths[first:], strict=False)), 28))


def _foot(page: Page, sheet: Sheet, row: int, last: int, spans: tuple[tuple[int, int], ...]) -> None:
    """One box a signature with its date, then the small print."""
    colon = page.t(": ").rstrip()
    for name, (first, end) in zip(signature_lines(sheet, page.lang), spans, strict=True):
        page.box(row + 1, first, end, f"{name}{colon}\n\n{page.t('Date')}{colon}")
    page.paper.set_row(row + 1, 48)
    for offset, note in enumerate(notes(sheet, page.lang), start=2):
        page.line(row + offset, 0, last, note, font_size=SMALL, font_color="#595959", text_wrap=True)
        page.paper.set_row(row + offset, row_points([(note, FORM_WIDTH)], 15))


def _gap(page: Page, row: int, column: int, actual: int, target: int, figure: Figure) -> None:
    """actual − target as a live formula, empty while either is empty."""
    a, b = xl_rowcol_to_cell(row, actual), xl_rowcol_to_cell(row, target)
    value = "" if figure.gap is None else figure.gap
    look = gap_picture(figure.gap, figure.indicator.unit, page.t)
    page.formula(row, column, f'=IF(AND(ISNUMBER({a}),ISNUMBER({b})),{a}-{b},"")', value, look)


def _actual(page: Page, row: int, column: int, figure: Figure) -> None:
    if figure.value is None:
        page.text(row, column, page.t("No data"), align="center", font_color="#7F7F7F")
    else:
        page.number(row, column, figure.value, picture(figure.value, figure.indicator.unit, page.t))


def _behind(page: Page, row: int, first: int, entry: Judged, by_chart: str = "") -> None:
    """Base, both ends of the interval, the verdict with the corrections that apply."""
    figure = entry.figure
    page.number(row, first, figure.base, "#,##0", font_size=SMALL)
    for column, bound in ((first + 1, figure.low), (first + 2, figure.high)):
        page.number(row, column, bound, picture(bound, figure.indicator.unit, page.t), font_size=SMALL)
    missed = entry.verdict.standing == "missed"
    look = {"bold": True, "font_color": "#9C2A10"} if missed else {}
    page.text(row, first + 3, _verdict(page, entry, by_chart), align="center", font_size=SMALL, **look)


def _verdict(page: Page, entry: Judged, by_chart: str = "") -> str:
    lines = by_chart or judgement_text(entry, page.lang), corrections_text(entry.figure, page.lang)
    return "\n".join(filter(None, lines))


def goals(page: Page, sheet: GoalSheet) -> None:
    """关键业绩指标目标设定达成表: seven columns to fill in and sign; a narrow second block beside them."""
    _top(page, sheet, GOAL_WIDTHS, ((0, 1), (2, 4), (5, 6)))
    _headings(page, HEAD, figure_headings(page.t), 8, GOAL_WIDTHS, font_size=SMALL)
    _headings(page, HEAD, goal_headings(sheet.heading.period, page.lang), 0, GOAL_WIDTHS)
    for row, entry in enumerate(sheet.rows, start=HEAD + 1):
        figure = entry.figure
        unit, name = figure.indicator.unit, in_words(figure.indicator.name, page.lang)
        page.text(row, 0, name, bold=entry.important)
        page.number(row, 1, figure.target, target_picture(unit, page.t))
        _actual(page, row, 2, figure)
        _gap(page, row, 3, 2, 1, figure)
        cause, measures = cause_text(entry, page.lang), measures_text(entry, page.lang)
        page.text(row, 4, cause)
        agreed = typed_number(entry.next_target.value)
        if isinstance(agreed, str):
            page.text(row, 5, agreed, align="center")
        else:
            page.number(row, 5, agreed, target_picture(unit, page.t))
        page.text(row, 6, measures)
        by_chart = signal_text(entry, page.lang)
        _behind(page, row, 8, entry, by_chart)
        typed = ((name, 0), (cause, 4), (entry.next_target.value, 5), (measures, 6))
        wrapped = [
            (text, GOAL_WIDTHS[column]) for text, column in (*typed, (_verdict(page, entry, by_chart), 11))
        ]
        page.paper.set_row(row, row_points(wrapped, 36))
    _foot(page, sheet, HEAD + 1 + len(sheet.rows), 6, ((0, 3), (4, 6)))
    _set_up(page, sheet, landscape=True)


def appraisal(page: Page, sheet: AppraisalSheet) -> None:
    """客服人员绩效考核表: seven parameters, a total that follows their scores, opinion, signatures."""
    _top(page, sheet, APPRAISAL_WIDTHS, ((0, 2), (3, 5), (6, 7)))
    _headings(page, HEAD, appraisal_headings(page.t), 0, APPRAISAL_WIDTHS)
    first = HEAD + 1
    for row, score in enumerate(sheet.scores, start=first):
        unit, evidence, scale = raw_unit(score), evidence_text(score, page.lang), scale_text(score, page.lang)
        page.number(row, 0, row - HEAD, "0")
        page.text(row, 1, in_words(score.parameter.name, page.lang), bold=True)
        page.number(row, 2, score.parameter.weight, "General")
        page.text(row, 3, evidence)
        look = "0.0" if score.figure is None else picture(score.raw, unit, page.t)
        page.number(row, 4, score.raw, look)
        page.number(row, 5, score.base, "#,##0")
        if score.score is None:
            page.text(row, 6, page.t("Not enough data, not rated yet"), align="center", font_size=SMALL)
        else:
            page.number(row, 6, score.score, "0.0", bold=True)
        scale = f"{scale}\n{page.t('At least')}{page.t(': ')}{score.needed}"
        page.text(row, 7, scale, font_size=SMALL)
        wrapped = [(evidence, APPRAISAL_WIDTHS[3]), (scale, APPRAISAL_WIDTHS[7] * 1.2)]
        page.paper.set_row(row, row_points(wrapped, 40))
    row = first + len(sheet.scores)
    _total(page, sheet, first, row)
    colon = page.t(": ").rstrip()
    page.box(row + 2, 0, 7, page.t("Main gaps and causes (filled in together)") + colon)
    page.paper.set_row(row + 2, 100)
    ticks = "      ".join(f"□ {text}" for text in opinions(page.t))
    page.box(row + 3, 0, 7, f"{page.t('Opinion of the person')}{colon}   {ticks}")
    page.paper.set_row(row + 3, 48)
    _foot(page, sheet, row + 4, 7, ((0, 2), (3, 5), (6, 7)))
    _set_up(page, sheet, landscape=False)


def _total(page: Page, sheet: AppraisalSheet, first: int, row: int) -> None:
    """The row of the total: Σ weight × score ÷ Σ weight, both over the parameters that have a score."""
    weights, scores = xl_range(first, 2, row - 1, 2), xl_range(first, 6, row - 1, 6)
    rated = f'SUMIF({scores},">=0",{weights})'
    look = {"bold": True, "bg_color": GREY}
    for column in range(8):
        page.text(row, column, "", **look)
    page.text(row, 1, page.t("Total"), **look)
    page.formula(row, 2, f"=SUM({weights})", sum(s.parameter.weight for s in sheet.scores), "General", **look)
    if sheet.total is None:
        page.text(row, 6, page.t("Not enough data, no total"), align="center", bg_color=GREY, font_size=SMALL)
    else:
        total = f'=IF({rated}>0,SUMPRODUCT({weights},{scores})/{rated},"")'
        page.formula(row, 6, total, sheet.total, "0.0", **{**look, "font_size": 13})
    page.text(row, 7, page.t(": ").join((page.t("Grade"), sheet.grade or "–")), **look)
    page.paper.set_row(row, 28)


def standards(page: Page, sheet: StandardsSheet) -> None:
    """Vague demand and specific standard side by side, with rate and trend; ticket limits below."""
    last = len(STANDARDS_WIDTHS) - 1
    _top(page, sheet, STANDARDS_WIDTHS, ((0, 2), (3, 6), (7, last)))
    headings = (*standards_headings(page.t), *figure_headings(page.t), page.t("Trend"))
    _headings(page, HEAD, headings, 0, STANDARDS_WIDTHS)
    for row, entry in enumerate(sheet.rows, start=HEAD + 1):
        figure = entry.figure
        demands = in_words(entry.standard.vague, page.lang), in_words(entry.standard.specific, page.lang)
        page.number(row, 0, entry.standard.number, "0")
        page.text(row, 1, demands[0])
        page.text(row, 2, demands[1])
        page.number(row, 3, figure.target, target_picture(figure.indicator.unit, page.t))
        _actual(page, row, 4, figure)
        _gap(page, row, 5, 4, 3, figure)
        _behind(page, row, 6, entry)
        page.text(row, 10, "")
        texts = (*demands, _verdict(page, entry))
        widths = (*STANDARDS_WIDTHS[1:3], STANDARDS_WIDTHS[9])
        page.paper.set_row(row, row_points(list(zip(texts, widths, strict=True)), 32))
    row = _items(page, sheet, HEAD + len(sheet.rows) + 2)
    row = _trends(page, sheet, row)
    _foot(page, sheet, row + 1, last, ((0, 2), (3, last)))
    _set_up(page, sheet, landscape=True)


def _items(page: Page, sheet: StandardsSheet, row: int) -> int:
    """The ticket limits by service item. Returns the row after next."""
    if not sheet.items:
        return row
    _headings(page, row, (page.t("No."), *item_headings(page.t)), 0, STANDARDS_WIDTHS)
    for number, entry in enumerate(sheet.items, start=1):
        page.number(row + number, 0, number, "0")
        _item(page, row + number, entry)
    return row + len(sheet.items) + 2


def _item(page: Page, row: int, entry: ItemRow) -> None:
    item = entry.item
    page.text(row, 1, in_words(item.category, page.lang))
    page.text(row, 2, in_words(item.name, page.lang))
    halves: tuple[tuple[int, float | None, Judged | None, int], ...] = (
        (3, item.response_s, entry.response, entry.response_pending),
        (7, item.resolution_s, entry.resolution, entry.resolution_pending),
    )
    for first, limit, one, pending in halves:
        page.text(row, first, limit_text(limit, page.t), align="center")
        if one is None:
            for column in range(first + 1, first + 4):
                page.text(row, column, "–", align="center")
            continue
        _actual(page, row, first + 1, one.figure)
        page.number(row, first + 2, one.figure.base, "#,##0")
        page.number(row, first + 3, pending, "#,##0")


def _trends(page: Page, sheet: StandardsSheet, row: int) -> int:
    """The numbers of every month, one column a standard; the lines above are drawn from them."""
    months = max((entry.trend_months for entry in sheet.rows), key=len, default=())
    if not months:
        return row - 2
    sheet_name = page.paper.get_name().replace("'", "''")
    titles = tuple(f"{page.t('No.')} {entry.standard.number}" for entry in sheet.rows)
    _headings(page, row, (page.t("Rate by month"), *titles), 2, STANDARDS_WIDTHS)
    for line, month in enumerate(months, start=row + 1):
        page.text(line, 2, month_text(month, page.lang), align="center")
        for column, entry in enumerate(sheet.rows, start=3):
            figure = dict(zip(entry.trend_months, entry.trend, strict=True)).get(month)
            value, unit = (None, "share") if figure is None else (figure.value, figure.indicator.unit)
            page.number(line, column, value, picture(value, unit, page.t))
    for number in range(len(sheet.rows)):
        cells = f"='{sheet_name}'!{xl_range_abs(row + 1, 3 + number, row + len(months), 3 + number)}"
        _small_line(page, HEAD + 1 + number, 10, cells)
    return row + len(months)


def _small_line(page: Page, row: int, column: int, values: str) -> None:
    """A plain line over one cell; a real chart, because not every program draws sparklines."""
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
