"""The kinds of indicator: what each adds up, and what chance makes of its value. One entry a kind.

A kind says which sums its value is made of, a law how such a value varies: its interval, the interval of a
difference, how likely the next one reaches a target, the limits of its charts. Nobody else asks which kind an
indicator is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, Protocol

import numpy as np

from kpi.statistics import control_charts as charts
from kpi.statistics.binned import ENDS, quantile, quantile_interval
from kpi.statistics.differences import newcombe, poisson_difference, welch
from kpi.statistics.intervals import (
    Interval,
    clopper_pearson,
    jackknife_t,
    jackknife_variance,
    mean_t,
    mean_variance,
    net_variance,
    net_wald,
    poisson_exact,
    ratio_t,
    ratio_variance,
    wilson,
)
from kpi.statistics.local_level import Spread, events_at_least, share_at_least
from kpi.units import UNITS, Unit

Part = Mapping[str, float]  # the sums of one figure by name, 0 for those that there are none of
Sides = tuple[np.ndarray, np.ndarray]
Exposures = tuple[float, float]  # of now and before: days, calls
Chart = Literal["xmr", "p_prime", "u_prime"]

# The sums of an indicator by name: rows in base, those of them that hit, rows that should be usable, sums of
# `x`, `y` and their products, what is counted of `per`; of a ratio its days and their jackknife variance; of
# a quantile the rows by bin of `x`: BINS. BESIDE are those that a kind's own `parts` do not name.
BINS = tuple(f"bin_{place:02}" for place in range(len(ENDS)))
BESIDE = ("should", "per", "days", "between_days")
SHARE = "quantile"  # the limit of a quantile that says which one it is, between 0 and 1


class Measured(Protocol):
    """A figure that has a value, as far as its law needs to know it.

    `sample` is how many independent parts its value is sure by: rows, of a ratio days.
    """

    numerator: float
    denominator: float | None
    value: float
    variance: float | None

    @property
    def sample(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Law:
    """How chance moves a value; `scale` is what the value is counted per.

    `interval` and `variance` are those of the sums, before the scale; `difference` of now − before; `p_value`
    of that by chance alone, given the exposures of both.
    `of_one_row` is the variance of a value from a single row at some level; without it that is pooled from
    the figures' own. `inside` keeps a level half a row away from what no row has shown. `at_least` is the
    probability that a target is reached by so many rows, whose value has the variance `noise`; `counted` says
    that only whole rows can. `chart` is the control chart of many rows, `funnel` the limits around a centre.
    """

    interval: Callable[[Part], Interval]
    difference: Callable[[Measured, Measured, float], Interval]
    p_value: Callable[[Measured, Measured, Exposures], float | None]
    at_least: Callable[[Spread, float, float, float, float], float]  # level, noise, rows, scale, target
    variance: Callable[[Part], float | None] = lambda part: None
    of_one_row: Callable[[float, float], float] | None = None
    inside: Callable[[float, float], float] = lambda level, half: level
    counted: bool = False
    chart: tuple[Chart, Callable[..., charts.Limits | None]] | None = None
    funnel: Callable[[float, np.ndarray, float, float], Sides] | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """What an indicator adds up.

    Its value is `above` ÷ `below` (by the names of sums; without `below` it is the numerator itself) times
    `scale`, what a value in some unit is counted per. `base` are the rows that say whether the sample is
    small, judged from `least_base` on. `parts` are the sums over its own relation. `own` are the fields that
    it needs over rows of that, `of_per` those over rows of another relation, its `per`.

    `listed` are the rows behind it: its "own"; its own, which say whether they are "passing"; or those of
    "per", its own beside them. `divisible` says that what lies within a row adds up to it. `exact` is a
    stricter interval for calling a gap real, `between_days` the variance that days give where rows are not
    independent, `funnel` whether people are laid around what they reach together, `bounded` whether a row
    that is missing can only have passed or failed. `uneven` is the share of its value that months differ by
    of themselves, as they have 28 to 31 days. `limits` are the limits that an entry has to have. `of_parts`
    is the value of what is no quotient, and has no `above`. `last_day` says that of a period only its last
    day with data counts, as of all that is still there.
    """

    key: str
    above: str | None
    below: str | None
    parts: tuple[str, ...]
    law: Law
    own: tuple[str, ...] = ()
    of_per: tuple[str, ...] = ()
    base: str = "rows"
    least_base: int = 10
    scale: Callable[[Unit], int] = lambda unit: 1
    listed: Literal["own", "passing", "per"] = "own"
    divisible: bool = False
    funnel: bool = True
    bounded: bool = False
    exact: Callable[[float, float | None], Interval] | None = None
    between_days: Callable[[np.ndarray, np.ndarray], float | None] | None = None
    uneven: float = 0.0
    limits: tuple[str, ...] = ()
    of_parts: Callable[[Part], float | None] | None = None
    last_day: bool = False

    @property
    def fields(self) -> frozenset[str]:
        """The fields that an entry of this kind must have beyond `base`; it may have no other kind's."""
        return frozenset((*self.own, *self.of_per, *(["per"] if self.of_per else [])))

    @property
    def grows(self) -> bool:
        """Whether its value grows with the days of a period."""
        return self.below is None and not self.last_day

    @property
    def split(self) -> bool:
        """Whether the days and parts of a figure add up to it, so that a change is told by them."""
        return self.above is not None and not self.last_day

    def highest(self, unit: Unit) -> float:
        """The end of what a value can be: a share of own rows ends at 1, one of two relations nowhere."""
        return math.inf if self.of_per else unit.highest

    def numbers(self, part: Part) -> tuple[float | None, float | None, float]:
        """Numerator (None for a quantile), denominator (None for a count) and base."""
        above, below = (part[name] if name else None for name in (self.above, self.below))
        return above, below, part[self.base]

    def value(self, part: Part, unit: Unit) -> float | None:
        """The value; None where there is nothing to divide by."""
        if self.of_parts:
            return self.of_parts(part)
        numerator, denominator, _ = self.numbers(part)
        if self.below is None:
            return numerator
        return self.scale(unit) * numerator / denominator if denominator else None

    def bounds(self, value: float, coverage: float, unit: Unit) -> Interval:
        """The value if all missing rows failed, and if all passed (Manski 1989); None without such ends.

        A missing row of points counts for as much as one that is there does on average.
        """
        highest = self.highest(unit)
        if not self.bounded or math.isinf(highest):
            return None
        return value * coverage, value * coverage + (1 - coverage) * highest

    def interval(self, part: Part, unit: Unit) -> Interval:
        """The 95 % interval of the value, within what is possible: a t interval knows no limits."""
        found, scale = self.law.interval(part) if self.below and part[self.below] else None, self.scale(unit)
        if found is None:
            return None
        return max(unit.lowest, scale * found[0]), min(self.highest(unit), scale * found[1])

    def variance(self, part: Part, unit: Unit) -> float | None:
        """The variance of the value; None for those that follow from their two numbers."""
        found = self.law.variance(part)
        return None if found is None else self.scale(unit) ** 2 * found

    def difference(self, now: Measured, before: Measured, unit: Unit) -> Interval:
        """The 95 % interval of now − before; None for a count, whose months differ in length."""
        if now.denominator is None or before.denominator is None:
            return None
        return self.law.difference(now, before, self.scale(unit))

    def p_value(self, now: Measured, before: Measured, days: Exposures) -> float | None:
        """The p-value of now − before by chance alone; a count is taken by the `days` that both rest on."""
        return self.law.p_value(now, before, (now.denominator, before.denominator) if self.below else days)

    def expected(self, before: Measured, days: Exposures) -> float:
        """What `before` is on the days of now: a count in proportion, any other value as it was."""
        return before.value * days[0] / days[1] if self.grows else before.value

    @property
    def beside_volume(self) -> bool:
        """Whether its numerator are events, which are said as a count beside the volume they came from."""
        return bool(self.of_per) and self.law.counted

    def row_variance(self, level: float, figures: Iterable[Measured], unit: Unit) -> float:
        """The sampling variance of a value from a single row: by the law, or pooled over the figures."""
        if self.law.of_one_row:
            return self.law.of_one_row(level, self.scale(unit))
        known = [one for one in figures if one.variance is not None]
        freedom = sum(one.sample - 1 for one in known)
        pooled = sum((one.sample - 1) * one.sample * one.variance for one in known)
        return pooled / freedom if freedom else 0.0


