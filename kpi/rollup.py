"""Relations of facts, and from the catalogue the additive numbers per day, agent, team and segment.

The SQL here, in `kpi.figures` and in `kpi.subjects` is put together by code, from nothing but the files
in `kpi/relations/` and the conditions of the catalogue, which `kpi.conditions` has checked; whatever
people type is bound.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Collection, Mapping
from datetime import date
from functools import cache
from importlib.resources import files

import duckdb
import polars as pl

from etl.corrected import corrected_contracts
from etl.errors import N_, Problem
from etl.read import header_word
from kpi.definitions import Catalog, Indicator
from kpi.shadows import given_away, hiding, read_by
from kpi.stale import find_repeat_contacts, find_stale, look_back

# Each relation, and the contract without whose facts it has nothing to say.
RELATIONS = {
    "calls": "calls",
    "surveys": "surveys",
    "qa": "qa_reviews",
    "tickets": "tickets",
    "promises": "promises",
    "observations": "observations",
    "shifts": "attendance",
}

# Rows within the rows of a relation: each has its relation's columns, some of them for itself alone.
WITHIN = {"qa_points": "qa"}

# The joined columns of relations of very many rows: without them they are read from <name>_alone.sql.
JOINED = {"calls": {"team", "age_s", "next_contact_s"}}

GRAIN = "day, agent_id, team, segment"
ROWS = "all_rows"  # of a relation, whatever any indicator makes of them
MOST_VERIFIED = 1_000_000  # rows of a relation of which every number is compared with the facts

# The additive numbers of each kind; `should` (for coverage) belongs to all, `per` to another relation.
PARTS = {
    "count": ("rows",),
    "proportion": ("rows", "hits"),
    "mean": ("rows", "x", "xx"),
    "points": ("rows", "x", "y", "xx", "xy", "yy"),
    "rate": ("rows",),
}


@cache
def relation_file(name: str) -> str:
    """The text of `kpi/relations/<name>.sql`."""
    return files("kpi").joinpath("relations", f"{name}.sql").read_text(encoding="utf-8")


def with_relation(name: str, corrected: Collection[str] = (), reads: Collection[str] | None = None) -> str:
    """A WITH clause after which the rows of a relation can be read from `relation`.

    The facts of the contracts in `corrected` are read through their corrections, all others as the
    files gave them. Where `reads` says which columns are read (None for any), nothing is joined for others.
    """
    if name in WITHIN:
        return f"WITH relation AS (\n{with_relation(WITHIN[name], corrected)}{relation_file(name)})\n"
    if reads is not None and name in JOINED and not JOINED[name] & set(reads):
        sql = relation_file(f"{name}_alone")
        return f"WITH {hiding(read_by(sql, corrected))}relation AS (\n{sql})\n"
    sql = relation_file(name)
    own = read_by(sql, corrected)
    sql = given_away(name, sql, own)
    # Who called again after a call that is left out is another question than what the files said.
    again = f"repeat_contacts AS (\n{relation_file('repeat_contacts')}), " if "calls" in own else ""
    return (
        f"WITH {hiding(own)}{again}memberships AS (\n{relation_file('memberships')}), relation AS (\n{sql})\n"
    )


def relation_values(catalog: Catalog, name: str) -> dict[str, str]:
    """What the SQL of a relation needs to have bound: lists of the catalogue, as JSON."""
    values: dict[str, object] = {}
    if "$items" in relation_file(name):
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
    if "$qa_form" in relation_file(name):
        # A wide form's points are header cells, which are read without regard to case and full width.
        groups = {
            text: point.group
            for point in catalog.qa_points
            for name in (point.key, point.item, point.name_en)
            for text in (name, header_word(name))
        }
        values["qa_form"] = [{"item": text, "level_1": group} for text, group in groups.items()]
    if "$leave" in relation_file(name):
        values["leave"] = [{"leave_type": said.lower(), "rule": rule} for said, rule in catalog.leave.items()]
    return {key: json.dumps(value, ensure_ascii=False) for key, value in values.items()}


def components(indicator: Indicator, relation: str) -> dict[str, str]:
    """The columns that an indicator adds to the roll-up of a relation, each with its aggregate."""
    columns = {}
    if relation == indicator.relation:
        for part in (*PARTS[indicator.kind], "should"):
            columns[f"{indicator.key}__{part}"] = _aggregate(indicator, part)
    if relation == indicator.per:
        columns[f"{indicator.key}__per"] = _counted(f"({indicator.per_base}\n)")
    return columns


def _aggregate(indicator: Indicator, part: str) -> str:
    base, x, y = f"({indicator.base}\n)", f"({indicator.x}\n)", f"({indicator.y}\n)"
    counted = {
        "rows": base,
        "hits": f"{base} AND ({indicator.hit}\n)",
        "should": f"({indicator.should}\n)",
    }
    if part in counted:
        return _counted(counted[part])
    summed = {"x": x, "y": y, "xx": f"{x} * {x}", "xy": f"{x} * {y}", "yy": f"{y} * {y}"}[part]
    return f"coalesce(sum(CAST({summed} AS DOUBLE)) FILTER (WHERE {base}), 0)"


def _counted(condition: str) -> str:
    return f"count(CASE WHEN {condition} THEN 1 END)"  # a third quicker than count(*) FILTER


def relations_used(catalog: Catalog) -> list[str]:
    """The relations that any indicator counts rows of."""
    used = {name for i in catalog.indicators.values() for name in (i.relation, i.per) if name}
    return sorted(used)


def daily(indicators: list[Indicator], relation: str, corrected: Collection[str] = ()) -> str:
    """SQL of the additive numbers of some indicators, freshly counted from the facts of a relation."""
    columns = [part for indicator in indicators for part in components(indicator, relation).items()]
    # Many indicators share a number: each is counted once.
    counted = {sql: f"number_{place}" for place, sql in enumerate(dict.fromkeys(sql for _, sql in columns))}
    numbers = _lines([f"count(day) AS {ROWS}", *(f"{sql} AS {number}" for sql, number in counted.items())])
    named = _lines([ROWS, *(f"{counted[sql]} AS {column}" for column, sql in columns)])
    return (
        f"{with_relation(relation, corrected)}SELECT {GRAIN},\n{named}\n"
        f"FROM (SELECT {GRAIN},\n{numbers}\nFROM relation GROUP BY {GRAIN})"
    )


def digest(catalog: Catalog) -> str:
    """Changes with everything that the numbers in the roll-ups depend on, besides the facts."""
    text = [
        (relation, daily(list(catalog.indicators.values()), relation), relation_values(catalog, relation))
        for relation in relations_used(catalog)
    ]
    return hashlib.sha256(json.dumps([look_back(catalog), *text]).encode()).hexdigest()


def build(con: duckdb.DuckDBPyConnection, catalog: Catalog, *, all_days: bool = True) -> None:
    """Bring the roll-ups of all relations up to date with the facts, and note the digest they are made with.

    Without `all_days` only those of days that the load on this connection touched; `stale_days` says which.
    """
    made = digest(catalog)
    before = con.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'rollup_meta'").fetchone()[
        0
    ]
    all_days = all_days or not before or con.execute("SELECT digest FROM rollup_meta").fetchall() != [(made,)]
    indicators, corrected = list(catalog.indicators.values()), corrected_contracts(con)
    find_repeat_contacts(con, relation_file("repeat_contacts"), catalog, all_calls=all_days)
    find_stale(con, catalog, relations_used(catalog), all_days=all_days)
    for relation in relations_used(catalog):
        stale, values = stale_days(con, relation), relation_values(catalog, relation)
        numbers = daily(indicators, relation, corrected)
        if stale is None:
            con.execute(f"CREATE OR REPLACE TABLE rollup_{relation} AS {numbers} ORDER BY {GRAIN}", values)
        elif stale:
            con.execute(f"DELETE FROM rollup_{relation} WHERE {_on(stale)}")
            con.execute(
                f"INSERT INTO rollup_{relation} FROM ({numbers}) WHERE {_on(stale)} ORDER BY {GRAIN}", values
            )
    con.execute("CREATE OR REPLACE TABLE rollup_meta (digest VARCHAR)")
    con.execute("INSERT INTO rollup_meta VALUES (?)", [made])


def stale_days(con: duckdb.DuckDBPyConnection, relation: str) -> list[date] | None:
    """The days of a relation that the last `build` added up, in order; None for all of them."""
    found = con.execute("SELECT DISTINCT day FROM stale_days WHERE relation = ? ORDER BY day", [relation])
    days = [day for (day,) in found.fetchall()]
    return None if None in days else days


def _on(days: list[date]) -> str:
    """The condition that a row is of one of `days`; the span first, by which whole blocks are left out."""
    listed = ", ".join(f"DATE '{day}'" for day in days)
    return f"day BETWEEN DATE '{days[0]}' AND DATE '{days[-1]}' AND day IN ({listed})"


def verify(
    con: duckdb.DuckDBPyConnection, catalog: Catalog, days: Mapping[str, list[date] | None] | None = None
) -> None:
    """Compare the roll-ups, summed by day, with a fresh GROUP BY of the facts.

    `days` are those to look at by relation, None for all of it. Of very many rows each day's number is
    compared, and all else on some of the days. Raises Problem naming the first indicator and day that differ.
    """
    corrected = corrected_contracts(con)
    for relation in relations_used(catalog):
        stale = (days or {}).get(relation)
        if stale == []:
            continue
        where = f"WHERE {_on(stale)}" if stale else ""
        columns = {
            column: sql
            for indicator in catalog.indicators.values()
            for column, sql in components(indicator, relation).items()
        }
        counted = f"SELECT day, coalesce(sum({ROWS}), 0) FROM rollup_{relation} {where} GROUP BY day"
        rows = dict(con.execute(f"{counted} ORDER BY day").fetchall())
        some = _sample(rows)
        if len(some) < len(rows):
            _compare_days(con, catalog, relation, {ROWS: "count(day)"}, where, corrected)
            where = f"WHERE {_on(some)}"
        _compare_days(con, catalog, relation, columns, where, corrected)


def _sample(rows: Mapping[date, int]) -> list[date]:
    """Days that together have about MOST_VERIFIED rows: all, or some, the first and last among them."""
    days, total = list(rows), sum(rows.values())
    if total <= MOST_VERIFIED:
        return days
    number = max(2, int(len(days) * MOST_VERIFIED / total))
    return sorted({days[round(n * (len(days) - 1) / (number - 1))] for n in range(number)})


def _compare_days(
    con: duckdb.DuckDBPyConnection,
    catalog: Catalog,
    relation: str,
    columns: dict[str, str],
    where: str,
    corrected: Collection[str],
) -> None:
    sums = _lines([f"CAST(sum({column}) AS DOUBLE) AS {column}" for column in columns])
    stored = con.cursor().sql(f"SELECT day, {sums} FROM rollup_{relation} {where} GROUP BY day").pl()
    counts = _lines([f"CAST({sql} AS DOUBLE) AS {column}" for column, sql in columns.items()])
    fresh = f"{with_relation(relation, corrected)}SELECT day, {counts} FROM relation {where} GROUP BY day"
    counted = con.cursor().sql(fresh, params=relation_values(catalog, relation)).pl()
    _compare(relation, list(columns), stored, counted)


def _compare(relation: str, columns: list[str], stored: pl.DataFrame, counted: pl.DataFrame) -> None:
    both = counted.join(stored, on="day", how="full", coalesce=True, suffix="__stored").sort("day")
    for row in both.iter_rows(named=True):
        for column in columns:
            fresh, kept = row[column], row[f"{column}__stored"]
            if fresh is None or kept is None or not math.isclose(fresh, kept, rel_tol=1e-9, abs_tol=1e-6):
                raise Problem(
                    f"rollup_{relation}",
                    N_("“{indicator}” of {day} is {stored} in the roll-up but {counted} in the facts."),
                    N_("Nothing was published; load again, and report it if it comes back."),
                    indicator=re.sub(r"__\w+$", "", column),
                    day=row["day"],
                    stored=kept,
                    counted=fresh,
                )


def _lines(columns: list[str]) -> str:
    return ",\n".join(columns)
