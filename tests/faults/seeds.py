"""Files to begin with: tables of every kind, in every format, and the samples as they lie there."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from datetime import datetime
from html import escape
from pathlib import Path

import polars as pl
import xlsxwriter
import xlwt

from etl.contracts.contract import Column
from etl.contracts.facts import CONTRACTS
from sample_data.generate import make
from tests.etl import vendor_exports

Table = list[list[str]]
SAMPLES = Path(__file__).resolve().parent.parent / "etl" / "samples"
MOST_ROWS = 200
WRITTEN_AT = datetime(2026, 10, 31)  # what a workbook says of itself: equal seeds give equal bytes
ENCODINGS = ("utf-8", "utf-8", "utf-8-sig", "gb18030", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "big5")
DELIMITERS = (",", ",", ",", "\t", ";", "|", "^", "，")
TIMES = (
    *("2026-10-{d:02} 09:{m:02}:{s:02}", "2026/10/{d} 9:{m:02}", "2026-10-{d:02}T09:{m:02}:{s:02}+08:00"),
    *(
        "17910{d:02}{m:02}0",
        "46300.{m:02}",
        "{d:02}/10/2026 09:{m:02}",
        "2026年10月{d}日 09:{m:02}",
        "{m}:{s:02}",
    ),
)


def generated(chance: random.Random) -> Table:
    """A table in the plain format of some contract, with values of its columns' kinds."""
    contract = chance.choice(list(CONTRACTS.values()))
    columns = [c for c in contract.columns if c.required or chance.random() < 0.8]
    moment = chance.choice(TIMES[:3]) if chance.random() < 0.8 else chance.choice(TIMES)
    header = [chance.choice((c.zh, c.en)) for c in columns]
    rows = [
        [_cell(column, n, moment, chance) for column in columns]
        for n in range(chance.choice((1, 3, 12, 12, 40, MOST_ROWS)))
    ]
    return [header, *rows]


def _cell(column: Column, n: int, moment: str, chance: random.Random) -> str:  # noqa: PLR0911 - one a kind
    if not column.required and chance.random() < 0.2:
        return ""
    match column.kind:
        case "time":
            return moment.format(d=1 + n % 28, m=n % 60, s=n % 60)
        case "date":
            return f"2026-10-{1 + n % 28:02}"
        case "month":
            return "2026-10"
        case "flag":
            return chance.choice(("是", "否", "yes", "no", "1", "0"))
        case "choice":
            return chance.choice([*(column.choices or {"": ()})])
        case "seconds" | "number" | "whole":
            return chance.choice((str(n % 90), f"00:{n % 60:02}:12", f"{n}.5", "0"))
        case "customer":
            return f"138{n:08}"
        case "agent":
            return f"00{n % 7}"
        case "key":
            return f"K{n % 150}"
    return chance.choice(("热线, 一", "文本", 'he said "no"', "a\nb", "账单"))


def given_tables() -> list[Table]:
    """The tables of made-up vendors, and those of the samples."""
    found = [value for value in vars(vendor_exports).values() if _is_table(value)]
    for path in sorted(SAMPLES.glob("*.csv")):
        found.append(list(csv.reader(path.read_text(encoding="utf-8", errors="replace").splitlines())))
    return [table[: MOST_ROWS + 1] for table in found]


def _is_table(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], list)


def given_files() -> list[tuple[str, bytes]]:
    """The samples, and the first rows of every file of a small sample year, as they are."""
    found = [(path.suffix, path.read_bytes()) for path in sorted(SAMPLES.iterdir()) if path.suffix != ".md"]
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), seed=7, scale=0.002)
        shapes: dict[str, tuple[str, bytes]] = {}
        for path in sorted(Path(folder).rglob("*")):
            kind = path.name.split("-")[0].rstrip("0123456789")
            if path.suffix == ".csv" and kind not in shapes:
                shapes[kind] = (
                    path.suffix,
                    b"".join(path.read_bytes().splitlines(keepends=True)[: MOST_ROWS + 1]),
                )
            elif path.suffix == ".xlsx" and kind not in shapes:
                shapes[kind] = path.suffix, path.read_bytes()
    return found + list(shapes.values())


def as_text(table: Table, chance: random.Random) -> bytes:
    stream = io.StringIO()
    delimiter, end = chance.choice(DELIMITERS), chance.choice(("\n", "\r\n", "\r"))
    quoting = chance.choice((csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    csv.writer(stream, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(table)
    return stream.getvalue().encode(chance.choice(ENCODINGS), "replace")


def as_json(table: Table, chance: random.Random) -> bytes:
    header, *rows = table
    records: list[dict] = [dict(zip(header, row, strict=False)) for row in rows]
    if chance.random() < 0.4:
        records = [{"id": one.pop(header[0], ""), "more": one, "list": [1, {"a": 2}]} for one in records]
    if chance.random() < 0.5:
        return "\n".join(json.dumps(one, ensure_ascii=False) for one in records).encode()
    whole = {"data": {"items": records}, "total": len(records)} if chance.random() < 0.3 else records
    return json.dumps(whole, ensure_ascii=chance.random() < 0.5).encode(chance.choice(("utf-8", "utf-16")))


def as_book(table: Table, chance: random.Random) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"strings_to_numbers": chance.random() < 0.5}) as book:
        book.set_properties({"created": WRITTEN_AT})
        for name in chance.choice((("甲",), ("甲", "乙"))):
            sheet = book.add_worksheet(name)
            for number, row in enumerate(table, start=chance.choice((0, 0, 2))):
                sheet.write_row(number, 0, row)
    return stream.getvalue()


def as_old_book(table: Table, chance: random.Random) -> bytes:
    book, stream = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("甲")
    for number, row in enumerate(table):
        for place, cell in enumerate(row):
            sheet.write(number, place, cell)
    book.save(stream)
    return stream.getvalue()


def as_page(table: Table, chance: random.Random) -> bytes:
    rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in table)
    return f"<html><meta charset=utf-8><table>{rows}</table></html>".encode()


def as_parquet(table: Table, chance: random.Random) -> bytes:
    header, *rows = table
    names = [f"{name} {n}" if name in header[:n] else name for n, name in enumerate(header)]
    width, stream = len(names), io.BytesIO()
    whole = [(*row, *[""] * width)[:width] for row in rows]
    pl.DataFrame(whole, schema=dict.fromkeys(names, pl.String), orient="row").write_parquet(stream)
    return stream.getvalue()


def zipped(data: bytes, suffix: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(zipfile.ZipInfo(f"inner{suffix}"), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def taped(data: bytes, suffix: str) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as packed:
        info = tarfile.TarInfo(f"inner{suffix}")
        info.size = len(data)
        packed.addfile(info, io.BytesIO(data))
    return stream.getvalue()


Writer = Callable[[Table, random.Random], bytes]
WRITERS: tuple[tuple[int, str, Writer], ...] = (
    (10, ".csv", as_text),
    (3, ".json", as_json),
    (2, ".xlsx", as_book),
    (1, ".xls", as_old_book),
    (1, ".html", as_page),
    (1, ".parquet", as_parquet),
)


def written(table: Table, chance: random.Random) -> tuple[str, bytes]:
    """`table` as a file of some format: (suffix, its bytes)."""
    ((_, suffix, writer),) = chance.choices(WRITERS, [weight for weight, _, _ in WRITERS])
    data = writer(table, chance)
    match chance.randrange(16):
        case 0:
            return ".zip", zipped(data, suffix)
        case 1:
            return f"{suffix}.gz", gzip.compress(data, mtime=0)
        case 2:
            return ".tar", taped(data, suffix)
    return suffix, data
