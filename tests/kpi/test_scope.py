"""Periods one after the other."""

from __future__ import annotations

from datetime import date

from kpi.scope import Period, last_months, parse_month


def test_a_period_moves_by_its_own_kind() -> None:
    january, five_days = parse_month("2026-01"), Period(date(2026, 3, 6), date(2026, 3, 10))
    assert (january.previous(), january.previous(14)) == (parse_month("2025-12"), parse_month("2024-11"))
    assert (january.previous(0), january.previous().next()) == (january, january)
    assert five_days.previous(2) == Period(date(2026, 2, 24), date(2026, 2, 28))
    assert five_days.next() == Period(date(2026, 3, 11), date(2026, 3, 15))


def test_the_last_months_end_with_the_one_that_a_period_ends_in() -> None:
    over_new_year = Period(date(2025, 10, 20), date(2026, 1, 10))
    assert [month.month for month in last_months(over_new_year, 3)] == ["2025-11", "2025-12", "2026-01"]
