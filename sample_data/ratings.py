"""Monthly ratings of teamwork, compliance and attitude, and the results of the monthly exam."""

from __future__ import annotations

import numpy as np
import polars as pl

from sample_data.people import TEAMS, Person, employed
from sample_data.year import MONTHS, stream

MANAGER = "客服主管01"
_PEERS = ("同事1", "同事2", "同事3")
# A score of 1, 2 or 5 needs a dated example.
_EXAMPLES: dict[str, dict[int, tuple[str, ...]]] = {
    "团队精神": {
        5: ("高峰时段主动支援邻座接听", "带教新同事两个班次", "整理交接记录并分享给全组"),
        2: ("交接未写明待办事项", "多次未接邻座来电"),
        1: ("拒绝与同班同事交接",),
    },
    "服从领导": {
        5: ("提前完成全部改进措施", "按时完成专项任务并复盘"),
        2: ("改进措施逾期三天完成", "未按流程登记工单"),
        1: ("两次未参加已通知的例会",),
    },
    "工作态度": {
        5: ("主动回访不满意客户", "收到客户书面表扬"),
        2: ("通话中语气生硬", "承诺回电未登记"),
        1: ("当班期间长时间离岗",),
    },
}


def _rating(rng: np.random.Generator, person: Person, month: str, parameter: str, rater: str) -> tuple:
    trait = {"团队精神": person.promptness, "服从领导": person.punctuality, "工作态度": person.manner}[
        parameter
    ]
    score = int(np.clip(round(3.75 + 0.35 * trait + rng.normal(0, 0.55)), 1, 5))
    examples = _EXAMPLES[parameter].get(score)
    example = None if examples is None else str(rng.choice(examples))
    day = None if example is None else f"{month}-{int(rng.integers(2, 28)):02d}"
    return (person.agent_id, month, parameter, score, rater, example, day)


def year_of_ratings(seed: int, people: tuple[Person, ...]) -> pl.DataFrame:
    """The `ratings` table: the team leader on all three, three colleagues on teamwork."""
    rng = stream(seed, "ratings")
    leaders = {one.memberships[0].team: one.name for one in people if one.role == "班组长"}
    rows = []
    for month in MONTHS:
        for person in people:
            if not employed(person, month):
                continue
            rater = MANAGER if person.role == "班组长" else leaders[person.memberships[0].team]
            rows += [_rating(rng, person, month, parameter, rater) for parameter in _EXAMPLES]
            rows += [_rating(rng, person, month, "团队精神", peer) for peer in _PEERS]
    columns = ["agent_id", "month", "parameter", "score", "rater", "example", "example_on"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def year_of_measures(seed: int, people: tuple[Person, ...]) -> pl.DataFrame:
    """The `measures` table: points of the monthly exam, and training hours held of those planned."""
    rng = stream(seed, "measures")
    rows = []
    for month in MONTHS:
        for person in people:
            if employed(person, month):
                points = int(np.clip(round(86 + 5 * person.knowledge + rng.normal(0, 4)), 40, 100))
                rows.append(("个人", person.agent_id, month, "业务考试", points, 100))
        for team in TEAMS:
            planned = int(rng.integers(12, 25))
            held = max(0, planned - int(rng.poisson(1.2)))
            rows.append(("班组", team, month, "培训完成率", held, planned))
    columns = ["subject_kind", "subject_id", "month", "indicator", "numerator", "denominator"]
    return pl.DataFrame(rows, schema=columns, orient="row")
