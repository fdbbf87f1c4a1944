"""The frame of pages: a view that says nothing of it gets it all, and no view says anything of it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import dashboard
from dashboard.parts.session import Frame
from dashboard.server.address import Choice, parse_period
from dashboard.words.corrections import corrections_note
from dashboard.words.translate import words
from etl.home import Home
from etl.snapshots.closed_months import close_month
from kpi.catalog.load import load_catalog
from kpi.figures.subjects import find_subject
from kpi.figures.view import open_view
from kpi.rollups.build import build
from kpi.scope import Scope
from tests.dashboard.conftest import AGENTS, calls
from tests.dashboard.views.test_pages import shown
from tests.dashboard.words.test_corrections import CORRECTED_STANDARDS
from tests.kpi.facts import facts

VIEWS = {
    path.stem: ast.parse(path.read_text("utf-8"))
    for path in sorted((Path(dashboard.__file__).parent / "views").glob("*.py"))
}
# What the frame alone asks and says.
OF_THE_FRAME = {
    *("current", "of_month", "newest", "as_of", "as_of_text", "monthly", "attention_line"),
    *("heading", "scope_line", "export_menu", "corrections_note", "find_subject", "session_state"),
}
NEWEST = {"corrections", "data", "mapping", "settings"}
MONTHLY = "This form is monthly: it shows the month in which the chosen period ends."


def _view(about: str, kind: str, also_empty: bool = False, bare: bool = False) -> None:
    """A view as somebody could write one: what it finds, and how that is drawn."""
    import htpy as h

    from dashboard.parts.page import page
    from dashboard.parts.page_html import show
    from kpi.analysis.real_gaps import judged
    from kpi.figures.figures import figures
    from tests.dashboard.words.test_corrections import CORRECTED_STANDARDS

    def find(frame: object) -> object:
        if kind in ("sheet", "nothing"):
            return CORRECTED_STANDARDS if kind == "sheet" else None
        found = map(judged, figures(frame.view, frame.scope, ["service_level"]))
        return tuple(found) if kind == "list" else {"rows": list(found)}

    def draw(frame: object, found: object) -> None:
        shown = frame.view.snapshot and frame.view.snapshot.id
        show(h.p[f"data {shown} of {frame.scope.period.month}"])

    rows = {
        "own": lambda found: found["rows"],
        "list": lambda found: found,
        "sheet": lambda found: found.rows,
    }
    page(
        "Made up",
        draw,
        find=find,
        rows=rows.get(kind),
        about=about,
        exported="goals",
        also_empty=also_empty,
        bare=bare,
    )


def framed(home: Home, period: str = "2026-10", **asked: object) -> str:
    """What the page of such a view says, of everyone in a period."""
    view = open_view(home)
    scope = Scope(parse_period(period), find_subject(view))
    test = AppTest.from_function(_view, kwargs={"about": "month", "kind": "own"} | asked, default_timeout=30)
    test.session_state["frame"] = Frame(home, view, scope, Choice("en", scope.period, "一班"), words("en"))
    test.run()
    assert not test.exception
    return shown(test) + "".join(one.value for one in test.code)


@pytest.fixture
def closed(home: Home) -> Home:
    """A home whose October was closed, and loaded again up to the 20th."""
    close_month(home, "2026-10")
    late = [
        call | {"call_id": f"late{n}", "started_at": f"2026-10-20 10:{n:02d}"}
        for n, call in enumerate(calls())
    ]
    with facts(home.snapshots / "000002.duckdb", agents=AGENTS, calls=[*calls(), *late]) as con:
        build(con, load_catalog(home.config))
    (home.snapshots / "CURRENT").write_text("000002\n", encoding="utf-8")
    return home


def in_order(text: str, *parts: str) -> bool:
    assert [part for part in parts if part not in text] == [], text
    places = [text.index(part) for part in parts]
    return places == sorted(places)


def test_a_view_gets_what_every_page_says_without_a_word_about_it(closed: Home) -> None:
    text = framed(closed, "2026-Q4")
    assert "data 000002" in text  # December, in which the quarter ends, was never closed
    text = framed(closed, "2026-09-20..2026-10-06")
    assert in_order(
        text,
        "<h1>Made up</h1><p>Everyone · October 2026</p>",
        "1 of 1 clearly missed",
        MONTHLY,
        "data 000001 of 2026-10",
        "Data up to 7 October 2026",
    )
    assert "/export/goals/sheet.xlsx?period=2026-10" in text
    assert MONTHLY not in framed(closed)


def test_it_gets_the_data_that_its_month_was_closed_on(closed: Home) -> None:
    for about in ("period", "month", "month of the team"):
        text = framed(closed, about=about)
        assert "data 000001 of 2026-10" in text
        assert "Data up to 7 October 2026" in text
        assert "data 000002 of" in framed(closed, "2026-09", about=about)
    assert "<p>一班 · October 2026</p>" in framed(closed, about="month of the team")


def test_only_a_page_about_the_newest_data_gets_those(closed: Home) -> None:
    text = framed(closed, about="newest data")
    assert "data 000002 of" in text
    assert text.count("Data up to 20 October 2026") == 1
    assert text.index("Data up to 20 October 2026") < text.index("data 000002")


def test_a_sheet_says_its_corrections_and_a_list_leaves_its_data_to_its_sheets(closed: Home) -> None:
    text = framed(closed, kind="sheet")
    assert in_order(
        text, "data 000001", corrections_note(CORRECTED_STANDARDS, "en"), "Data up to 7 October 2026"
    )
    assert "Data up to" not in framed(closed, kind="list")


def test_a_home_without_data_says_how_to_begin(tmp_path: Path) -> None:
    empty = Home(tmp_path / "empty")
    for how in ({}, {"bare": True}):
        text = framed(empty, **how)
        assert in_order(text, "<h1>Made up</h1>", "Nothing has been loaded yet.", "/export/templates/")
        assert "/export/goals" not in text
        assert "data None" not in text
    assert "data None" in framed(empty, also_empty=True)


def test_a_page_that_needs_no_data_says_so_only_where_there_are_none(home: Home, tmp_path: Path) -> None:
    asked = {"kind": "nothing", "also_empty": True, "about": "newest data"}
    assert "Nothing has been loaded yet." not in framed(home, **asked)
    assert in_order(framed(Home(tmp_path / "empty"), **asked), "Nothing has been loaded yet.", "data None")


def test_a_page_of_its_own_alone_says_nothing_else(closed: Home) -> None:
    text = framed(closed, "2026-09-20..2026-10-06", kind="sheet", bare=True)
    assert "data 000001" in text
    for part in (
        "<h1>",
        "clearly missed",
        MONTHLY,
        corrections_note(CORRECTED_STANDARDS, "en"),
        "Data up to",
    ):
        assert part not in text


def names(tree: ast.AST) -> set[str]:
    """Every name, attribute and argument that a module uses."""
    return {
        name
        for node in ast.walk(tree)
        for name in (
            getattr(node, "id", ""),
            getattr(node, "attr", ""),
            getattr(node, "name", ""),
            getattr(node, "arg", ""),
        )
        if isinstance(name, str)
    }


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_file_holds_only_what_is_its_own(view: str) -> None:
    tree = VIEWS[view]
    assert names(tree) & OF_THE_FRAME == set()
    drawn = [
        node.value for node in tree.body if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    ]
    assert [call.func.id for call in drawn] == ["page"]
    about = {keyword.arg: ast.unparse(keyword.value) for keyword in drawn[0].keywords}.get("about", "")
    assert ("newest" in about) == (view in NEWEST)
