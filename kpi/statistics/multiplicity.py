"""Many comparisons at once: p-values adjusted so that few of those reported are false."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats


def benjamini_hochberg(p_values: ArrayLike) -> NDArray[np.float64]:
    """p-values adjusted for the share of false discoveries; those at or below q may be reported.

    Of m p-values in rising order the adjusted i-th is the least of m pⱼ ÷ j with j ≥ i. A missing one (NaN)
    stays missing and is not counted in m; one outside 0…1 is a ValueError. Benjamini & Hochberg 1995, Journal
    of the Royal Statistical Society B 57:289.
    """
    p_values = np.asarray(p_values, dtype=float)
    adjusted, known = np.full_like(p_values, np.nan), ~np.isnan(p_values)
    adjusted[known] = stats.false_discovery_control(p_values[known], method="bh")
    return adjusted