def _welch(now: Measured, before: Measured, scale: float) -> Interval:
    """The Welch interval of now − before; None without spread, as equal values say nothing about the next."""
    if None in (now.variance, before.variance) or not now.variance + before.variance:
        return None
    sides = ((one.value, one.variance, one.sample - 1) for one in (now, before))
    return welch(*next(sides), *next(sides))


def _fisher(now: Measured, before: Measured, _: Exposures) -> float | None:
    from kpi.statistics.two_samples import fisher_exact  # scipy.stats takes seconds to import, once

    return fisher_exact(now.numerator, now.denominator, before.numerator, before.denominator)


def _of_events(now: Measured, before: Measured, exposures: Exposures) -> float | None:
    from kpi.statistics.two_samples import conditional_binomial  # the same

    return conditional_binomial(now.numerator, exposures[0], before.numerator, exposures[1])


def _welch_test(now: Measured, before: Measured, _: Exposures) -> float | None:
    from kpi.statistics.two_samples import welch_test  # the same

    if None in (now.variance, before.variance):
        return None
    sides = ((one.value, one.variance, one.sample - 1) for one in (now, before))
    return welch_test(*next(sides), *next(sides))


def _spread_at_least(level: Spread, noise: float, rows: float, scale: float, target: float) -> float:
    return replace(level, variance=level.variance + noise).at_least(target)


