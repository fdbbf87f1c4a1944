"""Rejects leave the list when a later load has settled them, with a trace of which and when."""

from __future__ import annotations

from datetime import datetime

import duckdb
import polars as pl

from etl.books.returned_workbook import Returned
from etl.contracts.contract import Contract
from etl.errors import N_, Remark
from etl.sql_text import filled

REPLACED = """
    UPDATE rejects SET settled_by = ?, settled_at = ?
    WHERE settled_by IS NULL AND contract = ? AND file_id <> ? AND fact_key IN (
        SELECT CAST({key} AS VARCHAR) FROM typed WHERE NOT ignored AND fault IS NULL)"""
OPEN = """
    SELECT 1 FROM rejects
    WHERE settled_by IS NULL AND contract = ? AND file_id <> ? AND fact_key IS NOT NULL LIMIT 1"""


def settle_earlier(
    con: duckdb.DuckDBPyConnection, sha256: str, part: str, contract: str, file_id: int, at: datetime
) -> None:
    """Hand the open rejects of earlier loads of the same content over to `file_id`.

    Rows that were corrected since then stay settled.
    """
    same = [sha256, part, contract, file_id]
    con.execute(
        """UPDATE rejects SET settled_by = old.settled_by, settled_at = old.settled_at
           FROM rejects AS old JOIN files AS was ON was.file_id = old.file_id
               JOIN files AS correcting ON correcting.file_id = old.settled_by
           WHERE was.sha256 = ? AND was.part = ? AND was.contract = ? AND correcting.sha256 <> was.sha256
               AND rejects.file_id = ? AND rejects.file_row = old.file_row""",
        same,
    )
    con.execute(
        """UPDATE rejects SET settled_by = ?, settled_at = ?
           WHERE settled_by IS NULL AND file_id IN (
               SELECT file_id FROM files WHERE sha256 = ? AND part = ? AND contract = ? AND file_id <> ?)""",
        [file_id, at, *same],
    )


def settle_replaced(con: duckdb.DuckDBPyConnection, contract: Contract, file_id: int, at: datetime) -> None:
    """Settle the open rejects of other files whose fact this file, in `typed`, has without a fault."""
    asked = [contract.name, file_id]
    if len(contract.key) == 1 and con.execute(OPEN, asked).fetchone():
        con.execute(filled(REPLACED, key=contract.key), [file_id, at, *asked])


def settle_returned(
    con: duckdb.DuckDBPyConnection, back: Returned, file_id: int, at: datetime
) -> tuple[Remark, ...]:
    """Settle the rejects whose corrected rows came back and were not rejected again.

    Those that were stay where they were, with the new reason, and not twice. Of a row that still cannot
    be told apart, or has masked cells in it, what was kept before is worth more than what came back.
    """
    places = pl.DataFrame(
        {"here": list(back.places), "there": list(back.places.values())},
        schema={"here": pl.Int64, "there": pl.Int64},
    )
    con.register("places", places)
    con.execute(
        """CREATE OR REPLACE TEMP TABLE again AS
           SELECT here, there, "column", raw, rule, cells,
               coalesce(cells NOT LIKE '%"torn": true}', false) AS whole
           FROM rejects JOIN places ON file_row = here WHERE file_id = ?""",
        [file_id],
    )
    con.execute(
        """UPDATE rejects SET rule = again.rule, "column" = again."column",
               settled_by = NULL, settled_at = NULL,
               raw = CASE WHEN again.whole THEN again.raw ELSE rejects.raw END,
               cells = CASE WHEN again.whole THEN again.cells ELSE rejects.cells END
           FROM again WHERE rejects.file_id = ? AND rejects.file_row = again.there""",
        [back.file_id],
    )
    con.execute(
        """UPDATE rejects SET settled_by = ?, settled_at = ?
           WHERE file_id = ? AND settled_by IS NULL AND file_row IN (
               SELECT there FROM places ANTI JOIN again USING (there))""",
        [file_id, at, back.file_id],
    )
    con.execute("DELETE FROM rejects WHERE file_id = ? AND file_row IN (SELECT here FROM places)", [file_id])
    (still,) = con.execute("SELECT count(*) FROM again").fetchone()
    con.unregister("places")
    text = N_("{settled} rejected rows of {name} are settled; {still} of those that came back are not.")
    found = [Remark(text, {"settled": len(back.places) - still, "still": still, "name": back.name})]
    if back.carried:
        text = N_("{count} rejected rows of the same cases were taken from the list, as they are.")
        found.append(Remark(text, {"count": back.carried}))
    return tuple(found)
