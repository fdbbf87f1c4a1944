"""Writes a proposal as the text of a source map, and saves it among the home's own maps."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import tomli_w

from etl.contracts.contract import Contract
from etl.contracts.facts import CONTRACTS
from etl.errors import N_, Problem
from etl.home import Home
from etl.maps.day_titles import is_day
from etl.maps.maps import Source, load_sources, read_source
from etl.maps.plain_format import DAY_HEADER
from etl.propose.column_shape import Shape
from etl.propose.compose import points_of
from etl.propose.draft import ELSEWHERE, IGNORE, NOTHING, Draft, Field, Table
from etl.propose.fields import literal, written_values
from etl.propose.file_table import FileColumn
from etl.read import header_word
from etl.sql_text import quoted
from etl.staff_rules import is_times

NAME = re.compile(r"[a-z0-9_]{1,60}")
SHAPES = (  # what a cell looks like, for recognising files without a header
    ("moment", r"\d{4}[-/]\d{1,2}[-/]\d{1,2}[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?"),
    ("moment", r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}[ ,]+\d{1,2}:\d{2}(:\d{2})?"),
    ("moment", r"\d{10}(\.\d+)?|\d{13}"),
    ("day", r"\d{4}[-/]\d{1,2}[-/]\d{1,2}"),
    ("day", r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}"),
    ("clock", r"\d{1,2}:\d{2}(:\d{2})?"),
    ("duration", r"\d+:\d{2}(:\d{2})?"),
    ("number", r"[+-]?\d+(\.\d+)?"),
)

OWN_LINES = 30  # more different numbers are customers'


def undecided(draft: Draft) -> list[tuple[str, Field]]:
    """The required fields that must be decided before the map can be trusted: (contract, field)."""
    return [
        (table.contract, one)
        for table in draft.tables
        if table.use
        for one in table.fields
        if one.undecided and _required(table, one)
    ]


def _required(table: Table, one: Field) -> bool:
    column = CONTRACTS[table.contract].column(one.column)
    return column.required or one.expression is None


def left_out(draft: Draft) -> list[tuple[str, Field]]:
    """The fields that the map leaves out because nobody decided how to read them: (contract, field)."""
    used = [table for table in draft.tables if table.use]
    return [
        (table.contract, one)
        for table in used
        for one in table.fields
        if _left_open(CONTRACTS[table.contract], one)
    ]


def doubtful(draft: Draft) -> list[tuple[str, Field]]:
    """The fields in use that have a doubt or are undecided: (contract, field)."""
    fields = ((table.contract, one) for table in draft.tables if table.use for one in table.fields)
    return [(contract, one) for contract, one in fields if one.doubts or one.undecided]


def map_text(draft: Draft, title: str) -> str:
    """The proposal as TOML."""
    layout = draft.layout
    entries: dict[str, object] = {"title": {"zh": title, "en": title}}
    named = [c for c in layout.columns if not (draft.wide == "days" and _is_day(c.word))]
    if layout.header_row:
        entries["headers"] = [_header(column) for column in named if column.title]
    else:
        entries["columns"] = [column.word for column in layout.columns]
        entries["shape"] = {c.word: pattern for c in layout.columns if (pattern := _pattern(c.shape))}
    if personal := _personal(draft):
        entries["personal"] = {word: [] for word in personal}
    if draft.wide:
        entries["wide"] = draft.wide
    if draft.wide == "items":
        entries["points"] = {_header(layout.column(word)): top for word, top in points_of(draft).items()}
        entries["deduction"] = draft.deduction
    if shifts := {code: said for code, said in draft.codes.items() if said == NOTHING or is_times(said)}:
        entries["shifts"] = shifts
    if leave := {code: said for code, said in draft.codes.items() if code not in shifts}:
        entries["leave_codes"] = leave
    entries["table"] = [_table(table) for table in draft.tables if table.use]
    return tomli_w.dumps(entries)


def to_look_at(draft: Draft) -> Draft:
    """`draft` as far as its rows can be shown.

    A form's points are left out while a maximum is asked; required columns not found hold nothing.
    """
    items = next((one for one in draft.tables if one.use and one.contract == "qa_items"), None)
    asked = items is not None and any(one.asked for one in items.fields if one.column == "applicable")
    tables = (_with_nothing(one) for one in draft.tables if one.use and not (asked and one is items))
    wide = None if asked and draft.wide == "items" else draft.wide
    return replace(draft, tables=tuple(tables), wide=wide)


def _with_nothing(table: Table) -> Table:
    fields = (one if one.expression is not None else replace(one, expression="NULL") for one in table.fields)
    return replace(table, fields=tuple(fields))


def _is_day(word: str) -> bool:
    return DAY_HEADER.match(word) is not None or is_day(word)


def _header(column: FileColumn) -> str:
    """The header word of a map for a column: its title, or its word when repeated or nameless."""
    return column.title if header_word(column.title) == column.word else column.word


def _personal(draft: Draft) -> list[str]:
    """Columns with customer identifiers: the customer's own, and whatever looks like telephone numbers.

    A queue that is called by one of a few numbers, again and again, is called by our own; mobiles are not.
    """
    customers = [
        one.words[0]
        for table in draft.tables
        if table.use
        for one in table.fields
        if one.column == "customer"
    ]
    own = {
        word for table in draft.tables for one in table.fields if one.column == "queue" for word in one.words
    }
    phones = [
        c.word
        for c in draft.layout.columns
        if c.shape.filled and c.shape.most("phone") and not (c.word in own and _own_lines(draft, c))
    ]
    return list(dict.fromkeys([*customers, *phones]))


def _own_lines(draft: Draft, column: FileColumn) -> bool:
    few = column.shape.distinct <= min(OWN_LINES, column.shape.filled / 10)
    return few and not draft.layout.cells(column.word).str.contains(r"^\D*(?:86)?1[3-9]\d{9}\D*$").any()


def _table(table: Table) -> dict[str, object]:
    contract = CONTRACTS[table.contract]
    columns: dict[str, object] = {}
    for one in table.fields:
        if _left_open(contract, one):
            continue
        elsewhere = (table.contract, one.column) in ELSEWHERE
        values = {} if elsewhere else written_values(contract, one)
        if one.expression is None:
            continue
        if one.formats or values:
            more = {"formats": list(one.formats)} if one.formats else {}
            columns[one.column] = (
                {"expression": one.expression} | more | ({"values": values} if values else {})
            )
        else:
            columns[one.column] = one.expression
    entries: dict[str, object] = {"contract": table.contract}
    if ignore := [*table.ignore, *_ignored(table)]:
        entries["ignore"] = " OR ".join(f"({condition})" for condition in ignore)
    return entries | {"columns": columns}


def _ignored(table: Table) -> list[str]:
    """SQL conditions of the rows that a person left out by one of their values."""
    return [
        f"{quoted(one.words[0])} = {literal(word)}"
        for one in table.fields
        for word, said in one.values.items()
        if said == IGNORE and (table.contract, one.column) not in ELSEWHERE
    ]


def _left_open(contract: Contract, one: Field) -> bool:
    """Whether a column is left empty until it is decided; a required one is refused instead."""
    open_ones = one.lacking or any(not question.chosen for question in one.questions)
    return open_ones and not contract.column(one.column).required


def _pattern(shape: Shape) -> str | None:
    """A regular expression that all cells of a column match, for the columns that have a firm shape."""
    if not shape.filled:
        return None
    for thing, pattern in SHAPES:
        if shape.like[thing] == 1.0 and all(re.fullmatch(pattern, text) for text in shape.examples):
            empty = shape.filled < shape.rows
            return f"({pattern})?" if empty else pattern
    return None


def check_name(name: str, home: Home, *, replace: bool = False) -> None:
    """Raise Problem unless a map may have this name.

    It is of plain letters, no shipped map has it, nor one of the home's own unless that is to be replaced.
    """
    if not NAME.fullmatch(name):
        raise Problem(name, N_("A map cannot be called so."), N_("Use a–z, 0–9 and _, such as vendor_calls."))
    shipped = load_sources()
    if name in shipped or name.startswith("plain_"):
        raise Problem(name, N_("A map of this name comes with the program."), N_("Choose another name."))
    if not replace and (home.config / "sources" / f"{name}.toml").exists():
        raise Problem(
            name, N_("There is a map of this name."), N_("Choose another name, or replace it on the page.")
        )


def save(home: Home, draft: Draft, name: str, title: str, *, replace: bool = False) -> Path:
    """Keep the proposal as `config/sources/NAME.toml`; Problem while something required is undecided.

    What was written is read back with all its checks before it counts.
    """
    check_name(name, home, replace=replace)
    if open_ones := undecided(draft):
        raise Problem(
            name,
            N_("Not saved: {columns} must be decided first."),
            N_("Decide them on the page “Map a file”, or with --answer."),
            columns=", ".join(f"{table}.{one.column}" for table, one in open_ones),
        )
    text = map_text(draft, title)
    read_back(name, text)
    folder = home.config / "sources"
    path = folder / f"{name}.toml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        room = folder / f".{name}.new"
        room.write_text(text, encoding="utf-8")
        room.replace(path)
    except OSError as error:
        raise Problem(
            f"config/sources/{name}.toml",
            N_("It cannot be written ({reason})."),
            N_("Give this user the right to write the home."),
            reason=error.strerror or error,
        ) from None
    return path


def read_back(name: str, text: str) -> Source:
    """The map as the loader reads its text; Problem when it fails the checks."""
    try:
        return read_source(name, text)
    except (ValueError, KeyError) as error:
        raise Problem(
            name,
            N_("The map does not pass its checks ({reason})."),
            N_("Choose other columns."),
            reason=str(error).splitlines()[0],
        ) from None
