"""The sidebar: pages, period, team and person, language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import streamlit as st
from streamlit.navigation.page import Page

from dashboard.parts.session import adopt
from dashboard.server.address import Choice, parse_period, period_key, periods, to_address
from dashboard.words.numbers import period_text
from dashboard.words.translate import LANGUAGES, Translate, language_name
from etl.errors import N_
from kpi.scope import PERIOD_KINDS, Period, PeriodKind, Subject, parse_month, period_of

KINDS: dict[PeriodKind, str] = {
    "day": N_("Day"),
    "week": N_("Week"),
    "month": N_("Month"),
    "quarter": N_("Quarter"),
    "year": N_("Year"),
    "range": N_("From–to"),
}


def page_links(pages: Sequence[tuple[Page, str]], choice: Choice) -> None:
    """Draw the links to the pages, each carrying the choice, so that changing the page never loses it."""
    for page, icon in pages:
        st.page_link(page, icon=icon, query_params=to_address(choice), width="stretch")


def choose_language(choice: Choice, t: Translate) -> None:
    """Draw the language switch; a change runs the page anew, as every word is already drawn."""
    _preset("choose_lang", LANGUAGES, choice.lang)
    lang = st.segmented_control(
        t("Language"),
        LANGUAGES,
        required=True,
        format_func=language_name,
        key="choose_lang",
        width="stretch",
    )
    if lang and lang != choice.lang:
        go(Choice(lang, choice.period, choice.team, choice.agent))


def choose_period(choice: Choice, months: Sequence[str], t: Translate) -> Period:
    """Choose the kind of period, and the period itself among those that have data."""
    old = choice.period
    _preset("choose_kind", PERIOD_KINDS, old.kind)
    kind = st.selectbox(
        t("Period"),
        PERIOD_KINDS,
        format_func=lambda known: t(KINDS[known]),
        key="choose_kind",
        filter_mode=None,
    )
    last = parse_month(months[0]).end if months else old.end
    near = old if kind == old.kind else period_of(kind, min(old.end, last))
    if kind == "day":
        day = st.date_input(
            t("Day"), near.start, key="choose_day", format="YYYY-MM-DD", label_visibility="collapsed"
        )
        return period_of("day", day if isinstance(day, date) else near.start)
    if kind == "range":
        return _choose_range(old, last, t)
    options = periods(kind, months)
    if near not in options:
        options = sorted([*options, near], reverse=True)
    keys = [period_key(option) for option in options]
    if st.session_state.get(f"choose_{kind}") not in keys:
        st.session_state[f"choose_{kind}"] = period_key(near)
    key = st.selectbox(
        t(KINDS[kind]),
        keys,
        format_func=lambda known: period_text(parse_period(known) or near, choice.lang),
        key=f"choose_{kind}",
        label_visibility="collapsed",
        filter_mode=None,
    )
    return parse_period(key) or near


def _choose_range(old: Period, last: date, t: Translate) -> Period:
    start = old.start if old.is_range else max(old.start, min(old.end, last) - timedelta(days=27))
    first = st.date_input(t("From"), start, key="choose_range_from", format="YYYY-MM-DD")
    until = st.date_input(t("To"), min(old.end, max(last, start)), key="choose_range_to", format="YYYY-MM-DD")
    if not isinstance(first, date) or not isinstance(until, date):
        return old
    return Period(min(first, until), max(first, until), "range")


def choose_team(choice: Choice, teams: Sequence[str], t: Translate) -> str:
    """Choose the team, "" for all."""
    options = ["", *teams]
    _preset("choose_team", options, choice.team if choice.team in options else "")
    return st.selectbox(
        t("Team"),
        options,
        format_func=lambda team: team or t("All teams"),
        key="choose_team",
        filter_mode=None,
    )


def choose_agent(people: Sequence[Subject], chosen: Subject, t: Translate) -> str:
    """Choose the id of a person among `people`, "" for everyone; the one chosen stays in the list."""
    named = {person.id: person for person in people}
    if chosen.is_person:
        named.setdefault(chosen.id, chosen)
    options = ["", *named]
    _preset("choose_agent", options, chosen.id)
    return st.selectbox(
        t("Person"),
        options,
        format_func=lambda agent: person_text(named[agent]) if agent else t("Everyone"),
        key="choose_agent",
        placeholder=t("Everyone"),
    )


def _preset(key: str, options: Sequence[str], value: str) -> None:
    """Give a field its value where it has none of its options.

    Through the state and not as a default, which the browser ignores in a field that it has drawn before:
    the next run would take back what `adopt` chose.
    """
    if st.session_state.get(key) not in options:
        st.session_state[key] = value


def person_text(person: Subject) -> str:
    """A person in a list: the name, and the id behind it."""
    return f"{person.name} · {person.id}" if person.name and person.name != person.id else person.id


def open_person(choice: Choice, agent: str) -> None:
    """Run the page anew for one person."""
    go(Choice(choice.lang, choice.period, choice.team, agent))


def go(choice: Choice) -> None:
    """Make `choice` the current one, also in the address, and run the page anew."""
    adopt(choice)
    st.query_params.from_dict(to_address(choice))
    st.rerun()
