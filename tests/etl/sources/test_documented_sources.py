"""Maps written from documentation alone: what their samples become, and that whoever loads them is told."""

from __future__ import annotations

import csv
import io
import json
import random
import re

import pytest

from etl.expressions import check_expression
from etl.home import Home
from etl.loading.load import load
from etl.loading.preview import preview
from etl.loading.report import DOCUMENTED, report_json
from etl.maps.maps import load_sources
from etl.snapshots.snapshot import current
from tests.etl.sample_files import SAMPLES, loaded, query, rejects, rewritten, text_of

CALLS = """call_id, started_at::VARCHAR, answered, agent_id, assigned_to, queue, direction, channel,
    queued_at::VARCHAR, answered_at::VARCHAR, wait_s, ring_s, ivr_s, talk_s, hold_s, wrap_s, transferred, reason,
    customer_shown"""
TICKETS = """ticket_id, kind, opened_at::VARCHAR, first_response_at::VARCHAR, resolved_at::VARCHAR, closed_at,
    reopened_at, agent_id, team, item, channel, cause, validity, severity, status"""
SURVEYS = "survey_id, surveyed_at::VARCHAR, agent_id, call_id, invited, score, scale"


def facts(home, table, columns):
    return query(home, f"SELECT {columns} FROM {table} ORDER BY 1")


def filled(home, table):
    """The columns of `table` with a value in some row."""
    frame = current(home).query(f"SELECT * FROM {table}")
    return {name for name in frame.columns if frame[name].drop_nulls().len()}


