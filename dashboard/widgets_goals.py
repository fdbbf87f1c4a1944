"""A goal sheet with its cycle, as the page of goals and the meeting both show it."""

from __future__ import annotations

from dashboard import goal_form, widgets, widgets_cycle, widgets_gap
from dashboard.session import Frame
from kpi.goals import sheet_key
from kpi.sheets import GoalSheet


def goal_sheet(frame: Frame, sheet: GoalSheet, *, keys: bool = False) -> str | None:
    """The strip of the cycle and the form below it; "next" or "previous" when such a key was pressed."""
    widgets_cycle.strip(frame, sheet)
    result = widgets.sheet(
        frame,
        goal_form.goals_html(sheet, frame.view.catalog.causes, frame.lang),
        key="goals",
        sheet_key=sheet_key(frame.monthly),
        fields=goal_form.goal_fields(sheet),
        state=sheet.state,
        explain=widgets_gap.contributions,
        keys=keys,
    )
    return result.go
