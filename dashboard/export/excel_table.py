"""A table of columns on a worksheet: numbers under their formats, differences as live formulas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xlsxwriter.utility import xl_rowcol_to_cell

from dashboard.export.excel_page import Page, gap_picture, in_pieces, picture, row_points, target_picture
from dashboard.words.column import Column, Format, Line, Value, heading, is_lacking, value
from dashboard.words.corrections import corrections_text
from dashboard.words.translate import Translate
from kpi.scope import Period
from kpi.units import UnitKey

USUAL_WIDTH = 8.43  # characters
GREY, SMALL = "#F2F2F2", 8
APART = 1  # characters between a form and what stands beside it
HEADING_POINTS = 28

PICTURES: dict[Format, Callable[[float | None, UnitKey, Translate], str]] = {
    "text": lambda number, unit, t: "General",
    "value": picture,
    "target": lambda number, unit, t: target_picture(unit, t),
    "gap": gap_picture,
    "whole": lambda number, unit, t: "#,##0",
    "tenths": lambda number, unit, t: "0.0",
    "number": lambda number, unit, t: "General",
    "order": lambda number, unit, t: "0",
}


def _with_corrections(line: Line, verdict: str) -> str:
    return "\n".join(filter(None, (verdict, corrections_text(line.figure, line.lang))))


def _with_needed(line: Line, scale: str) -> str:
    return f"{scale}\n{line.t('At least')}{line.t(': ')}{line.row.needed}"


# What a workbook says more in a column's texts, and how it sets them, by key.
MORE: dict[str, Callable[[Line, str], str]] = {"verdict": _with_corrections, "scale": _with_needed}
LOOKS: dict[str, Callable[[Line], dict[str, object]]] = {
    "name": lambda line: {"bold": getattr(line.row, "important", True)},
    "verdict": lambda line: (
        {"bold": True, "font_color": "#9C2A10"} if line.row.verdict.standing == "missed" else {}
    ),
    "raw": lambda line: {"num_format": "0.0"} if line.figure is None else {},
    "score": lambda line: {"font_size": SMALL} if line.row.score is None else {"bold": True},
}
ROOM = {"scale": 1.2, "score": 1.2}  # of small print more fits into the width


@dataclass(frozen=True, slots=True)
class Table:
    """Columns from the left edge of a worksheet on, their headings in row `head`."""

    page: Page
    head: int
    columns: tuple[Column, ...]
    period: Period

    @property
    def at(self) -> dict[str, int]:
        """The place of each column, by key; columns beside the form begin one place further on."""
        own = [column.key for column in self.columns if not column.beside]
        beside = [column.key for column in self.columns if column.beside]
        places = {key: place for place, key in enumerate(own)}
        return places | {key: place for place, key in enumerate(beside, start=len(own) + 1)}

    @property
    def last(self) -> int:
        """The place of the form's own last column."""
        return sum(not column.beside for column in self.columns) - 1

    @property
    def widths(self) -> dict[int, float]:
        """The width of each column, by place."""
        at = self.at
        apart = {self.last + 1: APART} if any(column.beside for column in self.columns) else {}
        return apart | {at[column.key]: column.width for column in self.columns}


def spans(table: Table, begin: Sequence[str]) -> list[tuple[int, int]]:
    """Divide the form's width into parts that `begin` at these columns: (first, last) column of each.

    Where one of them is not there, all parts hold as many columns.
    """
    places, own = table.at, table.last + 1
    firsts = sorted({0, *(places[key] for key in begin[1:] if key in places)})
    if len(firsts) < len(begin):
        firsts = [own * part // len(begin) for part in range(len(begin))]
    return list(zip(firsts, [*(first - 1 for first in firsts[1:]), table.last], strict=True))


def set_widths(table: Table) -> None:
    """Make the worksheet's columns as wide as the table's."""
    for place, width in table.widths.items():
        table.page.paper.set_column(place, place, width)


def headings(page: Page, row: int, texts: dict[int, str], widths: dict[int, float], **look: object) -> None:
    """A row of headings, by place, as high as the longest of them needs."""
    for place, text in texts.items():
        page.text(row, place, text, bold=True, align="center", bg_color=GREY, **look)
    sized = [(text, widths.get(place, USUAL_WIDTH)) for place, text in texts.items()]
    page.paper.set_row(row, row_points(sized, HEADING_POINTS))


def write(table: Table, lines: Sequence[Line], widths: dict[int, float], least: float | None = None) -> int:
    """Write headings and rows, on columns of these widths by place. Returns the row below.

    Rows are as high as their texts need, and `least` points; without `least` as every row of a worksheet.
    """
    page, at = table.page, table.at
    for beside, look in ((True, {"font_size": SMALL}), (False, {})):
        shown = [column for column in table.columns if column.beside == beside]
        texts = {at[column.key]: heading(column, table.period, page.lang) for column in shown}
        headings(page, table.head, texts, widths, **look)
    row = table.head
    for row, line in enumerate(lines, start=table.head + 1):
        written = {column: _cell(table, row, column, line) for column in table.columns}
        if least is not None:
            sized = [
                (text, _room(table, column)) for column, text in written.items() if isinstance(text, str)
            ]
            page.paper.set_row(row, row_points(sized, least))
    return row + 1


def too_long(table: Table, lines: Sequence[Line]) -> list[tuple[str, str]]:
    """The texts that no row is high enough for, in full, each with what it is called."""
    found = []
    for line in lines:
        for column in table.columns:
            text = value(column, line)
            if isinstance(text, str) and len(in_pieces(text, _room(table, column))) > 1:
                name = next(value(one, line) for one in table.columns if one.format == "text")
                found.append((f"{name} · {heading(column, table.period, line.lang)}", text))
    return found


def _room(table: Table, column: Column) -> float:
    """How many characters of a column's size fit into its width."""
    return column.width * ROOM.get(column.key, 1)


def _cell(table: Table, row: int, column: Column, line: Line) -> Value:
    """Write one cell and return its value."""
    page, at, found = table.page, table.at, value(column, line)
    lacking = is_lacking(column, line)
    look = {"font_size": SMALL} if column.small else {}
    look |= LOOKS[column.key](line) if column.key in LOOKS else {}
    if found is None and column.missing:
        found, look = page.t(column.missing), look | {"align": "center", "font_color": "#7F7F7F"}
    if isinstance(found, str):
        found = MORE[column.key](line, found) if column.key in MORE and not lacking else found
        center = {"align": "center"} if column.side == "center" else {}
        first, *rest = in_pieces(found, _room(table, column))
        found = first + page.t("… (in full below the form)") if rest else found
        page.text(row, at[column.key], found, **(center | look))
        return found
    unit = column.unit(line)
    shown = PICTURES[column.format](found, unit, page.t)
    # Of a count only a part of the target may be due: then it is no difference of two cells.
    whole = line.figure is None or line.figure.aim == line.figure.target
    if column.minus and whole and at.keys() >= set(column.minus):
        a, b = (xl_rowcol_to_cell(row, at[key]) for key in column.minus)
        formula = f'=IF(AND(ISNUMBER({a}),ISNUMBER({b})),{a}-{b},"")'
        page.formula(row, at[column.key], formula, "" if found is None else found, shown)
    else:
        page.number(row, at[column.key], found, shown, **look)
    return found
