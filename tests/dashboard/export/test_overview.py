"""The overview of a month read back: one page A4 with every figure, change, cause and measure; a picture of it."""

from __future__ import annotations

import io
import re
import struct
from dataclasses import replace
from datetime import datetime

import pypdf
import pytest

from dashboard.export.overview import overview_bytes
from dashboard.words.numbers import base_text, gap_text, interval_text, value_text
from dashboard.words.translate import words
from dashboard.words.verdicts import judgement_text
from kpi.analysis.attention import News, Volume
from kpi.analysis.changes import Change
from kpi.analysis.looks import Look
from kpi.analysis.real_gaps import judge
from kpi.figures.figure import Figure, Heading
from kpi.scope import Subject, parse_month
from kpi.sheets.values import (
    Cell,
    Comparison,
    Contribution,
    Headcount,
    Measure,
    MonthlyReport,
    ReportRow,
    Trouble,
)
from tests.dashboard.export.reading import pages, squeezed
from tests.dashboard.hand_made import CATALOG, EMPTY, HEADING, MET, MISSED, NEAR, SMALL, figure

A4_MM = (210, 297)
LONG = "高峰时段坐席不足,排队时间变长;" * 40
COUNT = figure("complaints", 17, numerator=17, denominator=None, base=17)
MISS = News(MISSED, judge(MISSED), weight=4.4)
RATE = figure("complaints_per_1000", 1.894, numerator=17, denominator=8971, base=8971, low=1.104, high=3.034)


@pytest.fixture(params=["zh", "en"])
def lang(request: pytest.FixtureRequest) -> str:
    return request.param


def _row(of: Figure, month: Change | None = None, year: Change | None = None) -> ReportRow:
    nothing = replace(of, value=None, numerator=None, base=0)
    trend = (*[nothing] * 5, *[of] * 7)
    return ReportRow(
        of,
        judge(of),
        Comparison(of if month else nothing, month),
        Comparison(of if year else nothing, year),
        trend,
    )


def _sheet(**fields: object) -> MonthlyReport:
    plain = MonthlyReport(
        heading=replace(HEADING, subject=Subject()),
        before=parse_month("2026-09"),
        year_before=parse_month("2025-10"),
        rows=(
            _row(MISSED, Change(-0.0234, -0.0456, -0.0012, clear=True), Change(0.031, -0.011, 0.072)),
            _row(MET, Change(-0.021, -0.032, -0.011, clear=True)),
            _row(SMALL),
            _row(COUNT, Change(-3)),
            _row(RATE, Change(0.256, -1.381, 1.914)),
            _row(EMPTY),
        ),
        headcount=Headcount(40, 38, None, (None,) * 10 + (38, 40)),
        months=tuple(f"2026-{month:02}" for month in range(1, 13)),
        troubles=(
            Trouble(
                MISS,
                MISSED.gap,
                CATALOG.dimensions["queue"],
                (
                    Contribution("part", -0.0613, {"zh": "故障报修", "en": "Faults"}),
                    Contribution("already", -0.0402),
                    Contribution("mix", -0.0205),
                    Contribution("rest", 0.034),
                ),
            ),
        ),
        news=(MISS,),
        measures=((CATALOG.indicators["csat"], Measure("csat", "2026-10", Cell("每周复盘低分录音", 1),
                                                      Cell("样例员工01", 1), Cell("2026-11-30", 1))),),
        all_measures=1,
    )  # fmt: skip
    return replace(plain, **fields)


def _text(sheet: MonthlyReport, lang: str) -> str:
    (page,) = pages(overview_bytes(sheet, lang))
    return page


def _check_holds(text: str, *expected: str) -> None:
    for part in expected:
        assert squeezed(part) in text, part


def test_every_figure_stands_there_with_what_it_rests_on(lang: str) -> None:
    sheet, t = _sheet(), words(lang)
    text = _text(sheet, lang)
    for row in sheet.rows:
        of, unit = row.figure, row.figure.indicator.unit
        _check_holds(text, of.indicator.name[lang], value_text(of.value, unit, lang), interval_text(of, lang))
        if of.value is not None and of.indicator.kind != "count":
            _check_holds(text, base_text(of, lang))
        if of.gap is not None:
            _check_holds(text, gap_text(of, lang), judgement_text(row, lang))
    _check_holds(text, "示例热线", t("Everyone"), t("No target set"), "40", "+2", "31")
    assert not re.search(r"(?<![\d.])0(\.0)?%", text)
    # One figure, and six months to compare with; the Chinese line on top says it in the same words.
    assert text.count(squeezed(t("No data"))) == 7 + (lang == "zh")


