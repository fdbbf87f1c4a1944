"""What an independent recount of the figures found wrong: each a small input with its right value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from etl.home import Home
from kpi.analysis.real_gaps import judge
from kpi.figures.figures import figures
from kpi.figures.subjects import team_subject
from kpi.figures.view import View, open_view
from kpi.loading.load import load_files
from kpi.scope import Scope, parse_month

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
