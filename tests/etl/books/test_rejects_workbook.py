"""Rejected rows out as a workbook, corrected, and in again: settled with a trace, or still there with a reason."""

from __future__ import annotations

import csv
import io
import json

import openpyxl
import pytest

from dashboard.export.rejects import rejects_workbook
from etl.books.book_lists import reject_rows, rejected_whole, settled_rows
from etl.books.set_aside import KEPT_ROWS
from etl.errors import Problem
from etl.home import Home
from etl.loading.load import load
from etl.loading.report import report_json
from etl.snapshots.snapshot import current, current_id
from tests.etl.conftest import CALLS

GOOD = "C1,2026-10-01 09:00:00,是,0042,12,200,13800138000"
BAD_TIME = "C2,31/10/2026 09:00,是,0042,12,200,13800138001"
BAD_WAIT = "C3,2026-10-02 09:00:00,是,0043,soon,100,13800138002"
TORN = "C4,2026-10-03 09:00:00,是,0042"
IDENTITY = ("loaded", "updated", "duplicate", "rejected", "ignored")


def only(report):
    """The one file of a report, after its accounting identity was checked."""
    (file,) = report_json(report)["files"]
    assert file["rows_read"] == sum(file[name] for name in IDENTITY), file
    return file


class Workbook:
    """The rejected rows of a home as a person has them in a spreadsheet."""

    def __init__(self, home, lang="zh", **narrowed):
        content = rejects_workbook(home, current(home), lang, **narrowed)
        self.book = openpyxl.load_workbook(io.BytesIO(content))

    def sheet(self, place=0):
        return self.book.worksheets[place]

    def header(self, place=0):
        return [cell.value for cell in self.sheet(place)[2]]

    def cell(self, column, row, place=0):
        """The cell under the heading `column` in the row of the source file numbered `row`."""
        header = self.header(place)
        for line in self.sheet(place).iter_rows(min_row=3):
            if line[2].value == str(row):
                return line[header.index(column)]
        raise KeyError(row)

    def correct(self, column, row, text, place=0):
        self.cell(column, row, place).value = text
        return self

    def delete(self, row, place=0):
        self.sheet(place).delete_rows(self.cell(self.header(place)[3], row, place).row)
        return self

    def save(self, path):
        self.book.save(path)
        return path


@pytest.fixture
def rejected(home, calls):
    """A home with one good row and two bad ones."""
    only(load(home, [calls("calls.csv", GOOD, BAD_TIME, BAD_WAIT)]))
    return home


def listed(home):
    return reject_rows(current(home)).select("file", "row", "column", "rule").rows()


def facts(home, columns="call_id, started_at, wait_s, customer_shown", table="calls"):
    return current(home).query(f"SELECT {columns} FROM {table} ORDER BY 1").rows()


def test_the_workbook_has_the_columns_of_the_file_and_says_what_is_wrong(rejected):
    book = Workbook(rejected)
    assert book.book.sheetnames == ["calls.csv 通话记录"]
    header = book.header()
    assert header[3:-1] == CALLS.split(",")
    assert header[1] == "列 (Service KPI)"
    line = [cell.value for cell in book.sheet()[3]]
    assert line[:3] == ["不是日期时间", "来电时间", "3"]
    assert line[3:9] == ["C2", "31/10/2026 09:00", "是", "0042", "12", "200"]
    assert line[9] == "138****8001"
    faulty = [cell.fill.start_color.rgb for cell in book.sheet()[3]]
    assert [n for n, colour in enumerate(faulty) if colour == "FFFFF2A8"] == [4]
    assert all(cell.data_type == "s" and cell.number_format == "@" for cell in book.sheet()[3])
    ours = ["Reason (Service KPI)", "Column (Service KPI)", "Row in the file (Service KPI)"]
    assert Workbook(rejected, "en").header()[:3] == ours


