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
    (replace(share(60, 100), target=0.9), None, Verdict("missed")),
    (replace(share(60, 100), target=0.9), LOW, Verdict("missed")),
    (replace(share(34, 40), target=0.9), LOW, Verdict("missed", by_chart=True)),
    (replace(share(34, 40), target=0.9), None, Verdict("cannot_tell", "within_chance")),
    (replace(share(3, 4), target=0.9), None, Verdict("cannot_tell", "few_rows")),
    (replace(share(8890, 10_000), target=0.9), None, Verdict("below")),
    (replace(share(99, 100), target=0.9), HIGH, Verdict("met", beat=True)),
    (replace(share(93, 100), target=0.9), HIGH, Verdict("met", beat=True, by_chart=True)),
    (replace(share(93, 100), target=0.9), None, Verdict("met")),
    (share(93, 100), None, Verdict("no_target")),
]
# As an earlier program kept them: (standing, important, beat, by_chart).
EARLIER = [
    ("missed", True, False, False),
    ("missed", True, False, False),
    ("cannot_tell", True, False, True),
    ("cannot_tell", False, False, False),
    ("cannot_tell", False, False, False),
    ("missed", False, False, False),
    ("met", False, True, False),
    ("met", False, True, True),
    ("met", False, False, False),
    ("no_target", False, False, False),
]


def kept(figure: Figure, verdict: Verdict) -> str:
    return freeze((GoalRow(figure, verdict, Cell(), Cell(), Cell()),), CATALOG, {"csat": 0.95})


@pytest.mark.parametrize(("figure", "signal", "verdict"), ROWS)
def test_figure_verdict_and_target_are_kept(figure: Figure, signal: Signal | None, verdict: Verdict) -> None:
    assert judge(figure, signal) == verdict
    row = thaw(kept(figure, verdict))["csat"]
    assert (row.figure, row.verdict, row.next_target) == (figure, verdict, 0.95)


@pytest.mark.parametrize(("row", "earlier"), list(zip(ROWS, EARLIER, strict=True)))
@pytest.mark.parametrize("parts", [False, True], ids=["in one", "in parts"])
def test_an_agreement_of_an_earlier_version_says_what_it_said(
    row: tuple[Figure, Signal | None, Verdict], earlier: tuple[str, bool, bool, bool], *, parts: bool
) -> None:
    """It kept whether the gap was real beside the standing; the first ones in parts, the standing with the figure."""
    figure, _, verdict = row
    standing, important, beat, by_chart = earlier
    (stored,) = json.loads(kept(figure, verdict))
    if parts:
        del stored["verdict"]
        stored["figure"] |= {"verdict": standing, "gap": figure.gap, "gap_good": figure.gap_good}
        stored |= {"important": important, "beat": beat}
    else:
        stored["verdict"] = {"standing": standing, "important": important, "beat": beat, "by_chart": by_chart}
    found = thaw(json.dumps([stored]))["csat"]
    assert (found.figure, found.verdict) == (figure, verdict)


def test_what_only_wilson_called_missed_is_chance_in_the_words_of_today() -> None:
    """26 of 30 against 95 %: an earlier program said clearly missed, and that it was not important."""
    (stored,) = json.loads(kept(replace(share(26, 30), target=0.95), Verdict("missed")))
    stored["verdict"] = {"standing": "missed", "important": False, "beat": False, "by_chart": False}
    assert thaw(json.dumps([stored]))["csat"].verdict == Verdict("cannot_tell", "within_chance")
