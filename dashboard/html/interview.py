"""The interview record 面谈记录: drafted from the goal sheet, then typed into like the sheet. Pure."""

from __future__ import annotations

from html import escape

from dashboard.html.fields import field, field_id, textarea, typed_input
from dashboard.words.interview import LABELS, SHORT
from dashboard.words.translate import words
from kpi.sheets.goals import RECORD
from kpi.sheets.values import GoalSheet


def interview_html(sheet: GoalSheet, lang: str) -> str:
    """The fields of the record, to be read only once the sheet is agreed; the date is above the sheet."""
    t = words(lang)

    def shown(name: str) -> str:
        if sheet.locked:
            return f'<div class="kpi-said">{escape(sheet.record[name].value or "–")}</div>'
        if name in SHORT:
            return typed_input("text", field_id("", name), t(LABELS[name]))
        return textarea(field_id("", name), t(LABELS[name]), "")

    fields = "".join(
        f'<label><span class="kpi-small">{escape(t(LABELS[name]))}</span>{shown(name)}</label>'
        for name in RECORD
    )
    return f'<div class="kpi-record">{fields}</div>'


def interview_fields(sheet: GoalSheet) -> dict[str, dict]:
    """What was typed into the record, with the version that a save must name."""
    return {field_id("", name): field(sheet.record[name]) for name in RECORD}
