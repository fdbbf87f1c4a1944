"""Raw texts into typed rows under a contract, each with the first fault that speaks against it."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from etl.contracts.contract import NO, SQL_TYPE, YES, Column, Contract
from etl.expressions import check_expression
from etl.maps.maps import ColumnMap, TableMap
from etl.people.aliases import NOT_ONE
from etl.sql_text import literal, quoted


@dataclass(frozen=True, slots=True)
class Conversion:
    """How `raw` is read under a contract: the SQL of its typed rows, and what is said of them."""

    sql: str  # has the columns of `typed` without the names of the faults, which are numbers here
    faults: tuple[tuple[str, str, str], ...]  # (condition, column, rule)
    filled: frozenset[str]  # the fact columns that are given


def conform(
    con: duckdb.DuckDBPyConnection, table: TableMap, zone: str, *, first_row: int | None = None
) -> frozenset[str]:
    """Create the temporary table `typed` from the raw rows in `raw`; the fact columns that they fill.

    `typed` has file_row, `ignored` (the row is not meant for this contract), the contract's
    columns, "text <column>" for agents (where it is not the id itself), and `fault_column`,
    `fault_rule`, `fault_text` (NULL when good). Without a `file_row` in `raw`, whose rows then stand in
    the order of the file, `first_row` is the number of the first.
    """
    made = conversion(con, table, zone, numbered=first_row is None)
    con.execute(f"CREATE OR REPLACE TEMP TABLE typed_rows AS {made.sql}")
    place, whole = "", ""
    if first_row is not None:
        # The rows of a new table are numbered in their order, though not from nought.
        (lowest,) = con.execute("SELECT coalesce(min(rowid), 0) FROM typed_rows").fetchone()
        place, whole = f"rowid - {lowest - first_row:d} AS file_row, ", "WHERE broken IS NULL"
    con.execute(f"""
        CREATE OR REPLACE TEMP VIEW typed AS
        SELECT {place}*,
            list_extract([{", ".join(literal(column) for _, column, _ in made.faults)}], fault)
                AS fault_column,
            list_extract([{", ".join(literal(rule) for _, _, rule in made.faults)}], fault) AS fault_rule
        FROM typed_rows {whole}""")
    return made.filled


def conversion(
    con: duckdb.DuckDBPyConnection, table: TableMap, zone: str, *, numbered: bool = True
) -> Conversion:
    """How `table` reads what `raw` shows; with `file_row` where that is `numbered`, else with `broken`."""
    contract = table.contract
    here = {row[0].casefold() for row in con.execute("SELECT column_name FROM (DESCRIBE raw)").fetchall()}
    columns = {name: mapped for name, mapped in table.columns.items() if mapped.reads <= here}
    texts, values, kept = {}, [], []
    for column in contract.columns:
        mapped = columns.get(column.name)
        if column.kind == "customer":
            values += _customer(mapped)
            kept += ["customer_key", "customer_shown"]
            continue
        text, name = quoted(f"text {column.name}"), quoted(column.name)
        expression = f"CAST(({mapped.expression}) AS VARCHAR)" if mapped else "CAST(NULL AS VARCHAR)"
        texts[text] = _renamed(expression, mapped)
        values.append(f"{_read(column, text, mapped, zone)} AS {name}")
        kept.append(name)
        if column.kind == "agent":
            kept.append(f"nullif({text}, {name}) AS {text}")
    read = [f"{expression} AS {text}" for text, expression in texts.items()]
    read += _raw_customers(contract, columns, folded=bool(table.fold))
    faults = faults_of(contract)
    number = "file_row, " if numbered else ""
    if not numbered:
        read, kept = [*read, "broken"], [*kept, "broken"]
    whens = " ".join(f"WHEN {condition} THEN {n}" for n, (condition, _, _) in enumerate(faults, start=1))
    faulty = " ".join(
        f"WHEN {n} THEN {quoted('text ' + column)}" for n, (_, column, _) in enumerate(faults, start=1)
    )
    sql = f"""
        SELECT {number}ignored OR coalesce(({table.exclude}), false) AS ignored, {", ".join(kept)},
            fault, CASE fault {faulty} END AS fault_text
        FROM (
            SELECT *, CAST(CASE {whens} END AS USMALLINT) AS fault
            FROM (
                SELECT * REPLACE ({_filled(contract)}) FROM (
                    SELECT *, {", ".join(values)}
                    FROM ({_rows(con, table, ", ".join(read), number)}))))"""
    return Conversion(sql, tuple(faults), _filled_by(contract, columns))


def _rows(con: duckdb.DuckDBPyConnection, table: TableMap, values: str, number: str) -> str:
    """SQL of the rows that become facts: those of `raw`, or one for all that share a linking id.

    Then the temporary table `folded` tells which row each of the others went into.
    """
    if not table.fold:
        return f"SELECT {number}coalesce(({table.ignore}), false) AS ignored, {values} FROM raw"
    # A row without an id stands for itself, and is missed in its key.
    key = f"coalesce(CAST(({table.fold}) AS VARCHAR), ' ' || file_row)"
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE folded AS
        SELECT file_row, last FROM (
            SELECT file_row, {key} AS fold_key FROM raw WHERE NOT coalesce(({table.ignore}), false))
        JOIN (
            SELECT {key} AS fold_key, max(file_row) AS last FROM raw
            WHERE NOT coalesce(({table.ignore}), false)
            GROUP BY fold_key HAVING ({table.having})) USING (fold_key)""")
    return f"""
        SELECT max(file_row) AS file_row, false AS ignored, {values}
        FROM raw JOIN folded USING (file_row) GROUP BY last"""


