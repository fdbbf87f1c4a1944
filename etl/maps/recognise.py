"""Which source a file is, told from its content alone, and its rows as a frame of raw texts."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

import polars as pl

from etl.errors import N_, Problem, Remark
from etl.maps.day_titles import dated, undated
from etl.maps.derived import derive
from etl.maps.maps import Source
from etl.maps.plain_format import DAY_HEADER, plain_sources, unused
from etl.maps.plain_times import with_times
from etl.personal import mask_digits, mask_numbers
from etl.read import Content, Grid, Row, grids, rows, unique_words
from etl.read.nested import EMPTY_LIST

TELL_AFTER = 2_000  # rows between two words about how far it is
TORN_KEPT = 20_000  # ragged rows whose cells somebody may want to see

FEW_WORDS = 4  # with so many it is meant


@dataclass(frozen=True, slots=True)
class Match:
    """A file seen as one source: which grid of it, where its header stands, what the columns are called.

    `remarks` say how its times are read where that had to be found out, `open` that some could not be.
    """

    source: Source
    grid: Grid
    header_row: int
    header: tuple[str, ...]
    other_sheets: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    open: bool = False


@dataclass(frozen=True, slots=True)
class RawRows:
    """The rows under the header, all texts; `ragged` are those that cannot be told into
    them: (row number, text, reject rule).

    `frame` has `file_row` and one column a header word, with customer identifiers still in clear:
    only `etl.loading.raw_rows.show_rows` may read it. None where DuckDB read the file itself. `torn` are the
    cells of the first ragged rows, in clear as well.
    """

    frame: pl.DataFrame | None
    ragged: tuple[tuple[int, str, str], ...]
    multi_line: int
    rows_read: int
    torn: dict[int, tuple[str, ...]] = field(default_factory=dict)


def recognise(
    content: Content, sources: dict[str, Source], *, source: str | None = None, table: str | None = None
) -> list[Match]:
    """The source that explains most of the header of each sheet; of a text, the one match there is.

    `source` and `table` narrow the choice. Raises Problem when nothing fits, or two fit equally.
    """
    seen = list(grids(content))
    heads: list[tuple[str, ...]] = []
    found: dict[str | None, list[tuple[int, Match]]] = {}
    for grid in seen:
        heads += [unique_words(row.cells) for row in grid.head]
        for score, match in _matches(grid, sources, content.name):
            fits_table = table is None or any(t.contract.name == table for t in match.source.tables)
            if fits_table and source in (None, match.source.name):
                found.setdefault(grid.sheet, []).append((score, match))
    if not found:
        raise _unknown(content, sources, heads, source)
    best = {sheet: _best(content, scored) for sheet, scored in found.items()}
    if source is None and table is None:
        meant = {sheet: match for sheet, match in best.items() if not _by_chance(match)}
        if not meant:
            raise _mostly_unknown(content, next(iter(best.values())))
        best = meant
    matches = [_with_plain_times(content, match) for match in best.values()]
    others = tuple(g.sheet for g in seen if g.sheet and g.head and g.sheet not in best)
    return [replace(matches[0], other_sheets=others), *matches[1:]]


def _matches(grid: Grid, sources: dict[str, Source], name: str) -> Iterator[tuple[int, Match]]:
    """Every way to read `grid` of the file `name`, each with the number of columns it explains."""
    headed = set()
    for number, cells, _ in grid.head:
        header = named_days(grid, number, unique_words(cells), name)
        days = sum(DAY_HEADER.match(word) is not None for word in header)
        for source in sources.values():
            named = source.named(header)
            if source.wide == "days" and not days:
                continue
            if source.headers and set(named).issuperset(source.headers):
                headed.add(source.name)
                explained = len(source.headers) + (days if source.wide == "days" else 0)
                yield explained, Match(source, grid, number, named)
        for score, source in plain_sources(header):
            yield score, Match(source, grid, number, header)
    for source in sources.values():
        # Under a header the rows have the shape as well.
        for layout in source.layouts if source.name not in headed else ():
            columns = _shaped(source, layout, grid.head)
            if columns:
                yield len(columns), Match(source, grid, 0, columns)


def named_days(grid: Grid, number: int, header: tuple[str, ...], name: str) -> tuple[str, ...]:
    """The header in row `number`, with a roster's days as full dates where the file names their month."""
    above = (cell for row in grid.head if row.number < number for cell in row.cells)
    return dated(header, (*above, grid.sheet or "", name))


def _shaped(source: Source, layout: tuple[str, ...], head: tuple[Row, ...]) -> tuple[str, ...]:
    """The columns of a file without a header, when most of its first rows fit the shape of `source`.

    Not all: a broken row is set aside when the rows are read, and speaks against nothing here.
    """
    widths = [len(layout) if source.short_rows else len(row.cells) for row in head]
    width = max(set(widths), key=widths.count, default=0)
    columns = layout[:width]
    if not (source.fewest or len(layout)) <= width <= len(layout) or not set(source.shape) <= set(columns):
        return ()
    fewest = source.fewest if source.short_rows else width
    fitting = 0
    for row in head:
        cells = dict(zip(columns, row.cells, strict=False))
        fitting += fewest <= len(row.cells) <= width and all(
            re.fullmatch(pattern, cells.get(word, "")) for word, pattern in source.shape.items()
        )
    return columns if 2 * fitting > len(head) else ()


def _best(content: Content, scored: list[tuple[int, Match]]) -> Match:
    best = max(score for score, _ in scored)
    winners = {match.source.name: match for score, match in reversed(scored) if score == best}
    if len(winners) > 1:
        raise Problem(
            content.name,
            N_("It could be any of {names}."),
            N_("Say which with --source."),
            names=", ".join(sorted(winners)),
        )
    return next(iter(winners.values()))


