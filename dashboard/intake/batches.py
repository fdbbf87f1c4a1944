"""Files from the browser: kept under the home while they are checked and loaded, and no longer.

The loads run in threads of the server, so closing a tab does not stop them and every browser sees the
same ones. What a browser calls a file is never used as a path; what lies here is removed when it was
loaded, refused or dropped, when the server stops, and after a crash when the next one starts.
"""

from __future__ import annotations

import secrets
import shutil
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import filelock

from dashboard.intake.folders import lock_of, safe_name, sweep
from dashboard.intake.worker import Work
from etl.errors import N_, Problem
from etl.home import Home
from etl.loading.report import FileReport, LoadReport
from etl.loading.staff_lists import NOTHING_SAID, Asked
from etl.progress import Cancelled, State

Stage = Literal["receiving", "checking", "checked", "loading", "loaded", "stopped", "failed"]
BUSY = ("checking", "loading")
OVER = ("loaded", "stopped", "failed")
SPARE = 64 << 20  # bytes that an upload leaves free on the disk
MANY = 200  # files at a time
IDLE_S = 3600.0  # after which files that nobody has loaded are removed
STOP_S = 10.0  # that the server waits for a load to stop when it stops itself


@dataclass(frozen=True, slots=True)
class Upload:
    """One file as it lies under the home."""

    name: str
    path: Path
    size: int


@dataclass(eq=False)
class Batch:
    """Files that were dropped together, and their check or load."""

    id: str
    room: Path
    files: list[Upload] = field(default_factory=list)
    loading: bool = False  # as opposed to being checked
    sample: bool = False  # made here, of no files
    work: Work | None = None
    touched: float = field(default_factory=time.monotonic)

    @property
    def stage(self) -> Stage:
        """The stage of the batch: receiving, checking, checked, loading, loaded, stopped or failed."""
        if self.work is None:
            return "receiving"
        if not self.work.wait(0):
            return "loading" if self.loading else "checking"
        try:
            report = self.work.result()
        except Cancelled:
            return "stopped"
        except Problem:
            return "failed"
        if self.loading:
            return "loaded"
        return "checked" if wanted(report) else "failed"

    @property
    def state(self) -> State | None:
        """How far the batch's check or load is; None before one begins."""
        return self.work.state() if self.work else None

    @property
    def report(self) -> LoadReport | None:
        """The report of the check or load; of a failed one, every file as refused with the reason."""
        if self.work is None or not self.work.wait(0):
            return None
        try:
            return self.work.result()
        except Cancelled:
            return None
        except Problem as error:
            problem = error
        return LoadReport(
            None, tuple(FileReport(str(one.path), status="refused", problem=problem) for one in self.files)
        )


def _clear(batch: Batch, work: Work) -> None:
    """Remove the files of a batch that is over: all but those that were checked and are to be loaded."""
    try:
        keep = not batch.loading and wanted(work.outcome())
    except (Problem, Cancelled):
        keep = False
    if not keep:
        shutil.rmtree(batch.room, ignore_errors=True)


def wanted(report: LoadReport) -> bool:
    """Whether loading would change anything: some file is neither refused nor known."""
    return any(file.status == "loaded" for file in report.files)


