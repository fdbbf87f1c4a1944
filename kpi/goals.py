"""The goal sheet 关键业绩指标目标设定达成表: last month's figures, and what was agreed about them."""

from __future__ import annotations

from kpi.figures import figures
from kpi.records import SheetKey
from kpi.scope import Scope
from kpi.sheets import Cell, Figure, GoalRow, GoalSheet
from kpi.view import View, heading


def goal_sheet(view: View, scope: Scope) -> GoalSheet:
    """The goal sheet of a subject; `scope.period` is the month measured.

    Its rows are the form profile of a person or a unit. The target agreed here is the next month's.
    """
    level = "person" if scope.subject.kind == "person" else "unit"
    cells = _cells(view, scope)

    def cell(indicator: str, field: str) -> Cell:
        return cells.get((indicator, field), Cell())

    return GoalSheet(
        heading=heading(view, scope),
        meeting_date=cell("", "meeting_date"),
        rows=tuple(
            GoalRow(
                figure=figure,
                important=is_important(figure),
                cause=cell(figure.indicator.key, "cause"),
                next_target=cell(figure.indicator.key, "next_target"),
                measures=cell(figure.indicator.key, "measures"),
            )
            for figure in figures(view, scope, view.catalog.profiles[level])
        ),
    )


def is_important(figure: Figure) -> bool:
    """Whether a gap needs a cause: clearly missed, and by more than the indicator's material gap."""
    return figure.verdict == "missed" and abs(figure.gap) > figure.indicator.material


def _cells(view: View, scope: Scope) -> dict[tuple[str, str], Cell]:
    if view.records is None:
        return {}
    key = SheetKey("goals", scope.period.month, scope.subject.kind, scope.subject.key)
    return {place: Cell(saved.value, saved.version) for place, saved in view.records.cells(key).items()}
