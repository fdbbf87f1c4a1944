"""Contacts 联络: which calls are legs of one, and in which order.

A row of `calls` is a leg: what one person, or one queue, had of a customer's call. Most contacts have one,
and nothing is written for them. Files come in any order, so the contacts of all calls near those that a load
brought are found anew.
"""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl

from etl.contracts.facts import CALLS
from etl.loading.merge import touch
from etl.sql_text import Sql, sql_file

SPAN = "SELECT min(day) - 1, max(day) + 1 FROM touched_days WHERE contract = 'calls'"
# A contact changes with each of its legs, and it counts on the day of its first.
CHANGED = """
    CREATE OR REPLACE TEMP TABLE changed AS
    SELECT numbered.* FROM numbered JOIN calls ON calls.rowid = numbered.place
    WHERE (calls.contact_id, calls.leg_no, calls.of_inbound)
        IS DISTINCT FROM (numbered.contact_id, numbered.leg_no, numbered.of_inbound)"""
DAYS = Sql("""
    SELECT business_date FROM calls WHERE rowid IN (SELECT place FROM changed)
    UNION
    SELECT unnest(days) FROM (
        SELECT list(DISTINCT business_date) AS days FROM calls
        WHERE contact_id IS NOT NULL AND contact_id IN (SELECT contact_id FROM numbered)
        GROUP BY contact_id
        HAVING bool_or(business_date IN (SELECT day FROM touched_days WHERE contract = 'calls')))""")
WRITE = """
    UPDATE calls
    SET contact_id = changed.contact_id, leg_no = changed.leg_no, of_inbound = changed.of_inbound
    FROM changed WHERE calls.rowid = changed.place"""


def number_legs(con: duckdb.DuckDBPyConnection) -> None:
    """Bring `contact_id` and `leg_no` of the calls near touched days up to date, and touch their days."""
    since, until = con.execute(SPAN).fetchone()
    if since is None:
        return
    for statement in con.extract_statements(sql_file("etl.loading", "leg_links")):
        named = {name: {"since": since, "until": until}[name] for name in statement.named_parameters}
        con.execute(statement, named)
    if not _show_parts(con):
        return
    con.execute(sql_file("etl.loading", "leg_numbers"))
    con.execute(CHANGED)
    con.execute(WRITE)
    touch(con, CALLS, DAYS)


def _show_parts(con: duckdb.DuckDBPyConnection) -> int:
    """Make `parts` (place, contact) show calls that may have company, each with its contact; their number."""
    alone = con.execute("SELECT place FROM near UNION ALL SELECT place FROM consulted").fetchnumpy()["place"]
    pairs = con.execute("SELECT one, other FROM links").fetchnumpy()
    places, ends = np.unique(np.concatenate([alone, pairs["one"], pairs["other"]]), return_inverse=True)
    one, other = np.split(ends[len(alone) :], 2)
    contact, before = np.arange(len(places)), None
    while before is None or (contact != before).any():  # the smallest number goes on from leg to leg
        before = contact.copy()
        least = np.minimum(contact[one], contact[other])
        np.minimum.at(contact, one, least)
        np.minimum.at(contact, other, least)
    con.register("parts", pl.DataFrame({"place": places, "contact": contact}))
    return len(places)
