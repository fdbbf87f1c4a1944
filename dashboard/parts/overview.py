"""What the first screen has around its figures: the switch of periods, and what a wall needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import streamlit as st

from dashboard.parts.session import Frame, go, on_wall
from etl.errors import N_
from etl.snapshots.snapshot import current_id
from kpi.figures.view import as_of
from kpi.scope import Period, period_of

SPANS = {"day": N_("Yesterday"), "month": N_("This month so far"), "last": N_("Last month")}
LOOK_S = 60.0  # between two looks for newer data on a wall


def switch(frame: Frame) -> None:
    """Draw the switch between the newest day, the month it lies in, and the month before."""
    until = as_of(frame.view.newest)
    if until is None or on_wall():
        return
    newest = (until - timedelta(days=1)).date()
    spans: dict[str, Period] = {"day": period_of("day", newest), "month": period_of("month", newest)}
    spans["last"] = spans["month"].previous()
    now = next((name for name, span in spans.items() if span == frame.choice.period), None)
    # A choice of its own for every period: what the bar chose must show here too.
    with st.container(key="span"):
        asked = st.segmented_control(
            frame.t("Period"),
            list(spans),
            default=now,
            format_func=lambda name: frame.t(SPANS[name]),
            key=f"span_{frame.choice.period.start}_{frame.choice.period.end}",
            label_visibility="collapsed",
        )
    if asked and asked != now:
        go(replace(frame.choice, period=spans[asked]))


def on_the_wall(frame: Frame) -> None:
    """On a wall, look for newer data now and then, and draw them."""
    if on_wall():
        st.fragment(run_every=LOOK_S)(_look)(frame)


def _look(frame: Frame) -> None:
    snapshot = frame.view.newest.snapshot
    if current_id(frame.home) != (snapshot and snapshot.id):
        st.rerun()
