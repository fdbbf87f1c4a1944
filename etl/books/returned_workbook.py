"""Finds the rejected rows that come back corrected in a workbook of ours, and reads them as file rows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import duckdb
import polars as pl

from etl.books.returned_sheet import MARK, OURS, Book, Sheet, number_in, place_of
from etl.books.set_aside import Kept, Known, source_named, table_named
from etl.errors import N_, Problem
from etl.maps.maps import Source, TableMap
from etl.maps.plain_times import time_map, with_maps
from etl.maps.recognise import Match, RawRows
from etl.read import Content, Grid, Row, grids, header_word, rows


@dataclass(frozen=True, slots=True)
class Returned:
    """One sheet of corrected rows: rows of the file `file_id`, in the columns that it had.

    `places` are their numbers there, by their number here; `known` the customers whose masked number
    nobody has touched.
    """

    match: Match
    table: TableMap
    file_id: int
    name: str
    rows: tuple[Row, ...]
    places: dict[int, int]
    known: dict[int, dict[str, Known]] = field(default_factory=dict)
    carried: int = 0  # rows that the sheet lacks, but its other rows need

    def with_known(self, raw: RawRows) -> RawRows:
        """`raw` with two columns more beside a column of customers: masked numbers and hashes known."""
        words = {word for row in self.known.values() for word in row}
        frame = raw.frame
        for word in sorted(words):
            for part, name in enumerate((f"{word} known shown", f"{word} known key")):
                values = {number: row[word][part] for number, row in self.known.items() if word in row}
                filled = pl.col("file_row").replace_strict(values, default=None, return_dtype=pl.String)
                frame = frame.with_columns(filled.alias(name))
        return replace(raw, frame=frame)


def find_returned(
    con: duckdb.DuckDBPyConnection, content: Content, sources: dict[str, Source], secret: bytes
) -> list[Returned]:
    """Every sheet of corrected rows in a file, none where it holds no such sheet.

    Raises Problem when a sheet is one of ours, but its rows can no longer be told.
    """
    views: dict[str | None, list[Grid]] = {}
    for grid in grids(content):
        views.setdefault(grid.sheet, []).append(grid)  # of a text under each delimiter
    found = []
    for seen in views.values():
        marked = ((grid, header) for grid in seen if (header := _header_row(grid, MARK.__eq__)))
        grid, header = next(marked, (None, None))
        if grid and header:
            found.append(_returned(con, content, grid, header, sources, secret))
        elif any(_header_row(grid, lambda word: word.endswith(OURS)) for grid in seen):
            raise Problem(
                content.name,
                N_("These are rejected rows, but the column {column} is gone that says which."),
                N_("Download them again, and change nothing but the cells to correct."),
                column=MARK,
            )
    return found


def _header_row(grid: Grid, known: Callable[[str], bool]) -> Row | None:
    """The first row with a word that is `known`."""
    return next((row for row in grid.head if any(known(header_word(cell)) for cell in row.cells)), None)


def _returned(
    con: duckdb.DuckDBPyConnection,
    content: Content,
    grid: Grid,
    header: Row,
    sources: dict[str, Source],
    secret: bytes,
) -> Returned:
    given = [row for row in rows(content, grid) if row.number > header.number]
    book = _book(
        con, content, given, [header_word(cell) for cell in header.cells].index(MARK), sources, secret
    )
    sheet = Sheet(content, header, book, secret)
    taken = [sheet.row(row) for row in given]
    carried = list(sheet.carried()) if book.table.fold else []
    words = tuple(word for _, word in book.header)
    # The days of these rows were put in order when they were first read.
    source = replace(book.source, day_first=(), tables=(book.table,))
    return Returned(
        Match(source, grid, header.number, words),
        book.table,
        book.file_id,
        book.name,
        (*taken, *carried),
        sheet.places,
        sheet.known,
        len(carried),
    )


def _book(
    con: duckdb.DuckDBPyConnection,
    content: Content,
    given: list[Row],
    mark: int,
    sources: dict[str, Source],
    secret: bytes,
) -> Book:
    """The file that most rows name with a valid token; Problem when no such file is known."""
    said = Counter(number_in(row.cells[mark], 0) for row in given if mark < len(row.cells))
    for file_id, _ in said.most_common():
        book = _known(con, content, file_id, sources) if file_id is not None else None
        if book and any(mark < len(row.cells) and place_of(book, secret, row.cells[mark]) for row in given):
            return book
    raise Problem(
        content.name,
        N_("None of these rows is known here as rejected: they are from other data, or were loaded anew."),
        N_("Download the rejected rows again, and correct those."),
    )


def _known(
    con: duckdb.DuckDBPyConnection, content: Content, file_id: int, sources: dict[str, Source]
) -> Book | None:
    found = con.execute(
        """SELECT name, sha256, part, source, contract, header
           FROM files JOIN reject_headers USING (file_id) WHERE file_id = ?""",
        [file_id],
    ).fetchone()
    if found is None:
        return None
    name, sha256, part, source_name, contract, header_text = found
    columns = json.loads(header_text)
    header = tuple((shown, word) for shown, word, *_ in columns)
    source = source_named(sources, source_name, tuple(word for _, word in header))
    if source and (maps := {word: how[0] for _, word, *how in columns if how}):
        source = with_maps(source, {w: time_map(w, sql, formats) for w, (sql, formats) in maps.items()})
    table = table_named(source, contract) if source else None
    if table is None:
        raise Problem(
            content.name,
            N_("The source map {source} that these rows were read with is gone."),
            N_("Put it back, or correct the file itself and load that."),
            source=source_name,
        )
    cells = con.execute(
        """SELECT file_row, cells, rule, settled_by IS NULL FROM rejects
           WHERE file_id = ? AND cells IS NOT NULL""",
        [file_id],
    ).fetchall()
    kept = {number: (Kept.from_json(text), rule, waits) for number, text, rule, waits in cells}
    return Book(file_id, name, sha256, part, source, table, header, kept)
