"""A text file under a delimiter as rows of cells.

Physical lines are reconciled with records: a quoted cell may go over several lines, but not when the
record then has another number of cells than the others, and not when the lines in it are rows
themselves. Then a quote is open, its row alone is set aside, and reading goes on with the next line.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from etl.read import encodings
from etl.read.content import HEAD_ROWS, Content, Grid, Row
from etl.read.layout import SEPARATOR_LINE, Layout, layout, layouts

SAMPLE_CHARS, SAMPLE_LINES = 1 << 18, 1000
LINE_END = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")  # str.splitlines would also cut at form feeds and U+2028
EXCEL_TEXT = re.compile(r'="(.*)"', re.DOTALL)  # how Excel is told to leave the zeros of 0012 alone
FOOTER = re.compile(r"\(?\s*(?:合计|总计|小计|共计|汇总|total|sum|\d+ rows?)", re.IGNORECASE)
LOOK_AHEAD = 1 << 20  # characters that may be looked at in vain, and as many as were read since
FEW_LINES = 20
PER_LINE = 100  # what a line costs besides its characters


def grids(content: Content) -> Iterator[Grid]:
    """The text under each delimiter that could be its own, the likeliest first."""
    lines = _sample(content)
    for one in layouts(lines):
        content.memory["layout", one.delimiter] = one
        rows = (row for row in _Reader(lines, one, content.encoding).rows() if not row.fault)
        yield Grid(None, one.delimiter, tuple(islice(rows, HEAD_ROWS)), quote=one.quote)


def rows(content: Content, grid: Grid) -> Iterator[Row]:
    """All rows, blank ones left out, numbered by the line each begins on.

    Set aside with a fault: `open_quote`, a quotation mark without its partner; `cut_off`, the row in
    which the file ends; `unreadable_text`, bytes that are no text in the file's encoding.
    """
    seen = content.memory.get(("layout", grid.delimiter)) or layout(_sample(content), grid.delimiter)
    with encodings.open_text(content.file, content.encoding) as stream:
        yield from _Reader(stream, seen, content.encoding).rows()


def _sample(content: Content) -> list[str]:
    """The first lines of the text, with their ends."""
    with encodings.open_text(content.file, content.encoding) as stream:
        start = stream.read(SAMPLE_CHARS)
    lines = LINE_END.split(start.removeprefix("\ufeff"))
    whole = lines[:-1] if len(start) == SAMPLE_CHARS else [line for line in lines if line]
    return (whole or lines)[:SAMPLE_LINES]


class _Reader:
    """Rows out of lines; `lines` keep their ends."""

    def __init__(self, lines: Iterable[str], seen: Layout, encoding: str) -> None:
        self.lines, self.ahead = iter(lines), deque[str]()
        self.layout, self.encoding = seen, encoding
        self.number = 0  # of the line read last
        self.ended = True  # with a line end
        self.spare = LOOK_AHEAD
        self.doubt = False  # whether what follows may still be the text of a cell that was open

    def rows(self) -> Iterator[Row]:
        quote = self.layout.quote if self.layout.quoting else "\n"
        split = self.layout.split
        while (line := self._next()) is not None:
            number, text = self.number, line.rstrip("\r\n")
            if number == 1 and SEPARATOR_LINE.fullmatch(text):
                continue
            cells: list[str] | None
            cells, text = self._quoted(text) if quote in text else (split(text), text)
            row = self._row(number, cells, text)
            if row and self.doubt:
                row = self._after_open_quote(row, text)
            if row:
                self.doubt = row.fault == "open_quote" or (self.doubt and not self.layout.fits(row.cells))
                yield row

    def _next(self) -> str | None:
        line = self.ahead.popleft() if self.ahead else next(self.lines, None)
        if line is None:
            return None
        self.number += 1
        self.ended = line.endswith(("\n", "\r"))
        self.spare += len(line)
        # Files joined by copying have a mark where each began.
        return line.removeprefix("\ufeff")

    def _row(self, number: int, cells: list[str] | None, text: str) -> Row | None:
        """One row; `cells` None where `text` cannot be told into them."""
        fault, read = None, text
        if "\x00" in text and cells is not None:
            cells = [cell.strip("\x00 \t") for cell in cells]  # zeros around a cell are padding
            read = "".join(cells)
        if not read.strip("\x1a \t"):  # with the end mark of DOS
            return None
        if cells is None:
            fault = "open_quote" if self.ended else "cut_off"
        elif encodings.misfit(read, self.encoding):
            torn = not self.ended and encodings.MARKED.fullmatch(text[-1:])
            fault = "cut_off" if torn else "unreadable_text"
        elif not self.ended and len(cells) < self.layout.width and len(cells) not in self.layout.usual:
            fault = None if FOOTER.match(text) else "cut_off"
        if fault:
            return Row(number, (encodings.shown(text).strip(),), fault)
        stripped = tuple([cell.strip() for cell in cells])
        if '="' in text:
            found = [EXCEL_TEXT.fullmatch(cell) for cell in stripped]
            stripped = tuple(m[1] if m else cell for m, cell in zip(found, stripped, strict=True))
        return Row(number, stripped) if any(stripped) else None

    def _after_open_quote(self, row: Row, text: str) -> Row:
        """A row after an open quote, set aside when it looks unlike rows and may belong to the open cell."""
        if row.fault or not self.layout.fits(row.cells) or not self.layout.strange(row.cells):
            return row
        return Row(row.number, (encodings.shown(text).strip(),), "open_quote")

    def _quoted(self, text: str) -> tuple[list[str] | None, str]:
        """The cells of the record that begins with the line `text`, and all its lines."""
        grammar, fits = self.layout.grammar, self.layout.fits
        cells = grammar.whole(text)
        if cells is not None and fits(cells):
            return cells, text
        lines: list[str] = []
        if cells is None and self.spare > 0:
            found, lines = self._spanning(text, str)
            if found:
                return found, self._take_lines(text, lines)
        if any(map(grammar.escaped, [text, *lines])):
            unescaped = grammar.whole(grammar.unescape(text))
            if unescaped is not None and fits(unescaped):
                return unescaped, text
            found, more = self._spanning(text, grammar.unescape) if cells is None else (None, [])
            if found:
                return found, self._take_lines(text, more)
        if cells is None and self._breaks_off(lines):
            return None, self._take_lines(text, lines)
        return cells or grammar.mended(text, fits), text

    def _take_lines(self, text: str, lines: list[str]) -> str:
        """Take `lines` as read, and return `text` with them as one record."""
        for _ in lines:
            self._next()
        return "\n".join([text, *lines])

    def _spanning(self, first: str, heal: Callable[[str], str]) -> tuple[list[str] | None, list[str]]:
        """The record that begins in `first` and goes on over more lines, and these lines.

        None when there is no such record; the lines are then those that were looked at.
        """
        lines: list[str] = []
        filled = alike = 0

        def feed() -> Iterator[str]:
            nonlocal filled, alike
            yield heal(first) + "\n"
            while self.spare > 0 and (line := self._peek(len(lines))) is not None:
                lines.append(line.rstrip("\r\n"))
                self.spare -= len(line) + PER_LINE
                filled += bool(lines[-1].strip())
                alike += self.layout.like_a_row(lines[-1])
                if alike > 2 and self.layout.swallowed(alike, filled):
                    return
                yield heal(lines[-1]) + "\n"

        try:
            cells = next(self.layout.grammar.reader(feed()))
        except csv.Error:
            return None, lines
        if self.layout.swallowed(alike, filled) or (alike and not self.layout.fits(cells)):
            return None, lines
        self.spare += sum(len(line) + PER_LINE for line in lines)
        return cells, lines

    def _breaks_off(self, lines: list[str]) -> bool:
        """Whether the file breaks off in mid-record: `lines` are its last ones, and none is a row."""
        if not lines or self.spare <= 0 or self._peek(len(lines)) is not None:
            return False
        ended = self.ahead[-1].endswith(("\n", "\r"))
        return not (ended and len(lines) > FEW_LINES) and not any(map(self.layout.like_a_row, lines))

    def _peek(self, place: int) -> str | None:
        """The line `place` lines ahead."""
        while len(self.ahead) <= place:
            line = next(self.lines, None)
            if line is None:
                return None
            self.ahead.append(line)
        return self.ahead[place]
