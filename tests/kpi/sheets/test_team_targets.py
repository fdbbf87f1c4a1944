"""The targets of a team at once: the same figures as on each sheet, and changes taken all or none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import event

from etl.errors import Problem
from kpi.catalog.load import load_catalog
from kpi.figures.view import View
from kpi.records import Records, SheetKey
from kpi.records.cycle_kept import take
from kpi.records.steps import Step
from kpi.scope import Scope, Subject, parse_month
from kpi.sheets.goals import goal_sheet
from kpi.sheets.team_targets import (
    Asked,
    TargetChange,
    TargetTable,
    apply,
    copy_last_month,
    plan_changes,
    target_table,
)

MONTH = parse_month("2026-10")
TEAM = "一班"
JIA, YI = (Subject("person", id, id, name) for id, name in (("1001", "样例员工01"), ("1002", "样例员工02")))


@pytest.fixture
def view(view_of: Callable[..., View]) -> View:
    """Two people of one team and one of another; 1001 has 3 of 4 satisfied customers."""
    named = (("1001", "样例员工01", TEAM), ("1002", "样例员工02", TEAM), ("1003", "样例员工03", "二班"))
    return view_of(
        agents=[
            {"agent_id": key, "name": name, "team": team, "valid_from": "2026-01-01"}
            for key, name, team in named
        ],
        surveys=[
            {
                "survey_id": f"s{n}",
                "surveyed_at": f"2026-10-0{n + 1} 10:00",
                "agent_id": "1001",
                "score": score,
                "scale": 5,
            }
            for n, score in enumerate((5, 5, 5, 1))
        ],
    )


def asked(subject: Subject, value: str, version: int = 0, indicator: str = "csat") -> Asked:
    return Asked(subject, indicator, value, version)


def key_of(subject: Subject) -> SheetKey:
    return SheetKey("goals", "2026-10", subject.kind, subject.key)


def statuses(changes: list[TargetChange]) -> list[str]:
    return [change.status for change in changes]


def test_the_table_says_what_every_sheet_says(view: View, typed: Callable[..., None]) -> None:
    typed("goals", "2026-10", "person", "1001", "csat", next_target="0.92", cause="等待较长")
    typed("goals", "2026-09", "person", "1001", "csat", next_target="0.8")  # agreed for October
    typed("goals", "2026-09", "person", "1002", "csat", next_target="0.7")
    typed("goals", "2026-10", "team", TEAM, "csat", next_target="0.91")
    typed("goals", "2026-09", "team", "1001", "qa_score", next_target="0.1")  # a team called as a person
    table = target_table(view, MONTH, TEAM)
    assert [line.subject.id for line in table.lines] == [TEAM, "1001", "1002"]
    assert (table.unit.subject.kind, [one.subject.id for one in table.people]) == ("team", ["1001", "1002"])
    for line in table.lines:
        sheet = goal_sheet(view, Scope(MONTH, line.subject))
        assert line.figures == tuple(row.figure for row in sheet.rows)
        assert {key: (c.value, c.version) for key, c in line.typed.items()} == {
            row.figure.indicator.key: (row.next_target.value, row.next_target.version)
            for row in sheet.rows
            if row.next_target.version
        }
    csat = next(one for one in table.people[0].figures if one.indicator.key == "csat")
    assert (csat.value, csat.base, csat.target, csat.target_source) == (0.75, 4, 0.8, "agreed")
    assert [line.subject.id for line in target_table(view, MONTH).lines] == ["", "1001", "1002", "1003"]


def test_targets_of_a_team_in_the_config_hold_for_its_people(view: View) -> None:
    targets = {"csat": {"default": 0.9, "team": {TEAM: 0.85}, "person": {"1002": 0.6}}}
    view = replace(view, catalog=replace(load_catalog(None), targets=targets))
    found = {line.subject.id: line for line in target_table(view, MONTH).lines}
    expected = {
        "": (0.9, "default"),
        "1001": (0.85, "team"),
        "1002": (0.6, "person"),
        "1003": (0.9, "default"),
    }
    for name, (target, source) in expected.items():
        csat = next(one for one in found[name].figures if one.indicator.key == "csat")
        assert (csat.target, csat.target_source) == (target, source)


def test_the_queries_do_not_grow_with_the_people(view: View) -> None:
    asked: list[str] = []
    event.listen(view.records.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    facts = view.query
    counted: list[str] = []

    class Counting(View):
        def query(self, sql: str, **values: object) -> object:
            counted.append(sql)
            return facts(sql, **values)

    targets = {"csat": {"default": 0.9, "team": {TEAM: 0.85}}}
    counting = Counting(view.home, view.snapshot, replace(view.catalog, targets=targets), view.records)
    numbers = []
    target_table(counting, MONTH)  # what a snapshot is asked once is known from now on
    for team in ("二班", TEAM):  # of one person, of two
        asked.clear()
        counted.clear()
        target_table(counting, MONTH, team)
        numbers.append((sum("FROM" in sql for sql in asked), len(counted)))
    assert numbers[0] == numbers[1]


def test_what_a_change_would_do(view: View, records: Records, typed: Callable[..., None]) -> None:
    typed("goals", "2026-10", "person", "1001", "csat", next_target="0.92")
    typed("goals", "2026-10", "team", TEAM, "csat", next_target="0.9")
    take(records, key_of(YI), Step("agreed", "王组长", form_number="1", content="[]"), "local")
    table = target_table(view, MONTH, TEAM)
    stranger = Subject("person", "9999", "9999", "无此人")
    broken = Problem("next_target", "“{text}” is not a number.", "Write it.", text="abc")
    changes = plan_changes(
        table,
        [
            asked(JIA, "0.95", 1),
            asked(JIA, "10", indicator="handling_time"),
            asked(JIA, "0.05", 7, indicator="transfer"),
            asked(table.unit.subject, "0.90", 1),
            asked(YI, "0.95"),
            asked(stranger, "0.95"),
            asked(JIA, "0.95", indicator="service_level"),
            asked(JIA, "多", indicator="qa_score"),
            replace(asked(JIA, "abc", indicator="attendance"), problem=broken),
        ],
    )
    assert statuses(changes) == [
        "changed", "new", "stale", "same", "locked", "invalid", "invalid", "invalid", "invalid",
    ]  # fmt: skip
    assert (changes[0].before, changes[0].after, changes[0].version) == ("0.92", "0.95", 1)
    assert changes[-1].problem is broken
    assert changes[5].sheet is None


def test_a_locked_target_asked_for_as_it_is_changes_nothing(
    view: View, records: Records, typed: Callable[..., None]
) -> None:
    typed("goals", "2026-10", "person", "1001", "csat", next_target="0.92")
    take(records, key_of(JIA), Step("agreed", "王组长", form_number="1", content="[]"), "local")
    assert statuses(plan_changes(target_table(view, MONTH, TEAM), [asked(JIA, "0.92", 0)])) == ["same"]


def test_one_target_given_twice(view: View) -> None:
    table = target_table(view, MONTH, TEAM)
    assert statuses(plan_changes(table, [asked(JIA, "0.9"), asked(JIA, "0.9")])) == ["new"]
    assert statuses(plan_changes(table, [asked(JIA, "0.9"), asked(JIA, "0.8")])) == ["new", "invalid"]


def taken(view: View, *wanted: Asked) -> list[TargetChange]:
    return plan_changes(target_table(view, MONTH, TEAM), wanted)


def test_changes_are_saved_with_their_versions_and_a_trail(view: View, records: Records) -> None:
    unit = target_table(view, MONTH, TEAM).unit.subject
    assert (
        apply(records, taken(view, asked(JIA, "0.92"), asked(YI, "0.91"), asked(unit, "0.9")), "local") == 3
    )
    assert apply(records, taken(view, asked(JIA, "0.95", 1), asked(YI, "0.91", 1)), "local") == 1
    assert apply(records, taken(view, asked(JIA, "", 2)), "local") == 1
    table = target_table(view, MONTH, TEAM)
    found = [(line.typed["csat"].value, line.typed["csat"].version) for line in table.lines]
    assert found == [("0.9", 1), ("", 3), ("0.91", 1)]
    assert records.verify_trail() == 5


def test_one_stale_version_refuses_all_and_says_which(
    view: View, records: Records, typed: Callable[..., None]
) -> None:
    changes = taken(view, asked(JIA, "0.92"), asked(YI, "0.91"))
    typed("goals", "2026-10", "person", "1002", "csat", next_target="0.7")  # in another window
    with pytest.raises(Problem) as refused:
        apply(records, changes, "local")
    assert "样例员工02" in str(refused.value)
    assert records.cells(key_of(JIA)) == {}
    assert records.cells(key_of(YI))["csat", "next_target"].value == "0.7"
    assert statuses(taken(view, asked(JIA, "0.92"), asked(YI, "0.91"))) == ["new", "stale"]


def test_a_sheet_agreed_in_between_refuses_all(view: View, records: Records) -> None:
    changes = taken(view, asked(JIA, "0.92"), asked(YI, "0.91"))
    take(records, key_of(YI), Step("agreed", "王组长", form_number="1", content="[]"), "local")
    with pytest.raises(Problem, match="agreed"):
        apply(records, changes, "local")
    assert records.cells(key_of(JIA)) == {}


@pytest.mark.parametrize("wrong", [asked(JIA, "many"), asked(YI, "0.9", 3)])
def test_what_cannot_be_taken_is_refused_whole(view: View, records: Records, wrong: Asked) -> None:
    with pytest.raises(Problem):
        apply(records, taken(view, asked(JIA, "0.92", indicator="qa_score"), wrong), "local")
    assert records.cells(key_of(JIA)) == {}


def test_last_months_targets_are_copied_where_none_is_typed(
    view: View, records: Records, typed: Callable[..., None]
) -> None:
    typed("goals", "2026-09", "person", "1001", "csat", next_target="0.8")
    typed("goals", "2026-10", "person", "1001", "qa_score", next_target="0.5")
    take(records, key_of(YI), Step("agreed", "王组长", form_number="1", content="[]"), "local")
    table = target_table(view, MONTH, TEAM)
    wanted = copy_last_month(table)
    own = {one.indicator: one.value for one in wanted if one.subject == table.people[0].subject}
    assert own == {  # handling time and complaints have no target; the QA score is typed
        "transfer": "0.1", "first_contact_resolution": "0.8", "csat": "0.8", "promise_kept": "0.95",
        "attendance": "0.98",
    }  # fmt: skip
    assert not [one for one in wanted if one.subject.key == "1002"]
    changes = plan_changes(table, wanted)
    assert set(statuses(changes)) == {"new"}
    apply(records, changes, "local")
    assert copy_last_month(target_table(view, MONTH, TEAM)) == []


def test_an_emptied_target_is_copied_over_at_its_version(view: View, records: Records) -> None:
    apply(records, taken(view, asked(JIA, "0.92")), "local")
    apply(records, taken(view, asked(JIA, "", 1)), "local")
    wanted = [one for one in copy_last_month(target_table(view, MONTH, TEAM)) if one.indicator == "csat"]
    assert [(one.value, one.version) for one in wanted if one.subject.key == "1001"] == [("0.9", 2)]


def test_a_team_without_people_has_its_own_line(view_of: Callable[..., View]) -> None:
    table: TargetTable = target_table(view_of(), MONTH)
    assert (table.unit.subject, table.people) == (Subject(), ())
