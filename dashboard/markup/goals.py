"""The goal sheet as HTML to fill in, or to read once it is agreed. Pure; no screen, no database."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import htpy as h

from dashboard.markup.fields import (
    field,
    field_id,
    heading_html,
    said,
    target_shown,
    textarea,
    typed_input,
)
from dashboard.markup.goal_cells import (
    CELLS,
    Place,
    Remarks,
    carried,
    carried_id,
    kind_of_cause,
    more,
    states,
)
from dashboard.markup.pieces import small
from dashboard.words import numbers as formats
from dashboard.words.column import Column, Line, is_lacking, month_after
from dashboard.words.column import said as in_column
from dashboard.words.columns import columns, lines
from dashboard.words.goal_headline import headline_parts
from dashboard.words.goal_sheet import SUPPORT_NEEDED, state_text
from dashboard.words.translate import in_words, words
from kpi.catalog.definitions import Cause
from kpi.scope import Period
from kpi.sheets.measures import SUPPORT
from kpi.sheets.values import GoalSheet, Measure

TYPED = ("cause", "category", "measures", "owner", "due", "status")
# The columns' shares of a wide page, by key; any other has an even one.
WIDTHS = {
    "name": "minmax(7.4rem, 1.05fr)",
    "target": "4.4rem",
    "actual": "15rem",
    "gap": "minmax(7.6rem, 1fr)",
    "cause": "minmax(0, 1.35fr)",
    "next_target": "9.4rem",
    "measures": "minmax(0, 1.5fr)",
}
MONTHS = {"gap": 0}  # on the page, the gap has its month in its heading too


def goals_html(
    sheet: GoalSheet,
    causes: tuple[Cause, ...],
    lang: str,
    remarks: Remarks | None = None,
    *,
    outcomes: Mapping[tuple[str, str], str] | None = None,
    first: Collection[str] | None = None,
) -> h.Renderable:
    """The goal sheet: real gaps first and open, then the other rows, a line each.

    `remarks` are lines below a next target, by indicator, and below a measure, by indicator and month;
    `outcomes` say in a word what became of such a measure. `first` are the rows that come first, where that
    is not to change with the verdicts while somebody has the sheet open.
    """
    shown = columns("goals", "page")
    headings = {column.key: _heading(column, sheet.heading.period, lang) for column in shown}
    # Rendered once: every row of a sheet that is typed into repeats these dozens of options.
    kinds = None if sheet.locked else str(_kinds_of_cause(causes, lang))

    def place(line: Line, label: str) -> Place:
        key = line.row.figure.indicator.key
        told = (kinds, remarks or {}, sheet.locked, sheet.months, sheet.trend.get(key, ()))
        return Place(rows[key], line.number, label, lang, *told)

    def cell(line: Line, column: Column) -> h.Renderable:
        label = " ".join(filter(None, headings[column.key]))
        own = None if is_lacking(column, line) else CELLS.get(column.key)
        inside = in_column(column, line) if own is None else own(place(line, label))
        brief = headings[column.key][0]
        return h.td(data_label=label, data_head=brief, class_=f"col-{column.key}", role="cell")[inside]

    def row(line: Line) -> h.Renderable:
        key, look = line.row.figure.indicator.key, {"kpi-important": line.row.important}
        cells = [cell(line, column) for column in shown]
        return h.tr(data_row=key, class_=look, role="row", id=f"row-{key}")[cells, more(place(line, ""))]

    rows = {one.figure.indicator.key: one for one in sheet.rows}
    top = {key for key, one in rows.items() if one.important} if first is None else set(first)
    listed = [(line.row.figure.indicator.key in top, row(line)) for line in lines(sheet, lang)]
    gaps, others = ([html for is_top, html in listed if is_top is which] for which in (True, False))
    widths = " ".join(WIDTHS.get(column.key, "minmax(0, 1fr)") for column in shown)
    return h.fragment[
        _about(sheet, lang),
        _last_measures(sheet, outcomes or {}, lang),
        h.table(".kpi-goals", role="table", style=f"--kpi-columns: {widths}")[
            h.thead(role="rowgroup")[
                h.tr(role="row")[
                    [
                        h.th(class_=f"col-{key}", role="columnheader")[name, small(when)]
                        for key, (name, when) in headings.items()
                    ]
                ]
            ],
            h.tbody(role="rowgroup")[gaps] if gaps else None,
            h.tbody(role="rowgroup")[_group(len(others), lang) if gaps else None, others],
        ],
        _support(sheet, lang),
    ]


def headline_html(sheet: GoalSheet, lang: str) -> h.Renderable:
    """The sentence that names the real gaps; each leads to its row."""

    def part(before: str, value: str, after: str, row: str) -> h.Node:
        text = h.fragment[before, h.em[value] if value else None, after]
        return _to(row, text) if row else text

    parts = [part(one.before, one.value, one.after, one.row) for one in headline_parts(sheet, lang)]
    return h.h2(".kpi-headline")[parts]


def _to(key: str, inner: h.Node) -> h.Renderable:
    """A link to the row of an indicator, which opens it."""
    return h.a(".kpi-to", href=f"#row-{key}", data_to=key)[inner]


def _heading(column: Column, period: Period, lang: str) -> tuple[str, str]:
    """A column's heading, and the month under it ("" for none)."""
    months = MONTHS.get(column.key, column.months)
    month = "" if months is None else formats.month_text(month_after(period, months), lang)
    return words(lang)(column.heading), month


