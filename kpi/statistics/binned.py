"""Quantiles of numbers that were counted into bins: sums of bins are the bins of all together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from kpi.statistics.intervals import CONFIDENCE, Interval, wilson

# Upper ends in seconds: each whole one up to 10, then no bin wider than a third of its value. A value on an
# end is below it; the last bin is up to a day.
ENDS = (
    *range(11),
    *(
        12,
        14,
        17,
        20,
        24,
        30,
        36,
        45,
        52,
        60,
        75,
        90,
        105,
        120,
        150,
        180,
        210,
        240,
        300,
        360,
        450,
        600,
        750,
        900,
    ),
    *(1200, 1500, 1800, 2400, 3000, 3600, 4800, 6400, 8500, 11_000, 14_400, 21_600, 28_800, 43_200, 86_400),
)
EXACT = 10  # up to here a bin holds one whole second


def quantile(counts: Sequence[float], share: float) -> float | None:
    """The value that `share` of the rows do not exceed; None without rows.

    `counts` are the rows by bin of ENDS. In a bin of more than one second they are taken as evenly spread.
    """
    total = sum(counts)
    if not total:
        return None
    rank = share * total
    for place, reached in enumerate(accumulate(counts)):
        if reached >= rank and counts[place]:
            end = float(ENDS[place])
            if end <= EXACT:
                return end
            start = ENDS[place - 1]
            return start + (end - start) * (rank - (reached - counts[place])) / counts[place]
    return float(ENDS[-1])


def quantile_interval(counts: Sequence[float], share: float, confidence: float = CONFIDENCE) -> Interval:
    """The values at both ends of the interval that the share below the quantile has; None without rows.

    Of any distribution: the interval of a share of that many rows, turned back into values. Woodruff 1952,
    Journal of the American Statistical Association 47:635; the share's is Wilson's.
    """
    ends = wilson(share * sum(counts), sum(counts), confidence)
    if ends is None:
        return None
    low, high = (quantile(counts, end) for end in ends)
    return low, high
