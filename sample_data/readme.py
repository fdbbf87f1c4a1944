"""The README that lies beside the generated files: what they are, the stories, the planted defects."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import polars as pl

from sample_data import fault
from sample_data.defects import Defect
from sample_data.measures import DID_NOT_WORK, PLANTED_MEASURES, WORKED
from sample_data.people import MOVER, NEWCOMER, STORY_TEAM, Person
from sample_data.quality import HARSH_REVIEWER, quality_form
from sample_data.stories import calls_of, fault_story, measure_story, mix_story, reviewer_story


def _text(name: str) -> str:
    return files("sample_data").joinpath(name).read_text(encoding="utf-8")


def _defect_lines(defects: list[Defect]) -> list[str]:
    words = tomllib.loads(_text("defects.toml"))
    lines = []
    for one in defects:
        told = words[one.key]
        cells = (one.file, one.rows, told["zh"], told["en"], told["handling_zh"], told["handling_en"])
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    return lines


def _mix_lines(calls: pl.DataFrame) -> list[str]:
    lines = ["| 队列 queue | 月份 month | 来电 calls | 20 秒服务水平 | 首次解决率 |", "|--|--|--|--|--|"]
    for queue, month, count, level, resolution in mix_story(calls).iter_rows():
        lines.append(f"| {queue} | {month} | {count} | {level:.1%} | {resolution:.1%} |")
    return lines


def _measure_lines(calls: pl.DataFrame, people: tuple[Person, ...]) -> list[str]:
    lines = ["| 客服 agent | 月份 months | 接听 answered | 转接率 transferred |", "|--|--|--|--|"]
    for measure in PLANTED_MEASURES:
        for first, last, count, transfer in measure_story(calls, people, measure).iter_rows():
            months = first if first == last else f"{first} – {last}"
            lines.append(f"| {measure.agent} | {months} | {count} | {transfer:.1%} |")
    return lines


def _fault_lines(calls: pl.DataFrame, tickets: pl.DataFrame) -> list[str]:
    lines = [
        "| 日期 days | 接听 answered | 每天故障报修 fault reports a day | 产品责任投诉 product to blame "
        "| 客服责任投诉 agent to blame | 每千通投诉 complaints per 1,000 "
        "| 每千通客服责任投诉 agent to blame per 1,000 |",
        "|--|--|--|--|--|--|--|",
    ]
    for first, last, *counts, rate, agents_rate in fault_story(calls, tickets).iter_rows():
        answered, reports, product, agents = counts
        lines.append(
            f"| {first} – {last} | {answered} | {reports:.0f} | {product} | {agents} "
            f"| {rate:.2f} | {agents_rate:.2f} |"
        )
    return lines


def _reviewer_lines(reviews: pl.DataFrame) -> list[str]:
    lines = [
        "| 质检员 reviewer | 质检 reviews | 平均分 mean score "
        "| 与同一客服平均分之差 from the same agents' mean |",
        "|--|--|--|--|",
    ]
    for reviewer, count, score, residual in reviewer_story(reviews).iter_rows():
        lines.append(f"| {reviewer} | {count} | {score:.1f} | {residual:+.1f} |")
    return lines


def readme(
    seed: int,
    scale: float,
    calls: pl.DataFrame,
    tickets: pl.DataFrame,
    reviews: pl.DataFrame,
    people: tuple[Person, ...],
    rows: dict[str, int],
    defects: list[Defect],
) -> str:
    """The text of README.md; `calls`, `tickets` and `reviews` before defects were planted, `rows` written
    by file name.
    """
    taken = {
        name: {team: count for team, count, _ in calls_of(calls, people, name, "2026-10").iter_rows()}
        for name in (NEWCOMER, MOVER)
    }
    whole = scale == 1
    return _text("readme_template.md").format(
        command=f"python -m sample_data --out DIR --seed {seed}" + ("" if whole else f" --scale {scale}"),
        note_zh="" if whole else "故事只在全量数据中成立。",
        note_en="" if whole else " The stories hold at full volume only.",
        rows="\n".join(f"| {name} | {count} |" for name, count in rows.items()),
        own_points="、".join(point["item"] for point in quality_form() if point["origin"] == "proposal"),
        team=STORY_TEAM,
        mix="\n".join(_mix_lines(calls)),
        newcomer=NEWCOMER,
        newcomer_calls=sum(taken[NEWCOMER].values()),
        mover=MOVER,
        calls_before=taken[MOVER].get("热线二组", 0),
        calls_after=taken[MOVER].get("热线三组", 0),
        measures="\n".join(_measure_lines(calls, people)),
        worked=WORKED,
        did_not_work=DID_NOT_WORK,
        fault=fault,
        fault_lines="\n".join(_fault_lines(calls, tickets)),
        harsh_reviewer=HARSH_REVIEWER,
        reviewers="\n".join(_reviewer_lines(reviews)),
        defects="\n".join(_defect_lines(defects)),
    )
