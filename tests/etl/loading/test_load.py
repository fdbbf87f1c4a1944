"""Files in, facts out: every row accounted for, in any order, under any name."""

from __future__ import annotations

import duckdb
import pytest

from etl.contracts.facts import CONTRACTS
from etl.errors import Problem
from etl.home import Home
from etl.loading.load import load
from etl.loading.report import report_json
from etl.snapshots.snapshot import building, current, current_id

GOOD = "C1,2026-10-01 09:00:00,是,0042,12,200,13800138000"
IDENTITY = ("loaded", "updated", "duplicate", "rejected", "ignored")


def only(report):
    """The one file of a report, after its accounting identity was checked."""
    (file,) = report_json(report)["files"]
    assert file["rows_read"] == sum(file[name] for name in IDENTITY)
    return file


def facts(home, table, columns="*", order="1"):
    return current(home).query(f"SELECT {columns} FROM {table} ORDER BY {order}").rows()


def test_a_plain_file_becomes_facts(home, calls):
    file = only(load(home, [calls("calls.csv", GOOD, "C2,2026-10-01 09:05:00,否,,4,,")]))
    assert (file["source"], file["loaded"], file["facts"]) == ("plain_calls", 2, 2)
    assert facts(home, "calls", "call_id, agent_id, answered, wait_s, direction") == [
        ("C1", "42", True, 12.0, "in"),
        ("C2", None, False, 4.0, "in"),
    ]
    assert facts(home, "people") == [("42", "0042", None)]


@pytest.mark.parametrize(
    ("row", "rule", "column"),
    [
        ("C3,01/10/2026 09:00,是,0042,1,1,", "unreadable_time", "started_at"),
        (",2026-10-01 09:00:00,是,0042,1,1,", "missing", "call_id"),
        ("C3,2026-10-01 09:00:00,maybe,0042,1,1,", "unreadable_flag", "answered"),
        ("C3,2026-10-01 09:00:00,是,0042,soon,1,", "unreadable_seconds", "wait_s"),
        ("C3,2026-10-01 09:00:00,是,0042", "wrong_number_of_cells", None),
        ("C3,2026-10-01 09:00:00,是,0042,1,1,,x", "wrong_number_of_cells", None),
    ],
)
def test_a_bad_row_is_set_aside_with_its_place_and_rule(home, calls, row, rule, column):
    file = only(load(home, [calls("calls.csv", GOOD, row)]))
    assert (file["loaded"], file["rejected"], file["reject_rules"]) == (1, 1, {rule: 1})
    assert facts(home, "rejects", 'file_row, "column", rule') == [(3, column, rule)]


def test_an_implausible_measure_is_loaded_as_unknown_and_audited(home, calls):
    only(load(home, [calls("calls.csv", "C1,2026-10-01 09:00:00,是,1,-3,90000,")]))
    assert facts(home, "calls", "wait_s, talk_s") == [(None, None)]
    assert facts(home, "audits", "audit, found") == [("implausibly_long", 1), ("negative_duration", 1)]


def test_the_last_row_of_a_key_wins_and_repeats_are_told_apart(home, calls):
    later = GOOD.replace(",12,", ",15,")
    file = only(load(home, [calls("calls.csv", GOOD, GOOD, later)]))
    assert (file["loaded"], file["duplicate"], file["updated"], file["facts"]) == (1, 1, 1, 1)
    assert facts(home, "calls", "wait_s, file_row") == [(15.0, 4)]


def test_another_file_repeats_and_updates_what_is_loaded(home, calls):
    load(home, [calls("a.csv", GOOD)])
    file = only(load(home, [calls("b.csv", GOOD, "C2,2026-10-01 10:00:00,是,42,1,1,")]))
    assert (file["loaded"], file["duplicate"]) == (1, 1)
    file = only(load(home, [calls("c.csv", GOOD.replace(",200,", ",201,"))]))
    assert (file["updated"], file["loaded"]) == (1, 0)
    assert facts(home, "calls", "call_id, talk_s") == [("C1", 201.0), ("C2", 1.0)]


def test_unchanged_goes_by_content_not_by_name(home, calls):
    load(home, [calls("a.csv", GOOD)])
    before = current_id(home)
    assert only(load(home, [calls("copy.csv", GOOD)]))["status"] == "unchanged"
    assert current_id(home) == before
    assert only(load(home, [calls("a.csv", GOOD + "0")]))["status"] == "loaded"


