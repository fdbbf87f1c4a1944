"""The bar on top of every page: period, team and person, and a search that leads to any of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import htpy as h
import streamlit as st

from dashboard.parts.page_html import as_text, script
from dashboard.parts.session import ASKED_FIGURE, adopt, go, preset
from dashboard.server.address import Choice, parse_period, period_key, periods, to_address
from dashboard.words.numbers import period_text
from dashboard.words.translate import Translate
from etl.errors import N_
from kpi.scope import PERIOD_KINDS, Period, PeriodKind, Subject, parse_month, period_of

# What the choice of periods says where it leads to those of another kind.
KINDS: dict[PeriodKind, str] = {
    "day": N_("By day …"),
    "week": N_("By week …"),
    "month": N_("By month …"),
    "quarter": N_("By quarter …"),
    "year": N_("By year …"),
    "range": N_("From – to …"),
}
TYPED: dict[PeriodKind, str] = {"day": N_("Day"), "range": N_("From–to")}  # kinds whose days are typed

LONG = 24  # so many periods are a list to scroll in, at whose end nobody looks

_search = st.components.v2.component("service_kpi_search", js=script("search.js"), isolate_styles=False)


def choose_period(choice: Choice, months: Sequence[str], t: Translate) -> Period:
    """Choose the period among those of its kind that have data, or another kind of period."""
    old = choice.period
    last = parse_month(months[0]).end if months else old.end
    options = [] if old.kind in TYPED else periods(old.kind, months)
    if old not in options and old.kind not in TYPED:
        options = sorted([*options, old], reverse=True)
    now = old.kind if old.kind in TYPED else period_key(old)
    own = {period_key(option): period_text(option, choice.lang) for option in options}
    own |= {kind: t(text) for kind, text in TYPED.items() if kind == old.kind}
    others = {kind: t(text) for kind, text in KINDS.items() if kind != old.kind}
    named = own | others if len(own) <= LONG else others | own
    preset("choose_period", list(named), now)
    with st.container(key="bar_period"):
        key = st.selectbox(
            t("Period"),
            list(named),
            format_func=lambda known: named.get(known, known),
            key="choose_period",
            label_visibility="collapsed",
            filter_mode=None,
        )
    if key in PERIOD_KINDS and key != old.kind:
        near = period_of("day", min(old.end, last)) if key == "range" else period_of(key, min(old.end, last))
        if key == "range":
            near = Period(max(old.start, near.end - timedelta(days=27)), near.end, "range")
        go(replace(choice, period=near))
    if old.kind == "day":
        return _choose_day(old, t)
    if old.kind == "range":
        return _choose_range(old, t)
    return parse_period(key) or old


def _choose_day(old: Period, t: Translate) -> Period:
    with st.container(key="bar_day"):
        day = st.date_input(
            t("Day"), old.start, key="choose_day", format="YYYY-MM-DD", label_visibility="collapsed"
        )
    return period_of("day", day) if isinstance(day, date) else old


def _choose_range(old: Period, t: Translate) -> Period:
    with st.container(key="bar_range", horizontal=True):
        first = st.date_input(
            t("From"), old.start, key="choose_range_from", format="YYYY-MM-DD", label_visibility="collapsed"
        )
        until = st.date_input(
            t("To"), old.end, key="choose_range_to", format="YYYY-MM-DD", label_visibility="collapsed"
        )
    if not isinstance(first, date) or not isinstance(until, date):
        return old
    return Period(min(first, until), max(first, until), "range")


def choose_team(choice: Choice, teams: Sequence[str], t: Translate) -> str:
    """Choose the team, "" for all."""
    options = ["", *teams]
    preset("choose_team", options, choice.team if choice.team in options else "")
    with st.container(key="bar_team"):
        return st.selectbox(
            t("Team"),
            options,
            format_func=lambda team: team or t("All teams"),
            key="choose_team",
            label_visibility="collapsed",
            filter_mode=None,
        )


def choose_agent(people: Sequence[Subject], chosen: Subject, t: Translate) -> str:
    """Choose the id of a person among `people`, "" for everyone; the one chosen stays in the list."""
    named = {person.id: person for person in people}
    if chosen.is_person:
        named.setdefault(chosen.id, chosen)
    options = ["", *named]
    preset("choose_agent", options, chosen.id)
    with st.container(key="bar_agent"):
        return st.selectbox(
            t("Person"),
            options,
            format_func=lambda agent: person_text(named[agent]) if agent else t("Everyone"),
            key="choose_agent",
            placeholder=t("Everyone"),
            label_visibility="collapsed",
        )


def person_text(person: Subject) -> str:
    """A person in a list: the name, and the id behind it."""
    return f"{person.name} · {person.id}" if person.name and person.name != person.id else person.id


def search(choice: Choice, t: Translate) -> None:
    """Draw the search, and open what was chosen in it: a person's or a team's sheet, a figure, a page."""
    asks = t("Search people, teams, indicators")
    html = h.div(".kpi-search")[
        h.input(
            type="search",
            role="combobox",
            placeholder=asks,
            aria_label=asks,
            aria_expanded="false",
            aria_controls="kpi-hits",
            aria_autocomplete="list",
            autocomplete="off",
            spellcheck="false",
            maxlength="100",
        ),
        h.kbd["Ctrl K"],
        h.ul("#kpi-hits", role="listbox", aria_label=asks, hidden=True),
    ]
    said = {
        "person": t("Person"),
        "team": t("Team"),
        "indicator": t("Indicator"),
        "page": t("Page"),
        "nothing": t("Nothing is called so."),
    }
    data = {"html": as_text(html), "period": period_key(choice.period), "lang": choice.lang, "words": said}
    with st.container(key="bar_search"):
        found = _search(key="search", data=data, on_found_change=lambda: None).found
    # A run that is broken off for another keeps what was chosen; every choice has a turn of its own.
    if not found or st.session_state.get("found") == found["turn"]:
        return
    st.session_state["found"] = found["turn"]
    _open(choice, found)


def _open(choice: Choice, found: dict[str, str]) -> None:
    team, agent = found["team"], found["agent"]
    if team or agent:
        choice = replace(choice, team=team or choice.team * (not agent), agent=agent)
    if found["figure"]:
        st.session_state[ASKED_FIGURE] = found["figure"]
    adopt(choice)
    st.switch_page(f"views/{found['page']}.py", query_params=to_address(choice))
