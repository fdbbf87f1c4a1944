"""Attendance from a roster, punches and leave as files: hand-worked figures, and missed punches decided."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from etl.corrections.corrections import Correction
from etl.home import Home
from kpi.figures.figure import Figure
from kpi.figures.figures import figures, rows_behind
from kpi.figures.subjects import find_subject
from kpi.figures.view import open_view, records_of
from kpi.loading.correction_list import propose
from kpi.loading.load import load_files
from kpi.records.corrections import approve
from kpi.scope import Scope, Subject, parse_month

OCTOBER = parse_month("2026-10")

# 1001 and 1002 of 一组; 2001 of 二组, whose clock is read from the 7th on; 1003 moves to 二组 on the 8th.
PEOPLE = [
    "工号,姓名,班组,生效日期,失效日期",
    "1001,张三,一组,2026-01-01,",
    "1002,李四,一组,2026-01-01,",
    "1003,王五,一组,2026-01-01,2026-10-07",
    "1003,王五,二组,2026-10-08,",
    "2001,赵六,二组,2026-01-01,",
]
ROSTER = [
    "2026年10月排班表,,,,,,,,",
    "工号,姓名,5日,6日,7日,8日,9日,10日,11日",
    "1001,张三,早,早,早,夜,年假,早,休",
    "1002,李四,早,早,事假,早,早,外训,休",
    "1003,王五,休,休,早,早,休,休,休",
    "2001,赵六,早,早,早,早,休,休,休",
]
PUNCHES = [
    "工号,打卡时间,进出,设备",
    # 1001: 480; 465, late by 15 minutes; absent; 480 over midnight into the day of leave; leave; missed
    *("1001,2026-10-05 07:55,,", "1001,2026-10-05 16:02,,"),
    *("1001,2026-10-06 08:15,,", "1001,2026-10-06 08:16,,", "1001,2026-10-06 16:00,,"),
    *("1001,2026-10-08 21:50,,", "1001,2026-10-09 06:10,,"),
    "1001,2026-10-10 07:58,,",
    # 1002: 480; 450, gone half an hour early; leave of a day without a shift; 480; missed
    *("1002,2026-10-05 08:00,上班,", "1002,2026-10-05 16:00,下班,"),
    *("1002,2026-10-06 07:59,上班,", "1002,2026-10-06 12:00,下班,", "1002,2026-10-06 15:30,下班,"),
    *("1002,2026-10-08 08:00,上班,", "1002,2026-10-08 16:00,下班,"),
    "1002,2026-10-09 16:04,下班,",
    # 1003: 480 in 一组, 480 in 二组
    *("1003,2026-10-07 08:00,,", "1003,2026-10-07 16:00,,"),
    *("1003,2026-10-08 08:00,,", "1003,2026-10-08 16:00,,"),
]
Write = Callable[..., Path]


def written(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def write(tmp_path: Path) -> Write:
    return lambda name, lines: written(tmp_path / name, lines)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("loaded")
    home = Home(folder / "home")
    files = {"人员.csv": PEOPLE, "排班.csv": ROSTER, "打卡.csv": PUNCHES}
    report = load_files(home, [written(folder / name, lines) for name, lines in files.items()])
    assert [file.status for file in report.files] == ["loaded"] * 4
    return home


@pytest.fixture
def home(tmp_path: Path, loaded: Home) -> Home:
    """A copy of the loaded home to write into."""
    return Home(Path(shutil.copytree(loaded.path, tmp_path / "home")))


def figure(home: Home, key: str, *, agent: str | None = None, team: str | None = None) -> Figure:
    view = open_view(home)
    whose = find_subject(view, agent=agent, team=team) if agent or team else Subject()
    (found,) = figures(view, Scope(OCTOBER, whose), [key])
    return found


def attended(home: Home, **whose: str) -> tuple[float | None, float | None, float | None]:
    found = figure(home, "attendance", **whose)
    return found.numerator, found.denominator, found.coverage


def test_figures_from_roster_punches_and_leave(home: Home) -> None:
    # 480 + 465 + 0 + 480 of four shifts; the fifth has one punch.
    assert attended(home, agent="1001") == (1425, 1920, 0.8)
    # 480 + 450 + 480 of three; one more has one punch; the day of private affairs has no shift to miss.
    assert attended(home, agent="1002") == (1410, 1440, 0.75)
    # Absent on the 8th, when 1003 shows that the clock of 二组 was read; nothing is known of the days before.
    assert attended(home, agent="2001") == (0, 480, 1.0)
    assert attended(home) == (1425 + 1410 + 960 + 0, 1920 + 1440 + 960 + 480, 10 / 12)


def test_the_team_is_that_of_the_day(home: Home) -> None:
    assert attended(home, team="一组") == (1425 + 1410 + 480, 1920 + 1440 + 480, 8 / 10)
    assert attended(home, team="二组") == (480, 960, 1.0)


def test_lateness_and_missed_punches(home: Home) -> None:
    late = figure(home, "lateness", agent="1001")
    assert (late.numerator, late.denominator) == (1, 4)
    missed = figure(home, "missed_punch")
    assert (missed.numerator, missed.denominator) == (2, 10)
    rows = rows_behind(open_view(home), "missed_punch", Scope(OCTOBER), passing=True)
    assert rows.select("agent_id", "in_at", "out_at", "file").rows() == [
        ("1002", None, rows["out_at"][0], "打卡.csv"),
        ("1001", rows["in_at"][1], None, "打卡.csv"),
    ]


def test_a_row_of_attendance_decides_a_missed_punch(home: Home, write: Write) -> None:
    load_files(home, [write("补卡.csv", ["工号,班次日期,下班打卡", "1001,2026-10-10,2026-10-10 15:00"])])
    assert attended(home, agent="1001") == (1425 + 420, 1920 + 480, 1.0)
    assert figure(home, "missed_punch", agent="1001").numerator == 0


@pytest.mark.parametrize(
    ("approved", "expected"), [("是", (1425 + 420, 2400, 1.0)), ("否", (1425, 1920, 0.8))]
)
def test_an_approved_request_decides_a_missed_punch(
    home: Home, write: Write, approved: str, expected
) -> None:
    request = ["工号,打卡时间,进出,补卡已批准", f"1001,2026-10-10 15:00,下班,{approved}"]
    load_files(home, [write("补卡.csv", request)])
    assert attended(home, agent="1001") == expected


def test_a_request_completes_what_a_file_gives(home: Home, write: Write) -> None:
    load_files(
        home, [write("考勤.csv", ["工号,班次日期,上班打卡,下班打卡", "1001,2026-10-10,2026-10-10 08:00,"])]
    )
    assert attended(home, agent="1001") == (1425, 1920, 0.8)
    load_files(home, [write("补卡.csv", ["工号,打卡时间,进出,补卡已批准", "1001,2026-10-10 15:00,下班,是"])])
    assert attended(home, agent="1001") == (1425 + 420, 2400, 1.0)


CHANGED = "工号,请假开始,请假结束,假别,已批准,请假单号,变更原单号"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        # The eighth instead of the sixth and seventh: the sixth was worked, the seventh missed.
        ("1001,2026-10-08 00:00,2026-10-09 00:00,年假,是,L2,L1", (1425 - 480, 1920 - 480, 0.75)),
        ("1001,2026-10-08 00:00,2026-10-09 00:00,年假,是,L1,", (1425 - 480, 1920 - 480, 0.75)),
        # Not approved: the first one stands.
        ("1001,2026-10-08 00:00,2026-10-09 00:00,年假,否,L2,L1", (960, 960, 2 / 3)),
    ],
)
def test_leave_that_was_changed_replaces_what_it_amends(
    home: Home, write: Write, change: str, expected
) -> None:
    load_files(home, [write("请假.csv", [CHANGED, "1001,2026-10-06 00:00,2026-10-08 00:00,年假,是,L1,"])])
    assert attended(home, agent="1001") == (960, 960, 2 / 3)
    load_files(home, [write("变更.csv", [CHANGED, change])])
    assert attended(home, agent="1001") == expected


def test_a_row_without_punches_decides_that_nobody_came(home: Home, write: Write) -> None:
    header = "工号,班次日期,上班打卡,下班打卡"
    load_files(home, [write("核实.csv", [header, "1001,2026-10-10,,"])])
    assert attended(home, agent="1001") == (1425, 1920 + 480, 1.0)


def test_a_correction_decides_a_missed_punch(home: Home) -> None:
    records = records_of(home, create=True)
    what = Correction(
        *(0, "amend", "attendance"), (("1002", "2026-10-09", "1"),), column="in_at", value="2026-10-09 08:00"
    )
    asked = {"reason": "忘记打卡", "evidence": "", "asked_by": "组长", "who": "local"}
    number = propose(open_view(home), records, what, **asked)
    approve(records, number, "主管", version=1, who="local")
    load_files(home, [])
    found = figure(home, "attendance", agent="1002")
    assert (found.numerator, found.denominator, found.coverage) == (1410 + 480, 1440 + 480, 1.0)
    assert found.corrections == (number,)
    assert found.value_without == 1410 / 1440


def test_leave_counts_or_not_as_the_house_says(home: Home, write: Write) -> None:
    leave = ["工号,请假开始,请假结束,假别", "1001,2026-10-07 00:00,2026-10-08 00:00,事假"]
    load_files(home, [write("请假.csv", leave)])
    assert attended(home, agent="1001") == (1425, 1920, 0.8)  # private affairs are an absence
    (home.config / "home.toml").write_text('[leave]\n"事假" = "excused"\n', encoding="utf-8")
    assert attended(home, agent="1001") == (1425, 1440, 0.75)


def test_punches_alone_are_no_attendance(tmp_path: Path, write: Write) -> None:
    home = Home(tmp_path / "alone")
    report = load_files(home, [write("打卡.csv", PUNCHES)])
    found = figure(home, "attendance")
    assert found.value is None
    said = [str(one) for one in report.remarks]
    assert any("without a shift that day" in one for one in said), said
