"""What every figure is computed from: one snapshot, one catalogue, and the records beside them."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from weakref import WeakKeyDictionary

import duckdb
import polars as pl

from etl.corrections.apply import NAMES
from etl.home import Home
from etl.snapshots.closed_months import closed, was_closed
from etl.snapshots.snapshot import Snapshot, current
from kpi.catalog.definitions import Catalog
from kpi.catalog.load import load_catalog
from kpi.figures.figure import OpenItem
from kpi.records import Records, month_key, open_records
from kpi.rollups.build import digest
from kpi.scope import FIRST_YEAR, LAST_YEAR, Period

# Contracts whose days lie ahead, or are no events of a day: they do not say how far the data go.
_PLANS = ("agents", "schedule", "leave", "ratings", "measures")

# The days that something happened on; a slip of the pen in a year is no month to choose.
_HAPPENED = """
    SELECT max(day) + INTERVAL 1 DAY, list(DISTINCT strftime(day, '%Y-%m'))
    FROM loaded_days
    WHERE NOT list_contains($plans, contract) AND year(day) BETWEEN $first AND $last"""
_WITHIN = {"plans": list(_PLANS), "first": FIRST_YEAR, "last": LAST_YEAR}

# A snapshot never changes, and with it what is corrected in it.
_corrected: WeakKeyDictionary[Snapshot, frozenset[str]] = WeakKeyDictionary()

_open: dict[str, tuple[Records, tuple[int, int] | None]] = {}  # by URL, each with the file it has open
_opening = threading.Lock()


@dataclass(frozen=True, slots=True)
class View:
    """A snapshot (None before the first load), the catalogue, and the records (None before any).

    `now` is the view of the newest data, where the snapshot is the one that a month was closed on.
    """

    home: Home
    snapshot: Snapshot | None
    catalog: Catalog
    records: Records | None
    now: View | None = None

    @property
    def newest(self) -> View:
        """The view of the newest data; the view itself unless it is that of a closed month."""
        return self if self.now is None else self.now

    def query(self, sql: str, **values: object) -> pl.DataFrame:
        """The rows of `sql` with those of `values` bound that it names. Needs a snapshot."""
        return self.snapshot.query(sql, values)

    @property
    def corrected(self) -> frozenset[str]:
        """The contracts whose facts are read through their corrections."""
        if self.snapshot is None:
            return frozenset()
        if self.snapshot not in _corrected:
            tables = self.query(NAMES).to_series().to_list()
            _corrected[self.snapshot] = frozenset(name.removeprefix("corrected_") for name in tables)
        return _corrected[self.snapshot]

    def rolled_up(self) -> bool:
        """Whether the snapshot's roll-ups were made with this catalogue; otherwise count the facts."""
        try:
            found = self.query("SELECT digest FROM rollup_meta")
        except duckdb.CatalogException:
            return False
        return found.rows() == [(digest(self.catalog),)]


def open_view(home: Home) -> View:
    """The home as it is now. Creates nothing; Problem when its catalogue or snapshot is broken."""
    return View(home, current(home), load_catalog(home.config), records_of(home))


def records_of(home: Home, *, create: bool = False) -> Records | None:
    """The records of a home, opened once a process; None when there are none, unless they may be made."""
    url = home.records_url
    with _opening:
        # A file that was taken away, or put back from elsewhere, must not swallow what is saved into it.
        if url in _open and _open[url][1] != _file(_open[url][0]):
            _open.pop(url)[0].close()
        if url not in _open:
            opened = open_records(url, create=create)
            if opened is None:
                return None
            _open[url] = (opened, _file(opened))
        return _open[url][0]


def _file(records: Records) -> tuple[int, int] | None:
    """The identity (device, inode) of the file at the records' path; None when there is none."""
    try:
        found = Path(records.where).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def of_month(view: View, period: Period) -> View:
    """The view of the data that a month was closed on 月结; that of the newest data for any other period.

    The latter also where these data cannot be opened any more, as `is_lost` says.
    """
    kept = closed(view.home, period.month) if period.is_month else None
    newest = view.newest
    return newest if kept is None else replace(newest, snapshot=kept, now=newest)


def is_lost(view: View, period: Period) -> bool:
    """Whether the data that a month was closed 月结 on cannot be opened: another version, damaged, gone."""
    if not period.is_month or closed(view.home, period.month) is not None:
        return False
    return bool(_said(view, period, "closed_on")) or was_closed(view.home, period.month)


def open_at_closing(view: View, period: Period) -> tuple[OpenItem, ...]:
    """What was open when a month was closed 月结; nothing for any other period, or while it is open."""
    if not period.is_month or closed(view.home, period.month) is None:
        return ()
    return tuple(
        OpenItem(key, count) for key, count in json.loads(_said(view, period, "open") or "{}").items()
    )


def _said(view: View, month: Period, name: str) -> str:
    """What the record of closing a month says."""
    cells = view.records.cells(month_key(month.month)) if view.records else {}
    return cells[("", name)].value if ("", name) in cells else ""


def as_of(view: View) -> datetime | None:
    """The end of the last day that anything happened on, None without data."""
    if view.snapshot is None:
        return None
    return view.query(_HAPPENED, **_WITHIN).row(0)[0]


def months(view: View) -> list[str]:
    """The months that have data, as "2026-10", newest first."""
    if view.snapshot is None:
        return []
    found = view.query(_HAPPENED, **_WITHIN).row(0)[1]
    return sorted(found or [], reverse=True)
