"""The maps of vendors' formats, each on a sample made by us: recognised, folded, keyed, and nothing guessed."""

from __future__ import annotations

import csv
import io
import re

import pytest

from etl.home import Home
from etl.loading.load import load
from tests.etl.sample_files import loaded, query, rejects, rewritten, text_of


def test_servicenow_events_fold_into_tickets(home):
    assert loaded(home, "servicenow_incidents.csv") == [
        ("servicenow_incidents", "tickets", 11, 10, 0, 0, 1, 0, 3)
    ]
    tickets = query(
        home,
        """SELECT ticket_id, kind, opened_at::VARCHAR, resolved_at::VARCHAR, closed_at::VARCHAR,
               reopened_at::VARCHAR, agent_id, team, item, status FROM tickets ORDER BY ticket_id""",
    )
    assert tickets == [
        ("0000001", "service", "2026-09-02 08:05:00", "2026-09-02 11:29:00", "2026-09-07 12:00:00",
         None, "17", "24", "40", "Closed"),
        ("0000002", "service", "2026-09-15 09:00:00", "2026-09-20 16:00:00", "2026-09-25 18:00:00",
         "2026-09-18 08:00:00", "13", "56", "55", "Closed"),
        ("0000003", "service", "2026-09-28 17:45:00", None, "2026-10-03 18:00:00",
         None, None, "70", "37", "-100"),
    ]  # fmt: skip
    assert rejects(home) == [("tickets", 12, "opened_at", "29/9/2026 33:00", "unreadable_time")]
    assert query(home, "SELECT count(customer_key), count(first_response_at) FROM tickets") == [(3, 0)]


def test_one_row_a_ticket_is_read_by_the_same_map(home, write):
    path = write(
        "incident.csv",
        "number,opened_at,assignment_group,assigned_to,resolved_at,closed_at,state",
        "INC0010001,2026-09-02 08:05:11,Desk,Wang Li,2026-09-02 09:00:00,,Resolved",
        ",2026-09-02 08:05:11,Desk,Wang Li,,,New",
    )
    assert loaded(home, path) == [("servicenow_incidents", "tickets", 2, 1, 0, 0, 1, 0, 1)]
    assert query(home, "SELECT ticket_id, resolved_at::VARCHAR, agent_id, reopened_at FROM tickets") == [
        ("INC0010001", "2026-09-02 09:00:00", "wang li", None)
    ]
    assert [row[2:] for row in rejects(home)] == [("ticket_id", None, "missing")]


def test_events_of_a_ticket_in_any_order_give_the_same_ticket(home, tmp_path):
    loaded(home, "servicenow_incidents.csv")
    columns = "* EXCLUDE (file_id, file_row, customer_key)"
    straight = query(home, f"SELECT {columns} FROM tickets ORDER BY ticket_id")
    header, *rows = text_of("servicenow_incidents.csv").splitlines()
    turned = tmp_path / "turned.csv"
    turned.write_text("\n".join([header, *reversed(rows)]) + "\n", encoding="utf-8")
    other = Home(tmp_path / "other")
    loaded(other, turned)
    assert query(other, f"SELECT {columns} FROM tickets ORDER BY ticket_id") == straight


def test_an_american_log_shows_that_months_stand_first(home, tmp_path):
    """Turned about in the whole file, also where a row could be read either way."""
    text = re.sub(r"\b(\d{1,2})/(\d{1,2})/2026", r"\2/\1/2026", text_of("servicenow_incidents.csv"))
    path = tmp_path / "us.csv"
    path.write_text(text, encoding="utf-8")
    assert loaded(home, path) == [("servicenow_incidents", "tickets", 11, 10, 0, 0, 1, 0, 3)]
    assert query(
        home, "SELECT opened_at::VARCHAR, closed_at::VARCHAR FROM tickets ORDER BY ticket_id LIMIT 2"
    ) == [
        ("2026-09-02 08:05:00", "2026-09-07 12:00:00"),
        ("2026-09-15 09:00:00", "2026-09-25 18:00:00"),
    ]


def test_complaints_with_a_day_first_date_and_a_clock_of_twelve_hours(home):
    assert loaded(home, "comcast_complaints.csv") == [("comcast_complaints", "tickets", 3, 2, 0, 0, 1, 0, 2)]
    assert query(home, "SELECT ticket_id, kind, opened_at::VARCHAR, cause, status, agent_id FROM tickets ORDER BY 1") == [
        ("900001", "complaint", "2026-04-22 15:53:50", "Line down for a week", "Closed", None),
        ("900002", "complaint", "2026-08-04 00:05:09", "Charged twice, no refund", "Open", None),
    ]  # fmt: skip
    assert rejects(home) == [("tickets", 4, "opened_at", "31-04-26 10:00:00 AM", "unreadable_time")]


