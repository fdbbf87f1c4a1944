"""A fair next target: what the next month will measure if nothing changes, from the subject's own months."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Literal

import numpy as np

from kpi.analysis.month_numbers import Months, inside, months_of
from kpi.catalog.definitions import Better, Indicator
from kpi.figures.figure import Figure
from kpi.figures.figures import applicable, figures, figures_by_agent
from kpi.figures.months import HISTORY, Line, trends
from kpi.figures.position import ROUNDING
from kpi.figures.remembered import remembered
from kpi.figures.subjects import people
from kpi.figures.targets import teams_on
from kpi.figures.view import View
from kpi.scope import Period, Scope, last_months, parse_month
from kpi.statistics.local_level import (
    Level,
    Spread,
    local_level,
    rolling_errors,
    spread_of,
)
from kpi.units import UNITS

FORECAST_FROM = 6  # months with data; with fewer there is no forecast
SEASONAL_FROM = 24
SEASON = 12
TYPICAL = 12  # months that say how many rows a month usually has
LIKELY, ALMOST_ALL = 0.80, 0.95

Method = Literal["team", "level", "seasonal"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the next month will measure if nothing changes, in the indicator's unit.

    `base` is the level to expect (the mean); `low`…`high` hold the measured value with 80 %, `low95`…`high95`
    with 95 %. `stretch` is the good end of the 80 %, but the material gap short of 100 % or 0, as nobody is
    asked for what is perfect; in a band, which has no good end, the base. `method`: "team" – fewer
    than six months, so the peers' level and as much of the own as its rows vouch for; "level"; "seasonal" –
    as in the same month a year ago. `months` are those with data, `typical_base` the rows of a usual month,
    of a ratio its days. `spread` is the standard deviation of the coming level, `noise` that of a usual
    month's value about it. `best` is the best month there was on enough rows; `mean` is the
    value of all months together, `bases` are the rows of those on enough rows among the last TYPICAL.
    """

    indicator: Indicator
    base: float
    stretch: float
    low: float
    high: float
    low95: float
    high95: float
    method: Method
    months: int
    typical_base: int
    spread: float
    noise: float
    best: float | None
    mean: float = 0.0
    bases: tuple[int, ...] = ()


def propose(view: View, scope: Scope, indicator_key: str) -> Proposal | None:
    """The proposal for the month after the scope's; None where no data tell anything."""
    return proposals(view, scope, [indicator_key]).get(indicator_key)


def proposals(
    view: View, scope: Scope, keys: Iterable[str], lines: Mapping[str, Line] | None = None
) -> dict[str, Proposal]:
    """By indicator the proposals for the month after the scope's, of those that there is one for.

    There is none where too many rows of the scope's month are missing.

    `lines` are their months up to the scope's as `kpi.figures.months.trends` gives them, where known.
    """
    lines = trends(view, keys, scope, HISTORY) if lines is None else lines
    found, short = {}, []
    for key, line in lines.items():
        if line[-1][1].withheld:
            continue
        months = months_of(line)
        if months is None or len(months.names) < FORECAST_FROM:
            lately = sum(figure.value is not None for _, figure in line[1 - FORECAST_FROM :])
            short.append((key, months, lately))
        else:
            method, level = _forecast(months, line[-1][0])
            value = inside(months.indicator, level.value, float(months.below.sum()))
            rows = max(1, int(np.median(months.rows[-TYPICAL:])))
            found[key] = _proposal(months, method, replace(level, value=value), months, rows)
    if short:
        peers = peers_of(view, scope, [key for key, *_ in short], FORECAST_FROM - 1)
        for key, months, lately in short:
            shrunk = _shrunken(months, months_of(list(peers[key].items()), lately), scope.subject.key)
            if shrunk is not None:
                found[key] = shrunk
    return found


def within_reach(proposal: Proposal, share: float) -> float:
    """The target that the next month's value reaches with probability `share`, to the decimals of its unit.

    Nobody is asked for what is perfect; in a band, which has no good end, it is the base.
    """
    indicator, unit = proposal.indicator, UNITS[proposal.indicator.unit]
    measured = _spread(indicator, proposal.base, proposal.spread**2 + proposal.noise**2)
    if indicator.better == "higher":
        found = min(measured.quantile(1 - share), indicator.highest - indicator.material)
    elif indicator.better == "lower":
        found = max(measured.quantile(share), indicator.lowest + indicator.material)
    else:
        found = proposal.base
    shown = round(found * unit.scale, 0 if unit.whole else unit.decimals)
    return round(shown / unit.scale, 12)


