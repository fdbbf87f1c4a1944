"""The rules by hand, and how often they are wrong against Champ & Woodall's table."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from kpi.statistics.signals import (
    beyond_three_sigma,
    four_of_five_beyond_one_sigma,
    run_of_eight,
    two_of_three_beyond_two_sigma,
    western_electric,
)

# The middle of each zone between the centre, 1σ, 2σ, 3σ and beyond, on both sides, and its probability.
ZONES = (-3.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5)
CHANCES = np.diff(stats.norm.cdf([-np.inf, -3, -2, -1, 0, 1, 2, 3, np.inf]))


def forgotten(points: tuple[float, ...]) -> tuple[float, ...]:
    """The points without what no rule asks for any more: a chain of few states with the same future."""
    kept = []
    for age, z in enumerate(reversed(points)):
        same_side = all(z * later > 0 for later in kept)
        if age >= 7 or (age >= 4 and not same_side):
            break
        known = 2 if age < 2 else 1 if age < 4 else 0
        kept.append(float(np.sign(z) * (min(int(abs(z)), known) + 0.5)))
    return tuple(reversed(kept))


def run_length(rules: tuple[int, ...]) -> float:
    """How many points on average until a first signal when nothing has changed (exact Markov chain)."""
    number = {(): 0}
    moves = []
    fresh: list[tuple[float, ...]] = [()]
    while fresh:
        paths = [(*state, z) for state in fresh for z in ZONES]
        # All in one call, kept apart by missing points, which no rule reaches across.
        fired = western_electric([z for path in paths for z in (*([np.nan] * 8), *path)], rules)
        ends = np.cumsum([8 + len(path) for path in paths]) - 1
        known = set(number)
        for place, path in enumerate(paths):
            if not fired[ends[place]]:
                after = forgotten(path)
                moves.append((number[path[:-1]], number.setdefault(after, len(number)), place % len(ZONES)))
        fresh = [state for state in number if state not in known]
    stays = np.zeros((len(number), len(number)))
    for before, after, zone in moves:
        stays[before, after] += CHANCES[zone]
    return np.linalg.solve(np.eye(len(number)) - stays, np.ones(len(number)))[0]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        # Champ & Woodall 1987, Technometrics 29:393, table 1, no shift
        ((1,), 370.40),
        ((1, 2), 225.44),
        ((1, 3), 166.05),
        ((1, 4), 152.73),
        ((1, 2, 3), 132.89),
        ((1, 2, 3, 4), 91.75),
    ],
)
def test_points_until_a_false_alarm(rules: tuple[int, ...], expected: float) -> None:
    assert run_length(rules) == pytest.approx(expected, abs=0.005)


def test_beyond_three_sigma() -> None:
    assert list(beyond_three_sigma([0, 3, 3.01, -3, -3.01, np.inf])) == [0, 0, 1, 0, -1, 1]


def test_two_of_three_beyond_two_sigma() -> None:
    fires = two_of_three_beyond_two_sigma([2.1, 0, 2.1, 0, 0, 2.1, -2.1, -2.5, 0, 2, 2])
    assert list(fires) == [0, 0, 1, 0, 0, 0, 0, -1, 0, 0, 0]


def test_four_of_five_beyond_one_sigma() -> None:
    assert list(four_of_five_beyond_one_sigma([1.1, 1.1, 0, 1.1, 1.1, 0])) == [0, 0, 0, 0, 1, 0]
    assert list(four_of_five_beyond_one_sigma([-1.1, -1.1, 1.1, -1.1, 0, -1.1])) == [0] * 6
    assert list(four_of_five_beyond_one_sigma([-1.1] * 4)) == [0, 0, 0, -1]


def test_run_of_eight_fires_while_the_run_lasts() -> None:
    assert list(run_of_eight([0.1] * 9)) == [0] * 7 + [1, 1]
    assert list(run_of_eight([-0.1] * 8)) == [0] * 7 + [-1]
    assert not run_of_eight([0.1] * 7 + [0] + [0.1] * 7).any()
    assert not run_of_eight([0.1] * 7 + [np.nan] + [0.1] * 7).any()


def test_the_rules_together() -> None:
    z = [0.5, 3.5, 0.5, -2.5, -2.5, 0.5]
    assert list(western_electric(z)) == [0, 1, 0, 0, -1, 0]
    assert list(western_electric(z, rules=(1, 4))) == [0, 1, 0, 0, 0, 0]
    with pytest.raises(KeyError):
        western_electric(z, rules=(9,))


def test_no_points_and_no_rules_give_no_signals() -> None:
    assert list(western_electric([])) == []
    assert list(western_electric([9.0], rules=())) == [0]
