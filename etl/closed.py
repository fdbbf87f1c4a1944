"""Closed months 月结: the data that the sheets of a month are built on, kept for good.

A closed month is a second name of the snapshot it was closed on (a copy where the file system has no
links): it needs no room of its own while both names exist, and outlives the pruning of old snapshots.
"""

from __future__ import annotations

import os
from pathlib import Path

from etl.disk import NO_ROOM, copy, flush, no_room
from etl.errors import N_, Problem
from etl.home import Home
from etl.snapshot import Snapshot, current, opened

FOLDER = "closed"


def close_month(home: Home, month: str) -> Snapshot:
    """Keep the newest good snapshot as the data of `month` ("2026-10") and open it.

    A month that is closed stays as it is. Problem before the first load, or when it cannot be written.
    """
    kept = closed(home, month)
    if kept is not None:
        return kept
    newest = current(home, thorough=True)
    if newest is None:
        raise Problem(month, N_("Nothing has been loaded yet."), N_("Load your files first."))
    folder = home.snapshots / FOLDER / month
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _give_name(newest.path, folder / newest.path.name)
        flush(folder)
    except NO_ROOM as error:
        raise no_room(folder, error) from None
    return closed(home, month)


def closed(home: Home, month: str) -> Snapshot | None:
    """The snapshot that a month was closed on; None while it is open."""
    path = _path(home, month)
    return None if path is None else opened(path)


def _path(home: Home, month: str) -> Path | None:
    """The first name by number: of two windows that close a month at once, both see the same."""
    return min((home.snapshots / FOLDER / month).glob("*.duckdb"), default=None)


def _give_name(file: Path, name: Path) -> None:
    try:
        os.link(file, name)
    except FileExistsError:
        return
    except OSError:  # the file system has no links
        beside = name.with_suffix(".copy")
        copy(file, beside)
        flush(beside)
        os.replace(beside, name)
