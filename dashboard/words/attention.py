"""What needs attention, in words and in order."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.words import numbers as formats
from dashboard.words.translate import words
from kpi.figures.figure import Figure

# What needs attention first.
ORDER = ("missed", "cannot_tell", "met", "no_target", "no_data")


def attention_line(figures: Sequence[Figure], lang: str) -> str:
    """How all of the figures stand: "2 of 10 clearly missed, 5 met, 3 without a target"."""
    t = words(lang)
    with_data = [figure for figure in figures if figure.value is not None]
    if not with_data:
        return t("No figures for this period yet")
    count = {v: sum(f.verdict == v for f in figures) for v in ORDER}
    partial = sum(map(formats.is_partial, with_data))
    parts = [
        t("{n} of {all} clearly missed").format(n=count["missed"], all=len(figures))
        if count["missed"]
        else t("None of {all} clearly missed").format(all=len(figures)),
        t("{n} met").format(n=count["met"]) if count["met"] else "",
        t("{n} cannot be judged yet").format(n=count["cannot_tell"]) if count["cannot_tell"] else "",
        t("{n} without a target").format(n=count["no_target"]) if count["no_target"] else "",
        t("{n} without data").format(n=count["no_data"]) if count["no_data"] else "",
        t("{n} on partial data").format(n=partial) if partial else "",
    ]
    return t(", ").join(part for part in parts if part)
