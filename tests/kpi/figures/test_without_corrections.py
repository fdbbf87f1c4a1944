"""Figures with and without corrections: which apply to which figure, and what each would be without."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from etl.corrections.apply import apply
from etl.corrections.corrections import Correction
from etl.home import Home
from kpi.catalog.load import load_catalog
from kpi.catalog.relations import relation_file
from kpi.figures.figure import Figure
from kpi.figures.figures import figures, figures_by_agent, figures_by_segment, rows_behind, sources_behind
from kpi.figures.subjects import people, teams
from kpi.figures.view import View
from kpi.rollups.build import build
from kpi.rollups.verify import verify
from kpi.scope import Period, Scope, Subject, parse_month
from kpi.sheets.appraisal import appraisal_sheet, appraisal_sheets
from kpi.sheets.goals import goal_sheet
from kpi.sheets.indicators import indicator_rows
from kpi.sheets.json_shapes import appraisal_json, goals_json, indicators_json, standards_json
from kpi.sheets.standards import standards_sheet
from tests.kpi.facts import facts, snapshot
from tests.kpi.rollups.test_build import _tables

CATALOG = load_catalog(None)
ITEM = next(item.key for item in CATALOG.items if item.response_s)
MONTH = parse_month("2026-10")
ALL = Scope(MONTH)
JIA = Subject("person", "1", "1", "测试甲")
YI = Subject("person", "2", "2", "测试乙")
FIRST, SECOND = Subject("team", "一组", "一组", "一组"), Subject("team", "二组", "二组", "二组")
OUTAGE = Correction(
    1, "exclude", "calls", starts_at=datetime(2026, 10, 12, 14), ends_at=datetime(2026, 10, 12, 16)
)
AGENTS = [
    {"agent_id": "1", "name": "测试甲", "team": "一组"},
    {"agent_id": "2", "name": "测试乙", "team": "二组"},
]
# Ten calls: six answered, five of them within 20 s; the four lost ones fall into an outage of two hours.
CALLS = [
    {
        "call_id": f"C{n}",
        "started_at": f"2026-10-12 {clock}",
        "answered": wait is not None,
        "agent_id": agent,
        "wait_s": 60 if wait is None else wait,
        "talk_s": 100,
    }
    for n, (clock, wait, agent) in enumerate(
        [
            *(("09:00", 5, "1"), ("10:00", 10, "1"), ("11:00", 15, "2"), ("13:59", 20, "2")),
            *(("14:00", None, None), ("14:40", None, None), ("15:20", None, None), ("15:59:59", None, None)),
            *(("16:00", 21, "1"), ("17:00", 0, "2")),
        ]
    )
]

Make = Callable[..., View]


@pytest.fixture
def corrected(tmp_path: Path) -> Make:
    """corrected([…], calls=[…], …): a snapshot of these rows with these corrections applied to it."""

    def make(corrections: list[Correction], rolled_up: bool = True, **tables: list[dict]) -> View:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.duckdb"
        con = facts(path, **tables)
        apply(con, corrections, relation_file("memberships"), "Asia/Shanghai")
        if rolled_up:
            build(con, CATALOG)
            verify(con, CATALOG)
        return View(Home(tmp_path / "home"), snapshot(path, con), CATALOG, None)

    return make


def one(view: View, key: str, scope: Scope = ALL) -> Figure:
    (figure,) = figures(view, scope, [key])
    return figure


def test_ten_calls_and_an_outage_of_two_hours(corrected: Make) -> None:
    """By hand: 5 of 10 within 20 s is 50 %; without the four calls of the outage 5 of 6 is 83.3 %."""
    view = corrected([OUTAGE], agents=AGENTS, calls=CALLS)
    level = one(view, "service_level")
    assert (level.numerator, level.denominator, level.value) == (5, 6, pytest.approx(5 / 6))
    assert (level.corrections, level.value_without) == ((1,), pytest.approx(5 / 10))
    offered = one(view, "offered")
    assert (offered.value, offered.corrections, offered.value_without) == (6, (1,), 10)
    handled = one(view, "handled")
    assert (handled.value, handled.corrections, handled.value_without) == (6, (), None)
    assert rows_behind(view, "service_level", ALL).height == 6
    assert sources_behind(view, "service_level", ALL).rows() == [("literal.csv", 6)]


def test_figures_that_no_correction_touches_are_as_before(corrected: Make) -> None:
    plain = corrected([], agents=AGENTS, calls=CALLS)
    view = corrected([OUTAGE], agents=AGENTS, calls=CALLS)
    for scope in (Scope(parse_month("2026-09")), Scope(MONTH, JIA), Scope(MONTH, FIRST)):
        assert figures(view, scope) == figures(plain, scope)
        assert indicators_json(indicator_rows(view, scope), "zh") == indicators_json(
            indicator_rows(plain, scope), "zh"
        )
    assert "corrections" not in goals_json(goal_sheet(plain, ALL), "zh")["sheet"]


def test_a_call_given_to_another_agent_moves_between_them_and_their_teams(corrected: Make) -> None:
    given = Correction(7, "reassign", "calls", keys=(("C0",),), to_agent="2")
    view = corrected([given], agents=AGENTS, calls=CALLS)
    for subject, now, then in ((JIA, 2, 3), (YI, 4, 3), (FIRST, 2, 3), (SECOND, 4, 3)):
        figure = one(view, "handled", Scope(MONTH, subject))
        assert (figure.value, figure.corrections, figure.value_without) == (now, (7,), then)
    assert one(view, "handled").corrections == (), "it is the same for everyone together"
    found = figures_by_agent(view, MONTH, [JIA, YI], ["handled"])
    assert {who: (f.value, f.corrections, f.value_without) for who, (f,) in found.items()} == {
        "1": (2, (7,), 3), "2": (4, (7,), 3),
    }  # fmt: skip
    assert rows_behind(view, "handled", Scope(MONTH, YI)).height == 4
    assert set(rows_behind(view, "handled", Scope(MONTH, YI))["agent_id"]) == {"2"}


def test_a_call_given_to_a_team_is_the_teams_and_no_persons(corrected: Make) -> None:
    given = Correction(7, "reassign", "calls", keys=(("C0",),), to_team="二组")
    view = corrected([given], agents=AGENTS, calls=CALLS)
    values = {s.id: one(view, "handled", Scope(MONTH, s)).value for s in (JIA, YI, FIRST, SECOND, Subject())}
    assert values == {"1": 2, "2": 3, "一组": 2, "二组": 4, "": 6}
    both = Correction(8, "reassign", "calls", keys=(("C1",),), to_agent="2", to_team="一组")
    view = corrected([given, both], agents=AGENTS, calls=CALLS)
    values = {s.id: one(view, "handled", Scope(MONTH, s)).value for s in (JIA, YI, FIRST, SECOND)}
    assert values == {"1": 1, "2": 4, "一组": 2, "二组": 4}


@pytest.mark.parametrize(
    ("key", "contract", "row"),
    [
        ("csat", "surveys", {"surveyed_at": "2026-10-12 10:00", "score": 1, "scale": 5}),
        ("qa_score", "qa_reviews", {"reviewed_at": "2026-10-12 10:00"}),
        (
            "complaints",
            "tickets",
            {"opened_at": "2026-10-12 10:00", "kind": "complaint", "validity": "valid"},
        ),
        ("promise_kept", "promises", {"created_at": "2026-10-12 10:00", "promised_for": "2026-10-12 11:00"}),
        (
            "uniform",
            "observations",
            {"observed_at": "2026-10-12 10:00", "standard": "uniform", "passed": False},
        ),
    ],
)
def test_rows_of_every_kind_can_be_given_to_a_team(corrected: Make, key, contract, row) -> None:
    rows = [row | {CATALOG_KEYS[contract]: name, "agent_id": "1"} for name in ("X", "Y")]
    more = {"qa_items": [{"review_id": n, "item": "问候", "earned": 1, "applicable": 2} for n in "XY"]}
    given = Correction(7, "reassign", contract, keys=(("X",),), to_team="二组")
    view = corrected([given], agents=AGENTS, **{contract: rows}, **(more if contract == "qa_reviews" else {}))
    keys = [name for name in CATALOG.indicators if name == key] or [
        name for name, i in CATALOG.indicators.items() if i.relation == contract
    ][:1]
    bases = {s.id: one(view, keys[0], Scope(MONTH, s)).base for s in (FIRST, SECOND, Subject())}
    assert bases == {"一组": 1, "二组": 1, "": 2}
    assert one(view, keys[0], Scope(MONTH, SECOND)).corrections == (7,)


CATALOG_KEYS = {
    "surveys": "survey_id",
    "qa_reviews": "review_id",
    "tickets": "ticket_id",
    "promises": "promise_id",
    "observations": "observation_id",
}


def test_an_amended_value_counts_where_it_matters_only(corrected: Make) -> None:
    view = corrected(
        [OUTAGE, Correction(2, "amend", "calls", keys=(("C0",),), column="wait_s", value="50")],
        agents=AGENTS,
        calls=CALLS,
    )
    level = one(view, "service_level")
    assert (level.numerator, level.denominator) == (4, 6)
    assert (level.corrections, level.value_without) == ((1, 2), pytest.approx(0.5))
    assert one(view, "offered").corrections == (1,)
    assert rows_behind(view, "service_level", ALL)["wait_s"].to_list()[-1] != 5


def test_a_row_elsewhere_that_changes_a_figure_is_named(corrected: Make) -> None:
    """The repeated contact that spoils 测试甲's first one was taken by 测试乙; it is taken out."""
    calls = [
        {
            "call_id": name,
            "started_at": f"2026-10-{day} 09:00",
            "answered": True,
            "agent_id": agent,
            "reason": "账单",
            "customer_key": 5,
        }
        for name, day, agent in (("first", "05", "1"), ("again", "06", "2"), ("late", "31", "1"))
    ]
    out = Correction(3, "exclude", "calls", keys=(("again",),))
    view = corrected([out], agents=AGENTS, calls=calls)
    figure = one(view, "first_contact_resolution", Scope(MONTH, JIA))
    assert (figure.value, figure.value_without, figure.corrections) == (1, 0, (3,))


