"""What tests cost: CPU seconds a file, the dearest of a run, and a guard against processes that nobody named."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

DEAREST = 10  # files that a run prints
MOST = 0.06  # of a run's CPU seconds that one file may take
ALL = "not soak"  # the marks that pyproject.toml asks for when nobody asks for others
STARTS = ("subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.system", "os.startfile")
TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def cpu_seconds() -> float:
    """CPU seconds so far of this process and all that it has started, those that still run included."""
    return sum(os.times()[:4]) + _still_running(os.getpid())


def _still_running(parent: int) -> float:
    """Of the processes below `parent`, where the system tells (Linux); elsewhere they count once they end."""
    total = 0.0
    try:
        children = " ".join(map(_text, Path(f"/proc/{parent}/task").glob("*/children"))).split()
    except OSError:  # it has ended meanwhile
        return total
    for child in children:
        numbers = _text(Path(f"/proc/{child}/stat")).rpartition(")")[2].split()
        if numbers:  # it has not ended meanwhile
            total += sum(map(int, numbers[11:15])) / TICKS + _still_running(int(child))
    return total


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


class Costs:
    """A plugin that adds up what each file costs, in every worker, and judges a run of all tests."""

    def __init__(self, config: pytest.Config) -> None:
        chosen = config.args_source is not pytest.Config.ArgsSource.TESTPATHS or config.option.keyword
        self.judges = not chosen and config.option.markexpr == ALL
        self.seconds: Counter[str] = Counter()
        self.refused = ""

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Run one test, with what it sets up and takes down."""
        before = cpu_seconds()
        answer = yield
        # What a browser's children took is lost when it is closed: nobody waits for them.
        self.seconds[item.location[0]] += max(0.0, cpu_seconds() - before)
        return answer

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: object) -> None:
        """A worker of pytest-xdist has ended, and hands over what it counted."""
        self.seconds.update(getattr(node, "workeroutput", {}).get("cpu_seconds", {}))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Hand over what was counted, or fail a run of all tests in which one file took too much."""
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["cpu_seconds"] = dict(self.seconds)
        elif self.judges and session.exitstatus == pytest.ExitCode.OK and (said := too_dear(self.seconds)):
            self.refused = said
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """The dearest files, and the one that is too dear."""
        total = self.seconds.total()
        if len(self.seconds) > 1:
            terminalreporter.section(f"{total:.0f} CPU seconds in {len(self.seconds)} files, the dearest:")
            for file, seconds in self.seconds.most_common(DEAREST):
                terminalreporter.write_line(f"{seconds:6.1f} s {seconds / max(total, 0.01):6.1%}  {file}")
        if self.refused:
            terminalreporter.write_line(self.refused, red=True, bold=True)


def too_dear(seconds: Counter[str]) -> str:
    """What is said of a file that takes more than its share; empty when none does."""
    total = seconds.total()
    dear = [file for file, spent in seconds.most_common() if spent > MOST * total]
    return f"More than {MOST:.0%} of the run's CPU seconds: {', '.join(dear)}" if dear else ""


class Guard:
    """A plugin that fails a test which starts a process and does not say so by its mark `process`."""

    def __init__(self) -> None:
        self.item: pytest.Item | None = None
        self.started: str = ""
        sys.addaudithook(self._heard)

    def _heard(self, event: str, arguments: tuple[object, ...]) -> None:
        if event in STARTS and self.item is not None and not _may_start(self.item):
            self.started = f"{event}{arguments[:2]}"
            raise RuntimeError(f"{self.item.nodeid} starts a process: mark it, @pytest.mark.process")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """From the set-up to the end of one test."""
        self.item = item
        try:
            return (yield)
        finally:
            self.item = None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        """Fail also where the product made a sentence of the guard's refusal."""
        self.started = ""
        answer = yield
        if self.started:
            pytest.fail(f"starts a process without the mark `process`: {self.started}", pytrace=False)
        return answer


def _may_start(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) for name in ("process", "browser", "soak"))
