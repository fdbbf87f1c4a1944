"""The sample's calendar: its days, months, holidays, and seconds turned into timestamps."""

from __future__ import annotations

from datetime import date, timedelta
from zlib import crc32

import numpy as np
import polars as pl

FIRST = date(2025, 10, 1)  # a year and a month, so that the last month has one of the year before
LAST = date(2026, 10, 31)
DAYS = tuple(FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1))
DAY_S = 86_400
END_S = len(DAYS) * DAY_S  # midnight after the last day, in seconds since FIRST
MONTHS = tuple(dict.fromkeys(f"{day:%Y-%m}" for day in DAYS))
MONTH_OF_DAY = np.array([MONTHS.index(f"{day:%Y-%m}") for day in DAYS])

# Volume against an ordinary day, as the calendar of public holidays of these months has it.
_HOLIDAYS = (
    (date(2025, 10, 1), date(2025, 10, 8), 0.55),
    (date(2026, 1, 1), date(2026, 1, 3), 0.6),
    (date(2026, 2, 15), date(2026, 2, 23), 0.3),  # Spring Festival
    (date(2026, 4, 4), date(2026, 4, 6), 0.7),
    (date(2026, 5, 1), date(2026, 5, 5), 0.6),
    (date(2026, 6, 19), date(2026, 6, 21), 0.7),
    (date(2026, 9, 25), date(2026, 9, 27), 0.7),
    (date(2026, 10, 1), date(2026, 10, 7), 0.55),
)
_SHOPPING = (date(2025, 11, 11), date(2025, 11, 15), 1.35)
_WEEKDAY = (1.15, 1.05, 1.0, 1.0, 1.02, 0.8, 0.72)
_MONTH = dict(
    zip(MONTHS, (1.03, 1.02, 1.0, 1.02, 0.97, 1.0, 0.97, 0.98, 1.0, 1.07, 1.08, 1.0, 1.06), strict=True)
)


def stream(seed: int, name: str) -> np.random.Generator:
    """A random stream of its own for each part, so that changing one part leaves the others alone."""
    return np.random.default_rng([seed, crc32(name.encode())])


def day_volume() -> np.ndarray:
    """Expected volume of each day, as shares that sum to 1."""
    weight = np.array([_WEEKDAY[day.weekday()] * _MONTH[f"{day:%Y-%m}"] for day in DAYS])
    for first, last, factor in (*_HOLIDAYS, _SHOPPING):
        for number, day in enumerate(DAYS):
            if first <= day <= last:
                weight[number] *= factor
    return weight / weight.sum()


def month_index(seconds: np.ndarray) -> np.ndarray:
    """Which of MONTHS each moment (seconds since FIRST) lies in; the ends are clipped."""
    return MONTH_OF_DAY[np.clip(seconds // DAY_S, 0, len(DAYS) - 1).astype(int)]


def times(seconds: np.ndarray) -> pl.Series:
    """Timestamps of seconds since FIRST; NaN becomes null."""
    seconds = np.asarray(seconds, dtype=float)
    known = ~np.isnan(seconds)
    moments = np.full(len(seconds), np.datetime64("NaT"), dtype="datetime64[us]")
    whole = np.round(seconds[known]).astype("int64").astype("timedelta64[s]")
    moments[known] = (np.datetime64(FIRST, "s") + whole).astype("datetime64[us]")
    return pl.Series(moments)


def whole(values: np.ndarray) -> pl.Series:
    """Whole numbers; NaN becomes null."""
    values = np.asarray(values, dtype=float)
    return pl.Series([None if np.isnan(value) else round(value) for value in values], dtype=pl.Int64)


def texts(values: np.ndarray) -> pl.Series:
    """Texts of an object array; None becomes null."""
    return pl.Series(values.tolist(), dtype=pl.String)


def until_end(seconds: np.ndarray) -> np.ndarray:
    """Moments after the last day have not happened yet: NaN."""
    return np.where(seconds < END_S, seconds, np.nan)
