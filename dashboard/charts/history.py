"""The chart of one indicator over months: value, target as agreed, control limits, signals."""

from __future__ import annotations

import altair as alt

from dashboard.charts.style import LINE, PARTIAL, TARGET, month_labels, styled, value_axis
from dashboard.words.numbers import month_text, partial_days_text, target_text, value_text
from dashboard.words.translate import in_words, words
from etl.errors import N_
from kpi.sheets.history import History, Point
from kpi.units import UNITS

BAND = "#94A3B8"
SIGNALS = {True: N_("Signal, high"), False: N_("Signal, low")}


def history_chart(history: History, lang: str) -> alt.LayerChart:
    """The months of a history: a line with dots, the target as a step line, the limits as a quiet band.

    There must be a month with data. A ring marks a signal of the last month, a diamond a value that was
    agreed as another.
    """
    rows = _rows(history, lang)
    drawn = ("value", "target", "agreed", "low", "high")
    known = [row[name] for row in rows for name in drawn if row[name] is not None]
    months = tuple(row["month"] for row in rows)
    x = alt.X("month:O", title=None, axis=alt.Axis(labelAngle=0, labelExpr=month_labels(months, lang)))
    y = value_axis(known, percent=UNITS[history.indicator.unit].scale == 100)
    tooltip = _tooltip(rows, history, lang)
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=x)
    layers = []
    if history.limits:
        band = base.mark_area(color=BAND, opacity=0.16, invalid="break-paths-show-domains")
        layers.append(band.encode(y=alt.Y("low:Q", title=None), y2="high:Q"))
    if any(row["target"] is not None for row in rows):
        step = base.mark_line(
            color=TARGET,
            strokeDash=[4, 3],
            strokeWidth=1.5,
            interpolate="step",
            invalid="break-paths-show-domains",
        )
        layers.append(step.encode(y=alt.Y("target:Q", title=None)))
    line = base.mark_line(
        color=LINE, strokeWidth=2, invalid="break-paths-show-domains", point={"size": 36, "filled": True}
    )
    layers.append(line.encode(y=y, tooltip=tooltip))
    if any(row["agreed"] is not None for row in rows):
        was = base.transform_filter("datum.agreed != null").mark_point(
            shape="diamond", size=70, filled=False, color=LINE, strokeWidth=1.5
        )
        layers.append(was.encode(y=alt.Y("agreed:Q", title=None), tooltip=tooltip))
    if history.signal:
        ring = base.transform_filter("datum.signal").mark_point(
            size=130, filled=False, color=PARTIAL, strokeWidth=2.2
        )
        layers.append(ring.encode(y=y, tooltip=tooltip))
    return styled(alt.layer(*layers).properties(height=190, width="container"))


def _rows(history: History, lang: str) -> list[dict[str, object]]:
    """The chart's data for each month: the numbers to draw and their texts."""
    t, unit = words(lang), history.indicator.unit
    scale = UNITS[unit].scale
    limits = history.limits
    rows = []
    for place, point in enumerate(history.points):
        low, high = (limits.low[place], limits.high[place]) if limits else (None, None)
        agreed = agreed_otherwise(point)
        rows.append(
            {
                "month": point.month,
                "named": month_text(point.month, lang),
                "value": _scaled(point.figure.value, scale),
                "shown": value_text(point.figure.value, unit, lang),
                "partial": partial_days_text(point.figure, lang),
                "target": _scaled(point.target and point.target.value, scale),
                "target_shown": target_text(point.target and point.target.value, unit, lang),
                "agreed": _scaled(agreed, scale),
                "agreed_shown": "" if agreed is None else value_text(agreed, unit, lang),
                "low": _scaled(low, scale),
                "high": _scaled(high, scale),
                "signal": "",
            }
        )
    if history.signal:
        rows[-1]["signal"] = t(SIGNALS[history.signal.above])
    return rows


def _tooltip(rows: list[dict[str, object]], history: History, lang: str) -> list[alt.Tooltip]:
    """The lines of a month's tooltip; a line that is empty in every month is left out."""
    t = words(lang)
    return [
        alt.Tooltip("named:N", title=t("Month")),
        alt.Tooltip("shown:N", title=in_words(history.indicator.name, lang)),
        alt.Tooltip("target_shown:N", title=t("Target")),
        *(
            alt.Tooltip(f"{name}:N", title=t(title))
            for name, title in (
                ("agreed_shown", N_("As agreed")),
                ("partial", N_("Data")),
                ("signal", N_("Signal")),
            )
            if any(row[name] for row in rows)
        ),
    ]


def agreed_otherwise(point: Point) -> float | None:
    """The agreed value of a month, where today's data give another one; else None."""
    if point.agreed is None or point.agreed.value is None or point.agreed.value == point.figure.value:
        return None
    return point.agreed.value


def _scaled(value: float | None, scale: int) -> float | None:
    return None if value is None else value * scale
