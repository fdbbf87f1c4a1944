"""A home in a temporary folder, and files written for one test."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from etl.errors import Problem
from etl.home import Home, Settings
from etl.propose import Draft, compose, read_layouts
from etl.read import contents, grids, remarks, rows
from tests.etl.vendor_exports import write_export

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


@pytest.fixture
def look(tmp_path):
    """A file as {sheet: rows as they are read}; `look.said` are the remarks on each."""

    def looker(path, header_row=1):
        (content,) = contents(path, tmp_path)
        if isinstance(content, Problem):
            raise content
        looker.content = content
        looker.heads = {grid.sheet: grid.head for grid in grids(content)}
        looker.said = {
            grid.sheet: [str(one) for one in remarks(content, grid, header_row)] for grid in grids(content)
        }
        return {grid.sheet: list(rows(content, grid)) for grid in grids(content)}

    return looker


@pytest.fixture
def book(tmp_path):
    """Write a workbook: `fill(workbook, sheet)` with xlsxwriter."""

    def writer(fill, name="book.xlsx", **options):
        path = tmp_path / name
        workbook = xlsxwriter.Workbook(path, options)
        fill(workbook, workbook.add_worksheet("甲"))
        workbook.close()
        return path

    return writer


@pytest.fixture
def room(tmp_path):
    """Where archives are unpacked; empty again after each test."""
    folder = tmp_path / "room"
    folder.mkdir()
    yield folder
    assert list(folder.iterdir()) == []


@pytest.fixture
def zipped(tmp_path):
    """Write a ZIP archive: name → text, bytes."""

    def writer(members, name="export.zip", **options):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as archive:
            for member, data in members.items():
                archive.writestr(member, data)
        return path

    return writer


@pytest.fixture
def draft(tmp_path: Path) -> Callable[..., Draft]:
    """The proposal for one of the made-up exports, or for the rows of another file."""

    def best(name: str, rows: list[list[str]] | None = None, **options: object) -> Draft:
        if rows is None:
            path = write_export(tmp_path, name)
        else:
            text = io.StringIO()
            csv.writer(text, lineterminator="\n").writerows(rows)
            path = tmp_path / f"{name}.csv"
            path.write_text(text.getvalue(), encoding="utf-8")
        return compose(read_layouts(path)[0], Settings(), **options)

    return best
