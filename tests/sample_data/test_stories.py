"""The stories of the generated year, measured on its files in plain statistics."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from math import sqrt
from pathlib import Path

import duckdb
import polars as pl
import pytest

from sample_data.fault import FIRST_DAY, LAST_DAY
from sample_data.measures import DID_NOT_WORK, PLANTED_MEASURES, WORKED, PlantedMeasure
from sample_data.quality import HARSH_REVIEWER, quality_form
from tests.sample_data.reading import cells_of, rows_of

MONTHS_BEFORE = 12  # of the fault


@pytest.fixture(scope="session")
def calls(year: Path) -> duckdb.DuckDBPyConnection:
    """Inbound calls of September and October, read back from the files, as table `calls`."""
    con = duckdb.connect()
    for name in ("plain", "pbx"):
        file = {"plain": "通话记录_2026-09.csv", "pbx": "pbx_calls_2026-10.csv"}[name]
        con.register(name, pl.DataFrame(rows_of(year / file)))
    con.execute(
        """
        CREATE TABLE calls AS
        SELECT 班组 AS team, 队列 AS queue, 接听工号 AS agent, CAST(来电时间 AS TIMESTAMP) AS started_at,
               是否接通 = '是' AS answered, CAST(等待秒数 AS DOUBLE) AS wait_s, 客户号码 AS customer, 来电原因 AS reason
        FROM plain WHERE 呼叫方向 = '呼入'
        UNION ALL
        SELECT "Skill group", Queue, Agent, strptime("Start time", '%Y/%m/%d %H:%M:%S'),
               Disposition = 'Answered',
               epoch(strptime(if("Answer time" = '', "End time", "Answer time"), '%Y/%m/%d %H:%M:%S')
                     - strptime("Queue time", '%Y/%m/%d %H:%M:%S')), Caller, Reason
        FROM pbx WHERE Disposition <> 'Test'
        """
    )
    return con


FIGURES = """
    SELECT coalesce(queue, 'all'), strftime(started_at, '%Y-%m') AS month, count(*) AS calls,
           avg(CAST(answered AND wait_s <= 20 AS INTEGER))
               FILTER (answered OR wait_s >= 5) AS service_level,
           avg(CAST(NOT EXISTS (
                   SELECT 1 FROM calls AS later
                   WHERE later.customer = calls.customer AND later.reason = calls.reason
                     AND later.started_at > calls.started_at
                     AND later.started_at <= calls.started_at + INTERVAL 7 DAY) AS INTEGER))
               FILTER (answered AND customer <> '' AND started_at <= TIMESTAMP '2026-10-25') AS resolution
    FROM calls WHERE team = '热线一组' 
    GROUP BY GROUPING SETS ((queue, month), (month)) HAVING count(*) >= 50
"""


def test_every_queue_of_the_team_improved_while_its_total_fell(calls: duckdb.DuckDBPyConnection) -> None:
    found = {(queue, month): figures for queue, month, *figures in calls.sql(FIGURES).fetchall()}
    assert {queue for queue, _ in found} == {"业务咨询", "账单查询", "故障报修", "all"}
    for queue in ("业务咨询", "账单查询", "故障报修"):
        before, after = found[queue, "2026-09"], found[queue, "2026-10"]
        assert after[1] > before[1] + 0.02
        assert after[2] > before[2] + 0.02
    before, after = found["all", "2026-09"], found["all", "2026-10"]
    assert after[1] < before[1] - 0.02
    assert after[2] < before[2] - 0.01
    assert found["故障报修", "2026-10"][0] > 2 * found["故障报修", "2026-09"][0]


def test_the_newcomer_and_the_one_who_changed_team(year: Path, calls: duckdb.DuckDBPyConnection) -> None:
    people = rows_of(year / "人员名册.csv")
    newcomer = [row for row in people if row["姓名"] == "客服乙10"]
    assert [row["入职日期"] for row in newcomer] == ["2026-10-15"]
    taken = dict(calls.sql("SELECT agent, count(*) FROM calls WHERE answered GROUP BY ALL").fetchall())
    assert 10 < taken[newcomer[0]["工号"]] < 100
    moved = [row for row in people if row["姓名"] == "客服乙05"]
    assert [(row["班组"], row["失效日期"]) for row in moved] == [("热线二组", "2026-10-15"), ("热线三组", "")]
    assert moved[1]["生效日期"] == "2026-10-16"
    days = calls.sql(
        "SELECT team, min(started_at), max(started_at) FROM calls WHERE agent = $agent GROUP BY team",
        params={"agent": moved[0]["工号"]},
    ).fetchall()
    worked = {team: (first, last) for team, first, last in days}
    assert worked["热线二组"][1] < datetime(2026, 10, 16) <= worked["热线三组"][0]


@pytest.fixture(scope="session")
def transfers(year: Path) -> dict[str, dict[str, tuple[int, int]]]:
    """Name → month → (transferred, answered) inbound calls of everybody in the planted measures."""
    names = {row["工号"]: row["姓名"] for row in rows_of(year / "人员名册.csv")}
    found: dict[str, dict[str, tuple[int, int]]] = {measure.agent: {} for measure in PLANTED_MEASURES}
    for file in [*year.glob("通话记录_*.csv"), year / "pbx_calls_2026-10.csv"]:
        answers = [
            (row["接听工号"], row["是否转接"] == "是")
            if "接听工号" in row
            else (row["Agent"], row["Transferred"] == "Y")
            for row in rows_of(file)
            if (row.get("呼叫方向") == "呼入" and row["是否接通"] == "是")
            or row.get("Disposition") == "Answered"
        ]
        for name, months in found.items():
            own = [transferred for agent, transferred in answers if names.get(agent) == name]
            months[file.stem[-7:]] = (sum(own), len(own))
    return found


def share(counts: Iterable[tuple[int, int]]) -> tuple[float, float]:
    """A share and its variance, of (hits, base) pairs taken together."""
    hits, base = (sum(column) for column in zip(*counts, strict=True))
    return hits / base, hits / base * (1 - hits / base) / base


def change(months: dict[str, tuple[int, int]], measure: PlantedMeasure, since: str) -> tuple[float, float]:
    """By how much the share fell after the measure's month against the months from `since` on, and its error."""
    before, variance = share(counts for month, counts in months.items() if since <= month <= measure.month)
    after, variance_after = share(counts for month, counts in months.items() if month > measure.month)
    return before - after, sqrt(variance + variance_after)


