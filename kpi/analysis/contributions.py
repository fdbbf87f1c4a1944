"""Splits a month's gap into contributions by the parts of a dimension, which sum to the gap."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from kpi.analysis.comparable_parts import comparable, put_together, small_parts
from kpi.analysis.dimension_sums import Parts, any_rows, parts_of
from kpi.catalog.definitions import Better, Indicator
from kpi.figures.figure import Figure
from kpi.figures.months import trends
from kpi.figures.position import ROUNDING
from kpi.figures.sums import Sums
from kpi.figures.view import View
from kpi.scope import Period, Scope
from kpi.statistics.decomposition import kitagawa

Sides = tuple[np.ndarray, np.ndarray]  # one number a part, before and now


@dataclass(frozen=True, slots=True)
class Part:
    """The contribution of one part of a dimension, such as one queue, to a gap, in the indicator's unit.

    `mix` is the effect of its share of the rows, `rate` that of its own value. `key` is None for rows that
    do not say which part they belong to, and for parts of few rows that are put together: `together` are
    their keys. `rows_now` are as many as `rows_of_part` of `dimension_sums` gives, of each of these. Values
    are None where the part has nothing to divide by.
    """

    key: str | None
    mix: float
    rate: float
    rows_before: int
    rows_now: int
    value_before: float | None
    value_now: float | None
    together: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Split:
    """A gap by the parts of one dimension, the largest contribution first, those put together last.

    `mix` and `rate` are the sums of the parts' own; `exposure` is the effect of what a rate or a ratio is
    counted per where that cannot be told apart by part, else 0. `concentration` says how much the parts
    differ in what they carry: 0 all alike, 1 one of them carries everything. `reversal`: every part that has
    a value in both months moved to the good side or stayed, and the total to the bad one, or the other way
    round.
    """

    dimension: str
    mix: float
    rate: float
    exposure: float
    concentration: float
    reversal: bool
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A month's gap, value − target, and what it is made of. For every split

    gap = already + changed + split.mix + split.rate + split.exposure.

    `kind` "change": `already` is the gap that was there before (as agreed then), `changed` what the month
    before has become since, by late data, corrections or another definition; splits are of the change since.
    `kind` "level", where the month before has no data: both are 0 and a split is of the gap itself, each
    part with (share × (its value − target)) as `rate`; a count, and a rate by events alone, then has none.
    """

    indicator: Indicator
    kind: Literal["change", "level"]
    target: float
    value: float
    gap: float
    before: Period
    value_before: float | None
    already: float
    changed: float
    splits: tuple[Split, ...]


def explain(
    view: View,
    scope: Scope,
    indicator_key: str,
    target: float,
    *,
    agreed_before: float | None = None,
) -> Explanation | None:
    """What the gap of a monthly scope to `target` is made of; None where there is no figure.

    It is compared with the month before, of which `agreed_before` is the value as it was agreed then. The
    split whose parts differ most in what they carry comes first (`Split.concentration`). A split whose parts
    do not add up to the figure's own two numbers is left out, and so is one of a single part, or whose parts
    do not mean the same in both months.
    KeyError for an indicator that is not measured for the subject.
    """
    before = scope.period.previous()
    now = _figure(view, scope, indicator_key)
    if now.value is None:
        return None
    then = _figure(view, replace(scope, period=before), indicator_key)
    level = then.value is None
    found = splits(view, then, now, target, scope, before)
    return Explanation(
        indicator=now.indicator,
        kind="level" if level else "change",
        target=target,
        value=now.value,
        gap=now.value - target,
        before=before,
        value_before=then.value,
        already=0.0 if level else (then.value if agreed_before is None else agreed_before) - target,
        changed=0.0 if level or agreed_before is None else then.value - agreed_before,
        splits=tuple(sorted(found, key=lambda split: -split.concentration)),
    )


def _figure(view: View, scope: Scope, key: str) -> Figure:
    ((_, figure),) = trends(view, [key], scope, 1)[key]
    return figure


def splits(
    view: View,
    then: Figure,
    now: Figure,
    target: float,
    scope: Scope,
    before: Period,
    only: Collection[str] | None = None,
) -> list[Split]:
    """The splits of what lies between the figures of two periods, by the dimensions of `only` (None for all).

    `then` is the figure of `before`, `now` that of the scope; a split that does not add up is left out.
    """
    indicator = now.indicator
    if not indicator.how.split:
        return []
    by_relation = parts_of(view, indicator, scope.subject, before, scope.period, only)
    per = by_relation.get(indicator.per, {})
    found = [
        _split(dimension, _merged(parts, per.get(dimension, {}), then), dimension in per, then, now, target)
        for relation, dimensions in by_relation.items()
        if relation == indicator.relation or relation != indicator.per
        for dimension, parts in dimensions.items()
    ]
    return [split for split in found if split is not None]


def _merged(parts: Parts, per: Parts, then: Figure) -> Parts:
    """Each part's numbers above and below the line in one; no numbers before when `then` has no value."""
    none = ({}, {})
    sides = {key: (parts.get(key, none), per.get(key, none)) for key in parts | per}
    merged = {
        key: ({} if then.value is None else above[0] | below[0], above[1] | below[1])
        for key, (above, below) in sides.items()
    }
    return {key: both for key, both in merged.items() if any(map(any_rows, both))}


