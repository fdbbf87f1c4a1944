"""Complaint and service tickets on the service catalogue, and promises to call back."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import numpy as np
import polars as pl

from sample_data import fault
from sample_data.people import Person
from sample_data.year import DAY_S, DAYS, END_S, stream, texts, times, until_end

COMPLAINTS = 290  # and those of the product's fault
SERVICE_TICKETS = 2_186
PROMISES = 4_600
HOUR = 3600

# How often each item is asked for, against the others; the rest share what is left alike.
_DEMAND = {
    "usage_questions": 30.0,
    "bug_report": 12.0,
    "middleware_fault": 8.0,
    "interface_fault": 6.0,
    "database_performance": 5.0,
}
_OTHER_DEMAND = 2.2
_KINDS = {
    "usage_questions": "咨询",
    "bug_report": "故障",
    "middleware_fault": "故障",
    "interface_fault": "故障",
}
_CAUSES = {
    "客服": ("服务本身的问题",),
    "流程": ("顾客对经营方式的不认同", "对服务尺度认识不同"),
    "产品": ("商品本身质量问题",),
    "客户": ("客户要求超出企业承受范围", "对服务尺度认识不同"),
}
_RESPONSIBLE = (("客服", 0.24), ("流程", 0.3), ("产品", 0.32), ("客户", 0.14))


def service_items() -> list[dict]:
    """The service catalogue, as `kpi/catalog/services.toml` has it."""
    text = files("kpi").joinpath("catalog", "services.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["item"]


def _within(
    rng: np.random.Generator, limit: np.ndarray, usual: float, share: float, skill: np.ndarray
) -> np.ndarray:
    """Durations of which about `share` keep their limit; where there is none, lognormal about `usual`."""
    count = len(limit)
    keeps = rng.random(count) < share + 0.02 * skill
    kept = limit * rng.beta(2.0, 2.6, count)
    broken = limit * (1.02 + rng.exponential(0.6, count))
    free = usual * rng.lognormal(0, 0.8, count)
    return np.round(np.where(np.isnan(limit), free, np.where(keeps, kept, broken)))


def _course(rng: np.random.Generator, opened: np.ndarray, items: list[dict], skill: np.ndarray) -> dict:
    """First response, solution, reopening and closing of each ticket, in seconds; NaN when not yet."""
    count = len(opened)
    limits = [[item.get(name, np.nan) for item in items] for name in ("response_s", "resolution_s")]
    response = _within(rng, np.array(limits[0], dtype=float), 3 * HOUR, 0.96, skill)
    solving = _within(rng, np.array(limits[1], dtype=float), 30 * HOUR, 0.93, skill)
    solving = np.maximum(solving, response + 60)
    solved = opened + solving
    reopens = rng.random(count) < 0.045 - 0.01 * skill
    reopened = np.where(reopens, solved + rng.uniform(0.2, 8.5, count) * DAY_S, np.nan)
    again = reopens & (rng.random(count) < 0.6)
    final = np.where(again, reopened + rng.uniform(1, 40, count) * HOUR, solved)
    final = np.where(np.isnan(until_end(final)), solved, final)
    closed = np.where(reopens & ~again, np.nan, final + rng.uniform(0.5, 30, count) * HOUR)
    never = rng.random(count) < 0.006
    return {
        "responded": until_end(opened + response),
        "solved": until_end(np.where(never, np.nan, final)),
        "reopened": until_end(np.where(never, np.nan, np.round(reopened))),
        "closed": until_end(np.where(never, np.nan, np.round(closed))),
    }


def _sources(
    rng: np.random.Generator, frame: dict[str, np.ndarray], queues: tuple[str, ...], count: int
) -> np.ndarray:
    calls = np.flatnonzero(frame["inbound"] & frame["answered"] & np.isin(frame["queue"].astype(str), queues))
    return np.sort(rng.choice(calls, size=count, replace=False))


def _opened(rng: np.random.Generator, frame: dict[str, np.ndarray], calls: np.ndarray) -> np.ndarray:
    lifted = frame["started"][calls] + frame["ivr"][calls] + frame["wait"][calls]
    return np.minimum(lifted + rng.integers(30, 300, len(calls)), END_S - 1)


def _table(
    frame: dict[str, np.ndarray],
    people: tuple[Person, ...],
    calls: np.ndarray,
    agent: np.ndarray,
    **columns: object,
) -> pl.DataFrame:
    """Tickets of `calls`; `columns` are the columns that differ between complaints and service."""
    course, opened = columns.pop("course"), columns.pop("opened")
    team = [
        people[who].team_on(DAYS[int(moment // DAY_S)]) for who, moment in zip(agent, opened, strict=True)
    ]
    return pl.DataFrame(
        {
            "opened_at": times(opened),
            "first_response_at": times(course["responded"]),
            "resolved_at": times(course["solved"]),
            "closed_at": times(course["closed"]),
            "reopened_at": times(course["reopened"]),
            "agent_id": [people[who].agent_id for who in agent],
            "team": pl.Series(team, dtype=pl.String),
            "customer": texts(frame["customer"][calls]),
            **columns,
        }
    )


def _service(rng: np.random.Generator, frame: dict, people: tuple[Person, ...], scale: float) -> pl.DataFrame:
    count = round(SERVICE_TICKETS * scale)
    calls = _sources(rng, frame, ("故障报修", "使用指导", "夜间报修", "业务咨询", "重点客户"), count)
    catalogue = [item for item in service_items() if item["key"] != "complaint"]
    demand = np.array([_DEMAND.get(item["key"], _OTHER_DEMAND) for item in catalogue])
    items = [catalogue[number] for number in rng.choice(len(catalogue), size=count, p=demand / demand.sum())]
    agent = frame["agent"][calls]
    skill = np.array([one.knowledge for one in people])[agent]
    opened = _opened(rng, frame, calls)
    return _table(
        frame,
        people,
        calls,
        agent,
        opened=opened,
        course=_course(rng, opened, items, skill),
        kind=[_KINDS.get(item["key"], "服务") for item in items],
        item=[item["name"]["zh"] for item in items],
        channel=rng.choice(["电话", "电话", "电话", "在线", "邮件"], size=count),
    )


def _blamed(
    rng: np.random.Generator, frame: dict, people: tuple[Person, ...], calls: np.ndarray
) -> np.ndarray:
    """Who handled the earlier contact that each complaint is about: the less friendly more often."""
    answered = np.flatnonzero(frame["inbound"] & frame["answered"])
    odds = np.exp(-0.7 * np.array([one.manner for one in people]))
    blamed = np.empty(len(calls), dtype=int)
    for number, place in enumerate(np.searchsorted(answered, calls)):
        before = answered[max(0, place - 1200) : place + 1]
        weight = odds[frame["agent"][before]]
        blamed[number] = frame["agent"][rng.choice(before, p=weight / weight.sum())]
    return blamed


def _complaints(
    rng: np.random.Generator, frame: dict, people: tuple[Person, ...], scale: float
) -> pl.DataFrame:
    count = round(COMPLAINTS * scale)
    calls = _sources(rng, frame, ("投诉受理", "夜间综合"), count)
    opened = _opened(rng, frame, calls)
    recent = opened > END_S - 10 * DAY_S
    validity = np.where(
        rng.random(count) < np.where(recent, 0.4, 0.04),
        "待核实",
        rng.choice(["成立", "不成立"], size=count, p=[0.82, 0.18]),
    )
    names, shares = zip(*_RESPONSIBLE, strict=True)
    responsible = np.where(validity == "成立", rng.choice(names, size=count, p=shares), None)
    agent = frame["agent"][calls]
    agent = np.where(responsible == "客服", _blamed(rng, frame, people, calls), agent)
    return _complaint_table(rng, frame, people, calls, agent, opened, validity, responsible)


def _fault_complaints(
    rng: np.random.Generator, frame: dict, people: tuple[Person, ...], scale: float
) -> pl.DataFrame:
    """Complaints of those who reported the product's fault: it is to blame, not who took the call."""
    reports = frame["inbound"] & frame["answered"] & (frame["queue"] == fault.QUEUE)
    candidates = np.flatnonzero(reports & fault.during(frame["started"]))
    count = round(fault.COMPLAINTS * scale)
    calls = np.sort(rng.choice(candidates, size=count, replace=False))
    agent, opened = frame["agent"][calls], _opened(rng, frame, calls)
    found = (np.full(count, "成立"), np.full(count, "产品", dtype=object))
    return _complaint_table(rng, frame, people, calls, agent, opened, *found)


