"""Reads the targets that people type: the number and the unit it is written in."""

from __future__ import annotations

import math
import re

from etl.errors import N_, Problem
from kpi.units import UNITS, UnitKey

# Thousands in groups of three, so that "1,5" is not fifteen.
NUMBER = re.compile(r"([+-]?(?:(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+))\s*(.*)")


def parse_target(text: str, unit: UnitKey) -> float:
    """A target typed in the unit shown, as a plain number: "90" and "90%" are 0.9 for a share.

    Problem when it is not a number, has another unit, or is one that the unit cannot have; also for a
    share like "0.85" without its sign, which could be 85% as well as 0.85%.
    """
    match = NUMBER.fullmatch(text)
    value = float(match[1].replace(",", "")) if match else math.nan
    if not math.isfinite(value) or match[2].lower() not in ("", *UNITS[unit].written):
        raise Problem("next_target", N_("“{text}” is not a number."), _example(unit), text=text)
    if UNITS[unit].sign:
        if not 0 <= value <= 100:
            raise Problem("next_target", N_("A share lies between 0% and 100%."), _example(unit))
        if 0 < value < 1 and not match[2]:
            raise unclear_share(value)
        return value / 100
    low, high = UNITS[unit].targets
    if low == 0 > value:
        raise Problem("next_target", N_("A target is not negative."), _example(unit))
    if low < 0 and not low <= value <= high:
        raise Problem(
            "next_target",
            N_("A target lies between {low} and {high}."),
            _example(unit),
            low=f"{low:g}",
            high=f"{high:g}",
        )
    return value


def unclear_share(value: float) -> Problem:
    """The question about a share without its sign, which could be meant as a fraction."""
    return Problem(
        "next_target",
        N_("Is that {whole}% or {fraction}%?"),
        N_("Write the percent sign."),
        whole=f"{value * 100:.10g}",
        fraction=f"{value:.10g}",
    )


def _example(unit: UnitKey) -> str:
    return N_("Write it as 92.5%.") if UNITS[unit].sign else N_("Write it as 20 or 20.5.")