def saved(tmp_path, text, name="x.dat"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def ids(number):
    return f"00000000-0000-4000-8000-{number:012}"


GENESYS = [
    (ids(1), "2026-09-05 09:58:00", True, "agent one", None, "Repairs", "in", "voice",
     None, None, 27.5, 4.5, 12.0, 100.25, 10.0, 15.0, False, "Line fault", "138****8001"),
    (ids(2), "2026-09-05 22:03:00", False, None, "agent two", "Repairs", "in", "voice",
     None, None, 55.0, 20.0, 9.0, None, None, None, False, None, "138****8002"),
    # Two users: whose call it was is not said.
    (ids(3), "2026-09-13 00:10:00", True, None, None, "Repairs", "in", "voice",
     None, None, 40.0, 9.0, 10.0, 320.0, 0.0, 30.0, True, None, "138****8003"),
    (ids(4), "2026-09-06 14:30:00", True, "agent two", None, None, "out", "voice",
     None, None, None, None, None, 60.0, None, 5.0, False, None, "138****8004"),
    (ids(5), "2026-09-06 14:40:00", False, "agent two", None, None, "out", "voice",
     None, None, None, None, None, 0.0, None, None, False, None, "138****8005"),
    (ids(6), "2026-09-07 08:00:00", True, "agent one", None, "Billing", "in", "callback",
     None, None, 600.0, 3.0, 8.0, 120.0, 0.0, 15.0, False, "Bill explained", "138****8006"),
]  # fmt: skip


def test_genesys_interactions(home):
    # Ignored: a chat, and a caller whom the menu was enough for.
    assert loaded(home, "genesys_interactions.csv") == [
        ("genesys_interactions", "calls", 10, 6, 0, 0, 2, 2, 6)
    ]
    assert facts(home, "calls", CALLS) == GENESYS
    assert rejects(home) == [
        ("calls", 8, "direction", "Inbound/Outbound", "unknown_value"),
        ("calls", 11, "started_at", "23/9/26 09:10 AM", "unreadable_time"),
    ]


def test_genesys_durations_written_as_clocks_are_the_same(home, tmp_path):
    header, *_ = csv.reader(io.StringIO(text_of("genesys_interactions.csv")))
    places = [place for place, word in enumerate(header) if word.startswith("Total ") or word == "Duration"]

    def clock(row):
        for place in places if row[0] == "YES" else ():
            if row[place]:
                rest, thousandths = divmod(int(row[place]), 1000)
                row[place] = f" {rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}.{thousandths:03}"
        return row

    loaded(home, rewritten(tmp_path, "genesys_interactions.csv", change=clock))
    assert facts(home, "calls", CALLS) == GENESYS


def test_genesys_says_nothing_of_what_was_not_exported(home, tmp_path):
    needed = load_sources()["genesys_interactions"].headers
    header, *rows = csv.reader(io.StringIO(text_of("genesys_interactions.csv")))
    places = [place for place, word in enumerate(header) if word.casefold() in needed]
    text = io.StringIO()
    csv.writer(text).writerows([[row[place] for place in places] for row in [header, *rows]])
    # Without the direction it began with, both call backs are set aside, and no outbound call is told by its talk.
    assert loaded(home, saved(tmp_path, text.getvalue())) == [
        ("genesys_interactions", "calls", 10, 5, 0, 0, 3, 2, 5)
    ]
    assert filled(home, "calls") == {
        *("call_id", "started_at", "answered", "agent_id", "queue", "direction", "channel", "callback"),
        *("business_date", "file_id", "file_row"),
    }


def test_genesys_needs_the_column_that_says_who_answered(home, tmp_path):
    path = saved(tmp_path, text_of("genesys_interactions.csv").replace("Users - Interacted", "Users - X", 1))
    (file,) = load(home, [path]).files
    assert file.status == "refused"
    assert "users - interacted" in str(file.problem)


def test_genesys_days_that_begin_with_the_year(home, tmp_path):
    text = text_of("genesys_interactions.csv").replace("9/5/26 09:58 AM", "2026-09-05T01:58:00.000Z")
    loaded(home, saved(tmp_path, text))
    assert facts(home, "calls", CALLS) == GENESYS


CONNECT = [
    # Delivered twice: the later record holds. Five in the afternoon of the 5th in UTC is the 6th here.
    ("c-1", "2026-09-06 01:00:00", True, "agent.one", None, "Repairs", "in", "VOICE", "2026-09-06 01:00:20",
     "2026-09-06 01:00:50", 30.0, None, None, 100.0, 10.0, 25.0, False, None, "138****8001"),
    ("c-2", "2026-09-05 10:00:00", False, None, None, "Repairs", "in", "VOICE", "2026-09-05 10:00:15",
     None, 60.0, None, None, None, None, None, None, None, "138****8002"),
    ("c-3", "2026-09-05 11:00:00", True, "agent.one", None, "Repairs", "in", "VOICE", "2026-09-05 11:00:10",
     "2026-09-05 11:00:30", 20.0, None, None, 320.0, 0.0, 20.0, True, None, "138****8003"),
    # Through two queues, and hung up in the second.
    ("c-5", "2026-09-05 12:00:00", False, None, None, "Repairs", "in", "VOICE", "2026-09-05 12:00:10",
     None, 100.0, None, None, None, None, None, None, None, "138****8004"),
    ("c-7", "2026-09-05 13:00:00", True, "agent.two", None, None, "out", "VOICE", None,
     "2026-09-05 13:00:12", None, None, None, 55.0, 0.0, 8.0, False, None, "138****8005"),
    ("c-8", "2026-09-05 13:10:00", False, "agent.two", None, None, "out", "VOICE", None,
     None, None, None, None, 0.0, 0.0, 2.0, False, None, "138****8006"),
]  # fmt: skip
CONNECT_COUNTS = [("amazon_connect_contacts", "calls", 14, 9, 0, 0, 2, 3, 6)]


def contacts():
    return [json.loads(line) for line in text_of("amazon_connect_contacts.jsonl").splitlines()]


def test_contacts_of_amazon_connect_fold_into_calls(home):
    # Ignored: a chat, a menu that was enough, a supervisor listening in.
    assert loaded(home, "amazon_connect_contacts.jsonl") == CONNECT_COUNTS
    assert facts(home, "calls", CALLS) == CONNECT
    assert query(home, "SELECT business_date::VARCHAR FROM calls WHERE call_id = 'c-1'") == [("2026-09-06",)]
    # Neither the end of a call that began elsewhere nor one whose end is elsewhere is guessed at.
    assert rejects(home) == [
        ("calls", 13, "started_at", None, "missing"),
        ("calls", 14, "answered", None, "missing"),
    ]


@pytest.mark.parametrize("form", ["array", "one after another", "upside down", "keys turned about"])
def test_contacts_in_whatever_form_and_order_they_come(home, tmp_path, form):
    records = contacts()
    if form == "upside down":
        records.reverse()
    if form == "keys turned about":
        records = [dict(random.Random(7).sample(sorted(one.items()), len(one))) for one in records]
    texts = list(map(json.dumps, records))
    text = {"array": json.dumps(records, indent=1), "one after another": "".join(texts)}.get(
        form, "\n".join(texts)
    )
    assert loaded(home, saved(tmp_path, text)) == CONNECT_COUNTS
    assert facts(home, "calls", CALLS) == CONNECT


def test_a_later_part_of_a_call_does_not_replace_it(home, tmp_path):
    loaded(home, "amazon_connect_contacts.jsonl")
    (rest,) = (one for one in contacts() if one["ContactId"] == "c-4")
    assert loaded(home, saved(tmp_path, json.dumps([rest])))[0][3:8] == (0, 0, 0, 1, 0)
    assert facts(home, "calls", CALLS) == CONNECT


def test_the_parts_of_a_call_in_one_file_make_it_whole(home, tmp_path):
    """What the sample has only the beginning of."""
    first = next(one for one in contacts() if one["ContactId"] == "c-14")
    agent = {
        "Username": "agent.one",
        "ConnectedToAgentTimestamp": "2026-09-05T07:00:10Z",
        "AgentInteractionDuration": 9,
    }
    rest = first | {
        "ContactId": "c-15", "InitialContactId": "c-14", "NextContactId": None, "InitiationMethod": "QUEUE_TRANSFER",
        "InitiationTimestamp": "2026-09-05T06:59:50Z", "Agent": agent, "Queue": None,
    }  # fmt: skip
    loaded(home, saved(tmp_path, json.dumps([first, rest])))
    assert query(home, "SELECT call_id, answered, agent_id, wait_s, talk_s, transferred FROM calls") == [
        ("c-14", True, "agent.one", 120.0, 9.0, False)
    ]


def test_what_a_lambda_calls_its_parameters_is_no_column():
    sums = "list_sum(list_transform(list(spoken), lambda one: one + held))"
    assert check_expression(sums, "x", over_rows=True) == {"spoken", "held"}
    with pytest.raises(ValueError, match="list"):
        check_expression(sums, "x")
    with pytest.raises(ValueError, match="getenv"):
        check_expression("list_transform([word], lambda one: getenv(one))", "x")


def test_zendesk_tickets(home):
    assert loaded(home, "zendesk_tickets.csv") == [("zendesk_tickets", "tickets", 4, 3, 0, 0, 1, 0, 3)]
    assert facts(home, "tickets", TICKETS) == [
        ("201", "service", "2026-09-05 23:40:00", "2026-09-06 00:15:00", "2026-09-06 09:00:00", None, None,
         "agent one", "Repairs", None, "Mail", None, "pending", "Normal", "Closed"),
        ("202", "service", "2026-09-06 10:00:00", "2026-09-06 11:30:00", "2026-09-08 12:00:00", None, None,
         "agent two", "Billing", None, "Phone call", None, "pending", "High", "Solved"),
        ("203", "service", "2026-09-07 08:15:00", None, None, None, None,
         None, None, None, "Web form", None, "pending", "Low", "New"),
    ]  # fmt: skip
    assert rejects(home) == [("tickets", 5, "opened_at", "07-09-2026 09:15", "unreadable_time")]


def test_minutes_that_are_no_number_are_set_aside(home, tmp_path):
    path = saved(tmp_path, text_of("zendesk_tickets.csv").replace(",2,35,0,", ",2,soon,0,"))
    assert loaded(home, path)[0][3:8] == (2, 0, 0, 2, 0)
    assert ("tickets", 2, "first_response_at", "soon", "unreadable_time") in rejects(home)


ZENDESK = [
    ("101", "service", "2026-09-06 01:00:00", "2026-09-06 01:42:00", "2026-09-06 09:30:00", None, None,
     "501", "601", None, "email", None, "pending", "normal", "solved"),
    ("102", "service", "2026-09-06 10:00:00", None, None, None, None,
     "502", "601", None, "voice", None, "pending", "urgent", "pending"),
]  # fmt: skip


def test_zendesk_tickets_of_the_api(home, tmp_path):
    counts = [("zendesk_tickets_json", "tickets", 3, 2, 0, 0, 0, 1, 2)]  # one was deleted
    assert loaded(home, "zendesk_tickets.json") == counts
    assert facts(home, "tickets", TICKETS) == ZENDESK
    lines = "\n".join(map(json.dumps, json.loads(text_of("zendesk_tickets.json"))["tickets"]))
    other = Home(tmp_path / "other")
    assert loaded(other, saved(tmp_path, lines)) == counts
    assert facts(other, "tickets", TICKETS) == ZENDESK


def test_zendesk_tickets_without_their_metrics_know_no_answer(home, tmp_path):
    tickets = json.loads(text_of("zendesk_tickets.json"))["tickets"]
    for ticket in tickets:
        del ticket["metric_set"]
    loaded(home, saved(tmp_path, json.dumps(tickets)))
    assert facts(home, "tickets", TICKETS) == [(*row[:3], None, None, *row[5:]) for row in ZENDESK]


def test_zendesk_ratings(home):
    assert loaded(home, "zendesk_ratings.json") == [("zendesk_ratings", "surveys", 5, 3, 0, 0, 1, 1, 3)]
    assert facts(home, "surveys", SURVEYS) == [
        ("1", "2026-09-07 01:30:00", "501", None, True, 2.0, 2.0),
        ("2", "2026-09-06 12:00:00", "502", None, True, 1.0, 2.0),
        ("3", "2026-09-06 13:00:00", "501", None, True, None, 2.0),
    ]
    assert rejects(home) == [("surveys", 5, "score", "splendid", "unreadable_number")]


JIRA = [
    ("HELP-1", "service", "2026-09-05 23:58:00", "2026-09-06 00:40:05.5", "2026-09-06 09:30:00", None, None,
     "agent one", None, "Report a fault", None, None, "pending", "High", "Resolved"),
    ("HELP-2", "service", "2026-09-06 10:00:00", None, None, None, None,
     "agent two", None, "Billing question", None, None, "pending", "Medium", "In Progress"),
    # Two request types: neither is taken for the one.
    ("HELP-3", "service", "2026-09-07 12:05:00", None, None, None, None,
     None, None, None, None, None, "pending", "Low", "Waiting for customer"),
    ("HELP-4", "service", "2026-09-08 08:05:00", None, "2026-09-08 09:05:00", None, None,
     "agent two", None, "Report a fault", None, None, "pending", "Low", "Resolved"),
]  # fmt: skip


@pytest.mark.parametrize("word", ["Satisfaction rating", "Custom field (Satisfaction)"])
def test_jira_service_issues(home, tmp_path, word):
    path = saved(tmp_path, text_of("jira_service_issues.csv").replace("Satisfaction rating", word))
    assert loaded(home, path) == [
        ("jira_service_issues", "tickets", 5, 4, 0, 0, 1, 0, 4),
        ("jira_service_issues", "surveys", 5, 1, 0, 0, 1, 3, 1),
    ]
    assert facts(home, "tickets", TICKETS) == JIRA
    assert facts(home, "surveys", SURVEYS) == [
        ("HELP-1", "2026-09-07 10:05:11.123", "agent one", None, None, 4.0, 5.0)
    ]
    # A rating without its date is not dated by something else.
    assert rejects(home) == [
        ("surveys", 6, "surveyed_at", None, "missing"),
        ("tickets", 7, "opened_at", "08/9月/26 8:05 AM", "unreadable_time"),
    ]
    keys = query(home, "SELECT count(DISTINCT customer_key), count(customer_key) FROM tickets")
    assert keys == [(3, 4)]


@pytest.mark.parametrize(
    "sample", ["genesys_interactions.csv", "zendesk_tickets.csv", "jira_service_issues.csv"]
)
def test_neither_name_nor_delimiter_nor_order_of_columns_matters(home, tmp_path, sample):
    straight = loaded(Home(tmp_path / "straight"), sample)
    turned = rewritten(tmp_path, sample, change=lambda row: row[6::-1] + row[:6:-1], to=";")
    assert loaded(home, turned) == straight


NEW = [
    "genesys_interactions.csv", "amazon_connect_contacts.jsonl", "zendesk_tickets.csv", "zendesk_tickets.json",
    "zendesk_ratings.json", "jira_service_issues.csv",
]  # fmt: skip


@pytest.mark.parametrize("sample", NEW)
def test_whoever_loads_or_looks_is_told_that_no_real_file_was_seen(home, sample):
    report = report_json(load(home, [SAMPLES / sample]))
    assert all(file["warnings"][0] == DOCUMENTED for file in report["files"])
    assert preview(home, SAMPLES / sample)["documentation_only"] is True
    again = report_json(load(home, [SAMPLES / sample]))
    assert {file["status"] for file in again["files"]} == {"unchanged"}
    assert all(DOCUMENTED not in file["warnings"] for file in again["files"])


def test_of_a_map_written_from_a_file_nothing_is_said(home):
    report = report_json(load(home, [SAMPLES / "bank_calls.txt"]))
    assert all(DOCUMENTED not in file["warnings"] for file in report["files"])
    assert preview(home, SAMPLES / "bank_calls.txt")["documentation_only"] is False


def test_every_map_that_says_so_in_words_has_the_mark():
    for name, source in load_sources().items():
        text = (SAMPLES.parents[2] / "etl" / "sources" / f"{name}.toml").read_text(encoding="utf-8")
        words = " ".join(text.replace("#", " ").split()).casefold()
        assert source.documented == ("from documentation alone" in words), name


def test_no_customer_of_the_samples_is_kept_in_clear(home):
    """In no table, those that keep what was set aside included."""
    loaded(home, *NEW)
    tables = query(home, "SELECT table_name FROM duckdb_tables()")
    kept = "".join(str(query(home, f"SELECT * FROM {table}")) for (table,) in tables)
    assert "agent one" in kept
    assert re.findall(r"1380013\d{4}|Customer [A-D]|\w@example|\b9[12]0\d\b|id:c\d", kept) == []
