"""The kept state of a watched folder: the files that were seen in it, and what became of them.

One JSON file a folder, replaced atomically. It has one writer, is read by any page while that writer
works, and is no more than a memory of what was done: losing it costs a second look at files that are
then found unchanged. So it needs neither the records (what people type) nor a database.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import filelock
import pydantic

from etl.errors import N_, Problem
from etl.home import Home

TRIES = 2  # once, and once more; then somebody has to see it

Mark = tuple[int, int]  # size and time of change: whether a file is the one seen before


@dataclass(frozen=True, slots=True)
class Trouble:
    """A Problem in JSON: its texts are still templates, for the page to translate."""

    where: str
    what: str
    do: str
    values: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, problem: Problem) -> Trouble:
        """Make it from `problem`, with values that JSON cannot hold as texts."""
        plain = {k: v if isinstance(v, str | int | float) else str(v) for k, v in problem.values.items()}
        return cls(problem.where, problem.what, problem.do, plain)

    def problem(self) -> Problem:
        """Make the Problem again."""
        return Problem(self.where, self.what, self.do, **self.values)


@dataclass(frozen=True, slots=True)
class Seen:
    """One file as it was at its last load, and how that ended."""

    mark: Mark
    status: Literal["loading", "loaded", "failed"]
    at: datetime
    tries: int = 0
    trouble: Trouble | None = None

    @property
    def waits(self) -> bool:
        """Whether it failed for the last time, and waits until it changes or somebody asks again."""
        return self.status == "failed" and self.tries >= TRIES


@dataclass(frozen=True, slots=True)
class Run:
    """One run that loaded something: when, for how long, with how many files of each status."""

    at: datetime
    took_s: float
    files: dict[str, int]  # by status: loaded, unchanged, refused
    rows_read: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class Watched:
    """What is known of one watched folder; `files` by their path inside it."""

    folder: str
    recursive: bool = False
    state: Literal["waiting", "loading", "stopped"] = "stopped"
    looked_at: datetime | None = None
    next_at: datetime | None = None
    trouble: Trouble | None = None  # of the folder itself
    last: Run | None = None
    files: dict[str, Seen] = field(default_factory=dict)

    @property
    def failed(self) -> dict[str, Seen]:
        """The files that could not be loaded."""
        return {name: seen for name, seen in self.files.items() if seen.status == "failed"}


_JSON = pydantic.TypeAdapter(Watched)


class Place:
    """The files that keep one folder's state; their name is a hash of the folder's path."""

    def __init__(self, home: Home, folder: Path) -> None:
        self.room = home.path / "watch"
        name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]
        self.state, self.lock, self.again = (self.room / f"{name}.{end}" for end in ("json", "lock", "again"))


def watched(home: Home) -> list[Watched]:
    """Every folder that is or was watched, by name. One whose watcher is gone is "stopped"."""
    found = []
    for path in sorted((home.path / "watch").glob("*.json")):
        state = read(path)
        if state is not None:
            running = state.state != "stopped" and held(path.with_suffix(".lock"))
            found.append(state if running else replace(state, state="stopped", next_at=None))
    return sorted(found, key=lambda one: one.folder)


def ask_again(home: Home, folder: Path) -> bool:
    """Ask for another try of the files that failed; whether a watcher is there to hear it now."""
    place = Place(home, folder)
    if not place.state.exists():
        raise Problem(str(folder), N_("This folder was never watched."), N_("Check the path."))
    place.again.touch()
    return held(place.lock)


def read(path: Path) -> Watched | None:
    """The state kept in `path`, None when there is none."""
    try:
        return _JSON.validate_json(path.read_bytes())
    except (OSError, ValueError):
        return None  # never written, or damaged: begin anew


def write(path: Path, state: Watched) -> None:
    """Keep `state` in `path`."""
    new = path.with_suffix(".new")
    new.write_bytes(_JSON.dump_json(state, indent=1))
    os.replace(new, path)


def held(lock: Path) -> bool:
    """Whether a watcher is alive, which holds this lock all its life."""
    try:
        with filelock.FileLock(lock, timeout=0):
            return False
    except filelock.Timeout:
        return True
    except OSError:
        return False  # it cannot be asked: nobody is told that somebody works
