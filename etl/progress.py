"""How far a load is: told by the load, looked at and stopped by whoever started it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from etl.errors import N_

POLL_S = 0.1
EARLY = 0.1  # of the whole; before that nothing sensible can be said about the rest

# The steps of a load with their share of its time, as far as that can be said beforehand. Those of
# `EACH_FILE` come for every file and share out by its size.
EACH_FILE = {"read": 40, "convert": 20, "merge": 10}
AFTERWARDS = {"rollups": 15, "verify": 8, "publish": 2}
BEFORE = {"make": 0, "wait": 0, "copy": 5}
STEPS = {
    "make": N_("Making the sample data"),
    "wait": N_("Waiting for another load"),
    "copy": N_("Copying the last data"),
    "read": N_("Reading"),
    "convert": N_("Converting"),
    "merge": N_("Merging"),
    "rollups": N_("Adding up"),
    "verify": N_("Checking"),
    "publish": N_("Publishing"),
}
ALL = sum((*BEFORE.values(), *EACH_FILE.values(), *AFTERWARDS.values()))


class Cancelled(Exception):
    """The load was stopped on request, before anything of it was published."""


@dataclass(frozen=True, slots=True)
class State:
    """One look at a load. `share` of the whole is 0..1; `left_s` None while it cannot be told."""

    step: str = ""  # a key of STEPS
    name: str = ""  # of the file being read
    file: int = 0  # its place among `files`
    files: int = 0
    bytes_done: int = 0
    bytes_total: int = 0
    rows: int = 0
    share: float = 0.0
    elapsed_s: float = 0.0
    reading_s: float = 0.0  # spent on files so far, without what comes before and after
    left_s: float | None = None

    @property
    def rows_per_s(self) -> float | None:
        """Rows that went through in a second, None before any."""
        return self.rows / self.reading_s if self.rows and self.reading_s else None

    @property
    def bytes_per_s(self) -> float | None:
        """Bytes that went through in a second, None before any."""
        return self.bytes_done / self.reading_s if self.bytes_done and self.reading_s else None


class Progress:
    """A load calls `begin`, then per file `file`, `step`, `advance`, and `step` again for what follows.

    Every call of the load raises Cancelled once somebody called `cancel`; a long statement runs
    inside `during`, which tells its percentage and interrupts it. `state` may be asked by any thread.
    """

    def __init__(self) -> None:
        # One thread may come twice: a signal asks to stop in the middle of a look.
        self._lock = threading.RLock()
        self._stop = threading.Event()
        self._closing = False
        self._begun = time.monotonic()
        self._ended: float | None = None
        self._step = self._name = ""
        self._file = self._files = self._total = self._before = self._size = self._read = self._rows = 0
        self._part = self._share = self._reading_s = 0.0
        self._since = self._begun
        self._at_once = False  # the file is read while it is converted, in one statement

    # Called by the load.

    def begin(self, sizes: list[int]) -> None:
        """Note the files about to be read, by their sizes in bytes."""
        self.check()
        with self._lock:
            self._files, self._total = len(sizes), sum(sizes)

    def file(self, name: str, size: int) -> None:
        """Begin the next file; the one before is done."""
        self.step("read")
        with self._lock:
            self._before += self._size
            self._file, self._name, self._size, self._read = self._file + 1, name, size, 0
            self._at_once = False

    def step(self, step: str) -> None:
        """Begin a step, a key of STEPS. After "publish" the load can no longer be cancelled."""
        with self._lock:
            self.check()
            now = time.monotonic()
            if self._step in EACH_FILE:
                self._reading_s += now - self._since
            if step == "convert" and not self._read:
                self._at_once = True
            elif step == "merge":
                self._read = self._size
            self._step, self._part, self._since = step, 0.0, now
            if step in AFTERWARDS:
                self._before, self._size, self._read = self._total, 0, 0
            # A stop that comes after this comes too late.
            self._closing = self._closing or step == "publish"

    def advance(self, rows: int, size: int) -> None:
        """Count `rows` more, of about `size` bytes, as read from the present file."""
        self.check()
        with self._lock:
            self._rows += rows
            self._read = min(self._read + size, self._size)
            self._part = self._read / self._size if self._size else 0.0

    def part(self, share: float) -> None:
        """Note which share (0..1) of the present step is done."""
        with self._lock:
            self._part = max(self._part, min(share, 1.0))
            if self._step == "read" or self._at_once:
                self._read = max(self._read, int(self._size * self._part))

    def check(self) -> None:
        """Raise Cancelled if somebody asked to stop."""
        if self.cancelled:
            raise Cancelled

    def end(self) -> None:
        """Stop the clock: the load is over, well or not."""
        with self._lock:
            self._ended = self._ended or time.monotonic()

    @contextmanager
    def during(self, con: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """Run a long statement on `con` in this block: its percentage is shown, and a stop interrupts it.

        The interruption comes out as Cancelled.
        """
        con.execute("SET enable_progress_bar = true")
        con.execute("SET enable_progress_bar_print = false")
        con.execute("SET progress_bar_time = 0")
        over = threading.Event()
        watch = threading.Thread(target=self._watch, args=(con, over), daemon=True)
        watch.start()
        try:
            yield
        except duckdb.InterruptException:
            raise Cancelled from None
        finally:
            over.set()
            watch.join()
        self.check()

    def _watch(self, con: duckdb.DuckDBPyConnection, over: threading.Event) -> None:
        while not over.wait(POLL_S):
            if self.cancelled:
                con.interrupt()  # again until it is over: between two statements it goes unheard
            else:
                self.part(con.query_progress() / 100)

    # Called by whoever looks on.

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked to stop in time."""
        return self._stop.is_set()

    def cancel(self) -> bool:
        """Ask the load to stop; False when it is too late, for it is being published."""
        with self._lock:
            if not self._closing:
                self._stop.set()
            return self._stop.is_set()

    def state(self) -> State:
        """How far it is now."""
        with self._lock:
            now = self._ended or time.monotonic()
            elapsed, reading = now - self._begun, self._reading_s
            if self._step in EACH_FILE:
                reading += now - self._since
            self._share = max(self._share, self._share_done())
            left = elapsed * (1 - self._share) / self._share if self._share > EARLY else None
            return State(
                *(self._step, self._name, self._file, self._files),
                *(self._before + self._read, self._total, self._rows),
                *(self._share, elapsed, reading, left),
            )

    def _share_done(self) -> float:
        """The share of the whole that is done, by the weights of the steps."""
        if not self._step:
            return 0.0
        if self._step in BEFORE:
            return BEFORE[self._step] * self._part / ALL
        done = float(sum(BEFORE.values()))
        each = sum(EACH_FILE.values())
        if self._step in EACH_FILE:
            within = _up_to(EACH_FILE, self._step, self._part) / each
            if self._at_once and self._step == "convert":
                within = _up_to(EACH_FILE, "merge", 0) * self._part / each
            files = (self._before + self._size * within) / self._total if self._total else 0.0
            return (done + each * files) / ALL
        return (done + each + _up_to(AFTERWARDS, self._step, self._part)) / ALL


def _up_to(steps: dict[str, int], step: str, part: float) -> float:
    """The weights of the steps before `step`, plus the share `part` of its own weight."""
    names = list(steps)
    return sum(steps[name] for name in names[: names.index(step)]) + steps[step] * part
