"""What is looked up in the call: whichever file comes first, and when the call is corrected later."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.home import Home
from etl.loading.load import load
from etl.loading.report import report_json
from etl.snapshots.snapshot import current

SAMPLES = Path(__file__).parents[1] / "samples"
REVIEWS = "SELECT review_id, agent_id, contact_at::VARCHAR, business_date::VARCHAR FROM qa_reviews ORDER BY 1"
EXPECTED = [
    ("1", "1", "2026-03-02 04:05:00", "2026-03-02"),
    ("2", "2", "2026-03-15 22:56:00", "2026-03-15"),
    ("3", "2", "2026-03-04 09:49:00", "2026-03-04"),
    ("4", "1", "2026-03-02 04:05:00", "2026-03-02"),
    ("5", None, None, None),  # of a call that is not there
]


def query(home, sql):
    return current(home).query(sql).rows()


@pytest.mark.parametrize(
    "order",
    [("synthetic_calls.csv", "synthetic_quality.csv"), ("synthetic_quality.csv", "synthetic_calls.csv")],
)
def test_a_review_takes_agent_and_time_from_its_call(home, order):
    for name in order:
        load(home, [SAMPLES / name])
    assert query(home, REVIEWS) == EXPECTED
    days = query(
        home, "SELECT day::VARCHAR, facts FROM loaded_days WHERE contract = 'qa_reviews' ORDER BY ALL"
    )
    assert days == [("2026-03-02", 2), ("2026-03-04", 1), ("2026-03-15", 1)]


def test_the_scores_of_the_made_up_call_centre(home):
    reviews, items = report_json(load(home, [SAMPLES / "synthetic_quality.csv"]))["files"]
    counted = ("rows_read", "loaded", "duplicate", "rejected", "ignored")
    assert [reviews[name] for name in counted] == [6, 5, 1, 0, 0]
    assert [items[name] for name in counted] == [6, 3, 1, 1, 1]
    assert items["reject_rules"] == {"off_scale": 1}


def test_a_corrected_call_takes_its_review_along(home, write):
    load(home, [SAMPLES / "synthetic_quality.csv", SAMPLES / "synthetic_calls.csv"])
    header = "call_id,agent_id,customer_id,start_time,duration_sec,wait_time_sec,status,call_type"
    load(home, [write("calls.csv", header, "1,3,701,2026-03-02 04:05:00,281.0,85.0,Completed,Complaint")])
    assert query(home, REVIEWS)[0] == ("1", "3", "2026-03-02 04:05:00", "2026-03-02")
    days = query(
        home, "SELECT day::VARCHAR, facts FROM loaded_days WHERE contract = 'qa_reviews' ORDER BY ALL"
    )
    assert days == [("2026-03-02", 2), ("2026-03-04", 1), ("2026-03-15", 1)]


def test_the_same_scores_again_are_duplicates(home):
    load(home, [SAMPLES / "synthetic_quality.csv", SAMPLES / "synthetic_calls.csv"])
    reviews, _ = report_json(load(home, [SAMPLES / "synthetic_quality.csv"], again=True))["files"]
    assert (reviews["loaded"], reviews["updated"], reviews["duplicate"]) == (0, 0, 6)
    assert query(home, REVIEWS) == EXPECTED


def test_what_a_file_says_itself_is_never_touched(home, write, calls):
    reviews = write(
        "qa.csv",
        "质检编号,客服工号,质检时间,通话编号",
        "R1,1009,2026-10-03 10:00:00,C1",
        "R2,,2026-10-03 10:00:00,C1",
        "R3,,2026-10-03 10:00:00,",
        "R4,1009,,",
    )
    (file,) = report_json(load(home, [reviews]))["files"]
    assert (file["loaded"], file["rejected"], file["reject_rules"]) == (2, 2, {"missing": 2})
    load(home, [calls("calls.csv", "C1,2026-10-01 09:00:00,是,1001,5,60,")])
    assert query(home, REVIEWS) == [
        ("R1", "1009", None, "2026-10-03"),
        ("R2", "1001", None, "2026-10-03"),
    ]


def test_a_survey_without_an_agent_is_of_whoever_took_the_call(home, write, calls):
    load(home, [write("csat.csv", "评价编号,评价时间,通话编号,评分", "S1,2026-10-01 10:00:00,C1,5")])
    load(home, [calls("calls.csv", "C1,2026-10-01 09:00:00,是,1001,5,60,")])
    assert query(home, "SELECT agent_id FROM surveys") == [("1001",)]


def test_a_survey_of_a_ticket_is_of_whoever_is_responsible_for_it(home, write, calls):
    header = "评价编号,评价时间,通话编号,工单编号,评分,满分"
    rows = (
        "S1,2026-10-01 10:00:00,,T1,5,5",
        "S2,2026-10-01 10:00:00,C1,T1,5,5",
        "S3,2026-10-01 10:00:00,,T9,5,5",
    )
    load(home, [write("csat.csv", header, *rows)])
    load(home, [calls("calls.csv", "C1,2026-10-01 09:00:00,是,1001,5,60,")])
    tickets = "工单编号,受理时间,责任工号"
    load(home, [write("tickets.csv", tickets, "T1,2026-10-01 09:00:00,1002")])
    asked = "SELECT survey_id, agent_id FROM surveys ORDER BY survey_id"
    assert query(home, asked) == [("S1", "1002"), ("S2", "1001"), ("S3", None)]
    # The ticket is somebody else's now, and so is its survey; a later load forgets nothing.
    load(home, [write("tickets_again.csv", tickets, "T1,2026-10-01 09:00:00,1003")])
    load(home, [calls("more.csv", "C2,2026-10-02 09:00:00,是,1001,5,60,")])
    assert query(home, asked) == [("S1", "1003"), ("S2", "1001"), ("S3", None)]


def test_either_order_gives_the_same_facts_and_days(tmp_path):
    answers = []
    names = (
        "synthetic_calls.csv",
        "synthetic_quality.csv",
        "synthetic_agents.csv",
        "synthetic_departments.csv",
    )
    for number, order in enumerate((names, names[::-1])):
        home = Home(tmp_path / str(number))
        for name in order:
            load(home, [SAMPLES / name])
        answers.append(
            [query(home, REVIEWS), query(home, "SELECT contract, day, facts FROM loaded_days ORDER BY ALL")]
        )
    assert answers[0] == answers[1]
