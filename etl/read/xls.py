"""An old .xls workbook as sheets of text, read with xlrd."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

import xlrd

from etl.read.cells import BUILT_IN, cell_text, lost_digits, shape, shortened
from etl.read.sheet import FORMULA_WITHOUT_VALUE, Merged, Place, Sheet

# Records of the BIFF format, see the OpenOffice.org documentation of it, chapters 5.8, 5.36 and 5.50.
FORMULA, BEGIN, END = 0x0006, 0x0809, 0x000A
CALCULATE_ON_OPEN = 0x0002
NUMBER_ZERO, EMPTY_TEXT = bytes(8), b"\x03\x00\x00\x00\x00\x00\xff\xff"


def sheets(file: str) -> list[Sheet]:
    """Every worksheet of the workbook at `file`; any fault of the file comes out as an exception."""
    with xlrd.open_workbook(file, formatting_info=True, on_demand=True, logfile=io.StringIO()) as book:
        shapes = [_shape(book, style.format_key) for style in book.xf_list]
        return [_sheet(book, index, shapes) for index in range(book.nsheets)]


def _shape(book: xlrd.Book, key: int) -> str:
    known = book.format_map.get(key)
    return shape((known.format_str if known else None) or BUILT_IN.get(key, ""))


def _sheet(book: xlrd.Book, index: int, shapes: list[str]) -> Sheet:
    raw = book.sheet_by_index(index)
    sheet = Sheet(raw.name, hidden=raw.visibility != 0)
    sheet.hidden_rows = [row + 1 for row, info in sorted(raw.rowinfo_map.items()) if info.hidden]
    sheet.hidden_columns = [column for column, info in sorted(raw.colinfo_map.items()) if info.hidden]
    sheet.merged = [Merged(top + 1, left, bottom, right - 1) for top, bottom, left, right in raw.merged_cells]
    without_value = set()
    for place, result, flags in _formulas(book, index):
        if result == NUMBER_ZERO and flags & CALCULATE_ON_OPEN:
            without_value.add(place)
            sheet.faults[place.row] = FORMULA_WITHOUT_VALUE
        elif result == EMPTY_TEXT:
            sheet.empty_formulas.append(place)
    for row in range(raw.nrows):
        cells = []
        for column, cell in enumerate(raw.row(row)):
            place = Place(row + 1, column)
            cells.append("=" if place in without_value else _text(sheet, place, cell, shapes, book.datemode))
        sheet.add(row + 1, cells)
    sheet.finish()
    book.unload_sheet(index)
    return sheet


def _text(sheet: Sheet, place: Place, cell: xlrd.sheet.Cell, shapes: list[str], datemode: int) -> str:
    match cell.ctype:
        case xlrd.XL_CELL_TEXT:
            if shortened(cell.value):
                sheet.shortened.append(place)
            return cell.value
        case xlrd.XL_CELL_NUMBER | xlrd.XL_CELL_DATE:
            if lost_digits(cell.value):
                sheet.shortened.append(place)
            return cell_text(cell.value, shapes[cell.xf_index], from_1904=datemode == 1)
        case xlrd.XL_CELL_BOOLEAN:
            return "true" if cell.value else "false"
        case xlrd.XL_CELL_ERROR:
            sheet.errors.append(place)
    return ""


def _formulas(book: xlrd.Book, index: int) -> Iterator[tuple[Place, bytes, int]]:
    """Every formula of a sheet with its stored result and flags, which xlrd does not hand out.

    Programs that cannot calculate store a zero and the wish to be calculated when the file is opened.
    """
    at, depth = book._sh_abs_posn[index], 0
    while at + 4 <= len(book.mem):
        code, length = struct.unpack_from("<HH", book.mem, at)
        if code == FORMULA and length >= 16 and depth == 1:
            row, column, _, result, flags = struct.unpack_from("<HHH8sH", book.mem, at + 4)
            yield Place(row + 1, column), result, flags
        depth += (code == BEGIN) - (code == END)
        if depth == 0:
            return
        at += 4 + length
