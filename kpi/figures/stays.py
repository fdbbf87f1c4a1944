"""Whose days count on which day: those of a unit, or of the team that a person is in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kpi.catalog.relations import over, relation_file
from kpi.figures.remembered import remembered
from kpi.figures.view import View
from kpi.scope import Period, Subject

STAYS = "SELECT agent_id, coalesce(team, ''), since, until FROM memberships ORDER BY agent_id, since"


@dataclass(frozen=True, slots=True)
class Stay:
    """The days from `since` to `until`, both included, in a team; "" stands for everyone."""

    team: str
    since: date
    until: date


def stays_of(view: View, subject: Subject, period: Period) -> tuple[Stay, ...]:
    """The stays of a subject in a period, in order; empty for a person who is on the roster at another time.

    A unit stays in itself. So does everyone, and with them whoever the roster does not know.
    """
    own = _stays(view).get(subject.key) if subject.is_person else None
    if own is None:
        return (Stay(subject.key if subject.is_team else "", period.start, period.end),)
    return tuple(
        Stay(one.team, max(one.since, period.start), min(one.until, period.end))
        for one in own
        if one.since <= period.end and one.until >= period.start
    )


def team_on(stays: Sequence[Stay], day: date) -> str | None:
    """The team of the stay that a day lies in, "" for everyone; None outside of all."""
    return next((one.team for one in stays if one.since <= day <= one.until), None)


def _stays(view: View) -> Mapping[str, Sequence[Stay]]:
    def ask() -> Mapping[str, Sequence[Stay]]:
        found: dict[str, list[Stay]] = {}
        rows = view.query(over(STAYS, memberships=relation_file("memberships"))).rows()
        for agent, team, since, until in rows:
            found.setdefault(agent, []).append(Stay(team, since, until))
        return found

    return remembered(view, "stays", ask) if view.snapshot else {}
