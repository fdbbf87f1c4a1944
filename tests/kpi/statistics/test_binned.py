"""Quantiles from bins against numpy on the numbers themselves, and as often right as they say."""

from __future__ import annotations

import numpy as np
import pytest

from kpi.statistics.binned import ENDS, EXACT, quantile, quantile_interval


def counted(values: np.ndarray) -> np.ndarray:
    """The rows by bin: a value on an end is below it."""
    places = np.searchsorted(ENDS, values, side="left")
    return np.bincount(np.minimum(places, len(ENDS) - 1), minlength=len(ENDS)).astype(float)


def test_a_bin_is_a_whole_second_or_no_wider_than_a_third() -> None:
    assert ENDS[: EXACT + 1] == tuple(range(11))
    wide = [(end - start) / end for start, end in zip(ENDS[EXACT:-6], ENDS[EXACT + 1 : -5], strict=True)]
    assert max(wide) < 1 / 3


@pytest.mark.parametrize("share", [0.5, 0.9])
@pytest.mark.parametrize("mean", [3, 18, 200, 2000])
def test_quantiles_are_near_those_of_the_numbers(share: float, mean: float) -> None:
    values = np.ceil(np.random.default_rng(5).exponential(mean, 20_000))
    exact = np.quantile(values, share, method="inverted_cdf")
    assert quantile(counted(values), share) == pytest.approx(exact, rel=0.06, abs=0.5)


def test_bins_of_two_days_are_those_of_both_together() -> None:
    rng = np.random.default_rng(6)
    one, other = (np.ceil(rng.exponential(mean, 300)) for mean in (5, 60))
    both = counted(np.concatenate([one, other]))
    assert (counted(one) + counted(other) == both).all()
    assert quantile(both, 0.5) != pytest.approx(
        (quantile(counted(one), 0.5) + quantile(counted(other), 0.5)) / 2, rel=0.1
    )


def test_ends() -> None:
    assert quantile(counted(np.zeros(5)), 0.9) == 0
    assert quantile(counted(np.full(8, 30.0)), 0.5) == 27  # the middle of 24 to 30
    assert quantile(counted(np.array([100_000.0])), 0.5) == pytest.approx(64_800)  # a day at most
    assert quantile(np.zeros(len(ENDS)), 0.5) is None
    assert quantile_interval(np.zeros(len(ENDS)), 0.5) is None


def test_the_interval_holds_the_true_quantile_as_often_as_it_says() -> None:
    """Of exponential waits of 40 s the median is 27.7 s; a bin more or less takes or gives some of the 95 %."""
    rng, held = np.random.default_rng(8), 0
    for _ in range(400):
        low, high = quantile_interval(counted(rng.exponential(40, 150)), 0.5)
        held += low <= 40 * np.log(2) <= high
    assert 0.92 <= held / 400 <= 0.98
