"""The part of a page that files are dropped on, and that shows what is done with them."""

from __future__ import annotations

from html import escape
from pathlib import Path

import streamlit as st

from dashboard.html.uploads import head_html, report_html
from dashboard.intake.batches import BUSY, Batch, Uploads, uploads_of
from dashboard.parts import common as widgets
from dashboard.parts.session import Frame

ASSETS = Path(__file__).parents[1] / "assets"
BUSY_S, IDLE_S = 1.0, 5.0  # between two looks at what other browsers may have begun

_zone = st.components.v2.component(
    "service_kpi_upload",
    js=(ASSETS / "upload.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def uploads(frame: Frame) -> None:
    """The place to drop files, and every batch of this server: also those of other browsers."""
    here = uploads_of(frame.home)
    st.html(f"<style>{(ASSETS / 'upload.css').read_text(encoding='utf-8')}</style>")
    st.subheader(frame.t("Load files"), anchor=False)
    if (batch := drop_zone(frame, here, "uploads")) is not None:
        here.check(batch)
    busy = _busy(here)
    st.fragment(run_every=BUSY_S if busy else IDLE_S)(_batches)(frame, here, busy)


def drop_zone(frame: Frame, here: Uploads, key: str) -> Batch | None:
    """The place to drop files on; the batch that they came in last."""
    t, size = frame.t, here.limit >> 20
    html = (
        f'<div class="kpi-drop"><p>{escape(t("Drop exports here: CSV, Excel, or archives of them"))}<br>'
        f"<small>{escape(t('At most {size} MB at a time').format(size=size))}</small></p>"
        f'<label>{escape(t("Choose files"))}<input type="file" multiple></label></div>'
        '<ul class="kpi-sending"></ul>'
    )
    said = {
        "large": t("More than {size} MB at a time. Load it with “service-kpi load”.").format(size=size),
        "lost": t("It could not be sent. Try again."),
        "stopped": t("Stopped."),
        "stop": t("Cancel"),
    }
    data = {"html": html, "limit": here.limit, "lang": frame.lang, "words": said}
    sent = _zone(key=key, data=data, on_sent_change=lambda: None).sent
    return here.find(sent) if sent else None


def _batches(frame: Frame, here: Uploads, busy: bool) -> None:
    """Every batch as it is now. When one begins or ends the page is drawn anew: its tables change."""
    for batch in here.batches():
        with st.container(border=True, key=f"card_upload_{batch.id}"):
            _batch(frame, here, batch)
    if _busy(here) != busy:
        st.rerun()


def _batch(frame: Frame, here: Uploads, batch: Batch) -> None:
    t, stage = frame.t, batch.stage
    st.html(head_html(batch, stage, frame.lang))
    if stage in BUSY:
        if st.button(t("Cancel"), key=f"cancel_{batch.id}") and not here.stop(batch):
            widgets.note(t("It is too late to cancel: the data are being published."))
        return
    if batch.report is not None:
        st.html(report_html(batch.report, stage, frame.home, frame.lang))
    with st.container(horizontal=True):
        if stage == "checked" and st.button(t("Load"), key=f"load_{batch.id}", type="primary"):
            here.load(batch)
            st.rerun()
        leave = t("Discard") if stage == "checked" else t("Close")
        if st.button(leave, key=f"drop_{batch.id}"):
            here.drop(batch)
            st.rerun()


def _busy(here: Uploads) -> bool:
    return any(batch.stage in BUSY for batch in here.batches())