def _newcombe(now: Measured, before: Measured, scale: float) -> Interval:
    return newcombe(now.numerator, now.denominator, before.numerator, before.denominator)


def _zou_donner(now: Measured, before: Measured, scale: float) -> Interval:
    found = poisson_difference(now.numerator, now.denominator, before.numerator, before.denominator)
    return found and (scale * found[0], scale * found[1])


def _binomial_funnel(centre: float, rows: np.ndarray, scale: float, confidence: float) -> Sides:
    """Binomial limits; 0 or 1 where not one hit, or nothing but hits, is likelier than the tail."""
    from kpi.statistics.funnel import binomial_limits  # the same

    low, high = binomial_limits(centre, rows, confidence)
    tail = (1 - confidence) / 2
    none, all_hit = (1 - centre) ** rows > tail, centre**rows > tail
    return np.where(none, 0.0, low), np.where(all_hit, 1.0, high)


def _poisson_funnel(centre: float, rows: np.ndarray, scale: float, confidence: float) -> Sides:
    from kpi.statistics.funnel import poisson_limits  # the same

    expected = rows * centre / scale
    low, high = poisson_limits(expected, confidence)
    return centre * np.where(np.exp(-expected) > (1 - confidence) / 2, 0.0, low), centre * high


def _ratio_sums(part: Part) -> tuple[float, ...]:
    return tuple(part[name] for name in ("rows", "x", "y", "xx", "xy", "yy"))


def _binned(part: Part) -> list[float]:
    return [part[name] for name in BINS]


def _woodruff_variance(part: Part) -> float | None:
    """The variance that an interval of a quantile as wide as Woodruff's would have if it were normal."""
    found = quantile_interval(_binned(part), part[SHARE])
    return ((found[1] - found[0]) / (2 * 1.96)) ** 2 if found and part["rows"] > 1 else None


def _of_days(part: Part) -> float | None:
    found = part["between_days"]
    return None if math.isnan(found) else found


