"""Funnel limits against the tests of the NHS's FunnelPlotR, and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects

from kpi.statistics.funnel import (
    INNER,
    OUTER,
    binomial_limits,
    normal_limits,
    overdispersion,
    poisson_limits,
)


def test_poisson_limits() -> None:
    # FunnelPlotR, tests of poisson_limits
    low, high = poisson_limits([15, 20, 30], INNER)
    assert low == pytest.approx([0.5596924, 0.6108260, 0.6746958], abs=5e-8)
    assert high == pytest.approx([1.649348, 1.544419, 1.427562], abs=5e-7)
    low, high = poisson_limits([15, 20, 30], OUTER)
    assert low == pytest.approx([0.3862650, 0.4479107, 0.5289724], abs=5e-8)
    assert high == pytest.approx([2.082907, 1.902094, 1.702771], abs=5e-7)


def test_binomial_limits_by_hand() -> None:
    # n = 10, target ½: F(1) = 11/1024 < 0.025 ≤ F(2) = 56/1024, so a = (56/1024 − 0.025) ÷ (45/1024) = 0.675556
    low, high = binomial_limits(0.5, [10])
    assert low == pytest.approx([(2 - 0.675556) / 10], abs=5e-8)
    # F(7) = 968/1024 < 0.975 ≤ F(8) = 1013/1024, so a = (1013/1024 − 0.975) ÷ (45/1024) = 0.324444
    assert high == pytest.approx([(8 - 0.324444) / 10], abs=5e-8)


@pytest.mark.parametrize("confidence", [INNER, OUTER])
def test_binomial_limits_close_in_on_the_normal_ones(confidence: float) -> None:
    exact = binomial_limits(0.9, [1_000_000], confidence)
    normal = normal_limits(0.9, [np.sqrt(0.9 * 0.1 / 1_000_000)], confidence)
    assert np.ravel(exact) == pytest.approx(np.ravel(normal), abs=2e-6)


def test_binomial_limits_of_every_size_leave_out_no_more_than_they_say() -> None:
    rows = np.arange(1, 200)
    low, high = binomial_limits(0.85, rows)
    assert (stats.binom.cdf(np.ceil(low * rows - 1e-9) - 1, rows, 0.85) <= 0.025).all()
    assert (stats.binom.sf(np.ceil(high * rows - 1e-9), rows, 0.85) <= 0.025).all()
    assert (low >= 0).all()
    assert (high <= 1).all()


def test_limits_at_the_ends_and_without_a_base() -> None:
    low, high = binomial_limits(0.0, [5, 50])
    assert (list(low), list(high)) == ([0, 0], [0, 0])
    low, high = binomial_limits(1.0, [5, 50])
    assert (list(low), list(high)) == ([1, 1], [1, 1])
    assert np.isnan(binomial_limits(0.5, [0])).all()
    assert np.isnan(poisson_limits([0])).all()
    assert [ends.size for ends in (*binomial_limits(0.5, []), *poisson_limits([]))] == [0] * 4


def test_normal_limits() -> None:
    low, high = normal_limits(0.8, [0.03], 0.95, between=0.04**2)
    assert (low[0], high[0]) == pytest.approx((0.8 - 1.959964 * 0.05, 0.8 + 1.959964 * 0.05), abs=5e-8)


def test_overdispersion_without_winsorising_is_the_moment_estimate_of_meta_analysis() -> None:
    luck = np.random.default_rng(2)
    errors = luck.uniform(0.01, 0.05, 20)
    values = luck.normal(0.8, np.hypot(errors, 0.04))
    pooled = np.average(values, weights=errors**-2)
    found = overdispersion(values, pooled, errors, winsorised=0)
    theirs = combine_effects(values, errors**2, method_re="chi2")
    assert found.between == pytest.approx(theirs.tau2, rel=1e-9)
    assert found.phi == pytest.approx(theirs.q / 20)


def test_overdispersion_pulls_in_a_tenth_at_each_end() -> None:
    # z = −9, −2, −1, −1, 0, 0, 1, 1, 2, 8 becomes −2 … 2: Σz² = 20; τ² = (20 − 9) ÷ (10 − 1) s²
    z = np.array([-9, -2, -1, -1, 0, 0, 1, 1, 2, 8])
    found = overdispersion(0.8 + 0.02 * z, 0.8, np.full(10, 0.02))
    assert (found.phi, found.between) == pytest.approx((2, 11 / 9 * 0.02**2))


def test_no_more_spread_than_chance_gives_none_between() -> None:
    found = overdispersion([0.79, 0.81, 0.8], 0.8, [0.02] * 3)
    assert found.phi == pytest.approx(1 / 6)
    assert found.between == 0
    assert overdispersion([0.8] * 5, 0.8, [0.02] * 5).phi == 0


def test_one_unit_none_at_all_and_no_error() -> None:
    assert overdispersion([0.9], 0.8, [0.02]).between == 0
    assert overdispersion([], 0.8, []) is None
    for values, errors in (([0.9, 0.8], [0.02, 0]), ([0.9, np.nan], [0.02, 0.02])):
        with pytest.raises(ValueError, match="above 0"):
            overdispersion(values, 0.8, errors)
