"""The books of the loads, for people: files with their accounting, rejects, audits."""

from __future__ import annotations

import polars as pl

from etl.snapshot import Snapshot

FILES = """
    SELECT file_id, name, source, contract, rows_read, loaded, updated, duplicate, rejected, ignored, facts,
        warnings, loaded_at, snapshot
    FROM files ORDER BY file_id DESC"""
REJECTS = """
    SELECT f.name AS file, rejects.contract AS "table", rejects.file_row AS "row", rejects."column",
        rejects.raw, rejects.rule
    FROM rejects JOIN (SELECT DISTINCT file_id, name FROM files) AS f USING (file_id)
    WHERE settled_by IS NULL AND (? IS NULL OR f.name = ?) AND (? IS NULL OR file_id = ?)
    ORDER BY file_id, rejects.file_row LIMIT coalesce(?, 9223372036854775807)"""
REJECT_COUNTS = """
    SELECT file_id, f.name AS file, rejects.contract AS "table", count(*) AS found
    FROM rejects JOIN (SELECT DISTINCT file_id, name FROM files) AS f USING (file_id)
    WHERE settled_by IS NULL
    GROUP BY ALL ORDER BY file_id"""
AUDITS = """
    SELECT file_id, audit, f.name AS file, found
    FROM audits JOIN (SELECT DISTINCT file_id, name FROM files) AS f USING (file_id)
    ORDER BY file_id DESC, audit"""
AUDIT_ROWS = """
    SELECT file_row AS "row", detail FROM audit_rows
    WHERE audit = ? AND file_id = ? ORDER BY file_row LIMIT coalesce(?, 9223372036854775807)"""


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


def reject_counts(snapshot: Snapshot) -> pl.DataFrame:
    """The files that rows were set aside from (file_id, file, table, found), in the order of loading."""
    return snapshot.query(REJECT_COUNTS)


def file_rows(snapshot: Snapshot) -> pl.DataFrame:
    """Every loaded file and the contract it fed, newest first, with its accounting."""
    return snapshot.query(FILES)


def audit_counts(snapshot: Snapshot) -> pl.DataFrame:
    """What the audits found (file_id, audit, file, found), newest file first."""
    return snapshot.query(AUDITS)


def audit_rows(snapshot: Snapshot, audit: str, file_id: int, *, limit: int | None = None) -> pl.DataFrame:
    """The rows (row, detail) that `audit` found in one file."""
    return snapshot.query(AUDIT_ROWS, [audit, file_id, limit])
