"""The whole sample: people, roster, calls and what follows from them, written as files."""

from __future__ import annotations

from pathlib import Path
from random import Random

import numpy as np
import polars as pl

from etl.contracts.facts import QA_REVIEWS
from sample_data import attendance, pbx, quality, ratings, surveys, tickets
from sample_data.calls import year_of_calls
from sample_data.defects import (
    Defect,
    broken_lines,
    plant_elsewhere,
    plant_in_calls,
    plant_in_reviews,
    plant_in_roster,
)
from sample_data.people import Person, hire, roster_of_people
from sample_data.readme import readme
from sample_data.write import as_text, write_csv, write_pbx_csv, write_workbook
from sample_data.year import MONTHS, stream

PBX_MONTH = MONTHS[-1]
_BROKEN_LINES = "2026-04"
_BAD_ROSTER = "2026-06"


def make(out: Path, seed: int = 7, scale: float = 1.0) -> None:
    """Write the sample year into the folder `out`: equal seeds give equal values.

    `scale` is the share of the full volume of calls and what follows from them; people, roster and
    attendance stay whole.
    """
    out.mkdir(parents=True, exist_ok=True)
    random, rng = Random(seed), stream(seed, "defects")
    people = hire(seed)
    planned = attendance.plan(people)
    leaves = attendance.take_leave(random, planned)
    shifts = attendance.work(random, people, planned, leaves)
    calls, frame = year_of_calls(seed, people, shifts, scale)
    made = tickets.year_of_tickets(seed, people, frame, scale)
    reviews = quality.year_of_reviews(seed, people, frame, scale)
    tables = {
        "人员名册": as_text(roster_of_people(people), "agents"),
        "满意度": as_text(surveys.year_of_surveys(seed, people, frame, scale), "surveys"),
        "工单": as_text(made, "tickets"),
        "回复承诺": as_text(tickets.year_of_promises(seed, people, frame, scale), "promises"),
        "考勤打卡": as_text(attendance.punches_table(people, shifts), "attendance"),
        "请假": as_text(attendance.leave_table(people, leaves), "leave"),
        "现场检查": as_text(quality.year_of_observations(seed, people, shifts, scale), "observations"),
        "评分": as_text(ratings.year_of_ratings(seed, people), "ratings"),
        "外部数据": as_text(ratings.year_of_measures(seed, people), "measures"),
    }
    rows: dict[str, int] = {}
    defects = _write_calls(out, calls, people, rng, rows)
    defects += plant_elsewhere(rng, tables)
    for name, table in tables.items():
        write_csv(out / f"{name}.csv", table)
        rows[f"{name}.csv"] = len(table)
    defects.append(_write_reviews(out, reviews, rng, rows))
    defects.append(_write_rosters(out, people, shifts, rng, rows))
    text = readme(seed, scale, calls, made, reviews, people, rows, defects)
    (out / "README.md").write_text(text, encoding="utf-8", newline="\n")


def _write_calls(
    out: Path, calls: pl.DataFrame, people: tuple[Person, ...], rng: np.random.Generator, rows: dict[str, int]
) -> list[Defect]:
    month = pl.col("started_at").dt.strftime("%Y-%m")
    months = {name: as_text(calls.filter(month == name), "calls") for name in MONTHS if name != PBX_MONTH}
    defects = plant_in_calls(rng, months)
    for name, table in months.items():
        file, broken = f"通话记录_{name}.csv", {}
        if name == _BROKEN_LINES:
            broken, defect = broken_lines(rng, table, file)
            defects.append(defect)
        write_csv(out / file, table, broken)
        rows[file] = len(table)
    report = pbx.pbx_report(calls.filter(month == PBX_MONTH), people)
    file = f"pbx_calls_{PBX_MONTH}.csv"
    write_pbx_csv(out / file, report)
    rows[file] = len(report)
    return [*defects, Defect("line_test", file, pbx.TESTS)]


def _write_reviews(
    out: Path, reviews: pl.DataFrame, rng: np.random.Generator, rows: dict[str, int]
) -> Defect:
    file = "质检记录.xlsx"
    labels = {column.name: column.zh for column in QA_REVIEWS.columns}
    flags = [name for name, dtype in reviews.schema.items() if dtype == pl.Boolean]
    words = reviews.with_columns(
        pl.when(pl.col(name)).then(pl.lit("是")).when(~pl.col(name)).then(pl.lit("否")).alias(name)
        for name in flags
    )
    cells = [[labels.get(name, name) for name in words.columns], *(list(row) for row in words.iter_rows())]
    defect = plant_in_reviews(rng, cells, file)
    write_workbook(out / file, "质检记录", cells)
    rows[file] = len(cells) - 1
    return defect


def _write_rosters(
    out: Path,
    people: tuple[Person, ...],
    shifts: list[attendance.Shift],
    rng: np.random.Generator,
    rows: dict[str, int],
) -> Defect:
    for month in MONTHS:
        file = f"排班_{month}.xlsx"
        cells = attendance.month_roster(people, shifts, month)
        if month == _BAD_ROSTER:
            defect = plant_in_roster(rng, cells, file)
        write_workbook(out / file, "排班", cells)
        rows[file] = len(cells) - 1
    return defect
