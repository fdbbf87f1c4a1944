"""A load while it runs: in a thread of its own, shown in words, stopped cleanly when asked."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn
from rich.progress import Progress as Bar

from dashboard.words.progress import left_text, rate_text, step_text
from dashboard.words.translate import Translate
from etl.progress import Cancelled, Progress, State

T = TypeVar("T")
LOOK_S = 0.2
QUIET_S = 1.0  # what is over before that needs no bar


class Run(Generic[T]):
    """Does `work` in a thread of its own, begun at once. The interpreter's end does not wait for it."""

    def __init__(self, work: Callable[[Progress], T], progress: Progress | None = None) -> None:
        self.progress = progress or Progress()
        self._work = work
        self._result: T | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True, name="load")
        self._thread.start()

    def _run(self) -> None:
        try:
            self._result = self._work(self.progress)
        except BaseException as error:  # it belongs to whoever asks for the result
            self._error = error
        finally:
            self.progress.end()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the end of the work, at most so many seconds; return whether it has ended."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def result(self) -> T:
        """Wait for the work and return its result; raises what it raised (Cancelled when it was stopped)."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._result


def run_in_terminal(work: Callable[[Progress], T], t: Translate, *, quiet: bool = False) -> T:
    """Do `work` and return its result, showing progress on stderr.

    A terminal gets a bar, a file or pipe one line for every file read, or with `quiet` nothing.
    Ctrl-C, and the SIGTERM of a service manager, stop the work cleanly: they come out as
    KeyboardInterrupt when it is stopped. In the main thread DuckDB would make a fault of its own of them.
    """
    bar = _Bar(t) if sys.stderr.isatty() else None
    progress = Progress() if bar or quiet else _Lines(t)
    with _stopped_by_signals(progress):
        run = Run(work, progress)
        try:
            while not run.wait(LOOK_S):
                if bar:
                    bar.show(progress.state())
        finally:
            if bar:
                bar.close()
            progress.cancel()  # nothing, unless drawing it failed: then it must not go on unseen
    try:
        return run.result()
    except Cancelled:
        raise KeyboardInterrupt from None


@contextmanager
def _stopped_by_signals(progress: Progress) -> Iterator[None]:
    before = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        for one in before:
            signal.signal(one, lambda *_: progress.cancel())
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


class _Lines(Progress):
    """Progress for a stderr that is no terminal: one line for every file."""

    def __init__(self, t: Translate) -> None:
        super().__init__()
        self._t = t

    def file(self, name: str, size: int) -> None:
        """Print the name of the next file."""
        super().file(name, size)
        print(self._t("Reading {name} …").format(name=name), file=sys.stderr)


class _Bar:
    """Progress for a terminal: one line with a bar, removed at the end."""

    def __init__(self, t: Translate) -> None:
        self._t = t
        self._bar: Bar | None = None
        self._task = TaskID(0)

    def close(self) -> None:
        """Remove the bar."""
        if self._bar is not None:
            self._bar.stop()

    def show(self, state: State) -> None:
        """Draw the bar at its present state; work that ends within moments gets none."""
        if state.elapsed_s < QUIET_S:
            return
        if self._bar is None:
            columns = (TextColumn("{task.description}", markup=False), BarColumn(24))
            text = TextColumn("{task.percentage:>3.0f}% {task.fields[more]}", markup=False)
            self._bar = Bar(*columns, text, console=Console(stderr=True, emoji=False), transient=True)
            self._task = self._bar.add_task("", total=1.0, more="")
            self._bar.start()
        more = " · ".join(filter(None, (rate_text(state, self._t), left_text(state, self._t))))
        self._bar.update(self._task, completed=state.share, description=step_text(state, self._t), more=more)
