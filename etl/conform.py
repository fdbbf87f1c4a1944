"""Raw texts into typed rows under a contract, each with the first fault that speaks against it."""

from __future__ import annotations

from importlib import resources

import duckdb

from etl.agents import define_agent_key
from etl.contract import NO, SQL_TYPE, YES, Column, Contract
from etl.expressions import check_expression
from etl.plain import quoted
from etl.source_maps import ColumnMap, TableMap


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Make the conversion macros known on this connection."""
    define_agent_key(con)
    con.execute(resources.files("etl").joinpath("conversions.sql").read_text(encoding="utf-8"))


def conform(con: duckdb.DuckDBPyConnection, table: TableMap, zone: str) -> frozenset[str]:
    """Create the temporary table `typed` from the raw rows in `raw`; the fact columns that they fill.

    `typed` has file_row, `ignored` (the row is not meant for this contract), the contract's
    columns, "text <column>" with what was read, and `fault_column`, `fault_rule` (NULL when good).
    """
    contract = table.contract
    here = {row[0].casefold() for row in con.execute("SELECT column_name FROM (DESCRIBE raw)").fetchall()}
    columns = {name: mapped for name, mapped in table.columns.items() if mapped.reads <= here}
    texts, values = {}, []
    for column in contract.columns:
        mapped = columns.get(column.name)
        if column.kind == "customer":
            values += _customer(mapped)
            continue
        text = quoted(f"text {column.name}")
        expression = f"CAST(({mapped.expression}) AS VARCHAR)" if mapped else "CAST(NULL AS VARCHAR)"
        texts[text] = _renamed(expression, mapped)
        values.append(f"{_read(column, text, mapped, zone)} AS {quoted(column.name)}")
    read = [f"{expression} AS {text}" for text, expression in texts.items()]
    read += _raw_customers(contract, columns, folded=bool(table.fold))
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE typed AS
        SELECT *, {_fault(contract, "0")} AS fault_column, {_fault(contract, "1")} AS fault_rule
        FROM (
            SELECT * REPLACE ({_filled(contract)}) FROM (
                SELECT file_row, ignored, {", ".join(texts)}, {", ".join(values)}
                FROM ({_rows(con, table, ", ".join(read))})))
    """)
    return _filled_by(contract, columns)


def _rows(con: duckdb.DuckDBPyConnection, table: TableMap, values: str) -> str:
    """SQL of the rows that become facts: those of `raw`, or one for all that share a linking id.

    Then the temporary table `folded` tells which row each of the others went into.
    """
    if not table.fold:
        return f"SELECT file_row, coalesce(({table.ignore}), false) AS ignored, {values} FROM raw"
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE folded AS
        SELECT file_row, last FROM (
            SELECT file_row, ({table.fold}) AS fold_key FROM raw WHERE NOT coalesce(({table.ignore}), false))
        JOIN (
            SELECT ({table.fold}) AS fold_key, max(file_row) AS last FROM raw
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
        return ["CAST(NULL AS VARCHAR) AS customer_key", "CAST(NULL AS VARCHAR) AS customer_shown"]
    word = mapped.expression.strip('"')
    return [f"{quoted(word)} AS customer_key", f"{quoted(word + ' shown')} AS customer_shown"]


def _renamed(expression: str, mapped: ColumnMap | None) -> str:
    if not mapped or not mapped.values:
        return expression
    cases = " ".join(f"WHEN {_text(word)} THEN {_text(value)}" for word, value in mapped.values.items())
    return f"CASE {expression} {cases} ELSE {expression} END"


def _read(column: Column, text: str, mapped: ColumnMap | None, zone: str) -> str:
    kind = column.kind
    if kind in ("key", "agent"):
        return f"agent_key({text})" if kind == "agent" else text
    if kind == "choice":
        return _choice(column, text)
    if kind == "flag":
        yes, no = f"lower({text}) IN ({_list(YES)})", f"lower({text}) IN ({_list(NO)})"
        return f"CASE WHEN {yes} THEN true WHEN {no} THEN false END"
    if kind in ("time", "date") and mapped and mapped.formats:
        return f"CAST(plausible(try_strptime({text}, [{_list(mapped.formats)}])) AS {SQL_TYPE[kind]})"
    return f"plausible(read_time({text}, {_text(zone)}))" if kind == "time" else f"read_{kind}({text})"


def _choice(column: Column, text: str) -> str:
    cases = " ".join(
        f"WHEN lower({text}) IN ({_list((value, *words))}) THEN {_text(value)}"
        for value, words in (column.choices or {}).items()
    )
    return f"CASE {cases} END"


def _filled(contract: Contract) -> str:
    """What stands in for an empty cell; one that cannot be read is a fault, not empty."""
    filled = []
    for column in contract.columns:
        if stand_in := column.default or column.otherwise:
            name, text = quoted(column.name), quoted("text " + column.name)
            filled.append(f"CASE WHEN {text} IS NULL THEN {stand_in} ELSE {name} END AS {name}")
    return ", ".join(filled) or "file_row AS file_row"


def _fault(contract: Contract, part: str) -> str:
    """SQL of the first fault's column (part "0") or rule (part "1")."""
    cases = []
    for column in contract.columns:
        if column.kind == "customer":
            continue
        name, text = quoted(column.name), quoted("text " + column.name)
        unread = "unknown_value" if column.kind == "choice" else f"unreadable_{column.kind}"
        cases.append((f"{text} IS NOT NULL AND {name} IS NULL", column.name, unread))
        if column.required:
            cases.append((f"{name} IS NULL", column.name, "missing"))
        if column.strict:
            low, high = column.low or 0, column.high or 1e12
            cases.append((f"{name} NOT BETWEEN {low} AND {high}", column.name, "off_scale"))
    cases += [(f"NOT ({rule.condition})", rule.column, rule.name) for rule in contract.rules]
    whens = " ".join(f"WHEN {cond} THEN {_text((column, rule)[int(part)])}" for cond, column, rule in cases)
    return f"CASE {whens} END"


def _list(words: tuple[str, ...]) -> str:
    return ", ".join(_text(word) for word in words)


def _text(word: str) -> str:
    """`word` as an SQL text literal."""
    return "'" + word.replace("'", "''") + "'"
