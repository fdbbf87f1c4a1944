"""Audits: each `.sql` in `etl/audits/` returns the rows of a load that cannot be true."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

import duckdb

from etl.contract import Contract
from etl.errors import N_, Remark
from etl.plain import quoted


@dataclass(frozen=True, slots=True)
class Audit:
    """One check over `typed`, `measured` or the raw texts in `raw`; `contract` and `source` narrow it."""

    name: str
    title: dict[str, str]
    sql: str
    contract: str | None
    source: str | None


@cache
def audits() -> tuple[Audit, ...]:
    """All audits, by name; the comment lines on top of each file say what it is and when it runs."""
    found = []
    for path in sorted(resources.files("etl").joinpath("audits").iterdir(), key=lambda path: path.name):
        if path.name.endswith(".sql"):
            text = path.read_text(encoding="utf-8")
            head = dict(re.findall(r"^-- (zh|contract|source): (.+)$", text, re.MULTILINE))
            title = {"en": text.splitlines()[0].removeprefix("-- "), "zh": head["zh"]}
            name = path.name.removesuffix(".sql")
            found.append(Audit(name, title, text, head.get("contract"), head.get("source")))
    return tuple(found)


def run_audits(
    con: duckdb.DuckDBPyConnection, contract: Contract, source: str, file_id: int
) -> tuple[Remark, ...]:
    """Run the audits that concern `contract` from `source`, keep what they find, and say how much it is."""
    _create_measured(con, contract)
    remarks = []
    for audit in audits():
        if audit.contract not in (None, contract.name) or audit.source not in (None, source):
            continue
        con.execute(
            f"INSERT INTO audit_rows SELECT ?, ?, file_row, left(detail, 200) FROM ({audit.sql}\n)",
            [file_id, audit.name],
        )
        con.execute(
            """INSERT INTO audits
               SELECT file_id, audit, count(*) FROM audit_rows
               WHERE file_id = ? AND audit = ? GROUP BY file_id, audit""",
            [file_id, audit.name],
        )
        (found,) = con.execute(
            "SELECT coalesce(sum(found), 0) FROM audits WHERE file_id = ? AND audit = ?",
            [file_id, audit.name],
        ).fetchone()
        if found:
            remarks.append(
                Remark(N_("{count} rows in question: {audit}"), {"count": int(found), "audit": audit.title})
            )
    return tuple(remarks)


def _create_measured(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Every measured value of every row read, with the bounds of its contract."""
    parts = [
        f"SELECT file_row, '{c.name}' AS \"column\", CAST({quoted(c.name)} AS DOUBLE) AS value,"
        f" CAST({c.low} AS DOUBLE) AS low, CAST({c.high} AS DOUBLE) AS high FROM typed"
        for c in contract.columns
        if c.kind in ("seconds", "whole") and c.low is not None and c.high is not None
    ]
    empty = "SELECT 0::BIGINT AS file_row, '' AS \"column\", 0.0 AS value, 0.0 AS low, 0.0 AS high LIMIT 0"
    con.execute(f"CREATE OR REPLACE TEMP VIEW measured AS {' UNION ALL '.join(parts) or empty}")
