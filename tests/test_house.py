"""The floors of the house: a file imports its own room or a lower floor, and nobody in a circle."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import house

FOUND = house.modules()
ARROWS = house.imports(FOUND)


def test_no_arrow_leads_upwards() -> None:
    assert sum(map(len, ARROWS.values())) > 1000
    assert house.upwards(ARROWS) == []


def test_no_module_imports_itself_in_a_circle() -> None:
    assert house.circle(ARROWS) == []


def test_every_module_stands_in_a_room() -> None:
    assert house.homeless(FOUND) == []


def test_the_drawing_is_of_this_house() -> None:
    assert house.DRAWING.read_text("utf-8") == house.drawing(FOUND, ARROWS), "python scripts/house.py"


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("kpi.figures.figures", "from kpi.sheets.values import GoalSheet"),
        ("kpi.figures.figures", "from kpi.sheets import values"),
        ("kpi.figures.figures", "import kpi.sheets.values"),
        ("kpi.figures.figures", "def f():\n    from kpi.sheets.values import GoalSheet"),
        ("kpi.figures.figures", "if TYPE_CHECKING:\n    from kpi.sheets.values import GoalSheet"),
        ("kpi.analysis.effects", "from kpi.loading import load"),  # beside it, not below
        ("etl.home", "from etl.maps import plain"),
        ("etl.loading.load", "import kpi.scope"),
        ("kpi.scope", "import dashboard.cli"),
    ],
)
def test_an_arrow_upwards_is_found_however_it_is_written(module: str, text: str) -> None:
    assert len(house.upwards({module: house.imported(text, FOUND)})) == 1


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("kpi.sheets.goals", "from kpi.figures.figures import figures"),
        ("kpi.sheets.goals", "from kpi.sheets import values"),
        ("etl.home", "from etl.errors import Problem"),  # the ground floor is one room
        ("dashboard.words.numbers", "import etl.home"),
    ],
)
def test_an_arrow_downwards_is_none_to_complain_of(module: str, text: str) -> None:
    arrows = house.imported(text, FOUND)
    assert arrows
    assert house.upwards({module: arrows}) == []


def test_a_circle_is_named() -> None:
    assert house.circle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}})[0] in "abc"


def test_a_module_without_a_room_is_named(tmp_path: Path) -> None:
    for house_name in house.FLOORS:
        (tmp_path / house_name).mkdir()
    (tmp_path / "kpi" / "helpers").mkdir()
    (tmp_path / "kpi" / "helpers" / "more.py").touch()
    assert house.homeless(house.modules(tmp_path)) == ["kpi.helpers.more"]
