"""The interview record 面谈记录 in words: its fields, and what is drafted from the goal sheet."""

from __future__ import annotations

from dashboard.words.goal_sheet import cause_text, measures_text, verdict_line
from dashboard.words.numbers import base_text, gap_text, target_text, value_text
from dashboard.words.translate import in_words, words
from etl.errors import N_
from kpi.sheets.values import GoalRow, GoalSheet

LABELS = {
    "place": N_("Place"),
    "present": N_("People present"),
    "record": N_("Facts discussed"),
    "statement": N_("Statement of the person"),
    "support": N_("Support promised"),
}


SHORT = ("place", "present")


def draft(sheet: GoalSheet, lang: str) -> str:
    """A draft of the facts to discuss: real misses with cause and measure, then what went clearly better."""
    t = words(lang)
    misses = [_fact(row, lang) for row in sheet.rows if row.important]
    beats = [_fact(row, lang) for row in sheet.rows if row.verdict.beat]
    parts = [t("Clearly missed:"), *misses] if misses else [t("Nothing was clearly missed.")]
    parts += [t("Clearly better than the target:"), *beats] if beats else []
    return "\n".join(parts)


def agreed_measures(sheet: GoalSheet, lang: str) -> str:
    """The measures of the sheet, a line each with its indicator; "" for none."""
    t = words(lang)
    named = ((in_words(row.figure.indicator.name, lang), measures_text(row, lang)) for row in sheet.rows)
    return "\n".join(t(": ").join((name, text)) for name, text in named if text)


def _fact(row: GoalRow, lang: str) -> str:
    t, figure = words(lang), row.figure
    unit = figure.indicator.unit
    line = t("{name}: target {target}, actual {actual} ({base}), {gap}, {verdict}.").format(
        name=in_words(figure.indicator.name, lang),
        target=target_text(figure.target, unit, lang),
        actual=value_text(figure.value, unit, lang),
        base=base_text(figure, lang),
        gap=gap_text(figure, lang),
        verdict=verdict_line(row, lang),
    )
    cause, measures = cause_text(row, lang), measures_text(row, lang)
    line += t(" Cause: {text}.").format(text=cause) if cause else ""
    return line + (t(" Measure: {text}.").format(text=measures) if measures else "")
