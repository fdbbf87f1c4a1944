"""Exports that are being made: how far each is, for the page that waits for it, and the way to stop it."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from dataclasses import dataclass

MOST = 64  # the oldest is forgotten, not stopped
NUMBER = re.compile("[0-9a-f]{32}")


class Stopped(Exception):
    """The export was stopped on request."""


@dataclass(slots=True)
class Job:
    """One export: so many of all its sheets are computed."""

    done: int = 0
    all: int = 0
    stopped: bool = False

    def tell(self, done: int, whole: int) -> None:
        """Note how far it is; Stopped where somebody asked for that."""
        if self.stopped:
            raise Stopped
        self.done, self.all = done, whole


_jobs: OrderedDict[str, Job] = OrderedDict()
_lock = threading.Lock()


def begin(number: str | None) -> Job:
    """The job of this number, which the page chose; one that nobody looks at where it is none."""
    job = Job()
    if number and NUMBER.fullmatch(number):
        with _lock:
            _jobs[number] = job
            while len(_jobs) > MOST:
                _jobs.popitem(last=False)
    return job


def find(number: str) -> Job | None:
    """The job of this number, None for one that is not known (any more)."""
    with _lock:
        return _jobs.get(number)
