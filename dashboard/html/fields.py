"""What sheets are filled in by: the heading above a sheet, and fields that save themselves, as HTML. Pure."""

from __future__ import annotations

from html import escape

from dashboard.words.translate import words
from kpi.figures.figure import Heading
from kpi.figures.targets import read_agreed
from kpi.sheets.values import Cell
from kpi.units import UNITS


def field_id(indicator: str, field: str) -> str:
    """The name of one field on a sheet, as the page and the save route know it."""
    return f"{indicator}.{field}"


def heading_html(heading: Heading, lang: str, day: str) -> str:
    """姓名 / 单位 / 日期: whose sheet this is; `day` is the HTML of the date."""
    t, subject = words(lang), heading.subject
    person = f"{subject.name} {subject.id}".strip() if subject.name != subject.id else subject.id
    label, name = {
        "all": (t("Covers"), t("Everyone")),
        "team": (t("Team"), subject.name or subject.id),
        "person": (t("Name"), person),
    }[subject.kind]
    return (
        '<div class="kpi-heading">'
        f"<div><span>{escape(label)}</span><b>{escape(name)}</b></div>"
        f"<div><span>{escape(t('Organisation'))}</span><b>{escape(heading.organisation or '–')}</b></div>"
        f"<div><span>{escape(t('Date'))}</span>{day}</div>"
        "</div>"
    )


def target_shown(stored: str, unit: str) -> str:
    """A stored target (a plain number, a share as a fraction) as the number in the unit beside its field.

    A share under 1% keeps its sign, without which it could be meant as a fraction and is refused.
    """
    value = read_agreed(stored)
    if value is None:
        return stored
    one = UNITS[unit]
    if not one.sign:
        return f"{value:.12g}"
    shown = round(value * one.scale, 6)
    return f"{shown:.12g}{one.sign if 0 < shown < 1 else ''}"


def field(cell: Cell) -> dict:
    """A typed field: its text, and the version that a save must name."""
    return {"value": cell.value, "version": cell.version}


def none(text: str) -> str:
    """A quiet word where there is nothing."""
    return f'<span class="kpi-none">{escape(text)}</span>'


def state(name: str) -> str:
    """Where the page says whether a field is saved."""
    return f'<span class="kpi-state" data-state="{escape(name)}" role="status"></span>'


def textarea(name: str, label: str, hint: str) -> str:
    """A field of several lines that saves itself."""
    return (
        f'<span class="kpi-field"><textarea rows="2" maxlength="4000" data-field="{escape(name)}" '
        f'aria-label="{escape(label)}" placeholder="{escape(hint)}"></textarea>{state(name)}</span>'
    )


def typed_input(kind: str, name: str, label: str, unit: str = "", hint: str = "") -> str:
    """A field of one line that saves itself: `kind` as in HTML, `unit` written into it."""
    unit_html = f"<i>{escape(unit)}</i>" if unit else ""
    return (
        f'<span class="kpi-field kpi-{kind}"><input type="{kind}" maxlength="40" autocomplete="off" '
        f'data-field="{escape(name)}" aria-label="{escape(label)}" placeholder="{escape(hint)}">'
        f"{unit_html}{state(name)}</span>"
    )


def select(name: str, label: str, nothing: str, options: str) -> str:
    """A choice that saves itself among `options` (HTML); `nothing` is what no choice is called."""
    return (
        f'<span class="kpi-field"><select data-field="{escape(name)}" aria-label="{escape(label)}">'
        f'<option value="">{escape(nothing)}</option>{options}</select>{state(name)}</span>'
    )
