"""Lists of loaded files with their accounting, of rejected rows and of findings, for pages and commands."""

from __future__ import annotations

import duckdb
import polars as pl

from etl.snapshots.snapshot import Snapshot
from etl.sql_text import Sql, filled

FILES = """
    SELECT file_id, name, source, contract, rows_read, loaded, updated, duplicate, rejected, ignored, facts,
        warnings, loaded_at, snapshot
    FROM files ORDER BY file_id DESC"""
# Snapshots of an earlier version do not know that a reject may be settled.
LISTED = Sql("""
    FROM (
        SELECT * FROM rejects
        UNION ALL BY NAME
        SELECT NULL::INTEGER AS settled_by, NULL::TIMESTAMP AS settled_at, NULL::VARCHAR AS cells WHERE false
    ) AS rejects""")
REJECTS = filled(
    """
    SELECT f.name AS file, rejects.contract AS "table", rejects.file_row AS "row", rejects."column",
        rejects.raw, rejects.rule
    {listed} JOIN (SELECT DISTINCT file_id, name FROM files) AS f USING (file_id)
    WHERE settled_by IS NULL AND (? IS NULL OR f.name = ?) AND (? IS NULL OR file_id = ?)
    ORDER BY file_id, rejects.file_row LIMIT coalesce(?, 9223372036854775807)""",
    listed=LISTED,
)
REJECT_COUNTS = filled(
    """
    SELECT file_id, f.name AS file, rejects.contract AS "table", count(*) AS found
    {listed} JOIN (SELECT DISTINCT file_id, name FROM files) AS f USING (file_id)
    WHERE settled_by IS NULL
    GROUP BY ALL ORDER BY file_id""",
    listed=LISTED,
)
REJECT_FILES = filled(
    """
    SELECT file_id, files.name, files.part, files.sha256, files.source, files.contract, header,
        count(*) AS found, count(cells) AS kept
    {listed} JOIN files USING (file_id) JOIN reject_headers USING (file_id)
    WHERE settled_by IS NULL AND (? IS NULL OR files.name = ?) AND (? IS NULL OR file_id = ?)
    GROUP BY ALL ORDER BY file_id""",
    listed=LISTED,
)
REJECT_CELLS = """
    SELECT file_row, "column", raw, rule, cells FROM rejects
    WHERE file_id = ? AND settled_by IS NULL AND cells IS NOT NULL ORDER BY file_row"""
SETTLED = filled(
    """
    SELECT f.name AS file, rejects.contract AS "table", rejects.file_row AS "row", rejects.rule,
        correcting.name AS settled_by, settled_at
    {listed} JOIN files AS f USING (file_id) JOIN files AS correcting ON correcting.file_id = settled_by
    ORDER BY settled_at DESC, rejects.file_id, rejects.file_row LIMIT ?""",
    listed=LISTED,
)
AUDITS = """
    SELECT file_id, audit, f.name AS file, CAST(sum(found) AS BIGINT) AS found,
        min(day) AS since, max(day) AS until
    FROM audits LEFT JOIN (SELECT DISTINCT file_id, name FROM files) AS f USING (file_id)
    GROUP BY file_id, audit, f.name
    ORDER BY file_id DESC NULLS FIRST, audit"""
AUDIT_ROWS = """
    SELECT day, f.name AS file, file_row AS "row", detail
    FROM audit_rows LEFT JOIN (SELECT DISTINCT file_id, name FROM files) AS f USING (file_id)
    WHERE audit = $1 AND CASE WHEN $2 IS NULL THEN day IS NOT NULL ELSE file_id = $2 AND day IS NULL END
    ORDER BY day DESC, file_id, file_row, detail LIMIT coalesce($3, 9223372036854775807)"""


def reject_rows(
    snapshot: Snapshot | None,
    name: str | None = None,
    *,
    file_id: int | None = None,
    limit: int | None = None,
) -> pl.DataFrame:
    """The rows set aside (file, table, row, column, raw, rule): all, those of files called `name`, or of one.

    Several files may have one name; `file_id` tells them apart.
    """
    if snapshot is None:
        return pl.DataFrame(schema=["file", "table", "row", "column", "raw", "rule"])
    return snapshot.query(REJECTS, [name, name, file_id, file_id, limit])


def rejected_whole(
    snapshot: Snapshot | None, name: str | None = None, *, file_id: int | None = None
) -> list[tuple[dict, pl.DataFrame]]:
    """The rows set aside with all their cells, by file and table: (what is known of the file, the rows).

    `name` and `file_id` as for `reject_rows`. Nothing from a snapshot in which rows were not kept whole.
    """
    if snapshot is None:
        return []
    try:
        files = snapshot.query(REJECT_FILES, [name, name, file_id, file_id])
    except duckdb.CatalogException:
        return []
    return [
        (file, snapshot.query(REJECT_CELLS, [file["file_id"]]))
        for file in files.filter(pl.col("kept") > 0).iter_rows(named=True)
    ]


def settled_rows(snapshot: Snapshot, *, limit: int) -> pl.DataFrame:
    """The rows that were set aside and are settled since (file, table, row, rule, settled_by, settled_at)."""
    return snapshot.query(SETTLED, [limit])


def reject_counts(snapshot: Snapshot) -> pl.DataFrame:
    """The files that rows were set aside from (file_id, file, table, found), in the order of loading."""
    return snapshot.query(REJECT_COUNTS)


def file_rows(snapshot: Snapshot) -> pl.DataFrame:
    """Every loaded file and the contract it fed, newest first, with its accounting."""
    return snapshot.query(FILES)


def audit_counts(snapshot: Snapshot) -> pl.DataFrame:
    """What the audits found (file_id, audit, file, found, since, until), newest file first.

    Before the files stands what was found in the facts of all: without a file, on days of a span.
    """
    return snapshot.query(AUDITS)


def audit_rows(
    snapshot: Snapshot, audit: str, file_id: int | None, *, limit: int | None = None
) -> pl.DataFrame:
    """The rows (day, file, row, detail) that `audit` found in one file, or with None in the facts of all."""
    return snapshot.query(AUDIT_ROWS, [audit, file_id, limit])
