"""The parts of the page “Data”: watched folders, files with their accounting, audits, rejected rows."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

import htpy as h
import streamlit as st

from dashboard.markup.pieces import table
from dashboard.parts import common as widgets
from dashboard.parts.page_html import show
from dashboard.parts.session import Frame
from dashboard.words import frames as tables
from dashboard.words.watched_folder import failed_rows, state_text
from etl.books.book_lists import file_rows, reject_counts, reject_rows, settled_rows
from etl.watching.watch_state import Watched, ask_again, watched

WATCH_S = 5.0


def folders(frame: Frame) -> None:
    """Show the folders that `service-kpi watch` looks into, their last run, and what could not be loaded."""
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
    show(h.fragment[h.p(".kpi-batch")[one.folder], [h.p(".kpi-note")[line] for line in lines]])
    if not one.failed:
        return
    show(table((t("File"), t("Why it was not loaded"), t("Tried"), t("State")), failed_rows(one, lang)))
    if st.button(t("Try again"), key=f"again_{place}"):
        heard = ask_again(frame.home, Path(one.folder))
        widgets.note(
            t("They are tried again now.")
            if heard
            else t("They are tried again as soon as “service-kpi watch” runs again.")
        )


def accounting(frame: Frame) -> None:
    """Show the accounting identity, every loaded file with its own, and the remarks of its load."""
    t, lang = frame.t, frame.lang
    books = file_rows(frame.view.snapshot)
    widgets.accounting(tables.totals(books, lang))
    st.subheader(t("Files"), anchor=False)
    show(table(*tables.files(books, lang), numbers=range(3, 10)))
    if remarks := tables.remarks(books, lang):
        show(table((t("File"), t("Remark")), remarks))


def rejects(frame: Frame) -> None:
    """Show the rows set aside, links to download and correct them, and the rows settled since."""
    t, lang, snapshot = frame.t, frame.lang, frame.view.snapshot
    st.subheader(t("Rejected rows"), anchor=False)
    settled = settled_rows(snapshot, limit=widgets.ROWS_SHOWN)
    names = tables.file_names(reject_counts(snapshot), lang)
    if names:
        _rejects(frame, names)
    elif settled.height:
        widgets.note(t("No rejected row is left to correct."))
    else:
        widgets.note(t("No row was rejected."))
    if settled.height:
        show(h.p(".kpi-group")[t("Settled since")])
        shown = tables.settled_shown(settled, lang)
        st.dataframe(shown, hide_index=True, placeholder="–", height=200, alt=t("Settled since"))


def _rejects(frame: Frame, names: dict[int, str]) -> None:
    t, lang, snapshot = frame.t, frame.lang, frame.view.snapshot
    one = st.selectbox(
        t("File"),
        [None, *names],
        format_func=lambda file_id: names.get(file_id, t("All files")),
        key="reject_file",
    )
    rows = reject_rows(snapshot, file_id=one, limit=widgets.ROWS_SHOWN)
    st.dataframe(
        tables.rejects_shown(rows, lang), hide_index=True, placeholder="–", height=320, alt=t("Rejected rows")
    )
    query = urlencode({"lang": lang} | ({"file_id": one} if one else {}))
    links = (("xlsx", t("Rejected rows as a workbook to correct")), ("csv", t("All rejected rows as CSV")))
    listed = [h.a(href=f"/export/rejects/rejects.{fmt}?{query}", download=True)[text] for fmt, text in links]
    show(h.div(".kpi-exports")[listed])
    widgets.note(t("Correct its cells and load it like any other file: what is right leaves this list."))