def test_a_rate_is_changed_above_and_below_the_line(corrected: Make) -> None:
    tickets = [
        {"ticket_id": f"T{n}", "opened_at": "2026-10-12 10:00", "kind": "complaint", "validity": "valid"}
        for n in range(2)
    ]
    out = Correction(2, "exclude", "tickets", keys=(("T0",),))
    call = Correction(3, "exclude", "calls", keys=(("C0",),))
    view = corrected([OUTAGE, out, call], agents=AGENTS, calls=CALLS, tickets=tickets)
    rate = one(view, "complaints_per_1000")
    assert (rate.numerator, rate.denominator, rate.corrections) == (1, 5, (2, 3)), "per answered call"
    plain = corrected([], agents=AGENTS, calls=CALLS, tickets=tickets)
    assert rate.value_without == pytest.approx(one(plain, "complaints_per_1000").value)


def test_without_any_row_left_there_is_no_figure_but_the_one_without(corrected: Make) -> None:
    everything = Correction(
        1, "exclude", "calls", starts_at=datetime(2026, 10, 1), ends_at=datetime(2026, 11, 1)
    )
    view = corrected([everything], agents=AGENTS, calls=CALLS)
    level = one(view, "service_level")
    assert (level.value, level.base, level.value_without) == (None, 0, pytest.approx(0.5))
    nothing_before = Correction(2, "reassign", "calls", keys=(("C0",),), to_agent="3")
    view = corrected(
        [nothing_before], agents=[*AGENTS, {"agent_id": "3", "name": "测试丙", "team": "二组"}], calls=CALLS
    )
    figure = one(view, "transfer", Scope(MONTH, Subject("person", "3", "3", "测试丙")))
    assert (figure.corrections, figure.value_without) == ((2,), None) if figure.base else ((), None)


