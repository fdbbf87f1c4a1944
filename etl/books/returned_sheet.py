"""One sheet of corrected rows, read as rows of the file that they were in."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass

from etl.books.set_aside import MASK, Kept, Known, guarded, shown, token
from etl.errors import N_, Problem
from etl.maps.maps import Source, TableMap
from etl.read import Content, Row, header_word

MARK = "service-kpi:row"  # heads the column that says which row each is
OURS = "(service kpi)"  # ends the heading of every other column that we have added
HIDDEN = "masked_value"
STRANGER = "not_a_rejected_row"
TWICE = "row_given_twice"


@dataclass(frozen=True, slots=True)
class Book:
    """What is known of the file that the rows of a sheet were in."""

    file_id: int
    name: str
    sha256: str
    part: str
    source: Source
    table: TableMap
    header: tuple[tuple[str, str], ...]
    kept: dict[int, tuple[Kept, str, bool]]  # cells, rule, whether it still waits


def place_of(book: Book, secret: bytes, text: str) -> int | None:
    """The row number that a token proves; None for a token that we did not make."""
    number = number_in(text, 1)
    if number not in book.kept:
        return None
    ours = token(secret, book.file_id, book.sha256, book.part, number)
    return number if hmac.compare_digest(ours.encode(), text.encode()) else None


def number_in(text: str, part: int) -> int | None:
    """The number at place `part` of a token that somebody may have changed; None when it reads as none."""
    said = re.fullmatch(r"([0-9]{1,9})-([0-9]{1,18})-[0-9a-f]+", text)
    return int(said[part + 1]) if said else None


class Sheet:
    """Rows of a sheet into rows of the file they were in, one after the other."""

    def __init__(self, content: Content, header: Row, book: Book, secret: bytes) -> None:
        self._book, self._secret = book, secret
        self._guarded = guarded(book.source, book.table)
        self.places: dict[int, int] = {}
        self.known: dict[int, dict[str, Known]] = {}
        words = [header_word(cell) for cell in header.cells]
        self._mark = words.index(MARK)
        theirs = [
            (place, word) for place, word in enumerate(words) if word != MARK and not word.endswith(OURS)
        ]
        self._columns: list[int] = []
        for text, _ in book.header:
            place = next(
                (p for p, word in theirs if word == header_word(text) and p not in self._columns), None
            )
            if place is None:
                raise Problem(
                    content.name,
                    N_("The column “{column}” of {name} is gone."),
                    N_("Download the rejected rows again, and change nothing but the cells to correct."),
                    column=text,
                    name=book.name,
                )
            self._columns.append(place)
        self._beyond = [p for p, word in enumerate(words) if word.startswith("+") and word.endswith(OURS)]
        self._last = 0

    def row(self, row: Row) -> Row:
        """The corrected row as it would stand in its file; with a fault where that cannot be told."""
        self._last = max(self._last, row.number)
        cells = [row.cells[place] if place < len(row.cells) else "" for place in self._columns]
        beyond = [row.cells[place] if place < len(row.cells) else "" for place in self._beyond]
        mark = row.cells[self._mark] if self._mark < len(row.cells) else ""
        place = place_of(self._book, self._secret, mark)
        if place is None or row.fault:
            return Row(row.number, tuple(cells), row.fault or STRANGER)
        if place in self.places.values():
            return Row(row.number, tuple(cells), TWICE)
        self.places[row.number] = place
        kept, rule, _ = self._book.kept[place]
        if kept.torn and _same([*cells, *beyond], kept.shown()):
            return Row(row.number, tuple(kept.shown()), rule)
        return self._corrected(row.number, cells, kept, beyond if kept.torn else [])

    def carried(self) -> Iterator[Row]:
        """The rows still to be corrected that the sheet lacks, as they were."""
        missing = sorted(set(self._book.kept) - set(self.places.values()))
        for number in missing:
            kept, _, waits = self._book.kept[number]
            if waits and not kept.torn:
                self._last += 1
                self.places[self._last] = number
                yield self._corrected(self._last, kept.shown(), kept, [])

    def _corrected(self, number: int, cells: list[str], kept: Kept, beyond: list[str]) -> Row:
        """The row with the original value behind every cell that nobody has touched."""
        known: dict[str, Known] = {}
        texts: list[str] = []
        before = (*kept.cells, *(None,) * len(cells)) if not kept.torn else (None,) * len(cells)
        for (_, word), cell, was in zip(self._book.header, cells, before, strict=False):
            if not _same([cell], [shown(was)]):
                texts.append(cell)
            elif isinstance(was, tuple):
                known[word] = was
                texts.append("")
            else:
                texts.append(was or "")
        masked = {word for (_, word), text in zip(self._book.header, texts, strict=True) if MASK in text}
        if masked & self._guarded:
            return Row(number, (*texts, *beyond), HIDDEN)
        if known:
            self.known[number] = known
        return Row(number, (*texts, *beyond))


def _same(cells: list[str], kept: list[str]) -> bool:
    """Whether a spreadsheet has left the cells as they were, blanks and line ends aside."""
    plain = [[" ".join(cell.split()) for cell in one] for one in (cells, kept)]
    for one in plain:
        while one and not one[-1]:
            one.pop()
    return plain[0] == plain[1]
