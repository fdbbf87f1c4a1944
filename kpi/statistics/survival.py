"""How long things take while some are still open: an open ticket has lasted at least until now."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from statsmodels.duration.survfunc import SurvfuncRight

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Curve:
    """The share still open after each of the `times` at which something ended; known up to `last`."""

    times: Array
    survival: Array
    last: float


def kaplan_meier(durations: ArrayLike, observed: ArrayLike) -> Curve | None:
    """The share that lasts longer than t: S(t) = Π over tᵢ ≤ t of (1 − dᵢ ÷ nᵢ).

    `durations` in any unit, `observed` true where the end was seen and false where it is still open; d ended
    at tᵢ of the n that had lasted until then. One that is open at tᵢ counts among the n. None without any; a
    missing duration (NaN) is a ValueError. Kaplan & Meier 1958, Journal of the American Statistical
    Association 53:457.
    """
    durations, observed = np.asarray(durations, dtype=float), np.asarray(observed, dtype=bool)
    if not durations.size:
        return None
    if np.isnan(durations).any():
        raise ValueError("a duration is missing")
    last = float(durations.max())
    if not observed.any():
        return Curve(np.empty(0), np.empty(0), last)
    found = SurvfuncRight(durations, observed.astype(int))
    return Curve(np.asarray(found.surv_times), np.asarray(found.surv_prob), last)


def share_done_by(curve: Curve, limit: float) -> float | None:
    """The share (0…1) that ends within `limit`: 1 − S(limit), `limit` in the unit of the durations.

    None beyond what was seen, unless all had ended. Kaplan & Meier 1958, Journal of the American Statistical
    Association 53:457.
    """
    passed = int(np.searchsorted(curve.times, limit, side="right"))
    left = float(curve.survival[passed - 1]) if passed else 1.0
    return None if limit > curve.last and left > 0 else 1 - left


def quantile(curve: Curve, share: float) -> float | None:
    """The first time by which at least `share` (0…1) has ended: S(t) ≤ 1 − share. None while fewer have.

    In the unit of the durations. Kaplan & Meier 1958, Journal of the American Statistical Association 53:457.
    """
    # The survival is a product of fractions: half of it may come out a rounding error above one half.
    reached = np.flatnonzero(curve.survival <= 1 - share + 1e-12)
    return float(curve.times[reached[0]]) if reached.size else None


def median(curve: Curve) -> float | None:
    """The first time by which half has ended, as `quantile`. None while more than half is open."""
    return quantile(curve, 0.5)
