"""Which target holds: agreed > person > team > all > default, and from which month."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from kpi.catalog.load import load_catalog
from kpi.figures.figures import figures
from kpi.figures.targets import Target, targets_of
from kpi.figures.view import View
from kpi.scope import Period, Scope, Subject, parse_month

ROSTER = [
    {
        "agent_id": "1001",
        "name": "测试甲",
        "team": "一组",
        "valid_from": "2026-01-01",
        "valid_to": "2026-10-15",
    },
    {"agent_id": "1001", "name": "测试甲", "team": "二组", "valid_from": "2026-10-16"},
    {"agent_id": "1002", "name": "测试乙", "team": "一组", "valid_from": "2026-01-01"},
]
JIA = Subject("person", "1001", "1001", "测试甲")
YI = Subject("person", "1002", "1002", "测试乙")
OCTOBER = parse_month("2026-10")


@pytest.fixture
def csat_view(view_of: Callable[..., View]) -> Callable[[dict], View]:
    """A view whose only target entry is this one, for csat."""
    return lambda entry: view_of(replace(load_catalog(None), targets={"csat": entry}), agents=ROSTER)


def _csat(view: View, subject: Subject, period: Period = OCTOBER) -> Target | None:
    return targets_of(view, Scope(period, subject)).get("csat")


def test_the_closest_level_holds(csat_view: Callable[[dict], View]) -> None:
    view = csat_view({"default": 0.9, "all": 0.8, "team": {"一组": 0.7}, "person": {"01001": 0.6}})
    assert _csat(view, JIA) == Target(0.6, "person")
    assert _csat(view, YI) == Target(0.7, "team")
    assert _csat(view, Subject("team", "一组", "一组", "一组")) == Target(0.7, "team")
    assert _csat(view, Subject("team", "二组", "二组", "二组")) == Target(0.8, "all")
    assert _csat(view, Subject()) == Target(0.8, "all")


def test_a_person_has_the_target_of_the_team_of_the_last_day(csat_view: Callable[[dict], View]) -> None:
    view = csat_view({"default": 0.9, "team": {"一组": 0.7, "二组": 0.75}})
    assert _csat(view, JIA) == Target(0.75, "team")
    assert _csat(view, JIA, parse_month("2026-09")) == Target(0.7, "team")


def test_a_target_holds_from_its_month_on(csat_view: Callable[[dict], View]) -> None:
    view = csat_view({"default": 0.9, "all": {"2026-07": 0.80, "2026-10": 0.85}})
    months = ["2026-06", "2026-07", "2026-09", "2026-10", "2027-01"]
    found = [_csat(view, Subject(), parse_month(month)) for month in months]
    assert [(target.value, target.source) for target in found] == [
        *((0.9, "default"), (0.80, "all"), (0.80, "all"), (0.85, "all"), (0.85, "all"))
    ]


def test_what_was_agreed_last_month_goes_first(
    csat_view: Callable[[dict], View], typed: Callable[..., None]
) -> None:
    view = csat_view({"default": 0.9, "person": {"1001": 0.6}})
    typed("goals", "2026-09", "person", "1001", "csat", next_target="0.88")
    assert _csat(view, JIA) == Target(0.88, "agreed")
    assert _csat(view, JIA, Period(date(2026, 10, 5), date(2026, 10, 11), "week")) == Target(0.88, "agreed")
    assert _csat(view, JIA, parse_month("2026-11")) == Target(0.6, "person")
    assert _csat(view, JIA, Period(date(2026, 10, 1), date(2026, 12, 31), "quarter")) == Target(0.6, "person")
    assert _csat(view, YI) == Target(0.9, "default")


def test_what_is_no_number_was_not_agreed(
    csat_view: Callable[[dict], View], typed: Callable[..., None]
) -> None:
    view = csat_view({"default": 0.9})
    typed("goals", "2026-09", "all", "", "csat", next_target="再议")
    assert _csat(view, Subject()) == Target(0.9, "default")


def test_an_agreed_target_is_in_the_figure(view_of: Callable[..., View], typed: Callable[..., None]) -> None:
    surveys = [
        {"surveyed_at": "2026-10-02", "agent_id": "1001", "score": score, "scale": 5}
        for score in [5] * 9 + [1] * 3
    ]
    view = view_of(surveys=surveys)
    typed("goals", "2026-09", "person", "1001", "csat", next_target="0.70")
    (figure,) = figures(view, Scope(OCTOBER, JIA), ["csat"])
    assert (figure.target, figure.target_source, figure.gap_good) == (0.7, "agreed", True)
    assert figure.gap == pytest.approx(0.05)
