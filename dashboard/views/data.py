"""The data behind everything: what was loaded, what became of every row, what was set aside and why."""

from urllib.parse import urlencode

import streamlit as st

from dashboard import tables, widgets
from dashboard.formats import as_of_text
from dashboard.pieces import table
from dashboard.session import current
from kpi.ledger import audit_counts, audit_rows, file_rows, reject_rows
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
    odd = [row for row in audit_counts(snapshot).rows() if row[2]]
    if odd:
        widgets.note(t("Odd rows that were loaded all the same; nothing is corrected silently."))
        titled = [(name, tables.audit_title(audit, lang), found) for audit, name, found in odd]
        st.html(table((t("File"), t("Audit"), t("Rows found")), titled, numbers=(2,)))
        at = st.selectbox(
            t("Rows found"),
            range(len(odd)),
            format_func=lambda n: f"{titled[n][0]} · {titled[n][1]}",
            key="audit",
            filter_mode=None,
        )
        found = audit_rows(snapshot, *odd[at][:2]).head(widgets.ROWS_SHOWN)
        found = found.rename({"row": t("File row"), "detail": t("Detail")})
        st.dataframe(found, hide_index=True, height=240, alt=titled[at][1])
    else:
        widgets.note(t("The audits found nothing odd."))

    st.subheader(t("Rejected rows"), anchor=False)
    aside = reject_rows(frame.home)
    if aside.height:
        names = aside["file"].unique(maintain_order=True).to_list()
        one = st.selectbox(
            t("File"), [None, *names], format_func=lambda name: name or t("All files"), key="reject_file"
        )
        rows = reject_rows(frame.home, one).head(widgets.ROWS_SHOWN)
        st.dataframe(tables.rejects_shown(rows, lang), hide_index=True, height=320, alt=t("Rejected rows"))
        query = urlencode({"lang": lang} | ({"file": one} if one else {}))
        widgets.download(f"/export/rejects/rejects.csv?{query}", t("All rejected rows as CSV"))
    else:
        widgets.note(t("No row was rejected."))
