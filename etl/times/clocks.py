"""Columns that hold times of day without a day."""

from __future__ import annotations

import polars as pl

from etl.errors import N_, Remark
from etl.times.layouts import Layout, clock_seconds
from etl.times.orders import family
from etl.times.reading import Answers, Doubt, Reading
from etl.times.sentinels import midnights
from etl.times.texts import Column, matches, unread_remark

_READ = 0.5
_TELLING = 20
_PLAIN = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"


def read_clocks(held: Column, layouts: tuple[Layout, ...], texts: Column, answers: Answers) -> Reading:
    """The reading of `held`, most of whose texts are `texts`: clocks written as `layouts` do."""
    seconds = clock_seconds(texts.clean)
    minutes = texts.clean.str.extract(r"[:时点]([0-9]+)").cast(pl.Int64, strict=False).fill_null(0).to_numpy()
    last = (
        texts.clean.str.extract(r"[:分]([0-9]+)[^0-9]*$").cast(pl.Int64, strict=False).fill_null(0).to_numpy()
    )
    real = (seconds >= 0) & (seconds <= 86_400) & (minutes < 60) & (last < 60)
    if texts.counts[real].sum() <= _READ * held.counts.sum():
        return Reading("unknown", unread=int(held.counts.sum()))
    zero = midnights(texts, answers)
    good = texts.where(real)
    plain = matches(good.clean, _PLAIN).all()
    read = held.raw.is_in(good.raw.to_list()).to_numpy()
    return Reading(
        "clock",
        formats=() if plain else tuple(dict.fromkeys(layout.clock for layout in layouts)),
        steps=held.steps,
        nothing=zero.nothing,
        unread=int(held.counts[~read].sum()),
        doubts=zero.doubts,
        evidence=unread_remark(held, read),
    )


def run_clock(held: Column, layout: Layout, texts: Column, answers: Answers) -> Reading | None:
    """The reading of six-digit runs as clocks, or the question whether they are; None when they are days."""
    if texts.counts.sum() <= _READ * held.counts.sum() or answers.get("clock") == "unread":
        return None
    clock = texts.clean.str.to_time("%H%M%S", strict=False).is_not_null()
    days = any(family(layout, (order,), texts).readable(order).all() for order in layout.orders())
    if not clock.all() or (days and len(texts.raw) >= _TELLING and "clock" not in answers):
        return None
    doubts: tuple[Doubt, ...] = ()
    if days and "clock" not in answers:
        question = Remark(N_("Is {text} a time of day, or a day?"), {"text": texts.raw[0]})
        doubts = (Doubt("clock", question, ("clock", "unread")),)
    return Reading("clock", formats=("%H%M%S",), steps=held.steps, doubts=doubts)
