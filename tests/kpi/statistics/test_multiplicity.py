"""The false discovery rate against the example of its authors."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from kpi.statistics.multiplicity import benjamini_hochberg

# Benjamini & Hochberg 1995, section 3.2: of 15 at q = 0.05 their method rejects 4, Bonferroni's 3.
PUBLISHED = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
]


def test_benjamini_hochberg() -> None:
    assert list(np.flatnonzero(benjamini_hochberg(PUBLISHED) <= 0.05)) == [0, 1, 2, 3]
    assert list(np.flatnonzero(np.array(PUBLISHED) * 15 <= 0.05)) == [0, 1, 2]


def test_it_is_that_of_statsmodels_in_any_order() -> None:
    shuffled = np.random.default_rng(1).permutation(PUBLISHED)
    assert benjamini_hochberg(shuffled) == pytest.approx(multipletests(shuffled, method="fdr_bh")[1])


def test_missing_ones_are_not_counted() -> None:
    adjusted = benjamini_hochberg([0.01, np.nan, 0.04])
    assert np.isnan(adjusted[1])
    assert list(adjusted[[0, 2]]) == pytest.approx([0.02, 0.04])


def test_few_and_equal_ones() -> None:
    assert list(benjamini_hochberg([])) == []
    assert list(benjamini_hochberg([0.03])) == [0.03]
    assert list(benjamini_hochberg([0.03] * 4)) == pytest.approx([0.03] * 4)
    with pytest.raises(ValueError, match="between 0 and 1"):
        benjamini_hochberg([1.2])
