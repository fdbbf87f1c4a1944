"""The product finds the stories that the sample was made with, on the home that `service-kpi demo` makes."""

from __future__ import annotations

from dashboard.words.attention import headline
from etl.home import Home
from kpi.analysis.contributions import explain
from kpi.analysis.effects import effect
from kpi.figures.subjects import find_subject, people
from kpi.figures.view import View, open_view
from kpi.scope import Scope, Subject, parse_month
from kpi.sheets.goals import goal_sheet
from kpi.sheets.meeting_topics import talk
from kpi.sheets.monthly_report import monthly_report
from sample_data.measures import DID_NOT_WORK, WORKED, PlantedMeasure
from sample_data.people import NEWCOMER, STORY_TEAM

OCTOBER = parse_month("2026-10")


def test_every_queue_improved_and_the_total_got_worse(demo: Home) -> None:
    view = open_view(demo)
    scope = Scope(OCTOBER, find_subject(view, team=STORY_TEAM))
    for key in ("service_level", "first_contact_resolution"):
        found = explain(view, scope, key, 0.8)
        (queues,) = (split for split in found.splits if split.dimension == "queue")
        assert queues.reversal
        assert found.value < found.value_before
        assert queues.mix < 0 < queues.rate


def _what_became_of(view: View, planted: PlantedMeasure) -> str:
    scope = Scope(OCTOBER, find_subject(view, agent=planted.agent))
    return effect(view, scope, planted.indicator, parse_month(planted.month), OCTOBER).verdict


def test_one_measure_worked_and_of_the_other_nothing_is_seen(demo: Home) -> None:
    view = open_view(demo)
    assert _what_became_of(view, WORKED) == "worked"
    assert _what_became_of(view, DID_NOT_WORK) == "no_effect_seen"


def test_the_newcomer_cannot_be_judged_by_calls(demo: Home) -> None:
    view = open_view(demo)
    newcomer = find_subject(view, agent=NEWCOMER)
    rows = {row.figure.indicator.key: row for row in goal_sheet(view, Scope(OCTOBER, newcomer)).rows}
    assert not any(row.important for row in rows.values())
    for key in ("transfer", "first_contact_resolution", "csat", "promise_kept"):
        assert rows[key].verdict.standing == "cannot_tell"
    found = talk(view, OCTOBER, people(view, OCTOBER, "热线二组"))
    assert [one.reason for one in found.apart if one.person == newcomer] == ["new"]


def test_octobers_complaints_come_before_everything_else(demo: Home) -> None:
    """They have no target; the calls, which they are counted beside, were a few per cent more."""
    view, everyone = open_view(demo), Scope(OCTOBER)
    sheet, report = goal_sheet(view, everyone), monthly_report(view, everyone)
    said = "投诉件数 37，上月 19，去年同月 7；来电 +3%"
    assert headline(sheet.news, sheet.rows, "zh").startswith(f"{said}。")
    assert headline(report.news, report.rows, "zh").startswith(f"{said}。")
    assert report.troubles[0].news.figure.indicator.key == "complaints"
    together = talk(view, OCTOBER, people(view, OCTOBER), Subject()).together
    assert together == sheet.news
