"""Calls passed on in a queue log: blind, attended, as old exchanges write it, over a consultation, and cut in two."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.home import Home
from kpi.figures.view import open_view
from kpi.loading.load import load_files
from tests.kpi.loading.test_legs import numbers

T = 1788307200  # 2026-09-02 08:00 in China
ENTER = "{0}|{1}|{2}|NONE|ENTERQUEUE||{3}|1"
CONNECT = "{0}|{1}|{2}|PJSIP/{3}|CONNECT|{4}|x|3"
DONE = "{0}|{1}|{2}|PJSIP/{3}|COMPLETECALLER|{4}|{5}|1"

# How the first talk of 60 s ends, with hold and talk time where that event has them.
PASSED_ON = {
    "blind": "BLINDTRANSFER|1509|from-queue|10|60|1",
    "old": "TRANSFER|1509|from-queue|10|60|1",
    "attended": "ATTENDEDTRANSFER|BRIDGE|b0a1|10|60|1",
    "attended over two channels": "ATTENDEDTRANSFER|LINK|PJSIP/8001-1|PJSIP/8002-2|10|60|1",
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def first(call: str, number: int, event: str) -> list[str]:
    """A call that 8001 takes after 10 s and passes on after 60 s more."""
    start = T + 3600 * number
    return [
        ENTER.format(start, call, 1501, f"1380000{number:04d}"),
        CONNECT.format(start + 10, call, 1501, 8001, 10),
        f"{start + 70}|{call}|1501|PJSIP/8001|{event}",
    ]


def second(call: str, number: int) -> list[str]:
    """It waits 30 s in another queue, where 8002 talks 200 s."""
    start = T + 3600 * number + 70
    return [
        ENTER.format(start, call, 1509, f"1380000{number:04d}"),
        CONNECT.format(start + 30, call, 1509, 8002, 30),
        DONE.format(start + 230, call, 1509, 8002, 30, 200),
    ]


def load_log(home: Home, folder: Path, *lines: str, name: str = "queue_log") -> None:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (report,) = [one for one in load_files(home, [path]).files if one.table == "calls"]
    assert report.status == "loaded"


def rows(home: Home) -> list[tuple]:
    sql = "SELECT agent_id, queue, wait_s, talk_s, transferred, leg_no FROM calls ORDER BY started_at, leg_no"
    return open_view(home).snapshot.query(sql).rows()


TWO = [("8001", "1501", 10.0, 60.0, True, 1), ("8002", "1509", 30.0, 200.0, False, 2)]


@pytest.mark.parametrize("how", PASSED_ON)
def test_both_people_have_their_part(home, tmp_path, how):
    load_log(home, tmp_path, *first("1.1", 0, PASSED_ON[how]), *second("1.1", 0))
    assert rows(home) == TWO
    assert numbers(home, "offered") == (1, None)
    assert numbers(home, "speed_of_answer") == (10, 1)
    assert numbers(home, "transfer", "8001") == (1, 1)
    assert numbers(home, "handling_time", "8002") == (200, 1)


def test_the_next_queue_may_be_entered_a_line_before_the_transfer_is_written(home, tmp_path):
    (*begun, passed), (entered, *rest) = first("1.1", 0, PASSED_ON["blind"]), second("1.1", 0)
    load_log(home, tmp_path, *begun, entered, passed, *rest)
    assert rows(home) == TWO


def test_a_call_that_is_given_up_in_the_second_queue_is_a_connected_one(home, tmp_path):
    entered = second("1.1", 0)[0]
    gone = f"{T + 370}|1.1|1509|NONE|ABANDON|1|1|300"
    load_log(home, tmp_path, *first("1.1", 0, PASSED_ON["blind"]), entered, gone)
    assert numbers(home, "connection_rate") == (1, 1)
    assert numbers(home, "abandonment") == (0, 1)
    assert numbers(home, "handled") == (1, None)


def test_a_transfer_out_of_the_queues_is_one_leg(home, tmp_path):
    load_log(home, tmp_path, *first("1.1", 0, PASSED_ON["blind"]))
    assert rows(home) == [("8001", "1501", 10.0, 60.0, True, None)]


def test_two_transfers_are_three_legs(home, tmp_path):
    entered, connected, _ = second("1.1", 0)
    lines = [*first("1.1", 0, PASSED_ON["blind"]), entered, connected]
    lines.append(f"{T + 150}|1.1|1509|PJSIP/8002|BLINDTRANSFER|1510|from-queue|30|50|1")
    lines.append(ENTER.format(T + 150, "1.1", 1510, "13800000000"))
    lines.append(CONNECT.format(T + 151, "1.1", 1510, 8003, 1))
    lines.append(DONE.format(T + 171, "1.1", 1510, 8003, 1, 20))
    load_log(home, tmp_path, *lines)
    assert [(row[0], row[3], row[5]) for row in rows(home)] == [
        ("8001", 60, 1),
        ("8002", 50, 2),
        ("8003", 20, 3),
    ]
    assert numbers(home, "transfer") == (2, 3)


def consultation(number: int, until: int) -> list[str]:
    """8001, 40 s into his call, asks in queue 1509: 8002 is there after 5 s, `until` seconds after the start."""
    start = T + 3600 * number
    return [
        ENTER.format(start + 50, f"9.{number}", 1509, "8001"),
        CONNECT.format(start + 55, f"9.{number}", 1509, 8002, 5),
        DONE.format(start + until, f"9.{number}", 1509, 8002, 5, until - 55),
    ]


def test_a_colleague_who_is_asked_and_takes_the_customer_over_has_the_next_leg(home, tmp_path):
    """The consultation has a call of its own, whose caller is the agent; after the transfer the customer is in it."""
    load_log(home, tmp_path, *first("1.0", 0, PASSED_ON["attended"]), *consultation(0, 255))
    assert numbers(home, "offered") == (1, None)
    assert numbers(home, "handled", "8002") == (1, None)
    assert numbers(home, "handling_time", "8002") == (200, 1)
    assert numbers(home, "speed_of_answer") == (10, 1)


def test_a_colleague_who_is_only_asked_has_no_call_of_a_customer(home, tmp_path):
    begun = first("1.0", 0, "")[:2]
    load_log(home, tmp_path, *begun, *consultation(0, 80), DONE.format(T + 110, "1.0", 1501, 8001, 10, 100))
    assert numbers(home, "offered") == (1, None)
    assert numbers(home, "handled") == (1, None)
    assert numbers(home, "handling_time") == (100, 1)


def test_an_agent_who_calls_the_hotline_in_a_quiet_hour_is_a_caller(home, tmp_path):
    done = DONE.format(T + 110, "1.0", 1501, 8001, 10, 100)
    load_log(home, tmp_path, *first("1.0", 0, "")[:2], done, *(line for line in consultation(3, 80)))
    assert numbers(home, "offered") == (2, None)


@pytest.mark.parametrize("cut", range(1, 6))
def test_a_log_cut_anywhere_gives_the_same_legs(home, tmp_path, cut):
    """What waits for its end in the first piece is whole with the second one, or with the whole log."""
    lines = [*first("1.1", 0, PASSED_ON["blind"]), *second("1.1", 0)]
    load_log(home, tmp_path, *lines[:cut], name="a.log")
    load_log(home, tmp_path, *lines[cut:], name="b.log")
    assert [row[:1] + row[3:5] for row in rows(home)] == [("8001", 60, True), ("8002", 200, False)]
    load_log(home, tmp_path, *lines, name="whole.log")
    assert rows(home) == TWO
