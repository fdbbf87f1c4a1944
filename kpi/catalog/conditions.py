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
from kpi.catalog.left_out import OWN
from kpi.catalog.never_true import NUMBERS, choices_of, fill_facts, never_true
from kpi.catalog.relations import (
    RELATIONS,
    WITHIN,
    columns_read,
    kept_as,
    types_of,
)

_CONDITIONS = ("base", "hit", "should", "per_base")
_MEASURES = ("x", "y")

Place = tuple[str, str]  # file and entry, field


def condition_faults(catalog: Catalog, where: dict[tuple[str, str, str], str]) -> Iterator[Problem]:
    """What is wrong with the SQL of a home's own indicators and dimensions; `where` names each.

    A condition is one expression over a row of its relation that is true or false, `x` and `y` are
    one that is a number, a dimension's is of any kind: no aggregate, window or subquery, and no column
    the relation does not have.
    """
    relations = (*RELATIONS, *WITHIN)
    expressions = {
        (relation, place): sql
        for relation in relations
        for place, sql in _expressions(catalog, relation, where).items()
        if place[0].startswith(OWN)  # the shipped ones were looked at by a test, once for all
    }
    if not expressions:
        return
    faulty = set()
    for (relation, (entry, field)), sql in expressions.items():
        try:
            check_expression(sql, "")
        except ValueError as error:
            faulty.add((relation, (entry, field)))
            yield _no_expression(entry, field, str(error).removeprefix(": "))
    con = duckdb.connect()
    create_tables(con)
    for relation in relations:
        sound = {
            place: sql
            for (name, place), sql in expressions.items()
            if name == relation and (name, place) not in faulty
        }
        if sound:
            faults = list(_unbound(con, catalog, relation, sound))
            yield from faults
            wrong = {fault.where for fault in faults}
            tryable = {place: sql for place, sql in sound.items() if place[0] not in wrong}
            yield from tried(con, catalog, relation, tryable)


def _expressions(catalog: Catalog, relation: str, where: dict[tuple[str, str, str], str]) -> dict[Place, str]:
    conditions = {
        (where["indicators.toml", "", indicator.key], field): getattr(indicator, field)
        for indicator in catalog.indicators.values()
        for field in _fields(indicator, relation)
        if getattr(indicator, field) is not None and (field != "should" or indicator.should != indicator.base)
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
            yield _binding_fault(con, catalog, relation, (entry, field), sql, str(error))
            continue
        if field in _CONDITIONS and sql_type != "BOOLEAN":
            what = N_("{field} is {kind}, expected true or false.")
        elif field in _MEASURES and not sql_type.startswith(NUMBERS):
            what = N_("{field} is {kind}, expected a number.")
        else:
            continue
        yield Problem(entry, what, N_("Correct it."), field=field, kind=sql_type)


def tried(
    con: duckdb.DuckDBPyConnection, catalog: Catalog, relation: str, expressions: dict[Place, str]
) -> Iterator[Problem]:
    """What shows when expressions that are sound by themselves are tried on rows of a relation.

    One that fails on a row would break every page; a condition that no row can meet counts nothing.
    """
    if not expressions:
        return
    fill_facts(con, relation)
    choices = choices_of(con, catalog, relation)
    faulty: set[Place] = set()
    for (entry, field), sql in expressions.items():
        if field == "hit" and (entry, "base") in faulty:
            continue
        base = expressions.get((entry, "base"), "TRUE") if field == "hit" else "TRUE"
        condition = f"({base}\n) AND ({sql}\n)"
        try:
            types_of(con, catalog, relation, [sql])
            never = field in _CONDITIONS and never_true(con, catalog, relation, condition, choices)
        except duckdb.Error:
            faulty.add((entry, field))
            yield _mixed_kinds(con, catalog, relation, (entry, field), sql)
            continue
        if never:
            faulty.add((entry, field))
            kept = choices.keys() & columns_read(condition)
            said = "; ".join(f"{name}: {', '.join(choices[name])}" for name in sorted(kept))
            what = N_("{field} can never be true: its parts exclude each other.")
            if said:
                what = N_("{field} can never be true: in {relation} there is only {kept}.")
            yield Problem(entry, what, N_("Correct it."), field=field, relation=relation, kept=said)


def _mixed_kinds(
    con: duckdb.DuckDBPyConnection, catalog: Catalog, relation: str, place: Place, sql: str
) -> Problem:
    """The fault of an expression that compares or converts what does not fit, with what its columns are."""
    entry, field = place
    types = dict(types_of(con, catalog, relation))
    read = ", ".join(f"{name} {types[name]}" for name in sorted(columns_read(sql) & types.keys()))
    return Problem(
        entry,
        N_("{field} compares or converts what does not fit: {columns}."),
        N_("Compare like with like; TRY_CAST gives nothing where a text is no number."),
        field=field,
        columns=read or "–",
    )


def _no_expression(entry: str, field: str, reason: str) -> Problem:
    """The fault of a text that is no expression over one row, by what the parser or the rules say."""
    if near := re.search(r'at or near "(.*?)"', reason):
        what = N_("{field}: this is no SQL expression, it breaks off at “{near}”.")
        return Problem(entry, what, N_("Correct it."), field=field, near=near[1])
    if not_allowed := re.match(r"(\S+) is not allowed", reason):
        what = N_("{field}: {thing} is not allowed, only a value of the row.")
        thing = _THINGS.get(not_allowed[1], not_allowed[1])
        return Problem(entry, what, N_("Correct it."), field=field, thing=thing)
    return Problem(entry, N_("{field}: this is not one expression."), N_("Correct it."), field=field)


_THINGS = {
    "subquery": N_("a subquery"),
    "window": N_("a window function"),
    "star": N_("a star"),
    "parameter": N_("a parameter"),
}


def _binding_fault(
    con: duckdb.DuckDBPyConnection, catalog: Catalog, relation: str, place: Place, sql: str, message: str
) -> Problem:
    """The fault of an expression that the database does not understand, by what it says."""
    (entry, field), columns = place, [name for name, _ in types_of(con, catalog, relation)]
    if unknown := re.search(r'Referenced column "([^"]+)" not found', message):
        near = difflib.get_close_matches(unknown[1], columns, n=1)
        return Problem(
            entry,
            N_("{field}: “{column}” is no column of {relation}."),
            N_("Did you mean “{near}”?") if near else N_("Known are {near}."),
            field=field,
            column=unknown[1],
            relation=relation,
            near=near[0] if near else ", ".join(columns),
        )
    if unknown := re.search(r"Function with name \"?(\w+)\"? does not exist", message):
        what = N_("{field}: there is no function “{name}”.")
        return Problem(entry, what, N_("Correct it."), field=field, name=unknown[1])
    return _mixed_kinds(con, catalog, relation, place, sql)
