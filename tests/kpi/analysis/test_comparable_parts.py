"""A dimension whose parts do not mean the same in both months is no cause of a change."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kpi.analysis.comparable_parts import comparable
from kpi.analysis.contributions import explain
from kpi.figures.view import View
from kpi.scope import Scope, parse_month

OCTOBER = Scope(parse_month("2026-10"))


def calls(month: str, channel: str | None, count: int, answered: int) -> list[dict]:
    """Calls of a channel on working days of the first four weeks, each queue as often as the other."""
    return [
        {"started_at": f"{month}-{n % 28 + 1:02} 09:00", "agent_id": "1001", "answered": n < answered}
        | {"channel": channel, "queue": "业务" if n % 2 else "投诉"}
        for n in range(count)
    ]


def offered(view: View) -> set[str]:
    return {split.dimension for split in explain(view, OCTOBER, "connection_rate", 0.95).splits}


@pytest.mark.parametrize(
    ("before", "now", "is_offered"),
    [
        # The words of another source: all were by telephone, now nobody says.
        ([("电话", 100)], [("不详", 100)], False),
        ([("电话", 100), (None, 20)], [("电话", 70), (None, 50)], False),
        ([("电话", 100), (None, 20)], [("电话", 95), (None, 25)], True),
        ([("电话", 60), ("微信", 60)], [("语音", 60), ("在线", 60)], False),
        # A new channel takes a third of the calls: that is a change of the mix.
        ([("电话", 120)], [("电话", 80), ("微信", 40)], True),
    ],
)
def test_a_channel_is_offered_only_where_its_words_mean_the_same(
    view_of: Callable[..., View],
    before: list[tuple[str | None, int]],
    now: list[tuple[str | None, int]],
    is_offered: bool,
) -> None:
    rows = [row for channel, n in before for row in calls("2026-09", channel, n, round(0.95 * n))]
    rows += [row for channel, n in now for row in calls("2026-10", channel, n, round(0.8 * n))]
    found = offered(view_of(calls=rows))
    assert ("channel" in found) == is_offered
    assert "queue" in found


def test_weekdays_need_ten_rows_each() -> None:
    def parts(*rows: int) -> dict:
        return {str(n): ({"rows": 40.0}, {"rows": float(count)}) for n, count in enumerate(rows, start=1)}

    assert comparable("weekday", parts(10, 30, 30), "rows")
    assert not comparable("weekday", parts(9, 30, 30), "rows")
    assert comparable("weekday", parts(0, 30, 30), "rows"), "a day on which it is closed"
    assert comparable("queue", parts(9, 30, 30), "rows")


def test_without_a_month_before_nothing_can_have_changed() -> None:
    assert comparable("channel", {"电话": ({}, {"rows": 50.0}), None: ({}, {"rows": 50.0})}, "rows")
