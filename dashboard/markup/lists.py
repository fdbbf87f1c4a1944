"""What is only read, as HTML: standards, ticket limits, indicators, people. Pure, like the forms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

import htpy as h

from dashboard.markup.pieces import (
    actual,
    chip,
    gap,
    how,
    none,
    number,
    person_link,
    scrolled,
    small,
    spaced,
)
from dashboard.words import numbers as formats
from dashboard.words.attention import ORDER
from dashboard.words.column import Column, Line
from dashboard.words.column import said as in_column
from dashboard.words.columns import columns, numbered
from dashboard.words.corrections import corrections_text
from dashboard.words.translate import in_words, words
from dashboard.words.verdicts import VERDICTS
from etl.errors import N_
from kpi.analysis.real_gaps import Judged
from kpi.catalog.definitions import Cause
from kpi.sheets.values import AppraisalSheet, ItemRow, StandardRow

CARD = ("vague", "specific", "target", "actual", "gap")  # the columns with a place on a standard's card
ITEMS = {"response": N_("Response"), "resolution": N_("Resolution")}  # a rate with all that it rests on


def standard_html(row: StandardRow, lang: str) -> h.Renderable:
    """One service standard: the vague demand beside its specific form, and the figure."""
    t, standard, figure = words(lang), row.standard, row.figure
    target = formats.target_text(figure.target, figure.indicator.unit, lang)
    stated = t("target {target}").format(target=target)
    if standard.document_target:
        stated = t("{target}, the documents say {stated}").format(
            target=stated, stated=standard.document_target
        )
    line = Line(row, standard.number, lang)
    shown = {column.key: column for column in columns("standards", "page")}
    others = [
        t("{label}: {text}").format(label=t(column.heading), text=in_column(column, line))
        for key, column in shown.items()
        if key not in CARD
    ]
    return h.div(".kpi-standard")[
        h.div(".kpi-demand")[
            h.span(".kpi-order")[standard.number],
            "vague" in shown and h.p(".kpi-vague")[in_words(standard.vague, lang)],
            "specific" in shown and h.p(".kpi-specific")[in_words(standard.specific, lang)],
        ],
        h.div[
            "actual" in shown and actual(figure, lang),
            "target" in shown and small(stated),
            "gap" in shown and h.div(".kpi-line")[gap(row, lang)],
            small(*others),
        ],
    ]


def trend_alt(row: StandardRow, lang: str) -> str:
    """The trend in words, for those who cannot see the chart."""
    t, unit = words(lang), row.figure.indicator.unit
    points = []
    for month, figure in zip(row.trend_months, row.trend, strict=True):
        lacks = formats.partial_days_text(figure, lang)
        value = formats.value_text(figure.value, unit, lang) + (
            t(" ({text})").format(text=lacks) if lacks else ""
        )
        points.append(f"{formats.month_text(month, lang)} {value}")
    return t(": ").join((in_words(row.figure.indicator.name, lang), t("; ").join(points)))


def items_html(items: Sequence[ItemRow], lang: str) -> h.Renderable:
    """The ticket limits by service item; items without tickets stand in a second table."""
    used = [item for item in items if _has_tickets(item)]
    idle = [item for item in items if not _has_tickets(item)]
    return h.fragment[_used_items(used, lang) if used else None, _idle_items(idle, lang) if idle else None]


def _used_items(items: Sequence[ItemRow], lang: str) -> h.Renderable:
    shown, category, body = _item_columns("category"), None, []
    for line in numbered(items, lang):
        named = in_words(line.row.item.category, lang)
        if named != category:
            body.append(h.tr(".kpi-category")[h.th(colspan=len(shown))[named]])
            category = named
        body.append(h.tr[[h.td(class_=f"col-{column.key}")[_item(column, line)] for column in shown]])
    return h.table(".kpi-plain.kpi-items")[h.thead[h.tr[_headings(shown, lang)]], h.tbody[body]]


def _idle_items(items: Sequence[ItemRow], lang: str) -> h.Renderable:
    """The items without tickets: their limits hold all the same."""
    t, shown, rows = words(lang), _item_columns(*ITEMS), []
    for _, alike in groupby(numbered(items, lang), lambda line: in_words(line.row.item.category, lang)):
        for place, line in enumerate(alike):
            texts = {column.key: _limit_or_text(column, line) for column in shown}
            rows.append(texts | ({"category": ""} if place else {}))
    body = [h.tr[[h.td(class_=f"col-{key}")[text] for key, text in row.items()]] for row in rows]
    return h.fragment[
        h.p(".kpi-group")[f"{t('No tickets in this period')} · {len(rows)}"],
        h.div(".kpi-idle")[scrolled("kpi-plain", _headings(shown, lang), body)],
    ]


def _item_columns(*left_out: str) -> tuple[Column, ...]:
    return tuple(column for column in columns("items", "page") if column.key not in left_out)


def _headings(shown: Iterable[Column], lang: str) -> list[h.Element]:
    t = words(lang)
    return [h.th(class_=f"col-{c.key}")[t(ITEMS.get(c.key, c.heading))] for c in shown]


def _item(column: Column, line: Line) -> h.Node:
    if column.key in ITEMS:
        return _limit(getattr(line.row, column.key), getattr(line.row, f"{column.key}_pending"), line.lang)
    text = _limit_or_text(column, line)
    return h.span(".kpi-name")[text] if column.key == "item" else text


def _limit_or_text(column: Column, line: Line) -> str:
    """The text of a cell: a ticket limit in words, or any other column's own text."""
    limits = {"response_limit": line.row.item.response_s, "resolution_limit": line.row.item.resolution_s}
    if column.key in limits:
        return formats.span_text(limits[column.key], line.lang)
    return in_column(column, line)


