"""Roll-ups: sums that add up to a fresh count of the facts, whatever is asked of them."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from etl.errors import Problem
from kpi.catalog import relations as relation
from kpi.catalog.load import load_catalog
from kpi.figures.figure import Figure
from kpi.figures.figures import figures
from kpi.figures.subjects import people, teams
from kpi.figures.view import View
from kpi.rollups import build as rollup
from kpi.rollups.build import build
from kpi.rollups.verify import verify
from kpi.scope import Period, Scope, Subject, parse_month
from tests.kpi.facts import facts

CATALOG = load_catalog(None)
KINDS = ("numerator", "denominator", "base", "value", "low", "high", "coverage", "days_with_data")


def _tables(seed: int) -> dict[str, list[dict]]:
    """A few weeks of a small centre, every optional column sometimes empty."""
    luck = random.Random(seed)
    agents = ["1", "2", "3", "4", None]

    def some(*values: object) -> object:
        return luck.choice([*values, None])

    def moment() -> datetime:
        return datetime(2026, 9, 20) + timedelta(seconds=luck.randrange(40 * 86_400))

    def later(start: datetime, hours: float) -> datetime | None:
        return some(start + timedelta(hours=luck.uniform(0, hours)))

    days = [date(2026, 9, 20) + timedelta(days=number) for number in range(40)]
    eight = timedelta(hours=8)
    shifts = [(agent, day, datetime(day.year, day.month, day.day, 8)) for agent in "123" for day in days]
    tickets = [(f"T{number}", moment()) for number in range(50)]
    return {
        "agents": [
            {"agent_id": "1", "name": "测试甲", "team": "一组", "valid_to": "2026-10-04"},
            {"agent_id": "1", "name": "测试甲", "team": "二组", "valid_from": "2026-10-05"},
            {"agent_id": "2", "name": "测试乙", "team": "二组"},
        ],
        "calls": [
            {
                "started_at": moment(),
                "answered": luck.random() < 0.8,
                "agent_id": luck.choice(agents),
                "team": some("三组"),
                "queue": some("账单", "故障"),
                "reason": some("账单", "故障"),
                "direction": luck.choice(["in", "in", "out"]),
                "wait_s": some(0, 4.9, 5, 20, 60.5),
                "ring_count": some(1, 3, 4),
                "talk_s": some(0.1, 61.7, 333.3),
                "transferred": some(True, False),
                "customer_key": some("k1", "k2", "k3", "k4", "k5"),
            }
            for _ in range(200)
        ],
        "surveys": [
            {
                "surveyed_at": moment(),
                "agent_id": luck.choice(agents),
                "score": some(1, 4, 5),
                "scale": 5,
                "invited": True,
            }
            for _ in range(60)
        ],
        "tickets": [
            {
                "ticket_id": key,
                "opened_at": opened,
                "kind": some("complaint", "service"),
                "agent_id": luck.choice(agents),
                "item": some("系统BUG受理", "客户投诉问题处理"),
                "validity": some("valid", "invalid"),
                "responsibility": some("agent"),
                "first_response_at": later(opened, 4),
                "resolved_at": later(opened, 8),
                "closed_at": later(opened, 99),
                "repeat_of": some("T1", "T2"),
            }
            for key, opened in tickets
        ],
        "schedule": [
            {"agent_id": agent, "shift_date": day, "start_at": start, "end_at": start + eight}
            for agent, day, start in shifts
        ],
        "attendance": [
            {
                "agent_id": agent,
                "shift_date": day,
                "in_at": later(start, 1),
                "out_at": later(start + eight, 1),
            }
            for agent, day, start in shifts
            if luck.random() < 0.9
        ],
        "leave": [
            {"agent_id": luck.choice("123"), "starts_at": start, "ends_at": start + timedelta(hours=11)}
            for start in sorted({moment() for _ in range(12)})
        ],
    }


def _numbers(found: tuple[Figure, ...]) -> list[object]:
    return [
        (figure.indicator.key, name, pytest.approx(value) if isinstance(value, float) else value)
        for figure in found
        for name in KINDS
        for value in [getattr(figure, name)]
    ]


@pytest.mark.parametrize("seed", [1, 2])
def test_figures_from_roll_ups_equal_figures_from_facts(view_of: Callable[..., View], seed: int) -> None:
    rolled_up = view_of(**_tables(seed))
    # Another limit anywhere makes the roll-ups stale, so the same figures are counted from the facts.
    other = replace(CATALOG.indicators["lateness"], hit="late_min > 5")
    fresh = replace(rolled_up, catalog=replace(CATALOG, indicators={**CATALOG.indicators, "lateness": other}))
    assert (rolled_up.rolled_up(), fresh.rolled_up()) == (True, False)
    keys = [key for key in CATALOG.indicators if key != "lateness"]
    subjects = [Subject(), Subject("team", "二组", "二组", "二组"), Subject("person", "1", "1", "测试甲")]
    for subject in subjects:
        for period in (parse_month("2026-10"), Period(date(2026, 9, 28), date(2026, 10, 4), "week")):
            scope = Scope(period, subject)
            assert _numbers(figures(fresh, scope, keys)) == _numbers(figures(rolled_up, scope, keys))
    assert teams(fresh) == teams(rolled_up) == ["一组", "三组", "二组"]
    assert people(fresh, parse_month("2026-10")) == people(rolled_up, parse_month("2026-10"))


def test_a_month_is_the_sum_of_its_days(view_of: Callable[..., View]) -> None:
    view = view_of(**_tables(3))
    keys = ["handled", "service_level", "speed_of_answer", "attendance"]
    days = [date(2026, 10, 1) + timedelta(days=number) for number in range(31)]
    daily = [figures(view, Scope(Period(day, day, "day")), keys) for day in days]
    wholes = figures(view, Scope(parse_month("2026-10")), keys)
    assert all(whole.base > 10 for whole in wholes)
    for whole, *parts in zip(wholes, *daily, strict=True):
        for name in ("numerator", "denominator", "base"):
            assert sum(getattr(part, name) or 0 for part in parts) == pytest.approx(getattr(whole, name) or 0)


def test_the_same_catalogue_is_current_and_a_changed_target_does_not_matter(
    view_of: Callable[..., View],
) -> None:
    view = view_of()
    assert view.rolled_up()
    assert replace(view, catalog=replace(CATALOG, targets={})).rolled_up()


def test_without_roll_ups_figures_come_from_the_facts(view_of: Callable[..., View]) -> None:
    view = view_of(rolled_up=False, calls=[{"started_at": "2026-10-01 09:00", "answered": True}])
    (figure,) = figures(view, Scope(parse_month("2026-10")), ["handled"])
    assert (view.rolled_up(), figure.value) == (False, 1)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("built") / "facts.duckdb"
    with facts(path, **_tables(4)) as made:
        build(made, CATALOG)
    return path


@pytest.fixture
def con(built: Path, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the built database, to be damaged."""
    with duckdb.connect(shutil.copy(built, tmp_path)) as made:
        yield made


