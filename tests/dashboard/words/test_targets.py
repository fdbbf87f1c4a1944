"""A next target in words: what is proposed, its pitfalls and checks, and whether a measure worked."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from dashboard.words.targets import (
    EFFECTS,
    PITFALLS,
    beside_field,
    chance_text,
    effect_lines,
    outcome_text,
    pitfall_text,
    smart_lines,
    staffing_text,
    suggested,
)
from kpi.analysis.chances import BackTest, Suggestion
from kpi.analysis.soundness import Pitfall, Smart
from kpi.analysis.staffing import Staffing
from kpi.catalog.load import load_catalog
from kpi.sheets.values import Cell
from tests.dashboard import hand_made as made

CATALOG = load_catalog(None)
ROW = replace(made.GOALS.rows[1], proposal=0.05, expected=0.0623, chance=0.116, next_target=Cell("", 0))
TYPED = replace(ROW, next_target=Cell("0.07", 1))


@pytest.mark.parametrize(
    ("chance", "said"), [(0.116, "达成概率 12%"), (0.0001, "达成概率 <1%"), (0.9999, "达成概率 >99%")]
)
def test_a_chance_is_never_said_to_be_none_or_certain(chance: float, said: str) -> None:
    assert chance_text(replace(TYPED, chance=chance), "zh") == said


def test_a_chance_says_whether_it_is_that_of_the_stretch() -> None:
    assert chance_text(ROW, "en") == "its chance 12%"
    assert chance_text(TYPED, "en") == "chance 12%"
    assert chance_text(replace(ROW, chance=None), "en") == ""


def test_the_months_that_reached_it_stand_beside_a_chance_and_alone_without_one() -> None:
    tested = replace(ROW, back_test=BackTest(7, 12, 0.3195, 0.8067))
    months = "reached in 7 of the last 12 months (32%–81%)"
    assert chance_text(tested, "en") == f"its chance 12%; {months}"
    assert chance_text(replace(tested, chance=None), "en") == months


def test_one_target_is_suggested_and_the_stretch_stands_beside_it() -> None:
    row = replace(ROW, suggestion=Suggestion(0.068, 0.7))
    assert suggested(row, "zh") == (
        (0.068, "建议 6.8%", "建议 6.8%，约七成把握"),
        (0.05, "挑战 5.0%", "挑战 5.0%"),
    )
    assert suggested(replace(row, next_target=TYPED.next_target), "zh") == suggested(row, "zh")
    assert suggested(replace(row, suggestion=None, proposal=None), "zh") == ()


def test_a_target_weaker_than_the_centres_is_a_stage() -> None:
    row = replace(ROW, suggestion=Suggestion(0.155, 0.7, 0.1))
    assert suggested(row, "zh")[0][1:] == ("阶段目标 15.5%", "阶段目标 15.5%（公司标准 10.0%），约七成把握")
    assert suggested(row, "en")[0][2] == "stage target 15.5% (company standard 10.0%), about 70% likely"


@pytest.mark.parametrize(
    ("chance", "said"),
    [
        (None, "建议 6.8%"),
        (0.64, "建议 6.8%，约六成把握"),
        (0.02, "建议 6.8%，几乎没有把握"),
        (0.997, "建议 6.8%，十拿九稳"),
    ],
)
def test_the_chance_said_is_that_of_the_target(chance: float | None, said: str) -> None:
    assert suggested(replace(ROW, suggestion=Suggestion(0.068, chance)), "zh")[0][2] == said


def test_targets_that_read_alike_are_one() -> None:
    band = replace(ROW, suggestion=Suggestion(0.0501, None), expected=0.0501, proposal=0.0499)
    assert suggested(band, "zh") == ((0.0501, "建议 5.0%", "建议 5.0%"),)
    assert chance_text(band, "zh") == "达成概率 12%", "there is no stretch that it could be of"


def test_what_became_of_a_measure_is_a_word() -> None:
    found = SimpleNamespace(verdict="no_effect_seen", low=-0.05, high=0.034)
    assert outcome_text(found, "zh") == "未见效果"
    assert outcome_text(SimpleNamespace(verdict="worked", low=None, high=None), "zh") == "数据太少"
    assert outcome_text(None, "en") == "too few data"


def test_a_rate_stands_beside_its_field_without_its_long_unit() -> None:
    assert beside_field(3.4, "per_1000", "zh") == "3.40"
    assert beside_field(18.2, "seconds", "zh") == "18.2 秒"


@pytest.mark.parametrize(
    ("pitfall", "said"),
    [
        (Pitfall("beyond_best", {"best": 0.06, "bound": 0.05}), "比历史最好月份（6.0%）还严"),
        (Pitfall("copied", {"target": 0.1}), "照搬了系统默认值"),
        (Pitfall("average", {"whose": "own", "months": 3, "mean": 0.08}), "平均数"),
        (Pitfall("speed_alone", {"quality": ("qa_score", "csat"), "reason": {}}), "QA 得分率，客户满意度"),
        (Pitfall("too_many", {"count": 9, "most": 8}), "共 9 个目标；最多 8 个"),
    ],
)
def test_every_pitfall_is_a_sentence(pitfall: Pitfall, said: str) -> None:
    text = pitfall_text(pitfall, "share", CATALOG, "zh")
    assert said in text
    assert "{" not in text
    assert pitfall.key in PITFALLS


def test_smart_is_worded_as_the_documents_do() -> None:
    checked = Smart(clear=True, measurable=True, attainable=False, fits=None, timely=True)
    lines = smart_lines(checked, "zh")
    assert [name for name, _ in lines] == [
        *("S 明确性", "M 可衡量性", "A 可实现性", "R 与顾客的需求相吻合", "T 及时性")
    ]
    answers = [answer for _, answer in smart_lines(checked, "en")]
    assert answers == ["yes", "yes", "no", "to be judged together", "yes"]


def test_staffing_is_one_sentence() -> None:
    said = staffing_text(Staffing("10:30", 41.6, 320.0, 8, 10), "zh")
    assert said == "10:30 起每半小时 42 通：要达到目标需 10 人在线，按现在的水平是 8 人。"


@pytest.mark.parametrize("verdict", ["worked", "no_effect_seen", "worse", "cannot_tell"])
def test_an_effect_says_what_is_left_and_what_was_taken_off(verdict: str) -> None:
    found = SimpleNamespace(
        verdict=verdict, net=-0.115, low=-0.143, high=-0.084, difference=-0.116, mix=0.0, rebound=-0.001
    )
    first, second = effect_lines(found, "share", "zh")
    assert verdict in EFFECTS
    if verdict != "cannot_tell":
        assert "净变化 −11.5 个百分点（−14.3 至 −8.4）" in first
    assert second == "合计 −11.6 个百分点；其中来电构成 0.0 个百分点，自然回归 −0.1 个百分点。"


def test_without_an_effect_the_sheet_says_so() -> None:
    assert effect_lines(None, "share", "zh") == ("数据太少，无法判断是否有效。",)
