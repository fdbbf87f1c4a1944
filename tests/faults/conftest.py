"""Loads without any trouble, which those in trouble are held against."""

from __future__ import annotations

import pytest

from tests.faults.kills import Clean, run_clean
from tests.faults.steps import make_steps


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Clean:
    """The same loads without any trouble."""
    folder = tmp_path_factory.mktemp("clean")
    return run_clean(folder, make_steps(folder / "files", large=0))
