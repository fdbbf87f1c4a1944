"""Whether a measure worked: the figure before and after, less what would have changed without it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

from scipy import special

from kpi.analysis.changes import interval_of
from kpi.analysis.contributions import splits
from kpi.analysis.month_numbers import Months, months_of
from kpi.analysis.next_targets import peers_of
from kpi.analysis.real_gaps import MONTHS_BEFORE
from kpi.figures.figure import Figure
from kpi.figures.figures import figures
from kpi.figures.months import Line, trends
from kpi.figures.targets import targets_of
from kpi.figures.view import View
from kpi.scope import Period, Scope, Subject
from kpi.statistics.intervals import CONFIDENCE

BEFORE = 6  # months before, the agreed one among them
LEAST_PEERS = 4  # of fewer nothing is known of how much people differ (James & Stein 1961)
# What callers bring, and nobody's work changes. One fixed dimension for each relation: to look for the one
# with the largest effect would find chance.
CASE_MIX = {"calls": "reason", "contacts": "reason", "tickets": "item"}

Verdict = Literal["worked", "no_effect_seen", "worse", "cannot_tell"]


@dataclass(frozen=True, slots=True)
class Effect:
    """What changed after a measure, in the indicator's unit (a count: a month).

    difference = mix + rebound + net, exactly: `mix` is the effect of other rows, by `dimension` (None where
    the relation has none to tell), `rebound` what a month as bad as the one that led to the measure gives
    back by itself, `net` is left. `low`…`high` hold the net effect with 95 %. The values are those of all
    months of a side.
    """

    before: Period
    after: Period
    then: Figure
    now: Figure
    value_before: float
    value_after: float
    difference: float
    mix: float
    dimension: str | None
    rebound: float
    net: float
    low: float | None
    high: float | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Prior:
    """A level known beforehand: its mean, and the variance about it."""

    mean: float
    variance: float


def effect(
    view: View, scope: Scope, indicator_key: str, agreed_month: Period, until_month: Period
) -> Effect | None:
    """The effect of a measure that stands on the sheet of `agreed_month`; `scope` says of whom.

    Before are up to BEFORE months with the agreed one, after all that follow until `until_month`. None where
    one side has no data. The interval also holds what months differ by of themselves, τ²(1/k + 1/k').
    """
    subject = scope.subject
    line = trends(view, [indicator_key], Scope(agreed_month, subject), MONTHS_BEFORE)[indicator_key]
    before = Period(agreed_month.previous(BEFORE - 1).start, agreed_month.end)
    after = Period(agreed_month.next().start, until_month.end)
    if after.end < after.start:
        return None
    (then,), (now,) = (figures(view, Scope(period, subject), [indicator_key]) for period in (before, after))
    later = trends(view, [indicator_key], Scope(until_month, subject), _months_in(after))[indicator_key]
    known = [months_of(months) for months in (line[-BEFORE:], later)]
    if then.value is None or now.value is None or None in known:
        return None
    counts = tuple(len(months.names) for months in known)
    return effect_of(
        *(before, after, then, now, line, counts),
        peers=_peers(view, subject, agreed_month, indicator_key),
        mix=_mix(view, then, now, Scope(after, subject), before),
        good=_good_direction(view, Scope(agreed_month, subject), then, now),
    )


def effect_of(
    before: Period,
    after: Period,
    then: Figure,
    now: Figure,
    line: Line,
    counts: tuple[int, int],
    *,
    peers: Line = (),
    mix: tuple[float, str | None] = (0.0, None),
    good: int,
) -> Effect:
    """The effect between the figures of two spans that have values, `counts` months with data in each.

    `line` are the months up to the agreed one, which is its last; `peers` the figures of the team over the
    time before, by agent, the person among them. `good` is +1 where up is good, −1 where down is, 0 unknown.
    """
    values = tuple(_value(*pair) for pair in zip((then, now), counts, strict=True))
    rebound, between, freedom = _rebound(line, months_of(peers) if peers else None)
    difference = values[1] - values[0]
    net = difference - mix[0] - rebound
    interval = difference_interval(then, now, counts, between, freedom)
    low, high = (None, None) if interval is None else (end - mix[0] - rebound for end in interval)
    return Effect(
        *(before, after, then, now, *values, difference, *mix, rebound, net, low, high),
        verdict=_verdict(then, now, good, low, high),
    )


def difference_interval(
    then: Figure, now: Figure, months: tuple[int, int], between: float, freedom: float = math.inf
) -> tuple[float, float] | None:
    """The 95 % interval of now − then: by kind, and widened by the variance `between` months.

    That of `kpi.analysis.changes.interval_of`; of a count by the month that of Zou & Donner. `between` of
    either side divided by its number of months, times t², is added to the squares of both halves; `freedom`
    is how many months more than one it comes from.
    """
    if now.indicator.how.grows:
        now, then = replace(now, denominator=months[1]), replace(then, denominator=months[0])
    found = interval_of(now, then)
    if found is None:
        return None
    difference = _value(now, months[1]) - _value(then, months[0])
    t = float(special.stdtrit(freedom, 0.5 + CONFIDENCE / 2))
    more = t * math.sqrt(between * (1 / months[0] + 1 / months[1]))
    return (
        difference - math.hypot(difference - found[0], more),
        difference + math.hypot(found[1] - difference, more),
    )


def rebound_of(
    trigger: float, noise: float, others: Prior | None, peers: Prior | None, between: float
) -> float:
    """What a month's value is expected to give back by itself: its shrunken value − itself.

    `others` are the subject's own other months, drawn towards `peers`: L = (τ² o + v p) ÷ (τ² + v), with v
    the variance of their mean o, and p and τ² the mean and the variance of the peers' levels; its variance
    is c = τ² v ÷ (τ² + v). With P = `between` (the variance of the subject's months) + c the month's own
    level is (P y + `noise` L) ÷ (P + `noise`). Without other months L = p and c = τ²; without both 0.
    Normal–normal empirical Bayes: Morris 1983, Journal of the American Statistical Association 78:47.
    """
    if others is None and peers is None:
        return 0.0
    expected, variance = _combined(others, peers)
    own = between + variance
    return noise * (expected - trigger) / (own + noise) if own + noise > 0 else 0.0


def _combined(others: Prior | None, peers: Prior | None) -> tuple[float, float]:
    if others is None or peers is None:
        one = others or peers
        return one.mean, one.variance
    total = peers.variance + others.variance
    if not total:
        return others.mean, 0.0
    mean = (peers.variance * others.mean + others.variance * peers.mean) / total
    return mean, peers.variance * others.variance / total


def _rebound(line: Line, team: Months | None) -> tuple[float, float, float]:
    """The rebound in the whole time before; the variance between the subject's months, and its freedom.

    Only the agreed month, the last, led to the measure, so only its part of the time before gives back.
    """
    from kpi.statistics.shrinkage import normal_normal  # its optimiser takes long to import

    every, trigger = months_of(line), line[-1][0]
    earlier = months_of([month for month in line if month[0] != trigger])
    between, freedom, others = 0.0, math.inf, None
    if earlier is not None:
        if len(earlier.names) > 1 and earlier.unit > 0:
            between = normal_normal(earlier.values, earlier.noise).between
            freedom = len(earlier.names) - 1
        mean = float(earlier.above.sum() / earlier.below.sum())
        own = earlier.unit / earlier.rows.sum() + between / len(earlier.names)
        others = Prior(mean, float(own))
    if trigger not in every.names or not every.unit > 0:
        return 0.0, between, freedom
    place = every.names.index(trigger)
    share = float(every.below[place] / months_of(line[-BEFORE:]).below.sum())
    peers = None
    if team is not None and team.unit > 0 and len(team.names) >= LEAST_PEERS:
        shrunk = normal_normal(team.values, team.noise)
        of_centre = 1 / (1 / (shrunk.between + team.noise)).sum()
        peers = Prior(shrunk.centre, float(shrunk.between + of_centre))
    noise = float(every.noise[place])
    rebound = rebound_of(float(every.values[place]), noise, others, peers, between)
    return share * rebound, between, freedom


def _peers(view: View, subject: Subject, agreed: Period, key: str) -> Line:
    """Every teammate's figure over the time before, the person's own among them; () for a unit or count."""
    if not (subject.is_person and view.catalog.indicators[key].how.below):
        return ()
    return tuple(peers_of(view, Scope(agreed, subject), [key], BEFORE)[key].items())


def _mix(view: View, then: Figure, now: Figure, scope: Scope, before: Period) -> tuple[float, str | None]:
    """The part of the change that comes from other rows, and the dimension that shows it."""
    dimension = CASE_MIX.get(now.indicator.relation)
    if dimension is None or not now.indicator.how.below:
        return 0.0, None
    for split in splits(view, then, now, now.value, scope, before, [dimension]):
        return split.mix, dimension
    return 0.0, None


def _months_in(period: Period) -> int:
    return 12 * (period.end.year - period.start.year) + period.end.month - period.start.month + 1


def _value(figure: Figure, months: int) -> float:
    return figure.value / months if figure.indicator.how.grows else figure.value


def _good_direction(view: View, scope: Scope, then: Figure, now: Figure) -> int:
    """The good direction: +1 up, −1 down, 0 unknown.

    In a band it is towards the agreed month's target; away from it for what went past it, and farther off.
    """
    better = then.indicator.better
    if better != "band":
        return 1 if better == "higher" else -1
    target = targets_of(view, scope).get(then.indicator.key)
    if target is None:
        return 0
    towards = (target.value > then.value) - (target.value < then.value)
    return towards if abs(now.value - target.value) <= abs(then.value - target.value) else -towards


def _verdict(then: Figure, now: Figure, good: int, low: float | None, high: float | None) -> Verdict:
    if low is None or not good or not (then.enough_rows and now.enough_rows):
        return "cannot_tell"
    least, most = sorted((good * low, good * high))
    return "worked" if least > 0 else "worse" if most < 0 else "no_effect_seen"
