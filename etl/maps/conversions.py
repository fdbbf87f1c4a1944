"""The macros of conversions.sql, which read texts as values."""

from __future__ import annotations

import secrets

import duckdb

from etl.people.agents import define_agent_key
from etl.personal import define_customer
from etl.sql_text import sql_file


def prepare(con: duckdb.DuckDBPyConnection, secret: bytes | None = None) -> None:
    """Define the macros that read texts on this connection; customers are hashed with the home's `secret`.

    Without one, with a secret of this connection alone: none of its hashes can be matched with anything.
    """
    define_agent_key(con)
    define_customer(con, secret or secrets.token_bytes(32))
    con.execute(sql_file("etl.maps", "conversions"))
