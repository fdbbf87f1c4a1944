"""Times written as numbers: seconds since 1970 in any unit, days as workbooks count them, runs of digits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from etl.errors import N_, Remark
from etl.times.reading import Answers, Doubt, Reading
from etl.times.texts import Column

NUMBER = r"-?[0-9]{1,19}(?:\.[0-9]{1,20})?"
_FIRST, _LAST = 788_918_400, 4_102_444_800  # 1995 … 2099
_UNITS = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
_EXCEL = (25_569, 73_051)  # 1970 … 2099
_RUNS = {6, 8, 10, 12, 14}
_TELLING = 20
_MOST = 0.99


def read_numbers(texts: Column, answers: Answers) -> Reading:
    """How a column of numbers is to be read; `unit` "run" means runs of digits such as 20261001."""
    values = texts.clean.cast(pl.Float64, strict=False).fill_null(-1).to_numpy()
    none = values <= 0
    nothing = tuple(texts.raw.filter(none))
    some = texts.where(~none)
    if none.all():
        return Reading("unknown", nothing=nothing)
    if _are_runs(some.clean):
        return Reading("time", unit="run")
    reading = _epoch(some, values[~none], answers) or _excel(some, values[~none], answers)
    if reading:
        said = (Remark(N_("{text} is taken for no time."), {"text": nothing[0]}),) if nothing else ()
        return replace(reading, nothing=nothing, evidence=said + reading.evidence)
    return _shares_of_day(texts, values, answers) or Reading("unknown")


def _epoch(some: Column, values: np.ndarray, answers: Answers) -> Reading | None:
    for unit, size in _UNITS.items():
        fits = (values >= _FIRST * size) & (values < _LAST * size)
        if _share(some, fits) < _MOST:
            continue
        asked = _could_be_runs(some.clean, answers)
        if asked is None:
            return Reading("time", unit="run")
        first, last = (datetime.fromtimestamp(end / size, UTC) for end in _ends(values[fits]))
        said = {"first": f"{first:%Y-%m-%d}", "last": f"{last:%Y-%m-%d}"}
        return Reading(
            "time",
            unit=unit,
            steps=(f"epoch_text({{x}}, {size})",),
            unread=int(some.counts[~fits].sum()),
            doubts=asked,
            evidence=(Remark(N_("Counted since 1970, the times lie between {first} and {last}."), said),),
        )
    return None


def _excel(some: Column, values: np.ndarray, answers: Answers) -> Reading | None:
    fits = (values >= _EXCEL[0]) & (values <= _EXCEL[1])
    if _share(some, fits) < _MOST or answers.get("excel") == "unread":
        return None
    whole = not some.clean.str.contains(".", literal=True).any()
    doubts: tuple[Doubt, ...] = ()
    if whole and "excel" not in answers:
        # Any number of five digits could be meant.
        number = float(values[np.argmax(fits)])
        day = datetime(1899, 12, 30) + timedelta(days=number)
        said = {"text": f"{number:.0f}", "day": f"{day:%Y-%m-%d}"}
        question = Remark(N_("Is {text} the day {day}, as a workbook counts days?"), said)
        doubts = (Doubt("excel", question, ("excel", "unread")),)
    return Reading(
        "date" if whole else "time",
        unit="excel",
        steps=("excel_text({x})",),
        unread=int(some.counts[~fits].sum()),
        doubts=doubts,
    )


def _shares_of_day(texts: Column, values: np.ndarray, answers: Answers) -> Reading | None:
    """The reading of shares of a day as clocks, as workbooks keep them; always asked, as any share fits."""
    if not ((values >= 0) & (values < 1)).all() or answers.get("excel clock") == "unread":
        return None
    asked: tuple[Doubt, ...] = ()
    if "excel clock" not in answers:
        question = Remark(N_("Is {text} a share of a day?"), {"text": texts.raw[int(np.argmax(values))]})
        asked = (Doubt("excel clock", question, ("clock", "unread")),)
    return Reading("clock", unit="excel", steps=("excel_clock({x})",), doubts=asked)


def _are_runs(clean: pl.Series) -> bool:
    """Whether the numbers are days (and clocks) written without separators."""
    if clean.str.contains(".", literal=True).any():
        return False
    lengths = set(clean.str.len_chars().unique().to_list())
    return lengths <= _RUNS and (10 not in lengths or (_look_like_times(clean) and len(clean) >= _TELLING))


def _look_like_times(clean: pl.Series) -> bool:
    """Whether all are times such as 1704011530 for 2017-04-01 15:30; seconds since 1970 seldom look so."""
    return bool(clean.str.to_datetime("%y%m%d%H%M", strict=False).is_not_null().all())


def _could_be_runs(clean: pl.Series, answers: Answers) -> tuple[Doubt, ...] | None:
    """The question whether the numbers are seconds or times without separators; None if the latter."""
    if not _look_like_times(clean) or answers.get("number") == "s":
        return ()
    if answers.get("number") == "ymd":
        return None
    question = Remark(
        N_("Does {text} count seconds since 1970, or is it a day and a clock?"), {"text": clean[0]}
    )
    return (Doubt("number", question, ("s", "ymd")),)


def _share(texts: Column, where: np.ndarray) -> float:
    return float(texts.counts[where].sum() / texts.counts.sum())


def _ends(values: np.ndarray) -> tuple[float, float]:
    return float(values.min()), float(values.max())
