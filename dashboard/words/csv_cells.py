"""CSV that a spreadsheet opens unharmed: Chinese that it can read, and no text that it would run."""

from __future__ import annotations

import re

import polars as pl

BOM = b"\xef\xbb\xbf"  # without it Excel reads Chinese as the system's old encoding
# A spreadsheet takes a cell that begins with one of these for a formula; some also the full-width forms.
FORMULA = r"^ *[=+\-@\t\r\n＝＋－＠]"


def inert(value: str | float | int | None) -> str | float | int:
    """Text that no spreadsheet runs as a formula; numbers stay numbers, None becomes empty."""
    if value is None:
        return ""
    if isinstance(value, str) and re.match(FORMULA, value):
        return f"'{value}"
    return value


def csv_bytes(rows: pl.DataFrame) -> bytes:
    """A frame as CSV with a byte order mark; its texts are `inert`."""
    text = pl.col(pl.String)
    guarded = rows.with_columns(
        pl.when(text.str.contains(FORMULA)).then(pl.lit("'") + text).otherwise(text).name.keep()
    )
    return BOM + guarded.write_csv().encode()
