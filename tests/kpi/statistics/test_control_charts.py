"""Control charts against the NIST handbook, Montgomery and Laney's data, to the digits printed."""

from __future__ import annotations

import numpy as np
import pytest

from kpi.statistics.control_charts import (
    c_chart,
    p_chart,
    p_prime_chart,
    standardised,
    u_chart,
    u_prime_chart,
    xmr_chart,
)

# NIST/SEMATECH e-Handbook 6.3.3.2: faulty chips on 30 wafers of 50.
WAFERS = [
    *(12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22),
    *(8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6),
]
# NIST/SEMATECH e-Handbook 6.3.3.1: defects on 25 wafers.
DEFECTS = [
    *(16, 14, 28, 16, 12, 20, 10, 12, 10, 17, 19, 17, 14),
    *(16, 15, 13, 14, 16, 11, 20, 11, 19, 16, 31, 13),
]
# Montgomery, Introduction to Statistical Quality Control: faults found on 20 samples of 5 computers.
COMPUTERS = [10, 12, 8, 14, 10, 16, 11, 7, 10, 15, 9, 5, 7, 11, 12, 6, 8, 10, 7, 5]
# NIST/SEMATECH e-Handbook 6.3.2.2.
FLOW = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
# Taylor, Normalized Individuals chart (variation.com): complaints and units sold.
COMPLAINTS = [
    *(426, 543, 428, 67, 303, 481, 304, 718, 681, 1030),
    *(704, 1062, 1085, 1311, 1309, 1342, 1740, 1468, 1364, 1824),
]
SALES = [
    *(90_000, 110_000, 90_000, 40_000, 60_000, 70_000, 90_000, 120_000, 150_000, 210_000),
    *(190_000, 250_000, 220_000, 210_000, 230_000, 220_000, 310_000, 330_000, 320_000, 330_000),
]


def test_p_chart() -> None:
    limits = p_chart(WAFERS, [50] * 30)
    assert limits.centre == pytest.approx(0.2313, abs=0.00005)
    assert limits.sigma == pytest.approx(0.0596, abs=0.00005)
    assert limits.low == pytest.approx(0.0524, abs=0.00005)
    assert limits.high == pytest.approx(0.4102, abs=0.00005)
    z = standardised(np.divide(WAFERS, 50), limits)
    assert [point + 1 for point in np.flatnonzero(abs(z) > 3)] == [15, 23]
    assert [WAFERS[14] / 50, WAFERS[22] / 50] == [0.44, 0.48]


def test_p_chart_has_limits_for_each_base_within_what_is_possible() -> None:
    limits = p_chart([9, 95, 0], [10, 100, 0])
    assert limits.centre == pytest.approx(104 / 110)
    half = 3 * np.sqrt(104 * 6 / 110**2 / np.array([10, 100]))
    assert limits.low[:2] == pytest.approx(104 / 110 - half)
    assert list(limits.high[:2]) == [1, 1]
    assert np.isnan([limits.low[2], limits.high[2], limits.sigma[2]]).all()


def test_c_chart() -> None:
    limits = c_chart(DEFECTS)
    assert (limits.centre, limits.low[0], limits.high[0]) == (16, 4, 28)
    assert len(limits.low) == 25


def test_c_chart_does_not_go_below_none() -> None:
    assert list(c_chart([2, 0, 1]).low) == [0, 0, 0]


def test_u_chart() -> None:
    limits = u_chart(COMPUTERS, [5] * 20)
    assert limits.centre == pytest.approx(1.93)
    assert limits.low == pytest.approx(0.0661, abs=0.00005)
    assert limits.high == pytest.approx(3.7939, abs=0.00005)


def test_xmr_chart() -> None:
    chart = xmr_chart(FLOW)
    assert chart.limits.centre == pytest.approx(50.81)
    assert chart.range_centre == pytest.approx(1.8778, abs=0.00005)
    assert chart.limits.high == pytest.approx(55.8041, abs=0.00005)
    assert chart.limits.low == pytest.approx(45.8159, abs=0.00005)
    assert chart.range_high == pytest.approx(3.267 * 1.8778, abs=0.0005)
    assert chart.ranges == pytest.approx(np.abs(np.diff(FLOW)))


def test_xmr_chart_steps_over_missing_months_and_keeps_to_what_is_possible() -> None:
    gap = [0.9, np.nan, 0.7, 0.8]
    chart = xmr_chart(gap, lowest=0, highest=1)
    assert chart.limits.centre == pytest.approx(0.8)
    assert chart.ranges == pytest.approx([0.2, 0.1])
    assert chart.limits.low == pytest.approx(0.8 - 3 * 0.15 / 1.128)
    assert list(chart.limits.high) == [1, 1, 1, 1]


