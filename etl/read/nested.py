"""JSON as rows of text: an array of objects, objects one after another, or arrays inside one object."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from etl.errors import N_, Problem, Remark
from etl.read.content import HEAD_ROWS, Content, Grid, Row
from etl.read.encodings import MARKED, open_text, shown
from etl.read.json_values import (
    Cut,
    Repeated,
    documents,
    flat,
    is_cut,
    json_text,
    parsed,
)
from etl.read.sheet import CUT_OFF

REPEATED_KEY, NOT_A_RECORD, NOT_JSON = "repeated_key", "not_a_record", "unreadable_json"
UNREADABLE_TEXT = "unreadable_text"
# The arrays in answers of a paged service, saved one after another, are tables; more values are records.
MOST_PAGES = 10_000
# An object with a longer array in it is the wrapping of that array, not a record.
LONGEST_LIST = 50
# A map with an entry for every day or person is not a table; Excel itself has 16,384 columns.
MOST_KEYS = 2000
# One JSON value is read as a whole and takes about ten times its size; JSON lines have no limit.
LARGEST = 256 << 20
LONGEST_FIRST_LINE = 1 << 20
EMPTY_LIST = "empty list"  # in a content's memory: the key of the list that could have held records
LONGEST_RAW = 2000


class Record(NamedTuple):
    """One record as cells by key; with a `fault` its `raw` text instead."""

    number: int
    cells: dict[str, str]
    fault: str | None = None
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One table in the file: the `path` to its array (None: the file's own values), its keys, its records."""

    path: str | None
    keys: tuple[str, ...]
    records: Callable[[], Iterable[Record]]
    cut: bool

    def rows(self) -> Iterator[Row]:
        """One row a record."""
        for number, cells, fault, raw in self.records():
            if fault:
                yield Row(number, (shown(raw)[:LONGEST_RAW],), fault)
            else:
                yield Row(number, tuple([cells.get(key, "") for key in self.keys]))


def grids(content: Content) -> Iterator[Grid]:
    """Each table in the file, its keys as a header that stands before the first record."""
    for table in _tables(content).values():
        if table.keys:
            yield Grid(table.path, None, (Row(0, table.keys), *islice(table.rows(), HEAD_ROWS)))


def rows(content: Content, grid: Grid) -> Iterator[Row]:
    """Every record, numbered by its line (JSON lines) or its place in the array."""
    return _tables(content)[grid.sheet].rows()


def remarks(content: Content, grid: Grid, header_row: int) -> tuple[Remark, ...]:
    """What a person should know of how the file was read."""
    if _tables(content)[grid.sheet].cut:
        return (Remark(N_("The file is cut off: records after its end are missing.")),)
    return ()


def _tables(content: Content) -> dict[str | None, Table]:
    if "tables" not in content.memory:
        try:
            found = list(_from_lines(content) if _has_lines(content) else _from_documents(content))
        except RecursionError:
            raise Problem(
                content.name, N_("It is nested too deeply."), N_("Export the table itself, as CSV or XLSX.")
            ) from None
        if not any(table.keys for table in found):
            raise Problem(
                content.name, N_("It holds no record."), N_("Export a list of objects, or the table as CSV.")
            )
        content.memory["tables"] = {table.path: table for table in found}
    return content.memory["tables"]


def _has_lines(content: Content) -> bool:
    """Whether each line is an object of its own; the first may be broken."""
    with open_text(content.file, content.encoding) as stream:
        head = stream.read(LONGEST_FIRST_LINE)
    first = list(islice(filter(None, map(_bare, head.splitlines())), 2))
    return len(first) == 2 and first[0].startswith("{") and any(map(_is_object, first))


def _bare(line: str) -> str:
    return line.strip("\ufeff\x1e \t\r\n")


def _is_object(line: str) -> bool:
    try:
        return isinstance(parsed(line), dict)
    except json.JSONDecodeError:
        return False


def _lines(content: Content) -> Iterator[Record | tuple[int, object]]:
    """Every line as (number, value); as a Record when it cannot be read."""
    with open_text(content.file, content.encoding) as stream:
        for number, line in enumerate(stream, start=1):
            text = _bare(line)
            if not text:
                continue
            if MARKED.search(text):
                yield Record(number, {}, UNREADABLE_TEXT, text)
                continue
            try:
                yield number, parsed(text)
            except json.JSONDecodeError as error:
                last = not line.endswith(("\n", "\r"))
                yield Record(number, {}, CUT_OFF if last and is_cut(text, error) else NOT_JSON, text)


