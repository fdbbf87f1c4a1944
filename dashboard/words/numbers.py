"""Numbers, dates and verdicts as people read them. Pure: a page, a workbook and a PDF say the same."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal

from dashboard.words.translate import words
from etl.errors import N_
from kpi.catalog.definitions import Scheme
from kpi.figures.figure import Figure
from kpi.scope import Period, parse_month
from kpi.sheets.values import ParameterScore, Rating
from kpi.units import UNITS, UnitKey

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

WIDE = Context(prec=400)  # the usual 28 digits are fewer than a number may have that somebody typed


def number_text(value: float, unit: UnitKey) -> str:
    """The number alone in the unit shown (a share in per cent), never rounded onto a bound it missed.

    0.99996 is "99.99", not "100"; 0.00004 is "0.01": a list of exceptions must not look empty.
    """
    one = UNITS[unit]
    if one.whole:
        return amount_text(value)
    shown = in_unit(value, unit)
    text = half_up_text(shown, one.decimals)
    if math.isinf(one.highest):
        return text
    end = in_unit(one.highest, unit)
    if shown in (0, end):
        return half_up_text(shown, 0)
    finer, least = one.decimals + 1, Decimal(1).scaleb(-one.decimals - 1)
    if not text.strip("-0."):
        return ("-" if shown < 0 else "") + half_up_text(max(abs(shown), least), finer)
    if text == half_up_text(end, one.decimals) and shown < end:
        return half_up_text(min(shown, end - least), finer)
    return text


def in_unit(value: float, unit: UnitKey) -> Decimal:
    """`value` in the unit shown (a share in per cent), to the 15 digits that a spreadsheet works with."""
    return Decimal(f"{value:.15g}") * UNITS[unit].scale


def half_up_text(value: float | Decimal, decimals: int) -> str:
    """A number rounded as a spreadsheet shows it, a tie away from zero: 4.25 is "4.3"."""
    exact = value if isinstance(value, Decimal) else Decimal(f"{value:.15g}")
    return f"{exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, WIDE):,f}"


def value_parts(value: float | None, unit: UnitKey, lang: str) -> tuple[str, str]:
    """(number, unit) apart, for large figures with small units; ("No data", "") for None."""
    t = words(lang)
    return (t("No data"), "") if value is None else (number_text(value, unit), t(UNITS[unit].label))


def value_text(value: float | None, unit: UnitKey, lang: str) -> str:
    """A value with its unit: "92.4%", "18.3 s", "1,204"; "No data" for None, never 0."""
    number, word = value_parts(value, unit, lang)
    return f"{number}{' ' if word and not UNITS[unit].sign else ''}{word}"


def target_text(value: float | None, unit: UnitKey, lang: str) -> str:
    """A target with its unit; "No target set" for None."""
    return words(lang)("No target set") if value is None else value_text(value, unit, lang)


def gap_text(figure: Figure, lang: str) -> str:
    """The gap to the target in words, as "1.2 percentage points below target"."""
    one = UNITS[figure.indicator.unit]
    return _gap_in_words(figure, one.above, one.below, lang)


def brief_gap_text(figure: Figure, lang: str) -> str:
    """The same where a column already says that it is the gap: "1.2 pp below"."""
    t, size = words(lang), words(lang)(UNITS[figure.indicator.unit].brief).format(change="{gap}")
    return _gap_in_words(
        figure, t("{size} above").format(size=size), t("{size} below").format(size=size), lang
    )


def _gap_in_words(figure: Figure, above: str, below: str, lang: str) -> str:
    t, unit = words(lang), figure.indicator.unit
    if figure.value is None:
        return t("No data")
    if figure.gap is None:
        return t("No target set")
    size = abs(in_unit(figure.gap, unit))
    if size < 1e-9:
        return t("On target")
    rounded = [half_up_text(size, decimals) for decimals in (1, 2, 3)]
    text = next((text for text in rounded if text.strip("0.")), rounded[-1])
    if UNITS[unit].whole:
        text = amount_text(abs(figure.gap))
    return t(above if figure.gap > 0 else below).format(gap=text)


def change_text(amount: float, unit: UnitKey, lang: str) -> str:
    """A signed difference of two values in words, as "+1.2 percentage points"."""
    return words(lang)(UNITS[unit].change).format(change=signed_text(amount, unit))


def signed_text(amount: float, unit: UnitKey) -> str:
    """The number alone of a signed difference, in the unit shown: "+1.2", "−0.04"."""
    size = abs(in_unit(amount, unit))
    if UNITS[unit].whole:
        text = amount_text(abs(amount))
    else:
        rounded = [half_up_text(size, decimals) for decimals in range(UNITS[unit].decimals, 4)]
        text = next((text for text in rounded if text.strip("0.")), rounded[0])
    return (("+" if amount > 0 else "−") if text.strip("0.") else "") + text


def interval_text(figure: Figure, lang: str) -> str:
    """The 95 % interval in the unit of its value, as "95% interval 90.1%–94.2%"; empty without one.

    Also empty where both ends read the same: ten equal values say nothing about the next one.
    """
    if figure.low is None or figure.high is None:
        return ""
    unit = figure.indicator.unit
    low, high = (number_text(bound, unit) + UNITS[unit].sign for bound in (figure.low, figure.high))
    return "" if low == high else words(lang)("95% interval {low}–{high}").format(low=low, high=high)


def partial_text(figure: Figure, lang: str) -> str:
    """What a figure lacks, as "partial, 83% of days, 42% of the rows usable"; "" when it rests on enough."""
    t, said = words(lang), list(filter(None, [so_far_text(figure, lang), partial_days_text(figure, lang)]))
    if figure.marked:
        share = value_text(figure.coverage, "share", lang)
        said.append(t("{share} of the rows usable").format(share=share))
    if figure.bounds is not None:
        low, high = (value_text(bound, figure.indicator.unit, lang) for bound in figure.bounds)
        said.append(t("with the missing ones {low} to {high}").format(low=low, high=high))
    return t(", ").join(said)


def so_far_text(figure: Figure, lang: str) -> str:
    """What of a month's target is due by now, and what the count comes to; "" where all of it is."""
    if figure.target_so_far is None or abs(figure.share_so_far - 1) < 1e-9:
        return ""
    t = words(lang)
    due = half_up_text(figure.target_so_far, 0)
    if not figure.unfinished or figure.pace is None:
        return t("{due} due for {days} days").format(due=due, days=figure.days_passed)
    said = t("{due} due after {days} days, about {pace} at this pace by the end")
    return said.format(due=due, days=figure.days_passed, pace=half_up_text(figure.pace, 0))


