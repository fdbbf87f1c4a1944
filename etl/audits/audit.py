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
from etl.audits.overlapping_calls import find_overlaps
from etl.contracts.contract import Contract
from etl.errors import N_, Remark
from etl.home import Settings
from etl.maps.maps import TableMap
from etl.sql_text import Sql, filled, joined, literal, literals, sql_file
from etl.times.zones import changes_clocks, find_odd_clocks

KEPT = 1000  # rows of one audit that are kept to look at; all of them are counted
FIELD = re.compile(
    r"^-- ((?:zh )?(?:says|do)|zh|contract|source|over|days|all when|importance|counts): (.+)$", re.MULTILINE
)

# The words that say a call was spoken, in the column that says how the customer came.
VOICE = ("voice", "phone", "telephone", "call", "pstn", "sip", "电话", "语音", "热线", "来电")

# Audits for which Python prepares a table: audit → the function.
PREPARED = {"overlapping_calls": find_overlaps}

COUNT = "SELECT {counts} FROM ({audit}\n)"
KEEP_OF_FILE = """
    INSERT INTO audit_rows
    SELECT $file_id, $audit, file_row, left(CAST(detail AS VARCHAR), 500), NULL
    FROM ({audit}\n) ORDER BY file_row LIMIT $kept"""
FIND = """
    CREATE OR REPLACE TEMP TABLE found AS
    SELECT day, file_id, file_row, rows, detail FROM ({audit}\n)"""
CHOOSE = """
    CREATE OR REPLACE TEMP TABLE audited AS
    SELECT CAST(day + CAST(n AS INTEGER) AS DATE) AS day FROM (
        SELECT day FROM touched_days WHERE NOT $whole AND contract IN $contracts
        UNION
        SELECT day FROM loaded_days WHERE $whole AND contract IN $contracts
        UNION
        SELECT day FROM audits WHERE $whole AND audit = $audit), range($reach + 1) AS following(n)"""
# How many rows more are found now than before, and on how many days anything is or was found.
COMPARE = """
    SELECT coalesce(sum(greatest(coalesce(now.found, 0) - coalesce(before.found, 0), 0)), 0), count(*)
    FROM (SELECT day, sum(rows) AS found FROM found GROUP BY day) AS now
    FULL JOIN (
        SELECT day, found FROM audits
        WHERE audit = $audit AND file_id IS NULL AND day IN (SELECT day FROM audited)
    ) AS before ON before.day = now.day"""
FORGET = "DELETE FROM audits WHERE audit = $audit AND file_id IS NULL AND day IN (SELECT day FROM audited)"
KEEP_OF_FACTS = """
    INSERT INTO audit_rows
    SELECT file_id, $audit, file_row, left(CAST(detail AS VARCHAR), 500), day FROM found
    WHERE detail IS NOT NULL ORDER BY day DESC, file_id, file_row LIMIT $kept"""
FORGET_OLDEST = """
    DELETE FROM audit_rows WHERE rowid IN (
        SELECT rowid FROM audit_rows WHERE audit = $audit AND day IS NOT NULL
        ORDER BY day DESC, file_id, file_row OFFSET $kept)"""

# The rows of a file whose key occurs twice, in their order.
REPEATS = """
    CREATE OR REPLACE TEMP VIEW repeats AS
    SELECT file_row, concat_ws(' / ', {key}) AS key, fate,
        row_number() OVER (PARTITION BY {key} ORDER BY turn) AS nth
    FROM incoming JOIN (SELECT turn, fate FROM judged) USING (turn)"""
# Every measured value of every row read, with the bounds of its contract.
MEASURES = """
    SELECT file_row, {text} AS "column", CAST({name} AS DOUBLE) AS value,
        CAST({low} AS DOUBLE) AS low, CAST({high} AS DOUBLE) AS high FROM typed"""
# The times of a row on the clock that the first of them was read from: what lies between is what passed.
ONE_CLOCK = "CREATE OR REPLACE TEMP VIEW one_clock AS SELECT * REPLACE ({times}) FROM typed"
ON_ONE_CLOCK = "{time} + to_seconds(coalesce(coalesce({offsets}) - {offset}, 0))"
NO_MEASURE = Sql(
    "SELECT 0::BIGINT AS file_row, '' AS \"column\", 0.0 AS value, 0.0 AS low, 0.0 AS high LIMIT 0"
)
FIRST = "SELECT {column} FROM typed WHERE {column} IS NOT NULL LIMIT 1"
OTHER = "SELECT 1 FROM typed WHERE {column} <> ? LIMIT 1"
CONSTANT = """
    INSERT INTO constants
    SELECT ?, ?, count(*), min(file_row) FROM typed WHERE {column} IS NOT NULL"""


