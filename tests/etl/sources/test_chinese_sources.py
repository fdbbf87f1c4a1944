"""The maps of Chinese vendors, written from documentation alone, each on a sample made by us."""

from __future__ import annotations

import csv
import json

import pytest

from etl.home import Home
from etl.loading.load import load
from etl.loading.report import DOCUMENTED, report_json
from tests.etl.sample_files import SAMPLES, query

COUNTS = ("rows_read", "loaded", "updated", "duplicate", "rejected", "ignored", "facts")
DAY = "2026-09-05 "
# Where each answer keeps its records.
LISTS = {
    "aliyun_ccc_calls.json": ("Data", "List"),
    "clink_calls.json": ("cdrIbs",),
    "dingtalk_punches.json": ("recordresult",),
    "udesk_calls.json": (),
    "udesk_tickets.json": ("contents",),
    "wecom_punches.json": ("checkindata",),
}


def loaded(home, path):
    """What is reported of the one table in `path`: source, table, and the counts in their order."""
    (file,) = report_json(load(home, [SAMPLES / path]))["files"]
    assert file["status"] == "loaded", file["message"]
    assert file["rows_read"] == sum(file[name] for name in COUNTS[1:6])
    assert file["warnings"][0] == DOCUMENTED
    return (file["source"], file["table"], *(file[name] for name in COUNTS))


def rejects(home):
    return query(home, 'SELECT file_row, "column", raw, rule FROM rejects ORDER BY ALL')


def calls(home, *columns):
    """The calls as {key: values}, later legs of an id as "key/2"; times without the day that all share."""
    shown = ", ".join(f"{name}::VARCHAR" if name.endswith("_at") else name for name in columns)
    rows = query(
        home,
        f"SELECT call_id || CASE WHEN call_id = contact_id AND leg_no > 1 THEN '/' || leg_no ELSE '' END, {shown} FROM calls",
    )
    return {key: tuple(value.removeprefix(DAY) if isinstance(value, str) else value for value in values)
            for key, *values in rows}  # fmt: skip


def document(sample):
    return json.loads((SAMPLES / sample).read_text(encoding="utf-8"))


def records(sample):
    found = document(sample)
    for key in LISTS[sample]:
        found = found[key]
    return found


def saved(folder, name, value):
    path = folder / name
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return path


def outcome(home, table):
    """Every fact of `table`, apart from what differs from home to home, and what was set aside."""
    facts = query(
        home, f"SELECT COLUMNS(c -> c NOT IN ('file_id', 'customer_key')) FROM {table} ORDER BY ALL"
    )
    return facts, rejects(home)


FACTS = ("started_at", "answered", "agent_id", "assigned_to", "queue", "direction", "queued_at",
         "answered_at", "wait_s", "ring_s", "ivr_s", "talk_s", "hold_s", "transferred", "customer_shown")  # fmt: skip


def test_calls_of_alibaba_cloud(home):
    """Milliseconds since 1970 come out as the wall clock of the home, also the call before midnight."""
    assert loaded(home, "aliyun_ccc_calls.json") == ("aliyun_ccc_calls", "calls", 9, 7, 0, 0, 1, 1, 7)
    a, b = "agent-a@ccc-sample", "agent-b@ccc-sample"
    assert calls(home, *FACTS) == {
        "job-9001": ("09:00:00", True, a, a, "售后", "in", None, None, 25.0, 5.0, 8.0, 120.0, None, None, "138****8001"),
        "job-9002": ("09:05:00", False, None, None, "售后", "in", None, None, 60.0, None, 10.0, None, None, None, "138****8002"),
        "job-9003": ("23:59:50", False, None, b, "售前", "in", None, None, 6.0, 6.0, 3.0, None, None, None, "138****8003"),
        # Two agents in one cell: which of them answered is not said.
        "job-9004": ("10:00:00", True, None, None, "售后", "in", None, None, 4.0, 4.0, 6.0, 580.0, 30.0, True, "138****8004"),
        # Ended normally without an agent: the voice menu answered, nobody else.
        "job-9005": ("10:20:00", False, None, None, None, "in", None, None, None, None, 30.0, None, None, None, "138****8005"),
        "job-9006": ("11:00:00", False, a, None, None, "out", None, None, None, 30.0, None, None, None, None, "138****8006"),
        "job-9009": ("12:00:00", False, None, None, "售后", "in", None, None, 20.0, None, 5.0, None, None, None, "138****8009"),
    }  # fmt: skip
    assert rejects(home) == [(7, "answered", "ForwardToOutsideNumber", "unreadable_flag")]
    assert query(home, "SELECT count(*) FROM surveys") == [(0,)]  # a key without a scale is no rating


