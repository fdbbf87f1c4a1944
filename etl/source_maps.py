"""Source maps: how each vendor's format is recognised and which contract columns it fills."""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

import pydantic

from etl.contract import Contract
from etl.contracts import CONTRACTS
from etl.errors import N_, Problem
from etl.expressions import check_expression
from etl.read import header_word, unique_words


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """One contract column: an SQL expression over the raw text columns that yields text.

    `formats` are strptime formats for its times (none: ISO-like texts), `values` maps raw words.
    In a file without one of the columns it `reads`, the column stays empty.
    """

    expression: str
    formats: tuple[str, ...] = ()
    values: dict[str, str] = field(default_factory=dict)
    reads: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TableMap:
    """What a source gives to one contract; rows where `ignore` holds are not meant for it.

    With `fold` (an expression over one row: the vendor's linking id) all rows of one id make one fact:
    the columns are then aggregates over those rows, and `having` says which ids are meant for the contract.

    `delivers` names the columns of a group that the file always has whole: what it leaves out of a
    group is gone (a shift that became a day off).
    """

    contract: Contract
    columns: dict[str, ColumnMap]
    ignore: str = "false"
    fold: str | None = None
    having: str = "true"
    unpivot: bool = False  # the rows come from the wide part of the file, see etl/wide.py
    delivers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """One format. `headers` (normalised) must all be in a file for it to be this source.

    A format without a header row has `columns`, the words that its places are called by, and `shape`:
    for some of them a regular expression that the cells of the first rows match.

    `nulls` are texts that mean "nothing"; `personal` are raw columns with customer identifiers,
    each with the texts in it that mean nobody.
    """

    name: str
    title: dict[str, str]
    headers: tuple[str, ...]
    tables: tuple[TableMap, ...]
    nulls: tuple[str, ...] = ()
    personal: dict[str, tuple[str, ...]] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    shape: dict[str, str] = field(default_factory=dict)
    wide: str | None = None  # "items" or "days": which columns etl/wide.py turns into rows
    digest: str = ""


class _Model(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", strict=True)


class _Column(_Model):
    expression: str
    formats: list[str] = []
    values: dict[str, str] = {}


class _Table(_Model):
    contract: str
    ignore: str = "false"
    fold: str | None = None
    having: str = "true"
    columns: dict[str, str | _Column]


class _File(_Model):
    title: dict[str, str]
    headers: list[str] = []
    columns: list[str] = []
    shape: dict[str, str] = {}
    nulls: list[str] = []
    personal: dict[str, list[str]] = {}
    table: list[_Table]


def load_sources(config: Path | None = None) -> dict[str, Source]:
    """The maps that are shipped and those in `config/sources/`, by name; Problem with every fault."""
    paths = sorted(resources.files("etl").joinpath("sources").iterdir(), key=lambda path: path.name)
    if config is not None and (config / "sources").is_dir():
        paths += sorted((config / "sources").glob("*.toml"))
    sources: dict[str, Source] = {}
    faults: list[str] = []
    for path in paths:
        if path.name.endswith(".toml"):
            name = path.name.removesuffix(".toml")
            try:
                sources[name] = _read_source(name, path.read_text(encoding="utf-8"))
            except (ValueError, KeyError, OSError) as error:
                faults.append(f"{path.name}: {_reason(error)}")
    if faults:
        raise Problem(
            "sources", N_("Faulty source maps: {faults}."), N_("Correct them."), faults="; ".join(faults)
        )
    return sources


def _reason(error: Exception) -> str:
    if isinstance(error, pydantic.ValidationError):
        return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
    return str(error)


def _read_source(name: str, text: str) -> Source:
    file = _File.model_validate(tomllib.loads(text))
    if bool(file.headers) == bool(file.columns):
        raise ValueError("headers: give the header words, or the columns of a file without a header")
    if file.columns and not file.shape:
        raise ValueError("shape: say what the first rows of a file without a header look like")
    for pattern in file.shape.values():
        re.compile(pattern)
    tables = []
    for table in file.table:
        if table.contract not in CONTRACTS:
            raise ValueError(f"table.contract: there is no contract “{table.contract}”")
        contract = CONTRACTS[table.contract]
        known = {column.name for column in contract.columns}
        columns = {}
        for column, entry in table.columns.items():
            if column not in known:
                raise ValueError(f"{table.contract}.{column}: the contract has no such column")
            given = _Column(expression=entry) if isinstance(entry, str) else entry
            reads = check_expression(given.expression, f"{table.contract}.{column}", bool(table.fold))
            columns[column] = ColumnMap(
                given.expression, tuple(given.formats), given.values, frozenset(map(header_word, reads))
            )
        missing = [c.name for c in contract.columns if c.required and c.name not in columns and not c.default]
        if missing:
            raise ValueError(f"{table.contract}.{missing[0]}: required, but not mapped")
        check_expression(table.ignore, f"{table.contract}.ignore")
        check_expression(table.fold or "NULL", f"{table.contract}.fold")
        check_expression(table.having, f"{table.contract}.having", bool(table.fold))
        customer = columns.get("customer")
        if customer and header_word(customer.expression.strip('"')) not in map(header_word, file.personal):
            raise ValueError(f"{table.contract}.customer: name a column that stands under personal")
        tables.append(TableMap(contract, columns, table.ignore, table.fold, table.having))
    return Source(
        name,
        file.title,
        tuple(header_word(header) for header in file.headers),
        tuple(tables),
        tuple(file.nulls),
        {header_word(column): tuple(values) for column, values in file.personal.items()},
        columns=unique_words(tuple(file.columns)),
        shape={header_word(column): pattern for column, pattern in file.shape.items()},
        digest=hashlib.sha256(text.encode()).hexdigest()[:16],
    )
