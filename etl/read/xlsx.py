"""An .xlsx workbook as sheets of text, read from its XML row by row.

No library says all of what a load must know of a cell in one pass: its stored value and number format,
whether a formula has a value at all, and whether the row is hidden or the cell merged.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from bisect import bisect_left
from collections.abc import Iterator
from typing import IO
from xml.etree.ElementTree import Element, iterparse, parse
from xml.parsers.expat import ParserCreate

from etl.read.cells import BUILT_IN, cell_text, lost_digits, shape, shortened
from etl.read.sheet import FORMULA_WITHOUT_VALUE, Merged, Place, Sheet

MAX_COLUMNS = 16_384
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
TRUE = ("1", "true")


class Package:
    """The parts of a workbook that is a ZIP archive; names are compared without regard to case."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {name.replace("\\", "/").casefold(): name for name in archive.namelist()}
        (self.path,) = [target for kind, target in self.related("").values() if kind == "officeDocument"] or [
            "xl/workbook.xml"
        ]
        self.tree = self.xml(self.path)
        self.parts = self.related(self.path)

    def open(self, name: str) -> zipfile.ZipExtFile:
        """The part as a stream; KeyError when it is missing."""
        return self._archive.open(self._names[name.casefold()])

    def xml(self, name: str) -> Element:
        """A small part as a tree."""
        with self.open(name) as stream:
            return parse(stream).getroot()

    def related(self, name: str) -> dict[str, tuple[str, str]]:
        """The parts that `name` refers to: id → (kind, name)."""
        folder, file = posixpath.split(name)
        relations = f"{folder}/_rels/{file}.rels".lstrip("/")
        if relations.casefold() not in self._names:
            return {}
        found = {}
        for item in self.xml(relations):
            target = item.get("Target", "")
            whole = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found[item.get("Id", "")] = (item.get("Type", "").rpartition("/")[2], whole)
        return found

    def part(self, kind: str) -> str | None:
        """The workbook's only part of a kind, such as its styles."""
        return next((name for found, name in self.parts.values() if found == kind), None)


def sheets(file: str) -> list[Sheet]:
    """Every worksheet of the workbook at `file`; any fault of the file comes out as an exception."""
    with zipfile.ZipFile(file) as archive:
        package = Package(archive)
        reader = _Reader(package)
        found = []
        for item in _named(package.tree, "sheet"):
            link = next((value for key, value in item.items() if key.endswith("}id")), "")
            kind, name = package.parts.get(link, ("", ""))
            if kind == "worksheet":
                hidden = item.get("state", "visible") != "visible"
                found.append(reader.sheet(Sheet(item.get("name", ""), hidden), name))
        return found


