"""How a text is laid out, told from its first lines: its delimiter, its quotes, what a row looks like."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from etl.read.quotes import Grammar

DELIMITERS = ("\t", ",", ";", "|")
# Taken only where nearly every line has the same number of them; the last are full-width , and ; and 、.
RARE_DELIMITERS = "^~\x01\x02\x1c\x1d\x1e\x1f\xa6\uff0c\uff1b\u3001"
ODD_DELIMITERS = "!#$*@"  # these stand in ids and addresses as well
# Runs of blanks: at least two, or any.
BLANKS = {"  ": re.compile("[ \u3000]{2,}"), " ": re.compile("[ \u3000]+")}
SEPARATOR_LINE = re.compile(r"""\ufeff?"?sep=([^\w\s"']|\t)"?\s*""", re.IGNORECASE)  # Excel's own first line
EVIDENCE = 3  # so many delimiters in their place are hardly an accident


@dataclass(frozen=True)
class Layout:
    """A text under one delimiter (None: a line is one cell).

    `width` is how many cells most rows have, `usual` the numbers that occur now and again. `shapes` are
    what the cells of a column look like, where most look the same: by that a row is told from prose.
    """

    delimiter: str | None
    quote: str = '"'
    width: int = 1
    share: float = 0.0  # of the rows seen that have this width
    usual: frozenset[int] = frozenset()
    shapes: dict[int, str] = field(default_factory=dict)

    @cached_property
    def grammar(self) -> Grammar:
        return Grammar(self.delimiter or "\n", self.quote)

    @property
    def quoting(self) -> bool:
        """Whether quotes mean anything: not between runs of blanks."""
        return self.delimiter is not None and self.delimiter not in BLANKS

    def split(self, line: str) -> list[str]:
        """The cells of a line without quotes."""
        if self.delimiter is None:
            return [line]
        if self.delimiter in BLANKS:
            return BLANKS[self.delimiter].split(line.strip())
        return line.split(self.delimiter)

    def fits(self, cells: Sequence[str]) -> bool:
        """Whether a row has as many cells as others; empty cells at the end do not count."""
        return len(cells) in self.usual or (len(cells) > self.width and not any(cells[self.width :]))

    def swallowed(self, alike: int, lines: int) -> bool:
        """Whether the `lines` of one quoted cell are really rows, as `alike` of them look like rows."""
        if self.shapes:
            return alike > 0
        return alike * (self.width - 1) >= EVIDENCE and 2 * alike >= lines

    def like_a_row(self, line: str) -> bool:
        """Whether `line` would pass for a row by itself, even a ragged one, or for a row's first line."""
        cells = self.grammar.whole(line)
        if cells is not None and self.fits(cells):
            return 3 * sum(self._known(cells)) >= 2 * len(self.shapes)
        if cells is not None and 2 * len(cells) <= self.width:
            return False
        known = self._known(self.grammar.begun(line))
        return bool(self.shapes) and sum(known) >= min(2, len(self.shapes)) and all(known)

    def strange(self, cells: Sequence[str]) -> bool:
        """Whether no cell has the shape that is usual in its column."""
        return bool(self.shapes) and not any(self._known(cells))

    def _known(self, cells: Sequence[str]) -> list[bool]:
        """For each column with a usual shape, whether its cell has it."""
        return [shape(cells[place]) == usual for place, usual in self.shapes.items() if place < len(cells)]


def layouts(lines: list[str]) -> list[Layout]:
    """Each way the first lines of a text can be seen as a table, the most regular first."""
    lines = [line.rstrip("\r\n") for line in lines]
    named = SEPARATOR_LINE.fullmatch(lines[0]) if lines else None
    if named:
        return [layout(lines, named[1])]
    found = [layout(lines, each) for each in DELIMITERS if any(each in line for line in lines)]
    found += [layout(lines, each) for each in RARE_DELIMITERS + ODD_DELIMITERS if _regular(lines, each)]
    if not any(one.width > 1 and one.share >= 0.8 for one in found):
        blanks = [layout(lines, each) for each in BLANKS]
        found += [one for one in blanks if one.width > 2 and one.share >= 0.9][:1]
    found.sort(key=lambda one: (-round(one.share, 1), _rank(one.delimiter), -one.width))
    return found or [layout(lines, None)]


def layout(lines: list[str], delimiter: str | None) -> Layout:
    """The first lines of a text under `delimiter`."""
    lines = [line for line in (line.rstrip("\r\n") for line in lines) if line.strip()]
    if lines and SEPARATOR_LINE.fullmatch(lines[0]):
        del lines[0]
    plain = Layout(delimiter, _quote(lines, delimiter))
    alone = _cells_by_line(plain, lines)
    records = plain.grammar.records(lines) if plain.quoting else alone
    # Neither view is safe by itself: text with line breaks in it spoils the one, a lost quote the other.
    explained = Counter(map(len, records))
    explained.update(map(len, alone))
    width = max(explained, key=lambda count: (explained[count] * (count - 1), count), default=1)
    widths = Counter(map(len, records))
    often = {count for count, seen in widths.items() if count > 1 < seen and 20 * seen >= len(records)}
    share = widths[width] / len(records) if records else 0.0
    rows = [cells for cells in (records if widths[width] > 2 else records + alone) if len(cells) == width]
    return Layout(
        delimiter, plain.quote, width, share, frozenset(often | {width}), _shapes(rows, width) if rows else {}
    )


def shape(cell: str) -> str:
    """What a cell looks like, a stray quote aside: 2026-10-01 → 9-9-9."""
    return re.sub(r"\d+", "9", re.sub(r"[^\W\d_]+", "a", cell[:100].strip(" \"'")))


def _cells_by_line(plain: Layout, lines: Iterable[str]) -> list[list[str]]:
    """The cells of each line that is well quoted by itself."""
    seen = (plain.grammar.whole(line) if plain.quoting else plain.split(line) for line in lines)
    return [cells for cells in seen if cells is not None]


def _quote(lines: list[str], delimiter: str | None) -> str:
    """The quotation mark in use: single ones where they enclose whole cells all over and others do not."""
    if delimiter is None or delimiter in BLANKS:
        return '"'
    edge = rf"(?:^|{re.escape(delimiter)})[ ]*+"
    if not any("'" in line for line in lines) or any(re.search(f'{edge}"', line) for line in lines):
        return '"'
    begun = sum(len(re.findall(f"{edge}'", line)) for line in lines)
    whole = rf"{edge}'(?:[^']++|'')*+'(?=[ ]*+(?:{re.escape(delimiter)}|$))"
    closed = sum(len(re.findall(whole, line)) for line in lines)
    return "'" if closed * 4 >= 3 * begun and closed * 2 > len(lines) else '"'


def _rank(delimiter: str | None) -> int:
    return 0 if delimiter in DELIMITERS else 1 if delimiter in tuple(RARE_DELIMITERS) else 2


def _regular(lines: list[str], delimiter: str) -> bool:
    counts = Counter(line.count(delimiter) for line in lines if line.strip())
    return any(count and seen > 1 and seen * 10 >= 6 * counts.total() for count, seen in counts.items())


def _shapes(rows: list[list[str]], width: int) -> dict[int, str]:
    """The columns of numbers, times or codes, with the shape that most of their cells have."""
    shapes = {}
    for place in range(width):
        (common, seen), *_ = Counter(shape(cells[place]) for cells in rows).most_common(1)
        # One of the rows is the header; in a column of prose no shape with a digit is that common.
        if len(rows) > 2 and "9" in common and 10 * seen >= 6 * (len(rows) - 1):
            shapes[place] = common
    return shapes
