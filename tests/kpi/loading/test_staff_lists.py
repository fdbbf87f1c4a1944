"""Staff lists over time: from when each holds, who has left, who is on loan; no past month changes unsaid."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from etl.home import Home
from etl.loading.load import load
from etl.loading.report import LoadReport
from etl.loading.staff_lists import Asked
from etl.snapshots.snapshot import current
from kpi.catalog.relations import over, relation_file
from kpi.figures.figures import figures
from kpi.figures.subjects import people, team_subject
from kpi.figures.view import open_view
from kpi.loading.load import load_files
from kpi.scope import Scope, parse_month

LIST = "工号,姓名,班组,岗位"
SEPTEMBER = (LIST, "1001,张三,一组,客服代表", "1002,李四,二组,客服代表", "1003,王五,一组,客服代表")
OCTOBER = (LIST, "1001,张三,二组,客服代表", "1002,李四,二组,客服代表")
CALLS = "通话编号,来电时间,是否接通,接听工号,班组,队列,通话秒数"
PAST = ("2026-08", "2026-09")


def calls(month: str, **counts: int) -> list[str]:
    """Answered calls of a month, so many by each person: `a1001=20`."""
    rows = [CALLS]
    for who, count in counts.items():
        rows += [
            f"{month}-{who}-{n},{month}-{1 + n % 28:02} 10:00:{n:02},是,{who[1:]},,业务,100"
            for n in range(count)
        ]
    return rows


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


@pytest.fixture
def autumn(write) -> list[Path]:
    """Two lists and two months of calls, in the order in which they come about."""
    september, october = {"a1001": 20, "a1002": 20, "a1003": 20}, {"a1001": 20, "a1002": 20}
    return [
        write("1_名册9月.csv", *SEPTEMBER),
        write("2_c9.csv", *calls("2026-09", **september)),
        write("3_名册10月.csv", *OCTOBER),
        write("4_c10.csv", *calls("2026-10", **october)),
    ]


def handled(home: Home, month: str) -> dict[str, int]:
    """Calls handled by team."""
    view = open_view(home)
    found = {}
    for team in ("一组", "二组"):
        (one,) = figures(view, Scope(parse_month(month), team_subject(team)), ["handled"])
        found[team] = int(one.value or 0)
    return found


def stays(home: Home) -> list[tuple]:
    """Who is in which team from when to when."""
    sql = over(
        "SELECT agent_id, team, home, since, until FROM memberships", memberships=relation_file("memberships")
    )
    return [
        (who, team if team == own else f"{team}←{own}", str(since), str(until))
        for who, team, own, since, until in sorted(current(home).query(sql).rows(), key=lambda row: row[::3])
    ]


def said(report: LoadReport) -> str:
    return " ".join(map(str, report.remarks))


@pytest.mark.parametrize(
    "calls_of_load",
    [
        [(0, 1, 2, 3)],
        [(3, 2, 1, 0)],
        [(0,), (1,), (2,), (3,)],
        [(3,), (2,), (1,), (0,)],
        [(2,), (0,), (1, 3)],
    ],
)
def test_each_list_holds_from_its_month_whatever_the_order(home: Home, autumn, calls_of_load) -> None:
    for order in calls_of_load[:-1]:
        load(home, [autumn[n] for n in order])
    load_files(home, [autumn[n] for n in calls_of_load[-1]])
    assert handled(home, "2026-09") == {"一组": 40, "二组": 20}
    assert handled(home, "2026-10") == {"一组": 0, "二组": 40}


@pytest.mark.parametrize(
    ("name", "asked", "since"),
    [
        ("名册.csv", Asked(date(2026, 10, 16)), "2026-10-16"),
        ("名册.csv", Asked(), "2026-09-21"),  # the last call is of the 20th
        ("名册2026年10月.csv", Asked(), "2026-10-01"),
        ("staff_202611.csv", Asked(), "2026-11-01"),
        ("名册20261005.csv", Asked(), "2026-10-05"),
        ("十月人员名单.csv", Asked(), "2026-10-01"),
        ("1月.csv", Asked(), "2027-01-01"),
        ("agents Nov.csv", Asked(), "2026-11-01"),
        ("名册10月.csv", Asked(date(2026, 10, 8)), "2026-10-08"),
    ],
)
def test_the_day_of_a_later_list(home: Home, autumn, write, name: str, asked: Asked, since: str) -> None:
    load(home, autumn[:2])
    report = load(home, [write(name, *OCTOBER)], asked=asked)
    assert [str(one.since) for one in report.lists] == [since]
    assert f"{name}: it holds from {since} on." in said(report)
    assert min(first for who, team, first, _ in stays(home) if (who, team) == ("1001", "二组")) == since


def test_a_list_loaded_again_in_another_year_is_the_same_list(home: Home, write) -> None:
    lists = [write("名册9月.csv", *SEPTEMBER), write("名册10月.csv", *SEPTEMBER[:-1])]
    load(home, [*lists, write("c.csv", *calls("2024-10", a1001=1, a1002=1))])
    assert ("1001", "一组", "2024-10-01", "9999-12-31") in stays(home)
    load(home, [write("later.csv", *calls("2025-06", a1001=1))])
    before = stays(home)
    load(home, lists, again=True)
    assert stays(home) == before
    assert [file.status for file in load(home, lists[:1]).files] == ["unchanged"]


def test_a_sheet_names_the_month_of_its_list(home: Home, autumn, tmp_path: Path) -> None:
    import xlsxwriter

    load(home, autumn[:2])
    book = xlsxwriter.Workbook(tmp_path / "2026年名册.xlsx")
    for name, team in (("10月", "二组"), ("11月", "一组")):
        sheet = book.add_worksheet(name)
        for row, line in enumerate((LIST, f"1001,张三,{team},客服代表")):
            sheet.write_row(row, 0, line.split(","))
    book.close()
    load(home, [tmp_path / "2026年名册.xlsx"])
    assert [one[1:3] for one in stays(home) if one[0] == "1001"] == [
        ("一组", "1900-01-01"),
        ("二组", "2026-10-01"),
        ("一组", "2026-11-01"),
    ]


def test_without_an_answer_nobody_leaves_and_who_is_missing_is_said(home: Home, autumn, write) -> None:
    load(home, autumn[:2])
    path = write("名册10月.csv", LIST, "1001,张三,一组,客服代表", "1002,李四,二组,客服代表")
    report = load(home, [path])
    (asked,) = report.lists
    assert (asked.listed, asked.members, asked.missing) == (2, 3, ("王五(1003)",))
    assert "2 people listed, 3 in these teams" in said(report)
    assert ("1003", "一组", "1900-01-01", "9999-12-31") in stays(home)
    # The same file again asks again, until it is answered.
    report = load(home, [path])
    assert [(file.status, file.counts.duplicate) for file in report.files] == [("loaded", 2)]
    assert report.lists[0].missing == asked.missing
    report = load(home, [path], asked=Asked(complete=True))
    assert "王五(1003) left on 2026-09-30" in said(report)
    assert ("1003", "一组", "1900-01-01", "2026-09-30") in stays(home)
    before = current(home).query("SELECT key, old_values FROM row_history WHERE contract = 'agents'").rows()
    assert [key for key, _ in before] == ["1003 / 1900-01-01"]
    assert [file.status for file in load(home, [path]).files] == ["unchanged"]


def test_a_list_speaks_only_for_the_teams_that_it_names(home: Home, autumn, write) -> None:
    load(home, autumn[:2])
    report = load(
        home, [write("二组名册10月.csv", LIST, "1002,李四,二组,客服代表")], asked=Asked(complete=True)
    )
    assert report.lists[0].missing == ()
    assert [one for one in stays(home) if one[3] != "9999-12-31"] == [
        ("1002", "二组", "1900-01-01", "2026-09-30")
    ]


@pytest.mark.parametrize("complete", [True, False])
def test_a_list_speaks_for_the_teams_that_it_takes_people_from(home: Home, autumn, complete: bool) -> None:
    """The first team has nobody left on the list of October: 1001 is in the second one, 1003 is on no list."""
    load(home, autumn[:2])
    report = load(home, [autumn[2]], asked=Asked(complete=complete))
    assert [(one.listed, one.members, one.missing) for one in report.lists] == [(2, 3, ("王五(1003)",))]
    assert [one[3] for one in stays(home) if one[0] == "1003"] == ["2026-09-30" if complete else "9999-12-31"]


def test_a_list_without_teams_leaves_people_in_theirs(home: Home, autumn, write) -> None:
    load(home, autumn[:2])
    report = load(home, [write("名册10月.csv", "工号,姓名", "1001,张三", "1003,王五")])
    assert (report.lists[0].listed, report.lists[0].members) == (2, 3)
    assert ("1001", "一组", "2026-10-01", "9999-12-31") in stays(home)


def test_two_lists_of_one_day_are_one_list(home: Home, autumn, write) -> None:
    load(home, autumn[:2])
    one = write("一组10月.csv", LIST, "1003,王五,一组,客服代表")
    two = write("二组10月.csv", LIST, "1001,张三,二组,客服代表", "1002,李四,二组,客服代表")
    report = load(home, [one, two], asked=Asked(complete=True))
    assert [found.missing for found in report.lists] == [(), ()]


def test_who_returns_has_two_stays(home: Home, autumn, write) -> None:
    load(home, autumn[:2])
    load(home, [write("名册10月.csv", LIST, "1001,张三,一组,组长")], asked=Asked(complete=True))
    load(home, [write("名册12月.csv", *SEPTEMBER)])
    assert [one[1:] for one in stays(home) if one[0] == "1003"] == [
        ("一组", "1900-01-01", "2026-09-30"),
        ("一组", "2026-12-01", "9999-12-31"),
    ]


def test_who_left_before_the_day_of_a_list_has_left_then(home: Home, autumn, write) -> None:
    """A list with a last day: 1003 left on the 15th, and was in the team until then."""
    load(home, autumn[:2])
    header = "工号,姓名,班组,失效日期"
    path = write(
        "名册10月.csv",
        header,
        "1001,张三,二组,",
        "1003,王五,离职人员,2026-09-15",
        "1008,赵六,一组,2026-08-01",
    )
    load(home, [path])
    assert [one[1:] for one in stays(home) if one[0] == "1003"] == [("一组", "1900-01-01", "2026-09-15")]
    assert [one[1:] for one in stays(home) if one[0] == "1008"] == [("一组", "1900-01-01", "2026-08-01")]


def test_who_is_on_long_leave_stays_a_member(home: Home, autumn, write) -> None:
    leave = write("l.csv", "工号,请假开始,请假结束,假别", "1003,2026-08-15 00:00,2027-01-15 00:00,产假")
    load(home, [*autumn[:2], leave])
    path = write("名册10月.csv", LIST, "1001,张三,一组,组长")
    report = load(home, [path], asked=Asked(complete=True))
    assert report.lists[0].missing == ()
    assert ("1003", "一组", "1900-01-01", "9999-12-31") in stays(home)


def test_a_list_with_rows_set_aside_ends_no_stay(home: Home, autumn, write) -> None:
    load(home, autumn[:2])
    path = write("名册10月.csv", LIST, "1001,张三,一组,组长", ",王五,一组,客服代表")
    report = load(home, [path], asked=Asked(complete=True))
    assert "1 of its rows were set aside, so nobody leaves" in said(report)
    assert ("1003", "一组", "1900-01-01", "9999-12-31") in stays(home)


def test_a_corrected_row_belongs_to_its_list(home: Home, autumn, write) -> None:
    """A row without a name is set aside; the list comes again whole, on the day that it had."""
    load(home, autumn[:2])
    load(home, [write("名册10月.csv", *OCTOBER, "1004,,二组,客服代表")])
    load(home, [autumn[3]])
    load(home, [write("名册10月.csv", *OCTOBER, "1004,赵六,二组,客服代表")])
    assert [one[2] for one in stays(home) if one[0] == "1004"] == ["2026-10-01"]


DATED = f"{LIST},归属,生效日期,失效日期"


def test_a_loan_is_dated_and_goes_back_to_the_home_team(home: Home, autumn, write) -> None:
    load_files(home, [*autumn[:2], autumn[3]])
    loan = write("借调.csv", DATED, "1001,张三,二组,客服代表,借调,2026-09-10,2026-09-20")
    report = load_files(home, [loan])
    assert [one[1:] for one in stays(home) if one[0] == "1001"] == [
        ("一组", "1900-01-01", "2026-09-09"),
        ("二组←一组", "2026-09-10", "2026-09-20"),
        ("一组", "2026-09-21", "9999-12-31"),
    ]
    assert "2026-09 (1)" in said(report)
    # 20 calls of 1001, of the 1st to the 20th: eleven days of them were worked in the second team.
    assert handled(home, "2026-09") == {"一组": 29, "二组": 31}
    view, september = open_view(home), parse_month("2026-09")
    assert [one.id for one in people(view, september, "二组")] == ["1002"]
    assert [one.id for one in people(view, september, "一组")] == ["1001", "1003"]


def test_a_later_list_says_nothing_of_a_loan_that_is_over(home: Home, autumn, write) -> None:
    load(home, autumn[:2])
    load(home, [write("loan.csv", DATED, "1001,张三,二组,客服代表,借调,2026-09-10,2026-09-20")])
    load(home, [write("名册10月.csv", "工号,姓名", "1001,张三")])
    assert [one[1:] for one in stays(home) if one[0] == "1001"][-1] == ("一组", "2026-10-01", "9999-12-31")


def test_a_loan_without_an_end_lasts_until_the_next_stay(home: Home, autumn, write) -> None:
    load(home, autumn[:2])
    load(home, [write("loan.csv", DATED, "1001,张三,二组,客服代表,支援,2026-10-01,")])
    load(home, [write("名册2026年11月.csv", *SEPTEMBER)])
    assert [one[1:] for one in stays(home) if one[0] == "1001"] == [
        ("一组", "1900-01-01", "2026-09-30"),
        ("二组←一组", "2026-10-01", "2026-10-31"),
        ("一组", "2026-11-01", "9999-12-31"),
    ]


KINDS = {
    "the next list": ("名册.csv", OCTOBER, Asked()),
    "of a month": ("名册10月.csv", OCTOBER, Asked()),
    "of a month gone by": ("名册9月.csv", OCTOBER, Asked()),
    "as of a day": ("名册.csv", OCTOBER, Asked(date(2026, 9, 15))),
    "complete": ("名册.csv", (LIST, "1001,张三,一组,组长"), Asked(complete=True)),
    "complete in the past": ("名册.csv", (LIST, "1001,张三,一组,组长"), Asked(date(2026, 8, 10), True)),
    "with dates": ("d.csv", (DATED, "1003,王五,二组,客服代表,,2026-09-15,"), Asked()),
    "a loan": ("d.csv", (DATED, "1003,王五,二组,客服代表,借调,2026-08-03,2026-08-07"), Asked()),
    "somebody new": ("名册.csv", (LIST, "1009,新人,一组,客服代表"), Asked()),
    "names of teams": ("t.csv", ("班组编号,班组名称", "一组,热线一组"), Asked()),
}


@pytest.fixture(scope="module")
def summer(tmp_path_factory) -> Path:
    """A home with a list, and the calls of two months."""
    folder = tmp_path_factory.mktemp("summer")
    files = {"名册9月.csv": SEPTEMBER, "c8.csv": calls("2026-08", a1001=10, a1002=10, a1003=10)}
    files["c9.csv"] = calls("2026-09", a1001=20, a1002=20, a1003=20)
    for name, lines in files.items():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    load_files(Home(folder / "home"), [folder / name for name in files])
    return folder / "home"


@pytest.mark.parametrize("kind", KINDS)
def test_no_earlier_month_changes_without_being_named(home: Home, summer, write, kind: str) -> None:
    shutil.copytree(summer, home.path)
    before = {month: handled(home, month) for month in PAST}
    name, lines, asked = KINDS[kind]
    report = load_files(home, [write(name, *lines)], asked=asked)
    assert [file.status for file in report.files] == ["loaded"]
    named = {month for month in PAST if f"{month} (" in said(report)}
    assert {month for month in PAST if handled(home, month) != before[month]} <= named
    if kind in ("the next list", "of a month", "complete", "somebody new"):
        assert named == set()
    else:
        assert named
