"""The generated year that the tests of this folder read."""

from __future__ import annotations

from pathlib import Path

import pytest

from sample_data import make


@pytest.fixture(scope="session")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The full year of seed 7, generated once a session."""
    folder = tmp_path_factory.mktemp("sample")
    make(folder, 7)
    return folder
