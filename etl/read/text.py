"""A text file under a delimiter as rows of cells."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from etl.read.content import HEAD_BYTES, HEAD_ROWS, Content, Grid, Row

DELIMITERS = ("\t", ",", ";", "|")


def grids(content: Content) -> Iterator[Grid]:
    """The text under each delimiter that occurs in it."""
    start = "\n".join(content.text[:HEAD_BYTES].splitlines()[: 4 * HEAD_ROWS])
    for delimiter in DELIMITERS:
        if delimiter in start:
            head = [row for row, _ in zip(_records(start, delimiter), range(HEAD_ROWS), strict=False)]
            yield Grid(None, delimiter, tuple(head))


def rows(content: Content, grid: Grid) -> Iterator[Row]:
    """All rows, blank ones left out, numbered by the line each begins on."""
    return _records(content.text, grid.delimiter or ",")


def _records(text: str, delimiter: str) -> Iterator[Row]:
    """CSV records with the line each begins on.

    An unterminated quote must not swallow the rows behind it: such a text is read line by line.
    """
    try:
        records = list(_quoted_records(text, delimiter))
    except csv.Error:
        records = list(_line_records(text, delimiter))
    for number, cells in records:
        stripped = tuple(cell.strip() for cell in cells)
        if any(stripped):
            yield Row(number, stripped)


def _quoted_records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    start = 1
    for cells in reader:
        yield start, cells
        start = reader.line_num + 1


def _line_records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(_lines(text), start=1):
        yield number, next(csv.reader([line], delimiter=delimiter), [])


def _lines(text: str) -> list[str]:
    # Only line ends end a line; str.splitlines would also cut at form feeds and U+2028.
    return [line + "\n" for line in re.split(r"\r\n|\n|\r", text)]
