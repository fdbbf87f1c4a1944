"""From the catalogue the additive numbers per day, agent, team and segment, built into the snapshot.

Of relations of very many rows they are also kept per month, agent, team and all finer dimensions that a
gap can be split by: the breakdown.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType

import duckdb

from etl.corrections.apply import corrected_contracts
from kpi.catalog.definitions import Catalog, Indicator
from kpi.catalog.relations import (
    JOINED,
    columns_read,
    kept_as,
    over_relation,
    parts_of_scan,
    relation_values,
    scan_of,
    with_relation,
)
from kpi.kinds import BINS
from kpi.rollups.stale import find_repeat_contacts, find_stale, is_empty, look_back
from kpi.scope import period_of
from kpi.statistics.binned import ENDS

BROKEN_DOWN = frozenset(JOINED)

GRAIN = "day, agent_id, team, segment"
GRAIN_COLUMNS = frozenset(GRAIN.split(", "))
MONTHLY = "day, agent_id, team"  # of the breakdown, besides the finer dimensions
ROWS = "all_rows"  # of a relation, whatever any indicator makes of them


def components(indicator: Indicator, relation: str) -> dict[str, str]:
    """The columns that an indicator adds to the sums of a relation, or of a scan, each with its aggregate."""
    columns = {}
    for part, of_part in parts_of_scan(relation).items():
        if part == indicator.relation:
            for number in (*indicator.how.parts, "should"):
                columns[f"{indicator.key}__{number}"] = _aggregate(indicator, number, of_part)
        if part == indicator.per:
            base = _both(of_part, f"({indicator.per_base}\n)")
            summed = "y" in indicator.how.of_per
            per = _summed(f"({indicator.y}\n)", base) if summed else _counted(base)
            columns[f"{indicator.key}__per"] = per
    return columns


def kept_numbers(indicators: Iterable[Indicator], relation: str) -> dict[str, str]:
    """The columns that the sums of some indicators have, each with its aggregate.

    Many indicators share a number: it is counted and kept once, in the name of the first, of those whose
    sums are split by parts if there is one.
    """
    first: dict[str, str] = {}
    for one in sorted(indicators, key=lambda one: not one.how.split):
        for column, sql in components(one, relation).items():
            first.setdefault(sql, column)
    return {column: sql for sql, column in first.items()}


def kept_columns(indicators: Collection[Indicator], relation: str) -> dict[str, str]:
    """Each column of `components` of some indicators, with the one that their sums keep it in."""
    names = {sql: column for column, sql in kept_numbers(indicators, relation).items()}
    return {column: names[sql] for one in indicators for column, sql in components(one, relation).items()}


def _aggregate(indicator: Indicator, part: str, of_part: str) -> str:
    base, x, y = _both(of_part, f"({indicator.base}\n)"), f"({indicator.x}\n)", f"({indicator.y}\n)"
    counted = {
        "rows": base,
        "hits": f"{base} AND ({indicator.hit}\n)",
        "should": _both(of_part, f"({indicator.should}\n)"),
    }
    if part in counted:
        return _counted(counted[part])
    if part in BINS:
        place = BINS.index(part)
        start = f" AND {x} > {ENDS[place - 1]}" if place else ""
        end = f" AND {x} <= {ENDS[place]}" if place < len(ENDS) - 1 else ""
        return _counted(f"{base}{start}{end}")
    summed = {"x": x, "y": y, "xx": f"{x} * {x}", "xy": f"{x} * {y}", "yy": f"{y} * {y}"}[part]
    return _summed(summed, base)


def _both(of_part: str, condition: str) -> str:
    return f"{of_part} AND {condition}" if of_part else condition


def _summed(expression: str, condition: str) -> str:
    return f"coalesce(sum(CAST({expression} AS DOUBLE)) FILTER (WHERE {condition}), 0)"


def _counted(condition: str) -> str:
    return f"count(CASE WHEN {condition} THEN 1 END)"  # a third quicker than count(*) FILTER


def relations_used(catalog: Catalog) -> list[str]:
    """The relations under whose names the sums of any indicator are kept."""
    used = {kept_as(name) for i in catalog.indicators.values() for name in (i.relation, i.per) if name}
    return sorted(used)


def rows_of(relation: str) -> str:
    """The aggregate of how many rows a relation has; of a scan, the one that its sums are kept under."""
    of_part = next(iter(parts_of_scan(relation).values()))
    return f"count(CASE WHEN {of_part} THEN day END)" if of_part else "count(day)"


def daily(indicators: list[Indicator], relation: str, corrected: Collection[str] = ()) -> str:
    """SQL of the additive numbers of some indicators, freshly counted from the facts of a relation.

    Its columns are those of `kept_numbers`, besides GRAIN and ROWS.
    """
    return _added_up(indicators, relation, corrected, GRAIN, GRAIN_COLUMNS)


def monthly(
    indicators: list[Indicator],
    relation: str,
    corrected: Collection[str],
    finer: Mapping[str, str],
    days: str = "TRUE",
) -> str:
    """SQL of the same numbers by month (its first day), agent, team and `finer`, columns with their SQL.

    Only days that meet a condition are read. What is not split by parts is left out.
    """
    indicators = [one for one in indicators if one.how.split]
    parts = lines([f"({sql}\n) AS {name}" for name, sql in finer.items()])
    month = "CAST(date_trunc('month', day) AS DATE) AS day"
    source = f"(SELECT * REPLACE ({month}),\n{parts}\nFROM relation WHERE {days})"
    reads = GRAIN_COLUMNS.union(*map(columns_read, finer.values()))
    return _added_up(indicators, relation, corrected, ", ".join([MONTHLY, *finer]), reads, source)


def _added_up(
    indicators: list[Indicator],
    relation: str,
    corrected: Collection[str],
    keys: str,
    reads: Collection[str],
    source: str = "relation",
) -> str:
    numbers = {ROWS: rows_of(relation)} | kept_numbers(indicators, relation)
    reads = set(reads).union(*map(columns_read, numbers.values()))
    return (
        f"{with_relation(relation, corrected, reads)}SELECT {keys},\n"
        f"{lines([f'{sql} AS {column}' for column, sql in numbers.items()])}\nFROM {source} GROUP BY {keys}"
    )


def by_day(
    numbers: Mapping[str, str], relation: str, corrected: Collection[str], days: list[date] | None
) -> str:
    """SQL of some numbers, columns with their aggregates, by day of a relation: some days, or all (None)."""
    counted = lines([f"CAST({sql} AS DOUBLE) AS {column}" for column, sql in numbers.items()])
    of_days = "TRUE" if days is None else on_days(days)
    question = f"SELECT day, {counted} FROM relation WHERE {of_days} GROUP BY day"
    return over_relation(question, relation, corrected, {"day"}.union(*map(columns_read, numbers.values())))


def rows_by_day(
    catalog: Catalog, relations: Mapping[str, str], corrected: Collection[str], *, rolled_up: bool
) -> str:
    """SQL of how many rows some relations have: part, day, agent_id, team, all_rows.

    `part` is what `relations` calls a relation. They are read from the roll-ups where it is `rolled_up`, and
    counted from the facts otherwise.
    """
    kept = relations_used(catalog) if rolled_up else ()
    return " UNION ALL ".join(
        f"SELECT '{part}' AS part, day, agent_id, team, {ROWS} FROM "
        + (f"rollup_{name}" if name in kept else f"({daily([], name, corrected)})")
        for name, part in relations.items()
        if name == kept_as(name)
    )


@lru_cache(maxsize=8)
def rollup_columns(catalog: Catalog, relation: str) -> Mapping[str, str]:
    """`kept_columns` of the roll-up that has the sums of a relation."""
    return MappingProxyType(kept_columns(catalog.indicators.values(), scan_of(relation)))


@lru_cache(maxsize=8)
def digest(catalog: Catalog) -> str:
    """A digest of all that the kept numbers depend on, besides the facts."""
    text, indicators = [], list(catalog.indicators.values())
    for relation in relations_used(catalog):
        finer, scan = finer_dimensions(catalog, relation), scan_of(relation)
        broken_down = monthly(indicators, scan, (), finer) if finer else ""
        text.append((daily(indicators, scan), broken_down, relation_values(catalog, relation)))
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
    find_repeat_contacts(con, catalog, all_calls=all_days)
    find_stale(con, catalog, relations_used(catalog), all_days=all_days)
    for relation in relations_used(catalog):
        stale = stale_days(con, relation)
        if stale is None or stale:
            _add_up(con, catalog, relation, stale)
    con.execute("CREATE OR REPLACE TABLE rollup_meta (digest VARCHAR)")
    con.execute("INSERT INTO rollup_meta VALUES (?)", [made])


def _add_up(
    con: duckdb.DuckDBPyConnection, catalog: Catalog, relation: str, stale: list[date] | None
) -> None:
    """Replace the `stale` days of the roll-up (None for all), and their months in the breakdown."""
    indicators, corrected = list(catalog.indicators.values()), corrected_contracts(con)
    values, finer = relation_values(catalog, relation), finer_dimensions(catalog, relation)
    scan = scan_of(relation)
    if stale is None and not finer and is_empty(con, relation):
        con.execute(f"CREATE OR REPLACE TABLE rollup_{relation} ({lines(_typed(indicators, scan))})")
        return
    _replace(con, f"rollup_{relation}", daily(indicators, scan, corrected), GRAIN, stale, values)
    if finer:
        months, days = None, "TRUE"
        if stale is not None:
            months = sorted({day.replace(day=1) for day in stale})
            spans = [period_of("month", month) for month in months]
            days = " OR ".join(f"day BETWEEN DATE '{span.start}' AND DATE '{span.end}'" for span in spans)
        rows, order = monthly(indicators, scan, corrected, finer, days), ", ".join([MONTHLY, *finer])
        _replace(con, f"breakdown_{relation}", rows, order, months, values)


def _replace(
    con: duckdb.DuckDBPyConnection,
    table: str,
    rows: str,
    order: str,
    days: list[date] | None,
    values: Mapping[str, str],
) -> None:
    """Replace the rows of `days` in a table, None for all of it, by those that some SQL has of them."""
    if days is None:
        con.execute(f"CREATE OR REPLACE TABLE {table} AS {rows} ORDER BY {order}", values)
        return
    con.execute(f"DELETE FROM {table} WHERE {on_days(days)}")
    con.execute(f"INSERT INTO {table} BY NAME FROM ({rows}) WHERE {on_days(days)} ORDER BY {order}", values)


def _typed(indicators: list[Indicator], relation: str) -> list[str]:
    """The columns of a roll-up with their types, as `daily` has them."""
    numbers = {ROWS: rows_of(relation)} | kept_numbers(indicators, relation)
    kinds = [f"{name} {'BIGINT' if sql.startswith('count') else 'DOUBLE'}" for name, sql in numbers.items()]
    return ["day DATE", "agent_id VARCHAR", "team VARCHAR", "segment VARCHAR", *kinds]


def finer_dimensions(catalog: Catalog, relation: str) -> dict[str, str]:
    """The columns of a relation's breakdown, each with its SQL over a row; none for most relations."""
    if relation not in BROKEN_DOWN:
        return {}
    return {
        f"by_{dimension.key}": sql
        for dimension in catalog.dimensions.values()
        if dimension.levels and (sql := dimension.rows.get(relation)) and not in_grain(sql)
    }


def in_grain(expression: str) -> bool:
    """Whether an expression reads only columns that the roll-ups keep."""
    return columns_read(expression) <= GRAIN_COLUMNS


def stale_days(con: duckdb.DuckDBPyConnection, relation: str) -> list[date] | None:
    """The days of a relation that the last `build` added up, in order; None for all of them."""
    found = con.execute("SELECT DISTINCT day FROM stale_days WHERE relation = ? ORDER BY day", [relation])
    days = [day for (day,) in found.fetchall()]
    return None if None in days else days


def on_days(days: list[date]) -> str:
    """The SQL condition that a row is of one of `days`; their span comes first, to skip whole blocks."""
    listed = ", ".join(f"DATE '{day}'" for day in days)
    return f"day BETWEEN DATE '{days[0]}' AND DATE '{days[-1]}' AND day IN ({listed})"


def lines(columns: list[str]) -> str:
    """Columns of SQL, one a line."""
    return ",\n".join(columns)