def test_kinds_of_call_that_nobody_described_are_set_aside(home, tmp_path):
    changed = records("aliyun_ccc_calls.json")[:3]
    changed[0]["ContactType"], changed[1]["ContactDisposition"] = "CONFERENCE", "Something"
    changed[2]["StartTime"] = changed[2]["StartTime"] // 1000  # seconds, where milliseconds are documented
    assert loaded(home, saved(tmp_path, "x.json", changed))[2:] == (3, 0, 0, 0, 3, 0, 0)
    assert [row[:2] + row[3:] for row in rejects(home)] == [
        (1, "direction", "unknown_value"),
        (2, "answered", "unreadable_flag"),
        (3, "started_at", "unreadable_time"),
    ]


CLINK = {
    # Waiting runs from the first queue to the answer; without an answer it is what the record says.
    "sample-1.1": ("09:00:00", True, "2001", "2001", "售后队列", "in", "09:00:10", "09:00:40", 30.0, 5.0, None, 90.0, None, None, "138****8001"),
    "sample-1.2": ("09:10:00", False, None, "2002", "售后队列", "in", "09:10:10", None, 48.0, 20.0, None, None, None, None, "138****8002"),
    "sample-1.3": ("09:20:00", False, None, None, None, "in", None, None, None, None, None, None, None, None, "138****8003"),
}  # fmt: skip


def test_calls_of_clink(home):
    assert loaded(home, "clink_calls.json") == ("clink_calls", "calls", 4, 3, 0, 0, 1, 0, 3)
    assert calls(home, *FACTS) == CLINK
    assert rejects(home) == [(4, "answered", None, "missing")]  # it still goes on


def test_calls_of_clink_as_they_are_resold(home, tmp_path):
    """The same fields with a capital letter, and without those that are empty."""
    resold = [
        {key[0].upper() + key[1:]: value for key, value in one.items() if value is not None}
        for one in records("clink_calls.json")
    ]
    path = saved(tmp_path, "x.json", {"Code": "OK", "Data": {"TotalCount": 4, "CdrIbs": resold}})
    assert loaded(home, path) == ("clink_calls", "calls", 4, 3, 0, 0, 1, 0, 3)
    assert calls(home, *FACTS) == CLINK


MOOR = {
    # Two minutes with one agent, two and a quarter with the one it was transferred to, then a third.
    "S1": ("09:00:00", True, "8001", "8001", "售后组", "in", "09:00:10", "09:00:40", 30.0, 10.0, None, 120.0, None, True, "138****8001"),
    "S2": ("09:02:35", True, "8002", None, None, "internal", None, "09:02:45", None, 9.0, None, 135.0, None, False, "138****8001"),
    "S8": ("09:05:00", True, "8003", None, None, "internal", None, "09:05:05", None, 4.0, None, 55.0, None, False, "138****8001"),
    "S3": ("09:10:00", False, None, None, "售后组", "in", "09:10:15", None, 45.0, None, None, None, None, None, "138****8003"),
    "S4": ("09:20:00", False, None, "8002", "售后组", "in", "09:20:10", None, 40.0, None, None, None, None, None, "138****8004"),
    "S5": ("10:00:00", True, "8001", None, None, "out", None, "10:00:20", None, None, None, 70.0, None, False, "138****8005"),
    "S6": ("10:10:00", False, None, None, None, "in", None, None, None, None, None, None, None, None, "138****8006"),
}  # fmt: skip


