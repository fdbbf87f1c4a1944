"""Whom figures can be about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from etl.errors import Problem
from kpi.figures.subjects import find_subject, people, teams
from kpi.figures.view import View, as_of, months
from kpi.scope import Subject, parse_month

ROSTER = [
    {
        "agent_id": "0042",
        "name": "测试甲",
        "team": "一组",
        "valid_from": "2026-01-01",
        "valid_to": "2026-10-15",
    },
    {"agent_id": "0042", "name": "测试甲", "team": "二组", "valid_from": "2026-10-16"},
    {"agent_id": "7", "name": "测试乙", "team": "一组", "valid_from": "2026-11-01"},
    {"agent_id": "8", "name": "测试丙", "team": "二组", "valid_from": "2026-01-01"},
    {"agent_id": "9", "name": "测试丙", "team": "二组", "valid_from": "2026-01-01"},
]
CALLS = [
    {"started_at": "2026-10-02 09:00", "answered": True, "agent_id": "ZHANG", "team": "三组", "wait_s": 1},
    {"started_at": "2026-09-02 09:00", "answered": True, "agent_id": "7", "wait_s": 1},
]
JIA = Subject("person", "0042", "42", "测试甲")


@pytest.fixture
def view(view_of: Callable[..., View]) -> View:
    return view_of(agents=ROSTER, calls=CALLS)


@pytest.mark.parametrize("text", ["42", "0042", " 42.0 ", "测试甲"])
def test_an_agent_by_id_however_written_or_by_name(view: View, text: str) -> None:
    assert find_subject(view, agent=text) == JIA


def test_an_agent_known_from_facts_alone_has_no_name(view: View) -> None:
    assert find_subject(view, agent="zhang") == Subject("person", "ZHANG", "zhang", "")


def test_a_team_of_the_roster_but_none_of_facts_beside_it(view: View) -> None:
    assert teams(view) == ["一组", "二组"]
    assert find_subject(view, team="一组") == Subject("team", "一组", "一组", "一组")
    assert find_subject(view) == Subject()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"agent": "测试丙"}, "--agent: 2 people are called “测试丙”. Give one of these ids: 8, 9."),
        ({"agent": "测试甲甲"}, "--agent: There is no agent “测试甲甲”. Did you mean “测试甲”?"),
        ({"agent": "x"}, "--agent: There is no agent “x”. Check how it is written in the files."),
        ({"team": "四组组"}, "--team: There is no team “四组组”. Check how it is written in the files."),
        ({"team": "一组 "}, "--team: There is no team “一组 ”. Did you mean “一组”?"),
    ],
)
def test_who_is_not_known_is_said(view: View, asked: dict[str, str], said: str) -> None:
    with pytest.raises(Problem) as caught:
        find_subject(view, **asked)
    assert str(caught.value) == said


def test_nobody_is_known_before_the_first_load(view: View) -> None:
    empty = replace(view, snapshot=None)
    assert (teams(empty), people(empty, parse_month("2026-10")), months(empty)) == ([], [], [])
    with pytest.raises(Problem, match="Nothing is loaded yet"):
        find_subject(empty, agent="42")


def test_people_of_a_period_are_on_the_roster_or_have_facts(view: View) -> None:
    october, september = parse_month("2026-10"), parse_month("2026-09")
    assert [one.id for one in people(view, october)] == ["8", "9", "0042", "ZHANG"]
    assert [one.id for one in people(view, september)] == ["7", "8", "9", "0042"]


def test_who_changes_team_belongs_to_both_that_month(view: View) -> None:
    october = parse_month("2026-10")
    assert [one.id for one in people(view, october, "一组")] == ["0042"]
    assert [one.id for one in people(view, october, "二组")] == ["8", "9", "0042"]
    assert [one.id for one in people(view, parse_month("2026-11"), "一组")] == ["7"]


def test_a_team_of_facts_counts_as_long_as_there_is_no_roster(view_of: Callable[..., View]) -> None:
    view = view_of(calls=CALLS)
    assert teams(view) == ["三组"]
    assert [one.id for one in people(view, parse_month("2026-10"), "三组")] == ["ZHANG"]


def test_months_with_data_newest_first(view: View) -> None:
    assert months(view) == ["2026-10", "2026-09"]


@pytest.mark.parametrize("slip", ["1899-12-31", "2200-01-01", "9999-12-31"])
def test_a_slip_in_a_year_is_no_month_and_no_end_of_the_data(view_of: Callable[..., View], slip: str) -> None:
    days = [{"contract": "calls", "day": day} for day in (slip, "1900-01-31", "2026-10-05", "2199-12-31")]
    view = view_of(loaded_days=days)
    assert months(view) == ["2199-12", "2026-10", "1900-01"]
    assert [parse_month(month).month for month in months(view)] == months(view)
    assert as_of(view) == datetime(2200, 1, 1)
