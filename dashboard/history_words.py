"""What the history of a figure says in words: changes and their intervals, limits, what was agreed."""

from __future__ import annotations

from dashboard.formats import change_text, month_text, partial_days_text, signed_text, target_text, value_text
from dashboard.goal_words import MEASURE_STATES
from dashboard.words import in_words, words
from etl.errors import N_
from kpi.changes import Change
from kpi.history import ENOUGH_MONTHS, History, Said
from kpi.sheets import Figure

CHARTS = {
    "xmr": N_("Band: control limits of the single months (XmR)."),
    "p_prime": N_("Band: control limits that follow each month's rows (p′)."),
    "u_prime": N_("Band: control limits that follow each month's rows (u′)."),
}


def changes_text(history: History, lang: str) -> str:
    """环比 and 同比 in one line, each with the interval of the difference, and whether it is a clear one."""
    t, points = words(lang), history.points
    said = [
        _change(t("Month on month"), history.month_before, points[-2].figure, points[-2].month, lang)
        if len(points) > 1
        else "",
        _change(t("Year on year"), history.year_before, points[-13].figure, points[-13].month, lang)
        if len(points) > 12
        else "",
    ]
    return t("; ").join(filter(None, said))


def limits_text(history: History, lang: str) -> str:
    """What the band is, and how many months signal; or why there is none."""
    t = words(lang)
    if history.limits is None:
        if history.months_with_data < ENOUGH_MONTHS:
            return t("Control limits need {n} months with data; there are {got}.").format(
                n=ENOUGH_MONTHS, got=history.months_with_data
            )
        return t("No control limits: every month is the same.")
    months = [
        month_text(point.month, lang)
        for point, signal in zip(history.points, history.signals, strict=True)
        if signal
    ]
    signals = t("No month signals.")
    if months:
        signals = t("Rings: more than chance, {months}.").format(months=t(", ").join(months))
    return f"{t(CHARTS[history.limits.chart])} {signals}"


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
    for point, signal in zip(history.points, history.signals, strict=True):
        notes = [partial_days_text(point.figure, lang), t("Signal") if signal else ""]
        about = t(", ").join(filter(None, notes))
        value = value_text(point.figure.value, unit, lang) + (f" ({about})" if about else "")
        months.append(f"{month_text(point.month, lang)} {value}")
    return f"{in_words(history.indicator.name, lang)}: {'; '.join(months)}"


def _change(name: str, change: Change | None, before: Figure, month: str, lang: str) -> str:
    t, unit = words(lang), before.indicator.unit
    title = t("{name} ({month})").format(name=name, month=month_text(month, lang))
    if change is None:
        return t(": ").join((title, t("No data")))
    if change.low is None:
        return t(": ").join((title, change_text(change.amount, unit, lang)))
    text = t("{change} (95% interval {low} to {high})").format(
        change=change_text(change.amount, unit, lang),
        low=signed_text(change.low, unit),
        high=signed_text(change.high, unit),
    )
    verdict = t("a clear difference") if change.clear else t("no clear difference")
    return t(": ").join((title, t(", ").join((text, verdict))))