def test_the_made_up_call_centre_calls(home):
    assert loaded(home, "synthetic_calls.csv") == [("synthetic_calls", "calls", 5, 4, 0, 1, 0, 0, 4)]
    assert query(
        home,
        """SELECT call_id, started_at::VARCHAR, answered, agent_id, assigned_to, wait_s, talk_s, transferred
           FROM calls ORDER BY call_id""",
    ) == [
        ("1", "2026-03-02 04:05:00", True, "1", "1", 85.0, 281.0, False),
        ("2", "2026-03-15 22:56:00", True, "2", "2", 48.0, 43.0, True),
        ("3", "2026-03-03 14:20:00", False, None, "1", 35.0, 306.0, None),
        ("4", "2026-03-04 09:49:00", True, "2", "2", 59.0, None, False),
    ]
    found = dict(query(home, "SELECT audit, found FROM audits WHERE found > 0"))
    assert found["negative_duration"] == 2  # audits look at all rows read, also at the repeated one
    assert found["unanswered_with_talk"] == 1


def test_shifts_with_mixed_days_and_clocks(home):
    # Two shifts on one day have no number to tell them apart: the later row holds.
    assert loaded(home, "synthetic_schedule.csv") == [("synthetic_schedule", "schedule", 5, 3, 1, 0, 1, 0, 3)]
    assert query(
        home,
        "SELECT agent_id, shift_date::VARCHAR, start_at::VARCHAR, end_at::VARCHAR FROM schedule ORDER BY ALL",
    ) == [
        ("1", "2026-03-02", "2026-03-02 08:00:00", "2026-03-02 16:00:00"),
        ("2", "2026-03-04", "2026-03-04 22:00:00", "2026-03-05 06:00:00"),
        ("2", "2026-03-15", "2026-03-15 09:00:00", "2026-03-15 17:00:00"),
    ]
    assert [row[1:3] + row[4:] for row in rejects(home)] == [(4, "agent_id", "missing")]


def test_punches_of_a_time_clock(home):
    assert loaded(home, "zkteco_attlog.dat") == [("zkteco_attlog", "punches", 6, 5, 0, 0, 1, 0, 5)]
    assert query(home, "SELECT agent_id, punched_at::VARCHAR, direction, device FROM punches ORDER BY ALL") == [
        ("4", "2026-09-01 08:01:35", "in", "1"),
        ("4", "2026-09-01 08:01:38", "in", "1"),
        ("4", "2026-09-01 17:04:49", "out", "1"),
        ("5", "2026-09-01 07:58:29", "unknown", "1"),
        ("5", "2026-09-01 12:00:00", "unknown", "1"),
    ]  # fmt: skip
    assert rejects(home) == [("punches", 4, "punched_at", "1990-00--8 -16:-29:-40", "unreadable_time")]


CALLS = [
    # key, answered, agent, assigned to, queue, direction, talk, transferred
    ("1788570000.10", True, "1001", "1001", "400", "in", 70.0, False),
    ("1788570600.20", False, None, "1002", None, "in", None, False),
    ("1788571200.30", True, "1002", "1002", None, "internal", 30.0, False),
    ("1788571800.40", True, "1001", None, None, "out", 60.0, False),
    ("1788572400.50", True, "1001", "1001", None, "in", 100.0, True),
]
FACTS = "call_id, answered, agent_id, assigned_to, queue, direction, talk_s, transferred"


def test_legs_fold_by_the_linking_id(home):
    assert loaded(home, "freepbx_export.csv") == [("asterisk_cdr", "calls", 8, 8, 0, 0, 0, 0, 5)]
    assert query(home, f"SELECT {FACTS} FROM calls ORDER BY call_id") == CALLS
    assert query(home, "SELECT started_at::VARCHAR, customer_shown FROM calls ORDER BY call_id LIMIT 1") == [
        ("2026-09-05 09:00:00", "138****0001")
    ]


