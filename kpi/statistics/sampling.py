"""How many conversations to review, and of which kind."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy import special

from kpi.statistics.intervals import CONFIDENCE


def cochran(
    share: float, margin: float, population: float | None = None, confidence: float = CONFIDENCE
) -> int:
    """Rows to draw so that a proportion near `share` is known to ± `margin` (both 0…1), rounded up.

    n₀ = z² p(1 − p) ÷ e²; of a `population` of N rows n = n₀ ÷ (1 + (n₀ − 1)/N). A margin that is not above
    0, or a share outside 0…1, is a ValueError. Cochran 1977, Sampling Techniques, section 4.4.
    """
    if not (margin > 0 and 0 <= share <= 1):
        raise ValueError("the margin must be above 0, the share within 0…1")
    z = float(special.ndtri(0.5 + confidence / 2))
    rows = z * z * share * (1 - share) / margin**2
    if population is not None:
        rows = population * rows / (population + rows - 1) if rows > 0 and population > 0 else 0.0
    return math.ceil(round(rows, 9))  # what rounding adds to a whole number is no further row


def krejcie_morgan(population: float) -> int:
    """Rows to draw from a population for a share of any size to ± 5 points at 95 %, as the table has it.

    χ² N P(1 − P) ÷ (d²(N − 1) + χ² P(1 − P)) with χ² = 3.841, P = 0.5, d = 0.05, to the nearest row. Krejcie
    & Morgan 1970, Educational and Psychological Measurement 30:607.
    """
    if population <= 0:
        return 0
    quarter = 3.841 * 0.25
    return round(quarter * population / (0.05**2 * (population - 1) + quarter))


def neyman_allocation(sizes: Sequence[int], deviations: Sequence[float], total: int) -> list[int]:
    """How many of `total` rows to draw from each stratum for the smallest variance of the overall mean.

    nₕ = n · NₕSₕ ÷ ΣNS with `sizes` N and standard `deviations` S, √(p(1−p)) for a proportion; by size alone
    where no stratum varies. No more than a stratum has: what is left over goes to the others. The parts are
    rounded by largest remainders and sum to `total`, or to all there is. Neyman 1934, Journal of the Royal
    Statistical Society 97:558; Cochran 1977, Sampling Techniques, sections 5.5 and 5.8.
    """
    size, weight = np.asarray(sizes, dtype=float), np.multiply(sizes, deviations, dtype=float)
    drawn, left = np.zeros(size.size), float(min(total, size.sum()))
    open_ = size > 0
    while left > 1e-9:
        # Strata that do not vary come last, by their size.
        pull = np.where(open_, weight, 0) if weight[open_].sum() > 0 else np.where(open_, size, 0)
        drawn = np.minimum(size, drawn + left * pull / pull.sum())
        left = float(min(total, size.sum()) - drawn.sum())
        open_ = drawn < size - 1e-9
    whole = np.floor(drawn + 1e-9)
    missing = round(min(total, size.sum()) - whole.sum())
    whole[np.argsort(whole - drawn, kind="stable")[:missing]] += 1
    return [int(rows) for rows in whole]
