"""Loading with figures: facts, then roll-ups, compared with the facts before they are published."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

import duckdb

from etl.books.keep_books import start_books
from etl.errors import Remark
from etl.home import Home
from etl.loading.load import load
from etl.loading.report import LoadReport
from etl.loading.staff_lists import NOTHING_SAID, Asked
from etl.maps.answer_scales import Scale
from etl.progress import Progress
from etl.snapshots.snapshot import building, current, current_id, publish
from kpi.catalog.definitions import Catalog
from kpi.catalog.load import load_catalog
from kpi.figures.view import open_view
from kpi.loading.changed_months import changed_months
from kpi.loading.correction_list import apply_approved, waiting
from kpi.rollups import build as rollup
from kpi.rollups.verify import verify

Days = dict[str, list[date] | None]


def load_files(
    home: Home,
    paths: Iterable[Path],
    *,
    source: str | None = None,
    table: str | None = None,
    dry_run: bool = False,
    again: bool = False,
    recursive: bool = False,
    asked: Asked = NOTHING_SAID,
    answers: Scale = MappingProxyType({}),
    progress: Progress | None = None,
    wait: bool = False,
) -> LoadReport:
    """`etl.loading.load.load` with the catalogue's roll-ups built into the snapshot and verified on it.

    The corrections in force are evaluated anew, also where no file brings anything new. The report names the
    months loaded before in which people are in another team now. Raises Problem for a faulty catalogue,
    before any file is read.
    """
    catalog = load_catalog(home.config)
    days: Days = {}
    moved: list[Remark] = []

    def finish(con: duckdb.DuckDBPyConnection) -> None:
        moved.extend(changed_months(current(home), con))
        days.update(_finish(con, home, catalog))

    report = load(
        home,
        paths,
        source=source,
        table=table,
        dry_run=dry_run,
        again=again,
        recursive=recursive,
        asked=asked,
        answers=answers,
        finish=finish,
        check=lambda con: verify(con, catalog, days),
        progress=progress,
        wait=wait,
    )
    report = replace(report, remarks=(*report.remarks, *moved))
    changed = any(file.status == "loaded" for file in report.files)
    if not dry_run and not changed and waiting(home, open_view(home)):
        report = replace(report, snapshot=reapply(home, wait=wait))
    return report


def reapply(home: Home, *, wait: bool = False) -> str | None:
    """A new snapshot from the current one with the corrections in force now; its id, None without data.

    Raises Problem while another load is running, unless it shall `wait`: that load applies them, or
    the next one.
    """
    if current_id(home) is None:
        return None
    catalog = load_catalog(home.config)
    with building(home, wait=wait) as work:
        with duckdb.connect(str(work)) as con:
            start_books(con)
            _finish(con, home, catalog)
            con.execute("CHECKPOINT")
        return publish(home, work, lambda con: verify(con, catalog))


def _finish(con: duckdb.DuckDBPyConnection, home: Home, catalog: Catalog) -> Days:
    """What follows from facts and records: corrections, then the roll-ups that are read through them.

    Returns the days that were added up again, by relation.
    """
    touched = apply_approved(con, home)
    if touched:
        con.executemany("INSERT INTO touched_days VALUES (?, ?)", sorted(touched))
    # A corrected ticket changes those that repeat it, on whatever day they are.
    rollup.build(con, catalog, all_days="tickets" in {contract for contract, _ in touched})
    return {relation: rollup.stale_days(con, relation) for relation in rollup.relations_used(catalog)}
