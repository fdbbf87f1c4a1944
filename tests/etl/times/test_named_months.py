"""The month or day that a name gives."""

from __future__ import annotations

from datetime import date

import pytest

from etl.times.named_months import named_day, titled

NEAR = date(2026, 9, 28)


@pytest.mark.parametrize(
    ("names", "day"),
    [
        (["名册2026年10月.xlsx"], "2026-10-01"),
        (["staff_202611.csv"], "2026-11-01"),
        (["2026-10-15 名册"], "2026-10-15"),
        (["名册20261005.csv"], "2026-10-05"),
        (["名册2026年10月5日"], "2026-10-05"),
        # Without a year: that of another name, else the last that is not far ahead.
        (["10月", "2027年名册.xlsx"], "2027-10-01"),
        (["名册10月.csv"], "2026-10-01"),
        (["1月名单"], "2027-01-01"),
        (["2月名单"], "2026-02-01"),
        (["3月份名单"], "2026-03-01"),
        (["十二月", ""], "2026-12-01"),
        (["10月15日名册"], "2026-10-15"),
        (["Agents Sept.csv"], "2026-09-01"),
        (["roster-march-2027"], "2027-03-01"),
        # The sheet goes before the file.
        (["11月", "名册2026年10月.xlsx"], "2026-11-01"),
        # Nothing: a team, a number, a month or a day that there is not.
        (["二十一组"], None),
        (["名册.csv", "Sheet1"], None),
        (["第3组2026.csv"], None),
        (["staff_20261332.csv"], None),
        (["名册2026年2月30日"], None),
        (["marketing.csv"], None),
    ],
)
def test_the_day_that_names_give(names: list[str], day: str | None) -> None:
    assert named_day(names, NEAR) == (date.fromisoformat(day) if day else None)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("某某公司2026年10月人员名册", True),
        ("10月名册", True),
        ("制表日期：2026年11月2日", False),
        ("客服中心人员名册", False),
    ],
)
def test_a_title_may_name_the_month_but_a_date_of_printing_does_not(title: str, expected: bool) -> None:
    assert titled(title) == expected