def _split(
    dimension: str, parts: Parts, has_per: bool, then: Figure, now: Figure, target: float
) -> Split | None:
    how, scale, level = now.indicator.how, now.indicator.scale, then.value is None
    alone = not how.below or (bool(how.of_per) and not has_per)
    base = "rows" if alone else how.base
    if (level and alone) or not comparable(dimension, parts, base):
        return None
    small = small_parts(parts, base)
    named = [key for key in parts if key not in small]
    sides = [parts[key] for key in named] + ([put_together(parts, small)] if small else [])
    above, below = (_columns(sides, name) for name in (how.above, how.below))
    if len(sides) < 2 or not _adds_up(above, None if alone else below, then, now):
        return None
    exposure = 0.0
    if not how.below:
        mix, rate, values = np.zeros(len(sides)), above[1] - above[0], above
    elif alone:
        each = [scale / figure.denominator for figure in (then, now)]
        rate, of_exposure = kitagawa(*above, *each)
        mix, values = np.zeros(len(sides)), (above[0] * each[0], above[1] * each[1])
        exposure = float(of_exposure.sum())
    else:
        values = tuple(scale * _ratio(*side) for side in zip(above, below, strict=True))
        if level:
            mix = np.zeros(len(sides))
            rate = (scale * above[1] - target * below[1]) / below[1].sum()
        else:
            mix, rate = _mix_and_rate(above, below, values, scale)
    rows = _columns(sides, "rows")
    keys = [(key, ()) for key in named] + ([(None, small)] if small else [])
    listed = zip(keys, *(c.tolist() for c in (mix, rate, *rows, *values)), strict=True)
    return Split(
        *(dimension, float(mix.sum()), float(rate.sum()), exposure),
        concentration=_concentration(mix + rate),
        reversal=not level and _reversal(now.indicator.better, *values, now.value - then.value),
        parts=tuple(sorted((_part(*one) for one in listed), key=_by_size)),
    )


def _part(
    named: tuple[str | None, tuple[str | None, ...]],
    mix: float,
    rate: float,
    rows_before: float,
    rows_now: float,
    *values: float,
) -> Part:
    key, together = named
    before, now = map(_none_for_nan, values)
    return Part(key, mix, rate, int(rows_before), int(rows_now), before, now, together)


def _by_size(part: Part) -> tuple[bool, float, bool, str]:
    """Sorts the largest contribution first, those put together last."""
    return bool(part.together), -abs(part.mix + part.rate), part.key is None, part.key or ""


def _columns(parts: Iterable[tuple[Sums, Sums]], name: str | None) -> Sides:
    """One additive number of all parts, before and now, as arrays."""
    before, now = (np.array([both[side].get(name) or 0.0 for both in parts]) for side in (0, 1))
    return before, now


def _adds_up(above: Sides, below: Sides | None, then: Figure, now: Figure) -> bool:
    """Whether the parts add up to both numbers of the figures; without `below`, to those above the line."""
    return all(
        math.isclose(sides[place].sum(), said, rel_tol=1e-9, abs_tol=1e-9)
        for place, figure in enumerate((then, now))
        if figure.value is not None
        for sides, said in ((above, figure.numerator), (below, figure.denominator))
        if sides is not None
    )


def _mix_and_rate(above: Sides, below: Sides, values: Sides, scale: float) -> Sides:
    """Each part's effects on the total: of its share (mix) and of its value (rate).

    Values are taken from the middle of both totals, which changes no sum: that a part grows lifts
    the total only if its value is above the others'. A part with something above the line and nothing below
    it in a month has no value: its whole effect is rate.
    """
    shares = [side / side.sum() for side in below]
    totals = [scale * over.sum() / under.sum() for over, under in zip(above, below, strict=True)]
    middle = sum(totals) / 2
    mix, rate = kitagawa(*shares, *(side - middle for side in values))
    added = [
        scale * over / under.sum() - share * middle
        for over, under, share in zip(above, below, shares, strict=True)
    ]
    stray = ((below[0] == 0) & (above[0] != 0)) | ((below[1] == 0) & (above[1] != 0))
    rate = np.where(stray, added[1] - added[0], rate)
    return np.nan_to_num(np.where(stray, 0.0, mix)), np.nan_to_num(rate)


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """NaN where there is nothing to divide by."""
    return np.divide(above, below, out=np.full(len(above), np.nan), where=below != 0)


def _concentration(effects: np.ndarray) -> float:
    """How unevenly the parts carry the effects: the normalised Herfindahl index of their absolute shares.

    (Σ a² − 1/k) ÷ (1 − 1/k) over k parts: 0 when all carry the same, 1 when one carries everything, so
    that dimensions of few and of many parts compare. Herfindahl 1950; Hirschman 1964, AER 54:761.
    """
    sizes = np.abs(effects)
    if not sizes.sum():
        return 0.0
    even = 1 / len(sizes)
    return max(0.0, float((((sizes / sizes.sum()) ** 2).sum() - even) / (1 - even)))


def _reversal(better: Better, before: np.ndarray, now: np.ndarray, change: float) -> bool:
    """Whether every part with a value in both months moved one way, or stayed, and the total the other."""
    moved = (now - before)[~np.isnan(now - before)]
    if better == "band" or abs(change) <= ROUNDING or not len(moved):
        return False
    against = -moved if change > 0 else moved
    return bool((against >= -ROUNDING).all() and (against > ROUNDING).any())


def _none_for_nan(value: float) -> float | None:
    return None if math.isnan(value) else value
