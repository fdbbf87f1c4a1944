"""A goal sheet with its cycle, as the page of goals and the meeting both show it."""

from __future__ import annotations

import streamlit as st

from dashboard import goal_form, widgets, widgets_cycle, widgets_gap
from dashboard.choice import period_key
from dashboard.session import Frame
from dashboard.target_words import effect_lines, pitfall_text
from kpi.effects import effect
from kpi.goals import sheet_key
from kpi.scope import parse_month
from kpi.sheets import GoalSheet
from kpi.soundness import warnings
from kpi.targets import read_agreed
from kpi.view import of_month


def goal_sheet(frame: Frame, sheet: GoalSheet, *, keys: bool = False) -> str | None:
    """The strip of the cycle and the form below it; "next" or "previous" when such a key was pressed.

    With `keys` in a meeting, where everybody looks on as long as the sheet is no person's.
    """
    public = keys and sheet.heading.subject.kind != "person"
    widgets_cycle.strip(frame, sheet)
    result = widgets.sheet(
        frame,
        goal_form.goals_html(sheet, frame.view.catalog.causes, frame.lang, _remarks(frame, sheet)),
        key="goals",
        sheet_key=sheet_key(frame.monthly),
        fields=goal_form.goal_fields(sheet),
        state=sheet.state,
        explain=widgets_gap.without_names if public else widgets_gap.contributions,
        keys=keys,
        rows=not public,
    )
    if any(row.important for row in sheet.rows):
        widgets.note(
            frame.t(
                "Red bar: an important gap – more than the indicator's tolerance, and more than chance "
                "by the exact interval or the control chart; write down its cause."
            )
        )
    return result.go


def _remarks(frame: Frame, sheet: GoalSheet) -> dict[tuple[str, str], tuple[str, ...]]:
    """The pitfalls of the targets typed, and what became of the measures of earlier months."""
    scope, unit = frame.monthly, {row.figure.indicator.key: row.figure.indicator.unit for row in sheet.rows}
    build = (str(frame.home.path.resolve()), sheet.heading.snapshot, period_key(scope.period), scope.subject)
    measures = tuple((one.indicator, one.month) for row in sheet.rows for one in (*row.carried, *row.ended))
    said = {
        (key, month): effect_lines(found, unit[key], frame.lang)
        for (key, month), found in _effects(*build, measures, frame).items()
    }
    targets = tuple((row.figure.indicator.key, read_agreed(row.next_target.value)) for row in sheet.rows)
    if not sheet.locked and any(target is not None for _, target in targets):
        for key, found in _pitfalls(*build, targets, frame).items():
            texts = (pitfall_text(one, unit.get(key, ""), frame.view.catalog, frame.lang) for one in found)
            said[key, ""] = tuple(texts)
    return said


# Both read months of history, and change only with the data and with what was typed.
@st.cache_data(max_entries=400, show_spinner=False)
def _effects(
    home: str, snapshot: str | None, when: str, subject: object, measures: tuple, _frame: Frame
) -> dict:
    scope = _frame.monthly
    view = of_month(_frame.view, scope.period)
    return {
        (key, month): effect(view, scope, key, parse_month(month), scope.period) for key, month in measures
    }


@st.cache_data(max_entries=400, show_spinner=False)
def _pitfalls(
    home: str, snapshot: str | None, when: str, subject: object, targets: tuple, _frame: Frame
) -> dict:
    scope = _frame.monthly
    return warnings(of_month(_frame.view, scope.period), scope, dict(targets))
