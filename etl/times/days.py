"""Reads a column of days, with or without clocks, family by family."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from etl.errors import N_, Remark
from etl.sql_text import literal
from etl.times.date_families import Part
from etl.times.orders import NEVER, naive_seconds
from etl.times.other_columns import Beside
from etl.times.reading import Answers, Doubt, Reading
from etl.times.sentinels import sentinels
from etl.times.texts import Column, matches, unread_remark

_READ = 0.5
_MIDNIGHT = r"[ T]+(?:0?0:00(?::00(?:\.0+)?)?|12:00(?::00)? ?[Aa][Mm])$"
# What `read_time` reads by itself.
_N = "[0-9]"
PLAIN = (
    rf"(?:{_N}{{4}}(?:-{_N}{{1,2}}-|/{_N}{{1,2}}/){_N}{{1,2}}|{_N}{{4}}年{_N}{{1,2}}月{_N}{{1,2}}日)"
    rf"(?:[ T]+{_N}{{1,2}}:{_N}{{2}}"
    rf"(?:(?::{_N}{{1,2}}(?:\.{_N}+)?)? *(?:Z|\+{_N}{{2}}(?::?{_N}{{2}})?)?"
    rf"|:{_N}{{1,2}}(?:\.{_N}+)? *-{_N}{{2}}(?::?{_N}{{2}})?))?"
)


def read_days(held: Column, parts: list[Part], beside: Sequence[Beside], answers: Answers) -> Reading:
    """The reading of `held`, whose texts of days are in `parts`."""
    days, asked = _days(held, parts)
    nothing = sentinels(held, days, NEVER, answers)
    empty = held.raw.is_in(list(nothing.nothing)).to_numpy()
    read = (days != NEVER) | asked | empty
    if held.counts[read].sum() <= _READ * held.counts.sum():
        return Reading("unknown", unread=int(held.counts.sum()))
    parts = [part for part in parts if part.decision.order or part.decision.doubt]
    written = _reading(held.where(read & ~empty), parts, answers)
    offset, said = _offset(parts, beside)
    doubts = tuple(part.decision.doubt for part in parts if part.decision.doubt)
    evidence = tuple(remark for part in parts for remark in part.decision.evidence)
    return replace(
        written,
        nothing=nothing.nothing,
        unread=int(held.counts[~read].sum()),
        offset=offset,
        doubts=written.doubts + doubts + nothing.doubts + _swapped_doubt(parts, answers),
        evidence=evidence + nothing.evidence + said + unread_remark(held, read),
    )


def _days(held: Column, parts: list[Part]) -> tuple[np.ndarray, np.ndarray]:
    """The day of each text by the orders decided (NEVER: none), and which texts wait for an answer."""
    days, asked = np.full(len(held.raw), NEVER), np.zeros(len(held.raw), dtype=bool)
    place = pl.DataFrame({"raw": held.raw}).with_row_index("place")
    for part in parts:
        texts = part.family.texts.raw.to_frame("raw")
        mine = texts.join(place, on="raw", maintain_order="left")["place"].to_numpy()
        if part.decision.doubt:
            asked[mine] = np.any([found != NEVER for found in part.family.days.values()], axis=0)
        for order in (*reversed(part.decision.rest), part.decision.order):
            if order:
                found = part.family.days[order]
                days[mine] = np.where(found != NEVER, found, days[mine])
    return days, asked


def _reading(read: Column, parts: list[Part], answers: Answers) -> Reading:
    """The reading of the texts that are `read`: kind, formats and rewritings, by the orders decided."""
    layouts = [layout for part in parts for layout in part.layouts]
    steps, doubts = read.steps, ()
    if any(layout.zone for layout in layouts):
        if answers.get("zone") == "home":
            steps += ("without_zone({x})",)
        else:
            doubts = (_zone_doubt(read),)
    timed = any(layout.clock for layout in layouts)
    dates = read.clean.str.replace(_MIDNIGHT, "")
    clocks = dates.str.contains(r"[0-9][:时点]").any() or any(layout.run > 8 for layout in layouts)
    whole_days = timed and not clocks
    if whole_days:
        steps += ("without_midnight({x})",)
    numbered = [p for p in parts if p.decision.order and len(p.family.layout.orders()) > 1]
    biggest = max(numbered or parts, key=lambda part: part.family.texts.counts.sum(), default=None)
    reading = Reading(
        "time" if timed and not whole_days else "date",
        order=biggest.decision.order if biggest else None,
        steps=steps,
        doubts=doubts,
    )
    asked = any(part.decision.doubt for part in parts)
    if not asked and matches(dates if whole_days else read.clean, PLAIN).all():
        return reading
    formats = _formats(parts, whole_days)
    if any(layout.offset for layout in layouts):
        listed = ", ".join(map(literal, formats))
        return replace(reading, steps=(*steps, f"with_offset({{x}}, [{listed}])"))
    return replace(reading, formats=formats)


def _formats(parts: list[Part], whole_days: bool) -> tuple[str, ...]:
    """The formats of all parts, so that the first which fits a text is the right one.

    "%Y" would take two digits for a year of antiquity, so that formats with "%y" come first.
    """
    found = [
        layout.day.format(*layout.parts(order)) if whole_days and not layout.run > 8 else layout.format(order)
        for part in parts
        if part.decision.order
        for order in (part.decision.order, *part.decision.rest)
        for layout in part.layouts
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda one: "%y" not in one))


def _zone_doubt(read: Column) -> Doubt:
    words = read.clean.str.extract(r" ([A-Z]{3,5})$").drop_nulls().unique(maintain_order=True)
    question = Remark(N_("The times end in {zone}: is that the home zone?"), {"zone": ", ".join(words[:5])})
    return Doubt("zone", question, ("home",))


def _offset(parts: list[Part], beside: Sequence[Beside]) -> tuple[int | None, tuple[Remark, ...]]:
    """How many minutes the times are ahead of UTC, where a column of epochs proves it."""
    timed = [p for p in parts if p.decision.order and p.layouts[0].clock and not p.layouts[0].offset]
    epochs = [column for column in beside if column.kind == "epoch"]
    if not timed or not epochs:
        return None, ()
    part = max(timed, key=lambda one: one.family.texts.counts.sum())
    naive = naive_seconds(part.family, part.decision.order or "")
    for column in epochs:
        known = (naive != NEVER) & column.known
        if not known.any():
            continue
        ahead = naive[known] - column.values[known]
        common = int(np.median(np.rint(ahead / 900)))
        # A call's id is made seconds before its first entry; an offset is a matter of quarters of an hour.
        if abs(common) <= 56 and (np.abs(ahead - common * 900) <= 300).mean() >= 0.8:
            said = Remark(
                N_("The times are {minutes} minutes ahead of UTC, as “{column}” shows."),
                {"minutes": common * 15, "column": column.name},
            )
            return common * 15, (said,)
    return None, ()


def _swapped_doubt(parts: list[Part], answers: Answers) -> tuple[Doubt, ...]:
    """Ask whether a spreadsheet swapped day and month up to the 12th, and left later days as texts."""
    if "swapped" in answers:
        return ()
    texts = [p for p in parts if p.decision.order in ("dmy", "mdy") and p.layouts[0].family[0] == "n"]
    turned = [p for p in parts if p.decision.order == "ymd" and p.layouts[0].family.startswith("yyyy")]
    if len(texts) != 1 or len(turned) != 1:
        return ()
    late, early = (_days_of_month(one[0]) for one in (texts, turned))
    if min(len(late), len(early)) < 5 or late.min() <= 12 or early.max() > 12:
        return ()
    question = Remark(
        N_("Days such as {text} are all after the 12th, such as {other} all up to it: were these swapped?"),
        {"text": texts[0].family.texts.raw[0], "other": turned[0].family.texts.raw[0]},
    )
    return (Doubt("swapped", question, ("time",)),)


def _days_of_month(part: Part) -> np.ndarray:
    days = part.family.days[part.decision.order or ""]
    stamps = days[days != NEVER].astype("datetime64[D]")
    return (stamps - stamps.astype("datetime64[M]")).astype(int) + 1
