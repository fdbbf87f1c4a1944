"""Files that come again, corrected or narrower: what they say replaces what stood there, nothing else."""

from __future__ import annotations

import duckdb
import pytest
import xlsxwriter

from etl.contracts.facts import CALLS, table_columns
from etl.errors import Problem
from etl.loading.load import load
from etl.snapshots.snapshot import current, current_id

GOOD = "C1,2026-10-01 09:00:00,是,0042,12,200,13800138000"


def rows(home, sql):
    return current(home).query(sql).rows()


def counted(report):
    return {
        file.table: (
            file.status,
            file.counts.loaded,
            file.counts.updated,
            file.counts.duplicate,
            file.counts.ignored,
        )
        for file in report.files
    }


def test_a_shift_that_became_a_day_off_is_gone(home, write):
    header = "工号,姓名,2026-10-01,2026-10-02"
    load(home, [write("r.csv", header, "1001,客服甲01,早,早", "1002,客服甲02,早,早")])
    report = load(home, [write("r2.csv", header, "1001,客服甲01,早,休", "1002,客服甲02,,早")])
    assert counted(report) == {"schedule": ("loaded", 0, 2, 0, 0)}
    assert rows(home, "SELECT agent_id, shift_date::VARCHAR FROM schedule ORDER BY ALL") == [
        ("1001", "2026-10-01"),
        ("1002", "2026-10-02"),
    ]


def test_a_point_that_is_no_longer_applicable_is_gone(home, write):
    header = "质检编号,客服工号,质检时间,甲[5],乙[10]"
    load(home, [write("q.csv", header, "R1,1,2026-10-01,5,0", "R2,1,2026-10-01,4,9")])
    report = load(home, [write("q2.csv", header, "R1,1,2026-10-01,5,", "R2,1,2026-10-01,4,9")])
    assert counted(report)["qa_items"] == ("loaded", 0, 1, 1, 0)
    assert rows(home, "SELECT review_id, item FROM qa_items ORDER BY ALL") == [
        ("R1", "甲"),
        ("R2", "乙"),
        ("R2", "甲"),
    ]


def test_a_narrower_file_leaves_the_columns_that_it_lacks(home, write, calls):
    load(
        home,
        [
            write(
                "a.csv",
                "通话编号,来电时间,是否接通,呼叫方向,通话秒数,队列",
                "C1,2026-10-01 09:00,是,呼出,60,账单",
            )
        ],
    )
    report = load(home, [write("b.csv", "通话编号,来电时间,是否接通,通话秒数", "C1,2026-10-01 09:00,是,61")])
    assert counted(report)["calls"][:3] == ("loaded", 0, 1)
    assert rows(home, "SELECT direction, talk_s, queue FROM calls") == [("out", 61.0, "账单")]
    report = load(home, [write("c.csv", "通话编号,来电时间,是否接通", "C1,2026-10-01 09:00,是")])
    assert counted(report)["calls"] == ("loaded", 0, 0, 1, 0)


def test_a_mistaken_correction_can_be_undone(home, calls):
    first = calls("a.csv", GOOD)
    load(home, [first])
    load(home, [calls("b.csv", GOOD.replace("0042", "0043"))])
    (file,) = load(home, [first]).files
    assert file.status == "unchanged"
    assert "--again" in str(file.problem)
    load(home, [first], again=True)
    assert rows(home, "SELECT agent_id FROM calls") == [("42",)]


def test_new_shift_codes_make_a_roster_worth_loading_again(home, write):
    path = write("r.csv", "工号,2026-10-01", "1001,外训")
    assert load(home, [path]).files[0].counts.rejected == 1
    (home.config / "home.toml").write_text('[shifts]\n"外训" = "09:00-17:00"\n', encoding="utf-8")
    assert counted(load(home, [path])) == {"schedule": ("loaded", 1, 0, 0, 0)}
    assert load(home, [path]).files[0].status == "unchanged"


def test_an_unreadable_cell_is_not_taken_for_an_empty_one(home, write):
    header = "通话编号,来电时间,是否接通,进入排队时间,接听时间,等待秒数"
    moments = "2026-10-01 09:00,是,2026-10-01 09:00:00,2026-10-01 09:00:09"
    report = load(home, [write("a.csv", header, f"C1,{moments},soon", f"C2,{moments},", f"C3,{moments},4")])
    assert report.files[0].reject_rules == {"unreadable_seconds": 1}
    assert rows(home, "SELECT call_id, wait_s FROM calls ORDER BY call_id") == [("C2", 9.0), ("C3", 4.0)]


@pytest.mark.parametrize("year", ["1899", "2999"])
def test_a_year_that_cannot_be_is_set_aside(home, calls, year):
    report = load(home, [calls("a.csv", GOOD, GOOD.replace("2026", year).replace("C1", "C2"))])
    assert report.files[0].reject_rules == {"unreadable_time": 1}


def test_every_sheet_that_is_a_table_is_read_and_the_others_are_named(home, tmp_path):
    workbook = xlsxwriter.Workbook(tmp_path / "two.xlsx")
    for name, call in (("一月", "C1"), ("二月", "C2")):
        sheet = workbook.add_worksheet(name)
        sheet.write_row(0, 0, ["通话编号", "来电时间", "是否接通"])
        sheet.write_row(1, 0, [call, "2026-10-01 09:00", "是"])
    workbook.add_worksheet("说明").write_row(0, 0, ["本表由值班长填写"])
    workbook.close()
    first, second = load(home, [tmp_path / "two.xlsx"]).files
    assert rows(home, "SELECT call_id FROM calls ORDER BY call_id") == [("C1",), ("C2",)]
    assert [str(remark) for remark in (*first.warnings, *second.warnings)] == ["Sheets not read: 说明."]
    assert [file.status for file in load(home, [tmp_path / "two.xlsx"]).files] == ["unchanged"] * 2


