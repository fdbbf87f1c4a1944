"""What the dialog behind a figure says of its gap: contributions with their rows, a draft of the cause."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

import htpy as h
import streamlit as st

from dashboard.markup.pieces import fact_list, table
from dashboard.parts import common as widgets
from dashboard.parts.page_html import show
from dashboard.parts.session import Frame, export_query, known_people
from dashboard.server import access
from dashboard.words.frames import rows_shown
from dashboard.words.gaps import before_lines, cause_sentence, part_names, reversal_text, split_rows
from dashboard.words.numbers import month_text
from dashboard.words.targets import smart_lines, staffing_text
from dashboard.words.translate import in_words, problem_text
from etl.errors import Problem
from kpi.analysis.contributions import Explanation, Split
from kpi.analysis.dimension_sums import PERSONS, exceptions_of
from kpi.analysis.next_targets import propose
from kpi.analysis.real_gaps import by_exceptions
from kpi.analysis.soundness import smart
from kpi.analysis.staffing import staffing
from kpi.figures.figures import figures
from kpi.figures.targets import read_agreed
from kpi.figures.view import records_of
from kpi.records import SheetKey, StaleSave
from kpi.records.cycle_kept import steps_of
from kpi.records.steps import AGREED, state_of
from kpi.scope import Scope
from kpi.sheets.gap_explained import explained
from kpi.sheets.goals import sheet_key

EXCEPTIONS_SHOWN = 200


def contributions(frame: Frame, key: str, scope: Scope) -> None:
    """Show the exceptions, the contributions to the gap, and the checks of the next target."""
    _exceptions(frame, key, scope)
    _gap(frame, key, explained(frame.view, scope, key), scope)
    _next_target(frame, key, scope)


def without_names(frame: Frame, key: str, scope: Scope) -> None:
    """Show the same as `contributions` without single people, for a screen that everybody sees."""
    found = explained(frame.view, scope, key)
    if found is not None:
        found = replace(found, splits=tuple(one for one in found.splits if one.dimension not in PERSONS))
    _gap(frame, key, found, scope)
    _next_target(frame, key, scope)


def _exceptions(frame: Frame, key: str, scope: Scope) -> None:
    """List the exceptions of a standard of 100 %: each has to be explained by itself."""
    (figure,) = figures(frame.view, scope, [key])
    rows_tell = figure.indicator.how.listed == "passing"  # points are no list of rows that fail
    if not rows_tell or figure.value in (None, 1) or not by_exceptions(figure):
        return
    title = frame.t("Exceptions, to be explained one by one")
    show(h.p(".kpi-group")[title])
    rows = exceptions_of(frame.view, scope, key, limit=EXCEPTIONS_SHOWN)
    st.dataframe(
        rows_shown(rows, figure.indicator, frame.lang),
        hide_index=True,
        placeholder="–",
        height=260,
        alt=title,
    )


def _next_target(frame: Frame, key: str, scope: Scope) -> None:
    """Show the SMART checks of the typed next target, and the staff that it takes."""
    cells = frame.view.records.cells(sheet_key(scope)) if frame.view.records else {}
    saved = cells.get((key, "next_target"))
    target = read_agreed(saved.value) if saved else None
    if target is None:
        return
    t, view = frame.t, frame.view
    show(h.p(".kpi-group")[t("The next target")])
    (figure,) = figures(view, scope, [key])
    checked = smart(view.catalog, figure.indicator, figure, target, propose(view, scope, key))
    show(fact_list(smart_lines(checked, frame.lang)))
    if key in ("service_level", "speed_of_answer") and (found := staffing(view, scope, key, target)):
        widgets.note(staffing_text(found, frame.lang))


def _gap(frame: Frame, key: str, found: Explanation | None, scope: Scope) -> None:
    """Show the contributions to the gap, and buttons that put them into its cause."""
    if found is None:
        return
    t, lang = frame.t, frame.lang
    people = {one.key: one.name or one.id for one in known_people(frame.view, scope.period, "")}
    name = part_names(frame.view.catalog, people, lang)
    title = h.p(".kpi-group")[t("What the gap is made of")]
    show(h.fragment[title, fact_list(before_lines(found, lang))])
    if not found.splits:
        return
    dimensions = {
        split.dimension: in_words(frame.view.catalog.dimensions[split.dimension].name, lang)
        for split in found.splits
    }
    for split in found.splits:
        if said := reversal_text(found, split, dimensions[split.dimension], lang):
            widgets.warning(said)
            break
    tabs = st.tabs([dimensions[split.dimension] for split in found.splits])
    locked = state_of(steps_of(frame.view.records, sheet_key(scope))) in AGREED
    for tab, split in zip(tabs, found.splits, strict=True):
        with tab:
            months = (month_text(found.before.month, lang), month_text(scope.period.month, lang))
            headings, rows, named = split_rows(split, found.indicator.unit, name, lang, months=months)
            links = [_rows_link(frame, key, scope, split.dimension, part.key) for part in named]
            show(table(headings, rows, numbers=range(1, len(headings)), links=links))
            said = cause_sentence(found, split, dimensions[split.dimension], name, lang)
            if said and not locked:
                _offer(frame, found, split, scope, said)


def _offer(frame: Frame, found: Explanation, split: Split, scope: Scope, said: str) -> None:
    widgets.note(said)
    if st.button(frame.t("Put it into the cause"), key=f"cause_{split.dimension}"):
        try:
            _append(frame, sheet_key(scope), found.indicator.key, said)
        except StaleSave:
            widgets.warning(frame.t("Somebody typed into this sheet in the meantime."))
        except Problem as problem:
            widgets.warning(" ".join(problem_text(problem, frame.lang)[1:]))
        else:
            st.rerun()


def _append(frame: Frame, key: SheetKey, indicator: str, said: str) -> None:
    """Add a sentence to the cause, below what is there."""
    records = records_of(frame.home, create=True)
    cell = records.cells(key).get((indicator, "cause"))
    before, version = (cell.value, cell.version) if cell else ("", 0)
    if said not in before:
        text = "\n".join(filter(None, (before.rstrip(), said)))
        records.save(key, indicator, "cause", text, version=version, who=access.who().name)


def _rows_link(frame: Frame, key: str, scope: Scope, dimension: str, part: str | None) -> str:
    query = export_query(scope, frame.lang) | {"dimension": dimension}
    query |= {} if part is None else {"value": part}
    return f"/export/rows/{key}.csv?{urlencode(query)}"
