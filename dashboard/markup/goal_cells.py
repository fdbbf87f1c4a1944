"""The cells of a goal sheet's row: one line each, and what belongs to it below. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import htpy as h

from dashboard.markup.fields import (
    RENDERED,
    field_id,
    said,
    select,
    target_shown,
    textarea,
    typed_input,
)
from dashboard.markup.pieces import chip, how, large, none, number, small
from dashboard.markup.spark import spark
from dashboard.words import numbers as formats
from dashboard.words.corrections import corrections_text
from dashboard.words.goal_sheet import (
    MEASURE_STATES,
    attained_text,
    beside_lines,
    carried_title,
    cause_text,
    few_text,
    signal_text,
    today_lines,
)
from dashboard.words.targets import chance_text, suggested
from dashboard.words.translate import in_words, words
from kpi.catalog.definitions import Cause
from kpi.sheets.measures import ENDED
from kpi.sheets.values import GoalRow, Measure
from kpi.units import UNITS

Remarks = Mapping[tuple[str, str], Sequence[str]]
SPARK = 84, 26  # px


@dataclass(frozen=True, slots=True)
class Place:
    """Where a cell is: its row and number, its heading on a narrow page, the kinds of cause to choose from.

    `below` are remarks below a next target, by indicator, and below a measure, by indicator and month;
    `trend` are the values of the row's last `months`.
    """

    row: GoalRow
    number: int
    label: str
    lang: str
    kinds: h.Node
    below: Remarks
    locked: bool
    months: Sequence[str] = ()
    trend: Sequence[float | None] = ()

    @property
    def key(self) -> str:
        """The row's indicator."""
        return self.row.figure.indicator.key

    @property
    def name(self) -> str:
        """The indicator's name, which a field is called by."""
        return in_words(self.row.figure.indicator.name, self.lang)


def carried_id(measure: Measure, field: str = "status") -> str:
    """The name of the field that says what became of a measure of an earlier month."""
    return field_id(measure.indicator, f"{field}@{measure.month}")


def _name(at: Place) -> h.Node:
    opener = h.button(".kpi-name", type="button", data_open=at.key, aria_expanded="false")[at.name]
    return h.span(".kpi-no")[str(at.number)], opener


def _target(at: Place) -> h.Node:
    figure = at.row.figure
    return none("–") if figure.target is None else number(figure.target, figure.indicator.unit, at.lang)


def _actual(at: Place) -> h.Node:
    """The value as a button that opens what is behind it, few words small, and the months as a line."""
    row, figure, lang = at.row, at.row.figure, at.lang
    value = how(figure, lang, number(figure.value, figure.indicator.unit, lang))
    lacking = formats.partial_text(figure, lang) if figure.value is not None else ""
    lines = (*beside_lines(row, lang), lacking, *today_lines(row, lang))
    span = " – ".join(formats.month_text(month, lang) for month in (*at.months[:1], *at.months[-1:]))
    drawn = spark(at.trend, figure.target, size=SPARK, marked=row.important, label=span)
    return h.div(".kpi-told")[value, h.span(".kpi-n")[few_text(row, lang)], small(*lines)], drawn


def _gap(at: Place) -> h.Node:
    row, lang = at.row, at.lang
    gap = h.span(".kpi-gap")[formats.brief_gap_text(row.figure, lang)] if row.figure.gap is not None else None
    attained = [attained_text(row, one, lang) for one in row.attained]
    return h.div(".kpi-verdict")[gap, chip(row, lang)], small(*attained)


def kind_of_cause(cause: Cause, lang: str) -> h.Renderable:
    """A cause as an option to choose."""
    return h.option(value=cause.key)[in_words(cause.name, lang)]


def _cause(at: Place) -> h.Node:
    if at.locked:
        return said(cause_text(at.row, at.lang))
    t = words(at.lang)
    hint = t("Why did this gap open?") if at.row.important else " "
    kind = t("Kind of cause")
    # What is offered no more stays the choice of the row that has it.
    one = at.row.kind_of_cause
    kinds = at.kinds if one is None or not one.hidden else h.fragment[at.kinds, kind_of_cause(one, at.lang)]
    chosen = select(field_id(at.key, "category"), f"{at.name}: {kind}", kind, kinds)
    typed = textarea(field_id(at.key, "cause"), f"{at.name}: {at.label}", hint)
    return typed, h.div(".kpi-beneath.kpi-kind")[chosen]


