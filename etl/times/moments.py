"""Reads a column of texts as times, dates or clocks: their formats, their order, the texts for "none"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from etl.times.clocks import read_clocks, run_clock
from etl.times.date_families import CLOCK, decided, families, own_weekdays, read_beside
from etl.times.days import read_days
from etl.times.numbers import NUMBER, read_numbers
from etl.times.other_columns import Beside
from etl.times.reading import Answers, Reading
from etl.times.texts import Column, Texts, column, matches, nothing_words, rewritten

_MOST = 0.5
# How excel_text writes the days that it turns.
_TURNED = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d")


def read_times(
    texts: Texts,
    beside: Mapping[str, Texts] | None = None,
    *,
    latest: date | None = None,
    answers: Answers | None = None,
) -> Reading:
    """How `texts` (of one column, in file order, None for an empty cell) are to be read as times.

    `beside` are other columns of the same rows, by name, as evidence; `latest` is a day after which none of
    the times can lie. `answers` settle doubts of an earlier reading: {doubt.key: one of its choices}.
    """
    answers = answers or {}
    whole = column(texts)
    empty = nothing_words(whole)
    nothing = tuple(whole.raw.filter(empty))
    held = rewritten(whole.where(~empty))
    if not len(held.raw):
        return Reading("unknown", nothing=nothing)
    named = [read_beside(name, other) for name, other in (beside or {}).items()]
    others = [found for found in (own_weekdays(texts), *named) if found]
    numeric = matches(held.clean, NUMBER)
    numbers = read_numbers(held.where(numeric), answers) if numeric.any() else Reading("unknown")
    if numbers.kind == "unknown" or numbers.unit == "run":
        left = numeric if numbers.nothing else np.zeros(len(numeric), dtype=bool)
        reading = _read_texts(held.where(~left), others, latest, answers)
        reading = replace(reading, nothing=numbers.nothing + reading.nothing)
    else:
        reading = _with_texts(numbers, held, numeric, others, latest, answers)
    return replace(reading, nothing=nothing + reading.nothing)


def _read_texts(held: Column, beside: Sequence[Beside], latest: date | None, answers: Answers) -> Reading:
    found = families(held)
    dated = [(layouts, texts) for layouts, texts in found if layouts[0].family != CLOCK]
    clocks = [(layouts, texts) for layouts, texts in found if layouts[0].family == CLOCK]
    if sum(texts.counts.sum() for _, texts in clocks) > _MOST * held.counts.sum():
        return read_clocks(held, clocks[0][0], clocks[0][1], answers)
    for layouts, texts in dated:
        if layouts[0].run == 6 and (runs := run_clock(held, layouts[0], texts, answers)):
            return runs
    parts = [part for layouts, texts in dated for part in decided(layouts, texts, beside, latest, answers)]
    return read_days(held, parts, beside, answers)


def _with_texts(
    numbers: Reading,
    held: Column,
    numeric: np.ndarray,
    beside: Sequence[Beside],
    latest: date | None,
    answers: Answers,
) -> Reading:
    """The reading of a column of numbers with texts among them, as in a workbook saved as text."""
    if numeric.all():
        return replace(numbers, steps=held.steps + numbers.steps)
    texts = _read_texts(held.where(~numeric), beside, latest, answers)
    if texts.kind in ("unknown", "clock") or numbers.unit != "excel":
        left = int(held.counts[~numeric].sum())
        return replace(numbers, steps=held.steps + numbers.steps, unread=numbers.unread + left)
    # Beside days written out, a number of five digits counts days: that need not be asked.
    asked = tuple(doubt for doubt in numbers.doubts if doubt.key != "excel")
    return replace(
        texts,
        formats=texts.formats + _TURNED if texts.formats else (),
        unit="excel",
        steps=texts.steps + numbers.steps,
        nothing=numbers.nothing + texts.nothing,
        unread=numbers.unread + texts.unread,
        doubts=asked + texts.doubts,
        evidence=numbers.evidence + texts.evidence,
    )
