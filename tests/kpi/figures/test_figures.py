"""What a figure says besides its value; the rows and files behind it; its trend."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from kpi.figures.figure import Figure
from kpi.figures.figures import figures, figures_by_agent, rows_behind, sources_behind
from kpi.figures.months import trends
from kpi.figures.subjects import people
from kpi.figures.view import View
from kpi.scope import Period, Scope, Subject, parse_month, period_of

OCTOBER = parse_month("2026-10")
ALL = Scope(OCTOBER)
JIA = Subject("person", "0042", "42", "")


def _calls(day: str, count: int, **fields: object) -> list[dict]:
    return [
        {"call_id": f"{day}-{number}", "started_at": f"{day} 09:00", "answered": True, "wait_s": 10, **fields}
        for number in range(count)
    ]


def _figure(view: View, key: str, scope: Scope = ALL) -> Figure:
    (figure,) = figures(view, scope, [key])
    return figure


def test_a_rate_takes_its_two_sides_from_two_relations(view_of: Callable[..., View]) -> None:
    view = view_of(
        calls=_calls("2026-10-01", 400, agent_id="0042"),
        tickets=[{"opened_at": "2026-10-02", "kind": "complaint", "agent_id": "42"}] * 1
        + [{"ticket_id": "T2", "opened_at": "2026-10-03", "kind": "complaint"}],
    )
    figure = _figure(view, "complaints_per_1000")
    assert (figure.numerator, figure.denominator, figure.base, figure.value) == (2, 400, 400, 5.0)
    assert (round(figure.low, 1), round(figure.high, 1)) == (0.6, 18.1)
    assert (figure.days_with_data, figure.days, figure.coverage) == (1, 31, 1.0)
    assert rows_behind(view, "complaints_per_1000", ALL).height == 400
    assert rows_behind(view, "complaints_per_1000", ALL, passing=True)["ticket_id"].to_list() == [
        *("tickets-1", "T2")
    ]


def test_a_denominator_alone_says_nothing_without_its_other_contract(view_of: Callable[..., View]) -> None:
    view = view_of(calls=_calls("2026-10-01", 400))
    figure = _figure(view, "complaints_per_1000")
    assert (figure.value, figure.numerator, figure.denominator) == (None, None, None)
    assert _figure(view, "complaints").value is None


def test_a_contract_must_have_data_in_the_period_itself(view_of: Callable[..., View]) -> None:
    view = view_of(calls=_calls("2026-10-01", 20), tickets=[{"opened_at": "2026-09-30", "kind": "complaint"}])
    assert _figure(view, "complaints_per_1000").value is None
    assert _figure(view, "connection_rate", Scope(parse_month("2026-09"))).value is None


def test_zero_may_be_said_where_the_contract_was_loaded(view_of: Callable[..., View]) -> None:
    tickets = [
        {"opened_at": "2026-10-01", "kind": "service"},
        {"opened_at": "2026-09-01", "kind": "complaint"},
    ]
    view = view_of(calls=_calls("2026-10-01", 20), tickets=tickets)
    assert _figure(view, "complaints").value == 0
    assert _figure(view, "complaints_per_1000").value == 0


def test_nothing_to_divide_by_is_no_data_and_has_no_coverage(view_of: Callable[..., View]) -> None:
    view = view_of(calls=_calls("2026-10-01", 2, answered=False))
    figure = _figure(view, "handling_time")
    assert (figure.value, figure.denominator, figure.coverage) == (None, 0, None)


def test_coverage_is_usable_rows_of_those_that_should_be(view_of: Callable[..., View]) -> None:
    view = view_of(calls=_calls("2026-10-01", 3) + _calls("2026-10-02", 1, wait_s=None))
    assert _figure(view, "speed_of_answer").coverage == 0.75


def test_an_interval_stays_where_the_figure_can_be(view_of: Callable[..., View]) -> None:
    reviews = [{"review_id": f"R{n}", "agent_id": "1", "reviewed_at": "2026-10-01"} for n in range(3)]
    items = [
        {"review_id": f"R{n}", "item": "x", "earned": earned, "applicable": 10}
        for n, earned in enumerate([10, 10, 5])
    ]
    waits = [call | {"wait_s": wait} for call, wait in zip(_calls("2026-10-01", 3), [0, 0, 30], strict=True)]
    view = view_of(qa_reviews=reviews, qa_items=items, calls=waits)
    qa, wait = _figure(view, "qa_score"), _figure(view, "speed_of_answer")
    assert (qa.high, qa.value) == (1.0, pytest.approx(25 / 30))
    assert (wait.low, wait.value) == (0.0, 10)


def test_figures_follow_the_order_of_the_keys(view_of: Callable[..., View]) -> None:
    found = figures(view_of(), Scope(OCTOBER, JIA), ["transfer", "service_level", "handled"])
    assert [figure.indicator.key for figure in found] == ["transfer", "handled"]


def test_several_people_in_one_pass_have_the_figures_of_each(view_of: Callable[..., View]) -> None:
    view = view_of(
        calls=_calls("2026-10-01", 5, agent_id="42", talk_s=60)
        + _calls("2026-10-02", 3, agent_id="7", talk_s=90)
        + _calls("2026-10-03", 2)
    )
    agents = [JIA, Subject("person", "7", "7", ""), Subject("person", "8", "8", "")]
    keys = ["handled", "handling_time"]
    together = figures_by_agent(view, OCTOBER, agents, keys)
    assert together == {agent.key: figures(view, Scope(OCTOBER, agent), keys) for agent in agents}
    assert [together[agent.key][0].value for agent in agents] == [5, 3, 0]
    assert figures_by_agent(view, OCTOBER, [JIA], keys) == {"42": together["42"]}


def test_rows_show_ids_as_seen_and_customers_masked_only(view_of: Callable[..., View]) -> None:
    call = {"customer_key": "a1b2c3", "customer_shown": "138****1234", "agent_id": "0042"}
    rows = rows_behind(view_of(calls=_calls("2026-10-01", 1, **call)), "handled", ALL)
    (row,) = rows.to_dicts()
    assert (row["agent_id"], row["customer_shown"], row["file"]) == ("0042", "138****1234", "literal.csv")
    assert "a1b2c3" not in {str(value) for value in row.values()}
    assert rows.columns[-1] == "file_row"


def test_rows_come_oldest_first_say_if_they_pass_and_can_be_limited(view_of: Callable[..., View]) -> None:
    view = view_of(calls=_calls("2026-10-02", 1, wait_s=30) + _calls("2026-10-01", 2))
    rows = rows_behind(view, "service_level", ALL)
    assert rows["day"].to_list() == [date(2026, 10, 1)] * 2 + [date(2026, 10, 2)]
    assert rows["passes"].to_list() == [True, True, False]
    assert rows_behind(view, "service_level", ALL, limit=2).height == 2
    assert rows_behind(view, "service_level", ALL, passing=True).height == 2


def test_files_behind_a_figure(view_of: Callable[..., View]) -> None:
    files = [{"file_id": 2, "name": "工单.csv", "contract": "tickets"}]
    tickets = [{"opened_at": "2026-10-01", "kind": "complaint", "file_id": 2}]
    view = view_of(calls=_calls("2026-10-01", 3), tickets=tickets, files=files)
    assert sources_behind(view, "connection_rate", ALL).rows() == [("literal.csv", 3)]
    assert sources_behind(view, "complaints_per_1000", ALL).rows() == [("literal.csv", 3), ("工单.csv", 1)]


def test_a_trend_runs_up_to_the_month_of_the_scope(view_of: Callable[..., View]) -> None:
    view = view_of(calls=_calls("2026-08-31", 4) + _calls("2026-10-01", 6, agent_id="42"))

    def line(scope: Scope, months: int) -> list[tuple[str, float | None, int]]:
        found = trends(view, ["handled"], scope, months)["handled"]
        return [(month, figure.value, figure.days) for month, figure in found]

    assert line(ALL, 4) == [
        *(("2026-07", None, 31), ("2026-08", 4, 31), ("2026-09", None, 30), ("2026-10", 6, 31))
    ]
    quarter = Period(date(2026, 7, 1), date(2026, 9, 30), "quarter")
    assert [value for _, value, _ in line(Scope(quarter), 2)] == [4, None]
    assert [value for _, value, _ in line(Scope(OCTOBER, JIA), 3)] == [0, None, 6]
    assert trends(view, ["service_level"], Scope(OCTOBER, JIA), 3) == {}


@pytest.mark.parametrize("rolled_up", [True, False])
def test_what_is_still_there_is_that_of_each_months_last_day(
    rolled_up: bool, view_of: Callable[..., View]
) -> None:
    """Three tickets of 1 September, of which one is resolved in October; no day is added to another."""
    tickets = [{"ticket_id": f"{n}", "opened_at": "2026-09-01 10:00", "agent_id": "A1"} for n in range(3)]
    tickets[0]["resolved_at"] = "2026-10-05 10:00"
    tickets += [
        {"ticket_id": day, "opened_at": f"{day} 10:00", "resolved_at": f"{day} 11:00"}
        for day in ("2026-09-30", "2026-10-31")
    ]
    view = view_of(rolled_up=rolled_up, tickets=tickets)
    everyone, year = Scope(OCTOBER), Scope(period_of("year", date(2026, 1, 1)))
    line = trends(view, ["backlog_older"], everyone, 3)["backlog_older"]
    assert [figure.value for _, figure in line] == [None, 3, 2]
    assert _figure(view, "backlog_older", year).value == 2
    assert rows_behind(view, "backlog_older", year).height == 2
    assert [one.id for one in people(view, OCTOBER)] == []  # open tickets are no work done in a month
