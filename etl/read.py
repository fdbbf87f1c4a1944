"""A file's bytes into rows of text, each with the row number a person sees in the file."""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import fastexcel

from etl.errors import N_, Problem

HEAD_ROWS = 10  # how far down a header may stand
DELIMITERS = ("\t", ",", ";", "|")
CLOCK_ONLY = re.compile(r"1899-12-3[01] (\d{2}:\d{2}:\d{2})")

# What a file is when it is not what its name says: (how it begins, its name for people).
IMPOSTORS = (
    (rb"\s*(?:<!doctype html|<html)", N_("an HTML page")),
    (rb"version https://git-lfs", N_("a Git LFS pointer, not the file itself")),
    (rb"%PDF", N_("a PDF")),
    (rb"\xd0\xcf\x11\xe0", N_("an old or encrypted Excel workbook")),
    (rb"\x1f\x8b|7z\xbc\xaf|Rar!", N_("a compressed archive")),
    (rb"\x89PNG|\xff\xd8\xff|GIF8", N_("a picture")),
)


@dataclass(frozen=True, slots=True)
class Grid:
    """One table-like part of a file: a text file under one delimiter, or one sheet of a workbook.

    `head` holds its first rows as (row number, cells).
    """

    sheet: str | None
    delimiter: str | None
    head: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Content:
    """A file that was read once: its name, size, hash of content, and text or workbook bytes."""

    path: Path
    size: int
    sha256: str
    data: bytes = field(repr=False)
    is_workbook: bool = False
    encoding: str = ""

    @cached_property
    def text(self) -> str:
        return self.data.decode(self.encoding).removeprefix("\ufeff")

    @cached_property
    def workbook(self) -> fastexcel.ExcelReader:
        try:
            return fastexcel.read_excel(self.data)
        except fastexcel.FastExcelError:
            raise Problem(
                self.path.name,
                N_("The workbook cannot be read."),
                N_("Open it in Excel and save it again as .xlsx."),
            ) from None


def read_file(path: Path) -> Content:
    """The content of `path`; Problem when it is missing, empty, or something else than a table."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Problem(
            str(path), N_("It cannot be read ({reason})."), N_("Check the path."), reason=error.strerror
        ) from None
    digest = hashlib.sha256(data).hexdigest()
    if not data.strip():
        raise Problem(path.name, N_("The file is empty."), N_("Export it again."))
    for start, name in IMPOSTORS:
        if re.match(start, data[:200], re.IGNORECASE):
            raise Problem(
                path.name,
                N_("This is {thing}, whatever its name says."),
                N_("Export the table itself, as CSV or XLSX."),
                thing=name,
            )
    if data[:4] == b"PK\x03\x04":
        if b"xl/workbook.xml" not in data:
            raise Problem(path.name, N_("This is a ZIP archive."), N_("Unpack it and load its files."))
        return Content(path, len(data), digest, data, is_workbook=True)
    return Content(path, len(data), digest, data, encoding=_encoding(path, data))


def _encoding(path: Path, data: bytes) -> str:
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if wide else ("utf-8", "gb18030") if b"\x00" not in data else ():
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise Problem(
        path.name,
        N_("This is neither text nor a workbook."),
        N_("Export the table as CSV (UTF-8 or GB18030) or XLSX."),
    )


def grids(content: Content) -> Iterator[Grid]:
    """Each way the file can be seen as a table."""
    if content.is_workbook:
        for sheet in content.workbook.sheet_names:
            head = []
            for row in sheet_rows(content, sheet, HEAD_ROWS):
                head.append(row)
            yield Grid(sheet, None, tuple(head))
        return
    start = "\n".join(content.text[:65_536].splitlines()[: 4 * HEAD_ROWS])
    for delimiter in DELIMITERS:
        if delimiter in start:
            rows = [row for row, _ in zip(_records(start, delimiter), range(HEAD_ROWS), strict=False)]
            yield Grid(None, delimiter, tuple(rows))


def rows(content: Content, grid: Grid) -> Iterator[tuple[int, tuple[str, ...]]]:
    """All rows of `grid` as (row number, cells); blank rows are left out."""
    if grid.sheet is not None:
        yield from sheet_rows(content, grid.sheet, None)
    else:
        yield from _records(content.text, grid.delimiter or ",")


def sheet_rows(content: Content, sheet: str, limit: int | None) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The rows of a workbook's sheet, at most `limit`, as (row number in Excel, cells as text)."""
    frame = content.workbook.load_sheet(
        sheet, header_row=None, skip_rows=0, n_rows=limit, dtypes="string"
    ).to_polars()
    for number, cells in enumerate(frame.iter_rows(), start=1):
        # Excel keeps a time of day as a fraction of its day zero.
        texts = tuple(CLOCK_ONLY.sub(r"\1", cell.strip()) if cell else "" for cell in cells)
        if any(texts):
            yield number, texts


def _records(text: str, delimiter: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """CSV records with the line each begins on.

    An unterminated quote must not swallow the rows behind it: such a text is read line by line.
    """
    try:
        records = list(_quoted_records(text, delimiter))
    except csv.Error:
        records = list(_line_records(text, delimiter))
    for number, cells in records:
        stripped = tuple(cell.strip() for cell in cells)
        if any(stripped):
            yield number, stripped


def _quoted_records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    start = 1
    for cells in reader:
        yield start, cells
        start = reader.line_num + 1


def _line_records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(_lines(text), start=1):
        yield number, next(csv.reader([line], delimiter=delimiter), [])


def _lines(text: str) -> list[str]:
    # Only line ends end a line; str.splitlines would also cut at form feeds and U+2028.
    return [line + "\n" for line in re.split(r"\r\n|\n|\r", text)]


def header_word(text: str) -> str:
    """A header cell in the form in which headers are compared: full width, case and blanks aside."""
    return " ".join(unicodedata.normalize("NFKC", text).replace("\ufeff", "").split()).casefold()
