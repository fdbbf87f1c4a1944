"""Tells conditions that no row of a relation can meet, because it drops such rows or has no such value.

A condition is tried on every combination of values that could matter: the words of a column of choices that
the relation keeps, true and false, and of a number that is compared with constants these, what lies between
them and beyond. What cannot be tried so (a function, a time, two columns compared) is taken to be true or
false at will, so that no condition is called impossible that is not.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from decimal import Decimal
from itertools import pairwise, product
from math import prod

import duckdb

from etl.contracts.contract import Column
from etl.contracts.facts import CONTRACTS, fact_columns
from etl.expressions import as_sql, parsed
from etl.sql_text import FALSE, TRUE, Sql, filled, joined, literal
from kpi.catalog.corrected_facts import ROWS
from kpi.catalog.definitions import Catalog
from kpi.catalog.relations import WITHIN, over_relation, relation_values, types_of

Node = dict[str, object]
Values = dict[str, list[object]]

MOST = 50_000  # combinations that are tried; beyond, a condition is not called impossible
NUMBERS = ("DOUBLE", "FLOAT", "DECIMAL", "BIGINT", "INTEGER", "SMALLINT", "TINYINT", "HUGEINT", "UBIGINT")
_BOOLEAN: list[object] = [True, False, None]
_COMPARED = {"COMPARE_EQUAL", "COMPARE_NOTEQUAL", "COMPARE_DISTINCT_FROM", "COMPARE_NOT_DISTINCT_FROM"}
_ORDERED = {
    *("COMPARE_LESSTHAN", "COMPARE_GREATERTHAN"),
    *("COMPARE_LESSTHANOREQUALTO", "COMPARE_GREATERTHANOREQUALTO"),
}
_ALWAYS = ("business_date", "file_id", "file_row")
_INSERT = "INSERT INTO {facts} ({names}) SELECT {values}"


def fill_facts(con: duckdb.DuckDBPyConnection, relation: str) -> None:
    """Put into the facts of a relation, and no others, rows for each word of a column of choices.

    One in which all that is true or false is true, one in which it is false, one with what it must have only.
    """
    for name in CONTRACTS:
        con.execute(filled("DELETE FROM {facts}", facts=name))
    for name in ROWS[WITHIN.get(relation, relation)]:
        contract = CONTRACTS[name]
        must = {
            *_ALWAYS,
            *contract.key,
            *(one.name for one in contract.columns if one.required or one.choices),
        }
        chosen = {column.name: list(column.choices) for column in contract.columns if column.choices}
        usual = {column: words[0] for column, words in chosen.items()}
        each = [usual | {column: word} for column, words in chosen.items() for word in words] or [usual]
        for number, (row, flag) in enumerate(product(each, (TRUE, FALSE, None))):
            values = {
                column: literal(row[column]) if column in row else _something(kind, place, number, flag)
                for place, (column, kind) in enumerate(fact_columns(contract))
                if flag is not None or column in must
            }
            con.execute(filled(_INSERT, facts=name, names=list(values), values=list(values.values())))


def choices_of(con: duckdb.DuckDBPyConnection, catalog: Catalog, relation: str) -> dict[str, tuple[str, ...]]:
    """The words that a relation keeps of each column of choices, told by the rows of `fill_facts`."""
    relation = WITHIN.get(relation, relation)
    has = {name for name, _ in types_of(con, catalog, relation)}
    every = [column for name in ROWS[relation] for column in CONTRACTS[name].columns]
    columns = [column for column in every if column.choices and column.name in has]
    if not columns:
        return {}
    asked = filled(_KEPT, lists=[filled(_WORDS, name=column.name) for column in columns])
    (found,) = con.execute(over_relation(asked, relation), relation_values(catalog, relation)).fetchall()
    return {one.name: tuple(words or one.choices) for one, words in zip(columns, found, strict=True)}


_KEPT = "SELECT {lists} FROM relation"
_WORDS = "list_sort(coalesce(list(DISTINCT {name}), []))"


def _something(sql_type: str, place: int, row: int, flag: Sql | None) -> Sql:
    """SQL of a value: a text of no other column or row, a time later than those in the columns before."""
    if sql_type == "TIMESTAMP":
        return filled("TIMESTAMP '2026-01-05 08:00:00' + INTERVAL {place} MINUTE", place=place)
    text = literal(f"x{place} {row}")
    return {"VARCHAR": text, "DATE": Sql("DATE '2026-01-05'"), "BOOLEAN": flag or TRUE}.get(
        sql_type, Sql("1")
    )


def never_true(
    con: duckdb.DuckDBPyConnection,
    catalog: Catalog,
    relation: str,
    condition: str,
    choices: Mapping[str, Collection[str]],
) -> bool:
    """Whether no row of a relation can meet a condition, whose columns of `choices` hold these words only."""
    columns = {c.name: c for name in ROWS[WITHIN.get(relation, relation)] for c in CONTRACTS[name].columns}
    types = dict(types_of(con, catalog, relation))
    known: Values = {name: _BOOLEAN for name, sql_type in types.items() if sql_type == "BOOLEAN"}
    known |= {name: [*words, None] for name, words in choices.items()}
    others = {name: kind for name, kind in types.items() if name not in known}
    statement = parsed(condition)
    node = statement["statements"][0]["node"]
    values: Values = {}
    node["select_list"] = [_tried(con, node["select_list"][0], known, others, values)]
    values |= {name: _around(found, columns.get(name)) for name, found in values.items() if name in others}
    if prod(map(len, values.values())) > MOST:
        return False
    rows = (filled(_TRIED, n=n, name=name) for n, name in enumerate(values))
    question = filled(_ANY, rows=joined(", ", [Sql("(SELECT 1)"), *rows]), tried=as_sql(statement))
    bound = {f"values{n}": found for n, found in enumerate(values.values())}
    return con.execute(question, bound).fetchone() == (0,)


_TRIED = "(SELECT unnest($values{n}) AS {name})"
_ANY = "SELECT count(*) FROM {rows} WHERE ({tried})"


def _tried(
    con: duckdb.DuckDBPyConnection, node: Node, known: Values, others: Mapping[str, str], values: Values
) -> Node:
    """`node` of a condition, with what cannot be tried replaced by a column that is true or false at will.

    `values` gets the columns of what is left, each with its values or the constants that it is compared with.
    """
    if node["class"] == "CONJUNCTION" or node["type"] == "OPERATOR_NOT":
        return node | {"children": [_tried(con, one, known, others, values) for one in node["children"]]}
    read = _columns(node)
    if read <= known.keys():
        values |= {name: known[name] for name in read}
        return node
    name, constants = _compared(con, node, others)
    if name is not None:
        values[name] = [*values.get(name, []), *constants]
        return node
    name = f"free {json.dumps(_bare(node), sort_keys=True)}"
    values[name] = _BOOLEAN
    return {
        "class": "COLUMN_REF",
        "type": "COLUMN_REF",
        "alias": "",
        "query_location": 0,
        "column_names": [name],
    }


def _compared(
    con: duckdb.DuckDBPyConnection, node: Node, others: Mapping[str, str]
) -> tuple[str | None, list[object]]:
    """The one column that a node compares with constants, and these; None where it does anything else."""
    compared = node["type"]
    if node["class"] == "BETWEEN":
        parts, ordered = [node["input"], node["lower"], node["upper"]], True
    elif node["class"] == "COMPARISON" and compared in _COMPARED | _ORDERED:
        parts, ordered = [node["left"], node["right"]], compared in _ORDERED
    elif compared in ("COMPARE_IN", "COMPARE_NOT_IN", "OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL"):
        parts, ordered = node["children"], False
    else:
        return None, []
    named = [part for part in parts if part["class"] == "COLUMN_REF"]
    constants = [part for part in parts if not _columns(part)]
    name = named[0]["column_names"][-1] if len(named) == 1 and len(constants) == len(parts) - 1 else None
    number = others.get(name, "").startswith(NUMBERS)
    if name is None or not (number or (others.get(name) == "VARCHAR" and not ordered)):
        return None, []
    found = [_constant(con, part) for part in constants]
    fitting = all(one is None or isinstance(one, str) != number for one in found)
    return (name, found) if fitting else (None, [])


def _constant(con: duckdb.DuckDBPyConnection, node: Node) -> object:
    """The value of an expression without columns, a number as a float."""
    statement = parsed("NULL")
    statement["statements"][0]["node"]["select_list"] = [node]
    (value,) = con.execute(as_sql(statement)).fetchone()
    return float(value) if isinstance(value, int | float | Decimal) else value


def _around(constants: list[object], column: Column | None) -> list[object]:
    """Values that tell apart all that a column can be against these constants, within its bounds."""
    words = [one for one in constants if isinstance(one, str)]
    if words:
        return [*dict.fromkeys(words), "".join(words) + "x", None]
    numbers = sorted({one for one in constants if one is not None})
    between = [(one + other) / 2 for one, other in pairwise(numbers)]
    ends = [numbers[0] - 1, numbers[-1] + 1] if numbers else [0.0]
    points = [*numbers, *between, *ends]
    if column is not None and column.low is not None and column.high is not None:
        points = [column.low, column.high, *(one for one in points if column.low <= one <= column.high)]
    return [*points, None]


def _columns(node: object) -> set[str]:
    """The names of the columns in a node."""
    if isinstance(node, list):
        return set().union(*map(_columns, node))
    if not isinstance(node, dict):
        return set()
    own = {node["column_names"][-1]} if node.get("class") == "COLUMN_REF" else set()
    return own.union(*map(_columns, node.values()))


def _bare(node: object) -> object:
    """A node without the places at which its parts are written."""
    if isinstance(node, list):
        return [_bare(one) for one in node]
    if isinstance(node, dict):
        return {key: _bare(one) for key, one in node.items() if key != "query_location"}
    return node