@pytest.mark.parametrize("sample", ["asterisk_master.csv", "freepbx_table.csv"])
def test_without_a_linking_id_they_fold_by_their_own(home, sample):
    assert loaded(home, sample) == [("asterisk_cdr", "calls", 8, 8, 0, 0, 0, 0, 6)]
    # The phone's half of the queue call stands alone: an internal leg, and its talk time with it.
    queued, half = ("1788570000.10", True, "1001", "1001", "400", "in", None, False), (
        "1788570005.12", True, "1001", "1001", None, "internal", 70.0, False,
    )  # fmt: skip
    assert query(home, f"SELECT {FACTS} FROM calls ORDER BY call_id") == [queued, half, *CALLS[1:]]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("asterisk_master.csv", "freepbx_export.csv"),
        ("freepbx_export.csv", "asterisk_master.csv"),
        ("freepbx_table.csv", "asterisk_master.csv"),
    ],
)
def test_the_same_calls_in_two_formats_do_not_count_twice(home, first, second):
    loaded(home, first)
    loaded(home, second)
    assert query(home, "SELECT count(*), count(*) FILTER (answered) FROM calls WHERE direction = 'in'") == [
        (3, 2)
    ]


@pytest.mark.parametrize(
    "form", ["%-d/%-m/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S"]
)
def test_the_epoch_in_the_id_tells_the_order_of_day_and_month(home, tmp_path, form):
    """5 September would be 9 May as well: no row can tell by itself."""
    from datetime import datetime

    def change(row):
        return (
            [datetime.strptime(row[0], "%Y-%m-%d %H:%M:%S").strftime(form), *row[1:]]
            if row[0][0] == "2"
            else row
        )

    loaded(home, rewritten(tmp_path, "freepbx_export.csv", change=change))
    assert query(home, "SELECT DISTINCT started_at::DATE::VARCHAR FROM calls") == [("2026-09-05",)]


def test_a_day_that_no_epoch_bears_out_is_set_aside(home, tmp_path):
    path = rewritten(
        tmp_path, "freepbx_table.csv", change=lambda row: [row[0].replace("5/9/2026", "31/31/2026"), *row[1:]]
    )
    assert loaded(home, path) == [("asterisk_cdr", "calls", 8, 0, 0, 0, 8, 0, 0)]
    assert rejects(home)[0] == ("calls", 1, "started_at", "31/31/2026 09:00:00", "unreadable_time")


@pytest.mark.parametrize("width", [17, 18])
def test_the_log_without_a_field_of_the_user_and_under_a_header(home, tmp_path, width):
    words = ("accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata", "start",
             "answer", "end", "duration", "billsec", "disposition", "amaflags", "uniqueid", "userfield")  # fmt: skip
    rows = [row[:width] for row in csv.reader(io.StringIO(text_of("asterisk_master.csv")))]
    path = tmp_path / "x.dat"
    for head in ([], [words[:width]]):
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, delimiter=";").writerows([*head, *rows])
        other = Home(tmp_path / f"{len(head)}")
        assert loaded(other, path) == [("asterisk_cdr", "calls", 8, 8, 0, 0, 0, 0, 6)]


def test_a_log_without_ids_is_refused(home, tmp_path):
    path = rewritten(tmp_path, "asterisk_master.csv", change=lambda row: row[:16])
    (file,) = load(home, [path]).files
    assert file.status == "refused"
    assert "matches no known source" in str(file.problem)


QUEUED = [
    # key, started, answered, agent, wait, ring, talk, transferred
    ("1788573500.5", "2026-09-05 09:58:20", True, "1002", 40.0, 2.0, 50.0, False),
    ("1788573600.10", "2026-09-05 10:00:00", True, "1002", 27.0, 7.0, 100.0, False),
    ("1788573800.20", "2026-09-05 10:03:20", False, None, 4.0, None, None, None),
    ("1788573900.30", "2026-09-05 10:05:00", True, "1001", 9.0, 4.0, 40.0, True),
    ("1788574000.40", "2026-09-05 10:06:40", False, None, 300.0, None, None, None),
]
QUEUE_FACTS = "call_id, started_at::VARCHAR, answered, agent_id, wait_s, ring_s, talk_s, transferred"