@pytest.mark.parametrize(
    "text",
    ["客户13800138000来电", "138-0013-8000", "138 0013 8000", "13800138000,13900139000", "+86 13800138000"],
)
def test_numbers_inside_texts_are_masked(home, write, text):
    header = "工单编号,受理时间,投诉原因,首次响应时间"
    cell = f'"{text}"'
    load(home, [write("t.csv", header, f"T1,2026-10-01,{cell},", f"T2,2026-10-01,,{cell}")])
    kept = str(rows(home, "SELECT cause FROM tickets") + rows(home, "SELECT raw FROM rejects"))
    digits = "".join(letter for letter in kept if letter.isdigit())
    assert "138" in digits
    assert "13800138000" not in digits
    assert "13900139000" not in digits


def test_a_ragged_row_keeps_no_identifier_of_any_kind(home, write):
    load(
        home,
        [
            write(
                "c.csv", "通话编号,来电时间,是否接通,客户号码", GOOD, "C2,2026-10-01 09:00,是,AB-4466123,x,y"
            )
        ],
    )
    kept = str(rows(home, "SELECT raw FROM rejects"))
    assert "C2" in kept
    assert "4466123" not in kept


def test_a_home_of_an_earlier_version_gets_the_new_columns(home, calls):
    load(home, [calls("a.csv", GOOD)])
    path = home.snapshots / f"{current_id(home)}.duckdb"
    older = home.snapshots / "000002.duckdb"
    path.rename(older)
    with duckdb.connect(str(older)) as con:
        con.execute("ALTER TABLE calls DROP COLUMN greeting_s")
        con.execute("DROP TABLE measures")
    (home.snapshots / "CURRENT").write_text("000002\n")
    load(home, [calls("b.csv", GOOD.replace("C1", "C2"))])
    names = [row[0] for row in rows(home, "SELECT column_name FROM (DESCRIBE calls)")]
    assert sorted(names) == sorted(name for name, _ in table_columns(CALLS))
    assert rows(home, "SELECT count(*) FROM calls") == [(2,)]
    assert rows(home, "SELECT count(*) FROM measures") == [(0,)]


def test_a_damaged_customer_key_stops_the_load(home, calls):
    load(home, [calls("a.csv", GOOD)])
    (home.path / "customer.key").write_text("")
    with pytest.raises(Problem, match="damaged"):
        load(home, [calls("b.csv", GOOD.replace("C1", "C2"))])


def test_odd_utf_16_is_refused_and_the_other_files_load(home, calls, tmp_path):
    bad = tmp_path / "odd.csv"
    bad.write_bytes(b"\xff\xfea\x00b")
    report = load(home, [bad, calls("a.csv", GOOD)])
    assert [file.status for file in report.files] == ["refused", "loaded"]


@pytest.mark.parametrize(
    "text", ["shifts = 5\n", "[shifts]\n早 = 8\n", "organisation = \n", "zone = 'x'\n", 'timezone = "Asia"\n']
)
def test_faulty_settings_are_a_sentence(home, calls, text):
    home.create()
    (home.config / "home.toml").write_text(text, encoding="utf-8")
    with pytest.raises(Problem, match=r"home\.toml"):
        load(home, [calls("a.csv", GOOD)])


def test_overlapping_stays_and_leaves_are_audited(home, write):
    load(
        home,
        [
            write(
                "a.csv",
                "工号,姓名,班组,生效日期,失效日期",
                "1,甲,一组,2026-01-01,2026-10-15",
                "1,甲,二组,2026-10-16,",
            )
        ],
    )
    assert rows(home, "SELECT * FROM audits") == []
    load(
        home,
        [
            write(
                "b.csv",
                "工号,姓名,班组,生效日期,失效日期",
                "1,甲,一组,2026-01-01,2026-10-19",
                "1,甲,二组,2026-10-20,",
            )
        ],
    )
    load(home, [write("l.csv", "工号,请假开始,请假结束", "1,2026-10-01 08:00,2026-10-01 16:00")])
    load(home, [write("m.csv", "工号,请假开始,请假结束", "1,2026-10-01 10:00,2026-10-01 16:00")])
    assert rows(home, "SELECT audit, found FROM audits ORDER BY audit") == [
        ("overlapping_leave", 1),
        ("overlapping_stays", 1),
    ]


def test_complaints_are_known_only_where_a_file_holds_some(home, write):
    header = "工单编号,工单类型,受理时间"
    load(home, [write("desk.csv", header, "S1,服务,2026-09-01 09:00")])
    assert rows(home, "SELECT contract FROM loaded_days WHERE contract = 'complaints'") == []
    load(home, [write("both.csv", header, "S2,服务,2026-10-02 09:00", "T1,投诉,2026-10-01 09:00")])
    days = rows(home, "SELECT day::VARCHAR FROM loaded_days WHERE contract = 'complaints' ORDER BY day")
    assert days == [("2026-10-01",), ("2026-10-02",)]
