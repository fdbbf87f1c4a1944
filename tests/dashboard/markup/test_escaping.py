"""Nothing that is typed or loaded reaches a page as markup: one door, elements only, every text escaped."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import htpy
import polars as pl
import pytest
from markupsafe import Markup
from streamlit.testing.v1 import AppTest

import dashboard.markup
from dashboard.intake.batches import Batch, Upload
from dashboard.markup.goal_cells import Place
from dashboard.parts.page_html import as_text
from etl.errors import Problem, Remark
from etl.home import Home
from etl.loading.preview import Look
from etl.loading.report import FileReport, LoadReport
from etl.progress import State
from etl.propose import Field, Layout
from kpi.analysis.attention import News, Volume
from kpi.analysis.changes import change
from kpi.analysis.looks import Look as Seen
from kpi.analysis.real_gaps import judge, judged
from kpi.catalog.definitions import Dimension
from kpi.figures.figure import OpenItem
from kpi.records import SheetKey
from kpi.scope import Subject, parse_month, period_of
from kpi.sheets.causes_chosen import Bone
from kpi.sheets.closing import Closing, Taken
from kpi.sheets.daily import Daily, DailyRow, HalfHour
from kpi.sheets.glance import Glance, Tile, Waiting
from kpi.sheets.goals import RECORD
from kpi.sheets.meeting_topics import Apart, Promise, Talk, Topic
from kpi.sheets.team_targets import TargetChange, TargetLine, TargetTable
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
from tests.dashboard import hand_made as made
from tests.dashboard.planted import EVIL, Read, planted

# --- the source -------------------------------------------------------------------------------------------

ROOT = Path(dashboard.__file__).parent
SOURCES = {
    path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8"))
    for path in sorted(ROOT.rglob("*.py"))
}
DOOR = "parts/page_html.py"
TAG = re.compile(r"</?[a-z][a-z0-9]*[\s/>]")
# What would bring text to a page as it is, or says of a text that it is HTML.
AS_IT_IS = {"Markup", "markupsafe", "iframe", "_repr_html_", "unsafe_allow_html", "unsafe_allow_javascript"}
BY_CALL = {"escape", "quoteattr", "unescape", "__html__"}


def names(tree: ast.AST) -> Iterator[str]:
    """Every name that a module uses, imports, defines or passes an argument by."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.keyword(arg=str(name)):
                yield name
            case ast.FunctionDef(name=name):
                yield name
            case ast.alias(name=name):
                yield from name.split(".")
            case ast.ImportFrom(module=str(name)):
                yield from name.split(".")


def texts(tree: ast.AST) -> Iterator[str]:
    """Every text that is written out in a module, and in its f-strings; what describes the code is left out."""
    described = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in described:
            yield node.value


def test_html_reaches_a_page_through_one_door_only() -> None:
    using = {file for file, tree in SOURCES.items() if AS_IT_IS & set(names(tree))}
    drawing = {
        file
        for file, tree in SOURCES.items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "html")
        or (isinstance(node, ast.keyword) and node.arg == "html")
    }
    assert using == drawing == {DOOR}


def test_a_component_is_given_html_by_that_door() -> None:
    given = [
        ast.unparse(value)
        for tree in SOURCES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and key.value == "html"
    ]
    assert given == ["as_text(html)"] * 5


def test_no_text_is_escaped_by_hand_and_none_holds_a_tag() -> None:
    assert {file for file, tree in SOURCES.items() if BY_CALL & set(names(tree))} == set()
    found = {file: bad for file, tree in SOURCES.items() if (bad := list(filter(TAG.search, texts(tree))))}
    assert found == {}


@pytest.mark.parametrize("given", ["", "<b>x</b>", Markup("<b>x</b>"), None, 3, [htpy.b["x"]]])
def test_the_door_lets_nothing_in_but_elements(given: object) -> None:
    with pytest.raises(TypeError, match="only elements"):
        as_text(given)
    assert as_text(htpy.b[EVIL[:3]]) == "<b>&#34;&gt;&lt;</b>"
    assert type(as_text(htpy.fragment["&"])) is str


