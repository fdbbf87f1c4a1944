"""The frame of the running page: its home, its view of the figures, what it is about, in which language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.server.address import Choice, from_address, period_key, to_address
from dashboard.words.translate import Translate
from etl.home import Home
from kpi.figures.remembered import remembered
from kpi.figures.subjects import people, teams
from kpi.figures.view import View
from kpi.scope import Period, Scope, Subject, period_of

NAMES = ("lang", "period", "month", "team", "agent")
ASKED_FIGURE = "asked_figure"  # the indicator whose dialog the next page opens


@dataclass(frozen=True, slots=True)
class Frame:
    """The context of a page: its home, the `view` of the figures, and the `scope`: whose and when.

    `parts/page.py` makes it that of the page; before, it is that of the newest data and what is chosen.
    `corner` is the place of the exports in the bar.
    """

    home: Home
    view: View
    scope: Scope
    choice: Choice
    t: Translate
    corner: DeltaGenerator | None = None

    @property
    def lang(self) -> str:
        """The language of the page."""
        return self.choice.lang

    @property
    def monthly(self) -> Scope:
        """The scope of a monthly form: the month in which the chosen period ends."""
        period = self.scope.period
        if period.is_month:
            return self.scope
        return Scope(period_of("month", period.end), self.scope.subject)


def current() -> Frame:
    """The frame that app.py made for this run."""
    return st.session_state["frame"]


def read_choice(latest: Period, language: str = "") -> Choice:
    """What is chosen at the start of a run: the address where it says something new, else as it was.

    Where nothing says otherwise, that is the `latest` period, in the `language` or else that of the browser.

    The browser's back button, a bookmark and a hand-typed address arrive as an address that differs
    from the one written last; the session remembers the rest, so a bare address changes nothing.
    """
    state = st.session_state
    state["wall"] = st.query_params.get("wall", "1" if on_wall() else "") == "1"
    given = {name: value for name, value in st.query_params.to_dict().items() if name in NAMES}
    follows = on_wall() and not given.keys() & {"period", "month"}  # a wall goes on with the data
    if "choice" not in state or follows or (given and given != state["address"]):
        adopt(from_address(given, language or st.context.locale, latest))
    return state["choice"]


def on_wall() -> bool:
    """Whether the screen hangs on a wall: ?wall=1, without controls, and always of the newest data."""
    return bool(st.session_state.get("wall"))


def adopt(choice: Choice) -> None:
    """Make `choice` the current one, in the fields of the bar too; before those are drawn."""
    state = st.session_state
    state["choice"], state["address"] = choice, to_address(choice)
    for name in ("lang", "period", "team", "agent", "day", "range_from", "range_to"):
        state.pop(f"choose_{name}", None)


def preset(key: str, options: Sequence[str], value: str) -> None:
    """Give a field its value where it has none of its options.

    Through the state and not as a default, which the browser ignores in a field that it has drawn before:
    the next run would take back what `adopt` chose.
    """
    if st.session_state.get(key) not in options:
        st.session_state[key] = value


def go(choice: Choice) -> None:
    """Make `choice` the current one, also in the address, and run the page anew."""
    adopt(choice)
    st.query_params.from_dict(to_address(choice))
    st.rerun()


def open_person(choice: Choice, agent: str) -> None:
    """Run the page anew for one person."""
    go(replace(choice, agent=agent))


def write_choice(choice: Choice) -> None:
    """Remember `choice` and write it into the address, so that reload, bookmark and back keep it."""
    state = st.session_state
    state["choice"], state["address"] = choice, to_address(choice)
    if not on_wall() and st.query_params.to_dict() != state["address"]:
        st.query_params.from_dict(state["address"])


def export_query(scope: Scope, lang: str) -> dict[str, str]:
    """The parameters of a link that exports this scope."""
    return {"period": period_key(scope.period), "lang": lang} | subject_query(scope.subject)


def subject_query(subject: Subject) -> Mapping[str, str]:
    """The parameters that name a subject in a link; none for everyone."""
    return {} if subject.is_everyone else {"kind": subject.kind, "id": subject.id}


def page_address(frame: Frame, page: str, subject: Subject) -> str:
    """The address of a page about everyone or a team, in the language and period that are chosen."""
    choice = replace(frame.choice, period=frame.scope.period, team=subject.key, agent="")
    return f"/{page}?{urlencode(to_address(choice))}"


def known_teams(view: View) -> list[str]:
    """The teams of the snapshot."""
    return remembered(view, "teams", lambda: teams(view))


def known_people(view: View, period: Period, team: str) -> list[Subject]:
    """Who belongs to a team ("" for any) in a period."""
    return remembered(view, ("people", period, team), lambda: people(view, period, team or None))
