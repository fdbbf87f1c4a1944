"""Empirical Bayes against the published examples."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special
from statsmodels.stats.meta_analysis import combine_effects

from kpi.statistics.shrinkage import (
    Prior,
    between_variance,
    fit_beta_binomial,
    fit_gamma_poisson,
    james_stein,
    normal_normal,
    own_weight,
    posterior_mean,
    rank_intervals,
    robbins,
)

# Efron & Morris 1975, Journal of the American Statistical Association 70:311: hits in 45 at-bats of 18 players,
# and their averages in the rest of the season.
HITS = [18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7]
REST = [
    *(0.346, 0.298, 0.276, 0.222, 0.273, 0.270, 0.263, 0.210, 0.269),
    *(0.230, 0.264, 0.256, 0.303, 0.264, 0.226, 0.286, 0.316, 0.200),
]
# Efron & Hastie 2016, Computer Age Statistical Inference, table 6.1: motorists by claims in a year, 0 … 7.
MOTORISTS = [7840, 1317, 239, 42, 14, 4, 4, 1]
# Geissler 1889, 6,115 families with thirteen children in Saxony: sons among the first twelve, 0 … 12.
FAMILIES = [3, 24, 104, 286, 670, 1033, 1343, 1112, 829, 478, 181, 45, 7]


def batting() -> tuple[np.ndarray, float]:
    averages = np.array(HITS) / 45
    return averages, averages.mean() * (1 - averages.mean()) / 45


def test_james_stein() -> None:
    averages, variance = batting()
    found = james_stein(averages, variance)
    assert found.centre == pytest.approx(0.2654, abs=0.00005)
    assert found.own == pytest.approx(0.2117, abs=0.00005)
    # The printed estimates come from c = .212 and a mean of .265, both rounded: up to .001 off.
    printed = [0.294, 0.289, 0.284, 0.279, 0.275, 0.275, 0.270, 0.265, 0.261, 0.261]
    printed += [0.256] * 5 + [0.251, 0.247, 0.242]
    assert found.values == pytest.approx(printed, abs=0.001)
    assert 0.265 + 0.212 * (averages - 0.265) == pytest.approx(printed, abs=0.00051)
    assert ((averages - REST) ** 2).sum() == pytest.approx(0.0755, abs=0.00005)
    assert ((found.values - REST) ** 2).sum() == pytest.approx(0.0214, abs=0.00005)
    assert ((averages - REST) ** 2).sum() / ((found.values - REST) ** 2).sum() == pytest.approx(3.5, abs=0.05)


def test_james_stein_keeps_what_differs_by_more_than_chance() -> None:
    averages, variance = batting()
    found = james_stein(averages, variance)
    assert found.between / (found.between + variance) == pytest.approx(found.own[0])
    assert list(james_stein(averages, 0).values) == pytest.approx(list(averages))


@pytest.mark.parametrize("values", [[0.5, 0.5, 0.5, 0.5], [0.49, 0.5, 0.5, 0.51]])
def test_james_stein_of_values_that_differ_by_chance_is_their_mean(values: list[float]) -> None:
    found = james_stein(values, 0.01)
    assert (found.between, list(found.own)) == (0, [0] * 4)
    assert list(found.values) == pytest.approx([0.5] * 4)
    assert james_stein(values[:3], 0.01) is None


def test_posterior_mean() -> None:
    # Robinson 2015, Understanding empirical Bayes estimation: 4 of 10 looks better than 300 of 1,000, but is not.
    prior = Prior(78.7 / (78.7 + 224.9), 78.7 + 224.9)
    assert posterior_mean([4, 300], [10, 1000], prior) == pytest.approx([0.26371, 0.29050], abs=0.000005)
    assert own_weight([10, 1000], prior) == pytest.approx([10 / 313.6, 1000 / 1303.6])
    assert list(posterior_mean([0], [0], prior)) == [prior.mean]


def test_fit_beta_binomial() -> None:
    sons = np.repeat(np.arange(13), FAMILIES)
    prior = fit_beta_binomial(sons, np.full(sons.size, 12))
    alpha, beta = prior.mean * prior.weight, (1 - prior.mean) * prior.weight
    # The encyclopaedia's article on the beta-binomial distribution prints 34.09558 and 31.5715; at the exact
    # maximum, where both slopes are 0, they are 34.1029 and 31.5782.
    assert (alpha, beta) == pytest.approx((34.1029, 31.5782), abs=0.0005)
    assert (alpha, beta) == pytest.approx((34.09558, 31.5715), rel=0.0003)
    slope = special.digamma(alpha + beta) - special.digamma(12 + alpha + beta)
    by_alpha = special.digamma(sons + alpha) - special.digamma(alpha) + slope
    by_beta = special.digamma(12 - sons + beta) - special.digamma(beta) + slope
    assert [by_alpha.sum(), by_beta.sum()] == pytest.approx([0, 0], abs=1e-4)


def test_fit_gamma_poisson() -> None:
    claims = np.repeat(np.arange(8), MOTORISTS)
    prior = fit_gamma_poisson(claims, np.ones(claims.size))
    assert prior.mean * prior.weight == pytest.approx(0.7015, abs=0.00005)
    assert 1 / prior.weight == pytest.approx(0.3056, abs=0.00005)
    estimates = posterior_mean(np.arange(7), np.ones(7), prior)
    assert estimates == pytest.approx([0.164, 0.398, 0.632, 0.866, 1.100, 1.334, 1.568], abs=0.0005)
    # The table prints these, one unit of the last digit off at two places.
    assert estimates[:3] == pytest.approx([0.164, 0.398, 0.633], abs=0.001)
    assert estimates[3:] == pytest.approx([0.87, 1.10, 1.34, 1.57], abs=0.0061)


def test_robbins() -> None:
    # Efron & Hastie 2016, table 6.1
    found = robbins(MOTORISTS)
    assert found[:3] == pytest.approx([0.168, 0.363, 0.527], abs=0.0005)
    assert found[3:] == pytest.approx([1.33, 1.43, 6.00, 1.75], abs=0.005)
    assert robbins([]).size == robbins([5]).size == 0
    assert np.isnan(robbins([3, 0, 2])[1])


def test_fits_do_not_depend_on_the_unit_of_exposure_or_on_agents_without_any() -> None:
    events, exposure = [0, 3, 20, 9, 1], np.array([400.0, 900, 1500, 700, 300])
    by_contact = fit_gamma_poisson(events, exposure)
    by_1000 = fit_gamma_poisson([*events, 0], [*(exposure / 1000), 0])
    assert by_1000.mean == pytest.approx(1000 * by_contact.mean, rel=1e-3)
    assert by_1000.weight == pytest.approx(by_contact.weight / 1000, rel=1e-3)
    hits, rows = [5, 30, 9, 40], [10, 40, 30, 45]
    assert fit_beta_binomial([*hits, 0], [*rows, 0]) == fit_beta_binomial(hits, rows)


def test_fits_find_what_made_the_data() -> None:
    luck = np.random.default_rng(3)
    rows = luck.integers(50, 400, 1000)
    prior = fit_beta_binomial(luck.binomial(rows, luck.beta(40, 10, 1000)), rows)
    assert (prior.mean, prior.weight) == pytest.approx((0.8, 50), rel=0.1)
    prior = fit_gamma_poisson(luck.poisson(rows * luck.gamma(6, 1 / 120, 1000)), rows)
    assert (prior.mean, prior.weight) == pytest.approx((0.05, 120), rel=0.1)


@pytest.mark.parametrize(
    ("fit", "counts", "base"),
    [
        (fit_beta_binomial, [5, 5, 5], [10, 10, 10]),
        (fit_beta_binomial, [9], [10]),
        (fit_beta_binomial, [1, 0, 1], [1, 1, 1]),
        (fit_beta_binomial, [80, 81, 160], [100, 100, 200]),
        (fit_beta_binomial, [0, 0], [10, 20]),
        (fit_beta_binomial, [10, 20], [10, 20]),
        (fit_gamma_poisson, [5, 5, 5], [1, 1, 1]),
        (fit_gamma_poisson, [4], [0.4]),
        (fit_gamma_poisson, [2, 3, 5], [400, 500, 900]),
        (fit_gamma_poisson, [0, 0], [400, 500]),
    ],
)
def test_agents_that_do_not_differ_all_get_the_mean(
    fit: object, counts: list[int], base: list[float]
) -> None:
    prior = fit(counts, base)
    assert not prior.differ
    assert prior.mean == pytest.approx(sum(counts) / sum(base))
    assert list(own_weight(base, prior)) == [0] * len(base)
    assert list(posterior_mean(counts, base, prior)) == [prior.mean] * len(base)


def test_agents_who_share_nothing_keep_their_own() -> None:
    prior = fit_beta_binomial([0, 10, 10, 0], [10] * 4)
    assert prior.differ
    assert posterior_mean([0, 10], [10, 10], prior) == pytest.approx([0, 1], abs=1e-4)


def test_nothing_to_fit_gives_none() -> None:
    assert fit_beta_binomial([], []) is None
    assert fit_beta_binomial([0], [0]) is None
    assert fit_gamma_poisson([], []) is None
    assert fit_gamma_poisson([0], [0]) is None
    assert normal_normal([], []) is None


def test_normal_normal() -> None:
    # Colditz et al. 1994, JAMA 271:698, thirteen trials of the BCG vaccine; of their log relative risks R's
    # metafor, rma(method = "DL"), prints 0.3088 and −0.7141.
    ill = np.array([4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27])
    well = np.array([119, 300, 228, 13536, 5036, 1361, 2537, 87886, 7470, 1699, 50448, 2493, 16886])
    ill0 = np.array([11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29])
    well0 = np.array([128, 274, 209, 12619, 5761, 1079, 619, 87892, 7232, 1600, 27197, 2338, 17825])
    effects = np.log(ill / (ill + well)) - np.log(ill0 / (ill0 + well0))
    variances = 1 / ill - 1 / (ill + well) + 1 / ill0 - 1 / (ill0 + well0)
    found = normal_normal(effects, variances)
    assert found.between == pytest.approx(0.3088, abs=0.00005)
    assert found.centre == pytest.approx(-0.7141, abs=0.00005)
    theirs = combine_effects(effects, variances, method_re="chi2")
    assert found.between == pytest.approx(theirs.tau2, rel=1e-12)
    assert found.values == pytest.approx(found.centre + found.own * (effects - found.centre))
    assert found.own == pytest.approx(found.between / (found.between + variances))


def test_normal_normal_of_schools_that_do_not_differ() -> None:
    # Rubin 1981, Journal of Educational Statistics 6:377: eight schools; Bayesian Data Analysis prints 7.7.
    found = normal_normal([28, 8, -3, 7, -1, 1, 18, 12], np.square([15, 10, 16, 11, 9, 11, 10, 18]))
    assert found.between == 0
    assert found.values == pytest.approx([7.7] * 8, abs=0.05)


def test_normal_normal_of_one_mean_is_that_mean_and_certain_means_are_refused() -> None:
    assert list(normal_normal([7], [2]).values) == [7]
    assert between_variance(9.0, np.array([2.0])) == 0
    with pytest.raises(ValueError, match="above 0"):
        normal_normal([7, 8], [2, 0])


def test_a_missing_value_is_refused() -> None:
    for fit in (fit_beta_binomial, fit_gamma_poisson, normal_normal):
        with pytest.raises(ValueError, match="missing"):
            fit([1, np.nan], [2, 2])
    with pytest.raises(ValueError, match="missing"):
        james_stein([0.1, 0.2, 0.3, np.nan], 0.01)
    with pytest.raises(ValueError, match="draw"):
        rank_intervals(np.empty((0, 3)))


def test_rank_intervals() -> None:
    luck = np.random.default_rng(5)
    draws = luck.normal([0.9, 0.5, 0.5, 0.1], 0.01, (4000, 4))
    low, high = rank_intervals(draws)
    assert list(low) == [1, 2, 2, 4]
    assert list(high) == [1, 3, 3, 4]


def test_rank_intervals_are_quantiles_of_the_ranks() -> None:
    # The second agent is first in 3 of 100 draws: inside 95 %, outside 90 %.
    draws = np.array([[2.0, 1.0]] * 97 + [[1.0, 2.0]] * 3)
    assert [list(ends) for ends in rank_intervals(draws)] == [[1, 1], [2, 2]]
    assert [list(ends) for ends in rank_intervals(draws, 0.9)] == [[1, 2], [1, 2]]


def test_agents_with_one_shared_value_may_have_any_rank() -> None:
    assert [list(ends) for ends in rank_intervals(np.full((50, 3), 0.8))] == [[1, 1, 1], [3, 3, 3]]
