"""Sheets written out by hand: awkward names, rare characters, long text, and figures that are missing."""

from __future__ import annotations

from datetime import date, datetime

from dashboard.words.column import heading as heading_of
from dashboard.words.columns import columns
from dashboard.words.form_labels import Sheet, kind_of
from kpi.analysis.real_gaps import judge, judged
from kpi.catalog.definitions import Indicator, Parameter, Scheme, ServiceItem, Standard
from kpi.figures.figure import Figure, Heading
from kpi.scope import Subject, parse_month
from kpi.sheets.values import (
    AppraisalSheet,
    Cell,
    GoalRow,
    GoalSheet,
    ItemRow,
    ParameterScore,
    Rating,
    StandardRow,
    StandardsSheet,
)

NASTY = '=HYPERLINK("x")<script>'
LONG = "高峰时段坐席不足,排队时间变长;" * 12 + "https://example.invalid/" + "a" * 60
UNPRINTABLE = "😀"
MONTHS = ("2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10")


def indicator(key: str, zh: str, en: str, *, kind="proportion", unit="share", better="higher") -> Indicator:
    return Indicator(
        key=key, name={"zh": zh, "en": en}, definition={}, exclusions={}, reference="", relation="calls",
        kind=kind, unit=unit, better=better, base="true", hit=None, x=None, y=None, per=None, per_base=None,
        should="true", levels=("person", "unit"), material=0.01, min_base=10, look_back_days=0, limits={},
        needs=("calls",),
    )  # fmt: skip


def figure(of: Indicator, numerator, denominator, value, low, high, target, base=None) -> Figure:
    return Figure(
        of, numerator, denominator, base if base is not None else int(denominator or 0), value, low, high,
        target, "default" if target is not None else None, 1.0, 31, 31,
    )  # fmt: skip


RINGS = indicator("answered_in_3_rings", "三声内接听率", "Answered within 3 rings")
LEVEL = indicator("service_level", "服务水平(20 秒内接通)", "Service level (20 s)")
SPEED = indicator(
    "speed_of_answer", "平均应答速度", "Speed of answer", kind="mean", unit="seconds", better="lower"
)
RATE = indicator(
    "responsible_complaints_per_1000", "有责投诉率", "Complaints per 1,000 contacts, staff responsible",
    kind="rate", unit="per_1000", better="lower",
)  # fmt: skip
COUNT = indicator("handled", "接听量", "Calls answered", kind="count", unit="count")
REPLY = indicator("reply_24h", "24小时回复率", "Reply within 24 hours")
CSAT = indicator("csat", "客户满意率", "Customer satisfaction")

FIGURES = (
    figure(RINGS, 1872, 2013, 1872 / 2013, 0.9178, 0.9404, 0.95),
    figure(LEVEL, 16402, 30013, 16402 / 30013, 0.5409, 0.5521, 0.8),
    figure(SPEED, 33215.5, 2013, 16.5, 15.91, 17.09, 20.0),
    figure(RATE, 2, 2013, 2 / 2.013, 0.1203, 3.5891, None),
    figure(COUNT, 2013, None, 2013.0, None, None, None, base=2013),
    figure(REPLY, None, None, None, None, None, 0.95),
    figure(CSAT, 7, 8, 0.875, 0.5291, 0.9776, 0.9),
    figure(FATAL := indicator("fatal_free", "无致命差错率", "Free of fatal errors"),
           24999, 25000, 0.99996, 0.99977, 0.99999, 0.99),
)  # fmt: skip


def person(number: str = "1002", name: str = "测试员工02") -> Subject:
    return Subject("person", number, number.lstrip("0"), name)


def heading(subject: Subject, organisation: str = "示例客户服务中心") -> Heading:
    return Heading(parse_month("2026-10"), subject, organisation, datetime(2026, 11, 1), "20261101-1")


def goal_sheet(subject: Subject | None = None, *, empty: bool = False) -> GoalSheet:
    typed = {
        "answered_in_3_rings": (LONG, "0.95", '1. 早会强调三声内接听\n2. 高峰加派 2 人 #panic("x") $x$'),
        "service_level": (NASTY, "70%", "@调整班表"),
        "csat": ("", "看情况", "+主动邀评"),
        "reply_24h": (f"rare 㛃䶮 {UNPRINTABLE}", "", ""),
    }
    rows = []
    for of in FIGURES:
        cause, agreed, measures = typed.get(of.indicator.key, ("", "", ""))
        rows.append(GoalRow(of, judge(of), Cell(cause, 1), Cell(agreed, 1), Cell(measures, 1)))
    if empty:
        of = figure(RINGS, None, None, None, None, None, None)
        rows = [GoalRow(of, judge(of), Cell(), Cell(), Cell())]
    return GoalSheet(heading(subject or person()), Cell("" if empty else "2026-11-03", 1), tuple(rows))


PARAMETERS = (
    ("complaint_rate", "客户投诉率", "Complaint rate", 20, "responsible_complaints_per_1000", 5.0, 0.5, 200),
    ("expertise", "专业素质", "Expertise", 20, "qa_information", 0.7, 0.9, 4),
    ("communication", "沟通技巧", "Communication", 20, "qa_communication", 0.75, 0.92, 4),
    ("team_spirit", "团队精神", "Team spirit", 10, "rating", 2.5, 4.2, 3),
    ("following", "服从领导", "Following instructions", 10, "rating", 2.5, 4.2, 1),
    ("attitude", "工作态度", "Attitude", 10, "rating", 2.5, 4.2, 1),
    ("attendance", "出勤率", "Attendance", 10, "attendance", 0.9, 0.98, 10),
)


