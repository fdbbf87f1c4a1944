"""Corrections as records: nobody's draft is in force, nothing is deleted, every step is in the trail."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from etl.corrections.corrections import Correction
from etl.errors import Problem
from kpi.records import open_records, trail
from kpi.records.corrections import (
    CorrectionRecord,
    add,
    all_corrections,
    approve,
    approved,
    withdraw,
)

OUTAGE = Correction(
    0,
    "exclude",
    "calls",
    starts_at=datetime(2026, 10, 12, 14),
    ends_at=datetime(2026, 10, 12, 16),
    queue="账单",
)
ROWS = Correction(0, "reassign", "qa_reviews", keys=(("Q'1",), ("Q\n2",)), to_agent="1002")


def ask(records, what=OUTAGE, **said):
    said = {"reason": "线路中断", "evidence": "故障单 7", "asked_by": "王组长", "who": "local"} | said
    return add(records, what, **said)


def of(records, number):
    return next(one for one in all_corrections(records) if one.number == number)


def test_what_was_asked_for_is_what_is_kept(records):
    before = datetime.now(UTC)
    first, second = ask(records), ask(records, ROWS, evidence="")
    assert (first, second) == (1, 2)
    newest, oldest = all_corrections(records)
    assert oldest.what == replace(OUTAGE, correction_id=1)
    assert newest.what == replace(ROWS, correction_id=2)
    assert (oldest.reason, oldest.evidence, oldest.asked_by) == ("线路中断", "故障单 7", "王组长")
    assert (oldest.state, oldest.version, oldest.approved_at) == ("draft", 1, None)
    assert before <= oldest.created_at <= datetime.now(UTC) + timedelta(seconds=1)


def test_only_what_somebody_approved_is_in_force_in_the_order_of_approval(records):
    numbers = [ask(records) for _ in range(3)]
    assert approved(records) == []
    for number in (numbers[2], numbers[0]):
        approve(records, number, "李主管", version=1, who="local")
    assert [one.correction_id for one in approved(records)] == [3, 1]
    withdraw(records, 3, "李主管", "误报", version=2, who="local")
    assert [one.correction_id for one in approved(records)] == [1]
    assert [one.state for one in all_corrections(records)] == ["withdrawn", "draft", "approved"]


def test_without_records_there_are_no_corrections():
    assert all_corrections(None) == []
    assert approved(None) == []


@pytest.mark.parametrize(
    ("asked_by", "approved_by", "same"),
    [("王组长", "李主管", False), ("王组长", " 王 组长 ", True), ("Ann Lee", "ＡＮＮ lee", True)],
)
def test_who_approves_their_own_request_is_told_apart(records, asked_by, approved_by, same):
    number = ask(records, asked_by=asked_by)
    assert not of(records, number).same_person
    approve(records, number, approved_by, version=1, who="local")
    assert of(records, number).same_person is same


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"reason": "  "}, "A correction needs its reason."),
        ({"asked_by": ""}, "It does not say who asks for it."),
        ({"reason": "x" * 20_001}, "The text has 20001 characters"),
        ({"evidence": "a\x00b"}, "a character that cannot be saved"),
        ({"asked_by": "\ud800"}, "a character that cannot be saved"),
    ],
)
def test_what_lacks_something_is_not_kept(records, said, sentence):
    with pytest.raises(Problem, match=sentence):
        ask(records, **said)
    assert all_corrections(records) == []
    assert records.verify_trail() == 0


def test_approval_and_withdrawal_need_names_and_a_withdrawal_its_reason(records):
    number = ask(records)
    with pytest.raises(Problem, match="who approves it"):
        approve(records, number, " ", version=1, who="local")
    with pytest.raises(Problem, match="who withdraws it"):
        withdraw(records, number, "", "误报", version=1, who="local")
    with pytest.raises(Problem, match="A withdrawal needs its reason"):
        withdraw(records, number, "李主管", "", version=1, who="local")
    assert of(records, number).state == "draft"


def test_two_windows_cannot_decide_the_same_draft(records):
    number = ask(records)
    withdraw(records, number, "王组长", "写错了", version=1, who="local")
    with pytest.raises(Problem, match="Somebody changed this correction in the meantime"):
        approve(records, number, "李主管", version=1, who="local")
    for version in (1, 2):
        with pytest.raises(Problem, match="in the meantime"):
            withdraw(records, number, "李主管", "也不对", version=version, who="local")
    assert of(records, number).withdrawn_because == "写错了"
    with pytest.raises(Problem, match="There is no correction of this number"):
        approve(records, 99, "李主管", version=1, who="local")


def test_an_approved_one_is_not_approved_again(records):
    number = ask(records)
    approve(records, number, "李主管", version=1, who="local")
    with pytest.raises(Problem, match="in the meantime"):
        approve(records, number, "赵经理", version=2, who="local")
    assert of(records, number).approved_by == "李主管"


def test_every_step_is_in_the_trail_with_all_that_it_said(records, sheet):
    number = ask(records)
    records.save(sheet, "csat", "cause", "x", version=0, who="a")
    approve(records, number, "李主管", version=1, who="somebody")
    withdraw(records, number, "王组长", "误报", version=2, who="local")
    with records.engine.begin() as connection:
        steps = trail.changes(connection, trail.record_key("correction", number))
    assert [(step.version, step.who) for step in steps] == [(3, "local"), (2, "somebody"), (1, "local")]
    assert steps[2].old_value == ""
    assert [step.old_value for step in steps[:2]] == [step.new_value for step in steps[1:]]
    last = json.loads(steps[0].new_value)
    assert (last["reason"], last["approved_by"], last["withdrawn_because"]) == ("线路中断", "李主管", "误报")
    assert records.verify_trail() == 4


def run_sql(file, script):
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(script)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE corrections SET reason = 'better' WHERE id = 1",
        "UPDATE corrections SET approved_by = 'x', approved_at = '2026-10-13 00:00:00.000000' WHERE id = 1",
        "UPDATE corrections SET ends_at = '2026-10-13 00:00:00.000000' WHERE id = 1",
        "UPDATE corrections SET version = 7 WHERE id = 1",
        "DROP TRIGGER corrections_no_delete; DELETE FROM corrections WHERE id = 1",
    ],
)
def test_a_change_past_the_trail_is_found(records, file, change):
    ask(records)
    ask(records, ROWS)
    assert records.verify_trail() == 2
    run_sql(file, change)
    with pytest.raises(Problem, match="correction · 1” does not hold"):
        records.verify_trail()


def test_the_database_refuses_to_delete_a_correction(records, file):
    ask(records)
    for change in ("DELETE FROM corrections", "DELETE FROM corrections WHERE id = 1"):
        with pytest.raises(sqlite3.IntegrityError, match="withdrawn, never deleted"):
            run_sql(file, change)
    assert len(all_corrections(records)) == 1


def test_two_processes_asking_at_once_get_two_numbers(beside, url, records):
    code = """
