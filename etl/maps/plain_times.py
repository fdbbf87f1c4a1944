"""Times of a plain file that are not written as the contracts want them: read by evidence, or left open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import duckdb
import polars as pl

from etl.errors import N_, Remark
from etl.maps.conversions import prepare
from etl.maps.maps import ColumnMap, Source
from etl.read import Content, Grid, rows
from etl.sql_text import Sql, quoted
from etl.times import CHOICES, PLAIN, Reading, matches, read_times

LOOKED_AT = 200_000  # rows that evidence is looked for in
# How many of the texts the loader can read as they stand.
READABLE = {
    "time": "SELECT count(plausible(read_time(text, 'UTC'))) FROM texts",
    "date": "SELECT count(read_date(text)) FROM texts",
}
# What a contract's column can be read from: of a moment on a day, a column of days would lose the clock.
FITTING = {"time": ("time", "date"), "date": ("date",)}
# A plain column of this name holds times: a number of five digits in it counts days.
ANSWERS = {"excel": "excel"}
# Read beside the formats of a file: how a person who corrects a row may well write.
USUAL = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")
HOW = {
    "s": {"zh": "1970 年以来的秒数", "en": "seconds since 1970"},
    "ms": {"zh": "1970 年以来的毫秒数", "en": "milliseconds since 1970"},
    "us": {"zh": "1970 年以来的微秒数", "en": "microseconds since 1970"},
    "ns": {"zh": "1970 年以来的纳秒数", "en": "nanoseconds since 1970"},
    "excel": CHOICES["excel"],
}


@dataclass(frozen=True, slots=True)
class Told:
    """A plain source with the readings its file needs, what is to be said of them, and whether some of its
    times are left `open`: then their rows are set aside until a person has mapped the file."""

    source: Source
    remarks: tuple[Remark, ...] = ()
    open: bool = False


def with_times(
    content: Content, grid: Grid, header_row: int, header: tuple[str, ...], source: Source
) -> Told:
    """A plain `source` with its time columns read as this file writes them."""
    wanted = _columns(source)
    head = (row.cells for row in grid.head if row.number > header_row)
    if not wanted or not _odd(header, head, wanted):
        return Told(source)
    texts = _texts(content, grid, header_row, header, _others(source, wanted))
    readings = {word: _reading(word, texts, kind) for word, kind in wanted.items()}
    certain = {word: one for word, one in readings.items() if one and _fits(one, wanted[word])}
    left = {word: one for word, one in readings.items() if one and word not in certain}
    maps = {word: time_map(word, one.expression(quoted(word)), one.formats) for word, one in certain.items()}
    said = (*_remarks_read(certain), *_remarks_open(left))
    return Told(with_maps(source, maps) if maps else source, said, bool(left))


def time_map(word: str, expression: str, formats: Sequence[str]) -> ColumnMap:
    """The column `word` read by `expression` and `formats`; with formats, by the usual ones too."""
    more = tuple(one for one in USUAL if one not in formats) if formats else ()
    return ColumnMap(Sql(expression), (*formats, *more), reads=frozenset({word}))


def with_maps(source: Source, maps: Mapping[str, ColumnMap]) -> Source:
    """A plain `source` with the columns of these words mapped in another way."""
    tables = [
        replace(t, columns={n: maps.get(m.expression.strip('"'), m) for n, m in t.columns.items()})
        for t in source.tables
    ]
    changed = sorted((word, one.expression, one.formats) for word, one in maps.items())
    return replace(source, tables=tuple(tables), digest=repr((source.digest, changed)))


def maps_of(source: Source) -> dict[str, ColumnMap]:
    """The column maps of a plain source by header word: those that `with_maps` set, or the usual ones."""
    if not source.name.startswith("plain_"):
        return {}
    return {word: one for table in source.tables for one in table.columns.values() for word in one.reads}


def _columns(source: Source) -> dict[str, str]:
    """The columns of the file with times and days, and their kind."""
    return {
        mapped.expression.strip('"'): table.contract.column(name).kind
        for table in source.tables
        if not table.unpivot
        for name, mapped in table.columns.items()
        if table.contract.column(name).kind in READABLE
    }


def _others(source: Source, wanted: Mapping[str, str]) -> set[str]:
    """The header words that are known to hold something other than times."""
    found = {mapped.expression.strip('"') for table in source.tables for mapped in table.columns.values()}
    return (found | set(source.personal)) - set(wanted)


def _odd(header: tuple[str, ...], head: Iterable[Sequence[str]], wanted: Mapping[str, str]) -> bool:
    """Whether some time column is, in most of the first rows, not written as the contracts want it."""
    cells = list(head)
    for place, word in enumerate(header):
        texts = pl.Series([row[place] for row in cells if place < len(row) and row[place]], dtype=pl.String)
        if word in wanted and len(texts) and 2 * matches(texts, PLAIN).sum() < len(texts):
            return True
    return False


def _texts(
    content: Content, grid: Grid, header_row: int, header: tuple[str, ...], without: set[str]
) -> dict[str, list[str | None]]:
    """The texts of each column but `without`, in the order of the file; ragged rows are left out."""
    width = len(header)
    places = {word: place for place, word in enumerate(header) if word not in without}
    found: dict[str, list[str | None]] = {word: [] for word in places}
    for number, cells, fault in islice(rows(content, grid), LOOKED_AT):
        if number > header_row and not fault and len(cells) >= width and not any(cells[width:]):
            for word, place in places.items():
                found[word].append(cells[place] or None)
    return found


def _reading(word: str, texts: Mapping[str, list[str | None]], kind: str) -> Reading | None:
    """How the column is to be read; None where it is best left as it is."""
    beside = {name: column for name, column in texts.items() if name != word}
    reading = read_times(texts[word], beside, answers=ANSWERS)
    filled = [text for text in texts[word] if text and text not in reading.nothing]
    if reading.kind == "unknown" or not filled:
        return None
    with duckdb.connect() as con:
        prepare(con)
        con.register("texts", pl.DataFrame({"text": filled}))
        (readable,) = con.execute(READABLE[kind]).fetchone()
    return reading if 2 * readable < len(filled) else None


def _fits(reading: Reading, kind: str) -> bool:
    return reading.certain and reading.kind in FITTING[kind]


def _remarks_read(certain: Mapping[str, Reading]) -> list[Remark]:
    """Remarks on how these columns are read and why, one for all columns read alike."""
    columns: dict[str, list[str]] = {}
    for word, one in certain.items():
        columns.setdefault(one.unit if one.unit in HOW else one.order or "ymd", []).append(word)
    found = [
        Remark(
            N_("The times in “{columns}” are read as {how}."),
            {"columns": ", ".join(words), "how": HOW.get(way) or CHOICES[way]},
        )
        for way, words in columns.items()
    ]
    return _distinct([*found, *(remark for one in certain.values() for remark in one.evidence)])


def _remarks_open(left: Mapping[str, Reading]) -> list[Remark]:
    """Remarks that these columns are open, what is open about them, and how to settle it."""
    if not left:
        return []
    way = Remark(
        N_(
            "How the times in “{columns}” are meant is open: map the file on the page “Map a file”, or with "
            "service-kpi sources FILE --propose."
        ),
        {"columns": ", ".join(left)},
    )
    return _distinct([way, *(doubt.question for one in left.values() for doubt in one.doubts)])


def _distinct(remarks: list[Remark]) -> list[Remark]:
    return [one for place, one in enumerate(remarks) if one not in remarks[:place]]
