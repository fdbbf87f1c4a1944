"""Steps of a sheet's cycle as records: in order, in the trail, and never changed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date

import pytest

from etl.errors import Problem
from kpi.records import SheetKey
from kpi.records.cycle_kept import states, steps_of, take
from kpi.records.steps import Step, state_of


def test_steps_come_back_as_they_were_taken(records, sheet):
    take(records, sheet, Step("agreed", "王组长", form_number="7", scan="a.pdf", content='{"x": 1}'), "local")
    change = Step(
        "target", "王组长", because="系统切换", indicator="csat", target="0.9", from_day=date(2026, 11, 16)
    )
    take(records, sheet, change, "local")
    agreed, changed = steps_of(records, sheet)
    assert (agreed.action, agreed.form_number, agreed.scan, agreed.content) == (
        *("agreed", "7", "a.pdf", '{"x": 1}'),
    )
    assert (changed.from_day, changed.target, changed.because) == (date(2026, 11, 16), "0.9", "系统切换")
    assert (agreed.id, changed.id) == (1, 2)
    assert state_of([agreed, changed]) == "agreed"
    assert records.verify_trail() == 2


def test_sheets_of_a_month_are_told_apart(records, sheet):
    other = replace(sheet, subject_key="1002")
    take(records, sheet, Step("discussed", "a"), "local")
    take(records, other, Step("agreed", "a"), "local")
    take(records, replace(sheet, month="2026-11"), Step("agreed", "a"), "local")
    assert states(records, sheet.kind, sheet.month) == {sheet: "discussed", other: "agreed"}
    assert states(None, "goals", "2026-10") == {}


def test_a_step_that_does_not_lead_from_here_is_refused(records, sheet):
    for action in ("reopened", "closed", "target"):
        with pytest.raises(Problem, match="moved this sheet on"):
            take(records, sheet, Step(action, "a", because="x"), "local")
    assert steps_of(records, sheet) == ()


def test_a_step_on_cells_that_have_changed_is_refused(records, sheet):
    records.save(sheet, "csat", "cause", "a", version=0, who="a")
    with pytest.raises(Problem, match="typed into this sheet"):
        take(records, sheet, Step("agreed", "a"), "local", seen={})
    take(records, sheet, Step("agreed", "a"), "local", seen={("csat", "cause"): 1})


def test_only_goal_sheets_are_locked(records):
    appraisal = SheetKey("appraisal", "2026-10", "person", "1001")
    take(records, appraisal, Step("agreed", "a"), "local")
    assert records.save(appraisal, "x", "example", "typed", version=0, who="a") == 1


@pytest.mark.parametrize(
    "change", ["UPDATE steps SET form_number = '8'", "DELETE FROM steps", "UPDATE steps SET content = ''"]
)
def test_the_database_refuses_to_change_a_step(records, sheet, file, change):
    take(records, sheet, Step("agreed", "a", form_number="7", content="{}"), "local")
    with (
        closing(sqlite3.connect(file)) as connection,
        pytest.raises(sqlite3.DatabaseError, match="as it was"),
    ):
        connection.execute(change)


def test_a_step_changed_past_the_trail_is_found(records, sheet, file):
    take(records, sheet, Step("agreed", "a", form_number="7", content="{}"), "local")
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript("DROP TRIGGER steps_no_update; UPDATE steps SET content = '[]'")
    with pytest.raises(Problem, match="does not hold what the trail"):
        records.verify_trail()
