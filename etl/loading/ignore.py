"""Rows that are not to count, by rule: internal and test calls, as `config/ignore.toml` names them.

    [[calls]]
    queue = ["test", "演练"]

    [[calls]]
    direction = "internal"
    agent_id = [9001, 9002]

A rule holds where all its columns have one of their values; a row that any rule of its table fits is
counted as ignored.
"""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from pathlib import Path

import duckdb

from etl.contracts.contract import Column
from etl.contracts.facts import CONTRACTS
from etl.errors import N_, Problem
from etl.home import read_entries
from etl.maps.maps import TableMap
from etl.people.agents import agent_key
from etl.sql_text import FALSE, Sql, any_of, filled, joined, literal

FILE = "ignore.toml"
TOUCH = """
    INSERT INTO touched_days
    SELECT DISTINCT ?, business_date FROM {facts} WHERE business_date IS NOT NULL AND ({condition})"""
REPLACED = "INSERT INTO replaced_customers SELECT customer_key FROM calls WHERE {condition}"


def load_ignore(config: Path) -> dict[str, Sql]:
    """Contract → SQL condition over its columns, of the rules in `config`; Problem with every fault."""
    entries = read_entries(config / FILE)
    faults: list[str] = []
    conditions: dict[str, Sql] = {}
    for contract, rules in entries.items():
        if contract not in CONTRACTS or not isinstance(rules, list):
            faults.append(contract)
            continue
        read = [_rule(contract, rule, faults) for rule in rules]
        conditions[contract] = any_of(read)
    if faults:
        raise Problem(
            f"config/{FILE}",
            N_("Faulty rules: {faults}."),
            N_('Write each as [[table]] with lines such as queue = "test" below it.'),
            faults=", ".join(faults),
        )
    return conditions


def excluding(table: TableMap, conditions: dict[str, Sql]) -> TableMap:
    """`table` with the ignore rules of its contract as its condition `exclude`."""
    return replace(table, exclude=conditions.get(table.contract.name, FALSE))


def drop_ignored(con: duckdb.DuckDBPyConnection, conditions: dict[str, Sql]) -> None:
    """Remove the facts of earlier loads that a rule now fits; their days go into `touched_days`."""
    for contract, condition in conditions.items():
        con.execute(filled(TOUCH, facts=contract, condition=condition), [contract])
        if contract == "calls":  # whose other calls may be repeated ones no longer
            con.execute(filled(REPLACED, condition=condition))
        con.execute(filled("DELETE FROM {facts} WHERE {condition}", facts=contract, condition=condition))


def _rule(contract: str, rule: object, faults: list[str]) -> Sql:
    if not isinstance(rule, dict) or not rule:
        faults.append(contract)
        return FALSE
    parts = []
    for name, given in rule.items():
        columns = [column for column in CONTRACTS[contract].columns if column.name == name]
        values = given if isinstance(given, list) else [given]
        part = _part(columns[0], values) if columns and values else None
        if part is None:
            faults.append(f"{contract}.{name}")
        parts.append(part or FALSE)
    return joined(" AND ", parts)


def _part(column: Column, values: list[object]) -> Sql | None:
    """SQL of "the column has one of these values"; None when it cannot have one of them."""
    literals = [_value(column, value) for value in values]
    if None in literals:
        return None
    name = Sql("customer_key") if column.kind == "customer" else column.name
    compared = "lower({name}) IN ({values})" if column.kind in ("key", "text") else "{name} IN ({values})"
    return filled(compared, name=name, values=literals)


def _value(column: Column, value: object) -> Sql | int | float | None:
    """`value` as SQL, in the form in which a fact has it; None when `column` cannot have it."""
    found = None
    if isinstance(value, bool):
        found = value if column.kind == "flag" else None
    elif column.kind in ("seconds", "number", "whole"):
        found = value if isinstance(value, int | float) and isfinite(value) else None
    elif isinstance(value, str | int | float):
        text = str(value).strip()
        if column.kind == "choice":
            meant = [key for key, words in (column.choices or {}).items() if text.lower() in (key, *words)]
            found = literal(meant[0]) if meant else None
        elif column.kind == "agent":
            found = literal(agent_key(text))
        elif column.kind == "customer":
            found = filled("customer_key({text})", text=literal(text))
        elif column.kind in ("key", "text"):
            found = literal(text.lower())
    return found  # not of times: a span of time is a matter of corrections
