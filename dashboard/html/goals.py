"""The goal sheet as HTML to fill in, or to read once it is agreed. Pure; no screen, no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from dashboard.html.fields import (
    field,
    field_id,
    heading_html,
    none,
    select,
    target_shown,
    textarea,
    typed_input,
)
from dashboard.html.pieces import actual, gap, how, number, small
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

Remarks = Mapping[tuple[str, str], Sequence[str]]

TYPED = ("cause", "category", "measures", "owner", "due", "status")


def goals_html(sheet: GoalSheet, causes: tuple[Cause, ...], lang: str, remarks: Remarks | None = None) -> str:
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
    head = "".join(f"<th>{escape(name)}{small(when)}</th>" for name, when in columns)
    labels = [f"{name} {when}".strip() for name, when in columns]  # each cell's own, on a narrow page
    said = remarks or {}
    body = "".join(_row(row, labels, causes, lang, said, locked=sheet.locked) for row in sheet.rows)
    if sheet.locked:
        day = f"<b>{escape(sheet.meeting_date.value or '–')}</b>"
    else:
        named = field_id("", "meeting_date")
        day = typed_input("date", named, t("Date of the meeting")) + (
            f'<button type="button" class="kpi-take" data-take="{named}" data-value="today">'
            f"{escape(t('Today'))}</button>"
        )
    return (
        heading_html(sheet.heading, lang, day)
        + f'<table class="kpi-form kpi-goals"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    )


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
    row: GoalRow, labels: list[str], causes: tuple[Cause, ...], lang: str, said: Remarks, *, locked: bool
) -> str:
    t, figure = words(lang), row.figure
    key, unit = figure.indicator.key, figure.indicator.unit
    name = in_words(figure.indicator.name, lang)
    pitfalls = (
        f'<span class="kpi-small kpi-pitfall">{escape(one)}</span>' for one in said.get((key, ""), ())
    )
    earlier = (
        _carried(measure, name, said.get((key, measure.month), ()), lang)
        for measure in (*row.carried, *row.ended)
    )
    cells = (
        how(figure, lang, f'<span class="kpi-name">{escape(name)}</span>'),
        number(figure.target, unit, lang) if figure.target is not None else none(t("No target set")),
        actual(figure, lang) + small(*today_lines(row, lang)),
        gap(row, lang)
        + small(signal_text(row, lang), *(attained_text(row, one, lang) for one in row.attained)),
        _text(cause_text(row, lang)) if locked else _cause(row, name, labels[4], causes, lang),
        (_agreed(row, lang) if locked else _target(row, name, labels[5], lang)) + "".join(pitfalls),
        (_measure(row, name, lang) if locked else _plan(key, name, labels[6], lang)) + "".join(earlier),
    )
    body = "".join(
        f'<td data-label="{escape(label)}">{cell}</td>' for label, cell in zip(labels, cells, strict=True)
    )
    return f'<tr data-row="{escape(key)}" class="{"kpi-important" if row.important else ""}">{body}</tr>'


def _cause(row: GoalRow, name: str, label: str, causes: tuple[Cause, ...], lang: str) -> str:
    key, hint = row.figure.indicator.key, words(lang)("Why did this gap open?") if row.important else " "
    return textarea(field_id(key, "cause"), f"{name}: {label}", hint) + _category(key, name, causes, lang)


def _agreed(row: GoalRow, lang: str) -> str:
    """The next target as agreed."""
    unit = row.figure.indicator.unit
    shown = target_shown(row.next_target.value, unit)
    if not shown:
        return none("–")
    word = escape(words(lang)(formats.UNITS[unit]))
    return f'<span class="kpi-number">{escape(shown)}<small>{word}</small></span>'


def _target(row: GoalRow, name: str, label: str, lang: str) -> str:
    """The field of the next target, and what could be agreed."""
    indicator = row.figure.indicator
    unit = words(lang)(formats.UNITS[indicator.unit])
    typed = typed_input("text", field_id(indicator.key, "next_target"), f"{name}: {label}", unit)
    return typed + _proposed(row, name, lang)


def _measure(row: GoalRow, name: str, lang: str) -> str:
    """The measure as agreed; what became of it may still be said."""
    text = row.measures.value
    said = _text(text) + small(*_who_when(row, lang))
    return said + (_states(field_id(row.figure.indicator.key, "status"), name, lang) if text.strip() else "")


def _category(key: str, name: str, causes: tuple[Cause, ...], lang: str) -> str:
    """The two-level list of causes: groups, and in each its causes."""
    t = words(lang)
    groups: dict[str, list[Cause]] = {}
    for cause in causes:
        groups.setdefault(in_words(cause.group_name, lang), []).append(cause)
    listed = "".join(
        f'<optgroup label="{escape(group)}">'
        + "".join(
            f'<option value="{escape(one.key)}">{escape(in_words(one.name, lang))}</option>' for one in own
        )
        + "</optgroup>"
        for group, own in groups.items()
    )
    kind = select(field_id(key, "category"), f"{name}: {t('Kind of cause')}", t("Kind of cause"), listed)
    return f'<div class="kpi-below kpi-kind">{kind}</div>'


def _plan(key: str, name: str, label: str, lang: str) -> str:
    """What will be done, who does it, until when, and what became of it."""
    t = words(lang)
    text = textarea(field_id(key, "measures"), f"{name}: {label}", " ")
    owner = typed_input("text", field_id(key, "owner"), f"{name}: {t('Owner')}", hint=t("Owner"))
    due = typed_input("date", field_id(key, "due"), f"{name}: {t('Due')}", t("Due"))
    status = _states(field_id(key, "status"), name, lang)
    return f'{text}<div class="kpi-below">{owner}{due}{status}</div>'


def _proposed(row: GoalRow, name: str, lang: str) -> str:
    """How likely the typed target is, or the stretch, beside what is proposed: buttons that take it."""
    figure = row.figure
    field_name = escape(field_id(figure.indicator.key, "next_target"))
    buttons = "".join(
        f'<button type="button" class="kpi-take" data-take="{field_name}"'
        f' data-value="{escape(target_shown(f"{value:.4g}", figure.indicator.unit))}"'
        f' aria-label="{escape(f"{name}: {text}")}">{escape(text)}</button>'
        for value, text in proposals_of(row, lang)
    )
    chance = small(chance_text(row, lang))
    return chance + buttons if row.next_target.value else buttons + chance


def _carried(measure: Measure, name: str, said: Iterable[str], lang: str) -> str:
    """A measure of an earlier month with its state, and what became of its indicator."""
    t, due = words(lang), measure.due.value
    about = (carried_title(measure, lang), measure.owner.value, due and t("due {day}").format(day=due))
    title = small(" · ".join(filter(None, about)))
    return (
        f'<div class="kpi-carried">{title}{_text(measure.text.value)}'
        f"{_states(_carried_id(measure), name, lang)}{small(*said)}</div>"
    )


def _states(named: str, name: str, lang: str) -> str:
    t = words(lang)
    listed = "".join(f'<option value="{one}">{escape(t(MEASURE_STATES[one]))}</option>' for one in ENDED)
    return select(named, f"{name}: {t('State of the measure')}", t(MEASURE_STATES[""]), listed)


def _who_when(row: GoalRow, lang: str) -> tuple[str, ...]:
    t = words(lang)
    said = ((t("Owner"), row.owner.value), (t("Due"), row.due.value))
    return tuple(t("{label}: {text}").format(label=label, text=text) for label, text in said if text)


def _text(text: str) -> str:
    return f'<div class="kpi-said">{escape(text)}</div>' if text else ""
