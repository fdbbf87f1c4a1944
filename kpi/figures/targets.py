"""The target that holds for a figure, and where it comes from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from etl.people.agents import agent_key, spelled_key
from kpi.catalog.relations import over, relation_file
from kpi.figures.remembered import remembered
from kpi.figures.view import View
from kpi.records import Saved, SheetKey
from kpi.records.cycle_kept import steps_of
from kpi.scope import Period, Scope, Subject, period_of

Source = Literal["default", "all", "team", "person", "agreed"]


@dataclass(frozen=True, slots=True)
class NewTarget:
    """A target that holds from a day within the month on, in the unit of its indicator."""

    from_day: date
    value: float
    because: str


@dataclass(frozen=True, slots=True)
class Target:
    """A target in the unit of its indicator, and the closest level that set it."""

    value: float
    source: Source


def targets_of(view: View, scope: Scope) -> dict[str, Target]:
    """By indicator the target of a scope: agreed > person > team > all > default.

    Agreed is what the goal sheet of the month before says for the same subject; it holds for periods
    within one month.
    """
    agreed = {}
    if view.records is not None and _in_one_month(scope.period):
        cells = view.records.cells(_agreed_on(scope))
        agreed = {key: saved for (key, field), saved in cells.items() if field == "next_target"}
    return catalogue_targets(view, scope) | _agreed(view, agreed)


def catalogue_targets(view: View, scope: Scope) -> dict[str, Target]:
    """By indicator the target that the catalogue sets: person > team > all > default.

    A person without a target of their own has that of their team on the last day.
    """
    subject = scope.subject
    team = subject.key if subject.is_team else None
    if subject.is_person and _by_team(view):
        team = teams_on(view, scope.period, subject.key).get(subject.key)
    return _of_levels(view, scope, team)


def targets_of_people(view: View, period: Period, people: list[Subject]) -> dict[str, dict[str, Target]]:
    """`targets_of` several people by agent key, with as many queries as for one."""
    teams = teams_on(view, period) if _by_team(view) else {}
    agreed: dict[str, dict[str, Saved]] = {}
    if view.records is not None and _in_one_month(period):
        sheet = _agreed_on(Scope(period))
        for (found, key), saved in view.records.of_month(sheet.kind, sheet.month, "next_target").items():
            if found.subject_kind == "person":
                agreed.setdefault(found.subject_key, {})[key] = saved
    return {
        one.key: _of_levels(view, Scope(period, one), teams.get(one.key))
        | _agreed(view, agreed.get(one.key, {}))
        for one in people
    }


def _of_levels(view: View, scope: Scope, team: str | None) -> dict[str, Target]:
    """The targets from the catalogue and the home's config: of the closest level that sets one."""
    month = scope.period.end.strftime("%Y-%m")
    apart = _apart(view)
    targets = {}
    for key, entry in view.catalog.targets.items():
        levels = {
            "default": entry.get("default"),
            "all": entry.get("all"),
            "team": entry.get("team", {}).get(team) if team else None,
            "person": _person_target(entry, scope, apart) if scope.subject.is_person else None,
        }
        for source, value in levels.items():  # the closest level comes last and stays
            number = _in_month(value, month)
            if number is not None:
                targets[key] = Target(number, source)
    return targets


def _apart(view: View) -> frozenset[str]:
    """The keys of numbers that differ in leading zeros only, and are several people."""
    if view.snapshot is None:
        return frozenset()
    question = "SELECT agent_id FROM people WHERE agent_id LIKE '0_%'"
    return remembered(
        view, "numbers apart", lambda: frozenset(map(agent_key, view.query(question).to_series()))
    )


def _by_team(view: View) -> bool:
    return any(entry.get("team") for entry in view.catalog.targets.values())


def _in_one_month(period: Period) -> bool:
    return (period.start.year, period.start.month) == (period.end.year, period.end.month)


def new_targets(view: View, scope: Scope) -> dict[str, tuple[NewTarget, ...]]:
    """By indicator the targets set within a month, in order of day; of those of a day the last."""
    found: dict[str, dict[date, NewTarget]] = {}
    for step in steps_of(view.records, _agreed_on(scope)):
        value = read_agreed(step.target) if step.action == "target" else None
        if value is not None and scope.period.start <= step.from_day <= scope.period.end:
            new = NewTarget(step.from_day, value, step.because)
            found.setdefault(step.indicator, {})[step.from_day] = new
    return {key: tuple(one for _, one in sorted(days.items())) for key, days in found.items()}


def _agreed_on(scope: Scope) -> SheetKey:
    """The key of the goal sheet on which a month's targets are agreed: that of the month before."""
    before = period_of("month", scope.period.start).previous()
    return SheetKey("goals", before.month, scope.subject.kind, scope.subject.key)


def _agreed(view: View, saved: Mapping[str, Saved]) -> dict[str, Target]:
    return {
        key: Target(value, "agreed")
        for key, cell in saved.items()
        if key in view.catalog.indicators and (value := read_agreed(cell.value)) is not None
    }


def read_agreed(stored: str) -> float | None:
    """A target as the goal sheet stores it: a plain number, a share as a fraction; None for anything else."""
    try:
        value = float(stored)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _person_target(entry: dict, scope: Scope, apart: frozenset[str]) -> object:
    key, given = scope.subject.key, entry.get("person", {})
    people = {agent_key(text): value for text, value in given.items() if agent_key(text) not in apart}
    people |= {spelled_key(text): value for text, value in given.items() if agent_key(text) in apart}
    return people.get(key)


def _in_month(value: object, month: str) -> float | None:
    """The value that holds in a month: a plain number, or the latest one that began by then."""
    if not isinstance(value, dict):
        return value
    begun = [start for start in value if start <= month]
    return value[max(begun)] if begun else None


def teams_on(view: View, period: Period, agent: str | None = None) -> dict[str, str]:
    """By agent, for everyone or one agent, the home team on the last day of a period."""
    if view.snapshot is None:
        return {}
    question = (
        "SELECT agent_id, home FROM memberships"
        " WHERE ($agent IS NULL OR agent_id = $agent) AND $day BETWEEN since AND until"
    )
    found = view.query(
        over(question, memberships=relation_file("memberships")),
        agent=agent,
        day=period.end,
    )
    return dict(found.rows())
