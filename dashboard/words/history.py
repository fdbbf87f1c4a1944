"""What the history of a figure says in words: changes and their intervals, limits, what was agreed."""

from __future__ import annotations

from dashboard.words.goal_sheet import MEASURE_STATES
from dashboard.words.numbers import (
    change_text,
    month_text,
    partial_days_text,
    signed_text,
    target_text,
    value_text,
)
from dashboard.words.translate import in_words, words
from etl.errors import N_
from kpi.analysis.changes import Change
from kpi.analysis.real_gaps import LEAST_BEFORE
from kpi.sheets.history import History, Point, Said

CHARTS = {
    "xmr": N_("Band: control limits of the single months (XmR)."),
    "p_prime": N_("Band: control limits that follow each month's rows (p′)."),
    "u_prime": N_("Band: control limits that follow each month's rows (u′)."),
}

_SIGNALS = {True: N_("Ring: more than chance."), False: N_("No signal.")}


def changes_text(history: History, lang: str) -> str:
    """环比 and 同比 in one line, each with the interval of the difference, and whether it is a clear one."""
    t, points = words(lang), history.points
    said = [
        _change(t(name), found, points[-1], points[-1 - ago], lang)
        for name, found, ago in (
            (N_("Month on month"), history.month_before, 1),
            (N_("Year on year"), history.year_before, 12),
        )
    ]
    return t("; ").join(said)


def limits_text(history: History, lang: str) -> str:
    """What the band is, and whether the last month signals; or why there is none."""
    t = words(lang)
    if history.limits is None:
        if history.months_before < LEAST_BEFORE:
            return t("Control limits need {n} months with data before this one; there are {got}.").format(
                n=LEAST_BEFORE, got=history.months_before
            )
        return t("No control limits: every month before is the same.")
    band = t("{band} From the {n} months before {month}, as on its sheet.").format(
        band=t(CHARTS[history.limits.chart]),
        n=history.months_before,
        month=month_text(history.points[-1].month, lang),
    )
    return f"{band} {t(_SIGNALS[history.signal is not None])}"


def said_rows(said: tuple[Said, ...], unit: str, lang: str) -> list[tuple[str, ...]]:
    """The table of causes and measures: month, cause, next target, measure, owner, due, state."""
    t, rows = words(lang), []
    for one in said:
        kind = in_words(one.kind_of_cause.name, lang) if one.kind_of_cause else ""
        target = "" if one.next_target is None else target_text(one.next_target, unit, lang)
        measure = ("", "", "", "")
        if one.measure is not None:
            state = MEASURE_STATES.get(one.measure.status.value, N_("Under way"))
            texts = (one.measure.text, one.measure.owner, one.measure.due)
            measure = (*(text.value for text in texts), t(state))
        rows.append(
            (month_text(one.month, lang), t(": ").join(filter(None, (kind, one.cause))), target, *measure)
        )
    return rows


def history_alt(history: History, lang: str) -> str:
    """The chart in words, for those who cannot see it."""
    t, unit = words(lang), history.indicator.unit
    months = []
    for point in history.points:
        signals = history.signal is not None and point is history.points[-1]
        notes = [partial_days_text(point.figure, lang), t("Signal") if signals else ""]
        about = t(", ").join(filter(None, notes))
        value = value_text(point.figure.value, unit, lang) + (
            t(" ({text})").format(text=about) if about else ""
        )
        months.append(f"{month_text(point.month, lang)} {value}")
    return t(": ").join((in_words(history.indicator.name, lang), t("; ").join(months)))


def _change(name: str, change: Change | None, now: Point, before: Point, lang: str) -> str:
    t, unit = words(lang), before.figure.indicator.unit
    title = t("{name} ({month})").format(name=name, month=month_text(before.month, lang))
    if change is None:
        nothing = None in (now.figure.value, before.figure.value)
        return t(": ").join((title, t("No data") if nothing else t("Not comparable: days are missing")))
    if change.low is None:
        return t(": ").join((title, change_text(change.amount, unit, lang)))
    text = t("{change} (95% interval {low} to {high})").format(
        change=change_text(change.amount, unit, lang),
        low=signed_text(change.low, unit),
        high=signed_text(change.high, unit),
    )
    verdict = t("a clear difference") if change.clear else t("no clear difference")
    return t(": ").join((title, t(", ").join((text, verdict))))
