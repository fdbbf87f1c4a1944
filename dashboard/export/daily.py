"""日报 as one picture, narrow enough to be read in a group chat on a phone."""

from __future__ import annotations

from pathlib import Path

from dashboard.charts.half_hours import calls_chart, has_level, level_chart
from dashboard.export.typeset import clean, svg, typeset
from dashboard.words.daily import TITLE, busiest_text, day_text, few_text, remarks, row_name, usual_text
from dashboard.words.form_labels import subject_text
from dashboard.words.numbers import as_of_text, partial_text, value_parts
from dashboard.words.translate import words
from kpi.sheets.daily import Daily, DailyRow

TEMPLATE = Path(__file__).parent / "daily.typ"
PIXELS_PER_INCH = 200  # 1,167 pixels wide
CHART_PIXELS = (520, 130)


def daily_bytes(found: Daily, lang: str) -> bytes:
    """One PNG, as long as it takes."""
    return typeset(TEMPLATE, clean(_page(found, lang), words(lang)), "png", PIXELS_PER_INCH)


def _page(found: Daily, lang: str) -> dict:
    t, heading = words(lang), found.heading
    whose = (heading.organisation, subject_text(heading.subject, lang))
    return {
        "lang": lang,
        "title": day_text(found, lang),
        "whole": " · ".join(filter(None, (t(TITLE), *whose))),
        "remarks": remarks(found, lang),
        "tiles": [_tile(row, lang) for row in found.rows] if found.known else [],
        "charts": _charts(found, lang),
        "busiest": busiest_text(found, lang) if found.half_hours else "",
        "as_of": as_of_text(heading.as_of, lang),
    }


def _tile(row: DailyRow, lang: str) -> dict[str, object]:
    number, unit = value_parts(row.value, row.unit, lang)
    partial = partial_text(row.figure, lang) if row.figure else ""
    return {
        "name": row_name(row, lang),
        "known": row.value is not None,
        "number": number,
        "unit": unit,
        "small": list(filter(None, (usual_text(row, lang), few_text(row, lang), partial))),
    }


def _charts(found: Daily, lang: str) -> list[dict[str, str]]:
    t, level = words(lang), found.row("service_level")
    if not found.half_hours:
        return []
    drawn = [(t("Calls by half-hour; grey: usual on this weekday"), calls_chart)]
    if level and has_level(found):
        name = t("{name} by half-hour; dashed: the target").format(name=row_name(level, lang))
        drawn.append((name, level_chart))
    return [{"name": name, "chart": svg(chart(found, lang, "paper"), *CHART_PIXELS)} for name, chart in drawn]
