"""What holds for all tests."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

import pytest

from dashboard.cli import main
from etl.loading.load import load
from kpi.loading.load import load_files
from tests.costs import Costs, Guard

Run = Callable[..., tuple[int, str, str]]
# What a test uses says what it needs; where the code of a test does it itself, it is marked there.
MARKED = {
    "chromium": "browser",
    "beside": "process",
    "installed": "process",
    "wheel": "process",
    "demo": "load",
}
LOADERS = {id(load), id(load_files)}  # a file of tests that names one of them loads files
LONG = ("browser", "process")


def pytest_configure(config: pytest.Config) -> None:
    """Count what tests cost, and let none start a process in silence."""
    config.pluginmanager.register(Costs(config))
    config.pluginmanager.register(Guard())


@pytest.hookimpl(tryfirst=True)  # before -m chooses, and before pytest-xdist sees the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by what they use, and let a file, or all that share a browser, run in one worker."""
    for item in items:
        for fixture in MARKED.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(MARKED[fixture])
        if LOADERS & {id(value) for value in vars(item.module).values()}:
            item.add_marker("load")
        group = "browser" if item.get_closest_marker("browser") else item.location[0]
        item.add_marker(pytest.mark.xdist_group(group))
    # Files that take long begin first: one that is left at the end keeps all workers but its own waiting.
    long = {item.path for item in items if any(map(item.get_closest_marker, LONG))}
    items.sort(key=lambda item: item.path not in long)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line about what could not be tested here."""
    if not os.environ.get("KPI_REAL_DATA"):
        terminalreporter.write_line(
            "left out, KPI_REAL_DATA is not set: the bank's call logs (1999-01, 1999-02) and the PhoneNow workbook"
        )


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> Run:
    """Run the command in this process; (exit code, stdout, stderr)."""

    def runner(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["service-kpi", *map(str, arguments)])
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = ended.code or 0
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return runner
