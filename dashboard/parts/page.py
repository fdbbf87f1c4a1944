"""The frame of a page: what every page says around its own, which a view can neither forget nor change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal, TypeVar

import htpy as h
import streamlit as st

from dashboard.parts.common import note, scope_line
from dashboard.parts.exports import export_menu
from dashboard.parts.first_run import begin
from dashboard.parts.page_html import show
from dashboard.parts.session import Frame, current
from dashboard.words.attention import attention_line
from dashboard.words.closing import open_text
from dashboard.words.corrections import corrections_note
from dashboard.words.numbers import as_of_text
from kpi.analysis.real_gaps import Judged
from kpi.figures.subjects import find_subject
from kpi.figures.view import as_of, of_month
from kpi.scope import Scope
from kpi.sheets.daily import daily_scope
from kpi.sheets.values import AppraisalSheet, GoalSheet, StandardsSheet

About = Literal["period", "month", "month of the team", "day of the team", "newest data"]
Found = TypeVar("Found")


def page(
    title: str,
    draw: Callable[[Frame, Found], object],
    *,
    find: Callable[[Frame], Found] = lambda _: None,
    rows: Callable[[Found], Sequence[Judged]] | None = None,
    on_top: Callable[[Found, str], str] | None = None,
    line: str = "",
    exported: str = "",
    about: About = "period",
    also_empty: bool = False,
    bare: bool = False,
    titled: bool = True,
) -> None:
    """Draw a page: its heading, what `find` gives in the hands of `draw`, and what holds for all pages.

    The frame that both get is that of what the page is `about`: the period chosen, the month it ends in, that
    month of the whole team, its day that is chosen or the newest one, or the newest data whatever is chosen.
    Its `view` holds the data that the month was closed on; only a page about the newest data gets those.

    `title` and the `line` under it (else whose figures, or how new the data) are texts to translate;
    `exported` is the sheet that the menu exports. `rows` are those that the line on top is about, in the
    words of `on_top`. Where nothing was ever loaded the page says how to begin, and ends; one that is
    `also_empty` goes on, and says so only when nothing was found. One that is `bare` has the screen for its
    own alone; one that is not `titled` begins with a heading of its own.
    """
    chosen = current()
    frame = _about(chosen, about)
    empty = frame.view.newest.snapshot is None
    if empty or not bare:
        _heading(frame, frame.t(title) if titled or empty else "", _line(frame, line, about), exported)
    if empty and not also_empty:
        begin(frame)
        return
    found = find(frame)
    if empty and found is None:
        begin(frame)
    if rows is not None and not bare:
        said = on_top(found, frame.lang) if on_top else attention_line(rows(found), frame.lang)
        _attention(said, rows(found))
    if frame.scope.period != chosen.scope.period and frame.scope.period.is_month and not bare:
        note(frame.t("This form is monthly: it shows the month in which the chosen period ends."))
    draw(frame, found)
    if about != "newest data" and not bare:
        _foot(frame, found)


def _about(chosen: Frame, about: About) -> Frame:
    """The frame with the scope and the data that a page is about."""
    if about == "newest data":
        return chosen
    if about == "day of the team":
        scope = Scope(chosen.scope.period, find_subject(chosen.view, team=chosen.choice.team or None))
        return replace(chosen, scope=daily_scope(chosen.view, scope))
    scope = chosen.scope if about == "period" else chosen.monthly
    if about == "month of the team":
        scope = Scope(scope.period, find_subject(chosen.view, team=chosen.choice.team or None))
    return replace(chosen, scope=scope, view=of_month(chosen.view, scope.period))


def _line(frame: Frame, line: str, about: About) -> str:
    if line:
        return frame.t(line)
    if about == "newest data":
        return as_of_text(as_of(frame.view), frame.lang)
    return scope_line(frame, frame.scope)


def _foot(frame: Frame, found: object) -> None:
    """Show which corrections apply to a sheet, what was open when its month was closed, how new the data are.

    A mere list has none of these lines.
    """
    if isinstance(found, GoalSheet | AppraisalSheet | StandardsSheet) and (
        said := corrections_note(found, frame.lang)
    ):
        note(said)
    heading = getattr(found, "heading", None)
    if heading is not None and (said := open_text(heading.open, frame.lang)):
        note(said)
    if not isinstance(found, tuple):
        note(as_of_text(as_of(frame.view), frame.lang))


def _heading(frame: Frame, title: str, line: str, exported: str) -> None:
    """Show the title, unless it is "", with the line beside it, and in the bar the menu of exports."""
    data = frame.view.newest.snapshot
    if title:
        show(h.div(".kpi-title")[h.h1[title], h.p[line]])
    if exported and data is not None:
        with frame.corner or st.container():
            export_menu(frame, exported, frame.scope)
    if data is not None and data.instead_of:
        said = "The newest data are damaged; these are the ones before. Load the last files again."
        st.warning(frame.t(said))


def _attention(text: str, rows: Sequence[Judged]) -> None:
    """Show the line on top that says what needs attention first."""
    bad = any(row.verdict.standing == "missed" for row in rows)
    show(h.p(class_=["kpi-attention", {"kpi-bad-news": bad}])[text])
