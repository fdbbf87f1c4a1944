"""The sheets as one CSV table: plain numbers, UTF-8 with a mark so that Excel reads the Chinese."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from dashboard.words.column import Line, Value, heading, value
from dashboard.words.columns import columns, lines
from dashboard.words.csv_cells import inert
from dashboard.words.form_labels import Sheet, kind_of, limit_text, subject_text
from dashboard.words.numbers import period_text
from dashboard.words.translate import Translate, in_words, words
from etl.errors import N_
from kpi.catalog.definitions import Standard
from kpi.figures.figure import Figure
from kpi.sheets.values import AppraisalSheet, GoalSheet, ItemRow, StandardRow, StandardsSheet, figures_of

# Ticket limits stand below the standards, in the same columns.
HEADINGS = {"vague": N_("Service demand or item")}


def csv_bytes(sheets: tuple, lang: str) -> bytes:
    """Every row of `sheets` (all of one kind) in one table; each line says whose it is.

    Shares are fractions and numbers have a decimal point, whatever the language; text that a
    spreadsheet would run as a formula starts with an apostrophe. Where any correction applies, two
    more columns say how many apply to each figure, and what it is without them.
    """
    t, first = words(lang), sheets[0]
    shown = columns(kind_of(first), "csv")
    titles = (
        t(HEADINGS[column.key]) if column.key in HEADINGS else heading(column, first.heading.period, lang)
        for column in shown
    )
    header = (*_before(first, lang), *titles, *_after(first, None, t))
    if any(figure.corrections for sheet in sheets for _, figure in figures_of(sheet)):
        header = (*header, t("Corrections that apply"), t("Without corrections"))
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    for sheet in sheets:
        before = _before(sheet, lang).values()
        for line, pending in _lines(sheet, lang):
            cells = (value(column, line) for column in shown)
            written = (*before, *cells, *_after(sheet, pending, t).values(), *_corrected(line.figure))
            # Each line ends with its figure's corrections; without any they have no column.
            writer.writerow([inert(cell) for cell in written[: len(header)]])
    return out.getvalue().encode("utf-8-sig")


def _before(sheet: Sheet, lang: str) -> dict[str, Value]:
    """The columns before the form's own, by heading: whose sheet it is."""
    t, about = words(lang), sheet.heading
    subject, person = about.subject, about.subject.is_person
    whose = {
        t("Organisation"): about.organisation,
        t("Period"): period_text(about.period, lang),
        t("Name"): subject.name or subject.id if person else subject_text(subject, lang),
        t("Number"): subject.id if person else "",
    }
    return whose | ({t("Date"): sheet.meeting_date.value} if isinstance(sheet, GoalSheet) else {})


def _after(sheet: Sheet, pending: int | None, t: Translate) -> dict[str, Value]:
    """The columns after the form's own, by heading; `pending` counts the tickets that are not yet due."""
    if isinstance(sheet, AppraisalSheet):
        return {t("Total"): sheet.total, t("Grade"): sheet.grade}
    return {t("Not yet due"): pending} if isinstance(sheet, StandardsSheet) else {}


def _lines(sheet: Sheet, lang: str) -> Iterator[tuple[Line, int | None]]:
    """The lines of a form; beside those of ticket limits the number of tickets not yet due."""
    yield from ((line, None) for line in lines(sheet, lang))
    for row in sheet.items if isinstance(sheet, StandardsSheet) else ():
        yield from _limits(row, lang)


def _limits(row: ItemRow, lang: str) -> Iterator[tuple[Line, int]]:
    """The two limits of a service item, each as a line of the standards with its tickets not yet due."""
    t, item = words(lang), row.item
    for limit, seconds, one, pending in (
        (t("Response limit"), item.response_s, row.response, row.response_pending),
        (t("Resolution limit"), item.resolution_s, row.resolution, row.resolution_pending),
    ):
        if one is not None:
            specific = {lang: f"{limit} {limit_text(seconds, t)}"}
            vague = {lang: in_words(item.name, lang)}
            standard = Standard(item.key, 0, vague, specific, one.figure.indicator.key, "", "")
            yield Line(StandardRow(one.figure, one.verdict, standard, (), ()), 0, lang), pending


def _corrected(figure: Figure | None) -> tuple[Value, ...]:
    if figure is None or not figure.corrections:
        return None, None
    return len(figure.corrections), figure.value_without
