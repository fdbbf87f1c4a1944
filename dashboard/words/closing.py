"""What is said of closing a month: its checklist, its steps, and what was open then."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.words.numbers import date_text, month_text
from dashboard.words.translate import words
from etl.errors import N_
from kpi.figures.figure import OpenItem, OpenKey
from kpi.sheets.closing import PROPOSED, Closing, Taken

# Every item of the checklist with the page where it is settled, and what is to be done there.
ITEMS: dict[OpenKey, tuple[str, str, str]] = {
    "days_without_data": (N_("Days without data"), "data", N_("Load the files of these days.")),
    "refused_files": (N_("Files that could not be loaded"), "data", N_("See why, and load them again.")),
    "corrections": (
        N_("Corrections to approve"),
        "corrections",
        N_("Approve them or withdraw them."),
    ),
    "missed_punches": (
        N_("Missed punches not settled"),
        "data",
        N_("Load the approved requests, or correct the punch."),
    ),
    "leave": (N_("Leave not approved"), "data", N_("Load it again once it is decided.")),
}


def open_text(items: Sequence[OpenItem], lang: str) -> str:
    """What was open when a month was closed: "… 3 (missed punches not settled 2, …)"; "" for nothing."""
    t = words(lang)
    left = [one for one in items if one.count]
    if not left:
        return ""
    named = t(", ").join(f"{t(ITEMS[one.key][0])} {one.count}" for one in left if one.key in ITEMS)
    total = sum(one.count for one in left)
    return t("Open when the month was closed: {count} ({items})").format(count=total, items=named)


def state_lines(found: Closing, lang: str) -> list[str]:
    """Whether the month is closed, on which data, or when it is best closed."""
    t = words(lang)
    month = month_text(found.month.month, lang)
    if found.closed:
        said = t("{month} is closed: its sheets stay on these data, whatever is loaded later.")
        return [said.format(month=month)]
    lines = [t("{month} is open: its figures follow what is loaded.").format(month=month)]
    if found.proposed is not None:
        said = t("Best closed on {day}, working day {n} of the next month.")
        lines.append(said.format(day=date_text(found.proposed, lang), n=PROPOSED))
    return lines


def taken_text(one: Taken, lang: str) -> str:
    """One step in a line: when, who, and why."""
    t = words(lang)
    day = date_text(one.at.astimezone().date(), lang)
    if one.action == "closed":
        return t("{day}: closed by {by}").format(day=day, by=one.by)
    return t("{day}: opened again by {by}. Reason: {text}").format(day=day, by=one.by, text=one.because)
