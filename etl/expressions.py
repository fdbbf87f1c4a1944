"""What an SQL expression of a map or a catalogue may hold: one value of its row, nothing else."""

from __future__ import annotations

import functools
import json

import duckdb


@functools.cache
def _engine() -> tuple[duckdb.DuckDBPyConnection, frozenset[str]]:
    """A connection to parse with, and the names of its aggregates, told by the engine itself."""
    con = duckdb.connect()
    sql = "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type = 'aggregate'"
    return con, frozenset(row[0] for row in con.execute(sql).fetchall())


def check_expression(expression: str, where: str, over_rows: bool = False) -> set[str]:
    """The names of the columns that `expression` reads.

    Raises ValueError, beginning with `where`, unless it is exactly one row-level expression: no
    second statement, subquery, window or aggregate, nothing that reads files or settings. With
    `over_rows` it is a value of several rows, and may aggregate.
    """
    con, aggregates = _engine()
    text = f"SELECT ({expression}\n)"
    answer = json.loads(con.cursor().execute("SELECT json_serialize_sql(?)", [text]).fetchone()[0])
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
    _walk(node["select_list"][0], where, frozenset() if over_rows else aggregates, columns)
    return columns


def _walk(node: object, where: str, forbidden: frozenset[str], columns: set[str]) -> None:
    if isinstance(node, list):
        for part in node:
            _walk(part, where, forbidden, columns)
    if not isinstance(node, dict):
        return
    kind = node.get("class")
    if kind in ("SUBQUERY", "WINDOW", "STAR", "PARAMETER"):
        raise ValueError(f"{where}: {kind.lower()} is not allowed, only a value of the row")
    if kind == "FUNCTION":
        name = node["function_name"]
        if name in forbidden or name in ("getenv", "current_setting"):
            raise ValueError(f"{where}: {name}() is not allowed, only a value of the row")
    if kind == "COLUMN_REF":
        columns.add(node["column_names"][-1])
    for part in node.values():
        _walk(part, where, forbidden, columns)
