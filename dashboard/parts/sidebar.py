"""The left side: the places with the pages inside, and the language."""

from __future__ import annotations

import htpy as h
import streamlit as st
from streamlit.navigation.page import Page

from dashboard.parts.page_html import show
from dashboard.parts.session import go, preset
from dashboard.server.address import Choice, to_address
from dashboard.words.places import PLACES, Place
from dashboard.words.translate import LANGUAGES, Translate, language_name


def brand(organisation: str) -> None:
    """Show whose dashboard this is."""
    show(h.p(".kpi-brand")["Service KPI", h.small[organisation]])


def place_links(pages: dict[str, Page], here: str, choice: Choice, t: Translate) -> None:
    """Draw a link to every place, and below that of the open one its pages.

    Each carries the choice, so that changing the page never loses it. `here` is the view of the page shown.
    """
    for place in PLACES:
        first = place.pages[0]
        open_now = any(page.view == here for page in place.pages)
        key = f"place_{'open_' * open_now}{first.view}"
        with st.container(key=key, gap=None):
            _link(pages[first.view], place.name, place.icon, choice, t)
            if open_now and len(place.pages) > 1:
                _pages_of(place, pages, here, choice, t)


def _pages_of(place: Place, pages: dict[str, Page], here: str, choice: Choice, t: Translate) -> None:
    for page in place.pages:
        with st.container(key=f"inside_{'here_' * (page.view == here)}{page.view}"):
            _link(pages[page.view], page.name, page.icon, choice, t)


def _link(page: Page, name: str, icon: str, choice: Choice, t: Translate) -> None:
    st.page_link(
        page,
        label=t(name),
        icon=f":material/{icon}:",
        query_params=to_address(choice),
        width="stretch",
    )


def choose_language(choice: Choice, t: Translate) -> None:
    """Draw the language switch; a change runs the page anew, as every word is already drawn."""
    preset("choose_lang", LANGUAGES, choice.lang)
    with st.container(key="language"):
        lang = st.segmented_control(
            t("Language"),
            LANGUAGES,
            required=True,
            format_func=language_name,
            key="choose_lang",
            width="stretch",
            label_visibility="collapsed",
        )
    if lang and lang != choice.lang:
        go(Choice(lang, choice.period, choice.team, choice.agent))
