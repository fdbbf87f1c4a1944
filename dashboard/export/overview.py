"""The overview of a month 客服月报 as one page A4, a PDF or a picture for a slide."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

from dashboard.charts.style import sparkline
from dashboard.export.pdf_cells import figure_cells
from dashboard.export.typeset import clean, svg, typeset
from dashboard.words.attention import headline, news_facts, news_name
from dashboard.words.closing import open_text
from dashboard.words.corrections import corrections_note
from dashboard.words.form_labels import partial_notes, subject_text, typed_date
from dashboard.words.goal_sheet import measure_text
from dashboard.words.numbers import (
    as_of_text,
    change_text,
    lost_text,
    month_text,
    signed_text,
    value_parts,
)
from dashboard.words.translate import in_words, words
from dashboard.words.troubles import trouble_text
from etl.errors import N_
from kpi.analysis.changes import Change
from kpi.catalog.definitions import Indicator
from kpi.figures.figure import Figure
from kpi.sheets.monthly_report import MOST
from kpi.sheets.values import (
    Cell,
    Comparison,
    Headcount,
    Measure,
    MonthlyReport,
    ReportRow,
    Trouble,
)

TEMPLATE = Path(__file__).parent / "overview.typ"
TITLE = N_("Monthly customer service report")
PIXELS_PER_INCH = 220  # A4 is 1,819 pixels wide
CHART_PIXELS = (96, 30)
NAME, TEXT = 40, 140  # characters of what is typed; longer ones end in …

BETTER, WORSE = N_("clearly better"), N_("clearly worse")


def overview_bytes(sheet: MonthlyReport, lang: str, fmt: Literal["pdf", "png"] = "pdf") -> bytes:
    """One page A4; as "png" a picture 1,819 pixels wide."""
    return typeset(TEMPLATE, clean(_page(sheet, lang), words(lang)), fmt, PIXELS_PER_INCH)


def _page(sheet: MonthlyReport, lang: str) -> dict:
    t, heading = words(lang), sheet.heading
    whose = _cut(heading.organisation, NAME), _cut(subject_text(heading.subject, lang), NAME)
    return {
        "lang": lang,
        "title": t(TITLE),
        "whole": " · ".join(filter(None, (*whose, month_text(heading.period.month, lang)))),
        "summary": headline(sheet.news, sheet.rows, lang),
        "headings": [
            t("Key indicator"),
            t("Actual"),
            t("Target"),
            t("Verdict"),
            f"{t('Month on month')}\n{month_text(sheet.before.month, lang)}",
            f"{t('Year on year')}\n{month_text(sheet.year_before.month, lang)}",
            t("Last 12 months"),
        ],
        "rows": [*(_row(row, lang) for row in sheet.rows), _headcount(sheet.headcount, lang)],
        "problems_title": t("Problems"),
        "problems_note": _problems_note(sheet, lang),
        "problems": [_problem(trouble, lang) for trouble in sheet.troubles],
        "measures_title": t("Measures"),
        "measures_note": _measures_note(sheet, lang),
        "measures": [_measure(*one, lang) for one in sheet.measures],
        "notes": _notes(sheet, lang),
        "as_of": as_of_text(heading.as_of, lang),
    }


def _row(row: ReportRow, lang: str) -> dict:
    figure = row.figure
    number, unit = value_parts(figure.value, figure.indicator.unit, lang)
    trend = [one.value for one in row.trend]
    return {
        **figure_cells(row, lang),
        "name": _cut(in_words(figure.indicator.name, lang), NAME),
        "known": figure.value is not None,
        "number": number,
        "unit": unit,
        # A count is its own base: repeating it under itself says nothing.
        **({"base": ""} if not figure.indicator.how.below else {}),
        "month": _compared(figure, row.month, lang),
        "year": _compared(figure, row.year, lang),
        "chart": _chart(trend, figure.target),
    }


def _headcount(headcount: Headcount, lang: str) -> dict:
    t = words(lang)

    def against(before: int | None) -> dict:
        if headcount.now is None or before is None:
            return _change_cell(t("No data") if headcount.now is not None else "–")
        return _change_cell("", signed_text(headcount.now - before, "count"))

    return {
        **dict.fromkeys(("base", "interval", "corrections", "verdict", "gap", "target"), ""),
        "missed": False,
        "name": t("On the roster at month end"),
        "known": headcount.now is not None,
        "number": t("No data") if headcount.now is None else f"{headcount.now:,}",
        "unit": t("people") if headcount.now is not None else "",
        "month": against(headcount.month),
        "year": against(headcount.year),
        "chart": _chart(list(headcount.trend), None),
    }


def _compared(figure: Figure, other: Comparison, lang: str) -> dict:
    """The change in a cell: amount, interval of the difference, and whether it is clear."""
    t, unit, found = words(lang), figure.indicator.unit, other.change
    if figure.value is None:
        return _change_cell("–")
    if other.figure.value is None:
        return _change_cell(t("No data"))
    if found is None:
        return _change_cell(t("Not comparable: days are missing"))
    interval = ""
    if found.low is not None:
        ends = signed_text(found.low, unit), signed_text(found.high, unit)
        interval = t("{low} to {high}").format(low=ends[0], high=ends[1])
    word, amount = _word(figure.indicator, found), signed_text(found.amount, unit)
    named = change_text(found.amount, unit, lang).removeprefix(amount).strip()
    return _change_cell(t(word), amount, named, interval, worse=word == WORSE)


def _change_cell(
    word: str, amount: str = "", unit: str = "", interval: str = "", *, worse: bool = False
) -> dict[str, object]:
    return {"amount": amount, "unit": unit, "interval": interval, "word": word, "worse": worse}


def _word(indicator: Indicator, found: Change) -> str:
    """The word for a change: better, worse, no clear change; "" where the change has no interval."""
    if found.low is None:
        return ""
    if not found.clear:
        return N_("no clear change")
    if indicator.better == "band":
        return N_("clear change")
    return BETTER if (found.amount > 0) == (indicator.better == "higher") else WORSE


def _chart(values: list[float | None], target: float | None) -> str:
    if all(value is None for value in values):
        return ""
    return svg(sparkline(values, target), *CHART_PIXELS)


def _problems_note(sheet: MonthlyReport, lang: str) -> str:
    """The note beside the problems: how many there are in all, or why there are none."""
    t = words(lang)
    if len(sheet.news) > MOST:
        return t("the {n} largest of {all}").format(n=MOST, all=len(sheet.news))
    if sheet.news:
        return t("{n}: more than chance, and more than the tolerance").format(n=len(sheet.news))
    if any(row.verdict.standing in ("met", "missed", "below") for row in sheet.rows):
        return t("No figure misses its target clearly or got clearly worse, by more than its tolerance.")
    return t("No figure can be judged this month.")


def _problem(trouble: Trouble, lang: str) -> dict[str, str]:
    name = _cut(news_name(trouble.news, lang), NAME)
    facts = words(lang)("{facts}.").format(facts=news_facts(trouble.news, lang))
    return {"name": name, "facts": facts, "cause": trouble_text(trouble, lang, _cut)}


def _measures_note(sheet: MonthlyReport, lang: str) -> str:
    t = words(lang)
    if not sheet.measures:
        return t("None has been written down on the goal sheet of this month yet.")
    if sheet.all_measures > len(sheet.measures):
        note = t("{n} of {all} on the goal sheet")
        return note.format(n=len(sheet.measures), all=sheet.all_measures)
    return t("from the goal sheet")


def _measure(indicator: Indicator, measure: Measure, lang: str) -> dict[str, str]:
    shown = replace(
        measure,
        text=Cell(_cut(measure.text.value, TEXT)),
        owner=Cell(_cut(measure.owner.value, NAME)),
        due=Cell(_cut(typed_date(measure.due.value, lang), NAME)),
    )
    return {"name": _cut(in_words(indicator.name, lang), NAME), "text": measure_text(shown, lang)}


def _notes(sheet: MonthlyReport, lang: str) -> list[str]:
    t = words(lang)
    how = t(
        "Every rate is a total divided by a total. Below a change stands the 95% interval of the difference; "
        "a change is clear where that leaves out 0. All months are counted from the same data. "
        "Dashed line: the target."
    )
    heading = sheet.heading
    lost = lost_text(heading.period.month, lang) if heading.lost else open_text(heading.open, lang)
    return list(filter(None, (how, lost, *partial_notes(sheet, lang), corrections_note(sheet, lang))))


def _cut(text: str, most: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"
