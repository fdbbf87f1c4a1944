"""Tests of two samples against scipy and by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from kpi.statistics.control_charts import standardised, xmr_chart
from kpi.statistics.two_samples import conditional_binomial, fisher_exact, new_point, welch_test


@pytest.mark.parametrize("counts", [(37, 31, 19, 30), (0, 31, 7, 30), (7, 18, 7, 18), (200, 9000, 150, 9500)])
def test_events_are_a_binomial_test_of_their_sum(counts: tuple[int, int, int, int]) -> None:
    events1, exposure1, events0, exposure0 = counts
    share = exposure1 / (exposure1 + exposure0)
    tails = [
        stats.binomtest(events1, events1 + events0, share, alternative=side).pvalue
        for side in ("less", "greater")
    ]
    assert conditional_binomial(*counts) == pytest.approx(min(1.0, 2 * min(tails)), rel=1e-9)


def test_without_exposure_or_events_nothing_is_known() -> None:
    assert conditional_binomial(3, 0, 2, 30) is None
    assert conditional_binomial(0, 31, 0, 30) == 1


# Fisher's tea: three of four cups told right; and shares of many rows.
@pytest.mark.parametrize("counts", [(3, 4, 1, 4), (24, 30, 30, 30), (8_700, 10_000, 8_500, 9_900)])
def test_shares_are_fishers_exact_test(counts: tuple[int, int, int, int]) -> None:
    hits1, rows1, hits0, rows0 = counts
    table = [[hits1, rows1 - hits1], [hits0, rows0 - hits0]]
    tails = [stats.fisher_exact(table, alternative=side).pvalue for side in ("less", "greater")]
    assert fisher_exact(*counts) == pytest.approx(min(1.0, 2 * min(tails)), rel=1e-6)


def test_the_tea_tasting_lady() -> None:
    assert fisher_exact(3, 4, 1, 4) == pytest.approx(2 * 17 / 70)
    assert fisher_exact(1, 0, 1, 4) is None


def test_means_are_welchs_test() -> None:
    theirs = stats.ttest_ind_from_stats(20.1, 5.0, 12, 17.2, 9.0, 40, equal_var=False).pvalue
    assert welch_test(20.1, 25 / 12, 11, 17.2, 81 / 40, 39) == pytest.approx(theirs)
    assert welch_test(3, 0, 11, 2, 0, 11) is None
    assert welch_test(3, 1, 0, 2, 1, 11) is None


@pytest.mark.parametrize("months", [12, 24])
def test_a_new_point_is_unlikely_as_often_as_it_says(months: int) -> None:
    """Normal months in which nothing changes: 5 % and 1 % of 4,000 new ones, within two standard errors and a half."""
    rng, found = np.random.default_rng(7), []
    for _ in range(4000):
        values = rng.normal(0, 1, months + 1)
        limits = xmr_chart(values, slice(0, months)).limits
        found.append(new_point(float(standardised(values, limits)[-1]), months))
    shares = [float(np.mean(np.array(found) <= level)) for level in (0.05, 0.01)]
    assert shares == pytest.approx([0.05, 0.01], abs=0.009)
