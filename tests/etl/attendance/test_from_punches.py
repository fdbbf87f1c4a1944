"""Attendance told from plan and punches: which punch is whose, and what files say against it."""

from __future__ import annotations

import pytest

from etl.loading.load import load
from etl.snapshots.snapshot import current

PUNCHES = "工号,打卡时间,进出,设备"
SCHEDULE = "工号,班次日期,第几班,班次,上班时间,下班时间"
ATTENDANCE = "工号,班次日期,第几班,上班打卡,下班打卡"
DAY = "1001,2026-10-05,1,早,2026-10-05 08:00,2026-10-05 16:00"
NIGHT = "1001,2026-10-05,1,夜,2026-10-05 22:00,2026-10-06 06:00"


def told(home):
    """Attendance as texts: day, shift, in, out; clock times of the day itself without their date."""
    rows = current(home).query(
        "SELECT shift_date::VARCHAR, shift_no, in_at::VARCHAR, out_at::VARCHAR FROM attendance ORDER BY ALL"
    )
    return [
        (day[5:], number, *((at or "–").removeprefix(f"{day} ") for at in (start, end)))
        for day, number, start, end in rows.rows()
    ]


@pytest.fixture
def clock(home, write):
    """Load shifts and punches of 1001, "10-05 08:00 in" for each; what `attendance` holds then."""

    def loader(shifts, *punches, name="p.csv"):
        rows = [dict(enumerate(one.split())) for one in punches]
        lines = [f"1001,2026-{row[0]} {row[1]},{row.get(2, '')}," for row in rows]
        load(home, [write("s.csv", SCHEDULE, *shifts), write(name, PUNCHES, *lines)])
        return told(home)

    return loader


@pytest.mark.parametrize(
    ("punches", "expected"),
    [
        (["10-05 07:55", "10-05 12:00", "10-05 16:03"], ("07:55:00", "16:03:00")),
        # One side only: the one that it is nearer to, or the one that it says.
        (["10-05 07:55"], ("07:55:00", "–")),
        (["10-05 15:20"], ("–", "15:20:00")),
        (["10-05 15:20 in"], ("15:20:00", "–")),
        (["10-05 08:10 out"], ("–", "08:10:00")),
        # Less than two minutes apart is once.
        (["10-05 07:55:00", "10-05 07:56:30", "10-05 07:58:00"], ("07:55:00", "–")),
        (["10-05 07:55:00", "10-05 07:57:00"], ("07:55:00", "07:57:00")),
        # A wrong button put right at once says nothing.
        (["10-05 16:00:00 in", "10-05 16:00:20 out"], ("–", "16:00:00")),
        # The first way in and the last way out, whatever lies between.
        (
            ["10-05 08:00 in", "10-05 12:00 out", "10-05 13:00 in", "10-05 16:00 out"],
            ("08:00:00", "16:00:00"),
        ),
        (["10-05 08:00 in", "10-05 08:05 in"], ("08:00:00", "–")),
        (["10-05 08:00 in", "10-05 16:02"], ("08:00:00", "16:02:00")),
        (["10-05 07:30", "10-05 08:00 in"], ("07:30:00", "–")),
        (["10-05 16:00 out", "10-05 16:30"], ("–", "16:30:00")),
        # The window: four hours before to six hours after.
        (["10-05 04:00", "10-05 21:59:59"], ("04:00:00", "21:59:59")),
        (["10-05 03:59:59", "10-05 08:00", "10-05 22:00"], ("08:00:00", "–")),
    ],
)
def test_which_punches_are_in_and_out(clock, punches, expected):
    assert clock([DAY], *punches) == [("10-05", 1, *expected)]


def test_a_shift_over_midnight_belongs_to_the_day_it_starts(clock):
    expected = [("10-05", 1, "21:50:00", "2026-10-06 06:05:00")]
    assert clock([NIGHT], "10-05 21:50", "10-06 06:05") == expected


def test_neighbouring_shifts_share_the_time_between_them(clock):
    shifts = [
        "1001,2026-10-05,1,早,2026-10-05 08:00,2026-10-05 12:00",
        "1001,2026-10-05,2,晚,2026-10-05 14:00,2026-10-05 18:00",
        "1001,2026-10-06,1,零,2026-10-06 00:00,2026-10-06 08:00",
    ]
    punches = ["10-05 07:59", "10-05 12:57", "10-05 13:00", "10-05 18:05", "10-05 21:00", "10-06 08:02"]
    assert clock(shifts, *punches) == [
        ("10-05", 1, "07:59:00", "12:57:00"),
        ("10-05", 2, "13:00:00", "18:05:00"),
        ("10-06", 1, "2026-10-05 21:00:00", "08:02:00"),
    ]


def test_a_shift_without_a_punch_has_no_row(clock):
    assert clock([DAY, DAY.replace("10-05", "10-06")], "10-05 08:00", "10-05 16:00") == [
        ("10-05", 1, "08:00:00", "16:00:00")
    ]


def test_without_a_plan_punches_are_presence(clock):
    other = DAY.replace("1001", "2002")
    assert clock([other], "10-05 08:01", "10-05 12:00", "10-05 17:30", "10-07 09:00") == [
        ("10-05", 1, "08:01:00", "17:30:00"),
        ("10-07", 1, "09:00:00", "–"),
    ]


def test_a_punch_far_from_the_shift_is_no_presence_beside_it(clock):
    assert clock([DAY], "10-05 01:00") == []


