"""Corrections of loaded data: asked for, approved, applied anew at every load, withdrawn with a trace."""

import streamlit as st

from dashboard.parts import common as widgets
from dashboard.parts import correction_forms as widgets_corrections
from dashboard.parts.session import current
from kpi.loading.corrections import listed

frame = current()
t = frame.t
line = t("Facts stay what the files said; corrections in force are applied anew at every load.")
widgets.heading(frame, t("Corrections"), line)
if not widgets.empty_home(frame):
    widgets_corrections.said_before()
    found = listed(frame.view)
    if any(one.pending for one in found):
        widgets_corrections.apply_now(frame)
    with st.expander(t("New correction"), expanded=not found):
        widgets_corrections.new_correction(frame)
    if not found:
        widgets.note(t("There is no correction yet."))
    titles = {"draft": t("Waiting for approval"), "approved": t("In force"), "withdrawn": t("Withdrawn")}
    for state, title in titles.items():
        own = [one for one in found if one.record.state == state]
        if own:
            st.subheader(f"{title} · {len(own)}", anchor=False)
        for one in own:
            widgets_corrections.card(frame, one)
