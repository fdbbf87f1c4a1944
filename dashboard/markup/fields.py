"""The heading above a sheet, and fields that save themselves, as HTML. Pure."""

from __future__ import annotations

from functools import lru_cache

import htpy as h

from dashboard.words.form_labels import unit_text
from dashboard.words.translate import words
from kpi.figures.figure import Heading
from kpi.figures.targets import read_agreed
from kpi.sheets.values import Cell
from kpi.units import UNITS

RENDERED = 4096  # fields are kept as HTML: a sheet has dozens, and they are the same on every run of a page


def field_id(indicator: str, field: str) -> str:
    """The name of one field on a sheet, as the page and the save route know it."""
    return f"{indicator}.{field}"


def heading_html(heading: Heading, lang: str, day: h.Node) -> h.Renderable:
    """姓名 / 单位 / 日期: whose sheet this is, where that is, and the date or the field of it."""
    t, subject = words(lang), heading.subject
    person = f"{subject.name} {subject.id}".strip() if subject.name != subject.id else subject.id
    label, name = {
        "all": (t("Covers"), t("Everyone")),
        "team": (t("Team"), subject.name or subject.id),
        "person": (t("Name"), person),
    }[subject.kind]
    return h.div(".kpi-heading")[
        h.div[h.span[label], h.b[name], h.span[heading.post] if heading.post else None],
        h.div[h.span[t("Organisation")], h.b[unit_text(heading) or "–"]],
        h.div[h.span[t("Date")], day],
    ]


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
    """The data of a typed field: its text, and the version that a save must name."""
    return {"value": cell.value, "version": cell.version}


def state(name: str) -> h.Renderable:
    """The place where the page says whether a field is saved."""
    return h.span(".kpi-state", data_state=name, role="status")


@lru_cache(maxsize=RENDERED)
def textarea(name: str, label: str, hint: str) -> h.Node:
    """A field of several lines that saves itself."""
    area = h.textarea(rows="2", maxlength="4000", data_field=name, aria_label=label, placeholder=hint)
    return str(h.span(".kpi-field")[area, state(name)])


@lru_cache(maxsize=RENDERED)
def typed_input(kind: str, name: str, label: str, unit: str = "", hint: str = "") -> h.Node:
    """A field of one line that saves itself: `kind` as in HTML, `unit` written into it."""
    line = h.input(
        type=kind, maxlength="40", autocomplete="off", data_field=name, aria_label=label, placeholder=hint
    )
    return str(h.span(class_=f"kpi-field kpi-{kind}")[line, h.i[unit] if unit else None, state(name)])


def select(name: str, label: str, nothing: str, options: h.Node) -> h.Renderable:
    """A choice that saves itself among `options`; `nothing` is what no choice is called."""
    choice = h.select(data_field=name, aria_label=label)[h.option(value="")[nothing], options]
    return h.span(".kpi-field")[choice, state(name)]


def said(text: str) -> h.Renderable | None:
    """A typed text that can only be read."""
    return h.div(".kpi-said")[text] if text else None
