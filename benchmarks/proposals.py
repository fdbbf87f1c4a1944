"""How often the next month lies within the bands proposed, and reaches the true value as often as was said.

python -m benchmarks.proposals [--series 400] [--seed 5]

The true value is constant and the target; only rows come and go by chance.
"""

from __future__ import annotations

import argparse

import numpy as np

from benchmarks.false_alarms import MONTHS, Setting, mean, proportion, rate, series
from kpi.analysis.next_targets import chance, proposals
from kpi.scope import Scope, parse_month

SETTINGS = (
    proportion("csat", 0.9, 10),
    proportion("csat", 0.9, 30),
    proportion("transfer", 0.1, 300),
    rate("responsible_complaints_per_1000", 4, 1000),
    mean("speed_of_answer", 20, 100),
)
BEFORE = (6, 12, MONTHS - 1)


def main() -> None:
    """Print a line for every setting and number of months before."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--series", type=int, default=400)
    asked.add_argument("--seed", type=int, default=5)
    given = asked.parse_args()
    rng = np.random.default_rng(given.seed)
    print("| what | rows | months before | in 80 % | in 95 % | chance said | reached |")
    print("|--|--|--|--|--|--|--|")
    for setting in SETTINGS:
        for before in BEFORE:
            found = np.mean([_one(setting, before, rng) for _ in range(given.series)], axis=0)
            shares = " | ".join(f"{share:.0%}" for share in found)
            print(f"| {setting.name} | {setting.rows:,} | {before} | {shares} |")


def _one(setting: Setting, before: int, rng: np.random.Generator) -> tuple[float, ...]:
    """Within 80 %, within 95 %, the chance said, and whether the target was reached, of one series."""
    months = [(f"{2024 + n // 12}-{n % 12 + 1:02}", one) for n, one in enumerate(series(setting, rng))]
    key, (_, following) = setting.indicator, months[before]
    scope = Scope(parse_month(months[before - 1][0]))
    found = proposals(None, scope, [key], {key: months[:before]})[key]
    value, better = following.value, following.indicator.better
    reached = value >= setting.target - 1e-9 if better == "higher" else value <= setting.target + 1e-9
    within = [
        low - 1e-9 <= value <= high + 1e-9
        for low, high in ((found.low, found.high), (found.low95, found.high95))
    ]
    return (*within, chance(found, setting.target, better), reached)


if __name__ == "__main__":
    main()
