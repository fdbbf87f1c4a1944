"""Files into rows of text, whatever their format: each format gives `grids` and `rows`.

A format whose files hold more than its rows show (hidden rows, a cut) gives `remarks` too.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import TypeVar

from etl.errors import Remark
from etl.read import columnar, nested, text, workbook
from etl.read.archive import contents, first_content
from etl.read.content import Content, Grid, Row, header_word, unique_words, unreadable

__all__ = [
    "Content",
    "Grid",
    "Row",
    "contents",
    "first_content",
    "grids",
    "header_word",
    "remarks",
    "rows",
    "unique_words",
]

FORMATS: dict[str, ModuleType] = {
    "text": text,
    "workbook": workbook,
    "old_workbook": workbook,
    "page": workbook,
    "json": nested,
    "parquet": columnar,
}


def grids(content: Content) -> Iterator[Grid]:
    """Each way the content can be seen as a table."""
    yield from _readable(content, FORMATS[content.kind].grids(content))


def rows(content: Content, grid: Grid) -> Iterator[Row]:
    """All rows of `grid`; blank rows are left out."""
    yield from _readable(content, FORMATS[content.kind].rows(content, grid))


def remarks(content: Content, grid: Grid, header_row: int) -> tuple[Remark, ...]:
    """What a person should know of the rows under `header_row` and cannot see in them."""
    said = getattr(FORMATS[content.kind], "remarks", None)
    return said(content, grid, header_row) if said else ()


T = TypeVar("T")


def _readable(content: Content, found: Iterator[T]) -> Iterator[T]:
    """`found`, with a Problem for a file that goes away meanwhile."""
    try:
        yield from found
    except OSError as error:
        raise unreadable(content.name, error) from None
