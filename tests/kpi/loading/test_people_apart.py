"""Whose rows are whose: numbers with leading zeros, namesakes, and people on no staff list."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import pytest

from etl.home import Home
from etl.loading.load import load
from etl.people.aliases import save_aliases
from etl.snapshots.snapshot import current
from kpi.figures.figures import figures, figures_by_agent
from kpi.figures.subjects import find_subject, people, team_subject
from kpi.figures.view import View, open_view
from kpi.loading.load import load_files
from kpi.scope import Scope, Subject, parse_month

CALLS = "通话编号,来电时间,是否接通,接听工号,班组,队列,通话秒数"
LIST = "工号,姓名,班组,岗位,生效日期"
BOTH = (LIST, "007,张三,一组,客服代表,2025-01-01", "7,李四,二组,客服代表,2025-01-01")
SEPTEMBER = parse_month("2026-09")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def writer(name: str, *lines: str) -> Path:
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return writer


def calls(*people: str, team: str = "", first: int = 0) -> list[str]:
    """A header, and one answered call by each of these people."""
    return [
        CALLS,
        *(
            f"C{first + n},2026-09-{1 + n % 28:02} 10:00:{n:02},是,{who},{team},业务,100"
            for n, who in enumerate(people)
        ),
    ]


def handled(view: View, *subjects: Subject) -> list[float | None]:
    return [figures(view, Scope(SEPTEMBER, one), ["handled"])[0].value for one in subjects]


def by_person(view: View) -> dict[str, float]:
    """Calls handled by everyone there is, as each is shown."""
    everyone = people(view, SEPTEMBER)
    found = figures_by_agent(view, SEPTEMBER, everyone, ["handled"])
    return {one.id: found[one.key][0].value for one in everyone}


def test_two_numbers_that_differ_in_zeros_are_two_people(home: Home, write) -> None:
    load_files(home, [write("a.csv", *BOTH), write("c.csv", *calls(*["007"] * 12, *["7"] * 18))])
    view = open_view(home)
    assert by_person(view) == {"007": 12, "7": 18}
    assert handled(view, team_subject("一组"), team_subject("二组"), Subject()) == [12, 18, 30]
    assert [find_subject(view, agent=text).name for text in ("007", "7", "7.0", "张三")] == [
        *("张三", "李四", "李四", "张三")
    ]


@pytest.mark.parametrize("order", list(permutations(range(4)))[::3])
def test_the_order_of_files_does_not_matter(home: Home, write, order) -> None:
    files = [
        write("one.csv", LIST, "007,张三,一组,客服代表,2025-01-01"),
        write("other.csv", LIST, "7,李四,二组,客服代表,2025-01-01"),
        write("c.csv", *calls("007", "007", "7", "7", "7")),
        write("d.csv", *calls("007", "007", first=100)),
    ]
    for n in order:
        load(home, [files[n]])
    found = current(home).query("SELECT agent_id, count(*) FROM calls GROUP BY agent_id").rows()
    assert dict(found) == {"007": 4, "7": 3}
    shown = current(home).query("SELECT agent_id, shown, name FROM people ORDER BY ALL").rows()
    assert shown == [("007", "007", "张三"), ("7", "7", "李四")]


@pytest.mark.parametrize(
    "lists",
    [
        (("0042,张三,一组,,2025-01-01",), ("42,张三,二组,,2026-01-01",)),
        (("42,张三,一组,,2025-01-01",), ("0042,张三,二组,,2026-01-01",)),
        (("0042,张三,一组,,2025-01-01", "42,张三,二组,,2026-01-01"),),
    ],
)
def test_one_person_may_be_written_with_and_without_zeros(home: Home, write, lists) -> None:
    for n, rows in enumerate(lists):
        load(home, [write(f"{n}.csv", LIST, *rows)])
    load(home, [write("c.csv", *calls("0042", "42", "042"))])
    assert current(home).query("SELECT DISTINCT agent_id FROM calls").rows() == [("42",)]
    assert current(home).query("SELECT DISTINCT agent_id FROM agents").rows() == [("42",)]


def test_a_third_way_to_write_the_number_is_nobody(home: Home, write) -> None:
    report = load_files(home, [write("a.csv", *BOTH), write("c.csv", *calls("007", "7", "07"))])
    view = open_view(home)
    assert (by_person(view), handled(view, Subject())) == ({"007": 1, "7": 1}, [3])
    assert "07" in " ".join(map(str, report.remarks))


def test_what_an_older_program_kept_of_a_number_goes_to_whom_it_was(home: Home, write) -> None:
    """It kept how the number was first written, not how each file wrote it."""
    import duckdb

    load(home, [write("one.csv", LIST, "007,张三,一组,客服代表,2025-01-01")])
    load(home, [write("c.csv", *calls("007", "7"))])
    with duckdb.connect(str(max(home.snapshots.glob("0*.duckdb")))) as con:
        con.execute("DELETE FROM spelled; UPDATE files SET format = NULL")
    report = load(home, [write("other.csv", LIST, "7,李四,二组,客服代表,2025-01-01")])
    assert "2 rows loaded before belong to 007" in " ".join(map(str, report.files[0].warnings))
    load(home, [write("c2.csv", *calls("7", first=50))])
    found = current(home).query("SELECT agent_id, count(*) FROM calls GROUP BY agent_id").rows()
    assert dict(found) == {"007": 2, "7": 1}


NAMESAKES = (LIST, "1004,王伟,一组,,2025-01-01", "1005,王伟,一组,,2025-01-01", "1006,李四,一组,,2025-01-01")


@pytest.mark.parametrize("list_first", [True, False])
def test_rows_of_namesakes_count_for_the_unit_and_in_no_person(home: Home, write, list_first: bool) -> None:
    files = [write("a.csv", *NAMESAKES), write("c.csv", *calls("王伟", "王伟", "李四", "张三、李四", ""))]
    for path in files if list_first else reversed(files):
        report = load_files(home, [path])
    view = open_view(home)
    assert by_person(view) == {"1004": 0, "1005": 0, "1006": 1}
    assert handled(view, Subject()) == [5]
    if not list_first:
        assert "王伟" in " ".join(map(str, report.remarks))
    save_aliases(home.config, {"王伟": "1005"})
    load_files(home, [write("d.csv", *calls("1004", first=100))])
    assert by_person(open_view(home)) == {"1004": 1, "1005": 2, "1006": 1}


def test_the_files_team_counts_until_a_staff_list_is_loaded(home: Home, write) -> None:
    load_files(home, [write("c.csv", *calls("1001", "1001", "1009", team="一组"))])
    view = open_view(home)
    assert handled(view, team_subject("一组")) == [3]
    report = load_files(home, [write("a.csv", LIST, "1001,张三,一组,,2025-01-01")])
    view = open_view(home)
    assert handled(view, team_subject("一组"), Subject()) == [2, 3]
    assert by_person(view) == {"1001": 2, "1009": 1}
    assert "2026-09" in " ".join(map(str, report.remarks))
