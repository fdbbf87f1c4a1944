"""The step that closes a month, and the way back."""

from __future__ import annotations

import streamlit as st

from dashboard.parts import common as widgets
from dashboard.parts.goals_cycle import name_field, take_step, told_before
from dashboard.parts.session import Frame
from dashboard.words.numbers import month_text
from kpi.sheets.closing import Closing, close_month, reopen_month


def step(frame: Frame, found: Closing) -> None:
    """Show the one step that can be taken from here, and why the last one was refused."""
    told_before()
    t = frame.t
    title, form = (t("Open the month again"), _reopen) if found.closed else (t("Close the month"), _close)
    with st.popover(title, key=f"step_{form.__name__}"):
        form(frame, found)


def _close(frame: Frame, found: Closing) -> None:
    t = frame.t
    month = month_text(found.month.month, frame.lang)
    widgets.note(
        t("Every sheet of {month} will be built on the data of now, whatever is loaded later.").format(
            month=month
        )
    )
    if found.left:
        widgets.note(t("What is open is named on every sheet: {count}.").format(count=found.left))
    with st.form("close_month", border=False):
        by = name_field(frame)
        if st.form_submit_button(t("Close the month")):
            take_step(frame, lambda who: close_month(frame.view, found.month, by=by, who=who))


def _reopen(frame: Frame, found: Closing) -> None:
    t = frame.t
    if found.agreed:
        said = t("{count} sheets of this month are agreed, and stand on its data.")
        widgets.note(f"{said.format(count=found.agreed)} {t('Take these sheets back first.')}")
        return
    widgets.note(t("The data that it was closed on are kept; its sheets follow what is loaded again."))
    with st.form("reopen_month", border=False):
        by = name_field(frame)
        because = st.text_area(t("Reason"), max_chars=2000, height=80)
        if st.form_submit_button(t("Open the month again")):
            take_step(
                frame,
                lambda who: reopen_month(frame.view, found.month, by=by, because=because, who=who),
            )
