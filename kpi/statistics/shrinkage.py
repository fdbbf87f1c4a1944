"""Empirical Bayes: how far each agent's figure is drawn towards the team's, and how sure a rank is.

Counts and values have one entry for each agent and are complete: a missing one (NaN) is a ValueError.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special, stats

from kpi.statistics.intervals import CONFIDENCE

Array = NDArray[np.float64]

# A prior that weighs as many times all the data as this cannot be told from one value that all agents share.
MOST = 1000.0


@dataclass(frozen=True, slots=True)
class Prior:
    """What is known of an agent before any own data: a mean, and the rows or exposure it weighs as much as.

    A `weight` of infinity says that no difference between the agents can be seen: all get the mean. As a
    beta distribution it has alpha = mean · weight and beta = (1 − mean) · weight; as a gamma distribution the
    shape mean · weight and the rate `weight`.
    """

    mean: float
    weight: float

    @property
    def differ(self) -> bool:
        """Whether a difference between the agents can be seen."""
        return self.weight < np.inf


@dataclass(frozen=True, slots=True)
class Shrunk:
    """Estimates drawn towards `centre`; `own` is the weight (0…1) that each value keeps, 0 everywhere if the
    values do not differ by more than chance. `between` is the variance between the true values.
    """

    centre: float
    between: float
    own: Array
    values: Array


def fit_beta_binomial(hits: ArrayLike, rows: ArrayLike) -> Prior | None:
    """The beta prior of a proportion, from `hits` in `rows` per agent, by maximum likelihood.

    P(k of n) = C(n, k) B(k + α, n − k + β) ÷ B(α, β). Weight infinity where the likelihood has no maximum but
    keeps growing as the agents become alike, as with one agent or with one row each. None without any rows.
    Skellam 1948, Journal of the Royal Statistical Society B 10:257; Casella 1985, The American Statistician
    39:83.
    """
    hits, rows = _complete(hits, rows)
    if not rows.sum() > 0:
        return None
    pooled = hits.sum() / rows.sum()
    if pooled in (0, 1):
        return Prior(float(pooled), np.inf)

    def likelihood(place: float, weight: float) -> float:
        alpha, beta = special.expit(place) * weight, special.expit(-place) * weight
        return float(np.sum(special.betaln(hits + alpha, rows - hits + beta) - special.betaln(alpha, beta)))

    alike = float(np.sum(special.xlogy(hits, pooled) + special.xlog1py(rows - hits, -pooled)))
    place, weight = _most_likely(likelihood, float(special.logit(pooled)), rows.sum(), alike)
    return Prior(float(special.expit(place)) if weight < np.inf else float(pooled), weight)


def fit_gamma_poisson(events: ArrayLike, exposure: ArrayLike) -> Prior | None:
    """The gamma prior of a rate, from `events` in `exposure` per agent, by maximum likelihood.

    P(x) = Γ(a + x) ÷ (Γ(a) x!) · (b ÷ (b + t))ᵃ (t ÷ (b + t))ˣ over an exposure t; the rate is gamma(a, b).
    Weight infinity where the likelihood has no maximum: the counts spread no more than Poisson's. None
    without exposure. Greenwood & Yule 1920, Journal of the Royal Statistical Society 83:255; Efron & Hastie
    2016, Computer Age Statistical Inference, section 6.1.
    """
    events, exposure = _complete(events, exposure)
    if not exposure.sum() > 0:
        return None
    pooled = events.sum() / exposure.sum()
    if pooled == 0:
        return Prior(0.0, np.inf)
    events, exposure = events[exposure > 0], exposure[exposure > 0]

    def likelihood(place: float, weight: float) -> float:
        shape = np.exp(place) * weight
        # ln Γ(a+x) − ln Γ(a), written so that a great a loses no digits.
        rising = np.where(events > 0, special.gammaln(events) - special.betaln(shape, np.fmax(events, 1)), 0)
        spread = shape * np.log1p(exposure / weight) + special.xlogy(events, weight + exposure)
        return float(np.sum(rising + special.xlogy(events, exposure) - spread))

    alike = float(np.sum(special.xlogy(events, pooled * exposure) - pooled * exposure))
    place, weight = _most_likely(likelihood, float(np.log(pooled)), exposure.sum(), alike)
    return Prior(float(np.exp(place)) if weight < np.inf else float(pooled), weight)


def own_weight(rows: ArrayLike, prior: Prior) -> Array:
    """The share (0…1) of its own data in each agent's estimate: n ÷ (n + weight); 0 where none differ.

    `rows` per agent, or exposure. Casella 1985, The American Statistician 39:83.
    """
    rows = np.asarray(rows, dtype=float)
    return rows / (rows + prior.weight)


def posterior_mean(hits: ArrayLike, rows: ArrayLike, prior: Prior) -> Array:
    """Each agent's estimate: (mean · weight + k) ÷ (weight + n), for a proportion and for a rate alike.

    `hits` in `rows`, or events in exposure. Without own data it is the mean. Robbins 1956, Proceedings of the
    Third Berkeley Symposium 1:157; Casella 1985, American Statistician 39:83.
    """
    hits, rows = np.asarray(hits, dtype=float), np.asarray(rows, dtype=float)
    own = own_weight(rows, prior)
    raw = np.divide(hits, rows, out=np.zeros_like(own), where=rows > 0)
    return own * raw + (1 - own) * prior.mean


def robbins(counts: ArrayLike) -> Array:
    """How many events are to be expected of those who had 0, 1, 2 … of them, if exposures are alike.

    (x + 1) y₍ₓ₊₁₎ ÷ yₓ, with `counts` yₓ people who had x events; one entry fewer than there are counts, NaN
    where nobody had x. It takes no prior, and so jumps where few had so many: `fit_gamma_poisson` smooths it.
    Robbins 1956, Proceedings of the Third Berkeley Symposium 1:157.
    """
    counts = np.asarray(counts, dtype=float)
    following = np.arange(1, counts.size) * counts[1:]
    return np.divide(following, counts[:-1], out=np.full_like(following, np.nan), where=counts[:-1] > 0)


def james_stein(values: ArrayLike, variance: float) -> Shrunk | None:
    """Values of one known sampling `variance`, drawn towards their mean: ȳ + c (y − ȳ).

    c = 1 − (k − 3) σ² ÷ Σ(y − ȳ)², not below 0 (the positive part). None with fewer than four values, where
    it does not help. `between` is c Σ(y − ȳ)² ÷ (k − 3). James & Stein 1961, Proceedings of the Fourth
    Berkeley Symposium 1:361; Efron & Morris 1975, Journal of the American Statistical Association 70:311.
    """
    (values,) = _complete(values)
    if values.size < 4:
        return None
    centre = float(values.mean())
    spread, noise = float(np.sum((values - centre) ** 2)), (values.size - 3) * variance
    kept = max(0.0, 1 - noise / spread) if spread > 0 else 0.0
    between = kept * spread / (values.size - 3)
    return Shrunk(centre, between, np.full_like(values, kept), centre + kept * (values - centre))


def normal_normal(means: ArrayLike, variances: ArrayLike) -> Shrunk | None:
    """Means of unequal sampling `variances` (standard errors squared), drawn towards their weighted mean.

    The variance τ² between the true means by the method of moments, own weight τ² ÷ (τ² + vᵢ), and the centre
    weighted by 1 ÷ (τ² + vᵢ). With τ² = 0 all get the centre. None without any mean; a variance that is not
    above 0 is a ValueError. DerSimonian & Laird 1986, Controlled Clinical Trials 7:177; Morris 1983, Journal
    of the American Statistical Association 78:47.
    """
    means, variances = _complete(means, variances)
    if not means.size:
        return None
    if not (variances > 0).all():
        raise ValueError("the variance of a mean must be above 0")
    pooled = np.average(means, weights=1 / variances)
    between = between_variance(float(np.sum((means - pooled) ** 2 / variances)), variances)
    centre = float(np.average(means, weights=1 / (between + variances)))
    own = between / (between + variances)
    return Shrunk(centre, between, own, own * means + (1 - own) * centre)


def between_variance(q: float, variances: Array) -> float:
    """τ² = (Q − (k − 1)) ÷ (Σw − Σw²/Σw), w = 1 ÷ variance, not below 0; 0 for a single value.

    Q is the sum of the k squared standardised distances from the centre. DerSimonian & Laird 1986, Controlled
    Clinical Trials 7:177.
    """
    if variances.size < 2:
        return 0.0
    weights = 1 / variances
    return max(0.0, float((q - (variances.size - 1)) / (weights.sum() - (weights**2).sum() / weights.sum())))


def rank_intervals(draws: ArrayLike, confidence: float = CONFIDENCE) -> tuple[Array, Array]:
    """The lowest and highest credible rank of each agent; rank 1 has the highest value.

    `draws` has a row for each draw from the posterior and a column for each agent. Agents with the same
    value share all their ranks: where none differ each may be first or last. Without a draw it is a
    ValueError. Goldstein & Spiegelhalter 1996, Journal of the Royal Statistical Society A 159:385.
    """
    if not np.size(draws):
        raise ValueError("ranks need at least one draw")
    draws, tail = np.asarray(draws, dtype=float), (1 - confidence) / 2
    best, worst = (stats.rankdata(-draws, method=ties, axis=1) for ties in ("min", "max"))
    low = np.quantile(best, tail, axis=0, method="inverted_cdf")
    high = np.quantile(worst, 1 - tail, axis=0, method="inverted_cdf")
    return low, high


def _complete(*series: ArrayLike) -> tuple[Array, ...]:
    found = tuple(np.asarray(values, dtype=float) for values in series)
    if any(np.isnan(values).any() for values in found):
        raise ValueError("a value is missing")
    return found


def _most_likely(
    likelihood: Callable[[float, float], float], place: float, total: float, alike: float
) -> tuple[float, float]:
    """Place (of the mean) and weight of the greatest likelihood; infinite weight where that is `alike`."""

    def negative(at: Array) -> float:
        return -likelihood(float(at[0]), float(np.exp(at[1])))

    # Likelihoods of this kind have flat far ends: one start in each region finds the hill, if there is one.
    lightest, heaviest = np.log(total / MOST**2), np.log(total * MOST)
    bounds = ((place - 20, place + 20), (lightest, heaviest))
    starts = np.linspace(lightest, heaviest, 7)[1:-1]
    found = [
        optimize.minimize(negative, (place, start), method="L-BFGS-B", bounds=bounds) for start in starts
    ]
    rough = min(found, key=lambda result: result.fun)
    # At the far end the likelihood is still that of `alike` but for what rounding leaves.
    if -rough.fun <= alike + 1e-4:
        return place, np.inf
    fine = optimize.minimize(
        negative, rough.x, method="Nelder-Mead", bounds=bounds, options={"xatol": 1e-7, "fatol": 1e-9}
    )
    return float(fine.x[0]), float(np.exp(fine.x[1]))
