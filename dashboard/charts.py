"""The one chart style: thin lines, few marks, the target as a dashed rule. Pure Altair, no screen."""

from __future__ import annotations

import json
from typing import Literal

import altair as alt

from dashboard.formats import MONTHS, month_text, target_text, value_text
from dashboard.words import in_words, words
from kpi.sheets import StandardRow

LINE = "#2563EB"
TARGET = "#94A3B8"
FONT = "Noto Sans SC"
Theme = Literal["page", "paper"]  # a page lends the chart its own text colours, light or dark


def standard_trend_chart(row: StandardRow, lang: str, theme: Theme = "page") -> alt.Chart:
    """The monthly trend of one standard against its target; months without data are gaps."""
    t, indicator = words(lang), row.figure.indicator
    scale = 100 if indicator.unit == "share" else 1
    points = [
        {
            "month": month,
            "named": month_text(month, lang),
            "value": None if figure.value is None else figure.value * scale,
            "shown": value_text(figure.value, indicator.unit, lang),
            "target": None if row.figure.target is None else row.figure.target * scale,
            "target_shown": target_text(row.figure.target, indicator.unit, lang),
        }
        for month, figure in zip(row.trend_months, row.trend, strict=True)
    ]
    known = [point[name] for point in points for name in ("value", "target") if point[name] is not None]
    bounds = _bounds(known, share=indicator.unit == "share")
    x = alt.X("month:O", title=None, axis=alt.Axis(labelAngle=0, labelExpr=_labels(row.trend_months, lang)))
    y = alt.Y(
        "value:Q",
        title=None,
        scale=alt.Scale(domain=list(bounds), nice=False, zero=False),
        axis=alt.Axis(
            tickCount=3, format="~f", labelExpr="datum.label + '%'" if scale == 100 else "datum.label"
        ),
    )
    tooltip = [
        alt.Tooltip("named:N", title=t("Month")),
        alt.Tooltip("shown:N", title=in_words(indicator.name, lang)),
        alt.Tooltip("target_shown:N", title=t("Target")),
    ]
    base = alt.Chart(alt.InlineData(values=points))
    line = base.mark_line(
        color=LINE, strokeWidth=2, invalid="break-paths-show-domains", point={"size": 28, "filled": True}
    )
    layers = [line.encode(x=x, y=y, tooltip=tooltip)]
    if row.figure.target is not None:
        rule = base.mark_rule(color=TARGET, strokeDash=[4, 3], strokeWidth=1.3)
        layers.insert(0, rule.encode(y=alt.Y("max(target):Q", title=None)))
    return _styled(alt.layer(*layers).properties(height=96, width="container"), theme)


def _bounds(values: list[float], *, share: bool) -> tuple[float, float]:
    """A domain a little wider than the values, so that small moves are seen and none touches the edge."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    room = max((high - low) * 0.2, 1.0 if share else 0.1)
    return (max(low - room, 0.0), min(high + room, 100.0) if share else high + room)


def _labels(months: tuple[str, ...], lang: str) -> str:
    """Short names for every second month, so that they have room and the last one is always named."""
    t = words(lang)
    names = {month: t(MONTHS[int(month[5:]) - 1])[:3] for month in months[::-2]}
    return f"{json.dumps(names, ensure_ascii=False)}[datum.value] || ''"


def _styled(chart: alt.LayerChart, theme: Theme) -> alt.LayerChart:
    axis = {"grid": False, "domain": False, "ticks": False, "labelFontSize": 11, "labelPadding": 6}
    if theme == "paper":
        chart = chart.configure(font=FONT, background="white")
        axis |= {"labelColor": "#334155"}
    else:
        chart = chart.configure(background="transparent")
    return (
        chart.configure_view(strokeWidth=0)
        .configure_axis(**axis)
        .configure_axisY(grid=True, gridOpacity=0.25)
    )