def _next_target(at: Place) -> h.Node:
    """The next target as agreed, or its field with the one suggested in it and the stretch below."""
    pitfalls = [h.span(".kpi-small.kpi-pitfall")[one] for one in at.below.get((at.key, ""), ())]
    unit = at.row.figure.indicator.unit
    word = words(at.lang)(UNITS[unit].label)
    if at.locked:
        shown = target_shown(at.row.next_target.value, unit)
        return large(shown, word) if shown else none("–"), pitfalls
    typed = typed_input("text", field_id(at.key, "next_target"), f"{at.name}: {at.label}", word)
    return typed, _suggested(at), pitfalls


def _suggested(at: Place) -> list[h.Renderable]:
    """Buttons that take a target: the one suggested stands in the empty field, the stretch below."""
    unit = at.row.figure.indicator.unit
    return [
        h.button(
            class_=["kpi-take", "kpi-suggested" if place == 0 else "kpi-other"],
            type="button",
            data_take=field_id(at.key, "next_target"),
            data_value=target_shown(f"{value:.4g}", unit),
            aria_label=f"{at.name}: {full}",
            title=full,
        )[h.span(".kpi-brief")[short], h.span(".kpi-full")[full]]
        for place, (value, short, full) in enumerate(suggested(at.row, at.lang))
    ]


def _measures(at: Place) -> h.Node:
    return _measure(at) if at.locked else _plan(at)


CELLS: dict[str, Callable[[Place], h.Node]] = {
    "name": _name,
    "target": _target,
    "actual": _actual,
    "gap": _gap,
    "cause": _cause,
    "next_target": _next_target,
    "measures": _measures,
}


def more(at: Place) -> h.Renderable:
    """What an open row says below its line: the evidence, and the measures of earlier months."""
    row, lang, t = at.row, at.lang, words(at.lang)
    figure = row.figure
    evidence = (
        formats.base_text(figure, lang) if figure.value is not None and figure.indicator.how.below else "",
        formats.interval_text(figure, lang),
        signal_text(row, lang),
        corrections_text(figure, lang),
        chance_text(row, lang),
        in_words(figure.indicator.definition, lang),
    )
    lead = how(figure, lang, t("What the gap is made of, and the rows behind it"))
    earlier = [
        carried(one, at.name, at.below.get((at.key, one.month), ()), lang)
        for one in (*row.carried, *row.ended)
    ]
    return h.td(".kpi-more", role="cell")[
        h.p(".kpi-evidence")[" · ".join(filter(None, evidence))], h.p(".kpi-lead")[lead], earlier
    ]


def carried(
    measure: Measure, name: str, below: Iterable[str], lang: str, field: str = "status"
) -> h.Renderable:
    """A measure of an earlier month with its state, and whether it worked."""
    t, due = words(lang), measure.due.value
    about = (carried_title(measure, lang), measure.owner.value, due and t("due {day}").format(day=due))
    return h.div(".kpi-carried")[
        small(" · ".join(filter(None, about))),
        said(measure.text.value),
        states(carried_id(measure, field), name, lang),
        small(*below),
    ]


def _measure(at: Place) -> h.Renderable:
    """The agreed measure, with the choice of its state: done, dropped or under way."""
    text = at.row.measures.value
    chosen = states(field_id(at.key, "status"), at.name, at.lang) if text.strip() else None
    return h.fragment[said(text), h.div(".kpi-beneath")[small(*_who_when(at.row, at.lang)), chosen]]


def _plan(at: Place) -> h.Renderable:
    """What will be done, who does it, until when, and what became of it."""
    t = words(at.lang)
    return h.fragment[
        textarea(field_id(at.key, "measures"), f"{at.name}: {at.label}", " "),
        h.div(".kpi-beneath")[
            typed_input("text", field_id(at.key, "owner"), f"{at.name}: {t('Owner')}", hint=t("Owner")),
            typed_input("date", field_id(at.key, "due"), f"{at.name}: {t('Due')}", t("Due")),
            states(field_id(at.key, "status"), at.name, at.lang),
        ],
    ]


@lru_cache(maxsize=RENDERED)
def states(named: str, name: str, lang: str) -> h.Node:
    """The choice of what became of a measure."""
    t = words(lang)
    listed = [h.option(value=one)[t(MEASURE_STATES[one])] for one in ENDED]
    return str(select(named, f"{name}: {t('State of the measure')}", t(MEASURE_STATES[""]), listed))


def _who_when(row: GoalRow, lang: str) -> tuple[str, ...]:
    t = words(lang)
    told = ((t("Owner"), row.owner.value), (t("Due"), row.due.value))
    return tuple(t("{label}: {text}").format(label=label, text=text) for label, text in told if text)
