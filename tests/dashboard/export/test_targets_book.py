"""The workbook of a team's targets: downloaded, edited as in Excel, and compared with what stands now."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from dashboard.export.targets_book import HIDDEN, targets_workbook
from dashboard.export.targets_read_back import read_targets, stored_cell
from etl.errors import Problem
from etl.home import Home
from kpi.figures.view import open_view, records_of
from kpi.records import SheetKey
from kpi.records.cycle_kept import take
from kpi.records.steps import Step
from kpi.scope import parse_month
from kpi.sheets.team_targets import Asked, TargetTable, plan_changes, target_table
from tests.dashboard.conftest import full, make_home
from tests.dashboard.server.test_routes import get

MONTH = parse_month("2026-10")
JIA = SheetKey("goals", "2026-10", "person", "1001")
YI = SheetKey("goals", "2026-10", "person", "1002")
NAME = '=HYPERLINK("http://x.invalid","样例")'


@pytest.fixture(scope="module")
def typed_home(tmp_path_factory) -> Home:
    """The full home, where one person's name is a formula, and a target of each kind is typed."""
    tables = full()
    tables["agents"] = [
        one | ({"name": NAME} if one["agent_id"] == "1002" else {}) for one in tables["agents"]
    ]
    home = make_home(tmp_path_factory.mktemp("typed") / "home", **tables)
    fields = [("csat", "next_target", "0.925", 0), ("handling_time", "next_target", "240", 0)]
    records = records_of(home, create=True)
    records.save_many(JIA, fields, "local")
    records.close()
    return home


@pytest.fixture
def home(tmp_path, typed_home: Home) -> Home:
    """A copy of it to write into."""
    return Home(Path(shutil.copytree(typed_home.path, tmp_path / "home")))


@pytest.fixture
def table(home: Home) -> TargetTable:
    return target_table(open_view(home), MONTH)