def _style() -> None:
    from dashboard.parts.page_html import style_text

    style_text("kpi-choose", 'Wählen "1" </style><script>')


def test_a_text_given_to_a_style_sheet_cannot_leave_it() -> None:
    test = AppTest.from_function(_style).run()
    (body,) = [one.proto.body for one in test.get("html")]
    kept = r'"Wählen \22 1\22  \3c \2f style\3e \3c script\3e "'
    assert body == f"<style>:root {{ --kpi-choose: {kept}; }}</style>"


# --- what is drawn ----------------------------------------------------------------------------------------

FIGURE = planted(made.MISSED)
NEWS = News(
    FIGURE, judge(FIGURE), 2.0, Seen("year", -0.1, 0.001), FIGURE, FIGURE, FIGURE.indicator,
    Volume("contacts", 0.06), (3.0, 2.0),
)  # fmt: skip
EMPTY = planted(made.EMPTY)
MEASURE = Measure("csat", "2026-08", text=Cell(EVIL), owner=Cell(EVIL), due=Cell(EVIL))
ROWS = (replace(made.GOALS.rows[0], carried=(MEASURE,)), *made.GOALS.rows[1:])
DRAFT = planted(replace(made.GOALS, rows=ROWS, record=dict.fromkeys(RECORD, Cell())))
CAUSES = planted(made.CATALOG.causes)
AGREED = replace(
    DRAFT, state="agreed", rows=tuple(replace(row, kind_of_cause=CAUSES[0]) for row in DRAFT.rows)
)
BONE = planted(Bone({"zh": "原因"}, ((made.MISSED.indicator, 2), (made.MET.indicator, 1))))
PERSON = Subject("person", EVIL, EVIL, EVIL)
NAMELESS = Subject("person", EVIL, EVIL)
SHEET = SheetKey("goals", "2026-10", "person", EVIL)
LINE = TargetLine(PERSON, SHEET, "draft", (FIGURE, EMPTY), {EVIL: Cell(EVIL)})
FAULTY = {"a": EVIL, "fault_column": "a", "fault_rule": EVIL, "fault_text": EVIL}
LOOK = Look(
    [FAULTY | {"b": EVIL}, FAULTY | {"fault_rule": None, "fault_column": None}], 1, 1, {("a", EVIL): 2}
)
REMARK = Remark("{name}", {"name": EVIL})
CHANGE = TargetChange(PERSON, SHEET, EVIL, {"zh": EVIL, "en": EVIL}, EVIL, EVIL, 1, "new")
PROBLEM = Problem(EVIL, "{name}", "{name}", name=EVIL)
REPORT = LoadReport(
    None,
    (FileReport(EVIL, EVIL, "calls", reject_rules={EVIL: 1}, warnings=(REMARK,)), FileReport(EVIL, problem=PROBLEM, status="refused")),
    remarks=(REMARK,),
)  # fmt: skip

ROW = ReportRow(
    FIGURE,
    judge(FIGURE),
    Comparison(FIGURE, change(FIGURE, FIGURE)),
    Comparison(FIGURE, None),
    (FIGURE, FIGURE),
)
CAUSE = Contribution("part", 0.1, {"zh": EVIL, "en": EVIL})
DIMENSION = Dimension("queue", {"zh": EVIL, "en": EVIL}, ("unit",), {"calls": "queue"})
GLANCE = Glance(
    MonthlyReport(
        replace(DRAFT.heading, subject=Subject("team", EVIL, EVIL)), parse_month("2026-09"), parse_month("2025-10"),
        (ROW,), Headcount(1, 1, 1, (1,)), ("2026-09", "2026-10"), (NEWS, NEWS),
        (Trouble(NEWS, 0.1, DIMENSION, (CAUSE,)),), (), 0,
    ),
    (Tile(ROW.figure, ROW.verdict, ROW.month, ROW.year, ROW.trend, FIGURE),), (FIGURE.indicator,),
    ((Subject("team", EVIL, EVIL, EVIL), (judged(FIGURE),)), (Subject(), (judged(EMPTY),))),
    Waiting(2, 1, 1, 1, 1, month_closed=False),
)  # fmt: skip
DAILY = Daily(
    replace(DRAFT.heading, period=period_of("day", date(2026, 10, 7))),
    (DailyRow("csat", 0.5, 0.9, 3, FIGURE), DailyRow("on_duty", None, 4.0, 2)),
    (HalfHour(time(9), 3, 2.5, 3, 2),),
    (date(2026, 9, 30),),
    {date(2026, 9, 30): True},
)
CLOSING = Closing(
    parse_month("2026-10"),
    closed=False,
    until=None,
    open=(OpenItem("missed_punches", 2), OpenItem("leave", 0)),
    proposed=date(2026, 11, 4),
    agreed=0,
    taken=(Taken("reopened", EVIL, EVIL, datetime(2026, 11, 5, tzinfo=UTC)),),
)

