"""The JSON of the sheets: every promised field, plain values."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from kpi.analysis.real_gaps import judged
from kpi.figures.figures import figures
from kpi.figures.view import View
from kpi.scope import Scope, Subject, parse_month
from kpi.sheets.appraisal import appraisal_sheet
from kpi.sheets.goals import goal_sheet
from kpi.sheets.indicators import indicator_rows
from kpi.sheets.json_shapes import appraisal_json, goals_json, indicators_json, standards_json
from kpi.sheets.standards import standards_sheet

MONTH = parse_month("2026-10")
JIA = Scope(MONTH, Subject("person", "0042", "42", "测试甲"))
FIELDS = [
    "key",
    "name",
    "unit",
    "kind",
    "better",
    "numerator",
    "denominator",
    "value",
    "low",
    "high",
    "target",
    "target_source",
    "gap",
    "gap_good",
    "verdict",
    "reason",
    "coverage",
    "days_with_data",
    "days",
]


@pytest.fixture
def view(view_of: Callable[..., View]) -> View:
    surveys = [
        {"surveyed_at": "2026-10-31 10:00", "agent_id": "42", "score": s, "scale": 5}
        for s in [5] * 8 + [1] * 2
    ]
    return view_of(surveys=surveys)


def test_indicators(view: View) -> None:
    (csat,) = indicators_json(map(judged, figures(view, JIA, ["csat"])), "zh")
    assert list(csat) == [*FIELDS, "partial"]
    assert csat["partial"] == pytest.approx(1 / 31, abs=1e-4)
    assert csat["gap"] == pytest.approx(-0.1)
    assert csat == {
        **csat,
        **{"key": "csat", "name": "客户满意度", "unit": "share", "kind": "proportion", "better": "higher"},
        **{"numerator": 8.0, "denominator": 10.0, "value": 0.8, "target": 0.9, "target_source": "default"},
        **{
            "gap_good": False,
            "verdict": "cannot_tell",
            "reason": "within_chance",
            "coverage": 1.0,
            "days_with_data": 1,
            "days": 31,
        },
    }


def test_goals(view: View) -> None:
    found = goals_json(goal_sheet(view, JIA), "en")
    assert set(found["sheet"]) >= {
        *("month", "subject_kind", "subject_id", "name", "organisation", "as_of", "snapshot"),
        *("department", "team", "post", "support", "support_carried"),
    }
    assert (found["sheet"]["subject_id"], found["sheet"]["as_of"]) == ("0042", "2026-11-01T00:00:00")
    extra = {"cause", "important", "next_target", "proposal", "chance", "back_test", "measures"}
    extra |= {"beat", "measure", "carried", "kind_of_cause", "now", "differs", "expected"}
    extra |= {"suggestion", "month_before", "team_value"}
    assert [set(row) - {"partial"} for row in found["rows"]] == [{*FIELDS, *extra}] * 8


def test_appraisal(view: View) -> None:
    found = appraisal_json(appraisal_sheet(view, JIA), "en")
    assert set(found) >= {"agent", "month", "parameters", "total", "grade", "capped_by", "coverage", "state"}
    assert (found["agent"], found["month"], found["total"], found["coverage"]) == (
        "0042",
        "2026-10",
        None,
        0.0,
    )
    wanted = {"key", "score", "raw", "shrunken", "own_weight", "n", "weight", "status"}
    assert all(wanted <= set(one) for one in found["parameters"])
    assert len(found["parameters"]) == 7


def test_standards(view: View) -> None:
    found = standards_json(standards_sheet(view, JIA), "en")
    assert found["rows"][0]["specific"] == "Answer within three rings"
    assert [len(row["trend"]) for row in found["rows"]] == [12] * 6
    assert len(found["items"]) == 22


@pytest.mark.parametrize("lang", ["zh", "en", "fr"])
def test_everything_can_be_written_as_json(view: View, lang: str) -> None:
    shapes = [
        indicators_json(indicator_rows(view, Scope(MONTH)), lang),
        goals_json(goal_sheet(view, JIA), lang),
        appraisal_json(appraisal_sheet(view, JIA), lang),
        standards_json(standards_sheet(view, JIA), lang),
    ]
    assert json.loads(json.dumps(shapes, allow_nan=False)) == shapes
    if lang == "fr":  # of which the catalogue has no texts
        assert shapes[0][0]["name"] == indicators_json(indicator_rows(view, Scope(MONTH)), "en")[0]["name"]
