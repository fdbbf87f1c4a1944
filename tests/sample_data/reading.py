"""Reads the generated files as a spreadsheet user would see them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import polars as pl


def text_of(path: Path) -> str:
    """A CSV file's text, whichever of the two encodings it has."""
    raw = path.read_bytes()
    return raw.decode("gb18030" if path.name.startswith("pbx") else "utf-8-sig")


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file by heading; surplus fields stand under None."""
    return list(csv.DictReader(io.StringIO(text_of(path))))


def cells_of(path: Path) -> pl.DataFrame:
    """A workbook's only sheet, under the headings of its first row."""
    header, *rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    return pl.DataFrame(rows, schema=list(header), orient="row", infer_schema_length=None)
