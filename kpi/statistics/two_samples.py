"""Two samples of the same kind: how likely chance alone makes them differ as much as they do.

All p-values are two-sided: twice the smaller tail, at most 1.
"""

from __future__ import annotations

import math

from scipy import special, stats


def conditional_binomial(events1: float, exposure1: float, events0: float, exposure0: float) -> float | None:
    """The p-value of two counts of events over their exposures, such as days or calls.

    Of all k₁ + k₀ events each falls into the first with t₁ ÷ (t₁ + t₀), if the rates are the same: an exact
    binomial test. None where either has no exposure. Przyborowski & Wilenski 1940, Biometrika 31:313.
    """
    if exposure1 <= 0 or exposure0 <= 0:
        return None
    every, share = int(events1 + events0), exposure1 / (exposure1 + exposure0)
    few, many = special.bdtr(events1, every, share), special.bdtrc(events1 - 1, every, share)
    return min(1.0, 2 * float(min(few, many)))


def fisher_exact(hits1: float, rows1: float, hits0: float, rows0: float) -> float | None:
    """The p-value of two shares by the hypergeometric distribution of the first one's hits: exact.

    None where either has no rows. Fisher 1935, Journal of the Royal Statistical Society 98:39.
    """
    if rows1 <= 0 or rows0 <= 0:
        return None
    first = stats.hypergeom(rows1 + rows0, hits1 + hits0, rows1)
    return min(1.0, 2 * float(min(first.cdf(hits1), first.sf(hits1 - 1))))


def welch_test(
    mean1: float, variance1: float, freedom1: float, mean0: float, variance0: float, freedom0: float
) -> float | None:
    """The p-value of two means whose variances may differ; parts as in `kpi.statistics.differences.welch`.

    None where a freedom is not above 0, or nothing varies. Welch 1947, Biometrika 34:28.
    """
    variance = variance1 + variance0
    if freedom1 <= 0 or freedom0 <= 0 or variance <= 0:
        return None
    freedom = 1 / ((variance1 / variance) ** 2 / freedom1 + (variance0 / variance) ** 2 / freedom0)
    return min(1.0, 2 * float(special.stdtr(freedom, -abs(mean1 - mean0) / math.sqrt(variance))))


def new_point(z: float, points: int) -> float:
    """The p-value of one more point of a control chart, `z` of its σ from the centre of `points` before it.

    Student's t of z ÷ √(1 + 1/m), for the centre varies too, with as many degrees of freedom as a σ from
    m − 1 moving ranges is sure by, (m − 1)² ÷ 2(0.8264 m − 1.082). Cryer & Ryan 1990, Journal of Quality
    Technology 22:187.
    """
    freedom = (points - 1) ** 2 / (2 * (0.8264 * points - 1.082))
    return min(1.0, 2 * float(special.stdtr(freedom, -abs(z) / math.sqrt(1 + 1 / points))))
