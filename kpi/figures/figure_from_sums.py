"""One figure from its sums: value, interval, coverage."""

from __future__ import annotations

from kpi.catalog.definitions import Indicator
from kpi.figures.coverage import Loaded
from kpi.figures.figure import Figure
from kpi.figures.planned_share import Share
from kpi.figures.sums import Sums
from kpi.figures.targets import Target
from kpi.figures.without_corrections import Without
from kpi.kinds import BESIDE
from kpi.units import UNITS


def figure_of(
    indicator: Indicator,
    sums: Sums,
    loaded: dict[str, Loaded],
    days: int,
    target: Target | None,
    without: Without | None = None,
    share: Share | None = None,
) -> Figure:
    """Make a figure from the sums of a period of `days` days; `loaded` says by contract which have data.

    `share` is that of a count's target.
    """
    part, how, unit = _sums_of(indicator, sums), indicator.how, UNITS[indicator.unit]
    covered = [loaded.get(contract, Loaded()) for contract in indicator.needs]
    shares = [one.share for one in covered if one.share is not None]  # none where no day has a row of its own
    days_with_data = min(one.days or (one.known if how.last_day else 0) for one in covered)
    numerator, denominator, base = how.numbers(part)
    value = interval = None
    if not days_with_data:
        numerator = denominator = without = None
        base = 0
    else:
        value, interval = how.value(part, unit), how.interval(part, unit)
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
        coverage=part["rows"] / part["should"] * min(one.kept for one in covered)
        if days_with_data and part["should"]
        else None,
        days_with_data=days_with_data,
        days=days,
        share_of_days=min(shares, default=None) if days_with_data else None,
        corrections=without.corrections if without else (),
        value_without=how.value(_sums_of(indicator, without.sums), unit) if without else None,
        variance=how.variance(part, unit) if value is not None else None,
        share_so_far=share and share.so_far,
        share_due=share and share.whole,
        days_passed=share and share.days,
        days_ahead=share and share.ahead,
        days_counted=int(part["days"]) if value is not None and how.between_days else None,
    )


def _sums_of(indicator: Indicator, sums: Sums) -> Sums:
    """One indicator's sums by their short names, 0 for a sum that is not there; and which quantile it is."""
    named = {name: sums.get(f"{indicator.key}__{name}", 0.0) for name in (*indicator.how.parts, *BESIDE)}
    return named | {name: indicator.limits[name] for name in indicator.how.limits}
