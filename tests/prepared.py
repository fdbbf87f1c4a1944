"""Homes and files that a run makes once, whichever of its workers needs them first."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from dashboard.commands.serve import make_demo
from dashboard.words.translate import words
from etl.home import Home
from sample_data import make


def prepared(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """The folder that `make` fills; for reading only, who writes takes a copy."""
    own = factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder, being_made = shared / name, shared / f"{name}.made"
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            shutil.rmtree(being_made, ignore_errors=True)  # of a worker that failed at it
            make(being_made)
            being_made.rename(folder)
    return folder


def prepared_demo(factory: pytest.TempPathFactory) -> Path:
    """The sample home as `service-kpi demo` makes it; for reading only, who writes takes a copy."""
    year = prepared(factory, "year", make)

    def load(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:  # its files are there already
            patch.setattr("sample_data.make", lambda files: shutil.copytree(year, files, dirs_exist_ok=True))
            make_demo(Home(folder), words("en"))

    return prepared(factory, "demo", load)
