"""The figures that the notes beside the real files state, and what loading makes of each of them."""

from __future__ import annotations

import csv
import re
import shutil
import time
import zipfile
from pathlib import Path

import duckdb
import pytest

from etl.home import Home
from etl.loading.load import load
from etl.loading.report import report_json
from etl.snapshots.snapshot import current
from kpi.figures.figures import figures
from kpi.figures.subjects import find_subject, teams
from kpi.figures.view import open_view
from kpi.loading.load import load_files
from kpi.scope import Scope, parse_month

COUNTS = ("rows_read", "loaded", "updated", "duplicate", "rejected", "ignored", "facts")
CDR = "asterisk_cdr_g9_noheader.csv"
SYNTHETIC = ("calls", "call_quality", "agents", "agent_schedule", "departments")


def loaded(home, *paths):
    """Table → its counts; every row of each is accounted for."""
    tables = {}
    for file in report_json(load(home, paths))["files"]:
        assert (file["status"], file["message"]) == ("loaded", "")
        assert file["rows_read"] == sum(file[name] for name in COUNTS[1:6])
        tables[file["table"]] = tuple(file[name] for name in COUNTS)
    return tables


def query(home, sql):
    return current(home).query(sql).rows()


def one(home, sql):
    return query(home, sql)[0]


def indicator(home, key, month, **who):
    view = open_view(home)
    (figure,) = figures(view, Scope(parse_month(month), find_subject(view, **who)), keys=[key])
    return figure.numerator, figure.denominator


# --- ServiceNow -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def events(tmp_path_factory, real):
    """The CSV inside the archive."""
    folder = tmp_path_factory.mktemp("servicenow")
    with zipfile.ZipFile(real / "servicenow_incident_events.zip") as archive:
        return Path(archive.extract("incident_event_log/incident_event_log.csv", folder))


@pytest.fixture(scope="module")
def desk(tmp_path_factory, events):
    home = Home(tmp_path_factory.mktemp("desk"))
    began = time.process_time()
    assert loaded(home, events) == {"tickets": (141_712, 141_712, 0, 0, 0, 0, 24_918)}
    # Not a measurement: a fold that compares every row with every other would take hours.
    assert time.process_time() - began < 240
    return home


def test_servicenow_tickets(desk):
    assert one(
        desk,
        """SELECT count(*) FILTER (resolved_at IS NULL), count(*) FILTER (closed_at IS NULL), count(reopened_at),
               count(first_response_at), min(opened_at)::VARCHAR, max(closed_at)::DATE < DATE '2017-03-01'
           FROM tickets WHERE kind = 'service'""",
    ) == (1_556, 0, 275, 0, "2016-02-29 01:16:00", True)
    # The reopenings of the log are the tickets whose count ever rose above nought.
    assert one(desk, "SELECT count(*) FROM tickets WHERE reopened_at < opened_at") == (0,)


def test_servicenow_agrees_with_a_recount(desk, events):
    con = duckdb.connect()
    con.execute(
        """CREATE TABLE events AS SELECT * FROM read_csv(?, all_varchar = true, nullstr = '?')
           ORDER BY number, sys_mod_count::INTEGER""",
        [str(events)],
    )
    last = dict(
        con.execute(
            "SELECT number, last(assigned_to) FILTER (assigned_to IS NOT NULL) FROM events GROUP BY number"
        ).fetchall()
    )
    assert dict(query(desk, "SELECT ticket_id, agent_id FROM tickets")) == last
    con.execute("SET TimeZone = 'UTC'")
    (hours,) = con.execute(
        """SELECT sum(h) FROM (
               SELECT epoch(strptime(any_value(resolved_at), '%d/%m/%Y %H:%M')
                   - strptime(any_value(opened_at), '%d/%m/%Y %H:%M')) / 3600 AS h FROM events GROUP BY number)"""
    ).fetchone()
    assert one(desk, "SELECT sum(epoch(resolved_at - opened_at)) / 3600 FROM tickets")[0] == pytest.approx(
        hours
    )


