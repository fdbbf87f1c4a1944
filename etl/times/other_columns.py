"""Columns beside a column of times, as evidence for it: weekdays, epochs, days, and how they are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from etl.errors import N_

CLOSE_DAYS = 1
_WEEKDAYS = (
    r"(?i)(?:星期|礼拜|周)?[一二三四五六日天]"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?"
)
_FIRST = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
_LAST = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_EPOCH = r"[1-3]?[0-9]{9}(?:\.[0-9]+)?|[1-3]?[0-9]{12}"


@dataclass(frozen=True, slots=True)
class Beside:
    """What one column proves of each row: `kind` "weekday" (0 = Monday), "epoch" (s) or "days" (since 1970).

    `known` tells for which rows. `families` has the ways of writing days in it whose order its own values
    prove, with that order.
    """

    name: str
    kind: str
    values: np.ndarray
    known: np.ndarray
    families: Mapping[str, str] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        return _SENTENCES[self.kind]

    def writes(self, family: str) -> str | None:
        """The order in which this column writes the days of a family; None when it does not prove one."""
        return self.families.get(family)

    def agreement(self, times: np.ndarray, rows: np.ndarray) -> float:
        """The share of `rows` in which `times` (days, or seconds for an epoch) agrees with this column."""
        mine, other = times[rows], self.values[rows]
        if self.kind == "weekday":
            return float(((mine + 3) % 7 == other).mean())
        limit = 15 * 3600 if self.kind == "epoch" else CLOSE_DAYS
        return float((np.abs(mine - other) <= limit).mean())


_SENTENCES = {
    "weekday": N_("Only read as {order} do the days fall on the weekdays in “{column}”."),
    "epoch": N_("Only read as {order} do the days agree with the seconds since 1970 in “{column}”."),
    "days": N_("Only read as {order} do the days agree with those in “{column}”."),
}


def weekdays(name: str, texts: pl.Series) -> Beside | None:
    """The column as weekdays, None when it holds something else."""
    if not _mostly(texts, _WEEKDAYS):
        return None
    first = (
        texts.str.to_lowercase().str.slice(0, 3).replace_strict(_FIRST, default=None, return_dtype=pl.Int64)
    )
    last = texts.str.slice(-1).replace_strict(_LAST, default=None, return_dtype=pl.Int64)
    return _made(name, "weekday", first.fill_null(last))


def epochs(name: str, texts: pl.Series) -> Beside | None:
    """The column as seconds since 1970, None when it holds something else."""
    if not _mostly(texts, _EPOCH):
        return None
    fits = texts.str.contains(f"^(?:{_EPOCH})$")
    seconds = texts.str.extract(r"^([0-9]+)").cast(pl.Int64, strict=False)
    seconds = pl.select(pl.when(seconds >= 10**11).then(seconds // 1000).otherwise(seconds)).to_series()
    return _made(name, "epoch", pl.select(pl.when(fits).then(seconds)).to_series())


def _made(name: str, kind: str, values: pl.Series) -> Beside:
    return Beside(name, kind, values.fill_null(0).to_numpy(), values.is_not_null().to_numpy())


def _mostly(texts: pl.Series, pattern: str) -> bool:
    held = texts.drop_nulls()
    held = held.filter(held != "")
    return len(held) > 0 and bool(held.str.contains(f"^(?:{pattern})$").mean() >= 0.8)
