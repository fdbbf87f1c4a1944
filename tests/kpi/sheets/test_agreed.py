"""What an agreement keeps, and what one kept before verdicts had a place of their own."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from kpi.analysis.real_gaps import Signal, Verdict, judge
from kpi.figures.figure import Figure
from kpi.sheets.agreed import freeze, thaw
from kpi.sheets.values import Cell, GoalRow
from tests.kpi.hand_made_figures import CATALOG, share

LOW = Signal("beyond", above=False, centre=0.9, low=0.8, high=1.0, months=12)
HIGH = replace(LOW, above=True)
ROWS = [
    (replace(share(60, 100), target=0.9), None, Verdict("missed", important=True)),
    (replace(share(60, 100), target=0.9), LOW, Verdict("missed", important=True)),
    (replace(share(34, 40), target=0.9), LOW, Verdict("cannot_tell", important=True, by_chart=True)),
    (replace(share(99, 100), target=0.9), HIGH, Verdict("met", beat=True)),
    (replace(share(93, 100), target=0.9), HIGH, Verdict("met", beat=True, by_chart=True)),
    (replace(share(93, 100), target=0.9), None, Verdict("met")),
    (share(93, 100), None, Verdict("no_target")),
]


def kept(figure: Figure, verdict: Verdict) -> str:
    return freeze((GoalRow(figure, verdict, Cell(), Cell(), Cell()),), CATALOG, {"csat": 0.95})


@pytest.mark.parametrize(("figure", "signal", "verdict"), ROWS)
def test_figure_verdict_and_target_are_kept(figure: Figure, signal: Signal | None, verdict: Verdict) -> None:
    assert judge(figure, signal) == verdict
    row = thaw(kept(figure, verdict))["csat"]
    assert (row.figure, row.verdict, row.next_target) == (figure, verdict, 0.95)


@pytest.mark.parametrize(("figure", "signal", "verdict"), ROWS)
def test_an_agreement_of_an_earlier_version_says_what_it_said(
    figure: Figure, signal: Signal | None, verdict: Verdict
) -> None:
    """It kept the standing and the gap with the figure, and whether the gap was real beside it."""
    (row,) = json.loads(kept(figure, verdict))
    del row["verdict"]
    row["figure"] |= {"verdict": verdict.standing, "gap": figure.gap, "gap_good": figure.gap_good}
    row |= {"important": verdict.important, "beat": verdict.beat}
    found = thaw(json.dumps([row]))["csat"]
    assert (found.figure, found.verdict) == (figure, verdict)
