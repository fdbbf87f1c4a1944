"""Corrections over facts: which rows are meant, what becomes of them, who wins, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import duckdb
import pytest

from etl.contracts.facts import CONTRACTS
from etl.corrections.apply import apply, corrected_contracts
from etl.corrections.corrections import CORRECTABLE, Correction, amendable, check
from etl.errors import Problem
from tests.kpi.facts import facts

ZONE = "Asia/Shanghai"
STAYS = (
    "SELECT agent_id, team, valid_from AS since, coalesce(valid_to, DATE '9999-12-31') AS until FROM agents"
)
DAY = date(2026, 10, 12)
OUTAGE = Correction(
    1, "exclude", "calls", starts_at=datetime(2026, 10, 12, 14), ends_at=datetime(2026, 10, 12, 16)
)


def call(name: str, clock: str, agent: str | None = "1", **more: object) -> dict:
    """One call of the 12th."""
    return {"call_id": name, "started_at": f"2026-10-12 {clock}", "answered": True, "agent_id": agent, **more}


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    """Calls of two teams around an outage, a shift with its punches, one review of two points."""
    return facts(
        agents=[
            {"agent_id": "1", "name": "测试甲", "team": "一组"},
            {"agent_id": "2", "name": "测试乙", "team": "二组"},
        ],
        calls=[
            call("before", "13:59:59", talk_s=10),
            call("first", "14:00:00", queue="账单", talk_s=20),
            call("other team", "14:30:00", "2", queue="故障", talk_s=30),
            call("lost", "15:00:00", None, answered=False, assigned_to="2"),
            call("after", "16:00:00", talk_s=40),
        ],
        schedule=[
            {
                "agent_id": "1",
                "shift_date": DAY,
                "start_at": "2026-10-12 08:00",
                "end_at": "2026-10-12 16:00",
            }
        ],
        attendance=[{"agent_id": "1", "shift_date": DAY, "in_at": "2026-10-12 07:58"}],
        qa_reviews=[{"review_id": "Q1", "agent_id": "1", "reviewed_at": "2026-10-12 10:00"}],
        qa_items=[
            {"review_id": "Q1", "item": "问候, 报名", "earned": 5, "applicable": 10},
            {"review_id": "Q1", "item": "信息准确", "earned": 8, "applicable": 10},
        ],
    )


def run(con: duckdb.DuckDBPyConnection, *corrections: Correction) -> set:
    return apply(con, corrections, STAYS, ZONE)


def out(con: duckdb.DuckDBPyConnection, contract: str = "calls") -> set[str]:
    """The keys taken out of a contract."""
    if contract not in corrected_contracts(con):
        return set()
    key = CONTRACTS[contract].key[0]
    sql = f"SELECT {key} FROM corrected_{contract} WHERE holds AND slot = 'exclude'"
    return {found for (found,) in con.execute(sql).fetchall()}


def report(con: duckdb.DuckDBPyConnection) -> dict[int, tuple]:
    """(rows, overruled, overruled by, unfit) by correction."""
    sql = "SELECT correction_id, rows, overruled, overruled_by, unfit FROM corrections"
    return {number: tuple(rest) for number, *rest in con.execute(sql).fetchall()}


def test_a_span_begins_with_its_first_moment_and_ends_before_its_last(con):
    touched = run(con, OUTAGE)
    assert out(con) == {"first", "other team", "lost"}
    assert touched == {("calls", DAY)}
    assert report(con) == {1: (3, 0, [], 0)}
    assert con.execute("SELECT count(*) FROM calls").fetchone() == (5,), "facts stay what the files said"


@pytest.mark.parametrize(
    ("narrowed", "meant"),
    [
        ({"queue": "账单"}, {"first"}),
        ({"team": "二组"}, {"other team", "lost"}),
        ({"agent": "0002"}, {"other team", "lost"}),
        ({"team": "二组", "queue": "故障"}, {"other team"}),
        ({"team": "一组", "agent": "2"}, set()),
        ({"queue": "' OR 1=1 --"}, set()),
    ],
)
def test_a_span_is_narrowed(con, narrowed, meant):
    run(con, replace(OUTAGE, **narrowed))
    assert out(con) == meant


def test_a_re_attributed_call_is_the_other_agents_and_a_lost_one_was_meant_for_them(con):
    run(con, Correction(1, "reassign", "calls", keys=(("first",), ("lost",)), to_agent="007"))
    rows = con.execute("SELECT call_id, agent_id, assigned_to FROM amended_calls ORDER BY call_id").fetchall()
    assert rows == [("first", "7", None), ("lost", None, "7")]


def test_rows_given_to_a_team_belong_to_nobody(con):
    run(con, Correction(1, "reassign", "calls", keys=(("first",),), to_team="二组"))
    assert con.execute("SELECT agent_id FROM amended_calls").fetchall() == [(None,)]
    assert con.execute("SELECT to_team FROM corrected_calls WHERE holds").fetchall() == [("二组",)]


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("talk_s", "0:01:30", 90.0),
        ("talk_s", "", None),
        ("transferred", "是", True),
        ("started_at", "2026-10-13T09:00:00", datetime(2026, 10, 13, 9)),
        ("started_at", "2026-10-12T18:00:00Z", datetime(2026, 10, 13, 2)),
        ("direction", "呼出", "out"),
        ("reason", "客户13800138000来电", "客户138****8000来电"),
        ("reason", "'); DROP TABLE calls; --", "'); DROP TABLE calls; --"),
    ],
)
def test_an_amended_value_is_read_like_a_loaded_cell(con, column, text, value):
    touched = run(con, Correction(1, "amend", "calls", keys=(("first",),), column=column, value=text))
    assert con.execute(f"SELECT {column} FROM amended_calls").fetchall() == [(value,)]
    assert con.execute("SELECT count(*) FROM calls").fetchone() == (5,)
    day = con.execute("SELECT business_date FROM amended_calls").fetchone()[0]
    assert touched == {("calls", DAY), ("calls", day)}


def test_a_row_moved_to_another_day_touches_both_days_every_time(con):
    moved = Correction(1, "amend", "calls", keys=(("first",),), column="started_at", value="2026-10-20 09:00")
    both = {("calls", DAY), ("calls", date(2026, 10, 20))}
    assert run(con, moved) == both
    assert run(con, moved) == {("calls", date(2026, 10, 20))}, "its fact may have been loaded anew"
    assert run(con) == both


def test_the_same_again_touches_nothing_and_the_end_of_one_touches_its_days(con):
    run(con, OUTAGE)
    assert run(con, OUTAGE) == set()
    assert run(con) == {("calls", DAY)}
    assert corrected_contracts(con) == frozenset()
    tables = con.execute(
        "SELECT table_name FROM duckdb_tables() WHERE table_name LIKE '%ed\\_calls' ESCAPE '\\'"
    )
    assert tables.fetchall() == []


def test_without_corrections_nothing_is_made(con):
    before = con.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()
    assert run(con) == set()
    assert con.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall() == before


def test_of_two_amendments_of_one_cell_the_later_approved_holds(con):
    run(
        con,
        Correction(4, "amend", "calls", keys=(("first",), ("after",)), column="talk_s", value="111"),
        Correction(3, "amend", "calls", keys=(("first",),), column="talk_s", value="222"),
        Correction(5, "amend", "calls", keys=(("first",),), column="reason", value="账单"),
    )
    rows = con.execute("SELECT call_id, talk_s, reason FROM amended_calls ORDER BY call_id").fetchall()
    assert rows == [("after", 111.0, None), ("first", 222.0, "账单")]
    assert report(con) == {4: (1, 1, [3], 0), 3: (1, 0, [], 0), 5: (1, 0, [], 0)}


@pytest.mark.parametrize("exclusion_last", [True, False])
def test_of_taking_out_and_changing_the_later_approved_holds(con, exclusion_last):
    change = Correction(2, "amend", "calls", keys=(("first",),), column="talk_s", value="222")
    run(con, *((change, OUTAGE) if exclusion_last else (OUTAGE, change)))
    assert ("first" in out(con)) is exclusion_last
    assert con.execute("SELECT count(*) FROM amended_calls").fetchone() == (0 if exclusion_last else 1,)
    assert report(con) == (
        {2: (0, 1, [1], 0), 1: (3, 0, [], 0)} if exclusion_last else {1: (2, 1, [2], 0), 2: (1, 0, [], 0)}
    )


def test_a_row_taken_out_twice_is_out_by_both(con):
    run(con, OUTAGE, Correction(2, "exclude", "calls", keys=(("first",),)))
    assert report(con) == {1: (3, 0, [], 0), 2: (1, 0, [], 0)}


def test_a_row_that_is_not_loaded_yet_is_waited_for(con):
    missing = Correction(1, "exclude", "calls", keys=(("next week",),))
    run(con, missing)
    assert report(con) == {1: (0, 0, [], 0)}
    assert corrected_contracts(con) == frozenset()
    con.execute("INSERT INTO calls (call_id, business_date) VALUES ('next week', '2026-10-19')")
    assert run(con, missing) == {("calls", date(2026, 10, 19))}
    assert report(con) == {1: (1, 0, [], 0)}


@pytest.mark.parametrize("contract", ["attendance", "schedule"])
@pytest.mark.parametrize("by", ["key", "span"])
def test_a_shift_is_taken_out_whole(con, contract, by):
    rows = {"keys": (("0001", "2026-10-12", "1"),)}
    if by == "span":
        rows = {"starts_at": datetime(2026, 10, 12), "ends_at": datetime(2026, 10, 13)}
    run(con, Correction(1, "exclude", contract, **rows))
    assert out(con, "attendance") == out(con, "schedule") == {"1"}
    assert report(con) == {1: (1, 0, [], 0)}


def test_a_key_of_two_parts_may_hold_a_comma_and_its_point_counts_for_the_reviews_day(con):
    touched = run(con, Correction(1, "exclude", "qa_items", keys=(("Q1", "问候, 报名"),)))
    assert touched == {("qa_items", DAY)}
    assert report(con) == {1: (1, 0, [], 0)}


def test_a_value_that_breaks_a_rule_of_its_row_leaves_the_row_as_it_was(con):
    more_than_all = Correction(
        1, "amend", "qa_items", keys=(("Q1", "信息准确"),), column="earned", value="11"
    )
    run(con, more_than_all)
    assert report(con) == {1: (0, 0, [], 1)}
    assert con.execute("SELECT count(*) FROM amended_qa_items").fetchone() == (0,)


def test_one_that_cannot_be_done_any_more_stops_nothing_and_says_why(con):
    run(
        con,
        Correction(1, "amend", "calls", keys=(("first",),), column="gone", value="1"),
        replace(OUTAGE, correction_id=2),
    )
    assert report(con) == {1: (0, 0, [], 0), 2: (3, 0, [], 0)}
    assert con.execute("SELECT fault LIKE '%cannot be amended%' FROM corrections").fetchall() == [
        (True,),
        (None,),
    ]


ROW = Correction(1, "amend", "calls", keys=(("first",),), column="talk_s", value="9")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (replace(ROW, contract="agents"), "agents: This table cannot be corrected."),
        (replace(ROW, column="call_id"), "“call_id” cannot be amended."),
        (replace(ROW, column="customer"), "“customer” cannot be amended."),
        (replace(ROW, column="agent_id"), "“agent_id” cannot be amended."),
        (replace(ROW, column="talk_s = 1; --"), "“talk_s = 1; --” cannot be amended."),
        (replace(ROW, value="soon"), "talk_s: “soon” cannot be read. Write it as 90 or 0:01:30."),
        (replace(ROW, value="-5"), "talk_s: “-5” is outside the scale."),
        (replace(ROW, value="86401"), "Give a value from 0 up to 86400."),
        (replace(ROW, column="direction", value="up"), "Write one of: in, out"),
        (replace(ROW, column="started_at", value="12/10/2026"), "“12/10/2026” cannot be read."),
        (replace(ROW, column="started_at", value=""), "started_at: This column cannot be empty."),
        (replace(ROW, column="direction", value=" "), "direction: This column cannot be empty."),
        (replace(ROW, keys=()), "It does not say which rows are meant."),
        (replace(ROW, keys=(("a", "b"),)), "The key of a row of this table is call_id."),
        (replace(ROW, queue="账单"), "Rows and a span of time are both given."),
        (replace(OUTAGE, ends_at=None), "It does not say which rows are meant."),
        (replace(OUTAGE, ends_at=OUTAGE.starts_at), "The span ends before it begins."),
        (replace(OUTAGE, contract="surveys", queue="账单"), "Rows of this table have no queue."),
        (replace(OUTAGE, contract="qa_items"), "Rows of this table have no time of their own."),
        (replace(OUTAGE, action="reassign"), "Nobody is named whom the rows belong to."),
        (replace(OUTAGE, action="reassign", contract="leave", to_agent="2"), "it cannot be re-attributed"),
        (
            Correction(1, "exclude", "schedule", keys=(("1", "yesterday", "1"),)),
            "shift_date: “yesterday” cannot be read. Write it as 2026-10-12.",
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(wrong, says):
    with pytest.raises(Problem) as refused:
        check(wrong, ZONE)
    assert says in str(refused.value)


@pytest.mark.parametrize("contract", CORRECTABLE)
def test_every_table_can_be_corrected_by_span_or_key_and_in_every_column(con, contract):
    """The SQL of every contract's moment and of every column is sound."""
    known = CONTRACTS[contract]
    if CORRECTABLE[contract][0]:
        everything = {"starts_at": datetime(1990, 1, 1), "ends_at": datetime(2099, 1, 1), "team": "一组"}
    else:
        everything = {"keys": tuple(con.execute(f"SELECT {', '.join(known.key)} FROM {contract}").fetchall())}
    optional = [column.name for column in amendable(known) if not column.required and not column.default]
    run(
        con,
        *(Correction(n, "amend", contract, column=name, **everything) for n, name in enumerate(optional, 2)),
        Correction(1, "exclude", contract, **everything),
    )
    assert set(report(con)) == {1, *range(2, len(optional) + 2)}
    faults = con.execute("SELECT fault FROM corrections WHERE fault IS NOT NULL").fetchall()
    assert faults == []
