"""Small pieces of HTML shared by the pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import htpy as h

from dashboard.words import numbers as formats
from dashboard.words.corrections import corrections_text
from dashboard.words.translate import in_words, words
from dashboard.words.verdicts import judgement_text
from kpi.analysis.real_gaps import Judged
from kpi.figures.figure import Figure
from kpi.scope import Subject
from kpi.units import UnitKey


def chip(row: Judged, lang: str) -> h.Renderable:
    """The verdict as a quiet chip: a mark and a word, so that colour never stands alone."""
    return h.span(class_=f"kpi-chip kpi-{row.verdict.standing}")[judgement_text(row, lang)]


def none(text: str) -> h.Renderable:
    """A quiet word in place of a missing value."""
    return h.span(".kpi-none")[text]


def large(digits: str, word: str | None = None) -> h.Renderable:
    """Large digits, and beside them a small word for what they count."""
    return h.span(".kpi-number")[digits, None if word is None else h.small[word]]


def number(value: float | None, unit: UnitKey, lang: str) -> h.Renderable:
    """A value with large digits and a small unit."""
    digits, word = formats.value_parts(value, unit, lang)
    return none(digits) if value is None else large(digits, word)


def how(figure: Figure, lang: str, inner: h.Node) -> h.Renderable:
    """A button around `inner` that opens the dialog "How was this computed"."""
    name = in_words(figure.indicator.name, lang)
    label = words(lang)("How was this computed: {name}").format(name=name)
    # What stands in it is its name, as those who speak to a screen need; the title describes it.
    return h.button(".kpi-how", type="button", data_how=figure.indicator.key, title=label)[inner]


def actual(figure: Figure, lang: str) -> h.Renderable:
    """The value as a button, and under it its base, interval and corrections."""
    value = how(figure, lang, number(figure.value, figure.indicator.unit, lang))
    if figure.value is None:
        return h.fragment[value, small(corrections_text(figure, lang))]
    # A count is its own base: repeating it under itself says nothing.
    base = formats.base_text(figure, lang) if figure.indicator.how.below else ""
    quiet = (base, formats.interval_text(figure, lang))
    fixed = [h.span(".kpi-small.kpi-fixed")[line] for line in quiet if line]
    return h.fragment[value, fixed, small(formats.partial_text(figure, lang), corrections_text(figure, lang))]


def gap(row: Judged, lang: str) -> h.Renderable:
    """The gap in words, with its verdict chip; only "no data" or "no target" where there is none."""
    if row.figure.gap is None:
        return chip(row, lang)
    return h.fragment[h.span(".kpi-gap")[formats.gap_text(row.figure, lang)], chip(row, lang)]


def small(*lines: str) -> h.Renderable:
    """Quiet lines under a figure; empty ones are left out."""
    return h.fragment[[h.span(".kpi-small")[line] for line in lines if line]]


def person_link(person: Subject) -> h.Renderable:
    """A person's name as a button that opens that person's sheet."""
    return h.button(".kpi-link", type="button", data_person=person.id)[person.name or person.id]


def spaced(pieces: Iterable[h.Node]) -> h.Renderable:
    """Pieces in one line, a space between them."""
    return h.fragment[[(" " if at else None, piece) for at, piece in enumerate(pieces)]]


def fact_list(facts: Iterable[tuple[str, str]]) -> h.Renderable:
    """Names and texts side by side; those without a text are left out."""
    return h.dl(".kpi-facts")[[(h.dt[name], h.dd[text]) for name, text in facts if text]]


def table(
    headings: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    numbers: Sequence[int] = (),
    links: Sequence[str] = (),
) -> h.Renderable:
    """A plain table of texts; the columns in `numbers` are set flush right.

    `links` lead from the first cells of as many rows, in their order, to files.
    """
    side = ["kpi-right" if at in numbers else None for at in range(len(headings))]
    head = [h.th(class_=c)[text] for text, c in zip(headings, side, strict=True)]
    body = []
    for at, row in enumerate(rows):
        cells: list[h.Node] = [_cell_text(value) for value in row]
        if at < len(links):
            cells[0] = h.a(href=links[at], download=True)[cells[0]]
        body.append(h.tr[[h.td(class_=c)[cell] for cell, c in zip(cells, side, strict=True)]])
    return scrolled("kpi-plain", head, body, texts_only=not links)


def scrolled(look: str, head: h.Node, body: h.Node, *, texts_only: bool = False) -> h.Renderable:
    """A table of this look from the cells of its heading and its rows; a wide one scrolls by itself.

    One of `texts_only` has nothing in it that the keyboard reaches: it is reached, and so scrolled, itself.
    """
    table = h.table(class_=look)[h.thead[h.tr[head]], h.tbody[body]]
    return h.div(".kpi-scroll", tabindex="0" if texts_only else None)[table]


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