def test_a_plan_that_comes_later_turns_presence_into_attendance(home, write, clock):
    assert clock([DAY.replace("1001", "2002")], "10-05 21:50", "10-06 06:05") == [
        ("10-05", 1, "21:50:00", "–"),
        ("10-06", 1, "06:05:00", "–"),
    ]
    load(home, [write("plan.csv", SCHEDULE, NIGHT)])
    assert told(home) == [("10-05", 1, "21:50:00", "2026-10-06 06:05:00")]


def test_punches_that_come_later_complete_the_shift(home, write, clock):
    assert clock([NIGHT], "10-05 21:50") == [("10-05", 1, "21:50:00", "–")]
    load(home, [write("q.csv", PUNCHES, "1001,2026-10-06 06:05,,")])
    assert told(home) == [("10-05", 1, "21:50:00", "2026-10-06 06:05:00")]


@pytest.mark.parametrize("order", [("a.csv", "p.csv"), ("p.csv", "a.csv")])
def test_what_a_file_gives_goes_before_what_punches_tell(home, write, order):
    write("s.csv", SCHEDULE, DAY)
    write("a.csv", ATTENDANCE, "1001,2026-10-05,1,2026-10-05 08:00,2026-10-05 16:00")
    folder = write("p.csv", PUNCHES, "1001,2026-10-05 08:30,,").parent
    for name in ("s.csv", *order):
        load(home, [folder / name])
    assert told(home) == [("10-05", 1, "08:00:00", "16:00:00")]
    load(home, [write("more.csv", PUNCHES, "1001,2026-10-05 15:30,,")])
    assert told(home) == [("10-05", 1, "08:00:00", "16:00:00")]
    files = current(home).query("SELECT name FROM attendance JOIN files USING (file_id)").rows()
    assert files == [("a.csv",)]


def test_the_missing_side_alone_decides_a_missed_punch(home, write, clock):
    clock([DAY], "10-05 08:02")
    load(home, [write("补卡.csv", "工号,班次日期,下班打卡", "1001,2026-10-05,2026-10-05 16:00")])
    assert told(home) == [("10-05", 1, "08:02:00", "16:00:00")]
    history = current(home).query("SELECT contract, key FROM row_history").rows()
    assert history == [("attendance", "1001 / 2026-10-05 / 1")]


def test_a_row_that_says_the_same_as_the_punches_holds_against_later_ones(home, write, clock):
    clock([DAY], "10-05 08:02", "10-05 16:00")
    row = "1001,2026-10-05,1,2026-10-05 08:02,2026-10-05 16:00"
    (report,) = load(home, [write("a.csv", ATTENDANCE, row)]).files
    assert report.counts.duplicate == 1
    load(home, [write("q.csv", PUNCHES, "1001,2026-10-05 18:00,,")])
    assert told(home) == [("10-05", 1, "08:02:00", "16:00:00")]


def test_a_roster_that_changes_tells_the_day_anew(home, write):
    load(
        home,
        [write("r.csv", "工号,2026-10-05", "1001,早"), write("p.csv", PUNCHES, "1001,2026-10-05 08:00,,")],
    )
    assert told(home) == [("10-05", 1, "08:00:00", "–")]
    load(home, [write("r2.csv", "工号,2026-10-05", "1001,夜")])
    # Fourteen hours before the night shift: neither its punch, nor presence on a day without a plan.
    assert told(home) == []
    load(home, [write("r3.csv", "工号,2026-10-05", "1001,休")])
    assert told(home) == [("10-05", 1, "08:00:00", "–")]


def test_the_settings_say_how_far_a_punch_may_be(home, write, clock):
    assert clock([DAY], "10-05 05:00", "10-05 16:00") == [("10-05", 1, "05:00:00", "16:00:00")]
    (home.config / "home.toml").write_text("[punches]\nbefore_h = 2\n", encoding="utf-8")
    load(home, [write("q.csv", PUNCHES, "1001,2026-11-20 08:00,,")])
    assert told(home) == [("10-05", 1, "–", "16:00:00"), ("11-20", 1, "08:00:00", "–")]


def test_days_that_change_are_touched_and_counted(home, clock):
    clock([DAY, NIGHT.replace("10-05", "10-08").replace("10-06", "10-09")], "10-05 08:00", "10-08 22:00")
    days = current(home).query(
        "SELECT day::VARCHAR, facts FROM loaded_days WHERE contract = 'attendance' ORDER BY day"
    )
    assert days.rows() == [("2026-10-05", 1), ("2026-10-08", 1)]


def test_one_day_at_a_time_tells_the_same_as_all_at_once(home, write, tmp_path):
    hours = {"早": ("08:00", "16:00"), "夜": ("22:00", "06:00")}
    plan, punches = [], []
    for day in range(1, 7):
        code = "早" if day % 3 else "夜"
        start, end = hours[code]
        last = day + (code == "夜")
        plan.append(f"1001,2026-10-{day:02},1,{code},2026-10-{day:02} {start},2026-10-{last:02} {end}")
        punches += [f"1001,2026-10-{day:02} {start},,", f"1001,2026-10-{last:02} {end},,"]
    together = type(home)(tmp_path / "together")
    load(together, [write("plan.csv", SCHEDULE, *plan), write("all.csv", PUNCHES, *punches)])
    load(home, [write("half.csv", SCHEDULE, *plan[::2])])
    for number, punch in enumerate(punches):
        load(home, [write(f"p{number}.csv", PUNCHES, punch)])
    load(home, [write("rest.csv", SCHEDULE, *plan[1::2])])
    assert told(home) == told(together)
    assert len(told(home)) == 6
