"""Checks the SQL that stands in catalogue entries, before any of it is run on facts."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

import duckdb

from etl.contracts import CONTRACTS, fact_columns
from etl.errors import N_, Problem
from etl.expressions import check_expression
from etl.snapshot import BOOK_KEEPING
from kpi.definitions import Catalog, Indicator
from kpi.rollup import relation_values, relations_used, with_relation

_CONDITIONS = ("base", "hit", "should", "per_base")

_NUMBERS = ("DOUBLE", "FLOAT", "DECIMAL", "BIGINT", "INTEGER", "SMALLINT", "TINYINT", "HUGEINT", "UBIGINT")

Place = tuple[str, str]  # key of the indicator, field


def condition_faults(catalog: Catalog, where: dict[str, str]) -> Iterator[Problem]:
    """What is wrong with the conditions of the indicators; `where` names the file and entry of each.

    A condition is one expression over a row of its relation that is true or false, `x` and `y` are
    one that is a number: no aggregate, window or subquery, and no column the relation does not have.
    """
    expressions = {
        (relation, place): sql
        for relation in relations_used(catalog)
        for place, sql in _expressions(catalog, relation).items()
    }
    faulty = set()
    for (relation, (key, field)), sql in expressions.items():
        try:
            check_expression(sql, "")
        except ValueError as error:
            reason = str(error).removeprefix(": ")
            faulty.add((relation, (key, field)))
            yield Problem(where[key], N_("{field}: {reason}."), N_("Correct it."), field=field, reason=reason)
    con = _empty_database()
    for relation in relations_used(catalog):
        sound = {
            place: sql
            for (name, place), sql in expressions.items()
            if name == relation and (name, place) not in faulty
        }
        yield from _unbound(con, catalog, relation, sound, where)


def _expressions(catalog: Catalog, relation: str) -> dict[Place, str]:
    return {
        (indicator.key, field): getattr(indicator, field)
        for indicator in catalog.indicators.values()
        for field in _fields(indicator, relation)
        if getattr(indicator, field) is not None
    }


def _fields(indicator: Indicator, relation: str) -> tuple[str, ...]:
    own = ("base", "hit", "should", "x", "y") if indicator.relation == relation else ()
    return (*own, "per_base") if indicator.per == relation else own


def _empty_database() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute(BOOK_KEEPING)
    for contract in CONTRACTS.values():
        columns = ", ".join(f'"{name}" {kind}' for name, kind in fact_columns(contract))
        con.execute(f'CREATE TABLE "{contract.name}" ({columns})')
    return con


def _unbound(
    con: duckdb.DuckDBPyConnection,
    catalog: Catalog,
    relation: str,
    expressions: dict[Place, str],
    where: dict[str, str],
) -> Iterator[Problem]:
    values = relation_values(catalog, relation)
    try:
        kinds = _kinds(con, relation, list(expressions.values()), values)
    except duckdb.Error:
        kinds = [None] * len(expressions)
    for ((key, field), sql), found in zip(expressions.items(), kinds, strict=True):
        try:
            kind = found or _kinds(con, relation, [sql], values)[0]
        except duckdb.Error as error:
            columns = con.execute(f"{with_relation(relation)}SELECT * FROM relation", values).description
            yield _binding_fault(where[key], field, relation, str(error), [column[0] for column in columns])
            continue
        if field in _CONDITIONS and kind != "BOOLEAN":
            what = N_("{field} is {kind}, expected true or false.")
        elif field not in _CONDITIONS and not kind.startswith(_NUMBERS):
            what = N_("{field} is {kind}, expected a number.")
        else:
            continue
        yield Problem(where[key], what, N_("Correct it."), field=field, kind=kind)


def _kinds(
    con: duckdb.DuckDBPyConnection, relation: str, expressions: list[str], values: dict[str, str]
) -> list[str]:
    columns = ", ".join(f"({sql}\n) AS c{number}" for number, sql in enumerate(expressions))
    sql = f"{with_relation(relation)}SELECT {columns} FROM relation"
    return [str(column[1]) for column in con.execute(sql, values).description]


def _binding_fault(where: str, field: str, relation: str, message: str, columns: list[str]) -> Problem:
    unknown = re.search(r'Referenced column "([^"]+)" not found', message)
    if not unknown:
        first = message.splitlines()[0]
        return Problem(where, N_("{field}: {reason}."), N_("Correct it."), field=field, reason=first)
    near = difflib.get_close_matches(unknown[1], columns, n=1)
    return Problem(
        where,
        N_("{field}: “{column}” is no column of {relation}."),
        N_("Did you mean “{near}”?") if near else N_("Known are {near}."),
        field=field,
        column=unknown[1],
        relation=relation,
        near=near[0] if near else ", ".join(columns),
    )
