"""What changed between two figures of one indicator, and whether it is more than chance."""

from __future__ import annotations

from dataclasses import dataclass

from kpi.figures.figure import Figure
from kpi.figures.figure_from_sums import PER
from kpi.statistics.differences import newcombe, poisson_difference, welch


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

    Proportions by Newcombe, rates by the exact limits of each, means and points by Welch, their rows taken
    as independent. Values without any spread on either side have no interval: ten equal ones say nothing
    about the next.
    """
    kind = now.indicator.kind
    if kind == "proportion":
        return newcombe(now.numerator, now.denominator, before.numerator, before.denominator)
    if kind == "rate":
        parts = now.numerator, now.denominator, before.numerator, before.denominator
        found = poisson_difference(*parts)
        return found and (PER * found[0], PER * found[1])
    if None in (now.variance, before.variance) or not now.variance + before.variance:
        return None
    sides = ((one.value, one.variance, one.base - 1) for one in (now, before))
    return welch(*next(sides), *next(sides))
