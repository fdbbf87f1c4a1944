"""Which parts of a dimension can cause a change: they mean the same in two months, and have rows enough."""

from __future__ import annotations

from collections.abc import Collection

from kpi.analysis.dimension_sums import NUMBERS, Parts
from kpi.figures.sums import Sums

UNKNOWN_MOVED = 0.2  # of the rows: what is not known changed by more than that
SAME_WORDS = 0.5  # of the rows of either month, at least so many are in parts that both have
ENOUGH = 10  # rows of a part in either month, and of every weekday in both

# Dimensions whose parts no source calls by words of its own.
NO_WORDS = frozenset({"weekday", "hour_band", "shift", "team", "agent", "item", "qa_point"})
# What people write where they do not know.
UNKNOWN = frozenset(
    {None, "", "不详", "不明", "未知", "未填", "未填写", "不清楚", "unknown", "n/a", "-", "—", "/"}
)


def comparable(dimension: str, parts: Parts, base: str) -> bool:
    """Whether a dimension may be offered as a cause; `base` are the rows of its parts that a value rests on.

    Not where much more or less is unknown than before, or where the source calls its parts otherwise now: the
    same calls would then be gone from one part and new in another. Without a month before there is nothing
    that could have changed. Weekdays need enough rows each.
    """
    before, now = ({key: both[side].get(base) or 0.0 for key, both in parts.items()} for side in (0, 1))
    if dimension == "weekday" and any(0 < rows < ENOUGH for side in (before, now) for rows in side.values()):
        return False
    if not sum(before.values()) or not sum(now.values()):
        return True
    if abs(_unknown(now) - _unknown(before)) > UNKNOWN_MOVED:
        return False
    if dimension in NO_WORDS:
        return True
    both = {key for key in parts if before[key] and now[key]}
    return all(sum(side[key] for key in both) >= SAME_WORDS * sum(side.values()) for side in (before, now))


def small_parts(parts: Parts, base: str) -> tuple[str | None, ...]:
    """The keys of parts that have too few rows in both months to be told apart; `base` as above."""
    numbers = ("rows", base)
    return tuple(
        key
        for key, sides in parts.items()
        if max(side.get(name) or 0.0 for side in sides for name in numbers) < ENOUGH
    )


def put_together(parts: Parts, keys: Collection[str | None]) -> tuple[Sums, Sums]:
    """The numbers of some parts as those of one, before and now."""
    return tuple(
        {name: sum(parts[key][side].get(name) or 0.0 for key in keys) for name in NUMBERS} for side in (0, 1)
    )


def _unknown(side: dict[str | None, float]) -> float:
    return sum(rows for key, rows in side.items() if _is_unknown(key)) / sum(side.values())


def _is_unknown(key: str | None) -> bool:
    return key in UNKNOWN or (key is not None and key.strip().lower() in UNKNOWN)
