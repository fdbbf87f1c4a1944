"""What lies under a file's name: its size, its hash, and what kind of table it can be read as."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from etl.errors import N_, Problem

HEAD_BYTES = 65_536
HEAD_ROWS = 10  # how far down a header may stand

# What a file is when it is not what its name says: (how it begins, its name for people).
IMPOSTORS = (
    (rb"\s*(?:<!doctype html|<html)", N_("an HTML page")),
    (rb"version https://git-lfs", N_("a Git LFS pointer, not the file itself")),
    (rb"%PDF", N_("a PDF")),
    (rb"\xd0\xcf\x11\xe0", N_("an old or encrypted Excel workbook")),
    (rb"\x1f\x8b|7z\xbc\xaf|Rar!", N_("a compressed archive")),
    (rb"\x89PNG|\xff\xd8\xff|GIF8", N_("a picture")),
)


class Row(NamedTuple):
    """One row of a file: the number a person sees there, its cells as text, and what is wrong with it.

    `fault` is the name of a reject rule (the row cannot be told into cells: `cells` holds it as one).
    """

    number: int
    cells: tuple[str, ...]
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """One table-like part of a file: a text file under one delimiter, one sheet of a workbook, ….

    `head` holds its first rows. `remarks` of a format (hidden rows, …) are said by its reader.
    """

    sheet: str | None
    delimiter: str | None
    head: tuple[Row, ...]


@dataclass(frozen=True)
class Content:
    """A file as it was found: `path` is what the person named, `part` its member when that is an archive.

    `file` is where the bytes lie, `kind` one of "text", "workbook".
    """

    path: Path
    part: str
    file: Path
    size: int
    sha256: str
    kind: str

    @property
    def name(self) -> str:
        """How the content is called in messages and books."""
        return f"{self.path.name}/{self.part}" if self.part else self.path.name

    @cached_property
    def data(self) -> bytes:
        return self.file.read_bytes()

    @cached_property
    def encoding(self) -> str:
        """The encoding of a text; Problem when it is none."""
        data = self.data
        wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
        for encoding in ("utf-16",) if wide else ("utf-8", "gb18030") if b"\x00" not in data else ():
            try:
                data.decode(encoding)
            except UnicodeDecodeError:
                continue
            return encoding
        raise Problem(
            self.name,
            N_("This is neither text nor a workbook."),
            N_("Export the table as CSV (UTF-8 or GB18030) or XLSX."),
        )

    @cached_property
    def text(self) -> str:
        return self.data.decode(self.encoding).removeprefix("\ufeff")


def contents(path: Path, room: Path) -> Iterator[Content | Problem]:
    """What is to be read under `path`: one content, or a Problem that says why there is none.

    An archive gives one for each member, unpacked into `room` for as long as the next is not asked for.
    """
    try:
        yield open_file(path)
    except Problem as problem:
        yield problem


def open_file(path: Path, part: str = "", file: Path | None = None) -> Content:
    """One content; Problem when it is missing, empty, or something else than a table."""
    file = file or path
    try:
        with open(file, "rb") as stream:
            head = stream.read(HEAD_BYTES)
            stream.seek(0)
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        size = file.stat().st_size
    except OSError as error:
        raise Problem(
            str(path), N_("It cannot be read ({reason})."), N_("Check the path."), reason=error.strerror
        ) from None
    name = part or path.name
    if not head.strip():
        raise Problem(name, N_("The file is empty."), N_("Export it again."))
    for start, thing in IMPOSTORS:
        if re.match(start, head[:200], re.IGNORECASE):
            raise Problem(
                name,
                N_("This is {thing}, whatever its name says."),
                N_("Export the table itself, as CSV or XLSX."),
                thing=thing,
            )
    if head[:4] == b"PK\x03\x04":
        content = Content(path, part, file, size, digest, "workbook")
        if b"xl/workbook.xml" not in content.data:
            raise Problem(name, N_("This is a ZIP archive."), N_("Unpack it and load its files."))
        return content
    return Content(path, part, file, size, digest, "text")


def header_word(text: str) -> str:
    """A header cell in the form in which headers are compared: full width, case and blanks aside."""
    return " ".join(unicodedata.normalize("NFKC", text).replace("\ufeff", "").split()).casefold()


def unique_words(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Header words with repeated ones numbered, and nameless columns named by their place."""
    while cells and not cells[-1]:
        cells = cells[:-1]
    words: list[str] = []
    for place, cell in enumerate(cells, start=1):
        word = header_word(cell) or f"column {place}"
        repeated = 2
        while word in words:
            word = f"{header_word(cell)} {repeated}"
            repeated += 1
        words.append(word)
    return tuple(words)
