"""What a source map may say besides its columns: other words, short rows, terms, a system, folds."""

from __future__ import annotations

import pytest

from etl.errors import Problem
from etl.loading.load import load
from etl.loading.report import report_json
from etl.maps.maps import load_sources
from etl.snapshots.snapshot import current

TICKETS = """
title = { en = "ours", zh = "自有" }
headers = ["nr", "opened"]
%s
[[table]]
contract = "tickets"
%s
[table.columns]
"""


@pytest.fixture
def source(home):
    """Write `config/sources/ours.toml`."""

    def write(text):
        (home.config / "sources").mkdir(parents=True, exist_ok=True)
        (home.config / "sources" / "ours.toml").write_text(text, encoding="utf-8")

    return write


def loaded(home, path):
    (file,) = report_json(load(home, [path]))["files"]
    names = ("source", "rows_read", "loaded", "rejected", "ignored", "facts")
    return tuple(file[name] for name in names)


def tickets(home, columns):
    return current(home).query(f"SELECT {columns} FROM tickets ORDER BY ALL").rows()


def test_other_words_for_the_same_column(home, source, write):
    source(
        TICKETS % ('also = { opened = ["受理", "Eröffnet"] }', "")
        + 'ticket_id = "nr"\nopened_at = "opened"\n'
    )
    for number, word in enumerate(("opened", "受理", " ERÖFFNET ")):
        assert loaded(home, write(f"{number}.csv", f"nr,{word}", f"T{number},2026-10-01 09:00"))[:3] == (
            "ours",
            1,
            1,
        )
    assert tickets(home, "ticket_id, opened_at::VARCHAR") == [
        ("T0", "2026-10-01 09:00:00"),
        ("T1", "2026-10-01 09:00:00"),
        ("T2", "2026-10-01 09:00:00"),
    ]


def test_of_two_words_the_one_that_the_map_uses_is_taken(home, source, write):
    source(TICKETS % ('also = { opened = ["begun"] }', "") + 'ticket_id = "nr"\nopened_at = "opened"\n')
    load(home, [write("x.csv", "nr,begun,opened", "T1,2026-10-01 08:00,2026-10-01 09:00")])
    assert tickets(home, "opened_at::VARCHAR") == [("2026-10-01 09:00:00",)]


def test_a_system_keeps_the_ids_of_unrelated_systems_apart(home, source, write):
    source(
        TICKETS % ('system = "crm"', "")
        + 'ticket_id = "nr"\nopened_at = "opened"\nrepeat_of = "first"\nagent_id = "who"\n'
    )
    load(home, [write("x.csv", "nr,opened,first,who", "7,2026-10-01 09:00,6,7", "8,2026-10-01 09:00,,7")])
    load(home, [write("y.csv", "工单编号,受理时间", "7,2026-10-02 09:00")])
    # Keys carry the system, agents do not: they are the same people.
    assert tickets(home, "ticket_id, repeat_of, agent_id") == [
        ("7", None, None),
        ("crm:7", "crm:6", "7"),
        ("crm:8", None, "7"),
    ]


def test_an_optional_column_that_a_file_lacks_is_empty(home, source, write):
    source(
        TICKETS % ('optional = ["team"]', "")
        + 'ticket_id = "nr"\nopened_at = "opened"\nteam = "coalesce(team, \'?\')"\n'
    )
    load(home, [write("x.csv", "nr,opened", "1,2026-10-01 09:00")])
    load(home, [write("y.csv", "nr,opened,team", "2,2026-10-01 09:00,A")])
    assert tickets(home, "ticket_id, team") == [("1", "?"), ("2", "A")]