def test_corrected_rows_load_leave_the_list_and_keep_their_customer(rejected, tmp_path):
    file = load(rejected, [tmp_path / "nothing.csv"]).files[0]
    assert file.status == "refused"
    book = Workbook(rejected).correct("来电时间", 3, "2026-10-31 09:00").correct("等待秒数", 4, "7")
    file = only(load(rejected, [book.save(tmp_path / "corrected.xlsx")]))
    assert (file["status"], file["source"], file["table"]) == ("loaded", "plain_calls", "calls")
    assert (file["rows_read"], file["loaded"], file["rejected"]) == (2, 2, 0)
    assert "2 rejected rows of calls.csv are settled; 0 of those that came back are not." in file["warnings"]
    assert [(key, str(at)[:16], wait, shown) for key, at, wait, shown in facts(rejected)] == [
        ("C1", "2026-10-01 09:00", 12.0, "138****8000"),
        ("C2", "2026-10-31 09:00", 12.0, "138****8001"),
        ("C3", "2026-10-02 09:00", 7.0, "138****8002"),
    ]
    assert listed(rejected) == []
    trace = settled_rows(current(rejected), limit=10).select("file", "row", "rule", "settled_by").rows()
    assert trace == [
        ("calls.csv", 3, "unreadable_time", "corrected.xlsx"),
        ("calls.csv", 4, "unreadable_seconds", "corrected.xlsx"),
    ]
    assert facts(rejected, "DISTINCT file_id") == [(1,), (2,)]


def test_the_customer_is_the_one_that_the_file_named(home, calls, rejected, tmp_path):
    load(home, [calls("more.csv", "C8,2026-10-05 09:00:00,是,0042,1,1,13800138001")])
    book = Workbook(home).correct("来电时间", 3, "2026-10-31 09:00").correct("等待秒数", 4, "7")
    book.correct("客户号码", 4, "+86 138-0013-8001")
    load(home, [book.save(tmp_path / "corrected.xlsx")])
    keys = dict(facts(home, "call_id, customer_key"))
    assert keys["C2"] == keys["C8"] == keys["C3"] != keys["C1"]


def test_a_cleared_customer_is_none(rejected, tmp_path):
    book = Workbook(rejected).correct("来电时间", 3, "2026-10-31 09:00").correct("客户号码", 3, None)
    load(rejected, [book.save(tmp_path / "corrected.xlsx")])
    assert dict(facts(rejected, "call_id, customer_key"))["C2"] is None


def test_no_number_is_kept_or_shown_in_clear(home, calls, write, tmp_path):
    number = "13800138000"
    rows = [
        f"C2,31/10/2026 09:00,是,1,1,1,{number}",
        f"C3,{number},是,1,1,1,{number}",
        f"C4,2026-10-01 09:00:00,是,1,1,1,{number},{number}",
    ]
    load(
        home,
        [
            calls("calls.csv", *rows),
            write("t.csv", "工单编号,受理时间,原因,客户号码", f"T,x,致电{number},{number}"),
        ],
    )
    hits = [path for path in home.path.rglob("*") if path.is_file() and number.encode() in path.read_bytes()]
    assert hits == []
    kept = current(home).query("SELECT cells FROM rejects")["cells"].to_list()
    assert len(kept) == 4
    assert all(cells and number not in cells for cells in kept)
    for sheet in Workbook(home).book:
        assert not [cell.value for line in sheet for cell in line if number in str(cell.value)]


def test_still_faulty_rows_stay_once_with_the_new_reason(rejected, tmp_path):
    book = Workbook(rejected).correct("来电时间", 3, "2026-10-31 09:00").correct("等待秒数", 3, "later")
    book.correct("等待秒数", 4, "9")
    file = only(load(rejected, [book.save(tmp_path / "first.xlsx")]))
    assert (file["loaded"], file["rejected"], file["reject_rules"]) == (1, 1, {"unreadable_seconds": 1})
    assert listed(rejected) == [("calls.csv", 3, "wait_s", "unreadable_seconds")]
    again = Workbook(rejected)
    assert again.cell("来电时间", 3).value == "2026-10-31 09:00"  # what was right is not asked twice
    load(rejected, [again.correct("等待秒数", 3, "4").save(tmp_path / "second.xlsx")])
    assert listed(rejected) == []
    assert dict(facts(rejected, "call_id, customer_shown"))["C2"] == "138****8001"
    trace = settled_rows(current(rejected), limit=10).select("row", "settled_by").sort("row").rows()
    assert trace == [(3, "second.xlsx"), (4, "first.xlsx")]