def chance(proposal: Proposal, target: float, better: Better) -> float:
    """The probability that the next month's measured value reaches the target, if nothing changes.

    The level is uncertain by `spread`: beta for a share, else gamma, with the proposal's level as its mean.
    About it a share is measured on as many rows as each of `bases` has (beta-binomial), events on that
    exposure (gamma-Poisson), any other value with the variance of that many rows; of all these the mean. In a
    band it is the probability of ending within the material gap of the target.
    """
    counted = Counter(proposal.bases or (proposal.typical_base,))
    each = ((_chance(proposal, target, better, rows), months) for rows, months in counted.items())
    return sum(share * months for share, months in each) / counted.total()


def _chance(proposal: Proposal, target: float, better: Better, rows: int) -> float:
    """The chance in a month of so many rows."""
    if better == "band":
        slack = proposal.indicator.material
        return max(0.0, _at_least(proposal, target - slack, rows) - _above(proposal, target + slack, rows))
    return _at_least(proposal, target, rows) if better == "higher" else 1 - _above(proposal, target, rows)


def _spread(indicator: Indicator, mean: float, variance: float) -> Spread:
    """The distribution of a value within what the indicator can have."""
    bounded = isfinite(indicator.highest)
    width = indicator.highest - indicator.lowest if bounded else 1.0
    return Spread(mean, variance, bounded, indicator.lowest, width)


def _at_least(proposal: Proposal, target: float, rows: int) -> float:
    indicator = proposal.indicator
    level = _spread(indicator, proposal.base, proposal.spread**2)
    noise = proposal.noise**2 * proposal.typical_base / rows
    return indicator.how.law.at_least(
        level, noise, rows if indicator.how.below else 1, indicator.scale, target
    )


def _above(proposal: Proposal, target: float, rows: int) -> float:
    """The probability that the next month's value is above `target`: at least the next measurable value."""
    step = _step(proposal.indicator, rows)
    above = (np.floor(target / step + 1e-9) + 1) * step if step else target + ROUNDING
    return _at_least(proposal, above, rows)


def _step(indicator: Indicator, rows: int) -> float:
    """The change of the value by one more row or event; 0 where values are no counts."""
    if not indicator.how.law.counted:
        return 0.0
    return indicator.scale / (rows if indicator.how.below else 1)


def _forecast(months: Months, last: str) -> tuple[Method, Level]:
    """The method and its level; from two years on whichever was right about the last twelve months.

    By the mean absolute error of one-step forecasts, each from the months before it alone; the MASE of both
    divides these by the same number (Hyndman & Koehler 2006, International Journal of Forecasting 22:679).
    """
    level = local_level(months.above, months.below, months.noise)
    if len(months.names) < SEASONAL_FROM:
        return "level", level
    place = {name: number for number, name in enumerate(months.names)}
    names = [period.month for period in last_months(parse_month(last), 2 * SEASON)]
    next_year_ago = names[SEASON]
    pairs = [
        (place[one], place[year_before])
        for year_before, one in zip(names[:SEASON], names[SEASON:], strict=True)
        if one in place and year_before in place
    ]
    if len(pairs) < SEASON // 2 or next_year_ago not in place:
        return "level", level
    values = months.values
    seasonal = np.array([values[one] - values[other] for one, other in pairs])
    rolling = rolling_errors(months.above, months.below)[[one - 2 for one, _ in pairs]]
    if np.abs(seasonal).mean() >= np.abs(rolling).mean():
        return "level", level
    noise = months.noise[[one for one, _ in pairs]]
    then = place[next_year_ago]
    return "seasonal", Level(
        float(values[then]), max(spread_of(seasonal, noise), float(months.noise[then])), 0.0
    )


