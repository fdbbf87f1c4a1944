"""The data behind everything: what was loaded, what became of every row, what was set aside and why."""

from urllib.parse import urlencode

import polars as pl
import streamlit as st

from dashboard import tables, widgets
from dashboard.formats import as_of_text
from dashboard.pieces import table
from dashboard.session import current
from kpi.ledger import audit_counts, audit_rows, file_rows, reject_counts, reject_rows
from kpi.view import as_of

frame = current()
t, lang, snapshot = frame.t, frame.lang, frame.view.snapshot
widgets.heading(frame, t("Data"), as_of_text(as_of(frame.view), lang))
if not widgets.empty_home(frame):
    books = file_rows(snapshot)
    widgets.accounting(tables.totals(books, lang))
    st.subheader(t("Files"), anchor=False)
    st.html(table(*tables.files(books, lang), numbers=range(3, 10)))
    if remarks := tables.remarks(books, lang):
        st.html(table((t("File"), t("Remark")), remarks))

    st.subheader(t("Audits"), anchor=False)
    odd = audit_counts(snapshot).filter(pl.col("found") > 0)
    if odd.height:
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
    else:
        widgets.note(t("The audits found nothing odd."))

    st.subheader(t("Rejected rows"), anchor=False)
    names = tables.file_names(reject_counts(snapshot), lang)
    if names:
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
    else:
        widgets.note(t("No row was rejected."))
