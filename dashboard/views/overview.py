"""The first screen: how the month went, what changed, how the teams stand, what waits."""

import streamlit as st

from dashboard.markup.glance import glance_html
from dashboard.parts.common import sheet
from dashboard.parts.figure_gap import contributions
from dashboard.parts.first_run import ask_organisation
from dashboard.parts.overview import on_the_wall, switch
from dashboard.parts.page import page
from dashboard.parts.page_html import style
from dashboard.parts.session import Frame, on_wall, page_address
from dashboard.server.address import to_address
from etl.errors import N_
from kpi.sheets.glance import Glance, glance


def _find(frame: Frame) -> Glance:
    if frame.choice.agent:  # this screen is about everyone or a team; a person's is the goal sheet
        st.switch_page("views/goals.py", query_params=to_address(frame.choice))
    if frame.choice.period.is_day:
        st.switch_page("views/daily.py", query_params=to_address(frame.choice))
    return glance(frame.view, frame.scope)


def _draw(frame: Frame, found: Glance) -> None:
    style("glance.css")
    if not on_wall():
        ask_organisation(frame)
    switch(frame)
    html = glance_html(found, lambda name, subject: page_address(frame, name, subject), frame.lang)
    sheet(frame, html, key="glance", explain=contributions)
    on_the_wall(frame)


page(
    N_("Overview"),
    _draw,
    find=_find,
    about="month of the team",
    exported="overview",
    titled=False,
)
