"""The part of the page “Data” that shows which tables have data for which days."""

from __future__ import annotations

import htpy as h
import streamlit as st

from dashboard.charts import calendar as coverage
from dashboard.markup.pieces import table
from dashboard.parts import common as widgets
from dashboard.parts.page_html import show
from dashboard.parts.session import Frame, known_teams
from dashboard.words.frames import contract_name
from dashboard.words.numbers import month_text, period_text
from kpi.figures.coverage import CoveredDay, calendar
from kpi.scope import Period

MONTHS_SHOWN = 12


def calendars(frame: Frame) -> None:
    """Show the page's month with all tables, then the last twelve months of one of them; by team."""
    t, lang = frame.t, frame.lang
    month = frame.monthly.period
    st.subheader(t("Coverage"), anchor=False)
    widgets.note(
        t(
            "Which table has data for which day. Closed weekdays are told from the data themselves and lack "
            "nothing; public holidays are not known."
        )
    )
    where, what = st.columns(2)
    teams = known_teams(frame.view)
    own = frame.scope.subject
    team = where.selectbox(
        t("Team"),
        ["", *teams],
        index=teams.index(own.key) + 1 if own.is_team and own.key in teams else 0,
        format_func=lambda name: name or t("Everyone"),
        key="coverage_team",
        filter_mode=None,
    )
    year = Period(month.previous(MONTHS_SHOWN - 1).start, month.end)
    days = calendar(frame.view, year, team)
    if not days:
        widgets.note(t("No data"))
        return
    names = list(dict.fromkeys(one.contract for one in days))
    chosen = what.selectbox(
        t("Table"),
        names,
        format_func=lambda name: contract_name(name, lang),
        key="coverage_table",
        filter_mode=None,
    )
    ours = tuple(one for one in days if one.day >= month.start)
    _group(month_text(month.month, lang))
    _draw(frame, "month", team, ours)
    show(table(*coverage.summary_table(ours, lang), numbers=(1, 2)))
    _group(f"{contract_name(chosen, lang)} · {period_text(year, lang)}")
    _draw(frame, "year", team, tuple(one for one in days if one.contract == chosen))


def _group(text: str) -> None:
    show(h.p(".kpi-group")[text])


def _draw(frame: Frame, kind: str, team: str, days: tuple[CoveredDay, ...]) -> None:
    drawn_from = (
        str(frame.home.path),
        frame.view.snapshot.id,
        team,
        days[0].contract,
        days[0].day,
        len(days),
    )
    st.vega_lite_chart(
        spec=_spec(drawn_from, kind, frame.lang, days),
        width="stretch",
        theme="streamlit",
        alt=coverage.alt_text(days, frame.lang),
    )


@st.cache_data(max_entries=60, show_spinner=False)
def _spec(drawn_from: tuple, kind: str, lang: str, _days: tuple[CoveredDay, ...]) -> dict:
    # Making a specification takes longer than drawing it: what it is drawn from is its key.
    draw = coverage.month_chart if kind == "month" else coverage.year_chart
    return draw(_days, lang).to_dict()
