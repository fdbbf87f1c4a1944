"""What 日报 has around its tiles: the choice of the day, the lines to copy, the charts of the half-hours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import altair as alt
import htpy as h
import streamlit as st

from dashboard.charts.half_hours import calls_chart, has_level, level_chart
from dashboard.parts.page_html import as_text, script, show
from dashboard.parts.session import Frame, go
from dashboard.words.daily import busiest_text, daily_lines, row_name
from kpi.scope import period_of
from kpi.sheets.daily import Daily

_copy = st.components.v2.component("service_kpi_copy", js=script("copy.js"), isolate_styles=False)


def choose_day(frame: Frame, found: Daily) -> None:
    """Let another day be chosen, where the bar has no choice of days."""
    if frame.choice.period.is_day:
        return
    with st.container(key="span"):
        day = st.date_input(
            frame.t("Day"), found.day, key="daily_day", format="YYYY-MM-DD", label_visibility="collapsed"
        )
    if isinstance(day, date) and day != found.day:
        go(replace(frame.choice, period=period_of("day", day)))


def copied(frame: Frame, found: Daily) -> None:
    """Show the six lines, and the button that copies them."""
    t, lines = frame.t, "\n".join(daily_lines(found, frame.lang))
    html = h.section(".kpi-copy.kpi-block")[
        h.div[h.button(type="button")[t("Copy the text")], h.span(role="status")],
        h.pre(tabindex="0", role="region", aria_label=t("The day in six lines"))[lines],
    ]
    _copy(
        key="copy",
        data={"html": as_text(html), "copied": t("Copied."), "failed": t("Select it and copy it.")},
    )


def half_hours(frame: Frame, found: Daily) -> None:
    """Draw the calls of the half-hours, and their service level where it is known."""
    t, lang, level = frame.t, frame.lang, found.row("service_level")
    if not found.half_hours:
        return
    drawn: list[tuple[str, Callable[[Daily, str], alt.LayerChart]]] = [
        (t("Calls by half-hour; grey: usual on this weekday"), calls_chart)
    ]
    if level and has_level(found):
        name = t("{name} by half-hour; dashed: the target").format(name=row_name(level, lang))
        drawn.append((name, level_chart))
    with st.container(key="half_hours"):
        for column, (name, chart) in zip(st.columns(len(drawn)), drawn, strict=True):
            with column:
                show(h.p(".kpi-group")[name])
                spec = _spec(found, lang, chart.__name__)
                alt_text = f"{name}. {busiest_text(found, lang)}"
                st.vega_lite_chart(spec=spec, width="stretch", theme="streamlit", alt=alt_text)


def _spec(found: Daily, lang: str, which: str) -> dict:
    level = found.row("service_level")
    target = level.figure.target if level and level.figure else None
    return _kept_spec((found.half_hours, target), lang, which, found)


@st.cache_data(max_entries=100, show_spinner=False)
def _kept_spec(drawn_from: tuple, lang: str, which: str, _found: Daily) -> dict:
    # Making a specification takes 20 ms, drawing it none: what it is drawn from is its key.
    return {"calls_chart": calls_chart, "level_chart": level_chart}[which](_found, lang).to_dict()