def _complaint_table(
    rng: np.random.Generator,
    frame: dict,
    people: tuple[Person, ...],
    calls: np.ndarray,
    agent: np.ndarray,
    opened: np.ndarray,
    validity: np.ndarray,
    responsible: np.ndarray,
) -> pl.DataFrame:
    """The complaints made in `calls`, with what was found about each, and their course."""
    count = len(calls)
    complaint = next(item for item in service_items() if item["key"] == "complaint")
    course = _course(rng, opened, [complaint] * count, np.zeros(count))
    refused = rng.random(count) < 0.03
    soon = rng.random(count) < 0.94
    reached = course["closed"] + np.where(soon, rng.uniform(2, 70, count), rng.uniform(80, 200, count)) * HOUR
    followed = np.where(refused | (rng.random(count) < 0.02), np.nan, np.round(reached))
    return _table(
        frame,
        people,
        calls,
        agent,
        opened=opened,
        course=course,
        kind=np.full(count, "投诉"),
        item=np.full(count, complaint["name"]["zh"]),
        channel=rng.choice(["电话", "电话", "电话", "在线", "意见卡"], size=count),
        cause=[None if who is None else str(rng.choice(_CAUSES[who])) for who in responsible],
        validity=validity,
        responsibility=texts(responsible),
        severity=rng.choice(["一般", "一般", "一般", "重要", "重大"], size=count),
        on_the_spot=rng.random(count) < 0.64,
        followed_up_at=times(until_end(followed)),
        follow_up_refused=refused,
    )


