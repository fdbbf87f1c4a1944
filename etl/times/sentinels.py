"""Times that mean "none": days that programs write for nothing, and midnights that may be real."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from etl.errors import N_, Remark
from etl.times.reading import Answers, Doubt
from etl.times.texts import Column

# No time of a service centre; then days that could be one, where other days lie near.
_NEVER = (
    r"^(?:0000[^0-9]0?0[^0-9]0?0|(?:0001|1753)[^0-9]0?1[^0-9]0?1|(?:2999|9999)[^0-9]12[^0-9]31|0?0[^0-9]0?0[^0-9]0000"
    r"|0?1[^0-9]0?1[^0-9](?:0001|1753)|(?:31[^0-9]12|12[^0-9]31)[^0-9](?:2999|9999)|00000000|99991231)(?:[^0-9]|$)"
)
_MAYBE = (
    r"^(?:1899[^0-9]12[^0-9]3[01]|1900[^0-9]0?1[^0-9]0?[01]|1970[^0-9]0?1[^0-9]0?1|(?:3[01][^0-9]12|12[^0-9]3[01])[^0-9]1899"
    r"|0?[01][^0-9]0?1[^0-9]1900|0?1[^0-9]0?1[^0-9]1970|19000101|19700101)(?:[^0-9]|$)"
)
_MIDNIGHT = r"^(?:0?0:00(?::00(?:\.0+)?)?|12:00(?::00)? ?AM)$"
_LONELY_DAYS = 15 * 366
_OFTEN = 0.05


@dataclass(frozen=True, slots=True)
class Sentinels:
    """The texts that mean no time, with the remarks on them and the questions about others."""

    nothing: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    evidence: tuple[Remark, ...] = ()


def sentinels(texts: Column, days: np.ndarray, never: int, answers: Answers) -> Sentinels:
    """Find the texts that mean no time; `days` is each text's day since 1970, or `never`."""
    surely = texts.clean.str.contains(_NEVER).to_numpy()
    maybe = texts.clean.str.contains(_MAYBE).to_numpy() & ~surely
    if not surely.any() and not maybe.any():
        return Sentinels()
    doubts = []
    if maybe.any():
        others = days[~maybe & ~surely & (days != never)]
        mine = days[maybe & (days != never)]
        near = len(others) > 0 and len(mine) > 0 and others.min() - mine.max() < _LONELY_DAYS
        text = texts.raw.filter(maybe)[0]
        key = f"nothing {text[:10]}"
        if answers.get(key) == "nothing" or (not near and key not in answers):
            surely |= maybe
        elif key not in answers:
            question = Remark(
                N_("{count} rows say {text}: a real time, or nothing?"),
                {"count": int(texts.counts[maybe].sum()), "text": text},
            )
            doubts.append(Doubt(key, question, ("nothing", "time")))
    found = tuple(texts.raw.filter(surely))
    said = Remark(
        N_("{count} rows say {text}, which is taken for no time."),
        {"count": int(texts.counts[surely].sum()), "text": found[0] if found else ""},
    )
    return Sentinels(found, tuple(doubts), (said,) if found else ())


def midnights(texts: Column, answers: Answers) -> Sentinels:
    """Ask about the clock 0:00:00 when it is too frequent for a real minute: nothing, or midnight?"""
    zero = texts.clean.str.contains(_MIDNIGHT).to_numpy()
    count, total = int(texts.counts[zero].sum()), int(texts.counts.sum())
    if not zero.any() or zero.all() or count < 20 or count < _OFTEN * total:
        return Sentinels()
    found = tuple(texts.raw.filter(zero))
    if "midnight" in answers:
        return Sentinels(found if answers["midnight"] == "nothing" else ())
    values = {"count": count, "total": total, "text": found[0]}
    question = Remark(N_("{count} of {total} rows have the clock {text}: midnight, or nothing?"), values)
    return Sentinels(doubts=(Doubt("midnight", question, ("nothing", "time")),))
