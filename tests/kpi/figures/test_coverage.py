"""Which days have data: the share of a period, and the calendar, worked out by hand on small desks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dashboard.words.numbers import partial_text
from dashboard.words.verdicts import judgement_text
from kpi.analysis.real_gaps import judged
from kpi.figures.coverage import calendar, days_by_contract, loaded_days, runs
from kpi.figures.figures import figures
from kpi.figures.months import trends
from kpi.scope import Period, Scope, Subject, parse_month
from kpi.sheets.json_shapes import figure_json

SEPTEMBER, OCTOBER = parse_month("2026-09"), parse_month("2026-10")
MARKS = {"data": "#", "few": "+", "missing": "x", "none": "."}


def desk(
    start: str = "2026-08-03",
    end: str = "2026-10-31",
    *,
    lacking=(),
    closed=(5, 6),
    per_day: int = 10,
    **fields,
) -> list[dict]:
    """Answered calls on each open day: `per_day`, or as many as `lacking` says."""
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    some = dict.fromkeys(lacking, 0) if not isinstance(lacking, dict) else lacking
    return [
        {
            "started_at": f"{day} 09:{n:02d}",
            "answered": True,
            "wait_s": 5.0,
            "call_id": f"{day} {n} {fields}",
            **fields,
        }
        for day in (first + timedelta(days=n) for n in range((last - first).days + 1))
        if day.weekday() not in closed
        for n in range(some.get(str(day), per_day))
    ]


def level(view, period=OCTOBER, key="service_level", **subject):
    (figure,) = figures(view, Scope(period, Subject(**subject)), [key])
    return figure


def marks(view, contract: str, period: Period = OCTOBER, team: str = "") -> str:
    return "".join(MARKS[one.state] for one in calendar(view, period, team) if one.contract == contract)


def test_closed_weekdays_are_no_gap_and_the_month_is_whole(view_of):
    view = view_of(calls=desk())
    assert loaded_days(view, OCTOBER)[""]["calls"] == (22, 1.0, 1.0, 22)
    figure = level(view)
    assert (figure.days_with_data, figure.days, figure.share_of_days) == (22, 31, 1.0)
    assert partial_text(figure, "en") == ""
    assert "partial" not in figure_json(judged(figure), "en")
    assert marks(view, "calls") == "##..#####..#####..#####..#####."


def test_days_that_lack_data_make_the_figure_partial_and_leave_its_value(view_of):
    lacking = [f"2026-10-{n:02d}" for n in (8, 12, 13, 14)]
    view = view_of(calls=desk(lacking=lacking))
    figure = level(view)
    assert (figure.days_with_data, figure.share_of_days) == (18, pytest.approx(18 / 22))
    assert (figure.numerator, figure.value, figure.gap_good) == (180, 1.0, True)
    assert partial_text(figure, "en") == "partial, 81% of days"
    assert judgement_text(judged(figure), "en") == "Clearly better (partial data)"
    assert figure_json(judged(figure), "en")["partial"] == pytest.approx(0.8182)
    assert marks(view, "calls") == "##..###x#..xxx##..#####..#####."


def test_a_missed_target_on_part_of_the_days_says_so(view_of):
    calls = [row | {"wait_s": 60.0} for row in desk(lacking=["2026-10-08"])]
    figure = level(view_of(calls=calls))
    assert judgement_text(judged(figure), "en") == "Clearly missed (partial data)"


def test_a_month_that_has_only_begun_is_whole_so_far(view_of):
    view = view_of(calls=desk(end="2026-10-14"))
    assert level(view).share_of_days == 1.0
    assert marks(view, "calls") == "##..#####..###................."


def test_a_month_that_other_tables_have_to_its_end_lacks_the_rest(view_of):
    surveys = [{"surveyed_at": "2026-10-31 10:00", "score": 5, "scale": 5}]
    view = view_of(calls=desk(end="2026-10-14"), surveys=surveys)
    assert level(view).share_of_days == pytest.approx(10 / 22)
    assert marks(view, "calls") == "##..#####..###xx..xxxxx..xxxxx."


def test_the_month_in_which_the_data_begin_is_partial(view_of):
    figure = level(view_of(calls=desk(start="2026-09-14")), SEPTEMBER)
    assert (figure.days_with_data, figure.share_of_days) == (13, pytest.approx(13 / 22))


def test_a_few_days_say_nothing_about_weekdays(view_of):
    figure = level(view_of(calls=desk(start="2026-10-05", end="2026-10-07")))
    assert figure.share_of_days == pytest.approx(3 / 7)  # up to the last day of data
    assert partial_text(figure, "en") == "partial, 42% of days"


def test_a_figure_is_as_whole_as_the_least_whole_of_what_it_needs(view_of):
    tickets = [
        {"opened_at": row["started_at"], "kind": "complaint", "ticket_id": row["call_id"]} for row in desk()
    ]
    view = view_of(calls=desk(lacking=["2026-10-08", "2026-10-09"]), tickets=tickets)
    assert level(view, key="complaints").share_of_days == 1.0
    assert level(view, key="complaints_per_1000").share_of_days == pytest.approx(20 / 22)


def test_without_data_there_is_no_share(view_of):
    figure = level(view_of(calls=desk(end="2026-09-30")))
    assert (figure.value, figure.share_of_days, partial_text(figure, "en")) == (None, None, "")


def test_months_of_a_trend_have_a_share_each(view_of):
    view = view_of(calls=desk(lacking=["2026-09-10", "2026-09-11"]))
    found = dict(trends(view, ["service_level"], Scope(OCTOBER), 3)["service_level"])
    shares = {month: figure.share_of_days for month, figure in found.items()}
    assert shares == {"2026-08": pytest.approx(21 / 21), "2026-09": pytest.approx(20 / 22), "2026-10": 1.0}


@pytest.mark.parametrize("rolled_up", [True, False])
def test_a_team_whose_export_lacks_days_is_partial_by_itself(view_of, rolled_up):
    lacking = ["2026-10-08", "2026-10-09"]
    calls = desk(team="一班", per_day=14) + desk(team="二班", per_day=14, lacking=lacking)
    view = view_of(calls=calls, rolled_up=rolled_up)
    assert level(view).share_of_days == 1.0
    shares = {
        team: figures(view, Scope(OCTOBER, Subject("team", team, team, team)), ["service_level"])[
            0
        ].share_of_days
        for team in ("一班", "二班")
    }
    assert shares == {"一班": 1.0, "二班": pytest.approx(20 / 22)}
    assert marks(view, "calls", team="二班") == "##..###xx..#####..#####..#####."
    assert days_by_contract(view, "三班") == {}


def test_a_day_of_a_roster_counts_for_the_team_of_that_day(view_of):
    agents = [
        {"agent_id": "1", "name": "甲", "team": "一班", "valid_from": "2026-01-01", "valid_to": "2026-10-04"},
        {"agent_id": "1", "name": "甲", "team": "二班", "valid_from": "2026-10-05"},
    ]
    schedule = [
        {"agent_id": "1", "shift_date": f"2026-10-{n:02d}", "start_at": f"2026-10-{n:02d} 08:00", "end_at": f"2026-10-{n:02d} 16:00"}
        for n in (1, 2, 5, 6)
    ]  # fmt: skip
    view = view_of(agents=agents, schedule=schedule, calls=desk(end="2026-10-06"))
    assert [str(day) for day in days_by_contract(view, "一班")["schedule"].loaded] == [
        "2026-10-01",
        "2026-10-02",
    ]
    assert [str(day) for day in days_by_contract(view, "二班")["schedule"].loaded] == [
        "2026-10-05",
        "2026-10-06",
    ]


def test_a_day_with_few_rows_is_told_from_one_without_any(view_of):
    view = view_of(calls=desk(per_day=20, lacking={"2026-10-08": 9, "2026-10-09": 0, "2026-10-12": 10}))
    assert marks(view, "calls") == "##..###+x..#####..#####..#####."


def test_contracts_without_an_event_a_day_stand_in_no_calendar(view_of):
    view = view_of(
        calls=desk(),
        agents=[{"agent_id": "1", "name": "甲"}],
        ratings=[{"agent_id": "1", "month": "2026-09", "parameter": "teamwork", "score": 4}],
    )
    assert {one.contract for one in calendar(view, OCTOBER)} == {"calls"}
    assert days_by_contract(view)["ratings"].missing == ()


def test_spans_of_days():
    days = [date(2026, 10, n) for n in (1, 2, 3, 5, 8, 9)]
    assert [(one.day, other.day) for one, other in runs(days)] == [(1, 3), (5, 5), (8, 9)]
    assert runs([]) == []
