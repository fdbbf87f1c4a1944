"""What may be said about a figure and its target."""

from __future__ import annotations

from dataclasses import dataclass

from kpi.catalog.definitions import Indicator
from kpi.figures.figure import Verdict

# Differences smaller than this are rounding of sums, not gaps.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, and the gap value − target with the side it is on."""

    verdict: Verdict
    gap: float | None = None
    gap_good: bool | None = None


def judge(
    indicator: Indicator,
    value: float | None,
    target: float | None,
    base: float,
    interval: tuple[float, float] | None,
) -> Judgement:
    """The verdict on `value`, in the order that decides.

    No value, then no target; a standard of 100 % by whether there is any exception; fewer rows than
    the minimum base: cannot tell; at or beyond the target: met; the target inside the interval:
    cannot tell; otherwise missed. A figure without an interval (a count) is judged as it stands.
    In a band, everything closer to the target than the material gap is met.
    """
    if value is None:
        return Judgement("no_data")
    if target is None:
        return Judgement("no_target")
    gap = value - target
    slack = indicator.material if indicator.better == "band" else 0.0
    good = {"higher": gap, "lower": -gap, "band": slack - abs(gap)}[indicator.better] >= -ROUNDING
    if abs(gap) < ROUNDING:
        gap = 0.0
    if indicator.better == "higher" and target == indicator.highest:
        return Judgement("met" if good else "missed", gap, good)
    if base < indicator.min_base:
        return Judgement("cannot_tell", gap, good)
    if good:
        return Judgement("met", gap, good)
    low, high = interval or (value, value)
    inside = low <= target + slack and high >= target - slack
    return Judgement("cannot_tell" if inside else "missed", gap, good)
