"""A watched folder: what is new or has grown in it is loaded, and what became of it is kept in the home."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import filelock

from etl.errors import N_, Problem
from etl.home import Home
from etl.loading.report import FileReport, LoadReport
from etl.progress import Cancelled
from etl.read.folder import NOT_DATA
from etl.watching.watch_state import Mark, Place, Run, Seen, Trouble, Watched, read, write

SETTLE_S = 10.0  # between the two looks; file servers tell a size late
POLL_S = 1.0
HALF_WRITTEN = {".part", ".partial", ".filepart", ".crdownload", ".tmp", ".temp", ".lock", ".swp"}

Load = Callable[[list[Path]], LoadReport]


def watch(
    home: Home,
    folder: Path,
    load: Load,
    *,
    every: timedelta,
    once: bool = False,
    recursive: bool = False,
    settle_s: float = SETTLE_S,
    told: Callable[[LoadReport], None] = lambda report: None,
) -> None:
    """Look into `folder`, `once` or for ever, and give what is new to `load`; `told` hears each report.

    A file counts as complete when two looks find it alike. One that fails is tried once more in the
    next round, by itself, and is then left until it changes or `ask_again` was called. Ends with
    whatever ends it (KeyboardInterrupt, Cancelled), the state saved. Raises Problem when the folder
    is watched already, or with `once` cannot be read.
    """
    home.create()
    place = Place(home, folder)
    place.room.mkdir(exist_ok=True)
    lock = filelock.FileLock(place.lock, timeout=POLL_S)
    try:
        lock.acquire()
    except filelock.Timeout:
        raise Problem(
            str(folder),
            N_("This folder is watched already."),
            N_("Its state stands on the page “Data”; --retry asks for another try."),
        ) from None
    try:
        watcher = _Watcher(home, folder.resolve(), place, load, recursive, settle_s)
        while True:
            try:
                report = watcher.round()
                if report is not None:
                    told(report)
            except Problem as problem:
                if once:
                    raise
                watcher.keep(trouble=Trouble.of(problem))
            if once:
                return
            watcher.rest(every)
    finally:
        state = read(place.state)
        if state is not None:
            write(place.state, replace(state, state="stopped", next_at=None))
        lock.release()


class _Watcher:
    """The one writer of a folder's state."""

    def __init__(
        self, home: Home, folder: Path, place: Place, load: Load, recursive: bool, settle_s: float
    ) -> None:
        self._folder, self._place, self._load, self._settle_s = folder, place, load, settle_s
        self._zone = ZoneInfo(home.settings.timezone)
        known = read(place.state)
        files = known.files if known else {}
        # A watcher that died while it loaded a file may have died of it: that counts as a try.
        files = {
            name: _failed_in_load(seen) if seen.status == "loading" else seen for name, seen in files.items()
        }
        last = known.last if known else None
        self._state = Watched(str(folder), recursive, "waiting", last=last, files=files)
        self.keep()

    def keep(self, **changes: Any) -> None:
        """Change the state, and save it."""
        self._state = replace(self._state, **changes)
        write(self._place.state, self._state)

    def round(self) -> LoadReport | None:
        """Look twice and load what did not change in between; None when there was nothing to do."""
        if self._place.again.exists():
            self._place.again.unlink(missing_ok=True)
            tried = {name: replace(seen, tries=0) for name, seen in self._state.failed.items()}
            self.keep(files=self._state.files | tried)
        first = self._look()
        wanted = {name: mark for name, mark in first.items() if self._wants(name, mark)}
        here = {name: seen for name, seen in self._state.files.items() if name in first}
        self.keep(looked_at=self._now(), files=here, trouble=None)
        if not wanted:
            return None
        time.sleep(self._settle_s)
        second = self._look()
        return self._take({name: mark for name, mark in wanted.items() if second.get(name) == mark})

    def rest(self, every: timedelta) -> None:
        """Wait for the next round, or until somebody asks for another try."""
        until = time.monotonic() + every.total_seconds()
        self.keep(next_at=self._now() + every)
        while time.monotonic() < until and not self._place.again.exists():
            time.sleep(POLL_S)

    def _look(self) -> dict[str, Mark]:
        try:
            return dict(_marks(self._folder, self._state.recursive))
        except OSError as error:
            raise Problem(
                str(error.filename or self._folder),
                N_("The folder cannot be read ({reason})."),
                N_("Check the path, and whether the network drive is there."),
                reason=error.strerror or error,
            ) from None

    def _wants(self, name: str, mark: Mark) -> bool:
        seen = self._state.files.get(name)
        # Another time of change, not a later one: file servers' clocks go backwards.
        return seen is None or seen.mark != mark or (seen.status == "failed" and not seen.waits)

    def _take(self, marks: dict[str, Mark]) -> LoadReport | None:
        """Load files together; files that failed before are loaded singly, lest one spoils the others."""
        if not marks:
            return None
        began, before = self._now(), self._state.files
        tries = {name: seen.tries for name, seen in before.items() if seen.mark == marks.get(name)}
        fresh = [name for name in marks if not tries.get(name)]
        reports: list[LoadReport] = []
        for names in ([fresh] if fresh else []) + [[name] for name in marks if tries.get(name)]:
            loading = {
                name: Seen(marks[name], "loading", self._now(), tries.get(name, 0) + 1) for name in names
            }
            self.keep(state="loading", files=self._state.files | loading)
            try:
                reports.append(self._loaded(names))
            except (Cancelled, KeyboardInterrupt):
                # Stopped on request: these files were not tried.
                done = {name: seen for name, seen in self._state.files.items() if name not in loading}
                self.keep(files=done | {name: before[name] for name in names if name in before})
                raise
            ended = {name: self._judged(seen, name, reports[-1]) for name, seen in loading.items()}
            self.keep(files=self._state.files | ended)
        whole = LoadReport(reports[-1].snapshot, tuple(file for one in reports for file in one.files))
        self.keep(state="waiting", last=_run(whole, began, self._now()))
        return whole

    def _loaded(self, names: list[str]) -> LoadReport:
        """Load these files and return the report; if the load fails, one that refuses each file."""
        paths = [self._folder / name for name in names]
        try:
            return self._load(paths)
        except Problem as problem:
            failed = problem
        except Exception as error:  # whatever a file did to us, the next ones must be watched
            failed = Problem(
                self._folder.name,
                N_("Something went wrong ({kind})."),
                N_("Please report it with the file's first rows."),
                kind=type(error).__name__,
            )
        return LoadReport(
            None, tuple(FileReport(str(path), status="refused", problem=failed) for path in paths)
        )

    def _judged(self, seen: Seen, name: str, report: LoadReport) -> Seen:
        path = str(self._folder / name)
        refused = [file for file in report.files if file.path == path and file.status == "refused"]
        if not refused:
            return replace(seen, status="loaded", at=self._now())
        trouble = Trouble.of(refused[0].problem) if refused[0].problem else None
        return replace(seen, status="failed", at=self._now(), trouble=trouble)

    def _now(self) -> datetime:
        return datetime.now(self._zone).replace(tzinfo=None, microsecond=0)


