"""Files into rows of text, whatever their format: each format gives `grids` and `rows`."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

from etl.read import text, workbook
from etl.read.content import Content, Grid, Row, contents, header_word, unique_words

__all__ = ["Content", "Grid", "Row", "contents", "grids", "header_word", "rows", "unique_words"]

FORMATS: dict[str, ModuleType] = {"text": text, "workbook": workbook}


def grids(content: Content) -> Iterator[Grid]:
    """Each way the content can be seen as a table."""
    return FORMATS[content.kind].grids(content)


def rows(content: Content, grid: Grid) -> Iterator[Row]:
    """All rows of `grid`; blank rows are left out."""
    return FORMATS[content.kind].rows(content, grid)
