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
from etl.maps.chosen_lines import CHUNK
from etl.maps.maps import Source, TableMap
from etl.maps.recognise import Match, RawRows
from etl.read import Content
from etl.sql_text import literal, quoted

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
    """What a look at every byte of a text tells: its lines, and what could make a simple reader stumble."""

    lines: int = 0
    closed: bool = True  # the last line has its end
    blanks: bool = False  # some cell may begin or end with a blank
    regular: bool = True  # one kind of line end, no control characters


def show_rows(con: duckdb.DuckDBPyConnection, frame: pl.DataFrame, source: Source) -> None:
    """Make `raw` show the rows of `frame`."""
    con.register("read_rows", frame)
    _show(con, "read_rows", [name for name in frame.columns if name not in source.personal], source)


def survey_file(content: Content, match: Match) -> Survey | None:
    """A look at a large text; None where it is too small, or not regular enough for DuckDB's reader."""
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
    source = match.source
    nulls = ["", *source.nulls]
    spare = [f" {n}" for n in range(SPARE)] if padded else []
    structure = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in (*match.header, *spare))
    file = f"""read_csv({literal(str(content.file))}, columns = {{{structure}}}, auto_detect = false,
        header = false, skip = {match.header_row:d}, delim = {literal(match.grid.delimiter or "")},
        quote = '"', escape = '"', null_padding = {padded}, strict_mode = true,
        nullstr = [{", ".join(map(literal, [ABSENT] if padded else nulls))}])"""
    cells = []
    for word in match.header:
        cell = f"trim({quoted(word)}, {literal(BLANKS)})" if survey.blanks else quoted(word)
        if padded or survey.blanks:
            cell = f"CASE WHEN {cell} NOT IN ({', '.join(map(literal, nulls))}) THEN {cell} END"
        cells.append(f"{cell} AS {quoted(word)}")
    cells += [f"CAST(NULL AS VARCHAR) AS {quoted(w)}" for w in source.optional if w not in match.header]
    cells.append(f"{_broken(match, spare) if padded else 'CAST(NULL AS VARCHAR)'} AS broken")
    names = [name for name in (*match.header, *source.optional) if name not in source.personal]
    _show(con, f"(SELECT {', '.join(cells)} FROM {file})", [*names, "broken"], source)


def _broken(match: Match, spare: list[str]) -> str:
    """SQL of the text of a row that lacks cells, or has some in the columns `spare`; '' of an empty line."""
    anything = ", ".join(f"nullif({quoted(word)}, '')" for word in match.header)
    beyond = " OR ".join(f"{quoted(name)} <> ''" for name in spare)
    line = (
        f"concat_ws({literal(match.grid.delimiter or '')}, {', '.join(map(quoted, (*match.header, *spare)))})"
    )
    hide = r"regexp_replace(%s, '\d{6,}', '****', 'g')" if match.source.personal else "read_text(%s)"
    return (
        f"CASE WHEN coalesce({anything}) IS NULL THEN '' "
        f"WHEN {quoted(match.header[-1])} IS NULL OR {beyond} THEN left({hide % line}, 500) END"
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


def _show(con: duckdb.DuckDBPyConnection, rows: str, names: list[str], source: Source) -> None:
    """`raw` over `rows`: the columns `names` as they are, those of customers hashed, and masked beside it."""
    here = {row[0] for row in con.execute(f"SELECT column_name FROM (DESCRIBE FROM {rows})").fetchall()}
    columns = list(dict.fromkeys(map(quoted, names)))
    for word, nobody in source.personal.items():
        if word in here:
            name = quoted(word)
            somebody = f"CASE WHEN {name} NOT IN ({', '.join(map(literal, ('', *nobody)))}) THEN {name} END"
            key, shown = f"customer_key({somebody})", f"customer_shown({somebody})"
            if f"{word} known key" in here:  # a number we do not have, see etl.books.returned_workbook
                key = f"coalesce(TRY_CAST({quoted(f'{word} known key')} AS UBIGINT), {key})"
                shown = f"coalesce({quoted(f'{word} known shown')}, {shown})"
            columns.append(f"{key} AS {name}")
            columns.append(f"{shown} AS {quoted(f'{word} shown')}")
    con.execute(f"CREATE OR REPLACE TEMP VIEW raw AS SELECT {', '.join(columns)} FROM {rows}")


def _survey(path: Path, delimiter: bytes) -> Survey:
    """One pass over the bytes, in arrays: at the speed of memory rather than of Python."""
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
    """Whether UTF-8 goes on; of other bytes DuckDB can make an error that breaks the whole database."""
    try:
        decoder.decode(chunk, final=not chunk)
    except UnicodeDecodeError:
        return False
    return True


def _odd(text: bytes) -> bool:
    """Whether something in it has rules of its own: a bare CR, a control character, an unusual blank."""
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
