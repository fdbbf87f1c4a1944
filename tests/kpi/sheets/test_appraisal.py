"""The appraisal: scores at their ends, evidence that is short, ratings and their examples, the total."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from etl.errors import Problem
from kpi.catalog.load import load_catalog
from kpi.figures.view import View
from kpi.scope import Scope, Subject, parse_month
from kpi.sheets.appraisal import appraisal_sheet, appraisal_sheets, grade, score
from kpi.sheets.values import AppraisalSheet, Cell, ParameterScore

CATALOG = load_catalog(None)
PARAMETERS = {parameter.key: parameter for parameter in CATALOG.parameters}
MONTH = parse_month("2026-10")
JIA = Subject("person", "1001", "1001", "测试甲")


def _calls(count: int, agent: str = "1001") -> list[dict]:
    return [
        {"call_id": f"{agent}-{n}", "started_at": "2026-10-05 09:00", "answered": True, "agent_id": agent}
        for n in range(count)
    ]


def _reviews(count: int) -> dict[str, list[dict]]:
    """Reviews with 8 of 10 points for information, 9 of 10 for communication and relationship each."""
    points = (("业务解答准确", 8), ("倾听并适当回应", 9), ("尊重客户", 9))
    return {
        "qa_reviews": [
            {"review_id": f"R{n}", "agent_id": "1001", "reviewed_at": "2026-10-05"} for n in range(count)
        ],
        "qa_items": [
            {"review_id": f"R{n}", "item": item, "earned": earned, "applicable": 10}
            for n in range(count)
            for item, earned in points
        ],
    }


def _shifts(count: int) -> dict[str, list[dict]]:
    shift = [
        (f"2026-10-{n + 1:02}", f"2026-10-{n + 1:02} 08:00", f"2026-10-{n + 1:02} 16:00")
        for n in range(count)
    ]
    return {
        "schedule": [
            {"agent_id": "1001", "shift_date": day, "start_at": start, "end_at": end}
            for day, start, end in shift
        ],
        "attendance": [
            {"agent_id": "1001", "shift_date": day, "in_at": start, "out_at": end}
            for day, start, end in shift
        ],
    }


def _rating(parameter: str, number: float, **fields: object) -> dict:
    return {"agent_id": "1001", "month": "2026-10", "parameter": parameter, "score": number, **fields}


# Nobody complained in October, and September shows that complaints are loaded.
TICKETS = [{"opened_at": "2026-10-05", "kind": "service"}, {"opened_at": "2026-09-05", "kind": "complaint"}]
RATINGS = [_rating(parameter, 4) for parameter in ("teamwork", "compliance", "attitude")]
FULL = {"calls": _calls(200), "tickets": TICKETS, "ratings": RATINGS} | _reviews(4) | _shifts(10)


def _sheet(view: View) -> AppraisalSheet:
    return appraisal_sheet(view, Scope(MONTH, JIA))


def _one(view: View, key: str) -> ParameterScore:
    return next(one for one in _sheet(view).scores if one.parameter.key == key)


@pytest.mark.parametrize(
    ("key", "value", "points"),
    [
        ("expertise", 0.70, 0),
        ("expertise", 0.60, 0),
        ("expertise", 0.80, 50),
        ("expertise", 0.90, 100),
        ("expertise", 1.00, 100),
        ("complaint_rate", 3.0, 0),
        ("complaint_rate", 4.0, 0),
        ("complaint_rate", 1.75, 50),
        ("complaint_rate", 0.5, 100),
        ("complaint_rate", 0.0, 100),
        ("attitude", 2.5, 0),
        ("attitude", 3.35, 50),
        ("attitude", 4.2, 100),
    ],
)
def test_a_score_runs_straight_from_floor_to_target(key: str, value: float, points: float) -> None:
    assert score(PARAMETERS[key], value) == pytest.approx(points)


@pytest.mark.parametrize(
    ("total", "letter"),
    [(100, "A"), (90, "A"), (89.999, "B"), (80.001, "B"), (80, "B"), (79.999, "C"), (60, "D"), (0, "E")],
)
def test_grades_begin_exactly_at_their_edge(total: float, letter: str) -> None:
    assert grade(CATALOG.appraisal, total) == letter


def test_a_full_sheet_adds_up(view_of: Callable[..., View]) -> None:
    sheet = _sheet(view_of(**FULL))
    expected = {
        "complaint_rate": (0.0, 200, 100),
        "expertise": (0.8, 4, 50),
        "communication": (0.9, 4, 100 * 0.15 / 0.17),
        "teamwork": (4, 1, 100 * 1.5 / 1.7),
        "compliance": (4, 1, 100 * 1.5 / 1.7),
        "attitude": (4, 1, 100 * 1.5 / 1.7),
        "attendance": (1.0, 10, 100),
    }
    assert list(expected) == [one.parameter.key for one in sheet.scores]
    for one in sheet.scores:
        raw, base, points = expected[one.parameter.key]
        assert (one.raw, one.base, one.score) == (pytest.approx(raw), base, pytest.approx(points))
        assert one.status == "rated"
    # 20 + 10 + 17.647 + 3 × 8.824 + 10
    assert sheet.total == pytest.approx(84.1176, abs=0.0001)
    assert (sheet.grade, sheet.coverage) == ("B", 1.0)


@pytest.mark.parametrize(
    ("change", "key", "base"),
    [
        ({"calls": _calls(199)}, "complaint_rate", 199),
        (_reviews(3), "expertise", 3),
        (_reviews(3), "communication", 3),
        ({"ratings": RATINGS[1:]}, "teamwork", 0),
        (_shifts(9), "attendance", 9),
    ],
)
def test_short_of_evidence_by_one_is_not_scored(
    view_of: Callable[..., View], change: dict, key: str, base: int
) -> None:
    one = _one(view_of(**FULL | change), key)
    assert (one.status, one.score, one.base) == ("insufficient", None, base)


def test_what_is_not_scored_leaves_the_others_their_weights_in_proportion(
    view_of: Callable[..., View],
) -> None:
    sheet = _sheet(view_of(**FULL | {"calls": [], "tickets": []}))
    # (10 + 17.647 + 3 × 8.824 + 10) ÷ 80 %
    assert (sheet.coverage, sheet.total) == (0.8, pytest.approx(80.1471, abs=0.0001))


def test_under_the_minimum_coverage_there_is_no_total_and_no_grade(view_of: Callable[..., View]) -> None:
    at_60 = {name: rows for name, rows in FULL.items() if not name.startswith("qa")}
    sheet = _sheet(view_of(**at_60))
    assert sheet.coverage == 0.6
    assert sheet.total is not None


def test_just_under_the_minimum_coverage(view_of: Callable[..., View]) -> None:
    at_50 = {name: rows for name, rows in FULL.items() if not name.startswith("qa")} | {
        "ratings": RATINGS[1:]
    }
    sheet = _sheet(view_of(**at_50))
    assert (sheet.coverage, sheet.total, sheet.grade) == (0.5, None, None)


def test_an_agent_with_calls_alone_has_seven_parameters_and_no_total(view_of: Callable[..., View]) -> None:
    sheet = _sheet(view_of(calls=_calls(500)))
    assert [one.status for one in sheet.scores] == ["insufficient"] * 7
    assert (sheet.total, sheet.grade, sheet.coverage) == (None, None, 0.0)


def test_before_any_load_the_sheet_is_there(view_of: Callable[..., View]) -> None:
    sheet = _sheet(replace(view_of(), snapshot=None, records=None))
    assert [one.status for one in sheet.scores] == ["insufficient"] * 7


@pytest.mark.parametrize(
    ("rating", "raw"),
    [
        ({"score": 5}, None),
        ({"score": 5, "example": "帮助新人"}, None),
        ({"score": 5, "example_on": "2026-10-09"}, None),
        ({"score": 5, "example": "帮助新人", "example_on": "2026-10-09"}, 5),
        ({"score": 1, "example": " ", "example_on": "2026-10-09"}, None),
        ({"score": 2, "example": "争吵", "example_on": "2026-10-09"}, 2),
        ({"score": 3}, 3),
        ({"score": 4.5}, 4.5),
    ],
)
def test_an_end_of_the_scale_needs_a_dated_example(
    view_of: Callable[..., View], rating: dict, raw: float | None
) -> None:
    one = _one(view_of(ratings=[_rating("teamwork", 3) | rating]), "teamwork")
    assert (one.raw, one.status) == (raw, "insufficient" if raw is None else "rated")


def test_loaded_ratings_of_several_raters_are_averaged(view_of: Callable[..., View]) -> None:
    ratings = [
        _rating("teamwork", 3, rater="甲"),
        _rating("teamwork", 4, rater="乙"),
        _rating("teamwork", 5, rater="丙"),  # without an example: left out
        _rating("teamwork", 4, rater="丁", month="2026-09"),
        _rating("attitude", 3, rater="甲"),
    ]
    one = _one(view_of(ratings=ratings), "teamwork")
    assert (one.raw, one.base, one.rating.typed) == (3.5, 2, False)
    assert (one.rating.loaded, one.rating.uncounted) == (3.5, 1)


def test_a_typed_rating_goes_before_loaded_ones(
    view_of: Callable[..., View], typed: Callable[..., None]
) -> None:
    typed(
        *("appraisal", "2026-10", "person", "1001", "teamwork"),
        score="5",
        example="帮助新人",
        example_on="2026-10-09",
    )
    one = _one(view_of(ratings=RATINGS), "teamwork")
    assert (one.raw, one.base, one.score) == (5, 1, 100)
    assert one.rating.loaded == 4
    assert (one.rating.typed, one.rating.example, one.rating.example_on) == (
        True,
        "帮助新人",
        date(2026, 10, 9),
    )
    assert one.rating.cells["score"] == Cell("5", 1)


@pytest.mark.parametrize("text", ["", "6", "0", "好"])
def test_what_is_no_rating_leaves_the_loaded_one(
    view_of: Callable[..., View], typed: Callable[..., None], text: str
) -> None:
    typed("appraisal", "2026-10", "person", "1001", "teamwork", score=text, example="x")
    one = _one(view_of(ratings=RATINGS), "teamwork")
    assert (one.raw, one.rating.typed) == (4, False)
    assert one.rating.cells["example"] == Cell("x", 1)


def test_the_appraisals_of_a_team_are_those_of_its_people(view_of: Callable[..., View]) -> None:
    roster = [
        {"agent_id": "1001", "name": "测试甲", "team": "一组"},
        {"agent_id": "1002", "name": "测试乙", "team": "一组"},
        {"agent_id": "1003", "name": "测试丙", "team": "二组"},
    ]
    view = view_of(**FULL | {"agents": roster, "calls": _calls(200) + _calls(300, "1002")})
    sheets = appraisal_sheets(view, Scope(MONTH, Subject("team", "一组", "一组", "一组")))
    assert [sheet.heading.subject.id for sheet in sheets] == ["1001", "1002"]
    assert sheets[0] == _sheet(view)
    assert [sheet.scores[0].base for sheet in sheets] == [200, 300]
    assert len(appraisal_sheets(view, Scope(MONTH))) == 3
    assert appraisal_sheets(view, Scope(MONTH, JIA)) == (sheets[0],)


def test_only_a_person_can_be_appraised(view_of: Callable[..., View]) -> None:
    with pytest.raises(Problem, match="An appraisal is of one person"):
        appraisal_sheet(view_of(), Scope(MONTH))
