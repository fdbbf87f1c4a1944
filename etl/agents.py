"""One rule for telling agents apart, in Python and in SQL."""

from __future__ import annotations

import duckdb


def agent_key(text: object) -> str:
    """The key under which an agent is matched: "0042", " 42.0" and "42" are one person.

    Stripped, without a trailing ".0" and leading zeros, lower case; "" for nothing.
    """
    key = str(text or "").strip().lower()
    if key.endswith(".0"):
        key = key[:-2]
    return key.lstrip("0") or ("0" if key else "")


def define_agent_key(con: duckdb.DuckDBPyConnection) -> None:
    """Make `agent_key(text)` known to SQL on this connection: the same rule, NULL for nothing."""
    con.execute(
        r"""CREATE OR REPLACE TEMP MACRO agent_key(raw) AS (
            CASE WHEN trim(coalesce(raw, '')) = '' THEN NULL ELSE
                coalesce(nullif(ltrim(regexp_replace(lower(trim(raw)), '\.0$', ''), '0'), ''), '0')
            END)"""
    )
