"""Large files on the disk: cloned where the file system can, flushed, and the Problem of a full disk."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import duckdb

from etl.errors import N_, Problem

FICLONE = 0x40049409  # ioctl of Linux file systems that can share blocks (btrfs, xfs)

# The errors that a full disk raises; a checkpoint that cannot be written ends the whole database.
NO_ROOM = (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.FatalException, OSError)


def no_room(folder: Path, error: BaseException) -> Problem:
    """The Problem for an `error` of writing to `folder`, such as a full disk."""
    said = getattr(error, "strerror", None) or (str(error).splitlines() or [type(error).__name__])[0]
    return Problem(
        str(folder),
        N_("The data cannot be written ({reason})."),
        N_("Nothing was changed. Free some space, then load again."),
        reason=said[:200],
    )


def copy(old: Path, new: Path) -> None:
    """Make `new` a copy of the file `old`; Problem when the disk has less room than twice its size."""
    size = old.stat().st_size
    if shutil.disk_usage(new.parent).free < 2 * size + (64 << 20):
        raise Problem(
            str(new.parent),
            N_("There is not enough room for another snapshot ({size} MB)."),
            N_("Free some space, then load again."),
            size=size >> 20,
        )
    if not _clone(old, new):
        shutil.copyfile(old, new)


def _clone(old: Path, new: Path) -> bool:
    if sys.platform != "linux":
        return False
    import fcntl

    with open(old, "rb") as source, open(new, "wb") as target:
        try:
            fcntl.ioctl(target.fileno(), FICLONE, source.fileno())
        except OSError:
            return False
    return True


def flush(path: Path) -> None:
    """Force a file, or a folder's list of names, onto the disk."""
    if path.is_dir() and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