def test_calls_of_7moor(home):
    assert loaded(home, "moor_calls.json") == ("moor_calls", "calls", 8, 7, 0, 0, 0, 1, 7)
    assert calls(home, *FACTS) == MOOR
    assert rejects(home) == []
    legs = query(home, "SELECT call_id, contact_id, leg_no FROM calls WHERE leg_no > 0 ORDER BY leg_no")
    assert legs == [("S1", "S1", 1), ("S2", "S1", 2), ("S8", "S1", 3)]


QUERIED = {
    "CallSheetID": "CALL_SHEET_ID", "CallNo": "CALL_NO", "CalledNo": "CALLED_NO", "CallType": "CONNECT_TYPE",
    "State": "STATUS", "Ring": "OFFERING_TIME", "Begin": "BEGIN_TIME", "End": "END_TIME", "Exten": "EXTEN",
    "Queue": "QUEUE_NAME", "refCallSheetId": "REF_CALL_SHEET_ID",
}  # fmt: skip


def test_calls_of_7moor_as_its_query_answers(home, tmp_path):
    """Other words, and neither when a call was queued nor when the agent's phone rang."""
    pushes = map(json.loads, (SAMPLES / "moor_calls.json").read_text(encoding="utf-8").splitlines())
    asked = [
        {QUERIED[key]: value for key, value in one.items() if key in QUERIED} | {"DISPOSAL_AGENT": "id-1"}
        for one in pushes
        if one["CallState"] == "Hangup"
    ]
    path = saved(tmp_path, "x.json", {"success": True, "data": asked})
    assert loaded(home, path) == ("moor_calls", "calls", 7, 7, 0, 0, 0, 0, 7)
    known = [place for place, name in enumerate(FACTS) if name not in ("queued_at", "wait_s", "ring_s")]
    found = calls(home, *FACTS)
    assert {key: [row[place] for place in known] for key, row in found.items()} == {
        key: [row[place] for place in known] for key, row in MOOR.items()
    }
    assert query(home, "SELECT count(queued_at), count(wait_s), count(ring_s) FROM calls") == [(0, 0, 0)]


def test_calls_of_udesk(home):
    assert loaded(home, "udesk_calls.json") == ("udesk_calls", "calls", 10, 9, 0, 0, 1, 0, 6)
    assert calls(home, *FACTS) == {
        "u1@sample": ("09:00:00", True, "501", "501", None, "in", None, "09:00:28", None, 8.0, 12.0, 120.0, None, None, "138****8001"),
        "u2@sample": ("09:10:00", False, None, None, None, "in", None, None, None, None, 9.0, None, None, None, "138****8002"),
        # Two conversations of one customer: how long they were together is not said.
        "u3@sample": ("09:20:00", True, "501", "501", None, "in", None, "09:20:15", None, None, 5.0, None, None, None, "138****8003"),
        "u4@sample": ("10:00:00", True, "502", None, None, "out", None, "10:00:15", None, None, None, 45.0, None, None, "138****8004"),
        "u5@sample": ("10:10:00", False, "502", None, None, "out", None, None, None, None, None, None, None, None, "138****8005"),
        "u6@sample": ("10:20:00", False, None, "501", None, "in", None, None, None, None, 4.0, None, None, None, "138****8006"),
    }  # fmt: skip
    assert rejects(home) == [(10, "answered", None, "missing")]  # no push of it says how it ended


def test_tickets_of_udesk(home):
    assert loaded(home, "udesk_tickets.json") == ("udesk_tickets", "tickets", 3, 2, 0, 0, 1, 0, 2)
    assert query(
        home,
        """SELECT ticket_id, kind, opened_at::VARCHAR, agent_id, team, channel, severity, status, customer_shown,
               first_response_at, resolved_at, closed_at FROM tickets ORDER BY ticket_id""",
    ) == [
        ("1", "service", DAY + "20:44:08", "501", "售后1组", "电话", "标准", "solving", "138****8001", None, None, None),
        ("2", "service", DAY + "20:50:00", None, "售后1组", "邮件", "紧急", "open", None, None, None, None),
    ]  # fmt: skip
    assert rejects(home) == [(3, "opened_at", None, "missing")]


