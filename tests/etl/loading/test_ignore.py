"""Rules in config/ignore.toml: what they fit is counted as ignored, and no longer a fact."""

from __future__ import annotations

import pytest

from dashboard.commands.check import faults
from etl.errors import Problem
from etl.loading.ignore import load_ignore
from etl.loading.load import load
from etl.loading.report import report_json
from etl.snapshots.snapshot import current

ROWS = (
    "C1,2026-10-01 09:00:00,是,1001,5,60,13800138000",
    "C2,2026-10-01 09:01:00,是,9001,5,60,13900139000",
    "C3,2026-10-01 09:02:00,否,,5,,13900139000",
    "C4,2026-10-01 09:03:00,是,1002,5,0,",
    "C5,2026-10-01 09:04:00,talk,1002,5,0,",
)


@pytest.fixture
def rules(home):
    def write(text):
        home.create()
        (home.config / "ignore.toml").write_text(text, encoding="utf-8")

    return write


def load_calls(home, path, **options):
    (file,) = report_json(load(home, [path], **options))["files"]
    assert file["rows_read"] == sum(
        file[name] for name in ("loaded", "updated", "duplicate", "rejected", "ignored")
    )
    return file


def kept(home):
    return [row[0] for row in current(home).query("SELECT call_id FROM calls ORDER BY call_id").rows()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[[calls]]\nagent_id = 9001\n", ["C1", "C3", "C4"]),
        ('[[calls]]\nagent_id = ["09001", "1001.0"]\n', ["C3", "C4"]),
        ('[[calls]]\ncustomer = "139-0013-9000"\n', ["C1", "C4"]),
        ('[[calls]]\ncustomer = "13900139000"\nanswered = false\n', ["C1", "C2", "C4"]),
        ("[[calls]]\nanswered = false\n[[calls]]\ntalk_s = 0\n", ["C1", "C2"]),
        ('[[calls]]\ncall_id = "c1"\n', ["C2", "C3", "C4"]),
        ('[[calls]]\ndirection = "呼入"\n', []),
        ('[[calls]]\nqueue = "x\' OR 1=1 --"\n', ["C1", "C2", "C3", "C4"]),
        ('[[tickets]]\nstatus = "test"\n', ["C1", "C2", "C3", "C4"]),
    ],
)
def test_what_a_rule_fits_is_counted_as_ignored(home, calls, rules, text, expected):
    rules(text)
    file = load_calls(home, calls("calls.csv", *ROWS))
    assert kept(home) == expected
    assert file["loaded"] == len(expected)
    assert file["ignored"] + file["rejected"] == 5 - len(expected)


def test_a_row_that_is_not_wanted_need_not_be_readable(home, calls, rules):
    rules("[[calls]]\nagent_id = 1002\n")
    file = load_calls(home, calls("calls.csv", *ROWS))
    assert (file["ignored"], file["rejected"]) == (2, 0)


def test_a_rule_written_later_takes_out_what_is_loaded_and_one_taken_back_brings_it_again(home, calls, rules):
    path = calls("calls.csv", *ROWS)
    load_calls(home, path)
    assert kept(home) == ["C1", "C2", "C3", "C4"]
    rules("[[calls]]\nagent_id = 9001\n")
    assert load_calls(home, path)["status"] == "loaded"  # the same bytes, but not the same facts
    assert kept(home) == ["C1", "C3", "C4"]
    days = current(home).query("SELECT facts FROM loaded_days WHERE contract = 'calls'").rows()
    assert days == [(3,)]
    rules("")
    load_calls(home, path)
    assert kept(home) == ["C1", "C2", "C3", "C4"]


def test_a_rule_takes_out_facts_of_files_that_are_not_loaded_again(home, calls, rules):
    load_calls(home, calls("one.csv", *ROWS))
    rules("[[calls]]\nagent_id = [9001]\n")
    load_calls(home, calls("two.csv", "D1,2026-10-02 09:00:00,是,1001,5,60,"))
    assert kept(home) == ["C1", "C3", "C4", "D1"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[[calls]\n", "This is not TOML"),
        ('[[call]]\nqueue = "x"\n', "call"),
        ('[calls]\nqueue = "x"\n', "calls"),
        ('[[calls]]\nqueu = "x"\n', "calls.queu"),
        ('[[calls]]\ndirection = "sideways"\n', "calls.direction"),
        ('[[calls]]\nanswered = "no"\n', "calls.answered"),
        ('[[calls]]\ntalk_s = "0"\n', "calls.talk_s"),
        ("[[calls]]\ntalk_s = nan\n", "calls.talk_s"),
        ("[[calls]]\nstarted_at = 2026-10-01\n", "calls.started_at"),
        ("[[calls]]\nqueue = []\n", "calls.queue"),
        ('[[calls]]\nqueue = "x"\n[[calls]]\n', "calls"),
    ],
)
def test_a_faulty_rule_is_named_and_found_by_check(home, calls, rules, text, fault):
    rules(text)
    with pytest.raises(Problem) as caught:
        load_ignore(home.config)
    assert fault in str(caught.value)
    assert [line for line in faults(home, "en") if "ignore.toml" in line]
    with pytest.raises(Problem):
        load(home, [calls("calls.csv", *ROWS)])