def test_the_same_workbook_twice_changes_nothing(rejected, tmp_path):
    book = Workbook(rejected).correct("来电时间", 3, "2026-10-31 09:00").correct("等待秒数", 4, "7")
    path = book.save(tmp_path / "corrected.xlsx")
    load(rejected, [path])
    before = current_id(rejected)
    assert only(load(rejected, [path]))["status"] == "unchanged"
    assert current_id(rejected) == before
    book.sheet()["A1"].value = "saved once more"
    file = only(load(rejected, [book.save(tmp_path / "saved again.xlsx")]))
    assert (file["duplicate"], file["loaded"], file["updated"]) == (2, 0, 0)
    assert [row[5] for row in settled_rows(current(rejected), limit=9).rows()] == [
        settled_rows(current(rejected), limit=9)["settled_at"][0]
    ] * 2
    assert set(settled_rows(current(rejected), limit=9)["settled_by"]) == {"corrected.xlsx"}
    book.correct("等待秒数", 4, "8")  # thought better of it
    assert only(load(rejected, [book.save(tmp_path / "better.xlsx")]))["updated"] == 1
    assert dict(facts(rejected, "call_id, wait_s"))["C3"] == 8.0


def test_deleted_and_untouched_rows_stay_rejected(rejected, tmp_path):
    book = Workbook(rejected).delete(3)
    file = only(load(rejected, [book.save(tmp_path / "untouched.xlsx")]))
    assert (file["rows_read"], file["rejected"]) == (1, 1)
    assert [row[1] for row in listed(rejected)] == [3, 4]
    assert reject_rows(current(rejected)).height == 2


def test_torn_rows_are_put_right_by_moving_their_cells(home, calls, tmp_path):
    long = "C5,2026-10-04 09:00:00,是,0042,1,1,,spare"
    load(home, [calls("calls.csv", GOOD, TORN, long)])
    book = Workbook(home)
    assert book.header()[-2:] == ["+1 (Service KPI)", "service-kpi:row"]
    assert book.cell("+1 (Service KPI)", 4).value == "spare"
    path = book.save(tmp_path / "untouched.xlsx")
    assert only(load(home, [path]))["reject_rules"] == {"wrong_number_of_cells": 2}
    assert [(row[1], row[3]) for row in listed(home)] == [
        (3, "wrong_number_of_cells"),
        (4, "wrong_number_of_cells"),
    ]
    book.correct("通话秒数", 3, "50").correct("+1 (Service KPI)", 4, None)
    file = only(load(home, [book.save(tmp_path / "corrected.xlsx")]))
    assert (file["loaded"], file["rejected"]) == (2, 0)
    assert [row[0] for row in facts(home)] == ["C1", "C4", "C5"]


def test_a_masked_number_is_never_taken_for_a_number(home, calls, write, tmp_path):
    torn = "C4,2026-10-03 09:00:00,是,0042,1,1,13900139000,x"
    load(home, [calls("calls.csv", GOOD, torn)])
    book = Workbook(home).correct("+1 (Service KPI)", 3, None)
    assert book.cell("客户号码", 3).value == "139****9000"
    file = only(load(home, [book.save(tmp_path / "a.xlsx")]))
    assert file["reject_rules"] == {"masked_value": 1}
    assert [row[0] for row in facts(home)] == ["C1"]
    assert listed(home) == [("calls.csv", 3, None, "masked_value")]
    load(home, [book.correct("客户号码", 3, "13900139000").save(tmp_path / "b.xlsx")])
    assert facts(home)[1][0::3] == ("C4", "139****9000")
    assert listed(home) == []


