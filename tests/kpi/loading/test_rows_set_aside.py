"""Rows set aside lower the coverage: of the person they still name, else of everyone on the days of their file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from etl.home import Home
from etl.snapshots.snapshot import current_id
from kpi.figures.figure import Figure
from kpi.figures.figures import figures, figures_by_agent
from kpi.figures.subjects import team_subject
from kpi.figures.view import open_view
from kpi.loading.load import load_files
from kpi.scope import Scope, Subject, parse_month

MAY = parse_month("2026-05")
HEADER = "通话编号,来电时间,是否接通,接听工号,等待秒数,通话秒数,班组"
ROSTER = "工号,姓名,班组,生效日期\n1001,张三,一组,2025-01-01\n1002,李四,二组,2025-01-01\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.create()
    path = tmp_path / "名册.csv"
    path.write_text(ROSTER, encoding="utf-8")
    load_files(made, [path])
    return made


def rows(
    agent: str, count: int, *, day: str = "2026-05-04", answered: str = "是", first: int = 0
) -> list[str]:
    return [
        f"{agent}-{n},{day} 09:{n % 60:02}:00,{answered},{agent},10,100," for n in range(first, first + count)
    ]


def load(home: Home, tmp_path: Path, name: str, lines: Sequence[str]) -> None:
    path = tmp_path / f"{name}.csv"
    path.write_text("\n".join((HEADER, *lines)), encoding="utf-8")
    load_files(home, [path])


def transferred(home: Home, subject: Subject, key: str = "handling_time") -> Figure:
    return figures(open_view(home), Scope(MAY, subject), [key])[0]


def coverage(home: Home, subject: Subject) -> float:
    return transferred(home, subject).coverage


ONE, TWO = (Subject("person", key, key) for key in ("1001", "1002"))


def test_a_row_that_names_its_person_and_day_counts_for_them(home: Home, tmp_path: Path) -> None:
    """Ten of the calls of 1001 say "maybe" for whether they were answered."""
    faulty = rows("1001", 10, answered="也许", first=30)
    load(home, tmp_path, "通话", [*rows("1001", 30), *rows("1002", 40), *faulty])
    assert coverage(home, ONE) == pytest.approx(30 / 40)
    assert coverage(home, TWO) == 1
    assert coverage(home, team_subject("一组")) == pytest.approx(30 / 40)
    assert coverage(home, team_subject("二组")) == 1
    assert coverage(home, Subject()) == pytest.approx(70 / 80)
    by_agent = figures_by_agent(open_view(home), MAY, [ONE, TWO], ["handling_time"])
    assert [by_agent[key][0].coverage for key in ("1001", "1002")] == [pytest.approx(30 / 40), 1]
    found = transferred(home, ONE)
    assert (found.withheld, found.lacking) == (True, ())


def test_a_row_that_names_no_day_counts_on_the_days_of_its_file(home: Home, tmp_path: Path) -> None:
    """Half of the file's facts are of May: so are five of the ten rows whose time nobody can read."""
    faulty = [f"X{n},某日,是,1001,10,100," for n in range(10)]
    load(home, tmp_path, "通话", [*rows("1001", 20), *rows("1001", 20, day="2026-04-04", first=20), *faulty])
    assert coverage(home, ONE) == pytest.approx(20 / 25)


def test_a_row_that_names_nobody_counts_for_everyone(home: Home, tmp_path: Path) -> None:
    faulty = ["只有一格"] * 10
    load(home, tmp_path, "通话", [*rows("1001", 30), *rows("1002", 60), *faulty])
    for subject in (ONE, TWO, team_subject("二组"), Subject()):
        assert coverage(home, subject) == pytest.approx(90 / 100)


def test_rows_that_come_back_corrected_in_another_file_are_missing_no_more(
    home: Home, tmp_path: Path
) -> None:
    faulty = rows("1001", 10, answered="也许", first=30)
    load(home, tmp_path, "通话", [*rows("1001", 30), *faulty])
    assert coverage(home, ONE) == pytest.approx(30 / 40)
    load(home, tmp_path, "通话更正", rows("1001", 6, first=30))
    assert coverage(home, ONE) == pytest.approx(36 / 40)
    load(home, tmp_path, "通话全部", rows("1001", 40))
    assert coverage(home, ONE) == 1


def test_what_an_earlier_program_set_aside_changes_no_figure(home: Home, tmp_path: Path) -> None:
    load(home, tmp_path, "通话", [*rows("1001", 30), *rows("1001", 10, answered="也许", first=30)])
    with duckdb.connect(str(home.snapshots / f"{current_id(home)}.duckdb")) as con:
        con.execute("UPDATE rejects SET placed = NULL, agent_id = NULL, business_date = NULL")
    assert coverage(home, ONE) == 1
