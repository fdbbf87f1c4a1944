"""Relations: the rows that indicators count, with derived columns, read through the corrections in force.

Whoever asks something of a relation hands the question over: here it meets the SQL of the relation, which is
put together from nothing but the files in `kpi/relations/` and the expressions of the catalogue, which
`kpi.catalog.conditions` has checked; whatever people type is bound.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import cache

import duckdb

from etl.expressions import check_expression
from etl.read import header_word
from etl.sql_text import sql_file
from kpi.catalog.corrected_facts import given_away, hiding, read_by
from kpi.catalog.definitions import Catalog

# Each relation, and the contract without whose facts it has nothing to say.
RELATIONS = {
    "calls": "calls",
    "contacts": "calls",
    "all_calls": "calls",
    "surveys": "surveys",
    "qa": "qa_reviews",
    "tickets": "tickets",
    "promises": "promises",
    "observations": "observations",
    "shifts": "attendance",
    "presence": "agent_states",
    "intervals": "calls",
    "measures": "measures",
    "backlog": "tickets",
}

# Relations whose rows are times of another one's rows, which are the events that say who worked when.
STANDING = {"backlog": "tickets", "intervals": "calls"}

# Relations whose rows are parts of another relation's rows, and have that one's columns: part → whole.
WITHIN = {"qa_points": "qa"}

# Relations whose rows are made of another relation's: what → of which.
MADE_OF = {**WITHIN, "intervals": "contacts"}

# The columns that they read, where not all.
READ_OF = {"intervals": {"day", "team", "started_at", "answered", "wait_s", "waits_known"}}

# Relations of rows that no sum over teams gives: those of everyone have no team.
ENTIRE = {"intervals"}

# Relations that are parts of the same rows, `SCANS`, each with the column that says so: one scan adds all of
# them up, and their numbers are kept together, under the name of the first.
PARTS = {"calls": "in_calls", "contacts": "in_contacts", "all_calls": "in_all_calls"}
KEPT_AS = dict.fromkeys(PARTS, "calls")
SCANS = {"calls": "call_rows"}

# A question about calls that speaks of these is about calls of every direction.
EVERY_DIRECTION = {"direction", "callback"}

# What some relations read besides the facts, as other questions do: kpi/relations/<name>.sql, in this order.
READS = {
    "shifts": ("absences", "planned_shifts", "leave_of_shifts"),
    "presence": ("absences",),
    "tickets": ("tickets_known",),
    "backlog": ("tickets_known",),
}

# Columns that a large relation gets by joins; a question that needs none of them reads <name>_alone.sql.
JOINED = {"calls": {"team", "age_s", "next_contact_s", "next_unclear_s"}}


def kept_as(name: str) -> str:
    """The relation under whose name the sums of a relation are kept."""
    return KEPT_AS.get(name, name)


def scan_of(name: str) -> str:
    """What is read for the sums that are kept under the name of a relation."""
    return SCANS.get(name, name)


def parts_of_scan(name: str) -> dict[str, str]:
    """By relation the SQL condition of its rows among those that are read at once; "" for all of them."""
    return PARTS if name in SCANS.values() else {name: ""}


def relation_file(name: str) -> str:
    """The text of `kpi/relations/<name>.sql`."""
    return sql_file("kpi", f"relations/{name}")


def relation_text(name: str) -> str:
    """All SQL that the rows of a relation are made by, but for memberships."""
    kept = kept_as(name)
    if kept in MADE_OF:
        return relation_file(kept) + relation_text(MADE_OF[kept])
    read = (*READS.get(kept, ()), *([SCANS[kept]] if kept in SCANS else []))
    return "".join(map(relation_file, (kept, *read)))


def over(question: str, corrected: Collection[str] = (), **named: str) -> str:
    """`question` after a WITH clause that gives each name the rows of its SQL; each may read those before it.

    The facts of the contracts in `corrected` are read through their corrections.
    """
    rows = [f"{name} AS (\n{sql})" for name, sql in named.items()]
    own = read_by("".join((question, *named.values())), corrected)
    return f"WITH {hiding(own)}{', '.join(rows)}\n{question}"


def over_relation(
    question: str, name: str, corrected: Collection[str] = (), reads: Collection[str] | None = None
) -> str:
    """`question` after a WITH clause that defines `relation`, as `with_relation` makes it."""
    return with_relation(name, corrected, reads) + question


def with_relation(name: str, corrected: Collection[str] = (), reads: Collection[str] | None = None) -> str:
    """A WITH clause after which the rows of a relation can be read from `relation`.

    The facts of the contracts in `corrected` are read through their corrections, all others as the
    files gave them. Where `reads` says which columns are read (None for any), nothing is joined for others.
    """
    if name in MADE_OF:
        sql = relation_file(name)
        return f"WITH relation AS (\n{with_relation(MADE_OF[name], corrected, READ_OF.get(name))}{sql})\n"
    if name in PARTS or name in SCANS.values():
        return _with_calls(name, corrected, reads)
    own = read_by(relation_text(name), corrected)
    named = {one: relation_file(one) for one in ("memberships", *READS.get(name, ()))}
    return over("", own, **named, relation=given_away(name, relation_file(name), own))


def _with_calls(name: str, corrected: Collection[str], reads: Collection[str] | None) -> str:
    """As `with_relation`, of a part of all calls, or of all."""
    on_shift = reads is None or "shift" in reads
    alone = reads is not None and not on_shift and not JOINED["calls"] & set(reads)
    sql = relation_file("calls_alone" if alone else "calls")
    more = relation_file("calls_on_shift") if on_shift else ""
    own = read_by(relation_file("call_rows") + sql + more, corrected)
    with_rows = f"WITH {hiding(own)}call_rows AS (\n{relation_file('call_rows')}), "
    if not alone:
        sql = given_away("calls", sql, own)
        # With corrected calls, who called again has to be found anew: a call may be left out.
        again = f"repeat_contacts AS (\n{relation_file('repeat_contacts')}), " if "calls" in own else ""
        with_rows += f"{again}memberships AS (\n{relation_file('memberships')}), "
    if more:
        with_rows, sql = f"{with_rows}unshifted AS (\n{sql}), ", more
    if name in PARTS:
        with_rows += f"every AS (\n{sql}), "
        sql = f"SELECT * EXCLUDE ({', '.join(PARTS.values())}) FROM every WHERE {PARTS[name]}"
    return f"{with_rows}relation AS (\n{sql})\n"


def relation_values(catalog: Catalog, name: str) -> dict[str, str]:
    """The values to bind to a relation's SQL: lists of the catalogue, as JSON."""
    values: dict[str, object] = {}
    sql = relation_text(name)
    if "$items" in sql:
        values["items"] = [
            {
                "name": text,
                "item_key": item.key,
                "response_limit_s": item.response_s,
                "resolution_limit_s": item.resolution_s,
            }
            for item in catalog.items
            for text in dict.fromkeys((item.key, *item.name.values(), *item.aliases))
        ]
    if "$qa_form" in sql:
        # A wide form's points are header cells, which are read without regard to case and full width.
        groups = {
            text: point.group
            for point in catalog.qa_points
            for name in (point.key, point.item, point.name_en)
            for text in (name, header_word(name))
        }
        values["qa_form"] = [{"item": text, "level_1": group} for text, group in groups.items()]
    if "$measured" in sql:
        own = [one for one in catalog.indicators.values() if one.relation == name]
        keys = {text.lower(): one.key for one in own for text in (*one.name.values(), one.key)}
        values["measured"] = [{"name": text, "key": key} for text, key in keys.items()]
    if "$within_s" in sql and "service_level" in catalog.indicators:
        limits = catalog.indicators["service_level"].limits
        values |= {name: limits[name] for name in ("within_s", "short_s")}
    if "$leave" in sql:
        values["leave"] = [{"leave_type": said.lower(), "rule": rule} for said, rule in catalog.leave.items()]
    if "$scales" in sql:
        values["scales"] = [{"source": source, **scale} for source, scale in catalog.scales.items()]
    return {key: json.dumps(value, ensure_ascii=False) for key, value in values.items()}


def types_of(
    con: duckdb.DuckDBPyConnection, catalog: Catalog, name: str, expressions: Collection[str] | None = None
) -> list[tuple[str, str]]:
    """Name and SQL type of expressions over a row of a relation; None for `expressions` means its columns.

    All rows that there are, are asked for them: duckdb.Error for an expression that fails on one.
    """
    columns = "*"
    if expressions is not None:
        columns = ", ".join(f"({sql}\n) AS c{number}" for number, sql in enumerate(expressions))
    question = over_relation(f"SELECT {columns} FROM relation", name)
    asked = con.execute(question, relation_values(catalog, name))
    asked.fetchall()
    return [(column[0], str(column[1])) for column in asked.description]


@cache
def columns_read(expression: str) -> frozenset[str]:
    """The columns of a relation that an expression over one or several rows reads."""
    return frozenset(check_expression(expression, "", over_rows=True))
