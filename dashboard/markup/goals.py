"""The goal sheet as HTML to fill in, or to read once it is agreed. Pure; no screen, no database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import htpy as h

from dashboard.markup.fields import (
    RENDERED,
    field,
    field_id,
    heading_html,
    said,
    select,
    target_shown,
    textarea,
    typed_input,
)
from dashboard.markup.pieces import actual, gap, how, large, none, number, small
from dashboard.words import numbers as formats
from dashboard.words.column import Column, Line, is_lacking, month_after
from dashboard.words.column import said as in_column
from dashboard.words.columns import columns, lines
from dashboard.words.goal_sheet import (
    MEASURE_STATES,
    attained_text,
    carried_title,
    cause_text,
    signal_text,
    today_lines,
)
from dashboard.words.targets import chance_text, proposals_of
from dashboard.words.translate import in_words, words
from kpi.catalog.definitions import Cause
from kpi.scope import Period
from kpi.sheets.measures import ENDED
from kpi.sheets.values import GoalRow, GoalSheet, Measure
from kpi.units import UNITS

Remarks = Mapping[tuple[str, str], Sequence[str]]

TYPED = ("cause", "category", "measures", "owner", "due", "status")
MONTHS = {"gap": 0}  # on the page, the gap has its month in its heading too


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a cell is: its row, its heading on a narrow page, the kinds of cause to choose from."""

    row: GoalRow
    label: str
    lang: str
    kinds: h.Node
    below: Remarks
    locked: bool

    @property
    def key(self) -> str:
        return self.row.figure.indicator.key

    @property
    def name(self) -> str:
        """The indicator's name, which a field is called by."""
        return in_words(self.row.figure.indicator.name, self.lang)


def goals_html(
    sheet: GoalSheet, causes: tuple[Cause, ...], lang: str, remarks: Remarks | None = None
) -> h.Renderable:
    """The columns of the goal sheet, the measured month and the next one in their headings.

    `remarks` are lines below a next target, by indicator, and below a measure, by indicator and month.
    """
    shown = columns("goals", "page")
    headings = {column.key: _heading(column, sheet.heading.period, lang) for column in shown}
    # Rendered once: every row of a sheet that is typed into repeats these dozens of options.
    kinds = None if sheet.locked else str(_kinds_of_cause(causes, lang))

    def cell(row: GoalRow, line: Line, column: Column) -> h.Renderable:
        label = " ".join(filter(None, headings[column.key]))
        place = _Place(row, label, lang, kinds, remarks or {}, sheet.locked)
        own = None if is_lacking(column, line) else CELLS.get(column.key)
        inside = in_column(column, line) if own is None else own(place)
        return h.td(data_label=label, class_=f"col-{column.key}")[inside]

    return h.fragment[
        heading_html(sheet.heading, lang, _meeting_date(sheet, lang)),
        h.table(".kpi-form.kpi-goals")[
            h.thead[
                h.tr[[h.th(class_=f"col-{key}")[name, small(when)] for key, (name, when) in headings.items()]]
            ],
            h.tbody[
                [
                    h.tr(data_row=row.figure.indicator.key, class_={"kpi-important": row.important})[
                        [cell(row, line, column) for column in shown]
                    ]
                    for row, line in zip(sheet.rows, lines(sheet, lang), strict=True)
                ]
            ],
        ],
    ]


def _heading(column: Column, period: Period, lang: str) -> tuple[str, str]:
    """A column's heading, and the month under it ("" for none)."""
    months = MONTHS.get(column.key, column.months)
    month = "" if months is None else formats.month_text(month_after(period, months), lang)
    return words(lang)(column.heading), month


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
            own = {"as": field_id(key, "status"), "month": measure.month}
            fields[_carried_id(measure)] = field(measure.status) | own
    return fields


def _carried_id(measure: Measure) -> str:
    return field_id(measure.indicator, f"status@{measure.month}")


def _name(at: _Place) -> h.Node:
    return how(at.row.figure, at.lang, h.span(".kpi-name")[at.name])


def _target(at: _Place) -> h.Node:
    figure = at.row.figure
    if figure.target is None:
        return none(words(at.lang)("No target set"))
    return number(figure.target, figure.indicator.unit, at.lang)


def _actual(at: _Place) -> h.Node:
    return actual(at.row.figure, at.lang), small(*today_lines(at.row, at.lang))


def _gap(at: _Place) -> h.Node:
    attained = [attained_text(at.row, one, at.lang) for one in at.row.attained]
    return gap(at.row, at.lang), small(signal_text(at.row, at.lang), *attained)