def appraisal_sheet(subject: Subject | None = None, *, rated: bool = True) -> AppraisalSheet:
    """Two of the seven are not rated: 70 of the 100 weights carry the total; or none is."""
    measured = {
        "complaint_rate": (figure(RATE, 2, 1000, 2.0, 0.24, 7.22, None), 2.0, 1000, 66.66666666666667),
        "expertise": (figure(indicator("qa_information", "信息传递得分率", "Information score", kind="points"),
                             51.0, 60.0, 0.85, 0.8, 0.9, None, base=6), 0.85, 6, 75.0),
        "communication": (figure(indicator("qa_communication", "沟通得分率", "Communication score", kind="points"),
                                 27.0, 30.0, 0.9, None, None, None, base=3), 0.9, 3, None),
        "attendance": (figure(indicator("attendance", "出勤率", "Attendance", kind="points"),
                              9600.0, 9700.0, 9600 / 9700, 0.98, 1.0, 0.98, base=21), 9600 / 9700, 21, 100.0),
    }  # fmt: skip
    ratings = {
        "team_spirit": None,
        "following": Rating(4.0),
        "attitude": Rating(5.0, NASTY, date(2026, 10, 12)),
    }
    scores = []
    for key, zh, en, weight, evidence, floor, target, needed in PARAMETERS:
        parameter = Parameter(key, {"zh": zh, "en": en}, weight, evidence, floor, target, needed, {})
        of, raw, base, score = measured.get(key, (None, None, 0, None))
        rating = ratings.get(key)
        if rating is not None:
            raw, base, score = rating.score, 1, min(100.0, 100 * (rating.score - 2.5) / 1.7)
        if not rated:
            raw, base, score, rating = None, 0, None, None
        status = "insufficient" if score is None else "rated"
        scores.append(ParameterScore(parameter, raw, base, needed, score, status, of, rating))
    total = (20 * 66.66666666666667 + 20 * 75.0 + 10 * (150 / 1.7) + 10 * 100 + 10 * 100.0) / 70
    return AppraisalSheet(
        heading(subject or person()), tuple(scores), 0.7 if rated else 0.0, total if rated else None,
        "B" if rated else None, SCHEME,
    )  # fmt: skip


SCHEME = Scheme(
    0.6, (("A", 90), ("B", 80), ("C", 70), ("D", 60), ("E", 0)), (1, 2, 5), 0.7,
    {"zh": "公司考核办法。", "en": "Company policy."},
)  # fmt: skip

STANDARDS = (
    (1, "快速接听电话", "Answer quickly", "在铃响三声之内接听电话", "Answer within three rings", FIGURES[0]),
    (2, "及时回复用户电话", "Reply in time", "在24小时之内回复所有用户电话", "Reply to every caller within 24 hours",
     FIGURES[5]),
    (3, "工作时衣着得体", "Dress properly", "整个工作时间内穿厂服(包括帽子、领带)", "Wear the uniform, hat and tie included",
     FIGURES[6]),
)  # fmt: skip


def standards_sheet(subject: Subject | None = None) -> StandardsSheet:
    rows = []
    for number, vague, vague_en, specific, specific_en, of in STANDARDS:
        standard = Standard(
            f"s{number}", number, {"zh": vague, "en": vague_en}, {"zh": specific, "en": specific_en},
            of.indicator.key, "100 %", "S0",
        )  # fmt: skip
        trend = tuple(
            figure(of.indicator, 90 + step, 100, 0.9 + step / 100, 0.85, 0.97, 0.95)
            if step != 2
            else figure(of.indicator, None, None, None, None, None, 0.95)
            for step in range(len(MONTHS))
        )
        rows.append(StandardRow(of, judge(of), standard, trend, MONTHS))
    reset = ServiceItem(
        "reset", {"zh": "账号", "en": "Accounts"}, {"zh": "密码重置", "en": "Password reset"}, 600, 7200
    )
    advice = ServiceItem(
        "advice", {"zh": "咨询", "en": "Advice"}, {"zh": "业务咨询", "en": "Advice"}, 5400, None
    )
    response = indicator("response_in_limit", "按时响应率", "Responded in time")
    items = (
        ItemRow(
            reset,
            judged(figure(response, 46, 50, 0.92, 0.8116, 0.9685, 0.95)),
            judged(figure(response, 40, 48, 40 / 48, 0.7042, 0.9130, 0.9)),
            3,
            5,
        ),
        ItemRow(advice, judged(figure(response, None, None, None, None, None, 0.95)), None, 0, 0),
    )
    return StandardsSheet(heading(subject or Subject("team", "一组", "一组", "一组")), tuple(rows), items)


def headings(sheet: Sheet, place: str, lang: str) -> tuple[str, ...]:
    """The headings of a form's columns where a renderer shows them."""
    period = sheet.heading.period
    return tuple(heading_of(column, period, lang) for column in columns(kind_of(sheet), place))
