"""Wide rosters: codes of shifts, days off and leave, what is not known of them, and days without a month."""

from __future__ import annotations

import pytest

from etl.errors import Problem
from etl.loading.load import load
from etl.snapshots.snapshot import current


def planned(home):
    """Shifts as texts: who, day, code, start, end."""
    rows = current(home).query(
        """SELECT agent_id, shift_date::VARCHAR, shift, strftime(start_at, '%d %H:%M'), strftime(end_at, '%d %H:%M')
           FROM schedule ORDER BY ALL"""
    )
    return [(who, day[5:], *rest) for who, day, *rest in rows.rows()]


def leave(home):
    rows = current(home).query(
        """SELECT agent_id, leave_type, strftime(starts_at, '%d %H:%M'), strftime(ends_at, '%d %H:%M')
           FROM "leave" ORDER BY ALL"""
    )
    return rows.rows()


def rejected(home):
    return (
        current(home).query('SELECT contract, file_row, "column", raw, rule FROM rejects ORDER BY ALL').rows()
    )


def counted(report):
    """By contract: rows loaded, updated, duplicate, rejected, ignored, and facts written."""
    found = {}
    for file in report.files:
        assert file.rows_read == sum(
            getattr(file.counts, name) for name in ("loaded", "updated", "duplicate", "rejected", "ignored")
        )
        c = file.counts
        found[file.table] = (c.loaded, c.updated, c.duplicate, c.rejected, c.ignored, c.facts)
    return found


@pytest.mark.parametrize(
    ("cell", "start", "end"),
    [
        ("早", "05 08:00", "05 16:00"),
        ("早班", "05 08:00", "05 16:00"),
        ("晚", "05 16:00", "06 00:00"),
        ("夜", "05 22:00", "06 06:00"),
        ("9:00-17:30", "05 09:00", "05 17:30"),
        ("21:00~次日05:00", "05 21:00", "06 05:00"),
        ("９：００－１７：３０", "05 09:00", "05 17:30"),
    ],
)
def test_what_a_cell_says(home, write, cell, start, end):
    load(home, [write("r.csv", "工号,2026-10-05", f"1001,{cell}")])
    assert planned(home) == [("1001", "10-05", cell, start, end)]


def test_only_the_day_with_an_unknown_code_is_set_aside(home, write):
    report = load(
        home, [write("r.csv", "工号,2026-10-05,2026-10-06,2026-10-07,2026-10-08", "1001,早,Q,休,外训")]
    )
    assert counted(report) == {"schedule": (0, 0, 0, 1, 0, 1)}
    assert report.files[0].reject_rules == {"unknown_shift": 1}
    assert rejected(home) == [("schedule", 2, "shift", "10-06: Q; 10-08: 外训", "unknown_shift")]
    assert [row[1] for row in planned(home)] == ["10-05"]


def test_an_unknown_code_leaves_what_was_planned_before(home, write):
    load(home, [write("a.csv", "工号,2026-10-05,2026-10-06", "1001,早,早")])
    report = load(home, [write("b.csv", "工号,2026-10-05,2026-10-06", "1001,Q,休")])
    assert counted(report) == {"schedule": (0, 0, 0, 1, 0, 0)}
    assert [row[1:3] for row in planned(home)] == [("10-05", "早")]


def test_a_long_table_without_times_is_no_known_shift(home, write):
    header = "工号,班次日期,班次,上班时间,下班时间"
    rows = [
        "1001,2026-10-05,休,2026-10-05 00:00,2026-10-05 00:00",
        "1001,2026-10-06,早,2026-10-06 16:00,2026-10-06 08:00",
    ]
    load(home, [write("s.csv", header, *rows)])
    assert rejected(home) == [
        ("schedule", 2, "shift", "休", "unknown_shift"),
        ("schedule", 3, "end_at", "2026-10-06 08:00", "ends_before_start"),
    ]


def test_codes_of_leave_are_leave_of_that_day(home, write):
    path = write("r.csv", "工号,2026-10-05,2026-10-06,2026-10-07", "1001,夜,年假,早", "1002,早,早,早")
    report = load(home, [path])
    assert counted(report) == {"schedule": (2, 0, 0, 0, 0, 5), "leave": (1, 0, 0, 0, 1, 1)}
    assert leave(home) == [("1001", "年假", "06 00:00", "07 00:00")]
    assert [file.status for file in load(home, [path]).files] == ["unchanged", "unchanged"]


def test_a_roster_without_leave_says_nothing_of_it(home, write):
    path = write("r.csv", "工号,2026-10-05", "1001,早")
    assert list(counted(load(home, [path]))) == ["schedule"]
    assert [file.status for file in load(home, [path]).files] == ["unchanged"]


def test_leave_that_a_later_roster_no_longer_has_is_taken_back(home, write):
    other = "工号,请假开始,请假结束,假别"
    load(home, [write("l.csv", other, "1001,2026-10-07 00:00,2026-10-08 00:00,病假")])
    load(home, [write("a.csv", "工号,2026-10-05,2026-10-06", "1001,年假,年假")])
    report = load(home, [write("b.csv", "工号,2026-10-05,2026-10-06,2026-10-07", "1001,早,年假,早")])
    assert counted(report) == {"schedule": (1, 0, 0, 0, 0, 2), "leave": (0, 1, 0, 0, 0, 0)}
    # What the roster took back was its own: sick leave of another file stays.
    assert leave(home) == [("1001", "年假", "06 00:00", "07 00:00"), ("1001", "病假", "07 00:00", "08 00:00")]
    assert [row[1] for row in planned(home)] == ["10-05", "10-07"]