from etl.corrections.corrections import Correction
from kpi.records.corrections import add
records = open_records(url, create=False)
print("ready", flush=True)
sys.stdin.readline()
what = Correction(0, "exclude", "calls", keys=(("C1",),))
print([add(records, what, reason="x", evidence="", asked_by="y", who="z") for _ in range(20)])
"""
    pair = [beside(code, name) for name in ("left", "right")]
    for process in pair:
        assert process.stdout.readline() == "ready\n"
    for process in pair:
        process.stdin.write("go\n")
        process.stdin.flush()
    numbers = [n for process in pair for n in json.loads(process.communicate(timeout=600)[0])]
    assert sorted(numbers) == list(range(1, 41))
    assert records.verify_trail() == 40


def test_records_of_before_get_the_table_and_keep_what_they_hold(tmp_path, sheet):
    """A database as the first version made it: its cells and trail, without corrections."""
    file = tmp_path / "old.db"
    records = open_records(f"sqlite:///{file}", create=True)
    records.save(sheet, "csat", "cause", "kept", version=0, who="a")
    records.close()
    run_sql(file, "DROP TABLE corrections; DROP TABLE steps; UPDATE alembic_version SET version_num = '0001'")
    records = open_records(f"sqlite:///{file}", create=False)
    assert records.cells(sheet)["csat", "cause"].value == "kept"
    assert all_corrections(records) == []
    assert records.verify_trail() == 1
    assert isinstance(of(records, ask(records)), CorrectionRecord)
    records.close()
