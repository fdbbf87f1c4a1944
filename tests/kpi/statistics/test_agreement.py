"""Agreement of raters against the examples of its authors."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import numpy as np
import pytest

from kpi.statistics.agreement import (
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    icc,
    krippendorff_alpha,
    raw_agreement,
)

N = np.nan
# Krippendorff 1980, Content Analysis, and 2011, Computing Krippendorff's Alpha-Reliability: 4 coders, 12 units.
CODERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
    [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
]
# The same, as how many coders chose each of the 5 values for each unit.
COUNTS = np.array(
    [[sum(value == key for value in unit) for key in range(1, 6)] for unit in zip(*CODERS, strict=True)]
)
# Fleiss's kappa as worked out in the encyclopaedia: 10 subjects, 14 raters, 5 categories.
FOURTEEN = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]
# Cohen 1960, two clinicians and 200 patients; the weights of Cohen 1968.
CLINICIANS = np.array([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
WEIGHTS = [[0, 1, 3], [1, 0, 6], [3, 6, 0]]
# Shrout & Fleiss 1979, table 2: 6 subjects, 4 judges.
JUDGES = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


@pytest.mark.parametrize(
    # Printed .743, .815, .849, .797; here with one more digit.
    ("level", "alpha"),
    [("nominal", 0.7434), ("ordinal", 0.8154), ("interval", 0.8491), ("ratio", 0.7974)],
)
def test_krippendorff_alpha(level: str, alpha: float) -> None:
    assert krippendorff_alpha(CODERS, level) == pytest.approx(alpha, abs=0.00005)


@pytest.mark.parametrize(
    ("level", "apart"),
    [
        ("nominal", lambda a, b: a != b),
        ("interval", lambda a, b: a - b),
        ("ratio", lambda a, b: (a - b) / (a + b)),
    ],
)
def test_krippendorff_alpha_compares_pairs_within_units_with_pairs_of_all(
    level: str, apart: Callable
) -> None:
    """1 − Dₒ ÷ Dₑ by its definition, pair by pair, for units that none, some or all of four raters rated."""
    ratings = np.random.default_rng(11).integers(1, 6, (4, 12)).astype(float)
    ratings[np.random.default_rng(12).random(ratings.shape) < 0.4] = N
    units = [unit[~np.isnan(unit)] for unit in ratings.T if (~np.isnan(unit)).sum() >= 2]
    within = [sum(apart(a, b) ** 2 for a, b in permutations(unit, 2)) / (len(unit) - 1) for unit in units]
    everywhere = [apart(a, b) ** 2 for a, b in permutations(np.concatenate(units), 2)]
    observed = sum(within) / sum(map(len, units))
    assert {0, 1, 2, 3} <= set((~np.isnan(ratings)).sum(axis=0))
    assert krippendorff_alpha(ratings, level) == pytest.approx(1 - observed / np.mean(everywhere))


def test_krippendorff_alpha_needs_something_to_compare() -> None:
    assert krippendorff_alpha([[1, 1], [1, 1]]) is None
    assert krippendorff_alpha([[1, N], [N, 2]]) is None
    assert krippendorff_alpha([[1, 2, 3]]) is None
    assert krippendorff_alpha([]) is None
    # A value that only a lone rater gave does not make the others differ.
    assert krippendorff_alpha([[1, 1, 2], [1, 1, N]]) is None
    assert krippendorff_alpha([[1, 2], [1, 2]]) == 1


def test_cohen_kappa() -> None:
    # Printed .492 and .348; here with one more digit.
    assert cohen_kappa(CLINICIANS).value == pytest.approx(0.4915, abs=0.00005)
    assert cohen_kappa(CLINICIANS, WEIGHTS).value == pytest.approx(0.3478, abs=0.00005)
    assert cohen_kappa([[20, 5], [10, 15]]).value == pytest.approx(0.4)


@pytest.mark.parametrize("weights", [None, WEIGHTS])
def test_the_interval_of_kappa_is_that_of_the_delta_method(weights: list[list[int]] | None) -> None:
    shares, units, step = CLINICIANS / CLINICIANS.sum(), CLINICIANS.sum(), 1e-6
    slope = np.zeros_like(shares)
    for cell in np.ndindex(shares.shape):
        moved = shares.copy()
        moved[cell] += step
        slope[cell] = (cohen_kappa(moved, weights).value - cohen_kappa(shares, weights).value) / step
    variance = ((shares * slope**2).sum() - (shares * slope).sum() ** 2) / units
    found = cohen_kappa(CLINICIANS, weights)
    assert found.high - found.value == pytest.approx(1.96 * np.sqrt(variance), rel=1e-3)
    assert found.value - found.low == pytest.approx(found.high - found.value)


def test_cohen_kappa_at_the_ends() -> None:
    full = cohen_kappa([[5, 0], [0, 5]])
    assert (full.value, full.low, full.high) == (1, 1, 1)
    assert cohen_kappa([[0, 5], [5, 0]]).value == -1
    assert cohen_kappa([[0, 7], [0, 3]]).value == pytest.approx(0)
    assert cohen_kappa([[9, 0], [0, 0]]) is None
    assert cohen_kappa([[0, 0], [0, 0]]) is None
    assert cohen_kappa([]) is None


def test_fleiss_kappa() -> None:
    assert fleiss_kappa(FOURTEEN) == pytest.approx(0.2099, abs=0.00005)  # printed .210
    assert fleiss_kappa([[3, 0], [0, 3]]) == 1
    assert fleiss_kappa([[3, 0], [3, 0]]) is None
    assert fleiss_kappa([[1, 0], [0, 1]]) is None
    assert fleiss_kappa([]) is None
    with pytest.raises(ValueError, match="same number"):
        fleiss_kappa([[3, 0], [0, 2]])


def test_gwet_ac1_and_raw_agreement() -> None:
    # irrCAC's example of the 4 coders prints pa 0.8181818 and AC1 0.77544.
    assert raw_agreement(COUNTS) == pytest.approx(0.8181818, abs=5e-8)
    assert gwet_ac1(COUNTS) == pytest.approx(0.77544, abs=0.000005)


def test_where_nearly_all_is_of_one_kind_kappa_falls_and_ac1_stands() -> None:
    # 100 calls, two reviewers: 97 twice free of fatal errors, 3 where one alone saw one.
    counts = [[2, 0]] * 97 + [[1, 1]] * 3
    assert raw_agreement(counts) == pytest.approx(0.97)
    assert cohen_kappa([[97, 2], [1, 0]]).value == pytest.approx(-0.0135, abs=0.0001)
    # π = 0.985 and 0.015: pₑ = 2 · 0.985 · 0.015 = 0.02955
    assert gwet_ac1(counts) == pytest.approx((0.97 - 0.02955) / (1 - 0.02955))


def test_gwet_ac1_at_the_ends() -> None:
    assert gwet_ac1([[2, 0], [2, 0]]) == 1
    assert gwet_ac1([[1, 1]]) == -1
    assert gwet_ac1([[2], [2]]) is None
    assert gwet_ac1([[1, 0], [0, 1]]) is None
    assert raw_agreement([]) is None


def test_icc() -> None:
    found = icc(JUDGES)
    assert found.one_way == pytest.approx(0.17, abs=0.005)
    assert found.random == pytest.approx(0.29, abs=0.005)
    assert found.fixed == pytest.approx(0.71, abs=0.005)


def test_raters_who_differ_in_severity_alone_agree_fully_once_it_is_taken_out() -> None:
    found = icc([[1, 3], [2, 4], [5, 7]])
    assert found.fixed == pytest.approx(1)
    # B = 26/3, J = 6, E = 0: (26/3) ÷ (26/3 + 2 · 6/3)
    assert found.random == pytest.approx((26 / 3) / (26 / 3 + 4))


def test_icc_needs_scores_that_differ() -> None:
    assert icc([[4, 4], [4, 4]]) is None
    assert icc([[1, 2]]) is None
    assert icc([[1], [2]]) is None
    assert icc([]) is None
    assert icc([[1, 3], [1, 3]]).fixed == 0
    with pytest.raises(ValueError, match="every rater"):
        icc([[1, 2], [1, N]])
