"""Numbers, texts, formulas and errors of a workbook as the text that stands for them."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from etl.errors import Problem
from etl.loading.load import load
from etl.loading.report import report_json
from etl.read.cells import shape
from etl.snapshots.snapshot import current
from tests.etl.reading import CALLS, cells, numbers, raw_book

# --- numbers of a spreadsheet


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("General", "number"), ("G/通用格式", "number"), ("0.00E+00", "number"), ("0%", "number"),
        ('#,##0.00"元"', "number"), ('[Red]0"天"', "number"), ("@", "number"), ("0000", "zeros 4"),
        ("yyyy/m/d", "date"), ('yyyy"年"m"月"d"日";@', "date"), ("[$-804]aaaa;@", "date"), ("mmm-yy", "date"),
        ("yyyy-mm-dd hh:mm", "moment"), ("[$-409]m/d/yy h:mm AM/PM;@", "moment"), ("e/m/d", "date"),
        ("h:mm", "clock"), ("mm:ss.0", "clock"), ('上午/下午h"时"mm"分"', "clock"),
        ("[h]:mm:ss", "duration"), ("[mm]:ss", "duration"),
    ],
)  # fmt: skip
def test_a_number_format_says_what_its_numbers_are(code, kind):
    assert shape(code) == kind


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (12.0, "General", "12"),
        (12.5, "General", "12.5"),
        (0.1 + 0.2, "General", "0.3"),
        (1e-7, "General", "0.0000001"),
        (13800138000, "General", "13800138000"),
        (13800138000, "0.00E+00", "13800138000"),
        (0.95, "0%", "0.95"),
        (42, "0000", "0042"),
        (1.5, "0000", "1.5"),
        (46000, "General", "46000"),
        (46000, "yyyy-mm-dd", "2025-12-09"),
        (46000.5, "yyyy-mm-dd", "2025-12-09 12:00:00"),
        (46000.0, "yyyy-mm-dd hh:mm", "2025-12-09 00:00:00"),
        (46000.3820601852, "yyyy/m/d h:mm:ss", "2025-12-09 09:10:10"),
        (0.5, "h:mm", "12:00:00"),
        (0.5, "yyyy-mm-dd h:mm", "12:00:00"),
        (1.25, "[h]:mm:ss", "30:00:00"),
        (1.25, "h:mm:ss", "30:00:00"),
        (46000.25, "h:mm:ss", "2025-12-09 06:00:00"),
        (-0.25, "[h]:mm", "-06:00:00"),
        (0.01, "mm:ss", "00:14:24"),
        (0, "yyyy-mm-dd", "1900-01-00"),
        (59, "yyyy-mm-dd", "1900-02-28"),
        (-3, "yyyy-mm-dd", "-3"),
        (9e9, "yyyy-mm-dd", "9000000000"),
    ],
)
def test_a_number_is_the_text_that_it_stands_for(book, look, value, code, text):
    def fill(workbook, sheet):
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_number(1, 0, value, workbook.add_format({"num_format": code}))
        sheet.write_string(1, 1, "x")

    assert cells(look(book(fill))["甲"])[1] == (text, "x")


def test_dates_count_from_1904_where_the_workbook_says_so(book, look):
    def fill(workbook, sheet):
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_datetime(0, 0, dt.datetime(2026, 10, 1), day)
        sheet.write_number(0, 1, 1.5, workbook.add_format({"num_format": "[h]:mm"}))

    assert cells(look(book(fill, date_1904=True))["甲"]) == [("2026-10-01", "36:00:00")]


def test_built_in_chinese_date_formats_need_no_format_code(tmp_path, look):
    styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="31"/><xf numFmtId="58"/><xf numFmtId="33"/></cellXfs>'
    row = '<c r="A1" s="1"><v>46000</v></c><c r="B1" s="2"><v>46000</v></c><c r="C1" s="3"><v>0.5</v></c>'
    path = raw_book(tmp_path, f"<row r='1'>{row}</row>", styles)
    assert cells(look(path)["甲"]) == [("2025-12-09", "2025-12-09", "12:00:00")]


def test_numbers_in_full_stay_and_shortened_ones_are_told(tmp_path, look):
    row = (
        "<c r='A2'><v>123456789012345678</v></c><c r='B2'><v>1.3800138E10</v></c>"
        "<c r='C2'><v>1.2345678901234568E+17</v></c><c r='D2' t='str'><v>1.38E+10</v></c><c r='E2'><v>1.5E10</v></c>"
    )
    path = raw_book(tmp_path, f"<row r='1'><c r='A1' t='str'><v>a</v></c></row><row r='2'>{row}</row>")
    expected = ("123456789012345678", "13800138000", "123456789012346000", "1.38E+10", "15000000000")
    assert cells(look(path)["甲"])[1] == expected
    assert look.said["甲"] == ["2 numbers have lost digits, the first is C2: format the column as text."]


def test_texts_of_every_kind(tmp_path, look):
    texts = (
        "<si><t xml:space='preserve'> 007 </t></si>"
        "<si><r><t>张</t></r><r><t>三</t></r><rPh><t>zhang</t></rPh></si>"
        "<si><t>a_x000D__x005F_x000D_</t></si>"
    )
    row = (
        "<c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>1</v></c><c r='C1' t='s'><v>2</v></c>"
        "<c r='D1' t='inlineStr'><is><r><t>李</t></r><rPh><t>li</t></rPh><r><t>四</t></r></is></c>"
        "<c r='E1' t='b'><v>1</v></c><c r='F1' t='d'><v>2026-10-01T09:00:00</v></c><c r='G1' t='n'><v>n/a</v></c>"
    )
    path = raw_book(tmp_path, f"<row r='1'>{row}</row>", texts=texts)
    expected = ("007", "张三", "a\r_x000D_", "李四", "true", "2026-10-01 09:00:00", "n/a")
    assert cells(look(path)["甲"]) == [expected]


def test_xml_with_prefixes_and_without_references(tmp_path, look):
    rows_ = "<x:row><x:c><x:v>1</x:v></x:c><x:c/><x:c><x:v>3</x:v></x:c></x:row><x:row r='4'><x:c r='B4'><x:v>5</x:v></x:c></x:row>"
    found = look(raw_book(tmp_path, rows_, prefix="x"))["甲"]
    assert (cells(found), numbers(found)) == ([("1", "", "3"), ("", "5", "")], [1, 4])


@pytest.mark.parametrize(
    "damage", [b"<row r='1'><c r='A1' t='s'><v>9</v></c></row>", b"<row r='x'/>", b"<row"]
)
def test_a_damaged_workbook_is_a_sentence(tmp_path, look, damage):
    with pytest.raises(Problem, match=r"raw.xlsx: The workbook cannot be read\. Open it in Excel"):
        look(raw_book(tmp_path, damage.decode()))


# --- formulas and errors


def test_formulas_give_their_stored_value(book, look):
    def fill(workbook, sheet):
        sheet.write_row(0, 0, ["a", "b", "c"])
        sheet.write_formula(1, 0, "=1+1", None, 2)
        sheet.write_formula(1, 1, '="x"&"y"', None, "xy")
        sheet.write_formula(1, 2, "=TRUE()", None, True)

    assert look(book(fill))["甲"][1] == (2, ("2", "xy", "true"), None)


def test_a_formula_that_nobody_computed_sets_its_row_aside(tmp_path, home):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.append(CALLS)
    sheet.append(["C1", "2026-10-01 09:00:00", "是", "1", 5, 60, None])
    sheet.append(["C2", "2026-10-01 09:01:00", "是", "1", "=F3/2", 60, None])
    workbook.save(tmp_path / "calls.xlsx")
    (file,) = report_json(load(home, [tmp_path / "calls.xlsx"]))["files"]
    assert (file["loaded"], file["rejected"], file["reject_rules"]) == (1, 1, {"formula_without_value": 1})
    assert current(home).query("SELECT file_row, raw FROM rejects").row(0)[0] == 3
    assert "=F3/2" in current(home).query("SELECT raw FROM rejects").item()


@pytest.mark.parametrize(("values", "fault"), [([0, 0], "formula_without_value"), ([0, 7], None)])
def test_zeros_of_a_program_that_cannot_compute_are_no_values(book, look, values, fault):
    def fill(workbook, sheet):
        sheet.write_row(0, 0, ["a", "b"])
        for row, value in enumerate(values, start=1):
            sheet.write_formula(row, 0, "=B1*2", None, value)  # xlsxwriter asks Excel to compute all
            sheet.write_string(row, 1, "x")

    found = look(book(fill))["甲"][1:]
    assert [row.fault for row in found] == [fault, fault]
    assert found[0].cells == ("=B1*2" if fault else "0", "x")


def test_an_error_is_no_value_and_counted(book, look):
    def fill(workbook, sheet):
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_formula(1, 0, "=1/0", None, "#DIV/0!")
        sheet.write_string(1, 1, "x")
        sheet.write_formula(2, 0, "=NA()", None, "#N/A")
        sheet.write_string(2, 1, "y")

    assert cells(look(book(fill))["甲"])[1:] == [("", "x"), ("", "y")]
    assert look.said["甲"] == ["2 cells hold an error such as #N/A and count as empty, the first is A2."]
