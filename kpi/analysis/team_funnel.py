"""The people of a team around its own rate, by how many rows each has: who differs by more than chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kpi.catalog.definitions import Indicator
from kpi.figures.figure import Figure
from kpi.figures.figures import figures_by_agent
from kpi.figures.view import View, of_month
from kpi.scope import Period, Subject
from kpi.statistics.funnel import INNER, OUTER, normal_limits, overdispersion
from kpi.units import UNITS

Array = NDArray[np.float64]

STEPS = 80  # of the curves
FEWEST = 3  # people, for a centre that is not one of them


@dataclass(frozen=True, slots=True)
class Dot:
    """One person: the value over `rows`; `small` where these are fewer than the indicator's minimum base.

    `beyond` is −1 or +1 outside the 99.8 % limits, else 0. `person` is None where names are hidden.
    """

    person: Subject | None
    value: float
    rows: int
    small: bool
    beyond: int


@dataclass(frozen=True, slots=True)
class Band:
    """The limits for so many rows: 95 % (low, high) and 99.8 % (lowest, highest)."""

    rows: float
    lowest: float
    low: float
    high: float
    highest: float


@dataclass(frozen=True, slots=True)
class Funnel:
    """A team in one month. `spread` says that the people differ by more than their rows explain.

    Then the limits are wider by the variance between people, and only who stands out of these is outside.
    """

    indicator: Indicator
    centre: float
    dots: tuple[Dot, ...]
    bands: tuple[Band, ...]
    spread: bool


def funnel(view: View, month: Period, people: Sequence[Subject], key: str) -> Funnel | None:
    """The funnel of several people around what all of them reach together.

    None for a count, which has no rate, and a ratio, whose days are no rows; with fewer than FEWEST people
    with data, and where everyone has the same. Limits are exact binomial or Poisson ones; for means and
    points, and where people of the minimum base are overdispersed, normal ones around the centre, wider by τ²
    (Spiegelhalter 2005).
    """
    if not (view.catalog.indicators[key].how.funnel and people):
        return None
    found = figures_by_agent(of_month(view, month), month, list(people), (key,))
    known = [(person, found[person.key][0]) for person in people if found[person.key]]
    known = [(person, figure) for person, figure in known if figure.value is not None]
    if len(known) < FEWEST:
        return None
    figures = [figure for _, figure in known]
    indicator = figures[0].indicator
    centre = indicator.scale * sum(f.numerator for f in figures) / sum(f.denominator for f in figures)
    unit = _error_of_one_row(figures, centre)
    if unit is None:
        return None
    between = _between(figures, centre, unit)
    grid = _grid([figure.base for figure in figures])
    lowest, low, high, highest = _limits(indicator, centre, unit, between, grid)
    own = _limits(
        indicator, centre, unit, between, np.array([figure.base for figure in figures], dtype=float)
    )
    dots = tuple(
        Dot(
            person,
            figure.value,
            figure.base,
            small=not figure.enough_rows,
            beyond=int(figure.value > own[3][place]) - int(figure.value < own[0][place]),
        )
        for place, (person, figure) in enumerate(known)
    )
    bands = tuple(Band(*map(float, line)) for line in zip(grid, lowest, low, high, highest, strict=True))
    return Funnel(indicator, centre, dots, bands, spread=between > 0)


def public(shown: Funnel) -> Funnel:
    """The funnel without names and ids, its dots in order of their rows instead of the roster's."""
    dots = sorted((replace(dot, person=None) for dot in shown.dots), key=lambda dot: (dot.rows, dot.value))
    return replace(shown, dots=tuple(dots))


def _error_of_one_row(figures: Sequence[Figure], centre: float) -> float | None:
    """The standard error that one row has around the centre; with n rows it is this ÷ √n. None where it is 0.

    For a mean and for points the standard deviation within people, pooled over their degrees of freedom.
    """
    indicator = figures[0].indicator
    variance = indicator.how.row_variance(centre, figures, UNITS[indicator.unit])
    return float(np.sqrt(variance)) if variance > 0 else None


def _between(figures: Sequence[Figure], centre: float, unit: float) -> float:
    """τ², the variance between the people whose rows reach the minimum base; 0 where chance explains all."""
    enough = [figure for figure in figures if figure.enough_rows]
    errors = [unit / np.sqrt(figure.base) for figure in enough]
    found = overdispersion([figure.value for figure in enough], centre, errors)
    return found.between if found else 0.0


def _grid(rows: Sequence[int]) -> Array:
    """Numbers of rows for the curves of the limits, from a few less than anyone has to a few more."""
    return np.unique(np.linspace(max(1, 0.8 * min(rows)), 1.05 * max(rows) + 1, STEPS).round())


def _limits(
    indicator: Indicator, centre: float, unit: float, between: float, rows: Array
) -> tuple[Array, ...]:
    """The lowest, low, high and highest limit for each number of rows, within what is possible."""
    (low, high), (lowest, highest) = (
        _interval(indicator, centre, unit, between, rows, confidence) for confidence in (INNER, OUTER)
    )
    return tuple(np.clip(line, indicator.lowest, indicator.highest) for line in (lowest, low, high, highest))


def _interval(
    indicator: Indicator, centre: float, unit: float, between: float, rows: Array, confidence: float
) -> tuple[Array, Array]:
    limits = indicator.how.law.funnel
    if between or limits is None:
        return normal_limits(centre, unit / np.sqrt(rows), confidence, between)
    return limits(centre, rows, indicator.scale, confidence)
