"""A workbook's sheets as rows of text."""

from __future__ import annotations

import re
from collections.abc import Iterator

import fastexcel

from etl.errors import N_, Problem
from etl.read.content import HEAD_ROWS, Content, Grid, Row

CLOCK_ONLY = re.compile(r"1899-12-3[01] (\d{2}:\d{2}:\d{2})")


def grids(content: Content) -> Iterator[Grid]:
    """Each sheet."""
    for sheet in _workbook(content).sheet_names:
        yield Grid(sheet, None, tuple(_sheet_rows(content, sheet, HEAD_ROWS)))


def rows(content: Content, grid: Grid) -> Iterator[Row]:
    """The rows of one sheet, blank ones left out, numbered as in Excel."""
    return _sheet_rows(content, grid.sheet or "", None)


def _workbook(content: Content) -> fastexcel.ExcelReader:
    try:
        return fastexcel.read_excel(content.data)
    except fastexcel.FastExcelError:
        raise Problem(
            content.name,
            N_("The workbook cannot be read."),
            N_("Open it in Excel and save it again as .xlsx."),
        ) from None


def _sheet_rows(content: Content, sheet: str, limit: int | None) -> Iterator[Row]:
    frame = (
        _workbook(content)
        .load_sheet(sheet, header_row=None, skip_rows=0, n_rows=limit, dtypes="string")
        .to_polars()
    )
    for number, cells in enumerate(frame.iter_rows(), start=1):
        # Excel keeps a time of day as a fraction of its day zero.
        texts = tuple(CLOCK_ONLY.sub(r"\1", cell.strip()) if cell else "" for cell in cells)
        if any(texts):
            yield Row(number, texts)
