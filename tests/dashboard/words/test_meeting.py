"""What a meeting shows and prints: dots without names, a drafted record, contributions in words."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO

import pypdf
import pytest

from dashboard.export.interview_record import interview_bytes
from dashboard.export.pdf import goals
from dashboard.markup.dots import dots_html
from dashboard.markup.goals import goals_html
from dashboard.markup.interview import interview_fields, interview_html
from dashboard.words.gaps import before_lines, cause_sentence, part_names, reversal_text, split_rows
from dashboard.words.goal_sheet import signal_text
from dashboard.words.interview import agreed_measures, draft
from kpi.analysis.contributions import Explanation, Part, Split
from kpi.analysis.real_gaps import Verdict, judged
from kpi.catalog.load import load_catalog
from kpi.scope import parse_month
from kpi.sheets.goals import RECORD
from kpi.sheets.values import Cell
from tests.dashboard import hand_made as made

CATALOG = load_catalog(None)
PARTS = (
    Part("故障报修", -0.02, -0.03, 100, 200, 0.70, 0.60),
    Part(None, 0.0, 0.01, 50, 40, None, 0.9),
)
SPLIT = Split("queue", -0.02, -0.02, 0.0, 0.5, False, PARTS)
EXPLAINED = Explanation(
    CATALOG.indicators["service_level"],
    "change",
    0.8,
    0.74,
    -0.06,
    parse_month("2026-09"),
    0.78,
    -0.03,
    0.01,
    (SPLIT,),
)


def name(dimension: str, key: str | None, lang: str = "zh") -> str:
    return part_names(CATALOG, {"1001": "样例<b>"}, lang)(dimension, key)


def test_dots_carry_no_name_and_stand_by_value_against_the_target() -> None:
    people = [
        replace(made.MISSED, value=value, base=base) for value, base in ((0.7, 50), (0.95, 60), (0.8, 3))
    ]
    html = str(dots_html([judged(one) for one in people], "zh"))
    places = [float(x) for x in re.findall(r'cx="([\d.]+)"', html)]
    assert places == sorted(places)
    assert html.count("<circle") == 3
    assert html.count('class="kpi-few"') == 1, "under the minimum base a dot is hollow"
    (target,) = set(re.findall(r'x1="([\d.]+)"', html))
    assert places[1] < float(target) < places[2]
    assert "样例员工" not in html
    assert "70.0% 至 95.0%，3 人" in html
    assert html.count('class="kpi-missed"') == 1
    assert "明显未达标" in html, "in words too, not in colour alone"


def test_where_targets_differ_there_is_no_line_that_says_otherwise() -> None:
    people = [judged(replace(made.MISSED, target=target)) for target in (0.9, 0.7)]
    html = str(dots_html(people, "zh"))
    assert "kpi-target" not in html
    assert "目标各不相同" in html


def test_parts_are_named_in_words() -> None:
    assert name("method", "recording") == "录音抽查"
    assert name("method", "recording", "en") == "recording"
    assert [name("weekday", "1"), name("weekday", "7")] == ["周一", "周日"]
    assert name("hour_band", "10–12", "en") == "10–12 h"
    assert [name("agent", "1001"), name("queue", "账单")] == ["样例<b>", "账单"]
    assert name("item", CATALOG.items[0].key) == CATALOG.items[0].name["zh"]


def test_without_values_there_are_no_dots() -> None:
    assert dots_html([judged(made.EMPTY)], "zh") is None


def test_the_record_is_drafted_from_real_misses_and_beats_only() -> None:
    sheet = replace(
        made.GOALS,
        rows=(
            made.GOALS.rows[0],
            replace(made.GOALS.rows[1], verdict=Verdict("met", beat=True)),
            *made.GOALS.rows[2:],
        ),
    )
    text = draft(sheet, "zh")
    assert text.splitlines()[0] == "明显未达标："
    assert "客户满意度：目标 90.0%，实际 81.2%（1,624 / 2,000），比目标低 8.8 个百分点，明显未达标。" in text
    assert "原因：新系统上线" in text
    assert text.splitlines()[-1].startswith("转接率")
    assert "QA 得分率" not in text
    assert draft(replace(sheet, rows=sheet.rows[2:]), "zh") == "没有明显未达标的指标。"


def test_a_gap_that_only_the_control_chart_makes_real_says_so() -> None:
    row = made.GOALS.rows[0]
    inside = replace(row, verdict=Verdict("missed", by_chart=True))
    assert signal_text(row, "en") == ""
    assert signal_text(inside, "en") == "Unlike the months before (control chart)"
    sheet = replace(made.GOALS, rows=(inside,))
    assert "control chart" in draft(sheet, "en")
    assert "control chart" in str(goals_html(sheet, (), "en"))
    cells = goals(sheet, "en")["rows"][0]["cells"]
    assert signal_text(inside, "en") in [piece["text"] for cell in cells for (piece,) in cell["lines"]]


def test_the_record_has_its_fields_and_is_printed_with_them() -> None:
    typed = {field: Cell(f"<{field}> 内容", 2) for field in RECORD}
    rows = (
        replace(made.GOALS.rows[0], measures=Cell("每周旁听两通"), owner=Cell("甲")),
        *made.GOALS.rows[1:],
    )
    sheet = replace(made.GOALS, record=typed, rows=rows)
    assert interview_fields(sheet)[".statement"] == {"value": "<statement> 内容", "version": 2}
    assert sorted(re.findall(r'data-field="([^"]+)"', str(interview_html(sheet, "zh")))) == sorted(
        interview_fields(sheet)
    )
    agreed = str(interview_html(replace(sheet, state="agreed"), "zh"))
    assert "data-field" not in agreed
    assert "&lt;statement&gt; 内容" in agreed
    page = (
        pypdf.PdfReader(BytesIO(interview_bytes(sheet, "zh"))).pages[0].extract_text().replace("\u200b", "")
    )
    assert agreed_measures(sheet, "zh").splitlines()[0] == "客户满意度：每周旁听两通（甲）"
    assert agreed_measures(replace(sheet, rows=()), "zh") == ""
    for said in (
        agreed_measures(sheet, "zh")[:10],
        "面谈记录",
        "本人陈述",
        "<statement> 内容",
        "<place> 内容",
        "本人签字",
        "样例员工01",
    ):
        assert said in page


def test_contributions_stand_in_a_table_with_the_rest_in_one_row() -> None:
    many = replace(SPLIT, parts=tuple(replace(PARTS[0], key=str(n), rate=0.01, mix=0.0) for n in range(8)))
    months = ("九月", "十月")
    headings, rows, named = split_rows(many, "share", name, "zh", months=months)
    assert (headings[0], headings[4:6]) == ("部分", months)
    assert len(rows) == 7
    assert rows[-1][:2] == ("其他 2 项", "+2.0 个百分点")
    assert [part.key for part in named] == [str(n) for n in range(6)]
    assert split_rows(SPLIT, "share", name, "zh", months=months)[1][1] == (
        *("不详", "+1.0 个百分点", "0.0 个百分点", "+1.0 个百分点", "–", "90.0%", "40"),
    )


def test_parts_of_few_rows_are_among_the_rest_and_no_cause() -> None:
    few = Part(None, 0.0, -0.05, 12, 15, 0.8, 0.5, ("a", "b", None))
    split = replace(SPLIT, parts=(*PARTS, few))
    _, rows, named = split_rows(split, "share", name, "zh", months=("九月", "十月"))
    assert [row[:2] for row in rows][1:] == [("不详", "+1.0 个百分点"), ("其他 3 项", "−5.0 个百分点")]
    assert named == list(PARTS)
    said = cause_sentence(EXPLAINED, split, "队列", name, "zh")
    assert said == cause_sentence(EXPLAINED, SPLIT, "队列", name, "zh")


def test_the_draft_names_only_what_made_the_gap_wider() -> None:
    fresh = replace(EXPLAINED, already=0.0)
    drafted = "按队列：故障报修（−3.0 个百分点），来电构成影响 −2.0 个百分点"
    assert cause_sentence(fresh, SPLIT, "队列", name, "zh") == drafted
    old = "; already there in September 2026: −3.0 percentage points"
    assert cause_sentence(EXPLAINED, SPLIT, "queue", name, "en").endswith(old)
    good = replace(SPLIT, mix=0.02, parts=(replace(PARTS[0], rate=0.03),))
    assert cause_sentence(EXPLAINED, good, "队列", name, "zh") == ""


def test_what_was_there_before_stands_apart() -> None:
    assert [amount for _, amount in before_lines(EXPLAINED, "zh")] == [
        *("−6.0 个百分点", "−3.0 个百分点", "+1.0 个百分点", "−4.0 个百分点")
    ]


@pytest.mark.parametrize(
    ("value", "said"), [(0.74, "每个队列都变好了，合计却变差"), (0.9, "每个队列都变差了，合计却变好")]
)
def test_a_reversal_is_one_sentence(value: float, said: str) -> None:
    reversed_split = replace(SPLIT, reversal=True)
    assert said in reversal_text(replace(EXPLAINED, value=value), reversed_split, "队列", "zh")
    assert reversal_text(EXPLAINED, SPLIT, "队列", "zh") == ""
