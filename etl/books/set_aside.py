"""Rows that were set aside, whole: their cells are kept, so that a person can correct them.

No customer identifier is kept in clear. What stands in a column of customers is kept as it is shown
(138****8000), with the hash that a corrected row gets back unless somebody types another number; a
number in any other cell is masked, and has to be typed again where it matters.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import polars as pl

from etl.expressions import check_expression
from etl.maps.lines_by_number import lines
from etl.maps.maps import ColumnMap, Source, TableMap
from etl.maps.plain_format import plain_sources
from etl.maps.plain_times import maps_of
from etl.maps.recognise import TORN_KEPT, Match, RawRows
from etl.personal import mask_digits, mask_numbers
from etl.read import Content, header_word

KEPT_ROWS = TORN_KEPT  # of one file and table; nobody corrects more by hand
LONGEST = 100_000  # characters of a row that is kept
LONGEST_CELL = 32_000  # and of a cell in a workbook
MASK = "****"

Known = tuple[str, str]  # of a customer: as it is shown, and the hash as text
Cell = str | Known | None


def shown(cell: Cell) -> str:
    """The text of a kept cell that a workbook may show."""
    return (cell[0] if isinstance(cell, tuple) else cell or "")[:LONGEST_CELL]


@dataclass(frozen=True, slots=True)
class Kept:
    """The cells of a row set aside: those under the header, or with `torn` as they stood in the file."""

    cells: tuple[Cell, ...]
    torn: bool = False

    def shown(self) -> list[str]:
        """The texts of the cells that a workbook may show."""
        return [shown(cell) for cell in self.cells]

    @property
    def size(self) -> int:
        """Its length in characters."""
        return sum(len(cell[0] if isinstance(cell, tuple) else cell or "") for cell in self.cells)

    def to_json(self) -> str:
        """As it is kept in the table of rejects."""
        return json.dumps({"cells": self.cells, "torn": self.torn}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Kept:
        """What `to_json` made."""
        kept = json.loads(text)
        return cls(
            tuple(tuple(cell) if isinstance(cell, list) else cell for cell in kept["cells"]), kept["torn"]
        )


def keep_cells(
    con: duckdb.DuckDBPyConnection,
    content: Content,
    match: Match,
    table: TableMap,
    raw: RawRows,
    file_id: int,
    known: dict[int, dict[str, Known]],
) -> None:
    """Keep the cells of the rows that `file_id` had rejected, and the header they stood under.

    `known` are customers that the file did not name in clear, by row and column.
    """
    found = con.execute(
        "SELECT file_row FROM rejects WHERE file_id = ? ORDER BY file_row LIMIT ?", [file_id, KEPT_ROWS]
    ).fetchall()
    if not found:
        return
    rows = _kept_rows(con, content, match, table, raw, {number for (number,) in found}, known)
    kept = [(number, one.to_json()) for number, one in rows if one.size <= LONGEST]
    frame = pl.DataFrame(kept, schema={"file_row": pl.Int64, "cells": pl.String}, orient="row")
    con.register("kept", frame)
    con.execute(
        """UPDATE rejects SET cells = kept.cells FROM kept
           WHERE rejects.file_id = ? AND rejects.file_row = kept.file_row""",
        [file_id],
    )
    con.unregister("kept")
    header = json.dumps(_header(match), ensure_ascii=False)
    con.execute("INSERT INTO reject_headers VALUES (?, ?)", [file_id, header])


def _header(match: Match) -> list[tuple[object, ...]]:
    """(the cell in the file, the word that the source map calls the column by) of every column.

    A third element tells how a plain file was found to write its times: (expression, formats).
    """
    maps = maps_of(match.source)
    cells = next((row.cells for row in match.grid.head if row.number == match.header_row), ())
    return [
        (
            cells[place].strip() or word if place < len(cells) else word,
            word,
            *([(maps[word].expression, maps[word].formats)] if word in maps else []),
        )
        for place, word in enumerate(match.header)
    ]


def _kept_rows(
    con: duckdb.DuckDBPyConnection,
    content: Content,
    match: Match,
    table: TableMap,
    raw: RawRows,
    wanted: set[int],
    known: dict[int, dict[str, Known]],
) -> Iterator[tuple[int, Kept]]:
    """The wanted rows as (number, kept cells), with nothing personal in clear."""
    width, source = len(match.header), match.source
    whole: dict[int, tuple[str | None, ...]] = {}
    torn: dict[int, tuple[str, ...]] = {number: raw.torn[number] for number in wanted & set(raw.torn)}
    if raw.frame is not None:
        rows = raw.frame.filter(pl.col("file_row").is_in(list(wanted)))
        whole = {row[0]: row[1:] for row in rows.select("file_row", *match.header).iter_rows()}
    else:
        for number, cells, _ in lines(content, match, wanted):
            fits = len(cells) >= width and not any(cells[width:])
            (whole if fits else torn)[number] = cells[:width] if fits else cells
    hashes = _hashes(con, source, match.header, whole)
    hide = mask_digits if source.personal else mask_numbers
    behind, named = behind_personal(source), names_read(source, table)
    for number, cells in whole.items():
        given = known.get(number, {})
        yield (
            number,
            Kept(
                tuple(
                    given.get(word) or (cell if word in named else _hidden(cell, word, hashes, behind))
                    for word, cell in zip(match.header, cells, strict=True)
                )
            ),
        )
    for number, cells in torn.items():
        yield number, Kept(tuple(hide(cell) for cell in cells), torn=True)


def _hidden(cell: str | None, word: str, hashes: dict[tuple[str, str], Known], behind: set[str]) -> Cell:
    if cell is None or (word, cell) in hashes:
        return hashes.get((word, cell or ""))
    if word in behind:
        return mask_digits(cell)
    return mask_numbers(cell)


def _hashes(
    con: duckdb.DuckDBPyConnection,
    source: Source,
    header: tuple[str, ...],
    rows: dict[int, tuple[str | None, ...]],
) -> dict[tuple[str, str], Known]:
    """The customers in these rows, by column and text: as they are shown, and their hash."""
    found = {
        (word, cells[place])
        for place, word in enumerate(header)
        if word in source.personal
        for cells in rows.values()
        if cells[place] and cells[place] not in source.personal[word]
    }
    clear = sorted({text for _, text in found if text})
    con.register("clear", pl.DataFrame({"text": pl.Series(clear, dtype=pl.String)}))
    hashed = con.execute("SELECT text, customer_shown(text), CAST(customer_key(text) AS VARCHAR) FROM clear")
    known = {text: (shown, key) for text, shown, key in hashed.fetchall()}
    con.unregister("clear")
    return {(word, text): known[text] for word, text in found if text}


def token(secret: bytes, file_id: int, sha256: str, part: str, number: int) -> str:
    """A mark that names a row of a file, with a signature that proves that we wrote it."""
    text = f"{file_id}|{sha256}|{part}|{number}".encode()
    return f"{file_id}-{number}-{hmac.new(secret, text, hashlib.sha256).hexdigest()[:12]}"


def source_named(sources: dict[str, Source], name: str, header: tuple[str, ...]) -> Source | None:
    """The source of this name for a file with this header; None when it is no longer known."""
    plain = {source.name: source for _, source in plain_sources(header)}
    return sources.get(name) or plain.get(name)


def table_named(source: Source, contract: str) -> TableMap | None:
    """The table by which `source` fills `contract`."""
    return next((table for table in source.tables if table.contract.name == contract), None)


def words_read(source: Source, mapped: ColumnMap) -> set[str]:
    """The columns of the file that a contract column is read from."""
    return _raw_words(source, mapped.reads or _read_by(mapped.expression))


def names_read(source: Source, table: TableMap) -> set[str]:
    """The file's columns that hold nothing but ids and names: of tickets, of people, of queues and teams."""
    ids = {c.name for c in table.contract.columns if c.kind in ("key", "agent", "text") and not c.free}
    read = {name: words_read(source, mapped) for name, mapped in table.columns.items()}
    others = [words for name, words in read.items() if name not in ids]
    named = set().union(*(words for name, words in read.items() if name in ids))
    return named.difference(source.personal, behind_personal(source), *others)


def behind_personal(source: Source) -> set[str]:
    """The file's columns from which a customer's number is derived, but which hold none themselves."""
    derived = [source.derived[word] for word in source.personal if word in source.derived]
    return set().union(*(_raw_words(source, _read_by(expression)) for expression in derived))


def guarded(source: Source, table: TableMap) -> set[str]:
    """The file's columns in which a masked number must be typed again before it counts."""
    keys = {column.name for column in table.contract.columns if column.kind in ("key", "agent")}
    read = [words_read(source, table.columns[name]) for name in keys & set(table.columns)]
    return set(source.personal) | behind_personal(source) | set().union(*read)


def _read_by(expression: str) -> set[str]:
    return {header_word(word) for word in check_expression(expression, "", over_rows=True)}


def _raw_words(source: Source, words: frozenset[str] | set[str]) -> set[str]:
    """`words` with each derived column replaced by the raw columns that it is derived from."""
    found: set[str] = set()
    for word in words:
        expression = source.derived.get(word)
        found |= {word} if expression is None else _raw_words(source, _read_by(expression) - {word})
    return found
