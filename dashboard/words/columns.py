"""The columns of the forms: page, Excel, PDF, CSV and terminal loop over them, each in its own look."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Literal

from dashboard.words.column import EVERYWHERE, Column, Line, Place, Row, Value
from dashboard.words.form_labels import Sheet, evidence_text, limit_text, raw_text, scale_text, typed_number
from dashboard.words.goal_sheet import cause_text, measures_text, verdict_line
from dashboard.words.numbers import gap_text
from dashboard.words.translate import in_words
from etl.errors import N_
from kpi.figures.figure import Figure
from kpi.sheets.values import AppraisalSheet, GoalRow, ItemRow
from kpi.units import UNITS

Form = Literal["goals", "appraisal", "standards", "items"]
ON_PAPER: frozenset[Place] = frozenset({"excel", "pdf"})


def columns(form: Form, place: Place) -> tuple[Column, ...]:
    """The columns of a form that a renderer shows, in their order; "items" are the ticket limits."""
    listed = {
        "goals": GOAL_COLUMNS,
        "appraisal": APPRAISAL_COLUMNS,
        "standards": STANDARD_COLUMNS,
        "items": ITEM_COLUMNS,
    }[form]
    return tuple(column for column in listed if place in column.on)


def lines(sheet: Sheet, lang: str) -> list[Line]:
    """The lines of a form; rows of an agreed sheet hold only what was kept, nothing of today."""
    return numbered(
        sheet.scores if isinstance(sheet, AppraisalSheet) else map(_without_today, sheet.rows), lang
    )


def numbered(rows: Iterable[Row], lang: str) -> list[Line]:
    """Rows as the lines of a form."""
    return [Line(row, number, lang) for number, row in enumerate(rows, start=1)]


def _without_today(row: Row) -> Row:
    if isinstance(row, GoalRow) and row.kept is not None:
        return replace(row, now=None, differs=(), attained=())
    return row


def _judgement(line: Line) -> str:
    return verdict_line(line.row, line.lang)


def _gap(**look: object) -> Column:
    return Column(
        "gap",
        N_("Gap"),
        lambda line: line.figure.gap,
        lambda line: gap_text(line.figure, line.lang),
        format="gap",
        minus=("actual", "target"),
        width=11,
        **look,
    )


def _evidence(base: float, low: float, high: float, *, beside: bool) -> tuple[Column, ...]:
    """The columns behind every figure: its base, its interval, the verdict."""
    look = {"on": frozenset({"excel", "csv"}), "beside": beside, "small": True}
    return (
        Column("base", N_("Base"), lambda line: line.figure.base, format="whole", width=base, **look),
        Column("low", N_("95% low"), lambda line: line.figure.low, format="value", width=low, **look),
        Column("high", N_("95% high"), lambda line: line.figure.high, format="value", width=high, **look),
        Column("verdict", N_("Verdict"), _judgement, align="center", width=15, **look),
    )


GOAL_COLUMNS: tuple[Column, ...] = (
    Column(
        "name",
        N_("Key indicator"),
        lambda line: in_words(line.figure.indicator.name, line.lang),
        width=20,
        room=2.1,
    ),
    Column(
        "target",
        N_("Last target"),
        lambda line: line.figure.target,
        format="target",
        months=0,
        width=13,
        room=1.5,
    ),
    Column(
        "actual",
        N_("Last actual"),
        lambda line: line.figure.value,
        format="value",
        months=0,
        missing=N_("No data"),
        width=13,
        room=2.15,
    ),
    _gap(room=2.15),
    Column(
        "cause",
        N_("Cause of an important gap"),
        lambda line: cause_text(line.row, line.lang),
        width=27,
        room=2.65,
    ),
    Column(
        "next_target",
        N_("This month's target"),
        lambda line: typed_number(line.row.next_target.value),
        format="target",
        months=1,
        width=13,
        room=1.8,
    ),
    Column("measures", N_("Measures"), lambda line: measures_text(line.row, line.lang), width=27, room=2.65),
    Column(
        "unit",
        N_("Unit of measure"),
        lambda line: line.t(UNITS[line.figure.indicator.unit].name),
        on=frozenset({"csv"}),
    ),
    *_evidence(8, 8, 8, beside=True),
)


def _score(line: Line) -> Value:
    return line.t("Not enough data, not rated yet") if line.row.score is None else line.row.score


APPRAISAL_COLUMNS: tuple[Column, ...] = (
    Column("no", N_("No."), lambda line: line.number, format="order", on=ON_PAPER, width=6, mm=11),
    Column(
        "name", N_("Parameter"), lambda line: in_words(line.row.parameter.name, line.lang), width=14, mm=29
    ),
    Column("weight", N_("Weight"), lambda line: line.row.parameter.weight, format="number", width=7, mm=14),
    Column(
        "judged_by",
        N_("Judged by"),
        lambda line: evidence_text(line.row, line.lang),
        on=EVERYWHERE - {"page"},
        width=20,
        room=1,
    ),
    Column("evidence", N_("Evidence"), lambda line: raw_text(line.row, line.lang), on=frozenset({"page"})),
    Column(
        "raw",
        N_("Actual"),
        lambda line: line.row.raw,
        lambda line: raw_text(line.row, line.lang),
        format="value",
        on=EVERYWHERE - {"page"},
        width=12,
        mm=21,
    ),
    Column(
        "base",
        N_("Amount of data"),
        lambda line: line.row.base,
        format="whole",
        on=EVERYWHERE - {"page"},
        width=8,
        mm=17,
    ),
    Column("needed", N_("At least"), lambda line: line.row.needed, format="whole", on=frozenset({"csv"})),
    Column("score", N_("Score"), _score, format="tenths", width=16, mm=26),
    Column(
        "scale",
        N_("Scale and remarks"),
        lambda line: scale_text(line.row, line.lang),
        on=frozenset({"excel", "pdf", "csv"}),
        small=True,
        width=27,
        mm=40,
    ),
    Column("rating", N_("Rating and example"), lambda line: "", on=frozenset({"page"})),
)

STANDARD_COLUMNS: tuple[Column, ...] = (
    Column(
        "no", N_("No."), lambda line: line.row.standard.number, format="order", on=ON_PAPER, width=6, mm=11
    ),
    Column(
        "vague",
        N_("Vague service demand"),
        lambda line: in_words(line.row.standard.vague, line.lang),
        width=24,
        room=2.2,
    ),
    Column(
        "specific",
        N_("Specific service standard"),
        lambda line: in_words(line.row.standard.specific, line.lang),
        width=34,
        room=3,
    ),
    Column("target", N_("Target"), lambda line: line.figure.target, format="target", width=11, room=1.1),
    Column(
        "actual",
        N_("Rate"),
        lambda line: line.figure.value,
        format="value",
        missing=N_("No data"),
        width=12,
        room=1.8,
    ),
    _gap(room=1.9),
    *_evidence(11, 12, 11, beside=False),
    Column("trend", N_("Trend"), lambda line: "", on=ON_PAPER, width=16, mm=62),
)


def _ticket_limit(
    half: Literal["response", "resolution"], limit: str, rate: str, seconds: Callable[[ItemRow], float | None]
) -> tuple[Column, ...]:
    """The columns of one ticket limit: the limit, the rate that kept it, its base, tickets not yet due."""

    def figure(line: Line) -> Figure | None:
        one = getattr(line.row, half)
        return None if one is None else one.figure

    def of(found: Callable[[Line, Figure], Value]) -> Callable[[Line], Value]:
        return lambda line: "–" if figure(line) is None else found(line, figure(line))

    return (
        Column(
            f"{half}_limit",
            limit,
            lambda line: limit_text(seconds(line.row), line.t),
            align="center",
            on=ON_PAPER | {"page"},
            room=1.2,
        ),
        Column(
            half,
            rate,
            of(lambda line, figure: figure.value),
            format="value",
            unit=lambda line: figure(line).indicator.unit,
            missing=N_("No data"),
            on=ON_PAPER | {"page"},
            room=1.4,
        ),
        Column(
            f"{half}_base",
            N_("Base"),
            of(lambda line, figure: figure.base),
            format="whole",
            on=ON_PAPER,
            room=1,
        ),
        Column(
            f"{half}_pending",
            N_("Not yet due"),
            of(lambda line, figure: getattr(line.row, f"{half}_pending")),
            format="whole",
            on=ON_PAPER,
            room=1,
        ),
    )


ITEM_COLUMNS: tuple[Column, ...] = (
    Column("no", N_("No."), lambda line: line.number, format="order", on=frozenset({"excel"})),
    Column(
        "category",
        N_("Category"),
        lambda line: in_words(line.row.item.category, line.lang),
        on=ON_PAPER | {"page"},
        room=1.9,
    ),
    Column(
        "item",
        N_("Service item"),
        lambda line: in_words(line.row.item.name, line.lang),
        on=ON_PAPER | {"page"},
        room=3.6,
    ),
    *_ticket_limit(
        "response", N_("Response limit"), N_("Responded in time"), lambda row: row.item.response_s
    ),
    *_ticket_limit(
        "resolution", N_("Resolution limit"), N_("Resolved in time"), lambda row: row.item.resolution_s
    ),
)
