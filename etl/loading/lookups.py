"""What a fact does not say itself but its call does: who took the call, and when it was.

Files come in any order, and calls are corrected later. So what was looked up is remembered as such, and
looked up again at every load; what a file says itself is never touched.
"""

from __future__ import annotations

import duckdb

from etl.contracts.facts import CONTRACTS
from etl.sql_text import quoted

# (contract, column, where in the call it stands, the facts that need it)
LOOKUPS = (
    ("qa_reviews", "agent_id", "coalesce(calls.agent_id, calls.assigned_to)", "true"),
    ("qa_reviews", "contact_at", "calls.started_at", "fact.reviewed_at IS NULL"),
    ("surveys", "agent_id", "calls.agent_id", "true"),
)


def look_up(con: duckdb.DuckDBPyConnection) -> None:
    """Fill what facts lack and their calls know; the days that this changes go into `touched_days`."""
    con.execute(
        """CREATE TABLE IF NOT EXISTS looked_up (
               contract VARCHAR, "column" VARCHAR, key VARCHAR, file_id INTEGER, file_row BIGINT)"""
    )
    for contract, column, source, needed in LOOKUPS:
        if not _find(con, contract, column, source, needed):
            continue
        _touch(con, contract)
        con.execute(
            f"""UPDATE {quoted(contract)} AS fact SET {quoted(column)} = found.value FROM found
                WHERE fact.{_key(contract)} = found.key"""
        )
        con.execute(
            f"""UPDATE {quoted(contract)} SET business_date = {CONTRACTS[contract].business_date}
                WHERE {_key(contract)} IN (SELECT key FROM found)"""
        )
        _touch(con, contract)


def _key(contract: str) -> str:
    (key,) = CONTRACTS[contract].key
    return quoted(key)


def _find(con: duckdb.DuckDBPyConnection, contract: str, column: str, source: str, needed: str) -> bool:
    """`found`: the facts whose `column` is to change, and its new value. Whether there are any.

    Every fact whose `column` comes from its call stands in `looked_up` then.
    """
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE wanting AS
            SELECT {_key(contract)} AS key, call_id, fact.file_id, fact.file_row, {quoted(column)} AS value
            FROM {quoted(contract)} AS fact
            LEFT JOIN (
                SELECT key, file_id, file_row FROM looked_up WHERE contract = ? AND "column" = ?
            ) AS before
                ON before.key = fact.{_key(contract)}
                AND before.file_id = fact.file_id AND before.file_row = fact.file_row
            WHERE call_id IS NOT NULL
                AND (before.key IS NOT NULL OR (fact.{quoted(column)} IS NULL AND {needed}))""",
        [contract, column],
    )
    con.execute('DELETE FROM looked_up WHERE contract = ? AND "column" = ?', [contract, column])
    (wanting,) = con.execute("SELECT count(*) FROM wanting").fetchone()
    if not wanting:
        return False
    con.execute("INSERT INTO looked_up SELECT ?, ?, key, file_id, file_row FROM wanting", [contract, column])
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE found AS
            SELECT wanting.key, {source} AS value
            FROM wanting LEFT JOIN calls USING (call_id)
            WHERE {source} IS DISTINCT FROM wanting.value"""
    )
    return True


def _touch(con: duckdb.DuckDBPyConnection, contract: str) -> None:
    con.execute(
        f"""INSERT INTO touched_days
            SELECT DISTINCT '{contract}', business_date FROM {quoted(contract)}
            WHERE business_date IS NOT NULL AND {_key(contract)} IN (SELECT key FROM found)"""
    )
