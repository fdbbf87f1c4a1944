"""Numbers, dates and verdicts as people read them. Pure: a page, a workbook and a PDF say the same."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from dashboard.words import Translate, words
from etl.errors import N_
from kpi.definitions import Unit
from kpi.scope import Period, parse_month
from kpi.sheets import Figure, Verdict

# The word "month" written out in English, a numeral in Chinese; the order of the parts is translated too.
MONTHS = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)

UNITS: dict[Unit, str] = {
    "share": "%",
    "seconds": N_("s"),
    "per_1000": N_("per 1,000"),
    "points": N_("points"),
    "count": "",
}

GAPS: dict[Unit, tuple[str, str]] = {
    "share": (N_("{gap} percentage points below target"), N_("{gap} percentage points above target")),
    "seconds": (N_("{gap} s below target"), N_("{gap} s above target")),
    "per_1000": (N_("{gap} per 1,000 below target"), N_("{gap} per 1,000 above target")),
    "points": (N_("{gap} points below target"), N_("{gap} points above target")),
    "count": (N_("{gap} below target"), N_("{gap} above target")),
}

VERDICTS: dict[Verdict, str] = {
    "met": N_("Met"),
    "missed": N_("Clearly missed"),
    "cannot_tell": N_("Cannot tell yet"),
    "no_data": N_("No data"),
    "no_target": N_("No target set"),
}


def number_text(value: float, unit: Unit) -> str:
    """The number alone in the unit shown (a share in per cent), never rounded onto a bound it missed.

    0.99996 is "99.99", not "100"; 0.00004 is "0.01": a list of exceptions must not look empty.
    """
    shown = value * 100 if unit == "share" else value
    if unit == "count":
        return f"{shown:,.0f}" if float(shown).is_integer() else f"{shown:,.1f}"
    decimals = 2 if unit == "per_1000" else 1
    text = f"{shown:,.{decimals}f}"
    if unit == "share" and shown != 0 and float(text) == 0:
        return f"{max(abs(shown), 0.01):.2f}" if shown > 0 else f"-{max(-shown, 0.01):.2f}"
    if unit == "share" and shown < 100 and float(text.replace(",", "")) == 100:
        return f"{min(shown, 99.99):.2f}"
    return text if unit != "share" or shown not in (0, 100) else f"{shown:.0f}"


def value_parts(value: float | None, unit: Unit, lang: str) -> tuple[str, str]:
    """(number, unit) apart, for large figures with small units; ("No data", "") for None."""
    t = words(lang)
    return (t("No data"), "") if value is None else (number_text(value, unit), t(UNITS[unit]))


def value_text(value: float | None, unit: Unit, lang: str) -> str:
    """A value with its unit: "92.4%", "18.3 s", "1,204"; "No data" for None, never 0."""
    number, word = value_parts(value, unit, lang)
    return f"{number}{'' if word in ('', '%') else ' '}{word}"


def target_text(value: float | None, unit: Unit, lang: str) -> str:
    """A target with its unit; "No target set" for None."""
    return words(lang)("No target set") if value is None else value_text(value, unit, lang)


def gap_text(figure: Figure, lang: str) -> str:
    """The gap to the target in words, as "1.2 percentage points below target"."""
    t, unit = words(lang), figure.indicator.unit
    if figure.value is None:
        return t("No data")
    if figure.gap is None:
        return t("No target set")
    size = abs(figure.gap) * (100 if unit == "share" else 1)
    if size < 1e-9:
        return t("On target")
    decimals = next(digits for digits in (1, 2, 3) if digits == 3 or round(size, digits) > 0)
    text = f"{size:,.{decimals}f}" if unit != "count" else number_text(size, unit)
    return t(GAPS[unit][figure.gap > 0]).format(gap=text)


def interval_text(figure: Figure, lang: str) -> str:
    """The 95 % interval in the unit of its value, as "95% interval 90.1%–94.2%"; empty without one."""
    if figure.low is None or figure.high is None:
        return ""
    unit = figure.indicator.unit
    low, high = (number_text(bound, unit) + "%" * (unit == "share") for bound in (figure.low, figure.high))
    return words(lang)("95% interval {low}–{high}").format(low=low, high=high)


def amount_text(value: float | None) -> str:
    """A numerator or denominator: whole where it is whole, else one decimal; "–" for None."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def base_text(figure: Figure, lang: str) -> str:
    """What stands behind a figure: "16,402 / 30,013" for a share or rate, else "n = 30,013"."""
    if figure.denominator is not None and figure.indicator.kind in ("proportion", "rate"):
        return f"{amount_text(figure.numerator)} / {amount_text(figure.denominator)}"
    return words(lang)("n = {n}").format(n=f"{figure.base:,}")


