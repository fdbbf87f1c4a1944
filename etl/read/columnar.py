"""A Parquet file as rows of text: every type in the one way that the rest of a load reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import chain, islice

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from etl.errors import N_, Problem
from etl.read.cells import duration_text
from etl.read.content import HEAD_ROWS, Content, Grid, Row
from etl.read.json_values import Number, json_text

BATCH = 50_000
SURE_WHOLE = 2**53  # above, not every whole number is a float
FAULTS = (pa.ArrowException, pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError)
NAIVE, ZONED = "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f%:z"
FIRST_DAY, LAST_DAY = -719_162, 2_932_896  # 0001-01-01 and 9999-12-31, in days since 1970
A_DAY = {"ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}


def grids(content: Content) -> Iterator[Grid]:
    """The file's one table, its column names as a header that stands before the first row."""
    names, _ = next(_batches(content))
    yield Grid(None, None, (Row(0, names), *islice(_rows(content), HEAD_ROWS)))


def rows(content: Content, grid: Grid) -> Iterator[Row]:
    """Every row, numbered by its place."""
    return _rows(content)


def _rows(content: Content) -> Iterator[Row]:
    every = chain.from_iterable(texts.iter_rows() for _, texts in _batches(content))
    for number, cells in enumerate(every, start=1):
        yield Row(number, cells)


def _batches(content: Content) -> Iterator[tuple[tuple[str, ...], pl.DataFrame]]:
    """Batches of a file's rows as texts, with the names of all columns; the first batch has no rows."""
    try:
        with pq.ParquetFile(content.file) as file:
            yield _texts(file.schema_arrow.empty_table())
            for batch in file.iter_batches(BATCH):
                batch.validate(full=True)  # a text that is none would end the interpreter's thread in Polars
                yield _texts(batch)
    except FAULTS:
        raise Problem(content.name, N_("The Parquet file cannot be read."), N_("Export it again.")) from None


def _texts(batch: pa.Table | pa.RecordBatch) -> tuple[tuple[str, ...], pl.DataFrame]:
    # Column by column: two of them may have one name.
    found = [
        part
        for name, column in zip(batch.schema.names, batch.columns, strict=True)
        for part in _columns(name, pl.Series(pl.from_arrow(column)))
    ]
    names = tuple(name for name, _ in found)
    frame = pl.DataFrame([text.fill_null("").alias(str(at)) for at, (_, text) in enumerate(found)])
    return names, frame


def _columns(name: str, series: pl.Series) -> Iterator[tuple[str, pl.Series]]:
    """A column as texts; each field of a nested one by itself, under a dotted name."""
    if isinstance(series.dtype, pl.Struct):
        for field in series.dtype.fields:
            yield from _columns(f"{name}.{field.name}", series.struct.field(field.name))
    else:
        yield name, _text(series)


def _text(series: pl.Series) -> pl.Series:
    match series.dtype:
        case pl.Float32 | pl.Float64:
            whole = series.is_finite() & (series.abs() < SURE_WHOLE) & (series == series.round())
            integers = series.set(~whole.fill_null(False), None).cast(pl.Int64).cast(pl.String)
            others = series.set(series.is_nan().fill_null(False), None).cast(pl.String)
            return integers.zip_with(integers.is_not_null(), others)
        case pl.Date():
            return _calendar_text(series, "%Y-%m-%d", 1)
        case pl.Datetime(time_zone=zone, time_unit=unit):
            return _calendar_text(series, ZONED if zone else NAIVE, A_DAY[unit])
        case pl.Time():
            return series.dt.strftime("%H:%M:%S%.f")
        case pl.List() | pl.Array() | pl.Map() | pl.Duration() | pl.Binary():
            return pl.Series([_value_text(value) for value in series.to_list()], dtype=pl.String)
    return series.cast(pl.String).str.strip_chars()


def _calendar_text(series: pl.Series, form: str, a_day: int) -> pl.Series:
    """Dates or moments as texts; where no calendar has one, the number that the file stores."""
    stored = series.to_physical()
    sound = stored.is_between(max(FIRST_DAY * a_day, -(2**63)), min((LAST_DAY + 1) * a_day - 1, 2**63 - 1))
    texts = series.set(~sound.fill_null(True), None).dt.strftime(form)
    return texts.zip_with(sound.fill_null(True), stored.cast(pl.String))


def _value_text(value: object) -> str:
    """The text of a value without a column type of its own: bytes decoded, lists joined."""
    match value:
        case list() if not any(isinstance(item, list | dict) for item in value):
            return ", ".join(filter(None, map(_value_text, value)))
        case list() | dict():
            return json_text(_plain(value))
        case bytes():
            return value.decode("utf-8", errors="backslashreplace").strip()
        case timedelta():
            return duration_text(value / timedelta(days=1))
        case None | bool() | float():
            return _text(pl.Series([value])).fill_null("").item()
    return str(value)


def _plain(value: object) -> object:
    """`value` with all that JSON has no type for turned into texts."""
    match value:
        case list():
            return [_plain(item) for item in value]
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case None | bool() | int() | float() | str():
            return value
        case Decimal():
            return Number(value)
    return _value_text(value)
