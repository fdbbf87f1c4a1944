"""What a difference between two figures is made of."""

from __future__ import annotations

import numpy as np


def kitagawa(
    shares0: np.ndarray, shares1: np.ndarray, rates0: np.ndarray, rates1: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The effect of each group on Σ shares1·rates1 − Σ shares0·rates0: (mix, rate), each one number a group.

    mix = (s1 − s0)(r1 + r0)/2, rate = (r1 − r0)(s1 + s0)/2; their sums add up to the difference. A rate
    that is NaN (no rows then) is taken as the other one, so that the group's whole effect is mix.
    Kitagawa 1955, JASA 50:1168; the same as Das Gupta 1993 (Census P23-186) of two factors.
    """
    before = np.where(np.isnan(rates0), rates1, rates0)
    now = np.where(np.isnan(rates1), rates0, rates1)
    return (shares1 - shares0) * (now + before) / 2, (now - before) * (shares1 + shares0) / 2
