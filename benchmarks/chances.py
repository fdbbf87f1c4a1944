"""How often targets are reached against the chance said, of every shipped indicator in the sample's shape.

python -m benchmarks.chances HOME [--series 2400] [--seed 5] [--key csat] [--level person]

HOME is a home with the sample, as `service-kpi demo` makes it. A series is a person (or everyone) whose
months are put together from weeks of that person's own, drawn with replacement: nothing changes but what
weeks differ by. After 6 or 12 months ten targets are set, from nearly certain to nearly hopeless, and the
next month is seen. Of each bin of the chances said: how often the target was reached, in per cent.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from etl.home import Home
from kpi.analysis.chances import outlook
from kpi.analysis.next_targets import FORECAST_FROM, Proposal, proposals
from kpi.catalog.definitions import Indicator
from kpi.catalog.relations import relation_values
from kpi.figures.coverage import Loaded
from kpi.figures.figure import Figure
from kpi.figures.figure_from_sums import figure_of
from kpi.figures.figures import applicable
from kpi.figures.sums import Sums, by_relation
from kpi.figures.view import View, open_view
from kpi.rollups.build import components, daily
from kpi.scope import Scope, Subject, last_months, parse_month
from kpi.statistics.local_level import Spread

BEFORE = (6, 12)  # months
WEEK, MONTH = 7, 30  # days
BINS = 10
TOLERANCE = 0.07
ENOUGH = 2000  # targets in a bin
LAST = parse_month("2026-10")


@dataclass(frozen=True, slots=True)
class Pool:
    """The weeks of one subject: of each day the additive numbers of an indicator, by their names."""

    names: tuple[str, ...]
    weeks: np.ndarray  # week, day, number

    def month(self, rng: np.random.Generator) -> np.ndarray:
        """The days of a month of weeks drawn at random: day, number."""
        drawn = rng.integers(len(self.weeks), size=-(-MONTH // WEEK))
        return self.weeks[drawn].reshape(-1, len(self.names))[:MONTH]


def pools(view: View, indicators: Sequence[Indicator], level: str) -> dict[str, list[Pool]]:
    """By indicator the pools of all people, or of everyone as one."""
    whose = "agent_id" if level == "person" else "''"
    found: dict[str, dict[str, dict[str, np.ndarray]]] = {}
    first, last = view.query("SELECT min(day), max(day) FROM loaded_days WHERE contract = 'calls'").row(0)
    span = (last - first).days + 1
    for relation, concerned in by_relation(list(indicators)).items():
        columns = {name: one.key for one in concerned for name in components(one, relation)}
        rolled_up = view.rolled_up()
        source = f"rollup_{relation}" if rolled_up else f"({daily(concerned, relation, view.corrected)})"
        sums = ", ".join(f'CAST(sum("{name}") AS DOUBLE) AS "{name}"' for name in columns)
        rows = view.query(
            f"SELECT {whose} AS who, date_diff('day', $first, day) AS place, {sums} FROM {source}"
            f" WHERE day BETWEEN $first AND $last AND {whose} IS NOT NULL GROUP BY ALL",
            first=first,
            last=last,
            **relation_values(view.catalog, relation),
        )
        for (who,), own in rows.group_by("who"):
            places = own["place"].to_numpy()
            for name, key in columns.items():
                line = np.zeros(span)
                line[places] = own[name].to_numpy()
                found.setdefault(key, {}).setdefault(who, {})[name] = line
    return {
        key: [pool for numbers in people.values() if (pool := _pool(numbers)) is not None]
        for key, people in found.items()
    }


def _pool(numbers: dict[str, np.ndarray]) -> Pool | None:
    """The weeks from the first to the last day that has anything; None with fewer than eight."""
    days = np.column_stack(list(numbers.values()))
    some = np.flatnonzero(days.any(axis=1))
    if not some.size:
        return None
    days = days[some[0] : some[-1] + 1]
    weeks = days[: len(days) // WEEK * WEEK].reshape(-1, WEEK, len(numbers))
    return Pool(tuple(numbers), weeks) if len(weeks) >= 8 else None


def figure(indicator: Indicator, pool: Pool, days: np.ndarray) -> Figure:
    """The figure of some days."""
    counted = days[-1:] if indicator.how.last_day else days
    sums: Sums = dict(zip(pool.names, counted.sum(axis=0).tolist(), strict=True))
    if indicator.how.between_days:
        sides = (f"{indicator.key}__{name}" for name in (indicator.how.above, indicator.how.below))
        above, below = (days[:, pool.names.index(side)] for side in sides)
        some = (above != 0) | (below != 0)
        variance = indicator.how.between_days(above[some], below[some])
        sums[f"{indicator.key}__days"] = float(some.sum())
        sums[f"{indicator.key}__between_days"] = float("nan") if variance is None else variance
    return figure_of(indicator, sums, dict.fromkeys(indicator.needs, Loaded(MONTH, 1.0)), MONTH, None)


def said_and_reached(
    indicator: Indicator, pool: Pool, before: int, rng: np.random.Generator
) -> Iterator[tuple[float, bool]]:
    """Of one series the chance of each of ten targets, and whether the next month reached it."""
    names = [month.month for month in last_months(LAST, before)]
    line = tuple((name, figure(indicator, pool, pool.month(rng))) for name in names)
    following = figure(indicator, pool, pool.month(rng))
    if following.value is None or not following.enough_rows:
        return
    if sum(one.enough_rows for _, one in line) < FORECAST_FROM:
        return
    proposal = proposals(None, Scope(LAST, Subject()), [indicator.key], {indicator.key: line}).get(
        indicator.key
    )
    for target in () if proposal is None else targets(proposal, rng):
        said = outlook(proposal, line, target).chance
        if said is not None:
            yield said, reached(indicator, following.value, target)


def targets(proposal: Proposal, rng: np.random.Generator) -> list[float]:
    """Ten targets in three digits, as people set them, that should be more and more easily reached."""
    bounded = np.isfinite(proposal.indicator.highest)
    measured = Spread(proposal.base, proposal.spread**2 + proposal.noise**2, bool(bounded))
    return [float(f"{measured.quantile((place + rng.random()) / BINS):.3g}") for place in range(BINS)]


def reached(indicator: Indicator, value: float, target: float) -> bool:
    """Whether a value reaches a target; in a band, ends within the material gap of it."""
    if indicator.better == "band":
        return abs(value - target) <= indicator.material + 1e-9
    return value >= target - 1e-9 if indicator.better == "higher" else value <= target + 1e-9


def bins_of(indicator: Indicator, of: Sequence[Pool], series: int, seed: int) -> np.ndarray:
    """By bin of ten points the number of targets, the sum of the chances said, how many were reached."""
    rng, found = np.random.default_rng(seed), np.zeros((BINS, 3))
    for number in range(series):
        pool = of[int(rng.integers(len(of)))]
        for said, hit in said_and_reached(indicator, pool, BEFORE[number % len(BEFORE)], rng):
            found[min(int(said * BINS), BINS - 1)] += (1, said, hit)
    return found


def main() -> None:
    """Print a line for every indicator and level: by bin of ten points how often the targets were reached."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("home", type=Path)
    asked.add_argument("--series", type=int, default=2400)
    asked.add_argument("--seed", type=int, default=5)
    asked.add_argument("--key", action="append")
    asked.add_argument("--level", action="append", choices=("person", "unit"))
    given = asked.parse_args()
    view = open_view(Home(given.home))
    print(
        "| indicator | of | "
        + " | ".join(f"{10 * n}–{10 * n + 10}" for n in range(BINS))
        + " | worst | said |"
    )
    print("|--|--|" + "--|" * (BINS + 2))
    for level in given.level or ("person", "unit"):
        indicators = applicable(view, Subject(level if level == "person" else "all"), given.key)
        for key, of in pools(view, indicators, level).items():
            if of:
                found = bins_of(view.catalog.indicators[key], of, given.series, given.seed)
                said = f"{found[:, 0].sum() / (given.series * BINS):.0%}"
                print(
                    f"| {key} | {level} | {' | '.join(_cells(found))} | {_worst(found)} | {said} |",
                    flush=True,
                )


def _cells(found: np.ndarray) -> list[str]:
    """How often targets of each bin were reached, in per cent; with ~ on fewer than ENOUGH, – without any."""
    return [
        "–" if not count else f"{100 * hits / count:.0f}{'' if count >= ENOUGH else '~'}"
        for count, _, hits in found
    ]


def _worst(found: np.ndarray) -> str:
    """The largest distance of any bin of ENOUGH between what was said and what was reached, in points."""
    known = found[found[:, 0] >= ENOUGH]
    if not len(known):
        return "–"
    return f"{100 * np.abs((known[:, 2] - known[:, 1]) / known[:, 0]).max():.1f}"


if __name__ == "__main__":
    main()
