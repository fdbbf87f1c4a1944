"""Which days of a relation have to be added up again after a load, and who called again."""

from __future__ import annotations

from datetime import timedelta

import duckdb

from etl.loading.repeated import find_soon, hashed_with_time
from kpi.catalog.definitions import Catalog

# The contracts that change a relation, all of it: whether a ticket was reopened, a promise is due or a point
# belongs to a review can be learned any time after its day. None of these has rows by the ten million.
AS_A_WHOLE = {
    "surveys": {"surveys"},
    "qa": {"qa_reviews", "qa_items"},
    "tickets": {"tickets"},
    "promises": {"promises"},
    "observations": {"observations"},
    "shifts": {"attendance", "schedule", "leave", "punches"},
}
CONTACT = "direction = 'in' AND customer_key IS NOT NULL"  # a call that another may follow
KEPT_DAYS = 31  # a limit can be set as long as this without a new load
TEAMS = {"agents", "teams"}  # a team's roster and its name change every relation


def look_back(catalog: Catalog) -> int:
    """For how many days calls can still be changed by later ones, for any indicator."""
    counted = (i.look_back_days for i in catalog.indicators.values() if "calls" in (i.relation, i.per))
    return max(counted, default=0)


def find_stale(
    con: duckdb.DuckDBPyConnection, catalog: Catalog, relations: list[str], *, all_days: bool
) -> None:
    """Create `stale_days`(relation, day): what has to be added up; day NULL stands for every day.

    Of calls, which are very many, those of the days that a load touched, and of as many before as an
    indicator looks ahead.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE stale_days (relation VARCHAR, day DATE)")
    con.execute("CREATE TABLE IF NOT EXISTS rollup_ends (relation VARCHAR, last DATE)")
    touched = set()
    if not all_days:
        touched = {name for (name,) in con.execute("SELECT contract FROM touched_days").fetchall()}
    for relation in relations:
        if all_days or touched & (TEAMS | AS_A_WHOLE.get(relation, set())):
            con.execute("INSERT INTO stale_days VALUES (?, NULL)", [relation])
        elif relation == "calls" and touched & {"calls", "schedule"}:
            con.execute(
                """
                INSERT INTO stale_days
                WITH now AS (SELECT max(day) AS last FROM loaded_days WHERE contract = 'calls'),
                before AS (SELECT max(last) AS last FROM rollup_ends WHERE relation = 'calls'),
                found AS (
                    SELECT day FROM touched_days WHERE contract = 'calls'
                    UNION
                    -- Whose shift a call fell into; that of a night ends on the next day.
                    SELECT unnest([day, day + 1]) FROM touched_days WHERE contract = 'schedule'
                    UNION
                    -- "Now" moved: days before it become mature, or cease to be.
                    SELECT unnest(generate_series(
                        least(now.last, before.last), greatest(now.last, before.last), INTERVAL 1 DAY))::DATE
                    FROM now, before)
                SELECT DISTINCT 'calls', CAST(day - CAST(n AS INTEGER) AS DATE)
                FROM found, range($back + 1) AS earlier(n)""",
                {"back": look_back(catalog)},
            )
    con.execute("DELETE FROM rollup_ends")
    con.execute("INSERT INTO rollup_ends SELECT 'calls', max(day) FROM loaded_days WHERE contract = 'calls'")


def find_repeat_contacts(
    con: duckdb.DuckDBPyConnection, sql: str, catalog: Catalog, *, all_calls: bool
) -> None:
    """Bring `repeat_contacts` up to date: for every customer, or those whose calls a load touched.

    Who calls again later than any indicator looks ahead, or a month, is not kept: until the next load a home
    that sets a longer limit than that has figures without them.
    """
    ahead = max(look_back(catalog), KEPT_DAYS)
    soon = f"FROM ({sql}) WHERE next_contact_s <= {ahead * 86_400}"
    if all_calls:
        con.execute("DELETE FROM repeat_contacts")
        # Most calls are not followed by another so soon; to sort all of them by customer would cost far more.
        number = hashed_with_time("customer_key, reason", "started_at")
        find_soon(con, f"SELECT {number} FROM calls WHERE {CONTACT}", ahead * 86_400)
        again = f"SELECT * FROM main.calls WHERE {CONTACT} AND {number} IN (FROM twice)"
        con.execute(f"INSERT INTO repeat_contacts WITH calls AS ({again}) {soon}")
        return
    first, last = con.execute(
        "SELECT min(day), max(day) FROM touched_days WHERE contract = 'calls'"
    ).fetchone()
    if first is None:
        return
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE callers AS
        SELECT customer_key FROM replaced_customers
        UNION
        SELECT customer_key FROM calls
        WHERE business_date BETWEEN $first AND $last
            AND business_date IN (SELECT day FROM touched_days WHERE contract = 'calls')
            AND customer_key IS NOT NULL""",
        {"first": first, "last": last},
    )
    # Whom a touched call follows, and what follows it, is no further away than an indicator looks.
    since, until = first - timedelta(days=ahead + 1), last + timedelta(days=ahead + 1)
    theirs = f"""
        SELECT * FROM main.calls SEMI JOIN callers USING (customer_key)
        WHERE business_date BETWEEN DATE '{since}' AND DATE """
    con.execute(f"DELETE FROM repeat_contacts WHERE call_id IN (SELECT call_id FROM ({theirs} '{last}'))")
    con.execute(f"""
        INSERT INTO repeat_contacts WITH calls AS ({theirs} '{until}') {soon}
            AND call_id IN (SELECT call_id FROM calls WHERE business_date <= DATE '{last}')""")
