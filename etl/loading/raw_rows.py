"""The relation `raw`: a file's rows as texts, with customer identifiers hashed and masked.

Small files are read in Python, by `etl.read`; a large one that is regular enough is read by DuckDB
itself, cell for cell the same, or not at all.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8, IncrementalDecoder, getincrementaldecoder
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from etl.loading.conform import conform
from etl.maps.lines_by_number import CHUNK
from etl.maps.maps import Source, TableMap
from etl.maps.recognise import Match, RawRows
from etl.read import Content
from etl.sql_text import Sql, any_of, filled, literal, literals, quoted

LARGE = 4 << 20  # bytes; below it the reader in Python is quick enough
SPARE = 4  # columns for cells beyond the header
# A cell that is not there, in contrast to an empty one: a text that no regular file holds.
ABSENT = "\x1f\x02\x1f"
# The end-of-file character and bytes that are no text; as Excel's ="0012" and the mark where another file
# was joined to this one, they are read in Python, by its rules.
CONTROLS = (b"\x00", b"\x1a", b"\x0b", b"\x0c", b"\x1c", b"\x1d", b"\x1e", b"\x1f")
UNUSUAL_BLANK = re.compile(rb"\xe2\x80[\x80-\x8a\xa8\xa9\xaf]|\xe2\x81\x9f|\xe1\x9a\x80|\xc2\x85")
BLANKS = " \t　\xa0"
# An error that quotes the file may cut a character in two, so that its message cannot be decoded.
UNREADABLE = (duckdb.Error, UnicodeDecodeError)


class Irregular(Exception):
    """DuckDB did not read the file row for row as `etl.read` would."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What one pass over the bytes of a text finds: its lines, and what could trip a simple reader."""

    lines: int = 0
    closed: bool = True  # the last line has its end
    blanks: bool = False  # some cell may begin or end with a blank
    regular: bool = True  # one kind of line end, no control characters


def show_rows(con: duckdb.DuckDBPyConnection, frame: pl.DataFrame, source: Source) -> None:
    """Make `raw` show the rows of `frame`."""
    con.register("read_rows", frame)
    _show(con, Sql("read_rows"), [name for name in frame.columns if name not in source.personal], source)


def survey_file(content: Content, match: Match) -> Survey | None:
    """Survey a large text; None where it is too small, or not regular enough for DuckDB's reader."""
    source, delimiter = match.source, (match.grid.delimiter or "").encode()
    whole = source.wide or source.short_rows or source.derived or source.day_first
    whole = whole or any(table.fold for table in source.tables)
    # Between blanks, quotes mean nothing; DuckDB would not know.
    other = len(delimiter) != 1 or delimiter == b" " or match.grid.quote != '"'
    if content.kind != "text" or content.size < LARGE or other or whole:
        return None
    survey = _survey(content.file, delimiter)
    return survey if survey.regular else None


def show_file(
    con: duckdb.DuckDBPyConnection, content: Content, match: Match, survey: Survey, *, padded: bool = True
) -> None:
    """Make `raw` show the rows of a surveyed text in their order, without `file_row`.

    `broken` is the text of a row with too few or too many cells; unless they are `padded`, such a row is
    an error of the statement that reads `raw`.
    """
    source, delimiter = match.source, literal(match.grid.delimiter or "")
    nulls = literals(["", *source.nulls])
    spare = [f" {n}" for n in range(SPARE)] if padded else []
    file = filled(
        READ_FILE,
        file=literal(str(content.file)),
        columns=[filled("{name}: 'VARCHAR'", name=literal(name)) for name in (*match.header, *spare)],
        skip=match.header_row,
        delimiter=delimiter,
        padded=padded,
        nulls=literal(ABSENT) if padded else nulls,
    )
    cells: dict[str, Sql] = {}
    for word in match.header:
        cell = _cell(word, survey)
        if padded or survey.blanks:
            cell = filled(SOMETHING, cell=cell, nulls=nulls)
        cells[word] = cell
    cells |= {word: Sql("CAST(NULL AS VARCHAR)") for word in source.optional if word not in match.header}
    broken = _broken(match, survey, spare) if padded else Sql("CAST(NULL AS VARCHAR)")
    names = [name for name in (*match.header, *source.optional) if name not in source.personal]
    rows = filled("(SELECT {cells}, {broken} AS broken FROM {file})", cells=cells, broken=broken, file=file)
    _show(con, rows, [*names, "broken"], source)


READ_FILE = """
    read_csv({file}, columns = {{columns}}, auto_detect = false,
        header = false, skip = {skip}, delim = {delimiter},
        quote = '"', escape = '"', null_padding = {padded}, strict_mode = true, nullstr = [{nulls}])"""
TRIMMED = "trim({word}, {blanks})"
SOMETHING = "CASE WHEN {cell} NOT IN ({nulls}) THEN {cell} END"
BROKEN = """
    CASE
        WHEN coalesce({anything}) IS NULL THEN ''
        WHEN {last} IS NULL OR {beyond} THEN left({line}, 500)
    END"""
LINE = "read_free(concat_ws({delimiter}, {words}))"
HIDDEN_LINE = r"regexp_replace(concat_ws({delimiter}, {words}), '\d{6,}', '****', 'g')"


def _cell(word: str, survey: Survey) -> Sql:
    """SQL of a cell, without blanks at its edges where the file may have some."""
    return filled(TRIMMED, word=word, blanks=literal(BLANKS)) if survey.blanks else quoted(word)


