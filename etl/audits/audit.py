"""Audits: each `.sql` in `rules/` returns what cannot be true in a file, or is odd in the facts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Literal

import duckdb

from etl.audits.covered_days import count_parts, find_missing
from etl.audits.overlaps import find_overlaps
from etl.contracts.contract import Contract
from etl.errors import N_, Remark
from etl.home import Settings
from etl.maps.maps import TableMap
from etl.sql_text import quoted
from etl.times.zones import find_odd_clocks

KEPT = 1000  # rows of one audit that are kept to look at; all of them are counted
SHORT = "left(CAST(detail AS VARCHAR), 500)"
FIELD = re.compile(
    r"^-- ((?:zh )?(?:says|do)|zh|contract|source|over|days|all when|importance|counts): (.+)$", re.MULTILINE
)

# The words that say a call was spoken, in the column that says how the customer came.
VOICE = ("voice", "phone", "telephone", "call", "pstn", "sip", "电话", "语音", "热线", "来电")

# What an audit needs besides its SQL.
PREPARED = {"overlapping_calls": find_overlaps}


@dataclass(frozen=True, slots=True)
class Audit:
    """One check, as the comment lines on top of its file describe it.

    Over a file it reads `typed`, `measured`, `constants`, `repeats`, `odd_clocks` or the raw texts in `raw`
    and gives (file_row, detail, perhaps rows); `contracts` and `source` narrow it. Over the facts it gives
    (day, file_id, file_row, rows, detail) of the days in `audited`: those that a load touched in one of its
    `contracts`, with "next" also the days after them, with "all" (or when the contract `all_when` was
    touched) every day. `rows` is how many rows one finding stands for. A detail is a text, or the values of
    the sentence in `says` as JSON.
    `importance`: 3 figures may be wrong, 2 some rows are, 1 good to know.
    """

    name: str
    title: dict[str, str]
    todo: dict[str, str]
    says: dict[str, str] | None
    sql: str
    contracts: tuple[str, ...]
    source: str | None
    over: Literal["file", "facts"]
    days: Literal["touched", "next", "all"]
    all_when: str | None
    importance: int
    counts: str  # SQL of how many rows the findings stand for


@cache
def audits() -> tuple[Audit, ...]:
    """All audits, by name."""
    found = []
    for path in sorted(
        resources.files("etl").joinpath("audits", "rules").iterdir(), key=lambda path: path.name
    ):
        if path.name.endswith(".sql"):
            text = path.read_text(encoding="utf-8")
            head = dict(FIELD.findall(text))
            found.append(
                Audit(
                    name=path.name.removesuffix(".sql"),
                    title={"en": text.splitlines()[0].removeprefix("-- "), "zh": head["zh"]},
                    todo={"en": head["do"], "zh": head["zh do"]},
                    says={"en": head["says"], "zh": head["zh says"]} if "says" in head else None,
                    sql=text,
                    contracts=tuple(re.split(r", *", head["contract"])) if "contract" in head else (),
                    source=head.get("source"),
                    over=head.get("over", "file"),
                    days=head.get("days", "touched"),
                    all_when=head.get("all when"),
                    importance=int(head["importance"]),
                    counts="coalesce(sum(rows), 0)" if head.get("counts") == "rows" else "count(*)",
                )
            )
    return tuple(found)


def reads_raw(source: str) -> bool:
    """Whether an audit looks at the raw texts of this source, row by row."""
    return any(one.source == source and re.search(r"\b(FROM|JOIN) raw\b", one.sql) for one in audits())


def limits(settings: Settings, now: datetime) -> dict[str, object]:
    """What audits bind: the settings of the home, and the day of the load."""
    return {
        "long_talk_s": settings.audits["long_talk_h"] * 3600,
        "today": now.date(),
        "timezone": settings.timezone,
    }


def run_audits(
    con: duckdb.DuckDBPyConnection,
    table: TableMap,
    source: str,
    file_id: int,
    values: Mapping[str, object],
) -> tuple[Remark, ...]:
    """Run the audits of one file that concern `table` of `source`, and say how much they find.

    What they find is kept. `values` as `limits` gives them.
    """
    contract = table.contract
    _prepare(con, contract)
    texts = {
        c.name: table.columns[c.name].expression if c.name in table.columns else "NULL"
        for c in contract.columns
        if c.kind == "time"
    }
    find_odd_clocks(con, texts, values["timezone"])
    remarks = []
    for audit in audits():
        if audit.over != "file" or audit.source not in (None, source):
            continue
        if audit.contracts and contract.name not in audit.contracts:
            continue
        bound = _bound(audit, values)
        (found,) = con.execute(f"SELECT {audit.counts} FROM ({audit.sql}\n)", bound).fetchone()
        if found:
            con.execute("INSERT INTO audits VALUES (?, ?, ?, NULL)", [file_id, audit.name, found])
            con.execute(
                f"""INSERT INTO audit_rows
                    SELECT {file_id:d}, '{audit.name}', file_row, {SHORT}, NULL
                    FROM ({audit.sql}\n) ORDER BY file_row LIMIT {KEPT}""",
                bound,
            )
            what = {"count": int(found), "audit": audit.title}
            remarks.append(Remark(N_("{count} rows in question: {audit}"), what))
    return tuple(remarks)


def run_fact_audits(con: duckdb.DuckDBPyConnection, values: Mapping[str, object]) -> tuple[Remark, ...]:
    """Run the audits over the facts of the days in `touched_days`, at the end of a load.

    What they found on those days before is replaced, so that what was put right goes away; only what is
    new is said. `values` as `limits` gives them.
    """
    con.execute(f"CREATE OR REPLACE TEMP MACRO is_voice(channel) AS {_voice()}")
    count_parts(con)
    find_missing(con)
    remarks = []
    for audit in audits():
        if audit.over != "facts":
            continue
        _choose_days(con, audit)
        if audit.name in PREPARED:
            PREPARED[audit.name](con)
        con.execute(
            f"""CREATE OR REPLACE TEMP TABLE found AS
                SELECT day, file_id, file_row, rows, detail FROM ({audit.sql}\n)""",
            _bound(audit, values),
        )
        if new := _keep(con, audit):
            what = {"count": new, "audit": audit.title}
            remarks.append(Remark(N_("{count} new findings in all data: {audit}"), what))
    return tuple(remarks)


def _bound(audit: Audit, values: Mapping[str, object]) -> dict[str, object]:
    """Those of `values` that the audit names."""
    return {name: value for name, value in values.items() if re.search(rf"\${name}\b", audit.sql)}


def _choose_days(con: duckdb.DuckDBPyConnection, audit: Audit) -> None:
    """The temporary table `audited` with the days that the audit looks at."""
    own = " OR ".join(f"contract = '{name}'" for name in audit.contracts) or "false"
    touched = {name for (name,) in con.execute("SELECT DISTINCT contract FROM touched_days").fetchall()}
    con.execute("CREATE OR REPLACE TEMP TABLE audited (day DATE)")
    if audit.days == "all" or audit.all_when in touched:
        con.execute(f"INSERT INTO audited SELECT DISTINCT day FROM loaded_days WHERE {own}")
        con.execute(f"INSERT INTO audited SELECT day FROM audits WHERE audit = '{audit.name}'")
    else:
        con.execute(f"INSERT INTO audited SELECT DISTINCT day FROM touched_days WHERE {own}")
    if audit.days == "next":
        con.execute("INSERT INTO audited SELECT day + 1 FROM audited")


def _keep(con: duckdb.DuckDBPyConnection, audit: Audit) -> int:
    """Put what is in `found` in the place of what was known of those days; how much of it is new."""
    mine = "audit = ? AND file_id IS NULL AND day IN (SELECT day FROM audited)"
    (new,) = con.execute(
        f"""SELECT coalesce(sum(greatest(now.found - coalesce(before.found, 0), 0)), 0)
            FROM (SELECT day, sum(rows) AS found FROM found GROUP BY day) AS now
            LEFT JOIN (SELECT day, found FROM audits WHERE {mine}) AS before ON before.day = now.day""",
        [audit.name],
    ).fetchone()
    con.execute(f"DELETE FROM audits WHERE {mine}", [audit.name])
    con.execute("DELETE FROM audit_rows WHERE audit = ? AND day IN (SELECT day FROM audited)", [audit.name])
    con.execute("INSERT INTO audits SELECT NULL, ?, sum(rows), day FROM found GROUP BY day", [audit.name])
    con.execute(
        f"""INSERT INTO audit_rows
            SELECT file_id, '{audit.name}', file_row, {SHORT}, day FROM found
            WHERE detail IS NOT NULL ORDER BY day DESC, file_id, file_row LIMIT {KEPT}"""
    )
    con.execute(
        f"""DELETE FROM audit_rows WHERE rowid IN (
                SELECT rowid FROM audit_rows WHERE audit = ? AND day IS NOT NULL
                ORDER BY day DESC, file_id, file_row OFFSET {KEPT})""",
        [audit.name],
    )
    return int(new)


def _voice() -> str:
    words = ", ".join(f"'{word}'" for word in VOICE)
    return f"channel IS NULL OR lower(trim(channel)) IN ({words})"


def _prepare(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """What audits of a file read besides `typed`: `repeats`, `measured`, `constants`, `is_voice`."""
    con.execute(f"CREATE OR REPLACE TEMP MACRO is_voice(channel) AS {_voice()}")
    # The rows of a file whose key occurs twice, in their order.
    key = ", ".join(quoted(name) for name in contract.key)
    con.execute(
        f"""CREATE OR REPLACE TEMP VIEW repeats AS
            SELECT file_row, concat_ws(' / ', {key}) AS key, fate,
                row_number() OVER (PARTITION BY {key} ORDER BY turn) AS nth
            FROM incoming JOIN (SELECT turn, fate FROM judged) USING (turn)"""
    )
    bounded = [
        c
        for c in contract.columns
        if c.kind in ("seconds", "whole") and c.low is not None and c.high is not None
    ]
    # Every measured value of every row read, with the bounds of its contract.
    parts = [
        f"SELECT file_row, '{c.name}' AS \"column\", CAST({quoted(c.name)} AS DOUBLE) AS value,"
        f" CAST({c.low} AS DOUBLE) AS low, CAST({c.high} AS DOUBLE) AS high FROM typed"
        for c in bounded
    ]
    empty = "SELECT 0::BIGINT AS file_row, '' AS \"column\", 0.0 AS value, 0.0 AS low, 0.0 AS high LIMIT 0"
    con.execute(f"CREATE OR REPLACE TEMP VIEW measured AS {' UNION ALL '.join(parts) or empty}")
    con.execute(
        """CREATE OR REPLACE TEMP TABLE constants (
            "column" VARCHAR, value DOUBLE, rows BIGINT, file_row BIGINT)"""
    )
    for column in bounded:
        if not column.strict:
            _find_constant(con, column.name)


def _find_constant(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Add a measure to `constants` when all rows that have it agree; the first to differ ends the search."""
    column = quoted(name)
    first = con.execute(f"SELECT {column} FROM typed WHERE {column} IS NOT NULL LIMIT 1").fetchone()
    if first and not con.execute(f"SELECT 1 FROM typed WHERE {column} <> ? LIMIT 1", first).fetchone():
        con.execute(
            f"""INSERT INTO constants
                SELECT ?, ?, count(*), min(file_row) FROM typed WHERE {column} IS NOT NULL""",
            [name, *first],
        )
