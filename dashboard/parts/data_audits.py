"""The part of the page “Data” that shows what the audits found, the most important first."""

from __future__ import annotations

from itertools import groupby

import htpy as h
import polars as pl
import streamlit as st

from dashboard.markup.pieces import table
from dashboard.parts import common as widgets
from dashboard.parts.page_html import show
from dashboard.parts.session import Frame
from dashboard.words import frames as tables
from etl.books.book_lists import audit_counts, audit_rows
from etl.errors import N_

# Importance → its words and the chip that they stand in.
IMPORTANCE = {
    3: (N_("Figures may be wrong"), "missed"),
    2: (N_("Some rows are in doubt"), "cannot_tell"),
    1: (N_("Good to know"), "no_target"),
}


def audits(frame: Frame) -> None:
    """Show every finding with what to do next, and the rows of one of them."""
    t, lang, snapshot = frame.t, frame.lang, frame.view.snapshot
    st.subheader(t("Audits"), anchor=False)
    found = tables.findings(audit_counts(snapshot).filter(pl.col("found") > 0), lang)
    if not found:
        widgets.note(t("The audits found nothing odd."))
        return
    widgets.note(
        t(
            "Odd rows. They are loaded, and an impossible value in them counts as unknown; "
            "nothing is corrected silently."
        )
    )
    headings = (t("Audit"), t("Where"), t("Rows found"), t("What to do"))
    for importance, some in groupby(found, key=lambda one: one.importance):
        text, tone = IMPORTANCE[importance]
        rows = [(one.title, one.where, one.found, one.todo) for one in some]
        title = h.p(".kpi-group")[h.span(class_=f"kpi-chip kpi-{tone}")[t(text)]]
        show(h.fragment[title, table(headings, rows, numbers=(2,))])
    at = st.selectbox(
        t("Rows found"),
        range(len(found)),
        format_func=lambda n: f"{found[n].where} · {found[n].title}",
        key="audit",
        filter_mode=None,
    )
    one = found[at]
    rows = audit_rows(snapshot, one.audit, one.file_id, limit=widgets.ROWS_SHOWN)
    shown = tables.audit_rows_shown(rows, one.audit, lang)
    st.dataframe(shown, hide_index=True, placeholder="–", height=240, alt=one.title)
    if len(shown) < one.found:
        widgets.note(t("{shown} of {found} are shown.").format(shown=len(shown), found=f"{one.found:,}"))
