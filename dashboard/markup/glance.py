"""The first screen as HTML: a sentence, tiles, the teams, what waits. Pure, like the forms."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import htpy as h

from dashboard.markup.pieces import how, number, small
from dashboard.markup.spark import spark
from dashboard.words import numbers as formats
from dashboard.words.attention import news_text
from dashboard.words.glance import beside_text, changes, mark, waiting_lines
from dashboard.words.translate import in_words, words
from dashboard.words.troubles import trouble_text
from dashboard.words.verdicts import judgement_text
from kpi.analysis.real_gaps import Judged
from kpi.scope import Subject
from kpi.sheets.glance import Glance, Tile

SIZE = 104, 36  # of a line, in px
OTHERS = 2  # pieces of news below the first

Address = Callable[[str, Subject], str]  # of a page about a subject


def glance_html(glance: Glance, address: Address, lang: str) -> h.Renderable:
    """The whole screen. `address` leads to a page ("goals", "prepare", "data") about a subject."""
    return h.div(".kpi-glance")[
        _sentences(glance, lang),
        h.div(".kpi-tiles")[[_tile(one, glance, lang) for one in glance.tiles]],
        h.div(".kpi-low")[_teams(glance, address, lang), _waiting(glance, address, lang)],
    ]


def _sentences(glance: Glance, lang: str) -> h.Renderable:
    t, report = words(lang), glance.report
    if all(row.figure.value is None for row in report.rows):
        return h.h1[t("No figures for this period yet")]
    if not report.news:
        return h.h1[t("Nothing stands out this month: no real miss, and nothing clearly worse.")]
    first, *others = report.news
    cause = trouble_text(report.troubles[0], lang)
    more = t("; ").join(news_text(one, lang) for one in others[:OTHERS])
    lead = how(first.figure, lang, t("What it comes from, and the rows behind it"))
    return h.div(".kpi-sentences")[
        h.h1[t("{news}.").format(news=news_text(first, lang))],
        h.p(".kpi-why")[cause, " ", lead],
        h.p(".kpi-why")[t("{n} more: {news}.").format(n=len(others), news=more)] if others else None,
    ]


def _tile(tile: Tile, glance: Glance, lang: str) -> h.Renderable:
    t, figure, news = words(lang), tile.figure, glance.report.news
    indicator = figure.indicator
    target = t("target {target}").format(target=formats.value_text(figure.target, indicator.unit, lang))
    said = [h.span[target]] if figure.target is not None and figure.value is not None else []
    said += [h.span(class_=one.tone and f"kpi-{one.tone}")[one.text] for one in changes(tile, news, lang)]
    tag = mark(tile, news, lang)
    return h.div(".kpi-tile", data_tile=indicator.key)[
        h.p(".kpi-label")[
            in_words(indicator.name, lang),
            beside_text(tile, lang),
            tag and h.span(class_=f"kpi-tag kpi-tag-{tag.tone}")[tag.text],
        ],
        how(figure, lang, number(figure.value, indicator.unit, lang)),
        _line(tile, glance.report.months, tag is not None, lang),
        small(formats.partial_text(figure, lang)),
        h.p(".kpi-changes")[[(" · " if at else None, one) for at, one in enumerate(said)]],
    ]


def _line(tile: Tile, months: Sequence[str], marked: bool, lang: str) -> h.Node:
    said = " – ".join(formats.month_text(month, lang) for month in (months[0], months[-1]))
    values = [figure.value for figure in tile.trend]
    return spark(values, tile.figure.target, size=SIZE, marked=marked, label=said)


def _teams(glance: Glance, address: Address, lang: str) -> h.Renderable:
    t = words(lang)
    head = [h.th[""], [h.th[in_words(one.name, lang)] for one in glance.columns]]
    body = []
    for subject, rows in glance.teams:
        name = subject.name or subject.id or t("Everyone")
        where = address("goals", subject)
        by_key = {row.figure.indicator.key: row for row in rows}
        cells = [_cell(by_key.get(one.key), where, lang) for one in glance.columns]
        body.append(h.tr[h.th(scope="row")[h.a(href=where, target="_self")[name]], cells])
    return h.section(".kpi-block")[
        h.h2[t("Teams")],
        h.div(".kpi-scroll")[h.table(".kpi-heat")[h.thead[h.tr[head]], h.tbody[body]]],
        small(t("Only real gaps are coloured; grey rests on few rows. A cell opens that team's goal sheet.")),
    ]


def _cell(row: Judged | None, where: str, lang: str) -> h.Renderable:
    if row is None or row.figure.value is None:
        return h.td(".kpi-none")[words(lang)("No data") if row is not None else "–"]
    figure = row.figure
    text = formats.number_text(figure.value, figure.indicator.unit)
    said = formats.value_text(figure.value, figure.indicator.unit, lang)
    title = f"{said} · {judgement_text(row, lang)}"
    look = {"kpi-sure": row.verdict.important, "kpi-few": figure.withheld or not figure.enough_rows}
    shown = f"▼ {text}" if row.verdict.important else text
    return h.td(class_=look)[h.a(href=where, target="_self", title=title)[shown]]


def _waiting(glance: Glance, address: Address, lang: str) -> h.Renderable:
    t = words(lang)
    subject = glance.report.heading.subject
    lines = [
        h.li[
            h.a(href=address(line.page, subject), target="_self")[line.name],
            h.b(class_={"kpi-hot": line.hot})[line.text],
        ]
        for line in waiting_lines(glance, lang)
    ]
    return h.section(".kpi-block")[h.h2[t("To do")], h.ul(".kpi-todo")[lines]]
