"""Chances that hold: how likely a target is, where that was found right, beside what the past months did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kpi.analysis.next_targets import TYPICAL, Proposal, chance, within_reach
from kpi.figures.figure import Figure
from kpi.figures.months import Line
from kpi.figures.position import gap_of, on_good_side
from kpi.statistics.intervals import wilson

# A value closer to the end of what is possible has a skewed distribution, of which few months say too little:
# so many standard deviations of a month's value are six or seven events, or rows that fail. Of five, as the
# rule for expected numbers has it (Cochran 1954, Biometrics 10:417), chances were off by nine points.
ROOM = 6.5**0.5
UNLIKELY = 1.645  # standard errors, of which one side has more in a twentieth
FEW = 30  # rows a month


@dataclass(frozen=True, slots=True)
class BackTest:
    """How many of the last months reached a target, with the 95 % interval of that share."""

    reached: int
    months: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is said of a target: its chance, None where none would hold, and the back-test."""

    chance: float | None
    back_test: BackTest | None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A next target to agree on, with its chance as in `Outlook`.

    `standard` is the centre's own target where that is stricter: then this is a stage on the way to it.
    """

    target: float
    chance: float | None
    standard: float | None = None


def suggestion(proposal: Proposal, line: Line, share: float, standard: float | None) -> Suggestion:
    """The target that is reached with probability `share`; `standard` is the centre's, None without one."""
    target = within_reach(proposal, share)
    stage = standard is not None and not on_good_side(proposal.indicator, gap_of(target, standard))
    return Suggestion(target, outlook(proposal, line, target).chance, standard if stage else None)


def outlook(proposal: Proposal, line: Line, target: float) -> Outlook:
    """The outlook of a target for the month after a line's last one.

    A chance is said from months of one's own of FEW rows or more, half of them at least on the minimum base,
    where the level and the mean of all months have room on both sides, where chance moves a count more than
    the lengths of months do, and where the back-test does not contradict it. A quantile moves by its bins,
    and of what is still there most was there before: of neither is any said, nor where the catalogue has
    `chances` off. docs/statistics.md has how often chances come true.
    """
    tested = back_test([figure for _, figure in line], target)
    if tested is None or not holds(proposal):
        return Outlook(None, tested)
    likely = chance(proposal, target, proposal.indicator.better)
    return Outlook(likely if tested.low <= likely <= tested.high else None, tested)


def back_test(months: Sequence[Figure], target: float) -> BackTest | None:
    """How many of the last TYPICAL months on the minimum base reached a target; None without any."""
    known = [one for one in months[-TYPICAL:] if one.value is not None and one.enough_rows]
    if not known:
        return None
    reached = sum(bool(on_good_side(one.indicator, gap_of(one.value, target))) for one in known)
    return BackTest(reached, len(known), *wilson(reached, len(known)))


def holds(proposal: Proposal) -> bool:
    """Whether chances by a proposal were found right."""
    how, lowest, highest = proposal.indicator.how, proposal.indicator.lowest, proposal.indicator.highest
    room = ROOM * proposal.noise
    by_luck = UNLIKELY * proposal.noise / max(proposal.months, 1) ** 0.5  # what the mean itself may be off by
    return (
        proposal.method != "team"
        and 2 * len(proposal.bases) >= min(proposal.months, TYPICAL)
        and lowest + room <= proposal.base <= highest - room
        and lowest + room + by_luck <= proposal.mean <= highest - room - by_luck
        and (how.below is None or proposal.typical_base >= FEW)
        and proposal.noise >= how.uneven * proposal.base
        and how.split
        and proposal.indicator.chances
    )