def test_servicenow_under_another_name_delimiter_and_order(desk, events, tmp_path):
    """All columns but the repeated one turned round, rows from last to first, one month left out."""
    with open(events, newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    kept = [row for row in rows if not re.match(r"\d+/6/2016", row[header.index("opened_at")])]
    path = tmp_path / "export.txt"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=";").writerows(row[::-1] for row in [header, *kept[::-1]])
    home = Home(tmp_path / "home")
    (counts,) = loaded(home, path).values()
    assert counts[:2] == (len(kept), len(kept))
    columns = "ticket_id, opened_at, resolved_at, closed_at, reopened_at, agent_id, team, status"
    wanted = (
        f"SELECT {columns} FROM tickets WHERE month(opened_at) <> 6 OR year(opened_at) <> 2016 ORDER BY 1"
    )
    assert query(home, f"SELECT {columns} FROM tickets ORDER BY 1") == query(desk, wanted)


# --- Asterisk ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def exchange(tmp_path_factory, real):
    home = Home(tmp_path_factory.mktemp("exchange"))
    assert loaded(home, real / CDR) == {"calls": (856, 856, 0, 0, 0, 0, 856)}
    return home


def records(real):
    with (real / CDR).open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_the_dispositions_of_the_exchange(real):
    rows = records(real)
    found = [row[11] for row in rows]
    assert [found.count(name) for name in ("ANSWERED", "NO ANSWER", "FAILED", "BUSY")] == [747, 64, 44, 1]
    assert sum(row[7] == "VoiceMail" and row[11] == "ANSWERED" for row in rows) == 331


def test_voicemail_and_announcements_answer_nothing(exchange, real):
    rows = records(real)
    voicemail = {row[14] for row in rows if row[7] == "VoiceMail"}
    answered = {key for (key,) in query(exchange, "SELECT call_id FROM calls WHERE answered")}
    assert not answered & voicemail
    # What is left of 747: somebody's telephone took it.
    people = [
        row
        for row in rows
        if row[11] == "ANSWERED" and row[7] != "VoiceMail" and re.match(r"SIP/\d+-", row[6])
    ]
    assert answered == {row[14] for row in people}
    assert len(people) == 236
    assert one(exchange, "SELECT sum(talk_s), count(agent_id) FROM calls WHERE answered") == (
        sum(int(row[10]) for row in people),
        236,
    )


def test_extensions_calling_each_other_are_no_customers(exchange):
    assert query(exchange, "SELECT direction, count(*) FROM calls GROUP BY 1 ORDER BY 1") == [
        ("in", 10),  # into a queue
        ("internal", 830),
        ("out", 16),
    ]


def test_the_epoch_proves_the_order_of_day_and_month(exchange, real):
    assert one(exchange, "SELECT min(started_at)::VARCHAR, max(started_at)::DATE::VARCHAR FROM calls") == (
        "2017-09-01 16:33:01",
        "2017-09-09",
    )
    days = [int(row[0].split("/")[0]) for row in records(real)]
    assert max(days) == 9  # no row tells by itself


@pytest.mark.parametrize("header", [False, True])
def test_the_records_of_other_months_with_month_first(exchange, real, tmp_path, header):
    """Half a year later and as Americans write it: the dates follow, nothing else changes."""
    later = 183 * 86_400
    rows = []
    for row in records(real):
        epoch, turn = row[14].split(".")
        moment = duckdb.execute(
            "SELECT make_timestamp((?::BIGINT + 3600) * 1000000)", [int(epoch) + later]
        ).fetchone()[0]
        rows.append(
            [moment.strftime("%m/%d/%Y %H:%M:%S"), *row[1:14], f"{int(epoch) + later}.{turn}", *row[15:]]
        )
    words = ["calldate", "clid", "src", "dst", "dcontext", "channel", "dstchannel", "lastapp", "lastdata", "duration",
             "billsec", "disposition", "amaflags", "accountcode", "uniqueid", "userfield"]  # fmt: skip
    words += [f"x{n}" for n in range(len(words), len(rows[0]))]
    path = tmp_path / "cdr.tsv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter="\t").writerows([words, *rows] if header else rows)
    home = Home(tmp_path / "home")
    assert loaded(home, path) == {"calls": (856, 856, 0, 0, 0, 0, 856)}
    assert one(home, "SELECT min(started_at)::DATE::VARCHAR, max(started_at)::DATE::VARCHAR FROM calls") == (
        "2018-03-03",
        "2018-03-11",
    )
    columns = "answered, direction, agent_id, assigned_to, queue, talk_s"
    totals = f"SELECT {columns}, count(*) FROM calls GROUP BY ALL ORDER BY ALL"
    assert query(home, totals) == query(exchange, totals)


