"""Rules that tell when a control chart signals. z is the distance from the centre in standard deviations.

Each rule gives an array as long as z: +1 where it fires above the centre, −1 below, 0 where it is silent. It
fires at the point that completes the pattern and is itself part of it. A point on a limit is not beyond it,
and one on the centre line is on neither side. A missing point (NaN) counts as one on the centre line.

Western Electric Company 1956, Statistical Quality Control Handbook; Nelson 1984, Journal of Quality
Technology 16:237. How often each set of rules is wrong while nothing changed: Champ & Woodall 1987,
Technometrics 29:393 – on average every 370 points for the first rule alone, every 92 for all four.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import ArrayLike, NDArray

Signals = NDArray[np.int_]


def beyond_three_sigma(z: ArrayLike) -> Signals:
    """Rule 1: one point beyond 3σ."""
    return _of_last(z, 3, needed=1, window=1)


def two_of_three_beyond_two_sigma(z: ArrayLike) -> Signals:
    """Rule 2: two of three points in a row beyond 2σ on the same side."""
    return _of_last(z, 2, needed=2, window=3)


def four_of_five_beyond_one_sigma(z: ArrayLike) -> Signals:
    """Rule 3: four of five points in a row beyond 1σ on the same side."""
    return _of_last(z, 1, needed=4, window=5)


def run_of_eight(z: ArrayLike) -> Signals:
    """Rule 4: eight points in a row on the same side of the centre. It keeps firing while the run lasts."""
    return _of_last(z, 0, needed=8, window=8)


RULES = {
    1: beyond_three_sigma,
    2: two_of_three_beyond_two_sigma,
    3: four_of_five_beyond_one_sigma,
    4: run_of_eight,
}


def western_electric(z: ArrayLike, rules: Collection[int] = (1, 2, 3, 4)) -> Signals:
    """Where any of the numbered rules fires. An unknown number is a KeyError."""
    # Every rule speaks for the side of its last point, so no two can contradict each other.
    return np.sign(sum((RULES[rule](z) for rule in rules), np.zeros(np.shape(z), int)))


def _of_last(z: ArrayLike, limit: float, needed: int, window: int) -> Signals:
    z = np.asarray(z, dtype=float)
    return _upper(z, limit, needed, window) - _upper(-z, limit, needed, window)


def _upper(z: NDArray[np.float64], limit: float, needed: int, window: int) -> Signals:
    beyond = (z > limit).astype(int)
    inside = np.cumsum(beyond)
    inside[window:] -= inside[:-window].copy()
    return beyond * (inside >= needed)
