"""The product's own plain format: a contract's columns under Chinese or English headers."""

from __future__ import annotations

import re

from etl.contracts.contract import Contract
from etl.contracts.facts import CONTRACTS
from etl.maps.maps import ColumnMap, Source, TableMap, roster_leave
from etl.read import header_word
from etl.sql_text import Sql, quoted

ITEM_HEADER = re.compile(r"^(?P<item>.+?)\s*[\[(【](?P<maximum>\d+(?:\.\d+)?)[\])】]$")
DAY_HEADER = re.compile(r"^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?: 00:00:00)?$")

_ITEMS = CONTRACTS["qa_items"]
_NAME = CONTRACTS["agents"].column("name")
NAMES = (header_word(_NAME.zh), header_word(_NAME.en))  # of the column with people's names


def plain_sources(header: tuple[str, ...]) -> list[tuple[int, Source]]:
    """Every contract that the normalised `header` can fill, with the number of columns it explains."""
    found = []
    for contract in CONTRACTS.values():
        columns = _columns(contract, header)
        items = [word for word in header if ITEM_HEADER.match(word) and word not in columns.values()]
        days = [word for word in header if DAY_HEADER.match(word)]
        who = columns.get("agent_id") or next((word for word in NAMES if word in header), None)
        if contract.name == "schedule" and days and who:
            found.append((len(columns) + len(days), _roster(contract, who)))
        elif all(c.name in columns or c.default for c in contract.columns if c.required):
            wide = "items" if contract.name == "qa_reviews" and items else None
            found.append((len(columns) + (len(items) if wide else 0), _source(contract, columns, wide)))
    return found


def unused(source: Source, header: tuple[str, ...]) -> list[str]:
    """The header words of a plain file that no column is read from."""
    columns = [m for table in source.tables for m in table.columns.values()]
    taken = {m.expression for m in columns} | {quoted(word) for m in columns for word in m.reads}
    if source.wide == "days":
        # The template's names are there for the person who fills the roster.
        taken |= {quoted(word) for word in NAMES}
    return [
        word
        for word in header
        if quoted(word) not in taken
        and not (source.wide == "items" and ITEM_HEADER.match(word))
        and not (source.wide == "days" and DAY_HEADER.match(word))
    ]


def _columns(contract: Contract, header: tuple[str, ...]) -> dict[str, str]:
    """Contract column → header word, for each that the header has."""
    columns = {}
    for column in contract.columns:
        for word in (column.zh, column.en, column.name):
            if header_word(word) in header:
                columns[column.name] = header_word(word)
                break
    return columns


def _source(contract: Contract, columns: dict[str, str], wide: str | None) -> Source:
    tables = [TableMap(contract, {name: ColumnMap(quoted(word)) for name, word in columns.items()})]
    if wide:
        maps = {"review_id": ColumnMap(quoted(columns["review_id"]))}
        maps |= {name: ColumnMap(name) for name in ("item", "earned", "applicable")}
        tables.append(
            TableMap(_ITEMS, maps, ignore=Sql("earned IS NULL"), unpivot=True, delivers=("review_id",))
        )
    return Source(
        f"plain_{contract.name}",
        {"zh": f"标准模板：{contract.zh}", "en": f"Plain format: {contract.en}"},
        tuple(columns.values()),
        tuple(tables),
        personal={
            columns[column.name]: ()
            for column in contract.columns
            if column.kind == "customer" and column.name in columns
        },
        wide=wide,
        digest="plain-1",
    )


def _roster(contract: Contract, who: str) -> Source:
    """A roster with people in the column `who`, by id or by name, and days across."""
    maps = {"agent_id": ColumnMap(quoted(who))}
    maps |= {name: ColumnMap(name) for name in ("shift_date", "shift", "start_at", "end_at")}
    table = TableMap(
        contract,
        maps,
        ignore=Sql("start_at IS NULL"),
        unpivot=True,
        delivers=("agent_id", "shift_date"),
        by_part=True,
    )
    return Source(
        "plain_schedule",
        {"zh": f"标准模板：{contract.zh}", "en": f"Plain format: {contract.en}"},
        (who,),
        (table, roster_leave(maps["agent_id"])),
        wide="days",
        digest="plain-2",
    )
