"""95 % intervals of a figure, from its additive parts. None where there is too little to give one.

Of a share in 0…1, of a rate in events per unit of exposure, of a mean or a ratio in its own unit. A part that
is missing (NaN) is too little.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

CONFIDENCE = 0.95
LEAST_GROUPS = 5  # of fewer, what they differ by is chance itself

Interval = tuple[float, float] | None


def wilson(hits: float, rows: float, confidence: float = CONFIDENCE) -> Interval:
    """The score interval of a proportion of `hits` in `rows`, both ends within 0…1.

    (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) ÷ (1 + z²/n). Wilson 1927, JASA 22:209; Newcombe 1998,
    Statistics in Medicine 17:857.
    """
    if not (rows > 0 and hits >= 0):
        return None
    z = _normal(confidence)
    p, wide = hits / rows, 1 + z * z / rows
    centre = (p + z * z / (2 * rows)) / wide
    half = z * math.sqrt(p * (1 - p) / rows + z * z / (4 * rows * rows)) / wide
    # At the ends the formula gives 0 and 1 exactly; rounding must not leave them.
    low = 0.0 if hits == 0 else max(0.0, centre - half)
    high = 1.0 if hits == rows else min(1.0, centre + half)
    return low, high


def clopper_pearson(hits: float, rows: float, confidence: float = CONFIDENCE) -> Interval:
    """The exact interval of a proportion of `hits` in `rows`: never wrong more often than it says.

    The quantiles α/2 of beta(k, n − k + 1) and 1 − α/2 of beta(k + 1, n − k). Clopper & Pearson 1934,
    Biometrika 26:404.
    """
    if not (rows > 0 and hits >= 0):
        return None
    tail = (1 - confidence) / 2
    low = float(special.betaincinv(hits, rows - hits + 1, tail)) if hits > 0 else 0.0
    high = float(special.betainccinv(hits + 1, rows - hits, tail)) if hits < rows else 1.0
    return low, high


def poisson_exact(events: float, exposure: float, confidence: float = CONFIDENCE) -> Interval:
    """The exact interval of a rate of `events` per unit of `exposure`.

    χ²(α/2; 2k)/2 … χ²(1−α/2; 2k+2)/2, divided by the exposure. Garwood 1936, Biometrika 28:437.
    """
    if not (exposure > 0 and events >= 0):
        return None
    tail = (1 - confidence) / 2
    # A χ² quantile with 2k degrees of freedom is twice the gamma quantile of shape k.
    low = special.gammaincinv(events, tail) if events > 0 else 0.0
    high = special.gammainccinv(events + 1, tail)
    return float(low) / exposure, float(high) / exposure


def mean_t(rows: float, total: float, squares: float, confidence: float = CONFIDENCE) -> Interval:
    """The t interval of a mean: Σx ÷ n ± t(n−1) s ÷ √n, with s² = (Σx² − (Σx)²/n) ÷ (n−1).

    `rows` is n, `total` Σx and `squares` Σx². Student 1908, Biometrika 6:1.
    """
    return _student_interval(total, rows, mean_variance(rows, total, squares), rows, confidence)


def mean_variance(rows: float, total: float, squares: float) -> float | None:
    """The variance of a mean, s² ÷ n, with n − 1 degrees of freedom; None for fewer than two rows.

    Parts as in `mean_t`. Student 1908, Biometrika 6:1.
    """
    if rows < 2:
        return None
    return max(squares - total * (total / rows), 0.0) / (rows - 1) / rows


def net_wald(rows: float, total: float, squares: float, confidence: float = CONFIDENCE) -> Interval:
    """The interval of the share of promoters less that of detractors, within −1…1; None without rows.

    `total` is Σx and `squares` Σx² over x = 1 (promoter), 0 or −1 (detractor). The adjusted Wald interval, of
    three answers more, ¾ of them on either side: Σx ÷ (n + 3) ± z √variance. Rocks 2016, The American
    Statistician 70:365.
    """
    variance = net_variance(rows, total, squares)
    if variance is None:
        return None
    centre, half = total / (rows + 3), _normal(confidence) * math.sqrt(variance)
    return max(-1.0, centre - half), min(1.0, centre + half)


def net_variance(rows: float, total: float, squares: float) -> float | None:
    """The variance that `net_wald` rests on, (p + d − (p − d)²) ÷ n, never 0; None without rows.

    Parts as there: n is rows + 3, p + d is (Σx² + 1½) ÷ n. Rocks 2016, The American Statistician 70:365.
    """
    if not rows:
        return None
    many = rows + 3
    return ((squares + 1.5) / many - (total / many) ** 2) / many


def ratio_t(
    rows: float, x: float, y: float, xx: float, xy: float, yy: float, confidence: float = CONFIDENCE
) -> Interval:
    """The interval of a ratio R = Σx ÷ Σy over `rows` units that each have an x and a y.

    `x` is Σx, `xy` Σxy and so on. R ± t(n−1) √(n s²) ÷ Σy, with s² = Σ(x − R y)² ÷ (n−1). Cochran 1977,
    Sampling Techniques, section 6.4, without the finite-population correction.
    """
    return _student_interval(x, y, ratio_variance(rows, x, y, xx, xy, yy), rows, confidence)


def ratio_variance(rows: float, x: float, y: float, xx: float, xy: float, yy: float) -> float | None:
    """The variance of a ratio as in `ratio_t`, n s² ÷ (Σy)², with n − 1 degrees of freedom.

    None with fewer than two units or without any y. Cochran 1977, Sampling Techniques, section 6.4.
    """
    if rows < 2 or y <= 0:
        return None
    ratio = x / y
    residual = max(xx - 2 * ratio * xy + ratio * ratio * yy, 0.0) / (rows - 1)
    return rows * residual / y / y


def jackknife_t(
    x: float, y: float, variance: float | None, groups: float, confidence: float = CONFIDENCE
) -> Interval:
    """The interval of a ratio Σx ÷ Σy by the variance that `jackknife_variance` finds between its groups.

    Σx ÷ Σy ± t(g − 1) √variance. Tukey 1958, Annals of Mathematical Statistics 29:614.
    """
    return _student_interval(x, y, variance, groups, confidence)


def jackknife_variance(x: ArrayLike, y: ArrayLike) -> float | None:
    """The variance of a ratio R = Σx ÷ Σy, from g groups that each have an x and a y, such as days.

    (g − 1)/g Σ (Rᵢ − R̄)², with Rᵢ the ratio without the group i and R̄ their mean. None with fewer than
    LEAST_GROUPS, and where one of them has all of y. Quenouille 1956, Biometrika 43:353; Tukey 1958, Annals
    of Mathematical Statistics 29:614.
    """
    x, y = (np.asarray(side, dtype=float) for side in (x, y))
    left = y.sum() - y
    if x.size < LEAST_GROUPS or not (left > 0).all():
        return None
    without = (x.sum() - x) / left
    return float((x.size - 1) / x.size * ((without - without.mean()) ** 2).sum())


def _student_interval(
    above: float, below: float, variance: float | None, rows: float, confidence: float
) -> Interval:
    if variance is None or math.isnan(variance):
        return None
    half = _student(rows - 1, confidence) * math.sqrt(variance)
    return above / below - half, above / below + half


@lru_cache
def _normal(confidence: float) -> float:
    return float(special.ndtri(0.5 + confidence / 2))


@lru_cache(maxsize=4096)
def _student(freedom: float, confidence: float) -> float:
    return float(special.stdtrit(freedom, 0.5 + confidence / 2))
