"""Waiting at a line of agents. `load` is in erlangs: calls × handling time ÷ the period they arrive in.

At a load as great as the number of agents the queue of those who do not give up grows without end: everyone
waits, nobody is answered in time, and there is no mean wait. `agents` is a whole number of 0 or more.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Queue:
    """What callers and agents meet where callers give up: shares 0…1, seconds, and callers in the queue."""

    waiting: float
    abandoned: float
    wait_s: float
    length: float
    occupancy: float


def erlang_c(load: float, agents: int) -> float:
    """The probability that a call has to wait, if nobody gives up; 1 where the load is not below the agents.

    C = B ÷ (1 − ρ(1 − B)) with ρ = A ÷ N and Erlang's B by the recursion Bₖ = A Bₖ₋₁ ÷ (k + A Bₖ₋₁), B₀ = 1.
    Erlang 1917, Post Office Electrical Engineers' Journal 10:189; Cooper 1981, Introduction to Queueing
    Theory.
    """
    if load >= agents:
        return 1.0
    lost = 1.0
    for agent in range(1, agents + 1):
        lost = load * lost / (agent + load * lost)
    return lost / (1 - load / agents * (1 - lost))


def service_level(load: float, agents: int, handle_s: float, within_s: float) -> float:
    """The share of calls answered within `within_s` seconds: 1 − C e^(−(N − A) T ÷ AHT).

    `handle_s` is the mean handling time (AHT). 0 where the load is not below the agents. Erlang 1917; Cooper
    1981, Introduction to Queueing Theory.
    """
    if load >= agents:
        return 0.0
    return 1 - erlang_c(load, agents) * math.exp(-(agents - load) * within_s / handle_s)


def speed_of_answer(load: float, agents: int, handle_s: float) -> float | None:
    """The mean wait of all calls in seconds: C · AHT ÷ (N − A). None where the load is not below the agents.

    Erlang 1917; Cooper 1981, Introduction to Queueing Theory.
    """
    if load >= agents:
        return None
    return erlang_c(load, agents) * handle_s / (agents - load)


def occupancy(load: float, agents: int) -> float | None:
    """The share (0…1) of their time that agents are busy: A ÷ N, at most 1. None without agents.

    Cooper 1981, Introduction to Queueing Theory.
    """
    return min(1.0, load / agents) if agents > 0 else None


def agents_needed(load: float, handle_s: float, within_s: float, level: float) -> int:
    """The least number of agents whose `service_level` within `within_s` seconds is at least `level`.

    A level outside 0…1, or 1 itself, which no number of agents reaches, is a ValueError. By trying one more
    at a time from the first number above the load on. Erlang 1917, as `erlang_c`.
    """
    if not 0 <= level < 1:
        raise ValueError("the service level must be at least 0 and below 1")
    agents = math.floor(load) + 1 if load > 0 else 0
    while load > 0 and service_level(load, agents, handle_s, within_s) < level:
        agents += 1
    return agents


def erlang_a(load: float, agents: int, handle_s: float, patience_s: float) -> Queue | None:
    """The same line where callers give up after an exponential time with mean `patience_s`.

    A birth–death chain: with n calls present one more arrives at rate λ = A ÷ AHT, and one leaves at rate
    min(n, N) ÷ AHT + max(n − N, 0) ÷ patience. Arrivals see the chain's long-run shares, so waiting is
    P(n ≥ N); abandoned = E(queue) ÷ (λ · patience), the mean wait of all callers E(queue) ÷ λ. It is stable
    at any load. None without calls or without agents. Palm 1957, Tele 1; Garnett, Mandelbaum & Reiman 2002,
    Manufacturing & Service Operations Management 4:208.
    """
    if load <= 0 or agents <= 0:
        return None
    arrivals = load / handle_s
    # Without agents the queue would be longer, and Poisson: 12 σ beyond its mean is out of reach.
    longest = arrivals * patience_s
    present = np.arange(1, agents + math.ceil(longest + 12 * math.sqrt(longest)) + 50)
    leaving = np.minimum(present, agents) / handle_s + np.maximum(present - agents, 0) / patience_s
    logarithm = np.concatenate(([0.0], np.cumsum(np.log(arrivals / leaving))))
    share = np.exp(logarithm - logarithm.max())
    share /= share.sum()
    calls = np.arange(share.size)
    length = float(share @ np.maximum(calls - agents, 0))
    return Queue(
        waiting=float(share[agents:].sum()),
        abandoned=length / longest,
        wait_s=length / arrivals,
        length=length,
        occupancy=float(share @ np.minimum(calls, agents)) / agents,
    )
