"""What a template prints in the cells of a form: lines of pieces, each with its size, tone and weight."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from dashboard.charts.style import has_trend, standard_trend_chart
from dashboard.export.typeset import svg
from dashboard.words.column import Column, Line, heading, is_lacking, said
from dashboard.words.corrections import corrections_text
from dashboard.words.form_labels import agreed_text, scale_text, typed_number
from dashboard.words.goal_sheet import signal_text
from dashboard.words.numbers import (
    base_text,
    gap_text,
    interval_text,
    score_text,
    value_text,
)
from dashboard.words.translate import in_words
from dashboard.words.verdicts import judgement_text
from kpi.analysis.real_gaps import Judged
from kpi.scope import Period
from kpi.sheets.values import StandardRow

CHART_PIXELS = (220, 40)

Piece = dict[str, object]
Cell = dict[str, object]
Cells = Mapping[str, Callable[[Line], Cell]]


def piece(text: str, size: float | None = None, tone: str = "", *, bold: bool = False) -> Piece:
    """A text in points of `size`; its `tone` is "grey" or "alarm"."""
    return {"text": text, "size": size, "tone": tone, "bold": bold}


def small(text: str) -> Piece:
    """A quiet text below a figure."""
    return piece(text, 7, "grey")


def cell(*lines: Piece | list[Piece], least: float = 0, chart: str = "") -> Cell:
    """Lines below each other, at least so many millimetres high, or a chart."""
    listed = [line if isinstance(line, list) else [line] for line in lines]
    return {"lines": listed, "least": least, "chart": chart}


def headed(shown: tuple[Column, ...], period: Period, lang: str) -> list[dict]:
    """The columns of a form as data for a template: heading, width, side."""
    return [
        {
            "heading": heading(column, period, lang),
            "mm": column.mm,
            "room": column.room,
            "side": column.side,
        }
        for column in shown
    ]


def cells(shown: tuple[Column, ...], line: Line, own: Cells) -> list[Cell]:
    """The cells of a line: made by `own` for the keys in it, else the value as people read it."""
    return [
        own[column.key](line)
        if column.key in own and not is_lacking(column, line)
        else cell(piece(said(column, line)))
        for column in shown
    ]


def figure_cells(row: Judged, lang: str) -> dict:
    """The texts of a figure's cells. A missing target or value is said in one column, not in every one."""
    figure = row.figure
    known = figure.value is not None
    return {
        "target": agreed_text(figure.target, figure.indicator.unit, lang),
        "actual": value_text(figure.value, figure.indicator.unit, lang),
        "base": base_text(figure, lang) if known else "",
        "interval": interval_text(figure, lang),
        "corrections": corrections_text(figure, lang),
        "gap": gap_text(figure, lang) if known and figure.gap is not None else "–",
        "verdict": judgement_text(row, lang) if known and figure.gap is not None else "",
        "missed": row.verdict.standing == "missed",
    }


def _small(texts: Iterable[str]) -> list[Piece]:
    return [small(text) for text in texts if text]


def _corrected(line: Line) -> list[Piece]:
    return _small([corrections_text(line.figure, line.lang)])


def _target(line: Line) -> Cell:
    return cell(piece(figure_cells(line.row, line.lang)["target"]))


def _actual(line: Line, size: float) -> Cell:
    told = figure_cells(line.row, line.lang)
    interval = [small(told["interval"])] if told["interval"] else []
    return cell(piece(told["actual"], size), small(told["base"]), *interval)


def _gap(line: Line) -> Cell:
    told = figure_cells(line.row, line.lang)
    tone = "alarm" if told["missed"] else "grey"
    said = [piece(told["verdict"], 7, tone, bold=told["missed"]), *_small([signal_text(line.row, line.lang)])]
    # A goal says its corrections below its name.
    corrected = _corrected(line) if isinstance(line.row, StandardRow) else []
    return cell(piece(told["gap"]), *said, *corrected)


def _indicator(line: Line) -> Cell:
    name = in_words(line.figure.indicator.name, line.lang)
    return cell(piece(name, bold=line.row.important), *_corrected(line), least=9)


def _next_target(line: Line) -> Cell:
    agreed = typed_number(line.row.next_target.value)
    unit = line.figure.indicator.unit
    return cell(piece(agreed if isinstance(agreed, str) else agreed_text(agreed, unit, line.lang)))


def _score(line: Line) -> Cell:
    text = score_text(line.row.score, line.lang)
    return cell(small(text) if line.row.score is None else piece(text, 11, bold=True))


def _amount(line: Line) -> Cell:
    return cell(piece(f"{line.row.base:,}"), small(f"{line.t('At least')} {line.row.needed:,}"))


def _trend(line: Line) -> Cell:
    """The trend as the page draws it, as SVG; nothing when no month has data."""
    if not has_trend(line.row):
        return cell()
    return cell(chart=svg(standard_trend_chart(line.row, line.lang, theme="paper"), *CHART_PIXELS))


GOAL_CELLS: Cells = {
    "name": _indicator,
    "target": _target,
    "actual": partial(_actual, size=10.5),
    "gap": _gap,
    "next_target": _next_target,
}
APPRAISAL_CELLS: Cells = {
    "name": lambda line: cell(piece(in_words(line.row.parameter.name, line.lang), bold=True), least=11),
    "base": _amount,
    "score": _score,
    "scale": lambda line: cell(small(scale_text(line.row, line.lang))),
}
STANDARD_CELLS: Cells = {
    "vague": lambda line: cell(piece(in_words(line.row.standard.vague, line.lang)), least=9),
    "target": _target,
    "actual": partial(_actual, size=11),
    "gap": _gap,
    "trend": _trend,
}
