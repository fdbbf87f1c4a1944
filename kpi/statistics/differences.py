"""Intervals of a difference: this period minus the one before, or one team minus another."""

from __future__ import annotations

import math

from scipy import special

from kpi.statistics.intervals import CONFIDENCE, Interval, poisson_exact, wilson


def newcombe(
    hits1: float, rows1: float, hits0: float, rows0: float, confidence: float = CONFIDENCE
) -> Interval:
    """The hybrid score interval of p₁ − p₀, both ends within −1…1. None where either has no rows.

    With d = p₁ − p₀ and the Wilson interval l…u of each: d − √((p₁−l₁)² + (u₀−p₀)²) …
    d + √((u₁−p₁)² + (p₀−l₀)²). Newcombe 1998, Statistics in Medicine 17:873, method 10.
    """
    one, other = wilson(hits1, rows1, confidence), wilson(hits0, rows0, confidence)
    if one is None or other is None:
        return None
    return _recovered(hits1 / rows1, one, hits0 / rows0, other)


def poisson_difference(
    events1: float, exposure1: float, events0: float, exposure0: float, confidence: float = CONFIDENCE
) -> Interval:
    """The interval of the difference of two rates, events₁ ÷ exposure₁ − events₀ ÷ exposure₀.

    The same recovery of variances as in `newcombe`, from the exact interval of each rate, so that it also
    holds with no events on one side or on both, and covers at least as often as it says. None where either
    has no exposure. Zou & Donner 2008, Statistics in Medicine 27:1693; Garwood 1936, Biometrika 28:437.
    """
    one = poisson_exact(events1, exposure1, confidence)
    other = poisson_exact(events0, exposure0, confidence)
    if one is None or other is None:
        return None
    return _recovered(events1 / exposure1, one, events0 / exposure0, other)


def welch(
    mean1: float,
    variance1: float,
    freedom1: float,
    mean0: float,
    variance0: float,
    freedom0: float,
    confidence: float = CONFIDENCE,
) -> Interval:
    """The t interval of mean₁ − mean₀, whose variances may differ.

    `variance` is that of the mean (standard error squared, s²/n), `freedom` its degrees of freedom (n − 1).
    d ± t(ν) √(v₁ + v₀) with ν = (v₁ + v₀)² ÷ (v₁²/f₁ + v₀²/f₀). None where a freedom is not above 0.
    Welch 1947, Biometrika 34:28; Satterthwaite 1946, Biometrics Bulletin 2:110.
    """
    if freedom1 <= 0 or freedom0 <= 0:
        return None
    difference, variance = mean1 - mean0, variance1 + variance0
    if variance == 0:
        return difference, difference
    # As shares of the sum: squares of very small variances would vanish.
    freedom = 1 / ((variance1 / variance) ** 2 / freedom1 + (variance0 / variance) ** 2 / freedom0)
    half = float(special.stdtrit(freedom, 0.5 + confidence / 2)) * math.sqrt(variance)
    return difference - half, difference + half


def _recovered(
    value1: float, interval1: tuple[float, float], value0: float, interval0: tuple[float, float]
) -> tuple[float, float]:
    difference = value1 - value0
    low = difference - math.hypot(value1 - interval1[0], interval0[1] - value0)
    high = difference + math.hypot(interval1[1] - value1, value0 - interval0[0])
    return low, high
