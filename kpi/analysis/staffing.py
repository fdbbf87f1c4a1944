"""How many agents a service level, or a speed of answer, takes in the busiest half hour: Erlang C."""

from __future__ import annotations

import math
from dataclasses import dataclass

from kpi.figures.figures import figures
from kpi.figures.sums import ask
from kpi.figures.view import View
from kpi.scope import Scope
from kpi.statistics.queueing import agents_needed, speed_of_answer

HALF_HOUR_S = 1800
ALL_BUT = 0.999  # no number of agents answers every single call in time

# The half hour of the day with most calls, and how many on a mean day.
BUSIEST = """
    SELECT hour(started_at) * 2 + minute(started_at) // 30 AS slot,
        count(*) / (SELECT count(DISTINCT day) FROM relation WHERE day BETWEEN $start AND $end) AS calls
    FROM asked GROUP BY slot ORDER BY calls DESC, slot LIMIT 1"""


@dataclass(frozen=True, slots=True)
class Staffing:
    """Agents on the line in the busiest half hour of a mean day: for what was measured, and for the target.

    It begins at `begins` ("10:30") and has `calls` calls of `handle_s` seconds. `now` is how many the
    measured value takes by the same formula: the target asks for `needed` − `now` more.
    """

    begins: str
    calls: float
    handle_s: float
    now: int
    needed: int


def staffing(view: View, scope: Scope, indicator_key: str, target: float) -> Staffing | None:
    """What a target of service_level (a share) or speed_of_answer (seconds) takes; None without the data.

    Callers who give up are taken to wait on, so it is on the safe side. KeyError for any other indicator.
    """
    enough = {"service_level": _for_level, "speed_of_answer": _for_speed}[indicator_key]
    measured, handling = figures(view, scope, [indicator_key, "handling_time"])
    if measured.value is None or not handling.value:
        return None
    slot, calls = ask(view, BUSIEST, "calls", scope, reads={"day", "team"}).row(0)
    load = calls * handling.value / HALF_HOUR_S
    within_s = measured.indicator.limits.get("within_s", 0.0)
    now, needed = (enough(load, handling.value, within_s, value) for value in (measured.value, target))
    return Staffing(f"{slot // 2:02}:{slot % 2 * 30:02}", calls, handling.value, now, needed)


def _for_level(load: float, handle_s: float, within_s: float, level: float) -> int:
    return agents_needed(load, handle_s, within_s, min(max(level, 0.0), ALL_BUT))


def _for_speed(load: float, handle_s: float, within_s: float, seconds: float) -> int:
    agents = math.floor(load) + 1
    while speed_of_answer(load, agents, handle_s) > max(seconds, 0.1):
        agents += 1
    return agents
