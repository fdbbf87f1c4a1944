"""When in the day the rows of an indicator began: how many of them, and how many pass, by half-hour."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kpi.catalog.definitions import Indicator
from kpi.catalog.relations import columns_read
from kpi.figures.sums import ask
from kpi.figures.view import View
from kpi.scope import Period, Scope, Subject

SLOTS = 48  # half-hours of a day
BY_HALF_HOUR = """
    SELECT day, hour(started_at) * 2 + minute(started_at) // 30 AS slot, count(*), count(*) FILTER (passes)
    FROM asked GROUP BY day, slot"""

Rows = tuple[int, int]  # all of them, and those that pass


def rows_by_half_hour(
    view: View, subject: Subject, indicator: Indicator, days: Sequence[date]
) -> dict[date, dict[int, Rows]]:
    """By day and half-hour (0 begins at midnight) the rows of calls that an indicator counts."""
    scope = Scope(Period(min(days), max(days)), subject)
    condition = f"({indicator.base}\n) AND list_contains($days, day)"
    reads = {"day", "started_at"} | columns_read(indicator.base) | columns_read(indicator.hit or "TRUE")
    if subject.is_team:
        reads |= {"team"}
    values = {"passes": indicator.hit, "reads": reads, "days": list(days)}
    found: dict[date, dict[int, Rows]] = {}
    for day, slot, rows, passing in ask(
        view, BY_HALF_HOUR, indicator.relation, scope, condition, **values
    ).rows():
        found.setdefault(day, {})[slot] = (rows, passing)
    return found
