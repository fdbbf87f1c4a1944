"""SMART, and the pitfalls of setting targets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kpi.analysis.next_targets import proposals
from kpi.analysis.soundness import smart, warnings
from kpi.catalog.load import load_catalog
from kpi.figures.view import View
from kpi.scope import Scope, Subject, parse_month
from tests.kpi.analysis.test_next_targets import line, proposed
from tests.kpi.analysis.test_real_gaps import figure

CATALOG = load_catalog(None)
CSAT, TRANSFER = CATALOG.indicators["csat"], CATALOG.indicators["transfer"]
OCTOBER = parse_month("2026-10")
JIA = Scope(OCTOBER, Subject("person", "1001", "1001", ""))


@pytest.fixture
def view(view_of: Callable[..., View]) -> View:
    """1001 transfers 10 of 100 calls in each of eight months, 1002 of the same team 20."""
    calls = [
        {"started_at": f"2026-{month:02}-10 09:00", "agent_id": agent, "answered": True, "talk_s": 60}
        | {"transferred": n < transferred}
        for month in range(3, 11)
        for agent, transferred in (("1001", 10), ("1002", 20))
        for n in range(100)
    ]
    roster = [
        {"agent_id": agent, "name": agent, "team": "一组", "valid_from": "2026-01-01"}
        for agent in ("1001", "1002")
    ]
    return view_of(calls=calls, agents=roster)


def pitfalls(view: View, scope: Scope = JIA, **targets: float | None) -> dict[str, list[str]]:
    return {key: [one.key for one in some] for key, some in warnings(view, scope, targets).items()}


def test_stricter_than_ever_reached_needs_another_system(view: View) -> None:
    found = warnings(view, JIA, {"transfer": 0.01})["transfer"][0]
    assert (found.key, found.values["best"]) == ("beyond_best", 0.1)
    assert 0.03 < found.values["bound"] < 0.06
    assert pitfalls(view, transfer=0.07) == {}  # better than ever, but chance alone may bring it


def test_the_default_that_nobody_agreed_is_copied(view: View, typed: Callable[..., None]) -> None:
    shipped = {**CATALOG.targets, "transfer": {"default": 0.08}}
    view = replace(view, catalog=replace(CATALOG, targets=shipped))
    assert pitfalls(view, transfer=0.08) == {"transfer": ["copied"]}
    typed("goals", "2026-09", "person", "1001", "transfer", next_target="0.08")
    assert pitfalls(view, transfer=0.08) == {}


def test_a_mean_is_no_target(view: View) -> None:
    own = warnings(replace(view, catalog=replace(CATALOG, targets={})), JIA, {"transfer": 0.1004})["transfer"]
    assert [one.values for one in own] == [{"whose": "own", "months": 3, "mean": 0.1}]
    (team,) = warnings(view, JIA, {"transfer": 0.15})["transfer"]
    assert (team.key, team.values["whose"], team.values["mean"]) == ("average", "team", 0.15)
    assert pitfalls(view, transfer=0.152) == {}


def test_more_than_the_form_holds_is_too_many(view: View) -> None:
    keys = [key for key, one in CATALOG.indicators.items() if "person" in one.levels]
    assert "" not in warnings(view, JIA, dict.fromkeys(keys[:8], 0.5))
    (found,) = warnings(view, JIA, dict.fromkeys(keys[:9], 0.5))[""]
    assert found.values == {"count": 9, "most": 8}
    assert "" not in warnings(view, JIA, dict.fromkeys(keys, None))


def test_speed_needs_its_quality_twin_on_the_sheet(view: View) -> None:
    assert pitfalls(view, handling_time=300) == {"handling_time": ["speed_alone"]}
    assert pitfalls(view, handling_time=300, csat=None) == {}
    (found,) = warnings(view, Scope(OCTOBER), {"service_level": 0.8001})["service_level"]
    assert found.values["quality"] == ("first_contact_resolution", "csat", "qa_score")
    assert set(found.values["reason"]) == {"zh", "en"}


def test_the_five_checks() -> None:
    months = [(10, 100)] * 12
    proposal, month = proposed(TRANSFER, *months), line(TRANSFER, *months)[-1][1]
    found = smart(CATALOG, TRANSFER, month, 0.08, proposal)
    assert (found.clear, found.measurable, found.attainable, found.fits, found.timely) == (
        *(True, True, True),
        *(None, True),
    )
    assert smart(CATALOG, TRANSFER, month, 0.02, proposal).attainable is False
    assert smart(CATALOG, TRANSFER, month, None, proposal).attainable is None
    assert smart(CATALOG, TRANSFER, month, 0.08, None).attainable is None
    assert smart(CATALOG, TRANSFER, figure(TRANSFER, None, 0), 0.08, proposal).measurable is False
    assert smart(CATALOG, CATALOG.indicators["reply_24h"], month, None, None).fits is True
    assert smart(CATALOG, CATALOG.indicators["repeat_complaint"], month, None, None).timely is False
    vague = replace(TRANSFER, definition={"zh": " ", "en": "x"})
    assert smart(CATALOG, vague, month, None, None).clear is False


def test_what_is_proposed_is_attainable() -> None:
    for months in ([(88, 100)] * 8, [(850, 1000), (870, 1000)] * 6):
        lines = {"csat": line(CSAT, *months)}
        found = proposals(None, Scope(parse_month("2026-12")), ["csat"], lines)["csat"]
        assert smart(CATALOG, CSAT, lines["csat"][-1][1], found.stretch, found).attainable is True


def test_where_no_chance_holds_nobody_says_whether_a_target_can_be_reached() -> None:
    lines = {"csat": line(CSAT, *[(9, 10)] * 8)}
    found = proposals(None, Scope(parse_month("2026-12")), ["csat"], lines)["csat"]
    assert smart(CATALOG, CSAT, lines["csat"][-1][1], found.stretch, found).attainable is None
