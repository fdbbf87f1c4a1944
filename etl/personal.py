"""Customer identifiers: hashed for matching, masked for display, never kept in clear."""

from __future__ import annotations

import base64
import re

import duckdb

# What begins and reads like a telephone number; dates and epochs do not.
_NUMBER = re.compile(
    r"(?<!\d)(?:\+?86[ -]?)?(1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?!\d)"
    r"|(?<!\d)(0\d{2,3}[ -]?)\d{3,4}[ -]?(\d{4})(?!\d)"
)

# `identity`: "+86 138-0013-8000" and "13800138000" are one customer; a plain number is its own.
# `customer_key`: 64 bits of MD5 over the secret of the home and the identity. The secret (32 random
# bytes) is what protects: without it no hash could keep eleven digits from being tried out. MD5 because
# its weakness, finding two inputs with one hash, does not matter here, and its speed does: the secret is
# written in base 64, so that with eleven digits it still fits into one block of MD5 (55 bytes).
# `customer_shown`: 138****1234; short ones keep only their ends.
_MACROS = r"""
CREATE OR REPLACE TEMP MACRO identity(raw) AS
    CASE
        WHEN CAST(TRY_CAST(raw AS UBIGINT) AS VARCHAR) = raw THEN raw
        ELSE regexp_replace(
            regexp_replace(regexp_replace(raw, '[\s　()\-]', '', 'g'), '\.0$', ''),
            '^(\+|00)86(1[3-9]\d{9})$', '\2')
    END;
CREATE OR REPLACE TEMP MACRO customer_key(raw) AS
    CAST(md5_number(getvariable('customer_secret') || identity(raw)) >> 64 AS UBIGINT);
CREATE OR REPLACE TEMP MACRO masked(bare) AS
    CASE
        WHEN length(bare) >= 11 THEN left(bare, 3) || '****' || right(bare, 4)
        WHEN length(bare) >= 6 THEN left(bare, 1) || '****' || right(bare, 2)
        WHEN bare IS NOT NULL THEN '****'
    END;
CREATE OR REPLACE TEMP MACRO customer_shown(raw) AS masked(identity(raw));
"""


def define_customer(con: duckdb.DuckDBPyConnection, secret: bytes) -> None:
    """Make `customer_key(text)` and `customer_shown(text)` known to SQL on this connection."""
    written = base64.b64encode(secret).decode().rstrip("=")
    con.execute(f"SET VARIABLE customer_secret = '{written}'")
    con.execute(_MACROS)


def mask_numbers(text: str) -> str:
    """`text` with every telephone number in it masked, for raw values that are kept and shown."""
    return _NUMBER.sub(lambda m: f"{m[1] or m[3]}****{m[2] or m[4]}", text)


def mask_digits(text: str) -> str:
    """`text` with every longer run of digits masked: whatever number identifies a customer."""
    return re.sub(r"\d{6,}", lambda m: f"{m[0][0]}****{m[0][-2:]}", mask_numbers(text))