class _Reader:
    """What the sheets of one workbook share: texts, number formats, day zero."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self.texts = list(_shared_texts(package))
        self.shapes = _shapes(package)
        self.from_1904 = any(one.get("date1904") in TRUE for one in _named(package.tree, "workbookPr"))
        # Set by programs that write formulas and leave it to Excel to compute them.
        self.never_computed = any(one.get("fullCalcOnLoad") in TRUE for one in _named(package.tree, "calcPr"))

    def sheet(self, sheet: Sheet, name: str) -> Sheet:
        """`sheet` filled from the part `name`."""
        with self._package.open(name) as stream:
            _SheetParser(self, sheet).read(stream)
        sheet.finish()
        return sheet


class _SheetParser:
    """The elements of one sheet's XML, as they come, into a Sheet."""

    def __init__(self, book: _Reader, sheet: Sheet) -> None:
        self._book, self._sheet = book, sheet
        self._prefix = ""
        self._row, self._cells = 0, list[str]()
        self._cell: dict[str, str] = {}
        self._column = 0
        self._texts: list[str] = []
        self._value: str | None = None
        self._formula: str | None = None
        self._reading = False  # how characters are read (furigana) is not part of a text
        self._formulas: dict[Place, str] = {}
        self._results: set[str] = set()
        self._columns: dict[str, int] = {}

    def read(self, stream: IO[bytes]) -> None:
        parser = ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._root
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._texts.append
        self._parser = parser
        parser.ParseFile(stream)
        if self._book.never_computed and self._results == {"0"}:
            for place, formula in self._formulas.items():
                self._set_aside(place, formula)

    def _root(self, name: str, _: dict[str, str]) -> None:
        self._prefix = name.removesuffix("worksheet")  # mostly "", sometimes "x:"
        self._parser.StartElementHandler = self._start

    def _start(self, name: str, given: dict[str, str]) -> None:
        self._texts.clear()
        match name.removeprefix(self._prefix):
            case "c":
                self._cell, self._value, self._formula = given, None, None
            case "row":
                self._row, self._cells = int(given.get("r") or self._row + 1), []
                if given.get("hidden") in TRUE:
                    self._sheet.hidden_rows.append(self._row)
            case "is":
                self._value = ""
            case "rPh":
                self._reading = True
            case "col" if given.get("hidden") in TRUE:
                first, last = int(given.get("min", "1")), int(given.get("max", "1"))
                self._sheet.hidden_columns += range(first - 1, min(last, MAX_COLUMNS))
            case "mergeCell":
                start, _, end = given.get("ref", "").partition(":")
                first, last = _place(start), _place(end or start)
                if first and last:
                    self._sheet.merged.append(Merged(first.row, first.column, last.row, last.column))

    def _end(self, name: str) -> None:
        match name.removeprefix(self._prefix):
            case "v":
                self._value = "".join(self._texts) or None
            case "c":
                self._take()
            case "t" if self._value is not None and not self._reading:
                self._value += "".join(self._texts)
            case "rPh":
                self._reading = False
            case "f":
                self._formula = "".join(self._texts)
            case "row":
                self._sheet.add(self._row, self._cells)

    def _take(self) -> None:
        """Put the finished cell into its row."""
        reference = self._cell.get("r")
        column = len(self._cells) if reference is None else self._column_of(reference)
        text = self._text(column)
        if text or reference is None:
            self._cells.extend([""] * (column + 1 - len(self._cells)))
            self._cells[column] = text

    def _text(self, column: int) -> str:
        kind, value = self._cell.get("t", "n"), self._value
        if kind == "e":
            self._sheet.errors.append(Place(self._row, column))
            return ""
        if self._formula is not None:
            if value is None and kind == "n":
                self._sheet.faults[self._row] = FORMULA_WITHOUT_VALUE
                return f"={self._formula}"
            self._formulas[Place(self._row, column)] = f"={self._formula}"
            self._results.add(value or "")
        if kind == "n":
            return self._number(value, column) if value else ""
        text = self._written(kind, value or "")
        if shortened(text):
            self._sheet.shortened.append(Place(self._row, column))
        return text

    def _written(self, kind: str, value: str) -> str:
        match kind:
            case "s":
                return self._book.texts[int(value)] if value else ""
            case "b":
                return "true" if value.strip() in TRUE else "false"
            case "d":
                return value.replace("T", " ")
        return _unescaped(value)

    def _number(self, written: str, column: int) -> str:
        try:
            if lost_digits(written):
                self._sheet.shortened.append(Place(self._row, column))
        except ValueError:
            return written  # not a number after all: it is shown as it is, and will not convert
        form = self._book.shapes.get(self._cell.get("s", "0"), "number")
        return cell_text(written, form, from_1904=self._book.from_1904)

    def _column_of(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        if letters not in self._columns:
            place = _place(f"{letters}1")
            if place is None or place.column >= MAX_COLUMNS:
                raise ValueError(reference)
            self._columns[letters] = place.column
        return self._columns[letters]

    def _set_aside(self, place: Place, formula: str) -> None:
        at = bisect_left(self._sheet.rows, place.row, key=lambda row: row[0])
        cells = self._sheet.rows[at][1]
        cells.extend([""] * (place.column + 1 - len(cells)))
        cells[place.column] = formula
        self._sheet.faults[place.row] = FORMULA_WITHOUT_VALUE


def _shared_texts(package: Package) -> Iterator[str]:
    name = package.part("sharedStrings")
    if name is None:
        return
    with package.open(name) as stream:
        for _, element in iterparse(stream):
            if _tag(element) == "si":
                yield _rich_text(element)
                element.clear()


def _rich_text(element: Element) -> str:
    """The text of all runs; readings of characters (furigana) are not part of it."""
    texts = []
    for child in element:
        match _tag(child):
            case "t":
                texts.append(child.text or "")
            case "r":
                texts += [one.text or "" for one in child if _tag(one) == "t"]
    return _unescaped("".join(texts))


def _shapes(package: Package) -> dict[str, str]:
    """Style number → what numbers under it are (see cells.shape)."""
    name = package.part("styles")
    if name is None:
        return {}
    tree = package.xml(name)
    codes = {str(key): code for key, code in BUILT_IN.items()}
    for one in _named(tree, "numFmt"):
        codes[one.get("numFmtId", "")] = one.get("formatCode", "")
    styles = [one for group in tree if _tag(group) == "cellXfs" for one in group if _tag(one) == "xf"]
    return {str(place): shape(codes.get(one.get("numFmtId", "0"), "")) for place, one in enumerate(styles)}


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _named(tree: Element, tag: str) -> Iterator[Element]:
    return (element for element in tree.iter() if _tag(element) == tag)


def _place(reference: str) -> Place | None:
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return Place(int(match[2]), column - 1)


def _unescaped(text: str) -> str:
    """Characters that XML cannot hold are written as _x000D_."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text
