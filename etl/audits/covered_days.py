"""The days with data and the days that lack it: per contract, and per team and queue of its files."""

from __future__ import annotations

from functools import cache

import duckdb

from etl.contracts.facts import CONTRACTS
from etl.sql_text import TRUE, Sql, filled, sql_file

# Contracts that are no events of a day: memberships, names, and what is entered once a month.
UNDATED = {"agents", "teams", "qa_items", "ratings", "measures"}
DATED = tuple(name for name in CONTRACTS if name not in UNDATED)


ALIKE = "SELECT part, day, 1 AS weight FROM counted WHERE false"


# A team or queue lacks data only where the others have some.
OTHERS = """
    SELECT parts.part, of_all.day, greatest(of_all.facts - coalesce(own.facts, 0), 1) AS weight
    FROM part_names AS parts
    JOIN part_names AS wholes ON wholes.contract = parts.contract AND wholes.whole AND NOT parts.whole
    JOIN counted_parts AS of_all ON of_all.part = wholes.part
    LEFT JOIN counted_parts AS own ON own.part = parts.part AND own.day = of_all.day"""
FORGET_PARTS = """
    DELETE FROM loaded_parts WHERE contract = $name
        AND ($whole OR day IN (SELECT day FROM touched_days WHERE contract = $name))"""
COUNT_PARTS = """
    INSERT INTO loaded_parts
    SELECT $name, business_date, file_id, {team}, {queue}, count(*), min(file_row) FROM {facts}
    WHERE business_date IS NOT NULL AND {days}
    GROUP BY ALL"""
TOUCHED = Sql("business_date IN (SELECT day FROM touched_days WHERE contract = $name)")


@cache
def with_missing(question: str, counted: str, weights: str = ALIKE) -> Sql:
    """`question` (SQL) over `missing(part, day, known)`, see etl/audits/missing_days.sql, and `counted`.

    `counted` is SQL of (part, day, facts), one row a part and day; `weights` of (part, day, weight).
    """
    parts = {"counted": counted, "weights": weights, "question": question}
    return filled(sql_file("etl.audits", "missing_days"), **{name: Sql(sql) for name, sql in parts.items()})


def count_parts(con: duckdb.DuckDBPyConnection) -> None:
    """Bring `loaded_parts`, the facts per contract, day, file, team and queue, up to `touched_days`."""
    touched = {name for (name,) in con.execute("SELECT DISTINCT contract FROM touched_days").fetchall()}
    # Of the days that this load left alone: how many, and of how many there are no parts yet (a snapshot
    # of an earlier version has none).
    rows = con.execute("""
        SELECT contract, count(*), count(*) FILTER (parts.day IS NULL)
        FROM loaded_days
        ANTI JOIN touched_days USING (contract, day)
        LEFT JOIN (SELECT DISTINCT contract, day FROM loaded_parts) AS parts USING (contract, day)
        GROUP BY contract""").fetchall()
    others = {name: (left, missing) for name, left, missing in rows}
    for name in DATED:
        left, missing = others.get(name, (0, 0))
        if name in touched or missing:
            _count(con, name, whole=missing or not left)


def _count(con: duckdb.DuckDBPyConnection, name: str, *, whole: bool) -> None:
    """Count the parts of one contract anew: on all its days, or on those that were touched."""
    columns = {column.name for column in CONTRACTS[name].columns}
    parts = {part: part if part in columns else Sql("NULL") for part in ("team", "queue")}
    con.execute(FORGET_PARTS, {"name": name, "whole": whole})
    con.execute(filled(COUNT_PARTS, facts=name, days=TRUE if whole else TOUCHED, **parts), {"name": name})


def find_missing(con: duckdb.DuckDBPyConnection) -> None:
    """Create the temporary tables of the parts whose days are looked at, from `loaded_parts`.

    `part_names` (part, contract, team, queue, whole): each contract, and where its files name several
    teams or queues each of those; `counted_parts` (part, day, facts); `missing_parts` (part, day, known).
    """
    con.execute("""
        CREATE OR REPLACE TEMP TABLE grouped AS
        SELECT contract, team, queue, day, sum(facts) AS facts,
            grouping(team) = 1 AND grouping(queue) = 1 AS whole
        FROM loaded_parts
        GROUP BY GROUPING SETS ((contract, day), (contract, team, day), (contract, queue, day))
        HAVING whole OR coalesce(team, queue) IS NOT NULL""")
    con.execute("""
        CREATE OR REPLACE TEMP TABLE part_names AS
        SELECT row_number() OVER () AS part, * FROM (
            SELECT DISTINCT contract, team, queue, whole FROM grouped)""")
    con.execute("""
        CREATE OR REPLACE TEMP TABLE counted_parts AS
        SELECT part, day, facts FROM grouped JOIN part_names
            ON part_names.contract = grouped.contract AND part_names.whole = grouped.whole
            AND part_names.team IS NOT DISTINCT FROM grouped.team
            AND part_names.queue IS NOT DISTINCT FROM grouped.queue""")
    con.execute(
        filled(
            "CREATE OR REPLACE TEMP TABLE missing_parts AS {rows}",
            rows=with_missing("SELECT part, day, known FROM missing", "FROM counted_parts", OTHERS),
        )
    )
