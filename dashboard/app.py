"""The frame around every page: the pages, what they are about, and one calm sentence when something fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import htpy as h
import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.navigation.page import Page

from dashboard.log import log_fault
from dashboard.parts import bar, sidebar
from dashboard.parts import common as widgets
from dashboard.parts.page_html import show, style
from dashboard.parts.session import (
    Frame,
    adopt,
    known_people,
    known_teams,
    on_wall,
    read_choice,
    write_choice,
)
from dashboard.server import access
from dashboard.server.address import Choice
from dashboard.words.numbers import as_of_text, lost_text
from dashboard.words.places import HOME, PAGES, Named
from dashboard.words.translate import Translate, problem_text, words
from etl.errors import Problem
from etl.home import find_home
from kpi.figures.subjects import find_subject
from kpi.figures.view import View, as_of, is_lost, months, open_view
from kpi.scope import Scope, Subject, parse_month, period_of
from kpi.sheets.closing import opening_month

HERE = Path(__file__).resolve().parent
DRAWN = h.i(".kpi-drawn", hidden=True)


def main() -> None:
    if access.who() is None:
        widgets.warning(words(st.query_params.get("lang", "en"))("This dashboard is not open to you."))
        return
    home = find_home()
    view = open_view(home)
    known = months(view)
    opens = opening_month(view, known)
    latest = parse_month(opens) if opens else period_of("month", date.today())
    choice = read_choice(latest, home.settings.language)
    if known and first_data(view):
        adopt(replace(choice, period=parse_month(known[0])))
        choice = st.session_state["choice"]
    t = words(choice.lang)
    pages = {page.view: _page(page, t) for page in PAGES}
    page = st.navigation(list(pages.values()), position="hidden")
    here = next(one for one in PAGES if pages[one.view] == page)
    if here.alone or (on_wall() and here.view == HOME):
        show(h.div(class_=["kpi-alone", {"kpi-wall": not here.alone}]))
    with st.sidebar:
        sidebar.brand(home.settings.organisation)
        links = st.container(key="places", gap=None)
        sidebar.choose_language(choice, t)
        widgets.note(as_of_text(as_of(view), choice.lang))
    choice, subject, corner = choose(view, choice, known, t)
    with links:
        sidebar.place_links(pages, here.view, choice, t)
    write_choice(choice)
    tell_newer(view, choice.lang)
    month = period_of("month", choice.period.end)
    if is_lost(view, month):
        widgets.warning(lost_text(month.month, choice.lang))
    st.session_state["frame"] = Frame(home, view, Scope(choice.period, subject), choice, t, corner)
    try:
        page.run()
    finally:
        st.session_state.pop("frame", None)  # an idle tab must not keep a snapshot open


def _page(page: Named, t: Translate) -> Page:
    """A page for Streamlit; the first one opens by itself."""
    path = HERE / "views" / f"{page.view}.py"
    return st.Page(path, title=t(page.name), url_path=page.view, default=page.view == HOME)


def choose(
    view: View, choice: Choice, known: Sequence[str], t: Translate
) -> tuple[Choice, Subject, DeltaGenerator]:
    """Draw the bar: what is chosen in it, whose figures these are, and the place of the exports.

    For an unknown name, warn and show everyone instead.
    """
    place = st.container(key="bar", horizontal=True, vertical_alignment="center", gap="small")
    teams = known_teams(view)
    if choice.team not in teams:
        _known(view, choice.lang, team=choice.team)
    chosen = _known(view, choice.lang, agent=choice.agent)
    with place:
        period = bar.choose_period(choice, known, t)
        team = bar.choose_team(choice, teams, t)
        agent = bar.choose_agent(known_people(view, period, team), chosen, t)
        choice = Choice(choice.lang, period, team, agent)
        bar.search(choice, t)
        corner = st.container(key="bar_corner", width="content")
    subject = Subject()
    if agent:
        subject = find_subject(view, agent=agent)
    elif team:
        subject = find_subject(view, team=team)
    return choice, subject, corner


def _known(view: View, lang: str, *, team: str = "", agent: str = "") -> Subject:
    """Find the subject that an address names; everyone, with a warning, when it is not known."""
    try:
        return find_subject(view, team=team, agent=agent)
    except Problem as problem:
        widgets.warning(" ".join(problem_text(problem, lang)[1:]))
        return Subject()


def first_data(view: View) -> bool:
    """Whether this session was begun without any data, and there are some now."""
    return view.snapshot is not None and st.session_state.get("snapshot", view.snapshot.id) is None


def tell_newer(view: View, lang: str) -> None:
    """Say once, in a passing note, that newer data was loaded since this session's last run."""
    now = view.snapshot.id if view.snapshot else None
    before = st.session_state.get("snapshot", now)
    st.session_state["snapshot"] = now
    if before is not None and before != now:
        st.toast(f"{words(lang)('The figures were updated.')} {as_of_text(as_of(view), lang)}")


def sorry(error: Exception) -> None:
    """Tell the person in one sentence what failed; an error that is no Problem is logged in one line."""
    choice = st.session_state.get("choice")
    lang = choice.lang if choice else "en"
    if isinstance(error, Problem):
        widgets.warning(" ".join(problem_text(error, lang)))
        return
    log_fault(error)
    widgets.warning(words(lang)("Something went wrong. The reason is in the log."))


def come_into_sight() -> Callable[[], None]:
    """What lets the first page of a tab be seen, to be called when it is drawn; later ones are at once."""
    if st.session_state.get("seen"):
        show(DRAWN)
        return lambda: None
    place = st.empty()

    def seen() -> None:
        st.session_state["seen"] = True
        with place:
            show(DRAWN)

    return seen


st.set_page_config("Service KPI", str(HERE / "static" / "icon.png"), layout="wide")
style("page.css")
drawn = come_into_sight()
try:
    main()
except Exception as error:  # a page never shows a traceback
    sorry(error)
drawn()
