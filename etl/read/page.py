"""An HTML page that holds one table, as many web systems name their export .xls, as a sheet."""

from __future__ import annotations

from html.parser import HTMLParser

from etl.errors import N_, Problem
from etl.read.sheet import CUT_OFF, Merged, Sheet

MAX_SPAN = 1000  # browsers stop there as well
FEWEST_CELLS = 2  # a table with one column is a layout
_BREAK = "\v"
_NOT_SHOWN = ("script", "style", "title")


def sheets(name: str, text: str) -> list[Sheet]:
    """The one table of the page `text`; Problem when there is none, several, or tables within tables."""
    parser = _Tables()
    parser.feed(text)
    parser.close()
    tables = [table for table in parser.tables if table.width >= FEWEST_CELLS and len(table.sheet.rows) > 1]
    if len(tables) != 1 or parser.nested:
        what = N_("This is an HTML page, whatever its name says, and not one table.")
        raise Problem(name, what, N_("Export the table itself, as CSV or XLSX."))
    return [tables[0].finished()]


class _Table:
    """A table while it is read."""

    def __init__(self) -> None:
        self.sheet = Sheet(None)
        self.width = 0
        self.whole = False
        self._row = 0
        self._cells: list[str] = []
        self._spans: dict[int, int] = {}  # column → the last row that a cell from above reaches

    def begin_row(self) -> None:
        self._row += 1
        self._cells = []

    def add(self, text: str, across: int, down: int) -> None:
        column = len(self._cells)
        while self._spans.get(column, 0) >= self._row:
            self._cells.append("")
            column += 1
        self._cells += [text, *[""] * (across - 1)]
        if across > 1 or down > 1:
            self.sheet.merged.append(Merged(self._row, column, self._row + down - 1, column + across - 1))
            self._spans |= dict.fromkeys(range(column, column + across), self._row + down - 1)

    def end_row(self) -> None:
        self.width = max(self.width, len(self._cells))
        self.sheet.add(self._row, self._cells)

    def finished(self) -> Sheet:
        if not self.whole and self.sheet.rows:
            self.sheet.faults[self.sheet.rows[-1][0]] = CUT_OFF
        self.sheet.finish()
        return self.sheet


class _Tables(HTMLParser):
    """Collects every table. Cells and rows need not be closed; what stands in none is left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Table] = []
        self.nested = False
        self._open: _Table | None = None
        self._in_row = False
        self._cell: tuple[int, int] | None = None
        self._texts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.nested |= self._open is not None
            self._open = _Table()
            self.tables.append(self._open)
            self._in_row, self._cell = False, None
        elif tag in _NOT_SHOWN:
            self._hidden += 1
        elif self._open is None:
            return
        elif tag == "tr":
            self._begin_row()
        elif tag in ("td", "th"):
            if not self._in_row:
                self._begin_row()
            self._end_cell()
            given = dict(attrs)
            self._cell = (_span(given.get("colspan")), _span(given.get("rowspan")))
            self._texts = []
        elif tag == "br":
            self._texts.append(_BREAK)

    def handle_endtag(self, tag: str) -> None:
        if tag in _NOT_SHOWN:
            self._hidden = max(self._hidden - 1, 0)
        elif self._open is None:
            return
        elif tag in ("td", "th"):
            self._end_cell()
        elif tag == "tr":
            self._end_row()
        elif tag == "table":
            self._end_row()
            self._open.whole = True
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._cell and not self._hidden:
            self._texts.append(data)

    def close(self) -> None:
        super().close()
        self._end_row()

    def _begin_row(self) -> None:
        self._end_row()
        if self._open:
            self._open.begin_row()
            self._in_row = True

    def _end_cell(self) -> None:
        if self._cell and self._open:
            lines = "".join(self._texts).split(_BREAK)
            self._open.add("\n".join(" ".join(line.split()) for line in lines), *self._cell)
        self._cell = None

    def _end_row(self) -> None:
        self._end_cell()
        if self._in_row and self._open:
            self._open.end_row()
        self._in_row = False


def _span(given: str | None) -> int:
    return min(max(int(given), 1), MAX_SPAN) if given and given.isdecimal() else 1
