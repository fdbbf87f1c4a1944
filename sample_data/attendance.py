"""The roster, the leave and the punches of the year: who was on duty when."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import polars as pl

from sample_data.people import Person
from sample_data.year import DAY_S, DAYS, times

# Shift code → start and end in seconds after midnight; 夜 ends on the next day. 休 is a day off.
SHIFTS = {
    "早": (8 * 3600, 16 * 3600),
    "中": (12 * 3600, 20 * 3600),
    "晚": (16 * 3600, 24 * 3600),
    "夜": (22 * 3600, 30 * 3600),
}
DAY_OFF = "休"
_DAY_TEAM = "早早早早中中中晚晚"
_PATTERN = {"投诉组": "早早早中中中", "夜班组": "夜夜夜夜夜晚晚"}
_LEAVE_TYPES = ("年假", "年假", "年假", "病假", "病假", "事假", "调休", "婚假")
LEAVE_SPELLS_A_YEAR = 7
TRAINING_DAYS = 5  # no calls before
MINUTE = 60


@dataclass(frozen=True, slots=True)
class Shift:
    """One planned shift and what came of it; moments in seconds since the first day."""

    person: int
    team: str
    day: int
    code: str
    start: int
    end: int
    in_at: int | None = None
    out_at: int | None = None
    on_duty: tuple[int, int] | None = None  # from–to in which calls reach this person


@dataclass(frozen=True, slots=True)
class Leave:
    """One leave taken; moments in seconds since the first day."""

    person: int
    start: int
    end: int
    leave_type: str
    approved: bool


def plan(people: tuple[Person, ...]) -> list[Shift]:
    """Everybody's shifts: five days in seven, the shift of the week rotating within the team."""
    shifts = []
    for number, person in enumerate(people):
        seat = int(person.agent_id[1:]) - 1
        for day_number, day in enumerate(DAYS):
            team = person.team_on(day)
            if team is None or (day_number - 2 * seat) % 7 < 2:
                continue
            pattern = _PATTERN.get(team, _DAY_TEAM)
            code = pattern[(seat + 2 * (day_number // 7)) % len(pattern)]
            start, end = SHIFTS[code]
            midnight = day_number * DAY_S
            shifts.append(Shift(number, team, day_number, code, midnight + start, midnight + end))
    return shifts


def take_leave(random: Random, shifts: list[Shift]) -> list[Leave]:
    """Spells of leave: mostly whole shifts on consecutive working days, some half shifts."""
    of_person: dict[int, list[Shift]] = {}
    for shift in shifts:
        of_person.setdefault(shift.person, []).append(shift)
    leaves = []
    for person, own in of_person.items():
        taken: set[int] = set()
        for _ in range(round(LEAVE_SPELLS_A_YEAR * len(own) / 260)):
            first = random.randrange(len(own))
            length = random.choice((1, 1, 1, 2, 3))
            last = min(first + length, len(own)) - 1
            if taken & set(range(first - 1, last + 2)):
                continue
            taken |= set(range(first, last + 1))
            half = length == 1 and random.random() < 0.2
            end = own[first].start + 4 * 3600 if half else own[last].end
            approved = random.random() > 0.03
            leaves.append(Leave(person, own[first].start, end, random.choice(_LEAVE_TYPES), approved))
    return leaves


def _punched(random: Random, shift: Shift, person: Person, leave_until: int) -> Shift:
    """`shift` with its punches: early by some minutes as a rule, late now and then, rarely absent."""
    start = max(shift.start, leave_until)
    if start >= shift.end or random.random() < max(0.003, 0.012 - 0.009 * person.punctuality):
        return shift
    late_chance = min(0.2, max(0.008, 0.035 - 0.025 * person.punctuality))
    late = random.random() < late_chance
    early_s = -random.randint(2, 25) * MINUTE if late else random.randint(1, 18) * MINUTE
    in_at = start - early_s + random.randint(0, 50)
    leaves_early = random.random() < max(0.004, 0.012 - 0.008 * person.punctuality)
    stays_s = -random.randint(5, 60) * MINUTE if leaves_early else random.randint(0, 15) * MINUTE
    out_at = shift.end + stays_s + random.randint(0, 50)
    forgot = random.random()
    in_training = (DAYS[shift.day] - person.hired_on).days < TRAINING_DAYS
    return Shift(
        shift.person,
        shift.team,
        shift.day,
        shift.code,
        shift.start,
        shift.end,
        None if forgot < 0.004 else in_at,
        None if 0.004 <= forgot < 0.009 else out_at,
        None if in_training else (max(start, in_at), min(shift.end, out_at)),
    )


def work(random: Random, people: tuple[Person, ...], shifts: list[Shift], leaves: list[Leave]) -> list[Shift]:
    """The planned shifts with what came of them."""
    leave_until: dict[tuple[int, int], int] = {}
    for leave in leaves:
        for day in range(leave.start // DAY_S, leave.end // DAY_S + 1):
            leave_until[leave.person, day] = leave.end
    return [
        _punched(random, shift, people[shift.person], leave_until.get((shift.person, shift.day), 0))
        for shift in shifts
    ]


def punches_table(people: tuple[Person, ...], shifts: list[Shift]) -> pl.DataFrame:
    """The time clock's rows; an absence or a day of leave leaves none."""
    seen = [shift for shift in shifts if shift.in_at is not None or shift.out_at is not None]
    return pl.DataFrame(
        {
            "agent_id": [people[shift.person].agent_id for shift in seen],
            "shift_date": [DAYS[shift.day] for shift in seen],
            "in_at": times([float("nan") if shift.in_at is None else shift.in_at for shift in seen]),
            "out_at": times([float("nan") if shift.out_at is None else shift.out_at for shift in seen]),
        }
    ).sort("shift_date", "agent_id")


def leave_table(people: tuple[Person, ...], leaves: list[Leave]) -> pl.DataFrame:
    """The `leave` table."""
    return pl.DataFrame(
        {
            "agent_id": [people[leave.person].agent_id for leave in leaves],
            "starts_at": times([leave.start for leave in leaves]),
            "ends_at": times([leave.end for leave in leaves]),
            "leave_type": [leave.leave_type for leave in leaves],
            "approved": [leave.approved for leave in leaves],
        }
    ).sort("starts_at", "agent_id")


def month_roster(people: tuple[Person, ...], shifts: list[Shift], month: str) -> list[list[object]]:
    """The wide roster of one month: a heading row, then one row a person; empty when not employed."""
    days = [number for number, day in enumerate(DAYS) if f"{day:%Y-%m}" == month]
    planned = {(shift.person, shift.day): shift.code for shift in shifts}
    rows: list[list[object]] = [["工号", "姓名", *(f"{DAYS[day]:%Y-%m-%d}" for day in days)]]
    for number, person in enumerate(people):
        cells = [planned.get((number, day), DAY_OFF) if person.team_on(DAYS[day]) else "" for day in days]
        if any(cells):
            rows.append([int(person.agent_id), person.name, *cells])
    return rows
