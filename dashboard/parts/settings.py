"""The parts of the page “Settings”: forms that save into the files of `config/`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Literal
from zoneinfo import available_timezones

import streamlit as st

from dashboard.markup.pieces import table
from dashboard.parts import common as widgets
from dashboard.parts.page_html import show
from dashboard.parts.session import Frame
from dashboard.server import access
from dashboard.words import settings as said
from dashboard.words.translate import LANGUAGES, language_name, problem_text
from etl.errors import Problem
from etl.home import SHIFTS, read_entries
from etl.staff_rules import COUNTS, EXCUSED, LEAVE_CODES
from etl.written_toml import Place
from kpi.figures.view import records_of
from kpi.records.settings_kept import save_entries, save_settings, settings_history
from kpi.workdays import read_calendar

TOLD = "settings_told"  # what became of the last save, until the page was drawn with it
Changes = Mapping[Place, object]


def told(frame: Frame) -> None:
    """Say what became of the last save, and what it means for the figures."""
    kind, text = st.session_state.pop(TOLD, ("", ""))
    if kind == "refused":
        widgets.warning(text)
    if text:
        st.toast(text)  # the form may be far below


def save(
    frame: Frame, changes: Callable[[], Changes], means: str, file: Literal["home", "calendar"] = "home"
) -> None:
    """Save settings as the person at the keyboard, and draw the page anew with what `means` says of it."""
    home, who = frame.home, access.who().name
    try:
        home.create()
        records = records_of(home, create=True)
        if file == "home":
            done = save_settings(home, records, changes(), who)
        else:
            path = home.config / "calendar.toml"
            done = save_entries(records, path, changes(), read_calendar, who)
        st.session_state[TOLD] = ("saved", frame.t(means) if done else "")
    except Problem as problem:
        st.session_state[TOLD] = ("refused", " ".join(problem_text(problem, frame.lang)[1:]))
    st.rerun()


def general(frame: Frame) -> None:
    """Whose figures these are, in which language pages open, and in which zone the clocks are."""
    t, now = frame.t, frame.home.settings
    loaded = frame.view.newest.snapshot is not None
    zones = sorted(available_timezones() | {now.timezone})
    with st.form("general"):
        name = st.text_input(t("Organisation"), now.organisation, max_chars=100)
        left, right = st.columns(2)
        lang = left.selectbox(
            t("Language that pages open in"),
            ["", *LANGUAGES],
            ["", *LANGUAGES].index(now.language if now.language in LANGUAGES else ""),
            format_func=lambda one: language_name(one) if one else t("As the browser says"),
            filter_mode=None,
        )
        zone = right.selectbox(t("Time zone"), zones, zones.index(now.timezone), disabled=loaded)
        if loaded:
            widgets.note(t("The time zone stays: data are loaded already, in the time of its clocks."))
        if st.form_submit_button(t("Save")):
            changes = {("organisation",): name.strip() or None, ("language",): lang or None}
            save(
                frame,
                lambda: changes | ({} if zone == now.timezone else {("timezone",): zone}),
                said.NO_FIGURE,
            )


def shifts(frame: Frame) -> None:
    """The codes of rosters: shifts with their times, and leave."""
    t, own = frame.t, read_entries(frame.home.config / "home.toml")
    st.subheader(t("Rosters"), anchor=False)
    with st.form("rosters"):
        left, right = st.columns(2)
        times = left.text_area(
            t("Shifts: a code a line, with its times"),
            said.lines_text(own.get("shifts", {})),
            height=170,
            placeholder=said.lines_text(SHIFTS),
        )
        codes = right.text_area(
            t("Leave: a code a line, with the leave it is"),
            said.lines_text(own.get("leave_codes", {})),
            height=170,
            placeholder=said.lines_text(LEAVE_CODES),
        )
        widgets.note(t("What stands there in grey is known anyway. A shift without times is a day off."))
        if st.form_submit_button(t("Save")):
            save(
                frame,
                lambda: _listed("shifts", own, times) | _listed("leave_codes", own, codes),
                said.READ_AGAIN if frame.view.newest.snapshot is not None else said.NO_FIGURE,
            )


def _listed(name: str, own: Mapping[str, Mapping[str, str]], text: str) -> Changes:
    typed = said.read_lines(text)
    gone = dict.fromkeys(own.get(name, {}).keys() - typed.keys())
    return {(name, code): meaning for code, meaning in {**typed, **gone}.items()}


def leave(frame: Frame) -> None:
    """Which approved leave counts as time that was planned; all other is taken out of it."""
    t, now = frame.t, frame.home.settings.leave
    st.subheader(t("Leave"), anchor=False)
    with st.form("leave"):
        counted = [name for name, how in now.items() if how == COUNTS]
        chosen = st.multiselect(
            t("Leave that lowers attendance"),
            list(now),
            counted,
            accept_new_options=True,
            placeholder=t("None"),
        )
        widgets.note(t("Any other approved leave leaves the planned time."))
        if st.form_submit_button(t("Save")):
            wanted = dict.fromkeys(now, EXCUSED) | {name.strip(): COUNTS for name in chosen if name.strip()}
            changes = {("leave", name): how for name, how in wanted.items() if now.get(name) != how}
            save(frame, lambda: changes, said.ADDED_UP)


def calendar(frame: Frame) -> None:
    """The days off and the working days of a year that differ from the published calendar."""
    t, this_year = frame.t, date.today().year
    own = read_entries(frame.home.config / "calendar.toml")
    st.subheader(t("Calendar"), anchor=False)
    years = sorted({this_year, this_year + 1} | {int(year) for year in own if year.isdecimal()})
    year = st.segmented_control(
        t("Year"), years, default=this_year, required=True, key="calendar_year", label_visibility="collapsed"
    )
    entry = own.get(str(year), {})
    with st.form(f"calendar_{year}"):
        left, right = st.columns(2)
        off = left.text_area(
            t("Days off"),
            said.days_text(entry.get("off", [])),
            height=110,
            placeholder=f"{year}-02-05..{year}-02-11",
        )
        work = right.text_area(
            t("Working days"), said.days_text(entry.get("work", [])), height=110, placeholder=f"{year}-02-14"
        )
        widgets.note(
            t("Only what differs from the published calendar of mainland China: a day or a span a line.")
        )
        if st.form_submit_button(t("Save")):
            days = {"off": said.read_days(off), "work": said.read_days(work)}
            before = {name: [str(day) for day in entry.get(name, [])] for name in days}
            changes = {(str(year), name): new or None for name, new in days.items() if new != before[name]}
            save(frame, lambda: changes, said.SHARED_OUT, "calendar")


def changed(frame: Frame) -> None:
    """Every change that was saved here, the newest first."""
    t, zone = frame.t, frame.home.settings.timezone
    found = settings_history(frame.view.records)
    if not found:
        return
    st.subheader(t("Changes"), anchor=False)
    headings = (t("When"), t("Who"), t("Setting"), t("Before"), t("Now"))
    show(table(headings, [said.change_row(one, zone, t) for one in found]))
