"""How often a measure is said to have worked, or made it worse, although nothing changed.

python -m benchmarks.effect_false_alarms [--series 500] [--seed 3]

Each series is a team of twelve people who differ, whose months may differ too. After some months a measure is
taken by somebody, or by whoever had the worst month of the team; then come one or three months like before.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np

from benchmarks.false_alarms import drawn
from kpi.analysis.effects import BEFORE, effect_of
from kpi.catalog.load import load_catalog
from kpi.figures.figure import Figure
from kpi.scope import Period, parse_month
from kpi.units import UNITS

INDICATORS = load_catalog(None).indicators
PEOPLE = 12
EARLIER = (4, 12)  # months, the one that led to the measure among them
LATER = (1, 3)
CLAIMS = ("worked", "worse")

Sums = np.ndarray  # rows, Σx, Σx²
NAMES = {"proportion": ("rows", "hits"), "rate": ("per", "rows"), "mean": ("rows", "x", "xx")}
Draw = Callable[[np.random.Generator, np.ndarray, int], Sums]


@dataclass(frozen=True, slots=True)
class Setting:
    """`rows` a month of an indicator about `level`; `people` and `months` are standard deviations of it."""

    name: str
    indicator: str
    draw: Draw
    level: float
    people: float
    months: float
    rows: int


def hits(rng: np.random.Generator, level: np.ndarray, rows: int) -> Sums:
    """Rows that pass, or events."""
    found = rng.binomial(rows, np.clip(level, 0, 1))
    return np.stack([np.full(level.shape, rows), found, found], axis=-1).astype(float)


def events(rng: np.random.Generator, level: np.ndarray, rows: int) -> Sums:
    """Events per 1,000 rows."""
    found = rng.poisson(np.clip(level, 0, None) * rows / UNITS["per_1000"].per)
    return np.stack([np.full(level.shape, rows), found, found], axis=-1).astype(float)


def waits(rng: np.random.Generator, level: np.ndarray, rows: int) -> Sums:
    """Exponential seconds: as skewed as real ones."""
    seconds = rng.exponential(np.clip(level, 1, None)[..., None], (*level.shape, rows))
    return np.stack([np.full(level.shape, rows), seconds.sum(-1), (seconds**2).sum(-1)], axis=-1)


KINDS = (
    ("share 90%", "csat", hits, 0.90, 0.03, 0.02, (15, 40, 300)),
    ("share 10%", "transfer", hits, 0.10, 0.03, 0.02, (40, 300)),
    ("rate 4 ‰", "responsible_complaints_per_1000", events, 4.0, 1.0, 0.5, (300, 1000)),
    ("mean 20 s", "speed_of_answer", waits, 20.0, 2.0, 1.0, (30, 300)),
)
SETTINGS = [
    Setting(name, key, draw, level, people, months * spread, rows)
    for name, key, draw, level, people, months, sizes in KINDS
    for rows, spread in product(sizes, (0, 1))
]


def figure(setting: Setting, sums: Sums) -> Figure:
    """The figure of some months' sums, added up."""
    indicator = INDICATORS[setting.indicator]
    total = sums.reshape(-1, 3).sum(axis=0).tolist()
    return drawn(indicator, dict(zip(NAMES[indicator.kind], total, strict=False)))


def verdict(setting: Setting, rng: np.random.Generator, *, worst: bool, earlier: int, later: int) -> str:
    """What is said of one measure that changed nothing."""
    levels = rng.normal(setting.level, setting.people, (PEOPLE, 1))
    levels = levels + rng.normal(0, setting.months, (PEOPLE, earlier + later))
    sums = setting.draw(rng, levels, setting.rows)
    good = 1 if INDICATORS[setting.indicator].better == "higher" else -1
    person = int((good * sums[:, earlier - 1, 1]).argmin()) if worst else 0
    names = [f"2025-{month + 1:02}" for month in range(earlier)]
    begun = max(0, earlier - BEFORE)
    before = Period(parse_month(names[begun]).start, parse_month(names[-1]).end)
    team = [figure(setting, own) for own in sums[:, begun:earlier]]
    found = effect_of(
        *(before, before, team[person], figure(setting, sums[person, earlier:])),
        line=[(name, figure(setting, one)) for name, one in zip(names, sums[person], strict=False)],
        counts=(earlier - begun, later),
        peers=[(str(number), own) for number, own in enumerate(team)],
        good=good,
    )
    return found.verdict


def main() -> None:
    """Print the shares of false claims of every setting: their mean and the highest of its eight ways."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--series", type=int, default=500)
    asked.add_argument("--seed", type=int, default=3)
    given = asked.parse_args()
    print("| what | rows a month | months differ | worked | at most | worse | at most |")
    print("|--|--|--|--|--|--|--|")
    total: Counter[str] = Counter()
    for setting in SETTINGS:
        shares = []
        for worst, earlier, later in product((False, True), EARLIER, LATER):
            rng, how = np.random.default_rng(given.seed), {"worst": worst, "earlier": earlier, "later": later}
            found = Counter(verdict(setting, rng, **how) for _ in range(given.series))
            total += found
            shares.append([found[claim] / given.series for claim in CLAIMS])
        said = zip(np.mean(shares, axis=0), np.max(shares, axis=0), strict=True)
        print(
            f"| {setting.name} | {setting.rows:,} | {'yes' if setting.months else 'no'} | "
            + " | ".join(f"{share:.1%}" for both in said for share in both)
            + " |",
            flush=True,
        )
    claims = ", ".join(f"{claim} {total[claim] / total.total():.2%}" for claim in CLAIMS)
    print(f"\nAll settings: {claims} of {total.total():,} measures")


if __name__ == "__main__":
    main()