def test_records_without_their_ids_are_refused(real, tmp_path):
    path = tmp_path / "cdr.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(row[:14] for row in records(real))
    (file,) = report_json(load(Home(tmp_path / "home"), [path]))["files"]
    assert file["status"] == "refused"
    assert "matches no known source" in file["message"]


# --- Queue log --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def queue(tmp_path_factory, real):
    home = Home(tmp_path_factory.mktemp("queue"))
    tables = loaded(home, real / "pbxware_queue_log.csv")
    # 108 calls: the two without an end are set aside with all their five events, not guessed.
    assert tables == {
        "calls": (1000, 660, 0, 0, 5, 335, 106),
        "punches": (1000, 24, 0, 0, 0, 976, 24),
    }
    return home


def test_the_events_of_the_queue_log(real):
    with (real / "pbxware_queue_log.csv").open(newline="", encoding="utf-8") as file:
        found = [row["event"] for row in csv.DictReader(file)]
    counted = {
        name: found.count(name) for name in ("RINGNOANSWER", "OUTDIAL", "ENTERQUEUE", "CONNECT", "OUTANSWER")
    }
    assert counted == {"RINGNOANSWER": 360, "OUTDIAL": 128, "ENTERQUEUE": 108, "CONNECT": 93, "OUTANSWER": 77}
    assert [found.count(name) for name in ("COMPLETEAGENT", "COMPLETECALLER", "ABANDON")] == [51, 38, 12]


def test_the_calls_of_the_queue(queue):
    assert one(
        queue,
        """SELECT count(*) FILTER (answered), count(*) FILTER (NOT answered),
               count(*) FILTER (NOT answered AND wait_s = 300), count(*) FILTER (transferred),
               max(wait_s), max(ring_s) FROM calls""",
    ) == (93, 13, 1, 2, 300.0, 9.0)
    assert query(queue, 'SELECT DISTINCT contract, "column", rule FROM rejects') == [
        ("calls", "answered", "missing")
    ]
    # Its clock is UTC-5 and taken as written.
    assert one(queue, "SELECT min(started_at)::VARCHAR, min(queue), max(queue) FROM calls") == (
        "2018-11-30 13:31:17",
        "IT",
        "IT",
    )


