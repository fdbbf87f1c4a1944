"""Decompositions against the Berkeley admissions and the examples of Das Gupta."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.statistics.decomposition import das_gupta, kitagawa, lmdi

# Bickel, Hammel & O'Connell 1975, Science 187:398; R's UCBAdmissions has applied and admitted at the six largest
# departments.
MEN, MEN_IN = np.array([825, 560, 325, 417, 191, 373]), np.array([512, 353, 120, 138, 53, 22])
WOMEN, WOMEN_IN = np.array([108, 25, 593, 375, 393, 341]), np.array([89, 17, 202, 131, 94, 24])

# Das Gupta 1993, example 2.3, and example 2.1: mean earnings and the share of persons with any.
FOUR = ([25.3, 0.214, 0.279, 0.949], [32.7, 0.290, 0.473, 0.986])
EARNINGS = ([10_930, 0.717892], [16_591, 0.825974])

SIZES = st.lists(st.integers(0, 500), min_size=1, max_size=8).filter(any)


def test_kitagawa() -> None:
    mix, rate = kitagawa(MEN / MEN.sum(), WOMEN / WOMEN.sum(), MEN_IN / MEN, WOMEN_IN / WOMEN)
    assert MEN_IN.sum() / MEN.sum() == pytest.approx(0.4452, abs=0.00005)
    assert WOMEN_IN.sum() / WOMEN.sum() == pytest.approx(0.3035, abs=0.00005)
    assert (mix + rate).sum() == pytest.approx(-0.1416, abs=0.00005)
    assert mix.sum() == pytest.approx(-0.1777, abs=0.00005)
    assert rate.sum() == pytest.approx(0.0360, abs=0.00005)


@settings(max_examples=200, deadline=None)
@given(SIZES, SIZES, st.integers(0, 2**32 - 1))
def test_mix_and_rate_sum_to_the_change(sizes0: list[int], sizes1: list[int], seed: int) -> None:
    groups = max(len(sizes0), len(sizes1))
    shares0, shares1 = (
        np.array([*sizes, *([0] * (groups - len(sizes)))]) / sum(sizes) for sizes in (sizes0, sizes1)
    )
    luck = np.random.default_rng(seed)
    rates0 = np.where(shares0 > 0, luck.random(groups), np.nan)
    rates1 = np.where(shares1 > 0, luck.random(groups), np.nan)
    change = np.nansum(shares1 * rates1) - np.nansum(shares0 * rates0)
    mix, rate = kitagawa(shares0, shares1, rates0, rates1)
    assert mix.sum() + rate.sum() == pytest.approx(change, abs=1e-12)
    assert rate[(shares0 == 0) | (shares1 == 0)] == pytest.approx(0, abs=0)
    same = np.where(np.isnan(rates0), rates1, rates0)
    assert kitagawa(shares0, shares1, same * (shares0 >= 0), same)[1] == pytest.approx(0, abs=0)


def test_a_group_of_one_period_is_all_mix() -> None:
    mix, rate = kitagawa([1, 0], [0.75, 0.25], [0.8, None], [0.8, 0.4])
    assert list(rate) == [0, 0]
    assert mix == pytest.approx([-0.2, 0.1])
    mix, rate = kitagawa([0.75, 0.25, 0], [1, 0, 0], [0.8, 0.4, np.nan], [0.9, np.nan, np.nan])
    assert rate == pytest.approx([0.0875, 0, 0])
    assert mix == pytest.approx([0.2125, -0.1, 0])


def test_the_same_shares_are_all_rate() -> None:
    mix, rate = kitagawa([0.5, 0.5], [0.5, 0.5], [0.8, 0.6], [0.9, 0.6])
    assert list(mix) == [0, 0]
    assert rate == pytest.approx([0.05, 0])


def test_a_share_without_a_rate_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a rate"):
        kitagawa([0.5, 0.5], [0.5, 0.5], [0.8, np.nan], [0.8, 0.6])
    with pytest.raises(ValueError, match="needs a rate"):
        kitagawa([0.5, 0.5], [0.5, 0.5], [0.8, 0.6], [None, 0.6])
    assert [part.size for part in kitagawa([], [], [], [])] == [0, 0]


def test_das_gupta() -> None:
    parts = das_gupta(*FOUR)
    assert parts == pytest.approx([0.6889411, 0.8125381, 1.3829055, 0.1047547], abs=5e-8)
    assert 100 * parts / parts.sum() == pytest.approx([23.05, 27.18, 46.26, 3.50], abs=0.0051)
    assert das_gupta(*EARNINGS) == pytest.approx([4369.913, 1487.262], abs=0.0005)


def test_lmdi() -> None:
    parts = lmdi(*FOUR)
    assert parts == pytest.approx([0.680739, 0.806328, 1.400593, 0.101479], abs=5e-7)
    assert parts.sum() == pytest.approx(2.989139, abs=1e-6)


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_parts_sum_to_the_change_of_the_product(count: int, seed: int) -> None:
    luck = np.random.default_rng(seed)
    before, after = luck.normal(size=(2, count))
    assert das_gupta(before, after).sum() == pytest.approx(np.prod(after) - np.prod(before), abs=1e-12)
    before, after = np.exp([before, after])
    assert lmdi(before, after).sum() == pytest.approx(np.prod(after) - np.prod(before), rel=1e-9)


def test_columns_are_products_of_their_own() -> None:
    columns = [np.column_stack(pair) for pair in zip(FOUR, ([1, 2, 3, 4], [2, 0, 3, 5]), strict=True)]
    found = das_gupta(*columns)
    assert found[:, 0] == pytest.approx(das_gupta(*FOUR))
    assert found[:, 1].sum() == pytest.approx(-24)
    assert found[2, 1] == 0
    assert lmdi(*np.array([columns[0], columns[0] * 2])).shape == (4, 2)


def test_what_stands_still_has_no_part() -> None:
    assert list(das_gupta([2, 3], [2, 3])) == [0, 0]
    assert list(das_gupta([7], [9])) == [2]
    assert list(lmdi([2, 3], [2, 3])) == [0, 0]
    assert lmdi([2, 3], [3, 2]) == pytest.approx([6 * np.log(1.5), -6 * np.log(1.5)])
    assert lmdi([7], [9]) == pytest.approx([2])


def test_logarithms_of_nothing_are_refused() -> None:
    for before, after in (([1, 0], [1, 1]), ([1, 1], [1, -1])):
        with pytest.raises(ValueError, match="above 0"):
            lmdi(before, after)
