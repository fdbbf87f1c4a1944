"""The address of a page: what is chosen survives it, and nonsense in it does no harm."""

from __future__ import annotations

import pytest

from dashboard.server.address import Choice, from_address, parse_period, period_key, periods, to_address
from kpi.scope import PERIOD_KINDS, parse_month, period_of

OCTOBER = parse_month("2026-10")


@pytest.mark.parametrize("kind", PERIOD_KINDS)
def test_a_period_survives_its_address(kind: str) -> None:
    for start in ("2026-01-01", "2025-12-29", "2026-10-31", "2024-02-29"):
        period = period_of(kind, parse_period(start).start, length=9)
        assert parse_period(period_key(period)) == period


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-13",
        "2026-W54",
        "2026-Q5",
        "0000",
        "2026-02-30",
        "2026-10-01..",
        "２０２６",
        "x",
        "2026-10\n",
    ],
)
def test_nonsense_is_no_period(text: str) -> None:
    assert parse_period(text) is None


def test_a_range_given_backwards_is_turned_round() -> None:
    assert period_key(parse_period("2026-10-05..2026-10-01")) == "2026-10-01..2026-10-05"


def test_a_choice_survives_its_address() -> None:
    for choice in (Choice("zh", OCTOBER), Choice("en", OCTOBER, "一班", "0042")):
        assert from_address(to_address(choice), None, parse_month("2020-01")) == choice


@pytest.mark.parametrize(
    ("asked", "locale", "lang"),
    [
        ("zh", "en-US", "zh"),
        ("en", "zh-CN", "en"),
        ("", "zh-CN", "zh"),
        ("", "zh", "zh"),
        ("", "en-GB", "en"),
        ("", "fr-FR", "en"),
        ("", None, "en"),
        ("xx", "zh-CN", "zh"),
    ],
)
def test_language_by_address_then_browser(asked: str, locale: str | None, lang: str) -> None:
    assert from_address({"lang": asked}, locale, OCTOBER).lang == lang


def test_the_latest_month_stands_in_for_what_is_not_said() -> None:
    assert from_address({}, None, OCTOBER).period == OCTOBER
    assert from_address({"period": "nonsense"}, None, OCTOBER).period == OCTOBER
    assert from_address({"month": "2026-03"}, None, OCTOBER).period == parse_month("2026-03")


def test_periods_touch_the_months_with_data() -> None:
    assert [period_key(p) for p in periods("quarter", ["2026-10", "2026-07"])] == ["2026-Q4", "2026-Q3"]
    assert [period_key(p) for p in periods("week", ["2026-02"])] == [
        "2026-W09", "2026-W08", "2026-W07", "2026-W06", "2026-W05",
    ]  # fmt: skip
    assert [period_key(p) for p in periods("year", ["2026-01", "2025-12"])] == ["2026", "2025"]
    assert periods("month", []) == []
