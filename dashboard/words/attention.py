"""What needs attention, in words and in order."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.words import numbers as formats
from dashboard.words.translate import words
from kpi.analysis.real_gaps import Judged, Standing

# What needs attention first.
ORDER: tuple[Standing, ...] = ("missed", "below", "cannot_tell", "met", "no_target", "no_data")


def attention_line(rows: Sequence[Judged], lang: str) -> str:
    """How all figures stand: "2 of 10 clearly missed, 5 met, 3 without a target"."""
    t = words(lang)
    with_data = [row.figure for row in rows if row.figure.value is not None]
    if not with_data:
        return t("No figures for this period yet")
    count = {standing: sum(row.verdict.standing == standing for row in rows) for standing in ORDER}
    partial = sum(map(formats.is_partial, with_data))
    parts = [
        t("{n} of {all} clearly missed").format(n=count["missed"], all=len(rows))
        if count["missed"]
        else t("None of {all} clearly missed").format(all=len(rows)),
        t("{n} short of the target by little").format(n=count["below"]) if count["below"] else "",
        t("{n} met").format(n=count["met"]) if count["met"] else "",
        t("{n} cannot be judged yet").format(n=count["cannot_tell"]) if count["cannot_tell"] else "",
        t("{n} without a target").format(n=count["no_target"]) if count["no_target"] else "",
        t("{n} without data").format(n=count["no_data"]) if count["no_data"] else "",
        t("{n} on partial data").format(n=partial) if partial else "",
    ]
    return t(", ").join(part for part in parts if part)
