"""A contact is counted once, each of its legs is the work of whoever had it, in whatever order files come."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest

from etl.home import Home
from kpi.figures.figures import figures
from kpi.figures.subjects import find_subject
from kpi.figures.view import open_view
from kpi.loading.load import load_files
from kpi.scope import Scope, parse_month

HEADER = "通话编号,来电时间,是否接通,接听工号,班组,队列,呼叫方向,等待秒数,振铃秒数,通话秒数,话后处理秒数,是否转接,客户号码"
LATER = "Z,2026-10-20 09:00:00,是,9001,,业务,呼入,1,1,10,0,否,13700000000"  # September is mature


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def write(folder: Path, name: str, *rows: str, header: str = HEADER) -> Path:
    path = folder / name
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def leg(
    call: str, start: str, agent: str, *, customer: str, wait: int = 10, talk: int = 60, **more: str
) -> str:
    """One row of HEADER: a call answered by `agent`, on its way in September 2026."""
    said = {"answered": "是", "queue": "业务", "direction": "呼入", "transferred": "否"} | more
    return (
        f"{call},2026-09-{start},{said['answered']},{agent},,{said['queue']},{said['direction']},"
        f"{wait},5,{talk},20,{said['transferred']},1390000{customer}"
    )


def numbers(
    home: Home, key: str, agent: str = "", month: str = "2026-09"
) -> tuple[float | None, float | None]:
    """Numerator and denominator of a figure, of everyone or of one agent."""
    view = open_view(home)
    (figure,) = figures(view, Scope(parse_month(month), find_subject(view, agent=agent)), keys=[key])
    return figure.numerator, figure.denominator


def legs(home: Home) -> list[tuple[str, str, str | None, int | None]]:
    """Call, agent, contact and number of every row, as they began."""
    sql = "SELECT call_id, agent_id, contact_id, leg_no FROM calls ORDER BY started_at, call_id, agent_id"
    return open_view(home).snapshot.query(sql).rows()


def two_legs(number: int) -> list[str]:
    """A call under one id: 1001 passes on after 60 s, 2001 talks 200 s after a second wait."""
    day, second = number + 1, number % 10
    return [
        leg(
            f"L{number}", f"{day:02d} 10:00:{second:02d}", "1001", customer=f"{number:04d}", transferred="是"
        ),
        leg(
            f"L{number}",
            f"{day:02d} 10:01:{second + 20:02d}",
            "2001",
            customer=f"{number:04d}",
            wait=25,
            talk=200,
        ),
    ]


def test_rows_under_one_id_are_legs_of_one_contact(home, tmp_path):
    load_files(home, [write(tmp_path, "c.csv", *(row for n in range(12) for row in two_legs(n)), LATER)])
    assert numbers(home, "offered") == (12, None)
    assert numbers(home, "connection_rate") == (12, 12)
    assert numbers(home, "speed_of_answer") == (120, 12), (
        "the second wait is the agent's, not the customer's first"
    )
    assert numbers(home, "service_level_answered") == (12, 12)
    assert numbers(home, "handled") == (24, None)
    assert numbers(home, "transfer") == (12, 24)
    assert numbers(home, "transfer", "1001") == (12, 12)
    assert numbers(home, "transfer", "2001") == (0, 12)
    assert numbers(home, "handling_time", "1001") == (12 * 80, 12)
    assert numbers(home, "handling_time", "2001") == (12 * 220, 12)
    assert numbers(home, "first_contact_resolution") == (12, 12)
    assert numbers(home, "first_contact_resolution", "1001") == (0, 0), (
        "resolved by the person of the last leg"
    )
    assert numbers(home, "first_contact_resolution", "2001") == (12, 12)


def test_the_order_of_files_makes_no_difference(tmp_path):
    """One id over two files, a parent after its leg, and a leg of an id of its own, in every order."""
    header = HEADER + ",原通话编号"
    pieces = [
        write(tmp_path, "1.csv", leg("A", "02 10:00:00", "1001", customer="0001", transferred="是")),
        write(tmp_path, "2.csv", leg("A", "02 10:01:20", "2001", customer="0001")),
        write(tmp_path, "3.csv", leg("B2", "02 10:05:00", "2001", customer="0002") + ",B1", header=header),
        write(tmp_path, "4.csv", leg("B1", "02 10:03:00", "1001", customer="0002", transferred="是")),
        write(tmp_path, "5.csv", leg("C1", "02 23:59:00", "1001", customer="0003", transferred="是")),
        write(tmp_path, "6.csv", leg("C2", "03 00:00:10", "2001", customer="0003"), LATER),
    ]
    found = []
    for turn, order in enumerate([*list(permutations(range(6)))[::239], (5, 4, 3, 2, 1, 0)]):
        other = Home(tmp_path / f"home{turn}")
        for place in order:
            load_files(other, [pieces[place]])
        found.append(
            (legs(other), numbers(other, "offered"), numbers(other, "first_contact_resolution", "2001"))
        )
    assert found[0][0][:-1] == [
        *(("A", "1001", "A", 1), ("A", "2001", "A", 2)),
        *(("B1", "1001", "B1", 1), ("B2", "2001", "B1", 2)),
        *(("C1", "1001", "C1", 1), ("C2", "2001", "C1", 2)),
    ]
    assert found[0][1:] == ((3, None), (3, 3))
    assert all(other == found[0] for other in found)


def test_a_changed_agent_on_the_same_start_is_an_update(home, tmp_path):
    load_files(home, [write(tmp_path, "a.csv", *two_legs(0))])
    changed = write(tmp_path, "b.csv", two_legs(0)[1].replace("2001", "2002"))
    (report,) = load_files(home, [changed]).files
    assert (report.counts.updated, report.counts.loaded) == (1, 0)
    assert legs(home) == [("L0", "1001", "L0", 1), ("L0", "2002", "L0", 2)]
    assert (numbers(home, "handled", "2001"), numbers(home, "handled", "2002")) == ((0, None), (1, None))


def test_an_id_that_comes_back_later_is_another_contact(home, tmp_path):
    load_files(home, [write(tmp_path, "a.csv", leg("7", "02 10:00:00", "1001", customer="0001"))])
    load_files(home, [write(tmp_path, "b.csv", leg("7", "09 10:00:00", "1002", customer="0002"))])
    assert [row[2:] for row in legs(home)] == [("7 2026-09-02 10:00:00", 1), ("7 2026-09-09 10:00:00", 1)]
    assert numbers(home, "offered") == (2, None)


# The row after a transfer by 1001 at 10:00:00, answered after 10 s and talked 60 s; contacts and calls handled then.
SECOND = {
    "when it ended": (leg("B", "02 10:01:10", "2001", customer="0001"), 1, 2),
    "ten seconds later": (leg("B", "02 10:01:20", "2001", customer="0001"), 1, 2),
    "internal for the exchange": (leg("B", "02 10:01:10", "2001", customer="0001", direction="内线"), 1, 2),
    "nobody took it": (leg("B", "02 10:01:10", "", customer="0001", answered="否"), 1, 1),
    "half a minute later": (leg("B", "02 10:01:40", "2001", customer="0001"), 2, 2),
    "the same person again": (leg("B", "02 10:01:10", "1001", customer="0001"), 2, 2),
    "another customer": (leg("B", "02 10:01:10", "2001", customer="0002"), 2, 2),
    "a call out": (leg("B", "02 10:01:10", "2001", customer="0001", direction="呼出"), 1, 1),
}


@pytest.mark.parametrize("case", SECOND)
def test_a_transferred_call_and_the_row_that_begins_when_it_ended(home, tmp_path, case):
    row, offered, handled = SECOND[case]
    load_files(
        home,
        [write(tmp_path, "a.csv", leg("A", "02 10:00:00", "1001", customer="0001", transferred="是"), row)],
    )
    assert numbers(home, "offered") == (offered, None)
    linked = [contact for _, _, contact, _ in legs(home)]
    assert linked == (["A", "A"] if offered == 1 and case != "a call out" else [None, None])
    assert numbers(home, "abandonment")[0] == 0
    assert numbers(home, "handled") == (handled, None)


def test_two_rows_that_could_both_be_the_next_leg_stay_apart(home, tmp_path):
    rows = [
        leg("A", "02 10:00:00", "1001", customer="0001", transferred="是"),
        leg("B", "02 10:01:10", "2001", customer="0001"),
        leg("C", "02 10:01:12", "2002", customer="0001"),
    ]
    load_files(home, [write(tmp_path, "a.csv", *rows)])
    assert numbers(home, "offered") == (3, None)


def test_a_call_that_was_not_transferred_is_never_folded(home, tmp_path):
    rows = [
        leg("A", "02 10:00:00", "1001", customer="0001"),
        leg("B", "02 10:01:10", "2001", customer="0001"),
    ]
    load_files(home, [write(tmp_path, "a.csv", *rows)])
    assert numbers(home, "offered") == (2, None)


def test_a_parent_links_a_chain_and_siblings_of_a_call_that_is_not_there(home, tmp_path):
    rows = [
        leg("A", "02 10:00:00", "1001", customer="0001") + ",",
        leg("B", "02 10:05:00", "1002", customer="0001") + ",A",
        leg("C", "02 10:09:00", "1003", customer="0001") + ",B",
        leg("D", "02 11:00:00", "1001", customer="0002") + ",gone",
        leg("E", "02 11:05:00", "1002", customer="0002") + ",gone",
    ]
    load_files(home, [write(tmp_path, "a.csv", *rows, header=HEADER + ",原通话编号")])
    assert [row[2:] for row in legs(home)] == [("A", 1), ("A", 2), ("A", 3), ("D", 1), ("D", 2)]
    assert numbers(home, "offered") == (2, None)


def test_a_second_queue_that_nobody_answers_is_no_abandoned_call(home, tmp_path):
    rows = [two_legs(0)[0], leg("L0", "01 10:01:20", "", customer="0000", answered="否", wait=300, talk=0)]
    load_files(home, [write(tmp_path, "a.csv", *rows)])
    assert numbers(home, "abandonment") == (0, 1)
    assert numbers(home, "waited_too_long") == (0, 1)
    assert numbers(home, "handled") == (1, None)


def test_whoever_did_not_answer_before_another_did_is_waited_for(home, tmp_path):
    """Rung in turn: 20 s at 1001, 20 s at 1002, and 5 s at 1003, who answers."""
    rows = [
        leg("R", "02 10:00:00", "", customer="0001", answered="否", wait=20, talk=0, queue="一线"),
        leg("R", "02 10:00:20", "", customer="0001", answered="否", wait=20, talk=0, queue="一线"),
        leg("R", "02 10:00:40", "1003", customer="0001", wait=5, queue="二线"),
    ]
    load_files(home, [write(tmp_path, "a.csv", *rows)])
    assert numbers(home, "speed_of_answer") == (45, 1)
    assert numbers(home, "connection_rate") == (1, 1)
    view = open_view(home)
    rolled = view.snapshot.query("SELECT segment FROM rollup_calls WHERE offered__rows > 0").rows()
    assert rolled == [("二线",)], "a contact is of the queue that answered it"


def test_the_same_file_read_in_another_way_leaves_nothing_behind(home, tmp_path):
    """Days before months at first, then the map is put right: no call stands there twice."""
    source = """
        title = {{ zh = "自有", en = "Own" }}
        headers = ["Nr", "Zeit", "Wer"]
        [[table]]
        contract = "calls"
        [table.columns]
        call_id = "nr"
        started_at = {{ expression = "zeit", formats = ["{day}"] }}
        answered = "'yes'"
        agent_id = "wer"
        """
    path = write(
        tmp_path, "own.csv", "1,02/09/2026 10:00,1001", "2,03/09/2026 10:00,1002", header="Nr,Zeit,Wer"
    )
    sources = home.config / "sources"
    sources.mkdir(parents=True)
    for day in ("%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M"):
        (sources / "own.toml").write_text(source.format(day=day), encoding="utf-8")
        load_files(home, [path])
    found = (
        open_view(home)
        .snapshot.query("SELECT call_id, started_at, contact_id FROM calls ORDER BY ALL")
        .rows()
    )
    assert found == [("1", datetime(2026, 9, 2, 10), None), ("2", datetime(2026, 9, 3, 10), None)]


def test_a_large_file_of_legs_is_the_same_as_a_small_one(home, tmp_path):
    """Above 4 MB rows go straight into the facts; those of one id and other starts stay where they are."""
    start, rows = datetime(2026, 9, 1), []
    for number in range(30_000):
        moment = start + timedelta(seconds=40 * number)
        call = f"C{number}" if number % 10 else f"C{max(number - 1, 0)}"  # every tenth is a second leg
        rows.append(
            f"{call},{moment:%Y-%m-%d %H:%M:%S},是,{1001 + number % 7},,业务,呼入,10,5,20,5,否,1390{number:07d}"
            + "," * 80  # of columns that nobody uses
        )
    path = write(tmp_path, "large.csv", *rows, header=HEADER + "".join(f",x{n}" for n in range(80)))
    assert path.stat().st_size > 4 << 20
    (report,) = load_files(home, [path]).files
    assert (report.counts.loaded, report.counts.updated) == (30_000, 0)
    assert numbers(home, "handled") == (30_000, None)
    assert numbers(home, "offered") == (27_001, None)