def test_sheets_say_how_many_apply(corrected: Make) -> None:
    tickets = [
        {
            "ticket_id": f"T{n}",
            "opened_at": "2026-10-12 10:00",
            "item": ITEM,
            "first_response_at": f"2026-10-12 {10 + 4 * n}:00",
            "agent_id": "1",
        }
        for n in range(2)
    ]
    late = Correction(2, "exclude", "tickets", keys=(("T1",),))
    view = corrected([OUTAGE, late], agents=AGENTS, calls=CALLS, tickets=tickets)
    goals = goals_json(goal_sheet(view, ALL), "zh")
    by_key = {row["key"]: row for row in goals["rows"]}
    assert (by_key["service_level"]["corrections"], by_key["service_level"]["value_without"]) == (1, 0.5)
    applying = {number for row in goal_sheet(view, ALL).rows for number in row.figure.corrections}
    assert goals["sheet"]["corrections"] == len(applying)
    assert 1 in applying
    standards = standards_json(standards_sheet(view, ALL), "zh")
    item = next(row for row in standards["items"] if row["item"] == ITEM)
    assert (item["response"]["corrections"], item["response"]["denominator"]) == (1, 1)
    (by_segment,) = figures_by_segment(view, ALL, [ITEM], ["response_in_limit"]).values()
    assert by_segment[0].corrections == (2,)
    given = Correction(7, "reassign", "calls", keys=(("C0",),), to_agent="2")
    view = corrected([given], agents=AGENTS, calls=CALLS)
    sheet = appraisal_sheet(view, Scope(MONTH, JIA))
    touched = [one for one in sheet.scores if one.figure is not None and one.figure.corrections]
    assert appraisal_json(sheet, "zh").get("corrections", 0) == bool(touched)
    assert appraisal_sheets(view, Scope(MONTH, FIRST))[0] == sheet


