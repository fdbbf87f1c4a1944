"""The half-hours of a day: its calls beside what is usual, and how many of them are answered in time."""

from __future__ import annotations

import altair as alt

from dashboard.charts.style import LINE, TARGET, Theme, styled, value_axis
from dashboard.words.daily import row_name, span_text
from dashboard.words.numbers import amount_text, value_text
from dashboard.words.translate import words
from kpi.sheets.daily import Daily

HEIGHT = 150
EVERY_SECOND_HOUR = (
    "indexof(datum.value, ':00') > 0 && toNumber(slice(datum.value, 0, 2)) % 2 == 0 ? datum.value : ''"
)


def calls_chart(found: Daily, lang: str, theme: Theme = "page") -> alt.LayerChart:
    """A bar of calls for each half-hour, and what is usual as a grey line. There must be half-hours."""
    t, rows = words(lang), _rows(found, lang)
    known = [row[name] for row in rows for name in ("calls", "usual") if row[name] is not None]
    y = value_axis([0, *known], percent=False, of="calls")
    tooltip = [
        alt.Tooltip("span:N", title=t("Half-hour")),
        alt.Tooltip("calls:Q", title=t("Calls")),
        alt.Tooltip("usual_said:N", title=t("Usual")),
    ]
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=_across())
    layers = [base.mark_bar(color=LINE, opacity=0.75).encode(y=y, tooltip=tooltip)]
    if any(row["usual"] is not None for row in rows):
        usual = base.mark_line(color=TARGET, strokeWidth=2, interpolate="step")
        layers.append(usual.encode(y=alt.Y("usual:Q", title=None)))
    return styled(alt.layer(*layers).properties(height=HEIGHT, width="container"), theme)


def level_chart(found: Daily, lang: str, theme: Theme = "page") -> alt.LayerChart:
    """The service level of each half-hour with its target; a gap where no call counts. One must have some."""
    t, rows, level = words(lang), _rows(found, lang), found.row("service_level")
    target = level.figure.target if level and level.figure else None
    known = [row["level"] for row in rows if row["level"] is not None]
    base = alt.Chart(alt.InlineData(values=rows))
    tooltip = [
        alt.Tooltip("span:N", title=t("Half-hour")),
        alt.Tooltip("level_said:N", title=row_name(level, lang) if level else ""),
        alt.Tooltip("of:N", title=t("Calls")),
    ]
    y = value_axis([*known, *([] if target is None else [100 * target])], percent=True, of="level")
    line = base.mark_line(
        color=LINE, strokeWidth=1.3, opacity=0.55, strokeJoin="round", invalid="break-paths-show-domains"
    )
    # Of few calls a share jumps: the more calls, the larger the dot.
    size = alt.Size("counted:Q", legend=None, scale=alt.Scale(domainMin=0, range=[0, 110]))
    dots = base.transform_filter("datum.level != null").mark_point(color=LINE, filled=True, opacity=1)
    layers = [
        line.encode(x=_across(), y=y, tooltip=tooltip),
        dots.encode(x=_across(), y=y, size=size, tooltip=tooltip),
    ]
    if target is not None:
        rule = alt.Chart(alt.InlineData(values=[{"target": 100 * target}]))
        dashes = rule.mark_rule(color=TARGET, strokeDash=[4, 3], strokeWidth=1.3)
        layers.insert(0, dashes.encode(y=alt.Y("target:Q", title=None)))
    return styled(alt.layer(*layers).properties(height=HEIGHT, width="container"), theme)


def has_level(found: Daily) -> bool:
    """Whether any half-hour has a service level."""
    return any(one.level is not None for one in found.half_hours)


def _across() -> alt.X:
    axis = alt.Axis(labelAngle=0, labelFlush=False, labelExpr=EVERY_SECOND_HOUR)
    return alt.X("begins:O", title=None, axis=axis)


def _rows(found: Daily, lang: str) -> list[dict[str, object]]:
    return [
        {
            "begins": f"{one.begins:%H:%M}",
            "span": span_text(one),
            "calls": one.calls,
            "usual": one.usual,
            "usual_said": amount_text(one.usual),
            "level": None if one.level is None else 100 * one.level,
            "level_said": value_text(one.level, "share", lang),
            "counted": one.counted,
            "of": f"{one.in_time} / {one.counted}",
        }
        for one in found.half_hours
    ]
