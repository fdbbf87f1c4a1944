"""Raw texts into typed rows under a contract, each with the first fault that speaks against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import duckdb

from etl.contracts.contract import NO, SQL_TYPE, YES, Column, Contract
from etl.expressions import check_expression
from etl.loading.scientific_ids import RULE, rounded_id
from etl.maps.maps import ColumnMap, TableMap
from etl.people.aliases import NOT_ONE
from etl.sql_text import Sql, filled, joined, literal, literals, quoted, sql_file
from etl.times.zones import changes_clocks


class Fault(NamedTuple):
    """What speaks against a row: the condition, the column that it is about, and the rule that it breaks."""

    condition: Sql
    column: str
    rule: str


@dataclass(frozen=True, slots=True)
class Conversion:
    """How `raw` is read under a contract: the SQL of its typed rows, and what is said of them."""

    sql: Sql  # has the columns of `typed` without the names of the faults, which are numbers here
    faults: tuple[Fault, ...]
    filled: frozenset[str]  # the fact columns that are given


TYPED = """
    CREATE OR REPLACE TEMP VIEW typed AS
    SELECT {place}*,
        list_extract([{columns}], fault) AS fault_column,
        list_extract([{rules}], fault) AS fault_rule
    FROM typed_rows {whole}"""


def conform(
    con: duckdb.DuckDBPyConnection, table: TableMap, zone: str, *, first_row: int | None = None
) -> frozenset[str]:
    """Create the temporary table `typed` from the raw rows in `raw`; the fact columns that they fill.

    `typed` has file_row, `ignored` (the row is not meant for this contract), the contract's
    columns, the offset of each time, "text <column>" for agents (where it is not the id itself), and
    `fault_column`, `fault_rule`, `fault_text` (NULL when good). Without a `file_row` in `raw`, whose rows
    then stand in the order of the file, `first_row` is the number of the first.
    """
    made = conversion(con, table, zone, numbered=first_row is None)
    con.execute(filled("CREATE OR REPLACE TEMP TABLE typed_rows AS {rows}", rows=made.sql))
    place, whole = Sql(""), Sql("")
    if first_row is not None:
        # The rows of a new table are numbered in their order, though not from nought.
        (lowest,) = con.execute("SELECT coalesce(min(rowid), 0) FROM typed_rows").fetchone()
        place = filled("rowid - {before} AS file_row, ", before=lowest - first_row)
        whole = Sql("WHERE broken IS NULL")
    columns, rules = (literals(getattr(one, part) for one in made.faults) for part in ("column", "rule"))
    con.execute(filled(TYPED, place=place, whole=whole, columns=columns, rules=rules))
    return made.filled


def conversion(
    con: duckdb.DuckDBPyConnection, table: TableMap, zone: str, *, numbered: bool = True
) -> Conversion:
    """The SQL by which `table` reads `raw`, whose rows have a `file_row` where `numbered`, else `broken`."""
    contract = table.contract
    here = {row[0].casefold() for row in con.execute("SELECT column_name FROM (DESCRIBE raw)").fetchall()}
    columns = {name: mapped for name, mapped in table.columns.items() if mapped.reads <= here}
    texts: dict[str, Sql] = {}
    values: dict[str, Sql] = {}
    kept: list[str] = []
    for column in contract.columns:
        mapped = columns.get(column.name)
        if column.kind == "customer":
            values |= _customer(mapped)
            kept += ["customer_key", "customer_shown"]
            continue
        text = f"text {column.name}"
        texts[text] = _text(mapped)
        values[column.name] = _read(column, text, mapped, zone)
        kept.append(column.name)
        if column.kind == "time":
            values[column.offset] = _offset(text, mapped, zone)
            kept.append(column.offset)
        if column.kind == "agent":
            kept.append(filled("nullif({text}, {name}) AS {text}", text=text, name=column.name))
    read = [filled("{texts}", texts=texts), *_raw_customers(contract, columns, folded=bool(table.fold))]
    faults = faults_of(contract)
    number = ["file_row"] if numbered else []
    if not numbered:
        read, kept = [*read, "broken"], [*kept, "broken"]
    numbers = list(enumerate(faults, start=1))
    whens = (filled("WHEN {condition} THEN {n}", condition=one.condition, n=n) for n, one in numbers)
    faulty = (filled("WHEN {n} THEN {text}", text=f"text {one.column}", n=n) for n, one in numbers)
    sql = filled(
        CONVERSION,
        first=[*number, filled(IGNORED, exclude=table.exclude)],
        kept=kept,
        faulty=joined(" ", faulty),
        whens=joined(" ", whens),
        stand_ins=_stand_ins(contract),
        values=values,
        rows=_rows(con, table, read, number),
    )
    return Conversion(sql, tuple(faults), _filled_by(contract, columns))


IGNORED = "ignored OR coalesce(({exclude}), false) AS ignored"
# The texts of the columns, what they are read as, what stands in for empty ones, and what is at fault.
CONVERSION = """
    SELECT {first}, {kept}, fault, CASE fault {faulty} END AS fault_text
    FROM (
        SELECT *, CAST(CASE {whens} END AS USMALLINT) AS fault
        FROM (
            SELECT * REPLACE ({stand_ins}) FROM (
                SELECT *, {values} FROM ({rows}))))"""


def _rows(con: duckdb.DuckDBPyConnection, table: TableMap, values: list[str], number: list[str]) -> Sql:
    """SQL of the rows that become facts: those of `raw`, or one row for all with the same linking id.

    Then the temporary table `folded` tells which row each of the others went into.
    """
    if not table.fold:
        ignored = filled("coalesce(({ignore}), false) AS ignored", ignore=table.ignore)
        return filled("SELECT {all} FROM raw", all=[*number, ignored, *values])
    legs = (
        filled(sql_file("etl.loading", "fold_legs"), leg=table.leg, order=table.order)
        if table.leg
        else ONE_LEG
    )
    parts = {"fold": table.fold, "ignore": table.ignore, "having": table.having, "rows_of_legs": legs}
    con.execute(filled(sql_file("etl.loading", "folded"), **parts))
    return filled(FOLDED_ROWS, values=values)


ONE_LEG = Sql("SELECT *, 0 AS leg_no FROM linked")
FOLDED_ROWS = """
    SELECT max(file_row) AS file_row, false AS ignored, {values}
    FROM raw JOIN folded USING (file_row) GROUP BY last"""


def _filled_by(contract: Contract, columns: dict[str, ColumnMap]) -> frozenset[str]:
    """The fact columns that these maps fill, with those that can be worked out from them."""
    given = set(columns)
    if "customer" in given:
        given |= {"customer_key", "customer_shown"}
    given |= {c.offset for c in contract.columns if c.kind == "time" and c.name in columns}
    given |= {
        c.name for c in contract.columns if c.otherwise and check_expression(c.otherwise, c.name) <= given
    }
    return frozenset(given)


def _raw_customers(contract: Contract, columns: dict[str, ColumnMap], *, folded: bool) -> list[str]:
    names: list[str] = []
    for column in contract.columns:
        if column.kind == "customer" and column.name in columns:
            word = columns[column.name].expression.strip('"')
            names += [word, f"{word} shown"]
    return [filled("min_by({name}, file_row) AS {name}", name=name) for name in names] if folded else names


def _customer(mapped: ColumnMap | None) -> dict[str, Sql]:
    if mapped is None:
        return {"customer_key": Sql("CAST(NULL AS UBIGINT)"), "customer_shown": Sql("CAST(NULL AS VARCHAR)")}
    word = mapped.expression.strip('"')
    return {"customer_key": quoted(word), "customer_shown": quoted(f"{word} shown")}


def _text(mapped: ColumnMap | None) -> Sql:
    """SQL of a column's text as the map gives it, with its value words replaced by the contract's."""
    if not mapped:
        return Sql("CAST(NULL AS VARCHAR)")
    text = filled("CAST(({expression}) AS VARCHAR)", expression=mapped.expression)
    if not mapped.values:
        return text
    cases = _cases({word: literal(value) for word, value in mapped.values.items()})
    return filled("CASE {text} {cases} ELSE {text} END", text=text, cases=cases)


READ = {
    "key": "{text}",
    "agent": "agent_key({text})",
    "time": "plausible(read_time({text}, {zone}))",
    "text": "{text}",
    "date": "read_date({text})",
    "month": "read_month({text})",
    "seconds": "read_seconds({text})",
    "number": "read_number({text})",
    "whole": "read_whole({text})",
}
STRPTIME = "CAST(plausible(try_strptime({text}, [{formats}])) AS {kind})"


def _read(column: Column, text: str, mapped: ColumnMap | None, zone: str) -> Sql:
    kind = column.kind
    if kind == "choice":
        choices = (column.choices or {}).items()
        return _word(text, {word: literal(value) for value, words in choices for word in (value, *words)})
    if kind == "flag":
        words = (((yes, Sql("true")), (no, Sql("false"))) for yes, no in zip(YES, NO, strict=True))
        return _word(text, dict(pair for both in words for pair in both))
    if kind in ("time", "date") and mapped and mapped.formats:
        return filled(STRPTIME, text=text, formats=literals(mapped.formats), kind=SQL_TYPE[kind])
    return filled("read_free({text})" if column.free else READ[kind], text=text, zone=literal(zone))


def _offset(text: str, mapped: ColumnMap | None, zone: str) -> Sql:
    """SQL of a time's offset from UTC in seconds; NULL where its text has none or the clocks never change."""
    if mapped is None or mapped.formats or not changes_clocks(zone):
        return Sql("CAST(NULL AS INTEGER)")
    return filled("read_offset({text}, {zone})", text=text, zone=literal(zone))