def indicators_html(rows: Sequence[Judged], lang: str) -> h.Renderable:
    """All figures as cards, grouped by verdict; those without data as one quiet list of names."""
    t, listed = words(lang), []
    for standing in ORDER:
        group = [row for row in rows if row.verdict.standing == standing]
        if not group:
            continue
        listed.append(h.p(".kpi-group")[f"{t(VERDICTS[standing])} · {len(group)}"])
        if standing == "no_data":
            empty = [row.figure for row in group]
            names = (how(figure, lang, in_words(figure.indicator.name, lang)) for figure in empty)
            listed.append(h.p(".kpi-names")[spaced(names)])
        else:
            listed.append(h.div(".kpi-cards")[[_card(row, lang) for row in group]])
    return h.fragment[listed]


def document_causes_html(causes: Iterable[Cause], lang: str) -> h.Renderable:
    """The documents' lists of causes, each with its source."""
    listed = groupby((one for one in causes if one.hidden and one.source), lambda one: one.group)
    return h.dl(".kpi-facts.kpi-lists")[
        [
            (
                h.dt[in_words(first.group_name, lang)],
                h.dd[
                    " · ".join(in_words(one.name, lang) for one in (first, *others)),
                    small(in_words(first.source, lang)),
                ],
            )
            for _, (first, *others) in listed
        ]
    ]


def people_html(sheets: Sequence[AppraisalSheet], lang: str) -> h.Renderable:
    """The appraisals of several people in one list; a name opens that person's sheet."""
    t = words(lang)
    if not sheets:
        return h.p(".kpi-attention")[t("Nobody has figures in this period.")]
    parameters = [in_words(score.parameter.name, lang) for score in sheets[0].scores]
    head = [h.th(".kpi-right")[name] for name in (*parameters, t("Total"), t("Grade"))]
    body = []
    for sheet in sheets:
        person = sheet.heading.subject
        total = h.b[formats.score_text(sheet.total, lang)] if sheet.total is not None else _score(None)
        cells = (*(_score(score.score) for score in sheet.scores), total, sheet.grade or "–")
        who = h.td(".kpi-who")[person_link(person), small(person.id if person.name else "")]
        body.append(h.tr[who, [h.td(".kpi-right")[cell] for cell in cells]])
    note = t("– : {words}").format(words=formats.score_text(None, lang))
    return h.fragment[
        scrolled("kpi-plain kpi-people", (h.th[t("Person")], head), body), h.p(".kpi-note")[note]
    ]


def _card(row: Judged, lang: str) -> h.Renderable:
    t, figure = words(lang), row.figure
    unit, aimed = figure.indicator.unit, figure.target is not None
    aim = t("target {target}").format(target=formats.value_text(figure.target, unit, lang)) if aimed else ""
    return h.div(".kpi-card", data_card=figure.indicator.key)[
        h.span(".kpi-label")[in_words(figure.indicator.name, lang)],
        actual(figure, lang),
        small(aim),
        h.div(".kpi-line")[gap(row, lang)] if aimed else None,
    ]


def _limit(row: Judged | None, pending: int, lang: str) -> h.Renderable:
    t = words(lang)
    if row is None:
        return none("–")
    figure = row.figure
    open_still = small(t("{n} still open within the limit").format(n=pending)) if pending else None
    corrected = small(corrections_text(figure, lang))
    if figure.value is None:
        return h.fragment[none(t("No data")), open_still, corrected]
    mark = chip(row, lang) if row.verdict.standing not in ("no_data", "no_target") else None
    return h.fragment[
        h.div(".kpi-inline")[number(figure.value, figure.indicator.unit, lang), mark],
        small(formats.base_text(figure, lang)),
        open_still,
        corrected,
    ]


def _has_tickets(item: ItemRow) -> bool:
    shown = [row.figure for row in (item.response, item.resolution) if row is not None]
    return bool(item.response_pending or item.resolution_pending) or any(f.value is not None for f in shown)


def _score(score: float | None) -> h.Node:
    return none("–") if score is None else formats.half_up_text(score, 1)
