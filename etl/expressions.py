"""What an SQL expression of a map or a catalogue may hold: one value of its row, nothing else."""

from __future__ import annotations

import functools
import json
import re
import threading

import duckdb

from etl.sql_functions import row_functions
from etl.sql_text import Sql

# What a value of a row may be made of.
CLASSES = frozenset(
    (
        *("BETWEEN", "CASE", "CAST", "COLLATE", "COLUMN_REF", "COMPARISON"),
        *("CONJUNCTION", "CONSTANT", "FUNCTION", "LAMBDA", "OPERATOR"),
    )
)

_one_by_one = threading.Lock()


@functools.cache
def _engine() -> tuple[duckdb.DuckDBPyConnection, frozenset[str]]:
    """A connection to parse with, and the names of its aggregates, told by the engine itself."""
    con = duckdb.connect()
    sql = "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type = 'aggregate'"
    return con, frozenset(row[0] for row in con.execute(sql).fetchall())


def parsed(expression: str) -> dict:
    """What the engine's parser makes of `expression`: a statement of it alone, or an "error"."""
    con, _ = _engine()
    with _one_by_one:  # a cursor of its own would cost a hundred times the parsing
        told = con.execute("SELECT json_serialize_sql(?)", [f"SELECT ({expression}\n)"]).fetchone()
    return json.loads(told[0])


def as_sql(statement: dict) -> Sql:
    """The SQL of a statement that was `parsed`, and perhaps changed since."""
    con, _ = _engine()
    with _one_by_one:
        told = con.execute("SELECT json_deserialize_sql(?)", [json.dumps(statement)]).fetchone()
    return Sql(told[0].rstrip(";"))


def check_expression(expression: str, where: str, over_rows: bool = False) -> set[str]:
    """The names of the columns that `expression` reads.

    Raises ValueError, beginning with `where`, unless it is exactly one row-level expression: no
    second statement, subquery, window or aggregate, and no function but those of `etl.sql_functions`. With
    `over_rows` it is a value of several rows, and may aggregate.
    """
    _, aggregates = _engine()
    answer = parsed(expression)
    if answer.get("error"):
        raise ValueError(f"{where}: {answer['error_message']}")
    statements = answer["statements"]
    node = statements[0]["node"]
    if len(statements) != 1 or node["type"] != "SELECT_NODE" or len(node["select_list"]) != 1:
        raise ValueError(f"{where}: write one expression")
    clauses = ("where_clause", "group_expressions", "group_sets", "having", "qualify", "modifiers", "sample")
    if node["from_table"]["type"] != "EMPTY" or any(node.get(clause) for clause in clauses):
        raise ValueError(f"{where}: write one expression, without FROM, WHERE, GROUP BY or ORDER BY")
    columns: set[str] = set()
    functions = row_functions() | aggregates if over_rows else row_functions() - aggregates
    _walk(node["select_list"][0], where, functions, columns)
    return columns


def _walk(node: object, where: str, functions: frozenset[str], columns: set[str]) -> None:
    if isinstance(node, list):
        for part in node:
            _walk(part, where, functions, columns)
    if not isinstance(node, dict):
        return
    kind = node.get("class")
    if kind is not None and kind not in CLASSES:
        raise ValueError(f"{where}: {kind.lower()} is not allowed, only a value of the row")
    if kind == "FUNCTION" and node["function_name"].lower() not in functions:
        raise ValueError(f"{where}: {node['function_name']}() is not allowed, only a value of the row")
    if kind == "COLUMN_REF":
        columns.add(node["column_names"][-1])
    if kind == "LAMBDA":
        _walk_lambda(node, where, functions, columns)
        return
    for part in node.values():
        _walk(part, where, functions, columns)


def _walk_lambda(node: dict, where: str, functions: frozenset[str], columns: set[str]) -> None:
    """As `_walk`; what a lambda calls its own parameters is no column of the row."""
    parameters: set[str] = set()
    inside: set[str] = set()
    _walk(node["lhs"], where, functions, parameters)
    _walk(node["expr"], where, functions, inside)
    columns |= inside - parameters


class Terms:
    """Expressions with a name, written `{name}` in the other expressions of a map."""

    def __init__(self, given: dict[str, str]) -> None:
        self._terms: dict[str, str] = {}
        for name, expression in given.items():  # a term may use those above it
            self._terms[name] = self.expanded(expression)

    def expanded(self, expression: str) -> str:
        """`expression` with each `{name}` replaced by what it stands for; ValueError for an unknown one."""
        return re.sub(r"\{([a-z]\w*)\}", lambda match: f"({self._term(match[1])})", expression)

    def _term(self, name: str) -> str:
        if name not in self._terms:
            raise ValueError(f"terms: there is no term “{name}” above its use")
        return self._terms[name]
