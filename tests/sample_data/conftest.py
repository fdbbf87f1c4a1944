"""The generated year that the tests of this folder read."""

from __future__ import annotations

from pathlib import Path

import pytest

from sample_data import make
from tests.prepared import prepared


@pytest.fixture(scope="session")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The full year of seed 7, which is that of the demo too."""
    return prepared(tmp_path_factory, "year", make)