HUAWEI = {
    "1788570000-1": ("09:00:00", True, "101", "101", "31", "in", "09:00:10", "09:00:40", 30.0, 5.0, 10.0, 80.0, None, True, "138****8001"),
    "1788570000-1/2": ("09:02:00", True, "102", "102", None, "in", None, "09:02:04", None, 4.0, None, 56.0, None, False, "138****8001"),
    "1788570600-2": ("09:10:00", False, None, None, "31", "in", "09:10:05", None, 55.0, None, 5.0, None, None, None, "138****8002"),
    "1788571200-3": ("09:20:00", False, None, "101", "31", "in", "09:20:00", None, 10.0, None, None, None, None, None, "138****8003"),
    "1788573600-4": ("10:00:00", True, "102", None, None, "out", None, "10:00:12", None, 12.0, None, 60.0, None, False, "138****8004"),
    "1788574200-5": ("10:10:00", True, "101", None, None, "internal", None, "10:10:03", None, 3.0, None, 60.0, None, False, None),
}  # fmt: skip


def huawei_rows():
    with (SAMPLES / "huawei_aicc_calls.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def written(path, rows, delimiter=","):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def test_calls_of_huawei(home):
    """The rows of one leg fold; one without its last row waits for it, a kind nobody listed is set aside."""
    assert loaded(home, "huawei_aicc_calls.csv") == ("huawei_aicc_calls", "calls", 12, 10, 0, 0, 2, 0, 6)
    assert calls(home, *FACTS) == HUAWEI
    assert rejects(home) == [(11, "answered", None, "missing"), (12, "direction", "99", "unknown_value")]


@pytest.mark.parametrize("further", [-3, 0, 8])
def test_calls_of_huawei_with_fewer_or_further_places(home, tmp_path, further):
    rows = [row[:further] if further < 0 else row + ["5"] * further for row in huawei_rows()]
    assert loaded(home, written(tmp_path / "x.dat", rows, ";"))[2:] == (12, 10, 0, 0, 2, 0, 6)
    assert calls(home, *FACTS) == HUAWEI


def test_calls_of_huawei_under_a_header_in_another_order(home, tmp_path):
    words = ["developer", "account_id", "cc_id", "agent_id", "call_id", "caller_no", "callee_no", "wait_begin",
             "wait_end", "ack_begin", "ack_end", "call_begin", "call_end", "device_type", "device_no", "call_type",
             "release_cause", "call_id_num", "vdn_id", "pre_device_type", "pre_device_no"]  # fmt: skip
    path = written(tmp_path / "x.dat", [row[::-1] for row in [words, *huawei_rows()]])
    assert loaded(home, path)[2:] == (12, 10, 0, 0, 2, 0, 6)
    assert calls(home, *FACTS) == HUAWEI


PUNCHED = "SELECT agent_id, punched_at::VARCHAR, direction, device FROM punches ORDER BY ALL"


def test_punches_in_dingtalk(home):
    """A missing punch, what the system wrote and what is invalid are no punches."""
    assert loaded(home, "dingtalk_punches.json") == ("dingtalk_punches", "punches", 7, 3, 0, 0, 1, 3, 3)
    assert query(home, PUNCHED) == [
        ("sample01", DAY + "08:55:12", "in", "door-1"),
        ("sample02", DAY + "09:07:30", "in", None),
        ("sample02", DAY + "18:00:00", "out", None),
    ]
    assert rejects(home) == [(7, "punched_at", None, "missing")]
    assert query(home, "SELECT count(*) FROM leave") == [(0,)]
    # What is missing stays unknown: the planned end of the shift has not become a punch.
    assert query(home, "SELECT in_at::VARCHAR, out_at FROM attendance WHERE agent_id = 'sample01'") == [
        (DAY + "08:55:12", None)
    ]


def test_punches_in_wecom(home):
    assert loaded(home, "wecom_punches.json") == ("wecom_punches", "punches", 6, 4, 0, 0, 1, 1, 4)
    assert query(home, PUNCHED) == [
        ("sample01", DAY + "08:58:00", "in", "sample-device"),
        ("sample02", DAY + "09:21:40", "in", None),
        ("sample02", DAY + "14:10:00", "unknown", None),
        ("sample02", DAY + "23:59:59", "out", None),
    ]
    assert rejects(home) == [(6, "agent_id", None, "missing")]


@pytest.mark.parametrize(
    ("sample", "column"), [("dingtalk_punches.json", "punched_at"), ("udesk_tickets.json", "opened_at")]
)
def test_moments_are_told_in_the_zone_of_the_home(tmp_path, sample, column):
    firsts = []
    for zone in ("Asia/Shanghai", "UTC"):
        home = Home(tmp_path / zone)
        home.config.mkdir(parents=True)
        (home.config / "home.toml").write_text(f'timezone = "{zone}"\n', encoding="utf-8")
        table = loaded(home, sample)[1]
        firsts += query(home, f"SELECT min({column}) FROM {table}")[0]
    assert (firsts[0] - firsts[1]).total_seconds() == 8 * 3600


@pytest.mark.parametrize("sample", LISTS)
def test_neither_name_nor_form_nor_order_matters(tmp_path, sample):
    """The same records alone, in another order of keys, and as a table turned about: the same facts."""
    straight = Home(tmp_path / "straight")
    source, table, *counts = loaded(straight, sample)
    rows = records(sample)
    keys = list({key: None for row in rows for key in row if key != "custom_fields"})[::-1]
    texts = [[_text(row.get(key)) for key in keys] for row in rows]
    turned = [{key: row[key] for key in keys if key in row} for row in rows]
    for number, path in enumerate(
        (saved(tmp_path, "a.dat", turned), written(tmp_path / "b.dat", [keys, *texts], "\t"))
    ):
        home = Home(tmp_path / f"home{number}")
        assert loaded(home, path)[:2] == (source, table)
        facts, set_aside = outcome(home, table)
        # A table counts its lines from the header.
        assert [row[1:] for row in set_aside] == [row[1:] for row in rejects(straight)]
        if number == 0:
            assert (facts, set_aside) == outcome(straight, table)
        assert len(facts) == counts[-1]


def _text(value):
    if value is None or value == []:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_pages_of_one_answer_in_one_file(home, tmp_path):
    """Each page as the service gave it, one a line."""
    page = document("wecom_punches.json")
    other = json.loads(json.dumps(page).replace("sample0", "sample1"))
    path = tmp_path / "pages.txt"
    path.write_text("".join(json.dumps(one) + "\n" for one in (page, other)), encoding="utf-8")
    assert loaded(home, path) == ("wecom_punches", "punches", 12, 8, 0, 0, 2, 2, 8)


def test_a_long_answer_is_read_as_its_list(home, tmp_path):
    page = document("dingtalk_punches.json")
    one = page["recordresult"][0]
    page["recordresult"] = [one | {"userId": f"sample{n}"} for n in range(120)]
    assert loaded(home, saved(tmp_path, "x.json", page))[2:] == (120, 120, 0, 0, 0, 0, 120)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"errcode": 40014, "errmsg": "invalid access_token"}, "matches no known source"),
        ({"errcode": 0, "errmsg": "ok", "checkindata": []}, "its list “checkindata” is empty"),
        ({"Code": "OK", "Data": {"TotalCount": 0, "List": []}}, "its list “List” is empty"),
    ],
)
def test_an_answer_without_records_is_refused(home, tmp_path, answer, said):
    (file,) = report_json(load(home, [saved(tmp_path, "x.json", answer)]))["files"]
    assert file["status"] == "refused"
    assert said in file["message"]
