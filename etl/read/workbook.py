"""Sheets – of an .xlsx, of an old .xls, of a page with one HTML table – as rows of text."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence

from etl.errors import N_, Problem, Remark
from etl.read import limits, page, xls, xlsx
from etl.read.content import Content, Grid, Row
from etl.read.kinds import ENCRYPTED, WITHOUT_PASSWORD
from etl.read.sheet import CUT_OFF, Place, Sheet, column_letters

REFUSED = N_("This is {thing}, whatever its name says.")


def grids(content: Content) -> Iterator[Grid]:
    """Each sheet."""
    for sheet in sheets(content):
        yield Grid(sheet.name, None, sheet.head())


def rows(content: Content, grid: Grid) -> Iterator[Row]:
    """The rows of one sheet, blank ones left out, numbered as in Excel.

    Merged cells all have the value of their range; an error such as #N/A is no value. Set aside with a
    fault: `formula_without_value`, a row with a formula that no program has computed yet; `cut_off`.
    """
    return _sheet(content, grid).all_rows()


def remarks(content: Content, grid: Grid, header_row: int) -> tuple[Remark, ...]:
    """What a person does not see in the rows under `header_row` that were read, or sees otherwise."""
    sheet = _sheet(content, grid)
    found = []
    if sheet.hidden:
        found.append(Remark(N_("The sheet {name} is hidden; it was read."), {"name": sheet.name}))
    present = {number for number, _ in sheet.rows if number > header_row}
    hidden = [row for row in sheet.hidden_rows if row in present]
    if hidden:
        text = N_("{count} hidden rows were read as well, the first is row {row}.")
        found.append(Remark(text, {"count": len(hidden), "row": hidden[0]}))
    width = max((len(cells) for number, cells in sheet.rows if number >= header_row), default=0)
    columns = [column_letters(column) for column in sheet.hidden_columns if column < width]
    if columns:
        text = N_("Hidden columns were read as well: {columns}.")
        found.append(Remark(text, {"columns": ", ".join(columns[:20])}))
    said: tuple[tuple[Sequence[Place], str], ...] = (
        (
            sheet.filled,
            N_("{count} cells have the value of the merged range they are in, the first is {cell}."),
        ),
        (
            sheet.errors,
            N_("{count} cells hold an error such as #N/A and count as empty, the first is {cell}."),
        ),
        (
            sheet.shortened,
            N_("{count} numbers have lost digits, the first is {cell}: format the column as text."),
        ),
        (
            sheet.empty_formulas,
            N_("{count} formulas have no result and count as empty, the first is {cell}."),
        ),
    )
    for places, text in said:
        below = [place for place in places if place.row > header_row]
        if below:
            found.append(Remark(text, {"count": len(below), "cell": str(min(below))}))
    if CUT_OFF in sheet.faults.values():
        found.append(Remark(N_("The file is cut off: rows after its end are missing.")))
    return tuple(found)


def sheets(content: Content) -> list[Sheet]:
    """The sheets with what their rows of text do not say: errors, what is hidden, what is at fault."""
    if "sheets" not in content.memory:
        content.memory["sheets"] = _read(content)
    return content.memory["sheets"]


def _sheet(content: Content, grid: Grid) -> Sheet:
    return next(sheet for sheet in sheets(content) if sheet.name == grid.sheet)


def _read(content: Content) -> list[Sheet]:
    try:
        match content.kind:
            case "workbook":
                _check_size(content)
                return xlsx.sheets(str(content.file))
            case "old_workbook":
                return xls.sheets(str(content.file))
        return page.sheets(content.name, content.text)
    except (Problem, OSError):
        raise
    except Exception as error:
        # A damaged file makes its reader fail in whatever place and way.
        if "encrypted" in str(error):
            raise Problem(content.name, REFUSED, WITHOUT_PASSWORD, thing=ENCRYPTED) from None
        raise Problem(
            content.name,
            N_("The workbook cannot be read."),
            N_("Open it in Excel and save it again as .xlsx."),
        ) from None


def _check_size(content: Content) -> None:
    with zipfile.ZipFile(content.file) as archive:
        unpacked = sum(part.file_size for part in archive.infolist())
    limits.check_ratio(content.name, unpacked, content.size)
    if unpacked > limits.WORKBOOK:
        raise Problem(
            content.name,
            N_("The workbook is larger than {size} MB when it is unfolded."),
            N_("Export it as CSV, or in parts."),
            size=limits.WORKBOOK >> 20,
        )
