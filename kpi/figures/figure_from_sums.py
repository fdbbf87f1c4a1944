"""One figure from its sums: value, interval, coverage."""

from __future__ import annotations

from kpi.catalog.definitions import Indicator
from kpi.figures.coverage import Loaded
from kpi.figures.figure import Figure
from kpi.figures.sums import Sums
from kpi.figures.targets import Target
from kpi.figures.without_corrections import Without
from kpi.statistics.intervals import (
    mean_t,
    mean_variance,
    poisson_exact,
    ratio_t,
    ratio_variance,
    wilson,
)

PER = 1000  # a rate is counted per 1,000


def figure_of(
    indicator: Indicator,
    sums: Sums,
    loaded: dict[str, Loaded],
    days: int,
    target: Target | None,
    without: Without | None = None,
) -> Figure:
    """The figure that the sums of a period make: `loaded` by contract, `days` those of the period."""
    part = _own(indicator, sums)
    covered = [loaded.get(contract, Loaded()) for contract in indicator.needs]
    days_with_data = min(one.days for one in covered)
    numerator, denominator, base = _parts(indicator, part)
    value = interval = None
    if not days_with_data:
        numerator = denominator = without = None
        base = 0
    else:
        value = _value(indicator, numerator, denominator)
        interval = _interval(indicator, part) if denominator else None
    low, high = interval or (None, None)
    return Figure(
        indicator=indicator,
        numerator=numerator,
        denominator=denominator,
        base=int(base),
        value=value,
        low=low,
        high=high,
        target=target.value if target else None,
        target_source=target.source if target else None,
        coverage=part["rows"] / part["should"] if days_with_data and part["should"] else None,
        days_with_data=days_with_data,
        days=days,
        share_of_days=min(one.share for one in covered) if days_with_data else None,
        corrections=without.corrections if without else (),
        value_without=_value(indicator, *_parts(indicator, _own(indicator, without.sums))[:2])
        if without
        else None,
        variance=_variance(indicator, part) if value is not None else None,
    )


def _own(indicator: Indicator, sums: Sums) -> Sums:
    """The additive numbers of one indicator by their short names; 0 for those that there are none of."""
    names = ("rows", "hits", "should", "x", "y", "xx", "xy", "yy", "per")
    return {name: sums.get(f"{indicator.key}__{name}", 0.0) for name in names}


def _value(indicator: Indicator, numerator: float, denominator: float | None) -> float | None:
    """A count is its numerator; without a base there is no value."""
    if denominator is None:
        return numerator
    scale = PER if indicator.kind == "rate" else 1
    return scale * numerator / denominator if denominator else None


def _parts(indicator: Indicator, part: Sums) -> tuple[float, float | None, float]:
    """Numerator, denominator, and the number of rows behind them."""
    if indicator.kind == "count":
        return part["rows"], None, part["rows"]
    if indicator.kind == "proportion":
        return part["hits"], part["rows"], part["rows"]
    if indicator.kind == "mean":
        return part["x"], part["rows"], part["rows"]
    if indicator.kind == "points":
        return part["x"], part["y"], part["rows"]
    return part["rows"], part["per"], part["per"]


def _interval(indicator: Indicator, part: Sums) -> tuple[float, float] | None:
    if indicator.kind == "proportion":
        found = wilson(part["hits"], part["rows"])
    elif indicator.kind == "mean":
        found = mean_t(part["rows"], part["x"], part["xx"])
    elif indicator.kind == "points":
        found = ratio_t(*_ratio(part))
    else:
        found = poisson_exact(part["rows"], part["per"])
    if found is None:
        return None
    # A t interval knows no limits; a share ends at 0 and 1, seconds and rates begin at 0.
    highest = 1.0 if indicator.unit == "share" else float("inf")
    scale = PER if indicator.kind == "rate" else 1
    return max(0.0, scale * found[0]), min(highest, scale * found[1])


def _variance(indicator: Indicator, part: Sums) -> float | None:
    """The variance of a mean or of points; the other kinds follow from their two numbers."""
    if indicator.kind == "mean":
        return mean_variance(part["rows"], part["x"], part["xx"])
    return ratio_variance(*_ratio(part)) if indicator.kind == "points" else None


def _ratio(part: Sums) -> tuple[float, ...]:
    return tuple(part[name] for name in ("rows", "x", "y", "xx", "xy", "yy"))
