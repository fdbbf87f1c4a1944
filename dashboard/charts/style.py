"""The one chart style: thin lines, few marks, the target as a dashed rule. Pure Altair, no screen."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Literal

import altair as alt

from dashboard.words.numbers import MONTHS, month_text, partial_days_text, target_text, value_text
from dashboard.words.translate import in_words, words
from kpi.sheets.values import StandardRow
from kpi.units import UNITS

LINE = "#2563EB"
TARGET = "#94A3B8"
PARTIAL = "#D97706"
FONT = "Noto Sans SC"
Theme = Literal["page", "paper"]  # a page lends the chart its own text colours, light or dark


def standard_trend_chart(row: StandardRow, lang: str, theme: Theme = "page") -> alt.Chart:
    """The monthly trend of one standard against its target; months without data are gaps.

    There must be a month with data, see `has_trend`: an axis without any would show invented values.
    """
    t, indicator = words(lang), row.figure.indicator
    scale = UNITS[indicator.unit].scale
    points = [
        {
            "month": month,
            "named": month_text(month, lang),
            "value": None if figure.value is None else figure.value * scale,
            "shown": value_text(figure.value, indicator.unit, lang),
            "partial": partial_days_text(figure, lang),
            "target": None if row.figure.target is None else row.figure.target * scale,
            "target_shown": target_text(row.figure.target, indicator.unit, lang),
        }
        for month, figure in zip(row.trend_months, row.trend, strict=True)
    ]
    known = [point[name] for point in points for name in ("value", "target") if point[name] is not None]
    x = alt.X(
        "month:O", title=None, axis=alt.Axis(labelAngle=0, labelExpr=month_labels(row.trend_months, lang))
    )
    y = value_axis(known, percent=scale == 100)
    tooltip = [
        alt.Tooltip("named:N", title=t("Month")),
        alt.Tooltip("shown:N", title=in_words(indicator.name, lang)),
        alt.Tooltip("target_shown:N", title=t("Target")),
    ]
    if any(point["partial"] for point in points):
        tooltip.append(alt.Tooltip("partial:N", title=t("Data")))
    base = alt.Chart(alt.InlineData(values=points))
    line = base.mark_line(
        color=LINE, strokeWidth=2, invalid="break-paths-show-domains", point={"size": 28, "filled": True}
    )
    layers = [line.encode(x=x, y=y, tooltip=tooltip)]
    if any(point["partial"] for point in points):
        # A month without all of its days is a ring: it may lie where it lies because of that.
        ring = base.transform_filter("datum.partial && datum.value != null").mark_point(
            size=110, filled=False, color=PARTIAL, strokeWidth=2
        )
        layers.append(ring.encode(x=x, y=y, tooltip=tooltip))
    if row.figure.target is not None:
        rule = base.mark_rule(color=TARGET, strokeDash=[4, 3], strokeWidth=1.3)
        layers.insert(0, rule.encode(y=alt.Y("max(target):Q", title=None)))
    return styled(alt.layer(*layers).properties(height=104, width="container"), theme)


def sparkline(values: Sequence[float | None], target: float | None) -> alt.LayerChart:
    """A line without axes, for a table on paper; its last month is a dot, months without data are gaps.

    At least one value must be there.
    """
    known = [value for value in (*values, target) if value is not None]
    low, high = min(known), max(known)
    room = (high - low) * 0.1 or abs(high) * 0.1 or 1.0
    y = alt.Y(
        "value:Q",
        axis=None,
        scale=alt.Scale(domain=[low - room, high + room], nice=False, zero=False),
    )
    points = [{"month": place, "value": value} for place, value in enumerate(values)]
    base = alt.Chart(alt.InlineData(values=points)).encode(
        x=alt.X("month:Q", axis=None, scale=alt.Scale(domain=[-0.5, len(values) - 0.5], nice=False)), y=y
    )
    # A month between two gaps has no line of its own, so every month has a small mark.
    line = base.mark_line(
        color=LINE, strokeWidth=1.5, invalid="break-paths-show-domains", point={"size": 5, "filled": True}
    )
    last = base.transform_filter(f"datum.month == {len(values) - 1} && datum.value != null")
    layers = [line, last.mark_point(color=LINE, size=26, filled=True, opacity=1)]
    if target is not None:
        rule = alt.Chart(alt.InlineData(values=[{"value": target}])).encode(y=y)
        layers.insert(0, rule.mark_rule(color=TARGET, strokeDash=[4, 3], strokeWidth=1.2))
    return alt.layer(*layers).configure(background="transparent").configure_view(strokeWidth=0)


def has_trend(row: StandardRow) -> bool:
    """Whether any month of the trend has data."""
    return any(figure.value is not None for figure in row.trend)


def value_axis(values: list[float], *, percent: bool, of: str = "value") -> alt.Y:
    """The axis of a column that ends at the outer two of its few gridlines, and encloses `values`."""
    marks = ticks(values)
    return alt.Y(
        f"{of}:Q",
        title=None,
        scale=alt.Scale(domain=[marks[0], marks[-1]], nice=False, zero=False),
        axis=alt.Axis(
            values=marks,
            tickCount=len(marks),  # or the page's theme would thin them out
            format="~f",
            labelExpr="datum.label + '%'" if percent else "datum.label",
            # Each label stands at its own gridline, also at both ends.
            labelFlush=False,
            labelBound=False,
        ),
    )


def ticks(values: list[float]) -> list[float]:
    """Two to four round numbers evenly apart that enclose the values; the axis ends at the outer two."""
    low, high = min(values), max(values)
    span = max(high - low, abs(high) * 0.02, 1.0)
    power = 10 ** math.floor(math.log10(span))
    for step in (power * factor for factor in (0.5, 1, 2, 5, 10)):
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        if last - first <= 3:
            break
    if first == last:  # one value, itself a round number
        first, last = (first - 1, last) if first > 0 else (0, 1)
    return [round(number * step, 9) for number in range(first, last + 1)]


def month_labels(months: tuple[str, ...], lang: str) -> str:
    """Short names for every second month, so that they have room and the last one is always named."""
    t = words(lang)
    names = {month: t(MONTHS[int(month[5:]) - 1])[:3] for month in months[::-2]}
    return f"{json.dumps(names, ensure_ascii=False)}[datum.value] || ''"


def styled(chart: alt.LayerChart, theme: Theme = "page") -> alt.LayerChart:
    """The chart in the house style: few lines, the page's own colours or those of paper."""
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
