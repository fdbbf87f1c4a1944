"""What holds for all tests."""

from __future__ import annotations

import os

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line about what could not be tested here."""
    if not os.environ.get("KPI_REAL_DATA"):
        terminalreporter.write_line(
            "left out, KPI_REAL_DATA is not set: the bank's call logs (1999-01, 1999-02) and the PhoneNow workbook"
        )
