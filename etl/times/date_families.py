"""Splits a column into families of texts that write days alike, and decides the order of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from etl.personal import mask_numbers
from etl.times.layouts import Layout, layout_of, shapes
from etl.times.orders import NEVER, Decision, Family, by_values, decide, family
from etl.times.other_columns import Beside, epochs, weekdays
from etl.times.reading import Answers
from etl.times.texts import WEEKDAY, Column, Texts, column, nothing_words, rewritten

_MOST_SHAPES = 2000
_READ = 0.5
CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Part:
    """The texts of one family, their layouts, and the order of their days."""

    family: Family
    layouts: tuple[Layout, ...]
    decision: Decision


def families(held: Column) -> list[tuple[tuple[Layout, ...], Column]]:
    """The texts of `held` grouped by how they write days, with their layouts; other texts are left out."""
    looks = shapes(held.clean)
    common = looks.value_counts(sort=True).head(_MOST_SHAPES)
    column_name = common.columns[0]
    layouts = {shape: layout for shape in common[column_name] if (layout := layout_of(shape))}
    names = {shape: layout.family for shape, layout in layouts.items()}
    families = looks.replace_strict(names, default=None, return_dtype=pl.String)
    found = []
    for name in dict.fromkeys(names.values()):
        mine = tuple(layout for layout in layouts.values() if layout.family == name)
        found.append((mine, held.where((families == name).fill_null(value=False).to_numpy())))
    return found


def decided(
    layouts: tuple[Layout, ...],
    texts: Column,
    beside: Sequence[Beside],
    latest: date | None,
    answers: Answers,
) -> list[Part]:
    """The family with its order; or, where both orders occur, one part for each way of writing the clock."""
    whole = family_of(layouts, texts)
    orders = tuple(whole.days)
    answer = answers.get(f"order {layouts[0].family}")
    decision = decide(whole, beside, latest, answer)
    if decision.doubt and len(by_values(whole)[0]) > 1 and answer is None:
        finer = [
            Part(
                family(mine[0], orders, one), mine, decide(family(mine[0], orders, one), beside, latest, None)
            )
            for mine, one in _by_clock(layouts, texts)
        ]
        if len(finer) > 1 and all(part.decision.order for part in finer):
            return finer
    return [Part(whole, layouts, decision)]


def _by_clock(layouts: tuple[Layout, ...], texts: Column) -> list[tuple[tuple[Layout, ...], Column]]:
    by_shape = {shape: layout_of(shape) for shape in shapes(texts.clean).unique()}
    clocks = shapes(texts.clean).replace_strict(
        {shape: layout.join + layout.clock for shape, layout in by_shape.items() if layout}, default=None
    )
    return [
        (
            tuple(layout for layout in layouts if layout.join + layout.clock == clock),
            texts.where((clocks == clock).to_numpy()),
        )
        for clock in dict.fromkeys(layout.join + layout.clock for layout in layouts)
    ]


def read_beside(name: str, texts: Texts) -> Beside | None:
    """Read another column of the same rows as evidence: weekdays, epochs or days; None for anything else."""
    series = pl.Series(texts, dtype=pl.String).str.strip_chars()
    return weekdays(name, series) or epochs(name, series) or _days_beside(name, series)


def own_weekdays(texts: Texts) -> Beside | None:
    """The weekdays written with the days themselves, as in "Thu 10/01/2026"; None without any."""
    series = pl.Series(texts, dtype=pl.String)
    words = series.str.extract(f"({WEEKDAY})").str.strip_chars("()（）.,")
    if words.is_null().all():
        return None
    return weekdays(mask_numbers(series[int(words.is_not_null().arg_max())]), words)


def _days_beside(name: str, texts: pl.Series) -> Beside | None:
    whole = column(texts)
    held = rewritten(whole.where(~nothing_words(whole)))
    days = np.full(len(texts), NEVER)
    proven = {}
    for layouts, mine in families(held):
        one = family_of(layouts, mine)
        left, evidence = by_values(one)
        if len(left) == 1:
            days = np.where(one.by_row(left[0]) != NEVER, one.by_row(left[0]), days)
            proven |= {layouts[0].family: left[0]} if evidence else {}
    known = days != NEVER
    filled = int((texts.fill_null("") != "").sum())
    return Beside(name, "days", days, known, proven) if filled and known.sum() >= _READ * filled else None


def family_of(layouts: tuple[Layout, ...], texts: Column) -> Family:
    """The family of `texts`, with their days in every order that all the `layouts` allow."""
    return family(layouts[0], _shared_orders(layouts), texts)


def _shared_orders(layouts: tuple[Layout, ...]) -> list[str]:
    return [o for o in layouts[0].orders() if all(o in layout.orders() for layout in layouts)]
