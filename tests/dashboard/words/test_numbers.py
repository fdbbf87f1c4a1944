"""Numbers, gaps and dates as people read them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from dashboard.server.address import parse_period
from dashboard.words import numbers as formats
from dashboard.words.verdicts import judgement_text
from kpi.analysis.real_gaps import judged
from tests.dashboard import hand_made as made


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (0.924, "share", "92.4%", "92.4%"),
        (1, "share", "100%", "100%"),
        (0, "share", "0%", "0%"),
        (0.99996, "share", "99.99%", "99.99%"),
        (0.00004, "share", "0.01%", "0.01%"),
        (0.9996, "share", "99.96%", "99.96%"),
        (18.34, "seconds", "18.3 秒", "18.3 s"),
        # A tie goes up, as Excel shows it, whatever the binary fraction behind it.
        (4.25, "seconds", "4.3 秒", "4.3 s"),
        (0.0625, "share", "6.3%", "6.3%"),
        (0.2845, "share", "28.5%", "28.5%"),
        (1.005, "per_1000", "1.01 次/千次", "1.01 per 1,000"),
        (1e30, "seconds", f"{10**30:,}.0 秒", f"{10**30:,}.0 s"),
        (1.234, "per_1000", "1.23 次/千次", "1.23 per 1,000"),
        (4.0, "points", "4.0 分", "4.0 points"),
        (1204, "count", "1,204", "1,204"),
        (0, "count", "0", "0"),
        (None, "share", "暂无数据", "No data"),
        (None, "count", "暂无数据", "No data"),
    ],
)
def test_value_text(value: float | None, unit: str, zh: str, en: str) -> None:
    assert formats.value_text(value, unit, "zh") == zh
    assert formats.value_text(value, unit, "en") == en


@pytest.mark.parametrize(
    ("unit_of", "gap", "zh", "en"),
    [
        ("csat", -0.012, "比目标低 1.2 个百分点", "1.2 percentage points below target"),
        ("csat", 0.1, "比目标高 10.0 个百分点", "10.0 percentage points above target"),
        ("csat", -0.0004, "比目标低 0.04 个百分点", "0.04 percentage points below target"),
        ("csat", 0.9425 - 0.9, "比目标高 4.3 个百分点", "4.3 percentage points above target"),
        ("csat", -0.0005, "比目标低 0.1 个百分点", "0.1 percentage points below target"),
        ("csat", 0.0, "与目标持平", "On target"),
        ("handling_time", 12.34, "比目标长 12.3 秒", "12.3 s above target"),
        ("complaints_per_1000", -0.5, "比目标每千次少 0.5 次", "0.5 per 1,000 below target"),
        ("complaints", 3, "比目标多 3", "3 above target"),
    ],
)
def test_gap_text(unit_of: str, gap: float, zh: str, en: str) -> None:
    figure = made.figure(unit_of, gap, target=0.0)
    assert formats.gap_text(figure, "zh") == zh
    assert formats.gap_text(figure, "en") == en


def test_gap_text_without_a_gap() -> None:
    assert formats.gap_text(made.EMPTY, "zh") == "暂无数据"
    assert formats.gap_text(made.FREE, "zh") == "未设目标"


@pytest.mark.parametrize(
    ("figure", "zh"),
    [
        (made.MISSED, "明显未达标"),
        (made.MET, "达标"),
        (made.SMALL, "样本少，暂不判断"),
        (replace(made.NEAR, coverage=0.95), "与目标无明显差异"),
        (made.NEAR, "无法判断：数据缺失 38.0%"),
        (made.FREE, "未设目标"),
        (made.EMPTY, "暂无数据"),
    ],
)
def test_judgement_says_why_it_cannot_tell(figure: object, zh: str) -> None:
    assert judgement_text(judged(figure), "zh") == zh


def test_a_rate_is_small_by_its_denominator() -> None:
    few = made.figure("complaints_per_1000", 5.0, base=199, denominator=199.0, target=1.0, low=0.5, high=9.0)
    assert judgement_text(judged(few), "en") == "Small sample"
    enough = replace(few, base=200, denominator=200.0)
    assert judgement_text(judged(enough), "en") == "No clear difference"


def test_interval_and_base() -> None:
    assert formats.interval_text(made.MISSED, "zh") == "95% 区间 79.4%–82.9%"
    assert formats.interval_text(made.FREE, "en") == "95% interval 240.1–262.5"
    assert formats.interval_text(made.SMALL, "en") == ""
    assert formats.interval_text(replace(made.FREE, low=251.32, high=251.34), "en") == ""
    assert formats.base_text(made.MISSED, "en") == "1,624 / 2,000"
    assert formats.base_text(made.FREE, "zh") == "样本 200"


@pytest.mark.parametrize(
    ("key", "zh", "en"),
    [
        ("2026-10-05", "2026年10月5日", "5 October 2026"),
        ("2026-W41", "2026年第41周（2026年10月5日 – 2026年10月11日）", "Week 41, 2026 (5 October 2026 – 11 October 2026)"),
        ("2026-10", "2026年10月", "October 2026"),
        ("2026-Q4", "2026年第4季度", "Q4 2026"),
        ("2026", "2026年", "2026 (whole year)"),
        ("2026-10-01..2026-10-15", "2026年10月1日 – 2026年10月15日", "1 October 2026 – 15 October 2026"),
    ],
)  # fmt: skip
def test_period_text(key: str, zh: str, en: str) -> None:
    assert formats.period_text(parse_period(key), "zh") == zh
    assert formats.period_text(parse_period(key), "en") == en


def test_the_day_shown_is_the_last_loaded_one() -> None:
    assert formats.as_of_text(datetime(2026, 11, 1), "zh") == "数据截至2026年10月31日"
    assert formats.as_of_text(datetime(2026, 11, 1), "en") == "Data up to 31 October 2026"
    assert formats.as_of_text(None, "en") == "No data loaded yet"
    assert formats.date_text(date(2026, 1, 2), "en") == "2 January 2026"


@pytest.mark.parametrize(
    ("seconds", "en"),
    [
        (600, "10 min"),
        (7200, "2 h"),
        (86400, "24 h"),
        (259200, "3 days"),
        (90, "90 s"),
        (None, "none agreed"),
    ],
)
def test_a_limit_in_words(seconds: float | None, en: str) -> None:
    assert formats.span_text(seconds, "en") == en


def test_a_missing_score_is_said_in_words() -> None:
    assert formats.score_text(None, "zh") == "数据不足，暂不评分"
    assert formats.score_text(86.35, "zh") == "86.4"
