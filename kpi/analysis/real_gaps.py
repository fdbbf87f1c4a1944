"""The verdict on a figure: missed where a gap is real, that is sure, on the wrong side, and not small.

`judge` alone says how a figure stands to its target. A gap is sure where the target lies outside the 95 %
interval, that of a share also outside the exact one, or where the control chart of the subject's own months
signals it. On the wrong side and by more than the indicator's material gap it is a miss, by less it is only
below. A beat is the mirror of a miss. A standard of 100 % is judged by its exceptions alone: one is enough.
docs/statistics.md says how often this is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from kpi.figures.figure import Figure
from kpi.figures.months import Line
from kpi.figures.position import ROUNDING
from kpi.kinds import Chart
from kpi.statistics import control_charts as charts
from kpi.statistics.signals import RULES

MONTHS_BEFORE = 24
# Of fewer months limits are too rough to be drawn (Wheeler & Chambers 1992; Montgomery).
LEAST_BEFORE = 12
# From here on the 3σ limits of a share of 5 % or 95 % lie within 0…1: n > 9 (1 − p) ÷ p = 171 (Montgomery,
# Introduction to Statistical Quality Control, sample size of a control chart for fraction nonconforming).
MANY_ROWS = 200

# One person has many charts: all four rules would be wrong every 92 months, these two every 153 (Champ &
# Woodall 1987, Technometrics 29:393).
PERSON_RULES = (1, 4)
UNIT_RULES = (1, 2, 3, 4)
KINDS = {1: "beyond", 2: "two_of_three", 3: "four_of_five", 4: "run"}
Standing = Literal["met", "missed", "below", "cannot_tell", "no_data", "no_target"]
Reason = Literal["few_rows", "within_chance", "partial", "unfinished", "scale_unknown"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of a figure: how it stands to its target, and the reason where that cannot be told.

    "missed" is a real miss 明显未达标, "below" one that is as sure but small. `beat` is the mirror of a miss;
    `by_chart` says that only the control chart makes sure of one of them, and not the interval.
    """

    standing: Standing
    reason: Reason | None = None
    beat: bool = False
    by_chart: bool = False

    @property
    def important(self) -> bool:
        """Whether the gap needs a cause: a real miss."""
        return self.standing == "missed"


@dataclass(frozen=True, slots=True)
class Judged:
    """A figure with its verdict: what every row of a sheet or list is."""

    figure: Figure
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Limits:
    """Control limits in the unit of the figures, one of each a month; None for a month without rows."""

    chart: Chart
    centre: float
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Signal:
    """What the control chart says of a month, by the first rule that fires.

    `above` the `centre` or below it. `low` and `high` are the 3σ limits of the month, `months` how many
    before it they come from.
    """

    kind: Literal["beyond", "two_of_three", "four_of_five", "run"]
    above: bool
    centre: float
    low: float
    high: float
    months: int


def signals_in(lines: Mapping[str, Line], *, person: bool) -> dict[str, Signal]:
    """The signals in the last month of `lines`, which `kpi.figures.months.trends` gives."""
    found = {key: signal_of([figure for _, figure in line], person=person) for key, line in lines.items()}
    return {key: signal for key, signal in found.items() if signal is not None}


def signal_of(months: Sequence[Figure], *, person: bool) -> Signal | None:
    """The signal of the last of the figures, month by month, in order; months without data are left out.

    By the limits of `limits_of`. A person's chart has the rules 1 and 4 of Western Electric, a unit's all
    four. None without limits or without data in the month.
    """
    drawn = _chart_and_limits(months) if months and months[-1].usable_value is not None else None
    if drawn is None:
        return None
    _, limits = drawn
    z = charts.standardised(_values(months), limits)[-MONTHS_BEFORE - 1 :]
    z = z[~np.isnan(z)]
    for rule in PERSON_RULES if person else UNIT_RULES:
        if fired := int(RULES[rule](z)[-1]):
            return Signal(
                kind=KINDS[rule],
                above=fired > 0,
                centre=limits.centre,
                low=float(limits.low[-1]),
                high=float(limits.high[-1]),
                months=months_before(months),
            )
    return None


def limits_of(months: Sequence[Figure]) -> Limits | None:
    """The control limits that the last of the figures is judged by, at the rows of each of them.

    They come from up to MONTHS_BEFORE months before it: p′ and u′ (Laney) for shares and rates of MANY_ROWS
    rows a month and more (median), else XmR of the values. None with fewer than LEAST_BEFORE months with data
    before it, or where these are all alike, so that nothing is known of how the figure varies.
    """
    drawn = _chart_and_limits(months)
    if drawn is None:
        return None
    chart, limits = drawn
    low, high = (
        tuple(None if np.isnan(value) else float(value) for value in line)
        for line in (limits.low, limits.high)
    )
    return Limits(chart, limits.centre, low, high)


def months_before(months: Sequence[Figure]) -> int:
    """The number of months with data from which the last month's limits come."""
    return sum(figure.usable_value is not None for figure in months[-MONTHS_BEFORE - 1 : -1])


def chart_look(months: Sequence[Figure]) -> tuple[float, float] | None:
    """The centre of the last month's control chart, and the p-value of its point; None without limits.

    The chart is that of `limits_of`.
    """
    from kpi.statistics.two_samples import new_point  # scipy.stats takes seconds to import, once

    drawn = _chart_and_limits(months)
    if drawn is None or months[-1].value is None:
        return None
    _, limits = drawn
    z = float(charts.standardised(_values(months), limits)[-1])
    return limits.centre, new_point(z, months_before(months))


