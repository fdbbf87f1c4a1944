"""The overview of a month from literal rows: figures, changes, misses with their causes, measures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from etl.errors import Problem
from etl.home import Home
from etl.snapshots.closed_months import closed
from kpi.catalog.load import load_catalog
from kpi.figures.view import View
from kpi.scope import Scope, Subject, parse_month
from kpi.sheets.monthly_report import monthly_report
from kpi.sheets.values import Headcount, MonthlyReport, ReportRow

CATALOG = load_catalog(None)
OCTOBER = Scope(parse_month("2026-10"))
TEAM = Scope(OCTOBER.period, Subject("team", "一组", "一组", "一组"))
NOTHING = View(Home(Path("none")), None, CATALOG, None)


def _calls(month: str, queue: str, answered: int, lost: int, **fields: object) -> list[dict]:
    """Calls of a queue in a month, on its first and its last day; those answered waited 5 s, the others 60."""
    last = parse_month(month).end.day
    return [
        {
            "call_id": f"{month}-{queue}-{n}-{sorted(fields.items())}",
            "started_at": f"{month}-{(1, last)[n % 2]:02} 09:00",
            "queue": queue,
            "answered": n < answered,
            "wait_s": 5 if n < answered else 60,
            **fields,
        }
        for n in range(answered + lost)
    ]


def _tickets(month: str, complaints: int) -> list[dict]:
    """A request for service on each day of a month, and complaints on its seventh."""
    days = [("service", day) for day in range(1, parse_month(month).end.day + 1)]
    return [
        {"ticket_id": f"{month}-{n}", "kind": kind, "item": "", "opened_at": f"{month}-{day:02} 10:00"}
        for n, (kind, day) in enumerate(days + [("complaint", 7)] * complaints)
    ]


def _row(found: MonthlyReport, key: str) -> ReportRow:
    return next(row for row in found.rows if row.figure.indicator.key == key)


def test_the_rows_are_those_of_the_profile_with_thirteen_months_of_figures(
    view_of: Callable[..., View],
) -> None:
    found = monthly_report(view_of(calls=_calls("2026-10", "甲", 8, 2)), OCTOBER)
    assert tuple(row.figure.indicator.key for row in found.rows) == CATALOG.profiles["overview"]
    assert found.months == tuple(f"{y}-{m:02}" for y, m in [(2025, 11), (2025, 12)]) + tuple(
        f"2026-{month:02}" for month in range(1, 11)
    )
    assert (found.before.month, found.year_before.month) == ("2026-09", "2025-10")
    assert all(len(row.trend) == 12 for row in found.rows)
    assert [figure.value for figure in _row(found, "connection_rate").trend][-2:] == [None, 0.8]


def test_changes_are_against_the_month_before_and_the_same_month_of_the_year_before(
    view_of: Callable[..., View],
) -> None:
    # Newcombe 1998, Statistics in Medicine 17:873, table II, method 10: 56/70 − 48/80.
    calls = (
        _calls("2026-10", "甲", 56, 14) + _calls("2026-09", "甲", 48, 32) + _calls("2025-10", "甲", 56, 14)
    )
    row = _row(monthly_report(view_of(calls=calls), OCTOBER), "connection_rate")
    assert (row.month.figure.value, row.month.change.amount) == pytest.approx((0.6, 0.2))
    assert (row.month.change.low, row.month.change.high) == pytest.approx((0.0524, 0.3339), abs=0.00005)
    assert row.month.change.clear
    assert (row.year.change.amount, row.year.change.clear) == (0, False)


def test_a_month_without_data_is_compared_with_nothing(view_of: Callable[..., View]) -> None:
    found = monthly_report(view_of(calls=_calls("2026-10", "甲", 8, 2)), OCTOBER)
    row = _row(found, "connection_rate")
    assert (row.month.figure.value, row.month.change, row.year.change) == (None, None, None)
    assert found.headcount == Headcount(None, None, None, (None,) * 12)  # there is no roster


def test_without_any_load_all_is_no_data() -> None:
    empty = monthly_report(NOTHING, OCTOBER)
    assert {row.verdict.standing for row in empty.rows} == {"no_data"}
    assert (empty.headcount, empty.troubles, empty.measures) == (
        Headcount(None, None, None, (None,) * 12), (), (),
    )  # fmt: skip


def test_whole_months_of_complaints_are_compared(view_of: Callable[..., View]) -> None:
    tickets = _tickets("2026-10", 7) + _tickets("2026-09", 4)
    calls = _calls("2026-10", "甲", 10, 0) + _calls("2026-09", "甲", 10, 0)
    row = _row(monthly_report(view_of(calls=calls, tickets=tickets), OCTOBER), "complaints")
    assert (row.figure.value, row.month.change.amount, row.month.change.low) == (7, 3, None)


@pytest.mark.parametrize("lacking", ["2026-09-01", "2026-10-31"])
def test_complaints_of_a_month_that_lacks_its_beginning_or_its_end_are_not_compared(
    view_of: Callable[..., View], lacking: str
) -> None:
    tickets = [
        one
        for one in _tickets("2026-10", 7) + _tickets("2026-09", 4)
        if not one["opened_at"].startswith(lacking)
    ]
    calls = [
        one
        for one in _calls("2026-10", "甲", 10, 0) + _calls("2026-09", "甲", 10, 0)
        if not one["started_at"].startswith(lacking)
    ]
    found = monthly_report(view_of(calls=calls, tickets=tickets), OCTOBER)
    assert _row(found, "complaints").figure.value
    assert _row(found, "complaints").month.change is None
    assert _row(found, "connection_rate").month.change is not None


def test_the_roster_is_counted_on_the_last_day_of_months_with_data(view_of: Callable[..., View]) -> None:
    agents = [
        {"agent_id": "1", "name": "测试甲", "team": "一组"},
        {"agent_id": "2", "name": "测试乙", "team": "一组", "valid_to": "2026-09-30"},
        {"agent_id": "3", "name": "测试丙", "team": "一组", "valid_to": "2026-09-29"},
        {"agent_id": "4", "name": "测试丁", "team": "二组", "valid_from": "2026-10-31"},
        {"agent_id": "5", "name": "测试戊", "team": "二组", "valid_from": "2026-11-01"},
    ]
    calls = _calls("2026-10", "甲", 8, 2) + _calls("2026-09", "甲", 8, 2)
    view = view_of(agents=agents, calls=calls)
    assert monthly_report(view, OCTOBER).headcount == Headcount(2, 2, None, (*[None] * 10, 2, 2))
    assert monthly_report(view, TEAM).headcount.now == 1


def _missed(before: bool = True) -> list[dict]:
    """Service level by queue, October then September.

    甲 30/60 and 60/60, 乙 90/100 and 96/100: in all 120/160 = 0.75 and 156/160 = 0.975.
    """
    calls = _calls("2026-10", "甲", 30, 30) + _calls("2026-10", "乙", 90, 10)
    if before:
        calls += _calls("2026-09", "甲", 60, 0) + _calls("2026-09", "乙", 96, 4)
    return calls


def test_a_real_miss_says_what_its_gap_is_made_of_and_sums_to_it(view_of: Callable[..., View]) -> None:
    catalog = _with_target("service_level", 0.9)
    found = monthly_report(view_of(catalog, calls=_missed()), OCTOBER)
    # Without a target: connected calls, too, are clearly fewer than the month before, both by 22.5 × 0.01.
    worse, miss = sorted(found.troubles, key=lambda one: one.news.figure.indicator.key)
    assert worse.news.figure.indicator.key == "connection_rate"
    assert [one.news.weight for one in found.troubles] == pytest.approx([22.5, 22.5])
    assert (miss.news.figure.indicator.key, miss.news.figure.value) == ("service_level", 0.75)
    assert len(found.news) == 2
    assert miss.dimension.key == "queue"
    # Shares stay 3/8 and 5/8, so 甲 gives 3/8 × −0.5 = −0.1875, 乙 5/8 × −0.06 = −0.0375; mix 0. The month
    # before was 0.075 above the target. −0.1875 − 0.0375 + 0.075 = −0.15.
    said = [(one.reason, one.part.get("zh", ""), round(one.amount, 9)) for one in miss.causes]
    assert said == [("part", "甲", -0.1875), ("part", "乙", -0.0375), ("rest", "", 0.075)]
    assert sum(one.amount for one in miss.causes) == pytest.approx(miss.gap, abs=1e-12)
    assert miss.gap == miss.news.figure.gap


def test_what_clearly_worsened_is_a_trouble_where_there_is_no_target(view_of: Callable[..., View]) -> None:
    """By hand: of 1,000 calls a month there are 20 complaints, after 4; the rate is not said twice."""
    calls = [call for month in ("2026-09", "2026-10") for call in _calls(month, "甲", 1000, 0)]
    tickets = _tickets("2026-09", 4) + _tickets("2026-10", 20)
    view = view_of(replace(CATALOG, targets={}), calls=calls, tickets=tickets)
    found = monthly_report(view, OCTOBER)
    (worse,) = found.troubles
    assert (worse.news.figure.indicator.key, worse.gap, len(found.news)) == ("complaints", 16, 1)
    assert worse.news.volume.change == 0
    assert sum(one.amount for one in worse.causes) == pytest.approx(16)
    assert monthly_report(view, Scope(parse_month("2026-09"))).troubles == ()  # nothing before it
    agreed = replace(CATALOG, targets={"complaints_per_1000": {"default": 25}})
    (met,) = monthly_report(replace(view, catalog=agreed), OCTOBER).news  # a met target hides no change
    assert met.figure.indicator.key == "complaints"


def test_without_a_month_before_each_part_is_measured_against_the_target(
    view_of: Callable[..., View],
) -> None:
    catalog = _with_target("service_level", 0.9)
    (miss,) = monthly_report(view_of(catalog, calls=_missed(before=False)), OCTOBER).troubles
    # 3/8 × (0.5 − 0.9) = −0.15, 5/8 × (0.9 − 0.9) = 0.
    assert [(one.reason, round(one.amount, 9)) for one in miss.causes] == [("part", -0.15)]


def test_no_person_is_named(view_of: Callable[..., View]) -> None:
    catalog = _with_target("service_level", 0.9)
    # One person carries it all, which no other dimension tells apart.
    calls = [{**call, "agent_id": call.pop("queue"), "queue": "丙"} for call in _missed()]
    miss, *_ = monthly_report(view_of(catalog, calls=calls), OCTOBER).troubles
    assert miss.dimension is None or miss.dimension.key != "agent"
    assert not {one.part.get("zh") for one in miss.causes} & {"甲", "乙"}


def _with_target(key: str, value: float) -> object:
    return replace(CATALOG, targets={key: {"default": value}})


def test_the_largest_gaps_for_what_matters_come_first_and_three_at_most(view_of: Callable[..., View]) -> None:
    # Gaps −0.25, −0.05, −0.3 with 0.01, 0.01, 0.02 that matter: 25, 5, 15 times; attendance has no data.
    targets = {"connection_rate": 1.0, "service_level": 0.8, "csat": 0.8, "attendance": 0.98}
    catalog = replace(CATALOG, targets={key: {"default": value} for key, value in targets.items()})
    surveys = [
        {"surveyed_at": "2026-10-31 10:00", "invited": True, "score": 5 if n < 100 else 1, "scale": 5}
        for n in range(200)
    ]
    calls = _calls("2026-10", "甲", 1500, 500)
    view = view_of(catalog, calls=calls, surveys=surveys)
    found = monthly_report(view, OCTOBER)
    assert [miss.news.figure.indicator.key for miss in found.troubles] == [
        "connection_rate",
        "csat",
        "service_level",
    ]
    strict = replace(catalog, targets=catalog.targets | {"csat_response": {"default": 1.0}})
    assert len(monthly_report(replace(view, catalog=strict), OCTOBER).news) == 3  # 200 of 200 answered


def test_measures_come_from_the_months_sheet_of_the_subject_those_of_misses_first(
    view_of: Callable[..., View], typed: Callable[..., None]
) -> None:
    typed("goals", "2026-10", "all", "", "connection_rate", measures="加一条中继", due="2026-11-30")
    typed("goals", "2026-10", "all", "", "service_level", measures="调整早班", owner="样例员工01")
    typed("goals", "2026-10", "all", "", "csat", measures="放弃的", status="dropped")
    typed("goals", "2026-10", "all", "", "qa_score", measures="  ")
    typed("goals", "2026-09", "all", "", "attendance", measures="上个月的")
    typed("goals", "2026-10", "team", "一组", "attendance", measures="别的班组的")
    catalog = replace(CATALOG, targets={"connection_rate": {"default": 1.0}})
    view = view_of(catalog, calls=_calls("2026-10", "甲", 80, 20))
    found = monthly_report(view, OCTOBER)
    said = [
        (indicator.key, one.text.value, one.owner.value, one.due.value) for indicator, one in found.measures
    ]
    assert said == [
        ("connection_rate", "加一条中继", "", "2026-11-30"), ("service_level", "调整早班", "样例员工01", ""),
    ]  # fmt: skip
    assert found.all_measures == 2
    (other,) = monthly_report(view, TEAM).measures
    assert other[1].text.value == "别的班组的"


def test_a_closed_month_keeps_its_figures(view_of: Callable[..., View]) -> None:
    view = view_of(calls=_calls("2026-10", "甲", 8, 2))
    kept = view.home.snapshots / "closed" / "2026-10"
    kept.mkdir(parents=True)
    (kept / "000001.duckdb").write_bytes(view.snapshot.path.read_bytes())
    assert closed(view.home, "2026-10") is not None
    now = replace(view, snapshot=None)
    assert _row(monthly_report(now, OCTOBER), "connection_rate").figure.value == 0.8
    assert monthly_report(now, OCTOBER).heading.as_of.date() == date(2026, 11, 1)


def test_a_person_has_no_overview() -> None:
    person = Scope(OCTOBER.period, Subject("person", "1001", "1001", "测试甲"))
    with pytest.raises(Problem, match="everyone or one team"):
        monthly_report(NOTHING, person)
