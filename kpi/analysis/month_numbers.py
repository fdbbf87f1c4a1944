"""A subject's months of one indicator as two additive numbers, and how sure each month's value is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kpi.catalog.definitions import Indicator
from kpi.figures.months import Line
from kpi.units import UNITS


@dataclass(frozen=True, slots=True)
class Months:
    """A line's months with data, as arrays: a value is above ÷ below, `rows` are the rows it rests on.

    `enough` says of each whether it has the indicator's minimum base; a count always has.
    """

    indicator: Indicator
    names: list[str]
    above: np.ndarray
    below: np.ndarray
    rows: np.ndarray
    enough: np.ndarray
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
    """A line's months that have a usable value, a count of 0 among them; None where none has.

    Where the figures are of `each` months, a count is one by the month.
    """
    line = [(name, one) for name, one in line if one.usable_value is not None]
    if not line:
        return None
    names, figures = [name for name, _ in line], [figure for _, figure in line]
    indicator = figures[0].indicator
    each = each if indicator.how.grows else 1
    below = np.array([float(one.denominator or each) for one in figures])
    if indicator.how.above:
        above = np.array([float(one.numerator) for one in figures]) * indicator.scale
    else:  # a month counts by its rows
        above = np.array([one.value for one in figures]) * below
    rows = np.array([float(one.sample if indicator.how.below else each) for one in figures])
    enough = np.array([one.enough_rows or not indicator.how.below for one in figures])
    level = inside(indicator, float(above.sum() / below.sum()), float(below.sum()))
    unit = indicator.how.row_variance(level, figures, UNITS[indicator.unit])
    return Months(indicator, names, above, below, rows, enough, unit)


def inside(indicator: Indicator, level: float, below: float) -> float:
    """`level` kept half a row away from a level of counted rows that no row can show."""
    return indicator.how.law.inside(level, 0.5 * indicator.scale / below)
