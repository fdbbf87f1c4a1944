"""Decides the unit of a duration: by the times around it, by the column's name, by what is possible."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import polars as pl

from etl.errors import N_, Remark
from etl.personal import mask_numbers
from etl.sql_text import literal, quoted
from etl.times.date_families import CLOCK, families, family_of
from etl.times.layouts import clock_seconds
from etl.times.orders import NEVER, by_values, naive_seconds
from etl.times.reading import CHOICES, Answers, Doubt
from etl.times.texts import Column, Texts, column, nothing_words, rewritten

UNITS = {"s": 1.0, "min": 60.0, "ms": 0.001, "h": 3600.0}
_HINTS = {
    "ms": r"(?i)毫秒|\bms\b|_ms\b|millis",
    "s": r"(?i)(?<!毫)秒|\bs\b|_s\b|\bsecs?\b|_secs?\b|second",
    "min": r"(?i)分钟|\bmins?\b|_mins?\b|minute",
    "h": r"(?i)小时|\bh(?:rs?)?\b|_hours?\b|\bhours?\b",
    "mm:ss": r"(?i)m+:ss|分[:：]秒",
    "hh:mm": r"(?i)\bh+:mm(?!:)|[时小][:：]分(?![:：])",
}
_SHORTEST = 1.0  # half of all durations that are no zeros last at least a second
_GROUPS = 50
_APART = 100


@dataclass(frozen=True, slots=True)
class Settled:
    """The unit that was found, else None with the `possible` ones."""

    unit: str | None
    possible: tuple[str, ...] = ()
    evidence: tuple[Remark, ...] = ()
    steps: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()


def header_units(header: str) -> tuple[str, ...]:
    """The units that a column's name mentions."""
    return tuple(unit for unit, pattern in _HINTS.items() if re.search(pattern, header))


def settle(
    texts: Column,
    values: Mapping[str, np.ndarray],
    hints: tuple[str, ...],
    between: Mapping[str, np.ndarray],
    longest: float,
    answer: str | None,
) -> Settled:
    """Find the unit in which `values` (unit → seconds of each text) are right.

    A time between two other columns proves it; then the column's name; then what is possible, if only one is.
    """
    if answer in values:
        return Settled(answer)
    for name, seconds in between.items():
        if unit := _proved(texts, values, seconds):
            text = N_("In {unit} they agree with the time between {columns}.")
            return Settled(unit, evidence=(Remark(text, {"unit": CHOICES[unit], "columns": name}),))
    named = [unit for unit in hints if unit in values]
    if len(named) == 1:
        text = N_("The column's name says {unit}.")
        return Settled(named[0], evidence=(Remark(text, {"unit": CHOICES[named[0]]}),))
    possible = tuple(unit for unit, seconds in values.items() if _possible(texts, seconds, longest))
    if len(possible) == 1:
        text = N_("In any other unit than {unit} they would be too long or too short.")
        return Settled(possible[0], evidence=(Remark(text, {"unit": CHOICES[possible[0]]}),))
    return Settled(None, possible or tuple(values))


def _possible(texts: Column, seconds: np.ndarray, longest: float) -> bool:
    some = seconds > 0
    if not some.any():
        return True
    each = np.repeat(seconds[some], texts.counts[some])
    return bool(np.quantile(each, 0.99) <= longest and np.median(each) >= _SHORTEST)


def _proved(texts: Column, values: Mapping[str, np.ndarray], between: np.ndarray) -> str | None:
    shares = {}
    for unit, seconds in values.items():
        mine = texts.by_row(seconds, np.nan)
        known = (mine > 0) & (between > 0)
        if known.sum() < 5:
            return None
        # Both may be rounded to whole seconds, and whole minutes to minutes.
        slack = np.maximum(2, np.where(between > 3600, 60, 0.02 * between))
        shares[unit] = float((np.abs(mine - between)[known] <= slack[known]).mean())
    best = max(shares, key=lambda unit: shares[unit])
    others = [share for unit, share in shares.items() if unit != best]
    return best if shares[best] >= 0.8 and max(others) <= 0.3 else None


