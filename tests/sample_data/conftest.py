"""The generated year that the tests of this folder read."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.home import Home
from sample_data import make
from tests.prepared import prepared, prepared_demo


@pytest.fixture(scope="session")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The full year of seed 7, which is that of the demo too."""
    return prepared(tmp_path_factory, "year", make)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The sample home, for reading."""
    return Home(prepared_demo(tmp_path_factory))
