"""Closed months 月结: the data that the sheets of a month are built on, kept for good.

A closed month is a second name of the snapshot it was closed on (a copy where the file system has no
links): it needs no room of its own while both names exist, and outlives the pruning of old snapshots.
A later program reads it as it is, see etl/snapshots/formats.py. Where it cannot be opened (damaged, or of a
newer program) the month counts as open and can be closed again; nothing that was kept is ever removed or
written over. A month that is opened again keeps its file too, beside a mark.
"""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path

import filelock

from etl.disk import NO_ROOM, copy, flush, no_room
from etl.errors import N_, Problem
from etl.home import Home
from etl.snapshots.snapshot import Snapshot, current, opened

FOLDER = "closed"
REOPENED = ".reopened"  # of the mark beside a file whose month was opened again


def close_month(home: Home, month: str) -> Snapshot:
    """Keep the newest good snapshot as the data of `month` ("2026-10") and open it.

    A month that is closed stays as it is. Problem before the first load, or when it cannot be written.
    """
    if (kept := closed(home, month)) is not None:
        return kept
    newest = current(home, thorough=True)
    if newest is None:
        raise Problem(month, N_("Nothing has been loaded yet."), N_("Load your files first."))
    folder = home.snapshots / FOLDER / month
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(home.snapshots / "close.lock"):
            if (kept := closed(home, month)) is not None:  # another window was quicker
                return kept
            name = _free_name(folder, newest.path)
            _give_name(newest.path, name)
        flush(folder)
    except NO_ROOM as error:
        raise no_room(folder, error) from None
    return opened(name)


def reopen_month(home: Home, month: str) -> None:
    """Let a closed month be open again: its data stay, with a mark beside them that they hold no more."""
    with filelock.FileLock(home.snapshots / "close.lock"):
        for path in _kept_files(home, month):
            try:
                path.with_suffix(REOPENED).touch()
            except NO_ROOM as error:
                raise no_room(path.parent, error) from None
        flush(home.snapshots / FOLDER / month)


def closed(home: Home, month: str) -> Snapshot | None:
    """The snapshot that a month was closed on; None while it is open, or when it cannot be opened."""
    for path in _kept_files(home, month):
        try:
            return opened(path)
        except Problem:
            continue
    return None


def was_closed(home: Home, month: str) -> bool:
    """Whether a month's data were kept, even if they cannot be opened any more."""
    return bool(_kept_files(home, month))


def _kept_files(home: Home, month: str) -> list[Path]:
    """The files that hold for a month, in the order in which they were kept."""
    files = (home.snapshots / FOLDER / month).glob("*.duckdb")
    holding = (path for path in files if not path.with_suffix(REOPENED).exists())
    return sorted(holding, key=lambda path: path.stem)


def _free_name(folder: Path, file: Path) -> Path:
    """The file's own name, with a number where an unusable file has that name already."""
    names = (folder / f"{file.stem}{f'-{n}' * (n > 1)}{file.suffix}" for n in count(1))
    return next(name for name in names if not name.exists())


def _give_name(file: Path, name: Path) -> None:
    try:
        os.link(file, name)
    except OSError:  # the file system has no links
        beside = name.with_suffix(".copy")
        copy(file, beside)
        flush(beside)
        os.replace(beside, name)
