"""Columns that a fact takes from its call or ticket: who took it, and when it was.

Files come in any order, and calls are corrected later. So what was looked up is remembered as such, and
looked up again at every load; what a file says itself is never touched.
"""

from __future__ import annotations

import duckdb

from etl.contracts.facts import CONTRACTS
from etl.sql_text import TRUE, Part, Sql, filled, sql_file

CALL, TICKET = Sql("fact.call_id"), Sql("CASE WHEN fact.call_id IS NULL THEN fact.ticket_id END")
# (contract, column, what it belongs to, the file that has those, the column there, the facts that need it). A
# customer answers after the last leg; a reviewer has heard the one that is named.
LOOKUPS = (
    ("qa_reviews", "agent_id", CALL, "named_legs", "agent_id", TRUE),
    ("qa_reviews", "contact_at", CALL, "named_legs", "started_at", Sql("fact.reviewed_at IS NULL")),
    ("surveys", "agent_id", CALL, "last_legs", "agent_id", TRUE),
    ("surveys", "agent_id", TICKET, "named_tickets", "agent_id", TRUE),
)
WANTING = """
    CREATE OR REPLACE TEMP TABLE wanting AS
    SELECT {key} AS key, {link} AS link, fact.file_id, fact.file_row, {column} AS value
    FROM {facts} AS fact
    LEFT JOIN (SELECT key, file_id, file_row FROM looked_up WHERE contract = ? AND "column" = ?) AS before
        ON before.key = fact.{key} AND before.file_id = fact.file_id AND before.file_row = fact.file_row
    WHERE {link} IS NOT NULL AND (before.key IS NOT NULL OR (fact.{column} IS NULL AND {needed}))"""
FORGET = """
    DELETE FROM looked_up WHERE contract = ? AND "column" = ?
        AND key IN (SELECT {key} FROM {facts} AS fact WHERE {link} IS NOT NULL)"""
FOUND = """
    CREATE OR REPLACE TEMP TABLE found AS
    SELECT wanting.key, called.{source} AS value
    FROM wanting LEFT JOIN ({calls}) AS called USING (link)
    WHERE called.{source} IS DISTINCT FROM wanting.value"""
FILL = """
    UPDATE {facts} AS fact SET {column} = found.value FROM found WHERE fact.{key} = found.key;
    UPDATE {facts} SET business_date = {day} WHERE {key} IN (SELECT key FROM found)"""
TOUCH = """
    INSERT INTO touched_days
    SELECT DISTINCT ?, business_date FROM {facts}
    WHERE business_date IS NOT NULL AND {key} IN (SELECT key FROM found)"""


def look_up(con: duckdb.DuckDBPyConnection) -> None:
    """Fill what facts take from their calls and tickets; the days of changed facts go into `touched_days`."""
    con.execute(
        """CREATE TABLE IF NOT EXISTS looked_up (
               contract VARCHAR, "column" VARCHAR, key VARCHAR, file_id INTEGER, file_row BIGINT)"""
    )
    for contract, column, link, calls, source, needed in LOOKUPS:
        parts = {"facts": contract, "key": CONTRACTS[contract].key, "column": column}
        parts |= {"needed": needed, "day": CONTRACTS[contract].business_date}
        parts |= {"link": link, "calls": sql_file("etl.loading", calls), "source": source}
        if _find(con, contract, column, parts):
            con.execute(filled(TOUCH, **parts), [contract])
            con.execute(filled(FILL, **parts))
            con.execute(filled(TOUCH, **parts), [contract])


def _find(con: duckdb.DuckDBPyConnection, contract: str, column: str, parts: dict[str, Part]) -> bool:
    """Create `found`: the facts whose `column` is to change, with the new value; False when none lacks it.

    Every fact whose `column` comes from what it belongs to stands in `looked_up` then.
    """
    con.execute(filled(WANTING, **parts), [contract, column])
    con.execute(filled(FORGET, **parts), [contract, column])
    (wanting,) = con.execute("SELECT count(*) FROM wanting").fetchone()
    if not wanting:
        return False
    con.execute("INSERT INTO looked_up SELECT ?, ?, key, file_id, file_row FROM wanting", [contract, column])
    con.execute(filled(FOUND, **parts))
    return True
