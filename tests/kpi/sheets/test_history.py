"""An indicator over months: limits against published charts, targets as agreed, what was written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import event

from kpi.analysis import real_gaps as real
from kpi.analysis.changes import Change
from kpi.analysis.real_gaps import judge, limits_of
from kpi.figures.months import trends
from kpi.figures.view import View
from kpi.records import Records, SheetKey
from kpi.records.cycle_kept import take
from kpi.records.steps import Step
from kpi.scope import Scope, Subject, parse_month
from kpi.sheets.agreed import freeze
from kpi.sheets.history import history
from kpi.sheets.values import Cell, GoalRow
from tests.kpi.hand_made_figures import CATALOG, figure, share

ALL = Scope(parse_month("2026-10"))
JIA = Scope(ALL.period, Subject("person", "1001", "1001", ""))
# NIST/SEMATECH e-Handbook 6.3.2.2
FLOW = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
# Taylor, normalized individuals control charts: complaints, sales
COMPLAINTS = [
    *[(426, 90000), (543, 110000), (428, 90000), (67, 40000), (303, 60000), (481, 70000), (304, 90000)],
    *[(718, 120000), (681, 150000), (1030, 210000), (704, 190000), (1062, 250000), (1085, 220000)],
    *[(1311, 210000), (1309, 230000), (1342, 220000), (1740, 310000), (1468, 330000), (1364, 320000)],
    (1824, 330000),
]


def month(number: int) -> str:
    return f"2026-{number:02d}"


def waited(values: list[float]) -> list[dict]:
    """One answered call a month from January on, which waited so long."""
    return [
        {"started_at": f"{month(n)}-05 09:00", "answered": True, "wait_s": value, "agent_id": "1001"}
        for n, value in enumerate(values, start=1)
    ]


def asked(good: int, bad: int, when: str, agent: str = "1001") -> list[dict]:
    return [
        {
            "survey_id": f"{agent}/{when}/{n}",
            "surveyed_at": f"{when}-05 10:00",
            "agent_id": agent,
            "score": score,
            "scale": 5,
        }
        for n, score in enumerate([5] * good + [1] * bad)
    ]


def test_limits_of_monthly_means_are_those_of_the_handbook(
    view_of: Callable[..., View], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(real, "LEAST_BEFORE", 10)
    view, november = view_of(calls=waited([*FLOW, 90.0])), replace(ALL, period=parse_month("2026-11"))
    limits = history(view, november, "speed_of_answer").limits
    assert (limits.chart, limits.centre) == ("xmr", pytest.approx(50.81))
    assert limits.low[-11:] == pytest.approx([45.8159] * 11, abs=1e-4)
    assert limits.high[-11:] == pytest.approx([55.8041] * 11, abs=1e-4)


def test_large_rates_follow_their_rows() -> None:
    figures = [
        figure("complaints_per_1000", 1000 * k / n, numerator=k, denominator=n, base=n) for k, n in COMPLAINTS
    ]
    limits = limits_of([*figures, figures[0]])
    assert (limits.chart, limits.centre) == ("u_prime", pytest.approx(4.99725, abs=1e-5))
    assert (limits.low[0], limits.high[0]) == pytest.approx((1.2383, 8.7562), abs=1e-4)
    inside = [low <= f.value <= high for f, low, high in zip(figures, limits.low, limits.high, strict=False)]
    assert all(inside)  # 13 of 20 are outside the limits of an ordinary u chart


@pytest.mark.parametrize(("rows", "chart"), [(200, "p_prime"), (199, "xmr")])
def test_many_rows_in_the_median_month_choose_the_chart(rows: int, chart: str) -> None:
    figures = [share(150 + n, rows) for n in range(11)] + [share(1, 2)]
    assert limits_of([*figures, share(1, 2)]).chart == chart


def test_limits_need_twelve_months_before_that_are_not_all_the_same() -> None:
    figures = [share(15 + n % 2, 20) for n in range(13)]
    assert limits_of(figures).chart == "xmr"
    assert limits_of(figures[:12]) is None
    assert limits_of([*figures[:11], figure("csat", None), figures[12]]) is None
    assert limits_of([*[share(20, 20)] * 12, share(1, 20)]) is None
    assert limits_of([]) is None


def test_limits_stay_where_a_share_can_be_and_a_month_without_rows_has_none() -> None:
    wild = limits_of([share(20 * (n % 2), 20) for n in range(13)])
    assert (set(wild.low), set(wild.high)) == ({0.0}, {1.0})
    gap = limits_of([figure("csat", None), *(share(150 + n, 200) for n in range(13))])
    assert (gap.low[0], gap.high[0]) == (None, None)
    assert gap.low[1] is not None


def test_the_chart_signals_what_the_sheet_says(view_of: Callable[..., View]) -> None:
    """With the month itself among those that the limits come from 17 would be within them: up to 17.45."""
    months = [f"{2025 + n // 12}-{n % 12 + 1:02d}" for n in range(13)]
    view = view_of(
        calls=[
            {"started_at": f"{when}-05 09:00", "answered": True, "wait_s": value, "agent_id": "1001"}
            for when, value in zip(months, [*[10.0, 12.0] * 6, 17.0], strict=True)
        ]
    )
    january = replace(ALL, period=parse_month("2026-01"))
    found = history(view, january, "speed_of_answer")
    lines = trends(view, ["speed_of_answer"], january, 25)
    assert found.signal == real.signals_in(lines, person=False)["speed_of_answer"]
    assert (found.signal.kind, found.signal.high) == ("beyond", found.limits.high[-1])
    assert (found.months_before, len(found.limits.low), len(found.points)) == (12, 13, 13)
    december = history(view, replace(ALL, period=parse_month("2025-12")), "speed_of_answer")
    assert (december.months_before, december.limits, december.signal) == (11, None, None)


def test_the_month_before_and_the_year_before_are_compared(view_of: Callable[..., View]) -> None:
    # Newcombe 1998, Table II: 56/70 − 48/80
    surveys = asked(48, 32, "2026-09") + asked(56, 14, "2026-10") + asked(56, 14, "2025-10")
    found = history(view_of(surveys=surveys), ALL, "csat")
    assert (found.points[0].month, found.points[-1].month, len(found.points)) == ("2025-10", "2026-10", 13)
    assert (found.month_before.low, found.month_before.high) == pytest.approx((0.0524, 0.3339), abs=6e-5)
    assert (found.year_before.amount, found.year_before.clear) == (0, False)
    assert (found.months_before, found.limits, found.signal) == (2, None, None)


@pytest.mark.parametrize(("until", "change"), [(15, None), (31, Change(1))])
def test_a_count_is_compared_with_whole_months_only(
    view_of: Callable[..., View], until: int, change: Change | None
) -> None:
    days = [(9, day) for day in range(1, 31)] + [(10, day) for day in range(1, until + 1)]
    calls = [{"started_at": f"2026-{m:02}-{day:02} 09:00", "answered": False} for m, day in days]
    found = history(view_of(calls=calls), ALL, "offered")
    assert (found.points[-1].figure.value, found.month_before) == (until, change)


def test_every_month_has_the_target_that_held_for_it(
    view_of: Callable[..., View], typed: Callable[..., None]
) -> None:
    targets = CATALOG.targets | {"csat": {"default": {"2026-01": 0.8, "2026-09": 0.85}}}
    typed("goals", "2026-09", "person", "1001", "csat", next_target="0.77")
    typed("goals", "2026-08", "person", "1002", "csat", next_target="0.11")
    view = view_of(replace(CATALOG, targets=targets), surveys=asked(8, 2, "2026-10"))
    points = history(view, JIA, "csat").points[-4:]
    assert [(point.month, point.target.value, point.target.source) for point in points] == [
        ("2026-07", 0.8, "default"),
        ("2026-08", 0.8, "default"),
        ("2026-09", 0.85, "default"),
        ("2026-10", 0.77, "agreed"),
    ]


def agree(records: Records, when: str, value: float, target: float) -> None:
    """Put on record that a sheet was agreed with this figure."""
    agreed = replace(share(5, 10), value=value, target=target, target_source="agreed")
    content = freeze((GoalRow(agreed, judge(agreed), Cell(), Cell(), Cell()),), CATALOG, {})
    sheet = SheetKey("goals", when, "person", "1001")
    take(records, sheet, Step("agreed", "甲", form_number="1", content=content), "a")


def test_what_was_agreed_stands_beside_what_the_data_say_now(
    view_of: Callable[..., View], records: Records, typed: Callable[..., None]
) -> None:
    typed("goals", "2026-08", "person", "1001", "csat", next_target="0.6")
    agree(records, "2026-09", 0.4, 0.7)
    agree(records, "2026-10", 0.9, 0.7)
    take(records, SheetKey("goals", "2026-10", "person", "1001"), Step("reopened", "甲", because="错"), "a")
    view = view_of(surveys=asked(5, 5, "2026-09") + asked(8, 2, "2026-10"))
    september, october = history(view, JIA, "csat").points[-2:]
    assert (september.figure.value, september.agreed.value, september.target.value) == (0.5, 0.4, 0.7)
    assert (october.figure.value, october.agreed) == (0.8, None)  # it was taken back


def test_causes_and_measures_of_all_months_the_newest_first(
    view_of: Callable[..., View], typed: Callable[..., None]
) -> None:
    typed("goals", "2026-08", "person", "1001", "csat", cause="新人多", category="time", next_target="0.8")
    typed("goals", "2026-10", "person", "1001", "csat", measures="旁听", owner="甲", due="2026-11-20")
    typed("goals", "2026-09", "person", "1001", "transfer", cause="与此无关")
    typed("goals", "2026-09", "person", "1002", "csat", cause="别人的")
    newest, oldest = history(view_of(surveys=asked(8, 2, "2026-10")), JIA, "csat").said
    assert (newest.month, newest.cause, newest.measure.text.value, newest.measure.due.value) == (
        *("2026-10", "", "旁听"),
        "2026-11-20",
    )
    assert (oldest.month, oldest.cause, oldest.kind_of_cause.key, oldest.next_target, oldest.measure) == (
        *("2026-08", "新人多", "time", 0.8),
        None,
    )


def test_the_records_are_asked_twice_however_many_months(
    view_of: Callable[..., View], records: Records
) -> None:
    view, asked_for = view_of(surveys=asked(8, 2, "2026-10")), []
    event.listen(
        records.engine, "before_cursor_execute", lambda *given: asked_for.append(given[2]), named=False
    )
    history(view, JIA, "csat")
    assert len([sql for sql in asked_for if sql.startswith("SELECT")]) == 2


def test_what_is_not_measured_for_a_person_has_no_history(view_of: Callable[..., View]) -> None:
    view = view_of()
    assert history(view, JIA, "service_level") is None
    assert history(view, JIA, "csat").months_before == 0
