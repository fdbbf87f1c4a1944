"""日报 as HTML: what day it is and what it stands beside, and a tile a figure. Pure."""

from __future__ import annotations

import htpy as h

from dashboard.markup.pieces import how, number, small
from dashboard.words import numbers as formats
from dashboard.words.daily import MEANT, TITLE, day_text, few_text, remarks, row_name, usual_text
from dashboard.words.form_labels import subject_text
from dashboard.words.translate import words
from kpi.sheets.daily import Daily, DailyRow


def daily_html(found: Daily, lang: str) -> h.Renderable:
    """The heading of the day and its tiles; where nothing of it is loaded only the sentence that says so."""
    t = words(lang)
    whose = subject_text(found.heading.subject, lang)
    return h.div(".kpi-glance.kpi-day")[
        h.div(".kpi-sentences")[
            h.h1[day_text(found, lang)],
            h.p(".kpi-why")[f"{t(TITLE)} · {whose}"],
            h.p(".kpi-why")[" ".join(remarks(found, lang))],
        ],
        h.div(".kpi-tiles")[[_tile(row, lang) for row in found.rows]] if found.known else None,
    ]


def _tile(row: DailyRow, lang: str) -> h.Renderable:
    value, figure = number(row.value, row.unit, lang), row.figure
    said = (usual_text(row, lang), few_text(row, lang))
    meant = words(lang)(MEANT[row.key]) if row.key in MEANT else None
    return h.div(".kpi-tile", data_tile=row.key, title=meant)[
        h.p(".kpi-label")[row_name(row, lang)],
        how(figure, lang, value) if figure else value,
        small(formats.partial_text(figure, lang) if figure else ""),
        h.p(".kpi-changes")[" · ".join(filter(None, said))],
    ]
