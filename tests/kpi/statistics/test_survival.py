"""Kaplan–Meier against the leukaemia trial."""

from __future__ import annotations

import pytest

from kpi.statistics.survival import kaplan_meier, median, quantile, share_done_by

# Freireich et al. 1963, Blood 21:699, weeks in remission under 6-MP; the second list is of those still in it.
ENDED = [6, 6, 6, 7, 10, 13, 16, 22, 23]
OPEN = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
CURVE = kaplan_meier([*ENDED, *OPEN], [True] * len(ENDED) + [False] * len(OPEN))


def test_kaplan_meier() -> None:
    # Kleinbaum & Klein, Survival Analysis, print these to four digits.
    assert list(CURVE.times) == [6, 7, 10, 13, 16, 22, 23]
    assert CURVE.survival == pytest.approx(
        [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482], abs=0.00005
    )
    assert median(CURVE) == 23


def test_share_done_by() -> None:
    assert share_done_by(CURVE, 5.9) == 0
    assert share_done_by(CURVE, 6) == pytest.approx(3 / 21)
    assert share_done_by(CURVE, 22.5) == pytest.approx(0.462, abs=0.0005)
    assert share_done_by(CURVE, 35) == pytest.approx(0.552, abs=0.0005)
    assert share_done_by(CURVE, 36) is None


def test_quantile() -> None:
    assert quantile(CURVE, 0.14) == 6
    assert quantile(CURVE, 0.15) == 7
    assert quantile(CURVE, 0.25) == 13
    assert quantile(CURVE, 0.6) is None


def test_without_open_ones_it_is_the_plain_share() -> None:
    curve = kaplan_meier([1, 2, 3, 4], [True] * 4)
    assert [share_done_by(curve, limit) for limit in (0, 1, 2.5, 4, 99)] == pytest.approx(
        [0, 0.25, 0.5, 1, 1]
    )
    assert median(curve) == 2
    assert quantile(curve, 1) == 4


def test_a_half_reached_by_way_of_rounding_is_a_half() -> None:
    assert median(kaplan_meier(range(1, 15), [True] * 14)) == 7


def test_all_equal() -> None:
    curve = kaplan_meier([2, 2, 2], [True, True, False])
    assert share_done_by(curve, 2) == pytest.approx(2 / 3)
    assert median(curve) == 2


def test_nothing_ended() -> None:
    curve = kaplan_meier([3, 5], [False, False])
    assert (share_done_by(curve, 4), share_done_by(curve, 6), median(curve)) == (0, None, None)


def test_one_and_none() -> None:
    assert median(kaplan_meier([7], [True])) == 7
    assert kaplan_meier([], []) is None
    with pytest.raises(ValueError, match="missing"):
        kaplan_meier([7, float("nan")], [True, True])
