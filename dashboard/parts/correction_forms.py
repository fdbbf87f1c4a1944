"""The page of corrections: asking for one, approving, withdrawing, and every one with what it does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import htpy as h
import streamlit as st

from dashboard.markup.pieces import fact_list, spaced
from dashboard.parts import common as widgets
from dashboard.parts.bar import person_text
from dashboard.parts.page_html import show
from dashboard.parts.session import Frame, known_people, known_teams
from dashboard.server import access
from dashboard.words.corrections import ACTIONS, STATES, people_lines, rows_fact, said, what_text
from dashboard.words.frames import contract_name
from dashboard.words.translate import problem_text
from etl.contracts.facts import CONTRACTS
from etl.corrections.corrections import CORRECTABLE, Correction, amendable, reassignable
from etl.errors import Problem
from kpi.figures.view import records_of
from kpi.loading.correction_list import Listed, parse_keys, propose
from kpi.loading.load import reapply
from kpi.records.corrections import approve, withdraw
from kpi.scope import Period

EVER = Period(date(1950, 1, 1), date(2099, 12, 31))
SAID = "corrections_said"  # what the last change had to say, until the page was drawn with it


def said_before() -> None:
    """Show the warning that was left by the change which ran the page anew."""
    if text := st.session_state.pop(SAID, ""):
        widgets.warning(text)


def new_correction(frame: Frame) -> None:
    """Show the form for a new draft; its fields depend on the action and the table chosen."""
    t, lang = frame.t, frame.lang
    left, middle, right = st.columns(3)
    action = left.selectbox(
        t("What to do"),
        list(ACTIONS),
        format_func=lambda one: t(ACTIONS[one]),
        key="new_action",
        filter_mode=None,
    )
    tables = [name for name in CORRECTABLE if action != "reassign" or reassignable(CONTRACTS[name])]
    contract = middle.selectbox(
        t("Table"),
        tables,
        format_func=lambda one: contract_name(one, lang),
        key="new_table",
        filter_mode=None,
    )
    ways = ["span", "rows"] if CORRECTABLE[contract][0] else ["rows"]
    names = {"span": t("All rows of a span of time"), "rows": t("Single rows, by their key")}
    way = right.selectbox(t("Which rows"), ways, format_func=names.get, key="new_way", filter_mode=None)
    turn = st.session_state.get("new_turn", 0)
    with st.form(f"new_correction_{turn}", enter_to_submit=False, border=False):
        chosen = _span_fields(frame, contract) if way == "span" else _key_fields(frame, contract)
        chosen |= _change_fields(frame, action, contract)
        reason = st.text_area(
            t("Reason"), max_chars=2000, height=80, placeholder=t("Why are the data wrong?")
        )
        first, second = st.columns((2, 1))
        evidence = first.text_input(
            t("Evidence"), max_chars=1000, placeholder=t("Fault ticket, e-mail, minutes of a meeting")
        )
        asked_by = second.text_input(t("Who asks for it"), max_chars=100, placeholder=t("Name"))
        if st.form_submit_button(t("Keep as a draft")):
            _propose(frame, action, contract, chosen, reason=reason, evidence=evidence, asked_by=asked_by)


def _span_fields(frame: Frame, contract: str) -> dict[str, object]:
    t, latest = frame.t, frame.scope.period.end
    cells = st.columns(4)
    from_day = cells[0].date_input(t("From"), latest, format="YYYY-MM-DD")
    from_time = cells[1].time_input(t("From, time"), time(0, 0), step=300)
    until_day = cells[2].date_input(t("Until before"), latest + timedelta(days=1), format="YYYY-MM-DD")
    until_time = cells[3].time_input(t("Until before, time"), time(0, 0), step=300)
    cells = st.columns(3)
    chosen: dict[str, object] = {
        "starts_at": _moment(from_day, from_time),
        "ends_at": _moment(until_day, until_time),
        "team": _team(cells[0], frame, t("Only of this team"), t("All teams")),
        "agent": _person(cells[1], frame, t("Only of this person"), t("Everyone")),
    }
    if any(column.name == "queue" for column in CONTRACTS[contract].columns):
        chosen["queue"] = cells[2].text_input(t("Only of this queue"), placeholder=t("All queues")).strip()
    return chosen


def _key_fields(frame: Frame, contract: str) -> dict[str, object]:
    t, known = frame.t, CONTRACTS[contract]
    parts = t(", ").join(
        column.zh if frame.lang == "zh" else column.en for column in map(known.column, known.key)
    )
    text = st.text_area(
        t("Keys, one row a line: {parts}").format(parts=parts),
        height=100,
        placeholder=t("As they stand in the files or in the lists of rows"),
    )
    return {"keys": parse_keys(contract, text)}


def _change_fields(frame: Frame, action: str, contract: str) -> dict[str, object]:
    t, lang = frame.t, frame.lang
    if action == "reassign":
        first, second = st.columns(2)
        return {
            "to_agent": _person(first, frame, t("To this person"), t("No person")),
            "to_team": _team(second, frame, t("To this team"), t("The person's own team")),
        }
    if action == "amend":
        first, second = st.columns(2)
        columns = {column.name: column for column in amendable(CONTRACTS[contract])}
        column = first.selectbox(
            t("Column"),
            list(columns),
            format_func=lambda name: columns[name].zh if lang == "zh" else columns[name].en,
            filter_mode=None,
        )
        value = second.text_input(t("Its value"), placeholder=t("(empty)"))
        return {"column": column, "value": value}
    return {}


def _propose(
    frame: Frame,
    action: str,
    contract: str,
    chosen: dict[str, object],
    *,
    reason: str,
    evidence: str,
    asked_by: str,
) -> None:
    what, person = Correction(0, action, contract, **chosen), access.who()
    try:
        records = records_of(frame.home, create=True)
        number = propose(
            frame.view, records, what, reason=reason, evidence=evidence, asked_by=asked_by, who=person.name
        )
    except Problem as problem:
        widgets.warning(" ".join(problem_text(problem, frame.lang)[1:]))
        return
    st.session_state["new_turn"] = st.session_state.get("new_turn", 0) + 1
    st.toast(
        frame.t("Draft no. {number} was kept; it changes nothing until it is approved.").format(number=number)
    )
    st.rerun()


def apply_now(frame: Frame) -> None:
    """Show a button that recomputes the figures with the corrections now in force."""
    widgets.warning(frame.t("The figures do not show every change below yet; the next load applies them."))
    if st.button(frame.t("Apply now"), key="apply_now"):
        _reapply(frame)


def card(frame: Frame, one: Listed) -> None:
    """Show one correction: what it does, why, who stands for it, and the steps it allows."""
    t, lang, record = frame.t, frame.lang, one.record
    zone = frame.home.settings.timezone
    state = t(STATES[record.state])
    marks = [_chip(state, {"draft": "cannot_tell", "approved": "met"}.get(record.state, "no_data"))]
    if one.pending:
        marks.append(_chip(t("not in the figures yet"), "cannot_tell"))
    if record.same_person:
        marks.append(_chip(t("Asked and approved by the same person"), "cannot_tell"))
    facts = [
        (t("Reason"), record.reason),
        (t("Evidence"), record.evidence),
        rows_fact(one, lang),
        *(
            (t("Who") if n == 0 else "\u00a0", line)
            for n, line in enumerate(people_lines(record, zone, lang))
        ),
    ]
    with st.container(border=True, key=f"card_correction_{record.number}"):
        title = h.span(".kpi-name")[t("No. {number}").format(number=record.number)]
        show(
            h.fragment[
                h.div(".kpi-line")[spaced((title, *marks))],
                h.p(".kpi-what")[what_text(record.what, lang)],
                fact_list(facts),
                [h.p(".kpi-warning")[said(remark, lang)] for remark in one.remarks],
            ]
        )
        if record.state == "draft":
            _approval(frame, one)
        if record.state != "withdrawn":
            with st.expander(t("Withdraw")):
                _withdrawal(frame, one)


def _approval(frame: Frame, one: Listed) -> None:
    t, number = frame.t, one.record.number
    with st.form(f"approve_{number}", enter_to_submit=False, border=False):
        left, right = st.columns((2, 1), vertical_alignment="bottom")
        name = left.text_input(
            t("Who approves it"), max_chars=100, placeholder=t("Name"), key=f"approver_{number}"
        )
        if right.form_submit_button(t("Approve"), key=f"approve_{number}_now"):
            _change(
                frame,
                lambda who: approve(frame.view.records, number, name, version=one.record.version, who=who),
                apply=True,
            )


def _withdrawal(frame: Frame, one: Listed) -> None:
    t, number = frame.t, one.record.number
    with st.form(f"withdraw_{number}", enter_to_submit=False, border=False):
        left, right = st.columns((1, 2))
        name = left.text_input(
            t("Who withdraws it"), max_chars=100, placeholder=t("Name"), key=f"withdrawer_{number}"
        )
        why = right.text_input(
            t("Reason"), max_chars=1000, placeholder=t("Why does it no longer hold?"), key=f"because_{number}"
        )
        if st.form_submit_button(t("Withdraw"), key=f"withdraw_{number}_now"):
            _change(
                frame,
                lambda who: withdraw(
                    frame.view.records, number, name, why, version=one.record.version, who=who
                ),
                apply=one.record.state == "approved",
            )


def _change(frame: Frame, change: Callable[[str], None], *, apply: bool) -> None:
    """Change a record; with `apply` recompute the figures; then draw the page anew."""
    try:
        change(access.who().name)
    except Problem as problem:
        widgets.warning(" ".join(problem_text(problem, frame.lang)[1:]))
        return
    if apply:
        _reapply(frame)
    st.rerun()


def _reapply(frame: Frame) -> None:
    try:
        with st.spinner(frame.t("Applying the corrections to the figures…")):
            reapply(frame.home)
    except Problem as problem:
        said_now = " ".join(problem_text(problem, frame.lang)[1:])
        kept = frame.t("The record is kept; the next load applies it.")
        st.session_state[SAID] = f"{said_now} {kept}"
    st.rerun()


def _chip(text: str, look: str) -> h.Renderable:
    return h.span(class_=f"kpi-chip kpi-{look}")[text]


def _moment(day: object, clock: object) -> datetime | None:
    return datetime.combine(day, clock) if isinstance(day, date) and isinstance(clock, time) else None


def _person(place: object, frame: Frame, name: str, nobody: str) -> str:
    people = {one.id: one for one in known_people(frame.view, EVER, "")}
    return place.selectbox(
        name,
        ["", *people],
        format_func=lambda agent: person_text(people[agent]) if agent else nobody,
        placeholder=nobody,
    )


def _team(place: object, frame: Frame, name: str, none: str) -> str:
    teams = ["", *known_teams(frame.view)]
    return place.selectbox(name, teams, format_func=lambda team: team or none, filter_mode=None)