def test_changes_say_their_interval_and_only_clear_ones_are_better_or_worse(lang: str) -> None:
    text, t = _text(_sheet(), lang), words(lang)
    _check_holds(text, "−2.3", t("{low} to {high}").format(low="−4.6", high="−0.1"), t("clearly worse"))
    _check_holds(text, "+3.1", t("{low} to {high}").format(low="−1.1", high="+7.2"), t("no clear change"))
    _check_holds(text, "−2.1", t("clearly better"))  # fewer transfers
    _check_holds(text, "+0.26", t("{low} to {high}").format(low="−1.38", high="+1.91"))
    found = [text.count(squeezed(t(word))) for word in ("clearly worse", "clearly better", "no clear change")]
    assert found == [1, 1, 2]


def test_a_count_of_months_that_lack_days_is_not_compared(lang: str) -> None:
    row = replace(_row(COUNT), month=Comparison(COUNT, None))
    _check_holds(_text(_sheet(rows=(row,)), lang), words(lang)("Not comparable: days are missing"))


def test_a_problem_has_its_cause_in_one_sentence(lang: str) -> None:
    text, t = _text(_sheet(), lang), words(lang)
    _check_holds(text, CATALOG.indicators["csat"].name[lang], gap_text(MISSED, lang))
    name = {"zh": "故障报修", "en": "Faults"}[lang]
    first = t("{name} ({amount})").format(
        name=name, amount=t("{change} percentage points").format(change="−6.1")
    )
    _check_holds(text, first, t("the gap of the month before"), "−4.0", t("a changed mix"), "−2.1", "+3.4")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"news": (MISS,)}, "1: more than chance, and more than the tolerance"),
        ({"news": (MISS,) * 5}, "the 3 largest of 5"),
        ({"troubles": (), "news": ()}, "No figure misses its target clearly"),
        ({"troubles": (), "news": (), "rows": (_row(SMALL), _row(EMPTY))}, "No figure can be judged"),
        ({"measures": (), "all_measures": 0}, "None has been written down on the goal sheet"),
        ({"all_measures": 4}, "1 of 4 on the goal sheet"),
    ],
)
def test_fewer_or_more_than_three_are_said(fields: dict, said: str) -> None:
    _check_holds(_text(_sheet(**fields), "en"), said)


def test_what_cannot_be_told_apart_has_no_invented_cause() -> None:
    miss = Trouble(MISS, MISSED.gap, None, (Contribution("rest", -0.088),))
    _check_holds(_text(_sheet(troubles=(miss,)), "en"), "What it comes from cannot be told from the data.")
    miss = Trouble(MISS, MISSED.gap, None, (Contribution("already", -0.088),))
    expected = "Mainly the gap of the month before (−8.8 percentage points)."
    _check_holds(_text(_sheet(troubles=(miss,)), "en"), expected)
    friday = Contribution("part", -0.088, {"zh": "5", "en": "5"})
    miss = Trouble(MISS, MISSED.gap, CATALOG.dimensions["weekday"], (friday,))
    _check_holds(_text(_sheet(troubles=(miss,)), "en"), "Weekday: mainly Fri (−8.8 percentage points).")
    miss = Trouble(MISS, MISSED.gap, CATALOG.dimensions["reason"], (Contribution("part", -0.088),))
    _check_holds(_text(_sheet(troubles=(miss,)), "en"), "mainly not stated (−8.8 percentage points).")


def test_what_got_worse_is_said_as_a_count_beside_its_volume() -> None:
    before = replace(RATE, numerator=4, denominator=8463, value=0.473)
    news = News(
        RATE, judge(RATE), weight=2.8, look=Look("month", 1.421, 0.001), month=before,
        counted=CATALOG.indicators["complaints"], volume=Volume("contacts", 0.06),
    )  # fmt: skip
    worse = Trouble(news, 1.421, None, (Contribution("mix", 1.421),))
    text = _text(_sheet(troubles=(worse,), news=(news,)), "en")
    said = "17, the month before 4; calls +6%."
    _check_holds(
        text, f"Complaints {said} 1 of 6", f"Complaints {said} Mainly a changed mix (+1.42 per 1,000)."
    )


