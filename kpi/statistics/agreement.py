"""Whether raters agree: reviews of the same conversations by several reviewers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import special
from statsmodels.stats import inter_rater

from kpi.statistics.intervals import CONFIDENCE

Level = Literal["nominal", "ordinal", "interval", "ratio"]


@dataclass(frozen=True, slots=True)
class Kappa:
    """Cohen's kappa and its interval, from the large-sample variance."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Icc:
    """Intraclass correlations of a single rater, as Shrout & Fleiss number them.

    `one_way` is ICC(1,1): each subject has raters of its own. `random` is ICC(2,1): the same raters for all,
    whose severity counts as error. `fixed` is ICC(3,1): their severity is taken out. The distance between the
    last two is what differing severity costs.
    """

    one_way: float
    random: float
    fixed: float


def krippendorff_alpha(ratings: ArrayLike, level: Level = "nominal") -> float | None:
    """Agreement beyond chance of any number of raters, with ratings missing: 1 − Dₒ ÷ Dₑ.

    `ratings` has a row for each rater and a column for each unit, NaN where there is none; the level of
    measurement says how far two values are apart. 1 is full agreement, 0 that of chance. None where no unit
    has two ratings or where all those that can be compared are the same. Krippendorff 1970, Educational and
    Psychological Measurement 30:61; worked out as in Krippendorff 2011, Computing Krippendorff's
    Alpha-Reliability.
    """
    ratings = np.asarray(ratings, dtype=float)
    paired = ratings[:, (~np.isnan(ratings)).sum(axis=0) >= 2] if ratings.size else ratings
    values = np.unique(paired[~np.isnan(paired)])
    if values.size < 2:
        return None
    # How many raters gave each value (the columns) to each unit (the rows), and from it how often two values
    # meet in a unit: every ordered pair of its m ratings counts 1 ÷ (m − 1), so that each rating counts once.
    counts = (paired[..., np.newaxis] == values).sum(axis=0).astype(float)
    weighed = counts / (counts.sum(axis=1, keepdims=True) - 1)
    coincidences = weighed.T @ counts - np.diag(weighed.sum(axis=0))
    frequencies = counts.sum(axis=0)
    distances = _distances(values, frequencies, level) ** 2
    expected = (np.outer(frequencies, frequencies) * distances).sum()
    return float(1 - (frequencies.sum() - 1) * (coincidences * distances).sum() / expected)


def _distances(values: np.ndarray, frequencies: np.ndarray, level: Level) -> np.ndarray:
    # Ordinal values are as far apart as there are ratings from the middle of the one to that of the other.
    places = np.cumsum(frequencies) - frequencies / 2 if level == "ordinal" else values
    apart = places[:, np.newaxis] - places
    if level == "nominal":
        return (apart != 0).astype(float)
    if level == "ratio":
        return np.divide(apart, values[:, np.newaxis] + values, out=np.zeros_like(apart), where=apart != 0)
    return apart


def cohen_kappa(
    table: ArrayLike, weights: ArrayLike | None = None, confidence: float = CONFIDENCE
) -> Kappa | None:
    """Agreement beyond chance of two raters: (pₒ − pₑ) ÷ (1 − pₑ).

    `table` counts units, a row for each category of the one rater and a column for each of the other.
    `weights`, of the same shape, say how bad each disagreement is, 0 on the diagonal: 1 − Σwp ÷ Σwpₑ. None
    without units or where chance alone leaves nothing to disagree about. Cohen 1960, Educational and
    Psychological Measurement 20:37; Cohen 1968, Psychological Bulletin 70:213; interval: Fleiss, Cohen &
    Everitt 1969, Psychological Bulletin 72:323.
    """
    table = np.asarray(table, dtype=float)
    if not table.size:
        return None
    wrong = 1 - np.eye(len(table)) if weights is None else np.asarray(weights, dtype=float)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0))
    if not (wrong * expected).sum() > 0:
        return None
    # Its variance asks for weights of at most 1; kappa is the same for any multiple of them. Perfect or no
    # agreement leaves tests that divide by 0, which are not used here.
    with np.errstate(divide="ignore", invalid="ignore"):
        found = inter_rater.cohens_kappa(table, weights=wrong / wrong.max())
    half = special.ndtri(0.5 + confidence / 2) * np.sqrt(max(found.var_kappa, 0.0))
    return Kappa(float(found.kappa), float(found.kappa - half), float(found.kappa + half))


