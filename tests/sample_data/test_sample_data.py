"""The generated year: repeatable, as large as promised, with its stories and its defects in the files."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl

from etl.contracts.facts import CONTRACTS
from sample_data import make
from sample_data.quality import quality_form
from sample_data.tickets import service_items
from tests.sample_data.reading import cells_of, rows_of, text_of

SMALL = 0.02
CSV_CONTRACTS = {
    "人员名册": "agents",
    "满意度": "surveys",
    "工单": "tickets",
    "回复承诺": "promises",
    "考勤打卡": "attendance",
    "请假": "leave",
    "现场检查": "observations",
    "评分": "ratings",
    "外部数据": "measures",
}
PBX_HEADINGS = (
    "Call ID,Skill group,Queue,Caller,Agent,Agent name,Start time,Queue time,Answer time,End time,"
    "Ring (s),Rings,Hold,Wrap-up,Disposition,Transferred,Assigned,Unattended,Greeting (s),Reason"
)


def promised(year: Path) -> dict[tuple[str, str], int]:
    """(file, what) → rows, from the README's last table."""
    text = (year / "README.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\| (\S+) \| (\d+) \| [^|]+ \| ([^|]+) \| [^|]+ \| [^|]+ \|$", text, re.MULTILINE)
    return {(file, what): int(rows) for file, rows, what in lines}


def readable(text: str) -> bool:
    """Whether `text` is a time as the plain template has it."""
    try:
        datetime.strptime(text, "%Y-%m-%d %H:%M:%S")
    except ValueError:
        return False
    return True


def test_equal_seeds_give_equal_files_and_other_seeds_do_not(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("first", "second", "other")]
    for folder, seed in zip(folders, (3, 3, 4), strict=True):
        make(folder, seed, SMALL)
    first, second, other = ({file.name: file.read_bytes() for file in folder.iterdir()} for folder in folders)
    assert first == second
    assert set(first) == set(other)
    assert first["通话记录_2026-03.csv"] != other["通话记录_2026-03.csv"]


def test_the_year_is_as_large_as_promised(year: Path) -> None:
    text = (year / "README.md").read_text(encoding="utf-8")
    rows = {file: int(count) for file, count in re.findall(r"^\| (\S+) \| (\d+) \|$", text, re.MULTILINE)}
    assert {file.name for file in year.iterdir()} == {*rows, "README.md"}
    assert (
        115_000 < sum(count for file, count in rows.items() if "通话记录" in file or "pbx" in file) < 125_000
    )
    for file, count in rows.items():
        found = len(cells_of(year / file)) if file.endswith("xlsx") else len(rows_of(year / file))
        assert found == count, file
    assert (rows["质检记录.xlsx"], rows["工单.csv"], rows["满意度.csv"]) == (3000, 2500, 6000)
    still_here = [row for row in rows_of(year / "人员名册.csv") if row["失效日期"] == ""]
    assert len(still_here) == 40
    assert len({row["班组"] for row in still_here}) == 5


UNSAID = {"parent_call_id", "callback", "contact_id", "leg_no"}


def test_headings_are_those_of_the_contracts(year: Path) -> None:
    # Whoever passes no call on has neither a parent call nor a mark of call-backs.
    known = [column.zh for column in CONTRACTS["calls"].columns if column.name not in UNSAID]
    for file in year.glob("通话记录_*.csv"):
        assert text_of(file).splitlines()[0].split(",") == known
        assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    for name, contract in CSV_CONTRACTS.items():
        known = [column.zh for column in CONTRACTS[contract].columns]
        required = {column.zh for column in CONTRACTS[contract].columns if column.required}
        found = text_of(year / f"{name}.csv").splitlines()[0].split(",")
        assert set(found) <= set(known), name
        assert required <= set(found), name
    points = [f"{point['item']}[{point['maximum']}]" for point in quality_form()]
    reviews = [column.zh for column in CONTRACTS["qa_reviews"].columns]
    assert cells_of(year / "质检记录.xlsx").columns == [*reviews, *points]
    assert text_of(year / "pbx_calls_2026-10.csv").splitlines()[0] == PBX_HEADINGS
    assert cells_of(year / "排班_2026-02.xlsx").columns[:3] == ["工号", "姓名", "2026-02-01"]


def test_customer_numbers_are_plainly_made_up(year: Path) -> None:
    numbers = {row["Caller"] for row in rows_of(year / "pbx_calls_2026-10.csv")}
    numbers |= {row["客户号码"] for row in rows_of(year / "工单.csv")}
    assert numbers - {""}
    assert all(re.fullmatch(r"199000\d{5}", number) for number in numbers - {""})


def test_the_quality_form_and_the_service_catalogue_are_whole() -> None:
    sums = Counter()
    for point in quality_form():
        sums[point["group"]] += point["maximum"]
    assert sums == {"relationship": 40, "communication": 20, "information": 40}
    assert len(quality_form()) == 15
    assert len({point["level2"] for point in quality_form()}) == 9
    limits = [(item.get("response_s"), item.get("resolution_s")) for item in service_items()]
    assert len({item["name"]["zh"] for item in service_items()}) == 22
    assert Counter(limits) == {(None, None): 16, (7200, 14400): 4, (3600, 7200): 1, (600, 7200): 1}


