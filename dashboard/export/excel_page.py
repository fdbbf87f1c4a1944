"""One worksheet as the forms fill it: its cells, number formats, row heights and print set-up."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from dashboard.words.numbers import number_text
from dashboard.words.translate import Translate
from kpi.units import UNITS, UnitKey

LONGEST_TEXT = 32_767  # characters in one cell
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # one makes the file unreadable
LINE_POINTS = 14.5
TALLEST_ROW_POINTS = 409
MOST_LINES = 26  # in the tallest row, and one to spare


@dataclass(frozen=True, slots=True)
class Page:
    """One worksheet being filled: where cells go, how they look, in which language."""

    book: Workbook
    paper: Worksheet
    style: Callable[..., Format]
    t: Translate
    lang: str

    def text(self, row: int, column: int, text: str, **look: object) -> None:
        """Text in a bordered cell; never read as a formula or a link."""
        style = self.style(border=1, text_wrap=True, **look)
        self.paper.write_string(row, column, legal(text), style)

    def number(self, row: int, column: int, value: float | None, picture: str, **look: object) -> None:
        """A number in a bordered cell under a number format; None leaves the cell empty."""
        style = self.style(**{"border": 1, "align": "center", "num_format": picture} | look)
        if value is None:
            self.paper.write_blank(row, column, None, style)
        else:
            self.paper.write_number(row, column, value, style)

    def formula(
        self, row: int, column: int, formula: str, value: float | str, picture: str, **look: object
    ) -> None:
        """A live formula with the value it has now."""
        style = self.style(border=1, align="center", num_format=picture, **look)
        self.paper.write_formula(row, column, formula, style, value)

    def line(self, row: int, first: int, last: int, text: str, **look: object) -> None:
        """Text without a border across columns `first` to `last`."""
        style = self.style(**look)
        if first == last:
            self.paper.write_string(row, first, legal(text), style)
        else:
            self.paper.merge_range(row, first, row, last, "", style)
            self.paper.write_string(row, first, legal(text), style)

    def box(self, row: int, first: int, last: int, text: str) -> None:
        """A bordered field for the pen across columns `first` to `last`, its label at the top."""
        self.line(row, first, last, text, border=1, text_wrap=True, valign="top")


def legal(text: str) -> str:
    """A text as a workbook can hold it: no longer than a cell, and no character that XML does not know."""
    return NO_XML.sub("\ufffd", text)[:LONGEST_TEXT]


def picture(value: float | None, unit: UnitKey, t: Translate) -> str:
    """The number format of a value: as many decimals as the screen shows, and its unit."""
    one = UNITS[unit]
    if one.whole and (value is None or float(value).is_integer()):
        return "#,##0"
    decimals = one.decimals if value is None else len(number_text(value, unit).partition(".")[2])
    if one.sign:  # a workbook multiplies by 100 itself
        return f"0.{'0' * max(decimals, 1)}{one.sign}"
    word = t(one.word)
    return f"#,##0.{'0' * max(decimals, 1)}" + (f'" {word}"' if word else "")


def target_picture(unit: UnitKey, t: Translate) -> str:
    """The number format of a target: the usual decimals, and more where more were agreed."""
    return picture(None, unit, t).replace(".0", ".0##", 1)


def gap_picture(gap: float | None, unit: UnitKey, t: Translate) -> str:
    """The number format of a gap: signed, with enough decimals that a gap never reads as none."""
    plain = picture(None, unit, t)
    if gap and UNITS[unit].sign and abs(gap) < UNITS[unit].same:
        plain = "0.00%"
    return f"+{plain};-{plain};{plain}"


def row_points(cells: list[tuple[str, float]], least: float) -> float:
    """The height of a row whose texts wrap in columns of the given widths (in characters)."""
    lines = max((_lines(text, width) for text, width in cells), default=1)
    return min(max(least, lines * LINE_POINTS + 6), TALLEST_ROW_POINTS)


def in_pieces(text: str, width: float) -> list[str]:
    """A text cut where a row of this width (in characters) would be as high as Excel lets it be."""
    pieces, lines, begin, used = [], 1, 0, 0.0
    for at, letter in enumerate(text):
        used += _wide(letter)
        if letter == "\n" or used > _room(width):
            lines, used = lines + 1, 0.0 if letter == "\n" else _wide(letter)
        if lines > MOST_LINES:
            pieces.append(text[begin:at].removesuffix("\n"))
            begin, lines = at + (letter == "\n"), 1
    return [*pieces, text[begin:]]


def _lines(text: str, width: float) -> int:
    return sum(max(1, math.ceil(_wide(part) / _room(width))) for part in text.split("\n"))


def _room(width: float) -> float:
    return max(width - 1.5, 1)


def _wide(text: str) -> float:
    return sum(2.1 if unicodedata.east_asian_width(letter) in "WFA" else 1.1 for letter in text)


def print_set_up(page: Page, title: str, whose: str, *, landscape: bool, repeat: tuple[int, int]) -> None:
    """A4, one page wide, repeated heading, page numbers."""
    paper = page.paper
    paper.set_paper(9)
    paper.set_landscape() if landscape else paper.set_portrait()
    paper.fit_to_pages(1, 0)
    paper.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    paper.center_horizontally()
    paper.repeat_rows(*repeat)
    paper.hide_gridlines(2)
    pages = page.t("Page {page} of {pages}").format(page="&P", pages="&N")
    # "&8 " is the font size; without the blank a number that follows would be read into it.
    footer = f"&L&8 {_literal(title)}&C&8 {_literal(whose)}&R&8 {pages}"
    paper.set_footer(footer if len(footer) <= 255 else f"&R&8 {pages}")


def _literal(text: str) -> str:
    return legal(text).replace("&", "&&")
