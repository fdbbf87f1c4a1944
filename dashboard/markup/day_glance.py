"""The first screen of a single day as HTML: figures without verdicts, beside those of a week before. Pure."""

from __future__ import annotations

import htpy as h

from dashboard.markup.pieces import how, number, small
from dashboard.words import numbers as formats
from dashboard.words.glance import change_line
from dashboard.words.translate import in_words, words
from etl.errors import N_
from kpi.figures.figure import Figure
from kpi.sheets.glance import DayGlance
from kpi.sheets.values import Comparison

CAUTION = N_("One day says little by itself: it stands beside the same weekday a week ago.")


def day_html(glance: DayGlance, lang: str) -> h.Renderable:
    """The screen of a single day: its figures beside those of the same weekday a week before."""
    t, day = words(lang), glance.heading.period.start
    head = [h.th[""], [h.th[in_words(one.name, lang)] for one in glance.columns]]
    body = []
    for subject, found in glance.teams:
        by_key = {figure.indicator.key: figure for figure in found}
        cells = [_day_cell(by_key.get(one.key), lang) for one in glance.columns]
        body.append(h.tr[h.th(scope="row")[subject.name or subject.id or t("Everyone")], cells])
    title = t("{day}, {weekday}").format(
        day=formats.date_text(day, lang), weekday=t(formats.WEEKDAYS[day.weekday()])
    )
    return h.div(".kpi-glance")[
        h.div(".kpi-sentences")[
            h.h1[title],
            h.p(".kpi-why")[
                t("One day says little by itself: it stands beside the same weekday a week ago.")
            ],
        ],
        h.div(".kpi-tiles")[[_day_tile(figure, before, lang) for figure, before in glance.tiles]],
        h.section(".kpi-block")[
            h.h2[t("Teams")],
            h.div(".kpi-scroll")[h.table(".kpi-heat")[h.thead[h.tr[head]], h.tbody[body]]],
        ],
    ]


def _day_tile(figure: Figure, before: Comparison, lang: str) -> h.Renderable:
    t, unit = words(lang), figure.indicator.unit
    said = []
    if figure.target is not None and figure.value is not None and not figure.indicator.how.grows:
        said.append(t("target {target}").format(target=formats.value_text(figure.target, unit, lang)))
    if before.change is not None:
        said.append(change_line(N_("a week ago {change}"), before, lang))
    return h.div(".kpi-tile", data_tile=figure.indicator.key)[
        h.p(".kpi-label")[in_words(figure.indicator.name, lang)],
        how(figure, lang, number(figure.value, unit, lang)),
        small(formats.partial_text(figure, lang)),
        h.p(".kpi-changes")[" · ".join(said)],
    ]


def _day_cell(figure: Figure | None, lang: str) -> h.Renderable:
    if figure is None or figure.value is None:
        return h.td(".kpi-none")[words(lang)("No data") if figure is not None else "–"]
    few = figure.withheld or not figure.enough_rows
    text = formats.number_text(figure.value, figure.indicator.unit)
    return h.td(class_={"kpi-few": few})[
        h.span(title=formats.value_text(figure.value, figure.indicator.unit, lang))[text]
    ]
