"""A subject's months of one indicator as two additive numbers, and how sure each month's value is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kpi.catalog.definitions import Indicator
from kpi.figures.figure import Figure
from kpi.figures.figure_from_sums import PER
from kpi.figures.months import Line


@dataclass(frozen=True, slots=True)
class Months:
    """The months of a line that have data: values are above ÷ below, `rows` is what they are sure by."""

    indicator: Indicator
    names: list[str]
    above: np.ndarray
    below: np.ndarray
    rows: np.ndarray
    unit: float  # sampling variance of the value of a single row

    @property
    def values(self) -> np.ndarray:
        """The value of each month, in the indicator's unit."""
        return self.above / self.below

    @property
    def noise(self) -> np.ndarray:
        """The sampling variance of each month's value."""
        return self.unit / self.rows


def months_of(line: Line, each: int = 1) -> Months | None:
    """The months of a line that have a value, a count of 0 among them; None where none has.

    Where the figures are of `each` months, a count is one by the month.
    """
    line = [(name, one) for name, one in line if one.value is not None]
    if not line:
        return None
    names, figures = [name for name, _ in line], [figure for _, figure in line]
    indicator = figures[0].indicator
    above, rows = (np.array([float(getattr(f, name)) for f in figures]) for name in ("numerator", "base"))
    below = np.array([float(f.denominator or each) for f in figures])
    if indicator.kind == "rate":
        above = above * PER
    if indicator.kind == "count":
        rows = np.full_like(above, each)
    return Months(indicator, names, above, below, rows, _unit(indicator, above, below, figures))


def _unit(indicator: Indicator, above: np.ndarray, below: np.ndarray, figures: Sequence[Figure]) -> float:
    """The sampling variance of a single row: binomial, Poisson, or pooled over the months."""
    level = inside(indicator, float(above.sum() / below.sum()), float(below.sum()))
    if indicator.kind == "proportion":
        return level * (1 - level)
    if indicator.kind in ("rate", "count"):
        return level * (PER if indicator.kind == "rate" else 1)
    known = [f for f in figures if f.variance is not None]
    freedom = sum(f.base - 1 for f in known)
    return sum((f.base - 1) * f.base * f.variance for f in known) / freedom if freedom else 0.0


def inside(indicator: Indicator, level: float, below: float) -> float:
    """A level by counted rows is at least half a row away from what no row has shown."""
    if indicator.kind == "proportion":
        return min(max(level, 0.5 / below), 1 - 0.5 / below)
    half = 0.5 * (PER if indicator.kind == "rate" else 1) / below
    return max(level, half) if indicator.kind in ("rate", "count") else level
