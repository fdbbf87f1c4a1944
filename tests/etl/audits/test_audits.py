"""Each audit finds the one defect planted for it, and is silent on the same rows without it."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import duckdb
import numpy as np
import pytest

from etl.audits.audit import audits, limits, run_fact_audits
from etl.audits.covered_days import with_missing
from etl.audits.overlapping_calls import EXAMPLES, LAST_BITS, MOST_AGENTS, SLACK_S, overlapping
from etl.home import Home, Settings
from etl.loading.load import load
from etl.snapshots.snapshot import current
from tests.kpi.facts import facts

CALL = "通话编号,来电时间,是否接通,接听工号,进入排队时间,接听时间,等待秒数,振铃秒数,语音导航秒数,通话秒数,保持秒数,应答语延迟秒数,渠道"
GOOD_CALL = "C1,2026-10-01 09:00:00,是,42,2026-10-01 09:00:20,2026-10-01 09:00:40,20,10,20,200,30,2,"
TICKET = "工单编号,受理时间,首次响应时间,解决时间,关闭时间,重开时间,回访时间"
GOOD_TICKET = (
    "T1,2026-10-01 09:00,2026-10-01 09:10,2026-10-02 09:00,2026-10-02 10:00,2026-10-01 20:00,2026-10-03 09:00"
)
BANK = "vru+line,call_id,customer_id,priority,type,date,vru_entry,vru_exit,vru_time,q_start,q_exit,q_time,outcome,ser_start,ser_exit,ser_time,server"
GOOD_BANK = (
    "AA0101,33116,9664491,2,PS,990101,0:00:31,0:00:36,5,0:00:36,0:03:09,153,AGENT,0:03:09,0:06:05,176,ANAT"
)

# Audit → header, the good row, what is replaced in it, and the detail that is found then (of the last row).
IN_A_FILE: dict[str, tuple[str, str, tuple[str, str], str]] = {
    "answered_before_queued": (
        *(CALL, GOOD_CALL, ("2026-10-01 09:00:40", "2026-10-01 09:00:10")),
        "answered_at 2026-10-01 09:00:10 < queued_at 2026-10-01 09:00:20",
    ),
    "queued_or_answered_before_start": (
        *(CALL, GOOD_CALL, ("2026-10-01 09:00:20", "2026-10-01 08:59:59")),
        "queued_at 2026-10-01 08:59:59 < started_at 2026-10-01 09:00:00",
    ),
    # Clocks in China were put forward and back from 1986 to 1991.
    "clock_gap": (
        *(CALL, GOOD_CALL, ("2026-10-01 09:00:00", "1988-04-17 02:30:00")),
        "started_at 1988-04-17 02:30:00",
    ),
    "clock_fold": (
        *(CALL, GOOD_CALL, ("2026-10-01 09:00:00", "1988-09-11 01:30:00")),
        "started_at 1988-09-11 01:30:00",
    ),
    "unanswered_with_talk": (CALL, GOOD_CALL, ("是", "否"), "talk_s = 200.0"),
    "negative_duration": (CALL, GOOD_CALL, (",200,", ",-200,"), "talk_s = -200.0"),
    "implausibly_long": (CALL, GOOD_CALL, (",200,", ",200000,"), "talk_s = 200000.0"),
    "long_talk": (CALL, GOOD_CALL, (",200,", ",14401,"), "talk_s = 14401.0"),
    "durations_do_not_add_up": (
        *(CALL, GOOD_CALL, (",20,10,", ",43,10,")),
        "wait_s = 43.0, started_at 2026-10-01 09:00:00, answered_at 2026-10-01 09:00:40",
    ),
    "resolved_before_opened": (
        *(TICKET, GOOD_TICKET, ("2026-10-01 09:10", "2026-10-01 08:50")),
        "opened_at 2026-10-01 09:00:00",
    ),
    "closed_before_resolved": (
        *(TICKET, GOOD_TICKET, ("2026-10-02 10:00", "2026-10-02 08:00")),
        "closed_at 2026-10-02 08:00:00 < resolved_at 2026-10-02 09:00:00",
    ),
    "reopened_before_opened": (
        *(TICKET, GOOD_TICKET, ("2026-10-01 20:00", "2026-09-30 20:00")),
        "reopened_at 2026-09-30 20:00:00 < opened_at 2026-10-01 09:00:00",
    ),
    "out_before_in": (
        "工号,班次日期,上班打卡,下班打卡",
        "1001,2026-10-01,2026-10-01 07:58,2026-10-01 16:01",
        ("2026-10-01 16:01", "2026-10-01 06:01"),
        "out_at 2026-10-01 06:01:00 < in_at 2026-10-01 07:58:00",
    ),
    "promise_out_of_order": (
        "承诺编号,承诺时间,承诺回复时限,实际回复时间",
        "P1,2026-10-01 09:00,2026-10-02 09:00,2026-10-01 15:00",
        ("2026-10-02 09:00", "2026-09-30 09:00"),
        "promised_for 2026-09-30 09:00:00 < created_at 2026-10-01 09:00:00",
    ),
    "reviewed_before_contact": (
        "质检编号,客服工号,质检时间,被检通话时间",
        "R1,42,2026-10-02,2026-10-02 09:30",
        ("2026-10-02,", "2026-10-01,"),
        "reviewed_at 2026-10-01 00:00:00 < contact_at 2026-10-02 09:30:00",
    ),
    "ends_before_start": (
        "工号,请假开始,请假结束",
        "41,2026-10-01 09:00,2026-10-02 09:00",
        ("2026-10-02", "2026-09-30"),
        "ends_at 2026-09-30 09:00",
    ),
    "off_scale_score": (
        "评价编号,评价时间,客服工号,满分,评分",
        "S1,2026-10-01 09:00,42,5,5",
        (",5,5", ",5,6"),
        "score = 6",
    ),
    "stay_ends_before_start": (
        "工号,姓名,班组,生效日期,失效日期",
        "41,甲,一班,2026-01-01,2026-12-31",
        ("2026-12-31", "2025-12-31"),
        "41: valid_to 2025-12-31 < valid_from 2026-01-01",
    ),
    "overlapping_leave": (
        "工号,请假开始,请假结束",
        "42,2026-10-01 09:00,2026-10-02 09:00\n42,2026-10-02 09:00,2026-10-02 17:00",
        ("\n42,2026-10-02 09:00", "\n42,2026-10-01 15:00"),
        "42: 2026-10-01 09:00:00 ~ 2026-10-01 15:00:00",
    ),
    "overlapping_stays": (
        "工号,姓名,班组,生效日期,失效日期",
        "42,甲,一班,2026-01-01,2026-05-31\n42,甲,二班,2026-06-01,",
        ("2026-05-31", "2026-07-01"),
        "42: 2026-01-01 ~ 2026-06-01",
    ),
    "rounded_customers": (
        "通话编号,来电时间,是否接通,客户号码",
        "C1,2026-10-01 09:00,是,13800138000",
        ("13800138000", "1.38001E+10"),
        "1.38001E+10",
    ),
    "service_before_queue_end": (
        BANK.replace(",", "\t"),
        GOOD_BANK.replace(",", "\t"),
        ("0:03:09\t0:06:05\t176", "0:03:08\t0:06:05\t177"),
        "ser_start 0:03:08 < q_exit 0:03:09",
    ),
    "service_time_differs": (
        BANK.replace(",", "\t"),
        GOOD_BANK.replace(",", "\t"),
        ("\t176\t", "\t175\t"),
        "ser_time 175 <> 0:03:09 ~ 0:06:05",
    ),
    "same_key_other_content": (
        *(
            CALL,
            f"{GOOD_CALL}\n{GOOD_CALL.replace('C1', 'C2').replace(',200,', ',201,')}",
            ("\nC2", "\nC1"),
            "C1",
        ),
    ),
    "rounded_times": (
        CALL,
        "\n".join(
            f"C{n},2026-10-01 09:{n:02d}:00,是,42,2026-10-01 09:{n:02d}:00,2026-10-01 09:{n:02d}:0{n % 2},,,,{n},,,"
            for n in range(60)
        ),
        (":01,", ":00,"),
        "started_at 2026-10-01 09:00:00 ~ 2026-10-01 09:59:00",
    ),
    "constant_measure": (
        CALL,
        "\n".join(f"C{n},2026-10-01 09:{n:02d}:07,是,4{n},,,,,,{9 + n // 59},,," for n in range(60)),
        (",10,,,", ",9,,,"),
        "talk_s = 9.0",
    ),
}


IN_FILES = [audit for audit in audits() if audit.over == "file"]


def found(home: Home, file: str = "%") -> dict[str, list[str]]:
    """The details of what each audit of a file found, in the order of the rows."""
    rows = (
        current(home)
        .query(
            """SELECT audit, detail FROM audit_rows JOIN (SELECT DISTINCT file_id, name FROM files) USING (file_id)
               WHERE name LIKE ? AND audit_rows.day IS NULL ORDER BY audit, file_row""",
            [file],
        )
        .rows()
    )
    return {name: [detail for audit, detail in rows if audit == name] for name, _ in rows}


@pytest.fixture(scope="module")
def homes(tmp_path_factory):
    """Two homes and their reports: the clean files of all cases loaded, and the broken ones."""
    folder = tmp_path_factory.mktemp("audits")
    made = {}
    for kind in ("clean", "broken"):
        paths = []
        for name, (header, rows, (good, bad), _) in IN_A_FILE.items():
            assert good in rows, name
            paths.append(folder / kind / f"{name}.csv")
            paths[-1].parent.mkdir(exist_ok=True)
            text = rows if kind == "clean" else rows.replace(good, bad)
            paths[-1].write_text(f"{header}\n{text}\n", encoding="utf-8")
        home = Home(folder / f"home {kind}")
        made[kind] = home, load(home, paths)
    return made


@pytest.mark.parametrize("audit", IN_FILES, ids=lambda audit: audit.name)
def test_an_audit_of_a_file_finds_its_defect(homes, audit):
    home, report = homes["broken"]
    assert found(home, f"{audit.name}.csv")[audit.name][-1] == IN_A_FILE[audit.name][3]
    (file,) = (one for one in report.files if one.path.endswith(f"/{audit.name}.csv"))
    (said,) = (one.values["count"] for one in file.warnings if one.values.get("audit") == audit.title)
    counted = current(home).query(
        "SELECT a.found, a.day FROM audits AS a JOIN files USING (file_id) WHERE audit = ? AND name = ?",
        [audit.name, f"{audit.name}.csv"],
    )
    assert counted.rows() == [(said, None)]


@pytest.mark.parametrize("name", IN_A_FILE)
def test_no_audit_finds_fault_with_clean_rows(homes, name):
    assert found(homes["clean"][0], f"{name}.csv") == {}


def test_all_rows_are_counted_and_a_thousand_kept(home, write):
    rows = [
        f"C{n},2026-10-01 09:00:{n % 60:02d},否,,,,,,,{10 + n % 7},,," for n in range(1200)
    ]  # nobody answered, and all have talk time
    (report,) = load(home, [write("c.csv", CALL, *rows)]).files
    assert [one.values["count"] for one in report.warnings if "count" in one.values] == [1200]
    counts = current(home).query("SELECT found FROM audits WHERE audit = 'unanswered_with_talk'").rows()
    kept = current(home).query("SELECT count(*), max(file_row) FROM audit_rows").rows()
    assert (counts, kept) == ([(1200,)], [(1000, 1001)])


def test_the_hours_of_a_long_talk_are_set_in_the_home(home, write):
    home.create()
    (home.config / "home.toml").write_text("[audits]\nlong_talk_h = 0.05\n", encoding="utf-8")
    load(home, [write("c.csv", CALL, GOOD_CALL)])
    assert found(home) == {"long_talk": ["talk_s = 200.0"]}


def test_a_chat_of_many_hours_is_no_long_talk(home, write):
    load(home, [write("c.csv", CALL, GOOD_CALL.replace(",200,", ",20000,") + "Chat")])
    assert found(home) == {}


def test_audits_describe_themselves_in_both_languages():
    for audit in audits():
        for said in (audit.title, audit.todo, audit.says or {"en": "x", "zh": "字"}):
            assert said["en"].isascii() or "×" in said["en"] or "“" in said["en"], (audit.name, said["en"])
        assert all(max(text) >= "\u3400" for text in (audit.title["zh"], audit.todo["zh"])), audit.name
        assert audit.importance in (1, 2, 3)
        assert audit.over in ("file", "facts")


def test_every_audit_has_a_case():
    assert {audit.name for audit in audits() if audit.over == "file"} == set(IN_A_FILE)
    assert {audit.name for audit in audits() if audit.over == "facts"} == set(OVER_FACTS)


# ---- Over the facts ---------------------------------------------------------------------------------

OVER_FACTS = {
    "overlapping_calls",
    "orphan_agents",
    "reviews_without_call",
    "surveys_without_call",
    "surveyed_before_call",
    "unusual_day",
    "day_gaps",
    "littles_law",
    "future_dates",
    "far_from_others",
    "same_content",
    "same_rows_twice",
    "swapped_day_month",
    "missed_punch",
    "no_punch_no_leave",
    "punch_between_missed",
    "punches_without_plan",
}
NOW = datetime(2026, 11, 21, 8)
MONDAY = date(2026, 1, 5)


def judged(con, *touched):
    """What the audits over the facts find: {audit: [(day, values of its sentence)]}; `touched`, else all days."""
    con.execute("CREATE OR REPLACE TEMP TABLE touched_days (contract VARCHAR, day DATE)")
    if touched:
        con.executemany("INSERT INTO touched_days VALUES (?, ?)", touched)
    else:
        con.execute(
            "INSERT INTO touched_days SELECT contract, day FROM loaded_days WHERE contract <> 'complaints'"
        )
    run_fact_audits(con, limits(Settings(), NOW))
    rows = con.execute(
        "SELECT audit, CAST(day AS VARCHAR), detail FROM audit_rows WHERE day IS NOT NULL ORDER BY day, detail"
    ).fetchall()
    assert {audit for audit, _, _ in rows} <= OVER_FACTS
    return {
        name: [(day, json.loads(said)) for audit, day, said in rows if audit == name] for name, _, _ in rows
    }


def count(con, name):
    return con.execute("SELECT CAST(sum(found) AS BIGINT) FROM audits WHERE audit = ?", [name]).fetchone()[0]


def call(start: str, talk: float, agent: str | None = "1001", **more: object) -> dict[str, object]:
    return {"started_at": start, "answered": True, "agent_id": agent, "talk_s": talk, **more}


def weekdays(weeks: int, *, first: date = MONDAY, per_day: int = 10, closed: tuple[int, ...] = (5, 6)):
    """The days of some weeks with a number of tickets on each, but for the weekdays that are closed."""
    for n in range(7 * weeks):
        day = first + timedelta(days=n)
        if day.weekday() not in closed:
            yield from ({"opened_at": f"{day} 09:00", "business_date": day} for _ in range(per_day))


def tickets(days) -> list[dict[str, object]]:
    return [{"ticket_id": f"T{n}", "opened_at": one["opened_at"]} for n, one in enumerate(days)]


def test_overlapping_calls_are_those_that_begin_before_an_earlier_one_ends():
    con = facts(
        calls=[
            call("2026-10-01 09:00:00", 600, wait_s=30.0),  # 09:00:30 to 09:10:30
            call("2026-10-01 09:03:00", 60),  # within it
            call("2026-10-01 09:08:00", 60),  # within it, though the one before is over
            call("2026-10-01 09:10:26", 60),  # four seconds: clocks disagree by that
            call("2026-10-01 09:03:00", 60, "1002"),  # somebody else
            call("2026-10-01 09:04:00", 60, "1002", channel="chat"),
            call("2026-10-01 09:20:00", 100, "1002", hold_s=50.0, answered_at="2026-10-01 09:20:30"),
            call("2026-10-01 09:22:50", 10, "1002"),  # in the hold time of the one before
            call("2026-10-01 23:59:00", 300, "1003"),
            call("2026-10-02 00:01:00", 30, "1003"),  # after midnight
        ]
    )
    seen = judged(con)["overlapping_calls"]
    assert [(day, one["agent"], one["begins"][11:], one["until"][11:]) for day, one in seen] == [
        ("2026-10-01", "1001", "09:03:00", "09:10:30"),
        ("2026-10-01", "1001", "09:08:00", "09:10:30"),
        ("2026-10-01", "1002", "09:22:50", "09:23:00"),
        ("2026-10-02", "1003", "00:01:00", "00:04:00"),
    ]
    assert count(con, "overlapping_calls") == 4


def test_overlaps_agree_with_a_window_in_sql():
    con = facts()
    con.execute(
        "INSERT INTO people SELECT CAST(n AS VARCHAR), CAST(n AS VARCHAR), NULL FROM range(40) AS t(n)"
    )
    con.execute("SELECT setseed(0.5)")
    con.execute("""
        INSERT INTO calls BY NAME
        SELECT 'C' || n AS call_id, s AS started_at, true AS answered,
            CAST(CAST(floor(random() * 40) AS INTEGER) AS VARCHAR) AS agent_id, floor(random() * 900) AS talk_s,
            floor(random() * 60) AS wait_s, CAST(s AS DATE) AS business_date, 1 AS file_id, n AS file_row
        FROM (SELECT n, TIMESTAMP '2026-03-01' + to_seconds(CAST(n * 29 AS BIGINT)) AS s FROM range(20000) AS t(n))""")
    con.execute("INSERT INTO loaded_days SELECT 'calls', business_date, count(*) FROM calls GROUP BY ALL")
    judged(con)
    by_window = con.execute(f"""
        SELECT CAST(begins AS DATE), count(*) FROM (
            SELECT begins, max(ends) OVER (
                PARTITION BY agent_id ORDER BY begins, ends ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
            FROM (
                SELECT agent_id, started_at + to_seconds(CAST(wait_s AS BIGINT)) AS begins,
                    started_at + to_seconds(CAST(wait_s + talk_s AS BIGINT)) AS ends
                FROM calls WHERE talk_s > 0))
        WHERE begins + INTERVAL {SLACK_S} SECOND <= before GROUP BY ALL ORDER BY ALL""").fetchall()
    by_numbers = con.execute(
        "SELECT day, CAST(found AS BIGINT) FROM audits WHERE audit = 'overlapping_calls' ORDER BY day"
    ).fetchall()
    assert by_numbers == by_window
    assert count(con, "overlapping_calls") > EXAMPLES
    shown = con.execute(
        "SELECT count(*), min(day) FROM audit_rows WHERE audit = 'overlapping_calls'"
    ).fetchone()
    assert shown[0] == EXAMPLES
    assert shown[1] > by_window[0][0]  # the newest are kept


def test_the_agents_of_the_largest_centre_are_told_apart():
    con = facts(calls=[call("2026-10-01 09:00", 600, "zz"), call("2026-10-01 09:05", 600, "zz")])
    con.execute(f"INSERT INTO people SELECT 'a' || n, 'a' || n, NULL FROM range({MOST_AGENTS - 1}) AS t(n)")
    assert [one["agent"] for _, one in judged(con)["overlapping_calls"]] == ["zz"]
    con.execute("INSERT INTO people VALUES ('b', 'b', NULL)")  # now they are too many for one pass
    con.execute("DELETE FROM audits")
    con.execute("DELETE FROM audit_rows")
    assert [one["agent"] for _, one in judged(con)["overlapping_calls"]] == ["zz"]
    assert count(con, "overlapping_calls") == 1


def test_numbers_over_more_than_one_part_of_the_array():
    begins = np.arange(0, 300_000, dtype=np.uint64) * np.uint64(100)
    numbers = (begins << np.uint64(LAST_BITS)) | np.uint64(50)
    numbers[0] = np.uint64(100_000)  # one call over the first thousand others
    found, until = overlapping(numbers.copy())
    assert len(found) == 999
    assert set(until.tolist()) == {100_000}


def test_an_agent_in_no_roster_is_found_once_there_is_a_roster():
    rows = {
        "calls": [
            call("2026-10-01 09:00", 60),
            call("2026-10-01 10:00", 60, "9999"),
            call("2026-10-01 11:00", 60, "9999"),
        ],
        "tickets": [{"opened_at": "2026-10-02 09:00", "agent_id": "9999"}],
    }
    assert "orphan_agents" not in judged(facts(**rows))
    con = facts(**rows, agents=[{"agent_id": "1001", "name": "甲", "valid_from": "2026-01-01"}])
    assert judged(con)["orphan_agents"] == [
        ("2026-10-01", {"agent": "9999", "contract": "calls", "rows": 2}),
        ("2026-10-02", {"agent": "9999", "contract": "tickets", "rows": 1}),
    ]
    assert count(con, "orphan_agents") == 3
    # The person is added to the roster: no day of calls is touched, and the finding goes away all the same.
    con.execute("INSERT INTO agents (agent_id, name, valid_from) VALUES ('9999', '乙', DATE '2026-01-01')")
    assert judged(con, ("agents", date(2026, 1, 1))) == {}
    assert count(con, "orphan_agents") is None


def test_reviews_and_surveys_of_calls_that_are_not_there():
    con = facts(
        calls=[call("2026-10-01 09:00", 60, call_id="C1"), call("2026-10-02 23:59", 60, call_id="C2")],
        qa_reviews=[
            {"review_id": "R1", "agent_id": "1001", "reviewed_at": "2026-10-09", "contact_at": "2026-10-01 09:00", "call_id": "C1"},
            {"review_id": "R2", "agent_id": "1001", "reviewed_at": "2026-10-09", "contact_at": "2026-10-01 09:00", "call_id": "C9"},
            {"review_id": "R3", "agent_id": "1001", "reviewed_at": "2026-10-09", "contact_at": "2026-10-05 09:00", "call_id": "C9"},
            {"review_id": "R4", "agent_id": "1001", "reviewed_at": "2026-10-01", "call_id": "C9"},
        ],
        surveys=[
            {"survey_id": "S1", "surveyed_at": "2026-10-02 10:00", "call_id": "C1"},
            {"survey_id": "S2", "surveyed_at": "2026-10-02 23:59:30", "call_id": "C8"},
            {"survey_id": "S3", "surveyed_at": "2026-10-03 00:01", "call_id": "C8"},  # no calls of that day
            {"survey_id": "S4", "surveyed_at": "2026-10-02 23:58", "call_id": "C2"},
        ],
    )  # fmt: skip
    seen = judged(con)
    assert seen["reviews_without_call"] == [("2026-10-01", {"agent": "1001", "review": "R2", "call": "C9"})]
    assert seen["surveys_without_call"] == [("2026-10-02", {"agent": "–", "survey": "S2", "call": "C8"})]
    assert [one["survey"] for _, one in seen["surveyed_before_call"]] == ["S4"]


def test_a_call_that_comes_later_clears_the_survey_that_missed_it():
    con = facts(
        calls=[call("2026-10-01 09:00", 60, call_id="C1")],
        surveys=[{"survey_id": "S1", "surveyed_at": "2026-10-01 10:00", "call_id": "C2"}],
    )
    assert "surveys_without_call" in judged(con)
    con.execute("UPDATE calls SET call_id = 'C2'")
    assert judged(con, ("calls", date(2026, 10, 1))) == {}


def test_a_snapshot_of_an_earlier_version_is_audited_as_well(home, write):
    load(home, [write("a.csv", CALL, GOOD_CALL)])
    con = duckdb.connect(str(current(home).path.with_name("old.duckdb")))
    con.execute(f"ATTACH '{current(home).path}' AS new (READ_ONLY)")
    con.execute("COPY FROM DATABASE new TO old")
    con.execute(
        "ALTER TABLE audits DROP COLUMN day; ALTER TABLE audit_rows DROP COLUMN day; DROP TABLE loaded_parts"
    )
    con.close()
    old = Home(home.path.with_name("old"))
    old.create()
    (old.path / "customer.key").write_text((home.path / "customer.key").read_text())
    (home.snapshots / "old.duckdb").rename(old.snapshots / "000001.duckdb")
    (old.snapshots / "CURRENT").write_text("000001\n")
    load(old, [write("b.csv", CALL, GOOD_CALL.replace("C1", "C2"))])
    assert names_found(old) == {"overlapping_calls"}
    assert current(old).query("SELECT sum(facts) FROM loaded_parts").item() == 2


def test_only_touched_days_are_judged_again():
    con = facts(
        calls=[call(f"2026-10-0{day} 09:00", 600) for day in (1, 3)]
        + [call(f"2026-10-0{day} 09:01", 60) for day in (1, 3)]
    )
    assert [day for day, _ in judged(con)["overlapping_calls"]] == ["2026-10-01", "2026-10-03"]
    con.execute("DELETE FROM calls WHERE talk_s = 60")
    assert [day for day, _ in judged(con, ("calls", date(2026, 10, 3)))["overlapping_calls"]] == [
        "2026-10-01"
    ]


def test_what_was_said_before_is_not_said_again():
    con = facts(calls=[call("2026-10-01 09:00", 600), call("2026-10-01 09:01", 60)])
    judged(con)
    assert run_fact_audits(con, limits(Settings(), NOW)) == ()


def test_a_day_far_below_or_above_its_weekday_is_found_a_closed_one_and_an_ordinary_one_are_not():
    rows = tickets(weekdays(10, per_day=40))
    by_day = {}
    for row in rows:
        by_day.setdefault(row["opened_at"][:10], []).append(row)
    days = sorted(by_day)
    low, high, usual = days[-3], days[-2], days[-1]
    by_day[low] = by_day[low][:5]
    by_day[high] += [
        row | {"ticket_id": row["ticket_id"] + f"x{n}"} for row in by_day[high] for n in range(2)
    ]
    by_day[usual] = by_day[usual][:32]
    seen = judged(facts(tickets=[row for some in by_day.values() for row in some]))
    assert [(day, one["rows"], one["usual"], one["weeks"]) for day, one in seen["unusual_day"]] == [
        (low, 5, 40.0, 8),
        (high, 120, 40.0, 8),
    ]


def test_gaps_follow_the_weekdays_of_the_data():
    rows = tickets(weekdays(8))
    kept = [row for row in rows if row["opened_at"][:10] not in ("2026-01-20", "2026-02-09")]
    seen = judged(facts(tickets=kept))
    assert [day for day, _ in seen["day_gaps"]] == ["2026-01-20", "2026-02-09"]  # and no Saturday or Sunday
    assert seen["day_gaps"][0][1] == {"contract": "tickets", "team": "", "queue": ""}


def test_a_single_day_of_a_quiet_desk_is_chance_a_week_of_it_is_not():
    rows = tickets(weekdays(9, per_day=3))
    one = [row for row in rows if row["opened_at"][:10] != "2026-01-20"]
    assert "day_gaps" not in judged(facts(tickets=one))
    week = [row for row in rows if not "2026-01-19" <= row["opened_at"][:10] <= "2026-01-23"]
    assert len(judged(facts(tickets=week))["day_gaps"]) == 5


def test_a_queue_lacks_data_only_where_the_others_have_some():
    rows = [
        call(f"{day} 09:{n:02d}", 60, queue=queue, call_id=f"{day}{queue}{n}")
        for day in (MONDAY + timedelta(days=n) for n in range(42))
        for queue in ("A", "B")
        for n in range(14)
    ]
    lost = [row for row in rows if (row["queue"], row["started_at"][:10]) != ("B", "2026-01-20")]
    lost = [row for row in lost if row["started_at"][:10] != "2026-01-27"]
    assert judged(facts(calls=lost))["day_gaps"] == [
        ("2026-01-20", {"contract": "calls", "team": "", "queue": "B"}),
        ("2026-01-27", {"contract": "calls", "team": "", "queue": ""}),
    ]


def test_nothing_is_known_of_weekdays_after_a_few_days_and_years_without_data_are_no_gap():
    con = facts()
    sql = with_missing(
        "SELECT day, known FROM missing", "SELECT 'x' AS part, unnest(?::DATE[]) AS day, 10 AS facts"
    )
    few = con.execute(sql, [[date(2026, 10, 5), date(2026, 10, 6)]]).fetchall()
    assert len(few) == 29
    assert not any(known for _, known in few)
    assert judged(facts(tickets=tickets([*weekdays(6), *weekdays(6, first=date(2028, 1, 3))]))).keys() <= {
        "future_dates"
    }


@pytest.mark.parametrize(("unit", "hit"), [(1, False), (1000, True), (1 / 60, True)])
def test_waits_in_another_unit_break_littles_law(unit, hit):
    rows = [
        call(
            f"2026-10-01 09:{n:02d}:00",
            30,
            f"10{n:02d}",
            queue="A",
            queued_at=f"2026-10-01 09:{n:02d}:05",
            answered_at=f"2026-10-01 09:{n:02d}:25",
            wait_s=20.0 * unit,
        )
        for n in range(40)
    ]
    seen = judged(facts(calls=rows))
    assert ("littles_law" in seen) == hit
    if hit:
        ((_, one),) = seen["littles_law"]
        assert (one["queue"], one["calls"], one["measured"]) == ("A", 40, round(40 * 20 / 86400, 4))
        assert one["expected"] == round(40 * 20 * unit / 86400, 4)


def test_dates_after_the_day_of_the_load_and_far_from_all_others():
    rows = [*tickets(weekdays(2)), {"ticket_id": "X", "opened_at": "2026-12-25 09:00", "file_row": 77}]
    con = facts(tickets=rows)
    seen = judged(con)
    assert seen["future_dates"] == [("2026-12-25", {"contract": "tickets", "rows": 1})]
    assert seen["far_from_others"] == [("2026-12-25", {"contract": "tickets", "rows": 1, "days": 343})]
    place = con.execute("SELECT file_id, file_row FROM audit_rows WHERE audit = 'far_from_others'").fetchall()
    assert place == [(1, 77)]


def test_a_clock_that_was_reset_is_far_from_all_others_an_old_ticket_is_not():
    days = [
        {"started_at": f"{day} 09:00", "answered": False}
        for day in ("2000-01-01", *(f"2026-10-{n:02d}" for n in range(1, 31)))
    ]
    assert judged(facts(calls=days))["far_from_others"] == [
        ("2000-01-01", {"contract": "calls", "rows": 1, "days": 9770})
    ]
    assert "far_from_others" not in judged(facts(tickets=[{"opened_at": one["started_at"]} for one in days]))


def test_the_same_content_under_two_names_is_said(home, write):
    path = write("a.csv", CALL, GOOD_CALL)
    load(home, [path])
    report = load(home, [path.rename(path.with_name("b.csv"))], again=True)
    assert [one.values["audit"]["en"] for one in report.remarks] == [
        "The same content was loaded under another name."
    ]
    (said,) = current(home).query("SELECT detail FROM audit_rows WHERE audit = 'same_content'").rows()
    assert json.loads(said[0]) == {"names": "a.csv = b.csv"}


def test_the_same_calls_under_other_numbers_count_twice_and_are_said(home, write):
    rows = [
        f"C{n},2026-10-01 09:{n:02d}:0{n % 10},是,{40 + n % 5},2026-10-01 09:{n:02d}:1{n % 10},,,,,{60 + 7 * n},,,"
        for n in range(30)
    ]
    load(home, [write("cdr.csv", CALL, *rows)])
    others = [
        row.replace(f"C{n},", f"web-{n},").replace(f",{60 + 7 * n},", f",{61 + 7 * n},")
        for n, row in enumerate(rows)
    ]
    strangers = [f"D{n},2026-10-01 10:{n:02d}:0{n % 10},是,{40 + n % 5},,,,,,{300 + n},,," for n in range(9)]
    report = load(home, [write("web.csv", CALL, *others, *strangers)])
    assert "The same calls or tickets stand in two files under different numbers: they count twice." in [
        one.values["audit"]["en"] for one in report.remarks
    ]
    ((said, found),) = (
        current(home)
        .query(
            "SELECT detail, found FROM audit_rows JOIN audits USING (audit) WHERE audit = 'same_rows_twice'"
        )
        .rows()
    )
    assert json.loads(said) == {"contract": "calls", "rows": 30, "other": "cdr.csv", "share": 100.0}
    assert found == 30
    # A corrected file of the same numbers is an update, and nothing is there twice.
    fresh = Home(home.path / "fresh")
    load(fresh, [write("cdr.csv", CALL, *rows)])
    load(fresh, [write("cdr2.csv", CALL, *[row.replace(",是,", ",否,") for row in rows[:20]])])
    assert "same_rows_twice" not in names_found(fresh)


def names_found(home: Home) -> set[str]:
    return set(current(home).query("SELECT DISTINCT audit FROM audits").to_series())


def swapped(day: date) -> date:
    return date(day.year, day.day, day.month) if day.day <= 12 else day


@pytest.mark.parametrize("months", [(4, 5, 6), (4,)])
def test_swapped_days_and_months_are_found_by_where_they_lie(months):
    days = [date(2026, month, day) for month in months for day in range(1, 31)]
    right = [{"ticket_id": f"{day}-{n}", "opened_at": f"{day} 09:00"} for day in days for n in range(4)]
    wrong = [
        {"ticket_id": f"{day}-{n}", "opened_at": f"{swapped(day)} 09:00"} for day in days for n in range(4)
    ]
    assert "swapped_day_month" not in judged(facts(tickets=right))
    con = facts(tickets=wrong)
    seen = judged(con)["swapped_day_month"]
    moved = sorted(swapped(day) for day in days if day.day <= 12 and day.day not in months)
    assert [one["day"] for _, one in seen] == [str(day) for day in moved]
    assert [one["swapped"] for _, one in seen] == [str(swapped(day)) for day in moved]
    assert count(con, "swapped_day_month") == 4 * len(moved)


def test_a_monthly_meeting_and_a_beginning_of_a_month_are_no_swapped_days():
    monthly = [{"ticket_id": f"m{n}", "opened_at": f"2026-{n:02d}-05 09:00"} for n in range(1, 11)]
    whole_may = tickets(weekdays(4, first=date(2026, 5, 4), closed=()))
    begun = [{"ticket_id": f"b{n}", "opened_at": f"2026-06-0{n} 09:00"} for n in (1, 2, 5)]
    assert "swapped_day_month" not in judged(facts(tickets=[*whole_may, *begun]))
    # Also where the day of the meeting is the number of the only full month: that month has its own days.
    assert "swapped_day_month" not in judged(facts(tickets=[*whole_may, *monthly]))


def test_parts_follow_the_facts_and_old_snapshots_are_counted_in_full():
    con = facts(calls=[call(f"2026-10-0{n} 09:00", 60, queue="A") for n in (1, 2)])
    judged(con, ("calls", date(2026, 10, 2)))  # the parts of the first day were never counted
    con.execute("UPDATE calls SET queue = 'B' WHERE business_date = DATE '2026-10-02'")
    judged(con, ("calls", date(2026, 10, 2)))
    parts = con.execute(
        "SELECT CAST(day AS VARCHAR), queue, facts, first_row FROM loaded_parts ORDER BY day"
    ).fetchall()
    assert parts == [("2026-10-01", "A", 1, 1), ("2026-10-02", "B", 1, 2)]


def test_a_missed_punch_is_found_until_it_is_decided():
    plan = [
        {
            "agent_id": "A1",
            "shift_date": f"2026-10-0{n}",
            "start_at": f"2026-10-0{n} 08:00",
            "end_at": f"2026-10-0{n} 16:00",
        }
        for n in (1, 2, 3)
    ]
    punched = [
        {"agent_id": "A1", "shift_date": "2026-10-01", "in_at": "2026-10-01 08:00"},
        {
            "agent_id": "A1",
            "shift_date": "2026-10-02",
            "in_at": "2026-10-02 08:00",
            "out_at": "2026-10-02 16:00",
        },
        {"agent_id": "A1", "shift_date": "2026-10-03"},
        {"agent_id": "B1", "shift_date": "2026-10-03", "out_at": "2026-10-03 16:00"},  # nothing was planned
    ]
    con = facts(schedule=plan, attendance=punched)
    found = {"agent": "A1", "in_at": "2026-10-01 08:00", "out_at": "–"}
    seen = judged(con)
    assert seen["missed_punch"] == [("2026-10-01", found)]
    assert seen["punches_without_plan"] == [("2026-10-03", {"count": 1})]
    con.execute(
        "UPDATE attendance SET out_at = TIMESTAMP '2026-10-01 16:00:00' WHERE shift_date = DATE '2026-10-01'"
    )
    assert "missed_punch" not in judged(con, ("attendance", date(2026, 10, 1)))


def test_a_shift_without_punch_or_leave_is_to_be_found_out_where_others_punched():
    plan = [
        {"agent_id": who, "shift_date": day, "start_at": f"{day} 08:00", "end_at": f"{day} 16:00"}
        for who in ("A1", "B1", "C1")
        for day in ("2026-10-01", "2026-10-02")
    ]
    punched = [{"agent_id": "A1", "shift_date": "2026-10-01", "in_at": "2026-10-01 08:00"}]
    away = [{"agent_id": "C1", "starts_at": "2026-10-01 00:00", "ends_at": "2026-10-02 00:00"}]
    con = facts(schedule=plan, attendance=punched, leave=away)
    found = {"agent": "B1", "start": "2026-10-01 08:00", "end": "16:00"}
    assert judged(con)["no_punch_no_leave"] == [("2026-10-01", found)]


def test_a_punch_missed_between_two_of_one_way_is_found():
    pressed = ["08:00 in", "13:00 in", "13:10 in", "18:00 out"]
    punched = [
        {"agent_id": "A1", "punched_at": f"2026-10-01 {one[:5]}", "direction": one[6:]} for one in pressed
    ]
    refused = {"agent_id": "B1", "punched_at": "2026-10-01 18:00", "direction": "out", "approved": False}
    sessions = [
        {"agent_id": "C1", "state": "logged_in", "started_at": "2026-10-01 08:00"},
        {"agent_id": "C1", "state": "logged_in", "started_at": "2026-10-01 13:00"},
        {"agent_id": "C1", "state": "break", "started_at": "2026-10-01 15:00"},
    ]
    con = facts(
        punches=[*punched, refused, refused | {"punched_at": "2026-10-01 12:00"}], agent_states=sessions
    )
    found = {"first": "2026-10-01 08:00", "second": "13:00", "way": "in"}
    assert sorted(judged(con)["punch_between_missed"], key=str) == [
        ("2026-10-01", {"agent": who, **found}) for who in ("A1", "C1")
    ]
