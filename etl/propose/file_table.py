"""An unknown file as a table: which sheet and delimiter, where its header stands, how its columns look."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import polars as pl

from etl.maps.day_titles import FEWEST, is_day
from etl.maps.plain_format import DAY_HEADER
from etl.maps.recognise import named_days
from etl.maps.vocabulary import canonical, likeness, vocabulary
from etl.propose.column_shape import Shape, looks_like, shape_of
from etl.read import Content, Grid, Row, grids, header_word, rows, unique_words

LOOKED_AT = 200_000  # rows of a file that a proposal is made from
NOTHING_TOLD = 0.35


@dataclass(frozen=True, slots=True)
class FileColumn:
    """A column of the file: the `word` a map calls it by, its title as written ("" without a header)."""

    word: str
    title: str
    shape: Shape

    @property
    def name(self) -> str:
        """The name that people see: the title, or the map's word where several columns share the title."""
        return self.title if header_word(self.title) == self.word else self.word

    @property
    def canonical(self) -> str:
        return canonical(self.title)


@dataclass(frozen=True, slots=True)
class Layout:
    """One sheet or text seen as a table. `header_row` is 0 for a file without a header row.

    `frame` holds the rows under it as far as they were looked at: `file_row`, and the texts of each
    column (None: an empty cell). `whole` tells whether these are all.
    """

    content: Content
    grid: Grid
    header_row: int
    columns: tuple[FileColumn, ...]
    frame: pl.DataFrame
    whole: bool
    above: tuple[str, ...] = ()  # what stands over the header: a title, a month

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the header, as maps call the columns."""
        return tuple(column.word for column in self.columns)

    def column(self, word: str) -> FileColumn:
        """The column that a map calls `word`; KeyError when there is none."""
        for column in self.columns:
            if column.word == word:
                return column
        raise KeyError(word)

    def cells(self, word: str) -> pl.Series:
        """The texts of one column."""
        return self.frame[word]

    def distinct(self, words: Sequence[str]) -> int:
        """How many different rows there are, seen in these columns alone."""
        return self.frame.select(words).n_unique()


def layouts(content: Content) -> list[Layout]:
    """The tables in `content`, the most promising first: one for each sheet of a workbook, one for a text."""
    best: dict[str | None, tuple[float, Grid, Row | None]] = {}
    for grid in grids(content):
        score, header = _header(grid)
        if grid.sheet not in best or score > best[grid.sheet][0]:
            best[grid.sheet] = (score, grid, header)
    ranked = sorted(best.values(), key=lambda found: -found[0])
    return [_layout(content, grid, header) for score, grid, header in ranked if score > 0]


def _header(grid: Grid) -> tuple[float, Row | None]:
    """The row of a grid's head that is most likely its header (None: it has none), and how sure that is."""
    width = max((len(row.cells) for row in grid.head), default=0)
    if width < 2:
        return 0.0, None
    regular = sum(len(_trimmed(row.cells)) > 1 for row in grid.head) / len(grid.head)
    scored = [(_headerness(row, grid, width), row) for row in grid.head]
    score, row = max(scored, key=lambda pair: pair[0])
    if score < NOTHING_TOLD and _is_data(grid.head[0]):
        return 0.1 + regular + width / 1000, None
    return (score + regular + width / 1000, row) if score > 0 else (0.0, None)


def _headerness(row: Row, grid: Grid, width: int) -> float:
    """How much a row reads like column titles: known words, all different, none of them data."""
    words = _trimmed(row.cells)
    titles = [cell for cell in words if cell]
    if len(titles) < 2 or len(titles) < 0.5 * width or _is_data(row):
        return 0.0
    known = sum(map(_known, titles)) / len(titles)
    different = len(set(titles)) / len(titles)
    below = [r for r in grid.head if r.number > row.number]
    contrast = sum(_is_data(r) for r in below) / len(below) if below else 0.0
    # A title does not stand among the values of its own column.
    others = [r for r in grid.head if r.number != row.number]
    again = sum(any(title in r.cells for r in others) for title in titles) / len(titles)
    return known + 0.3 * different + 0.3 * contrast + 0.2 * len(titles) / width - 0.6 * again


def _known(title: str) -> bool:
    word = canonical(title)
    tables = vocabulary().headers
    return any(
        likeness(word, table, column) >= 0.6 for table, columns in tables.items() for column in columns
    )


def _is_data(row: Row) -> bool:
    """Whether a row holds values rather than titles: times, numbers, telephone numbers."""
    filled = [cell for cell in row.cells if cell]
    if sum(DAY_HEADER.match(cell) is not None for cell in filled) > 2 or _counts_days(filled):
        return False  # the header of a roster
    if any(looks_like(cell, "moment", "day", "phone") for cell in filled):
        return True
    values = [cell for cell in filled if looks_like(cell, "clock", "number", "duration")]
    return bool(filled) and len(values) >= 0.25 * len(filled)


def _counts_days(cells: Sequence[str]) -> bool:
    """Whether a row counts the days of a month: 1, 2, 3 …"""
    days = [int(found[0]) for cell in cells if is_day(cell) and (found := re.findall(r"\d+", cell)[-1:])]
    steps = sum(after - before == 1 for before, after in pairwise(days))
    return len(days) >= FEWEST and steps >= 0.8 * (len(days) - 1)


def _trimmed(cells: Sequence[str]) -> tuple[str, ...]:
    kept = tuple(cells)
    while kept and not kept[-1]:
        kept = kept[:-1]
    return kept


def _layout(content: Content, grid: Grid, header: Row | None) -> Layout:
    if header is None:
        width = max(len(row.cells) for row in grid.head)
        words = tuple(f"column {place}" for place in range(1, width + 1))
        titles = ("",) * width
    else:
        plain = unique_words(header.cells)
        words = named_days(grid, header.number, plain, content.name)
        # A day that was named by its month is called so.
        titles = tuple(
            title if word == before else word
            for title, word, before in zip(header.cells, words, plain, strict=False)
        )
    first = header.number if header else 0
    frame, whole = _body(content, grid, first, words)
    columns = tuple(
        FileColumn(word, title, shape_of(frame[word])) for word, title in zip(words, titles, strict=True)
    )
    above = tuple(cell for row in grid.head if row.number < first for cell in row.cells if cell)
    return Layout(content, grid, first, columns, frame, whole, tuple(dict.fromkeys(above)))


def _body(content: Content, grid: Grid, first: int, words: tuple[str, ...]) -> tuple[pl.DataFrame, bool]:
    """The regular rows under row `first`, up to LOOKED_AT, and whether these are all."""
    width, whole = len(words), True
    numbers: list[int] = []
    body: list[tuple[str | None, ...]] = []
    for row in rows(content, grid):
        if len(body) == LOOKED_AT:
            whole = False
            break
        if row.number > first and not row.fault and len(row.cells) >= width and not any(row.cells[width:]):
            numbers.append(row.number)
            body.append(tuple(cell or None for cell in row.cells[:width]))
    cells = zip(*body, strict=True) if body else [()] * width
    texts = [pl.Series(word, column, dtype=pl.String) for word, column in zip(words, cells, strict=True)]
    return pl.DataFrame([pl.Series("file_row", numbers, dtype=pl.Int64), *texts]), whole


def without_rows(layout: Layout, numbers: set[int]) -> Layout:
    """`layout` without some rows, such as the row of maximum points under the header."""
    frame = layout.frame.filter(~pl.col("file_row").is_in(list(numbers)))
    columns = tuple(replace(column, shape=shape_of(frame[column.word])) for column in layout.columns)
    return replace(layout, frame=frame, columns=columns)
