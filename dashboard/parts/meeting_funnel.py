"""The funnel of the page that prepares meetings, and the way from a name on it to that person's sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import htpy as h
import streamlit as st

from dashboard.parts.page_html import show
from dashboard.parts.session import Frame, adopt
from dashboard.server.address import Choice
from dashboard.words.numbers import value_text
from dashboard.words.translate import in_words, words
from kpi.scope import Period, Subject

if TYPE_CHECKING:
    from kpi.analysis.team_funnel import Funnel


def open_sheet(choice: Choice, agent: str) -> None:
    """Leave this page for one person's goal sheet."""
    adopt(Choice(choice.lang, choice.period, choice.team, agent))
    st.switch_page("views/goals.py")


def team_funnel(frame: Frame, month: Period, people: list[Subject], first: str = "") -> None:
    """Show the funnel of these people, first of the indicator `first`; names are hidden unless asked for."""
    from kpi.analysis.team_funnel import funnel, public  # scipy.stats takes seconds to import, once

    t, lang, indicators = frame.t, frame.lang, frame.view.catalog.indicators
    keys = [key for key in frame.view.catalog.profiles["person"] if indicators[key].how.below]
    show(h.p(".kpi-group")[t("The team: who differs by more than chance")])
    left, right = st.columns((3, 2), vertical_alignment="bottom")
    key = left.selectbox(
        t("Indicator"),
        keys,
        index=keys.index(first) if first in keys else 0,
        format_func=lambda key: in_words(indicators[key].name, lang),
        key="funnel_indicator",
        filter_mode=None,
    )
    hidden = right.toggle(t("Hide names"), value=True, key="funnel_hidden")
    found = funnel(frame.view, month, people, key) if key else None
    if found is None:
        show(h.p(".kpi-note")[t("Too few people with data for a funnel.")])
        return
    # Hidden names never leave the server: they are not in the data of the chart at all.
    shown = public(found) if hidden else found
    said = _funnel_text(shown, lang)
    st.vega_lite_chart(spec=_spec(repr(shown), lang, shown), width="stretch", theme="streamlit", alt=said)
    show(h.p(".kpi-note")[said])


def _funnel_text(funnel: Funnel, lang: str) -> str:
    """The funnel in words."""
    t = words(lang)
    beyond = sum(bool(dot.beyond) and not dot.small for dot in funnel.dots)
    small = sum(dot.small for dot in funnel.dots)
    lines = [
        t("{people} people around {centre}; solid line 95%, dashed 99.8% limits.").format(
            people=len(funnel.dots), centre=value_text(funnel.centre, funnel.indicator.unit, lang)
        ),
        t("{n} beyond the 99.8% limits.").format(n=beyond),
        t("{n} with too few rows to judge (hollow).").format(n=small) if small else "",
        t("The people differ by more than chance; the limits allow for that.") if funnel.spread else "",
    ]
    return " ".join(filter(None, lines))


@st.cache_data(max_entries=100, show_spinner=False)
def _spec(drawn_from: str, lang: str, _funnel: Funnel) -> dict:
    from dashboard.charts.funnel import funnel_chart

    return funnel_chart(_funnel, lang).to_dict()
