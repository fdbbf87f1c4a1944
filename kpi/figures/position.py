"""A value's gap to its target, and whether it or its interval reaches the target; no verdict yet."""

from __future__ import annotations

from kpi.catalog.definitions import Indicator

# Differences smaller than this are rounding of sums, not gaps.
ROUNDING = 1e-9


def gap_of(value: float | None, target: float | None) -> float | None:
    """value − target with its sign untouched; None where either is missing."""
    if value is None or target is None:
        return None
    gap = value - target
    return 0.0 if abs(gap) < ROUNDING else gap


def on_good_side(indicator: Indicator, gap: float | None) -> bool | None:
    """Whether a gap is on the good side: at or beyond the target; in a band within the material gap."""
    if gap is None:
        return None
    good = {"higher": gap, "lower": -gap, "band": _slack(indicator) - abs(gap)}
    return good[indicator.better] >= -ROUNDING


def holds_target(indicator: Indicator, interval: tuple[float, float], target: float) -> bool:
    """Whether an interval holds the target; in a band, any value within the material gap of it."""
    low, high = interval
    return low <= target + _slack(indicator) and high >= target - _slack(indicator)


def _slack(indicator: Indicator) -> float:
    return indicator.material if indicator.better == "band" else 0.0
