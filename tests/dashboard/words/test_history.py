"""The history of a figure drawn and in words; what to talk about; a funnel that names nobody."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import vl_convert

from dashboard.charts.funnel import funnel_chart
from dashboard.charts.history import history_chart
from dashboard.markup.meeting_topics import talk_html, talk_line
from dashboard.words.history import changes_text, history_alt, limits_text, said_rows
from kpi.analysis.attention import News, Volume
from kpi.analysis.changes import Change
from kpi.analysis.looks import Look
from kpi.analysis.real_gaps import Judged, Limits, Signal, Verdict, judge, judged
from kpi.analysis.team_funnel import Band, Dot, Funnel, public
from kpi.figures.targets import Target
from kpi.scope import Subject
from kpi.sheets.history import History, Point, Said
from kpi.sheets.meeting_topics import Apart, Promise, Talk, Topic
from kpi.sheets.values import Cell, Measure
from tests.dashboard import hand_made as made

YEAR = tuple(f"{2025 + (9 + n) // 12}-{(9 + n) % 12 + 1:02d}" for n in range(13))
CSAT = made.CATALOG.indicators["csat"]
CAUSE = made.CATALOG.causes[0]


def year(*values: float | None, **fields: object) -> History:
    """Thirteen months up to October 2026, without limits."""
    points = tuple(
        Point(month, made.figure("csat", value), None, Target(0.9, "default"))
        for month, value in zip(YEAR, values, strict=True)
    )
    plain = History(CSAT, points, 12, None, None, None, None, ())
    return replace(plain, **fields)


LIMITS = Limits("xmr", 0.85, (0.79,) * 13, (0.91,) * 13)
LOW = Signal("beyond", above=False, centre=0.85, low=0.79, high=0.91, months=12)
QUIET = year(*[0.85] * 13)
LOUD = year(*[0.85] * 12, 0.7, limits=LIMITS, signal=LOW)
MEASURE = Measure("csat", "2026-09", text=Cell("<b>旁听</b>"), owner=Cell("王组长"), due=Cell("2026-11-20"))


def layers(history: History, lang: str = "en") -> tuple[list[dict], list[dict]]:
    spec = history_chart(history, lang).to_dict()
    (rows,) = spec["datasets"].values()
    return spec["layer"], rows


def test_a_history_is_drawn_with_target_limits_and_signals() -> None:
    drawn, rows = layers(LOUD)
    marks = [layer["mark"] for layer in drawn]
    assert [mark["type"] for mark in marks] == ["area", "line", "line", "point"]
    assert marks[1]["interpolate"] == "step"
    assert (rows[-1]["low"], rows[-1]["high"], rows[-1]["signal"]) == (79, 91, "Signal, low")
    assert {row["signal"] for row in rows[:-1]} == {""}
    assert [layer["mark"]["type"] for layer in layers(QUIET)[0]] == ["line", "line"]


def test_a_value_that_was_agreed_as_another_is_a_diamond() -> None:
    points = (*QUIET.points[:-1], replace(QUIET.points[-1], agreed=made.figure("csat", 0.8)))
    drawn, rows = layers(replace(QUIET, points=points))
    assert drawn[-1]["mark"]["shape"] == "diamond"
    assert [row["agreed"] for row in rows] == [None] * 12 + [80]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_history_with_gaps_can_be_drawn(lang: str) -> None:
    gaps = year(None, *[0.85] * 11, None, limits=replace(LIMITS, low=(None, *LIMITS.low[1:])))
    assert "10月" in vl_convert.vegalite_to_svg(history_chart(gaps, "zh").to_dict())
    assert history_alt(gaps, "en").startswith(
        "Customer satisfaction: October 2025 No data; November 2025 85.0%"
    )


def test_changes_say_whether_they_are_clear() -> None:
    told = replace(
        QUIET, month_before=Change(-0.015, -0.06, 0.031), year_before=Change(0.1, 0.02, 0.18, True)
    )
    assert changes_text(told, "en") == (
        "Month on month (September 2026): −1.5 percentage points (95% interval −6.0 to +3.1), "
        "no clear difference; "
        "Year on year (October 2025): +10.0 percentage points (95% interval +2.0 to +18.0), a clear difference"
    )
    alone = replace(QUIET, month_before=Change(0.1))
    assert changes_text(alone, "en") == (
        "Month on month (September 2026): +10.0 percentage points; "
        "Year on year (October 2025): Not comparable: days are missing"
    )
    nothing = year(None, *[0.85] * 12)
    assert changes_text(nothing, "en").endswith("Year on year (October 2025): No data")


def test_limits_say_what_they_are_or_why_there_are_none() -> None:
    assert limits_text(replace(QUIET, months_before=9), "en") == (
        "Control limits need 12 months with data before this one; there are 9."
    )
    assert limits_text(QUIET, "en") == "No control limits: every month before is the same."
    assert limits_text(LOUD, "en").endswith(
        "(XmR). From the 12 months before October 2026, as on its sheet. Ring: more than chance."
    )
    assert limits_text(replace(LOUD, signal=None), "en").endswith("No signal.")


def test_causes_and_measures_stand_in_one_line_a_month() -> None:
    said = (
        Said("2026-10", "新人多", CAUSE, 0.85, None),
        Said("2026-09", "", None, None, replace(MEASURE, status=Cell("done"))),
    )
    assert said_rows(said, "share", "en") == [
        ("October 2026", f"{CAUSE.name['en']}: 新人多", "85.0%", "", "", "", ""),
        ("September 2026", "", "", "<b>旁听</b>", "王组长", "2026-11-20", "Done"),
    ]


PEOPLE = [Subject("person", f"8{n:03d}", f"8{n:03d}", f"样例<{n}>") for n in range(4)]


def topic(person: Subject, row: Judged, sure: float, weight: float) -> Topic:
    return Topic(row.figure, row.verdict, person, sure, weight)


def test_every_list_is_there_with_its_people_escaped() -> None:
    beat = replace(made.MET, low=0.03, high=0.05)
    found = Talk(
        misses=(topic(PEOPLE[0], judged(made.MISSED), 0.071, 3.5),),
        beats=tuple(topic(one, judged(beat), 0.05, 5.0) for one in PEOPLE * 3),
        promises=(Promise(PEOPLE[1], MEASURE, overdue=True),),
        apart=(Apart(PEOPLE[2], "new", made.HEADING.as_of.date(), (made.SMALL,)),),
        agenda=tuple((one, "agreed") for one in PEOPLE),
    )
    assert talk_line(found, "en") == "1 real misses of 1 people, 1 measures overdue"
    html = str(talk_html(found, made.CATALOG.indicators, "en"))
    assert "8.8 percentage points below target" in html
    assert "at least 7.1 percentage points" in html
    assert "To praise (the first 10 of 12)" in html
    assert "on the roster since 1 November 2026; too few rows: QA score 3 of" in html
    assert "Agreed · 4" in html
    assert html.count("样例&lt;") == 1 + 10 + 1 + 1 + 4
    assert "<b>旁听" not in html
    assert "样例<" not in html


def test_what_got_worse_stands_in_the_list_and_what_all_have_together_on_top() -> None:
    fewer = replace(made.MET, value=0.02)
    rate = replace(made.FREE, numerator=37, denominator=30_200)
    before = replace(rate, numerator=19, denominator=28_500)
    worse = News(made.MET, judge(made.MET), 2.0, Look("month", 0.02, 0.001), month=fewer)
    complaints = News(
        rate, judge(rate), 3.6, Look("month", 18.0, 0.001), month=before,
        counted=made.CATALOG.indicators["complaints"],
        volume=Volume("contacts", 0.06),
    )  # fmt: skip
    found = Talk((), (), (), (), ((PEOPLE[0], "draft"),), ((PEOPLE[0], worse),), (complaints,))
    said = "投诉件数 37，上月 19；来电 +6%"
    assert talk_line(found, "zh") == f"{said}。没有明显未达标"
    html = str(talk_html(found, made.CATALOG.indicators, "zh"))
    assert html.index(said) < html.index("明显变差 · 1") < html.index("上月 2.0%")


def test_a_figure_on_half_of_its_rows_says_so_in_the_list() -> None:
    half = replace(made.MISSED, coverage=0.42)
    whole, partial = (
        str(
            talk_html(
                Talk((topic(PEOPLE[0], judged(one), 0.071, 3.5),), (), (), (), ()),
                made.CATALOG.indicators,
                "en",
            )
        )
        for one in (made.MISSED, half)
    )
    assert "42.0% of the rows usable" in partial
    assert "usable" not in whole


def test_a_miss_by_the_control_chart_says_so_in_the_list() -> None:
    inside = Judged(made.MISSED, Verdict("missed", by_chart=True))
    by_interval, by_chart = (
        str(
            talk_html(
                Talk((topic(PEOPLE[0], one, sure, 1.0),), (), (), (), ()), made.CATALOG.indicators, "en"
            )
        )
        for one, sure in ((judged(made.MISSED), 0.071), (inside, 0.0))
    )
    assert "control chart" in by_chart
    assert "control chart" not in by_interval


def test_lists_without_anything_are_left_out() -> None:
    quiet = Talk((), (), (), (), ((PEOPLE[0], "draft"),))
    assert talk_line(quiet, "en") == "No real miss"
    html = str(talk_html(quiet, made.CATALOG.indicators, "en"))
    assert html.count("kpi-group") == 1
    assert talk_line(Talk((), (), (), (), ()), "en") == "Nobody has figures in this period."
    nothing_loaded = replace(quiet, apart=(Apart(PEOPLE[0], "no_data", None, ()),))
    assert talk_line(nothing_loaded, "en") == "No figures for this period yet"


FUNNEL = Funnel(
    CSAT,
    0.8,
    tuple(Dot(one, 0.7 + n / 10, 50 * n + 5, n == 0, int(n == 3)) for n, one in enumerate(PEOPLE)),
    tuple(Band(rows, 0.5, 0.6, 0.9, 1.0) for rows in (4.0, 100.0, 170.0)),
    spread=False,
)


def test_a_funnel_names_people_only_where_it_may() -> None:
    named, hidden = (
        json.dumps(funnel_chart(one, "en").to_dict(), ensure_ascii=False) for one in (FUNNEL, public(FUNNEL))
    )
    assert all(one.name in named for one in PEOPLE)
    assert not any(text in hidden for one in PEOPLE for text in (one.name, one.id))


def test_a_dot_is_hollow_on_few_rows_and_coloured_beyond_the_limits() -> None:
    spec = funnel_chart(FUNNEL, "en").to_dict()
    dots = next(rows for rows in spec["datasets"].values() if "fill" in rows[0])
    assert [dot["fill"] == "transparent" for dot in dots] == [True, False, False, False]
    assert dots[3]["fill"] != dots[2]["fill"]
    assert [dot["said"] for dot in dots] == [
        *("too few rows to judge", "within the limits", "within the limits"),
        "above the 99.8% limit",
    ]
    assert "80" in vl_convert.vegalite_to_svg(spec)
