"""Presence: sessions, missed punches and requests for them, leave that was changed, work elsewhere."""

from __future__ import annotations

import pytest

from etl.home import Home
from etl.loading.load import load
from etl.propose import propose, save
from etl.snapshots.snapshot import current
from etl.staff_rules import COUNTS, EXCUSED, LEAVE, LEAVE_CODES

SESSIONS = [
    "SL No,Agent,Reportdate,Login Time,Logout Time,Duration",
    "1,Agent A,7/29/2022,09:00:00,12:00:00,3:00:00",
    "2,Agent A,7/29/2022,13:00:00,17:30:00,4:30:00",
    "3,Agent B,7/29/2022,08:00:00,08:10:00,0:10:00",
    "4,Agent B,7/29/2022,08:20:00,16:00:00,7:40:00",
    "5,Agent A,7/30/2022,09:00:00,10:00:00,1:00:00",
    "6,Agent A,7/30/2022,10:05:00,17:00:00,6:55:00",
]
CLOCK = "考勤号码,姓名,日期,对应时段,签到时间,签退时间"
STATES = "工号,坐席状态,状态开始,状态结束"
PUNCHES = "工号,打卡时间,进出"
REQUESTS = "工号,打卡时间,进出,补卡已批准"
SCHEDULE = "工号,班次日期,第几班,班次,上班时间,下班时间"
ATTENDANCE = "工号,班次日期,第几班,上班打卡,下班打卡"
DAY = "1001,2026-10-05,1,早,2026-10-05 08:00,2026-10-05 18:00"


def told(home: Home) -> list[tuple[str, str, str, str]]:
    """Attendance as texts: who, day, in, out."""
    rows = current(home).query("""
        SELECT agent_id, strftime(shift_date, '%m-%d'), coalesce(strftime(in_at, '%H:%M'), '–'),
            coalesce(strftime(out_at, '%H:%M'), '–')
        FROM attendance ORDER BY ALL""")
    return rows.rows()


def found(home: Home, audit: str) -> list[str]:
    """What an audit says, row by row."""
    return (
        current(home)
        .query("SELECT detail FROM audit_rows WHERE audit = ? ORDER BY ALL", [audit])["detail"]
        .to_list()
    )


def mapped(home: Home, path, name: str) -> None:
    """Load a file by the map that is proposed for it."""
    save(home, propose(home, path)[0], name, name)
    (file,) = load(home, [path]).files
    assert (file.source, file.counts.rejected) == (name, 0)


def test_several_sessions_a_day_are_kept_and_make_the_attendance(home: Home, write) -> None:
    mapped(home, write("sessions.csv", *SESSIONS), "sessions")
    assert told(home) == [
        ("agent a", "07-29", "09:00", "17:30"),
        ("agent a", "07-30", "09:00", "17:00"),
        ("agent b", "07-29", "08:00", "16:00"),
    ]
    kept = current(home).query("SELECT count(*), count(DISTINCT state) FROM agent_states").rows()
    assert kept == [(6, 1)]


def test_a_day_without_a_way_in_is_kept_and_asked_about(home: Home, write) -> None:
    """40 rows of a clock, of which four have no way in and four no way out."""
    lines = [
        f"{1 + n % 4},员{n % 4},2026/5/{4 + n // 4},1,{'' if n % 10 == 3 else f'08:{50 + n % 10}'},"
        f"{'' if n % 10 == 6 else f'18:{n % 60:02}'}"
        for n in range(40)
    ]
    mapped(home, write("clock.csv", CLOCK, *lines), "clock")
    rows = told(home)
    assert (len(rows), sum(at == "–" for *_, at, _ in rows), sum(at == "–" for *_, at in rows)) == (40, 4, 4)


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        # Whoever does not log out has missed it, also where it is not the last session.
        (["2026-10-05 08:00,", "2026-10-05 13:00,2026-10-05 18:02"], ("08:00", "18:02")),
        (["2026-10-05 08:00,2026-10-05 12:00", "2026-10-05 13:00,"], ("08:00", "–")),
        # A night's sessions belong to the shift that they begin in.
        (["2026-10-05 08:00,2026-10-05 18:30"], ("08:00", "18:30")),
    ],
)
def test_a_session_without_an_end_is_a_missed_punch(home: Home, write, states, expected) -> None:
    load(
        home, [write("s.csv", SCHEDULE, DAY), write("t.csv", STATES, *(f"1001,登录,{one}" for one in states))]
    )
    assert told(home) == [("1001", "10-05", *expected)]
    asked = found(home, "missed_punch") + found(home, "punch_between_missed")
    assert len(asked) == any(one.endswith(",") for one in states)


