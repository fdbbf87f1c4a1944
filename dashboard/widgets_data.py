"""The parts of the page “Data”: watched folders, files with their accounting, audits, rejected rows."""

from __future__ import annotations

from html import escape
from pathlib import Path
from urllib.parse import urlencode

import polars as pl
import streamlit as st

from dashboard import tables, widgets
from dashboard.pieces import table
from dashboard.session import Frame
from dashboard.watch_shown import failed_rows, state_text
from etl.watch_state import Watched, ask_again, watched
from kpi.ledger import audit_counts, audit_rows, file_rows, reject_counts, reject_rows

WATCH_S = 5.0


def folders(frame: Frame) -> None:
    """The folders that `service-kpi watch` looks into, their last run, and what could not be loaded."""
    if watched(frame.home):
        st.subheader(frame.t("Watched folders"), anchor=False)
        st.fragment(run_every=WATCH_S)(_folders)(frame)


def _folders(frame: Frame) -> None:
    for place, one in enumerate(watched(frame.home)):
        with st.container(border=True, key=f"card_watch_{place}"):
            _folder(frame, one, place)


def _folder(frame: Frame, one: Watched, place: int) -> None:
    t, lang = frame.t, frame.lang
    lines = state_text(one, lang)
    notes = "".join(f'<p class="kpi-note">{escape(line)}</p>' for line in lines)
    st.html(f'<p class="kpi-batch">{escape(one.folder)}</p>{notes}')
    if not one.failed:
        return
    st.html(table((t("File"), t("Why it was not loaded"), t("Tried"), t("State")), failed_rows(one, lang)))
    if st.button(t("Try again"), key=f"again_{place}"):
        heard = ask_again(frame.home, Path(one.folder))
        widgets.note(
            t("They are tried again now.")
            if heard
            else t("They are tried again as soon as “service-kpi watch” runs again.")
        )


def accounting(frame: Frame) -> None:
    """The accounting identity, every loaded file with its own, and what a load remarked on."""
    t, lang = frame.t, frame.lang
    books = file_rows(frame.view.snapshot)
    widgets.accounting(tables.totals(books, lang))
    st.subheader(t("Files"), anchor=False)
    st.html(table(*tables.files(books, lang), numbers=range(3, 10)))
    if remarks := tables.remarks(books, lang):
        st.html(table((t("File"), t("Remark")), remarks))


def audits(frame: Frame) -> None:
    """What the audits found, and the rows of one of them."""
    t, lang, snapshot = frame.t, frame.lang, frame.view.snapshot
    st.subheader(t("Audits"), anchor=False)
    odd = audit_counts(snapshot).filter(pl.col("found") > 0)
    if not odd.height:
        widgets.note(t("The audits found nothing odd."))
        return
    widgets.note(
        t(
            "Odd rows. They are loaded, and an impossible value in them counts as unknown; "
            "nothing is corrected silently."
        )
    )
    titled = tables.audits(odd, lang)
    st.html(table((t("File"), t("Audit"), t("Rows found")), titled, numbers=(2,)))
    at = st.selectbox(
        t("Rows found"),
        range(odd.height),
        format_func=lambda n: f"{titled[n][0]} · {titled[n][1]}",
        key="audit",
        filter_mode=None,
    )
    found = audit_rows(snapshot, odd["audit"][at], odd["file_id"][at], limit=widgets.ROWS_SHOWN)
    st.dataframe(tables.audit_rows_shown(found, lang), hide_index=True, height=240, alt=titled[at][1])


def rejects(frame: Frame) -> None:
    """The rows set aside, as a list, and to take away."""
    t, lang, snapshot = frame.t, frame.lang, frame.view.snapshot
    st.subheader(t("Rejected rows"), anchor=False)
    names = tables.file_names(reject_counts(snapshot), lang)
    if not names:
        widgets.note(t("No row was rejected."))
        return
    one = st.selectbox(
        t("File"),
        [None, *names],
        format_func=lambda file_id: names.get(file_id, t("All files")),
        key="reject_file",
    )
    rows = reject_rows(snapshot, file_id=one, limit=widgets.ROWS_SHOWN)
    st.dataframe(tables.rejects_shown(rows, lang), hide_index=True, height=320, alt=t("Rejected rows"))
    query = urlencode({"lang": lang} | ({"file_id": one} if one else {}))
    widgets.download(f"/export/rejects/rejects.csv?{query}", t("All rejected rows as CSV"))
