"""The interview record as a PDF to sign."""

from __future__ import annotations

from dashboard.export.pdf import set_forms
from dashboard.words import form_labels as labels
from dashboard.words.interview import LABELS, SHORT, agreed_measures
from dashboard.words.numbers import as_of_text
from dashboard.words.translate import words
from kpi.sheets.goals import RECORD
from kpi.sheets.values import GoalSheet


def interview_bytes(sheet: GoalSheet, lang: str) -> bytes:
    """The record of one meeting on A4: whose, when and where, what was said and agreed, and who signs.

    The measures are those of the sheet.
    """
    t = words(lang)
    parts = [(t(LABELS[name]), sheet.record[name].value) for name in RECORD if name not in SHORT]
    form = {
        "kind": "interview",
        "title": t("Interview record"),
        "whose": labels.subject_text(sheet.heading.subject, lang),
        "fields": (
            *labels.header_fields(sheet, lang),
            *((t(LABELS[name]), sheet.record[name].value) for name in SHORT),
        ),
        "parts": [*parts[:-1], (t("Measures agreed"), agreed_measures(sheet, lang)), parts[-1]],
        "sign": labels.signature_lines(sheet, lang),
        "notes": [as_of_text(sheet.heading.as_of, lang)],
    }
    return set_forms([form], lang)
