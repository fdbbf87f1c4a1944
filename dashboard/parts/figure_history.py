"""What the dialog behind a figure says of its months: the chart, changes in words, causes and measures."""

from __future__ import annotations

import htpy as h
import streamlit as st

from dashboard.charts.history import history_chart
from dashboard.markup.pieces import table
from dashboard.parts.page_html import show
from dashboard.parts.session import Frame
from dashboard.words.history import changes_text, history_alt, limits_text, said_rows
from kpi.scope import Scope, period_of
from kpi.sheets.history import History, history


def figure_history(frame: Frame, key: str, scope: Scope) -> None:
    """The last thirteen months of a figure, up to the month that the scope ends in; nothing without data."""
    t, lang = frame.t, frame.lang
    month = period_of("month", scope.period.end)
    found = history(frame.view, Scope(month, scope.subject), key)
    if found is None or all(point.figure.value is None for point in found.points):
        return
    show(h.p(".kpi-group")[t("Over thirteen months")])
    st.vega_lite_chart(
        spec=_spec(repr(found), lang, found), width="stretch", theme="streamlit", alt=history_alt(found, lang)
    )
    lines = (changes_text(found, lang), limits_text(found, lang))
    show(h.fragment[[h.p(".kpi-note")[line] for line in lines]])
    if found.said:
        columns = (
            *(t("Month"), t("Cause"), t("Next target"), t("Measures"), t("Owner"), t("Due")),
            t("State of the measure"),
        )
        show(h.p(".kpi-group")[t("Causes and measures so far")])
        show(h.div(".kpi-wrap")[table(columns, said_rows(found.said, found.indicator.unit, lang))])


@st.cache_data(max_entries=200, show_spinner=False)
def _spec(drawn_from: str, lang: str, _history: History) -> dict:
    # Making a specification takes tens of milliseconds, drawing it none: all it is drawn from is its key.
    return history_chart(_history, lang).to_dict()