def test_rows_that_are_none_of_ours_are_said(rejected, tmp_path):
    book = Workbook(rejected).correct("来电时间", 3, "2026-10-31 09:00").correct("等待秒数", 4, "7")
    sheet, mark = book.sheet(), book.header().index("service-kpi:row")
    line = [cell.value for cell in sheet[3]]
    sheet.append([*line[:3], "C7", *line[4:mark], None])  # a new row, typed by hand
    sheet.append([*line[:3], "C8", *line[4:mark], line[mark]])  # a copy of one of ours
    sheet.append([*line[:3], "C9", *line[4:mark], line[mark][:-1] + "x"])  # with a token of nobody's making
    file = only(load(rejected, [book.save(tmp_path / "more.xlsx")]))
    assert (file["rows_read"], file["loaded"], file["rejected"]) == (5, 2, 3)
    assert file["reject_rules"] == {"not_a_rejected_row": 2, "row_given_twice": 1}
    assert [row[0] for row in facts(rejected)] == ["C1", "C2", "C3"]
    assert [(row[0], row[3]) for row in listed(rejected)] == [
        ("more.xlsx", "not_a_rejected_row"),
        ("more.xlsx", "row_given_twice"),
        ("more.xlsx", "not_a_rejected_row"),
    ]


def test_a_workbook_of_another_home_is_refused(rejected, calls, tmp_path):
    other = Home(tmp_path / "other")
    load(other, [calls("other.csv", GOOD, BAD_TIME)])
    path = Workbook(other).correct("来电时间", 3, "2026-10-31 09:00").save(tmp_path / "other.xlsx")
    before = current_id(rejected)
    (file,) = load(rejected, [path]).files
    assert file.status == "refused"
    assert "None of these rows is known here" in str(file.problem)
    assert current_id(rejected) == before


@pytest.mark.parametrize(
    ("column", "words"), [("service-kpi:row", "says which"), ("是否接通", "“是否接通” of calls.csv is gone")]
)
def test_a_workbook_without_one_of_its_columns_is_refused(rejected, tmp_path, column, words):
    book = Workbook(rejected).correct("来电时间", 3, "2026-10-31 09:00")
    book.sheet().delete_cols(book.header().index(column) + 1)
    (file,) = load(rejected, [book.save(tmp_path / "cut.xlsx")]).files
    assert file.status == "refused"
    assert words in str(file.problem)
    assert len(listed(rejected)) == 2


def test_sorted_rows_moved_columns_and_csv_are_known_again(rejected, tmp_path):
    book = Workbook(rejected).correct("来电时间", 3, "2026-10-31 09:00").correct("等待秒数", 4, "7")
    lines = [[cell.value or "" for cell in line] for line in book.sheet().iter_rows(min_row=2)]
    turned = [line[::-1] for line in [lines[0], *lines[:0:-1]]]
    path = tmp_path / "corrected.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(turned)
    file = only(load(rejected, [path]))
    assert (file["loaded"], file["rejected"]) == (2, 0)
    assert dict(facts(rejected, "call_id, customer_shown"))["C3"] == "138****8002"


def test_text_that_looks_like_a_formula_stays_text(home, calls, tmp_path):
    load(home, [calls("calls.csv", '=1+1,"=HYPERLINK(""http://x"")",是,0042,12,200,', "@x,+5,是,-1,12,200,")])
    book = Workbook(home)
    for line in book.sheet().iter_rows():
        assert all(cell.data_type != "f" and cell.hyperlink is None for cell in line)
    assert book.cell("来电时间", 2).value == '=HYPERLINK("http://x")'
    book.correct("来电时间", 2, "2026-10-01").correct("来电时间", 3, "2026-10-01")
    book.cell("通话编号", 2).data_type = "s"  # openpyxl takes it for a formula when it writes; Excel does not
    book.cell("通话编号", 3).data_type = "s"
    assert only(load(home, [book.save(tmp_path / "c.xlsx")]))["loaded"] == 2
    assert [row[0] for row in facts(home)] == ["=1+1", "@x"]