@dataclass(frozen=True, slots=True)
class Audit:
    """One check, as the comment lines on top of its file describe it.

    Over a file it reads `typed`, `one_clock`, `measured`, `constants`, `repeats`, `odd_clocks` or the raw
    texts in `raw` and gives (file_row, detail, perhaps rows); `contracts` and `source` narrow it. Over the
    facts it gives (day, file_id, file_row, rows, detail) of the days in `audited`: those that a load touched
    in one of its `contracts`, with "next" also the days after them, with "all" (or when the contract
    `all_when` was touched) every day. `rows` is how many rows one finding stands for. A detail is a text, or
    the values of the sentence in `says` as JSON.
    `importance`: 3 figures may be wrong, 2 some rows are, 1 good to know.
    """

    name: str
    title: dict[str, str]
    todo: dict[str, str]
    says: dict[str, str] | None
    sql: Sql
    contracts: tuple[str, ...]
    source: str | None
    over: Literal["file", "facts"]
    days: Literal["touched", "next", "all"]
    all_when: str | None
    importance: int
    counts: Sql  # of how many rows the findings stand for


@cache
def audits() -> tuple[Audit, ...]:
    """All audits, by name."""
    found = []
    for path in sorted(
        resources.files("etl").joinpath("audits", "rules").iterdir(), key=lambda path: path.name
    ):
        if path.name.endswith(".sql"):
            name, text = path.name.removesuffix(".sql"), path.read_text(encoding="utf-8")
            head = dict(FIELD.findall(text))
            found.append(
                Audit(
                    name=name,
                    title={"en": text.splitlines()[0].removeprefix("-- "), "zh": head["zh"]},
                    todo={"en": head["do"], "zh": head["zh do"]},
                    says={"en": head["says"], "zh": head["zh says"]} if "says" in head else None,
                    sql=sql_file("etl.audits", f"rules/{name}"),
                    contracts=tuple(re.split(r", *", head["contract"])) if "contract" in head else (),
                    source=head.get("source"),
                    over=head.get("over", "file"),
                    days=head.get("days", "touched"),
                    all_when=head.get("all when"),
                    importance=int(head["importance"]),
                    counts=Sql("coalesce(sum(rows), 0)") if head.get("counts") == "rows" else Sql("count(*)"),
                )
            )
    return tuple(found)


def reads_raw(source: str) -> bool:
    """Whether an audit looks at the raw texts of this source, row by row."""
    return any(one.source == source and re.search(r"\b(FROM|JOIN) raw\b", one.sql) for one in audits())


def limits(settings: Settings, now: datetime) -> dict[str, object]:
    """The values that audits bind: the settings of the home, and the day of the load."""
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
    """Run the audits of one file that concern `table` of `source`; remark how much each finds.

    What they find is kept. `values` as `limits` gives them.
    """
    contract = table.contract
    _prepare(con, contract, values["timezone"])
    times = {c.name: c.offset for c in contract.columns if c.kind == "time"}
    find_odd_clocks(con, times, values["timezone"])
    remarks = []
    for audit in audits():
        if audit.over != "file" or audit.source not in (None, source):
            continue
        if audit.contracts and contract.name not in audit.contracts:
            continue
        bound = _bound(audit, values)
        (found,) = con.execute(filled(COUNT, counts=audit.counts, audit=audit.sql), bound).fetchone()
        if found:
            con.execute("INSERT INTO audits VALUES (?, ?, ?, NULL)", [file_id, audit.name, found])
            of_file = {"file_id": file_id, "audit": audit.name, "kept": KEPT}
            con.execute(filled(KEEP_OF_FILE, audit=audit.sql), bound | of_file)
            what = {"count": int(found), "audit": audit.title}
            remarks.append(Remark(N_("{count} rows in question: {audit}"), what))
    return tuple(remarks)


