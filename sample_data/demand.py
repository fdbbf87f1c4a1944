"""Who calls when, and for which team and queue; and how well each queue does in each month."""

from __future__ import annotations

import numpy as np

from sample_data.people import STORY_TEAM, TEAMS
from sample_data.year import DAY_S, MONTHS, day_volume, month_index

INBOUND_CALLS = 116_000
OUTBOUND_CALLS = 4_000
OUTBOUND_QUEUE = "外呼回访"

# Calls by hour of the day; nobody is on duty from 06:00 to 08:00.
HOUR_WEIGHTS = np.array([
    1.4, 1.0, 0.8, 0.7, 0.7, 0.9, 0.0, 0.0, 4.5, 8.2, 9.2, 7.8,
    5.5, 6.0, 8.0, 8.0, 7.0, 5.6, 4.6, 4.6, 4.6, 3.6, 2.4, 1.6,
])  # fmt: skip

# Queue → service level, first-contact resolution, median talk in seconds, reasons of calls.
QUEUES: dict[str, tuple[float, float, float, tuple[str, ...]]] = {
    "业务咨询": (0.87, 0.86, 165, ("套餐资费", "办理条件", "营业网点", "活动咨询", "发票问题")),
    "账单查询": (0.84, 0.84, 190, ("费用明细", "重复扣费", "缴费未到账", "退费进度")),
    "使用指导": (0.81, 0.80, 240, ("登录问题", "功能操作", "密码重置", "设备设置")),
    "故障报修": (0.66, 0.69, 310, ("无法上网", "信号差", "设备损坏", "频繁掉线", "预约上门")),
    "投诉受理": (0.80, 0.73, 340, ("服务投诉", "费用争议", "产品质量", "处理进度")),
    "重点客户": (0.92, 0.86, 230, ("合同续签", "专线业务", "账务核对")),
    "夜间综合": (0.80, 0.82, 180, ("挂失停机", "费用明细", "密码重置", "套餐资费")),
    "夜间报修": (0.71, 0.75, 280, ("无法上网", "信号差", "频繁掉线")),
}
TEAM_QUEUES: dict[str, dict[str, float]] = {
    "热线一组": {"业务咨询": 0.50, "账单查询": 0.30, "故障报修": 0.20},
    "热线二组": {"业务咨询": 0.35, "账单查询": 0.40, "使用指导": 0.25},
    "热线三组": {"业务咨询": 0.40, "使用指导": 0.42, "故障报修": 0.18},
    "投诉组": {"投诉受理": 0.75, "重点客户": 0.25},
    "夜班组": {"夜间综合": 0.70, "夜间报修": 0.30},
}

# The story of two months: every queue of the team does better, and its hard queue grows.
STORY_MONTHS = ("2026-09", "2026-10")
STORY_MIX = {"2026-10": {"业务咨询": 0.30, "账单查询": 0.20, "故障报修": 0.50}}
STORY_SERVICE_LEVEL = {
    "2026-09": {"业务咨询": 0.905, "账单查询": 0.845, "故障报修": 0.620},
    "2026-10": {"业务咨询": 0.935, "账单查询": 0.880, "故障报修": 0.665},
}
STORY_RESOLUTION = {
    "2026-09": {"业务咨询": 0.870, "账单查询": 0.845, "故障报修": 0.660},
    "2026-10": {"业务咨询": 0.905, "账单查询": 0.880, "故障报修": 0.705},
}
_MONTH_EFFECT = dict(
    zip(MONTHS, (0.0, -0.025, 0.0, -0.01, 0.03, 0.01, 0.01, 0.0, 0.01, -0.03, -0.03, 0.0, 0.0), strict=True)
)


def arrivals(rng: np.random.Generator, expected: float) -> np.ndarray:
    """Sorted moments of about `expected` calls, in whole seconds since the first day."""
    per_day = rng.poisson(day_volume() * expected)
    days = np.repeat(np.arange(len(per_day)), per_day)
    hours = rng.choice(24, size=len(days), p=HOUR_WEIGHTS / HOUR_WEIGHTS.sum())
    return np.sort(days * DAY_S + hours * 3600 + rng.integers(0, 3600, len(days)))


def _team_shares(hour: int) -> np.ndarray:
    """Share of each team in the calls of an hour, in the order of TEAMS."""
    if hour < 6:
        return np.array([0, 0, 0, 0, 1.0])
    night = 0.75 if hour >= 22 else 0.25 if hour >= 20 else 0.12 if hour >= 16 else 0.0
    complaints = 0.13 if hour < 20 else 0.0
    rest = 1 - night - complaints
    return np.array([rest * 0.34, rest * 0.33, rest * 0.33, complaints, night])


def choose_teams(rng: np.random.Generator, started: np.ndarray) -> np.ndarray:
    """The team (index in TEAMS) that each call goes to."""
    hours = started % DAY_S // 3600
    teams = np.zeros(len(started), dtype=int)
    for hour in range(24):
        here = np.flatnonzero(hours == hour)
        teams[here] = rng.choice(len(TEAMS), size=len(here), p=_team_shares(hour))
    return teams


def choose_queues(rng: np.random.Generator, started: np.ndarray, teams: np.ndarray) -> np.ndarray:
    """The queue (its name) of each call."""
    months = month_index(started)
    queues = np.empty(len(started), dtype=object)
    for team_number, team in enumerate(TEAMS):
        for month_number, month in enumerate(MONTHS):
            here = np.flatnonzero((teams == team_number) & (months == month_number))
            mix = dict(TEAM_QUEUES[team])
            if team == STORY_TEAM and month in STORY_MONTHS:
                mix = STORY_MIX.get(month, mix)
            else:
                mix = {queue: share * rng.uniform(0.9, 1.1) for queue, share in mix.items()}
            shares = np.array(list(mix.values()))
            queues[here] = rng.choice(list(mix), size=len(here), p=shares / shares.sum())
    return queues


def aims(seed_rng: np.random.Generator) -> dict[tuple[str, str, str], tuple[float, float]]:
    """(team, queue, month) → the service level and the first-contact resolution to be reached."""
    result = {}
    for team, mix in TEAM_QUEUES.items():
        for queue in mix:
            level, resolution = QUEUES[queue][:2]
            for month in MONTHS:
                noise = seed_rng.normal(0, 0.012, 2)
                if team == STORY_TEAM and month in STORY_MONTHS:
                    aim = (STORY_SERVICE_LEVEL[month][queue], STORY_RESOLUTION[month][queue])
                else:
                    aim = (level + _MONTH_EFFECT[month] + noise[0], resolution + noise[1])
                result[team, queue, month] = aim
    return result