def test_the_measure_that_worked_shows_far_outside_noise(transfers: dict) -> None:
    months = transfers[WORKED.agent]
    assert len(months) == 13
    assert all(answered > 120 for _, answered in months.values())
    weak = [
        transferred / answered for month, (transferred, answered) in months.items() if month <= WORKED.month
    ]
    assert len(weak) == 11
    assert min(weak) > 0.13  # for many months, not by regression to the mean
    for since in ("2025-10", "2026-07"):
        fell, error = change(months, WORKED, since)
        assert fell > 0.1
        assert fell / error > 5


def test_the_measure_that_did_not_work_only_follows_a_bad_month(transfers: dict) -> None:
    months = transfers[DID_NOT_WORK.agent]
    worst = share([months[DID_NOT_WORK.month]])[0]
    fell, error = change(months, DID_NOT_WORK, "2025-10")
    assert abs(fell) < error
    assert fell + 2 * error < 0.05  # no large effect either
    weak = share(months.values())
    assert 0.12 < weak[0] < worst - 0.03
    assert (
        change(months, DID_NOT_WORK, DID_NOT_WORK.month)[0] > 0.03
    )  # what a careless look takes for success


def test_planted_measures_stand_on_the_sheet_of_an_ordinary_person(year: Path) -> None:
    rows = {row["姓名"]: row for row in rows_of(year / "人员名册.csv")}
    profile = tomllib.loads((Path("kpi") / "catalog" / "profiles.toml").read_text(encoding="utf-8"))
    for measure in PLANTED_MEASURES:
        person, owner = rows[measure.agent], rows[measure.owner]
        assert person["岗位"] == "客服代表"
        assert person["班组"] == owner["班组"] != "热线一组"
        assert person["入职日期"] < "2025-08"
        assert measure.indicator in profile["person"]["indicators"]
        assert measure.month < f"{measure.due:%Y-%m}"


@pytest.fixture(scope="session")
def complaints(year: Path) -> list[tuple[date, str]]:
    """Day and responsibility of each complaint that was not found invalid and repeats none."""
    return [
        (date.fromisoformat(row["受理时间"][:10]), row["责任归属"])
        for row in rows_of(year / "工单.csv")
        if row["工单类型"] == "投诉" and row["是否成立"] != "不成立" and not row["重复于"]
    ]


def test_the_products_fault_brings_complaints_that_agents_are_not_to_blame_for(
    complaints: list, calls: duckdb.DuckDBPyConnection
) -> None:
    days = (LAST_DAY - FIRST_DAY).days + 1
    lasting = Counter(whom for day, whom in complaints if FIRST_DAY <= day <= LAST_DAY)
    other = Counter(whom for day, whom in complaints if not FIRST_DAY <= day <= LAST_DAY)
    assert lasting["产品"] / days > 10 * other["产品"] / (396 - days)
    assert lasting["客服"] <= 2
    month = Counter(whom for day, whom in complaints if day >= date(2026, 10, 1))
    before = Counter(whom for day, whom in complaints if day < date(2026, 10, 1))
    usual = before["客服"] / MONTHS_BEFORE
    assert month.total() > 1.6 * before.total() / MONTHS_BEFORE
    assert month["客服"] < usual + sqrt(usual)
    reports = dict(
        calls.sql(
            "SELECT CAST(started_at AS DATE), count(*) FROM calls WHERE queue = '故障报修' "
            "AND started_at >= '2026-10-08' GROUP BY ALL"
        ).fetchall()
    )
    during = [count for day, count in reports.items() if FIRST_DAY <= day <= LAST_DAY]
    assert len(during) == days
    assert min(during) > max(count for day, count in reports.items() if not FIRST_DAY <= day <= LAST_DAY)


def test_one_reviewer_is_harsher_than_the_people_reviewed_explain(year: Path) -> None:
    points = {f"{point['item']}[{point['maximum']}]": point["maximum"] for point in quality_form()}
    reviews = cells_of(year / "质检记录.xlsx").drop_nulls("客服工号")
    applicable = pl.sum_horizontal(pl.col(name).is_not_null() * points[name] for name in points)
    score = 100 * pl.sum_horizontal(*points) / applicable
    residual = (score - score.mean().over("客服工号")).alias("residual")
    found = reviews.select("质检员", "客服工号", residual)
    means = dict(found.group_by("质检员").agg(pl.col("residual").mean()).iter_rows())
    (harsh, lowest), *others = sorted(means.items(), key=lambda pair: pair[1])
    assert harsh == HARSH_REVIEWER
    assert 6 < others[0][1] - lowest < 8.5
    assert others[-1][1] - others[0][1] < 2
    each = found.group_by("客服工号").agg(
        pl.len().alias("all"), (pl.col("质检员") == harsh).sum().alias("own")
    )
    often = each.filter(pl.col("all") >= 40).select(pl.col("own") / pl.col("all")).to_series()
    assert len(often) > 30
    assert 0.1 < often.min() <= often.max() < 0.45
