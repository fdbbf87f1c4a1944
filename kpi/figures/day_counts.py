"""Counts of single days that are no indicators: who worked, what is about to break its limit, what is left.

Each function gives the days of which the loaded tables can tell it, with the count; never 0 for another day.
A day is looked at as it ended: what was resolved or done later was open then.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from kpi.figures.coverage import days_by_contract, known_days
from kpi.figures.sums import ask
from kpi.figures.view import View
from kpi.scope import FIRST_YEAR, Period, Scope, Subject

Counts = dict[date, int]

WORKED = "SELECT DISTINCT day, agent_id, team FROM asked"
CLOCKED_IN = "coalesce(in_at, out_at) IS NOT NULL AND list_contains($days, day)"
ANSWERED = "answered AND agent_id IS NOT NULL AND list_contains($days, day)"

# Open tickets whose limit, of the first response or of the resolution, falls on the day after.
DUE_SOON = """
    SELECT days.day, count(*)
    FROM asked JOIN (SELECT unnest($days) AS day, day + 1 AS morrow) AS days
    ON opened_at < morrow AND coalesce(coalesce(resolved_at, closed_at) >= morrow, TRUE) AND (
        response_stated AND coalesce(first_response_at >= morrow, TRUE)
        AND CAST(opened_at + to_seconds(response_limit_s) AS DATE) = morrow
        OR resolution_stated AND CAST(opened_at + to_seconds(resolution_limit_s) AS DATE) = morrow
    ) GROUP BY days.day"""
LIMITED = """
    (response_stated AND response_limit_s IS NOT NULL)
    OR (resolution_stated AND resolution_limit_s IS NOT NULL)"""

FOLLOW_UPS = """
    SELECT CAST(closed_at + to_days($within) AS DATE) AS due_day, count(*) FROM asked
    WHERE list_contains($days, due_day) AND coalesce(followed_up_at >= due_day + INTERVAL 1 DAY, TRUE)
    GROUP BY due_day"""
OWED = "kind = 'complaint' AND follow_up_stated AND NOT coalesce(follow_up_refused, FALSE)"

REPLIES = """
    SELECT CAST(promised_for AS DATE) AS due_day, count(*) FROM asked
    WHERE list_contains($days, due_day) AND coalesce(done_at >= due_day + INTERVAL 1 DAY, TRUE)
    GROUP BY due_day"""
PROMISED = "reply_stated AND NOT coalesce(cancelled, FALSE)"

ANY = "SELECT 1 FROM asked LIMIT 1"


def on_duty(view: View, subject: Subject, days: Sequence[date]) -> Counts:
    """How many people clocked in or answered a call, on the days on which anybody is known to have."""
    scope = Scope(Period(min(days), max(days)))
    everyone = {
        row
        for relation, condition in (("shifts", CLOCKED_IN), ("calls", ANSWERED))
        for row in ask(
            view, WORKED, relation, scope, condition, reads={"day", "team"}, days=list(days)
        ).rows()
    }
    return {
        day: len({agent for on, agent, team in everyone if on == day and subject.key in ("", team)})
        for day in days
        if any(on == day for on, _, _ in everyone)
    }


def due_soon(view: View, subject: Subject, days: Sequence[date]) -> Counts:
    """How many open tickets reach a limit in the 24 hours after each day; no day if no ticket has one."""
    if not _any(view, "tickets", LIMITED):
        return {}
    found = ask(view, DUE_SOON, "tickets", _so_far(subject, days), days=list(days))
    return _counted(found.rows(), known_days(view, "tickets"), days)


def follow_ups_due(view: View, subject: Subject, days: Sequence[date]) -> Counts:
    """How many complaints were to be followed up on each day at the latest, and were not by its end."""
    indicator = view.catalog.indicators.get("follow_up_done")
    if indicator is None or not _any(view, "tickets", OWED):
        return {}
    within = int(indicator.limits["follow_up_days"])
    found = ask(view, FOLLOW_UPS, "tickets", _so_far(subject, days), OWED, days=list(days), within=within)
    return _counted(found.rows(), known_days(view, "tickets"), days)


def replies_due(view: View, subject: Subject, days: Sequence[date]) -> Counts:
    """How many customers were promised a reply on each day, and had none by its end."""
    if not _any(view, "promises", PROMISED):
        return {}
    found = ask(view, REPLIES, "promises", _so_far(subject, days), PROMISED, days=list(days))
    loaded = days_by_contract(view)["promises"].loaded
    return _counted(found.rows(), [day for day in days if loaded[0] <= day <= loaded[-1]], days)


def _any(view: View, relation: str, condition: str) -> bool:
    """Whether a relation holds any such row, on whatever day."""
    return not ask(view, ANY, relation, _so_far(Subject(), [date.max]), condition).is_empty()


def _so_far(subject: Subject, days: Collection[date]) -> Scope:
    """All that began up to the last of the days."""
    return Scope(Period(date(FIRST_YEAR, 1, 1), max(days)), subject)


def _counted(rows: Sequence[tuple[date, int]], known: Collection[date], days: Sequence[date]) -> Counts:
    found = dict(rows)
    return {day: found.get(day, 0) for day in days if day in known}
