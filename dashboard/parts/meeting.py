"""The meeting: one person a screen and nothing else in view, or the unit's sheet with dots without names."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

import htpy as h
import streamlit as st

from dashboard.markup import interview
from dashboard.markup.dots import strips_html
from dashboard.markup.meeting_topics import agenda_html
from dashboard.markup.pieces import small
from dashboard.parts import common as widgets
from dashboard.parts.bar import person_text
from dashboard.parts.page_html import show
from dashboard.parts.session import Frame, export_query, go, open_person
from dashboard.server import access
from dashboard.server.address import Choice
from dashboard.words.interview import draft
from dashboard.words.numbers import period_text
from dashboard.words.translate import problem_text
from etl.errors import Problem
from kpi.records import StaleSave
from kpi.records.steps import AGREED
from kpi.scope import Subject
from kpi.sheets.cycle import write
from kpi.sheets.goals import rows_of_people, sheet_key
from kpi.sheets.meeting_topics import agenda
from kpi.sheets.values import GoalSheet


def bar(frame: Frame, people: Sequence[Subject]) -> None:
    """Show who is on the screen, with buttons to the previous and next person; the team comes first."""
    t, at = frame.t, _place_among(frame, people)
    who = frame.choice.team or t("Everyone") if at < 0 else person_text(frame.scope.subject)
    count = "" if at < 0 else t("{n} of {all}").format(n=at + 1, all=len(people))
    left, right = st.columns((3, 2), vertical_alignment="center")
    line = " · ".join(filter(None, (count, period_text(frame.scope.period, frame.lang))))
    with left:
        show(h.div(".kpi-meeting")[h.h1[who], h.p(".kpi-note")[line]])
    with right.container(horizontal=True, horizontal_alignment="right"):
        if st.button(t("Previous"), disabled=at < 0, help=t("Page Up")):
            move(frame, people, "previous")
        if st.button(t("Next"), disabled=at + 1 >= len(people), help=t("Page Down")):
            move(frame, people, "next")
        if st.button(t("Leave the meeting")):
            st.switch_page("views/goals.py")


def move(frame: Frame, people: Sequence[Subject], way: str) -> None:
    """Open the next or the previous person; before the first one comes the team."""
    at = _place_among(frame, people) + (1 if way == "next" else -1)
    choice = frame.choice
    if 0 <= at < len(people):
        open_person(choice, people[at].id)
    elif at == -1:
        go(Choice(choice.lang, choice.period, choice.team))


def team(frame: Frame, people: Sequence[Subject]) -> None:
    """Show what everybody may see: the people's values about each target without names, and the agenda."""
    t, period = frame.t, frame.scope.period
    rows = rows_of_people(frame.view, period, people)
    html = h.fragment[
        h.p(".kpi-group")[t("The people, without names")],
        strips_html(rows.values(), frame.lang),
        small(t("Red line: the target. Red: clearly missed. Hollow: cannot be judged yet.")),
    ]
    widgets.sheet(frame, html, key="dots")
    listed = agenda(frame.view, period, people)
    done = sum(state in AGREED for _, state in listed)
    with st.expander(f"{t('Agenda')} · {done} / {len(listed)}"):
        person = widgets.sheet(frame, agenda_html(listed, frame.lang), key="agenda").person
    if person:
        open_person(frame.choice, person)


def record(frame: Frame, sheet: GoalSheet) -> None:
    """Show the interview record below the sheet: drafted once, then typed into; exported to sign."""
    t, lang = frame.t, frame.lang
    with st.expander(t("Interview record")):
        empty = not sheet.locked and not sheet.record["record"].value
        if empty and st.button(t("Draft it from the sheet")):
            try:
                drafted = {"record": draft(sheet, lang)}
                write(frame.view, frame.scope, sheet, drafted, who=access.who().name)
                st.rerun()
            except StaleSave:
                widgets.warning(t("Somebody typed into this sheet in the meantime."))
            except Problem as problem:
                widgets.warning(" ".join(problem_text(problem, lang)[1:]))
        widgets.sheet(
            frame,
            interview.interview_html(sheet, lang),
            key="interview",
            sheet_key=sheet_key(frame.scope),
            fields=interview.interview_fields(sheet),
            state=sheet.state,
        )
        query = urlencode(export_query(frame.scope, lang))
        widgets.download(f"/export/interview/sheet.pdf?{query}", t("Interview record as PDF"))


def _place_among(frame: Frame, people: Sequence[Subject]) -> int:
    """The place of the shown person among the people; -1 for the team."""
    keys = [one.key for one in people]
    key = frame.scope.subject.key
    return keys.index(key) if frame.scope.subject.is_person and key in keys else -1