def _cause(at: _Place) -> h.Node:
    if at.locked:
        return said(cause_text(at.row, at.lang))
    t = words(at.lang)
    hint = t("Why did this gap open?") if at.row.important else " "
    kind = t("Kind of cause")
    chosen = select(field_id(at.key, "category"), f"{at.name}: {kind}", kind, at.kinds)
    typed = textarea(field_id(at.key, "cause"), f"{at.name}: {at.label}", hint)
    return typed, h.div(".kpi-beneath.kpi-kind")[chosen]


def _next_target(at: _Place) -> h.Node:
    """The next target as agreed, or its field with the proposals; below it the pitfalls of the target."""
    pitfalls = [h.span(".kpi-small.kpi-pitfall")[one] for one in at.below.get((at.key, ""), ())]
    unit = at.row.figure.indicator.unit
    word = words(at.lang)(UNITS[unit].label)
    if at.locked:
        shown = target_shown(at.row.next_target.value, unit)
        return large(shown, word) if shown else none("–"), pitfalls
    typed = typed_input("text", field_id(at.key, "next_target"), f"{at.name}: {at.label}", word)
    return typed, _proposed(at.row, at.name, at.lang), pitfalls


def _measures(at: _Place) -> h.Node:
    """The measure, and below it those of earlier months."""
    earlier = [
        _carried(measure, at.name, at.below.get((at.key, measure.month), ()), at.lang)
        for measure in (*at.row.carried, *at.row.ended)
    ]
    plan = _measure(at.row, at.name, at.lang) if at.locked else _plan(at.key, at.name, at.label, at.lang)
    return plan, earlier


CELLS: dict[str, Callable[[_Place], h.Node]] = {
    "name": _name,
    "target": _target,
    "actual": _actual,
    "gap": _gap,
    "cause": _cause,
    "next_target": _next_target,
    "measures": _measures,
}


def _measure(row: GoalRow, name: str, lang: str) -> h.Renderable:
    """The agreed measure, with the choice of its state: done, dropped or under way."""
    text = row.measures.value
    states = _states(field_id(row.figure.indicator.key, "status"), name, lang) if text.strip() else None
    return h.fragment[said(text), small(*_who_when(row, lang)), states]


def _kinds_of_cause(causes: tuple[Cause, ...], lang: str) -> h.Renderable:
    """The options of a cause's kind: groups, each with its causes."""
    groups: dict[str, list[Cause]] = {}
    for cause in causes:
        groups.setdefault(in_words(cause.group_name, lang), []).append(cause)
    return h.fragment[
        [
            h.optgroup(label=group)[[h.option(value=one.key)[in_words(one.name, lang)] for one in own]]
            for group, own in groups.items()
        ]
    ]


def _plan(key: str, name: str, label: str, lang: str) -> h.Renderable:
    """What will be done, who does it, until when, and what became of it."""
    t = words(lang)
    return h.fragment[
        textarea(field_id(key, "measures"), f"{name}: {label}", " "),
        h.div(".kpi-beneath")[
            typed_input("text", field_id(key, "owner"), f"{name}: {t('Owner')}", hint=t("Owner")),
            typed_input("date", field_id(key, "due"), f"{name}: {t('Due')}", t("Due")),
            _states(field_id(key, "status"), name, lang),
        ],
    ]


def _proposed(row: GoalRow, name: str, lang: str) -> h.Renderable:
    """Buttons that take a proposed target, and the chance of reaching the typed target or the stretch."""
    indicator = row.figure.indicator
    buttons = [
        h.button(
            ".kpi-take",
            type="button",
            data_take=field_id(indicator.key, "next_target"),
            data_value=target_shown(f"{value:.4g}", indicator.unit),
            aria_label=f"{name}: {text}",
        )[text]
        for value, text in proposals_of(row, lang)
    ]
    chance = small(chance_text(row, lang))
    return h.fragment[(chance, buttons) if row.next_target.value else (buttons, chance)]


def _carried(measure: Measure, name: str, below: Iterable[str], lang: str) -> h.Renderable:
    """A measure of an earlier month with its state, and whether it worked."""
    t, due = words(lang), measure.due.value
    about = (carried_title(measure, lang), measure.owner.value, due and t("due {day}").format(day=due))
    return h.div(".kpi-carried")[
        small(" · ".join(filter(None, about))),
        said(measure.text.value),
        _states(_carried_id(measure), name, lang),
        small(*below),
    ]


@lru_cache(maxsize=RENDERED)
def _states(named: str, name: str, lang: str) -> h.Node:
    t = words(lang)
    listed = [h.option(value=one)[t(MEASURE_STATES[one])] for one in ENDED]
    return str(select(named, f"{name}: {t('State of the measure')}", t(MEASURE_STATES[""]), listed))


def _who_when(row: GoalRow, lang: str) -> tuple[str, ...]:
    t = words(lang)
    told = ((t("Owner"), row.owner.value), (t("Due"), row.due.value))
    return tuple(t("{label}: {text}").format(label=label, text=text) for label, text in told if text)
