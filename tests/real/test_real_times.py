"""How the times and durations of files that nobody here wrote are read, and what is asked about them."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest

from etl.times import read_durations, read_times


def table(lines, delimiter=",", header=None):
    """Column name → its texts in file order."""
    rows = list(csv.reader(lines, delimiter=delimiter))
    names = header or rows.pop(0)
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def opened(path):
    return path.open(encoding="utf-8-sig", newline="")


def keys(reading):
    return [doubt.key for doubt in reading.doubts]


def test_the_epoch_in_a_call_id_proves_the_order_and_the_offset(real):
    with opened(real / "asterisk_cdr_g9_noheader.csv") as file:
        calls = table(file, header=[str(place) for place in range(25)])
    reading = read_times(calls["0"], {"uniqueid": calls["14"]})
    assert (reading.order, reading.offset, reading.unread, keys(reading)) == ("dmy", 60, 0, [])
    assert keys(read_times(calls["0"][:30])) == ["order n/n/yyyy"]
    assert read_times(calls["0"][:30], {"uniqueid": calls["14"][:30]}).order == "dmy"


def test_complaints_of_one_year_are_day_month_year(real):
    with opened(real / "comcast_complaints.csv") as file:
        complaints = table(file)
    assert read_times(complaints["Date"]).formats == ("%d-%m-%y",)
    assert read_times(complaints["Date_month_year"]).formats == ("%d-%b-%y",)
    assert read_times(complaints["Time"]).formats == ("%I:%M:%S %p",)


def test_a_queue_log_in_utc_and_its_unit_that_hangs_on_the_event(real):
    with opened(real / "pbxware_queue_log.csv") as file:
        log = table(file)
    assert read_times(log["date_time"]).unit == "s"
    assert read_times(log["time"], {"date_time": log["date_time"]}).offset == -300
    reading = read_durations(log["htime"], {"queue_name": log["queue_name"], "event": log["event"]})
    assert keys(reading) == ["unit by event"]
    assert reading.doubts[0].question.values["large"] == "RINGNOANSWER"


@pytest.mark.parametrize(("month", "first"), [("01", "990101"), ("02", "990201")])
def test_the_bank_writes_days_without_separators_and_zeros_for_nothing(real, month, first):
    with opened(real / f"bank_calls_1999-{month}.txt") as file:
        calls = table(file, "\t")
    day = read_times(calls["date"])
    assert (calls["date"][0], day.formats, keys(day)) == (first, ("%y%m%d",), [])
    assert read_times(calls["vru_entry"]).certain
    assert keys(read_times(calls["q_start"])) == ["midnight"]
    waits = read_durations(
        calls["q_time"], {name: calls[name] for name in ("vru_entry", "q_start", "q_exit")}
    )
    assert (waits.unit, keys(waits)) == ("s", [])
    assert waits.evidence[0].values["columns"] == "q_start – q_exit"


def test_two_formats_in_one_column(real):
    with opened(real / "synthetic_callcenter/calls.csv") as file:
        calls = table(file)
    reading = read_times(calls["start_time"])
    assert reading.formats == ("%Y-%m-%d %H:%M:%S", "%m-%d-%Y %H:%M:%S")
    assert reading.evidence[0].values["count"] == 37
    with opened(real / "synthetic_callcenter/agent_schedule.csv") as file:
        shifts = table(file)
    assert keys(read_times(shifts["shift_date"])) == ["order n-n-yyyy"]
    assert all(read_times(shifts[name]).kind == "clock" for name in ("start_time", "end_time"))


def test_one_punch_of_a_broken_clock_is_set_aside(real):
    with opened(real / "attendance_zk_attlog_a.dat") as file:
        punches = table(file, "\t", ["id", "at", "device", "state", "mode", "code"])
    reading = read_times(punches["at"])
    assert (reading.kind, reading.formats, reading.unread) == ("time", (), 1)


def test_tickets_of_a_year_are_day_month_year(real):
    with zipfile.ZipFile(real / "servicenow_incident_events.zip") as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".csv"))
        with io.TextIOWrapper(archive.open(name), encoding="ascii", newline="") as file:
            events = table(file)
    for name in ("opened_at", "sys_created_at", "resolved_at", "closed_at"):
        reading = read_times(events[name])
        assert (reading.formats, reading.unread, keys(reading)) == (("%d/%m/%Y %H:%M",), 0, []), name
    assert read_times(events["resolved_at"]).nothing == ("?",)
    assert read_times(events["number"]).kind == "unknown"
