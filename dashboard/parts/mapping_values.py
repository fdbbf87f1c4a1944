"""The value lists of a proposal on the page: the meaning of each word, point or code, and of each name."""

from __future__ import annotations

import streamlit as st

from dashboard.markup.mapping_html import MOST_VALUES, person_choices, value_choices
from dashboard.parts import common as widgets
from dashboard.parts.session import Frame
from etl.contracts.facts import CONTRACTS
from etl.errors import N_
from etl.people.aliases import People
from etl.propose import NOTHING, Field, Layout, can_mean, value_name

POINTS = N_("Write the points, or - where it is no answer.")
HINTS = {
    ("qa_items", "earned"): POINTS,
    ("surveys", "score"): POINTS,
    ("schedule", "start_at"): N_("Write 08:00-16:00, a type of leave, or - for a day off."),
}
TYPED = {
    ("qa_items", "applicable"): N_("Maximum"),
    ("qa_items", "earned"): N_("Points"),
    ("surveys", "score"): N_("Points"),
    ("schedule", "start_at"): "08:00-16:00",
}
PEOPLE_SHOWN = 40


def meant(contract: str, column: str, said: str | None) -> str | None:
    """The meaning that was chosen or typed for a value; None while it is open, or cannot be read."""
    if (contract, column) not in TYPED:
        return said
    text = (said or "").strip()
    if text == "-":
        return None if column == "applicable" else NOTHING
    return text if _readable(column, text) else None


def _readable(column: str, text: str) -> bool:
    if column == "start_at":
        return bool(text) and can_mean(text)
    try:
        return float(text) > 0 if column == "applicable" else float(text) >= 0
    except ValueError:
        return False


def value_fields(frame: Frame, layout: Layout, contract: str, one: Field, key: str) -> None:
    """Draw a field for the meaning of each word of a column."""
    if not one.values:
        return
    if hint := HINTS.get((contract, one.column)):
        widgets.note(frame.t(hint))
    column = CONTRACTS[contract].column(one.column)
    choices = value_choices(contract, column, frame.lang)
    cells = st.columns(2, gap="small")
    for place, (word, said) in enumerate(list(one.values.items())[:MOST_VALUES]):
        count = f" ({one.counts[word]:,})" if word in one.counts else ""
        title = f"{value_name(layout, word)}{count}"
        where = cells[place % 2]
        if choices is None:
            hint = frame.t(TYPED.get((contract, one.column), ""))
            shown = "-" if said == NOTHING else said or ""
            where.text_input(title, shown, key=f"v_{key}_{word}", placeholder=hint, max_chars=40)
            continue
        options: list[str | None] = [None, *choices]
        where.selectbox(
            title,
            options,
            index=options.index(said),
            format_func=lambda value: choices[value] if value is not None else frame.t("– decide –"),
            key=f"v_{key}_{word}",
            filter_mode=None,
        )


def people_fields(frame: Frame, one: Field, people: People, key: str) -> dict[str, str]:
    """Draw a field for each text that is no person of the roster; return the people that were chosen."""
    if not one.people:
        return {}
    known = person_choices(people)
    chosen: dict[str, str] = {}
    with st.expander(frame.t("Who is who ({n})").format(n=len(one.people))):
        for text, near in list(one.people.items())[:PEOPLE_SHOWN]:
            options: list[str | None] = [None, *known]
            who = st.selectbox(
                f"{text} ({one.counts.get(text, 0):,})",
                options,
                index=options.index(near) if near in known else 0,
                format_func=lambda who: known[who] if who is not None else frame.t("(as it stands)"),
                key=f"w_{key}_{text}",
            )
            if who is not None:
                chosen[text] = who
    return chosen
