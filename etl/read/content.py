"""One file as it was found: its size, its hash, and the kind of table it can be read as."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from etl.errors import N_, Problem
from etl.read import encodings
from etl.read.kinds import kind_of

HEAD_BYTES = 65_536
BLOCK_BYTES = 1 << 20
HEAD_ROWS = 10  # how far down a header may stand

UNSEEN = {0xFEFF: None, 0: None}  # byte order marks, and NULs, which no name of a column may hold
_LAYOUT_BLANK = re.compile("(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")


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
    `delimiter` of a text is one character, " " for runs of blanks, "  " for runs of two and more, or
    None where a line is one cell; `quote` is its quotation mark.
    """

    sheet: str | None
    delimiter: str | None
    head: tuple[Row, ...]
    quote: str | None = None


@dataclass(frozen=True)
class Content:
    """A file as it was found: `path` is what the person named, `part` its member when that is an archive.

    `file` is where the bytes lie, `kind` what kinds.kind_of says they are. `stamp` is the state of the file
    when `size` and `sha256` were taken.
    """

    path: Path
    part: str
    file: Path
    size: int
    sha256: str
    kind: str
    stamp: tuple[int, int] | None = None

    @property
    def name(self) -> str:
        """How the content is called in messages and books."""
        return full_name(self.path, self.part)

    @cached_property
    def memory(self) -> dict[str, Any]:
        """Notes of a format's reader from looking for grids, needed again for the rows."""
        return {}

    @cached_property
    def encoding(self) -> str:
        """The encoding of a text; Problem when it is none."""
        if (encoding := encodings.encoding_of(self.file)) is not None:
            return encoding
        with open(self.file, "rb") as stream:
            if encodings.binary(stream.read(HEAD_BYTES)):
                raise Problem(
                    self.name,
                    N_("This is neither text nor a workbook."),
                    N_("Export the table as CSV (UTF-8 or GB18030) or XLSX."),
                )
        raise Problem(
            self.name,
            N_("It makes no sense as UTF-8, GB18030, Big5, Shift-JIS or Windows-1252."),
            N_("Open it in the program it comes from and save it as UTF-8."),
        )

    @cached_property
    def text(self) -> str:
        """The whole text; bytes that do not belong to its encoding are marked, see etl/read/encodings.py."""
        with encodings.open_text(self.file, self.encoding) as stream:
            return stream.read().removeprefix("\ufeff")

    def check_unchanged(self) -> None:
        """Problem when the file is no longer the one whose size and hash were taken."""
        try:
            now = _stamp(os.stat(self.file))
        except OSError as error:
            raise unreadable(self.name, error) from None
        if self.stamp is not None and now != self.stamp:
            raise _growing(self.name)


def open_file(path: Path, part: str = "", file: Path | None = None) -> Content:
    """One content; Problem when it is missing, empty, or something else than a table or an archive."""
    file, name = file or path, full_name(path, part)
    try:
        # Opening a pipe would wait for somebody to write into it.
        if not stat.S_ISREG(os.stat(file).st_mode):
            folder = N_("This is a folder, or it may not be read.")
            what = folder if file.is_dir() else N_("This is no file.")
            raise Problem(name, what, N_("Name the files to load."))
        with open(file, "rb") as stream:
            before = _stamp(os.fstat(stream.fileno()))
            head = stream.read(HEAD_BYTES)
            digest, blank = _digest(stream)
            size = stream.tell()
        after = _stamp(os.stat(file))
        if before != after or size != after[0]:
            raise _growing(name)
        if blank:
            raise Problem(name, N_("The file is empty."), N_("Export it again."))
        return Content(path, part, file, size, digest, kind_of(file, head, name), after)
    except OSError as error:
        raise unreadable(name if part else str(path), error) from None


def full_name(path: Path, part: str) -> str:
    """The name of a file, or of the member `part` of an archive, in messages and books."""
    return f"{path.name}/{part}" if part else path.name


def unreadable(name: str, error: OSError) -> Problem:
    """A Problem for a file that the system does not hand out."""
    return Problem(
        name, N_("It cannot be read ({reason})."), N_("Check the path."), reason=error.strerror or error
    )


def _growing(name: str) -> Problem:
    return Problem(name, N_("It is still being written."), N_("Load it again when it is complete."))


def _stamp(found: os.stat_result) -> tuple[int, int]:
    return found.st_size, found.st_mtime_ns


def _digest(stream: BinaryIO) -> tuple[str, bool]:
    """The SHA-256 of the whole file, and whether it holds nothing but blanks and zeros."""
    digest, blank = hashlib.sha256(), True
    stream.seek(0)
    while block := stream.read(BLOCK_BYTES):
        digest.update(block)
        blank = blank and not block.strip(b" \t\r\n\x00\xef\xbb\xbf\xfe\xff")
    return digest.hexdigest(), blank


def header_word(text: str) -> str:
    """A header cell in the form in which headers are compared: full width, case and blanks aside.

    Blanks between Chinese characters are lay-out: 工 号 is 工号.
    """
    words = " ".join(unicodedata.normalize("NFKC", text).translate(UNSEEN).split()).casefold()
    return _LAYOUT_BLANK.sub("", words)


def unique_words(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Header words with repeated ones numbered, and nameless columns named by their place."""
    while cells and not cells[-1]:
        cells = cells[:-1]
    words: list[str] = []
    taken: dict[str, int] = {}
    for place, cell in enumerate(cells, start=1):
        bare = word = header_word(cell) or f"column {place}"
        while word in taken:
            taken[bare] += 1
            word = f"{bare} {taken[bare]}"
        taken[word] = 1
        words.append(word)
    return tuple(words)
