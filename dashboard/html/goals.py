"""The goal sheet as HTML to fill in, or to read once it is agreed. Pure; no screen, no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import htpy as h

from dashboard.html.fields import (
    field,
    field_id,
    heading_html,
    said,
    select,
    target_shown,
    textarea,
    typed_input,
)
from dashboard.html.pieces import actual, gap, how, large, none, number, small
from dashboard.words import numbers as formats
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
from kpi.sheets.measures import ENDED
from kpi.sheets.values import GoalRow, GoalSheet, Measure
from kpi.units import UNITS

Remarks = Mapping[tuple[str, str], Sequence[str]]

TYPED = ("cause", "category", "measures", "owner", "due", "status")


def goals_html(
    sheet: GoalSheet, causes: tuple[Cause, ...], lang: str, remarks: Remarks | None = None
) -> h.Renderable:
    """The seven columns of the goal sheet, the measured month and the next one in their headings.

    `remarks` are lines below a next target, by indicator, and below a measure, by indicator and month.
    """
    t = words(lang)
    month = formats.period_text(sheet.heading.period, lang)
    following = formats.period_text(sheet.heading.period.next(), lang)
    columns = (
        (t("Key indicator"), ""),
        (t("Last target"), month),
        (t("Last actual"), month),
        (t("Gap"), month),
        (t("Cause of an important gap"), ""),
        (t("This month's target"), following),
        (t("Measures"), ""),
    )
    labels = [f"{name} {when}".strip() for name, when in columns]  # each cell's own, on a narrow page
    below = remarks or {}
    return h.fragment[
        heading_html(sheet.heading, lang, _meeting_date(sheet, lang)),
        h.table(".kpi-form.kpi-goals")[
            h.thead[h.tr[[h.th[name, small(when)] for name, when in columns]]],
            h.tbody[[_row(row, labels, causes, lang, below, locked=sheet.locked) for row in sheet.rows]],
        ],
    ]


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


def _row(
    row: GoalRow, labels: list[str], causes: tuple[Cause, ...], lang: str, below: Remarks, *, locked: bool
) -> h.Renderable:
    t, figure = words(lang), row.figure
    key, unit = figure.indicator.key, figure.indicator.unit
    name = in_words(figure.indicator.name, lang)
    pitfalls = [h.span(".kpi-small.kpi-pitfall")[one] for one in below.get((key, ""), ())]
    earlier = [
        _carried(measure, name, below.get((key, measure.month), ()), lang)
        for measure in (*row.carried, *row.ended)
    ]
    attained = [attained_text(row, one, lang) for one in row.attained]
    cells = (
        how(figure, lang, h.span(".kpi-name")[name]),
        number(figure.target, unit, lang) if figure.target is not None else none(t("No target set")),
        (actual(figure, lang), small(*today_lines(row, lang))),
        (gap(row, lang), small(signal_text(row, lang), *attained)),
        said(cause_text(row, lang)) if locked else _cause(row, name, labels[4], causes, lang),
        (_agreed(row, lang) if locked else _target(row, name, labels[5], lang), pitfalls),
        (_measure(row, name, lang) if locked else _plan(key, name, labels[6], lang), earlier),
    )
    return h.tr(data_row=key, class_={"kpi-important": row.important})[
        [h.td(data_label=label)[cell] for label, cell in zip(labels, cells, strict=True)]
    ]


def _cause(row: GoalRow, name: str, label: str, causes: tuple[Cause, ...], lang: str) -> h.Renderable:
    key, hint = row.figure.indicator.key, words(lang)("Why did this gap open?") if row.important else " "
    typed = textarea(field_id(key, "cause"), f"{name}: {label}", hint)
    return h.fragment[typed, _category(key, name, causes, lang)]


def _agreed(row: GoalRow, lang: str) -> h.Renderable:
    """The next target as agreed."""
    unit = row.figure.indicator.unit
    shown = target_shown(row.next_target.value, unit)
    return large(shown, words(lang)(UNITS[unit].label)) if shown else none("–")


def _target(row: GoalRow, name: str, label: str, lang: str) -> h.Renderable:
    """The field of the next target, and what could be agreed."""
    indicator = row.figure.indicator
    unit = words(lang)(UNITS[indicator.unit].label)
    typed = typed_input("text", field_id(indicator.key, "next_target"), f"{name}: {label}", unit)
    return h.fragment[typed, _proposed(row, name, lang)]


def _measure(row: GoalRow, name: str, lang: str) -> h.Renderable:
    """The measure as agreed; what became of it may still be said."""
    text = row.measures.value
    states = _states(field_id(row.figure.indicator.key, "status"), name, lang) if text.strip() else None
    return h.fragment[said(text), small(*_who_when(row, lang)), states]


def _category(key: str, name: str, causes: tuple[Cause, ...], lang: str) -> h.Renderable:
    """The two-level list of causes: groups, and in each its causes."""
    t = words(lang)
    groups: dict[str, list[Cause]] = {}
    for cause in causes:
        groups.setdefault(in_words(cause.group_name, lang), []).append(cause)
    listed = [
        h.optgroup(label=group)[[h.option(value=one.key)[in_words(one.name, lang)] for one in own]]
        for group, own in groups.items()
    ]
    kind = select(field_id(key, "category"), f"{name}: {t('Kind of cause')}", t("Kind of cause"), listed)
    return h.div(".kpi-below.kpi-kind")[kind]


def _plan(key: str, name: str, label: str, lang: str) -> h.Renderable:
    """What will be done, who does it, until when, and what became of it."""
    t = words(lang)
    return h.fragment[
        textarea(field_id(key, "measures"), f"{name}: {label}", " "),
        h.div(".kpi-below")[
            typed_input("text", field_id(key, "owner"), f"{name}: {t('Owner')}", hint=t("Owner")),
            typed_input("date", field_id(key, "due"), f"{name}: {t('Due')}", t("Due")),
            _states(field_id(key, "status"), name, lang),
        ],
    ]


def _proposed(row: GoalRow, name: str, lang: str) -> h.Renderable:
    """How likely the typed target is, or the stretch, beside what is proposed: buttons that take it."""
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
    """A measure of an earlier month with its state, and what became of its indicator."""
    t, due = words(lang), measure.due.value
    about = (carried_title(measure, lang), measure.owner.value, due and t("due {day}").format(day=due))
    return h.div(".kpi-carried")[
        small(" · ".join(filter(None, about))),
        said(measure.text.value),
        _states(_carried_id(measure), name, lang),
        small(*below),
    ]


def _states(named: str, name: str, lang: str) -> h.Renderable:
    t = words(lang)
    listed = [h.option(value=one)[t(MEASURE_STATES[one])] for one in ENDED]
    return select(named, f"{name}: {t('State of the measure')}", t(MEASURE_STATES[""]), listed)


def _who_when(row: GoalRow, lang: str) -> tuple[str, ...]:
    t = words(lang)
    told = ((t("Owner"), row.owner.value), (t("Due"), row.due.value))
    return tuple(t("{label}: {text}").format(label=label, text=text) for label, text in told if text)
