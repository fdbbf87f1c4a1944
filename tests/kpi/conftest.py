"""A view of literal rows, with records to type into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from etl.home import Home
from kpi.catalog.definitions import Catalog
from kpi.catalog.load import load_catalog
from kpi.figures.view import View
from kpi.records import Records, SheetKey, open_records
from kpi.rollups.build import build
from tests.kpi.facts import facts, snapshot

Typed = Callable[..., None]


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    opened = open_records(f"sqlite:///{tmp_path / 'records.db'}", create=True)
    yield opened
    opened.close()


@pytest.fixture
def typed(records: Records) -> Typed:
    """Type into a sheet: typed("goals", "2026-09", "person", "1001", "csat", next_target="0.85")."""

    def save(kind: str, month: str, subject_kind: str, subject: str, indicator: str, **fields: str) -> None:
        key = SheetKey(kind, month, subject_kind, subject)
        records.save_many(key, [(indicator, name, text, 0) for name, text in fields.items()], "测试")

    return save


@pytest.fixture
def view_of(tmp_path: Path, records: Records) -> Callable[..., View]:
    """view_of(calls=[…], …): a snapshot of these rows; `catalog` and `rolled_up` as the test needs them."""

    def make(catalog: Catalog | None = None, rolled_up: bool = True, **tables: list[dict]) -> View:
        path = tmp_path / "facts.duckdb"
        con = facts(path, **tables)
        catalog = catalog or load_catalog(None)
        if rolled_up:
            build(con, catalog)
        return View(Home(tmp_path / "home"), snapshot(path, con), catalog, records)

    return make
