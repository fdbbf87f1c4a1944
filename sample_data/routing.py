"""Calls to people: who is on duty and free, whose desk is empty, who lets it ring."""

from __future__ import annotations

import numpy as np

from sample_data.attendance import Shift
from sample_data.people import NEWCOMER, TEAMS, Person
from sample_data.year import DAY_S, DAYS

NOBODY = -1
_HELPERS = (2, 1, 4, 3, 0)  # teams that step in, in this order, when a team has nobody on duty


def _share(person: Person) -> float:
    """How often calls reach `person`, against an ordinary colleague."""
    if person.name == NEWCOMER:
        return 0.25
    return 0.35 if person.role == "班组长" else max(0.6, 1 + 0.12 * person.pace)


def _one_of(ready: list[int], shares: list[float], luck: float) -> int:
    """One of `ready` in proportion to their shares; `luck` from 0 to 1 decides."""
    mark = luck * sum(shares[who] for who in ready)
    for who in ready:
        mark -= shares[who]
        if mark <= 0:
            return who
    return ready[-1]


def assign(
    rng: np.random.Generator,
    people: tuple[Person, ...],
    shifts: list[Shift],
    frame: dict[str, np.ndarray],
) -> None:
    """Give each call to somebody on duty and free in its team; a call that meets nobody free is moved
    to when the next one is. Changes `started`, `team`, `agent`, `answered`, and the talk by pace.
    """
    shares = [_share(one) for one in people]
    pace = [float(np.exp(-0.12 * one.pace)) for one in people]
    coming = sorted((s.on_duty[0], s.on_duty[1], TEAMS.index(s.team), s.person) for s in shifts if s.on_duty)
    present: list[list[tuple[int, int]]] = [[] for _ in TEAMS]
    free_at = [0] * len(people)
    luck = rng.random(len(frame["started"]))
    started, team, talk = frame["started"].tolist(), frame["team"].tolist(), frame["talk"].tolist()
    lead = np.where(frame["inbound"], frame["ivr"] + frame["wait"], frame["ring_s"]).astype(int).tolist()
    after = (frame["hold"] + frame["wrap"]).astype(int).tolist()
    answered = frame["answered"].tolist()
    inbound = frame["inbound"].tolist()
    agent = [NOBODY] * len(started)
    arriving = 0
    for number, moment in enumerate(started):
        while arriving < len(coming) and coming[arriving][0] <= moment:
            _, until, where, who = coming[arriving]
            present[where].append((until, who))
            arriving += 1
        for where in (team[number], *_HELPERS):
            here = present[where] = [entry for entry in present[where] if entry[0] > moment]
            if here:
                break
        if not here:
            answered[number] = False
            continue
        team[number] = where
        if inbound[number] and not answered[number]:
            continue
        ready = [who for _, who in here if free_at[who] <= moment + lead[number]]
        if ready:
            who = _one_of(ready, shares, luck[number])
        else:
            who = min((who for _, who in here), key=free_at.__getitem__)
            started[number] = free_at[who] - lead[number]
        talk[number] = max(4, round(talk[number] * pace[who]))
        free_at[who] = started[number] + lead[number] + talk[number] + after[number] + 2
        agent[number] = who
    frame["started"], frame["team"] = np.array(started), np.array(team)
    frame["talk"], frame["agent"] = np.array(talk, dtype=float), np.array(agent)
    frame["answered"] = np.array(answered)


def ring_by_person(
    rng: np.random.Generator, frame: dict[str, np.ndarray], people: tuple[Person, ...]
) -> None:
    """The slow let it ring longer, the prompt less; changes `rings` and `ring_s` within the wait."""
    promptness = np.array([one.promptness for one in people])[frame["agent"]]
    answered, luck = frame["answered"] & frame["inbound"], rng.random(len(promptness))
    longer = answered & (frame["rings"] <= 3) & (frame["wait"] >= 16) & (luck < -0.12 * promptness)
    shorter = answered & (frame["rings"] > 3) & (luck < 0.5 * promptness)
    frame["ring_s"] = np.where(longer, 16, np.where(shorter, 12, frame["ring_s"]))
    frame["rings"] = np.where(longer, 4, np.where(shorter, 3, frame["rings"]))


def colleagues(rng: np.random.Generator, frame: dict[str, np.ndarray], people: tuple[Person, ...]) -> None:
    """Some calls ring at an empty desk first: adds `assigned` and `unattended`."""
    count = len(frame["started"])
    day_members: dict[tuple[int, int], list[int]] = {}
    assigned = frame["agent"].copy()
    unattended = frame["inbound"] & (rng.random(count) < np.where(frame["answered"], 0.018, 0.009))
    for number in np.flatnonzero(unattended):
        key = (int(frame["team"][number]), int(frame["started"][number] // DAY_S))
        if key not in day_members:
            day = DAYS[key[1]]
            day_members[key] = [
                index for index, one in enumerate(people) if one.team_on(day) == TEAMS[key[0]]
            ]
        absent = day_members[key][int(rng.integers(len(day_members[key])))]
        assigned[number] = absent
        unattended[number] = absent != frame["agent"][number] or rng.random() < 0.3
    frame["assigned"], frame["unattended"] = assigned, unattended