def test_the_house_names_its_codes_of_leave(home, write):
    home.create()
    text = '[leave_codes]\n"年" = "年假"\n"事" = "事假 08:00-16:00"\n[shifts]\n"A" = "09:00-18:00"\n'
    (home.config / "home.toml").write_text(text, encoding="utf-8")
    load(home, [write("r.csv", "工号,2026-10-05,2026-10-06,2026-10-07", "1001,年,事,A")])
    assert leave(home) == [("1001", "事假", "06 08:00", "06 16:00"), ("1001", "年假", "05 00:00", "06 00:00")]
    # Leave from a shift that is known leaves it in the plan, for types of leave that count.
    assert planned(home) == [
        ("1001", "10-06", "事", "06 08:00", "06 16:00"),
        ("1001", "10-07", "A", "07 09:00", "07 18:00"),
    ]


def test_new_leave_codes_make_a_roster_worth_loading_again(home, write):
    path = write("r.csv", "工号,2026-10-05", "1001,丁忧")
    assert load(home, [path]).files[0].reject_rules == {"unknown_shift": 1}
    (home.config / "home.toml").write_text('[leave_codes]\n"丁忧" = "丧假"\n', encoding="utf-8")
    assert counted(load(home, [path]))["leave"] == (1, 0, 0, 0, 0, 1)


@pytest.mark.parametrize(
    "text",
    [
        '[leave]\n"年假" = "maybe"\n',
        "leave = 3\n",
        "[leave_codes]\nA = 3\n",
        '[leave_codes]\nA = ""\n',
        "[punches]\nbefore = 3\n",
        "[punches]\nbefore_h = 40\n",
        "[punches]\napart_min = true\n",
        '[shifts]\nA = "8 bis 16 Uhr"\n',
        "departments = 3\n",
        '[departments]\n"热线部" = "一组"\n',
    ],
)
def test_faulty_settings_are_said(home, text):
    home.create()
    (home.config / "home.toml").write_text(text, encoding="utf-8")
    with pytest.raises(Problem, match=r"config/home\.toml"):
        _ = home.settings


DAYS = ",".join(str(number) for number in range(1, 32))
SHIFTS = ",".join(["早"] * 31)


@pytest.mark.parametrize(
    ("title", "header"),
    [
        ("2026年10月排班表", DAYS),
        ("客服部排班 2026-10", ",".join(f"{n}日" for n in range(1, 32))),
        ("2026.10", ",".join(f"10/{n}" for n in range(1, 32))),
        ("2026年10月", ",".join(f"10月{n}日" for n in range(1, 32))),
    ],
)
def test_days_of_a_month_that_a_title_names(home, write, title, header):
    commas = "," * 31
    load(home, [write("r.csv", f"{title}{commas}", f"工号,{header}", f"1001,{SHIFTS}")])
    days = [row[1] for row in planned(home)]
    assert days == [f"10-{n:02}" for n in range(1, 32)]


def test_the_sheet_may_name_the_month(home, book):
    def fill(workbook, sheet):
        workbook.get_worksheet_by_name("甲").name = "2026年2月"
        sheet.write_row(0, 0, ["姓名", *range(1, 29)])
        sheet.write_row(1, 0, ["张三", *["早"] * 28])

    load(home, [book(fill)])
    assert [row[:2] for row in planned(home)][::27] == [("张三", "02-01"), ("张三", "02-28")]


def test_days_without_a_month_are_refused_by_name(home, write):
    (file,) = load(home, [write("r.csv", f"工号,{DAYS}", f"1001,{SHIFTS}")]).files
    assert file.status == "refused"
    assert "2026-10-01" in str(file.problem)
    assert "days of a month" in str(file.problem)


def test_a_row_of_weekdays_is_nobody(home, write):
    header = "工号," + ",".join(f"2026-10-{n:02}" for n in range(1, 8))
    report = load(home, [write("r.csv", header, "星期,四,五,六,日,一,二,三", "1001,早,早,休,休,早,早,早")])
    assert counted(report) == {"schedule": (1, 0, 0, 0, 1, 5)}


def test_a_day_that_no_calendar_has_is_set_aside(home, write):
    report = load(home, [write("r.csv", "工号,2026-02-28,2026-02-30", "1001,早,早")])
    assert counted(report) == {"schedule": (0, 0, 0, 1, 0, 1)}
    assert rejected(home) == [("schedule", 2, "shift_date", "2026-02-30", "unreadable_date")]


def test_columns_called_like_parts_of_a_cell_are_not_used_and_said(home, write):
    (file,) = load(home, [write("r.csv", "工号,shift_date,start_at,2026-10-05", "1001,x,y,早")]).files
    assert planned(home)[0][:3] == ("1001", "10-05", "早")
    assert [one.values["columns"] for one in file.warnings] == ["shift_date, start_at"]


def test_names_stand_for_the_people_of_the_register(home, write):
    load(home, [write("a.csv", "工号,姓名,班组", "1001,张三,一组", "1002,李四,一组")])
    load(home, [write("r.csv", "姓名,2026-10-05", "张三,早", "李四,夜")])
    assert [row[:3] for row in planned(home)] == [("1001", "10-05", "早"), ("1002", "10-05", "夜")]