def edited(content: bytes, edit: Callable[[Worksheet], None]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    edit(book.worksheets[0])
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def place(paper: Worksheet, subject: str, indicator: str) -> tuple[int, int]:
    """Row and column of a target by what the hidden column and row say."""
    row = next(cell.row for cell in paper["A"] if cell.value == subject)
    return row, next(cell.column for cell in paper[3] if cell.value == indicator)


def put(**values: object) -> Callable[[Worksheet], None]:
    """Type into the row of 1001: put(csat=0.9, transfer="5%")."""

    def edit(paper: Worksheet) -> None:
        for indicator, value in values.items():
            row, column = place(paper, "person:1001", indicator)
            paper.cell(row, column).value = value

    return edit


def asked(table: TargetTable, content: bytes) -> dict[str, Asked]:
    found = read_targets(content, "目标.xlsx", table)
    assert found.said == ()
    return {one.indicator: one for one in found.asked}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_nobody_edited_asks_for_nothing(table: TargetTable, lang: str) -> None:
    content = targets_workbook(table, lang)
    assert asked(table, content) == {}
    assert asked(table, edited(content, lambda _: None)) == {}


def test_edited_cells_are_changes_in_the_unit_of_each(table: TargetTable) -> None:
    edit = put(csat=0.93, qa_score="95%", handling_time=230.5, transfer=None, attendance=1)
    found = asked(table, edited(targets_workbook(table, "zh"), edit))
    assert {key: (one.value, one.version, one.problem) for key, one in found.items()} == {
        "csat": ("0.93", 1, None),
        "qa_score": ("0.95", 0, None),
        "handling_time": ("230.5", 1, None),
        "attendance": ("1", 0, None),
    }
    changes = plan_changes(table, found.values())
    assert {one.indicator: one.status for one in changes} == {
        "csat": "changed", "handling_time": "changed", "qa_score": "new", "attendance": "new",
    }  # fmt: skip


def test_an_emptied_cell_takes_the_target_out(table: TargetTable) -> None:
    (change,) = plan_changes(
        table, asked(table, edited(targets_workbook(table, "en"), put(csat=None))).values()
    )
    assert (change.status, change.before, change.after) == ("changed", "0.925", "")


def test_a_change_by_somebody_else_is_stale_only_where_the_file_was_edited(
    home: Home, table: TargetTable
) -> None:
    content = edited(targets_workbook(table, "zh"), put(csat=0.95))
    fields = [("csat", "next_target", "0.9", 1), ("handling_time", "next_target", "200", 1)]
    records_of(home).save_many(JIA, fields, "other")
    now = target_table(open_view(home), MONTH)
    (change,) = plan_changes(now, asked(now, content).values())
    assert (change.indicator, change.status, change.before, change.after) == ("csat", "stale", "0.9", "0.95")


def test_names_are_no_formulas_and_grey_cells_are_locked(home: Home) -> None:
    take(records_of(home), YI, Step("agreed", "王组长", form_number="1", content="[]"), "local")
    table = target_table(open_view(home), MONTH)
    book = openpyxl.load_workbook(io.BytesIO(targets_workbook(table, "zh")))
    paper = book.worksheets[0]
    assert {cell.data_type for row in paper.iter_rows() for cell in row} <= {"s", "n"}
    row, column = place(paper, "person:1002", "csat")
    assert paper.cell(row, 3).value == NAME
    assert paper.protection.sheet
    assert paper.cell(row, column).protection.locked
    assert paper.cell(row, column).fill.start_color.rgb == "FFF2F2F2"
    row, column = place(paper, "person:1001", "csat")
    assert not paper.cell(row, column).protection.locked
    assert (paper.cell(row, column).value, paper.cell(row, column).number_format) == (0.925, "0.0##%")
    assert paper.cell(row, place(paper, "person:1001", "service_level")[1]).protection.locked
    assert paper.column_dimensions["A"].hidden
    assert paper.row_dimensions[3].hidden
    assert book.worksheets[1].sheet_state == "hidden"
    rules = {
        str(one.sqref): (one.operator, one.formula1, one.formula2)
        for one in paper.data_validations.dataValidation
    }
    letter = paper.cell(row, column).column_letter
    assert rules[f"{letter}6:{letter}8"] == (None, "0", "1")  # between
    assert asked(table, edited(targets_workbook(table, "zh"), lambda _: None)) == {}


def test_a_locked_target_that_was_edited_all_the_same_is_not_taken(home: Home, table: TargetTable) -> None:
    content = edited(targets_workbook(table, "zh"), put(csat=0.95))
    take(records_of(home), JIA, Step("agreed", "王组长", form_number="1", content="[]"), "local")
    now = target_table(open_view(home), MONTH)
    assert [one.status for one in plan_changes(now, asked(now, content).values())] == ["locked"]


def test_rows_in_another_order_are_found_again(table: TargetTable) -> None:
    def sort(paper: Worksheet) -> None:
        put(csat=0.95)(paper)
        first, last = paper.max_row - 1, paper.max_row
        for column in range(1, paper.max_column + 1):
            one, other = paper.cell(first, column), paper.cell(last, column)
            one.value, other.value = other.value, one.value

    (found,) = asked(table, edited(targets_workbook(table, "zh"), sort)).values()
    assert (found.subject.key, found.value) == ("1001", "0.95")


def test_rows_of_nobody_and_of_others_are_said(table: TargetTable) -> None:
    def spoil(paper: Worksheet) -> None:
        row, column = place(paper, "person:1001", "csat")
        paper.cell(row, 3).value = "别的名字"
        paper.cell(row, column).value = 0.5
        extra = paper.max_row + 1
        for at, value in ((2, "1009"), (3, "新人"), (column, 0.9)):
            paper.cell(extra, at).value = value

    found = read_targets(edited(targets_workbook(table, "zh"), spoil), "目标.xlsx", table)
    assert found.asked == ()
    said = [str(one) for one in found.said]
    assert "1001 别的名字" in said[0]
    assert "1001 样例员工01" in said[0]
    assert "1009 新人" in said[1]


def test_a_target_for_someone_it_is_not_measured_for_is_refused(table: TargetTable) -> None:
    found = asked(table, edited(targets_workbook(table, "zh"), put(service_level=0.8)))
    assert [one.status for one in plan_changes(table, found.values())] == ["invalid"]


@pytest.mark.parametrize("text", ["多", "-5%", "120%", "=1/0", "90", "1.5"])
def test_a_cell_that_cannot_be_read_says_why(table: TargetTable, text: str) -> None:
    value = float(text) if text in ("90", "1.5") else text
    found = asked(table, edited(targets_workbook(table, "zh"), put(csat=value)))
    assert found["csat"].problem is not None


def test_an_error_value_does_not_take_a_target_out(table: TargetTable) -> None:
    found = asked(table, edited(targets_workbook(table, "zh"), put(csat="#N/A")))
    assert "#N/A" in str(found["csat"].problem)


@pytest.mark.parametrize(
    ("text", "unit", "stored"),
    [
        ("0.925", "share", "0.925"),  # the cell shows 92.5%
        ("1", "share", "1"),  # 100%
        ("0.005", "share", "0.005"),  # 0.5%
        ("92.5%", "share", "0.925"),
        ("92.5％", "share", "0.925"),
        ("0", "share", "0"),
        ("", "share", ""),
        ("20", "seconds", "20"),
        ("0.5", "per_1000", "0.5"),
        ("1,200", "count", "1200"),
    ],
)
def test_a_cell_as_it_is_stored(text: str, unit: str, stored: str) -> None:
    assert stored_cell(text, unit) == stored


@pytest.mark.parametrize("text", ["90", "1.5", "9000%", "-0.1", "0,9"])
def test_a_share_that_may_be_meant_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(Problem):
        stored_cell(text, "share")


def test_a_number_pasted_over_the_percent_format_is_asked_back() -> None:
    with pytest.raises(Problem, match="Is that 9000% or 90%"):
        stored_cell("90", "share")


@pytest.mark.parametrize("month", ["2026-09", "2026-10"])
def test_a_workbook_of_another_month_or_team_is_refused(home: Home, table: TargetTable, month: str) -> None:
    other = target_table(open_view(home), parse_month(month), "一班" if month == "2026-10" else None)
    with pytest.raises(Problem) as refused:
        read_targets(targets_workbook(other, "zh"), "目标.xlsx", table)
    assert "Everyone" in str(refused.value)


def test_other_files_are_refused_with_a_sentence(table: TargetTable) -> None:
    plain = openpyxl.Workbook()
    buffer = io.BytesIO()
    plain.save(buffer)
    content = targets_workbook(table, "zh")
    for bad in (b"", b"not a workbook", "工号,目标\n1001,90\n".encode(), buffer.getvalue(), content[:2000]):
        with pytest.raises(Problem) as refused:
            read_targets(bad, "别的.xlsx", table)
        assert refused.value.where == "别的.xlsx"


@pytest.mark.parametrize("version", ["9" * 5000, "-1", "1.5", "²", "x"], ids=lambda text: text[:3])
def test_a_version_that_is_none_is_refused_with_a_sentence(table: TargetTable, version: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(targets_workbook(table, "zh")))
    book[HIDDEN]["C2"] = version
    changed = io.BytesIO()
    book.save(changed)
    with pytest.raises(Problem, match="hidden sheet was changed"):
        read_targets(changed.getvalue(), "x.xlsx", table)


def test_a_column_that_is_gone_is_said(table: TargetTable) -> None:
    def cut(paper: Worksheet) -> None:
        paper.cell(3, place(paper, "person:1001", "csat")[1]).value = None

    with pytest.raises(Problem, match="csat"):
        read_targets(edited(targets_workbook(table, "zh"), cut), "目标.xlsx", table)


def test_the_route_gives_the_workbook_of_a_team_and_keeps_it_out_of_caches(home: Home) -> None:
    answer = get(home, "/export/targets/targets.xlsx?period=2026-10&kind=team&id=一班&lang=zh")
    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-store"
    table = target_table(open_view(home), MONTH, "一班")
    assert read_targets(answer.content, "目标.xlsx", table).asked == ()
    assert get(home, "/export/targets/targets.csv?period=2026-10").status == 404
    assert get(home, "/export/targets/targets.xlsx?period=2026-10&team=无").status == 404
