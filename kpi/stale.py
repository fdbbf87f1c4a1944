"""Which days of a relation have to be added up again after a load, and who called again."""

from __future__ import annotations

import duckdb

from etl.twice import find_twice
from kpi.definitions import Catalog

# The contracts whose rows make a relation. What changes on a day of them changes that day's numbers,
# and those of earlier days as far as an indicator looks ahead.
BY_DAY = {
    "calls": "calls",
    "surveys": "surveys",
    "qa": "qa_reviews",
    "tickets": "tickets",
    "promises": "promises",
    "observations": "observations",
}
# These change a relation on days that are not their own: QA points are without one, leave lasts, and
# whether a team's punches are loaded is said of a month.
AS_A_WHOLE = {"qa": ("qa_items",), "shifts": ("attendance", "schedule", "leave", "punches")}
CONTACT = "direction = 'in' AND customer_key IS NOT NULL"  # a call that another may follow
TEAMS = {"agents", "teams"}  # a team's roster and its name change every relation


def find_stale(
    con: duckdb.DuckDBPyConnection, catalog: Catalog, relations: list[str], *, all_days: bool
) -> None:
    """Create `stale_days`(relation, day): what a load touched, widened; day NULL stands for every day."""
    con.execute("CREATE OR REPLACE TEMP TABLE stale_days (relation VARCHAR, day DATE)")
    con.execute("CREATE TABLE IF NOT EXISTS rollup_ends (relation VARCHAR, last DATE)")
    touched = (
        set()
        if all_days
        else {name for (name,) in con.execute("SELECT contract FROM touched_days").fetchall()}
    )
    for relation in relations:
        whole = all_days or touched & TEAMS or touched & set(AS_A_WHOLE.get(relation, ()))
        if whole:
            con.execute("INSERT INTO stale_days VALUES (?, NULL)", [relation])
        elif BY_DAY.get(relation) in touched:
            back = max(
                (i.look_back_days for i in catalog.indicators.values() if relation in (i.relation, i.per)),
                default=0,
            )
            con.execute(
                """
                INSERT INTO stale_days
                WITH now AS (SELECT max(day) AS last FROM loaded_days WHERE contract = $contract),
                before AS (SELECT max(last) AS last FROM rollup_ends WHERE relation = $relation),
                found AS (
                    SELECT day FROM touched_days WHERE contract = $contract
                    UNION
                    -- "Now" moved: days before it become mature, or cease to be.
                    SELECT unnest(generate_series(
                        least(now.last, before.last), greatest(now.last, before.last), INTERVAL 1 DAY))::DATE
                    FROM now, before)
                SELECT DISTINCT $relation, CAST(day - CAST(n AS INTEGER) AS DATE)
                FROM found, range($back + 1) AS earlier(n)""",
                {"contract": BY_DAY[relation], "relation": relation, "back": back},
            )
    con.execute("DELETE FROM rollup_ends")
    con.executemany(
        """INSERT INTO rollup_ends
           SELECT $relation, max(day) FROM loaded_days WHERE contract = $contract""",
        [{"relation": relation, "contract": contract} for relation, contract in BY_DAY.items()],
    )


def find_repeat_contacts(con: duckdb.DuckDBPyConnection, sql: str, *, all_calls: bool) -> None:
    """Bring `repeat_contacts` up to date: for every customer, or those whose calls a load touched."""
    if all_calls:
        con.execute("DELETE FROM repeat_contacts")
        # Most customers call once about a thing; to sort all calls by customer would cost far more.
        find_twice(con, f"SELECT hash(customer_key, reason) FROM calls WHERE {CONTACT}")
        again = f"SELECT * FROM main.calls WHERE {CONTACT} AND hash(customer_key, reason) IN (FROM twice)"
        con.execute(f"INSERT INTO repeat_contacts WITH calls AS ({again}) {sql}")
        return
    if not con.execute("SELECT count(*) FROM touched_days WHERE contract = 'calls'").fetchone()[0]:
        return
    con.execute("""
        CREATE OR REPLACE TEMP TABLE callers AS
        SELECT customer_key FROM replaced_customers
        UNION
        SELECT customer_key FROM calls
        WHERE business_date BETWEEN
                (SELECT min(day) FROM touched_days WHERE contract = 'calls')
                AND (SELECT max(day) FROM touched_days WHERE contract = 'calls')
            AND business_date IN (SELECT day FROM touched_days WHERE contract = 'calls')
            AND customer_key IS NOT NULL""")
    theirs = "SELECT * FROM main.calls SEMI JOIN callers USING (customer_key)"
    con.execute(f"DELETE FROM repeat_contacts WHERE call_id IN (SELECT call_id FROM ({theirs}))")
    con.execute(f"INSERT INTO repeat_contacts WITH calls AS ({theirs}) {sql}")
