"""Small pieces of HTML shared by the pages; every text that is put in is escaped here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from dashboard.words import numbers as formats
from dashboard.words.corrections import corrections_text
from dashboard.words.translate import in_words, words
from kpi.analysis.real_gaps import Judged
from kpi.figures.figure import Figure


def chip(row: Judged, lang: str) -> str:
    """The verdict as a quiet chip: a mark and a word, so that colour never stands alone."""
    text = formats.judgement_text(row, lang)
    return f'<span class="kpi-chip kpi-{row.verdict.standing}">{escape(text)}</span>'


def number(value: float | None, unit: str, lang: str) -> str:
    """A value with large digits and a small unit."""
    digits, word = formats.value_parts(value, unit, lang)
    if value is None:
        return f'<span class="kpi-none">{escape(digits)}</span>'
    return f'<span class="kpi-number">{escape(digits)}<small>{escape(word)}</small></span>'


def how(figure: Figure, lang: str, inner: str) -> str:
    """`inner` as a button that opens how the figure was computed."""
    name = in_words(figure.indicator.name, lang)
    label = words(lang)("How was this computed: {name}").format(name=name)
    key = escape(figure.indicator.key)
    return (
        f'<button type="button" class="kpi-how" data-how="{key}" title="{escape(label)}" '
        f'aria-label="{escape(label)}">{inner}</button>'
    )


def actual(figure: Figure, lang: str) -> str:
    """The value as a button, and under it what it rests on."""
    value = how(figure, lang, number(figure.value, figure.indicator.unit, lang))
    if figure.value is None:
        return value + small(corrections_text(figure, lang))
    # A count is its own base: repeating it under itself says nothing.
    base = formats.base_text(figure, lang) if figure.indicator.kind != "count" else ""
    quiet = (base, formats.interval_text(figure, lang))
    fixed = "".join(f'<span class="kpi-small kpi-fixed">{escape(line)}</span>' for line in quiet if line)
    return value + fixed + small(formats.partial_text(figure, lang), corrections_text(figure, lang))


def gap(row: Judged, lang: str) -> str:
    """The gap in words, with its verdict chip; only "no data" or "no target" where there is none."""
    if row.figure.gap is None:
        return chip(row, lang)
    return f'<span class="kpi-gap">{escape(formats.gap_text(row.figure, lang))}</span>{chip(row, lang)}'


def small(*lines: str) -> str:
    """Quiet lines under a figure; empty ones are left out."""
    return "".join(f'<span class="kpi-small">{escape(line)}</span>' for line in lines if line)


def fact_list(facts: Iterable[tuple[str, str]]) -> str:
    """Names and texts side by side; those without a text are left out."""
    pairs = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in facts if text)
    return f'<dl class="kpi-facts">{pairs}</dl>'


def table(
    headings: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    numbers: Sequence[int] = (),
    links: Sequence[str] = (),
) -> str:
    """A plain table of texts; the columns in `numbers` are set flush right.

    `links` lead from the first cells of as many rows, in their order, to files.
    """
    side = ["kpi-right" if at in numbers else "" for at in range(len(headings))]
    head = "".join(f'<th class="{c}">{escape(h)}</th>' for h, c in zip(headings, side, strict=True))
    body = ""
    for number, row in enumerate(rows):
        cells = [escape(_shown(value)) for value in row]
        if number < len(links):
            cells[0] = f'<a href="{escape(links[number])}" download>{cells[0]}</a>'
        listed = "".join(f'<td class="{c}">{cell}</td>' for cell, c in zip(cells, side, strict=True))
        body += f"<tr>{listed}</tr>"
    return (
        f'<div class="kpi-scroll"><table class="kpi-plain"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _shown(value: object) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