def test_terms_name_expressions_and_may_use_those_above(home, source, write):
    source(
        TICKETS % ("", "")
        + 'ticket_id = "nr"\nopened_at = "{day} || \' 09:00\'"\nitem = "upper({day}) || regexp_extract(nr, \'.{1}\')"\n'
        + "[terms]\nraw = \"trim(opened)\"\nday = \"replace({raw}, '.', '-')\"\n"
    )
    load(home, [write("x.csv", "nr,opened", "T1,2026.10.01")])
    assert tickets(home, "opened_at::VARCHAR, item") == [("2026-10-01 09:00:00", "2026-10-01T")]


def test_rows_that_share_an_id_become_one_fact(home, source, write):
    source(
        TICKETS % ("", 'fold = "nr"\nhaving = "bool_or(state = \'open\')"\nignore = "state = \'noise\'"')
        + 'ticket_id = "min(nr)"\nopened_at = "min(opened)"\nstatus = "max_by(state, opened)"\n'
    )
    path = write(
        "x.csv",
        "nr,opened,state",
        "1,2026-10-01 09:00,open",
        "2,2026-10-01 09:05,task",  # never opened: not meant for this table
        "1,2026-10-01 09:10,done",
        "1,2026-10-01 09:20,noise",
        ",2026-10-01 09:30,open",  # no id: missed, not lost
        "3,2026-10-01 99:99,open",
    )
    assert loaded(home, path) == ("ours", 6, 2, 2, 2, 1)
    assert tickets(home, "ticket_id, opened_at::VARCHAR, status") == [("1", "2026-10-01 09:00:00", "done")]
    rejects = current(home).query('SELECT file_row, "column", rule FROM rejects ORDER BY file_row').rows()
    assert rejects == [(6, "ticket_id", "missing"), (7, "opened_at", "unreadable_time")]


def test_short_rows_and_a_file_without_a_header(home, source, write):
    source(
        'title = { en = "ours" }\ncolumns = ["nr", "opened", "team", "item"]\nfewest = 2\nshort_rows = true\n'
        "shape = { nr = 'T\\d+', opened = '\\d{4}-.+' }\n"
        '[[table]]\ncontract = "tickets"\n[table.columns]\nticket_id = "nr"\nopened_at = "opened"\n'
        'team = "team"\nitem = "item"\n'
    )
    path = write(
        "x.log",
        "T1|2026-10-01 09:00",
        "T2|2026-10-01 09:00|A|B",
        "T3",
        "T4|2026-10-01 09:00|A|B|C",
        "T5|2026-10-01 09:00|A",
    )
    assert loaded(home, path) == ("ours", 5, 3, 2, 0, 3)
    assert tickets(home, "ticket_id, team, item") == [("T1", None, None), ("T2", "A", "B"), ("T5", "A", None)]


def test_a_derived_column_may_hold_customers(home, source, write):
    source(
        TICKETS % ("personal = { caller = [] }\n[derived]\ncaller = \"regexp_extract(who, '\\\\d{11}')\"", "")
        + 'ticket_id = "nr"\nopened_at = "opened"\ncustomer = "caller"\n'
    )
    load(home, [write("x.csv", "nr,opened,who", "T1,2026-10-01 09:00,Wang <13800138000>")])
    assert tickets(home, "customer_shown, customer_key IS NOT NULL") == [("138****8000", True)]


@pytest.mark.parametrize(
    ("top", "table", "fault"),
    [
        ("", 'fold = "min(nr)"', "min() is not allowed"),
        ("", 'having = "count(*) > 1"', "count_star() is not allowed"),
        ('system = "a b"', "", "system"),
        ('[terms]\nday = "{later}"\nlater = "opened"', "", "no term “later”"),
        ('[derived]\nx = "(SELECT 1)"', "", "subquery is not allowed"),
        ('columns = ["nr", "opened"]', "", "shape"),
    ],
)
def test_a_faulty_map_is_named_with_its_fault(home, source, top, table, fault):
    source(TICKETS % (top, table) + 'ticket_id = "nr"\nopened_at = "opened"\n')
    with pytest.raises(Problem) as caught:
        load_sources(home.config)
    assert "ours.toml" in str(caught.value)
    assert fault in str(caught.value)
