"""For every indicator: cells of a column that it needs are taken away from the sample, and it claims no more than is left.

What it was before lies within the bounds of what is left, or the figure is withheld; whichever cells are gone.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from etl.contracts.contract import Column, Contract
from etl.contracts.facts import CONTRACTS
from etl.home import Home
from etl.snapshots.snapshot import Snapshot, current
from kpi.analysis.real_gaps import judge
from kpi.catalog.load import load_catalog
from kpi.catalog.relations import RELATIONS
from kpi.figures.figure import Figure
from kpi.figures.figures import figures
from kpi.figures.view import View
from kpi.scope import Scope, parse_month
from kpi.units import UNITS

OCTOBER = Scope(parse_month("2026-10"))
CATALOG = load_catalog(None)
# How many per cent of the cells, and which: any, the largest or the smallest.
GONE = [(10, "any"), (50, "any"), (95, "any"), (50, "largest"), (50, "smallest")]
# A row of attendance without a way out may be a longer shift than others are on average.
UNEVEN = 0.002
WITH = {"qa_items": "qa_reviews", "schedule": "attendance"}

# Where an empty cell says something, as the indicator's definition has it: the column, and by which indicators
# (empty: by all).
EMPTY_SAYS = {
    "score": "a survey was not answered, which is a choice",
    "done_at": "not replied yet, where the file says of any",
    "first_response_at": "not answered yet, where the file says of any",
    "resolved_at": "not resolved yet, where the file says of any",
    "closed_at": "not closed yet",
    "reopened_at": "never reopened, where the file says of any",
    "followed_up_at": "not followed up yet, where the file says of any",
    "follow_up_refused": "not refused",
    "cancelled": "not cancelled",
    "repeat_of": "no repeat, where the file says of any",
    "validity": "still to be verified",
    "responsibility": "not the agent's, as far as is known",
    "item": "no limit was agreed",
    "hold_s": "no hold",
    "wrap_s": "no wrap-up",
    "unattended": "not marked as unattended",
    "quality_problem": "not marked as one",
    "fatal": "none, in a file that marks fatal errors",
}
SAYS_IN = {("abandonment", "wait_s"), ("missed_punch", "in_at"), ("missed_punch", "out_at")}

# The sample has no states of the work place: whoever came is logged in and ready, but for calls.
STATES = """
    INSERT INTO agent_states BY NAME
    SELECT agent_id, state, started_at, ended_at, '' AS queue, file_id, file_row, CAST(started_at AS DATE) AS business_date
    FROM (
        SELECT agent_id, unnest(['logged_in', 'ready']) AS state, in_at AS started_at, out_at AS ended_at, file_id, file_row
        FROM attendance WHERE in_at < out_at
        UNION ALL
        SELECT agent_id, 'talking', started_at, started_at + to_seconds(talk_s), file_id, file_row
        FROM calls WHERE agent_id IS NOT NULL AND talk_s IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY agent_id, started_at) = 1);
    INSERT INTO loaded_days SELECT 'agent_states', business_date, count(*) FROM agent_states GROUP BY business_date"""


@pytest.fixture(scope="module")
def october(demo: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The facts of one month of the sample, without roll-ups."""
    path = tmp_path_factory.mktemp("october") / "facts.duckdb"
    shutil.copy(current(demo).path, path)
    with duckdb.connect(str(path)) as con:
        for name in CONTRACTS:
            if name not in ("agents", "qa_items"):
                con.execute(
                    f"""DELETE FROM "{name}" WHERE business_date NOT BETWEEN '2026-10-01' AND '2026-10-31'"""
                )
        con.execute(STATES)
        con.execute("DROP TABLE rollup_meta")
    return path


def view_of(path: Path) -> View:
    return View(Home(path.parent / "none"), Snapshot(path), CATALOG, None)


def columns_of(contract: Contract) -> Iterator[Column]:
    """The columns that may be empty once they are loaded."""
    for column in contract.columns:
        if not column.required and column.default is None and column.name not in contract.key:
            yield column


def take_away(path: Path, contract: Contract, column: str, share: int, which: str) -> None:
    key = ", ".join(f'"{name}"' for name in contract.key)
    order = {"any": f"hash(({key}))", "largest": f'"{column}" DESC', "smallest": f'"{column}"'}[which]
    with duckdb.connect(str(path)) as con:
        con.execute(
            f"""UPDATE "{contract.name}" SET "{column}" = NULL WHERE rowid IN (
                SELECT rowid FROM "{contract.name}" WHERE "{column}" IS NOT NULL
                QUALIFY row_number() OVER (ORDER BY {order}, hash(({key}))) <= count(*) OVER () * {share} / 100)"""
        )


def claims_too_much(was: Figure, left: Figure) -> bool:
    if left.value is None or left.withheld or was.value is None or abs(left.value - was.value) < 1e-12:
        return False
    if left.coverage is None:
        return True
    bounds = left.indicator.how.bounds(left.value, left.coverage, UNITS[left.indicator.unit])
    if bounds is None:  # a mean of nearly all rows, or one that is not judged
        small = left.coverage < 1 and abs(left.value - was.value) < left.indicator.material
        return not small if not left.marked else judge(left).standing not in ("cannot_tell", "no_target")
    even = UNEVEN if left.indicator.how.divisible else 1e-9
    return not bounds[0] - even <= was.value <= bounds[1] + even


@pytest.mark.parametrize("name", [name for name in CONTRACTS if WITH.get(name, name) in RELATIONS.values()])
def test_no_figure_claims_more_than_its_rows_carry(october: Path, tmp_path: Path, name: str) -> None:
    contract = CONTRACTS[name]
    keys = [i.key for i in CATALOG.indicators.values() if RELATIONS[i.relation] == WITH.get(name, name)]
    before = {figure.indicator.key: figure for figure in figures(view_of(october), OCTOBER, keys)}
    tried = 0
    for column in columns_of(contract):
        stored = "customer_key" if column.kind == "customer" else column.name
        if column.name in EMPTY_SAYS:
            continue
        for share, which in GONE:
            path = tmp_path / f"{column.name}_{share}_{which}.duckdb"
            shutil.copy(october, path)
            take_away(path, contract, stored, share, which)
            for left in figures(view_of(path), OCTOBER, keys):
                if (left.indicator.key, column.name) not in SAYS_IN:
                    said = (left.indicator.key, column.name, share, which, left.value, left.coverage)
                    assert not claims_too_much(before[left.indicator.key], left), said
                    tried += left.marked
            path.unlink()
    assert tried or name in ("schedule", "qa_items", "observations", "promises", "measures"), (
        "nothing was missing to anybody"
    )
