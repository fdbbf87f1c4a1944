"""The question of the page “Data” what the answers of a survey mean, where neither file nor map says it."""

from __future__ import annotations

import streamlit as st

from dashboard.parts import common as widgets
from dashboard.parts.session import Frame
from dashboard.words.translate import problem_text
from etl.contracts.facts import MOST_POINTS
from etl.errors import Problem
from etl.maps.answer_scales import save_scale
from kpi.figures.open_scales import OpenScale, open_scales


def scales(frame: Frame) -> None:
    """Ask about each source whose answers no figure counts yet, and keep what is said of them."""
    found = open_scales(frame.view)
    if not found:
        return
    st.subheader(frame.t("What do these ratings mean?"), anchor=False)
    for one in found:
        with st.form(f"scale_{one.source}", enter_to_submit=False):
            _ask(frame, one)


def _ask(frame: Frame, one: OpenScale) -> None:
    t = frame.t
    said = t("{source}: {count} ratings from {lowest} to {highest} count in no figure.")
    widgets.note(
        said.format(
            source=one.source,
            count=f"{one.answers:,}",
            lowest=f"{one.lowest:g}",
            highest=f"{one.highest:g}",
        )
    )
    scale, best, satisfied, none = st.columns(4)
    answers = {
        "scale": _number(scale, t("Highest answer of the scale"), one.scale),
        "best": _number(best, t("Best answer (empty: the highest)"), one.scale or one.best),
        "satisfied": _number(
            satisfied,
            t("How many of the best count as satisfied (empty: as usual)"),
            one.scale or one.satisfied,
        ),
        "no_answer": _number(none, t("Answer that stands for none (empty: 0)"), one.scale),
    }
    if not st.form_submit_button(t("Keep it for all files of this format")):
        return
    try:
        save_scale(
            frame.home.config, one.source, {name: said for name, said in answers.items() if said is not None}
        )
    except Problem as problem:
        widgets.warning(" ".join(problem_text(problem, frame.lang)[1:]))
        return
    st.rerun()


def _number(where: st.delta_generator.DeltaGenerator, label: str, asked: bool) -> int | None:
    """A field for a whole number, where it is asked for."""
    return where.number_input(label, 0, MOST_POINTS, None, step=1) if asked else None