def run_fact_audits(con: duckdb.DuckDBPyConnection, values: Mapping[str, object]) -> tuple[Remark, ...]:
    """Run the audits over the facts of the days in `touched_days`, at the end of a load.

    What they found on those days before is replaced, so that what was put right goes away; only what is
    new is said. `values` as `limits` gives them.
    """
    _define_voice(con)
    count_parts(con)
    find_missing(con)
    touched = {name for (name,) in con.execute("SELECT DISTINCT contract FROM touched_days").fetchall()}
    remarks = []
    for audit in audits():
        whole = audit.days == "all" or audit.all_when in touched
        if audit.over != "facts" or not (whole or touched & set(audit.contracts)):
            continue  # of the days that it looks at none was touched
        _choose_days(con, audit, whole=whole)
        if audit.name in PREPARED:
            PREPARED[audit.name](con)
        con.execute(filled(FIND, audit=audit.sql), _bound(audit, values))
        if new := _keep(con, audit):
            what = {"count": new, "audit": audit.title}
            remarks.append(Remark(N_("{count} new findings in all data: {audit}"), what))
    return tuple(remarks)


def _bound(audit: Audit, values: Mapping[str, object]) -> dict[str, object]:
    """The `values` that the audit's SQL names."""
    return {name: value for name, value in values.items() if re.search(rf"\${name}\b", audit.sql)}


def _choose_days(con: duckdb.DuckDBPyConnection, audit: Audit, *, whole: bool) -> None:
    """Fill the temporary table `audited` with the days that the audit looks at: those touched, or all."""
    chosen = {"audit": audit.name, "contracts": list(audit.contracts), "whole": whole}
    con.execute(CHOOSE, chosen | {"reach": int(audit.days == "next")})


def _keep(con: duckdb.DuckDBPyConnection, audit: Audit) -> int:
    """Replace the earlier findings of those days by the rows of `found`; return how many are new."""
    mine = {"audit": audit.name}
    new, some = con.execute(COMPARE, mine).fetchone()
    if not some:
        return 0  # nothing found, now as before
    con.execute(FORGET, mine)
    con.execute("DELETE FROM audit_rows WHERE audit = ? AND day IN (SELECT day FROM audited)", [audit.name])
    con.execute("INSERT INTO audits SELECT NULL, ?, sum(rows), day FROM found GROUP BY day", [audit.name])
    con.execute(KEEP_OF_FACTS, mine | {"kept": KEPT})
    con.execute(FORGET_OLDEST, mine | {"kept": KEPT})
    return int(new)


def _define_voice(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        filled(
            """CREATE OR REPLACE TEMP MACRO is_voice(channel) AS
                   channel IS NULL OR lower(trim(channel)) IN ({words})""",
            words=literals(VOICE),
        )
    )


def _prepare(con: duckdb.DuckDBPyConnection, contract: Contract, zone: str) -> None:
    """Create what audits of a file read besides `typed`.

    `one_clock`, `repeats`, `measured`, `constants` and `is_voice`.
    """
    _define_voice(con)
    lasting = [c for c in contract.columns if c.lasting] if changes_clocks(zone) else []
    offsets = [c.offset for c in lasting]
    times = {c.name: filled(ON_ONE_CLOCK, time=c.name, offset=c.offset, offsets=offsets) for c in lasting}
    con.execute(filled(ONE_CLOCK, times=times or {"ignored": Sql("ignored")}))
    con.execute(filled(REPEATS, key=contract.key))
    bounded = [
        c
        for c in contract.columns
        if c.kind in ("seconds", "whole") and c.low is not None and c.high is not None
    ]
    parts = [filled(MEASURES, name=c.name, text=literal(c.name), low=c.low, high=c.high) for c in bounded]
    con.execute(
        filled(
            "CREATE OR REPLACE TEMP VIEW measured AS {all}", all=joined(" UNION ALL ", parts or [NO_MEASURE])
        )
    )
    con.execute(
        """CREATE OR REPLACE TEMP TABLE constants (
            "column" VARCHAR, value DOUBLE, rows BIGINT, file_row BIGINT)"""
    )
    for column in bounded:
        if not column.strict:
            _find_constant(con, column.name)


def _find_constant(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Add a measure to `constants` when all rows that have it agree; the first to differ ends the search."""
    first = con.execute(filled(FIRST, column=name)).fetchone()
    if first and not con.execute(filled(OTHER, column=name), first).fetchone():
        con.execute(filled(CONSTANT, column=name), [name, *first])
