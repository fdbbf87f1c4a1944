"""The interview record 面谈记录: drafted from the goal sheet, then typed into like the sheet. Pure."""

from __future__ import annotations

import htpy as h

from dashboard.markup.fields import field, field_id, said, textarea, typed_input
from dashboard.words.interview import LABELS, SHORT
from dashboard.words.translate import words
from kpi.sheets.goals import RECORD
from kpi.sheets.values import GoalSheet


def interview_html(sheet: GoalSheet, lang: str) -> h.Renderable:
    """The fields of the record, to be read only once the sheet is agreed; the date is above the sheet."""
    t = words(lang)

    def shown(name: str) -> h.Node:
        if sheet.locked:
            return said(sheet.record[name].value or "–")
        if name in SHORT:
            return typed_input("text", field_id("", name), t(LABELS[name]))
        return textarea(field_id("", name), t(LABELS[name]), "")

    fields = [h.label[h.span(".kpi-small")[t(LABELS[name])], shown(name)] for name in RECORD]
    return h.div(".kpi-record")[fields]


def interview_fields(sheet: GoalSheet) -> dict[str, dict]:
    """What was typed into the record, with the version that a save must name."""
    return {field_id("", name): field(sheet.record[name]) for name in RECORD}
