"""The level that a monthly figure moves about, how sure it is, and what the next month will measure.

In numpy alone: a fit of statsmodels takes thirty times as long, and its import a second or more.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Array = NDArray[np.float64]

# How much of the level each new month replaces: 0 is the mean of all months, 1 the last one.
ALPHAS = np.linspace(0, 1, 11)
# From here on the steps between one row and the next are too small to see.
FINE = 2000


@dataclass(frozen=True, slots=True)
class Level:
    """The level of the coming month, its variance, and the α that found it."""

    value: float
    variance: float
    alpha: float


@dataclass(frozen=True, slots=True)
class Spread:
    """A distribution by mean and variance: beta where `bounded` (0…1), else gamma (0…∞).

    It begins at `lowest` instead of 0, and a bounded one is as wide as `width`: from −100 to 100, say.
    """

    mean: float
    variance: float
    bounded: bool
    lowest: float = 0.0
    width: float = 1.0

    @property
    def shape(self) -> tuple[float, float]:
        """a and b of the beta distribution of 0…1, or shape and rate of the gamma distribution."""
        mean, variance = self._along(self.mean), self.variance / self.width**2
        if self.bounded:
            most = mean * (1 - mean)
            total = max(most / variance - 1, 1e-3)  # a single row is 0 or 1: all weight at the ends
            return mean * total, (1 - mean) * total
        return mean**2 / variance, mean / variance

    def _along(self, value: float) -> float:
        """How far `value` lies from the lowest, in widths."""
        return (value - self.lowest) / self.width

    @property
    def certain(self) -> bool:
        """Whether only one value is possible."""
        mean = self._along(self.mean)
        return self.variance <= 1e-18 or mean <= 0 or (self.bounded and mean >= 1)

    def quantile(self, share: float) -> float:
        """The value that the variable stays below with probability `share`."""
        if self.certain:
            return self.mean
        a, b = self.shape
        found = special.betaincinv(a, b, share) if self.bounded else special.gammaincinv(a, share) / b
        return self.lowest + self.width * float(found)

    def at_least(self, value: float) -> float:
        """The probability that the variable is at least `value`."""
        if self.certain:
            return float(self.mean >= value - 1e-12)
        (a, b), value = self.shape, max(self._along(value), 0.0)
        return float(
            special.betaincc(a, b, min(value, 1.0)) if self.bounded else special.gammaincc(a, value * b)
        )


def local_level(above: ArrayLike, below: ArrayLike, noise: ArrayLike) -> Level:
    """The level of Σ above ÷ Σ below, each month weighing (1 − α) of the next; α by least squares.

    With equal denominators this is simple exponential smoothing of the values, lₜ = α yₜ + (1 − α) lₜ₋₁; with
    unequal ones a month counts by its rows. `noise` is the sampling variance of each month's value. The
    variance of the coming level is Σe² ÷ (m − 1) − mean noise over the m one-step errors e, and never below
    what sampling alone leaves, Σw²v ÷ (Σw)². Fewer than two months, or a denominator that is not above 0, is
    a ValueError. Brown 1959, Statistical Forecasting for Inventory Control; the discounted sums: Harvey &
    Fernandes 1989, Journal of Business & Economic Statistics 7:407.
    """
    above, below, noise = (np.asarray(one, dtype=float) for one in (above, below, noise))
    if above.size < 2 or not (below > 0).all():
        raise ValueError("a level needs two months or more, each with rows")
    errors, over, under = _errors(above, below)
    best = int(_losses(errors, below)[-1].argmin())
    weights = (1 - ALPHAS[best]) ** np.arange(above.size - 1, -1, -1) * below
    sampling = float((weights**2 * noise).sum() / weights.sum() ** 2)
    moved = spread_of(errors[:, best], noise[1:])
    return Level(float(over[best] / under[best]), max(moved, sampling), float(ALPHAS[best]))


def rolling_errors(above: ArrayLike, below: ArrayLike) -> Array:
    """The errors of the level's one-step forecasts from the third month on; α from what came before each.

    Numerators and denominators by month, as in `local_level`; two fewer errors than months, none of fewer
    than three. Tashman 2000, International Journal of Forecasting 16:437.
    """
    above, below = (np.asarray(one, dtype=float) for one in (above, below))
    if above.size < 3:
        return np.empty(0)
    errors = _errors(above, below)[0]
    best = _losses(errors, below)[:-1].argmin(axis=1)
    return errors[np.arange(1, len(errors)), best]


def _errors(above: Array, below: Array) -> tuple[Array, Array, Array]:
    """The one-step errors by month (from the second) and α, and both discounted sums at the end by α."""
    values, kept = above / below, 1 - ALPHAS
    over, under = np.full(kept.shape, above[0]), np.full(kept.shape, below[0])
    errors = np.empty((above.size - 1, kept.size))
    for month in range(1, above.size):
        errors[month - 1] = values[month] - over / under
        over, under = kept * over + above[month], kept * under + below[month]
    return errors, over, under


def _losses(errors: Array, below: Array) -> Array:
    """The squared errors summed so far by α, weighted by rows; rounded, so that ties take the steadiest α."""
    return np.round(np.cumsum(errors**2 * below[1:, None], axis=0), 12)


def spread_of(errors: ArrayLike, noise: ArrayLike) -> float:
    """How much of the squared one-step errors is not the sampling noise of their months; at least 0.

    Σe² ÷ (m − 1) − mean `noise` (variances), of the m `errors`; the variance in `local_level`. 0 without any.
    """
    errors, noise = np.asarray(errors, dtype=float), np.asarray(noise, dtype=float)
    if not errors.size:
        return 0.0
    return max(0.0, float((errors**2).sum() / max(errors.size - 1, 1) - noise.mean()))


def share_at_least(level: Spread, rows: int, target: float) -> float:
    """The probability that of `rows` rows a share of at least `target` passes: beta-binomial.

    P(k of n) = C(n, k) B(k + a, n − k + b) ÷ B(a, b), the level being beta(a, b). Skellam 1948, Journal of
    the Royal Statistical Society B 10:257.
    """
    needed = math.ceil(rows * target - 1e-9)
    if needed <= 0 or needed > rows:
        return float(needed <= 0)
    if level.certain:
        return float(special.bdtrc(needed - 1, rows, level.mean)) if level.mean < 1 else 1.0
    if rows > FINE:
        noise = level.mean * (1 - level.mean) / rows
        return Spread(level.mean, level.variance + noise, True).at_least((needed - 0.5) / rows)
    (a, b), hits = level.shape, np.arange(needed, rows + 1)
    chosen = -special.betaln(hits + 1, rows - hits + 1) - math.log(rows + 1)
    logs = chosen + special.betaln(hits + a, rows - hits + b) - special.betaln(a, b)
    return min(1.0, float(np.exp(logs).sum()))


def events_at_least(level: Spread, exposure: float, target: float) -> float:
    """The probability of at least `target` events per unit over an exposure: gamma-Poisson.

    P(X ≥ k) = 1 − I(a, k) at b ÷ (b + t), the level being gamma(a, b). Greenwood & Yule 1920, Journal of the
    Royal Statistical Society 83:255.
    """
    needed = math.ceil(exposure * target - 1e-9)
    if needed <= 0:
        return 1.0
    if level.certain:
        return float(special.gammainc(needed, level.mean * exposure)) if level.mean > 0 else 0.0
    a, b = level.shape
    return float(special.betaincc(a, needed, b / (b + exposure)))
