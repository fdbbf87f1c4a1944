"""Funnel plots: limits around one target for agents or teams of unequal size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from kpi.statistics.shrinkage import between_variance

Array = NDArray[np.float64]

# About 2 and 3 standard deviations of a normal distribution.
INNER = 0.95
OUTER = 0.998


@dataclass(frozen=True, slots=True)
class Overdispersion:
    """φ, the mean squared z (1 where chance alone is at work), and τ², the variance between the units."""

    phi: float
    between: float


def binomial_limits(target: float, rows: ArrayLike, confidence: float = INNER) -> tuple[Array, Array]:
    """Low and high limit of a proportion around `target` for each number of `rows`, within 0…1.

    For a tail probability p: (r − a) ÷ n, with r the least count for which F(r) ≥ p and
    a = (F(r) − p) ÷ (F(r) − F(r − 1)), F being binomial(n, target). Around 0 and 1, where nothing varies, the
    target itself. NaN without rows. Spiegelhalter 2005, Statistics in Medicine 24:1185.
    """
    rows = np.asarray(rows, dtype=float)
    known = np.where(rows > 0, rows, np.nan)
    if target in (0, 1):
        return target + 0 * known, target + 0 * known

    def limit(tail: float) -> Array:
        count = stats.binom.ppf(tail, known, target)
        reached = stats.binom.cdf(count, known, target)
        part = (reached - tail) / (reached - stats.binom.cdf(count - 1, known, target))
        return np.clip((count - part) / known, 0, 1)

    tail = (1 - confidence) / 2
    return limit(tail), limit(1 - tail)


def poisson_limits(expected: ArrayLike, confidence: float = INNER) -> tuple[Array, Array]:
    """Low and high limit of observed ÷ expected events around 1, for each number of `expected` events.

    χ²(α/2; 2E) ÷ 2E and χ²(1−α/2; 2E+2) ÷ 2E; times the target rate they are limits of a rate. NaN where none
    is expected. Spiegelhalter 2005, Statistics in Medicine 24:1185.
    """
    expected = np.asarray(expected, dtype=float)
    twice, tail = 2 * np.where(expected > 0, expected, np.nan), (1 - confidence) / 2
    return stats.chi2.ppf(tail, twice) / twice, stats.chi2.isf(tail, twice + 2) / twice


def normal_limits(
    target: float, errors: ArrayLike, confidence: float = INNER, between: float = 0.0
) -> tuple[Array, Array]:
    """Low and high limit around `target` for each standard error: target ± z √(s² + τ²).

    `errors` are the standard errors if the target is true, √(θ(1−θ)/n) for a proportion; `between` is the τ²
    of `overdispersion`. Spiegelhalter 2005, Statistics in Medicine 24:1185.
    """
    spread = np.sqrt(np.square(np.asarray(errors, dtype=float)) + between)
    half = stats.norm.isf((1 - confidence) / 2) * spread
    return target - half, target + half


def overdispersion(
    values: ArrayLike, target: float, errors: ArrayLike, winsorised: float = 0.1
) -> Overdispersion | None:
    """How much more the values spread around `target` than their standard errors explain.

    z = (value − target) ÷ error, the outer `winsorised` share at each end pulled in to the next one;
    φ = Σz² ÷ I. Where I φ > I − 1, τ² = (Iφ − (I−1)) ÷ (Σw − Σw²/Σw) with w = 1 ÷ error², otherwise 0. None
    without values; a missing one, or an error that is not above 0, is a ValueError. Spiegelhalter 2005,
    Statistics in Medicine 24:1185; Spiegelhalter 2005, Quality and Safety in Health Care 14:347.
    """
    values, errors = np.asarray(values, dtype=float), np.asarray(errors, dtype=float)
    if not values.size:
        return None
    if not (errors > 0).all() or np.isnan(values).any():
        raise ValueError("values must be known, and their standard errors above 0")
    z = np.asarray(stats.mstats.winsorize((values - target) / errors, limits=(winsorised, winsorised)))
    return Overdispersion(float(np.mean(z**2)), between_variance(float(np.sum(z**2)), errors**2))
