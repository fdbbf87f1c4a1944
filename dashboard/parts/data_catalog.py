"""The part of the page “Data” about own entries that are left out, and figures still to be added up."""

from __future__ import annotations

import streamlit as st

from dashboard.markup.pieces import table
from dashboard.parts import common as widgets
from dashboard.parts.page_html import show
from dashboard.parts.session import Frame
from dashboard.words.translate import problem_text
from etl.errors import Problem
from kpi.loading.load import reapply


def left_out(frame: Frame) -> None:
    """Show the home's own entries that are at fault; nothing where all of them hold."""
    t, faults = frame.t, frame.view.catalog.left_out
    if not faults:
        return
    st.subheader(t("Own entries that are left out"), anchor=False)
    widgets.note(t("They are at fault, or need one that is. All other entries count as they stand."))
    show(table((t("Where"), t("Fault"), t("What to do")), [problem_text(one, frame.lang) for one in faults]))


def rebuild(frame: Frame) -> None:
    """Offer to add the figures up anew where they were last added up by another catalogue."""
    t = frame.t
    if frame.view.rolled_up():
        return
    widgets.warning(
        t("The catalogue changed since the figures were added up: pages count them from all rows, slowly.")
    )
    if st.button(t("Add the figures up anew"), key="rebuild"):
        try:
            with st.spinner(t("Adding the figures up anew…")):
                reapply(frame.home)
        except Problem as problem:
            widgets.warning(" ".join(problem_text(problem, frame.lang)[1:]))
            return
        st.rerun()