def test_either_order_and_both_at_once_give_the_same_facts(tmp_path, calls):
    january = calls("january.csv", "A,2026-01-31 23:59:59,是,1,1,1,", "B,2026-01-05 09:00:00,否,,9,,")
    february = calls("february.csv", "C,2026-02-01 00:00:00,是,2,1,1,13900139000")
    tables = {}
    for name, steps in {
        "ab": [[january], [february]],
        "ba": [[february], [january]],
        "both": [[january, february]],
    }.items():
        home = Home(tmp_path / name)
        home.create()
        (home.path / "customer.key").write_text("00" * 32)
        for step in steps:
            load(home, step)
        tables[name] = facts(home, "calls", "* EXCLUDE (file_id, file_row)", "call_id") + facts(
            home, "loaded_days", order="ALL"
        )
    assert tables["ab"] == tables["ba"] == tables["both"]
    assert len(tables["ab"]) == 6


def test_a_folder_loads_its_files_and_says_what_it_left(home, calls, tmp_path):
    folder = tmp_path / "inbox"
    (folder / "older").mkdir(parents=True)
    calls("a.csv", GOOD).rename(folder / "a.csv")
    (folder / "README.md").write_text("# not data")
    report = load(home, [folder])
    assert [file.status for file in report.files] == ["loaded"]
    assert [name.rsplit("/", 1)[-1] for name in report.skipped] == ["README.md", "older"]


def test_customer_numbers_are_nowhere_in_the_home(home, calls, write):
    number = "13800138000"
    load(
        home,
        [
            calls(
                "calls.csv",
                GOOD,
                f"C2,{number},是,1,1,1,{number}",  # shifted by one column
                f"C3,2026-10-01 09:00:00,是,1,1,1,{number},{number}",  # too many cells
            ),
            write("tickets.csv", "工单编号,受理时间,客户号码", f"T1,2026-10-01 09:00:00,+86 {number}"),
        ],
    )
    hit = [path for path in home.path.rglob("*") if path.is_file() and number.encode() in path.read_bytes()]
    assert hit == []
    keys = current(home).query("SELECT customer_key FROM calls UNION SELECT customer_key FROM tickets").rows()
    assert len(keys) == 1
    assert facts(home, "calls", "customer_shown") == [("138****8000",)]
    texts = [
        value
        for table in [*CONTRACTS, "rejects", "audit_rows", "files"]
        for row in current(home).query(f'SELECT * FROM "{table}"').rows()
        for value in row
    ]
    assert texts
    assert not [value for value in texts if number in str(value)]


def test_a_dry_run_counts_and_leaves_nothing(home, calls):
    report = load(home, [calls("a.csv", GOOD)], dry_run=True)
    assert only(report)["loaded"] == 1
    assert not home.exists
    load(home, [calls("a.csv", GOOD)])
    before = current_id(home)
    assert only(load(home, [calls("b.csv", GOOD + "1")], dry_run=True))["updated"] == 1
    assert current_id(home) == before


def test_a_failing_check_publishes_nothing(home, calls):
    def refuse(con: duckdb.DuckDBPyConnection) -> None:
        raise Problem("roll-up", "differs from the facts.", "")

    load(home, [calls("a.csv", GOOD)])
    before = sorted(home.snapshots.iterdir()), current_id(home)
    with pytest.raises(Problem, match="differs"):
        load(home, [calls("b.csv", GOOD.replace("C1", "C9"))], check=refuse)
    assert (sorted(home.snapshots.iterdir()), current_id(home)) == before


def test_three_snapshots_are_kept(home, calls):
    for number in range(5):
        load(home, [calls("a.csv", GOOD.replace("C1", f"C{number}"))])
    names = sorted(path.stem for path in home.snapshots.glob("*.duckdb"))
    assert names == ["000003", "000004", "000005"]
    assert current_id(home) == "000005"


def test_an_open_snapshot_is_read_while_another_load_publishes(home, calls):
    load(home, [calls("a.csv", GOOD)])
    open_before = current(home)
    load(home, [calls("b.csv", GOOD.replace("C1", "C2"))])
    assert open_before.query("SELECT count(*) FROM calls").item() == 1
    assert current(home).query("SELECT count(*) FROM calls").item() == 2


def test_one_load_at_a_time(home, calls):
    path = calls("a.csv", GOOD)
    with building(home), pytest.raises(Problem, match="Another load"):
        load(home, [path])
