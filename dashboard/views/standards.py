"""The service standards: each vague demand beside its specific form, kept or not; ticket limits below."""

import streamlit as st

from dashboard.markup import lists
from dashboard.parts import common as widgets
from dashboard.parts.page import page
from dashboard.parts.page_html import show
from dashboard.parts.session import Frame
from etl.errors import N_
from kpi.sheets.standards import standards_sheet
from kpi.sheets.values import StandardsSheet


def _draw(frame: Frame, sheet: StandardsSheet) -> None:
    t, lang = frame.t, frame.lang
    for row in sheet.rows:
        with st.container(border=True, key=f"card_{row.standard.key}"):
            left, right = st.columns((5, 2.2), vertical_alignment="center")
            with left:
                widgets.sheet(frame, lists.standard_html(row, lang), key=f"standard_{row.standard.key}")
            with right:
                widgets.trend(row, lang)
    st.subheader(t("Ticket limits by service item"), anchor=False)
    widgets.note(t("These limits run on the 24×7 clock: nights, weekends and holidays count."))
    widgets.sheet(frame, lists.items_html(sheet.items, lang), key="items")
    st.subheader(t("Causes in the documents"), anchor=False)
    widgets.note(t("To read up on; a goal sheet offers causes that can be said in front of others."))
    show(lists.document_causes_html(frame.view.catalog.causes, lang))


page(
    N_("Service standards"),
    _draw,
    find=lambda frame: standards_sheet(frame.view, frame.scope),
    rows=lambda sheet: sheet.rows,
    exported="standards",
)
