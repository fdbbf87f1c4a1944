"""The days of a relation to add up again after a load, and the customers who called again."""

from __future__ import annotations

from datetime import timedelta

import duckdb

from etl.loading.repeated import HASHED_WITH_TIME, find_soon
from etl.sql_text import filled, sql_file
from kpi.catalog.definitions import Catalog
from kpi.catalog.relations import RELATIONS, kept_as, over, relation_file

# The contracts that change a relation, all of it: whether a ticket was reopened, a promise is due or a point
# belongs to a review can be learned any time after its day. None of these has rows by the ten million.
AS_A_WHOLE = {
    "surveys": {"surveys"},
    "qa": {"qa_reviews", "qa_items"},
    "tickets": {"tickets"},
    "backlog": {"tickets"},
    "promises": {"promises"},
    "observations": {"observations"},
    "measures": {"measures"},
    "shifts": {"attendance", "schedule", "leave", "punches", "agent_states"},
    "presence": {"agent_states", "schedule", "leave", "calls"},
}
# Relations of calls, which are very many: of these the days that a load touched.
OF_CALLS = {"calls", "intervals"}
# Calls that another may follow, each with the number by which `find_soon` finds those.
CONTACTS = """
    SELECT *, hashed_with_time(hash(customer_key, reason), started_at) AS hashed
    FROM main.calls WHERE direction = 'in' AND customer_key IS NOT NULL"""
# Customers of whom some call has no reason where others have one: two of theirs may be the same matter
# whatever the reason of the other.
UNCLEAR = """
    CREATE OR REPLACE TEMP TABLE unclear_customers AS
    SELECT DISTINCT customer_key FROM main.calls
    WHERE reason IS NULL AND customer_key IS NOT NULL AND (
        file_id IN (FROM reason_files)
        OR EXISTS (SELECT 1 FROM main.calls WHERE reason IS NOT NULL LIMIT 1))"""
NEAR = """
    SELECT * FROM contacts WHERE hashed IN (FROM twice)
    UNION ALL
    SELECT * FROM contacts SEMI JOIN unclear_customers USING (customer_key)
    WHERE hashed NOT IN (FROM twice)"""
# The calls of some days of the customers in `callers`.
THEIRS = """
    SELECT * FROM main.calls SEMI JOIN callers USING (customer_key)
    WHERE business_date BETWEEN $since AND $until"""
KEPT_DAYS = 31  # a limit can be set as long as this without a new load
TEAMS = {"agents", "teams"}  # a team's roster and its name change every relation


def look_back(catalog: Catalog) -> int:
    """For how many days later calls can still change a call's figures, for any indicator."""
    counted = (
        i.look_back_days
        for i in catalog.indicators.values()
        if "calls" in (kept_as(i.relation), kept_as(i.per))
    )
    return max(counted, default=0)


def is_empty(con: duckdb.DuckDBPyConnection, relation: str) -> bool:
    """Whether no fact is there that a relation could have a row of; cheaper than asking the relation."""
    facts = filled("SELECT 1 FROM main.{facts} LIMIT 1", facts=RELATIONS[relation])
    return not con.execute(facts).fetchone()


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
        elif relation in OF_CALLS and touched & {"calls", "schedule"}:
            values = {"relation": relation, "back": look_back(catalog)}
            con.execute(sql_file("kpi.rollups", "stale_calls"), values)
    con.execute("DELETE FROM rollup_ends")
    con.execute("INSERT INTO rollup_ends SELECT 'calls', max(day) FROM loaded_days WHERE contract = 'calls'")


def find_repeat_contacts(con: duckdb.DuckDBPyConnection, catalog: Catalog, *, all_calls: bool) -> None:
    """Bring `repeat_contacts` up to date: for every customer, or those whose calls a load touched.

    Who calls again later than any indicator looks ahead, or a month, is not kept: until the next load a home
    that sets a longer limit than that has figures without them.
    """
    ahead = max(look_back(catalog), KEPT_DAYS)
    again, seconds = relation_file("repeat_contacts"), ahead * 86_400
    if all_calls:
        con.execute("DELETE FROM repeat_contacts")
        # Most calls are not followed by another so soon; to sort all of them by customer would cost far more.
        con.execute(HASHED_WITH_TIME)
        find_soon(con, over("SELECT hashed FROM contacts", contacts=CONTACTS), seconds)
        con.execute(UNCLEAR)
        near = over(NEAR, contacts=CONTACTS)
        new = """
            INSERT INTO repeat_contacts BY NAME
            FROM again WHERE least(next_contact_s, next_unclear_s) <= $seconds"""
        con.execute(over(new, calls=near, again=again), {"seconds": seconds})
        return
    first, last = con.execute(
        "SELECT min(day), max(day) FROM touched_days WHERE contract = 'calls'"
    ).fetchone()
    if first is None:
        return
    con.execute(sql_file("kpi.rollups", "callers"), {"first": first, "last": last})
    # The call before a touched one, and the call after it, are at most as far away as an indicator looks.
    since, until = first - timedelta(days=ahead + 1), last + timedelta(days=ahead + 1)
    # A contact goes by its first leg; what a later leg was while it stood alone is no contact any more.
    old = """
        DELETE FROM repeat_contacts WHERE call_id IN (
            SELECT CASE WHEN coalesce(leg_no, 1) = 1 THEN coalesce(contact_id, call_id) ELSE call_id END
            FROM calls
            WHERE coalesce(leg_no, 1) = 1 OR call_id IS DISTINCT FROM contact_id
            UNION ALL
            SELECT call_id FROM calls WHERE leg_no = 1 AND call_id <> contact_id)"""
    con.execute(over(old, calls=THEIRS), {"since": since, "until": last})
    new = """
        INSERT INTO repeat_contacts BY NAME
        FROM again WHERE least(next_contact_s, next_unclear_s) <= $seconds
            AND call_id IN (SELECT coalesce(contact_id, call_id) FROM calls WHERE business_date <= $last)"""
    values = {"since": since, "until": until, "last": last, "seconds": seconds}
    con.execute(over(new, calls=THEIRS, again=again), values)
