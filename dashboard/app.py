"""The frame around every page: the pages, what they are about, and one calm sentence when something fails."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import htpy as h
import streamlit as st

from dashboard.log import log_fault
from dashboard.parts import common as widgets
from dashboard.parts import sidebar as widgets_frame
from dashboard.parts.page_html import show, style
from dashboard.parts.session import Frame, known_people, known_teams, read_choice, write_choice
from dashboard.server import access
from dashboard.server.address import Choice
from dashboard.words.numbers import as_of_text, lost_text
from dashboard.words.translate import Translate, problem_text, words
from etl.errors import Problem
from etl.home import find_home
from kpi.figures.subjects import find_subject
from kpi.figures.view import View, as_of, is_lost, months, open_view
from kpi.scope import Scope, Subject, parse_month, period_of

HERE = Path(__file__).resolve().parent


def pages(t: Translate) -> list[tuple]:
    """Every page with the icon of its link; the first one opens by itself."""
    listed = (
        ("overview", t("Overview"), ":material/dashboard:"),
        ("goals", t("Goal sheet"), ":material/flag:"),
        ("meeting_prep", t("What to talk about"), ":material/forum:"),
        ("meeting", t("Meeting"), ":material/groups:"),
        ("targets", t("Targets of a team"), ":material/table_edit:"),
        ("appraisal", t("Appraisal"), ":material/assignment_ind:"),
        ("standards", t("Service standards"), ":material/verified:"),
        ("indicators", t("Indicators"), ":material/monitoring:"),
        ("corrections", t("Corrections"), ":material/edit_note:"),
        ("data", t("Data"), ":material/database:"),
        ("mapping", t("Map a file"), ":material/schema:"),
    )
    return [
        (st.Page(HERE / "views" / f"{name}.py", title=title, url_path=name, default=name == "overview"), icon)
        for name, title, icon in listed
    ]


def main() -> None:
    st.set_page_config("Service KPI", str(HERE / "static" / "icon.png"), layout="wide")
    style("page.css")
    if access.who() is None:
        widgets.warning(words(st.query_params.get("lang", "en"))("This dashboard is not open to you."))
        return
    home = find_home()
    view = open_view(home)
    known = months(view)
    latest = parse_month(known[0]) if known else period_of("month", date.today())
    choice = read_choice(latest)
    t = words(choice.lang)
    listed = pages(t)
    page = st.navigation([entry for entry, _ in listed], position="hidden")
    with st.sidebar:
        show(h.p(".kpi-brand")["Service KPI", h.small[home.settings.organisation]])
        links = st.container(gap="xxsmall")
        period = widgets_frame.choose_period(choice, known, t)
        choice, subject = choose_subject(view, Choice(choice.lang, period, choice.team, choice.agent), t)
        widgets_frame.choose_language(choice, t)
        widgets.note(as_of_text(as_of(view), choice.lang))
    with links:
        widgets_frame.page_links(listed, choice)
    write_choice(choice)
    tell_newer(view, choice.lang)
    month = period_of("month", choice.period.end)
    if is_lost(view, month):
        widgets.warning(lost_text(month.month, choice.lang))
    st.session_state["frame"] = Frame(home, view, Scope(choice.period, subject), choice, t)
    try:
        page.run()
    finally:
        st.session_state.pop("frame", None)  # an idle tab must not keep a snapshot open


def choose_subject(view: View, choice: Choice, t: Translate) -> tuple[Choice, Subject]:
    """Let the sidebar choose team and person; for an unknown name, warn and show everyone instead."""
    teams = known_teams(view)
    if choice.team not in teams:
        _known(view, choice.lang, team=choice.team)
    team = widgets_frame.choose_team(choice, teams, t)
    chosen = _known(view, choice.lang, agent=choice.agent)
    agent = widgets_frame.choose_agent(known_people(view, choice.period, team), chosen, t)
    subject = Subject()
    if agent:
        subject = find_subject(view, agent=agent)
    elif team:
        subject = find_subject(view, team=team)
    return Choice(choice.lang, choice.period, team, agent), subject


def _known(view: View, lang: str, *, team: str = "", agent: str = "") -> Subject:
    """Find the subject that an address names; everyone, with a warning, when it is not known."""
    try:
        return find_subject(view, team=team, agent=agent)
    except Problem as problem:
        widgets.warning(" ".join(problem_text(problem, lang)[1:]))
        return Subject()


def tell_newer(view: View, lang: str) -> None:
    """Say once, in a passing note, that newer data was loaded since this session's last run."""
    now = view.snapshot.id if view.snapshot else None
    before = st.session_state.get("snapshot", now)
    st.session_state["snapshot"] = now
    if before != now:
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


try:
    main()
except Exception as error:  # a page never shows a traceback
    sorry(error)
