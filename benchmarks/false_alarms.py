"""How often a month is called a real miss although nothing changed and the true value is the target.

python benchmarks/false_alarms.py [--series 500] [--seed 1]

Each series has 24 months of rows drawn from one distribution. A month is judged as on the goal sheet: by its
interval, and by the control chart of the months before it, once there are enough.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from kpi.analysis.real_gaps import real_miss, signal_of
from kpi.catalog.definitions import Indicator
from kpi.catalog.load import load_catalog
from kpi.figures.coverage import Loaded
from kpi.figures.figure import Figure
from kpi.figures.figure_from_sums import figure_of
from kpi.figures.sums import Sums
from kpi.figures.targets import Target
from kpi.units import UNITS

MONTHS = 24
INDICATORS = load_catalog(None).indicators


@dataclass(frozen=True, slots=True)
class Setting:
    """A subject whose true value is the target: `rows` a month of an indicator.

    `draw` gives the additive numbers of a month.
    """

    name: str
    indicator: str
    person: bool
    rows: int
    target: float
    draw: Callable[[np.random.Generator, int], Sums]


def proportion(key: str, share: float, rows: int, *, person: bool = True) -> Setting:
    """Rows that pass with the same probability in every month."""

    def draw(rng: np.random.Generator, n: int) -> Sums:
        return {"rows": n, "hits": float(rng.binomial(n, share))}

    return Setting(f"share {share:.0%}", key, person, rows, share, draw)


def rate(key: str, per_1000: float, rows: int, *, person: bool = True) -> Setting:
    """Events by chance over contacts."""

    def draw(rng: np.random.Generator, n: int) -> Sums:
        return {"rows": float(rng.poisson(per_1000 * n / UNITS["per_1000"].per)), "per": n}

    return Setting(f"rate {per_1000:g} ‰", key, person, rows, per_1000, draw)


def mean(key: str, seconds: float, rows: int, *, person: bool = True) -> Setting:
    """Waits that are exponential: as skewed as real ones."""

    def draw(rng: np.random.Generator, n: int) -> Sums:
        waits = rng.exponential(seconds, n)
        return {"rows": n, "x": float(waits.sum()), "xx": float((waits**2).sum())}

    return Setting(f"mean {seconds:g} s", key, person, rows, seconds, draw)


SETTINGS = (
    *(proportion("csat", share, rows) for share in (0.8, 0.9, 0.95) for rows in (30, 100, 300)),
    *(proportion("transfer", 0.1, rows) for rows in (30, 100, 300)),
    *(rate("responsible_complaints_per_1000", 4, rows) for rows in (300, 1000)),
    *(mean("speed_of_answer", 20, rows) for rows in (30, 100, 300)),
    *(proportion("csat", 0.8, rows, person=False) for rows in (300, 3000)),
    rate("complaints_per_1000", 4, 10_000, person=False),
    mean("speed_of_answer", 20, 3000, person=False),
)


def series(setting: Setting, rng: np.random.Generator) -> list[Figure]:
    """The figures of 24 months in which nothing changes."""
    indicator = INDICATORS[setting.indicator]
    # What is small is a matter of agreement, not of chance: here nothing is.
    indicator = replace(indicator, material=0.0)
    target = Target(setting.target, "all")
    return [drawn(indicator, setting.draw(rng, setting.rows), target) for _ in range(MONTHS)]


def drawn(indicator: Indicator, sums: Sums, target: Target | None = None) -> Figure:
    """The figure that additive numbers make, named without their indicator."""
    named = {f"{indicator.key}__{name}": number for name, number in sums.items()}
    loaded = dict.fromkeys(indicator.needs, Loaded(30, 1.0))
    return figure_of(indicator, named, loaded, 30, target)


def real_misses(setting: Setting, count: int, seed: int) -> int:
    """How many of `count` · 24 months are called real misses."""
    rng, found = np.random.default_rng(seed), 0
    for _ in range(count):
        months = series(setting, rng)
        found += sum(
            real_miss(figure, signal_of(months[: place + 1], person=setting.person))
            for place, figure in enumerate(months)
        )
    return found


def main() -> None:
    """Print the share of false alarms of every setting."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--series", type=int, default=500)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    print("| who | what | better | rows a month | real misses |")
    print("|--|--|--|--|--|")
    months, total = given.series * MONTHS, 0
    for setting in SETTINGS:
        found = real_misses(setting, given.series, given.seed)
        total += found
        print(
            f"| {'person' if setting.person else 'unit'} | {setting.name}"
            f" | {INDICATORS[setting.indicator].better} | {setting.rows:,} | {found / months:.1%} |"
        )
    print(f"\nAll settings: {total / months / len(SETTINGS):.2%} of {months * len(SETTINGS):,} months")


if __name__ == "__main__":
    main()
