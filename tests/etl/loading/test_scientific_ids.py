"""Ids that a spreadsheet rounded are no ids: nobody's calls become one, and nobody else's."""

from __future__ import annotations

import duckdb
import pytest

from etl.loading.load import load
from etl.maps.conversions import prepare
from etl.snapshots.snapshot import current

HEADER = "通话编号,来电时间,是否接通,接听工号,客户号码"
REJECTED = 'SELECT file_row, "column", raw, rule FROM rejects ORDER BY file_row'


def call(n: int, call_id: str, agent: str = "1003", customer: str = "") -> str:
    return f"{call_id},2026-09-{1 + n % 30:02} 10:{n % 60:02}:07,是,{agent},{customer}"


@pytest.fixture(params=["python", "duckdb"])
def loaded(request, home, write, monkeypatch):
    """Load rows under the header, read by either reader; the report of the file."""
    monkeypatch.setattr("etl.loading.raw_rows.LARGE", 0 if request.param == "duckdb" else 1 << 30)
    return lambda *rows: load(home, [write("c.csv", HEADER, *rows)]).files[0]


@pytest.fixture(scope="module")
def con():
    connection = duckdb.connect()
    prepare(connection)
    return connection


ROUNDED = ["1.75931E+12", "1.8E+12", "2E+12", "1.75931e+12", " 1.75931E+12 ", "1.8E+112", "desk:1.75931E+12"]
ALIKE = ["4E12", "1.75931E12", "A+12", "1759310000001.5", "4E-12", "C1.7E+12X", "+12", "17.59E+12"]


@pytest.mark.parametrize(
    ("text", "rounded"), [*((one, True) for one in ROUNDED), *((one, False) for one in ALIKE)]
)
def test_a_rounded_number_is_told_by_its_look(con, text, rounded):
    assert con.execute("SELECT rounded_number(?)", [text]).fetchone() == (rounded,)


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_a_file_whose_ids_are_rounded_is_refused(home, loaded, share):
    report = loaded(*(call(n, "1.75931E+12" if n < 20 * share else f"C{n}") for n in range(20)))
    assert report.status == "refused"
    assert f"{20 * share:.0f} of 20 ids" in str(report.problem)
    assert "1.75931E+12" in str(report.problem)
    assert current(home) is None


def test_a_few_rounded_ids_are_set_aside(home, loaded):
    report = loaded(*(call(n, "1.75931E+12" if n in (3, 8) else f"17593100000{n:02}") for n in range(20)))
    assert (report.counts.loaded, report.counts.rejected) == (18, 2)
    assert current(home).query(REJECTED).rows() == [
        (row, "call_id", "1.75931E+12", "scientific_notation") for row in (5, 10)
    ]


def test_a_large_file_with_a_few_rounded_ids_goes_the_quick_way_all_the_same(home, loaded):
    report = loaded(*(call(n, "1.75931E+12" if n == 7 else f"C{n}") for n in range(400)))
    assert (report.status, report.counts.loaded, report.counts.rejected) == ("loaded", 399, 1)


def test_what_looks_alike_is_an_id(home, loaded):
    assert loaded(*(call(n, one) for n, one in enumerate(ALIKE))).counts.loaded == len(ALIKE)
    assert set(current(home).query("SELECT call_id FROM calls")["call_id"]) == set(ALIKE)


def test_staff_numbers_are_ids_as_well(home, loaded):
    report = loaded(*(call(n, f"C{n}", agent="1.00235E+11") for n in range(4)))
    assert report.status == "refused"
    assert "Agent ID" in str(report.problem)


def test_a_customer_whose_number_was_rounded_is_unknown_and_counted(home, loaded):
    report = loaded(
        call(1, "C1", customer="1.38001E+10"),
        call(2, "C2", customer="1.38001E+10"),
        call(3, "C3", customer="13800138000"),
    )
    customers = (
        current(home).query("SELECT customer_key IS NULL, customer_shown FROM calls ORDER BY call_id").rows()
    )
    assert customers == [(True, "1.38001E+10")] * 2 + [(False, "138****8000")]
    assert [one.values["count"] for one in report.warnings] == [2]


@pytest.mark.parametrize(
    "number",
    [
        *(
            "１３８００１３８０００",
            "138-0013-8000",
            "＋８６ １３８－００１３－８０００",
            "　13800138000　",
            "008613800138000",
        ),
        *("（138）0013 8000", "1３8０0１38０0０", "13800138000.0", "+86\xa013800138000"),
    ],
)
def test_a_number_in_any_width_is_one_customer(con, number):
    same, shown = con.execute(
        "SELECT customer_key($1) = customer_key('13800138000'), customer_shown($1)", [number]
    ).fetchone()
    assert (same, shown) == (True, "138****8000")


def test_other_numbers_stay_others(con):
    keys = con.execute(
        "SELECT list(DISTINCT customer_key(one)) FROM (SELECT unnest($1) AS one)",
        [["13800138000", "13800138001", "1380013800", "VIP-1", "ＶＩＰ２", "ＶＩＰ－１"]],
    ).fetchone()[0]
    assert len(keys) == 5
