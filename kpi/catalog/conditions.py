"""Checks the SQL that stands in catalogue entries, before any of it is run on facts."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

import duckdb

from etl.errors import N_, Problem
from etl.expressions import check_expression
from etl.snapshots.formats import create_tables
from kpi.catalog.definitions import Catalog, Indicator
from kpi.catalog.relations import RELATIONS, WITHIN, kept_as, types_of

_CONDITIONS = ("base", "hit", "should", "per_base")
_MEASURES = ("x", "y")

_NUMBERS = ("DOUBLE", "FLOAT", "DECIMAL", "BIGINT", "INTEGER", "SMALLINT", "TINYINT", "HUGEINT", "UBIGINT")

Place = tuple[str, str]  # file and entry, field


def condition_faults(catalog: Catalog, where: dict[tuple[str, str, str], str]) -> Iterator[Problem]:
    """What is wrong with the SQL of indicators and dimensions; `where` names the file and entry of each.

    A condition is one expression over a row of its relation that is true or false, `x` and `y` are
    one that is a number, a dimension's is of any kind: no aggregate, window or subquery, and no column
    the relation does not have.
    """
    relations = (*RELATIONS, *WITHIN)
    expressions = {
        (relation, place): sql
        for relation in relations
        for place, sql in _expressions(catalog, relation, where).items()
    }
    faulty = set()
    for (relation, (entry, field)), sql in expressions.items():
        try:
            check_expression(sql, "")
        except ValueError as error:
            reason = str(error).removeprefix(": ")
            faulty.add((relation, (entry, field)))
            yield Problem(entry, N_("{field}: {reason}."), N_("Correct it."), field=field, reason=reason)
    con = duckdb.connect()
    create_tables(con)
    for relation in relations:
        sound = {
            place: sql
            for (name, place), sql in expressions.items()
            if name == relation and (name, place) not in faulty
        }
        if sound:
            yield from _unbound(con, catalog, relation, sound)


def _expressions(catalog: Catalog, relation: str, where: dict[tuple[str, str, str], str]) -> dict[Place, str]:
    conditions = {
        (where["indicators.toml", "", indicator.key], field): getattr(indicator, field)
        for indicator in catalog.indicators.values()
        for field in _fields(indicator, relation)
        if getattr(indicator, field) is not None
    }
    parts = {
        (where["dimensions.toml", "", dimension.key], relation): dimension.rows[relation]
        for dimension in catalog.dimensions.values()
        if relation in dimension.rows and relation == kept_as(relation)  # of the others it is the same
    }
    return conditions | parts


def _fields(indicator: Indicator, relation: str) -> tuple[str, ...]:
    own = ("base", *indicator.how.own, "should") if indicator.relation == relation else ()
    return (*own, *indicator.how.of_per) if indicator.per == relation else own


def _unbound(
    con: duckdb.DuckDBPyConnection, catalog: Catalog, relation: str, expressions: dict[Place, str]
) -> Iterator[Problem]:
    if not expressions:
        return
    try:
        kinds = [kind for _, kind in types_of(con, catalog, relation, expressions.values())]
    except duckdb.Error:
        kinds = [None] * len(expressions)
    for ((entry, field), sql), found in zip(expressions.items(), kinds, strict=True):
        try:
            sql_type = found or types_of(con, catalog, relation, [sql])[0][1]
        except duckdb.Error as error:
            columns = [name for name, _ in types_of(con, catalog, relation)]
            yield _binding_fault(entry, field, relation, str(error), columns)
            continue
        if field in _CONDITIONS and sql_type != "BOOLEAN":
            what = N_("{field} is {kind}, expected true or false.")
        elif field in _MEASURES and not sql_type.startswith(_NUMBERS):
            what = N_("{field} is {kind}, expected a number.")
        else:
            continue
        yield Problem(entry, what, N_("Correct it."), field=field, kind=sql_type)


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
