"""Which source a file is, told from its content alone, and its rows as a frame of raw texts."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from etl.errors import N_, Problem
from etl.personal import customer_key, mask_digits, mask_numbers, masked
from etl.plain import plain_sources
from etl.read import Content, Grid, Row, grids, rows, unique_words
from etl.source_maps import Source


@dataclass(frozen=True, slots=True)
class Match:
    """A file seen as one source: which grid of it, where its header stands, what the columns are called."""

    source: Source
    grid: Grid
    header_row: int
    header: tuple[str, ...]
    other_sheets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RawRows:
    """The rows under the header, all texts; `ragged` are those that cannot be told into
    them: (row number, text, reject rule).

    `frame` has `file_row` and one column a header word. Customer identifiers are hashed in it
    already; their masked form stands in a column named "<word> shown".
    """

    frame: pl.DataFrame
    ragged: tuple[tuple[int, str, str], ...]
    multi_line: int

    @property
    def rows_read(self) -> int:
        return self.frame.height + len(self.ragged)


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
        for score, match in _matches(grid, sources):
            fits_table = table is None or any(t.contract.name == table for t in match.source.tables)
            if fits_table and source in (None, match.source.name):
                found.setdefault(grid.sheet, []).append((score, match))
    if not found:
        raise _unknown(content, sources, heads, source)
    matches = [_best(content, scored) for scored in found.values()]
    others = tuple(g.sheet for g in seen if g.sheet and g.head and g.sheet not in found)
    return [replace(matches[0], other_sheets=others), *matches[1:]]


def _matches(grid: Grid, sources: dict[str, Source]) -> Iterator[tuple[int, Match]]:
    """Every way to read `grid`, each with the number of columns it explains."""
    for number, cells, _ in grid.head:
        header = unique_words(cells)
        words = set(header)
        for source in sources.values():
            if not source.columns and words.issuperset(source.headers):
                yield len(source.headers), Match(source, grid, number, header)
        for score, source in plain_sources(header):
            yield score, Match(source, grid, number, header)
    for source in sources.values():
        if source.columns and _has_shape(source, grid.head):
            yield len(source.columns), Match(source, grid, 0, source.columns)


def _has_shape(source: Source, head: tuple[Row, ...]) -> bool:
    """Whether the rows of a file without a header look as `source` says they do."""
    if not head:
        return False
    for row in head:
        if len(row.cells) != len(source.columns):
            return False
        cells = dict(zip(source.columns, row.cells, strict=True))
        if not all(re.fullmatch(pattern, cells[word]) for word, pattern in source.shape.items()):
            return False
    return True


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


def raw_rows(content: Content, match: Match, key: bytes) -> RawRows:
    """Every row under the header of `match`; `key` is the home's secret for customer identifiers."""
    width = len(match.header)
    nulls = {"", *match.source.nulls}
    numbers: list[int] = []
    cells_kept: list[tuple[str | None, ...]] = []
    ragged: list[tuple[int, str, str]] = []
    multi_line = 0
    for number, cells, fault in rows(content, match.grid):
        if number <= match.header_row:
            continue
        # Cells beyond the header are a fault, unless they are empty: a trailing delimiter.
        if fault or len(cells) < width or any(cells[width:]):
            # Which cell stands in which column is not known: mask whatever could identify a customer.
            hide = mask_digits if match.source.personal else mask_numbers
            text = hide((match.grid.delimiter or " ").join(cells))[:500]
            ragged.append((number, text, fault or "wrong_number_of_cells"))
            continue
        multi_line += any("\n" in cell for cell in cells)
        numbers.append(number)
        cells_kept.append(tuple(None if cell in nulls else cell for cell in cells[:width]))
    columns = zip(*cells_kept, strict=True) if cells_kept else [()] * width
    frame = pl.DataFrame(
        [pl.Series("file_row", numbers, dtype=pl.Int64)]
        + [
            pl.Series(name, values, dtype=pl.String)
            for name, values in zip(match.header, columns, strict=True)
        ]
    )
    for name, nobody in match.source.personal.items():
        frame = _hide(frame, name, nobody, key)
    return RawRows(frame, tuple(ragged), multi_line)


def _hide(frame: pl.DataFrame, name: str, nobody: tuple[str, ...], key: bytes) -> pl.DataFrame:
    clear = [text for text in frame[name].unique().to_list() if text is not None and text not in nobody]
    keys = {text: customer_key(text, key) for text in clear}
    shown = {text: masked(text) for text in clear}
    return frame.with_columns(
        pl.col(name).replace_strict(keys, default=None, return_dtype=pl.String),
        pl.col(name).replace_strict(shown, default=None, return_dtype=pl.String).alias(f"{name} shown"),
    )


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
    header = max(heads, key=len, default=())
    nearest, missing = _nearest(header, sources)
    return Problem(
        content.name,
        N_("It matches no known source. Its first cells: {header}. Nearest is {nearest}, without {missing}."),
        N_("See “service-kpi sources”, or fill a template from “service-kpi sources --template DIR”."),
        header=mask_numbers(", ".join(header[:12])) or "–",
        nearest=nearest,
        missing=missing,
    )


def _nearest(header: tuple[str, ...], sources: dict[str, Source]) -> tuple[str, str]:
    def shared(source: Source) -> float:
        return len(set(source.headers) & set(header)) / len(source.headers)

    nearest = max(sources.values(), key=shared)
    absent = [word for word in nearest.headers if word not in header]
    hints = []
    for word in absent[:3]:
        close = difflib.get_close_matches(word, header, n=1)
        hints.append(f"“{word}”" + (f" (≈ “{close[0]}”?)" if close else ""))
    return nearest.name, ", ".join(hints)
