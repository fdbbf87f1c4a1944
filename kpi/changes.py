"""How far a figure has moved since another month, and whether that is more than chance 环比, 同比."""

from __future__ import annotations

from dataclasses import dataclass

from scipy import special

from kpi.figures import PER
from kpi.sheets import Figure
from kpi.statistics.differences import newcombe, poisson_difference, welch
from kpi.statistics.intervals import CONFIDENCE


@dataclass(frozen=True, slots=True)
class Change:
    """now − before in the indicator's unit, its sign untouched, with the 95 % interval of the difference.

    `low`, `high` are None where there is no interval: where the spread of a mean is not known. `clear` says
    that the interval leaves out 0.
    """

    amount: float
    low: float | None = None
    high: float | None = None
    clear: bool = False


def change(now: Figure, before: Figure) -> Change | None:
    """The change between two figures of one indicator; None where either has no value.

    A proportion by Newcombe, a rate by its exact Poisson intervals, a mean and points by Welch. Two counts
    are compared over equally many days, those of `now`: the one before is taken per day with data, so that
    neither a short month nor one that is not over looks like a fall. Counts are taken as Poisson: days that
    differ more than that make the interval too narrow.
    """
    if now.value is None or before.value is None:
        return None
    amount, interval = now.value - before.value, _interval(now, before)
    if now.indicator.kind == "count":
        amount = now.value - before.value / _length(now, before)
    if interval is None:
        return Change(amount)
    low, high = interval
    return Change(amount, low, high, clear=low > 0 or high < 0)


def _interval(now: Figure, before: Figure) -> tuple[float, float] | None:
    kind = now.indicator.kind
    if kind == "proportion":
        return newcombe(*_parts(now), *_parts(before))
    if kind == "rate":
        found = poisson_difference(*_parts(now), *_parts(before))
        return found and (PER * found[0], PER * found[1])
    if kind == "count":
        return poisson_difference(now.value, 1, before.value, _length(now, before))
    return _of_means(now, before)


def _parts(figure: Figure) -> tuple[float, float]:
    return figure.numerator, figure.denominator


def _length(now: Figure, before: Figure) -> float:
    """How long the month before is, as a multiple of this one, both without the days that lack data."""
    days, days_before = (one.days * (one.share_of_days or 1) for one in (now, before))
    return days_before / days


def _of_means(now: Figure, before: Figure) -> tuple[float, float] | None:
    """By Welch from the two t intervals. None where one is unknown or neither has any width."""
    one, other = _variance(now), _variance(before)
    if one is None or other is None or one + other == 0:
        return None
    return welch(now.value, one, now.base - 1, before.value, other, before.base - 1)


def _variance(figure: Figure) -> float | None:
    """The variance of a mean, from the half width of its t interval; None where both ends are cut off.

    An interval ends where the unit does (a share at 0 and 1): the longer half is the uncut one.
    """
    if figure.low is None or figure.high is None:
        return None
    cut_above = figure.indicator.unit == "share" and figure.high >= 1
    if figure.low <= 0 and cut_above and figure.high > figure.low:
        return None
    half = max(figure.value - figure.low, figure.high - figure.value)
    return (half / float(special.stdtrit(figure.base - 1, 0.5 + CONFIDENCE / 2))) ** 2
