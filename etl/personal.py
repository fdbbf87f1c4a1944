"""Customer identifiers: hashed for matching, masked for display, never kept in clear."""

from __future__ import annotations

import base64
import re

import duckdb

from etl.sql_text import sql_file

# What begins and reads like a telephone number; dates and epochs do not.
_NUMBER = re.compile(
    r"(?<!\d)(?:\+?86[ -]?)?(1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?!\d)"
    r"|(?<!\d)(0\d{2,3}[ -]?)\d{3,4}[ -]?(\d{4})(?!\d)"
)


def define_customer(con: duckdb.DuckDBPyConnection, secret: bytes) -> None:
    """Make `customer_key(text)` and `customer_shown(text)` known to SQL on this connection."""
    written = base64.b64encode(secret).decode().rstrip("=")
    con.execute("SET VARIABLE customer_secret = $written", {"written": written})
    con.execute(sql_file("etl", "personal"))


def mask_numbers(text: str) -> str:
    """`text` with every telephone number in it masked, for raw values that are kept and shown."""
    return _NUMBER.sub(lambda m: f"{m[1] or m[3]}****{m[2] or m[4]}", text)


def mask_digits(text: str) -> str:
    """`text` with every longer run of digits masked: whatever number identifies a customer."""
    return re.sub(r"\d{6,}", lambda m: f"{m[0][0]}****{m[0][-2:]}", mask_numbers(text))
