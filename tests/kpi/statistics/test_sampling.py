"""Sample sizes against the printed tables."""

from __future__ import annotations

import pytest

from kpi.statistics.sampling import cochran, krejcie_morgan, neyman_allocation

TWO_SIGMA = 0.9544997361036416  # Cochran takes t = 2


def test_cochran() -> None:
    # Cochran 1977, Sampling Techniques, section 4.4: n₀ = 400, of 3,200 units 356
    assert cochran(0.5, 0.05, confidence=TWO_SIGMA) == 400
    assert cochran(0.5, 0.05, 3200, confidence=TWO_SIGMA) == 356


def test_cochran_of_an_agents_month() -> None:
    assert cochran(0.9, 0.05, 1000) == 122
    assert cochran(0.5, 0.05) == 385


def test_the_usual_reviews_of_a_month_leave_20_to_30_points() -> None:
    assert (cochran(0.9, 0.30), cochran(0.9, 0.21)) == (4, 8)


def test_cochran_at_the_ends() -> None:
    assert cochran(0.5, 0.05, 1) == 1
    assert cochran(0.5, 0.05, 0) == 0
    assert cochran(1.0, 0.05) == 0
    assert cochran(0.0, 0.05, 100) == 0
    with pytest.raises(ValueError, match="above 0"):
        cochran(0.5, 0)
    for share in (1.2, float("nan")):
        with pytest.raises(ValueError, match="0…1"):
            cochran(share, 0.05)


@pytest.mark.parametrize(
    ("population", "rows"),
    [
        # Krejcie & Morgan 1970, Educational and Psychological Measurement 30:607, table 1
        (10, 10),
        (50, 44),
        (100, 80),
        (200, 132),
        (500, 217),
        (1000, 278),
        (1500, 306),
        (5000, 357),
        (10_000, 370),
        (1_000_000, 384),
        (0, 0),
        (1, 1),
    ],
)
def test_krejcie_morgan(population: int, rows: int) -> None:
    assert krejcie_morgan(population) == rows


def test_neyman_allocation_by_hand() -> None:
    # N·S = 400 · 0.5, 300 · 0.4, 200 · 0.4 = 200, 120, 80: a half, 3 and 2 tenths
    assert neyman_allocation([400, 300, 200], [0.5, 0.4, 0.4], 100) == [50, 30, 20]


def test_neyman_allocation_rounds_to_the_total() -> None:
    assert neyman_allocation([100, 100, 100], [1, 1, 1], 10) == [4, 3, 3]
    assert neyman_allocation([100, 200], [3, 2], 10) == [4, 6]


def test_neyman_allocation_draws_no_more_than_there_is() -> None:
    # In proportion the first would get 80 of its 10; the rest is shared 2 : 1.
    assert neyman_allocation([10, 200, 100], [40, 0.5, 0.5], 100) == [10, 60, 30]
    assert neyman_allocation([5, 3], [1, 9], 100) == [5, 3]
    assert neyman_allocation([5, 50, 50], [1, 0, 0], 25) == [5, 10, 10]


def test_neyman_allocation_of_strata_that_do_not_vary_goes_by_size() -> None:
    assert neyman_allocation([300, 100], [0, 0], 8) == [6, 2]
    assert neyman_allocation([300, 0], [1, 1], 8) == [8, 0]


def test_nothing_to_draw() -> None:
    assert neyman_allocation([], [], 5) == []
    assert neyman_allocation([10, 20], [1, 1], 0) == [0, 0]
    assert neyman_allocation([0, 0], [1, 1], 5) == [0, 0]
