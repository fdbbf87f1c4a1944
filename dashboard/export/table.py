"""The sheets as one CSV table: plain numbers, UTF-8 with a mark so that Excel reads the Chinese."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from dashboard.words.cells import Line, Value, heading, value
from dashboard.words.columns import columns, lines
from dashboard.words.csv_cells import inert
from dashboard.words.labels import Sheet, kind_of, limit_text, subject_text
from dashboard.words.numbers import period_text
from dashboard.words.translate import Translate, in_words, words
from etl.errors import N_
from kpi.catalog.definitions import Standard
from kpi.figures.figure import Figure, Heading
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
    before, after = _around(first, t)
    header = (*_whose_headings(t), *before, *titles, *after)
    if any(figure.corrections for sheet in sheets for _, figure in figures_of(sheet)):
        header = (*header, t("Corrections that apply"), t("Without corrections"))
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    for sheet in sheets:
        whose = *_whose(sheet.heading, lang), *_before(sheet)
        for line, after in _lines(sheet, lang):
            cells = (*whose, *(value(column, line) for column in shown), *after, *_corrected(line.figure))
            # Each line ends with its figure's corrections; without any they have no column.
            writer.writerow([inert(cell) for cell in cells[: len(header)]])
    return out.getvalue().encode("utf-8-sig")


def _whose_headings(t: Translate) -> tuple[str, ...]:
    return t("Organisation"), t("Period"), t("Name"), t("Number")


def _whose(about: Heading, lang: str) -> tuple[Value, ...]:
    subject = about.subject
    person = subject.kind == "person"
    name = subject.name or subject.id if person else subject_text(subject, lang)
    return about.organisation, period_text(about.period, lang), name, subject.id if person else ""


def _around(sheet: Sheet, t: Translate) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The headings of what a line says about its whole sheet, before and after the columns of the form."""
    if isinstance(sheet, GoalSheet):
        return (t("Date"),), ()
    if isinstance(sheet, AppraisalSheet):
        return (), (t("Total"), t("Grade"))
    return (), (t("Not yet due"),)


def _before(sheet: Sheet) -> tuple[Value, ...]:
    return (sheet.meeting_date.value,) if isinstance(sheet, GoalSheet) else ()


def _lines(sheet: Sheet, lang: str) -> Iterator[tuple[Line, tuple[Value, ...]]]:
    """The lines of a form, each with what stands behind its columns."""
    after = {AppraisalSheet: lambda: (sheet.total, sheet.grade), StandardsSheet: lambda: (None,)}
    behind = after.get(type(sheet), tuple)()
    yield from ((line, behind) for line in lines(sheet, lang))
    for row in sheet.items if isinstance(sheet, StandardsSheet) else ():
        yield from _limits(row, lang)


def _limits(row: ItemRow, lang: str) -> Iterator[tuple[Line, tuple[Value, ...]]]:
    """Both limits of a service item as the lines of standards, each with what is not yet due."""
    t, item = words(lang), row.item
    for limit, seconds, figure, pending in (
        (t("Response limit"), item.response_s, row.response, row.response_pending),
        (t("Resolution limit"), item.resolution_s, row.resolution, row.resolution_pending),
    ):
        if figure is not None:
            specific = {lang: f"{limit} {limit_text(seconds, t)}"}
            vague = {lang: in_words(item.name, lang)}
            standard = Standard(item.key, 0, vague, specific, figure.indicator.key, "", "")
            yield Line(StandardRow(standard, figure, (), ()), 0, lang), (pending,)


def _corrected(figure: Figure | None) -> tuple[Value, ...]:
    if figure is None or not figure.corrections:
        return None, None
    return len(figure.corrections), figure.value_without
