"""The first screen has the figures, verdicts and news of the report and of the goal sheets, and counts what waits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from etl.errors import Problem
from kpi.records.cycle_kept import take
from kpi.records.steps import Step
from kpi.scope import Scope, Subject, parse_month
from kpi.sheets.glance import glance
from kpi.sheets.goals import goal_sheet, sheet_key
from kpi.sheets.json_shapes import glance_json
from kpi.sheets.monthly_report import monthly_report

OCTOBER = parse_month("2026-10")


def calls(agent: str, team: str, answered: int, lost: int) -> list[dict]:
    row = {"started_at": "2026-10-05 10:00:00", "agent_id": agent, "team": team, "wait_s": 5}
    return [row | {"answered": True}] * answered + [row | {"answered": False, "assigned_to": agent}] * lost


@pytest.fixture
def view(view_of):
    return view_of(calls=[*calls("1", "甲", 90, 10), *calls("2", "乙", 20, 80)])


@pytest.mark.parametrize("subject", [Subject(), Subject("team", "甲", "甲", "甲")], ids=["everyone", "team"])
def test_figures_and_news_are_those_of_the_report(view, subject: Subject) -> None:
    scope = Scope(OCTOBER, subject)
    found = glance(view, scope)
    assert found.report == monthly_report(view, scope)
    by_key = {row.figure.indicator.key: row for row in found.report.rows}
    assert [tile.figure.indicator.key for tile in found.tiles] == list(view.catalog.profiles["tiles"])
    for tile in found.tiles:
        row = by_key[tile.figure.indicator.key]
        assert (tile.figure, tile.verdict, tile.trend) == (row.figure, row.verdict, row.trend)


def test_a_team_stands_as_on_its_goal_sheet(view) -> None:
    found = glance(view, Scope(OCTOBER))
    assert [subject.name for subject, _ in found.teams] == ["乙", "甲", ""]
    for subject, rows in found.teams:
        sheet = {row.figure.indicator.key: row for row in goal_sheet(view, Scope(OCTOBER, subject)).rows}
        both = [row for row in rows if row.figure.indicator.key in sheet]
        assert len(both) == 7
        for row in both:
            own = sheet[row.figure.indicator.key]
            assert (row.figure.value, row.verdict) == (own.figure.value, own.verdict)
    values = {subject.name: rows[1].figure.value for subject, rows in found.teams}
    assert values == {"甲": 0.9, "乙": 0.2, "": 0.55}


def test_meetings_and_signatures_that_wait_are_counted(view, records) -> None:
    everyone = Scope(OCTOBER)
    assert glance(view, everyone).waiting.not_met == 2
    take(records, sheet_key(Scope(OCTOBER, Subject("person", "1", "1"))), Step("discussed", by="甲"), "甲")
    waiting = glance(view, everyone).waiting
    assert (waiting.people, waiting.not_met, waiting.unsigned) == (2, 1, 1)
    assert waiting.month_closed is False


def test_a_person_has_no_first_screen(view) -> None:
    with pytest.raises(Problem, match="everyone or one team"):
        glance(view, Scope(OCTOBER, Subject("person", "1", "1")))


def test_nothing_loaded_gives_no_figures(view) -> None:
    found = glance(replace(view, snapshot=None), Scope(OCTOBER))
    assert [tile.figure.value for tile in found.tiles] == [None] * 8
    assert (found.waiting.people, found.waiting.days_without_data) == (0, 0)


def test_json_has_what_other_programs_rely_on(view) -> None:
    said = glance_json(glance(view, Scope(OCTOBER)), "zh", lambda one: one.figure.indicator.key)
    assert set(said) == {"sheet", "news", "rows", "teams", "waiting"}
    assert set(said["waiting"]) == {"people", "not_met", "unsigned", "measures_due", "days_without_data"}
    assert {"key", "text", "amount", "against"} <= set(said["news"][0])
    row = next(row for row in said["rows"] if row["key"] == "connection_rate")
    assert (row["value"], row["month"], row["trend"][-1]["value"]) == (
        0.55,
        {"value": None, "change": None},
        0.55,
    )
    assert row["attention"] == any(one["key"] == "connection_rate" for one in said["news"])
