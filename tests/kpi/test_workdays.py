"""Working days by the State Council's notice for 2026 (国办发明电〔2025〕7号), and what the home lays over it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from etl.errors import Problem
from kpi.scope import parse_month
from kpi.workdays import Calendar, has_long_holiday, read_calendar, split, working_days

FEBRUARY, OCTOBER, UNPUBLISHED = map(parse_month, ("2026-02", "2026-10", "2035-02"))
PUBLISHED = Calendar()


def days(text: str) -> list[int]:
    return [int(day) for day in text.split()]


def config(folder: Path, text: str) -> Path:
    (folder / "calendar.toml").write_text(text, encoding="utf-8")
    return folder


def test_spring_festival_with_its_make_up_days() -> None:
    # Off from the 15th to the 23rd; Saturdays 14 and 28 are worked.
    found = [day.day for day in working_days(FEBRUARY, PUBLISHED)]
    assert found == days("2 3 4 5 6 9 10 11 12 13 14 24 25 26 27 28")


def test_national_day_with_its_make_up_day() -> None:
    # Off from the 1st to the 7th; Saturday 10 is worked.
    found = [day.day for day in working_days(OCTOBER, PUBLISHED)]
    assert found == days("8 9 10 12 13 14 15 16 19 20 21 22 23 26 27 28 29 30")


@pytest.mark.parametrize(
    ("month", "expected"),
    [
        ("2026-02", True),  # the 15th to the 23rd
        ("2026-10", True),
        ("2026-05", True),
        ("2025-01", True),  # 春节 from the 28th on into February
        ("2026-09", False),  # 中秋: three days
        ("2026-03", False),
        ("2035-02", False),  # not known yet
    ],
)
def test_five_days_off_in_a_row_are_a_long_holiday(month: str, expected: bool) -> None:
    assert has_long_holiday(parse_month(month), PUBLISHED) is expected


def test_a_count_is_split_to_the_last_one() -> None:
    parts = split(1000, OCTOBER, PUBLISHED)  # 18 days: 55 each leaves 10
    assert len(parts) == 31
    assert sum(parts.values()) == 1000
    assert [parts[date(2026, 10, day)] for day in (1, 4, 8, 10, 11, 20, 21, 31)] == [
        0,
        0,
        56,
        56,
        0,
        56,
        55,
        0,
    ]
    assert sum(split(3, OCTOBER, PUBLISHED).values()) == 3
    assert set(split(0, OCTOBER, PUBLISHED).values()) == {0}
    with pytest.raises(ValueError, match="-1"):
        split(-1, OCTOBER, PUBLISHED)


def test_a_missing_year_is_said() -> None:
    with pytest.raises(Problem) as missing:
        working_days(UNPUBLISHED, PUBLISHED)
    assert "2035" in str(missing.value)
    assert "config/calendar.toml" in str(missing.value)


def test_the_home_says_a_whole_year(tmp_path: Path) -> None:
    text = '[2035]\noff = ["2035-02-07..2035-02-13", 2035-02-14]\nwork = ["2035-02-03"]\n'
    found = [day.day for day in working_days(UNPUBLISHED, read_calendar(config(tmp_path, text)))]
    # February 2035 begins on a Thursday.
    assert found == days("1 2 3 5 6 15 16 19 20 21 22 23 26 27 28")


def test_the_home_goes_before_the_published_calendar(tmp_path: Path) -> None:
    calendar = read_calendar(config(tmp_path, '[2026]\noff = ["2026-10-10"]\nwork = ["2026-10-11"]\n'))
    found = [day.day for day in working_days(OCTOBER, calendar)]
    assert found == days("8 9 11 12 13 14 15 16 19 20 21 22 23 26 27 28 29 30")


def test_no_calendar_of_its_own_is_the_published_one(tmp_path: Path) -> None:
    assert read_calendar(tmp_path / "config") == PUBLISHED


def test_a_month_off_has_no_day_to_split_over(tmp_path: Path) -> None:
    calendar = read_calendar(config(tmp_path, '[2026]\noff = ["2026-10-01..2026-10-31"]\n'))
    with pytest.raises(Problem, match="no working day"):
        split(10, OCTOBER, calendar)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("off = []", "config/calendar.toml [off]"),
        ("[2026]\nfree = []", "config/calendar.toml [2026]"),
        ("[next]\noff = []", "config/calendar.toml [next]"),
        ('[2026]\noff = "2026-10-01"', "config/calendar.toml [2026] off"),
        ('[2026]\noff = ["2026-02-30"]', "config/calendar.toml [2026] off"),
        ('[2026]\nwork = ["2027-01-01"]', "config/calendar.toml [2026] work"),
        ('[2026]\nwork = ["2026-02-03..2026-02-01"]', "config/calendar.toml [2026] work"),
        ("[2026]\nwork = [2026-02-03T08:00:00]", "config/calendar.toml [2026] work"),
        ("[2026]\nwork = [7]", "config/calendar.toml [2026] work"),
        ('[2026]\noff = ["2026-02-03"]\nwork = ["2026-02-03"]', "config/calendar.toml [2026]"),
        ("[2026", "config/calendar.toml"),
    ],
)
def test_a_faulty_calendar_is_a_sentence(tmp_path: Path, text: str, where: str) -> None:
    with pytest.raises(Problem) as fault:
        read_calendar(config(tmp_path, text))
    assert fault.value.where == where
