"""The year's calls: arrival, waiting, who answers, how long it takes."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from sample_data import demand, fault
from sample_data.attendance import Shift
from sample_data.measures import plant_transfers
from sample_data.people import TEAMS, Person
from sample_data.repeats import link_customers
from sample_data.routing import assign, colleagues, ring_by_person
from sample_data.year import DAY_S, END_S, FIRST, MONTHS, month_index, stream, texts, times, whole

GREETING_FROM = (date(2026, 3, 1) - FIRST).days * DAY_S  # the recordings are measured from then on
RING_S = 5.0  # one ring and its pause


def _ranked(rng: np.random.Generator, tendency: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Position of each call in its group, 0 to 1, by `tendency` and chance: shares come out exact."""
    score = tendency + rng.normal(size=len(tendency))
    order = np.lexsort((score, groups))
    ordered = groups[order]
    first = np.searchsorted(ordered, ordered, side="left")
    size = np.searchsorted(ordered, ordered, side="right") - first
    position = np.empty(len(groups))
    position[order] = (np.arange(len(groups)) - first + 0.5) / size
    return position


def _groups(team: np.ndarray, queue: np.ndarray, started: np.ndarray) -> tuple[np.ndarray, list]:
    """A number for each call's (team, queue, month), and what each number stands for."""
    queue_names = list(demand.QUEUES)
    queue_number = np.array([queue_names.index(name) for name in queue])
    number = (team * len(queue_names) + queue_number) * len(MONTHS) + month_index(started)
    kinds, groups = np.unique(number, return_inverse=True)
    names = [
        (
            TEAMS[kind // len(MONTHS) // len(queue_names)],
            queue_names[kind // len(MONTHS) % len(queue_names)],
            MONTHS[kind % len(MONTHS)],
        )
        for kind in kinds
    ]
    return groups, names


def _waiting(
    rng: np.random.Generator, started: np.ndarray, aim: np.ndarray, groups: np.ndarray
) -> dict[str, np.ndarray]:
    """Who is answered, after how long; ring and wait in whole seconds."""
    count = len(started)
    short = rng.random(count) < 0.012
    hour_load = demand.HOUR_WEIGHTS[started % DAY_S // 3600] / 6
    position = _ranked(rng, hour_load, np.where(short, groups.max() + 1, groups))
    fast = (position < aim) & ~short
    abandoned = short | (~fast & (rng.random(count) < 0.29))
    rings = rng.choice([1, 2, 3, 4, 5], size=count, p=[0.42, 0.37, 0.17, 0.028, 0.012])
    ring_s = np.floor((rings - 1) * RING_S + rng.uniform(1, RING_S, count))
    fast_wait = np.floor(ring_s + (20.99 - ring_s) * rng.beta(1.1, 2.2, count))
    fast_wait = np.maximum(fast_wait, ring_s)
    late_wait = np.floor(21 + rng.exponential(34, count)) + np.where(ring_s > 20, ring_s - 20, 0)
    gives_up = np.maximum(5, np.floor(rng.lognormal(3.9, 0.7, count)))
    wait = np.where(fast, np.minimum(fast_wait, 20), late_wait)
    wait = np.where(abandoned, gives_up, wait)
    wait = np.where(short, rng.integers(1, 5, count), wait)
    ring_s = np.minimum(ring_s, wait)
    return {"answered": ~abandoned, "wait": wait, "ring_s": ring_s, "rings": np.floor(ring_s / RING_S) + 1}


def _durations(rng: np.random.Generator, queue: np.ndarray) -> dict[str, np.ndarray]:
    """Talk, hold and wrap-up of an ordinary agent, in whole seconds."""
    count = len(queue)
    median = np.array([demand.QUEUES[name][2] if name in demand.QUEUES else 120 for name in queue])
    talk = np.maximum(4, np.round(median * rng.lognormal(0, 0.55, count)))
    hold = np.where(rng.random(count) < 0.16, np.round(rng.lognormal(3.4, 0.6, count)), 0)
    wrap = np.round(rng.lognormal(3.2, 0.6, count))
    return {"talk": np.minimum(talk, 3600), "hold": np.minimum(hold, 600), "wrap": np.minimum(wrap, 900)}


def _sorted_by_start(frame: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    order = np.argsort(frame["started"], kind="stable")
    order = order[frame["started"][order] < END_S]
    return {name: values[order] for name, values in frame.items()}


def _outbound(rng: np.random.Generator, scale: float) -> dict[str, np.ndarray]:
    started = demand.arrivals(rng, demand.OUTBOUND_CALLS * scale)
    started = started[(started % DAY_S >= 8 * 3600) & (started % DAY_S < 20 * 3600)]
    count = len(started)
    queue = np.full(count, demand.OUTBOUND_QUEUE, dtype=object)
    return {
        "started": started,
        "team": rng.choice(4, size=count),
        "queue": queue,
        "answered": rng.random(count) < 0.85,
        "wait": np.zeros(count),
        "ring_s": np.round(rng.uniform(4, 30, count)),
        "rings": np.full(count, np.nan),
        "ivr": np.zeros(count),
        "inbound": np.zeros(count, dtype=bool),
        **_durations(rng, queue),
    }


def _inbound(
    rng: np.random.Generator, reports: np.ndarray, scale: float, aims: dict
) -> dict[str, np.ndarray]:
    """The usual calls of the year, and `reports`: when customers called because of the product's fault."""
    usual = demand.arrivals(rng, demand.INBOUND_CALLS * scale)
    team = demand.choose_teams(rng, usual)
    queue = demand.choose_queues(rng, usual, team)
    started = np.concatenate([usual, reports])
    team = np.concatenate([team, np.full(len(reports), TEAMS.index(fault.TEAM))])
    queue = np.concatenate([queue, np.full(len(reports), fault.QUEUE, dtype=object)])
    groups, names = _groups(team, queue, started)
    aim = np.array([aims[name][0] for name in names])[groups]
    return {
        "started": started,
        "team": team,
        "queue": queue,
        **_waiting(rng, started, aim, groups),
        "ivr": rng.integers(8, 60, len(started)).astype(float),
        "inbound": np.ones(len(started), dtype=bool),
        **_durations(rng, queue),
    }


def _unresolved(
    rng: np.random.Generator, frame: dict[str, np.ndarray], people: tuple[Person, ...], aims: dict
) -> np.ndarray:
    """Which answered inbound calls will be followed by another of the same customer within 7 days."""
    result = np.zeros(len(frame["started"]), dtype=bool)
    here = np.flatnonzero(frame["inbound"] & frame["answered"])
    groups, names = _groups(frame["team"][here], frame["queue"][here], frame["started"][here])
    knowledge = np.array([one.knowledge for one in people])[frame["agent"][here]]
    # A call handed to another team keeps its queue: it aims at what its own team reaches there.
    aim_of = {(queue, month): aim for (_, queue, month), aim in aims.items()}
    aim = np.array([aims.get(name, aim_of[name[1:]])[1] for name in names])[groups]
    result[here] = _ranked(rng, -0.18 * knowledge, groups) >= aim
    return result


def _greetings(
    rng: np.random.Generator, frame: dict[str, np.ndarray], people: tuple[Person, ...]
) -> np.ndarray:
    promptness = np.array([one.promptness for one in people])[frame["agent"]]
    greeting = np.round(rng.lognormal(0.35 - 0.06 * promptness, 0.45, len(promptness)), 1)
    measured = frame["answered"] & frame["inbound"] & (frame["started"] >= GREETING_FROM)
    return np.where(measured & (rng.random(len(promptness)) < 0.92), greeting, np.nan)


def year_of_calls(
    seed: int, people: tuple[Person, ...], shifts: list[Shift], scale: float
) -> tuple[pl.DataFrame, dict[str, np.ndarray]]:
    """The `calls` table, ordered by start, and the same as arrays for the parts that build on it."""
    rng = stream(seed, "calls")
    aims = demand.aims(rng)
    reports = fault.arrivals(stream(seed, "fault"), scale)
    inbound, outbound = _inbound(rng, reports, scale, aims), _outbound(rng, scale)
    frame = {name: np.concatenate([inbound[name], outbound[name]]) for name in inbound}
    frame = _sorted_by_start(frame)
    assign(rng, people, shifts, frame)
    frame = _sorted_by_start(frame)
    ring_by_person(rng, frame, people)
    colleagues(rng, frame, people)
    link_customers(rng, frame, _unresolved(rng, frame, people, aims))
    count = len(frame["started"])
    transfer_chance = np.where(frame["queue"] == "故障报修", 0.13, 0.075)
    frame["transferred"] = frame["answered"] & (rng.random(count) < transfer_chance)
    plant_transfers(stream(seed, "measures"), people, frame, transfer_chance)
    frame["greeting"] = _greetings(rng, frame, people)
    frame["call_id"] = np.array([f"C{number:07d}" for number in range(1, count + 1)])
    return _table(frame, people), frame


def _table(frame: dict[str, np.ndarray], people: tuple[Person, ...]) -> pl.DataFrame:
    ids = np.array([*(one.agent_id for one in people), None], dtype=object)  # the last stands for -1
    answered, inbound = frame["answered"], frame["inbound"]
    queued = np.where(inbound, frame["started"] + frame["ivr"], np.nan)
    lifted = np.where(inbound, queued + frame["wait"], frame["started"] + frame["ring_s"])

    def known(name: str, condition: np.ndarray) -> pl.Series:
        return whole(np.where(condition, frame[name], np.nan))

    return pl.DataFrame(
        {
            "call_id": frame["call_id"],
            "started_at": times(frame["started"]),
            "answered": answered,
            "agent_id": texts(ids[frame["agent"]]),
            "assigned_to": texts(ids[frame["assigned"]]),
            "team": np.array(TEAMS)[frame["team"]],
            "queue": frame["queue"].astype(str),
            "direction": np.where(inbound, "呼入", "呼出"),
            "reason": texts(frame["reason"]),
            "channel": np.full(len(answered), "电话"),
            "queued_at": times(queued),
            "answered_at": times(np.where(answered, lifted, np.nan)),
            "wait_s": known("wait", inbound),
            "ring_s": known("ring_s", answered),
            "ring_count": known("rings", answered),
            "ivr_s": known("ivr", inbound),
            "talk_s": known("talk", answered),
            "hold_s": known("hold", answered),
            "wrap_s": known("wrap", answered),
            "greeting_s": pl.Series(frame["greeting"]).fill_nan(None),
            "transferred": pl.Series(np.where(answered, frame["transferred"], None).tolist()),
            "unattended": pl.Series(np.where(inbound, frame["unattended"], None).tolist()),
            "customer": texts(frame["customer"]),
        }
    )
