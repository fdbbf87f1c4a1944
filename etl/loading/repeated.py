"""Finds the values, among very many, that occur twice, or twice within a few seconds.

They are sorted in an array: a small part of what it costs to group them in the database.
"""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl

SECOND_BITS = 33  # for the seconds since 1900

# The number that `find_soon` wants: a hash less its last 33 bits, and in these the second of a moment.
HASHED_WITH_TIME = """
    CREATE OR REPLACE TEMP MACRO hashed_with_time(hashed, moment) AS
        (hashed & 18446744065119617024::UBIGINT)
        | CAST(date_diff('second', TIMESTAMP '1900-01-01', moment) AS UBIGINT)"""


def find_twice(con: duckdb.DuckDBPyConnection, hashes: str) -> int:
    """Fill the relation `twice` (hashed UBIGINT) with the hashes that a query gives more than once.

    `hashes` is the query, of one column. Returns how many different hashes they are.
    """
    values = _sorted(con, hashes)
    return _show(con, values[1:][values[1:] == values[:-1]])


def find_soon(con: duckdb.DuckDBPyConnection, numbers: str, seconds: int) -> int:
    """As `find_twice`, with the numbers that share their hash with another at most `seconds` away.

    `numbers` is a query made with HASHED_WITH_TIME. A few other numbers may be among the result.
    """
    values = _sorted(con, numbers)
    one, next_one = values[:-1], values[1:]
    soon = (next_one - one <= np.uint64(seconds)) & (next_one >> SECOND_BITS == one >> SECOND_BITS)
    return _show(con, np.concatenate([one[soon], next_one[soon]]))


def _sorted(con: duckdb.DuckDBPyConnection, query: str) -> np.ndarray:
    (values,) = con.execute(query).fetchnumpy().values()
    return np.sort(values)


def _show(con: duckdb.DuckDBPyConnection, found: np.ndarray) -> int:
    found = np.unique(found)
    con.register("twice", pl.DataFrame({"hashed": found}, schema={"hashed": pl.UInt64}))
    return len(found)
