"""After every load the roll-ups, of which only some days are added up again, equal a full rebuild."""

from __future__ import annotations

import random
import shutil

import duckdb
import pytest

from etl.home import Home
from etl.snapshots.snapshot import current
from kpi.catalog.load import load_catalog
from kpi.loading.load import load_files
from kpi.rollups import build as rollup

CALLS = "通话编号,来电时间,是否接通,接听工号,队列,来电原因,等待秒数,通话秒数,客户号码"
TICKETS = "工单编号,工单类型,受理时间,首次响应时间,解决时间,责任工号"


def call(rng: random.Random, n: int, day: int) -> str:
    moment = f"2026-10-{day:02} {rng.randrange(8, 20):02}:{rng.randrange(60):02}:{rng.randrange(60):02}"
    return (
        f"C{n},{moment},{rng.choice('是是否')},{rng.randrange(1, 6)},热线{rng.randrange(2)},账单,{rng.randrange(40)},"
        f"{rng.randrange(300)},1380000{rng.randrange(25):04}"
    )


def calls(path, seed: int, *days: int, first: int = 0):
    rng = random.Random(seed)
    rows = [call(rng, first + 100 * day + n, day) for day in days for n in range(40)]
    path.write_text("\n".join([CALLS, *rows]) + "\n", encoding="utf-8")
    return path


def tickets(path, seed: int, *days: int, resolved: bool):
    rng = random.Random(seed)
    rows = []
    for day in days:
        for n in range(10):
            answered = f"2026-10-{day:02} {rng.randrange(9, 23):02}:30" if rng.random() < 0.7 else ""
            done = f"2026-10-{min(day + 3, 31):02} 12:00" if resolved else ""
            kind = rng.choice(("投诉", "服务"))
            rows.append(f"T{100 * day + n},{kind},2026-10-{day:02} 09:00,{answered},{done},{1 + n % 5}")
    path.write_text("\n".join([TICKETS, *rows]) + "\n", encoding="utf-8")
    return path


def text(path, *lines: str):
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def loads(tmp_path):
    """Files in the order in which they come; each changes other days than it brings."""
    return [
        calls(tmp_path / "first.csv", 1, *range(1, 13)),
        calls(tmp_path / "next_day.csv", 2, 13),
        calls(tmp_path / "after_a_gap.csv", 3, 25),
        calls(tmp_path / "late.csv", 4, 5, first=5_000),
        calls(tmp_path / "corrected.csv", 5, 13),
        tickets(tmp_path / "tickets.csv", 6, *range(1, 20), resolved=False),
        tickets(tmp_path / "more_tickets.csv", 7, 27, resolved=False),
        tickets(tmp_path / "resolved.csv", 8, 18, 19, resolved=True),
        text(
            tmp_path / "slow.csv", TICKETS, "T9001,服务,2026-07-02 09:00,2026-07-02 09:10,2026-10-21 12:00,3"
        ),
        tickets(tmp_path / "a_week_later.csv", 9, 29, resolved=False),
        text(
            tmp_path / "surveys.csv",
            "评价编号,评价时间,客服工号,评分,满分",
            "S1,2026-10-05 10:00,1,5,5",
            "S2,2026-10-06,2,3,5",
        ),
        text(
            tmp_path / "qa.csv", "质检编号,客服工号,质检时间,开头语[5],结束语[5]", "Q1,1,2026-10-05 10:00,5,4"
        ),
        text(
            tmp_path / "qa_again.csv",
            "质检编号,客服工号,质检时间,开头语[5],结束语[5]",
            "Q1,1,2026-10-05 10:00,2,",
        ),
        text(tmp_path / "moved.csv", CALLS, "C1305,2026-10-02 10:00:00,是,3,热线1,账单,9,9,13800009999"),
        text(
            tmp_path / "shifts.csv",
            "工号,班次日期,班次,上班时间,下班时间",
            "1,2026-10-05,夜,2026-10-05 12:00,2026-10-06 11:00",
            "2,2026-10-13,早,2026-10-13 08:00,2026-10-13 16:00",
        ),
        text(
            tmp_path / "shifts_again.csv",
            "工号,班次日期,班次,上班时间,下班时间",
            "1,2026-10-05,夜,2026-10-05 12:00,2026-10-06 14:00",
        ),
        text(
            tmp_path / "roster.csv",
            "工号,姓名,班组,生效日期",
            "1,客服一,一组,2026-01-01",
            "2,客服二,二组,2026-10-10",
        ),
    ]


def tables(con) -> dict[str, list]:
    names = [name for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
    kept = [
        name
        for name in names
        if name.startswith(("rollup_", "breakdown_")) or name in ("repeat_contacts", "loaded_days")
    ]
    return {name: con.execute(f'SELECT * FROM "{name}" ORDER BY ALL').fetchall() for name in sorted(kept)}


@pytest.mark.parametrize("repeat_days", [7, 12])
def test_each_load_leaves_what_a_full_rebuild_would(tmp_path, loads, monkeypatch, repeat_days):
    home = Home(tmp_path / "home")
    home.create()
    limit = f"[first_contact_resolution.limits]\nrepeat_days = {repeat_days}\n"
    (home.config / "indicators.toml").write_text(limit, encoding="utf-8")
    catalog = load_catalog(home.config)
    partial = []
    original = rollup.stale_days
    monkeypatch.setattr(
        rollup, "stale_days", lambda con, name: partial.append(original(con, name)) or partial[-1]
    )
    for path in loads:
        (report, *_) = load_files(home, [path]).files
        assert report.status == "loaded", report.problem
        shutil.copyfile(current(home).path, tmp_path / "copy.duckdb")
        with duckdb.connect(str(tmp_path / "copy.duckdb")) as con:
            kept = tables(con)
            rollup.build(con, catalog)
            assert tables(con) == kept, path.name
    assert [day for days in partial if days for day in days], "some loads must have been rolled up in part"
    at_once = Home(tmp_path / "at_once")
    shutil.copytree(home.config, at_once.config)
    load_files(at_once, loads)
    for sql in ("SELECT * EXCLUDE (file_id, customer_key) FROM calls", "SELECT * FROM rollup_calls"):
        one, many = (current(each).query(f"{sql} ORDER BY ALL").rows() for each in (at_once, home))
        assert one == many
