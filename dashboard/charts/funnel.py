"""The funnel of a team: one dot a person, and the limits that chance alone would keep to."""

from __future__ import annotations

import altair as alt

from dashboard.charts.style import LINE, PARTIAL, TARGET, styled, value_axis
from dashboard.words.numbers import value_text
from dashboard.words.translate import in_words, words
from etl.errors import N_
from kpi.analysis.team_funnel import Dot, Funnel
from kpi.units import UNITS

FEW = "#94A3B8"
LIMITS = (("low", "high", [1, 0]), ("lowest", "highest", [4, 3]))
BEYOND = {0: N_("within the limits"), 1: N_("above the 99.8% limit"), -1: N_("below the 99.8% limit")}


def funnel_chart(funnel: Funnel, lang: str) -> alt.LayerChart:
    """One dot a person by sample size and value, with 95 % and 99.8 % limits; no names in a public funnel."""
    t, unit = words(lang), funnel.indicator.unit
    scale = UNITS[unit].scale
    dots = [_dot(dot, unit, scale, lang) for dot in funnel.dots]
    bands = [
        {"rows": band.rows}
        | {name: getattr(band, name) * scale for name in ("lowest", "low", "high", "highest")}
        for band in funnel.bands
    ]
    tooltip = [
        *([alt.Tooltip("name:N", title=t("Person"))] if any("name" in dot for dot in dots) else []),
        alt.Tooltip("shown:N", title=in_words(funnel.indicator.name, lang)),
        alt.Tooltip("rows:Q", title=t("Sample size")),
        alt.Tooltip("said:N", title=t("Limits")),
    ]
    # The curves may leave the picture where there are few rows; the dots may not.
    known = [dot["value"] for dot in dots] + [
        bands[-1]["lowest"],
        bands[-1]["highest"],
        funnel.centre * scale,
    ]
    y = value_axis(known, percent=scale == 100)
    x = alt.X(
        "rows:Q",
        title=t("Sample size"),
        scale=alt.Scale(domain=[bands[0]["rows"], bands[-1]["rows"]], nice=False, zero=False),
        axis=alt.Axis(tickCount=6, format=",d"),
    )
    curves = alt.Chart(alt.InlineData(values=bands))
    layers = [
        curves.mark_line(color=FEW, strokeWidth=1.2, strokeDash=dash, clip=True).encode(
            x=x, y=alt.Y(f"{end}:Q", title=None)
        )
        for low, high, dash in LIMITS
        for end in (low, high)
    ]
    centre = alt.Chart(alt.InlineData(values=[{"value": funnel.centre * scale}]))
    layers.append(centre.mark_rule(color=TARGET, strokeWidth=1.2).encode(y=y))
    points = alt.Chart(alt.InlineData(values=dots)).mark_point(size=70, strokeWidth=1.8, opacity=1)
    fill, stroke = alt.Fill("fill:N", scale=None), alt.Stroke("stroke:N", scale=None)
    layers.append(points.encode(x=x, y=y, tooltip=tooltip, fill=fill, stroke=stroke))
    return styled(alt.layer(*layers).properties(height=320, width="container"))


def _dot(dot: Dot, unit: str, scale: int, lang: str) -> dict[str, object]:
    """The chart's data for one dot; it is hollow where it has too few rows to be judged."""
    t = words(lang)
    colour = PARTIAL if dot.beyond and not dot.small else LINE
    about: dict[str, object] = {
        "value": dot.value * scale,
        "shown": value_text(dot.value, unit, lang),
        "rows": dot.rows,
        "said": t("too few rows to judge") if dot.small else t(BEYOND[dot.beyond]),
        "stroke": colour,
        "fill": "transparent" if dot.small else colour,
    }
    return about if dot.person is None else about | {"name": f"{dot.person.name} {dot.person.id}".strip()}
