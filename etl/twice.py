"""What occurs more than once among very many values."""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl


def find_twice(con: duckdb.DuckDBPyConnection, hashes: str) -> int:
    """Make the relation `twice` (hashed UBIGINT) hold what the query `hashes`, of one column of hashes,
    gives more than once; the number of different ones.

    They are sorted in an array: a small part of what it costs to group them in the database.
    """
    (values,) = con.execute(hashes).fetchnumpy().values()
    values = np.sort(values)
    found = np.unique(values[1:][values[1:] == values[:-1]])
    con.register("twice", pl.DataFrame({"hashed": found}, schema={"hashed": pl.UInt64}))
    return len(found)
