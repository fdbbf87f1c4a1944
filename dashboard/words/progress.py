"""The progress of a load in words: its step, its speed, the time left."""

from __future__ import annotations

from dashboard.words.translate import Translate
from etl.errors import N_
from etl.progress import STEPS, State


def step_text(state: State, t: Translate) -> str:
    """The step being done: "Reading calls.csv (2 of 5)"."""
    text = t(STEPS.get(state.step, N_("Beginning")))
    if state.step in ("read", "convert", "merge"):
        text = f"{text} {state.name}"
        if state.files > 1:
            text += " " + t("({n} of {all})").format(n=state.file, all=state.files)
    return text


def rate_text(state: State, t: Translate) -> str:
    """The speed: "12,345 rows/s · 3.4 MB/s"; "" while nothing was read."""
    parts = []
    if state.rows_per_s is not None:
        parts.append(t("{rows} rows/s").format(rows=f"{state.rows_per_s:,.0f}"))
    if state.bytes_per_s is not None:
        parts.append(t("{size} MB/s").format(size=f"{state.bytes_per_s / 1e6:,.1f}"))
    return " · ".join(parts)


def left_text(state: State, t: Translate) -> str:
    """The time left, rounded as such an estimate deserves; "" while that cannot be said."""
    left = state.left_s
    if left is None:
        return ""
    if left < 10:
        return t("a few seconds left")
    if left < 90:
        return t("about {n} s left").format(n=round(left / 10) * 10)
    return t("about {n} min left").format(n=round(left / 60))
