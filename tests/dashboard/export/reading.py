"""Readers that the export tests share: workbooks, recalculated formulas, the text of a PDF."""

from __future__ import annotations

import io
import re
import warnings

import openpyxl
import pypdf


def cells(book: bytes, *, formulas: bool = False) -> dict[str, dict[str, object]]:
    """{worksheet: {"A1": value}} of a workbook: cached values, or with `formulas` the formulas."""
    read = openpyxl.load_workbook(io.BytesIO(book), data_only=not formulas)
    return {
        sheet.title: {cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row}
        for sheet in read.worksheets
    }


def recalculated(book: bytes, path, changes: dict[str, object] | None = None) -> dict[str, object]:
    """{"A1": value} of a one-sheet workbook after a real recalculation, cached values thrown away.

    `changes` are typed into cells first, as a manager would.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library's own modules warn when Python compiles them
        import formulas

        read = openpyxl.load_workbook(io.BytesIO(book))  # keeps formulas, drops cached values
        read.active.title = "S"
        for cell, value in (changes or {}).items():
            read.active[cell] = value
        read.save(path)
        solved = formulas.ExcelModel().loads(str(path)).finish().calculate()
    values = {}
    for name, found in solved.items():
        match = re.fullmatch(r"'\[.*\]S'!([A-Z]+\d+)", str(name))
        if match and getattr(found, "value", None) is not None and found.value.size == 1:
            values[match[1]] = found.value[0, 0]
    return values


def pages(document: bytes) -> list[str]:
    """The text of each page without white space: table cells wrap where the paper wants."""
    read = pypdf.PdfReader(io.BytesIO(document))
    return [squeezed(page.extract_text()) for page in read.pages]


def squeezed(text: str) -> str:
    """Text without white space and invisible break points."""
    return re.sub(r"[\s\u200b\u00ad]+", "", text)
