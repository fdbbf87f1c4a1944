"""The books of the loads, for people: files with their accounting, rejects, audits."""

from __future__ import annotations

import polars as pl

from etl.home import Home
from etl.snapshot import Snapshot, current

FILES = """
    SELECT file_id, name, source, contract, rows_read, loaded, updated, duplicate, rejected, ignored, facts,
        warnings, loaded_at, snapshot
    FROM files ORDER BY file_id DESC"""
REJECTS = """
    SELECT files.name AS file, rejects.contract AS "table", rejects.file_row AS "row", rejects."column",
        rejects.raw, rejects.rule
    FROM rejects JOIN files USING (file_id)
    WHERE ? IS NULL OR files.name = ?
    ORDER BY rejects.file_id, rejects.file_row"""
AUDITS = """
    SELECT audit, files.name AS file, found FROM audits JOIN files USING (file_id)
    ORDER BY audits.file_id DESC, audit"""
AUDIT_ROWS = """
    SELECT file_row AS "row", detail FROM audit_rows JOIN files USING (file_id)
    WHERE audit = ? AND files.name = ? ORDER BY file_row"""


def reject_rows(home: Home, name: str | None = None) -> pl.DataFrame:
    """The rows set aside (file, table, row, column, raw, rule), of all files or of the one called `name`."""
    snapshot = current(home)
    if snapshot is None:
        return pl.DataFrame(schema=["file", "table", "row", "column", "raw", "rule"])
    return snapshot.query(REJECTS, [name, name])


def file_rows(snapshot: Snapshot) -> pl.DataFrame:
    """Every loaded file and the contract it fed, newest first, with its accounting."""
    return snapshot.query(FILES)


def audit_counts(snapshot: Snapshot) -> pl.DataFrame:
    """What the audits found (audit, file, found), newest file first."""
    return snapshot.query(AUDITS)


def audit_rows(snapshot: Snapshot, audit: str, name: str) -> pl.DataFrame:
    """The rows (row, detail) that `audit` found in the file called `name`."""
    return snapshot.query(AUDIT_ROWS, [audit, name])