def _from_lines(content: Content) -> Iterator[Table]:
    def records() -> Iterator[Record]:
        for found in _lines(content):
            yield found if isinstance(found, Record) else _record(*found)

    yield _table(content, None, records)
    first = list(islice(_lines(content), MOST_PAGES + 1)) if content.size <= LARGEST else []
    if len(first) <= MOST_PAGES:
        broken = [found for found in first if isinstance(found, Record)]
        yield from _arrays(
            content, [found[1] for found in first if not isinstance(found, Record)], None, broken
        )


def _from_documents(content: Content) -> Iterator[Table]:
    if content.size > LARGEST:
        raise Problem(
            content.name,
            N_("This is one JSON value of more than {size} MB."),
            N_("Export it as JSON lines or CSV, or in parts."),
            size=LARGEST >> 20,
        )
    with open_text(content.file, content.encoding) as stream:
        text = stream.read().removeprefix("\ufeff")
    try:
        values, cut = documents(text)
    except json.JSONDecodeError as error:
        raise Problem(
            content.name,
            N_("This is not JSON: line {line}, character {column}."),
            N_("Export it again."),
            line=error.lineno,
            column=error.colno,
        ) from None
    if len(values) == 1 and not any(_lists(values[0], ())):
        content.memory[EMPTY_LIST] = _empty_list(values[0])
    found: list[Record] = []
    for value in values:
        for item in value if isinstance(value, list) else [] if _wraps(value) else [value]:
            found.append(_record(len(found) + 1, item))
    if cut and not isinstance(values[-1], list) and found and not _wraps(values[-1]):
        found[-1] = Record(len(found), {}, CUT_OFF, json_text(values[-1]))
    elif cut and cut.rest and not cut.path:
        found.append(Record(len(found) + 1, {}, CUT_OFF, cut.rest))
    yield _table(content, None, lambda: found, cut is not None)
    if len(values) <= MOST_PAGES:
        yield from _arrays(content, values, cut)


def _wraps(value: object) -> bool:
    return isinstance(value, dict) and any(len(items) > LONGEST_LIST for _, items in _lists(value, ()))


def _lists(value: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], list[object]]]:
    """The lists of objects inside the object `value`, with the keys down to them."""
    if isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, list) and any(isinstance(one, dict) for one in item):
                yield (*path, key), item
            else:
                yield from _lists(item, (*path, key))


def _empty_list(value: object) -> str | None:
    """The key of an empty list inside the object `value`; None without one."""
    for key, item in value.items() if isinstance(value, dict) else ():
        if found := key if item == [] else _empty_list(item):
            return found
    return None


def _arrays(
    content: Content, values: list[object], cut: Cut | None, broken: Sequence[Record] = ()
) -> Iterator[Table]:
    """A table for each place at which some of `values` have a list of objects.

    Whatever is `broken` may have held records of each of them.
    """
    found: dict[tuple[str, ...], list[Record]] = {}
    for value in values:
        for path, items in _lists(value, ()):
            if isinstance(_at(value, path[:-1]), Repeated):
                raise Problem(
                    content.name,
                    N_("One object has the key “{key}” or another key twice, with different values."),
                    N_("Export it again."),
                    key=path[-1],
                )
            records = found.setdefault(path, [])
            records += [_record(place, item) for place, item in enumerate(items, start=len(records) + 1)]
    if cut and cut.rest and cut.path in found:
        records = found[cut.path]
        records.append(Record(len(records) + 1, {}, CUT_OFF, cut.rest))
    for path, records in found.items():
        records += [one._replace(number=len(records) + place) for place, one in enumerate(broken, start=1)]
        yield _table(content, ".".join(path), lambda records=records: records, cut is not None)


def _at(value: object, path: tuple[str, ...]) -> object:
    for key in path:
        value = value[key] if isinstance(value, dict) else None
    return value


def _record(number: int, value: object) -> Record:
    if not isinstance(value, dict):
        return Record(number, {}, NOT_A_RECORD, json_text(value))
    cells = flat(value)
    if cells is None:
        return Record(number, {}, REPEATED_KEY, json_text(value))
    # Bytes that are no text may only stand in texts: elsewhere they would not be JSON.
    if any(map(MARKED.search, cells.values())):
        return Record(number, {}, UNREADABLE_TEXT, json_text(value))
    return Record(number, cells)


def _table(
    content: Content, path: str | None, records: Callable[[], Iterable[Record]], cut: bool = False
) -> Table:
    keys: dict[str, None] = {}
    for record in records():
        cut |= record.fault == CUT_OFF
        keys |= dict.fromkeys(record.cells)
        if len(keys) > MOST_KEYS:
            raise Problem(
                content.name,
                N_("Its records have more than {count} different keys."),
                N_("Export a table, with the same few keys in each record."),
                count=MOST_KEYS,
            )
    return Table(path, tuple(keys), records, cut)
