"""Rosters whose columns are called by the day of a month."""

from __future__ import annotations

import pytest

from etl.maps.day_titles import dated

WEEK = range(1, 8)


@pytest.mark.parametrize(
    ("words", "clue", "last"),
    [
        ([str(n) for n in WEEK], "2026年10月排班表", "2026-10-07"),
        ([f"{n}日" for n in WEEK], "排班_2026-10.xlsx", "2026-10-07"),
        ([f"{n}号(周一)" for n in WEEK], "roster 2026.9", "2026-09-07"),
        ([f"10/{n}" for n in WEEK], "202610", "2026-10-07"),
        ([f"10月{n}日" for n in WEEK], "2026-09", "2026-10-07"),
        ([str(n) for n in (26, 27, 28, 29, 30, 31, 1, 2)], "2026年12月", "2027-01-02"),
    ],
)
def test_days_become_dates_of_the_month_that_is_named(words: list[str], clue: str, last: str) -> None:
    header = dated(("工号", *words, "合计"), ("班组一", clue))
    assert header[0] == "工号"
    assert header[-1] == "合计"
    assert header[-2] == last


@pytest.mark.parametrize(
    ("words", "clue"),
    [
        ([str(n) for n in WEEK], "排班表"),
        ([str(n) for n in range(1, 5)], "2026年10月"),
        (["得分", "等级"], "2026年10月"),
    ],
)
def test_other_headers_stay_as_they_are(words: list[str], clue: str) -> None:
    assert dated(("工号", *words), (clue,)) == ("工号", *words)


def test_a_day_that_the_month_has_not_keeps_its_name() -> None:
    header = dated(tuple(str(n) for n in range(1, 32)), ("2026年9月",))
    assert header[29:] == ("2026-09-30", "31")