def _failed_in_load(seen: Seen) -> Seen:
    trouble = Trouble(
        "",
        N_("The program ended while this file was being loaded."),
        N_("If it does so again, please report it with the file's first rows."),
    )
    return replace(seen, status="failed", trouble=trouble)


def _run(report: LoadReport, began: datetime, ended: datetime) -> Run:
    statuses: dict[str, set[str]] = {}
    for file in report.files:
        statuses.setdefault(file.path, set()).add(file.status)
    worst = [
        next(status for status in ("refused", "loaded", "unchanged") if status in found)
        for found in statuses.values()
    ]
    return Run(
        ended,
        (ended - began).total_seconds(),
        {status: worst.count(status) for status in ("loaded", "unchanged", "refused") if status in worst},
        sum(file.rows_read for file in report.files),
        sum(file.counts.rejected for file in report.files),
    )


def _marks(folder: Path, recursive: bool) -> Iterable[tuple[str, Mark]]:
    """The data files of a folder, each with its size and time; OSError for an unreadable folder."""
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.name.startswith((".", "~$")):
            continue
        try:
            if entry.is_dir(follow_symlinks=False):
                if recursive:
                    inside = _marks(folder / entry.name, recursive)
                    yield from ((f"{entry.name}/{name}", mark) for name, mark in inside)
            elif Path(entry.name).suffix.lower() not in NOT_DATA | HALF_WRITTEN:
                stat = os.stat(entry.path)
                yield entry.name, (stat.st_size, stat.st_mtime_ns)
        except FileNotFoundError:
            continue  # it went between the two questions
