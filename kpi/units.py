"""The units that values are shown in: one value a unit, with its scale, decimals, range and words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from etl.errors import N_


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit. A value is a plain number (a share a fraction), shown times `scale`, with `sign` or `word`.

    `per` is how many of the denominator a value counts per. `decimals` are the usual ones; `whole` says that
    it counts things, which have none. A value lies within `lowest` and `highest`, a target within `targets`.
    Closer than `same` two values are one number on a sheet. `below`, `above` and `change` are a gap and a
    difference in words (`short` where there is little room), `name` is what a column of units says, `written`
    is what people type after a number.
    """

    key: str
    name: str
    below: str
    above: str
    change: str
    same: float
    written: tuple[str, ...]
    word: str = ""
    sign: str = ""
    scale: int = 1
    per: int = 1
    decimals: int = 1
    whole: bool = False
    lowest: float = 0.0
    highest: float = math.inf
    targets: tuple[float, float] = (0, math.inf)
    short: str = ""

    @property
    def brief(self) -> str:
        """A difference in few words."""
        return self.short or self.change

    @property
    def label(self) -> str:
        """What stands beside a number or a field, before it is translated."""
        return self.sign or self.word


_EVERY = (
    Unit(
        "share",
        name=N_("share"),
        below=N_("{gap} percentage points below target"),
        above=N_("{gap} percentage points above target"),
        change=N_("{change} percentage points"),
        short=N_("{change} pp"),
        same=0.0005,
        written=("%", "％"),
        sign="%",
        scale=100,
        highest=1.0,
        targets=(0, 1),
    ),
    Unit(
        "seconds",
        name=N_("s"),
        below=N_("{gap} s below target"),
        above=N_("{gap} s above target"),
        change=N_("{change} s"),
        same=0.5,
        written=("s", "sec", "seconds", "秒"),
        word=N_("s"),
        targets=(0, 86_400),
    ),
    Unit(
        "per_1000",
        name=N_("per 1,000"),
        below=N_("{gap} per 1,000 below target"),
        above=N_("{gap} per 1,000 above target"),
        change=N_("{change} per 1,000"),
        same=0.005,
        written=("‰", "次/千次", "per 1,000"),
        word=N_("per 1,000"),
        per=1000,
        decimals=2,
        targets=(0, 1000),
    ),
    Unit(
        "per_hour",
        name=N_("per hour"),
        below=N_("{gap} per hour below target"),
        above=N_("{gap} per hour above target"),
        change=N_("{change} per hour"),
        same=0.05,
        written=("/小时", "次/小时", "per hour"),
        word=N_("per hour"),
        per=3600,  # of seconds
    ),
    Unit(
        "points",
        name=N_("points"),
        below=N_("{gap} points below target"),
        above=N_("{gap} points above target"),
        change=N_("{change} points"),
        same=0.05,
        written=("分", "points"),
        word=N_("points"),
    ),
    Unit(
        "net",
        name=N_("net points"),
        below=N_("{gap} points below target"),
        above=N_("{gap} points above target"),
        change=N_("{change} points"),
        same=0.05,
        written=("分", "points"),
        word=N_("points"),
        per=100,
        lowest=-100.0,
        highest=100.0,
        targets=(-100, 100),
    ),
    Unit(
        "hours",
        name=N_("h"),
        below=N_("{gap} h below target"),
        above=N_("{gap} h above target"),
        change=N_("{change} h"),
        same=0.05,
        written=("h", "hours", "小时", "学时"),
        word=N_("h"),
    ),
    Unit(
        "count",
        name=N_("count"),
        below=N_("{gap} below target"),
        above=N_("{gap} above target"),
        change="{change}",
        same=0.5,
        written=("次", "通", "件", "个"),
        whole=True,
    ),
)

UNITS = {unit.key: unit for unit in _EVERY}

UnitKey = Literal[*UNITS]  # as the catalogue writes it