def peers_of(view: View, scope: Scope, keys: list[str], months: int) -> dict[str, dict[str, Figure]]:
    """By indicator and key the figures over the last `months` of a person's team, the person among them.

    A person without a team is among all people; a unit has only its own figure. A team's are remembered.
    """
    period, subject = Period(scope.period.previous(months - 1).start, scope.period.end), scope.subject
    if subject.is_person:
        team = teams_on(view, scope.period, subject.key).get(subject.key)
        place = ("peers", period, team, tuple(keys))
        found = remembered(view, place, lambda: _of_team(view, period, team, keys))
    else:
        found = {subject.key: figures(view, Scope(period, subject), keys)}
    chosen = [one.key for one in applicable(view, subject, keys)]
    return {
        key: {peer: own[place] for peer, own in found.items() if own[place].value is not None}
        for place, key in enumerate(chosen)
    }


def _of_team(view: View, period: Period, team: str | None, keys: list[str]) -> dict[str, tuple[Figure, ...]]:
    agents = people(view, period, team)
    return figures_by_agent(view, period, agents, keys) if agents else {}


def _shrunken(months: Months | None, every: Months | None, own_key: str) -> Proposal | None:
    """Everyone's mean with as much of the own value as its rows vouch for: empirical Bayes, normal–normal.

    The variance of the level is own · v, of the weight `own` = τ² ÷ (τ² + v), and what that mean itself
    leaves, (1 − own)² ÷ Σ 1/(τ² + v); without own rows τ² in place of the first. None where nobody has rows.
    """
    from kpi.statistics.shrinkage import normal_normal  # its optimiser takes long to import

    if every is None:
        return None
    variances = np.maximum(every.noise, 1e-12)
    shrunk = normal_normal(every.values, variances)
    of_centre = 1 / (1 / (shrunk.between + variances)).sum()
    if months is not None and own_key in every.names:
        place = every.names.index(own_key)
        own, value = float(shrunk.own[place]), float(shrunk.values[place])
        known, rows = own * variances[place], np.median(months.rows)
    else:
        own, value, known = 0.0, shrunk.centre, shrunk.between
        rows = np.median(every.rows) / (FORECAST_FROM - 1)
    value = inside(every.indicator, value, float(every.below.sum()))
    level = Level(value, float(known + (1 - own) ** 2 * of_centre), 0.0)
    return _proposal(every, "team", level, months, max(1, int(rows)))


def _proposal(known: Months, method: Method, level: Level, months: Months | None, rows: int) -> Proposal:
    """The proposal of a level; `known` is what it comes from, `months` the subject's own."""
    indicator, noise = known.indicator, known.unit / rows
    measured = _spread(indicator, level.value, level.variance + noise)
    ends = [
        measured.quantile(0.5 + side * confidence / 2)
        for confidence in (LIKELY, ALMOST_ALL)
        for side in (-1, 1)
    ]
    base, step = level.value, _step(indicator, rows) / 2
    # Rows are whole: half of one either way. And where most months are at the very end of what is possible,
    # the mean lies outside of them.
    low, low95 = (max(indicator.lowest, min(end - step, base)) for end in (ends[0], ends[2]))
    high, high95 = (min(indicator.highest, max(end + step, base)) for end in (ends[1], ends[3]))
    stretch = {"higher": high, "lower": low, "band": base}[indicator.better]
    # Nobody is asked for what is perfect: 100 %, or no complaint at all.
    if indicator.better == "higher":
        stretch = max(base, min(stretch, indicator.highest - indicator.material))
    elif indicator.better == "lower":
        stretch = min(base, max(stretch, indicator.lowest + indicator.material))
    return Proposal(
        *(indicator, base, stretch, low, high, low95, high95, method),
        *(0 if months is None else len(months.names), rows, level.variance**0.5, noise**0.5),
        best=_best(indicator, months),
        mean=float(known.above.sum() / known.below.sum()),
        bases=() if months is None else tuple(map(int, months.rows[-TYPICAL:][months.enough[-TYPICAL:]])),
    )


def _best(indicator: Indicator, months: Months | None) -> float | None:
    if months is None or indicator.better == "band":
        return None
    enough = months.values[months.enough]
    if not enough.size:
        return None
    return float(enough.max() if indicator.better == "higher" else enough.min())
