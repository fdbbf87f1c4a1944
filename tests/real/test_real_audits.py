"""What the audits find in files that nobody here wrote, counted again from the raw text, and nothing else."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from statistics import median

import pytest

from etl.audits.overlapping_calls import SLACK_S
from etl.home import Home
from etl.loading.load import load
from etl.snapshots.snapshot import current

BANK = ("bank_calls_1999-01.txt", "bank_calls_1999-02.txt")


@pytest.fixture(scope="module")
def audited(tmp_path_factory, real):
    """audited(name, …): the snapshot of a home with these files, loaded once."""
    made = {}

    def make(*names):
        if names not in made:
            home = Home(tmp_path_factory.mktemp("audited"))
            load(home, [real / name for name in names])
            made[names] = current(home)
        return made[names]

    return make


def found(snapshot):
    """Audit → how many rows, over all files and days."""
    rows = snapshot.query("SELECT audit, CAST(sum(found) AS BIGINT) FROM audits GROUP BY audit").rows()
    return dict(rows)


def days_of(snapshot, audit):
    return [
        day
        for (day,) in snapshot.query("SELECT day FROM audits WHERE audit = ? ORDER BY day", [audit]).rows()
    ]


def overlapping(spans):
    """How many of (who, begins, ends) begin `SLACK_S` before an earlier one of the same person ends."""
    count, latest = 0, {}
    for who, begins, ends in sorted(spans):
        if who in latest and begins + timedelta(seconds=SLACK_S) <= latest[who]:
            count += 1
        latest[who] = max(ends, latest.get(who, ends))
    return count


def bank_rows(real):
    for name in BANK:
        with (real / name).open(newline="") as file:
            yield from csv.DictReader(file, delimiter="\t")


def seconds(clock):
    hours, minutes, rest = map(int, clock.split(":"))
    return 3600 * hours + 60 * minutes + rest


def test_the_bank_s_log(audited, real):
    snapshot = audited(*BANK)
    spans = []
    for row in bank_rows(real):
        if row["outcome"] == "AGENT" and row["server"] != "NO_SERVER" and int(row["ser_time"]) > 0:
            waited = max(int(row["vru_time"]), 0) + int(row["q_time"])
            begins = datetime.strptime(f"{row['date']} {row['vru_entry']}", "%y%m%d %H:%M:%S")
            begins += timedelta(seconds=waited)
            spans.append((row["server"], begins, begins + timedelta(seconds=int(row["ser_time"]))))
    assert found(snapshot) == {
        "negative_duration": 33 + 25,
        "service_before_queue_end": 10_700 + 11_158,
        "rounded_customers": 24 + 21,  # customers that stand there as 6.02E+11 and the like
        "overlapping_calls": overlapping(spans),
        "day_gaps": 2,
    }
    # The log's own clocks of begin and end of service say the same: hundreds of calls overlap in it.
    logged = [
        (row["server"] + row["date"], *(datetime.min + timedelta(seconds=seconds(row[name])) for name in ("ser_start", "ser_exit")))
        for row in bank_rows(real)
        if row["outcome"] == "AGENT" and row["server"] != "NO_SERVER"
    ]  # fmt: skip
    assert abs(overlapping(logged) - overlapping(spans)) < 0.1 * overlapping(spans)
    # The log has no row of these two days.
    assert days_of(snapshot, "day_gaps") == [date(1999, 1, 11), date(1999, 1, 12)]
    assert {"990111", "990112"} & {row["date"] for row in bank_rows(real)} == set()


def test_the_phonenow_workbook(audited):
    snapshot = audited("phonenow_calls.xlsx")
    calls = snapshot.query(
        "SELECT agent_id, started_at, wait_s, talk_s FROM calls WHERE talk_s > 0 AND agent_id IS NOT NULL"
    ).rows()
    spans = [
        (who, start + timedelta(seconds=wait), start + timedelta(seconds=wait + talk))
        for who, start, wait, talk in calls
    ]
    # Invented calls at random times: whoever has them takes several at once.
    assert found(snapshot) == {"overlapping_calls": overlapping(spans)}


def test_the_complaints_whose_days_and_months_are_swapped(audited, real):
    snapshot = audited("comcast_complaints.csv")
    with (real / "comcast_complaints.csv").open(newline="", encoding="utf-8-sig") as file:
        dates = [datetime.strptime(row["Date"], "%d-%m-%y").date() for row in csv.DictReader(file)]
    strays = Counter(day for day in dates if day.month not in (4, 5, 6))
    assert {day.day for day in strays} == {4, 5, 6}
    assert found(snapshot)["swapped_day_month"] == sum(strays.values()) == 486
    assert days_of(snapshot, "swapped_day_month") == sorted(strays)
    # Swapped back they fill the first days of April, May and June, which lack data as the file has them.
    assert set(found(snapshot)) == {"swapped_day_month", "day_gaps", "unusual_day"}
    gaps = days_of(snapshot, "day_gaps")
    assert not set(gaps) & set(dates)
    assert {date(2015, month, n) for month in (4, 5, 6) for n in (7, 8, 9, 10)} <= set(gaps)
    # A weekend of June brought more than four times as many complaints as usual, with other days around it.
    assert days_of(snapshot, "unusual_day") == [date(2015, 6, n) for n in (23, 24, 25)]
    assert min(Counter(dates)[day] for day in days_of(snapshot, "unusual_day")) == 98


def test_the_incidents_of_a_service_desk(audited):
    snapshot = audited("servicenow_incident_events.zip")
    assert set(found(snapshot)) == {"day_gaps", "unusual_day"}
    counts = dict(snapshot.query("SELECT business_date, count(*) FROM tickets GROUP BY ALL").rows())
    for day in days_of(snapshot, "unusual_day"):
        weekday = (day - timedelta(weeks=n) for n in range(1, 9))
        assert counts[day] < 0.5 * median(counts[other] for other in weekday if other in counts)
    whole = snapshot.query("""
        SELECT day FROM audit_rows WHERE audit = 'day_gaps' AND json_extract_string(detail, 'team') = ''""").rows()
    assert [day for (day,) in whole if day in counts] == []
    assert all(date(2016, 6, 1) <= day <= date(2016, 6, 9) for (day,) in whole)


def test_the_time_clock_whose_battery_was_empty(audited, real):
    snapshot = audited("attendance_zk_attlog_a.dat")
    lines = (real / "attendance_zk_attlog_a.dat").read_text(encoding="latin-1").splitlines()
    years = Counter(line.split("\t")[1][:4] for line in lines if line.strip())
    assert (years["2000"], years["2015"]) == (21, 11)
    lone = snapshot.query("""
        SELECT CAST(sum(found) AS BIGINT) FROM audits WHERE audit = 'far_from_others'
        AND day IN (SELECT day FROM loaded_days WHERE contract = 'punches')""").item()
    rows = defaultdict(int)
    for (detail,) in snapshot.query("SELECT detail FROM audit_rows WHERE audit = 'far_from_others'").rows():
        rows[detail.split('"')[3]] += int(detail.split('"rows":')[1].split(",")[0])
    assert rows["punches"] == 21 + 11
    assert lone >= rows["punches"]
    assert set(found(snapshot)) <= {"far_from_others", "day_gaps", "punches_without_plan", "missed_punch"}
    assert min(days_of(snapshot, "day_gaps")) >= date(2016, 11, 15)  # no gap between 2000 and 2016


@pytest.mark.parametrize(
    ("name", "audits"),
    [
        ("pbxware_queue_log.csv", set()),
        ("asterisk_cdr_g9_noheader.csv", {"overlapping_calls"}),
    ],
)
def test_switches_of_two_makers(audited, name, audits):
    over_calls = set(found(audited(name))) - {"punches_without_plan", "missed_punch"}
    assert over_calls == audits


def test_the_overlaps_of_a_test_laboratory_are_in_its_calls(audited):
    """Test users call each other by script: one extension has several answered calls at once."""
    snapshot = audited("asterisk_cdr_g9_noheader.csv")
    spans = [
        (agent, begins, begins + timedelta(seconds=talk))
        for agent, begins, talk in snapshot.query("""
            SELECT agent_id, coalesce(answered_at, started_at + to_seconds(CAST(
                coalesce(ivr_s, 0) + coalesce(wait_s, ring_s, 0) AS BIGINT))), talk_s + coalesce(hold_s, 0)
            FROM calls WHERE talk_s > 0 AND agent_id IS NOT NULL""").rows()
    ]
    assert found(snapshot)["overlapping_calls"] == overlapping(spans) == 118


def test_days_and_months_are_swapped_in_none_of_the_other_files(audited):
    for names in (BANK, ("phonenow_calls.xlsx",), ("servicenow_incident_events.zip",)):
        assert "swapped_day_month" not in found(audited(*names))
