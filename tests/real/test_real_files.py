"""The figures of files that nobody here wrote, counted by hand from the raw text."""

from __future__ import annotations

import csv
import shutil

import pytest

from etl.home import Home
from etl.loading.report import report_json
from etl.snapshots.snapshot import current
from kpi.figures.figures import figures
from kpi.figures.subjects import find_subject
from kpi.figures.view import open_view
from kpi.loading.load import load_files
from kpi.scope import Scope, parse_month

JANUARY, FEBRUARY = "bank_calls_1999-01.txt", "bank_calls_1999-02.txt"


def loaded(home, *steps):
    for step in steps:
        report = load_files(home, step)
    return report


@pytest.fixture(scope="module")
def bank(tmp_path_factory, real):
    home = Home(tmp_path_factory.mktemp("bank") / "home")
    loaded(home, [real / JANUARY], [real / FEBRUARY])
    return home


def indicator(home, key, month, **who):
    view = open_view(home)
    (figure,) = figures(view, Scope(parse_month(month), find_subject(view, **who)), keys=[key])
    return figure


def test_every_row_of_the_bank_log_is_accounted_for(tmp_path, real):
    (file,) = report_json(loaded(Home(tmp_path), [real / JANUARY]))["files"]
    assert (file["rows_read"], file["loaded"], file["ignored"], file["facts"]) == (
        31_599,
        31_359,
        240,
        31_359,
    )
    assert file["rows_read"] == sum(
        file[name] for name in ("loaded", "updated", "duplicate", "rejected", "ignored")
    )
    query = current(Home(tmp_path)).query
    (counts,) = query("""
        SELECT count(*) FILTER (answered), count(*) FILTER (answered AND agent_id IS NULL),
            count(*) FILTER (NOT answered), count(*) FILTER (NOT answered AND wait_s < 5)
        FROM calls""").rows()
    assert counts == (27_060, 490, 4_299, 1_346)
    audits = dict(query("SELECT audit, found FROM audits WHERE file_id IS NOT NULL").rows())
    # 24 customers stand there as 6.02E+11 or 3.27E+11.
    assert audits == {"negative_duration": 33, "service_before_queue_end": 10_700, "rounded_customers": 24}


@pytest.mark.parametrize(
    ("month", "numerator", "denominator"), [("1999-01", 16_402, 30_013), ("1999-02", 16_209, 30_906)]
)
def test_the_service_level_of_the_bank(bank, month, numerator, denominator):
    figure = indicator(bank, "service_level", month)
    assert (figure.numerator, figure.denominator) == (numerator, denominator)


def test_unassigned_calls_count_for_everyone_and_for_no_person(bank):
    handled = current(bank).query("""
        SELECT people.shown, count(*) FROM calls JOIN people USING (agent_id)
        WHERE answered AND business_date BETWEEN DATE '1999-01-01' AND DATE '1999-01-31' GROUP BY ALL""")
    people = dict(handled.rows())
    assert indicator(bank, "handled", "1999-01").numerator == 27_060 == sum(people.values()) + 490
    for name, calls in people.items():
        assert indicator(bank, "handled", "1999-01", agent=name).numerator == calls


def test_either_order_and_both_at_once_give_the_same_figures(bank, tmp_path, real):
    homes = [bank, Home(tmp_path / "turned"), Home(tmp_path / "both")]
    for home in homes[1:]:
        home.create()
        shutil.copy(bank.path / "customer.key", home.path / "customer.key")
    loaded(homes[1], [real / FEBRUARY], [real / JANUARY])
    loaded(homes[2], [real / JANUARY, real / FEBRUARY])
    answers = []
    for home in homes:
        view = open_view(home)
        answers.append(
            [
                (figure.numerator, figure.denominator, figure.low, figure.coverage)
                for month in ("1999-01", "1999-02")
                for figure in figures(view, Scope(parse_month(month), find_subject(view)))
            ]
        )
    assert answers[0] == answers[1] == answers[2]


def test_a_copy_is_unchanged_and_one_changed_byte_is_not(bank, tmp_path, real):
    copy = tmp_path / "x.dat"
    copy.write_bytes((real / JANUARY).read_bytes())
    home = Home(tmp_path / "home")
    shutil.copytree(bank.path, home.path)
    assert report_json(loaded(home, [copy]))["files"][0]["status"] == "unchanged"
    copy.write_bytes(copy.read_bytes().replace(b"0:03:09", b"0:03:19", 1))
    (file,) = report_json(loaded(home, [copy]))["files"]
    assert (file["status"], file["duplicate"], file["loaded"], file["updated"]) == ("loaded", 31_359, 0, 0)


def test_renamed_and_with_its_columns_reversed(bank, tmp_path, real):
    with (real / JANUARY).open(newline="") as file:
        rows = list(csv.reader(file, delimiter="\t"))
    turned = tmp_path / "x.dat"
    with turned.open("w", newline="") as file:
        csv.writer(file, delimiter="\t").writerows(row[::-1] for row in rows)
    home = Home(tmp_path / "home")
    (file,) = report_json(loaded(home, [turned]))["files"]
    assert (file["source"], file["loaded"]) == ("bank_calls", 31_359)
    for key in ("service_level", "handling_time", "abandonment"):
        one, other = indicator(home, key, "1999-01"), indicator(bank, key, "1999-01")
        assert (one.numerator, one.denominator) == (other.numerator, other.denominator)


def test_the_phonenow_workbook(tmp_path, real):
    home = Home(tmp_path)
    calls, surveys = report_json(loaded(home, [real / "phonenow_calls.xlsx"]))["files"]
    assert (calls["table"], calls["rows_read"], calls["loaded"]) == ("calls", 5000, 5000)
    assert (surveys["table"], surveys["rows_read"], surveys["loaded"], surveys["ignored"]) == (
        "surveys", 5000, 4054, 946,
    )  # fmt: skip
    (answered, satisfied) = (
        current(home)
        .query("""
        SELECT (SELECT count(*) FROM calls WHERE answered AND business_date < DATE '2021-02-01'),
            (SELECT count(*) FROM surveys WHERE score >= 4 AND business_date < DATE '2021-02-01')""")
        .row(0)
    )
    assert indicator(home, "connection_rate", "2021-01").numerator == answered
    assert indicator(home, "csat", "2021-01").numerator == satisfied
    assert indicator(home, "csat_response", "2021-01").value is None
