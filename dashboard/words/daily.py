"""日报 in words: names and comparisons of its rows, its remarks, and the six lines for a group chat."""

from __future__ import annotations

from datetime import timedelta

from dashboard.words import numbers as formats
from dashboard.words.form_labels import subject_text
from dashboard.words.translate import in_words, words
from etl.errors import N_
from kpi.sheets.daily import Daily, DailyRow, HalfHour
from kpi.units import UNITS

TITLE = N_("Daily report")
NAMES = {
    "on_duty": N_("On duty"),
    "due_soon": N_("Limits within 24 h"),
    "follow_ups": N_("Follow-ups left undone"),
}
MEANT = {
    "on_duty": N_("People who clocked in or answered a call on this day."),
    "due_soon": N_("Open tickets whose agreed limit, of response or resolution, ends on the day after."),
    "follow_ups": N_(
        "Complaints to be followed up, and customers who were promised a reply, by this day at the latest, "
        "and were not by its end."
    ),
}
# The lines of the text between its first and its last, each with its rows.
LINES = (
    ("offered", "connection_rate"),
    ("service_level", "abandonment", "speed_of_answer"),
    ("on_duty", "csat"),
    ("complaints", "due_soon", "follow_ups"),
)


def row_name(row: DailyRow, lang: str) -> str:
    """What a row is called."""
    return in_words(row.figure.indicator.name, lang) if row.figure else words(lang)(NAMES[row.key])


def day_text(found: Daily, lang: str) -> str:
    """The day with its weekday: "30 October 2026, Fri"."""
    t, day = words(lang), formats.date_text(found.day, lang)
    return t("{day}, {weekday}").format(day=day, weekday=t(formats.WEEKDAYS[found.day.weekday()]))


def usual_text(row: DailyRow, lang: str) -> str:
    """What is usual and the change against it: "4 weeks 93.8%, +0.9 pp"; "" where either is not known."""
    if row.change is None:
        return ""
    t = words(lang)
    said = [t("{n} weeks {usual}").format(n=row.weeks, usual=formats.value_text(row.usual, row.unit, lang))]
    amount = formats.signed_text(row.change, row.unit)
    if amount[0] in "+−":
        said.append(t(UNITS[row.unit].brief).format(change=amount))
    return t(", ").join(said)


def few_text(row: DailyRow, lang: str) -> str:
    """What a figure rests on, where that is little; else ""."""
    figure = row.figure
    return "" if row.value is None or not figure or figure.enough_rows else formats.base_text(figure, lang)


def remarks(found: Daily, lang: str) -> list[str]:
    """What is to be known about the day: whether it has data, what it stands beside, days off among these."""
    t = words(lang)
    if not found.known:
        said = [t("Nothing of this day is loaded.")]
        if found.heading.as_of:
            newest = formats.date_text((found.heading.as_of - timedelta(days=1)).date(), lang)
            said.append(t("The newest day with data is {day}.").format(day=newest))
        return said + _unusual(found, lang)
    beside = t("The same weekday has no data in the {n} weeks before.")
    if found.weeks:
        beside = t(
            "One day says little by itself: it stands beside the same weekday of the last weeks ({n} with "
            "data), total over total, of counts the mean."
        )
    return [beside.format(n=found.weeks or len(found.before)), *_unusual(found, lang)]


def _unusual(found: Daily, lang: str) -> list[str]:
    t, said = words(lang), []
    for works, text in ((False, N_("A day off: {days}.")), (True, N_("A make-up working day: {days}."))):
        days = [formats.date_text(day, lang) for day, one in found.unusual.items() if one == works]
        if days:
            said.append(t(text).format(days=t(", ").join(days)))
    return said


def daily_lines(found: Daily, lang: str) -> tuple[str, ...]:
    """The day in six lines without names: whose day, four lines of figures, the busiest half-hour."""
    t = words(lang)
    whose = t("{title} {day} · {whose}").format(
        title=t(TITLE), day=day_text(found, lang), whose=subject_text(found.heading.subject, lang)
    )
    if found.weeks:
        whose += t(" (in brackets: the same weekday, {n} weeks)").format(n=found.weeks)
    figures = [
        t(", ").join(_said(row, found, lang) for key in line if (row := found.row(key))) for line in LINES
    ]
    return (whose, *figures, busiest_text(found, lang))


def busiest_text(found: Daily, lang: str) -> str:
    """The half-hour with most calls, and its service level."""
    t = words(lang)
    if not found.half_hours:
        return t("By half-hour: no data")
    most = max(found.half_hours, key=lambda one: one.calls)
    said = t("Busiest {span}: {n} calls").format(span=span_text(most), n=most.calls)
    level = found.row("service_level")
    if most.level is None or level is None:
        return said
    value = formats.value_text(most.level, "share", lang)
    return t(", ").join((said, f"{row_name(level, lang)} {value}"))


def span_text(one: HalfHour) -> str:
    """A half-hour: "10:00–10:30"."""
    ends = one.begins.hour * 60 + one.begins.minute + 30
    return f"{one.begins:%H:%M}–{ends // 60:02}:{ends % 60:02}"


def _said(row: DailyRow, found: Daily, lang: str) -> str:
    t, value = words(lang), formats.value_text(row.value, row.unit, lang)
    said = f"{row_name(row, lang)} {value}"
    if few := few_text(row, lang):
        said = t(", ").join((said, few))
    if row.change is None:
        return said
    usual = formats.value_text(row.usual, row.unit, lang)
    if row.weeks < found.weeks:
        usual = t("{usual}, {n} weeks").format(usual=usual, n=row.weeks)
    return t("{value} ({usual})").format(value=said, usual=usual)
