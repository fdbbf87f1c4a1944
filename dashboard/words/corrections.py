"""Corrections in words: beside a figure, at the foot of a sheet, and each one by itself. Pure."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from dashboard.words.frames import contract_name, label
from dashboard.words.numbers import value_text
from dashboard.words.translate import in_words, problem_text, remark_text, words
from etl.corrections.corrections import Action, Correction
from etl.errors import N_, Problem, Remark
from kpi.figures.figure import Figure
from kpi.loading.correction_list import Listed
from kpi.records.corrections import CorrectionRecord
from kpi.sheets.values import AppraisalSheet, GoalSheet, MonthlyReport, StandardsSheet, figures_of

ACTIONS: dict[Action, str] = {
    "exclude": N_("Take out"),
    "reassign": N_("Re-attribute"),
    "amend": N_("Amend a value"),
}
STATES = {"draft": N_("Draft"), "approved": N_("In force"), "withdrawn": N_("Withdrawn")}
KEYS_SHOWN = 5


def corrections_text(figure: Figure, lang: str) -> str:
    """How many corrections apply to a figure, and what it is without them; "" where none does."""
    if not figure.corrections:
        return ""
    t = words(lang)
    value = value_text(figure.value_without, figure.indicator.unit, lang)
    if len(figure.corrections) == 1:
        return t("1 correction (without: {value})").format(value=value)
    return t("{n} corrections (without: {value})").format(n=len(figure.corrections), value=value)


def corrections_note(sheet: GoalSheet | AppraisalSheet | StandardsSheet | MonthlyReport, lang: str) -> str:
    """The line at the foot of a sheet: how many corrections apply, and their numbers; "" for none.

    Each figure says beside itself what it is without them; those of service items have no room for it
    on paper and stand here.
    """
    t = words(lang)
    touched = [(item, figure) for item, figure in figures_of(sheet) if figure.corrections]
    numbers = sorted({number for _, figure in touched for number in figure.corrections})
    if not numbers:
        return ""
    line = t("Corrections that apply: {n} (no. {numbers}).").format(
        n=len(numbers), numbers=t(", ").join(map(str, numbers))
    )
    figures = [
        t("{name}: {text}").format(
            name=t(", ").join((in_words(item.name, lang), in_words(figure.indicator.name, lang))),
            text=value_text(figure.value_without, figure.indicator.unit, lang),
        )
        for item, figure in touched
        if item is not None
    ]
    return line + (t(" Without them: {figures}.").format(figures=t("; ").join(figures)) if figures else "")


def what_text(what: Correction, lang: str) -> str:
    """What a correction does: "Take out · Calls · from 2026-10-12 14:00 until before 16:00 · queue: A"."""
    t = words(lang)
    parts = [t(ACTIONS[what.action]), contract_name(what.contract, lang), *_rows_text(what, lang)]
    for name, text in ((t("to agent"), what.to_agent), (t("to team"), what.to_team)):
        if text:
            parts.append(t("{name}: {text}").format(name=name, text=text))
    if what.action == "amend":
        column = label(what.column, (what.contract,), lang)
        parts.append(t("{name} becomes {value}").format(name=column, value=what.value or t("(empty)")))
    return " · ".join(parts)


def _rows_text(what: Correction, lang: str) -> list[str]:
    t = words(lang)
    if what.keys:
        shown = [" / ".join(key) for key in what.keys[:KEYS_SHOWN]]
        more = len(what.keys) - len(shown)
        return [t("; ").join(shown) + (t(" and {n} more").format(n=more) if more else "")]
    span = t("from {start} until before {end}").format(
        start=_minute(what.starts_at), end=_minute(what.ends_at)
    )
    narrowed = ((t("queue"), what.queue), (t("team"), what.team), (t("agent"), what.agent))
    return [span, *(t("{name}: {text}").format(name=name, text=text) for name, text in narrowed if text)]


def people_lines(record: CorrectionRecord, zone: str, lang: str) -> list[str]:
    """Who asked for, approved and withdrew a correction, and when, in the home's time; one line each."""
    t = words(lang)
    lines = [
        t("Asked for by {name}, {time}").format(name=record.asked_by, time=_local(record.created_at, zone))
    ]
    if record.approved_at is not None:
        approval = t("Approved by {name}, {time}")
        lines.append(approval.format(name=record.approved_by, time=_local(record.approved_at, zone)))
    if record.withdrawn_at is not None:
        withdrawal = t("Withdrawn by {name}, {time}: {reason}").format(
            name=record.withdrawn_by,
            time=_local(record.withdrawn_at, zone),
            reason=record.withdrawn_because,
        )
        lines.append(withdrawal)
    return lines


def rows_fact(one: Listed, lang: str) -> tuple[str, str]:
    """A title ("Rows it applies to", or would) and the number of these rows, "" when that is unknown."""
    t = words(lang)
    applies = one.record.state == "approved" and not one.pending
    name = t("Rows it applies to") if applies else t("Rows it would apply to")
    return name, "" if one.rows is None else f"{one.rows:,}"


def said(remark: Remark | Problem, lang: str) -> str:
    """A remark on a correction, or why it cannot be done."""
    if isinstance(remark, Problem):
        return " ".join(problem_text(remark, lang)).strip()
    return remark_text(remark, lang)


def correction_json(one: Listed, lang: str) -> dict[str, object]:
    """One correction as `service-kpi corrections --json` prints it; times with their offset are UTC."""
    record, what = one.record, one.record.what
    return {
        "number": record.number,
        "state": record.state,
        "action": what.action,
        "table": what.contract,
        "keys": [list(key) for key in what.keys],
        "from": what.starts_at and what.starts_at.isoformat(),
        "until": what.ends_at and what.ends_at.isoformat(),
        **{name: getattr(what, name) for name in ("queue", "team", "agent", "to_agent", "to_team")},
        "column": what.column,
        "value": what.value,
        "reason": record.reason,
        "evidence": record.evidence,
        "asked_by": record.asked_by,
        "created_at": record.created_at.isoformat(),
        "approved_by": record.approved_by,
        "approved_at": record.approved_at and record.approved_at.isoformat(),
        "same_person": record.same_person,
        "withdrawn_by": record.withdrawn_by,
        "withdrawn_at": record.withdrawn_at and record.withdrawn_at.isoformat(),
        "withdrawn_because": record.withdrawn_because,
        "rows": one.rows,
        "pending": one.pending,
        "remarks": [said(remark, lang) for remark in one.remarks],
    }


def correction_row(one: Listed, zone: str, lang: str) -> dict[str, object]:
    """One correction as a line of a table in a terminal."""
    t, record = words(lang), one.record
    state = t(STATES[record.state]) + (
        t(" ({text})").format(text=t("not in the figures yet")) if one.pending else ""
    )
    remarks = [rows_fact(one, lang)[1], *(said(remark, lang) for remark in one.remarks)]
    who = people_lines(record, zone, lang) + (
        [t("Asked and approved by the same person")] * record.same_person
    )
    return {
        t("No."): record.number,
        t("State"): state,
        t("What"): what_text(record.what, lang),
        t("Reason"): record.reason,
        t("Who"): "\n".join(who),
        t("Rows"): "\n".join(filter(None, remarks)),
    }


def _minute(moment: datetime | None) -> str:
    if moment is None:
        return "–"
    return f"{moment:%Y-%m-%d %H:%M:%S}".removesuffix(":00")


def _local(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
