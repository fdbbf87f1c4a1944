"""Figures by hand, for what is made of figures alone."""

from __future__ import annotations

from dataclasses import replace

from kpi.catalog.load import load_catalog
from kpi.figures.figure import Figure
from kpi.statistics.intervals import wilson

CATALOG = load_catalog(None)


NOTHING = Figure(
    **dict.fromkeys(("numerator", "denominator", "value", "low", "high", "target", "target_source")),
    coverage=None,
    indicator=CATALOG.indicators["csat"],
    base=0,
    days_with_data=31,
    days=31,
)


def figure(key: str, value: float | None, **parts: object) -> Figure:
    return replace(NOTHING, indicator=CATALOG.indicators[key], value=value, **parts)


def share(hits: int, rows: int) -> Figure:
    low, high = wilson(hits, rows)
    return figure("csat", hits / rows, numerator=hits, denominator=rows, base=rows, low=low, high=high)
