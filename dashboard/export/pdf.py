"""The sheets as a PDF to sign and file."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from dashboard.charts.style import has_trend, standard_trend_chart
from dashboard.export.typeset import clean, svg, typeset
from dashboard.words import labels
from dashboard.words.corrections import corrections_text
from dashboard.words.goal_sheet import cause_text, measures_text, signal_text
from dashboard.words.numbers import (
    base_text,
    gap_text,
    half_up_text,
    interval_text,
    judgement_text,
    score_text,
    value_text,
)
from dashboard.words.translate import Translate, in_words, words
from kpi.analysis.real_gaps import Judged
from kpi.figures.figure import Figure, Heading
from kpi.sheets.values import AppraisalSheet, GoalSheet, ItemRow, ParameterScore, StandardRow, StandardsSheet

TEMPLATE = Path(__file__).parent / "forms.typ"
CHART_PIXELS = (220, 40)
LONG_TEXT = 400  # characters; a row with more may run on to the next page, others stay whole


def pdf_bytes(sheets: tuple, lang: str, *, cover: Heading | None = None) -> bytes:
    """All `sheets` (of one kind) in one document; with a `cover`, a list with page numbers comes first."""
    forms = [FORMS[labels.kind_of(sheet)](sheet, lang) for sheet in sheets]
    return set_forms(forms, lang, None if cover is None else _cover(cover, sheets, lang))


def set_forms(forms: list[dict], lang: str, cover: dict | None = None) -> bytes:
    """Forms as the data of their templates, set in one document; a cover list comes first."""
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
        "total": t("Total"),
        "grade": t("Grade"),
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


def _form(sheet: labels.Sheet, lang: str) -> dict:
    kind = labels.kind_of(sheet)
    return {
        "kind": kind,
        "title": words(lang)(labels.TITLES[kind]),
        "whose": labels.subject_text(sheet.heading.subject, lang),
        "fields": labels.header_fields(sheet, lang),
        "sign": labels.signature_lines(sheet, lang),
        "notes": labels.notes(sheet, lang),
    }


def figure_cells(row: Judged, lang: str) -> dict:
    """What is printed of a figure. A missing target or value is said once, not in every column."""
    figure = row.figure
    known = figure.value is not None
    return {
        "target": labels.agreed_text(figure.target, figure.indicator.unit, lang),
        "actual": value_text(figure.value, figure.indicator.unit, lang),
        "base": base_text(figure, lang) if known else "",
        "interval": interval_text(figure, lang),
        "corrections": corrections_text(figure, lang),
        "gap": gap_text(figure, lang) if known and figure.gap is not None else "–",
        "verdict": judgement_text(row, lang) if known and figure.gap is not None else "",
        "missed": row.verdict.standing == "missed",
    }


def goals(sheet: GoalSheet, lang: str) -> dict:
    """The goal form as the data of its template."""

    def agreed(text: str, figure: Figure) -> str:
        value = labels.typed_number(text)
        return value if isinstance(value, str) else labels.agreed_text(value, figure.indicator.unit, lang)

    rows = [
        {
            **figure_cells(row, lang),
            **({"verdict": by_chart} if (by_chart := signal_text(row, lang)) else {}),
            "name": in_words(row.figure.indicator.name, lang),
            "important": row.important,
            "cause": cause_text(row, lang),
            "agreed": agreed(row.next_target.value, row.figure),
            "measures": measures_text(row, lang),
            "long": max(len(cause_text(row, lang)), len(measures_text(row, lang))) > LONG_TEXT,
        }
        for row in sheet.rows
    ]
    return {**_form(sheet, lang), "headings": labels.goal_headings(sheet.heading.period, lang), "rows": rows}


def appraisal(sheet: AppraisalSheet, lang: str) -> dict:
    """The appraisal form as the data of its template."""
    t = words(lang)
    total = t("Not enough data, no total") if sheet.total is None else half_up_text(sheet.total, 1)
    return {
        **_form(sheet, lang),
        "headings": labels.appraisal_headings(t),
        "rows": [_score(number, score, lang) for number, score in enumerate(sheet.scores, start=1)],
        "weight": f"{sum(score.parameter.weight for score in sheet.scores):g}",
        "total": total,
        "rated": sheet.total is not None,
        "grade": sheet.grade or "–",
        "opinions": labels.opinions(t),
    }


def _score(number: int, score: ParameterScore, lang: str) -> dict:
    t = words(lang)
    return {
        "number": str(number),
        "name": in_words(score.parameter.name, lang),
        "weight": f"{score.parameter.weight:g}",
        "evidence": labels.evidence_text(score, lang),
        "raw": labels.raw_text(score, lang),
        "base": f"{score.base:,}",
        "needed": f"{t('At least')} {score.needed:,}",
        "rated": score.score is not None,
        "score": score_text(score.score, lang),
        "scale": labels.scale_text(score, lang),
    }


def standards(sheet: StandardsSheet, lang: str) -> dict:
    """The standards form as the data of its template."""
    t = words(lang)
    rows = [
        {
            **figure_cells(row, lang),
            "number": str(row.standard.number),
            "vague": in_words(row.standard.vague, lang),
            "specific": in_words(row.standard.specific, lang),
            "chart": _trend_svg(row, lang),
        }
        for row in sheet.rows
    ]
    return {
        **_form(sheet, lang),
        "headings": labels.standards_headings(t),
        "trend": t("Trend"),
        "rows": rows,
        "item_headings": labels.item_headings(t),
        "groups": [
            {"category": category, "rows": [_item(item, lang) for item in items]}
            for category, items in groupby(sheet.items, lambda entry: in_words(entry.item.category, lang))
        ],
    }


def _trend_svg(row: StandardRow, lang: str) -> str:
    """The trend as the page draws it, as SVG; "" when no month has data."""
    if not has_trend(row):
        return ""
    return svg(standard_trend_chart(row, lang, theme="paper"), *CHART_PIXELS)


def _item(entry: ItemRow, lang: str) -> list[str]:
    t, cells = words(lang), [in_words(entry.item.name, lang)]
    for limit, row, pending in (
        (entry.item.response_s, entry.response, entry.response_pending),
        (entry.item.resolution_s, entry.resolution, entry.resolution_pending),
    ):
        cells.append(labels.limit_text(limit, t))
        if row is None:
            cells += ["–", "–", "–"]
        else:
            figure = row.figure
            rate = value_text(figure.value, figure.indicator.unit, lang)
            cells += [rate, f"{figure.base:,}", f"{pending:,}"]
    return cells


FORMS = {"goals": goals, "appraisal": appraisal, "standards": standards}
