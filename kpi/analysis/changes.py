"""What changed between two figures of one indicator, and whether it is more than chance."""

from __future__ import annotations

from dataclasses import dataclass

from kpi.figures.figure import Figure
from kpi.units import UNITS


@dataclass(frozen=True, slots=True)
class Change:
    """now − before in the indicator's unit, its sign untouched, with the 95 % interval of the difference.

    `low`, `high` are None where there is no interval: for a count, and where a spread is not known. `clear`
    says that the interval leaves out 0.
    """

    amount: float
    low: float | None = None
    high: float | None = None
    clear: bool = False


def change(now: Figure, before: Figure) -> Change | None:
    """The change between two figures of the same indicator; None where either has no value."""
    if now.value is None or before.value is None:
        return None
    amount, interval = now.value - before.value, interval_of(now, before)
    if interval is None:
        return Change(amount)
    low, high = interval
    return Change(amount, low, high, clear=low > 0 or high < 0)


def interval_of(now: Figure, before: Figure) -> tuple[float, float] | None:
    """The 95 % interval of now − before, of figures that have values; None for a count.

    Proportions by Newcombe, rates by the exact limits of each, means, points and ratios by Welch, their rows
    (of a ratio the days) taken as independent. Values without any spread on either side have no interval:
    ten equal ones say nothing about the next.
    """
    indicator = now.indicator
    return indicator.how.difference(now, before, UNITS[indicator.unit])