def _filled_by(contract: Contract, columns: dict[str, ColumnMap]) -> frozenset[str]:
    """The fact columns that these maps give, with those that can be worked out from them."""
    filled = set(columns)
    if "customer" in filled:
        filled |= {"customer_key", "customer_shown"}
    filled |= {
        c.name for c in contract.columns if c.otherwise and check_expression(c.otherwise, c.name) <= filled
    }
    return frozenset(filled)


def _raw_customers(contract: Contract, columns: dict[str, ColumnMap], *, folded: bool) -> list[str]:
    names = []
    for column in contract.columns:
        if column.kind == "customer" and column.name in columns:
            word = columns[column.name].expression.strip('"')
            names += [quoted(word), quoted(f"{word} shown")]
    return [f"min_by({name}, file_row) AS {name}" for name in names] if folded else names


def _customer(mapped: ColumnMap | None) -> list[str]:
    if mapped is None:
        return ["CAST(NULL AS UBIGINT) AS customer_key", "CAST(NULL AS VARCHAR) AS customer_shown"]
    word = mapped.expression.strip('"')
    return [f"{quoted(word)} AS customer_key", f"{quoted(word + ' shown')} AS customer_shown"]


def _renamed(expression: str, mapped: ColumnMap | None) -> str:
    if not mapped or not mapped.values:
        return expression
    cases = " ".join(f"WHEN {literal(word)} THEN {literal(value)}" for word, value in mapped.values.items())
    return f"CASE {expression} {cases} ELSE {expression} END"


def _read(column: Column, text: str, mapped: ColumnMap | None, zone: str) -> str:
    kind = column.kind
    if kind in ("key", "agent"):
        return f"agent_key({text})" if kind == "agent" else text
    if kind == "choice":
        return _choice(column, text)
    if kind == "flag":
        words = (({yes: "true", no: "false"}) for yes, no in zip(YES, NO, strict=True))
        return _word(text, {word: value for pair in words for word, value in pair.items()})
    if kind in ("time", "date") and mapped and mapped.formats:
        return f"CAST(plausible(try_strptime({text}, [{_list(mapped.formats)}])) AS {SQL_TYPE[kind]})"
    return f"plausible(read_time({text}, {literal(zone)}))" if kind == "time" else f"read_{kind}({text})"


def _choice(column: Column, text: str) -> str:
    return _word(
        text,
        {word: literal(value) for value, words in (column.choices or {}).items() for word in (value, *words)},
    )


def _word(text: str, values: dict[str, str]) -> str:
    """What the words stand for; most are written as they are here, and need no change of case."""
    cases = " ".join(f"WHEN {literal(word)} THEN {value}" for word, value in values.items())
    return f"CASE {text} {cases} ELSE CASE lower({text}) {cases} END END"


def _filled(contract: Contract) -> str:
    """What stands in for an empty cell; one that cannot be read is a fault, not empty."""
    filled = []
    for column in contract.columns:
        if stand_in := column.default or column.otherwise:
            name, text = quoted(column.name), quoted("text " + column.name)
            filled.append(f"CASE WHEN {text} IS NULL THEN {stand_in} ELSE {name} END AS {name}")
    return ", ".join(filled) or "ignored AS ignored"


def faults_of(contract: Contract) -> list[tuple[str, str, str]]:
    """What speaks against a row, the first thing first: (condition, column, rule)."""
    faults: list[tuple[str, str, str]] = []
    for column in contract.columns:
        if column.kind == "customer":
            continue
        name, text = quoted(column.name), quoted("text " + column.name)
        unread = "unknown_value" if column.kind == "choice" else f"unreadable_{column.kind}"
        if column.kind not in ("key", "text", "agent"):  # nothing in these cannot be read
            faults.append((f"{text} IS NOT NULL AND {name} IS NULL", column.name, unread))
        if column.required:
            faults.append((f"{name} IS NULL", column.name, "missing"))
        if column.kind == "agent":
            faults.append(("false", column.name, NOT_ONE))  # found by etl/people/aliases.py
        if column.strict:
            low, high = column.low or 0, column.high or 1e12
            faults.append((f"{name} NOT BETWEEN {low} AND {high}", column.name, "off_scale"))
    return faults + [(f"NOT ({rule.condition})", rule.column, rule.name) for rule in contract.rules]


def _list(words: tuple[str, ...]) -> str:
    return ", ".join(literal(word) for word in words)
