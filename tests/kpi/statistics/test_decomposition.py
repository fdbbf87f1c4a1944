"""The split of a difference against published numbers, to the digits printed."""

from __future__ import annotations

import numpy as np
import pytest

from kpi.statistics.decomposition import kitagawa

# Bickel, Hammel & O'Connell 1975, Science 187:398: applicants and admitted of departments A to F.
MEN = np.array([(825, 512), (560, 353), (325, 120), (417, 138), (191, 53), (373, 22)], float).T
WOMEN = np.array([(108, 89), (25, 17), (593, 202), (375, 131), (393, 94), (341, 24)], float).T


def test_admissions_at_berkeley() -> None:
    (all_men, men), (all_women, women) = MEN, WOMEN
    mix, rate = kitagawa(
        all_men / all_men.sum(), all_women / all_women.sum(), men / all_men, women / all_women
    )
    assert 100 * (women.sum() / all_women.sum() - men.sum() / all_men.sum()) == pytest.approx(
        -14.16, abs=0.005
    )
    assert (100 * mix.sum(), 100 * rate.sum()) == pytest.approx((-17.77, 3.60), abs=0.005)


def test_a_group_of_one_period_is_all_mix() -> None:
    nan = float("nan")
    mix, rate = kitagawa(*(np.array(v) for v in ([0.4, 0.6, 0], [0.5, 0, 0.5], [1, 2, nan], [3, nan, 4])))
    assert mix.tolist() == pytest.approx([0.2, -1.2, 2.0])
    assert rate.tolist() == pytest.approx([0.9, 0, 0])
    assert (mix + rate).sum() == pytest.approx(3.5 - 1.6)
