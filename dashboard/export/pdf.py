"""The sheets as a PDF to sign and file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from dashboard.charts.style import has_trend
from dashboard.export.pdf_cells import (
    APPRAISAL_CELLS,
    GOAL_CELLS,
    STANDARD_CELLS,
    cell,
    cells,
    headed,
    piece,
    small,
)
from dashboard.export.typeset import clean, typeset
from dashboard.words import form_labels as labels
from dashboard.words.column import Column
from dashboard.words.columns import columns, lines, numbered
from dashboard.words.goal_sheet import SUPPORT_NEEDED, cause_text, measures_text, support_text
from dashboard.words.numbers import half_up_text
from dashboard.words.translate import Translate, in_words, words
from kpi.figures.figure import Heading
from kpi.sheets.values import AppraisalSheet, GoalSheet, ItemRow, StandardsSheet

TEMPLATE = Path(__file__).parent / "forms.typ"
LONG_TEXT = 400  # characters; a row with more may run on to the next page, others stay whole


def pdf_bytes(sheets: tuple, lang: str, *, cover: Heading | None = None) -> bytes:
    """All `sheets` (of one kind) in one document; with a `cover`, a list with page numbers comes first."""
    forms = [FORMS[labels.kind_of(sheet)](sheet, lang) for sheet in sheets]
    return set_forms(forms, lang, None if cover is None else _cover(cover, sheets, lang))


def set_forms(forms: list[dict], lang: str, cover: dict | None = None) -> bytes:
    """Typeset forms, given as the data of their templates, in one document; a cover list comes first."""
    t = words(lang)
    forms = [clean(form, t) | {"at": f"sheet-{number}"} for number, form in enumerate(forms)]
    data = {
        "lang": lang,
        "title": forms[0]["title"],
        "words": _words(t),
        "cover": None if cover is None else clean(cover, t),
        "sheets": forms,
    }
    return typeset(TEMPLATE, data)


def _words(t: Translate) -> dict[str, str]:
    return {
        "page": t("Page {page} of {pages}"),
        "date": t("Date"),
        "colon": t(": ").rstrip(),
        "talk": t("Main gaps and causes (filled in together)"),
        "opinion": t("Opinion of the person"),
        "limits": t("Ticket limits by service item"),
    }


def _cover(heading: Heading, sheets: tuple, lang: str) -> dict:
    t, what = words(lang), labels.kind_of(sheets[0])
    title, whole = labels.cover_title(what, heading, lang)
    lines = []
    for number, sheet in enumerate(sheets):
        name, identity, *results = labels.cover_line(sheet, lang)
        if isinstance(sheet, AppraisalSheet):
            results[0] = "–" if sheet.total is None else half_up_text(sheet.total, 1)
        cells = [identity, *("–" if result is None else str(result) for result in results)]
        lines.append({"number": str(number + 1), "at": f"sheet-{number}", "name": name, "cells": cells})
    return {
        "at": "cover",
        "title": title,
        "whose": labels.subject_text(heading.subject, lang),
        "whole": whole,
        "headings": [*labels.cover_headings(what, t), t("Page")],
        "lines": lines,
        "notes": [labels.as_of_text(heading.as_of, lang)],
    }


def _form(sheet: labels.Sheet, shown: tuple[Column, ...], rows: list[dict], lang: str) -> dict:
    kind = labels.kind_of(sheet)
    return {
        "kind": kind,
        "title": words(lang)(labels.TITLES[kind]),
        "whose": labels.subject_text(sheet.heading.subject, lang),
        "fields": labels.header_fields(sheet, lang),
        "sign": labels.signature_lines(sheet, lang),
        "notes": labels.notes(sheet, lang),
        "columns": headed(shown, sheet.heading.period, lang),
        "rows": rows,
    }


def goals(sheet: GoalSheet, lang: str) -> dict:
    """The goal form as the data of its template."""
    shown = columns("goals", "pdf")
    rows = []
    for line in lines(sheet, lang):
        typed = max(len(cause_text(line.row, lang)), len(measures_text(line.row, lang)))
        rows.append({"cells": cells(shown, line, GOAL_CELLS), "long": typed > LONG_TEXT})
    support = {"label": words(lang)(SUPPORT_NEEDED), "text": support_text(sheet, lang)}
    return {**_form(sheet, shown, rows, lang), "support": support}


def appraisal(sheet: AppraisalSheet, lang: str) -> dict:
    """The appraisal form as the data of its template; `total` is its last row."""
    shown = columns("appraisal", "pdf")
    rows = [{"cells": cells(shown, line, APPRAISAL_CELLS)} for line in lines(sheet, lang)]
    return {
        **_form(sheet, shown, rows, lang),
        "total": _total(sheet, shown, lang),
        "opinions": labels.opinions(words(lang)),
    }


def _total(sheet: AppraisalSheet, shown: tuple[Column, ...], lang: str) -> list[dict]:
    """The row of the total; neighbouring columns without a part in it merge into one empty cell."""
    t = words(lang)
    weight = sum(score.parameter.weight for score in sheet.scores)
    no_total = small(t("Not enough data, no total"))
    total = no_total if sheet.total is None else piece(half_up_text(sheet.total, 1), 13, bold=True)
    parts = {
        "name": cell(piece(t("Total"), bold=True), least=8),
        "weight": cell(piece(f"{weight:g}")),
        "score": cell(total),
        "scale": cell([piece(f"{t('Grade')}{t(': ').rstrip()} "), piece(sheet.grade or "–", 11, bold=True)]),
    }
    row: list[dict] = []
    for key, group in groupby(shown, lambda column: column.key if column.key in parts else ""):
        row.append(parts.get(key, cell()) | {"columns": len(list(group))})
    # The word for it begins at the left edge.
    if len(row) > 1 and shown[0].key not in parts:
        first, second, *others = row
        row = [second | {"columns": first["columns"] + second["columns"]}, *others]
    return row


def standards(sheet: StandardsSheet, lang: str) -> dict:
    """The standards form as the data of its template; without any trend there is no column for it."""
    drawn = any(has_trend(row) for row in sheet.rows)
    shown = tuple(column for column in columns("standards", "pdf") if drawn or column.key != "trend")
    rows = [{"cells": cells(shown, line, STANDARD_CELLS)} for line in lines(sheet, lang)]
    of_items = columns("items", "pdf")
    return {
        **_form(sheet, shown, rows, lang),
        "item_columns": headed(of_items, sheet.heading.period, lang),
        "items": [{"cells": row} for row in _items(sheet.items, of_items, lang)],
    }


def _items(items: tuple[ItemRow, ...], shown: tuple[Column, ...], lang: str) -> Iterator[list[dict]]:
    """The rows of the ticket limits; a category spans all of its rows."""
    for _, alike in groupby(numbered(items, lang), lambda line: in_words(line.row.item.category, lang)):
        for place, line in enumerate(group := list(alike)):
            yield [
                one | ({"rows": len(group)} if column.key == "category" else {})
                for column, one in zip(shown, cells(shown, line, {}), strict=True)
                if column.key != "category" or place == 0
            ]


FORMS = {"goals": goals, "appraisal": appraisal, "standards": standards}
