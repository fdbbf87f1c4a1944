"""The rejected rows as a workbook: their own columns, what is wrong with each, to be corrected and loaded."""

from __future__ import annotations

import io
import json
from functools import cache

import polars as pl
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from dashboard.export.excel import FONT, sheet_names
from dashboard.words.frames import RULES, contract_name, label
from dashboard.words.translate import Translate, words
from etl.books.book_lists import rejected_whole
from etl.books.returned_sheet import MARK
from etl.books.set_aside import MASK, Kept, guarded, source_named, table_named, token, words_read
from etl.errors import N_, Problem
from etl.home import Home
from etl.maps.maps import Source, load_sources
from etl.snapshots.snapshot import Snapshot

ADDED = (N_("Reason"), N_("Column"), N_("Row in the file"))
ENDING = " (Service KPI)"  # by which the headings of our own columns are known again
AT = len(ADDED)  # where the columns of the file begin
HEADER = 1  # above it stands what to do
WIDEST = 40


def rejects_workbook(
    home: Home, snapshot: Snapshot | None, lang: str, *, name: str | None = None, file_id: int | None = None
) -> bytes:
    """One sheet a file and table of the rows that were set aside, all of them or those of one file.

    Every cell is text. Raises Problem when there is no such row.
    """
    found = rejected_whole(snapshot, name, file_id=file_id)
    if not found:
        raise Problem(
            name or str(home.path),
            N_("There is no rejected row to correct."),
            N_("Nothing to do."),
        )
    t, sources, secret = words(lang), load_sources(home.config), home.customer_key()
    buffer = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = Workbook(buffer, options | {"strings_to_numbers": False})

    @cache
    def style(**look: object) -> Format:
        plain = {"font_name": FONT, "font_size": 10, "valign": "vcenter", "num_format": "@"}
        return book.add_format(plain | look)

    names = sheet_names([(file["name"], contract_name(file["contract"], lang)) for file, _ in found])
    for (file, rows), sheet in zip(found, names, strict=True):
        header = [(shown, word) for shown, word, *_ in json.loads(file["header"])]
        source = source_named(sources, file["source"], tuple(word for _, word in header))
        _Sheet(book.add_worksheet(sheet), style, t, lang, file, header, source).fill(rows, secret)
    book.close()
    return buffer.getvalue()


class _Sheet:
    """The rejected rows of one file and table, on one worksheet."""

    def __init__(
        self,
        paper: Worksheet,
        style: object,
        t: Translate,
        lang: str,
        file: dict,
        header: list[tuple[str, str]],
        source: Source | None,
    ) -> None:
        self._paper, self._style, self._t, self._lang = paper, style, t, lang
        self._file, self._header = file, header
        self._table = table_named(source, file["contract"]) if source else None
        self._source = source
        self._guarded = guarded(source, self._table) if source and self._table else set()

    def fill(self, rows: pl.DataFrame, secret: bytes) -> None:
        """Write all rows; `secret` proves to a later load that a row is one of ours."""
        kept = [Kept.from_json(text) for text in rows["cells"]]
        beyond = max([0, *(len(one.cells) - len(self._header) for one in kept if one.torn)])
        self._set_up(kept, beyond)
        for place, row in enumerate(rows.iter_rows(named=True)):
            self._row(HEADER + 1 + place, row, kept[place], beyond, secret)

    def _set_up(self, kept: list[Kept], beyond: int) -> None:
        paper, style, t = self._paper, self._style, self._t
        headings = [t(name) + ENDING for name in ADDED]
        headings += [shown for shown, _ in self._header]
        headings += [f"+{n}{ENDING}" for n in range(1, beyond + 1)] + [MARK]
        first = [one.shown() for one in kept[:100]]
        for column, heading in enumerate(headings):
            texts = [cells[column - AT] for cells in first if 0 <= column - AT < len(cells)]
            width = max([_width(heading), *map(_width, texts)]) + 2
            look = {"font_color": "#808080"} if heading == MARK else {}
            paper.set_column(column, column, min(width, WIDEST), style(**look))
        advice = t(
            "Correct the yellow cells, save, and load this file. Leave the last column as it is. Rows that "
            "you delete stay rejected; masked numbers (138****1234) that you leave keep their customer."
        )
        if self._file["found"] > self._file["kept"]:
            more = t("Only the first {kept} of {found} rejected rows.")
            advice = more.format(kept=self._file["kept"], found=self._file["found"]) + " " + advice
        paper.write_string(0, 0, advice, style(italic=True))
        for column, heading in enumerate(headings):
            added = column < AT or column >= AT + len(self._header)
            paper.write_string(
                HEADER,
                column,
                heading,
                style(bold=True, bottom=1, bg_color="#F2F2F2" if added else "#FFFFFF"),
            )
        paper.freeze_panes(HEADER + 1, AT)
        paper.autofilter(HEADER, 0, HEADER + len(kept), len(headings) - 1)

    def _row(self, place: int, row: dict, kept: Kept, beyond: int, secret: bytes) -> None:
        faulty = self._faulty(row, kept)
        column = ""
        if row["column"]:
            named = [shown for n, (shown, _) in enumerate(self._header) if n in faulty]
            column = ", ".join(named) or label(row["column"], (self._file["contract"],), self._lang)
        said = (self._t(RULES.get(row["rule"], row["rule"])), column, str(row["file_row"]))
        quiet = self._style(bg_color="#F2F2F2")
        for at, text in enumerate(said):
            self._paper.write_string(place, at, text, quiet)
        cells = kept.shown() + [""] * (len(self._header) + beyond - len(kept.cells))
        for at, text in enumerate(cells):
            look = self._style(bg_color="#FFF2A8") if at in faulty else self._style()
            if text:
                self._paper.write_string(place, AT + at, text, look)
            else:
                self._paper.write_blank(place, AT + at, None, look)
        file = self._file
        mark = token(secret, file["file_id"], file["sha256"], file["part"], row["file_row"])
        self._paper.write_string(place, AT + len(cells), mark, self._style(font_color="#808080"))

    def _faulty(self, row: dict, kept: Kept) -> set[int]:
        """The places of the cells to mark: those of the faulty column, and masked ones to be typed again."""
        if kept.torn:
            return set(range(len(kept.cells)))
        texts = kept.shown()
        mapped = self._table.columns.get(row["column"]) if self._table and row["column"] else None
        read = words_read(self._source, mapped) if mapped else set()
        found = {n for n, (_, word) in enumerate(self._header) if word in read}
        if not found and row["raw"]:  # of a wide layout the value tells which
            found = {n for n, text in enumerate(texts) if text == row["raw"]}
        return found | {
            n
            for n, (_, word) in enumerate(self._header)
            if MASK in texts[n] and word in self._guarded and not isinstance(kept.cells[n], tuple)
        }


def _width(text: str) -> int:
    """How wide a text is drawn: Chinese characters take two places."""
    return sum(2 if ord(c) > 0x2E7F else 1 for c in text)