# Rows that pass or do not.
BINOMIAL = Law(
    interval=lambda part: wilson(part["hits"], part["rows"]),
    difference=_newcombe,
    p_value=_fisher,
    at_least=lambda level, noise, rows, scale, target: share_at_least(level, rows, target),
    of_one_row=lambda level, scale: level * (1 - level),
    inside=lambda level, half: min(max(level, half), 1 - half),
    counted=True,
    chart=("p_prime", charts.p_prime_chart),
    funnel=_binomial_funnel,
)
# Events, each by itself.
POISSON = Law(
    interval=lambda part: poisson_exact(part["rows"], part["per"]),
    difference=_zou_donner,
    p_value=_of_events,
    at_least=lambda level, noise, rows, scale, target: events_at_least(level, rows / scale, target),
    of_one_row=lambda level, scale: level * scale,
    inside=max,
    counted=True,
    chart=("u_prime", charts.u_prime_chart),
    funnel=_poisson_funnel,
)
# Numbers, one a row, which vary as they do.
MEASURED = Law(
    interval=lambda part: mean_t(part["rows"], part["x"], part["xx"]),
    variance=lambda part: mean_variance(part["rows"], part["x"], part["xx"]),
    difference=_welch,
    p_value=_welch_test,
    at_least=_spread_at_least,
)
# The same of two numbers a row.
EARNED = replace(
    MEASURED,
    interval=lambda part: ratio_t(*_ratio_sums(part)),
    variance=lambda part: ratio_variance(*_ratio_sums(part)),
)
# A quantile of numbers, whatever their distribution.
RANKED = replace(
    MEASURED,
    interval=lambda part: quantile_interval(_binned(part), part[SHARE]),
    variance=_woodruff_variance,
)
# The difference of two shares of the same rows, each of which counts 1, 0 or −1.
NET = replace(
    MEASURED,
    interval=lambda part: net_wald(part["rows"], part["x"], part["xx"]),
    variance=lambda part: net_variance(part["rows"], part["x"], part["xx"]),
)
# Two sums that share nothing but their days: these vary.
BY_DAY = replace(
    MEASURED,
    interval=lambda part: jackknife_t(part["x"], part["per"], _of_days(part), part["days"]),
    variance=_of_days,
)

_EVERY = (
    Kind(
        "proportion",
        own=("hit",),
        parts=("rows", "hits"),
        above="hits",
        below="rows",
        law=BINOMIAL,
        listed="passing",
        bounded=True,
        exact=clopper_pearson,
    ),
    Kind(
        "rate",
        of_per=("per_base",),
        parts=("rows",),
        above="rows",
        below="per",
        base="per",
        least_base=200,
        law=POISSON,
        scale=lambda unit: UNITS["per_1000"].per,
        listed="per",
    ),
    Kind("mean", own=("x",), parts=("rows", "x", "xx"), above="x", below="rows", law=MEASURED),
    Kind(
        "quantile",
        own=("x",),
        parts=("rows", *BINS),
        above=None,
        below="rows",
        law=RANKED,
        funnel=False,
        limits=(SHARE,),
        of_parts=lambda part: quantile(_binned(part), part[SHARE]),
    ),
    Kind(
        "net",
        own=("x",),
        parts=("rows", "x", "xx"),
        above="x",
        below="rows",
        law=NET,
        scale=lambda unit: unit.per,
    ),
    Kind(
        "points",
        own=("x", "y"),
        parts=("rows", "x", "y", "xx", "xy", "yy"),
        above="x",
        below="y",
        law=EARNED,
        divisible=True,
        bounded=True,
    ),
    Kind(
        "ratio",
        own=("x",),
        of_per=("per_base", "y"),
        parts=("rows", "x"),
        above="x",
        below="per",
        law=BY_DAY,
        scale=lambda unit: unit.per,
        between_days=jackknife_variance,
        funnel=False,
    ),
    Kind(
        "count",
        parts=("rows",),
        above="rows",
        below=None,
        least_base=0,
        uneven=0.05,
        law=replace(POISSON, chart=None),
        funnel=False,
        exact=lambda events, _: poisson_exact(events, 1),
    ),
    Kind(
        "sum",
        own=("x",),
        parts=("rows", "x"),
        above="x",
        below=None,
        least_base=0,
        uneven=0.05,
        law=replace(MEASURED, variance=lambda part: None),
        funnel=False,
    ),
    Kind(
        "stock",
        parts=("rows",),
        above="rows",
        below=None,
        least_base=0,
        law=replace(POISSON, chart=None),
        funnel=False,
        exact=lambda events, _: poisson_exact(events, 1),
        last_day=True,
    ),
)

KINDS = {kind.key: kind for kind in _EVERY}

KindKey = Literal[*KINDS]  # as the catalogue writes it
