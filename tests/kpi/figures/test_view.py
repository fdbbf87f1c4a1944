"""What figures are computed from is opened once, and anew when it is another."""

import shutil
from collections.abc import Callable

import pytest

from etl.home import Home
from kpi.figures.view import View, records_of
from kpi.records import SheetKey

SHEET = SheetKey("goals", "2026-10", "all", "")


def saved(home: Home) -> list[str]:
    return [cell.value for cell in records_of(home).cells(SHEET).values()]


def test_records_that_were_put_back_are_opened_anew(tmp_path):
    home = Home(tmp_path / "home")
    home.create()
    records = records_of(home, create=True)
    records.save(SHEET, "offered", "cause", "before", version=0, who="test")
    assert records_of(home) is records
    shutil.copytree(home.path, tmp_path / "kept")
    records.save(SHEET, "offered", "cause", "after", version=1, who="test")
    assert saved(home) == ["after"]
    shutil.rmtree(home.path)
    assert records_of(home) is None
    shutil.copytree(tmp_path / "kept", home.path)
    assert saved(home) == ["before"]
    moved = home.path.rename(tmp_path / "moved")
    shutil.copytree(tmp_path / "kept", home.path)
    records_of(home).save(SHEET, "offered", "cause", "new", version=1, who="test")
    assert saved(home) == ["new"]
    assert saved(Home(moved)) == ["before"]


def test_a_question_is_handed_what_it_names_and_no_more(view_of: Callable[..., View]) -> None:
    view = view_of()
    sql = "SELECT $team AS team, '$team of $day' AS text, $Day + 1 AS next -- $nobody"
    assert view.query(sql, team="A", Day=6, teams=["B"]).rows() == [("A", "$team of $day", 7)]
    assert view.query("SELECT '$team'", team="A").rows() == [("$team",)]
    with pytest.raises(KeyError, match="Day"):
        view.query(sql, team="A")
