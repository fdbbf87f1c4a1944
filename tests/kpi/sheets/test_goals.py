"""The goal sheet: the profile's figures, and what was typed beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from kpi.analysis.chances import Suggestion
from kpi.catalog.load import load_catalog
from kpi.figures.view import View
from kpi.scope import Scope, Subject, parse_month
from kpi.sheets.goals import goal_sheet
from kpi.sheets.values import Cell

CATALOG = load_catalog(None)
JIA = Scope(parse_month("2026-10"), Subject("person", "1001", "1001", "测试甲"))


def _surveys(good: int, bad: int) -> list[dict]:
    return [
        {"surveyed_at": "2026-10-31 10:00", "agent_id": "1001", "score": score, "scale": 5}
        for score in [5] * good + [1] * bad
    ]


def test_the_rows_are_those_of_the_form_profile(view_of: Callable[..., View]) -> None:
    view = view_of()
    person = [row.figure.indicator.key for row in goal_sheet(view, JIA).rows]
    unit = [row.figure.indicator.key for row in goal_sheet(view, Scope(JIA.period)).rows]
    assert person == list(CATALOG.profiles["person"])
    assert unit == list(CATALOG.profiles["unit"])
    assert (len(person), len(unit)) == (8, 10)


def test_the_heading_says_how_far_the_data_go(view_of: Callable[..., View]) -> None:
    planned = [
        {"agent_id": "1001", "shift_date": "2026-12-01", "start_at": "2026-12-01", "end_at": "2026-12-02"}
    ]
    view = view_of(surveys=_surveys(1, 0), schedule=planned)
    heading = goal_sheet(view, JIA).heading
    assert heading.as_of == datetime(2026, 11, 1)
    assert (heading.snapshot, heading.period.month, heading.subject) == ("facts", "2026-10", JIA.subject)


def test_without_any_load_the_sheet_is_there_and_empty(view_of: Callable[..., View]) -> None:
    sheet = goal_sheet(replace(view_of(), snapshot=None, records=None), JIA)
    assert {row.verdict.standing for row in sheet.rows} == {"no_data"}
    assert (sheet.heading.as_of, sheet.meeting_date) == (None, Cell("", 0))


def test_what_was_typed_stands_in_its_row_with_its_version(
    view_of: Callable[..., View], typed: Callable[..., None]
) -> None:
    typed("goals", "2026-10", "person", "1001", "csat", cause="新人多", next_target="0.88")
    typed("goals", "2026-10", "person", "1001", "", meeting_date="2026-11-03")
    typed("goals", "2026-10", "person", "1002", "csat", cause="别人的")
    typed("goals", "2026-09", "person", "1001", "csat", measures="上个月的")
    sheet = goal_sheet(view_of(), JIA)
    row = next(row for row in sheet.rows if row.figure.indicator.key == "csat")
    assert (row.cause, row.next_target, row.measures) == (Cell("新人多", 1), Cell("0.88", 1), Cell("", 0))
    assert sheet.meeting_date == Cell("2026-11-03", 1)


def test_this_months_target_is_next_months_last_target(
    view_of: Callable[..., View], typed: Callable[..., None]
) -> None:
    typed("goals", "2026-10", "person", "1001", "csat", next_target="0.88")
    november = Scope(parse_month("2026-11"), JIA.subject)
    view = view_of()
    targets = {
        month: next(row.figure for row in goal_sheet(view, scope).rows if row.figure.indicator.key == "csat")
        for month, scope in (("2026-10", JIA), ("2026-11", november))
    }
    assert (targets["2026-10"].target, targets["2026-10"].target_source) == (0.9, "default")
    assert (targets["2026-11"].target, targets["2026-11"].target_source) == (0.88, "agreed")


@pytest.mark.parametrize(
    ("good", "bad", "verdict", "important"),
    [
        (50, 50, "missed", True),
        (8, 2, "cannot_tell", False),
        (4, 5, "cannot_tell", False),
        (95, 5, "met", False),
    ],
)
def test_only_a_clear_and_material_gap_is_important(
    view_of: Callable[..., View], good: int, bad: int, verdict: str, important: bool
) -> None:
    sheet = goal_sheet(view_of(surveys=_surveys(good, bad)), JIA)
    row = next(row for row in sheet.rows if row.figure.indicator.key == "csat")
    assert (row.verdict.standing, row.verdict.important) == (verdict, important)


def test_a_clear_gap_smaller_than_the_material_one_is_not_important(view_of: Callable[..., View]) -> None:
    tolerant = replace(CATALOG.indicators["csat"], material=0.5)
    catalog = replace(CATALOG, indicators={**CATALOG.indicators, "csat": tolerant})
    sheet = goal_sheet(view_of(catalog, surveys=_surveys(50, 50)), JIA)
    row = next(row for row in sheet.rows if row.figure.indicator.key == "csat")
    assert (row.verdict.standing, row.verdict.important) == ("below", False)


def _team(size: int) -> list[dict]:
    return [
        {
            "agent_id": f"{1000 + n}",
            "name": f"测试{n}",
            "team": "一组",
            "role": "客服代表",
            "valid_from": "2026-01-01",
        }
        for n in range(1, size + 1)
    ]


def _answers(size: int, month: str, *goods: int) -> list[dict]:
    """Of each person ten answers, so many of them good."""
    return [
        {
            "surveyed_at": f"{month}-20 10:00",
            "agent_id": f"{1001 + n}",
            "score": 5 if k < goods[n] else 1,
            "scale": 5,
        }
        for n in range(size)
        for k in range(10)
    ]


def test_the_team_is_beside_a_figure_from_five_people_on_and_no_mean_of_means(
    view_of: Callable[..., View],
) -> None:
    some = _answers(5, "2026-10", 9, 8, 7, 6, 5)
    more = [dict(some[0]) for _ in range(10)]  # of the first person: 19 of 20
    view = view_of(agents=_team(5), surveys=[*some, *more, *_answers(1, "2026-09", 4)])
    row = next(row for row in goal_sheet(view, JIA).rows if row.figure.indicator.key == "csat")
    assert row.more == {"month_before": 0.4, "team_value": 45 / 60}
    unit = next(row for row in goal_sheet(view, Scope(JIA.period)).rows if row.figure.indicator.key == "csat")
    assert unit.more == {"month_before": 0.4, "team_value": None}


def test_of_fewer_people_with_data_the_team_is_not_said(view_of: Callable[..., View]) -> None:
    view = view_of(agents=_team(6), surveys=_answers(4, "2026-10", 9, 8, 7, 6))
    row = next(row for row in goal_sheet(view, JIA).rows if row.figure.indicator.key == "csat")
    assert row.more["team_value"] is None


def test_the_heading_says_department_team_and_post_as_of_the_month(view_of: Callable[..., View]) -> None:
    first, *_ = _team(1)
    moved = first | {"team": "二组", "role": "班组长", "valid_from": "2026-11-01"}
    view = view_of(agents=[first, moved])
    view.home.config.mkdir(parents=True)
    (view.home.config / "home.toml").write_text('[departments]\n"热线部" = ["一组"]\n', encoding="utf-8")
    october = goal_sheet(view, JIA).heading
    assert (october.department, october.team, october.post) == ("热线部", "一组", "客服代表")
    november = goal_sheet(view, Scope(parse_month("2026-11"), JIA.subject)).heading
    assert (november.department, november.team, november.post) == ("", "二组", "班组长")


def test_what_is_needed_from_above_is_carried_on_until_it_came(
    view_of: Callable[..., View], typed: Callable[..., None]
) -> None:
    typed("goals", "2026-08", "person", "1001", "", support_needed="加一条专家线", support_owner="王经理")
    typed("goals", "2026-09", "person", "1001", "", support_needed="新耳机", status_of_support="done")
    typed("goals", "2026-10", "person", "1001", "", support_needed="排班支持")
    sheet = goal_sheet(view_of(), JIA)
    assert sheet.support.text == Cell("排班支持", 1)
    carried = [(one.month, one.text.value, one.owner.value) for one in sheet.support_carried]
    assert carried == [("2026-08", "加一条专家线", "王经理")]


def test_the_line_of_months_ends_with_the_rows_own_value(view_of: Callable[..., View]) -> None:
    sheet = goal_sheet(view_of(surveys=_surveys(8, 2)), JIA)
    assert (len(sheet.months), sheet.months[-1]) == (13, "2026-10")
    assert sheet.trend["csat"] == (*[None] * 12, 0.8)


def test_one_target_is_suggested_by_the_chance_that_the_scheme_names(view_of: Callable[..., View]) -> None:
    months = {
        f"2026-{n:02d}": good for n, good in enumerate((66, 75, 70, 79, 68, 76, 71, 64, 77, 72), start=1)
    }
    rows = [
        {
            "surveyed_at": f"{month}-10 10:00",
            "agent_id": "1001",
            "score": 5 if k < good else 1,
            "scale": 5,
        }
        for month, good in months.items()
        for k in range(100)
    ]

    view = view_of(surveys=rows)

    def suggested(share: float) -> Suggestion:
        scheme = replace(CATALOG.appraisal, suggested_chance=share)
        sheet = goal_sheet(replace(view, catalog=replace(CATALOG, appraisal=scheme)), JIA)
        row = next(row for row in sheet.rows if row.figure.indicator.key == "csat")
        assert row.proposal > row.suggestion.target, "the stretch asks for more"
        return row.suggestion

    usual, safe = suggested(CATALOG.appraisal.suggested_chance), suggested(0.9)
    assert usual.chance == pytest.approx(0.7, abs=0.05)
    assert safe.chance == pytest.approx(0.9, abs=0.05)
    assert safe.target < usual.target
    assert usual.standard == 0.9, "the centre's target is stricter: this is a stage"
