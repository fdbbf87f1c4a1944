"""Loading with figures: facts, then roll-ups, compared with the facts before they are published."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from etl.home import Home
from etl.load import LoadReport, load
from kpi import rollup
from kpi.catalog import load_catalog


def load_files(
    home: Home,
    paths: Iterable[Path],
    *,
    source: str | None = None,
    table: str | None = None,
    dry_run: bool = False,
    again: bool = False,
    progress: Callable[[str], None] = lambda name: None,
) -> LoadReport:
    """`etl.load.load` with the catalogue's roll-ups built into the snapshot and verified on it.

    Raises Problem for a faulty catalogue, before any file is read.
    """
    catalog = load_catalog(home.config)
    return load(
        home,
        paths,
        source=source,
        table=table,
        dry_run=dry_run,
        again=again,
        finish=lambda con: rollup.build(con, catalog),
        check=lambda con: rollup.verify(con, catalog),
        progress=progress,
    )
