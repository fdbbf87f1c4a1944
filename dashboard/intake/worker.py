"""A load in a process of its own, so that pages stay quick and a load that dies takes nothing with it."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import BinaryIO

from dashboard.intake.running import Run
from dashboard.intake.sample import load_sample
from dashboard.log import log_fault, log_into
from etl.errors import N_, Problem
from etl.home import Home
from etl.loading.report import LoadReport
from etl.loading.staff_lists import NOTHING_SAID, Asked
from etl.progress import Cancelled, State
from kpi.loading.load import load_files

TELL_S = 0.3


class Work:
    """Runs `load_files`, or `load_sample`, in a process that ends with this one, then calls `ended`.

    The process is told what to load on its standard input, which stays open as long as it shall go on.
    It answers with pickled States and, at last, a LoadReport or the exception that comes instead of it.
    """

    def __init__(
        self,
        home: Home,
        paths: Sequence[Path],
        dry_run: bool,
        ended: Callable[[Work], None],
        asked: Asked = NOTHING_SAID,
        *,
        sample: bool = False,
    ) -> None:
        self._state = State()
        self._result: LoadReport | Problem | Cancelled | None = None
        self._over = threading.Event()
        self._ended = ended
        self._process = subprocess.Popen(
            [sys.executable, "-m", "dashboard.intake.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl+C is for the server, which then says so here
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        order = {"home": str(home.path), "paths": [str(path) for path in paths], "dry_run": dry_run}
        order |= {
            "sample": sample,
            "as_of": str(asked.as_of) if asked.as_of else None,
            "complete": asked.complete,
        }
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        threading.Thread(target=self._listen, daemon=True, name="load").start()

    def _listen(self) -> None:
        told: object = None
        try:
            while isinstance(told := pickle.load(self._process.stdout), State):
                self._state = told
        except (EOFError, pickle.UnpicklingError):
            told = Problem(
                "",
                N_("The load ended unexpectedly: perhaps there was not enough memory."),
                N_("Nothing was changed. Load fewer files at a time."),
            )
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            pipe.close()
        self._result = told
        try:
            self._ended(self)
        finally:
            self._over.set()

    def state(self) -> State:
        """How far the load is."""
        return self._state

    def cancel(self) -> bool:
        """Ask the load to stop; False when it is too late, as far as that is known."""
        if self._state.step == "publish" or self._over.is_set():
            return False
        self._process.stdin.close()
        return True

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the end of the load, at most so many seconds; return whether it has ended."""
        return self._over.wait(seconds)

    def result(self) -> LoadReport:
        """Wait for the load and return its report; raises what stopped it (Cancelled on request)."""
        self._over.wait()
        return self.outcome()

    def outcome(self) -> LoadReport:
        """The same as `result` without waiting, for `ended`."""
        if isinstance(self._result, LoadReport):
            return self._result
        raise self._result


def main() -> None:
    """Be the process: load, report progress now and then, and at last the outcome."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing that prints may get in between
    # Not through sys.stdin: a thread that waits in it would hang the end of the process.
    line = b""
    while not line.endswith(b"\n") and (more := os.read(0, 65_536)):
        line += more
    order = json.loads(line)
    home, paths = Home(Path(order["home"])), [Path(path) for path in order["paths"]]
    as_of = date.fromisoformat(order["as_of"]) if order["as_of"] else None
    told = {"dry_run": order["dry_run"], "asked": Asked(as_of, order["complete"])}
    if order["sample"]:
        run = Run(lambda progress: load_sample(home, progress))
    else:
        run = Run(lambda progress: load_files(home, paths, **told, progress=progress, wait=True))
    threading.Thread(target=_stop_with, args=(run,), daemon=True).start()
    while not run.wait(TELL_S):
        _tell(answers, run.progress.state())
    _tell(answers, _outcome(run, home))


def _stop_with(run: Run[LoadReport]) -> None:
    """Stop when the server says so, or is gone: its end of our standard input is closed."""
    os.read(0, 1)
    run.progress.cancel()


def _tell(answers: BinaryIO, what: object) -> None:
    try:
        pickle.dump(what, answers)
        answers.flush()
    except BrokenPipeError:
        return  # nobody listens any more; the load is being stopped


def _outcome(run: Run[LoadReport], home: Home) -> LoadReport | Problem | Cancelled:
    """The load's report, or the exception that stands in for it."""
    try:
        return run.result()
    except (Problem, Cancelled) as known:
        return known
    except Exception as error:
        log_into(home.logs)
        log_fault(error)
        return Problem(
            "",
            N_("Something went wrong ({kind})."),
            N_("The reason is in the log."),
            kind=type(error).__name__,
        )


if __name__ == "__main__":
    main()
