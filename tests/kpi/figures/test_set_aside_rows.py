"""Rows set aside weigh as many facts as they would have become, in the team of their day."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from etl.home import Home
from kpi.figures.figures import figures
from kpi.figures.subjects import team_subject
from kpi.figures.view import View, open_view
from kpi.loading.load import load_files
from kpi.scope import Scope, Subject, parse_month

MAY = parse_month("2026-05")
CALLS = [
    {"started_at": f"2026-05-{day:02} 09:00", "agent_id": "1001", "answered": True, "talk_s": 60}
    for day in range(1, 31)
]


def coverage(view: View, subject: Subject) -> float:
    return figures(view, Scope(MAY, subject), ["talk_time"])[0].coverage


def aside(number: int, **more: object) -> dict:
    whose = {"agent_id": "1001", "business_date": "2026-05-04", "placed": True, "fact_key": f"X{number}"}
    return {"file_id": 9, "contract": "calls", "file_row": number, "rule": "missing", **whose, **more}


def test_a_row_counts_for_the_team_of_its_day(view_of: Callable[..., View]) -> None:
    """Ten rows of the 4th belong to the team that 1001 left on the 16th."""
    roster = [
        {"agent_id": "1001", "name": "样例", "team": team, "valid_from": since}
        for team, since in (("一组", "2025-01-01"), ("二组", "2026-05-16"))
    ]
    view = view_of(calls=CALLS, agents=roster, rejects=[aside(n) for n in range(5)])
    found = [
        coverage(view, one)
        for one in (team_subject("一组"), team_subject("二组"), Subject("person", "1001", "1001"))
    ]
    assert found == pytest.approx([15 / 20, 1, 30 / 35])


def test_a_ticket_that_is_open_for_days_is_one_row_beside_those_set_aside(
    view_of: Callable[..., View],
) -> None:
    """Of 25 tickets five were set aside; that the others were open for weeks makes them no more."""
    tickets = [{"opened_at": f"2026-05-{n + 1:02} 09:00", "agent_id": "1001"} for n in range(20)]
    tickets[0]["resolved_at"] = "2026-05-20 09:00"
    view = view_of(tickets=tickets, rejects=[aside(n, contract="tickets") for n in range(5)])
    for subject in (Subject(), Subject("person", "1001", "1001")):
        (found,) = figures(view, Scope(MAY, subject), ["backlog_older"])
        assert found.coverage == pytest.approx(20 / 25)


FOLDED = {"file_id": 9, "contract": "calls", "loaded": 90, "updated": 0, "facts": 30}


@pytest.mark.parametrize(
    ("rejects", "facts"),
    [
        # An earlier program set aside both rows of five calls as such: of two each, though the file has three a call.
        ([aside(n, fact_key=f"X{n // 2}") for n in range(10)], 5),
        ([aside(n, placed=n % 2 == 1, fact_key=f"X{n // 2}") for n in range(10)], 5),
        # Of a row without an id nobody knows which call it is a part of: a third of one, as the others are.
        ([aside(n, fact_key=None, agent_id=None) for n in range(15)], 5),
    ],
)
def test_rows_that_are_folded_weigh_as_one_fact(
    view_of: Callable[..., View], rejects: list[dict], facts: float
) -> None:
    assert coverage(view_of(calls=CALLS, rejects=rejects, files=[FOLDED]), Subject()) == pytest.approx(
        30 / (30 + facts)
    )


def test_every_line_of_a_queue_log_is_set_aside_and_its_call_counts_once(tmp_path: Path) -> None:
    """Of six calls two have no time that can be read, and a line more than the others."""
    lines = []
    for n in range(6):
        times = ["?"] * 4 if n > 3 else [1788307200 + 3600 * n + later for later in (0, 5, 10, 70)]
        rows = [
            f"1.{n}|1501|NONE|ENTERQUEUE||1380000000{n}|1",
            f"1.{n}|1501|PJSIP/8009|RINGNOANSWER|5000",
            f"1.{n}|1501|PJSIP/8001|CONNECT|10|x|3",
            f"1.{n}|1501|PJSIP/8001|COMPLETECALLER|10|60|1",
        ]
        lines += [
            f"{time}|{row}"
            for time, row in zip(times, rows, strict=True)
            if n > 3 or "RINGNOANSWER" not in row
        ]
    path = tmp_path / "queue_log"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    home = Home(tmp_path / "home")
    load_files(home, [path])
    view = open_view(home)
    assert view.query("SELECT count(*), count_if(placed) FROM rejects WHERE contract = 'calls'").row(0) == (
        8,
        2,
    )
    (found,) = figures(view, Scope(parse_month("2026-09")), ["talk_time"])
    assert (found.base, found.coverage) == (4, pytest.approx(4 / 6))
