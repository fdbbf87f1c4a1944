"""The calendar of loaded data: a picture of one month or one table, and the same in words. No screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

import altair as alt

from dashboard.charts.style import LINE, PARTIAL
from dashboard.words.frames import contract_name
from dashboard.words.numbers import WEEKDAYS, date_text, month_text
from dashboard.words.translate import words
from etl.errors import N_
from kpi.figures.coverage import CoveredDay, State, runs

# Each state with its words and its colour, half transparent where it shall be weak on light and dark.
STATES: dict[State, tuple[str, str]] = {
    "data": (N_("Data"), LINE),
    "few": (N_("Fewer than half of the usual"), "rgba(37, 99, 235, 0.4)"),
    "missing": (N_("Missing"), PARTIAL),
    "none": (N_("None expected"), "rgba(148, 163, 184, 0.18)"),
}
ROW, AROUND, GAP = 22, 78, 0.14  # a row, and the axis with the legend, in pixels
SPANS_NAMED = 6


class Summary(NamedTuple):
    """One table in a period: days with data, days that should have some, and the spans that lack it."""

    contract: str
    loaded: int
    expected: int
    lacking: tuple[tuple[date, date], ...]


def month_chart(days: Sequence[CoveredDay], lang: str) -> alt.LayerChart:
    """Tables down, the days of one month across."""
    names = list(dict.fromkeys(contract_name(one.contract, lang) for one in days))
    return _chart(days, [contract_name(one.contract, lang) for one in days], names, lang)


def year_chart(days: Sequence[CoveredDay], lang: str) -> alt.LayerChart:
    """Months down, the days of the month across, of one table."""
    rows = [month_text(f"{one.day:%Y-%m}", lang) for one in days]
    return _chart(days, rows, list(dict.fromkeys(rows)), lang)


def _chart(days: Sequence[CoveredDay], rows: Sequence[str], order: list[str], lang: str) -> alt.LayerChart:
    t = words(lang)
    cells = [
        {
            "row": row,
            "day": one.day.day,
            "date": f"{date_text(one.day, lang)} {t(WEEKDAYS[one.day.weekday()])}",
            "table": contract_name(one.contract, lang),
            "rows": f"{one.facts:,}",
            "state": t(STATES[one.state][0]),
            "missing": one.state == "missing",
        }
        for one, row in zip(days, rows, strict=True)
    ]
    said = [t(text) for text, _ in STATES.values()]
    tooltip = [
        alt.Tooltip("date:N", title=t("Day")),
        alt.Tooltip("table:N", title=t("Table")),
        alt.Tooltip("state:N", title=t("State")),
        alt.Tooltip("rows:N", title=t("Rows")),
    ]
    scale = {"paddingInner": GAP, "paddingOuter": 0}
    x = alt.X("day:O", title=None, axis=alt.Axis(labelAngle=0, orient="top"), scale=alt.Scale(**scale))
    y = alt.Y(
        "row:N",
        title=None,
        sort=order,
        axis=alt.Axis(labelLimit=190, labelOverlap=False, labelFlush=False),
        scale=alt.Scale(**scale),
    )
    base = alt.Chart(alt.InlineData(values=cells))
    squares = base.mark_rect(cornerRadius=2).encode(
        x=x,
        y=y,
        color=alt.Color(
            "state:N",
            scale=alt.Scale(domain=said, range=[colour for _, colour in STATES.values()]),
            legend=alt.Legend(title=None, orient="bottom", labelLimit=320, symbolType="square"),
        ),
        tooltip=tooltip,
    )
    # A mark besides the colour, for those who do not tell colours apart.
    crosses = (
        base.transform_filter("datum.missing")
        .mark_text(text="×", fontSize=13, fontWeight="bold", color="white")
        .encode(x=x, y=y, tooltip=tooltip)
    )
    chart = alt.layer(squares, crosses).properties(width="container", height=ROW * len(order) + AROUND)
    axis = {"grid": False, "domain": False, "ticks": False, "labelFontSize": 11, "labelPadding": 6}
    return chart.configure(background="transparent").configure_view(strokeWidth=0).configure_axis(**axis)


def summaries(days: Sequence[CoveredDay]) -> list[Summary]:
    """What the picture shows, by table."""
    found = []
    for contract, some in groupby(days, key=lambda one: one.contract):
        mine = list(some)
        loaded = sum(one.state in ("data", "few") for one in mine)
        lacking = [one.day for one in mine if one.state == "missing"]
        found.append(Summary(contract, loaded, loaded + len(lacking), tuple(runs(lacking))))
    return found


def summary_table(days: Sequence[CoveredDay], lang: str) -> tuple[tuple[str, ...], list[tuple]]:
    """The picture as a table: headings, and a row for each table."""
    t = words(lang)
    headings = (t("Table"), t("Days with data"), t("Share of days"), t("Days missing"))
    rows = [
        (
            contract_name(one.contract, lang),
            t("{got} of {all}").format(got=one.loaded, all=one.expected),
            f"{100 * one.loaded // one.expected}%" if one.expected else "–",
            _spans(one.lacking, lang),
        )
        for one in summaries(days)
    ]
    return headings, rows


def alt_text(days: Sequence[CoveredDay], lang: str) -> str:
    """The picture in words, for those who cannot see it."""
    t = words(lang)
    _, rows = summary_table(days, lang)
    said = (
        t(": ").join((name, got))
        + (t(" ({text})").format(text=t(": ").join((t("Missing"), lacking))) if lacking else "")
        for name, got, _, lacking in rows
    )
    return t("; ").join(said)


def _spans(spans: Sequence[tuple[date, date]], lang: str) -> str:
    """Spans of days as "12 October 2026, 20 October 2026 – 22 October 2026"; the first few, then "…"."""
    t = words(lang)
    texts = [
        date_text(first, lang) + (f" – {date_text(last, lang)}" if last > first else "")
        for first, last in spans[:SPANS_NAMED]
    ]
    if len(spans) > SPANS_NAMED:
        texts.append("…")
    return t(", ").join(texts)
