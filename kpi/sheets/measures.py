"""Measures 具体措施 as they stand on goal sheets: of one subject over months, and of everyone at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from kpi.records import Records, Saved
from kpi.sheets.values import Cell, Measure

MEASURE = {"text": "measures", "owner": "owner", "due": "due", "status": "status"}
# What the sheet as a whole needs from the next level 需要的支持: kept like a measure of no indicator.
SUPPORT = {"text": "support_needed", "owner": "support_owner", "status": "status_of_support"}
ENDED = ("done", "dropped")


def measures_in(
    saved: Mapping[tuple[str, str, str], Saved], fields: Mapping[str, str] = MEASURE
) -> list[Measure]:
    """The measures among one subject's saved cells (month, indicator, field); the oldest first.

    `fields` are those they stand in: MEASURE or SUPPORT.
    """
    found = []
    for month, indicator in sorted({place[:2] for place in saved}):
        kept = {name: saved.get((month, indicator, field), Saved()) for name, field in fields.items()}
        texts = {name: Cell(one.value, one.version) for name, one in kept.items()}
        if texts["text"].value.strip():
            found.append(Measure(indicator, month, **texts))
    return found


def is_open(measure: Measure) -> bool:
    """Whether a measure is neither done nor dropped."""
    return measure.status.value not in ENDED


def is_overdue(measure: Measure, today: date) -> bool:
    """Whether it is open after the day it was due. What is no date is never overdue."""
    try:
        return is_open(measure) and date.fromisoformat(measure.due.value) < today
    except ValueError:
        return False


def open_measures(records: Records | None, before: str) -> dict[tuple[str, str], list[Measure]]:
    """By (kind, key) of the subject the open measures of the months before one, the oldest first."""
    if records is None:
        return {}
    of_subject: dict[tuple[str, str], dict[tuple[str, str, str], Saved]] = {}
    for (sheet, indicator, field), saved in records.of_everyone("goals", before, MEASURE.values()).items():
        own = of_subject.setdefault((sheet.subject_kind, sheet.subject_key), {})
        own[sheet.month, indicator, field] = saved
    found = {
        subject: [one for one in measures_in(saved) if is_open(one)] for subject, saved in of_subject.items()
    }
    return {subject: measures for subject, measures in found.items() if measures}
