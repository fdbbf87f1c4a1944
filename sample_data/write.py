"""Tables into the files that a team hands over: CSV with a byte order mark, and Excel workbooks."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl
import xlsxwriter

from etl.contracts.facts import CONTRACTS

_WRITTEN_ON = datetime(2026, 11, 1)  # in the workbook's properties, so that equal seeds give equal files


def as_text(table: pl.DataFrame, contract: str) -> pl.DataFrame:
    """`table` as text under the Chinese headings of its contract; null becomes empty."""
    columns = []
    for column in CONTRACTS[contract].columns:
        if column.name not in table.columns:
            continue
        value = pl.col(column.name)
        dtype = table.schema[column.name]
        if dtype == pl.Boolean:
            value = pl.when(value).then(pl.lit("是")).when(~value).then(pl.lit("否"))
        elif dtype == pl.Datetime:
            value = value.dt.strftime("%Y-%m-%d %H:%M:%S")
        else:
            value = value.cast(pl.String)
        columns.append(value.fill_null("").alias(column.zh))
    return table.select(columns)


def write_csv(path: Path, table: pl.DataFrame, broken: dict[int, str] | None = None) -> None:
    """Write `table` as UTF-8 with a byte order mark; `broken` replaces whole lines, by row from 0."""
    lines = table.write_csv(line_terminator="\n").splitlines()
    for row, line in (broken or {}).items():
        lines[row + 1] = line
    path.write_bytes(("\ufeff" + "\r\n".join(lines) + "\r\n").encode())


def write_pbx_csv(path: Path, table: pl.DataFrame) -> None:
    """Write the telephone system's report in its own encoding, GB18030."""
    path.write_bytes(table.write_csv(line_terminator="\r\n").encode("gb18030"))


def write_workbook(path: Path, sheet: str, rows: list[list[object]]) -> None:
    """Write one sheet of `rows`, the first being the headings; times become real Excel dates."""
    options = {
        "default_date_format": "yyyy-mm-dd hh:mm:ss",
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"created": _WRITTEN_ON})
        page = book.add_worksheet(sheet)
        page.freeze_panes(1, 0)
        for number, row in enumerate(rows):
            page.write_row(number, 0, ["" if value is None else value for value in row])