def test_u_prime_chart() -> None:
    per_1000 = np.divide(SALES, 1000)
    plain, prime = u_chart(COMPLAINTS, per_1000), u_prime_chart(COMPLAINTS, per_1000)
    assert plain.centre == pytest.approx(4.99725, abs=0.000005)
    assert prime.sigma / plain.sigma == pytest.approx(5.31739, abs=0.000005)
    assert (plain.low[0], plain.high[0]) == pytest.approx((4.2903, 5.7042), abs=0.00005)
    assert (prime.low[0], prime.high[0]) == pytest.approx((1.2383, 8.7562), abs=0.00005)
    rates = np.divide(COMPLAINTS, per_1000)
    assert (abs(standardised(rates, plain)) > 3).sum() == 13
    assert (abs(standardised(rates, prime)) > 3).sum() == 0


def test_p_prime_chart_by_hand() -> None:
    # p̄ = 0.5, σ = 0.05 each: z = −1, 1, −1, 1; mean step 2, so σ_z = 2 ÷ 1.128.
    limits = p_prime_chart([45, 55, 45, 55], [100] * 4)
    assert limits.sigma == pytest.approx(0.05 * 2 / 1.128)
    assert limits.low == pytest.approx(0.5 - 3 * 0.05 * 2 / 1.128)
    assert limits.high == pytest.approx(0.5 + 3 * 0.05 * 2 / 1.128)
    assert list(p_prime_chart([40, 60, 40, 60], [100] * 4).high) == [1] * 4


def test_prime_charts_step_over_points_without_a_base() -> None:
    limits = p_prime_chart([40, 0, 60, 40, 60], [100, 0, 100, 100, 100])
    assert limits.sigma[[0, 2, 3, 4]] == pytest.approx(0.05 * 4 / 1.128)
    assert np.isnan(limits.high[1])


@pytest.mark.parametrize("baseline", [10, slice(10), slice(0, 10)])
def test_a_baseline_alone_makes_the_limits_of_all_points(baseline: int | slice) -> None:
    for chart, series in (
        (p_chart, (WAFERS, [50] * 30)),
        (p_prime_chart, (WAFERS, [50] * 30)),
        (c_chart, (DEFECTS,)),
        (u_chart, (COMPLAINTS, SALES)),
        (u_prime_chart, (COMPLAINTS, SALES)),
    ):
        alone, whole = chart(*(values[:10] for values in series)), chart(*series, baseline)
        assert whole.centre == alone.centre
        assert whole.low[:10] == pytest.approx(alone.low)
        assert len(whole.low) == len(series[0])
    later = xmr_chart([*FLOW, 80, 20], baseline)
    assert later.range_centre == xmr_chart(FLOW).range_centre
    assert list(later.limits.high) == [xmr_chart(FLOW).limits.high[0]] * 12
    assert later.ranges[-1] == 60


def test_all_equal_values_leave_no_room() -> None:
    chart = xmr_chart([5, 5, 5])
    assert list(chart.limits.low) == list(chart.limits.high) == [5, 5, 5]
    assert list(standardised([5, 6, 4, np.nan], xmr_chart([5, 5, 5, 5]).limits)[:3]) == [0, np.inf, -np.inf]
    assert list(p_prime_chart([5, 5, 5], [10, 10, 10]).high) == [0.5] * 3


def test_too_little_for_limits_gives_none() -> None:
    assert p_chart([], []) is None
    assert p_chart([0, 3], [0, 10], baseline=1) is None
    assert c_chart([]) is None
    assert u_chart([0], [0]) is None
    assert xmr_chart([]) is None
    assert xmr_chart([3, np.nan]) is None
    assert p_prime_chart([3, 0], [10, 0]) is None
    assert u_prime_chart([0, 0, 0], [5, 5, 5]) is None
    assert p_prime_chart([5, 5], [5, 5]) is None


def test_a_missing_point_has_no_say() -> None:
    nan = np.nan
    assert p_chart([3, nan, 5], [10, 10, 10]).centre == 0.4
    assert u_chart([3, 4, 5], [1, nan, 1]).centre == c_chart([3, nan, 5]).centre == 4
    with_gap, without = p_prime_chart([40, nan, 60, 45], [100] * 4), p_prime_chart([40, 60, 45], [100] * 3)
    assert with_gap.sigma[[0, 2, 3]] == pytest.approx(without.sigma)


def test_one_point_has_limits_where_chance_alone_makes_them() -> None:
    assert c_chart([16]).high[0] == 28