def test_other_states_than_logged_in_are_no_presence(home: Home, write) -> None:
    load(home, [write("t.csv", STATES, "1001,小休,2026-10-05 12:00,2026-10-05 12:30")])
    assert told(home) == []


def test_punches_of_a_day_go_before_its_sessions(home: Home, write) -> None:
    states = write("t.csv", STATES, "1001,登录,2026-10-05 08:10,2026-10-05 17:50")
    load(home, [write("s.csv", SCHEDULE, DAY), states])
    load(home, [write("p.csv", PUNCHES, "1001,2026-10-05 07:55,上班")])
    assert told(home) == [("1001", "10-05", "07:55", "–")]


@pytest.mark.parametrize(
    ("punches", "expected"),
    [
        # Left at noon without a word: the afternoon is there, and the gap is asked about.
        (["08:00,上班", "13:00,上班", "18:00,下班"], ("08:00", "18:00")),
        # Back at one, and never seen to go: not gone at noon.
        (["08:00,上班", "12:00,下班", "13:00,上班"], ("08:00", "–")),
        # Seen to go at noon, but not to come in the morning: not late by five hours.
        (["12:00,下班", "13:00,上班", "18:00,下班"], ("–", "18:00")),
        # What lies before the shift or after it says nothing of it.
        (["07:00,下班", "07:55,上班", "18:00,下班"], ("07:55", "18:00")),
        (["08:00,上班", "18:00,下班", "19:00,上班"], ("08:00", "18:00")),
    ],
)
def test_a_punch_missed_in_the_middle_is_asked_about_and_nothing_is_concluded(
    home: Home, write, punches, expected
) -> None:
    load(
        home,
        [write("s.csv", SCHEDULE, DAY), write("p.csv", PUNCHES, *(f"1001,2026-10-05 {p}" for p in punches))],
    )
    assert told(home) == [("1001", "10-05", *expected)]
    asked = found(home, "missed_punch") + found(home, "punch_between_missed")
    assert bool(asked) == ("–" in expected or (punches[1].endswith("上班") and punches[0].endswith("上班")))


@pytest.mark.parametrize(("approved", "expected", "asked"), [("是", "17:58", 0), ("否", "–", 1)])
@pytest.mark.parametrize("by", ["punches", "file"])
def test_an_approved_request_settles_a_missed_punch(
    home: Home, write, approved: str, expected: str, asked: int, by: str
) -> None:
    told_first = {
        "punches": write("p.csv", PUNCHES, "1001,2026-10-05 08:00,上班"),
        "file": write("a.csv", ATTENDANCE, "1001,2026-10-05,1,2026-10-05 08:00,"),
    }
    load(home, [write("s.csv", SCHEDULE, DAY), told_first[by]])
    assert len(found(home, "missed_punch")) == 1
    load(home, [write("r.csv", REQUESTS, f"1001,2026-10-05 17:58,下班,{approved}")])
    assert len(found(home, "missed_punch")) == asked
    if by == "punches":
        assert told(home) == [("1001", "10-05", "08:00", expected)]
    else:  # the file's row stays as it was
        assert told(home) == [("1001", "10-05", "08:00", "–")]
        said = current(home).query("SELECT strftime(out_at, '%H:%M') FROM requested_punches").rows()
        assert said == ([("17:58",)] if approved == "是" else [])


def test_no_punch_and_no_leave_is_to_be_found_out(home: Home, write) -> None:
    shifts = [DAY, DAY.replace("1001", "1002"), DAY.replace("1001", "1003")]
    leave = write("l.csv", "工号,请假开始,请假结束,假别", "1003,2026-10-05 00:00,2026-10-06 00:00,年假")
    punches = write("p.csv", PUNCHES, "1001,2026-10-05 08:00,上班", "1001,2026-10-05 18:00,下班")
    load(home, [write("s.csv", SCHEDULE, *shifts), leave, punches])
    assert [("1002" in one, "1003" in one) for one in found(home, "no_punch_no_leave")] == [(True, False)]


def test_work_elsewhere_and_a_swapped_shift_are_no_absence() -> None:
    assert {LEAVE[word] for word in ("外勤", "出差", "培训", "换班")} == {EXCUSED}
    assert {"外勤", "出差", "培训", "换班"} <= LEAVE_CODES.keys()
    # The program never says it; where a file does, it counts.
    assert LEAVE["旷工"] == COUNTS