# By what a parameter is annotated with: the values that a function is tried with, one after the other.
SAMPLES: dict[str, tuple] = {
    "str": (EVIL,),
    "str | None": (EVIL, None),
    "float | None": (0.5, None),
    "h.Node": (EVIL, (EVIL, EVIL)),
    "Iterable[h.Node]": ((EVIL, EVIL),),
    "Sequence[str]": ((EVIL, EVIL),),
    "Sequence[int]": ((1,),),
    "Iterable[Sequence[object]]": (((EVIL, EVIL), (EVIL, 1), (None, EVIL)),),
    "Iterable[tuple[str, str]]": (((EVIL, EVIL),),),
    "UnitKey": ("share",),
    "Figure": (FIGURE, planted(made.MET), planted(made.SMALL), EMPTY),
    "Judged": tuple(map(judged, (FIGURE, planted(made.MET), planted(made.SMALL), EMPTY))),
    "Sequence[Judged]": (tuple(map(judged, (FIGURE, planted(made.MET), EMPTY))),),
    "Sequence[Figure]": ((FIGURE, planted(made.MET), EMPTY),),
    "Iterable[Sequence[Judged]]": ((tuple(map(judged, (FIGURE, EMPTY))), (judged(planted(made.MET)),)),),
    "Heading": (planted(made.HEADING), replace(DRAFT.heading, subject=Subject("team", EVIL, EVIL))),
    "Subject": (PERSON, NAMELESS),
    "GoalSheet": (DRAFT, AGREED),
    "Place": (Place(ROWS[0], 1, EVIL, "zh", (), {("csat", "2026-08"): (EVIL,)}, False, (EVIL,), (0.5, 0.6)),),
    "Measure": (MEASURE,),
    "Iterable[str]": ((EVIL,),),
    "Mapping[tuple[str, str], str] | None": ({("csat", "2026-08"): EVIL}, None),
    "Collection[str] | None": ((EVIL,), None),
    "Sequence[float | None]": ((0.5, None, 0.6),),
    "tuple[int, int]": ((84, 26),),
    "bool": (True, False),
    "tuple[Cause, ...]": (CAUSES,),
    "Remarks | None": ({(EVIL, ""): (EVIL,), (EVIL, "2026-08"): (EVIL,)}, None),
    "AppraisalSheet": (planted(made.APPRAISAL),),
    "Sequence[AppraisalSheet]": ((planted(made.APPRAISAL),),),
    "StandardRow": (planted(made.STANDARDS.rows[0]),),
    "Sequence[ItemRow]": (planted(made.STANDARDS.items),),
    "Layout": (Layout(None, None, 0, (), pl.DataFrame(), True),),
    "Field": (
        Field("kind", values={EVIL: None}, doubts=(REMARK,), notes=(REMARK,)),
        Field("kind", lacking=True, doubts=(REMARK,)),
    ),
    "Look": (LOOK, Look([], 0, 0, {})),
    "Mapping[str, Look]": ({"calls": LOOK},),
    "Talk": (
        Talk(
            (Topic(FIGURE, judge(FIGURE), PERSON, 0.07, 3.5),),
            (Topic(FIGURE, judge(FIGURE), NAMELESS, 0.0, 1.0),),
            (Promise(PERSON, MEASURE, overdue=True),),
            (Apart(PERSON, "few_rows", None, (FIGURE,)), Apart(PERSON, "no_data", None, ())),
            ((PERSON, "draft"),),
            changes=((PERSON, NEWS), (NAMELESS, NEWS)),
            together=(NEWS,),
            causes=(BONE,),
        ),
    ),
    "Sequence[Bone]": ((BONE, replace(BONE, indicators=BONE.indicators[:1])),),
    "Iterable[Cause]": (CAUSES,),
    "Cause": CAUSES[:1],
    "Indicators": ({}, {"csat": FIGURE.indicator}),
    "Iterable[tuple[Subject, str]]": (((PERSON, "draft"), (NAMELESS, "agreed")),),
    "TargetTable": (
        TargetTable(parse_month("2026-10"), (LINE, LINE)),
        TargetTable(parse_month("2026-10"), (replace(LINE, state="agreed"),)),
    ),
    "Iterable[TargetChange]": ((CHANGE, replace(CHANGE, status="invalid", problem=PROBLEM)),),
    "Mapping[str, UnitKey]": ({},),
    "Period": (parse_month("2026-10"),),
    "Mapping[date, int]": ({date(2026, 10, 1): 3},),
    "Iterable[date]": ((date(2026, 10, 1),),),
    "Batch": (Batch(EVIL, Path(EVIL), [Upload(EVIL, Path(EVIL), 1)]),),
    "Stage": ("failed", "receiving"),
    "State": (State("read", EVIL, share=0.5),),
    "LoadReport": (REPORT,),
    "Home": (Home(Path("no such home")),),
    "Glance": (GLANCE, replace(GLANCE, report=replace(GLANCE.report, news=(), troubles=()))),
    "Daily": (DAILY,),
    "Closing": (CLOSING, replace(CLOSING, closed=True, open=())),
    "Address": (lambda page, subject: f"/{page}?team={subject.key}",),
}  # fmt: skip
SAMPLES_BY_NAME = {"lang": ("zh", "en"), "contract": ("calls",)}
# These say figures in words of our own, and nothing that is typed or loaded.
WITHOUT_TEXT = {"chip", "number", "gap", "days_html", "head_html"}