def test_defects_in_call_files_are_as_many_as_the_readme_says(year: Path) -> None:
    months = {file.stem[-7:]: rows_of(file) for file in sorted(year.glob("通话记录_*.csv"))}
    roster = {row["工号"] for row in rows_of(year / "人员名册.csv")}
    ids = {month: Counter(row["通话编号"] for row in rows) for month, rows in months.items()}
    twice = {
        month: [row for row in rows if ids[month][row["通话编号"]] > 1] for month, rows in months.items()
    }
    answered = [(month, row) for month, rows in months.items() for row in rows if row["是否接通"] == "是"]
    found = {
        ("2025-11", "“Answered” is neither yes nor no"): sum(
            row["是否接通"] not in ("是", "否") for rows in months.values() for row in rows
        ),
        ("2025-12", "answered, but by no agent number"): sum(row["接听工号"] == "" for _, row in answered),
        ("2026-01", "unreadable start time"): sum(
            not readable(row["来电时间"]) for rows in months.values() for row in rows
        ),
        ("2026-02", "negative talk time"): sum(
            (row["通话秒数"] or "").startswith("-") for _, row in answered
        ),
        ("2026-03", "exact duplicate rows"): len(twice["2026-03"]) // 2,
        ("2026-04", "rows with a wrong number of fields (half with one more, half cut off)"): sum(
            None in row or None in row.values() for rows in months.values() for row in rows
        ),
        ("2026-05", "same call ID with other content (at the end of the file)"): len(twice["2026-05"]) // 2,
        ("2026-07", "rows that the file of June already has"): len(
            ids["2026-06"].keys() & ids["2026-07"].keys()
        ),
        ("2026-08", "answered by number 9999, which no list of people has"): sum(
            row["接听工号"] not in roster for _, row in answered if row["接听工号"]
        ),
    }
    told = {
        (file[-11:-4], what): rows
        for (file, what), rows in promised(year).items()
        if file.startswith("通话记录")
    }
    assert found == told
    assert len({tuple(row.items()) for row in twice["2026-03"]}) == len(twice["2026-03"]) // 2
    assert len({tuple(row.items()) for row in twice["2026-05"]}) == len(twice["2026-05"])
    assert [month for month, rows in twice.items() if rows] == ["2026-03", "2026-05"]


def test_other_defects_are_as_many_as_the_readme_says(year: Path) -> None:
    surveys, punches = rows_of(year / "满意度.csv"), rows_of(year / "考勤打卡.csv")
    items = {item["name"]["zh"] for item in service_items()}
    codes = Counter(
        code
        for file in year.glob("排班_*.xlsx")
        for row in cells_of(file).iter_rows()
        for code in row[2:]
        if code
    )
    found = {
        ("pbx_calls_2026-10.csv", "line tests"): sum(
            row["Disposition"] == "Test" for row in rows_of(year / "pbx_calls_2026-10.csv")
        ),
        ("满意度.csv", "score outside 1–5"): sum(
            row["评分"] not in ("", "1", "2", "3", "4", "5") for row in surveys
        ),
        ("满意度.csv", "agent number with “.0”"): sum(row["客服工号"].endswith(".0") for row in surveys),
        ("考勤打卡.csv", "exact duplicate rows"): len(punches) - len({tuple(row.items()) for row in punches}),
        ("工单.csv", "an item outside the service catalogue, 机房装修"): sum(
            row["服务细项"] not in items for row in rows_of(year / "工单.csv")
        ),
        ("质检记录.xlsx", "a review without an agent"): cells_of(year / "质检记录.xlsx")[
            "客服工号"
        ].null_count(),
        ("排班_2026-06.xlsx", "a shift code that nobody defined, 外训"): sum(
            count for code, count in codes.items() if code not in "早中晚夜休"
        ),
    }
    told = {key: rows for key, rows in promised(year).items() if not key[0].startswith("通话记录")}
    assert found == told


def test_no_review_has_more_points_than_its_maximum(year: Path) -> None:
    reviews = cells_of(year / "质检记录.xlsx")
    for point in quality_form():
        earned = reviews[f"{point['item']}[{point['maximum']}]"]
        assert 0 <= earned.min() <= earned.max() <= point["maximum"]
        assert earned.mean() > 0.8 * point["maximum"]
    assert reviews["说明后续步骤和时限[5]"].null_count() > 0


def test_ratings_of_one_two_and_five_carry_a_dated_example(year: Path) -> None:
    ratings = rows_of(year / "评分.csv")
    told = Counter(
        (row["评分"] in ("1", "2", "5"), row["事例"] != "", row["事例日期"] != "") for row in ratings
    )
    assert set(told) == {(True, True, True), (False, False, False)}


def test_nobody_talks_to_two_customers_at_once(year: Path) -> None:
    con = duckdb.connect()
    con.register("pbx", pl.DataFrame(rows_of(year / "pbx_calls_2026-10.csv")))
    overlapping = con.sql(
        """
        SELECT count(*) FROM (
            SELECT "End time" AS ended, lead("Answer time") OVER (PARTITION BY Agent ORDER BY "Answer time") AS next
            FROM pbx WHERE Disposition = 'Answered')
        WHERE next < ended
        """
    ).fetchone()
    assert overlapping == (0,)
