"""Cells in quotation marks, rightly and wrongly quoted, under one delimiter."""

from __future__ import annotations

import contextlib
import csv
import re
from collections.abc import Callable, Iterable, Iterator

csv.field_size_limit(2**31 - 1)  # a long cell is no fault


class Grammar:
    """How a delimiter and a quotation mark make cells out of lines."""

    def __init__(self, delimiter: str, quote: str) -> None:
        self.delimiter, self.quote = delimiter, quote
        d, q = re.escape(delimiter), re.escape(quote)
        blank = r"[ \t]*+" if delimiter != "\t" else "[ ]*+"
        end = rf"(?={d}|$)"
        plain = rf"(?!{blank}{q})(?P<plain>[^{d}]*+)"
        quoted = rf"{blank}{q}(?P<quoted>(?:[^{q}]++|{q}{q})*+){q}{blank}{end}"
        # A field that begins with a quote and goes on behind its partner.
        wrapped = rf"{blank}{q}(?P<wrapped>[^{q}]*+(?:{q}(?!{blank}{end})[^{q}]*+)*+){q}{blank}{end}"
        loose = rf"(?P<loose>[^{d}{q}]*+(?:{q}[^{d}{q}]*+{q}[^{d}{q}]*+)*+){end}"
        self._strict = re.compile(rf"{quoted}|{plain}")
        self._wrapped = re.compile(rf"{quoted}|{plain}|{wrapped}")
        self._loose = re.compile(rf"{quoted}|{plain}|{loose}")
        self._escape = re.compile(rf"\\([\\{q}])")

    def reader(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """The records of well-quoted `lines`; csv.Error where they are not."""
        return csv.reader(
            lines, delimiter=self.delimiter, quotechar=self.quote, strict=True, skipinitialspace=True
        )

    def whole(self, line: str) -> list[str] | None:
        """The cells of `line` when it is a well-quoted record by itself; None otherwise."""
        if self.quote not in line:
            return line.split(self.delimiter)
        try:
            return next(self.reader([line]), [])
        except csv.Error:
            return None

    def records(self, lines: list[str]) -> list[list[str]]:
        """The records of `lines`, cells over several lines included, as far as they are well quoted."""
        found, place = [], 0
        while place < len(lines):
            reader = self.reader(line + "\n" for line in lines[place:])
            with contextlib.suppress(csv.Error):
                found.extend(reader)
            place += reader.line_num
        return found

    def begun(self, line: str) -> list[str]:
        """The complete cells of `line` before the first cell that is wrongly quoted or still open."""
        cells, place = [], 0
        while place <= len(line) and (found := self._strict.match(line, place)):
            cells.append(found[found.lastgroup])
            place = found.end() + 1
        return cells

    def escaped(self, line: str) -> bool:
        return f"\\{self.quote}" in line

    def unescape(self, line: str) -> str:
        """`line` with its quotes doubled that a backslash protects."""
        return self._escape.sub(lambda found: 2 * self.quote if found[1] == self.quote else found[1], line)

    def mended(self, line: str, fits: Callable[[list[str]], bool]) -> list[str] | None:
        """The cells of a wrongly quoted `line`, if there is just one way to read it that fits.

        A quote without a partner is not mended: where its cell ends is anybody's guess.
        """
        if line.count(self.quote) == 1:
            return None
        readings = [self._read(line, pattern) for pattern in (self._wrapped, self._loose)]
        fitting = [cells for cells in readings if cells is not None and fits(cells)]
        return fitting[0] if fitting and all(cells == fitting[0] for cells in fitting) else None

    def _read(self, line: str, field: re.Pattern[str]) -> list[str] | None:
        cells: list[str] = []
        place = 0
        while True:
            found = field.match(line, place)
            cell = self._cell(found) if found else None
            if cell is None:
                return None
            cells.append(cell)
            place = found.end()
            if place == len(line):
                return cells
            place += 1

    def _cell(self, found: re.Match[str]) -> str | None:
        """The text of a matched cell; None when it swallowed a quoted neighbour."""
        kind, text, quote = found.lastgroup, found[found.lastgroup], self.quote
        if kind == "quoted":
            return text.replace(2 * quote, quote)
        if kind == "wrapped":
            return None if self.delimiter + quote in text else text
        if kind == "loose":
            text = text.strip()
            closed = len(text) > 1 and text[0] == text[-1] == quote
            return text[1:-1] if closed else text
        return text
