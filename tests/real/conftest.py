"""Tests on real exports that are not part of the project: they run where KPI_REAL_DATA names their folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

FOLDER = os.environ.get("KPI_REAL_DATA")

if not FOLDER:
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def real() -> Path:
    """The folder of the real files."""
    return Path(str(FOLDER))