def test_two_tables_of_one_file_are_two_sheets(home, write, tmp_path):
    header = "质检编号,客服工号,质检时间,信息准确[10],语气[5]"
    path = write("qa.csv", header, "Q1,0042,2026-10-01,8,5", "Q2,0042,neverday,99,5")
    load(home, [path])
    assert {row[2] for row in reject_rows(current(home)).select("file", "row", "table").rows()} == {
        "qa_reviews",
        "qa_items",
    }
    book = Workbook(home)
    assert [name.split(" ")[1] for name in book.book.sheetnames] == ["质检记录", "质检要点得分"]
    faulty = [cell.value for cell in book.sheet(1)[3] if cell.fill.start_color.rgb == "FFFFF2A8"]
    assert faulty == ["99"]
    book.correct("质检时间", 3, "2026-10-02", 0).correct("信息准确[10]", 3, "9", 1)
    report = load(home, [book.save(tmp_path / "qa.xlsx")])
    assert [(file.table, file.counts.loaded, file.counts.rejected) for file in report.files] == [
        ("qa_reviews", 1, 0),
        ("qa_items", 1, 0),
    ]
    assert facts(home, "review_id, item, earned", "qa_items")[-1][2] in (5.0, 9.0)
    assert len(facts(home, "review_id", "qa_reviews")) == 2
    assert listed(home) == []


def test_folded_rows_are_corrected_with_the_rest_of_their_case(home, tmp_path):
    (home.config / "sources").mkdir(parents=True)
    (home.config / "sources" / "events.toml").write_text(
        """
title = { zh = "事件", en = "Events" }
headers = ["case", "at", "event"]
[[table]]
contract = "tickets"
fold = "\\"case\\""
[table.columns]
ticket_id = "min(\\"case\\")"
opened_at = "min(\\"at\\")"
kind = "'service'"
""",
        encoding="utf-8",
    )
    path = tmp_path / "events.csv"
    path.write_text(
        "case,at,event\nA,2026-10-01 09:00,open\nB,01.xx,open\nB,2026-10-02 10:00,note\nB,2026-10-02 11:00,close\n"
    )
    file = only(load(home, [path]))
    assert (file["loaded"], file["rejected"]) == (1, 3)
    book = Workbook(home).correct("at", 3, "2026-10-02 09:00").delete(4).delete(5)
    file = only(load(home, [book.save(tmp_path / "events.xlsx")]))
    assert (file["loaded"], file["rejected"], file["facts"]) == (3, 0, 1)
    assert any("2 rejected rows of the same cases" in text for text in file["warnings"])
    assert [str(row[1])[:16] for row in facts(home, "ticket_id, opened_at", "tickets")] == [
        "2026-10-01 09:00",
        "2026-10-02 09:00",
    ]
    assert listed(home) == []


def test_the_same_file_again_lists_its_rejects_once_and_keeps_what_was_corrected(home, calls, tmp_path):
    path = calls("calls.csv", GOOD, BAD_TIME, BAD_WAIT)
    load(home, [path])
    book = Workbook(home).correct("来电时间", 3, "2026-10-31 09:00")
    load(home, [book.save(tmp_path / "corrected.xlsx")])
    assert only(load(home, [path], again=True))["rejected"] == 2
    assert listed(home) == [("calls.csv", 4, "wait_s", "unreadable_seconds")]
    assert {row[0] for row in facts(home)} == {"C1", "C2"}
    assert len(rejected_whole(current(home))) == 1


def test_a_correction_of_the_map_settles_what_the_old_one_rejected(home, write):
    (home.config / "sources").mkdir(parents=True)
    own = home.config / "sources" / "own.toml"
    text = 'title = { zh = "自", en = "Own" }\nheaders = ["no", "when"]\n[[table]]\ncontract = "tickets"\n[table.columns]\nticket_id = "\\"no\\""\n'
    own.write_text(text + 'opened_at = "\\"when\\""\n', encoding="utf-8")
    path = write("own.csv", "no,when", "T1,31.12.2025 10:00")
    assert only(load(home, [path]))["rejected"] == 1
    own.write_text(
        text + 'opened_at = { expression = "\\"when\\"", formats = ["%d.%m.%Y %H:%M"] }\n', encoding="utf-8"
    )
    assert only(load(home, [path]))["loaded"] == 1
    assert listed(home) == []
    assert settled_rows(current(home), limit=9)["settled_by"].to_list() == ["own.csv"]


