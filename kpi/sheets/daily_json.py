"""日报 as plain data for other programs: the shape that `show daily --json` promises."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kpi.sheets.daily import Daily, DailyRow, HalfHour
from kpi.sheets.json_shapes import Shape, heading_json

_NUMBERS = ("numerator", "denominator", "coverage")


def daily_json(found: Daily, lines: Sequence[str], name: Callable[[DailyRow], str]) -> Shape:
    """The six `lines`, the rows with the `name` of each, the half-hours; null is "no data"."""
    return {
        "sheet": heading_json(found.heading),
        "day": found.day.isoformat(),
        "compared": [day.isoformat() for day in found.before],
        "unusual": [{"day": day.isoformat(), "working": working} for day, working in found.unusual.items()],
        "text": list(lines),
        "rows": [_row(row) | {"name": name(row)} for row in found.rows],
        "half_hours": [_half_hour(one) for one in found.half_hours],
    }


def _row(row: DailyRow) -> Shape:
    shape = {
        "key": row.key,
        "unit": row.unit,
        "value": row.value,
        "usual": row.usual,
        "weeks": row.weeks,
        "change": row.change,
    }
    return shape | {part: getattr(row.figure, part, None) for part in _NUMBERS}


def _half_hour(one: HalfHour) -> Shape:
    return {
        "from": f"{one.begins:%H:%M}",
        "calls": one.calls,
        "usual": one.usual,
        "counted": one.counted,
        "in_time": one.in_time,
        "service_level": one.level,
    }