def _repeats(rng: np.random.Generator, table: pl.DataFrame) -> pl.DataFrame:
    """Some complaints are about an earlier one: adds `repeat_of`, mostly within 30 days."""
    places = np.flatnonzero((table["kind"] == "投诉").to_numpy())
    ids, repeat_of = table["ticket_id"].to_list(), [None] * len(table)
    for turn, place in enumerate(places):
        if turn >= 3 and rng.random() < 0.07:
            repeat_of[place] = ids[places[turn - int(rng.integers(1, 4))]]
    return table.with_columns(repeat_of=pl.Series(repeat_of, dtype=pl.String))


def year_of_tickets(
    seed: int, people: tuple[Person, ...], frame: dict[str, np.ndarray], scale: float
) -> pl.DataFrame:
    """The `tickets` table, ordered by when they were opened."""
    rng = stream(seed, "tickets")
    parts = [
        _service(rng, frame, people, scale),
        _complaints(stream(seed, "complaints"), frame, people, scale),
        _fault_complaints(stream(seed, "fault complaints"), frame, people, scale),
    ]
    table = pl.concat(parts, how="diagonal").sort("opened_at", "agent_id")
    numbers = pl.Series("ticket_id", [f"T{number:05d}" for number in range(1, len(table) + 1)])
    return _repeats(rng, table.with_columns(numbers))


def year_of_promises(
    seed: int, people: tuple[Person, ...], frame: dict[str, np.ndarray], scale: float
) -> pl.DataFrame:
    """The `promises` table: what was left open in a call, and when the customer was called back."""
    rng = stream(seed, "promises")
    count = round(PROMISES * scale)
    calls = _sources(
        rng, frame, ("业务咨询", "账单查询", "使用指导", "故障报修", "投诉受理", "重点客户"), count
    )
    agent = frame["agent"][calls]
    created = _opened(rng, frame, calls)
    promised = rng.choice([2, 4, 8, 24], size=count, p=[0.25, 0.3, 0.15, 0.3]) * HOUR
    reliability = np.array([one.punctuality for one in people])[agent]
    kept = rng.random(count) < 0.945 + 0.02 * reliability
    taken = np.where(
        kept, promised * rng.beta(2.4, 2.2, count), promised * (1.03 + rng.exponential(0.9, count))
    )
    taken = np.where(rng.random(count) < 0.012, taken + 26 * HOUR, taken)
    cancelled = rng.random(count) < 0.02
    forgotten = cancelled | (rng.random(count) < 0.01)
    return pl.DataFrame(
        {
            "promise_id": [f"P{number:05d}" for number in range(1, count + 1)],
            "agent_id": [people[who].agent_id for who in agent],
            "created_at": times(created),
            "promised_for": times(created + promised),
            "done_at": times(until_end(np.where(forgotten, np.nan, np.round(created + taken)))),
            "cancelled": cancelled,
        }
    )