def test_a_source_that_is_gone_is_said(home, write, tmp_path):
    (home.config / "sources").mkdir(parents=True)
    own = home.config / "sources" / "own.toml"
    own.write_text(
        'title = { zh = "自", en = "Own" }\nheaders = ["no", "when"]\n[[table]]\ncontract = "tickets"\n'
        '[table.columns]\nticket_id = "\\"no\\""\nopened_at = "\\"when\\""\n',
        encoding="utf-8",
    )
    load(home, [write("own.csv", "no,when", "T1,x")])
    path = Workbook(home).correct("when", 2, "2026-10-01").save(tmp_path / "own.xlsx")
    own.unlink()
    (file,) = load(home, [path]).files
    assert "own that these rows were read with is gone" in str(file.problem)


def test_a_large_file_keeps_the_cells_of_its_rejects_too(home, tmp_path):
    path = tmp_path / "large.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(CALLS + "\n")
        for n in range(120_000):
            file.write(f"C{n},2026-10-01 09:00:00,是,0042,{'x' if n % 5_000 == 7 else 12},200,138{n:08d}\n")
        file.write("T1,2026-10-01\n")
    assert path.stat().st_size > 5 << 20
    file = only(load(home, [path]))
    assert file["rejected"] == 25
    book = Workbook(home)
    assert book.cell("通话编号", 9).value == "C7"
    assert book.cell("客户号码", 9).value == "138****0007"
    assert book.cell("通话编号", 120_002).value == "T1"
    file = only(load(home, [book.correct("等待秒数", 9, "5").save(tmp_path / "corrected.xlsx")]))
    assert (file["loaded"], file["rejected"]) == (1, 24)
    shown = current(home).query("SELECT wait_s, customer_shown FROM calls WHERE call_id = 'C7'").rows()
    assert shown == [(5.0, "138****0007")]
    assert reject_rows(current(home)).height == 24


def test_no_more_rows_are_kept_whole_than_somebody_corrects(home, tmp_path, monkeypatch):
    monkeypatch.setattr("etl.books.set_aside.KEPT_ROWS", 3)
    path = tmp_path / "calls.csv"
    path.write_text(
        "\n".join([CALLS, *(BAD_WAIT.replace("C3", f"B{n}") for n in range(5))]), encoding="utf-8"
    )
    load(home, [path])
    book = Workbook(home, "en")
    assert book.sheet().max_row == 2 + 3
    assert book.sheet()["A1"].value.startswith("Only the first 3 of 5 rejected rows.")
    assert reject_rows(current(home)).height == 5
    assert KEPT_ROWS > 1_000


def test_a_dry_run_settles_nothing(rejected, tmp_path):
    path = Workbook(rejected).correct("来电时间", 3, "2026-10-31 09:00").save(tmp_path / "c.xlsx")
    file = only(load(rejected, [path], dry_run=True))
    assert (file["loaded"], file["rejected"]) == (1, 1)
    assert len(listed(rejected)) == 2


def test_without_rejects_there_is_no_workbook(home, calls):
    load(home, [calls("calls.csv", GOOD)])
    with pytest.raises(Problem, match="no rejected row"):
        rejects_workbook(home, current(home), "en")
    with pytest.raises(Problem, match="no rejected row"):
        rejects_workbook(home, None, "en")


def test_cells_are_kept_as_json_that_says_what_is_hidden(rejected):
    kept = [json.loads(text) for text in current(rejected).query("SELECT cells FROM rejects")["cells"]]
    assert kept[0]["cells"][:2] == ["C2", "31/10/2026 09:00"]
    shown, key = kept[0]["cells"][-1]
    assert shown == "138****8001"
    assert key.isdecimal()
