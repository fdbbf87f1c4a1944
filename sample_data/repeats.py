"""Who called: customers, what they called about, and who has to call again."""

from __future__ import annotations

from bisect import bisect_right

import numpy as np

from sample_data.demand import OUTBOUND_QUEUE, QUEUES
from sample_data.year import DAY_S

FIRST_NUMBER = 19900000000
NUMBERS = 30_000  # used in turn, so that a number comes back by chance only after months
_WITHIN_S = 7 * DAY_S - 600


def _next_call(
    moments: list[int], numbers: list[int], taken: list[bool], wanted: float, latest: float
) -> int | None:
    """The first call of a queue from `wanted` to `latest` that nobody has called before about."""
    position = bisect_right(moments, wanted)
    while position < len(moments) and moments[position] <= latest:
        if not taken[numbers[position]]:
            return numbers[position]
        position += 1
    return None


def link_customers(rng: np.random.Generator, frame: dict[str, np.ndarray], unresolved: np.ndarray) -> None:
    """Adds `customer` and `reason`. Each unresolved call gets a later call of the same customer in the
    same queue for the same reason within 7 days; a part of those who gave up try again soon; apart
    from these no number calls twice within months.
    """
    count = len(frame["started"])
    started, queue = frame["started"].tolist(), frame["queue"].tolist()
    by_queue: dict[str, tuple[list[int], list[int]]] = {}
    for number, name in enumerate(queue):
        moments, numbers = by_queue.setdefault(name, ([], []))
        moments.append(started[number])
        numbers.append(number)
    tries_again = ~frame["answered"] & frame["inbound"] & (rng.random(count) < 0.45)
    soon = np.where(tries_again, 60 + rng.exponential(1500, count), 900 + rng.exponential(1.6 * DAY_S, count))
    chance, pick = rng.random(count), rng.random(count)
    taken = [False] * count
    customer: list[str | None] = [None] * count
    reason: list[str | None] = [None] * count
    fresh = 0
    for number in range(count):
        if not taken[number]:
            customer[number] = str(FIRST_NUMBER + fresh % NUMBERS)
            fresh += 1
            reasons = QUEUES[queue[number]][3] if queue[number] != OUTBOUND_QUEUE else ("回访",)
            reason[number] = reasons[int(pick[number] ** 1.5 * len(reasons))]
        if unresolved[number] or tries_again[number]:
            latest = started[number] + (_WITHIN_S if unresolved[number] else 3 * 3600)
            wanted = started[number] + min(float(soon[number]), 6 * DAY_S)
            later = _next_call(*by_queue[queue[number]], taken, wanted, latest)
            if later is None and unresolved[number]:
                later = _next_call(*by_queue[queue[number]], taken, started[number] + 300, latest)
            if later is not None:
                taken[later] = True
                customer[later], reason[later] = customer[number], reason[number]
                continue
        if not taken[number] and chance[number] < 0.02:
            customer[number] = None  # the number was withheld
        if chance[number] > 0.985 and not taken[number]:
            reason[number] = None  # nobody ticked one
    frame["customer"] = np.array(customer, dtype=object)
    frame["reason"] = np.array(reason, dtype=object)