def fleiss_kappa(counts: ArrayLike) -> float | None:
    """Agreement beyond chance of a fixed number of raters, (P̄ − P̄ₑ) ÷ (1 − P̄ₑ), P̄ₑ = Σ pⱼ².

    `counts` has a row for each subject and a column for each category: how many raters chose it. None without
    subjects, with fewer than two raters, or where one category was always chosen. Rows of unequal sum are a
    ValueError: use `krippendorff_alpha`. Fleiss 1971, Psychological Bulletin 76:378.
    """
    counts = np.asarray(counts, dtype=float)
    if not counts.size:
        return None
    raters = counts.sum(axis=1)
    if not (raters == raters[0]).all():
        raise ValueError("every subject needs the same number of raters")
    if raters[0] < 2 or (counts.sum(axis=0) == counts.sum()).any():
        return None
    return float(inter_rater.fleiss_kappa(counts))


def raw_agreement(counts: ArrayLike) -> float | None:
    """The mean share of pairs of raters that agree: Σⱼ nⱼ(nⱼ − 1) ÷ n(n − 1), averaged over the subjects.

    `counts` as in `fleiss_kappa`; raters may be missing, and subjects with fewer than two are left out. None
    without any other. Fleiss 1971, Psychological Bulletin 76:378.
    """
    counts = np.asarray(counts, dtype=float)
    raters = counts.sum(axis=-1)
    paired, raters = counts[raters >= 2], raters[raters >= 2]
    if not raters.size:
        return None
    return float(np.mean((paired * (paired - 1)).sum(axis=1) / (raters * (raters - 1))))


def gwet_ac1(counts: ArrayLike) -> float | None:
    """Agreement beyond chance that stays steady where nearly all are of one category: (pₐ − pₑ) ÷ (1 − pₑ).

    pₐ is `raw_agreement`, pₑ = Σ πⱼ(1 − πⱼ) ÷ (q − 1), with πⱼ the mean share of category j of all q that
    could be chosen. `counts` as there, with a column for unused categories too. None as there, and with fewer
    than two categories. Gwet 2008, British Journal of Mathematical and Statistical Psychology 61:29.
    """
    counts = np.asarray(counts, dtype=float)
    agreed = raw_agreement(counts)
    if agreed is None or counts.shape[1] < 2:
        return None
    rated = counts[counts.sum(axis=1) > 0]
    shares = np.mean(rated / rated.sum(axis=1, keepdims=True), axis=0)
    chance = float((shares * (1 - shares)).sum() / (counts.shape[1] - 1))
    return (agreed - chance) / (1 - chance)


def icc(scores: ArrayLike) -> Icc | None:
    """How much of the variance of `scores` (subjects × raters, complete) is between subjects.

    From the mean squares between subjects B, within them W, between raters J and of the residual E, with k
    raters and n subjects: (B−W) ÷ (B+(k−1)W), (B−E) ÷ (B+(k−1)E+k(J−E)/n), (B−E) ÷ (B+(k−1)E). None with
    fewer than two subjects or raters, or where all scores are equal; a missing score is a ValueError. Shrout
    & Fleiss 1979, Psychological Bulletin 86:420.
    """
    scores = np.asarray(scores, dtype=float)
    if np.isnan(scores).any():
        raise ValueError("every subject needs a score of every rater")
    if scores.ndim != 2 or min(scores.shape) < 2 or np.ptp(scores) == 0:
        return None
    subjects, raters = scores.shape
    by_subject = scores.mean(axis=1, keepdims=True) - scores.mean()
    by_rater = scores.mean(axis=0, keepdims=True) - scores.mean()
    residual = scores - scores.mean() - by_subject - by_rater
    between = raters * (by_subject**2).sum() / (subjects - 1)
    severity = subjects * (by_rater**2).sum() / (raters - 1)
    error = (residual**2).sum() / ((subjects - 1) * (raters - 1))
    within = ((severity * (raters - 1)) + (residual**2).sum()) / (subjects * (raters - 1))
    return Icc(
        _share(between - within, between + (raters - 1) * within),
        _share(between - error, between + (raters - 1) * error + raters * (severity - error) / subjects),
        _share(between - error, between + (raters - 1) * error),
    )


def _share(part: float, whole: float) -> float:
    # Without any residual and any difference between subjects there is nothing that could agree.
    return float(part / whole) if whole != 0 else 0.0