def test_waiting_and_talking_are_in_seconds(queue, real):
    with (real / "pbxware_queue_log.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    waited = sum(int(row["htime"]) for row in rows if row["event"] == "CONNECT")
    talked = sum(
        int(row["ttime"])
        for row in rows
        if row["event"] in ("COMPLETEAGENT", "COMPLETECALLER", "BLINDTRANSFER", "ATTENDEDTRANSFER")
    )
    assert one(queue, "SELECT sum(wait_s), sum(talk_s) FROM calls WHERE answered") == (waited, talked)
    assert one(
        queue, "SELECT count(*) FROM calls WHERE abs(epoch(answered_at - queued_at) - wait_s) > 1"
    ) == (0,)


def test_log_ins_are_punches(queue):
    assert query(queue, "SELECT direction, count(*) FROM punches GROUP BY 1 ORDER BY 1") == [
        ("in", 14),
        ("out", 10),
    ]


def test_the_rest_of_the_log_completes_what_was_cut(queue, real, tmp_path):
    """The dump in two pieces, the second one later: the same calls as in one."""
    header, *lines = (real / "pbxware_queue_log.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    home = Home(tmp_path / "home")
    # Between the entering of a call and its end.
    for piece in (lines[:500], lines[500:]):
        path = tmp_path / "piece.csv"
        path.write_text("".join([header, *piece]), encoding="utf-8")
        loaded(home, path)
    columns = "call_id, answered, agent_id, wait_s, talk_s, epoch(started_at) FROM calls ORDER BY 1"
    there, whole = (query(one, f"SELECT {columns}") for one in (home, queue))
    assert [row[:-1] for row in there] == [row[:-1] for row in whole]
    # The exchange rounds each clock by itself, so a start that is counted back may be a second off.
    assert all(abs(row[-1] - other[-1]) <= 1 for row, other in zip(there, whole, strict=True))


# --- Punches ----------------------------------------------------------------------------------------------


def test_the_punches(real, tmp_path):
    home = Home(tmp_path)
    assert loaded(home, real / "attendance_zk_attlog_a.dat") == {
        "punches": (14_360, 14_359, 0, 0, 1, 0, 14_359)
    }
    assert one(
        home,
        """SELECT count(DISTINCT agent_id), count(*) FILTER (agent_id = '27'),
               min(punched_at) FILTER (file_row = 1)::DATE::VARCHAR, max(punched_at)::DATE::VARCHAR,
               count(*) FILTER (direction <> 'unknown') FROM punches""",
    ) == (11, 20, "2016-11-15", "2022-10-31", 0)
    # The clock lost its time now and then, and began again on the first day it knows: read as written.
    assert one(home, "SELECT count(*) FROM punches WHERE punched_at < TIMESTAMP '2016-11-15'") == (32,)
    assert query(home, "SELECT file_row, raw, rule FROM rejects") == [
        (7175, "1990-00--8 -16:-29:-40", "unreadable_time")
    ]


def test_punches_of_some_months_with_commas_and_another_name(real, tmp_path):
    lines = (real / "attendance_zk_attlog_a.dat").read_text(encoding="utf-8").splitlines()
    kept = [",".join(line.split("\t")) for line in lines if "\t2019-" in line]
    path = tmp_path / "clock.txt"
    path.write_text("\r\n".join(kept), encoding="utf-8")
    home = Home(tmp_path / "home")
    assert loaded(home, path)["punches"][:2] == (len(kept), len(kept))


# --- Complaints -------------------------------------------------------------------------------------------


def test_the_complaints(real, tmp_path):
    home = Home(tmp_path)
    assert loaded(home, real / "comcast_complaints.csv") == {"tickets": (2_224, 2_224, 0, 0, 0, 0, 2_224)}
    assert query(home, "SELECT status, count(*) FROM tickets GROUP BY 1 ORDER BY 1") == [
        ("Closed", 734),
        ("Open", 363),
        ("Pending", 154),
        ("Solved", 973),
    ]
    assert one(
        home,
        """SELECT count(DISTINCT cause), count(DISTINCT lower(trim(cause))), count(agent_id),
               count(resolved_at), min(opened_at)::DATE::VARCHAR, max(opened_at)::DATE::VARCHAR,
               count(*) FILTER (ticket_id = 'comcas'), count(*) FILTER (hour(opened_at) >= 12)
           FROM tickets WHERE kind = 'complaint'""",
    ) == (1_841, 1_740, 0, 0, "2015-01-04", "2015-12-06", 1, 1_588)
    # Outside April to June only the days 4, 5 and 6 occur: days and months were swapped before we got it.
    assert query(home, "SELECT DISTINCT day(opened_at) FROM tickets WHERE month(opened_at) NOT IN (4, 5, 6) ORDER BY 1") == [
        (4,), (5,), (6,),
    ]  # fmt: skip
    assert one(home, "SELECT count(*) FROM tickets WHERE month(opened_at) NOT IN (4, 5, 6)") == (486,)


# --- The tables that join ---------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=[SYNTHETIC, SYNTHETIC[::-1]], ids=["calls first", "calls last"])
def centre(request, tmp_path_factory, real):
    home = Home(tmp_path_factory.mktemp("centre"))
    tables = {}
    for name in request.param:
        for file in report_json(load_files(home, [real / "synthetic_callcenter" / f"{name}.csv"]))["files"]:
            tables[file["table"]] = tuple(file[column] for column in COUNTS)
    assert tables == {
        "calls": (6_060, 6_000, 1, 59, 0, 0, 6_000),
        "qa_reviews": (6_182, 6_061, 0, 121, 0, 0, 6_061),
        "qa_items": (6_182, 5_781, 0, 114, 1, 286, 5_781),
        "agents": (52, 51, 0, 0, 1, 0, 51),
        "schedule": (402, 396, 5, 0, 1, 0, 396),
        "teams": (10, 8, 1, 0, 1, 0, 8),
    }
    return home


def test_the_calls_of_the_made_up_centre(centre, real):
    with (real / "synthetic_callcenter" / "calls.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    other = [row["start_time"] for row in rows if re.match(r"\d\d-", row["start_time"])]
    assert (len(other), sum(int(text[3:5]) > 12 for text in other), max(int(text[:2]) for text in other)) == (
        70,
        37,
        12,
    )
    assert sum(row["duration_sec"].startswith("-") for row in rows) == 32
    assert sum(not row["duration_sec"] for row in rows) == 121
    assert one(centre, "SELECT count(*), count(*) FILTER (year(started_at) = 2022) FROM calls") == (
        6_000,
        6_000,
    )
    assert one(centre, "SELECT found FROM audits WHERE audit = 'negative_duration'") == (32,)
    assert one(centre, "SELECT max(talk_s), min(talk_s) >= 0 FROM calls") == (57_200.0, True)


def test_scores_shifts_and_roster(centre):
    rejected = dict(query(centre, "SELECT contract, raw FROM rejects"))
    assert rejected == {"qa_items": "9.9", "agents": "2018/13/40", "schedule": None, "teams": None}
    assert one(centre, "SELECT count(*), count(agent_id), count(contact_at) FROM qa_reviews") == (
        6_061,
        6_061,
        6_061,
    )
    assert one(centre, "SELECT count(*) FROM agents WHERE agent_id = '26'") == (1,)
    assert one(
        centre, "SELECT shift_date::VARCHAR FROM schedule WHERE agent_id = '1' AND file_row = 403"
    ) == ("2022-06-01",)
    # The department without a name and the one that no list has are called by their numbers.
    assert teams(open_view(centre)) == [
        "9", "999", "Admin", "Billing", "QA", "Sales", "Support", "Tech Ops", "Tech Ops Duplicate", "Training",
    ]  # fmt: skip


def test_a_score_of_a_team_counted_by_another_way(centre, real):
    """All five files joined by hand, in plain SQL over the texts."""
    folder = real / "synthetic_callcenter"
    con = duckdb.connect()
    for name in SYNTHETIC:
        con.execute(
            f"CREATE TABLE {name} AS SELECT * FROM read_csv('{folder / name}.csv', all_varchar = true)"
        )
    counted = con.execute("""
        SELECT sum(quality_score::DOUBLE), 5.0 * count(*)
        FROM (SELECT DISTINCT * FROM call_quality WHERE quality_score::DOUBLE <= 5)
        JOIN (SELECT DISTINCT call_id, agent_id, coalesce(try_strptime(start_time, '%Y-%m-%d %H:%M:%S'),
                  try_strptime(start_time, '%m-%d-%Y %H:%M:%S')) AS began FROM calls) USING (call_id)
        JOIN agents USING (agent_id)
        WHERE dept_id = '5' AND agent_name NOT LIKE '%dup' AND month(began) = 3
    """).fetchone()
    assert indicator(centre, "qa_score", "2022-03", team="Training") == pytest.approx(counted)


def test_loading_everything_twice_changes_nothing(real, tmp_path):
    paths = [real / CDR, real / "pbxware_queue_log.csv", real / "comcast_complaints.csv"]
    home = Home(tmp_path / "home")
    load(home, paths)
    counted = "SELECT (SELECT count(*) FROM calls), (SELECT count(*) FROM tickets)"
    before = one(home, counted)
    copies = [shutil.copy(path, tmp_path / f"copy{number}.dat") for number, path in enumerate(paths)]
    assert {file["status"] for file in report_json(load(home, copies))["files"]} == {"unchanged"}
    assert one(home, counted) == before


def test_the_whole_folder_loads_at_once(real, tmp_path):
    """As it lies there, archive and notes and all: nothing is refused, and each file finds its map."""
    home = Home(tmp_path)
    report = report_json(load_files(home, [real, real / "synthetic_callcenter"]))
    assert {(file["status"], file["message"]) for file in report["files"]} == {("loaded", "")}
    found = {(file["source"], file["table"]): file["facts"] for file in report["files"]}
    assert found[("servicenow_incidents", "tickets")] == 24_918
    assert found[("pbxware_queue_log", "calls")] == 106
    assert {source for source, _ in found} == {
        "asterisk_cdr", "bank_calls", "comcast_complaints", "pbxware_queue_log", "phonenow_calls",
        "servicenow_incidents", "synthetic_agents", "synthetic_calls", "synthetic_departments",
        "synthetic_quality", "synthetic_schedule", "zkteco_attlog",
    }  # fmt: skip
    # No call of one file took the place of another's.
    calls = sum(file["facts"] for file in report["files"] if file["table"] == "calls")
    assert one(home, "SELECT count(*) FROM calls") == (calls,)
