"""What stands in the forms: the columns of the documents, each state of a figure, and no foreign markup."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from dashboard.markup import appraisal as appraisal_form
from dashboard.markup import goals as goal_form
from dashboard.markup import lists
from dashboard.markup.fields import target_shown
from dashboard.markup.glance import glance_html
from dashboard.words.attention import attention_line
from dashboard.words.form_labels import header_fields
from kpi.analysis.chances import Suggestion
from kpi.analysis.real_gaps import Standing, Verdict, judged
from kpi.catalog.definitions import Cause
from kpi.catalog.load import load_catalog
from kpi.scope import Subject, parse_month
from kpi.sheets.glance import Glance, Tile, Waiting
from kpi.sheets.values import (
    Attained,
    Cell,
    Comparison,
    Difference,
    Headcount,
    Measure,
    MonthlyReport,
    Rating,
)
from tests.dashboard import hand_made as made

CAUSES = load_catalog(None).causes
CHINESE = re.compile(r"[\u3400-\u9fff]")


def texts(html: str, tag: str) -> list[str]:
    """The text of every `tag`, without the markup inside."""
    return [re.sub(r"<[^>]+>", "", found) for found in re.findall(rf"<{tag}[ >].*?</{tag}>", html, re.S)]


def test_goal_sheet_has_the_seven_columns_with_their_months() -> None:
    assert texts(str(goal_form.goals_html(made.GOALS, CAUSES, "zh")), "th") == [
        "关键业绩指标",
        "上月目标2026年10月",
        "上月实际达成2026年10月",
        "与目标差距2026年10月",
        "造成重要差距的原因",
        "本月目标2026年11月",
        "具体措施",
    ]
    assert texts(str(goal_form.goals_html(made.GOALS, CAUSES, "en")), "th") == [
        "Key indicator",
        "Last targetOctober 2026",
        "Last actualOctober 2026",
        "GapOctober 2026",
        "Cause of an important gap",
        "This month&#39;s targetNovember 2026",
        "Measures",
    ]


def test_on_a_narrow_page_each_month_stands_beside_its_cell() -> None:
    row = str(goal_form.goals_html(made.GOALS, CAUSES, "zh")).split("<tr data-row")[1]
    assert re.findall(r'<td data-label="([^"]+)"', row) == [
        "关键业绩指标",
        "上月目标 2026年10月",
        "上月实际达成 2026年10月",
        "与目标差距 2026年10月",
        "造成重要差距的原因",
        "本月目标 2026年11月",
        "具体措施",
    ]


def test_only_an_important_gap_is_marked() -> None:
    html = str(goal_form.goals_html(made.GOALS, CAUSES, "zh"))
    assert re.findall(r'data-row="(\w+)" class="kpi-important"', html) == ["csat"]


def test_fields_hold_what_was_typed_with_its_version() -> None:
    fields = goal_form.goal_fields(made.GOALS)
    assert fields["csat.cause"] == {"value": "新系统上线\n<b>等待</b>较长", "version": 2}
    assert fields["csat.next_target"] == {"value": "90", "version": 1, "rerun": True}
    assert fields["handling_time.next_target"] == {"value": "240", "version": 1, "rerun": True}
    assert fields["csat.measures"] == {"value": "", "version": 0}
    assert fields[".meeting_date"] == {"value": "2026-11-03", "version": 1}
    html = str(goal_form.goals_html(made.GOALS, CAUSES, "zh"))
    assert sorted(re.findall(r'data-field="([^"]+)"', html)) == sorted(fields)


TEN = [
    *("来电量与结构", "流程与政策", "系统与工具", "知识技能", "新人与岗位变动"),
    *("排班与人力", "产品与服务", "客户与外部因素", "数据与口径", "其他"),
]
OLD = next(cause for cause in CAUSES if cause.key == "unclear_goals")


def kinds(html: str, indicator: str) -> str:
    """The kinds of cause that a row has to choose from, as HTML."""
    return (
        html.split(f'data-field="{indicator}.category"')[1]
        .split("</option>", 1)[1]
        .split("</select>", maxsplit=1)[0]
    )


def test_ten_causes_are_offered_then_those_of_the_home_by_group() -> None:
    own = Cause("lift", {"zh": "电梯停运"}, "house", {"zh": "大楼"})
    offered = kinds(str(goal_form.goals_html(made.GOALS, (*CAUSES, own), "zh")), "csat")
    ten, groups = offered.split("<optgroup", 1)
    assert texts(ten, "option") == TEN
    assert groups == ' label="大楼"><option value="lift">电梯停运</option></optgroup>'


def test_a_cause_that_is_offered_no_more_stays_the_choice_of_its_row_alone() -> None:
    first = replace(made.GOALS.rows[0], kind_of_cause=OLD, category=Cell(OLD.key, 1))
    html = str(goal_form.goals_html(replace(made.GOALS, rows=(first, *made.GOALS.rows[1:])), CAUSES, "zh"))
    assert texts(kinds(html, "csat"), "option") == [*TEN, "目标不明确"]
    assert texts(kinds(html, "transfer"), "option") == TEN


def test_the_lists_of_the_documents_are_there_to_read_with_their_source() -> None:
    html = str(lists.document_causes_html((*CAUSES, Cause("own", {"zh": "自定"}, hidden=True)), "zh"))
    assert texts(html, "dt") == ["团队与管理", "投诉与客户", "硬件", "软件（流程）", "人员"]
    assert texts(html, "dd")[2] == "服务地点 · 服务设施 · 服务环境《服务质量管理》"
    assert "自定" not in html
    assert not CHINESE.findall(str(lists.document_causes_html(CAUSES, "en")))


def test_an_agreed_sheet_is_read_and_only_the_state_of_its_measures_typed() -> None:
    first = replace(
        made.GOALS.rows[0],
        measures=Cell("每周<旁听>", 1),
        owner=Cell("王组长", 1),
        due=Cell("2026-11-20", 1),
        kind_of_cause=OLD,
        carried=(
            Measure(
                "csat", "2026-08", text=Cell("旧措施", 1), owner=Cell("李组长", 1), due=Cell("2026-09-15", 1)
            ),
        ),
        now=judged(replace(made.MISSED, value=0.85)),
        differs=(Difference("data", 0.038),),
        attained=(Attained("latest", 0.8, Verdict("met"), 0.012),),
    )
    sheet = replace(made.GOALS, rows=(first, *made.GOALS.rows[1:]), state="agreed")
    html = str(goal_form.goals_html(sheet, CAUSES, "zh"))
    assert re.findall(r'data-field="([^"]+)"', html) == ["csat.status", "csat.status@2026-08"]
    for text in (
        *("目标不明确：新系统上线\n&lt;b&gt;等待", "每周&lt;旁听&gt;", "负责人：王组长", "期限：2026-11-20"),
        *(
            "2026-11-03",
            "结转自2026年8月 · 李组长 · 期限 2026-09-15",
            "按现有数据：85.0%",
            "迟到数据（+3.8 个百分点）",
        ),
        "按最新目标 80.0%：达标",
    ):
        assert text in html
    assert goal_form.goal_fields(sheet)["csat.status@2026-08"] == {
        **{"value": "", "version": 0, "as": "csat.status", "month": "2026-08"}
    }


def test_what_is_suggested_can_be_taken_and_says_how_likely_it_is() -> None:
    row = replace(
        made.GOALS.rows[1], proposal=0.05, expected=0.0623, chance=0.12, suggestion=Suggestion(0.068, 0.7)
    )
    html = str(goal_form.goals_html(replace(made.GOALS, rows=(row,)), (), "zh"))
    assert re.findall(r'data-take="(transfer[^"]+)" data-value="([^"]+)"', html) == [
        *(("transfer.next_target", "6.8"), ("transfer.next_target", "5"))
    ]
    for said in ("建议 6.8%，约七成把握", "挑战 5.0%", "挑战值概率 12%"):
        assert said in html
    typed = replace(row, next_target=Cell("0.07", 1), chance=0.4)
    html = str(goal_form.goals_html(replace(made.GOALS, rows=(typed,)), (), "zh"))
    assert "达成概率 40%" in html, "that of the typed target"
    assert "建议 6.8%" in html
    locked = str(goal_form.goals_html(replace(made.GOALS, rows=(row,), state="agreed"), (), "zh"))
    assert "data-take" not in locked


def order_and_numbers(html: str) -> list[tuple[str, str]]:
    return re.findall(r'<tr data-row="(\w+)".*?<span class="kpi-no">(\d+)</span>', html, re.S)


def test_real_gaps_come_first_and_keep_their_number_of_the_printed_form() -> None:
    rows = (*made.GOALS.rows[1:3], made.GOALS.rows[0], *made.GOALS.rows[3:])
    html = str(goal_form.goals_html(replace(made.GOALS, rows=rows), CAUSES, "zh"))
    assert order_and_numbers(html) == [
        *(("csat", "3"), ("transfer", "1"), ("qa_score", "2"), ("first_contact_resolution", "4")),
        *(("handling_time", "5"), ("promise_kept", "6")),
    ]
    between = html.split('data-row="transfer"', maxsplit=1)[0].rpartition('data-row="csat"')[2]
    assert "没有确定差距的指标（5）" in between
    # None changes its place while the sheet is open, whatever becomes of its verdict.
    kept = str(goal_form.goals_html(replace(made.GOALS, rows=rows), CAUSES, "zh", first=("transfer",)))
    assert [key for key, _ in order_and_numbers(kept)][:3] == ["transfer", "qa_score", "csat"]
    without = str(goal_form.goals_html(replace(made.GOALS, rows=made.GOALS.rows[1:]), CAUSES, "zh"))
    assert "没有确定差距的指标" not in without


def test_the_small_line_says_the_base_the_month_before_and_the_team() -> None:
    more = {"month_before": 0.85, "team_value": 0.821}
    row = replace(made.GOALS.rows[0], more=more)
    few = replace(made.GOALS.rows[2], more={"month_before": None, "team_value": None})
    html = str(goal_form.goals_html(replace(made.GOALS, rows=(row, few)), (), "zh"))
    first, second = html.split("<tr data-row")[1:]
    assert "n 2,000" in first
    assert "上月 85.0% · 班组 82.1%" in first
    assert "样本少 3" in second
    assert "上月 " not in second.split('col-gap"')[0].split('col-actual"')[1]


def test_above_the_rows_stand_the_measures_of_before_in_a_word() -> None:
    kept = Measure("csat", "2026-09", text=Cell("听<录音>", 1), status=Cell("done", 1))
    older = Measure("csat", "2026-08", text=Cell("陪练", 1))
    row = replace(made.GOALS.rows[0], carried=(older,), ended=(kept,))
    sheet = replace(made.GOALS, rows=(row, *made.GOALS.rows[1:]))
    html = str(goal_form.goals_html(sheet, (), "zh", outcomes={("csat", "2026-09"): "见效"}))
    line = re.sub(r"<[^>]+>", "", html.split('class="kpi-last"')[1].split("</p>", maxsplit=1)[0])
    assert line.startswith(">上月措施")
    assert "客户满意度“听&lt;录音&gt;” 已完成 · 见效" in line
    assert "客户满意度“陪练” 2026年8月 · 进行中" in line
    assert 'class="kpi-last"' not in str(goal_form.goals_html(made.GOALS, (), "zh"))


def test_the_sentence_on_top_names_the_gaps_and_leads_to_their_rows() -> None:
    html = str(goal_form.headline_html(made.GOALS, "zh"))
    assert texts(html, "h2") == [
        "客户满意度 81.2%，目标 90.0%，明显未达标；其余 5 项没有确定的差距，1 项暂无数据。"
    ]
    assert re.findall(r'data-to="(\w+)"', html) == ["csat"]
    assert "<em>81.2%</em>" in html
    calm = str(goal_form.headline_html(replace(made.GOALS, rows=made.GOALS.rows[1:4]), "en"))
    assert texts(calm, "h2") == ["none of 3 has a real gap."]


def test_what_is_needed_from_above_has_a_field_and_an_owner_and_is_carried_on() -> None:
    asked = Measure("", "2026-09", text=Cell("加一条专家线", 2), owner=Cell("王经理", 1))
    sheet = replace(
        made.GOALS, support=Measure("", "2026-10", text=Cell("排班支持", 3)), support_carried=(asked,)
    )
    fields = goal_form.goal_fields(sheet)
    assert fields[".support_needed"] == {"value": "排班支持", "version": 3}
    assert fields[".support_owner"] == {"value": "", "version": 0}
    assert fields[".status_of_support@2026-09"] == {
        **{"value": "", "version": 0, "as": ".status_of_support", "month": "2026-09"}
    }
    html = str(goal_form.goals_html(sheet, (), "zh"))
    assert sorted(re.findall(r'data-field="([^"]+)"', html)) == sorted(fields)
    for said in ("需要的支持（上级/公司）", "结转自2026年9月 · 王经理", "加一条专家线"):
        assert said in html


def test_unit_and_post_are_those_of_the_month() -> None:
    heading = replace(made.HEADING, department="热线部", team="热线一组", post="客服代表")
    html = str(goal_form.goals_html(replace(made.GOALS, heading=heading), (), "zh"))
    assert "示例热线 / 热线部 / 热线一组" in html
    assert texts(html.split('class="kpi-heading"')[1], "span")[1] == "客服代表"
    assert header_fields(replace(made.GOALS, heading=heading), "zh")[:2] == (
        ("姓名", "样例员工01（1001） · 客服代表"),
        ("单位", "示例热线 / 热线部 / 热线一组"),
    )


@pytest.mark.parametrize(
    ("stored", "unit", "shown"),
    [("0.925", "share", "92.5"), ("0.07", "share", "7"), ("0.0085", "share", "0.85%"), ("0", "share", "0"), ("20", "seconds", "20"), ("尽量", "share", "尽量"), ("", "share", "")],
)  # fmt: skip
def test_a_target_is_shown_in_the_unit_beside_it(stored: str, unit: str, shown: str) -> None:
    assert target_shown(stored, unit) == shown


def test_names_from_data_cannot_bring_markup() -> None:
    evil = '<img src=x onerror="alert(1)">'
    subject = Subject("person", evil, "x", evil)
    heading = replace(made.HEADING, subject=subject, organisation=evil)
    sheets = [
        str(goal_form.goals_html(replace(made.GOALS, heading=heading), CAUSES, "zh")),
        str(appraisal_form.appraisal_html(replace(made.APPRAISAL, heading=heading), "zh")),
        str(lists.people_html([replace(made.APPRAISAL, heading=heading)], "zh")),
    ]
    for html in sheets:
        assert "<img" not in html
        assert "&lt;img src=x onerror=&#34;alert(1)&#34;&gt;" in html
    assert "<b>等待" not in str(goal_form.goals_html(made.GOALS, CAUSES, "zh"))


def test_appraisal_has_the_seven_parameters_in_order() -> None:
    html = str(appraisal_form.appraisal_html(made.APPRAISAL, "zh"))
    names = re.findall(r'<span class="kpi-name">(.*?)</span>', html)
    assert names == ["客户投诉率", "专业素质", "沟通技巧", "团队精神", "服从领导", "工作态度", "出勤率"]
    assert html.count("数据不足，暂不评分") == 3
    assert "须有注明日期的事例" in html
    assert texts(html, "tfoot") == ["总分已评权重占 70.0%86.4分B"]


def test_appraisal_without_enough_evidence_has_no_total() -> None:
    bare = replace(made.APPRAISAL, total=None, grade=None, coverage=0.0)
    assert texts(str(appraisal_form.appraisal_html(bare, "zh")), "tfoot") == ["总分已评权重占 0%暂无总分"]


def test_ratings_can_be_typed() -> None:
    fields = appraisal_form.appraisal_fields(made.APPRAISAL)
    assert fields["teamwork.score"] == {"value": "5", "version": 2}
    assert fields["teamwork.example_on"] == {"value": "", "version": 0}
    assert len(fields) == 9
    html = str(appraisal_form.appraisal_html(made.APPRAISAL, "en"))
    assert sorted(re.findall(r'data-field="([^"]+)"', html)) == sorted(fields)


@pytest.mark.parametrize(
    ("figures", "zh", "en"),
    [
        ([made.MISSED, made.MISSED, made.MET], "3 项中 2 项明显未达标，1 项达标", "2 of 3 clearly missed, 1 met"),
        ([made.NEAR, made.MET], "2 项中没有明显未达标，1 项达标，1 项暂不判断", "None of 2 clearly missed, 1 met, 1 cannot be judged yet"),
        ([made.EMPTY, made.EMPTY], "本期暂无数据", "No figures for this period yet"),
        ([made.EMPTY, made.MET], "2 项中没有明显未达标，1 项达标，1 项暂无数据", "None of 2 clearly missed, 1 met, 1 without data"),
        ([], "本期暂无数据", "No figures for this period yet"),
    ],
)  # fmt: skip
def test_what_needs_attention_comes_first(figures: list, zh: str, en: str) -> None:
    assert attention_line(list(map(judged, figures)), "zh") == zh
    assert attention_line(list(map(judged, figures)), "en") == en


def test_standards_stand_vague_beside_specific() -> None:
    html = str(lists.standard_html(made.STANDARDS.rows[0], "zh"))
    assert "快速接听电话" in html
    assert "在铃响三声之内接听电话" in html
    assert "目标 95.0%，标准原文 100 %" in html
    assert "95% 区间 91.0%–95.0%" in html


def test_indicators_are_ordered_by_what_needs_attention() -> None:
    rows = list(map(judged, [made.EMPTY, made.MET, made.FREE, made.SMALL, made.MISSED]))
    html = str(lists.indicators_html(rows, "en"))
    assert texts(html, "p")[:5] == [
        "Clearly missed · 1",
        "Cannot tell yet · 1",
        "Met · 1",
        "No target set · 1",
        "No data · 1",
    ]


def test_every_figure_is_in_the_line_on_top() -> None:
    line = attention_line(list(map(judged, [made.MISSED, made.MET, made.NEAR, made.FREE, made.EMPTY])), "en")
    assert line == "1 of 5 clearly missed, 1 met, 1 cannot be judged yet, 1 without a target, 1 without data"


def test_service_items_without_tickets_stand_in_a_table_of_their_limits() -> None:
    rows = [item for item in made.STANDARDS.items if item.item.resolution_s][:2]
    idle = replace(
        rows[1], response=judged(made.EMPTY), resolution=None, response_pending=0, resolution_pending=0
    )
    html = str(lists.items_html((rows[0], idle), "zh"))
    used, quiet = html.split('<div class="kpi-idle">')
    assert idle.item.name["zh"] not in used
    assert quiet.count("<tr>") == 2
    limits = (("item", idle.item.name["zh"]), ("response_limit", "2 小时"))
    assert "".join(f'<td class="col-{key}">{text}</td>' for key, text in limits) in quiet
    assert "2 件仍在时限内" in html


def test_a_loaded_rating_that_does_not_count_is_said_and_so_is_one_that_is_replaced() -> None:
    cells = {name: Cell() for name in ("score", "example", "example_on")}
    (at,) = [n for n, one in enumerate(made.APPRAISAL.scores) if one.parameter.key == "attitude"]

    def shown(rating: Rating) -> str:
        scores = list(made.APPRAISAL.scores)
        scores[at] = replace(scores[at], rating=rating)
        html = str(appraisal_form.appraisal_html(replace(made.APPRAISAL, scores=tuple(scores)), "en"))
        return html.split('data-row="attitude"')[1].split("</tr>", maxsplit=1)[0]

    assert "Not rated yet" in shown(Rating(cells=cells))
    lacking = shown(Rating(uncounted=2, cells=cells))
    assert "2 loaded without the dated example" in lacking
    assert "Not rated yet" not in lacking
    assert "replaces the loaded mean 4.3" in shown(Rating(3.0, typed=True, loaded=4.25, cells=cells))
    assert "0 points at 2.5, 100 at 4.2" in lacking


def test_english_forms_have_no_chinese_outside_data() -> None:
    html = str(goal_form.goals_html(made.GOALS, CAUSES, "en")) + str(
        appraisal_form.appraisal_html(made.APPRAISAL, "en")
    )
    html += str(lists.items_html(made.STANDARDS.items, "en")) + str(lists.people_html([made.APPRAISAL], "en"))
    html += "".join(
        str(lists.standard_html(row, "en")) + lists.trend_alt(row, "en") for row in made.STANDARDS.rows
    )
    for datum in (made.HEADING.subject.name, made.HEADING.organisation):
        html = html.replace(datum, "")
    assert CHINESE.findall(html) == []


@pytest.mark.parametrize("standing", get_args(Standing))
def test_the_look_of_a_verdict_is_no_name_of_a_place(standing: str) -> None:
    """A chip is called like its verdict: a rule that hides or lays out that name would hide the verdict."""
    assets = Path(goal_form.__file__).parents[1] / "assets"
    text = "".join(path.read_text("utf-8") for path in assets.glob("*.css"))
    rules = re.findall(rf"\.kpi-{standing}(?![\w-])[^{{]*{{([^}}]*)}}", text)
    assert not [rule for rule in rules if re.search(r"visibility|display|position", rule)]


def test_a_tile_says_what_its_figure_lacks() -> None:
    half = replace(made.MISSED, coverage=0.5)
    same = Comparison(half, None)
    report = MonthlyReport(
        made.HEADING, parse_month("2026-09"), parse_month("2025-10"), (), Headcount(1, 1, 1, (1,)),
        ("2026-09", "2026-10"), (), (), (), 0,
    )  # fmt: skip
    tile = Tile(half, judged(half).verdict, same, same, (half, half))
    screen = Glance(report, (tile,), (half.indicator,), (), Waiting(1, 1, 0, 0, 0, month_closed=False))
    html = str(glance_html(screen, lambda page, subject: "/", "en"))
    assert "50.0% of the rows usable" in html
    assert "Clearly missed" not in html
