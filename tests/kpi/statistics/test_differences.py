"""Intervals of differences against published tables and statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep
from statsmodels.stats.rates import confint_poisson_2indep

from kpi.statistics.differences import newcombe, poisson_difference, welch

# Newcombe 1998, Statistics in Medicine 17:873, table II, method 10.
TABLE = [
    ((56, 70, 48, 80), 0.0524, 0.3339),
    ((9, 10, 3, 10), 0.1705, 0.8090),
    ((0, 10, 0, 20), -0.1611, 0.2775),
    ((0, 10, 0, 10), -0.2775, 0.2775),
    ((10, 10, 0, 10), 0.6075, 1.0000),
]


@pytest.mark.parametrize(("counts", "low", "high"), TABLE)
def test_newcombe(counts: tuple[int, int, int, int], low: float, high: float) -> None:
    assert newcombe(*counts) == pytest.approx((low, high), abs=0.00005)


@pytest.mark.parametrize("counts", [(6, 7, 2, 7), (81, 263, 15, 148), (5, 5, 29, 29)])
def test_newcombe_is_that_of_statsmodels(counts: tuple[int, int, int, int]) -> None:
    theirs = confint_proportions_2indep(*counts, method="newcomb", compare="diff", alpha=0.1)
    assert newcombe(*counts, confidence=0.9) == pytest.approx(theirs, abs=1e-12)


def test_newcombe_turned_round_is_the_same_with_the_other_sign() -> None:
    low, high = newcombe(9, 10, 3, 10)
    assert newcombe(3, 10, 9, 10) == pytest.approx((-high, -low), abs=1e-15)


@pytest.mark.parametrize("counts", [(10, 1, 10, 1), (60, 51_477.5, 30, 54_308.7), (0, 2, 5, 1), (3, 2, 0, 1)])
def test_poisson_difference_is_that_of_statsmodels(counts: tuple[float, float, float, float]) -> None:
    theirs = confint_poisson_2indep(*counts, method="mover", method_mover="exact-c", compare="diff")
    assert poisson_difference(*counts) == pytest.approx(theirs, rel=1e-9)


def test_no_events_on_either_side_leaves_what_is_known_of_each() -> None:
    # 3.6889 is the exact upper limit of no events, Ulm 1990, American Journal of Epidemiology 131:373.
    assert poisson_difference(0, 1, 0, 1) == pytest.approx((-3.6889, 3.6889), abs=0.00005)
    assert poisson_difference(0, 1, 0, 10) == pytest.approx((-0.36889, 3.6889), abs=0.00005)


@pytest.mark.parametrize(("mean1", "mean0", "exposure0"), [(0.2, 0.2, 1), (1, 3, 1), (3, 9, 3), (30, 40, 2)])
def test_poisson_difference_covers_at_least_as_often_as_it_says(
    mean1: float, mean0: float, exposure0: float
) -> None:
    true = mean1 - mean0 / exposure0
    covered = 0.0
    for events1 in range(int(stats.poisson.isf(1e-5, mean1)) + 1):
        for events0 in range(int(stats.poisson.isf(1e-5, mean0)) + 1):
            low, high = poisson_difference(events1, 1, events0, exposure0)
            if low <= true <= high:
                covered += stats.poisson.pmf(events1, mean1) * stats.poisson.pmf(events0, mean0)
    assert covered >= 0.95


def test_welch() -> None:
    # Student's sleep data (1908, Biometrika 6:1): R's t.test(extra ~ group, sleep) prints df = 17.776 and this.
    first = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
    second = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])
    parts = [(values.mean(), values.var(ddof=1) / values.size, values.size - 1) for values in (first, second)]
    assert welch(*parts[0], *parts[1]) == pytest.approx((-3.3654832, 0.2054832), abs=5e-8)


def test_welch_where_one_side_is_certain_has_the_freedom_of_the_other() -> None:
    expected = stats.t.interval(0.95, 4, loc=3, scale=2)
    assert welch(10, 4, 4, 7, 0, 30) == pytest.approx(expected, rel=1e-12)
    assert welch(10, 4e-200, 4, 10, 4e-200, 4) is not None


def test_welch_of_means_without_spread_is_their_difference() -> None:
    assert welch(10, 0, 4, 7, 0, 4) == (3, 3)


def test_nothing_to_compare_has_no_interval() -> None:
    assert newcombe(0, 0, 3, 10) is None
    assert newcombe(3, 10, 0, 0) is None
    assert poisson_difference(0, 0, 3, 10) is None
    assert poisson_difference(3, 10, 0, 0) is None
    assert welch(5, 0, 0, 5, 1, 9) is None
    assert welch(5, 1, 9, 5, 0, 0) is None