def _about(sheet: GoalSheet, lang: str) -> h.Renderable:
    """Whose sheet it is, and the switch that keeps intervals, chances and definitions in view."""
    switch = h.button(".kpi-switch", type="button", data_switch=True, aria_pressed="false")[
        words(lang)("Show intervals")
    ]
    return h.div(".kpi-top")[heading_html(sheet.heading, lang, _meeting_date(sheet, lang)), switch]


def _group(count: int, lang: str) -> h.Renderable:
    text = words(lang)("Indicators without a real gap ({n})").format(n=count)
    return h.tr(".kpi-group-row", role="row")[h.td(role="cell")[text]]


def _last_measures(sheet: GoalSheet, outcomes: Mapping[tuple[str, str], str], lang: str) -> h.Node:
    """The measures of the months before, each with its state and, in a word, what came of it."""
    t, last = words(lang), sheet.heading.period.previous().month
    told = []
    for row in sheet.rows:
        for one in (*row.carried, *row.ended):
            came = outcomes.get((one.indicator, one.month), "")
            month = formats.month_text(one.month, lang) if one.month != last else ""
            state = " · ".join(filter(None, (month, state_text(one, lang), came)))
            name = in_words(row.figure.indicator.name, lang)
            text = h.span[t("{name}: “{text}”").format(name=name, text=one.text.value)]
            told.append(_to(one.indicator, h.fragment[text, " ", h.b[state]]))
    return h.p(".kpi-last")[h.span[t("Last month's measures")], told] if told else None


def _support(sheet: GoalSheet, lang: str) -> h.Renderable:
    """What is needed from the next level, who sees to it, and what earlier months asked for."""
    t, one = words(lang), sheet.support
    label = t(SUPPORT_NEEDED)
    earlier = [carried(before, label, (), lang, SUPPORT["status"]) for before in sheet.support_carried]
    if sheet.locked:
        typed: h.Node = said(" · ".join(filter(None, (one.text.value, one.owner.value)))) or "–"
        typed = typed, states(_id("status"), label, lang) if one.text.value.strip() else None
    else:
        typed = (
            textarea(_id("text"), label, " "),
            typed_input("text", _id("owner"), f"{label}: {t('Owner')}", hint=t("Owner")),
        )
    return h.div(".kpi-support")[h.span[label], typed, earlier]


def _id(name: str) -> str:
    return field_id("", SUPPORT[name])


def _meeting_date(sheet: GoalSheet, lang: str) -> h.Renderable:
    t, named = words(lang), field_id("", "meeting_date")
    if sheet.locked:
        return h.b[sheet.meeting_date.value or "–"]
    today = h.button(".kpi-take", type="button", data_take=named, data_value="today")[t("Today")]
    return h.fragment[typed_input("date", named, t("Date of the meeting")), today]


def goal_fields(sheet: GoalSheet) -> dict[str, dict]:
    """The typed fields of a goal sheet: their text as shown, and the version that a save must name.

    What became of a measure of an earlier month is saved on the sheet it stands on: `as` and `month` say so.
    """
    fields = {field_id("", "meeting_date"): field(sheet.meeting_date)}
    for row in sheet.rows:
        key, unit = row.figure.indicator.key, row.figure.indicator.unit
        for name in TYPED:
            fields[field_id(key, name)] = field(getattr(row, name))
        fields[field_id(key, "next_target")] = {
            "value": target_shown(row.next_target.value, unit),
            "version": row.next_target.version,
            "rerun": True,  # how likely it is stands below it
        }
        for measure in (*row.carried, *row.ended):
            fields |= _of_earlier(measure, "status")
    fields |= {_id(name): field(getattr(sheet.support, name)) for name in _support_fields(sheet)}
    for measure in sheet.support_carried:
        fields |= _of_earlier(measure, SUPPORT["status"])
    return fields


def _support_fields(sheet: GoalSheet) -> tuple[str, ...]:
    return ("text", "owner", "status") if sheet.locked else ("text", "owner")


def _of_earlier(measure: Measure, name: str) -> dict[str, dict]:
    own = {"as": field_id(measure.indicator, name), "month": measure.month}
    return {carried_id(measure, name): field(measure.status) | own}


def _kinds_of_cause(causes: tuple[Cause, ...], lang: str) -> h.Renderable:
    """The options of a cause's kind that are offered: those in no group, then each group with its own."""
    groups: dict[str, list[h.Renderable]] = {}
    for one in causes:
        if not one.hidden:
            name = in_words(one.group_name, lang) if one.group else ""
            groups.setdefault(name, []).append(kind_of_cause(one, lang))
    return h.fragment[
        [h.optgroup(label=name)[options] if name else options for name, options in groups.items()]
    ]
