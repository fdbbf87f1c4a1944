"""A figure that rests on part of its rows says so, and claims no more than they carry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.words.numbers import partial_text
from dashboard.words.verdicts import judgement_text
from kpi.analysis.judged_figures import judged_figures
from kpi.analysis.next_targets import proposals
from kpi.analysis.real_gaps import Judged, Signal, Verdict, judge
from kpi.catalog.load import load_catalog
from kpi.figures.figure import Figure
from kpi.figures.view import View
from kpi.scope import Scope, Subject, parse_month
from kpi.sheets.json_shapes import figure_json
from tests.kpi.hand_made_figures import figure, share

MAY = parse_month("2026-05")
LOW = Signal("beyond", above=False, centre=0.9, low=0.8, high=1.0, months=12)


def calls(known: int, unknown: int, abandoned: int, **more: object) -> list[dict]:
    """Answered calls of a wait of 10 s, answered ones whose wait nobody knows, and abandoned ones after 30 s."""
    return [
        {"started_at": f"2026-05-{n % 28 + 1:02} 09:00", "agent_id": "1001" if kind < 2 else None}
        | {"answered": kind < 2, "wait_s": (10, None, 30)[kind]}
        | more
        for kind, count in enumerate((known, unknown, abandoned))
        for n in range(count)
    ]


def judged(view: View, key: str) -> Judged:
    return judged_figures(view, Scope(MAY), (key,))[0]


def of(row: Judged, *names: str) -> dict[str, object]:
    shape = figure_json(row, "zh")
    return {name: shape.get(name) for name in names}


def test_a_file_without_waits_has_no_service_level_of_0_percent(view_of: Callable[..., View]) -> None:
    """It says how long the abandoned calls waited, and of no answered one: they do not stay in alone."""
    view = view_of(calls=calls(0, 100, 20))
    for key in ("service_level", "service_level_all", "waited_too_long", "service_level_answered"):
        found = judged(view, key)
        assert found.figure.value is None, key
        assert found.verdict.standing == "no_data"
    assert judged(view, "abandonment").figure.value == pytest.approx(20 / 120)


def test_where_most_waits_are_missing_nothing_is_told_and_the_column_is_named(
    view_of: Callable[..., View],
) -> None:
    found = judged(view_of(calls=calls(6, 94, 20)), "service_level")
    assert of(found, "verdict", "reason", "lacking") == {
        "verdict": "cannot_tell",
        "reason": "partial",
        "lacking": ["wait_s"],
    }
    low, high = found.figure.bounds
    assert (low, high) == pytest.approx((6 / 120, 1.0))
    assert judgement_text(found, "zh") == "无法判断：等待时长缺失 95.0%"
    assert judgement_text(found, "en") == "Cannot tell: Wait missing in 95.0%"


def test_a_whole_file_beside_one_without_waits_keeps_its_abandoned_calls(
    view_of: Callable[..., View],
) -> None:
    rows = calls(80, 0, 20, file_id=1) + calls(0, 10, 5, file_id=2)
    found = judged(view_of(calls=rows), "service_level").figure
    assert (found.numerator, found.denominator, found.coverage) == (80, 100, pytest.approx(100 / 115))
    assert found.lacking == ("wait_s",)
    assert found.bounds == pytest.approx((80 / 115, 95 / 115))


@pytest.mark.parametrize(
    ("unknown", "verdict", "reason"),
    [(0, "met", None), (9, "met", None), (15, "cannot_tell", "partial"), (40, "cannot_tell", "partial")],
)
def test_under_90_percent_a_verdict_must_hold_at_both_bounds(
    view_of: Callable[..., View], unknown: int, verdict: str, reason: str | None
) -> None:
    """84 of 100 within the limit are met (80 %); with 15 more that nobody knows they might be 84 of 115."""
    found = judged(view_of(calls=calls(84, unknown, 16)), "service_level")
    assert of(found, "verdict", "reason") == {"verdict": verdict, "reason": reason}
    assert found.figure.marked == (unknown >= 15)


def test_what_holds_at_both_bounds_is_said_and_marked(view_of: Callable[..., View]) -> None:
    found = judged(view_of(calls=calls(30, 15, 70)), "service_level")
    assert of(found, "verdict", "reason", "lacking") == {
        "verdict": "missed",
        "reason": None,
        "lacking": ["wait_s"],
    }
    assert (
        partial_text(found.figure, "en") == "87.0% of the rows usable, with the missing ones 26.1% to 39.1%"
    )


def test_a_mean_has_no_bounds_and_no_verdict_under_90_percent(view_of: Callable[..., View]) -> None:
    found = judged(view_of(calls=calls(85, 15, 0)), "speed_of_answer")
    assert found.figure.bounds is None
    assert of(found, "verdict", "reason", "bounds") == {
        "verdict": "cannot_tell",
        "reason": "partial",
        "bounds": None,
    }


def partly(found: Figure, coverage: float) -> Figure:
    return replace(found, coverage=coverage)


def test_the_share_that_is_needed_is_set_in_the_home(tmp_path: Path) -> None:
    (tmp_path / "coverage.toml").write_text("[coverage]\njudged_from = 0.5\n", encoding="utf-8")
    csat = load_catalog(tmp_path).indicators["csat"]
    assert (csat.marked_below, csat.judged_from) == (0.9, 0.5)
    found = replace(share(20, 100), target=0.9)
    assert judge(partly(found, 0.6)) == Verdict("cannot_tell", "partial")
    assert judge(partly(replace(found, indicator=csat), 0.6)) == Verdict("missed")


def test_standards_of_100_percent_and_beats_hold_at_both_bounds_too() -> None:
    one = replace(share(99, 100), target=1.0)
    assert judge(partly(one, 0.85)) == Verdict("missed"), (
        "an exception stays one whatever the missing rows are"
    )
    assert judge(partly(replace(share(100, 100), target=1.0), 0.85)) == Verdict("cannot_tell", "partial")
    beaten = replace(share(990, 1000), target=0.5)
    assert judge(partly(beaten, 0.85)) == Verdict("met", beat=True)
    nearly = replace(share(900, 1000), target=0.76)
    assert judge(nearly) == Verdict("met", beat=True)
    assert judge(partly(nearly, 0.85)) == Verdict("met"), "at the lower bound it is no more than met"


def test_a_signal_cannot_make_sure_of_what_is_missing() -> None:
    found = replace(share(86, 100), target=0.9)
    assert judge(found, LOW) == Verdict("missed", by_chart=True)
    # From 73.1 % to 88.1 %: missed at the one end, and at the other by less than the 2 points that are material.
    assert judge(partly(found, 0.85), LOW) == Verdict("cannot_tell", "partial")
    lower = replace(share(85, 100), target=0.9)  # up to 87.2 %: by the chart alone at that end
    assert judge(partly(lower, 0.85), LOW) == Verdict("missed", by_chart=True)


@pytest.mark.parametrize(("value", "coverage"), [(None, 0.5), (0.5, None)])
def test_without_a_value_or_a_coverage_nothing_is_marked(value: float | None, coverage: float | None) -> None:
    found = figure("csat", value, coverage=coverage)
    assert found.bounds is None
    assert found.withheld == (coverage is not None)


def test_what_a_survey_leaves_open_is_no_missing_row(view_of: Callable[..., View]) -> None:
    rows = [
        {"surveyed_at": "2026-05-05 10:00", "agent_id": "1001", "scale": 5, "score": s}
        for s in [5] * 20 + [None] * 80
    ]
    assert judged(view_of(surveys=rows), "csat").figure.coverage == 1


def test_a_withheld_month_has_no_proposal_and_no_say_in_limits(view_of: Callable[..., View]) -> None:
    months = [f"{2025 + (4 + n) // 12}-{(4 + n) % 12 + 1:02}" for n in range(13)]
    rows = []
    for place, month in enumerate(months):
        lost = 60 if place == 12 else 0
        rows += [
            {"started_at": f"{month}-{n % 28 + 1:02} 09:00", "agent_id": "1001", "answered": True}
            | {"transferred": None if n < lost else n % 10 == place % 2}
            for n in range(100)
        ]
    view, person = view_of(calls=rows), Subject("person", "1001", "1001")
    last = parse_month(months[-1])
    assert "transfer" in proposals(view, Scope(last.previous(), person), ["transfer"])
    assert proposals(view, Scope(last, person), ["transfer"]) == {}