@pytest.mark.parametrize("sample", ["asterisk_queue_log.txt", "asterisk_queue_log.csv"])
def test_the_queue_log(home, sample):
    assert loaded(home, sample) == [
        ("asterisk_queue_log", "calls", 20, 13, 0, 0, 1, 6, 5),
        ("asterisk_queue_log", "punches", 20, 4, 0, 0, 0, 16, 4),
    ]
    assert query(home, f"SELECT {QUEUE_FACTS} FROM calls ORDER BY call_id") == QUEUED
    assert query(home, "SELECT customer_shown FROM calls ORDER BY call_id LIMIT 2") == [
        (None,),
        ("138****0001",),
    ]
    # The call without an end is neither answered nor abandoned: it waits for the next log.
    assert [row[2:] for row in rejects(home)] == [("answered", None, "missing")]
    assert query(
        home, "SELECT agent_id, punched_at::VARCHAR, direction FROM punches ORDER BY punched_at"
    ) == [
        ("1001", "2026-09-05 09:30:00", "in"),
        ("1002", "2026-09-05 09:31:40", "in"),
        ("1001", "2026-09-05 10:15:00", "out"),
        ("1002", "2026-09-05 10:15:10", "out"),
    ]


def test_the_queue_log_and_its_table_are_the_same_calls(home):
    loaded(home, "asterisk_queue_log.txt")
    (calls, punches) = loaded(home, "asterisk_queue_log.csv")
    assert (calls[3], calls[5], punches[5]) == (0, 13, 4)


def test_the_queue_log_in_two_pieces(home, tmp_path):
    """A call that ends in the next piece is whole then; one that was connected in the first is not lost."""
    lines = text_of("asterisk_queue_log.txt").splitlines(keepends=True)
    for cut in (6, 7):
        other = Home(tmp_path / f"home{cut}")
        for number, piece in enumerate((lines[:cut], lines[cut:])):
            path = tmp_path / f"{cut}-{number}.log"
            path.write_text("".join(piece), encoding="utf-8")
            loaded(other, path)
        assert query(other, f"SELECT {QUEUE_FACTS} FROM calls ORDER BY call_id") == QUEUED


def test_the_queue_log_of_pbxware(home):
    assert loaded(home, "pbxware_queue_log.csv") == [
        ("pbxware_queue_log", "calls", 20, 13, 0, 0, 1, 6, 5),
        ("pbxware_queue_log", "punches", 20, 2, 0, 0, 0, 18, 2),
    ]
    # Its clock is the exchange's own, thirteen hours behind here, and taken as written.
    clock = "(started_at + INTERVAL 13 HOUR)::VARCHAR"
    facts = QUEUE_FACTS.replace("started_at::VARCHAR", clock)
    assert query(home, f"SELECT {facts} FROM calls ORDER BY call_id") == QUEUED
    assert query(home, "SELECT agent_id, direction FROM punches ORDER BY punched_at") == [
        ("1001", "in"),
        ("1001", "out"),
    ]


@pytest.mark.parametrize(
    ("sample", "delimiter"),
    [
        ("servicenow_incidents.csv", ","),
        ("synthetic_calls.csv", ","),
        ("synthetic_quality.csv", ","),
        ("synthetic_agents.csv", ","),
        ("synthetic_departments.csv", ","),
        ("synthetic_schedule.csv", ","),
        ("freepbx_export.csv", ","),
        ("asterisk_queue_log.csv", ","),
        ("pbxware_queue_log.csv", ","),
    ],
)
def test_neither_name_nor_delimiter_nor_order_of_columns_matters(home, tmp_path, sample, delimiter):
    if sample != "servicenow_incidents.csv":  # there, which of two equal words comes first does matter
        turned = rewritten(tmp_path, sample, delimiter, lambda row: row[::-1], to=";")
    else:
        turned = rewritten(tmp_path, sample, delimiter, to="\t")
    straight = loaded(Home(tmp_path / "straight"), sample)
    assert loaded(home, turned) == straight


def test_a_log_without_a_header_under_another_delimiter(home, tmp_path):
    path = rewritten(tmp_path, "asterisk_master.csv", to="\t")
    assert loaded(home, path)[0][:2] == ("asterisk_cdr", "calls")
    path = rewritten(tmp_path, "zkteco_attlog.dat", "\t", to=",", name="y.csv")
    assert loaded(home, path)[0][:2] == ("zkteco_attlog", "punches")


def test_a_broken_row_does_not_hide_what_a_file_without_a_header_is(home, tmp_path):
    lines = text_of("zkteco_attlog.dat").splitlines(keepends=True)
    path = tmp_path / "attlog.dat"
    path.write_text("".join([lines[0], "power failure\n", *lines[1:]]), encoding="utf-8")
    assert loaded(home, path) == [("zkteco_attlog", "punches", 7, 5, 0, 0, 2, 0, 5)]
    assert ("punches", 2, None, "power failure", "wrong_number_of_cells") in rejects(home)