def drawers() -> dict[str, Callable]:
    """Every public function of dashboard/markup that returns HTML, by its name."""
    found = {}
    for module in iter_modules(dashboard.markup.__path__):
        inside = import_module(f"dashboard.markup.{module.name}")
        for name, one in inspect.getmembers(inside, inspect.isfunction):
            said = str(one.__annotations__.get("return"))
            if one.__module__ == inside.__name__ and not name.startswith("_") and "h." in said:
                found[name] = one
    return found


def drawn(one: Callable) -> Iterator[str]:
    """The HTML of a function for each of its samples."""
    parameters = inspect.signature(one).parameters.values()
    samples = [SAMPLES_BY_NAME.get(each.name) or SAMPLES[each.annotation] for each in parameters]
    for at in range(max(map(len, samples))):
        chosen = [values[at % len(values)] for values in samples]
        plain = [v for each, v in zip(parameters, chosen, strict=True) if each.kind is not each.KEYWORD_ONLY]
        named = {e.name: v for e, v in zip(parameters, chosen, strict=True) if e.kind is e.KEYWORD_ONLY}
        html = one(*plain, **named)
        yield as_text(htpy.fragment[html])


@pytest.mark.parametrize("name", sorted(drawers()))
def test_what_is_planted_in_every_text_comes_out_as_text(name: str) -> None:
    pages = list(drawn(drawers()[name]))
    for html in pages:
        assert Read(html).harmless
    held = any(EVIL in text for html in pages for text in Read(html).texts)
    assert held == (name not in WITHOUT_TEXT)


def test_all_files_of_html_are_tried() -> None:
    assert len(drawers()) > 25
    assert {one.__module__.rpartition(".")[2] for one in drawers().values()} == {
        path.stem for path in (ROOT / "markup").glob("*.py")
    } - {"__init__"}