def spans(beside: Mapping[str, Texts]) -> dict[str, np.ndarray]:
    """The seconds between each two columns of times, by their names: "start – end"; NaN: one is missing."""
    moments = {name: found for name, texts in beside.items() if (found := _moments(texts)) is not None}
    found = {}
    for (one, (first, dated)), (other, (second, also_dated)) in combinations(moments.items(), 2):
        if dated != also_dated:
            continue
        seconds = np.abs(second - first)
        # Clocks without a day: over midnight the later one is the smaller one.
        found[f"{one} – {other}"] = seconds if dated else np.minimum(seconds, 86_400 - seconds)
    return found


def _moments(texts: Texts) -> tuple[np.ndarray, bool] | None:
    """A column as seconds, and whether since 1970 (or midnight); None when it holds no clock times."""
    whole = column(texts)
    held = rewritten(whole.where(~nothing_words(whole)))
    for layouts, mine in families(held):
        if mine.counts.sum() < 0.8 * held.counts.sum() or not layouts[0].clock:
            continue
        if layouts[0].family == CLOCK:
            clock = clock_seconds(mine.clean).astype(float)
            return mine.by_row(clock, np.nan), False
        one = family_of(layouts, mine)
        left, _ = by_values(one)
        if left:
            # Where the order is open, any will do: both columns are written alike.
            naive = naive_seconds(one, left[0])
            return np.where(naive == NEVER, np.nan, naive), True
    return None


def units_by_group(
    texts: Column, values: np.ndarray, beside: Mapping[str, Texts], answers: Answers
) -> Settled | None:
    """Find a column beside whose words some numbers are a thousand times larger: milliseconds, by word.

    None unless there is such a column.
    """
    by_row = texts.by_row(values, np.nan)
    found = []
    for name, words in beside.items():
        frame = pl.DataFrame({"word": pl.Series(words, dtype=pl.String), "value": by_row})
        some = frame.filter((pl.col("value") > 0) & pl.col("word").is_not_null())
        if not 2 <= some["word"].n_unique() <= _GROUPS:
            continue
        size = pl.col("value").log()
        groups = some.group_by("word").agg(
            pl.col("value").median(), pl.len().alias("rows"), (size - size.mean()).abs().sum().alias("apart")
        )
        often = groups.filter(pl.col("rows") >= 5)
        small = often.filter(pl.col("value") * _APART <= pl.col("value").max())
        large = often.filter(pl.col("value") >= pl.col("value").max() / 10, pl.col("value") >= 1000)
        if small.height and large.height and small.height + large.height == often.height:
            found.append((groups["apart"].sum(), name, sorted(large["word"]), sorted(small["word"])))
    if not found:
        return None
    # The numbers depend on the column within whose words they differ least.
    _, name, large_words, small_words = min(found)
    return _by_group(name, large_words, small_words, answers)


def _by_group(name: str, large: list[str], small: list[str], answers: Answers) -> Settled:
    key = f"unit by {name}"
    if answers.get(key) == "ms":
        # A brace in a word must not be taken for the place of the column.
        listed = ", ".join(literal(word).replace("{", "' || chr(123) || '") for word in large)
        step = f"CASE WHEN {quoted(name)} IN ({listed}) THEN scaled_seconds({{x}}, 0.001) ELSE {{x}} END"
        return Settled("s", steps=(step,))
    if answers.get(key) == "s":
        return Settled("s")
    question = Remark(
        N_("Where “{column}” is {large}, the numbers are far larger than at {small}: in which unit?"),
        {"column": name, "large": mask_numbers(", ".join(large)), "small": mask_numbers(", ".join(small))},
    )
    return Settled(None, doubts=(Doubt(key, question, ("ms", "s")),))
