"""What people type: read, refused with a sentence, saved with its version, never merged."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from dashboard.markup.fields import target_shown
from dashboard.server.access import Person, who
from dashboard.server.saving import read_sheet, save_field, stored_text
from dashboard.words.translate import problem_text
from dashboard.words.typed import parse_target
from etl.errors import Problem
from etl.home import Home
from kpi.figures.subjects import find_subject
from kpi.figures.view import open_view
from kpi.records.cycle_kept import take
from kpi.records.steps import Step
from kpi.scope import Scope, parse_month
from kpi.sheets.goals import goal_sheet, sheet_key

ME = Person("local", "administrator")
SHEET = {"kind": "goals", "month": "2026-10", "subject_kind": "person", "subject_key": "1001"}


def sent(indicator: str, field: str, value: str, version: int = 0, **sheet: str) -> dict:
    return {
        "sheet": SHEET | sheet,
        "indicator": indicator,
        "field": field,
        "value": value,
        "version": version,
        "lang": "en",
    }


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("90", "share", 0.9),
        ("90%", "share", 0.9),
        ("92.5 %", "share", 0.925),
        ("0.5%", "share", 0.005),
        ("0", "share", 0.0),
        ("85％", "share", 0.85),
        ("1", "share", 0.01),
        ("100", "share", 1.0),
        ("20", "seconds", 20.0),
        ("20秒", "seconds", 20.0),
        ("20 s", "seconds", 20.0),
        ("20 SEC", "seconds", 20.0),
        ("1,200", "count", 1200.0),
        ("12,345,678 件", "count", 12_345_678.0),
        ("3通", "count", 3.0),
        ("0.5‰", "per_1000", 0.5),
        ("0.5 次/千次", "per_1000", 0.5),
        ("4.5分", "points", 4.5),
        ("-12.5 分", "net", -12.5),
        ("100", "net", 100.0),
        (".5", "seconds", 0.5),
        ("0.5", "per_1000", 0.5),
    ],
)
def test_targets_are_read_in_the_unit_shown(text: str, unit: str, value: float) -> None:
    assert parse_target(text, unit) == pytest.approx(value)
    # What is stored is the plain number that the next month looks for.
    assert float(stored_text("goals", "next_target", text, unit)) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "unit"),
    [("many", "share"), ("120%", "share"), ("-1", "seconds"), ("20%", "seconds"), ("1e5", "share"), ("9 0", "share"), ("", "share"),
     ("1,5", "count"), ("1,2000", "count"), (",200", "count"), ("85分", "share"), ("20 min", "seconds"), ("20次", "seconds"),
     ("3 s", "count"), ("5‰", "share"), ("4.5 of 5", "points"), ("-101", "net"), ("100.5", "net"), ("-5", "points"), ("9" * 400, "count")],
)  # fmt: skip
def test_unreadable_targets_are_refused(text: str, unit: str) -> None:
    with pytest.raises(Problem):
        parse_target(text, unit)


def test_a_share_that_could_be_a_fraction_asks_for_its_sign() -> None:
    with pytest.raises(Problem) as caught:
        parse_target("0.85", "share")
    assert problem_text(caught.value, "en")[1:] == ("Is that 85% or 0.85%?", "Write the percent sign.")


@pytest.mark.parametrize("unit", ["share", "seconds", "count", "per_1000", "points"])
@pytest.mark.parametrize("stored", ["0", "0.0001", "0.0085", "0.01", "0.85", "0.999", "1"])
def test_an_unchanged_target_can_be_saved_again(stored: str, unit: str) -> None:
    assert float(stored_text("goals", "next_target", target_shown(stored, unit), unit)) == float(stored)


def test_full_width_digits_are_digits() -> None:
    assert stored_text("goals", "next_target", " 92.5%", "share") == "0.925"


def test_a_saved_text_stands_on_the_sheet_and_a_target_in_next_month(home: Home) -> None:
    assert save_field(home, sent("csat", "cause", "新人较多\n<b>"), ME) == (
        200,
        {"version": 1, "shown": "新人较多\n<b>"},
    )
    assert save_field(home, sent("csat", "next_target", "85%"), ME) == (200, {"version": 1, "shown": "85"})
    assert save_field(home, sent("", "meeting_date", "2026-11-03"), ME)[0] == 200
    view = open_view(home)
    scope = Scope(parse_month("2026-10"), find_subject(view, agent="1001"))
    sheet = goal_sheet(view, scope)
    row = next(row for row in sheet.rows if row.figure.indicator.key == "csat")
    assert (row.cause.value, row.next_target.value, sheet.meeting_date.value) == (
        "新人较多\n<b>",
        "0.85",
        "2026-11-03",
    )
    following = goal_sheet(view, Scope(parse_month("2026-11"), scope.subject))
    agreed = next(row.figure for row in following.rows if row.figure.indicator.key == "csat")
    assert (agreed.target, agreed.target_source) == (0.85, "agreed")


def test_what_is_needed_from_above_is_saved_for_the_sheet_as_a_whole(home: Home) -> None:
    assert (
        save_field(home, sent("", "support_needed", "加线，电 13812345678"), ME)[1]["shown"]
        == "加线，电 138****5678"
    )
    assert save_field(home, sent("", "support_owner", "王经理"), ME)[0] == 200
    assert save_field(home, sent("", "status_of_support", "done"), ME)[0] == 200
    assert save_field(home, sent("", "status_of_support", "gone"), ME)[0] == 422
    assert save_field(home, sent("csat", "support_needed", "x"), ME)[0] == 422, "it belongs to no indicator"


def test_a_stale_save_is_refused_with_both_texts_kept(home: Home) -> None:
    assert save_field(home, sent("csat", "cause", "first"), ME)[0] == 200
    status, answer = save_field(home, sent("csat", "cause", "second", version=0), ME)
    assert (status, answer["version"], answer["shown"]) == (409, 1, "first")
    assert answer["message"].startswith("Changed elsewhere")
    assert save_field(home, sent("csat", "cause", "second", version=1), ME) == (
        200,
        {"version": 2, "shown": "second"},
    )


def test_the_same_text_from_a_second_window_is_no_conflict(home: Home) -> None:
    for _ in range(2):
        assert save_field(home, sent("csat", "cause", "same"), ME) == (200, {"version": 1, "shown": "same"})


@pytest.mark.parametrize(
    ("message", "changed"),
    [
        ("“soon” is not a date.", sent("", "meeting_date", "soon")),
        ("“many” is not a number.", sent("csat", "next_target", "many")),
        ("“6” is not a rating.", sent("teamwork", "score", "6", kind="appraisal")),
        ("This field does not exist.", sent("nonsense", "cause", "x")),
        ("This field does not exist.", sent("csat", "meeting_date", "2026-11-03")),
        ("This field does not exist.", sent("", "cause", "x")),
        ("This field does not exist.", sent("csat", "score", "4")),
        ("This field does not exist.", sent("csat", "cause", "x", kind="other")),
        ("This field does not exist.", sent("csat", "cause", "x", subject_kind="all")),
        ("This field does not exist.", sent("csat", "cause", "x", subject_key="")),
        ("“2026-13” is not a month.", sent("csat", "cause", "x", month="2026-13")),
        ("This field does not exist.", {"sheet": None, "indicator": "csat", "field": "cause"}),
    ],
)
def test_what_cannot_be_saved_is_said_and_changes_nothing(home: Home, message: str, changed: dict) -> None:
    status, answer = save_field(home, changed, ME)
    assert status == 422
    assert answer["message"].startswith(message)
    records = open_view(home).records
    assert records is None or records.verify_trail() == 0


def test_a_version_that_is_no_number_is_refused(home: Home) -> None:
    assert save_field(home, sent("csat", "cause", "x") | {"version": "x"}, ME)[0] == 422


def test_nothing_is_saved_where_nothing_was_loaded(homes: dict[str, Home]) -> None:
    assert save_field(homes["empty"], sent("csat", "cause", "x"), ME) == (
        422,
        {"message": "Nothing has been loaded yet. Load your files first."},
    )
    assert not homes["empty"].exists


def test_everybody_on_this_computer_is_its_administrator() -> None:
    assert who() == ME


def test_a_cause_is_of_a_known_kind_and_a_measure_in_a_known_state(home: Home) -> None:
    assert save_field(home, sent("csat", "category", "lacking_skill"), ME)[0] == 200
    assert save_field(home, sent("csat", "status", "done"), ME)[0] == 200
    assert save_field(home, sent("csat", "due", "2026-11-20"), ME)[0] == 200
    for field, value in (("category", "weather"), ("status", "perhaps"), ("due", "soon")):
        status, answer = save_field(home, sent("transfer", field, value), ME)
        assert status == 422, field
        assert answer["message"]
    (row,) = (
        row
        for row in goal_sheet(open_view(home), sheet_scope(home)).rows
        if row.figure.indicator.key == "csat"
    )
    assert (row.kind_of_cause.key, row.status.value, row.due.value) == ("lacking_skill", "done", "2026-11-20")


def test_the_interview_record_belongs_to_the_sheet_and_to_no_indicator(home: Home) -> None:
    assert save_field(home, sent("", "statement", "工作量大"), ME)[0] == 200
    assert save_field(home, sent("csat", "statement", "x"), ME)[0] == 422
    assert save_field(home, sent("", "cause", "x"), ME)[0] == 422
    assert goal_sheet(open_view(home), sheet_scope(home)).record["statement"].value == "工作量大"


def test_an_agreed_sheet_is_not_typed_into_and_other_windows_hear_of_it(home: Home) -> None:
    save_field(home, sent("csat", "next_target", "91"), ME)
    before = read_sheet(home, SHEET)
    assert (before["state"], before["fields"]["csat.next_target"]) == ("draft", {"value": "91", "version": 1})
    view = open_view(home)
    take(view.records, sheet_key(sheet_scope(home)), Step("agreed", "王组长", content="[]"), "local")
    status, answer = save_field(home, sent("csat", "next_target", "92", version=1), ME)
    assert status == 422
    assert "was agreed" in answer["message"]
    assert read_sheet(home, SHEET) == before | {"state": "agreed"}


def sheet_scope(home: Home) -> Scope:
    return Scope(parse_month("2026-10"), find_subject(open_view(home), agent="1001"))


def test_every_kind_of_sheet_can_be_followed_and_no_other(home: Home) -> None:
    appraisal = SHEET | {"kind": "appraisal"}
    save_field(home, sent("attitude", "example", "主动", kind="appraisal"), ME)
    found = read_sheet(home, appraisal)
    assert found["fields"] == {"attitude.example": {"value": "主动", "version": 1}}
    for wrong in ({"kind": "month"}, {"subject_kind": "all"}, {"month": "soon"}):
        with pytest.raises(Problem):
            read_sheet(home, SHEET | wrong)


def test_a_busy_database_is_no_fault_of_the_text(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "kpi.records.database._PRAGMAS", ("PRAGMA busy_timeout=50", "PRAGMA journal_mode=WAL")
    )
    assert save_field(home, sent("csat", "cause", "first"), ME)[0] == 200
    with closing(sqlite3.connect(home.path / "records.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        status, answer = save_field(home, sent("csat", "cause", "second", 1), ME)
        assert (status, answer) == (
            503,
            {
                "message": "Another program is writing to the records. Nothing was saved; try again in a moment."
            },
        )
        other.execute("ROLLBACK")
    assert save_field(home, sent("csat", "cause", "second", 1), ME)[0] == 200
