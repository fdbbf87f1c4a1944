"""A product's fault: for some days many customers report it, and some complain about the product."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from sample_data.demand import HOUR_WEIGHTS
from sample_data.year import DAY_S, FIRST

_DAY_SHARES = (0.22, 0.26, 0.22, 0.17, 0.13)
FIRST_DAY = date(2026, 10, 12)
LAST_DAY = FIRST_DAY + timedelta(days=len(_DAY_SHARES) - 1)
TEAM = "热线三组"  # not the story's team, whose mix of this month is told of
QUEUE = "故障报修"
CALLS = 500
COMPLAINTS = 24
_HOURS = range(8, 20)  # while the team is on duty in strength


def arrivals(rng: np.random.Generator, scale: float) -> np.ndarray:
    """Sorted moments of the calls that the fault adds, in whole seconds since the sample's first day."""
    count = round(CALLS * scale)
    weights = HOUR_WEIGHTS[list(_HOURS)]
    days = (FIRST_DAY - FIRST).days + rng.choice(len(_DAY_SHARES), size=count, p=_DAY_SHARES)
    hours = rng.choice(_HOURS, size=count, p=weights / weights.sum())
    return np.sort(days * DAY_S + hours * 3600 + rng.integers(0, 3600, count))


def during(started: np.ndarray) -> np.ndarray:
    """Whether each moment (seconds since the sample's first day) lies in the days of the fault."""
    day = started // DAY_S
    return ((FIRST_DAY - FIRST).days <= day) & (day <= (LAST_DAY - FIRST).days)