def judge(figure: Figure, signal: Signal | None = None) -> Verdict:
    """The verdict on a figure; `signal` is that of the same month, None where there is none.

    In the order that decides: no value, then no target; a standard of 100 % by whether there is any
    exception; fewer rows than the minimum base: cannot tell; at or beyond the target: met; a gap that chance
    explains: cannot tell; otherwise missed, or below where it is no more than the material gap.

    Of a figure that lacks rows only what would be said of both its bounds, and nothing where it is withheld.
    """
    if figure.gap is not None and figure.unfinished:
        return _judge_unfinished(figure, signal)
    if not figure.marked or figure.gap is None:
        return _judge_whole(figure, signal)
    ends = () if figure.withheld else figure.bounds or ()
    found = [_judge_whole(_moved(figure, value), signal) for value in ends]
    if len({(one.standing, one.reason) for one in found}) != 1:
        return Verdict("cannot_tell", "partial")
    beat, by_chart = all(one.beat for one in found), any(one.by_chart for one in found)
    return replace(found[0], beat=beat, by_chart=by_chart)


def _judge_unfinished(figure: Figure, signal: Signal | None) -> Verdict:
    """What the rest of the period cannot change: a count only grows. By all of what is due by its end."""
    found = judge(replace(figure, share_so_far=figure.share_due), signal)
    good = "met" if figure.indicator.better == "higher" else "missed"
    if found.standing == good and figure.value >= figure.target * figure.share_due:
        return found
    return Verdict("cannot_tell", "unfinished" if figure.days_ahead else "partial")


def _moved(figure: Figure, value: float) -> Figure:
    """A figure of a whole base as it would be with another value; its interval moves along."""
    low, high = (end if end is None else end + value - figure.value for end in (figure.low, figure.high))
    above = value / figure.indicator.scale * figure.denominator
    return replace(figure, value=value, numerator=above, low=low, high=high)


def _judge_whole(figure: Figure, signal: Signal | None) -> Verdict:
    standing, reason = _standing(figure, signal)
    beat = standing == "met" and _beat(figure, signal)
    sure = signal is None or (_beat(figure, None) if beat else _standing(figure, None)[0] == standing)
    return Verdict(standing, reason, beat, by_chart=not sure)


def judged(figure: Figure, signal: Signal | None = None) -> Judged:
    """A figure with its verdict."""
    return Judged(figure, judge(figure, signal))


def by_exceptions(figure: Figure) -> bool:
    """Whether a figure is judged by the list of its exceptions 逐件说明: a share that has to be 100 %."""
    indicator = figure.indicator
    return indicator.better == "higher" and figure.target == indicator.highest


def _standing(figure: Figure, signal: Signal | None) -> tuple[Standing, Reason | None]:
    if figure.value is None:
        return "no_data", figure.indicator.unusable if figure.coverage == 0 else None
    if figure.aim is None:
        return "no_target", None
    if by_exceptions(figure):
        return ("met" if figure.gap_good else "missed"), None
    if not figure.enough_rows:
        return "cannot_tell", "few_rows"
    return ("met", None) if figure.gap_good else _short_of_target(figure, signal)


def _short_of_target(figure: Figure, signal: Signal | None) -> tuple[Standing, Reason | None]:
    by_interval = not figure.target_inside and _target_outside(figure)
    if not (by_interval or _signals_gap(figure, signal)):
        return "cannot_tell", "within_chance"
    return ("missed" if _matters(figure) else "below"), None


def _beat(figure: Figure, signal: Signal | None) -> bool:
    """Whether the target is really beaten: by more than the material gap and than chance. Not in a band."""
    if figure.indicator.better == "band" or by_exceptions(figure):
        return False
    return _matters(figure) and (_target_outside(figure) or _signals_gap(figure, signal))


def _matters(figure: Figure) -> bool:
    return abs(figure.gap) > figure.indicator.material + ROUNDING


def _target_outside(figure: Figure) -> bool:
    """Whether the target lies outside an interval that is wrong 5 % of the time at most.

    For a share that is the exact one: with 30 rows and a target of 95 % Wilson's alone would call every
    fourteenth month a miss that is none. A count, which has no interval on the sheet, has Poisson's.
    """
    exact = figure.indicator.how.exact
    low, high = exact(figure.numerator, figure.denominator) if exact else (figure.low, figure.high)
    target = figure.aim
    return low is not None and not low <= target <= high


def _signals_gap(figure: Figure, signal: Signal | None) -> bool:
    """Whether a signal lies on the same side as the gap."""
    return signal is not None and signal.above == (figure.gap > 0)


def _chart_and_limits(months: Sequence[Figure]) -> tuple[Chart, charts.Limits] | None:
    """The control chart of the figures and its limits, in their unit; None with few months or no spread."""
    if months_before(months) < LEAST_BEFORE:
        return None
    before, indicator = slice(-MONTHS_BEFORE - 1, -1), months[0].indicator
    rows = [figure.base for figure in months[before] if figure.usable_value is not None]
    if indicator.how.law.chart and float(np.median(rows)) >= MANY_ROWS:
        # A month without a value has no say, even where one of its two sides was counted.
        above, below = (
            np.array([0.0 if figure.usable_value is None else getattr(figure, side) for figure in months])
            for side in ("numerator", "denominator")
        )
        chart, draw = indicator.how.law.chart
        limits = draw(above, below / indicator.scale, before)
    else:
        chart, single = "xmr", charts.xmr_chart(_values(months), before, indicator.lowest, indicator.highest)
        limits = single and single.limits
    return (chart, limits) if limits is not None and np.nanmax(limits.sigma) > 0 else None


def _values(months: Sequence[Figure]) -> np.ndarray:
    return np.array([np.nan if figure.usable_value is None else figure.usable_value for figure in months])
