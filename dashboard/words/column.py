"""The columns and lines of forms: a column's value in a line, and its text as people read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from dashboard.words.numbers import (
    amount_text,
    change_text,
    half_up_text,
    month_text,
    target_text,
    value_text,
)
from dashboard.words.translate import Translate, words
from etl.errors import N_
from kpi.figures.figure import Figure
from kpi.scope import Period
from kpi.sheets.values import GoalRow, ItemRow, ParameterScore, StandardRow
from kpi.units import UnitKey

Row = GoalRow | ParameterScore | StandardRow | ItemRow
Value = str | float | int | None
Place = Literal["page", "excel", "pdf", "csv", "terminal"]
Format = Literal["text", "value", "target", "gap", "whole", "tenths", "number", "order"]

EVERYWHERE: frozenset[Place] = frozenset({"page", "excel", "pdf", "csv", "terminal"})
NOT_KEPT = N_("— (no such column when it was agreed)")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a form, its number from 1 on, and the language that it is shown in."""

    row: Row
    number: int
    lang: str

    @property
    def t(self) -> Translate:
        """The translation into the line's language."""
        return words(self.lang)

    @property
    def figure(self) -> Figure | None:
        """The figure that the row is about; a rated parameter has none, and a service item two."""
        return getattr(self.row, "figure", None)


def _unit(line: Line) -> UnitKey:
    return line.figure.indicator.unit if line.figure is not None else "points"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a form.

    `value` is what a line has in it, a plain number or a text; `text` how people read it where `format` and
    `unit` do not say so already. `months` after the measured one is the month in its heading. `on` are the
    renderers that show it; Excel sets what is `beside` apart from the form, leaves nothing empty that is
    called `missing`, and makes a live formula of the difference of two columns, whose keys are in `minus`.
    `width` is in characters (Excel), on paper `mm`, or a part of the `room` that is left.

    On an agreed sheet a column shows what was kept: its figure, its targets, what was typed. One that needs
    more names it in `needs`: fields of `Figure` that are newer than the first agreements, and keys of
    `GoalRow.more`. A sheet that was agreed without them says so.
    """

    key: str
    heading: str
    value: Callable[[Line], Value]
    text: Callable[[Line], str] | None = None
    format: Format = "text"
    unit: Callable[[Line], UnitKey] = _unit
    months: int | None = None
    on: frozenset[Place] = EVERYWHERE
    needs: tuple[str, ...] = ()
    missing: str = ""
    minus: tuple[str, str] | None = None
    beside: bool = False
    small: bool = False
    align: Literal["left", "center", ""] = ""
    width: float = 12
    room: float = 1.5
    mm: float | None = None

    @property
    def side(self) -> Literal["left", "center"]:
        """How its cells are aligned: numbers centred, texts flush left."""
        return self.align or ("left" if self.format == "text" else "center")


def _or_dash(said: Callable[[float, UnitKey, str], str]) -> Callable[[float | None, UnitKey, str], str]:
    return lambda number, unit, lang: "–" if number is None else said(number, unit, lang)


# How a number of a format is read: of (number, unit, language).
TEXTS: dict[Format, Callable[[float | None, UnitKey, str], str]] = {
    "text": lambda number, unit, lang: "" if number is None else str(number),
    "value": value_text,
    "target": target_text,
    "gap": _or_dash(change_text),
    "whole": lambda number, unit, lang: amount_text(number),
    "tenths": _or_dash(lambda number, unit, lang: half_up_text(number, 1)),
    "order": lambda number, unit, lang: str(number),
    "number": _or_dash(lambda number, unit, lang: f"{number:g}"),
}


def heading(column: Column, period: Period, lang: str) -> str:
    """The heading of a column, with its month where it has one; `period` is the one measured."""
    t = words(lang)
    if column.months is None:
        return t(column.heading)
    month = month_text(month_after(period, column.months), lang)
    return t("{heading} ({month})").format(heading=t(column.heading), month=month)


def month_after(period: Period, months: int) -> str:
    """The month `months` months after a period, as "2026-10"."""
    for _ in range(months):
        period = period.next()
    return period.month


def value(column: Column, line: Line) -> Value:
    """A line's value in a column: a number, a text, None where there is nothing."""
    return line.t(NOT_KEPT) if is_lacking(column, line) else column.value(line)


def said(column: Column, line: Line) -> str:
    """A line's value in a column, as people read it."""
    if column.text is not None and not is_lacking(column, line):
        return column.text(line)
    found = value(column, line)
    return found if isinstance(found, str) else TEXTS[column.format](found, column.unit(line), line.lang)


def is_lacking(column: Column, line: Line) -> bool:
    """Whether a sheet was agreed before it kept what a column needs."""
    kept = line.row.kept if isinstance(line.row, GoalRow) else None
    return kept is not None and not kept.issuperset(column.needs)
