"""Surveys, forms of points and rosters that nobody mapped: what their cells mean, and what is asked."""

from __future__ import annotations

import pytest

from etl.propose import undecided
from tests.etl.proposals import field, said


def test_a_rating_on_the_same_row_is_a_survey_of_its_own(draft) -> None:
    found = draft("cloud_calls")
    assert [table.contract for table in found.tables if table.use] == ["calls", "surveys"]
    assert dict(field(found, "score", "surveys").values) == {"满意": "3", "不满意": "1", "一般": "2"}
    assert field(found, "scale", "surveys").expression == "'3'"


@pytest.mark.parametrize(
    ("words", "points", "scale"),
    [
        (["非常满意", "满意", "一般", "不满意", "非常不满意"], {"非常满意": "5", "满意": "4", "一般": "3", "不满意": "2", "非常不满意": "1"}, "'5'"),
        (["满意", "一般", "不满意", "未评价"], {"满意": "3", "一般": "2", "不满意": "1", "未评价": ""}, "'3'"),
        (["1", "2", "3", "4", "5"], {}, "'5'"),
        (["0", "3", "4", "5"], {"0": None}, "'5'"),
        (["7", "8", "9", "10"], {}, "'10'"),
        (["very satisfied", "satisfied", "neutral"], {"very satisfied": "5", "satisfied": "4", "neutral": "3"}, "'5'"),
        (["满意", "还行吧"], {"满意": "2", "还行吧": None}, "'2'"),
        (["60", "85.5", "100"], {}, "'100'"),
    ],
)  # fmt: skip
def test_scales_of_surveys(words, points, scale, draft) -> None:
    rows = [["评价编号", "评价时间", "工号", "满意度"]]
    rows += [[f"s{n}", f"2026-10-01 10:{n:02d}:00", "7", words[n % len(words)]] for n in range(30)]
    found = draft("survey", rows)
    assert found.tables[0].contract == "surveys"
    assert dict(field(found, "score").values) == points
    assert field(found, "scale").expression == scale


@pytest.mark.parametrize("words", [["1", "2", "4"], ["3", "6", "7"], ["2", "8.5"], ["5", "12"]])
def test_a_scale_that_the_answers_do_not_tell_is_left_open(words: list[str], draft) -> None:
    rows = [["评价编号", "评价时间", "工号", "满意度"]]
    rows += [[f"s{n}", f"2026-10-01 10:{n:02d}:00", "7", words[n % len(words)]] for n in range(30)]
    found = draft("survey", rows)
    assert found.tables[0].field("scale") is None
    assert "on which scale?" in said(found, "score")


@pytest.mark.parametrize(
    ("title", "question", "scale"),
    [("NPS评分", "'recommend'", "'10'"), ("推荐意愿评分", "'recommend'", "'10'"), ("满意度评分", None, "'10'"),
     ("是否解决评分", "'solved'", "'10'")],
)  # fmt: skip
def test_what_a_survey_asks_is_told_by_its_title(title: str, question: str, scale: str, draft) -> None:
    rows = [["评价编号", "评价时间", "工号", title]]
    rows += [[f"s{n}", f"2026-10-01 10:{n:02d}:00", "7", str(n % 11)] for n in range(30)]
    found = draft("survey", rows)
    asked = found.tables[0].field("question")
    assert (asked and asked.expression, field(found, "scale").expression) == (question, scale)
    # 0 is an answer where somebody recommends, and is asked about elsewhere.
    assert dict(field(found, "score").values) == ({} if question == "'recommend'" else {"0": None})


def test_a_rating_on_the_row_of_a_ticket_belongs_to_it(draft) -> None:
    rows = [["工单号", "创建时间", "处理人", "工单类型", "满意度"]]
    rows += [[f"g{n}", f"2026-10-01 10:{n:02d}:00", "7", "投诉", str(1 + n % 5)] for n in range(30)]
    found = draft("tickets", rows)
    assert [table.contract for table in found.tables if table.use] == ["tickets", "surveys"]
    assert field(found, "ticket_id", "surveys").expression == field(found, "ticket_id", "tickets").expression
    assert found.tables[1].field("call_id") is None


def test_keys_pressed_are_asked_since_1_may_be_the_best_or_the_worst(draft) -> None:
    assert dict(field(draft("keys_pressed"), "score").values) == {"1": None, "2": None, "3": None}


def test_a_deduction_form_becomes_points_with_each_maximum_asked(draft) -> None:
    found = draft("deductions")
    assert found.wide == "items"
    assert found.deduction
    applicable = field(found, "applicable", "qa_items")
    assert dict(applicable.values) == dict.fromkeys(
        ("开头语扣分", "业务解答扣分", "服务态度扣分", "结束语扣分")
    )
    assert "add up to 100" in said(found, "applicable", "qa_items")


def test_a_form_of_points_has_its_maxima_from_the_titles(draft) -> None:
    found = draft("points")
    assert not found.deduction
    assert list(field(found, "applicable", "qa_items").values.values()) == ["10", "30", "40", "20"]
    assert undecided(found) == []


def test_maxima_may_stand_in_a_row_of_their_own(draft) -> None:
    rows = [
        ["质检编号", "客服工号", "质检时间", "开头语", "解答", "结束语", "总分"],
        ["满分", "", "", "20", "50", "30", "100"],
    ]
    rows += [
        [f"q{n}", "8001", "2026-10-01", "20", "40", str(10 * (n % 3)), str(60 + 10 * (n % 3))]
        for n in range(6)
    ]
    found = draft("tops", rows)
    assert list(field(found, "applicable", "qa_items").values.values()) == ["20", "50", "30"]
    assert not found.deduction


def test_verdicts_count_1_and_odd_words_are_asked(draft) -> None:
    found = draft("verdicts")
    assert dict(field(found, "applicable", "qa_items").values) == {
        "语气亲切": "1",
        "复述确认": "1",
        "主动挽留": None,
    }
    assert dict(field(found, "earned", "qa_items").values) == {"部分合格": None}


def test_one_score_a_review_is_one_point(draft) -> None:
    rows = [["quality_id", "call_id", "quality_score"]]
    rows += [[str(n), str(n + 500), f"{1 + n % 40 / 10:.1f}"] for n in range(200)]
    found = draft("quality", rows)
    assert [table.contract for table in found.tables if table.use] == ["qa_reviews", "qa_items"]
    assert field(found, "applicable", "qa_items").expression == "'5'"


def test_codes_of_a_wide_roster_are_known_proposed_or_asked(draft) -> None:
    found = draft("wide_roster")
    assert found.wide == "days"
    assert dict(field(found, "start_at").values) == {
        "早": "08:00-16:00", "中": "12:00-20:00", "夜": "22:00-06:00", "09:00-18:00": "09:00-18:00",
        "休": "", "年休": "年假", "A1": None,
    }  # fmt: skip


def test_a_roster_whose_days_are_numbers_takes_the_month_from_its_title(draft) -> None:
    rows = [["2026年10月排班表"], ["工号", *(str(day) for day in range(1, 32))], ["8001", *["早"] * 31]]
    found = draft("numbers", rows)
    assert found.wide == "days"
    assert field(found, "shift_date").words[-1] == "2026-10-31"
