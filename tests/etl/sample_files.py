"""The samples of vendors' formats: loaded, looked at, and written in other ways."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from etl.loading.load import load
from etl.loading.report import report_json
from etl.snapshots.snapshot import current

SAMPLES = Path(__file__).parent / "samples"


def loaded(home, *paths, **options):
    """One line a file and table: source, table, rows read, loaded, updated, duplicate, rejected, ignored, facts."""
    names = ("source", "table", "rows_read", "loaded", "updated", "duplicate", "rejected", "ignored", "facts")
    report = report_json(load(home, [SAMPLES / path for path in paths], **options))
    assert all(
        file["rows_read"] == sum(file[name] for name in names[3:8])
        for file in report["files"]
        if file["status"] == "loaded"
    )
    return [tuple(file[name] for name in names) for file in report["files"]]


def query(home, sql):
    return current(home).query(sql).rows()


def rejects(home):
    return query(home, 'SELECT contract, file_row, "column", raw, rule FROM rejects ORDER BY ALL')


def text_of(sample, encoding="utf-8"):
    return (SAMPLES / sample).read_text(encoding)


def rewritten(tmp_path, sample, delimiter=",", change=lambda row: row, to=",", name="x.dat"):
    """The sample under another name, with its rows changed and another delimiter."""
    out = io.StringIO()
    rows = csv.reader(io.StringIO(text_of(sample)), delimiter=delimiter)
    csv.writer(out, delimiter=to).writerows(change(row) for row in rows)
    path = tmp_path / name
    path.write_text(out.getvalue(), encoding="utf-8")
    return path