def test_leave_shifts_and_points_are_corrected_too(corrected: Make) -> None:
    shift = {"agent_id": "1", "shift_date": "2026-10-12"}
    tables = {
        "agents": AGENTS,
        "schedule": [shift | {"start_at": "2026-10-12 08:00", "end_at": "2026-10-12 16:00"}],
        "attendance": [shift | {"in_at": "2026-10-12 08:00", "out_at": "2026-10-12 12:00"}],
        "leave": [{"agent_id": "1", "starts_at": "2026-10-12 12:00", "ends_at": "2026-10-12 16:00"}],
        "qa_reviews": [{"review_id": "Q", "agent_id": "1", "reviewed_at": "2026-10-12 10:00"}],
        "qa_items": [
            {"review_id": "Q", "item": name, "earned": earned, "applicable": 10}
            for name, earned in (("问候", 2), ("信息准确", 10))
        ],
    }
    person = Scope(MONTH, JIA)
    leave = Correction(1, "exclude", "leave", keys=(("1", "2026-10-12 12:00"),))
    figure = one(corrected([leave], **tables), "attendance", person)
    assert (figure.value, figure.corrections, figure.value_without) == (0.5, (1,), 1.0)
    punch = Correction(
        2, "amend", "attendance", keys=(("1", "2026-10-12", "1"),), column="out_at", value="2026-10-12 16:00"
    )
    figure = one(corrected([leave, punch], **tables), "attendance", person)
    assert (figure.value, figure.corrections, figure.value_without) == (1.0, (1, 2), 1.0)
    gone = Correction(3, "exclude", "schedule", keys=(("1", "2026-10-12", "1"),))
    assert one(corrected([gone], **tables), "attendance", person).base == 0
    point = Correction(4, "exclude", "qa_items", keys=(("Q", "问候"),))
    figure = one(corrected([point], **tables), "qa_score", person)
    assert (figure.value, figure.corrections, figure.value_without) == (1.0, (4,), pytest.approx(0.6))


def test_roll_ups_equal_a_fresh_count_and_without_equals_a_home_without(corrected: Make) -> None:
    luck, tables = random.Random(1), _tables(1)

    def pick(count: int) -> tuple[tuple[str], ...]:
        return tuple((f"calls-{n}",) for n in luck.sample(range(1, 201), count))

    corrections = [
        Correction(1, "exclude", "calls", starts_at=datetime(2026, 10, 2), ends_at=datetime(2026, 10, 6)),
        Correction(2, "reassign", "calls", keys=pick(30), to_agent="2"),
        Correction(3, "reassign", "calls", keys=pick(30), to_team="三组"),
        Correction(4, "amend", "calls", keys=pick(30), column="talk_s", value="5"),
        Correction(5, "amend", "calls", keys=pick(10), column="started_at", value="2026-10-09 10:00"),
        Correction(6, "exclude", "calls", keys=pick(10)),
        Correction(
            7,
            "exclude",
            "tickets",
            starts_at=datetime(2026, 10, 1),
            ends_at=datetime(2026, 10, 9),
            team="二组",
        ),
        Correction(8, "exclude", "attendance", keys=(("1", "2026-10-02", "1"), ("2", "2026-10-03", "1"))),
    ]
    rolled, fresh = corrected(corrections, **tables), corrected(corrections, rolled_up=False, **tables)
    plain = corrected([], **tables)
    assert rolled.rolled_up()
    assert not fresh.rolled_up()
    assert teams(rolled) == teams(fresh)
    assert people(rolled, MONTH) == people(fresh, MONTH)
    week = Period(datetime(2026, 10, 1).date(), datetime(2026, 10, 7).date())
    keys = ["service_level", "handling_time", "first_contact_resolution", "response_in_limit", "attendance"]
    keys += ["complaints_per_1000", "offered"]
    touched = 0
    for period, subject in (
        (MONTH, Subject()),
        (week, JIA),
        (MONTH, Subject("team", "三组", "三组", "三组")),
    ):
        scope = Scope(period, subject)
        three = (figures(view, scope, keys) for view in (rolled, fresh, plain))
        for figure, other, before in zip(*three, strict=True):
            assert _numbers(figure) == _numbers(other)
            assert figure.corrections == other.corrections
            if figure.corrections:
                touched += 1
                assert figure.value_without == pytest.approx(before.value)
            else:
                assert _numbers(figure) == _numbers(before)
            if figure.value is not None and figure.indicator.kind != "rate":
                assert rows_behind(rolled, figure.indicator.key, scope).height == figure.base
    assert touched > 8


def _numbers(figure: Figure) -> list[object]:
    values = (figure.numerator, figure.denominator, figure.base, figure.value, figure.coverage)
    return [None if value is None else pytest.approx(value, rel=1e-9) for value in values]
