"""A home in a temporary folder, and files written for one test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from etl.home import Home

CALLS = "通话编号,来电时间,是否接通,接听工号,等待秒数,通话秒数,客户号码"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write the lines of a file and return its path."""

    def writer(name: str, *lines: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding=encoding)
        return path

    return writer


@pytest.fixture
def calls(write: Callable[..., Path]) -> Callable[..., Path]:
    """Write a plain call file from rows without its header."""
    return lambda name, *rows, **options: write(name, CALLS, *rows, **options)
