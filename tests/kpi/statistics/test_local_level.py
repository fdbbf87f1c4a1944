"""The level of a monthly figure, its spread, and the probability of what is measured next."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kpi.statistics.forecast import simple_exponential_smoothing
from kpi.statistics.local_level import (
    FINE,
    Level,
    Spread,
    events_at_least,
    local_level,
    rolling_errors,
    share_at_least,
    spread_of,
)

# Hyndman & Athanasopoulos 2018, table 7.1: oil production of Saudi Arabia, 1996 to 2013.
OIL = [445.4, 453.2, 454.4, 422.4, 456.0, 440.4, 425.2, 486.2, 500.4, 521.3]
OIL += [508.9, 488.9, 509.9, 456.7, 473.8, 525.9, 549.8, 542.3]


def test_with_equal_denominators_it_is_exponential_smoothing() -> None:
    """The book's fit has α 0.834 and forecasts 542.68; our grid has 0.8, and starts from the first value."""
    found = local_level(OIL, np.ones(18), np.zeros(18))
    fitted = simple_exponential_smoothing(OIL)
    assert found.alpha == pytest.approx(0.8)
    assert found.value == pytest.approx(542.68, abs=0.5)
    assert math.sqrt(found.variance) == pytest.approx(float(fitted.sigma[0]), rel=0.02)


def test_a_level_that_does_not_move_is_the_ratio_of_the_sums() -> None:
    # 0.1 of 100, 0.2 of 300, and back: not (0.1 + 0.2 + 0.1 + 0.2) ÷ 4 but 140 ÷ 800.
    found = local_level([10, 60, 10, 60], [100, 300, 100, 300], [1e-3, 3e-4, 1e-3, 3e-4])
    assert (found.value, found.alpha) == (0.175, 0.0)
    # Errors: 0.1, 0.1 − 70/400 = −0.075, 0.2 − 80/500 = 0.04; Σe² = 0.017225, ÷ 2, less the mean noise.
    assert found.variance == pytest.approx(0.017225 / 2 - (3e-4 + 1e-3 + 3e-4) / 3)


def test_the_level_is_never_surer_than_its_own_rows() -> None:
    found = local_level([10, 10, 10], [100, 100, 100], [9e-4] * 3)
    assert found == Level(0.1, pytest.approx(9e-4 / 3), 0.0)


def test_the_last_month_alone_counts_after_a_jump_that_lasts() -> None:
    found = local_level([1, 1, 1, 9, 9, 9], np.ones(6), np.full(6, 1e-6))
    assert (found.value, found.alpha) == (9.0, 1.0)


def test_rolling_forecasts_know_nothing_of_what_comes_after() -> None:
    whole = rolling_errors(OIL, np.ones(18))
    assert len(whole) == 16
    for end in (3, 9, 17):
        level = local_level(OIL[:end], np.ones(end), np.zeros(end)).value
        assert whole[end - 2] == pytest.approx(OIL[end] - level)


@pytest.mark.parametrize("below", [[], [3], [3, 0]])
def test_too_little_for_a_level_is_refused(below: list[float]) -> None:
    with pytest.raises(ValueError, match="two months"):
        local_level([1] * len(below), below, [0.1] * len(below))


def test_too_few_months_have_no_rolling_errors() -> None:
    assert [rolling_errors([1] * months, [2] * months).size for months in (0, 1, 2, 3)] == [0, 0, 0, 1]


def test_what_is_left_of_errors_after_noise() -> None:
    assert spread_of([], []) == 0
    assert spread_of([3, 4], [1, 2]) == 25 - 1.5
    assert spread_of([0.1, 0.1], [1, 1]) == 0


@pytest.mark.parametrize("bounded", [True, False])
def test_a_spread_has_its_mean_and_variance(bounded: bool) -> None:
    spread = Spread(0.8, 0.01, bounded)
    a, b = spread.shape
    exact = stats.beta(a, b) if bounded else stats.gamma(a, scale=1 / b)
    assert (exact.mean(), exact.var()) == (pytest.approx(0.8), pytest.approx(0.01))
    assert spread.quantile(0.9) == pytest.approx(exact.ppf(0.9))
    assert spread.at_least(0.7) == pytest.approx(exact.sf(0.7))


def test_a_spread_may_reach_below_nothing() -> None:
    net = Spread(-20.0, 400.0, True, -100.0, 200.0)
    exact = stats.beta(*net.shape, loc=-100, scale=200)
    assert (exact.mean(), exact.var()) == (pytest.approx(-20), pytest.approx(400))
    assert net.quantile(0.1) == pytest.approx(exact.ppf(0.1))
    assert net.quantile(0.1) < -40
    assert net.at_least(0) == pytest.approx(exact.sf(0))
    assert (net.at_least(-100), net.at_least(100)) == (pytest.approx(1), pytest.approx(0))
    assert not net.certain


def test_what_is_certain_is_one_value() -> None:
    one = Spread(1.0, 0.01, True)
    assert (one.certain, one.quantile(0.1), one.at_least(1.0), one.at_least(1.01)) == (True, 1.0, 1.0, 0.0)
    assert Spread(5.0, 0.0, False).at_least(5.1) == 0
    assert events_at_least(Spread(0.0, 0.0, False), 3, 1) == 0
    assert share_at_least(one, 10, 1.0) == 1


@pytest.mark.parametrize(("target", "needed"), [(0.9, 9), (0.91, 10), (1.0, 10), (0.05, 1)])
def test_a_share_is_measured_in_whole_rows(target: float, needed: int) -> None:
    level = Spread(0.85, 0.004, True)
    exact = stats.betabinom(10, *level.shape).sf(needed - 1)
    assert share_at_least(level, 10, target) == pytest.approx(exact)
    assert (share_at_least(level, 10, 0), share_at_least(level, 10, 1.01)) == (1.0, 0.0)


def test_of_many_rows_the_steps_between_them_do_not_matter() -> None:
    level = Spread(0.85, 0.0004, True)
    few, many = (share_at_least(level, rows, 0.86) for rows in (FINE, FINE + 1))
    assert many == pytest.approx(few, abs=0.003)


@pytest.mark.parametrize(("target", "needed"), [(0.5, 1), (1.0, 2), (1.01, 3)])
def test_events_come_whole(target: float, needed: int) -> None:
    level = Spread(1.5, 0.5, False)  # gamma of shape 4.5 and rate 3, over an exposure of 2
    exact = stats.nbinom(4.5, 3 / 5).sf(needed - 1)
    assert events_at_least(level, 2, target) == pytest.approx(exact)
    assert events_at_least(level, 2, 0) == 1


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(1, 50)), min_size=2, max_size=36),
    st.floats(0, 0.01),
)
def test_the_level_lies_within_what_was_measured(months: list[tuple[int, int]], noise: float) -> None:
    above, below = (np.array(column, dtype=float) for column in zip(*months, strict=True))
    found = local_level(above, below, np.full(len(months), noise))
    values = above / below
    assert values.min() - 1e-9 <= found.value <= values.max() + 1e-9
    assert found.variance >= 0
