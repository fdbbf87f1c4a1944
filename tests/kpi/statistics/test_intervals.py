"""The intervals against published numbers, to the digits printed."""

from __future__ import annotations

import random

import pytest
from scipy import stats

from kpi.statistics.intervals import (
    clopper_pearson,
    jackknife_t,
    jackknife_variance,
    mean_t,
    net_variance,
    net_wald,
    poisson_exact,
    ratio_t,
    wilson,
)


@pytest.mark.parametrize(
    ("hits", "rows", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17:857, table I
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson(hits: int, rows: int, low: float, high: float) -> None:
    assert wilson(hits, rows) == pytest.approx((low, high), abs=0.00005)


@pytest.mark.parametrize(("hits", "rows", "low", "high"), [(3, 4, 30, 95), (9, 10, 60, 98), (18, 20, 70, 97)])
def test_wilson_of_small_samples(hits: int, rows: int, low: int, high: int) -> None:
    found = wilson(hits, rows)
    assert (round(100 * found[0]), round(100 * found[1])) == (low, high)


@pytest.mark.parametrize("rows", [1, 7, 20, 263, 30_013])
def test_wilson_ends_exactly_at_none_and_all(rows: int) -> None:
    assert wilson(0, rows)[0] == 0
    assert wilson(rows, rows)[1] == 1


@pytest.mark.parametrize(
    ("hits", "rows", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17:857, table I
        (81, 263, 0.2527, 0.3676),
        (15, 148, 0.0578, 0.1617),
        (0, 20, 0.0000, 0.1684),
        (1, 29, 0.0009, 0.1776),
        (20, 20, 1 - 0.1684, 1.0000),
    ],
)
def test_clopper_pearson(hits: int, rows: int, low: float, high: float) -> None:
    assert clopper_pearson(hits, rows) == pytest.approx((low, high), abs=0.00005)
    assert clopper_pearson(0, 0) is None


@pytest.mark.parametrize("rows", [30, 100, 1000])
def test_the_rule_of_three(rows: int) -> None:
    # None in n: with 95 % on the upper side alone at most about 3 ÷ n; a little less, as (1 − 3/n)ⁿ < e⁻³.
    high = clopper_pearson(0, rows, 0.90)[1]
    assert 0.95 * 3 / rows < high < 3 / rows


@pytest.mark.parametrize(
    ("hits", "rows", "low", "high"),
    [(81, 263, 0.2522, 0.3638), (15, 148, 0.0527, 0.1500), (0, 20, 0, 0), (1, 29, -0.03, 0.1009)],
)
def test_walds_interval_is_another_one(hits: int, rows: int, low: float, high: float) -> None:
    """p ± z √(p(1−p)/n), which Newcombe 1998 prints beside the others: 0…0 for none of 20, below 0 for one of 29."""
    share = hits / rows
    half = 1.959964 * (share * (1 - share) / rows) ** 0.5
    assert (share - half, share + half) == pytest.approx((low, high), abs=0.005 if low < 0 else 0.00006)
    assert wilson(hits, rows) != pytest.approx((low, high), abs=0.0005)


@pytest.mark.parametrize(
    ("events", "low", "high"),
    [(10, 4.7954, 18.3904), (0, 0, 3.6889)],  # Ulm 1990, American Journal of Epidemiology 131:373
)
def test_poisson_exact(events: int, low: float, high: float) -> None:
    assert poisson_exact(events, 1) == pytest.approx((low, high), abs=0.00005)


@pytest.mark.parametrize(("events", "low", "high"), [(0, 0, 9.2), (2, 0.6, 18.1)])
def test_poisson_exact_of_complaints_per_1000_of_400_contacts(events: int, low: float, high: float) -> None:
    found = poisson_exact(events, 0.4)
    assert [round(end, 1) for end in found] == [low, high]


def test_mean_is_the_t_interval_of_the_values() -> None:
    values = [12.0, 15.0, 9.0, 30.0, 22.0]
    expected = stats.t.interval(0.95, 4, loc=17.6, scale=stats.sem(values))
    found = mean_t(5, sum(values), sum(value * value for value in values))
    assert found == pytest.approx(expected, rel=1e-12)


def test_mean_of_one_value_or_of_none_has_no_interval() -> None:
    assert mean_t(1, 5, 25) is None
    assert mean_t(0, 0, 0) is None


def test_mean_of_equal_values_survives_rounding() -> None:
    assert mean_t(3, 0.3, 0.03) == pytest.approx((0.1, 0.1), abs=1e-7)


def _ratio(pairs: list[tuple[float, float]]) -> tuple[float, float] | None:
    return ratio_t(
        len(pairs),
        *(sum(x for x, _ in pairs), sum(y for _, y in pairs)),
        *(sum(x * x for x, _ in pairs), sum(x * y for x, y in pairs), sum(y * y for _, y in pairs)),
    )


def test_ratio_with_equal_bases_is_the_mean_of_the_shares() -> None:
    shares = [0.7, 0.9, 0.8, 1.0]
    expected = mean_t(4, sum(shares), sum(share * share for share in shares))
    assert _ratio([(10 * share, 10) for share in shares]) == pytest.approx(expected, rel=1e-9)


def test_ratio_by_hand() -> None:
    # R = 24/30 = 0.8; residuals 8−8, 9−8, 7−8 → s² = 1; half = t(2) · √3 ÷ 30 = 4.302653 · 0.057735
    low, high = _ratio([(8, 10), (9, 10), (7, 10)])
    assert (low, high) == pytest.approx((0.8 - 0.248413, 0.8 + 0.248413), abs=1e-6)


def test_ratio_covers_the_truth_about_as_often_as_it_says() -> None:
    luck = random.Random(7)
    covered = 0
    for _ in range(400):
        sizes = [luck.choice((60, 80, 100)) for _ in range(12)]
        low, high = _ratio([(size * luck.betavariate(18, 2), size) for size in sizes])
        covered += low <= 0.9 <= high
    assert 0.91 <= covered / 400 <= 0.98


_MISSING = [(float("nan"), 10), (1, float("nan")), (-1, 10)]


def test_nothing_to_count_has_no_interval() -> None:
    assert wilson(0, 0) is None
    assert poisson_exact(0, 0) is None
    assert ratio_t(1, 5, 10, 25, 50, 100) is None
    assert ratio_t(3, 0, 0, 0, 0, 0) is None


def test_a_missing_part_has_no_interval() -> None:
    nan = float("nan")
    for found in (
        *(interval(*parts) for interval in (wilson, clopper_pearson, poisson_exact) for parts in _MISSING),
        mean_t(3, nan, 1),
        mean_t(nan, 3, 1),
        ratio_t(3, 1, 2, nan, 1, 1),
    ):
        assert found is None


def test_the_jackknife_by_hand() -> None:
    """30 ÷ 10 = 3; without each 13/4, 3, 25/8, 3, 8/3, and 4/5 of their squared distances is 34/225."""
    x, y = [4, 6, 5, 9, 6], [2, 2, 2, 3, 1]
    assert jackknife_variance(x, y) == pytest.approx(34 / 225)
    assert jackknife_t(30, 10, 34 / 225, 5) == pytest.approx(
        (1.920712, 4.079288), abs=1e-6
    )  # t(4) = 2.776445


def test_the_jackknife_of_a_mean_is_its_variance() -> None:
    x = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0]
    assert jackknife_t(sum(x), 6, jackknife_variance(x, [1] * 6), 6) == pytest.approx(
        mean_t(6, sum(x), sum(one * one for one in x))
    )


def test_the_jackknife_needs_five_groups_and_something_to_divide_by_without_each() -> None:
    assert jackknife_variance([1, 2, 3, 4], [1, 1, 1, 1]) is None
    assert jackknife_variance([1, 2, 3, 4, 5], [0, 0, 0, 0, 9]) is None
    assert jackknife_variance([], []) is None
    assert jackknife_t(10, 4, None, 4) is None


@pytest.mark.parametrize(
    ("promoters", "detractors", "rows", "low", "high"),
    [
        # By hand after Rocks 2016: 60¾ and 20¾ of 103 answers, 40 ÷ 103 ± 1.96 √(0.640447 ÷ 103)
        (60, 20, 100, 0.233799, 0.542901),
        (20, 60, 100, -0.542901, -0.233799),
        # 5¾ and ¾ of 8: even when all agree, five answers do not settle it
        (5, 0, 5, 0.174915, 1.0),
        (0, 0, 9, -0.200038, 0.200038),
    ],
)
def test_a_net_score_by_adjusted_wald(promoters, detractors, rows, low, high):
    found = net_wald(rows, promoters - detractors, promoters + detractors)
    assert found == (pytest.approx(low, abs=5e-6), pytest.approx(high, abs=5e-6))


def test_a_net_score_without_answers_has_no_interval():
    assert net_wald(0, 0, 0) is None
    assert net_variance(0, 0, 0) is None


def test_the_interval_of_a_net_score_holds_what_it_says():
    """Drawn from one in three detractors and one in two promoters, 30 answers at a time."""
    luck, inside, turns = random.Random(12), 0, 2000
    for _ in range(turns):
        drawn = luck.choices((1, 0, -1), (0.5, 1 / 6, 1 / 3), k=30)
        low, high = net_wald(30, sum(drawn), sum(map(abs, drawn)))
        inside += low <= 1 / 6 <= high
    assert 0.935 <= inside / turns <= 0.965
