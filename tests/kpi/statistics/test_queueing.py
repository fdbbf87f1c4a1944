"""Erlang's formulas against the call-centre table and the paper on impatient callers."""

from __future__ import annotations

import pytest
from scipy import stats

from kpi.statistics.queueing import (
    agents_needed,
    erlang_a,
    erlang_c,
    occupancy,
    service_level,
    speed_of_answer,
)

# Cleveland & Mayben, Call Center Management on Fast Forward (ICMI): 250 calls in 30 minutes of 210 s each,
# answered within 20 s: agents, service level in %, speed of answer in s.
LOAD = 250 * 210 / 1800
TABLE = [
    (30, 24, 209),
    (31, 45, 75),
    (32, 61, 38),
    (33, 73, 21),
    (34, 82, 13),
    (35, 88, 8),
    (36, 92, 5),
    (37, 95, 3),
    (38, 97, 2),
    (39, 98, 1),
    (40, 99, 1),
]


@pytest.mark.parametrize(("agents", "level", "speed"), TABLE)
def test_service_level_and_speed_of_answer(agents: int, level: int, speed: int) -> None:
    # The book rounds 81.5 up to 82 and 87.5 to 88.
    assert 100 * service_level(LOAD, agents, 210, 20) == pytest.approx(level, abs=0.55)
    assert round(speed_of_answer(LOAD, agents, 210)) == speed


def test_recomputed_with_one_more_digit() -> None:
    levels = [round(100 * service_level(LOAD, agents, 210, 20), 1) for agents, *_ in TABLE]
    assert levels == [23.5, 45.2, 61.3, 73.0, 81.5, 87.5, 91.7, 94.6, 96.5, 97.8, 98.6]
    speeds = [round(speed_of_answer(LOAD, agents, 210), 1) for agents, *_ in TABLE]
    assert speeds == [208.7, 74.7, 37.6, 21.3, 12.7, 7.8, 4.9, 3.1, 1.9, 1.2, 0.7]


def test_occupancy() -> None:
    assert [round(100 * occupancy(LOAD, agents)) for agents in (30, 34)] == [97, 86]
    assert occupancy(40, 30) == 1
    assert occupancy(0, 30) == 0
    assert occupancy(5, 0) is None


def test_agents_needed() -> None:
    assert agents_needed(LOAD, 210, 20, 0.8) == 34
    assert agents_needed(LOAD, 210, 20, 0.82) == 35
    assert agents_needed(0.5, 210, 20, 0) == 1
    assert agents_needed(0, 210, 20, 0.8) == 0
    for level in (1, -0.1, 80):
        with pytest.raises(ValueError, match="service level"):
            agents_needed(LOAD, 210, 20, level)


def test_one_agent_is_busy_as_often_as_callers_wait() -> None:
    assert erlang_c(0.3, 1) == pytest.approx(0.3)
    # Two agents at one erlang: a third of the callers wait.
    assert erlang_c(1, 2) == pytest.approx(1 / 3)


def test_a_large_centre_is_that_of_the_poisson_distribution() -> None:
    full = stats.poisson.pmf(950, 900) * 950 / 50
    assert erlang_c(900, 950) == pytest.approx(full / (stats.poisson.cdf(949, 900) + full), rel=1e-10)


@pytest.mark.parametrize(("load", "agents"), [(5, 5), (6, 5), (0.1, 0), (0, 0)])
def test_too_great_a_load_has_no_mean_wait(load: float, agents: int) -> None:
    assert erlang_c(load, agents) == 1
    assert service_level(load, agents, 210, 20) == 0
    assert speed_of_answer(load, agents, 210) is None


def test_no_calls_do_not_wait() -> None:
    assert erlang_c(0, 3) == 0
    assert service_level(0, 3, 210, 20) == 1
    assert speed_of_answer(0, 3, 210) == 0


def test_erlang_a() -> None:
    # Garnett, Mandelbaum & Reiman 2002: 48 calls a minute, 50 agents, 1 minute each, 2 minutes of patience.
    # Without giving up: 20.8 s, 17 in the queue, 96 %; with it 3.1 % give up, 3.7 s, 3 in the queue, 93 %.
    assert round(speed_of_answer(48, 50, 60), 1) == 20.8
    assert round(speed_of_answer(48, 50, 60) * 48 / 60) == 17
    found = erlang_a(48, 50, 60, 120)
    assert round(100 * found.abandoned, 1) == 3.1
    assert round(found.wait_s, 1) == 3.7
    assert round(found.length) == 3
    assert round(100 * found.occupancy) == 93


def test_callers_as_patient_as_they_are_long_make_a_poisson_number() -> None:
    found = erlang_a(12, 10, 200, 200)
    assert found.waiting == pytest.approx(stats.poisson.sf(9, 12), rel=1e-12)
    assert found.occupancy == pytest.approx((1 - found.abandoned) * 12 / 10)


def test_callers_who_never_give_up_are_those_of_erlang_c() -> None:
    found = erlang_a(LOAD, 34, 210, 1e7)
    assert found.waiting == pytest.approx(erlang_c(LOAD, 34), rel=1e-4)
    assert found.wait_s == pytest.approx(speed_of_answer(LOAD, 34, 210), rel=1e-4)
    assert found.abandoned == pytest.approx(0, abs=1e-5)


def test_giving_up_keeps_any_load_stable() -> None:
    found = erlang_a(100, 50, 60, 120)
    assert found.abandoned == pytest.approx(0.5, abs=1e-3)
    assert found.occupancy == pytest.approx(1, abs=1e-3)
    assert erlang_a(0, 50, 60, 120) is None
    assert erlang_a(5, 0, 60, 120) is None