def verdict_text(verdict: Verdict, t: Translate) -> str:
    """The verdict as one short phrase."""
    return t(VERDICTS[verdict])


def judgement_text(figure: Figure, lang: str) -> str:
    """The verdict, and for "cannot tell" the reason: too small a sample, or no clear difference."""
    t = words(lang)
    if figure.verdict != "cannot_tell":
        return verdict_text(figure.verdict, t)
    base = figure.denominator if figure.indicator.kind == "rate" else figure.base
    if (base or 0) < figure.indicator.min_base:
        return t("Small sample")
    return t("No clear difference")


def score_text(score: float | None, lang: str) -> str:
    """A score of 0–100 with one decimal; the sentence for missing evidence on None."""
    return words(lang)("Not enough data, not rated yet") if score is None else f"{score:.1f}"


def span_text(seconds: float | None, lang: str) -> str:
    """A limit as people say it: "30 min", "8 h", "3 days"; "none" for a limit that was never agreed."""
    t = words(lang)
    if seconds is None:
        return t("none agreed")
    for size, text in ((86_400, t("{n} days")), (3_600, t("{n} h")), (60, t("{n} min"))):
        if seconds >= (2 * size if size == 86_400 else size) and seconds % size == 0:
            return text.format(n=f"{seconds / size:g}")
    return t("{n} s").format(n=f"{seconds:g}")


def date_text(day: date, lang: str) -> str:
    """A date in full: "5 October 2026"."""
    t = words(lang)
    return t("{day} {month} {year}").format(day=day.day, month=t(MONTHS[day.month - 1]), year=day.year)


def time_text(moment: datetime, lang: str) -> str:
    """A date and a time of day to the minute."""
    return f"{date_text(moment.date(), lang)} {moment:%H:%M}"


def as_of_text(as_of: datetime | None, lang: str) -> str:
    """The quiet line "data up to …". `as_of` is the end of the last loaded day, so that day is shown."""
    t = words(lang)
    if as_of is None:
        return t("No data loaded yet")
    return t("Data up to {day}").format(day=date_text((as_of - timedelta(microseconds=1)).date(), lang))


def month_text(month: str, lang: str) -> str:
    """ "2026-10" as "October 2026"."""
    start = parse_month(month).start
    t = words(lang)
    return t("{month} {year}").format(month=t(MONTHS[start.month - 1]), year=start.year)


def period_text(period: Period, lang: str) -> str:
    """A period as people call it: a day, "Week 41, 2026", a month, "Q4 2026", "2026", from–to."""
    t, start = words(lang), period.start
    if period.kind == "day":
        return date_text(start, lang)
    if period.kind == "month":
        return month_text(period.month, lang)
    if period.kind == "quarter":
        return t("Q{quarter} {year}").format(quarter=(start.month + 2) // 3, year=start.year)
    if period.kind == "year":
        return t("{year} (whole year)").format(year=start.year)
    span = f"{date_text(start, lang)} – {date_text(period.end, lang)}"
    if period.kind == "week":
        year, week, _ = start.isocalendar()
        return t("Week {week}, {year} ({span})").format(week=week, year=year, span=span)
    return span
