"""How a home without data begins: the sample, files of one's own, or templates to fill; and whose it is."""

from __future__ import annotations

import htpy as h
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.intake.batches import BUSY, Batch, Uploads, uploads_of
from dashboard.markup.uploads import progress_html
from dashboard.parts import common as widgets
from dashboard.parts.page_html import show, style
from dashboard.parts.session import Frame, page_address
from dashboard.parts.settings import save, told
from dashboard.words.settings import NO_FIGURE
from dashboard.words.translate import problem_text
from etl.errors import Problem
from etl.progress import Cancelled
from etl.snapshots.snapshot import current_id
from kpi.scope import Subject

LOOK_S = 1.0


def begin(frame: Frame) -> None:
    """Show the three ways to begin; the page goes on by itself once anything is loaded."""
    t = frame.t
    style("upload.css")
    show(h.p(".kpi-attention")[t("Nothing has been loaded yet.")])
    row = st.container(horizontal=True, key="ways")
    with _card(row, "sample"):
        text = t("Thirteen months of an invented hotline of 40 people, to look around in.")
        show(_said(t("Sample data"), text))
        st.fragment(run_every=LOOK_S)(_sample)(frame, uploads_of(frame.home))
    with _card(row, "files"):
        text = t("Exports of the telephone system, tickets, quality reviews, rosters: each is checked first.")
        show(_said(t("My own files"), text))
        to_data = page_address(frame, "data", Subject())
        show(h.a(".kpi-download", href=to_data, target="_self")[t("Import my files")])
    with _card(row, "templates"):
        text = t("An empty table for each kind of data, as a workbook and as CSV, to be filled and imported.")
        show(_said(t("Templates"), text))
        widgets.download(f"/export/templates/templates.zip?lang={frame.lang}", t("Download the templates"))


def _card(row: DeltaGenerator, name: str) -> DeltaGenerator:
    return row.container(
        border=True, height="stretch", vertical_alignment="distribute", key=f"card_way_{name}"
    )


def _said(title: str, text: str) -> h.Renderable:
    return h.div(".kpi-way")[h.h2[title], h.p[text]]


def _sample(frame: Frame, here: Uploads) -> None:
    """The button that makes and loads the sample, or how far that is and the way to stop it."""
    t = frame.t
    batch = next((one for one in reversed(here.batches()) if one.sample), None)
    if batch is not None and batch.stage in BUSY:
        show(progress_html(batch.state, frame.lang))
        if st.button(t("Cancel"), key="cancel_sample"):
            here.stop(batch)
    elif current_id(frame.home) is not None:
        st.rerun()
    else:
        if batch is not None:
            widgets.note(_ended(frame, batch))
        busy = any(one.stage in BUSY for one in here.batches())
        if st.button(t("Load the sample data"), key="load_sample", type="primary", disabled=busy):
            here.load_sample()
            st.rerun(scope="fragment")


def _ended(frame: Frame, batch: Batch) -> str:
    """Why a sample was not loaded."""
    try:
        batch.work.result()
    except Cancelled:
        return frame.t("Stopped.")
    except Problem as problem:
        return " ".join(problem_text(problem, frame.lang)[1:])
    return ""


def ask_organisation(frame: Frame) -> None:
    """Ask whose dashboard this is, until it was said: it stands on every form."""
    t = frame.t
    told(frame)
    if frame.home.settings.organisation:
        return
    with (
        st.form("organisation", border=False),
        st.container(horizontal=True, vertical_alignment="center", key="whose"),
    ):
        with st.container(width="content"):
            widgets.note(t("Whose figures are these? The name stands on every form."))
        name = st.text_input(
            t("Organisation"),
            placeholder=t("Organisation"),
            max_chars=100,
            label_visibility="collapsed",
            width=260,
        )
        said = st.form_submit_button(t("Save"))
    if said and name.strip():
        save(frame, lambda: {("organisation",): name.strip()}, NO_FIGURE)
