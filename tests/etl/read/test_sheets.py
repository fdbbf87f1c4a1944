"""Headers, merged ranges, hidden parts and old workbooks: what a sheet shows, and what it does not."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest
import xlwt

from etl.errors import Problem
from etl.loading.load import load
from etl.loading.report import report_json
from etl.read import header_word
from etl.read import xlsx as xlsx_reader
from etl.snapshots.snapshot import current
from tests.etl.reading import CALLS, cells, numbers, raw_book

# --- headers, merged ranges, what is hidden


def test_title_rows_stand_above_the_header(book, home):
    def fill(workbook, sheet):
        sheet.merge_range(0, 0, 0, 6, "话务明细表")
        sheet.write_string(1, 0, "导出时间:2026-10-02")
        sheet.write_row(3, 0, CALLS)
        sheet.write_row(4, 0, ["C1", "2026-10-01 09:00:00", "是", "0042", 5, 60, "13800138000"])

    (file,) = report_json(load(home, [book(fill)]))["files"]
    assert (file["table"], file["rows_read"], file["loaded"], file["warnings"]) == ("calls", 1, 1, [])
    assert current(home).query("SELECT file_row FROM calls").item() == 5


def test_two_header_rows_make_one(book, look):
    def fill(workbook, sheet):
        for column, word in enumerate(["工号", "姓名"]):
            sheet.merge_range(0, column, 1, column, word)
        sheet.merge_range(0, 2, 0, 3, "等待")
        sheet.merge_range(0, 4, 0, 5, "通话")
        sheet.write_row(1, 2, ["次数", "秒数", "次数", "秒数"])
        sheet.write_row(2, 0, ["7", "张三", 3, 20, 4, 90])

    look(book(fill))
    joined = ("工号", "姓名", "等待 次数", "等待 秒数", "通话 次数", "通话 秒数")
    assert (2, joined, None) in look.heads["甲"]
    assert header_word("等待 秒数") == header_word("等待\n秒数") == "等待秒数"
    assert header_word("Call  Id") == "call id"


def test_words_that_are_unique_stand_without_their_group(book, look):
    def fill(workbook, sheet):
        sheet.merge_range(0, 0, 0, 1, "客服")
        sheet.merge_range(0, 2, 0, 3, "通话")
        sheet.write_row(1, 0, ["工号", "姓名", "次数", "秒数"])
        sheet.write_row(2, 0, ["7", "张三", 4, 90])

    look(book(fill))
    assert [row.cells for row in look.heads["甲"]] == [
        ("客服", "客服", "通话", "通话"),
        ("工号", "姓名", "次数", "秒数"),
        ("7", "张三", "4", "90"),
    ]


def test_two_header_rows_load(book, home):
    def fill(workbook, sheet):
        for column, word in [(0, CALLS[0]), (1, CALLS[1]), (2, CALLS[2]), (3, CALLS[3])]:
            sheet.merge_range(0, column, 1, column, word)
        sheet.merge_range(0, 4, 0, 5, "等待")
        sheet.merge_range(0, 6, 0, 7, "通话")
        sheet.write_row(1, 4, ["次数", "秒数", "次数", "秒数"])
        sheet.write_row(2, 0, ["C1", "2026-10-01 09:00:00", "是", "7", 1, 20, 1, 90])

    load(home, [book(fill)])
    assert current(home).query("SELECT wait_s, talk_s, file_row FROM calls").rows() == [(20.0, 90.0, 3)]


def test_a_merged_name_belongs_to_each_of_its_rows(book, look):
    def fill(workbook, sheet):
        sheet.write_row(0, 0, ["姓名", "日期", "秒数"])
        sheet.merge_range(1, 0, 3, 0, "张三")
        for row in (1, 2):  # the last row of the range is blank
            sheet.write_row(row, 1, [f"2026-10-0{row}", row])
        sheet.write_row(4, 1, ["2026-10-05", 5])  # nobody's: not merged, stays empty
        sheet.merge_range(5, 1, 5, 2, "请假")
        sheet.write_string(5, 0, "李四")

    found = look(book(fill))["甲"]
    assert cells(found)[1:] == [
        ("张三", "2026-10-01", "1"),
        ("张三", "2026-10-02", "2"),
        ("", "2026-10-05", "5"),
        ("李四", "请假", "请假"),
    ]
    assert numbers(found) == [1, 2, 3, 5, 6]
    assert look.said["甲"] == ["2 cells have the value of the merged range they are in, the first is A3."]


def test_hidden_rows_columns_and_sheets_are_read_and_said(book, look):
    def fill(workbook, sheet):
        sheet.write_row(0, 0, ["a", "b", "c"])
        for row in range(1, 5):
            sheet.write_row(row, 0, [row, row, row])
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_row(3, None, None, {"hidden": True})
        sheet.set_row(9, None, None, {"hidden": True})  # blank
        sheet.set_column(1, 1, None, None, {"hidden": True})
        workbook.add_worksheet("乙").write_row(0, 0, ["x", "y"])
        workbook.get_worksheet_by_name("乙").hide()

    found = look(book(fill))
    assert [len(found["甲"]), len(found["乙"])] == [5, 1]
    assert look.said == {
        "甲": [
            "2 hidden rows were read as well, the first is row 3.",
            "Hidden columns were read as well: B.",
        ],
        "乙": ["The sheet 乙 is hidden; it was read."],
    }


def test_every_sheet_is_read_and_text_dates_stand_among_real_ones(book, home):
    def fill(workbook, sheet):
        moment = workbook.add_format({"num_format": "yyyy/m/d h:mm"})
        sheet.write_row(0, 0, CALLS)
        sheet.write_row(1, 0, ["C1", "2026-10-01 09:00:00", "是", "007", "12", 60])
        sheet.write_row(2, 0, ["C2", None, "是", 7, 12, 60])
        sheet.write_datetime(2, 1, dt.datetime(2026, 10, 1, 9, 5), moment)
        other = workbook.add_worksheet("二")
        other.write_row(0, 0, CALLS)
        other.write_row(1, 0, ["C3", "2026-10-02 09:00:00", "否", None, 3, None])
        workbook.add_worksheet("说明").write_string(0, 0, "说明")

    (first, second) = report_json(load(home, [book(fill)]))["files"]
    assert [first["loaded"], second["loaded"]] == [2, 1]
    assert "Sheets not read: 说明." in first["warnings"]
    found = current(home).query("SELECT call_id, started_at, agent_id FROM calls ORDER BY 1").rows()
    assert [(row[0], f"{row[1]:%m-%d %H:%M}", row[2]) for row in found] == [
        ("C1", "10-01 09:00", "7"),
        ("C2", "10-01 09:05", "7"),
        ("C3", "10-02 09:00", None),
    ]


def test_an_independent_reader_sees_the_same(book, look):
    def fill(workbook, sheet):
        formats = [
            workbook.add_format({"num_format": code}) for code in ("General", "0.00", "yyyy-mm-dd hh:mm:ss")
        ]
        for row in range(40):
            for column in range(12):
                number = row * 977.25 + column / 7 + 40_000
                if (row + column) % 5 == 0:
                    sheet.write_string(row, column, f"文{row}&<{column}>")
                elif (row * column) % 11:
                    sheet.write_number(row, column, number, formats[(row + column) % 3])

    path = book(fill)
    read = {
        (row.number, place): text for row in look(path)["甲"] for place, text in enumerate(row.cells) if text
    }
    for row in openpyxl.load_workbook(path).active.iter_rows():
        for cell in row:
            text = read.pop((cell.row, cell.column - 1), "")
            if isinstance(cell.value, dt.datetime):
                moment = dt.datetime.fromisoformat(text)
                assert abs(moment - cell.value) <= dt.timedelta(milliseconds=1)
            elif isinstance(cell.value, int | float):
                assert float(text) == pytest.approx(cell.value, rel=1e-14)
            else:
                assert text == (cell.value or "")
    assert read == {}


def test_a_workbook_with_far_cells_is_not_blown_up(tmp_path, look, monkeypatch):
    rows_ = "".join(f"<row r='{n}'><c r='A{n}'><v>{n}</v></c></row>" for n in range(1, 2000))
    far = "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>"
    sheet = xlsx_reader.sheets(str(raw_book(tmp_path, rows_ + far)))[0]
    assert (len(sheet.rows), sum(len(found) for _, found in sheet.rows)) == (2000, 1999 + 16_384)
    merged = "<mergeCells><mergeCell ref='A1:XFD1048576'/></mergeCells>"
    monkeypatch.setattr("etl.read.sheet.MERGED", 10_000)
    with pytest.raises(Problem, match="cannot be read"):
        look(raw_book(tmp_path, rows_ + far, around=merged))


# --- old workbooks


def test_an_old_workbook_is_read_like_a_new_one(tmp_path, look):
    workbook = xlwt.Workbook(encoding="utf-8")
    sheet = workbook.add_sheet("甲")

    def style(code):
        return xlwt.easyxf(num_format_str=code)

    sheet.write_merge(0, 0, 0, 3, "标题")
    for column, word in enumerate(["姓名", "时间", "时长", "号码", "错误"]):
        sheet.write(1, column, word)
    sheet.write_merge(2, 3, 0, 0, "张三")
    sheet.write(2, 1, dt.datetime(2026, 10, 1, 9, 0), style("yyyy-mm-dd hh:mm"))
    sheet.write(2, 2, 1.25, style("[h]:mm:ss"))
    sheet.write(2, 3, 13800138000)
    sheet.write(3, 1, dt.datetime(2026, 10, 2), style('yyyy"年"m"月"d"日"'))
    sheet.write(3, 2, 0.5, style("h:mm"))
    sheet.write(3, 3, True)
    sheet.row(3).hidden = True
    sheet.write(4, 0, "李四")
    sheet.write(4, 2, xlwt.Formula("1+1"))
    sheet.row(5).set_cell_error(0, 42)  # #N/A
    sheet.write(5, 1, "x")
    workbook.add_sheet("乙").write(0, 0, "x")
    workbook.get_sheet(1).visibility = 1
    workbook.save(str(tmp_path / "old.xls"))
    found = look(tmp_path / "old.xls", header_row=2)
    assert look.content.kind == "old_workbook"
    assert cells(found["甲"])[1:] == [
        ("姓名", "时间", "时长", "号码", "错误"),
        ("张三", "2026-10-01 09:00:00", "30:00:00", "13800138000", ""),
        ("张三", "2026-10-02", "12:00:00", "true", ""),
        ("李四", "", "", "", ""),
        ("", "x", "", "", ""),
    ]
    assert look.said == {
        "甲": [
            "1 hidden rows were read as well, the first is row 4.",
            "1 cells have the value of the merged range they are in, the first is A4.",
            "1 cells hold an error such as #N/A and count as empty, the first is A6.",
            "1 formulas have no result and count as empty, the first is C5.",
        ],
        "乙": ["The sheet 乙 is hidden; it was read."],
    }


def test_a_formula_of_an_old_workbook_that_waits_for_excel(tmp_path, look, monkeypatch):
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("甲")
    sheet.write(0, 0, "a")
    sheet.write(1, 0, xlwt.Formula("1+1"))
    sheet.write(1, 1, "x")
    path = tmp_path / "old.xls"
    workbook.save(str(path))
    # Java programs store 0 and "calculate on open" where xlwt stores an empty text.
    unknown = bytes.fromhex("030000000000ffff0000")
    data = path.read_bytes()
    assert data.count(unknown) == 1
    path.write_bytes(data.replace(unknown, bytes(8) + b"\x02\x00"))
    assert look(path)["甲"][1] == (2, ("=", "x"), "formula_without_value")
