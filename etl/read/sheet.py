"""A sheet as its file holds it: cells, merged ranges, what is hidden, what Excel could not compute."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from etl.read.content import HEAD_ROWS, Row
from etl.read.limits import MERGED

FORMULA_WITHOUT_VALUE = "formula_without_value"
CUT_OFF = "cut_off"


class Merged(NamedTuple):
    """A merged range, both ends included: rows count from 1, columns from 0."""

    top: int
    left: int
    bottom: int
    right: int


class Place(NamedTuple):
    """A cell: its row counts from 1, its column from 0."""

    row: int
    column: int

    def __str__(self) -> str:
        return f"{column_letters(self.column)}{self.row}"


@dataclass
class Sheet:
    """One sheet, filled by the reader of its format and never changed afterwards.

    `rows` are in the order of their numbers, their cells end with the last one that holds something.
    `faults` names what is wrong with a row; the other lists are places that deserve a remark.
    """

    name: str | None
    hidden: bool = False
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)
    faults: dict[int, str] = field(default_factory=dict)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    errors: list[Place] = field(default_factory=list)
    shortened: list[Place] = field(default_factory=list)
    empty_formulas: list[Place] = field(default_factory=list)
    filled: list[Place] = field(default_factory=list)

    def add(self, number: int, cells: list[str]) -> None:
        """Take one row; cells are stripped of blanks around them, rows without any text left out."""
        cells = [cell.strip() for cell in cells]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            self.rows.append((number, cells))

    def finish(self) -> None:
        """Give the value of every merged range to all its cells, in rows that hold something of their own.

        A name that stands once beside five merged rows is the name in each of them.
        """
        self.rows.sort(key=lambda row: row[0])
        numbers = [number for number, _ in self.rows]
        width = max((len(cells) for _, cells in self.rows), default=0)
        for top, left, bottom, right in self.merged:
            first = bisect_left(numbers, top)
            if first == len(numbers) or numbers[first] != top or left >= len(self.rows[first][1]):
                continue
            value = self.rows[first][1][left]
            for number, cells in self.rows[first : bisect_left(numbers, bottom + 1)]:
                for column in range(left, min(right + 1, width)):
                    cells.extend([""] * (column + 1 - len(cells)))
                    if value and not cells[column]:
                        cells[column] = value
                        self.filled.append(Place(number, column))
                if len(self.filled) > MERGED:
                    raise ValueError("merged ranges without end")

    def head(self) -> tuple[Row, ...]:
        """The first rows; where two of them make one header, that header follows them."""
        width = max((len(cells) for _, cells in self.rows[:HEAD_ROWS]), default=0)
        plain = [self._row(number, cells, width) for number, cells in self.rows[:HEAD_ROWS]]
        head: list[Row] = []
        for place, row in enumerate(plain):
            head.append(row)
            if place and (joined := self._joined(plain[place - 1], row)):
                head.append(joined)
        return tuple(head)

    def all_rows(self) -> Iterator[Row]:
        """Every row, filled up to the width of the first ones."""
        width = max((len(cells) for _, cells in self.rows[:HEAD_ROWS]), default=0)
        for number, cells in self.rows:
            yield self._row(number, cells, width)

    def _row(self, number: int, cells: list[str], width: int) -> Row:
        padded = (*cells, *[""] * (width - len(cells)))
        return Row(number, padded, self.faults.get(number))

    def _joined(self, upper: Row, lower: Row) -> Row | None:
        """The header that a row of groups above a row of words makes, None where it says nothing more.

        A word that the lower row has once stands alone; a repeated one gets its group in front of it
        ("等待 秒数"); where the lower row has none, the group is the word.
        """
        groups = [m for m in self.merged if m.top == upper.number and (m.right > m.left or m.bottom > m.top)]
        if not groups or lower.number != upper.number + 1:
            return None
        words = [word or group for group, word in zip(upper.cells, lower.cells, strict=True)]
        joined = tuple(
            f"{group} {word}" if words.count(word) > 1 and group not in ("", word) else word
            for group, word in zip(upper.cells, words, strict=True)
        )
        return Row(lower.number, joined) if joined != lower.cells else None


def column_letters(column: int) -> str:
    """The letters Excel shows above a column that counts from 0: 0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
