"""The 40 people of the sample hotline, their teams through the year, and how each of them works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from sample_data.year import FIRST, LAST, stream

TEAMS = ("热线一组", "热线二组", "热线三组", "投诉组", "夜班组")
_LETTERS = "甲乙丙丁戊"
_SEATS = (9, 9, 9, 6, 7)

STORY_TEAM = "热线一组"
NEWCOMER = "客服乙10"
MOVER = "客服乙05"
MOVED_ON = date(2026, 10, 16)

# Who left and who came, so that 40 people work at the end: name → last day, name → first day.
_LEFT = {"客服甲08": date(2026, 1, 31), "客服丙06": date(2026, 6, 30), "客服丙04": date(2026, 9, 30)}
_CAME = {"客服甲10": date(2026, 2, 25), "客服丙10": date(2026, 7, 6), NEWCOMER: date(2026, 10, 15)}


@dataclass(frozen=True, slots=True)
class Membership:
    """A team and the days, both inclusive, that someone belongs to it; no last day means still."""

    team: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Person:
    """One member of the hotline. Traits are standard scores: 0 is ordinary, +1 clearly better."""

    agent_id: str
    name: str
    role: str
    hired_on: date
    memberships: tuple[Membership, ...]
    pace: float
    promptness: float
    knowledge: float
    manner: float
    punctuality: float

    def team_on(self, day: date) -> str | None:
        """The team this person belongs to on `day`, or None when not employed."""
        for membership in self.memberships:
            if membership.valid_from <= day and (membership.valid_to is None or day <= membership.valid_to):
                return membership.team
        return None


def _memberships(name: str, team: str, hired_on: date) -> tuple[Membership, ...]:
    if name == MOVER:
        before = Membership(team, hired_on, MOVED_ON - timedelta(days=1))
        return (before, Membership("热线三组", MOVED_ON, None))
    return (Membership(team, hired_on, _LEFT.get(name)),)


def hire(seed: int) -> tuple[Person, ...]:
    """Everybody who worked on the hotline in the year, by team and number."""
    rng = stream(seed, "people")
    people = []
    for team_number, (team, letter, seats) in enumerate(zip(TEAMS, _LETTERS, _SEATS, strict=True), start=1):
        for number in range(1, seats + 2):
            name = f"客服{letter}{number:02d}"
            hired_on = FIRST - timedelta(days=int(rng.integers(100, 2200)))
            pace, promptness, knowledge, manner, punctuality = (float(x) for x in rng.normal(size=5))
            if number > seats and name not in _CAME:
                continue
            if name == NEWCOMER:
                pace, knowledge, manner = -1.8, -1.0, 0.3
            people.append(
                Person(
                    agent_id=f"{team_number}{number:03d}",
                    name=name,
                    role="班组长" if number == 1 else "客服代表",
                    hired_on=_CAME.get(name, hired_on),
                    memberships=_memberships(name, team, _CAME.get(name, hired_on)),
                    pace=pace,
                    promptness=promptness,
                    knowledge=knowledge,
                    manner=manner,
                    punctuality=punctuality,
                )
            )
    return tuple(people)


def roster_of_people(people: tuple[Person, ...]) -> pl.DataFrame:
    """The `agents` table: one row a membership."""
    return pl.DataFrame(
        [
            (one.agent_id, one.name, part.team, one.role, part.valid_from, part.valid_to, one.hired_on)
            for one in people
            for part in one.memberships
        ],
        schema=["agent_id", "name", "team", "role", "valid_from", "valid_to", "hired_on"],
        orient="row",
    )


def employed(person: Person, month: str) -> bool:
    """Whether `person` worked on the hotline on at least half of `month` (YYYY-MM)."""
    year, number = (int(part) for part in month.split("-"))
    middle = date(year, number, 15)
    return person.hired_on < middle <= (person.memberships[-1].valid_to or LAST)
