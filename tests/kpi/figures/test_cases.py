"""Every indicator against figures worked out by hand from its definition, in `cases/<key>.toml`.

A case states kind, unit, direction and levels, the literal rows (each with the reason why it counts
or not), and numerator, denominator and value for everyone, a person or a team.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from etl.home import Home
from kpi.catalog.definitions import Catalog
from kpi.catalog.load import load_catalog
from kpi.catalog.relations import ENTIRE
from kpi.figures.figure import Figure
from kpi.figures.figures import figures, rows_behind
from kpi.figures.subjects import find_subject
from kpi.figures.view import View
from kpi.rollups.build import build
from kpi.scope import Period, Scope, Subject, parse_month
from tests.kpi.facts import facts, snapshot

FOLDER = Path(__file__).parents[1] / "cases"
CATALOG = load_catalog(None)
CASES = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))}
KEYS = sorted(CASES)
EXACT = 1e-9


class Scenario(NamedTuple):
    """Rows of one indicator, and what they must give."""

    key: str
    name: str
    rows: dict[str, list[dict]]
    expected: list[dict]


def _scenarios() -> list[Scenario]:
    found = []
    for key, case in CASES.items():
        found.append(Scenario(key, "", case["rows"], case["expected"]))
        found += [
            Scenario(key, also["name"], also["rows"], also["expected"]) for also in case.get("also", [])
        ]
    return found


SCENARIOS = _scenarios()
IDS = [f"{scenario.key}-{scenario.name}".strip("-") for scenario in SCENARIOS]
LACKS = [(key, contract) for key in KEYS for contract in CASES[key]["no_data_without"]]


@pytest.fixture(scope="module")
def view_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], View]:
    """A view of the scenario with this number, built once."""

    def make(number: int) -> View:
        scenario = SCENARIOS[number]
        return _view(tmp_path_factory.mktemp("case"), scenario.rows, _only(scenario.key))

    return cache(make)


def _only(key: str) -> Catalog:
    """The catalogue with one indicator, so that nothing else is rolled up; half-hours are told by another."""
    told_by = ["service_level"] if CATALOG.indicators[key].relation in ENTIRE else []
    return replace(CATALOG, indicators={one: CATALOG.indicators[one] for one in (key, *told_by)})


def _view(folder: Path, rows: dict[str, list[dict]], catalog: Catalog = CATALOG) -> View:
    path = folder / "facts.duckdb"
    con = facts(path, **rows)
    build(con, catalog)
    return View(Home(folder / "home"), snapshot(path, con), catalog, None)


def _scope(view: View, expected: dict) -> Scope:
    if "start" in expected:
        period = Period(date.fromisoformat(expected["start"]), date.fromisoformat(expected["end"]))
    else:
        period = parse_month(expected.get("month", "2026-10"))
    if "person" in expected or "team" in expected:
        return Scope(period, find_subject(view, team=expected.get("team"), agent=expected.get("person")))
    return Scope(period, Subject())


def _figure(view: View, key: str, scope: Scope) -> Figure:
    (figure,) = figures(view, scope, keys=(key,))
    return figure


def _is_unknown(figure: Figure) -> bool:
    return (figure.value, figure.low, figure.high, figure.gap) == (None,) * 4


@pytest.mark.parametrize("key", sorted(CATALOG.indicators))
def test_every_indicator_has_a_case(key: str) -> None:
    assert key in CASES, f"work one out by hand: {FOLDER.name}/{key}.toml"


@pytest.mark.parametrize("key", KEYS)
def test_the_catalogue_says_what_the_case_says(key: str) -> None:
    indicator, case = CATALOG.indicators[key], CASES[key]
    assert (indicator.kind, indicator.unit) == (case["kind"], case["unit"])
    if "better" in case:
        assert indicator.better == case["better"]
    if "levels" in case:
        assert set(indicator.levels) == set(case["levels"])


@pytest.mark.parametrize("number", range(len(SCENARIOS)), ids=IDS)
def test_figures(number: int, view_of: Callable[[int], View]) -> None:
    view, key = view_of(number), SCENARIOS[number].key
    for expected in SCENARIOS[number].expected:
        figure = _figure(view, key, _scope(view, expected))
        if expected.get("no_data"):
            assert _is_unknown(figure), expected
            continue
        assert figure.numerator == pytest.approx(expected.get("numerator"), abs=EXACT), expected
        assert figure.denominator == pytest.approx(expected.get("denominator"), abs=EXACT), expected
        assert figure.value == pytest.approx(expected["value"], abs=EXACT), expected
        if "coverage" in expected:
            assert figure.coverage == pytest.approx(expected["coverage"], abs=EXACT), expected
        if "base" in expected:
            assert figure.base == expected["base"], expected


@pytest.mark.parametrize("number", range(len(SCENARIOS)), ids=IDS)
def test_rows_behind_are_the_figure(number: int, view_of: Callable[[int], View]) -> None:
    view, key = view_of(number), SCENARIOS[number].key
    kind = CASES[key]["kind"]
    for expected in SCENARIOS[number].expected:
        if expected.get("no_data"):
            continue
        scope = _scope(view, expected)
        # A review or a shift is one row however many points it carries, and so is what a ratio or a sum adds
        # up; a count has no denominator.
        adds_up = dict.fromkeys(("points", "ratio", "sum"), "base")
        counted = (adds_up | dict.fromkeys(("count", "stock"), "numerator")).get(kind, "denominator")
        assert rows_behind(view, key, scope).height == expected[counted], expected
        if kind in ("proportion", "rate"):
            assert rows_behind(view, key, scope, passing=True).height == expected["numerator"], expected


@pytest.mark.parametrize(("key", "contract"), LACKS)
def test_no_data_without_a_contract(key: str, contract: str, tmp_path: Path) -> None:
    rows = {name: given for name, given in CASES[key]["rows"].items() if name != contract}
    rows["loaded_days"] = [day for day in rows.get("loaded_days", []) if day["contract"] != contract]
    view = _view(tmp_path, rows, _only(key))
    assert _is_unknown(_figure(view, key, _scope(view, {})))


def test_nothing_is_known_where_nothing_was_loaded(tmp_path: Path) -> None:
    empty = _view(tmp_path, {})
    none = View(Home(tmp_path / "home"), None, CATALOG, None)
    for view in (empty, none):
        found = figures(view, Scope(parse_month("2026-10")))
        assert found
        assert [figure.indicator.key for figure in found if not _is_unknown(figure)] == []


def test_a_person_has_no_figures_of_units(tmp_path: Path) -> None:
    view = _view(tmp_path, CASES["handled"]["rows"])
    scope = _scope(view, {"person": "A1"})
    of_units = {key for key in KEYS if CASES[key].get("levels") == ["unit"]}
    assert of_units
    assert of_units.isdisjoint(figure.indicator.key for figure in figures(view, scope))
