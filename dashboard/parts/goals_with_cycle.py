"""A goal sheet with its cycle, as the page of goals and the meeting both show it."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboard.markup import goals as goal_form
from dashboard.parts import common as widgets
from dashboard.parts import figure_gap as widgets_gap
from dashboard.parts import goals_cycle as widgets_cycle
from dashboard.parts.page_html import style
from dashboard.parts.session import Frame
from dashboard.words.targets import effect_lines, outcome_text, pitfall_text
from kpi.analysis.effects import Effect, effect
from kpi.analysis.soundness import warnings
from kpi.figures.remembered import remembered
from kpi.figures.targets import read_agreed
from kpi.scope import parse_month
from kpi.sheets.goals import sheet_key
from kpi.sheets.values import GoalSheet

FIRST = "goals_first"  # the rows that come first on the sheet that is open


def goal_sheet(frame: Frame, sheet: GoalSheet, *, keys: bool = False) -> str | None:
    """Show the cycle's strip with the form below it; return "next" or "previous" when its key was pressed.

    With `keys` in a meeting, where everybody looks on as long as the sheet is no person's.
    """
    style("goals.css")
    public = keys and not sheet.heading.subject.is_person
    if not keys:
        widgets.sheet(frame, goal_form.headline_html(sheet, frame.lang), key="headline")
    widgets_cycle.strip(frame, sheet)
    effects = _effects(frame, sheet)
    form = goal_form.goals_html(
        sheet,
        frame.view.catalog.causes,
        frame.lang,
        _remarks(frame, sheet, effects),
        outcomes={place: outcome_text(found, frame.lang) for place, found in effects.items()},
        first=_first(frame, sheet),
    )
    result = widgets.sheet(
        frame,
        form,
        key="goals",
        sheet_key=sheet_key(frame.scope),
        fields=goal_form.goal_fields(sheet),
        state=sheet.state,
        explain=widgets_gap.without_names if public else widgets_gap.contributions,
        keys=keys,
        rows=not public,
    )
    return result.go


def _first(frame: Frame, sheet: GoalSheet) -> tuple[str, ...]:
    """The rows that come first: the real gaps when the sheet was opened, so that none changes its place."""
    opened, keys = st.session_state.get(FIRST, (None, ()))
    if opened != sheet_key(frame.scope):
        keys = tuple(row.figure.indicator.key for row in sheet.rows if row.important)
        st.session_state[FIRST] = sheet_key(frame.scope), keys
    return keys


def _effects(frame: Frame, sheet: GoalSheet) -> dict[tuple[str, str], Effect | None]:
    """By indicator and month what came of the measures of earlier months."""
    scope, view = frame.scope, frame.view
    measures = tuple((one.indicator, one.month) for row in sheet.rows for one in (*row.carried, *row.ended))
    # It reads months of history, and changes only with the data and with what was typed.
    return remembered(
        view,
        ("effects", scope, measures),
        lambda: {one: effect(view, scope, one[0], parse_month(one[1]), scope.period) for one in measures},
    )


def _remarks(
    frame: Frame, sheet: GoalSheet, effects: Mapping[tuple[str, str], Effect | None]
) -> dict[tuple[str, str], tuple[str, ...]]:
    """The pitfalls of the typed targets, and the effects of the measures of earlier months."""
    scope, view = frame.scope, frame.view
    unit = {row.figure.indicator.key: row.figure.indicator.unit for row in sheet.rows}
    said = {place: effect_lines(found, unit[place[0]], frame.lang) for place, found in effects.items()}
    targets = {row.figure.indicator.key: read_agreed(row.next_target.value) for row in sheet.rows}
    if not sheet.locked and any(target is not None for target in targets.values()):
        now = tuple((row.figure.target, row.figure.target_source) for row in sheet.rows)
        place = ("pitfalls", scope, tuple(targets.items()), now)
        for key, found in remembered(view, place, lambda: warnings(view, scope, targets)).items():
            texts = (pitfall_text(one, unit.get(key, ""), view.catalog, frame.lang) for one in found)
            said[key, ""] = tuple(texts)
    return said
