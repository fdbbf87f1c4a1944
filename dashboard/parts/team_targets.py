"""The parts of the page of a team's targets: its table, copy and workbook, changes before they are taken."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

import htpy as h
import streamlit as st

from dashboard.export.targets_read_back import read_targets
from dashboard.markup.team_targets import changes_html, days_html, month_line, target_fields, targets_html
from dashboard.parts import common as widgets
from dashboard.parts.page_html import show
from dashboard.parts.session import Frame, export_query
from dashboard.server import access
from dashboard.words.numbers import month_text
from dashboard.words.translate import in_words, problem_text
from etl.errors import Problem
from kpi.figures.targets import read_agreed
from kpi.figures.view import records_of
from kpi.scope import Scope
from kpi.sheets import team_targets as bulk
from kpi.sheets.team_targets import Asked, TargetChange, TargetTable
from kpi.workdays import read_calendar, split, working_days

PLAN = "targets_plan"  # the changes shown but not yet taken: (sheet of the unit, what was asked, the plan)
SAID = "targets_said"  # sentences for the next run
UPLOADS = "targets_uploads"  # how many workbooks were given to this page
MOST = 10_000_000


def table(frame: Frame, shown: TargetTable) -> None:
    """Show everyone's targets, with self-saving fields for the next ones."""
    widgets.note(month_line(shown, frame.lang))
    widgets.sheet(
        frame,
        targets_html(shown, frame.lang),
        key="targets",
        sheet_key=shown.unit.sheet,
        fields=target_fields(shown),
        state=shown.unit.state,
    )


def tools(frame: Frame, shown: TargetTable) -> None:
    """Show "copy last month", the workbook to download and upload, and above them the last remark."""
    t = frame.t
    for text in st.session_state.pop(SAID, ()):
        widgets.warning(text)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(t("Copy last month's targets"), key="targets_copy"):
            _propose(frame, shown, bulk.copy_last_month(shown))
        scope = Scope(shown.period, shown.unit.subject)
        query = urlencode(export_query(scope, frame.lang))
        widgets.download(f"/export/targets/targets.xlsx?{query}", t("Download as Excel"))
        # A new one after each upload: the old one would stay open, over the changes.
        opened = f"targets_upload_{st.session_state.setdefault(UPLOADS, 0)}"
        with st.popover(t("Upload Excel"), key=opened), st.form(f"{opened}_form", border=False):
            file = widgets.file_field(frame, t("The workbook of this page, edited"), ("xlsx",))
            if st.form_submit_button(t("Show the changes")) and file is not None:
                st.session_state[UPLOADS] += 1
                _upload(frame, shown, file.name, file.getvalue())


def proposed(frame: Frame, shown: TargetTable) -> None:
    """Show the planned changes with buttons to take or discard them; nothing is saved before."""
    t = frame.t
    sheet, asked, changes = st.session_state.get(PLAN, (None, (), ()))
    if sheet != shown.unit.sheet:
        return
    taken = [one for one in changes if one.status in bulk.TAKEN]
    with st.container(border=True, key="targets_changes"):
        with st.container(horizontal=True):
            label = t("Take the changes ({n})").format(n=len(taken))
            if taken and st.button(label, key="targets_take", type="primary"):
                _take(frame, shown, asked, taken)
            if st.button(t("Discard"), key="targets_drop"):
                st.session_state.pop(PLAN)
                st.rerun()
        if all(one.status == "same" for one in changes):
            widgets.note(t("Nothing would change."))
        else:
            units = {f.indicator.key: f.indicator.unit for line in shown.lines for f in line.figures}
            show(changes_html(changes, units, frame.lang))


def days(frame: Frame, shown: TargetTable) -> None:
    """Spread the typed targets of counts, and any number, over the working days of their month."""
    t, month = frame.t, shown.period.next()
    with st.expander(t("A count by working day")):
        try:
            calendar = read_calendar(frame.home.config)
            working = working_days(month, calendar)
            named = month_text(month.month, frame.lang)
            widgets.note(t("{month} has {n} working days.").format(month=named, n=len(working)))
            for name, target in _counts(frame, shown):
                show(h.p(".kpi-group")[name])
                show(days_html(month, split(target, month, calendar), working, frame.lang))
            any_count = st.number_input(
                t("Target of the month"), 0, MOST, None, key="targets_count", placeholder=t("A whole number")
            )
            if any_count:
                show(days_html(month, split(any_count, month, calendar), working, frame.lang))
        except Problem as problem:
            widgets.warning(" ".join(problem_text(problem, frame.lang)))


def _counts(frame: Frame, shown: TargetTable) -> list[tuple[str, int]]:
    """The typed whole-number targets of counts, each with its title: the indicator and whose it is."""
    found = []
    for line in shown.lines:
        for figure in line.figures:
            cell = line.typed.get(figure.indicator.key)
            value = read_agreed(cell.value) if cell and not figure.indicator.how.below else None
            if value is not None and value >= 0 and value.is_integer():
                who = widgets.scope_line(frame, Scope(shown.period.next(), line.subject))
                found.append((f"{in_words(figure.indicator.name, frame.lang)} · {who}", int(value)))
    return found


def _upload(frame: Frame, shown: TargetTable, name: str, content: bytes) -> None:
    try:
        found = read_targets(content, name, shown)
    except Problem as problem:
        st.session_state[SAID] = [" ".join(problem_text(problem, frame.lang))]
        st.rerun()
    st.session_state[SAID] = [" ".join(problem_text(one, frame.lang)[1:]) for one in found.said]
    _propose(frame, shown, found.asked)


def _propose(frame: Frame, shown: TargetTable, asked: Iterable[Asked]) -> None:
    """Plan the changes and keep the plan in the session: only what was shown can be taken."""
    asked = tuple(asked)
    st.session_state[PLAN] = (shown.unit.sheet, asked, bulk.plan_changes(shown, asked))
    st.rerun()


def _take(frame: Frame, shown: TargetTable, asked: tuple[Asked, ...], taken: list[TargetChange]) -> None:
    try:
        bulk.apply(records_of(frame.home, create=True), taken, access.who().name)
    except Problem as problem:
        st.session_state[SAID] = [" ".join(problem_text(problem, frame.lang)[1:])]
        _propose(frame, shown, asked)  # as things are now: what was typed is not lost
    st.session_state.pop(PLAN)
    st.rerun()
