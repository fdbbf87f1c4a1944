"""The drop zone for files, and the cards of the batches that were dropped."""

from __future__ import annotations

import htpy as h
import streamlit as st

from dashboard.intake.batches import BUSY, Batch, Uploads, uploads_of
from dashboard.markup.uploads import head_html, report_html
from dashboard.parts import common as widgets
from dashboard.parts.page_html import as_text, script, show, style
from dashboard.parts.session import Frame
from etl.errors import N_
from etl.loading.staff_lists import BEGINNING, Asked

LIST_QUESTION = N_("{file}: {listed} people listed, {members} in these teams: everyone, or a part?")
BUSY_S, IDLE_S = 1.0, 5.0  # between two looks at what other browsers may have begun

_zone = st.components.v2.component(
    "service_kpi_upload",
    js=script("upload.js"),
    isolate_styles=False,
)


def uploads(frame: Frame) -> None:
    """Show the drop zone, and every batch of this server: also those of other browsers."""
    here = uploads_of(frame.home)
    style("upload.css")
    st.subheader(frame.t("Load files"), anchor=False)
    if (batch := drop_zone(frame, here, "uploads")) is not None:
        here.check(batch)
    busy = _busy(here)
    st.fragment(run_every=BUSY_S if busy else IDLE_S)(_batches)(frame, here, busy)


def drop_zone(frame: Frame, here: Uploads, key: str) -> Batch | None:
    """Show the drop zone; return the batch of the files that were dropped last."""
    t, size = frame.t, here.limit >> 20
    title, most = t("Drop exports here: CSV, Excel, or archives of them"), t("At most {size} MB at a time")
    html = h.fragment[
        h.div(".kpi-drop")[
            h.p[title, h.br, h.small[most.format(size=size)]],
            h.label[t("Choose files"), h.input(type="file", multiple=True)],
        ],
        h.ul(".kpi-sending"),
    ]
    said = {
        "large": t("More than {size} MB at a time. Load it with “service-kpi load”.").format(size=size),
        "lost": t("It could not be sent. Try again."),
        "stopped": t("Stopped."),
        "stop": t("Cancel"),
    }
    data = {"html": as_text(html), "limit": here.limit, "lang": frame.lang, "words": said}
    sent = _zone(key=key, data=data, on_sent_change=lambda: None).sent
    return here.find(sent) if sent else None


def _batches(frame: Frame, here: Uploads, busy: bool) -> None:
    """Show every batch as it is now. When one begins or ends the page is drawn anew: its tables change."""
    for batch in (one for one in here.batches() if not one.sample):
        with st.container(border=True, key=f"card_upload_{batch.id}"):
            _batch(frame, here, batch)
    if _busy(here) != busy:
        st.rerun()


def _batch(frame: Frame, here: Uploads, batch: Batch) -> None:
    t, stage = frame.t, batch.stage
    show(head_html(batch, stage, frame.lang))
    if stage in BUSY:
        if st.button(t("Cancel"), key=f"cancel_{batch.id}") and not here.stop(batch):
            widgets.note(t("It is too late to cancel: the data are being published."))
        return
    if batch.report is not None:
        show(report_html(batch.report, stage, frame.home, frame.lang))
    asked = _asked(frame, batch) if stage == "checked" else Asked()
    with st.container(horizontal=True):
        if stage == "checked" and st.button(t("Load"), key=f"load_{batch.id}", type="primary"):
            here.load(batch, asked)
            st.rerun()
        leave = t("Discard") if stage == "checked" else t("Close")
        if st.button(leave, key=f"drop_{batch.id}"):
            here.drop(batch)
            st.rerun()


def _asked(frame: Frame, batch: Batch) -> Asked:
    """Ask from when the staff lists of a batch hold, and whether they have all of their teams."""
    t = frame.t
    later = [one for one in batch.report.lists if one.since != BEGINNING]
    if not later:
        return Asked()
    since = later[0].since
    as_of = st.date_input(t("The staff list holds from"), since, key=f"as_of_{batch.id}")
    complete = False
    if any(one.missing for one in later):
        for one in later:
            show(h.p[t(LIST_QUESTION).format(file=one.name, listed=one.listed, members=one.members)])
        part, everyone = t("A part: nobody leaves"), t("Everyone: who is missing has left")
        complete = st.radio(t("Staff list"), (part, everyone), key=f"complete_{batch.id}") == everyone
    return Asked(as_of if as_of != since else None, complete)


def _busy(here: Uploads) -> bool:
    return any(batch.stage in BUSY for batch in here.batches())
