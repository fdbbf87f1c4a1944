"""Quality reviews of 15 points, and observations on the floor."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import numpy as np
import polars as pl

from sample_data.attendance import Shift
from sample_data.people import Person
from sample_data.year import DAY_S, END_S, MONTHS, month_index, stream, texts, times, until_end

REVIEWS = 3_000
OBSERVATIONS = 2_400
FORM_VERSION = "2025版"
REVIEWERS = ("质检01", "质检02", "质检03", "质检04")
HARSH_REVIEWER = "质检04"
_SEVERITY = np.array([0.0, 0.25, -0.2, 2.0])
_METHODS = (("录音抽查", 0.7), ("实时监听", 0.16), ("模拟客户拨测", 0.06), ("现场旁听", 0.08))
_SAMPLING = (("随机抽样", 0.88), ("风险抽样", 0.06), ("投诉触发", 0.04), ("校准评分", 0.02))
_STANDARDS = (("5秒内注视", 0.35), ("着装", 0.4), ("3米微笑", 0.25))
# Points that a call may give no occasion for.
_OFTEN_NOT_APPLICABLE = {"confirm_need": 0.08, "offers_information": 0.15, "next_step": 0.2}


def quality_form() -> list[dict]:
    """The points of the form, as `kpi/catalog/qa_form.toml` has them."""
    text = files("kpi").joinpath("catalog", "qa_form.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["point"]


def _pick(rng: np.random.Generator, choices: tuple[tuple[str, float], ...], count: int) -> np.ndarray:
    names, shares = zip(*choices, strict=True)
    return rng.choice(names, size=count, p=shares)


def _calls_to_review(rng: np.random.Generator, frame: dict[str, np.ndarray], count: int) -> np.ndarray:
    """Calls of more than half a minute, about as many from each person in each month."""
    candidates = np.flatnonzero(frame["inbound"] & frame["answered"] & (frame["talk"] > 30))
    candidates = rng.permutation(candidates)
    group = frame["agent"][candidates] * len(MONTHS) + month_index(frame["started"][candidates])
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    turn = np.empty(len(group))
    turn[order] = np.arange(len(group)) - np.searchsorted(ordered, ordered, side="left")
    return np.sort(candidates[np.lexsort((rng.random(len(turn)), turn))[:count]])


def _points(
    rng: np.random.Generator, point: dict, skill: np.ndarray, severity: np.ndarray
) -> list[float | None]:
    """Points earned for one point of the form, in halves; None where it did not apply."""
    count = len(skill)
    lost = np.maximum(0, rng.normal(0.02, 0.12, count) - 0.03 * skill + 0.05 * severity)
    lost += np.where(rng.random(count) < 0.06, rng.uniform(0.2, 0.7, count), 0)
    earned = np.round(point["maximum"] * np.maximum(0, 1 - lost - 0.01) * 2) / 2
    applies = rng.random(count) >= _OFTEN_NOT_APPLICABLE.get(point["key"], 0.0)
    return np.where(applies, earned, None).tolist()


def year_of_reviews(
    seed: int, people: tuple[Person, ...], frame: dict[str, np.ndarray], scale: float
) -> pl.DataFrame:
    """The `qa_reviews` table with one more column a point, headed `point[maximum]`."""
    rng = stream(seed, "quality")
    calls = _calls_to_review(rng, frame, round(REVIEWS * scale))
    count = len(calls)
    agent = frame["agent"][calls]
    contact = frame["started"][calls] + frame["ivr"][calls] + frame["wait"][calls]
    reviewed = (
        contact // DAY_S * DAY_S
        + rng.integers(1, 6, count) * DAY_S
        + rng.integers(9 * 3600, 17 * 3600, count)
    )
    reviewed = np.where(np.isnan(until_end(reviewed)), np.minimum(contact + 1800, END_S - 1), reviewed)
    reviewer = rng.integers(0, len(REVIEWERS), count)
    knowledge = np.array([one.knowledge for one in people])[agent]
    manner = np.array([one.manner for one in people])[agent]
    problem = rng.random(count) < 0.22
    apology = rng.random(count) < 0.94 + 0.02 * manner
    named = rng.random(count) < 0.955 + 0.015 * manner
    table = {
        "review_id": [f"Q{number:06d}" for number in range(1, count + 1)],
        "agent_id": texts(np.array([one.agent_id for one in people], dtype=object)[agent]),
        "reviewed_at": times(reviewed),
        "contact_at": times(contact),
        "call_id": frame["call_id"][calls],
        "reviewer": np.array(REVIEWERS)[reviewer],
        "method": _pick(rng, _METHODS, count),
        "sampling": _pick(rng, _SAMPLING, count),
        "form": np.full(count, FORM_VERSION),
        "fatal": rng.random(count) < 0.007,
        "quality_problem": problem,
        "apology": pl.Series(np.where(problem, apology, None).tolist(), dtype=pl.Boolean),
        "name_given": named,
    }
    for point in quality_form():
        skill = knowledge if point["group"] == "information" else manner
        heading = f"{point['item']}[{point['maximum']}]"
        table[heading] = pl.Series(_points(rng, point, skill, _SEVERITY[reviewer]), dtype=pl.Float64)
    return pl.DataFrame(table)


def year_of_observations(
    seed: int, people: tuple[Person, ...], shifts: list[Shift], scale: float
) -> pl.DataFrame:
    """The `observations` table: checks of somebody on shift."""
    rng = stream(seed, "observations")
    present = [
        shift
        for shift in shifts
        if shift.on_duty and shift.on_duty[0] + 4 * 3600 < min(shift.on_duty[1], END_S)
    ]
    count = round(OBSERVATIONS * scale)
    chosen = [present[number] for number in np.sort(rng.choice(len(present), size=count, replace=False))]
    moment = np.array([shift.on_duty[0] for shift in chosen]) + rng.integers(600, 4 * 3600, count) // 60 * 60
    manner = np.array([people[shift.person].manner for shift in chosen])
    standard = _pick(rng, _STANDARDS, count)
    share = np.select([standard == "着装", standard == "5秒内注视"], [0.975, 0.945], 0.93)
    table = pl.DataFrame(
        {
            "agent_id": [people[shift.person].agent_id for shift in chosen],
            "observed_at": times(moment),
            "standard": standard,
            "passed": rng.random(count) < share + 0.015 * manner,
            "observer": rng.choice(["现场管理01", "现场管理02"], size=count),
        }
    ).sort("observed_at", "agent_id")
    return table.with_columns(
        observation_id=pl.Series([f"O{number:05d}" for number in range(1, count + 1)])
    ).select("observation_id", *table.columns)