def _by_chance(match: Match) -> bool:
    """Whether a plain format knows so few words of the header that its match means nothing."""
    left, known = _unknown_and_known(match)
    return match.source.name.startswith("plain_") and len(known) < FEW_WORDS and len(left) > 2 * len(known)


def _unknown_and_known(match: Match) -> tuple[list[str], list[str]]:
    """The header words that a plain format does not know, nameless columns aside, and those it knows."""
    left = unused(match.source, match.header)
    nameless = re.compile(r"column \d+")
    return [w for w in left if not nameless.fullmatch(w)], [w for w in match.header if w not in left]


def _mostly_unknown(content: Content, match: Match) -> Problem:
    left, known = _unknown_and_known(match)
    return Problem(
        content.name,
        N_("Of its {count} columns only {known} are known; not {unknown}."),
        N_("Map it on the Data page, or with “service-kpi sources FILE --propose”; or say --table {table}."),
        count=len(left) + len(known),
        known=", ".join(known),
        unknown=mask_numbers(", ".join(left[:12])),
        table=match.source.tables[0].contract.name,
    )


def _with_plain_times(content: Content, match: Match) -> Match:
    """`match` with the times of a plain file read as that file writes them."""
    if not match.source.name.startswith("plain_"):
        return match
    found = with_times(content, match.grid, match.header_row, match.header, match.source)
    return replace(match, source=found.source, remarks=found.remarks, open=found.open)


def raw_rows(
    content: Content,
    match: Match,
    told: Callable[[int, int], None] = lambda rows, size: None,
    given: Iterable[Row] | None = None,
) -> RawRows:
    """Every row under the header of `match`, or those `given` instead of what the file says.

    Now and then `told` hears how many rows more, of about how many bytes, were read.
    """
    width = len(match.header)
    nulls = {"", *match.source.nulls}
    numbers: list[int] = []
    cells_kept: list[tuple[str | None, ...]] = []
    ragged: list[tuple[int, str, str]] = []
    torn: dict[int, tuple[str, ...]] = {}
    multi_line = 0
    size = count = 0
    for number, found, fault in rows(content, match.grid) if given is None else given:
        cells = _padded(found, match.source, width)
        count, size = count + 1, size + len(cells) + sum(map(len, cells))
        if count == TELL_AFTER:
            told(count, size)
            size = count = 0
        if number <= match.header_row:
            continue
        # Cells beyond the header are a fault, unless they are empty: a trailing delimiter.
        if fault or len(cells) < width or any(cells[width:]):
            # Which cell stands in which column is not known: mask whatever could identify a customer.
            hide = mask_digits if match.source.personal else mask_numbers
            text = hide((match.grid.delimiter or " ").join(cells))[:500]
            ragged.append((number, text, fault or "wrong_number_of_cells"))
            if len(torn) < TORN_KEPT:
                torn[number] = cells
            continue
        multi_line += any("\n" in cell for cell in cells)
        numbers.append(number)
        cells_kept.append(tuple(None if cell in nulls else cell for cell in cells[:width]))
    told(count, size)
    columns = zip(*cells_kept, strict=True) if cells_kept else [()] * width
    frame = pl.DataFrame(
        [pl.Series("file_row", numbers, dtype=pl.Int64)]
        + [
            pl.Series(name, values, dtype=pl.String)
            for name, values in zip(match.header, columns, strict=True)
        ]
    )
    frame = derive(frame, match.source)
    return RawRows(frame, tuple(ragged), multi_line, frame.height + len(ragged), torn)


def _padded(cells: tuple[str, ...], source: Source, width: int) -> tuple[str, ...]:
    """`cells` filled up with the empty last cells that a short row of `source` leaves out."""
    if source.short_rows and source.fewest <= len(cells) < width:
        return cells + ("",) * (width - len(cells))
    return cells


def _unknown(
    content: Content, sources: dict[str, Source], heads: list[tuple[str, ...]], wanted: str | None
) -> Problem:
    if wanted and wanted not in sources and not wanted.startswith("plain_"):
        return Problem(
            wanted,
            N_("There is no such source."),
            N_("Known are: {names}."),
            names=", ".join([*sources, "plain_calls", "…"]),
        )
    if any(undated(head) for head in heads):
        return Problem(
            content.name,
            N_("Its columns are days of a month, but no title and no name of sheet or file says which."),
            N_("Write full dates such as 2026-10-01 in the header, or the year and month in a row above it."),
        )
    if empty := content.memory.get(EMPTY_LIST):
        return Problem(
            content.name,
            N_("It holds no record: its list “{key}” is empty."),
            N_("Export a time that has records."),
            key=mask_numbers(empty),
        )
    header = max(heads, key=len, default=())
    nearest, missing = _nearest(header, sources)
    return Problem(
        content.name,
        N_("It matches no known source. Its first cells: {header}. Nearest is {nearest}, without {missing}."),
        N_("Map it on the Data page, or with “service-kpi sources FILE --propose”."),
        header=mask_numbers(", ".join(header[:12])) or "–",
        nearest=nearest,
        missing=missing,
    )


def _nearest(header: tuple[str, ...], sources: dict[str, Source]) -> tuple[str, str]:
    def shared(source: Source) -> float:
        return len(set(source.headers) & set(header)) / max(len(source.headers), 1)

    nearest = max(sources.values(), key=shared)
    absent = [word for word in nearest.headers if word not in header]
    hints = []
    for word in absent[:3]:
        close = difflib.get_close_matches(word, header, n=1)
        hints.append(f"“{word}”" + (f" (≈ “{close[0]}”?)" if close else ""))
    return nearest.name, ", ".join(hints)
