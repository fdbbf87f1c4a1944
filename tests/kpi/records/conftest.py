"""A records file of its own for each test, and real processes beside it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kpi.records import SheetKey, open_records

_START = """
import sys
from kpi.records import SheetKey, StaleSave, open_records
url, sheet = sys.argv[1], SheetKey("goals", "2026-10", "person", "1024")
"""


@pytest.fixture
def sheet():
    return SheetKey("goals", "2026-10", "person", "1024")


@pytest.fixture
def file(tmp_path):
    return tmp_path / "records.db"


@pytest.fixture
def url(file):
    return f"sqlite:///{file}"


@pytest.fixture
def records(url):
    opened = open_records(url, create=True)
    yield opened
    opened.close()


@pytest.fixture
def beside(url):
    """Start Python code in another process that knows `url` and `sheet`; stopped at the end of the test."""
    started = []

    def start(code: str, *arguments: str, before: tuple[str, ...] = ()) -> subprocess.Popen:
        process = subprocess.Popen(
            [*before, sys.executable, "-c", _START + code, url, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={
                **os.environ,
                "PYTHONIOENCODING": "utf-8",
                "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            },
            cwd=Path(__file__).parents[3],
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()
