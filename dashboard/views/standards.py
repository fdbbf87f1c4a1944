"""The service standards: each vague demand beside its specific form, kept or not; ticket limits below."""

import streamlit as st

from dashboard.html import lists
from dashboard.parts import common as widgets
from dashboard.parts.session import current
from dashboard.words.attention import attention_line
from dashboard.words.numbers import as_of_text
from kpi.sheets.standards import standards_sheet

frame = current()
t, lang = frame.t, frame.lang
widgets.heading(frame, t("Service standards"), widgets.scope_line(frame, frame.scope), "standards")
if not widgets.empty_home(frame):
    sheet = standards_sheet(frame.view, frame.scope)
    widgets.attention(attention_line(sheet.rows, lang), sheet.rows)
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
    widgets.corrections(sheet, lang)
    widgets.note(as_of_text(sheet.heading.as_of, lang))
