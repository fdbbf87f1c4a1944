"""Control charts: the centre and the limits of a series, from the series itself.

A missing point (NaN) has no say in them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Baseline = slice | int | None

# As the tables print them: mean range of two values ÷ σ, and the limit of ranges ÷ their mean.
D2 = 1.128
D4 = 3.267


@dataclass(frozen=True, slots=True)
class Limits:
    """The centre line; for each point its standard deviation and limits. NaN where a point has no base."""

    centre: float
    sigma: Array
    low: Array
    high: Array


@dataclass(frozen=True, slots=True)
class Individuals:
    """Limits of the values, and of the ranges between neighbours (one fewer than there are values)."""

    limits: Limits
    ranges: Array
    range_centre: float
    range_high: float


def p_chart(hits: ArrayLike, rows: ArrayLike, baseline: Baseline = None) -> Limits | None:
    """Limits of a proportion: p̄ ± 3 √(p̄(1−p̄)/nᵢ), within 0…1.

    `hits` and `rows` per point. `baseline` chooses the points that p̄ comes from: the first k, or a slice.
    None where these have no rows. Shewhart 1931, Economic Control of Quality; NIST/SEMATECH e-Handbook
    6.3.3.2.
    """
    hits, rows = _numbers(hits, rows)
    centre = _ratio(hits, rows, baseline)
    if centre is None:
        return None
    return _limits(centre, np.sqrt(centre * (1 - centre)) * _per_root(rows), 0, 1)


def c_chart(events: ArrayLike, baseline: Baseline = None) -> Limits | None:
    """Limits of counts over equal exposures: c̄ ± 3 √c̄, not below 0.

    `events` per point. None where the baseline has no points. Shewhart 1931, Economic Control of Quality;
    NIST/SEMATECH e-Handbook 6.3.3.1.
    """
    (events,) = _numbers(events)
    return u_chart(events, np.ones_like(events), baseline)


def u_chart(events: ArrayLike, exposure: ArrayLike, baseline: Baseline = None) -> Limits | None:
    """Limits of a rate, events per unit of exposure: ū ± 3 √(ū/nᵢ), not below 0.

    `events` and `exposure` per point; the limits are in events per unit. None where the baseline has no
    exposure. Montgomery 2009, Introduction to Statistical Quality Control, charts for nonconformities.
    """
    events, exposure = _numbers(events, exposure)
    centre = _ratio(events, exposure, baseline)
    if centre is None:
        return None
    return _limits(centre, np.sqrt(centre) * _per_root(exposure), 0, np.inf)


def p_prime_chart(hits: ArrayLike, rows: ArrayLike, baseline: Baseline = None) -> Limits | None:
    """Limits of a proportion on large and unequal bases: those of `p_chart`, 3σ made 3σ·σ_z.

    σ_z = mean |zᵢ − zᵢ₋₁| ÷ 1.128 with zᵢ = (pᵢ − p̄) ÷ σᵢ, over the baseline. Above 1: the points differ by
    more than chance explains; below 1 the limits are narrower than those of `p_chart`. Points without rows
    are left out. None where fewer than two points have rows, or where p̄ is 0 or 1. Laney 2002, Quality
    Engineering 14:531; Mohammed & Laney 2006, Quality and Safety in Health Care 15:383.
    """
    hits, rows = _numbers(hits, rows)
    return _prime(p_chart(hits, rows, baseline), hits, rows, baseline, 1)


def u_prime_chart(events: ArrayLike, exposure: ArrayLike, baseline: Baseline = None) -> Limits | None:
    """Limits of a rate on large and unequal exposures: those of `u_chart`, 3σ made 3σ·σ_z.

    σ_z and None as in `p_prime_chart`. Laney 2002, Quality Engineering 14:531; Mohammed et al. 2013, BMJ
    Quality & Safety 22:362.
    """
    events, exposure = _numbers(events, exposure)
    return _prime(u_chart(events, exposure, baseline), events, exposure, baseline, np.inf)


def xmr_chart(
    values: ArrayLike, baseline: Baseline = None, lowest: float = -np.inf, highest: float = np.inf
) -> Individuals | None:
    """Limits of single values and of their moving ranges: x̄ ± 3 R̄ ÷ 1.128, ranges up to 3.267 R̄.

    R̄ is the mean of |xᵢ − xᵢ₋₁|. Missing values (NaN) are left out: a range is taken to the last value there
    was. `lowest` and `highest` are the ends of what is possible, such as 0 and 1 for a share. None where the
    baseline has fewer than two values. Wheeler & Chambers 1992, Understanding Statistical Process Control;
    NIST/SEMATECH e-Handbook 6.3.2.2.
    """
    (values,) = _numbers(values)
    chosen = values[_slice(baseline)]
    used = np.abs(np.diff(chosen[~np.isnan(chosen)]))
    if not used.size:
        return None
    centre, mean_range = float(np.nanmean(chosen)), float(used.mean())
    sigma = np.full(values.shape, mean_range / D2)
    ranges = np.abs(np.diff(values[~np.isnan(values)]))
    return Individuals(_limits(centre, sigma, lowest, highest), ranges, mean_range, D4 * mean_range)


def standardised(values: ArrayLike, limits: Limits) -> Array:
    """Each value's distance from the centre in its own σ: zᵢ = (xᵢ − centre) ÷ σᵢ.

    On the centre it is 0; away from it where σ is 0 it is ±∞. NaN stays NaN. As many as there are values;
    what the rules of `kpi.statistics.signals` read.
    """
    (values,) = _numbers(values)
    away = values - limits.centre
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(away == 0, 0.0, away / limits.sigma)


def _prime(
    plain: Limits | None, counts: Array, base: Array, baseline: Baseline, highest: float
) -> Limits | None:
    if plain is None or not np.nanmax(plain.sigma) > 0:
        return None
    values = np.divide(counts, base, out=np.full_like(base, np.nan), where=base > 0)
    z = standardised(values, plain)[_slice(baseline)]
    steps = np.abs(np.diff(z[~np.isnan(z)]))
    if not steps.size:
        return None
    return _limits(plain.centre, plain.sigma * steps.mean() / D2, 0, highest)


def _limits(centre: float, sigma: Array, lowest: float, highest: float) -> Limits:
    low, high = np.clip((centre - 3 * sigma, centre + 3 * sigma), lowest, highest)
    return Limits(centre, sigma, low, high)


def _ratio(counts: Array, base: Array, baseline: Baseline) -> float | None:
    counts, base = counts[_slice(baseline)], base[_slice(baseline)]
    known = ~np.isnan(counts + base)
    total = base[known].sum()
    return float(counts[known].sum() / total) if total > 0 else None


def _per_root(base: Array) -> Array:
    return np.divide(1, np.sqrt(base), out=np.full_like(base, np.nan), where=base > 0)


def _slice(baseline: Baseline) -> slice:
    return baseline if isinstance(baseline, slice) else slice(baseline)


def _numbers(*series: ArrayLike) -> tuple[Array, ...]:
    return tuple(np.asarray(values, dtype=float) for values in series)