def _word(text: str, values: dict[str, Sql]) -> Sql:
    """SQL of the value that a word stands for, as written or else in lower case."""
    word = "CASE {text} {cases} ELSE CASE lower({text}) {cases} END END"
    return filled(word, text=text, cases=_cases(values))


def _cases(values: dict[str, Sql]) -> Sql:
    whens = (filled("WHEN {word} THEN {value}", word=literal(w), value=value) for w, value in values.items())
    return joined(" ", whens)


STAND_IN = "CASE WHEN {text} IS NULL THEN {stand_in} ELSE {name} END"


def _stand_ins(contract: Contract) -> dict[str, Sql]:
    """SQL of what stands in for an empty cell, by column; an unreadable cell is a fault, not empty."""
    stand_ins = {
        column.name: filled(STAND_IN, text=f"text {column.name}", stand_in=stand_in, name=column.name)
        for column in contract.columns
        if (stand_in := column.default or column.otherwise)
    }
    return stand_ins or {"ignored": Sql("ignored")}


def faults_of(contract: Contract) -> list[Fault]:
    """The faults that a row of a contract can have, the first to be reported first."""
    faults: list[Fault] = []
    for column in contract.columns:
        if column.kind == "customer":
            continue
        parts = {"name": column.name, "text": f"text {column.name}"}
        parts |= {"low": column.low or 0, "high": column.high or 1e12}
        if column.kind in ("key", "agent"):
            faults.append(Fault(rounded_id(f"text {column.name}"), column.name, RULE))
        unread = "unknown_value" if column.kind == "choice" else f"unreadable_{column.kind}"
        if column.kind not in ("key", "text", "agent"):  # nothing in these cannot be read
            faults.append(
                Fault(filled("{text} IS NOT NULL AND {name} IS NULL", **parts), column.name, unread)
            )
        if column.required:
            faults.append(Fault(filled("{name} IS NULL", **parts), column.name, "missing"))
        if column.kind == "agent":
            faults.append(Fault(Sql("false"), column.name, NOT_ONE))  # found by etl/people/aliases.py
        if column.strict:
            beyond = filled("{name} NOT BETWEEN {low} AND {high}", **parts)
            faults.append(Fault(beyond, column.name, "off_scale"))
    broken = (filled("NOT ({condition})", condition=rule.condition) for rule in contract.rules)
    return faults + [
        Fault(condition, rule.column, rule.name)
        for condition, rule in zip(broken, contract.rules, strict=True)
    ]