class Uploads:
    """The batches of one home in this server."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._folder = home.path / "uploads"
        self._room = self._folder / secrets.token_hex(8)
        self._lock: filelock.FileLock | None = None
        self._batches: dict[str, Batch] = {}
        self._guard = threading.RLock()

    @property
    def limit(self) -> int:
        """The size in bytes that one batch may have."""
        return self.home.settings.upload_limit_mb << 20

    def batches(self) -> list[Batch]:
        """The batches that are, or were, checked or loaded, the oldest first."""
        with self._guard:
            return [batch for batch in self._batches.values() if batch.work is not None]

    def find(self, batch_id: str) -> Batch | None:
        """The batch of an id; None when there is none."""
        return self._batches.get(batch_id)

    def place(self, batch_id: str, name: str, size: int) -> tuple[Batch, Path]:
        """The batch, and the path under which its file that the browser calls `name` may be written.

        Raises Problem when the batch would get too large, the disk too full, or is checked already.
        """
        with self._guard:
            self._open()
            for idle in [one for one in self._batches.values() if time.monotonic() - one.touched > IDLE_S]:
                self.drop(idle)
            batch = self._batches.setdefault(batch_id, Batch(batch_id, self._room / batch_id))
            if batch.work is not None:
                raise Problem(
                    safe_name(name),
                    N_("These files are being loaded already."),
                    N_("Choose the file again when that is done."),
                )
            self.fits(batch, name, size)
            for number in range(len(batch.files) + 1, len(batch.files) + MANY):
                folder = batch.room / str(number)
                if not folder.exists():
                    break
            folder.mkdir(parents=True)
            return batch, folder / safe_name(name)

    def fits(self, batch: Batch, name: str, size: int) -> None:
        """Raise Problem when another `size` bytes are too many for the batch or the disk."""
        if len(batch.files) >= MANY or sum(one.size for one in batch.files) + size > self.limit:
            raise Problem(
                safe_name(name),
                N_("More than {size} MB at a time cannot be uploaded."),
                N_("Load it with “service-kpi load”, or raise upload_limit_mb in config/home.toml."),
                size=self.limit >> 20,
            )
        if shutil.disk_usage(self.home.path).free < size + SPARE:
            raise Problem(safe_name(name), N_("The disk is full."), N_("Free some space, then try again."))

    def add(self, batch: Batch, path: Path) -> None:
        """Add a file that was received whole to the batch."""
        with self._guard:
            size = path.stat().st_size
            self.fits(batch, path.name, size)  # again: several may have come at once
            batch.files.append(Upload(path.name, path, size))
            batch.touched = time.monotonic()

    def drop_file(self, path: Path) -> None:
        """Remove a file that was not received whole."""
        shutil.rmtree(path.parent, ignore_errors=True)

    def check(self, batch: Batch) -> None:
        """Start to check the batch: count what loading it would do."""
        self._start(batch, loading=False)

    def load(self, batch: Batch, asked: Asked = NOTHING_SAID) -> None:
        """Start to load the batch, with what was said of the staff lists in it."""
        self._start(batch, loading=True, asked=asked)

    def load_sample(self) -> None:
        """Start to make and load the sample, unless anything is being worked on."""
        with self._guard:
            if any(one.stage in BUSY for one in self._batches.values()):
                return
            self._open()
            number = secrets.token_hex(16)
            batch = Batch(number, self._room / number, loading=True, sample=True)
            batch.work = Work(self.home, [], False, lambda work: _clear(batch, work), sample=True)
            self._batches[number] = batch

    def stop(self, batch: Batch) -> bool:
        """Stop the batch's check or load; False when it is too late, as the load is being published."""
        return batch.work is None or batch.work.cancel()

    def drop(self, batch: Batch) -> None:
        """Forget the batch and its files, unless it is being worked on."""
        with self._guard:
            if batch.stage not in BUSY:
                self._batches.pop(batch.id, None)
                shutil.rmtree(batch.room, ignore_errors=True)

    def close(self) -> None:
        """Stop every batch, and remove all uploaded files."""
        with self._guard:
            batches = list(self._batches.values())
        for batch in batches:
            self.stop(batch)
        for batch in batches:
            if batch.work is not None:
                batch.work.wait(STOP_S)
        if self._lock is not None:
            shutil.rmtree(self._room, ignore_errors=True)
            self._lock.release()
            lock_of(self._room).unlink(missing_ok=True)
            self._lock = None
        with self._guard:
            self._batches.clear()  # their files are gone

    def _start(self, batch: Batch, *, loading: bool, asked: Asked = NOTHING_SAID) -> None:
        with self._guard:
            if batch.stage not in (("checked",) if loading else ("receiving",)) or not batch.files:
                return  # two browsers pressed the same button
            for old in [one for one in self._batches.values() if one is not batch and one.stage in OVER]:
                self.drop(old)
            batch.loading, batch.touched = loading, time.monotonic()
            paths = [one.path for one in batch.files]
            batch.work = Work(self.home, paths, not loading, lambda work: _clear(batch, work), asked)

    def _open(self) -> None:
        """Take a folder for this server, and remove the folders of servers that are gone."""
        if self._lock is not None:
            return
        self.home.create()
        self._folder.mkdir(exist_ok=True)
        self._lock = filelock.FileLock(lock_of(self._room), timeout=0)
        self._lock.acquire()
        self._room.mkdir()
        sweep(self.home)


_of: dict[Path, Uploads] = {}
_making = threading.Lock()


def uploads_of(home: Home) -> Uploads:
    """The uploads of a home; every page and route of this server shares them."""
    with _making:
        return _of.setdefault(home.path.resolve(), Uploads(Home(home.path.resolve())))