def test_measures_carry_owner_and_date(lang: str) -> None:
    text = _text(_sheet(), lang)
    due = {"zh": "2026年11月30日", "en": "30 November 2026"}[lang]
    _check_holds(text, "每周复盘低分录音", "样例员工01", due)


def test_the_foot_says_how_far_the_data_go_what_lacks_and_what_was_corrected() -> None:
    partial = replace(MISSED, share_of_days=0.8, corrections=(2, 5), value_without=0.8)
    text = _text(_sheet(rows=(_row(partial), _row(NEAR))), "en")
    _check_holds(text, "Data up to 31 October 2026", "Corrections that apply: 2 (no. 2, 5).")
    _check_holds(text, "Incomplete data.", "partial, 80% of days", "62.0% of the rows usable")


def _crowded() -> MonthlyReport:
    """Ten rows of ten digits, long names and texts, and everything that can stand beside a figure."""

    def row(of: Figure) -> ReportRow:
        of = replace(
            of, numerator=1234567890, denominator=9876543210, base=9876543210, corrections=(1, 2, 3),
            value_without=of.value, share_of_days=0.8, coverage=0.5,
        )  # fmt: skip
        worse = Change(-0.123, -0.456, -0.101, clear=True)
        return _row(of, worse, worse)

    millions = replace(COUNT, value=1234567890)
    rows = (
        *map(row, [MISSED] * 6 + [NEAR, RATE, RATE]),
        _row(millions, Change(-1234567890), Change(1234567890)),
    )
    words_of = {"zh": LONG, "en": "a very long name " * 20}
    miss = Trouble(
        MISS, MISSED.gap, CATALOG.dimensions["queue"], (Contribution("part", -0.06, words_of),) * 3
    )
    measure = Measure("csat", "2026-10", Cell(LONG, 1), Cell(LONG, 1), Cell(LONG, 1))
    return _sheet(
        heading=Heading(parse_month("2026-10"), Subject("team", LONG, LONG, LONG), LONG, datetime(2026, 11, 1), "1"),
        rows=rows, troubles=(miss,) * 3, news=(MISS,) * 7,
        measures=((CATALOG.indicators["complaints_per_1000"], measure),) * 3, all_measures=9,
    )  # fmt: skip


@pytest.mark.parametrize("sheet", [_sheet(), _crowded()], ids=["usual", "crowded"])
def test_it_is_one_page_of_a4_whatever_stands_on_it(sheet: MonthlyReport, lang: str) -> None:
    read = pypdf.PdfReader(io.BytesIO(overview_bytes(sheet, lang)))
    (page,) = read.pages
    box = page.mediabox
    assert (round(float(box.width) * 25.4 / 72), round(float(box.height) * 25.4 / 72)) == A4_MM
    heights = []
    page.extract_text(
        visitor_text=lambda text, outer, inner, *_: (
            heights.append(inner[5] * outer[3] + outer[5]) if text.strip() else None
        )
    )
    printers_edge = 5 * 72 / 25.4
    assert printers_edge < min(heights) < max(heights) < float(box.height) - printers_edge


def test_ten_digits_are_whole() -> None:
    text = _text(_crowded(), "en")
    _check_holds(text, "1,234,567,890 / 9,876,543,210", "−1,234,567,890", "+1,234,567,890")


def test_typed_text_is_inert_and_missing_glyphs_are_said() -> None:
    nasty = '#panic("x") $x$ <script> 😀'
    measure = Measure("csat", "2026-10", Cell(nasty, 1))
    text = _text(_sheet(measures=((CATALOG.indicators["csat"], measure),)), "en")
    _check_holds(text, '#panic("x") $x$ <script>', "U+1F600")


def test_the_picture_is_one_page_wide_enough_for_a_slide(lang: str) -> None:
    picture = overview_bytes(_crowded(), lang, "png")
    assert picture.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", picture[16:24])
    assert width >= 1600
    assert height / width == pytest.approx(297 / 210, rel=0.001)