def _broken(match: Match, survey: Survey, spare: list[str]) -> Sql:
    """SQL of a row's text when it lacks cells or has some in the columns `spare`; '' for an empty line."""
    line = HIDDEN_LINE if match.source.personal else LINE
    delimiter, words = literal(match.grid.delimiter or ""), (*match.header, *spare)
    return filled(
        BROKEN,
        anything=[filled("nullif({cell}, '')", cell=_cell(word, survey)) for word in match.header],
        last=match.header[-1],
        beyond=any_of(filled("{name} <> ''", name=name) for name in spare),
        line=filled(line, delimiter=delimiter, words=words),
    )


def conform_file(
    con: duckdb.DuckDBPyConnection, table: TableMap, zone: str, match: Match, survey: Survey
) -> tuple[frozenset[str], RawRows]:
    """As `conform`, for the rows that `show_file` shows; what was read besides.

    Raises Irregular unless every line of the file is one row: an empty line, a line break inside a
    cell, an unterminated quote, a last line without its end that lacks cells.
    """
    try:
        filled = conform(con, table, zone, first_row=match.header_row + 1)
    except duckdb.InterruptException:
        raise
    except UNREADABLE:
        raise Irregular from None
    first, last, count = con.execute("SELECT min(rowid), max(rowid), count(*) FROM typed_rows").fetchone()
    broken = con.execute("SELECT rowid, broken FROM typed_rows WHERE broken IS NOT NULL").fetchall()
    if count != survey.lines + (not survey.closed) - match.header_row:
        raise Irregular
    if any(not line or (row == last and not survey.closed) for row, line in broken):
        raise Irregular
    place = match.header_row + 1 - (first or 0)
    ragged = tuple((row + place, line, "wrong_number_of_cells") for row, line in broken)
    return filled, RawRows(None, ragged, 0, count)


# A number we may not have, see etl/books/returned_workbook.py.
KNOWN_KEY = "coalesce(TRY_CAST({known} AS UBIGINT), {given})"
KNOWN_SHOWN = "coalesce({known}, {given})"


def _show(con: duckdb.DuckDBPyConnection, rows: Sql, names: list[str], source: Source) -> None:
    """Create the view `raw` over `rows`: `names` as they are, customers hashed, with masked ones beside."""
    described = filled("SELECT column_name FROM (DESCRIBE FROM {rows})", rows=rows)
    here = {row[0] for row in con.execute(described).fetchall()}
    columns: dict[str, Sql] = {name: quoted(name) for name in names}
    for word, nobody in source.personal.items():
        if word in here:
            somebody = filled(SOMETHING, cell=quoted(word), nulls=literals(("", *nobody)))
            key, shown = (
                filled(one, somebody=somebody)
                for one in ("customer_key({somebody})", "customer_shown({somebody})")
            )
            if f"{word} known key" in here:
                key = filled(KNOWN_KEY, known=f"{word} known key", given=key)
                shown = filled(KNOWN_SHOWN, known=f"{word} known shown", given=shown)
            columns |= {word: key, f"{word} shown": shown}
    raw = "CREATE OR REPLACE TEMP VIEW raw AS SELECT {columns} FROM {rows}"
    con.execute(filled(raw, columns=columns, rows=rows))


def _survey(path: Path, delimiter: bytes) -> Survey:
    """Survey a text in one pass over its bytes, in numpy arrays: much faster than line by line."""
    lines, closed, previous = 0, True, b"\n"
    decoder = getincrementaldecoder("utf-8")()
    blanks = led = quoted_late = False  # a cell begins with a blank; a blank stands before a quotation mark
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK):
            # With the end of the part before, lest something odd lies across the seam.
            text = previous[-2:] + (chunk if lines else chunk.removeprefix(BOM_UTF8))
            if _odd(text) or not _is_text(decoder, chunk):
                return Survey(regular=False)
            codes = np.frombuffer(previous[-1:] + chunk, np.uint8)
            ends = codes == 10
            lines += int(np.count_nonzero(ends[1:]))
            if not (led and quoted_late):
                begin, quote = ends | (codes == delimiter[0]), codes == 34
                edge = begin | quote | (codes == 13)
                blank = (codes == 32) | ((codes == 9) if delimiter != b"\t" else False)
                led = led or bool((begin[:-1] & blank[1:]).any())
                quoted_late = quoted_late or bool((blank[:-1] & quote[1:]).any())
                blanks = blanks or bool((blank[1:] & edge[:-1]).any() or (blank[:-1] & edge[1:]).any())
                blanks = blanks or (not chunk.isascii() and ("　".encode() in chunk or b"\xc2\xa0" in chunk))
            closed, previous = chunk.endswith(b"\n"), chunk
    # Whether a mark behind a blank opens a cell is for the reader in Python to say.
    regular = _is_text(decoder, b"") and not (led and quoted_late)
    return Survey(lines, closed, blanks, regular)


def _is_text(decoder: IncrementalDecoder, chunk: bytes) -> bool:
    """Whether the text is still UTF-8 after `chunk`; other bytes can make DuckDB invalidate a database."""
    try:
        decoder.decode(chunk, final=not chunk)
    except UnicodeDecodeError:
        return False
    return True


def _odd(text: bytes) -> bool:
    """Whether `text` holds what DuckDB reads otherwise: a bare CR, a control character, an unusual blank."""
    if b"\r" in text and text.count(b"\r") > text.count(b"\r\n") + text.endswith(b"\r"):
        return True
    if any(odd in text for odd in CONTROLS) or (b'"' in text and b'="' in text):
        return True
    # A search for several bytes takes ten times one for a single byte: only where it can find something.
    return not text.isascii() and (
        BOM_UTF8 in text
        or (
            any(first in text for first in (b"\xe2\x80", b"\xe2\x81", b"\xe1\x9a", b"\xc2\x85"))
            and bool(UNUSUAL_BLANK.search(text))
        )
    )
