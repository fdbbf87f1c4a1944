"""A column of texts read as durations: seconds, or what becomes seconds, and in which unit numbers stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from etl.errors import N_, Remark
from etl.times.reading import Answers, Doubt, Reading
from etl.times.texts import Column, Texts, column, example, matches, nothing_words, rewritten, unread_remark
from etl.times.units import UNITS, header_units, settle, spans, units_by_group

NUMBER = r"[+-]?(?:[0-9]{1,15}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})"
COMMA = r"-?[0-9]{1,15}(?:,[0-9]{1,15}){1,5}(?:\.[0-9]{1,20})?"
TWO = r"-?[0-9]{1,6}:[0-5][0-9](?:\.[0-9]{1,20})?"
THREE = r"-?[0-9]{1,6}:[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,20})?"
SPOKEN = (
    r"(?i)(?:[0-9]+ *(?:d|days?|天) *)?(?:[0-9]+(?:\.[0-9]+)? *(?:h|hrs?|hours?|小时|时) *)?"
    r"(?:[0-9]+(?:\.[0-9]+)? *(?:m|mins?|minutes?|分钟|分|['′]) *)?"
    r"(?:[0-9]+(?:\.[0-9]+)? *(?:s|secs?|seconds?|秒钟|秒|[\"″]))?"
)
ISO = r"P(?:[0-9]+D)?T(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?"
DAY_S = 86_400.0
_READ = 0.5
_STEPS = {
    "mm:ss": "minutes_seconds({x})",
    "hh:mm": "hours_minutes({x})",
    "ms": "scaled_seconds({x}, 0.001)",
    "min": "scaled_seconds({x}, 60)",
    "h": "scaled_seconds({x}, 3600)",
}


@dataclass(frozen=True, slots=True)
class _Found:
    """What one family of texts adds to the reading of the column."""

    unit: str | None
    rows: int
    steps: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    evidence: tuple[Remark, ...] = ()


def read_durations(
    texts: Texts,
    beside: Mapping[str, Texts] | None = None,
    *,
    header: str = "",
    longest: float = DAY_S,
    answers: Answers | None = None,
) -> Reading:
    """How `texts` (of one column, in file order) are to be read as seconds.

    `beside` are other columns of the same rows, by the word that SQL knows them by: two times between which
    a duration lies, or words on which its unit depends. `header` is the column's own name; but for errors,
    no duration is longer than `longest` seconds. `answers` settle doubts of an earlier reading:
    {doubt.key: one of its choices}.
    """
    answers, beside = answers or {}, beside or {}
    whole = column(texts)
    empty = nothing_words(whole)
    held = rewritten(whole.where(~empty))
    nothing = tuple(whole.raw.filter(empty))
    if not len(held.raw):
        return Reading("unknown", nothing=nothing)
    clean, comma = _without_commas(held, answers)
    if comma and comma.doubts:
        return Reading("seconds", steps=held.steps, nothing=nothing, doubts=comma.doubts)
    number, two, three = (matches(clean.clean, pattern) for pattern in (NUMBER, TWO, THREE))
    spoken = (matches(clean.clean, SPOKEN) | matches(clean.clean, ISO)) & ~number
    read = number | two | three | spoken
    if held.counts[read].sum() <= _READ * held.counts.sum():
        return Reading("unknown", nothing=nothing, unread=int(held.counts.sum()))
    hints = header_units(header)
    between = spans(beside) if number.any() or two.any() or three.any() else {}
    found = [comma] if comma else []
    if number.any():
        found.append(_numbers(clean.where(number), hints, between, longest, beside, answers))
    if two.any():
        found.append(_two_parts(clean.where(two), hints, between, longest, bool(three.any()), answers))
    if three.any():
        found.append(_three_parts(clean.where(three), between, answers))
    if spoken.any():
        found.append(_Found("words", int(held.counts[spoken].sum()), ("spoken_seconds({x})",)))
    main = max(found, key=lambda one: one.rows)
    return Reading(
        "seconds",
        unit=main.unit,
        steps=held.steps + tuple(step for one in found for step in one.steps),
        nothing=nothing,
        unread=int(held.counts[~read].sum()),
        doubts=tuple(doubt for one in found for doubt in one.doubts),
        evidence=tuple(remark for one in found for remark in one.evidence) + unread_remark(held, read),
    )


def _without_commas(held: Column, answers: Answers) -> tuple[Column, _Found | None]:
    """The column with commas in numbers resolved, and what was found out about them."""
    commas = matches(held.clean, COMMA)
    if not commas.any():
        return held, None
    mine = held.clean.filter(commas)
    grouped = mine.str.contains(r"^-?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?$")
    surely = mine.str.contains(r",[0-9]+,|\.[0-9]+$")
    choice = answers.get("comma")
    if grouped.all() and surely.any():
        choice = "thousands"
    elif not grouped.any() or (not surely.any() and not grouped.all()):
        choice = "decimal"
    if choice is None:
        question = Remark(N_("Does the comma in {text} stand before decimals?"), {"text": mine[0]})
        return held, _Found(None, 0, doubts=(Doubt("comma", question, ("decimal", "thousands")),))
    replacement, step = (
        ("", "without_thousands({x})") if choice == "thousands" else (".", "decimal_point({x})")
    )
    resolved = pl.select(
        pl.when(pl.Series(commas)).then(held.clean.str.replace_all(",", replacement)).otherwise(held.clean)
    ).to_series()
    return replace(held, clean=resolved), _Found(None, 0, (step,))


def _numbers(
    texts: Column,
    hints: tuple[str, ...],
    between: Mapping[str, np.ndarray],
    longest: float,
    beside: Mapping[str, Texts],
    answers: Answers,
) -> _Found:
    rows = int(texts.counts.sum())
    values = texts.clean.cast(pl.Float64).to_numpy()
    if not values.any():
        return _Found("s", rows)
    grouped = units_by_group(texts, values, beside, answers)
    if grouped:
        return _Found(grouped.unit, rows, grouped.steps, grouped.doubts, grouped.evidence)
    settled = settle(
        texts,
        {unit: values * size for unit, size in UNITS.items()},
        hints,
        between,
        longest,
        answers.get("unit"),
    )
    doubts: tuple[Doubt, ...] = ()
    if settled.unit is None:
        question = Remark(N_("In which unit is {text}?"), {"text": example(texts.raw, values > 0)})
        doubts = (Doubt("unit", question, settled.possible),)
    step = _STEPS.get(settled.unit or "")
    return _Found(settled.unit, rows, (step,) if step else (), doubts, settled.evidence)


def _two_parts(
    texts: Column,
    hints: tuple[str, ...],
    between: Mapping[str, np.ndarray],
    longest: float,
    three: bool,
    answers: Answers,
) -> _Found:
    """3:20 as minutes and seconds, or hours and minutes."""
    parts = texts.clean.str.extract_groups(r"^(-?)([0-9]+):([0-9]+(?:\.[0-9]+)?)$").struct.unnest()
    first, second = (parts[name].cast(pl.Float64).to_numpy() for name in parts.columns[1:])
    sign = np.where(parts[parts.columns[0]] == "-", -1, 1)
    values = {"mm:ss": sign * (60 * first + second), "hh:mm": sign * (3600 * first + 60 * second)}
    choice, evidence = answers.get("parts"), ()
    if choice is None and (first > 23).any():
        count = int(texts.counts[first > 23].sum())
        said = {"count": count, "text": example(texts.raw, first > 23)}
        choice = "mm:ss"
        evidence = (
            Remark(N_("{count} rows such as {text} would be longer than a day as hours and minutes."), said),
        )
    elif choice is None and three and (first <= 59).all():
        choice = "mm:ss"
        evidence = (Remark(N_("Longer ones in the same column are written h:mm:ss."), {}),)
    rows = int(texts.counts.sum())
    if choice:
        return _Found(choice, rows, (_STEPS[choice],), evidence=evidence)
    settled = settle(texts, values, hints, between, longest, None)
    if settled.unit:
        return _Found(settled.unit, rows, (_STEPS[settled.unit],), evidence=settled.evidence)
    question = Remark(
        N_("Is {text} in minutes and seconds, or in hours and minutes?"), {"text": texts.raw[0]}
    )
    return _Found(None, rows, doubts=(Doubt("parts", question, ("mm:ss", "hh:mm")),))


def _three_parts(texts: Column, between: Mapping[str, np.ndarray], answers: Answers) -> _Found:
    """3:20:00 as hours, minutes and seconds – unless a spreadsheet made it of 3:20, minutes and seconds."""
    rows = int(texts.counts.sum())
    written = texts.clean.str.contains(r":00(?:\.0+)?$").to_numpy()
    if not written.all() or len(texts.raw) < 20:
        return _Found("h:mm:ss", rows)
    parts = texts.clean.str.extract_groups(r"^(-?[0-9]+):([0-9]+):").struct.unnest()
    first, second = (parts[name].cast(pl.Float64).to_numpy() for name in parts.columns)
    values = {"hh:mm": 3600 * first + 60 * second, "mm:ss": 60 * first + second}
    settled = settle(texts, values, (), between, float("inf"), answers.get("zeros"))
    if settled.unit:
        steps = ("minutes_seconds({x})",) if settled.unit == "mm:ss" else ()
        return _Found("mm:ss" if steps else "h:mm:ss", rows, steps, evidence=settled.evidence)
    question = Remark(
        N_("All end in :00, such as {text}: were they minutes and seconds before a spreadsheet read them?"),
        {"text": texts.raw[0]},
    )
    return _Found(None, rows, doubts=(Doubt("zeros", question, ("hh:mm", "mm:ss")),))
