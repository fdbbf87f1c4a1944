"""The page that prepares meetings, and the history in the dialog behind a figure, on small homes."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.words.form_labels import notes
from etl.home import Home
from kpi.figures.view import open_view, records_of
from kpi.records import SheetKey
from kpi.scope import Scope, parse_month
from kpi.sheets.goals import goal_sheet
from tests.dashboard.conftest import make_home
from tests.dashboard.views.test_pages import _dialog, faults, forms, opened, shown

NAMES = [f"样例员工8{n}" for n in range(5)]
AGENTS = [
    {"agent_id": f"80{n:02d}", "name": name, "team": "一班", "valid_from": "2025-01-01"}
    for n, name in enumerate(NAMES)
]


@pytest.fixture
def team(tmp_path: Path) -> Home:
    """Five people with thirty surveys a month each, the last of them with very poor ones."""
    surveys = [
        {
            "survey_id": f"{agent['agent_id']}/{month}/{n}",
            "surveyed_at": f"2026-{month:02d}-{5 + n % 3:02d} 10:00",
            "agent_id": agent["agent_id"],
            "score": 1 if n < (1 + place if place < 4 else 25) else 5,
            "scale": 5,
        }
        for month in (9, 10)
        for place, agent in enumerate(AGENTS)
        for n in range(30)
    ]
    return make_home(tmp_path / "home", agents=AGENTS, surveys=surveys)


def charts(test: AppTest) -> list[bytes]:
    """All that the browser gets of every chart on the page."""
    return [one.proto.SerializeToString() for one in test.get("vega_lite_chart")]


def test_the_worst_comes_first_and_nobody_is_named_in_the_funnel(
    team: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    test = opened(team, monkeypatch, "prepare", lang="en")
    assert not faults(caplog)
    (html,) = forms(test)
    assert html.index(NAMES[4]) < html.index(NAMES[0])
    assert "1 real misses of 1 people" in shown(test)
    test.selectbox(key="funnel_indicator").select("csat").run()
    (chart,) = charts(test)
    assert not any(name.encode() in chart for name in NAMES)
    test.toggle(key="funnel_hidden").set_value(False).run()
    (chart,) = charts(test)
    assert all(name.encode() in chart for name in NAMES)


def test_a_person_alone_is_talked_about_alone(team: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    (html,) = forms(opened(team, monkeypatch, "prepare", lang="en", agent="8004"))
    assert NAMES[4] in html
    assert NAMES[0] not in html


def test_the_causes_of_the_month_are_a_fishbone_once_one_was_chosen(
    team: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    (html,) = forms(opened(team, monkeypatch, "prepare", lang="en", period="2026-10"))
    assert "kpi-fishbone" not in html
    key = SheetKey("goals", "2026-10", "person", "8004")
    records_of(team, create=True).save(key, "csat", "category", "unsuited", version=0, who="测试")
    (html,) = forms(opened(team, monkeypatch, "prepare", lang="en", period="2026-10"))
    drawn = html.split("kpi-fishbone")[1].split('class="kpi-group"')[0]
    assert "Team and management · 1" in drawn
    assert "Customer satisfaction" in drawn
    assert not any(name in drawn for name in (*NAMES, "Not suited to customer service"))


def test_two_people_are_no_funnel(homes: dict[str, Home], monkeypatch: pytest.MonkeyPatch) -> None:
    test = opened(homes["full"], monkeypatch, "prepare", lang="en")
    assert "Too few people with data for a funnel." in shown(test)
    assert charts(test) == []


def test_the_dialog_shows_the_months_and_what_was_written(
    team: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVICE_KPI_HOME", str(team.path))
    key = SheetKey("goals", "2026-09", "person", "8004")
    fields = [("csat", "cause", "新人多", 0), ("csat", "measures", "每周旁听", 0)]
    records_of(team, create=True).save_many(key, fields, "测试")
    assert open_view(team).records is not None
    test = AppTest.from_function(_dialog, kwargs={"key": "csat", "agent": "8004"}, default_timeout=600).run()
    assert not test.exception
    text = shown(test)
    assert "Month on month (September 2026): 0.0 percentage points (95% interval −" in text
    assert "Year on year (October 2025): No data" in text
    assert "Control limits need 12 months with data before this one; there are 1." in text
    assert "新人多" in text
    assert "每周旁听" in text
    (chart,) = charts(test)
    assert b"2025-10" in chart


def test_the_dialog_of_a_figure_without_data_has_no_history(
    homes: dict[str, Home], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVICE_KPI_HOME", str(homes["full"].path))
    test = AppTest.from_function(
        _dialog, kwargs={"key": "promise_kept", "agent": ""}, default_timeout=600
    ).run()
    assert "Over thirteen months" not in shown(test)
    assert charts(test) == []


@pytest.mark.parametrize("page", ["goals", "meeting", "targets", "appraisal", "standards", "prepare"])
def test_a_month_whose_data_cannot_be_opened_is_said_and_blocks_no_page(
    team: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, page: str
) -> None:
    folder = team.snapshots / "closed" / "2026-10"
    folder.mkdir(parents=True)
    (folder / "000000.duckdb").write_bytes(b"of another version")
    test = opened(team, monkeypatch, page, lang="en", period="2026-10")
    assert not faults(caplog)
    assert "October 2026 was closed, but its data cannot be opened any more" in shown(test)
    assert "went wrong" not in shown(test)
    test = opened(team, monkeypatch, page, lang="en", period="2026-09")
    assert "cannot be opened any more" not in shown(test)


def test_a_form_says_that_the_data_of_its_month_cannot_be_opened(team: Home) -> None:
    (team.snapshots / "closed" / "2026-10").mkdir(parents=True)
    (team.snapshots / "closed" / "2026-10" / "000000.duckdb").write_bytes(b"of another version")
    sheet = goal_sheet(open_view(team), Scope(parse_month("2026-10")))
    assert any("cannot be opened any more" in line for line in notes(sheet, "en"))
