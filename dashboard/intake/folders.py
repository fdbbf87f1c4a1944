"""The folders that uploaded files lie in, one a server, and names that are safe to write."""

from __future__ import annotations

import re
import shutil
import unicodedata
from pathlib import Path

import filelock

from etl.home import Home

LONGEST_NAME = 120


def sweep(home: Home) -> None:
    """Remove the folders of servers that were killed."""
    for room in (home.path / "uploads").glob("*"):
        if not room.is_dir():
            continue
        lock = filelock.FileLock(lock_of(room), timeout=0)
        try:
            with lock:
                shutil.rmtree(room, ignore_errors=True)
        except filelock.Timeout:
            continue
        lock_of(room).unlink(missing_ok=True)


def lock_of(room: Path) -> Path:
    """The path of the lock that a server holds on its folder `room` as long as it lives."""
    return room.with_name(f"{room.name}.lock")


def safe_name(name: str) -> str:
    """A safe name for a file that a browser calls `name`: letters, digits and few signs, no path."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c if c.isalnum() or c in " -_.()[]（）【】·" else "_" for c in last).strip(" .")
    stem, dot, ending = kept.rpartition(".")
    ending = dot + ending[:20] if stem else ""
    stem = stem or kept
    while len((stem + ending).encode()) > LONGEST_NAME:
        stem = stem[:-1]
    # Names that Windows keeps for devices.
    if re.fullmatch(r"con|prn|aux|nul|(com|lpt)\d", stem, re.IGNORECASE):
        stem = f"_{stem}"
    return f"{stem}{ending}" if stem else "upload"