def test_verify_agrees_with_what_build_made(con: duckdb.DuckDBPyConnection) -> None:
    assert verify(con, CATALOG) is None


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (
            "UPDATE rollup_calls SET handled__rows = handled__rows + 1 WHERE rowid = 7",
            r"rollup_calls: “handled” of 2026-\d\d-\d\d is \d+.0 in the roll-up but \d+.0 in the facts",
        ),
        ("DELETE FROM rollup_shifts WHERE day = '2026-10-03'", "rollup_shifts: “.*” of 2026-10-03 is None"),
        (
            "INSERT INTO rollup_calls (day) VALUES ('2027-01-01')",
            "rollup_calls: “.*” of 2027-01-01 is .* but None in the facts",
        ),
        (
            "UPDATE rollup_shifts SET attendance__x = attendance__x + 0.01 WHERE day = '2026-10-03'",
            "rollup_shifts: “attendance” of 2026-10-03",
        ),
        (
            "DELETE FROM breakdown_calls WHERE by_reason = '账单' AND day = '2026-10-01'",
            "breakdown_calls: “offered” of 2026-10-01",
        ),
    ],
)
def test_verify_names_what_differs(con: duckdb.DuckDBPyConnection, damage: str, said: str) -> None:
    con.execute(damage)
    with pytest.raises(Problem, match=said):
        verify(con, CATALOG)


def test_building_again_takes_in_new_facts(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("DELETE FROM calls WHERE business_date = '2026-10-03'")
    with pytest.raises(Problem):
        verify(con, CATALOG)
    build(con, CATALOG)
    assert verify(con, CATALOG) is None


def test_another_rule_of_shifts_makes_other_breakdowns(monkeypatch: pytest.MonkeyPatch) -> None:
    before, original = rollup.digest(CATALOG), relation.relation_file
    monkeypatch.setattr(
        relation, "relation_file", lambda name: original(name) + "-- changed\n" * (name == "calls_on_shift")
    )
    assert rollup.digest.__wrapped__(CATALOG) != before


def test_a_relation_without_facts_has_the_columns_that_its_rows_will_have(tmp_path):
    con = facts(tmp_path / "facts.duckdb")
    build(con, CATALOG)
    for name in rollup.relations_used(CATALOG):
        kept = con.execute(f"SELECT column_name, column_type FROM (DESCRIBE rollup_{name})").fetchall()
        added_up = rollup.daily(list(CATALOG.indicators.values()), relation.scan_of(name))
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE added_up AS {added_up}", relation.relation_values(CATALOG, name)
        )
        assert kept == con.execute("SELECT column_name, column_type FROM (DESCRIBE added_up)").fetchall()
        assert con.execute(f"SELECT count(*) FROM rollup_{name}").fetchall() == [(0,)]
