"""What an independent recount of the figures found wrong: each a small input with its right value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from etl.home import Home
from kpi.analysis.real_gaps import judge
from kpi.figures.figures import figures
from kpi.figures.months import trends
from kpi.figures.subjects import team_subject
from kpi.figures.sums import ask
from kpi.figures.view import View, open_view
from kpi.loading.load import load_files
from kpi.scope import Period, Scope, parse_month

SEPTEMBER = parse_month("2026-09")
LAST = {"ticket_id": "last", "opened_at": "2026-09-30 09:00", "resolved_at": "2026-09-30 09:05"}


@pytest.mark.parametrize(
    "closed",
    [{"resolved_at": "2026-09-05 09:00", "closed_at": "2026-09-06 09:00"}, {"closed_at": "2026-09-06 09:00"}],
)
def test_a_ticket_reopened_after_it_was_closed_is_open_again(
    view_of: Callable[..., View], closed: dict[str, str]
) -> None:
    again = {"ticket_id": "1", "opened_at": "2026-09-01 09:00", "reopened_at": "2026-09-08 09:00", **closed}
    (found,) = figures(view_of(tickets=[again, LAST]), Scope(SEPTEMBER), ["backlog_older"])
    assert found.value == 1


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        (SEPTEMBER, (2, 2)),  # at the end of the 27th, when one was reopened
        (Period(date(2026, 9, 22), date(2026, 9, 22)), (2, 1)),  # a day on which nothing happened
        (Period(date(2026, 9, 24), date(2026, 9, 25)), (1, 2)),
        (Period(date(2026, 9, 28), date(2026, 9, 30)), (None, 0)),  # not loaded yet
    ],
)
def test_tickets_are_known_to_be_open_up_to_the_last_day_that_anything_is_said_of(
    view_of: Callable[..., View], period: Period, expected: tuple
) -> None:
    rows = [
        {"opened_at": "2026-09-01 09:00"},
        {
            "opened_at": "2026-09-20 09:00",
            "resolved_at": "2026-09-25 09:00",
            "reopened_at": "2026-09-27 09:00",
        },
    ]
    view = view_of(tickets=rows)
    keys = ("backlog_1d", "backlog_7d", "backlog_older")
    found = figures(view, Scope(period), keys)
    assert {one.days_with_data for one in found} == {expected[1]}
    values = [one.value for one in found]
    assert (None if None in values else sum(values)) == expected[0]
    (age,) = ask(view, "SELECT max(age_s) / 86400 FROM asked", "tickets", Scope(SEPTEMBER)).row(0)
    assert age == 27 - 9 / 24


def test_what_became_of_a_ticket_later_is_no_ticket_of_the_next_month(view_of: Callable[..., View]) -> None:
    """An export of September's tickets made on 6 October: the stock of September's last day, none of October."""
    rows = [
        {"opened_at": "2026-09-01 09:00"},
        {"opened_at": "2026-09-20 09:00", "resolved_at": "2026-10-05 09:00"},
    ]
    view = view_of(tickets=rows, calls=[{"started_at": "2026-10-31 09:00", "answered": True}])
    for month, value in ((SEPTEMBER, 2), (SEPTEMBER.next(), None)):
        (found,) = figures(view, Scope(month), ["backlog_older"])
        assert found.value == value
        assert trends(view, ["backlog_older"], Scope(month), 1)["backlog_older"][0][1].value == value


def test_open_tickets_of_whoever_left_are_in_no_team(view_of: Callable[..., View]) -> None:
    agents = [
        {"agent_id": "1", "name": "样例", "team": "甲", "valid_from": "2026-01-01", "valid_to": "2026-09-10"}
    ]
    mine = {"ticket_id": "1", "opened_at": "2026-09-01 09:00", "agent_id": "1", "team": "甲"}
    view = view_of(agents=agents, tickets=[mine, LAST])
    for subject, value in (({}, 1), ({"subject": team_subject("甲")}, 0)):
        (found,) = figures(view, Scope(SEPTEMBER, **subject), ["backlog_older"])
        assert (found.value or 0) == value


def test_a_contact_of_which_one_talk_is_unknown_is_not_short(view_of: Callable[..., View]) -> None:
    legs = [
        {
            "call_id": "1",
            "contact_id": "1",
            "leg_no": n,
            "started_at": f"2026-09-01 09:0{n}",
            "answered": True,
            **talk,
        }
        for n, talk in ((1, {"talk_s": 4}), (2, {}))
    ]
    (found,) = figures(view_of(calls=legs), Scope(SEPTEMBER), ["short_calls"])
    assert (found.value, found.coverage) == (None, 0)


def test_a_gap_of_just_the_material_one_is_small(view_of: Callable[..., View]) -> None:
    row = {"started_at": "2026-09-01 09:00"}
    calls = [row | {"answered": True}] * 1780 + [row | {"answered": False}] * 220
    (found,) = figures(view_of(calls=calls), Scope(SEPTEMBER), ["connection_rate"])
    many = replace(found, numerator=17_800.0, denominator=20_000.0, low=0.8856, high=0.8943, target=0.9)
    assert judge(many).standing == "below"


def test_a_coverage_of_just_ninety_per_cent_is_enough(tmp_path: Path) -> None:
    lines = [f"{n},2026-09-01 09:{n:02},{'?' if n < 2 else '是'},10" for n in range(20)]
    path = tmp_path / "通话记录.csv"
    path.write_text("\n".join(["通话编号,来电时间,是否接通,等待秒数", *lines]), encoding="utf-8")
    home = Home(tmp_path / "home")
    load_files(home, [path])
    (found,) = figures(open_view(home), Scope(SEPTEMBER), ["speed_of_answer"])
    assert found.coverage == pytest.approx(0.9)
    assert not found.marked
