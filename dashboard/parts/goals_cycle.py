"""The strip above a goal sheet: its state in the cycle, and the steps that can be taken from there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import htpy as h
import streamlit as st

from dashboard.parts import common as widgets
from dashboard.parts.page_html import show
from dashboard.parts.session import Frame
from dashboard.server import access
from dashboard.server.address import to_address
from dashboard.words.goal_sheet import STATES, steps_lines
from dashboard.words.translate import in_words, problem_text
from dashboard.words.typed import parse_target
from etl.errors import N_, Problem
from kpi.figures.targets import NewTarget
from kpi.records.scans import KINDS, keep_scan
from kpi.sheets import cycle
from kpi.sheets.values import GoalSheet

SAID = "cycle_said"  # why the last step was refused, until the page was drawn with it
RECORDER = "recorded_by"


def strip(frame: Frame, sheet: GoalSheet) -> None:
    """Show the state of the sheet in its cycle, the steps it allows, and why the last step was refused."""
    t = frame.t
    told_before()
    now = list(STATES).index(sheet.state)
    marks = [
        h.li(class_={"kpi-now": number == now, "kpi-done": number < now})[t(name)]
        for number, name in enumerate(STATES.values())
    ]
    row = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    left, right = row.container(width="content"), row.container(horizontal=True, width="content")
    lines = [h.p(".kpi-note")[line] for line in steps_lines(sheet, frame.lang)]
    with left:
        show(h.fragment[h.ol(".kpi-cycle", aria_label=t("State of the sheet"))[marks], lines])
    scan = next((step.scan for step in reversed(sheet.steps) if step.action == "agreed"), "")
    if scan:
        with left:
            widgets.download(f"/signed/{scan}", t("Scan of the signed form"))
    with right:
        for title, form in _steps(sheet).items():
            with st.popover(t(title), key=f"step_{form.__name__}"):
                form(frame, sheet)


def told_before() -> None:
    """Say why the last step was refused, if it was."""
    if said := st.session_state.pop(SAID, ""):
        widgets.warning(said)


def _steps(sheet: GoalSheet) -> dict[str, Callable[[Frame, GoalSheet], None]]:
    """The forms of the steps that can be taken, by the text of their button."""
    steps: dict[str, Callable[[Frame, GoalSheet], None]] = {}
    if sheet.state == "draft":
        steps[N_("The meeting was held")] = _discuss
    if not sheet.locked:
        steps[N_("Record the signature")] = _agree
    else:
        if any(row.next_target.value for row in sheet.rows):
            steps[N_("Change a target")] = _change_target
        steps[N_("Take back")] = _reopen
    if sheet.state == "agreed":
        steps[N_("Put on file")] = _close
    return steps


def _discuss(frame: Frame, _: GoalSheet) -> None:
    with st.form("discuss", border=False):
        by = name_field(frame)
        if st.form_submit_button(frame.t("The meeting was held")):
            take_step(frame, lambda who: cycle.discuss(frame.view, frame.scope, by=by, who=who))


def _agree(frame: Frame, sheet: GoalSheet) -> None:
    t = frame.t
    if not sheet.month_closed:
        widgets.note(t("Close the month first; then agree the sheet."))
        st.page_link("views/closing.py", label=t("Closing the month"), query_params=to_address(frame.choice))
    if missing := cycle.without_cause(sheet):
        names = t(", ").join(in_words(row.figure.indicator.name, frame.lang) for row in missing)
        widgets.note(t("Still without a cause: {names}.").format(names=names))
    widgets.note(t("A signature on paper is recorded here; nobody confirms anything on the screen."))
    with st.form("agree", border=False):
        by = name_field(frame)
        number = st.text_input(t("Number of the signed form"), max_chars=100)
        file = widgets.file_field(frame, t("Scan (PDF, PNG or JPEG), if there is one"), tuple(KINDS))
        if st.form_submit_button(t("Record the signature")):

            def take(who: str) -> None:
                scan = keep_scan(frame.home, file.getvalue()) if file is not None else ""
                cycle.agree(frame.view, frame.scope, by=by, form_number=number, scan=scan, who=who)

            take_step(frame, take)


def _reopen(frame: Frame, _: GoalSheet) -> None:
    t = frame.t
    widgets.note(t("What was agreed is kept; the sheet can be typed into again."))
    with st.form("reopen", border=False):
        by = name_field(frame)
        because = st.text_area(t("Reason"), max_chars=2000, height=80)
        if st.form_submit_button(t("Take back")):
            take_step(
                frame, lambda who: cycle.reopen(frame.view, frame.scope, by=by, because=because, who=who)
            )


def _close(frame: Frame, _: GoalSheet) -> None:
    with st.form("close", border=False):
        by = name_field(frame)
        if st.form_submit_button(frame.t("Put on file")):
            take_step(frame, lambda who: cycle.close(frame.view, frame.scope, by=by, who=who))


def _change_target(frame: Frame, sheet: GoalSheet) -> None:
    t, held = frame.t, frame.scope.period.next()
    widgets.note(t("The agreed target stays; the new one stands beside it with its date and reason."))
    agreed = (row.figure.indicator for row in sheet.rows if row.next_target.value)
    named = {indicator.key: indicator for indicator in agreed}
    second = held.start + timedelta(days=1)  # a target of the whole month is changed by taking the sheet back
    with st.form("change_target", border=False):
        key = st.selectbox(
            t("Indicator"),
            list(named),
            format_func=lambda key: in_words(named[key].name, frame.lang),
            filter_mode=None,
        )
        text = st.text_input(t("New target"), max_chars=40)
        day = st.date_input(
            t("From"),
            min(max(date.today(), second), held.end),
            min_value=second,
            max_value=held.end,
            format="YYYY-MM-DD",
        )
        because = st.text_input(t("Reason"), max_chars=1000)
        by = name_field(frame)
        if st.form_submit_button(t("Change the target")):

            def take(who: str) -> None:
                new = NewTarget(day, parse_target(text.strip(), named[key].unit), because)
                cycle.change_target(frame.view, frame.scope, key, new, by=by, who=who)

            take_step(frame, take)


def name_field(frame: Frame) -> str:
    """Ask for the name of whoever records a step; the answer is kept for the sheets that follow."""
    before = st.session_state.get(RECORDER, "")
    name = st.text_input(frame.t("Recorded by"), before, max_chars=100, placeholder=frame.t("Name"))
    st.session_state[RECORDER] = name.strip() or before
    return name


def take_step(frame: Frame, step: Callable[[str], object]) -> None:
    """Take a step as the person at the keyboard, keep the reason when it is refused, draw the page anew."""
    try:
        step(access.who().name)
    except Problem as problem:
        st.session_state[SAID] = " ".join(problem_text(problem, frame.lang)[1:])
    st.rerun()
