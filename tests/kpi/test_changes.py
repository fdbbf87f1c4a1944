"""Changes between two months, against published intervals and by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scipy import stats

from kpi.catalog import load_catalog
from kpi.changes import Change, change
from kpi.sheets import Figure
from kpi.statistics.intervals import mean_t, wilson

CATALOG = load_catalog(None)


NOTHING = Figure(
    **dict.fromkeys(("numerator", "denominator", "value", "low", "high", "target", "target_source")),
    **dict.fromkeys(("gap", "gap_good", "coverage")),
    indicator=CATALOG.indicators["csat"],
    base=0,
    verdict="no_target",
    days_with_data=31,
    days=31,
)


def figure(key: str, value: float | None, **parts: object) -> Figure:
    return replace(NOTHING, indicator=CATALOG.indicators[key], value=value, **parts)


def share(hits: int, rows: int) -> Figure:
    low, high = wilson(hits, rows)
    return figure("csat", hits / rows, numerator=hits, denominator=rows, base=rows, low=low, high=high)


def wait(*seconds: float) -> Figure:
    """The mean of some waits, its interval cut off at 0 as figures are."""
    n, total = len(seconds), sum(seconds)
    low, high = mean_t(n, total, sum(s * s for s in seconds))
    return figure("speed_of_answer", total / n, base=n, low=max(0.0, low), high=high)


@pytest.mark.parametrize(
    ("now", "before", "interval", "clear"),
    [
        # Newcombe 1998, Table II
        ((56, 70), (48, 80), (0.0524, 0.3339), True),
        ((9, 10), (3, 10), (0.1705, 0.8090), True),
        ((0, 10), (0, 20), (-0.1611, 0.2775), False),
    ],
)
def test_a_proportion_changes_by_newcombe(
    now: tuple[int, int], before: tuple[int, int], interval: tuple[float, float], clear: bool
) -> None:
    found = change(share(*now), share(*before))
    assert (found.low, found.high) == pytest.approx(interval, abs=6e-5)
    assert (found.amount, found.clear) == (pytest.approx(now[0] / now[1] - before[0] / before[1]), clear)


def test_a_rate_changes_per_1000_within_its_exact_limits() -> None:
    now, before = (
        figure("complaints_per_1000", float(k), numerator=k, denominator=1000, base=1000) for k in (10, 0)
    )
    # Garwood: 10 events 4.7954 … 18.3904, none 0 … 3.6889; 10 − √(5.2046² + 3.6889²) … 10 + 8.3904
    found = change(now, before)
    assert (found.amount, found.low, found.high) == pytest.approx((10, 3.6206, 18.3904), abs=2e-4)
    assert found.clear


def test_a_mean_changes_by_welch_also_where_its_interval_is_cut_off_at_0() -> None:
    before, now = wait(1, 2, 3), wait(5, 7, 9)
    assert before.low == 0  # 2 − 4.303 ÷ √3 is below it
    found = change(now, before)
    # s²/n = 1/3 and 4/3; ν = (5/3)² ÷ ((1/3)²/2 + (4/3)²/2) = 50/17
    half = stats.t.ppf(0.975, 50 / 17) * (5 / 3) ** 0.5
    assert (found.amount, found.low, found.high) == pytest.approx((5, 5 - half, 5 + half))


def test_waits_that_are_all_the_same_have_a_change_but_no_interval() -> None:
    assert change(wait(8, 8, 8), wait(5, 5, 5)) == Change(3)
    single = figure("speed_of_answer", 8.0, base=1)
    assert change(single, wait(5, 6)) == Change(2.5)


def test_counts_are_compared_over_equally_many_days() -> None:
    march, february = (
        figure("complaints", float(days), numerator=days, base=days, days=days) for days in (31, 28)
    )
    found = change(march, february)
    assert (found.amount, found.clear) == (pytest.approx(0), False)
    half = replace(march, value=17.0, share_of_days=0.5)  # half of February: 14, of March: 15.5
    assert change(half, february).amount == pytest.approx(1.5)


def test_without_a_value_there_is_no_change() -> None:
    assert change(share(5, 10), figure("csat", None)) is None
    assert change(figure("csat", None), share(5, 10)) is None
