"""Corrections of loaded data: asked for, approved, applied anew at every load, withdrawn with a trace."""

from collections.abc import Sequence

import streamlit as st

from dashboard.parts import common as widgets
from dashboard.parts import correction_forms as forms
from dashboard.parts.page import page
from dashboard.parts.session import Frame
from etl.errors import N_
from kpi.loading.correction_list import Listed, listed


def _draw(frame: Frame, found: Sequence[Listed]) -> None:
    t = frame.t
    forms.said_before()
    if any(one.pending for one in found):
        forms.apply_now(frame)
    with st.expander(t("New correction"), expanded=not found):
        forms.new_correction(frame)
    if not found:
        widgets.note(t("There is no correction yet."))
    titles = {"draft": t("Waiting for approval"), "approved": t("In force"), "withdrawn": t("Withdrawn")}
    for state, title in titles.items():
        own = [one for one in found if one.record.state == state]
        if own:
            st.subheader(f"{title} · {len(own)}", anchor=False)
        for one in own:
            forms.card(frame, one)


page(
    N_("Corrections"),
    _draw,
    find=lambda frame: listed(frame.view),
    about="newest data",
    line=N_("Facts stay what the files said; corrections in force are applied anew at every load."),
)