def amount_text(value: float | None) -> str:
    """A numerator or denominator: whole where it is whole, else one decimal; "–" for None."""
    if value is None:
        return "–"
    return half_up_text(value, 0 if float(value).is_integer() else 1)


def base_text(figure: Figure, lang: str) -> str:
    """What stands behind a figure: "16,402 / 30,013" for a share or rate, else "n = 30,013"."""
    if figure.denominator is not None and figure.indicator.how.law.counted:
        return f"{amount_text(figure.numerator)} / {amount_text(figure.denominator)}"
    return words(lang)("n = {n}").format(n=f"{figure.base:,}")


def is_partial(figure: Figure) -> bool:
    """Whether days that should have data lack it."""
    return figure.share_of_days is not None and figure.share_of_days < 1


def partial_days_text(figure: Figure, lang: str) -> str:
    """ "partial, 83% of days", never rounded up to all of them; "" when no day lacks data."""
    if not is_partial(figure):
        return ""
    share = max(1, math.floor(100 * figure.share_of_days + 1e-9))
    return words(lang)("partial, {share}% of days").format(share=share)


def score_text(score: float | None, lang: str) -> str:
    """A score of 0–100 with one decimal; the sentence for missing evidence on None."""
    return words(lang)("Not enough data, not rated yet") if score is None else half_up_text(score, 1)


def raw_unit(score: ParameterScore) -> UnitKey:
    """The unit of a parameter's evidence; a rating counts as points."""
    return score.figure.indicator.unit if score.figure is not None else "points"


def evidence_number_text(value: float, score: ParameterScore, lang: str) -> str:
    """A value on the scale of a parameter's evidence; a rating without a unit."""
    return half_up_text(value, 1) if score.figure is None else value_text(value, raw_unit(score), lang)


def scale_line(score: ParameterScore, lang: str) -> str:
    """How a parameter is scored: "0 points at 70.0%, 100 at 90.0%"."""
    ends = (evidence_number_text(end, score, lang) for end in (score.parameter.floor, score.parameter.target))
    floor, target = ends
    return words(lang)("0 points at {floor}, 100 at {target}").format(floor=floor, target=target)


def rating_notes(rating: Rating, lang: str) -> tuple[str, ...]:
    """What a typed rating replaces, and how many loaded ones lack the dated example that they need."""
    t, notes = words(lang), []
    if rating.typed and rating.loaded is not None:
        notes.append(t("replaces the loaded mean {mean}").format(mean=half_up_text(rating.loaded, 1)))
    if rating.uncounted:
        lacking = t("{n} loaded without the dated example it needs, not counted")
        notes.append(lacking.format(n=rating.uncounted))
    return tuple(notes)


def grades_text(scheme: Scheme, lang: str) -> str:
    """The grade bands: "A from 90, B from 80, …"."""
    t = words(lang)
    bands = (t("{grade} from {lowest}").format(grade=name, lowest=f"{low:g}") for name, low in scheme.grades)
    return t("Grades: {bands}.").format(bands=t(", ").join(bands))


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


def as_of_text(as_of: datetime | None, lang: str) -> str:
    """The quiet line "data up to …". `as_of` is the end of the last loaded day, so that day is shown."""
    t = words(lang)
    if as_of is None:
        return t("No data loaded yet")
    return t("Data up to {day}").format(day=date_text((as_of - timedelta(microseconds=1)).date(), lang))


def lost_text(month: str, lang: str) -> str:
    """A warning that a month's data cannot be opened any more, and what is shown instead."""
    t = words(lang)
    return t(
        "{month} was closed, but its data cannot be opened any more: another version of this program made "
        "them, or they are damaged or gone. What was agreed is shown as agreed, all else from the newest "
        "data. Close the month anew before you agree another sheet."
    ).format(month=month_text(month, lang))


def month_text(month: str, lang: str) -> str:
    """ "2026-10" as "October 2026"."""
    start = parse_month(month).start
    t = words(lang)
    return t("{month} {year}").format(month=t(MONTHS[start.month - 1]), year=start.year)


def period_text(period: Period, lang: str) -> str:
    """A period as people call it: a day, "Week 41, 2026", a month, "Q4 2026", "2026", from–to."""
    t, start = words(lang), period.start
    if period.is_day:
        return date_text(start, lang)
    if period.is_month:
        return month_text(period.month, lang)
    if period.is_quarter:
        return t("Q{quarter} {year}").format(quarter=(start.month + 2) // 3, year=start.year)
    if period.is_year:
        return t("{year} (whole year)").format(year=start.year)
    span = f"{date_text(start, lang)} – {date_text(period.end, lang)}"
    if period.is_week:
        year, week, _ = start.isocalendar()
        return t("Week {week}, {year} ({span})").format(week=week, year=year, span=span)
    return span


WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
