"""The contributions to a goal sheet's gap, against last month as it was agreed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kpi.analysis.dimension_sums import exceptions_of
from kpi.catalog.load import load_catalog
from kpi.figures.view import View
from kpi.records.cycle_kept import take
from kpi.records.steps import Step
from kpi.scope import Scope, parse_month
from kpi.sheets.agreed import freeze
from kpi.sheets.gap_explained import explained
from kpi.sheets.goals import goal_sheet, sheet_key

OCTOBER = Scope(parse_month("2026-10"))
SEPTEMBER = replace(OCTOBER, period=parse_month("2026-09"))


def calls(month: str, queue: str, passed: int, failed: int) -> list[dict]:
    waits = [10] * passed + [60] * failed
    return [
        {
            **{"call_id": f"{month}-{queue}-{n}", "started_at": f"{month}-05 09:00", "answered": True},
            **{"wait_s": wait, "queue": queue},
        }
        for n, wait in enumerate(waits)
    ]


def test_a_reversal_is_told_and_all_of_the_gap_accounted_for(view_of: Callable[..., View]) -> None:
    """Both queues improve (90 → 92 %, 50 → 55 %), the total falls from 80 % to 64 %: hard calls grew."""
    view = view_of(
        calls=calls("2026-09", "easy", 270, 30)
        + calls("2026-09", "hard", 50, 50)
        + calls("2026-10", "easy", 92, 8)
        + calls("2026-10", "hard", 165, 135)
    )
    found = explained(view, OCTOBER, "service_level")
    split = next(one for one in found.splits if one.dimension == "queue")
    assert split.reversal
    assert (found.gap, found.already) == (pytest.approx(257 / 400 - 0.8), pytest.approx(0.0))
    assert split.mix < 0 < split.rate
    assert found.already + found.changed + split.mix + split.rate == pytest.approx(found.gap, abs=1e-12)


def test_what_changed_since_the_agreement_is_a_part_of_its_own(view_of: Callable[..., View]) -> None:
    view = view_of(
        calls=calls("2026-09", "a", 80, 20)
        + calls("2026-09", "b", 80, 20)
        + calls("2026-10", "a", 70, 30)
        + calls("2026-10", "b", 70, 30)
    )
    rows = goal_sheet(view, SEPTEMBER).rows
    then = tuple(
        replace(row, figure=replace(row.figure, value=0.85))
        if row.figure.indicator.key == "service_level"
        else row
        for row in rows
    )
    step = Step("agreed", "王组长", form_number="1", content=freeze(then, load_catalog(None), {}))
    take(view.records, sheet_key(SEPTEMBER), step, "local")
    found = explained(view, OCTOBER, "service_level")
    assert (found.already, found.changed) == (pytest.approx(0.05), pytest.approx(-0.05))
    assert found.gap == pytest.approx(-0.1)


def test_the_gap_of_an_agreed_sheet_is_that_to_the_target_as_agreed(view_of: Callable[..., View]) -> None:
    view = view_of(calls=calls("2026-09", "a", 80, 20) + calls("2026-10", "a", 70, 30))
    step = Step(
        *("agreed", "王组长"),
        form_number="1",
        content=freeze(goal_sheet(view, OCTOBER).rows, view.catalog, {}),
    )
    take(view.records, sheet_key(OCTOBER), step, "local")
    eased = replace(view.catalog, targets=view.catalog.targets | {"service_level": {"default": 0.6}})
    found = explained(replace(view, catalog=eased), OCTOBER, "service_level")
    assert (found.target, found.gap) == (0.8, pytest.approx(-0.1))
    take(view.records, sheet_key(OCTOBER), Step("reopened", "王组长", because="错"), "local")
    assert explained(replace(view, catalog=eased), OCTOBER, "service_level").target == 0.6


def test_without_a_target_there_is_no_gap_to_explain(view_of: Callable[..., View]) -> None:
    view = view_of(calls=calls("2026-10", "a", 80, 20))
    assert explained(view, OCTOBER, "connection_rate") is None
    assert explained(view, SEPTEMBER, "service_level") is None


def test_the_exceptions_of_a_standard_are_the_rows_that_do_not_pass(view_of: Callable[..., View]) -> None:
    view = view_of(calls=calls("2026-10", "a", 7, 3))
    found = exceptions_of(view, OCTOBER, "service_level", limit=9)
    assert found.height == 3
    assert found["wait_s"].to_list() == [60] * 3
    assert exceptions_of(view, OCTOBER, "service_level", limit=2).height == 2
