"""Files into a new snapshot: recognise, read, conform, merge, audit, check, publish."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import asdict, astuple, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from etl import snapshot
from etl.audit import run_audits
from etl.books import keep_people, keep_rejects, refresh
from etl.conform import conform, prepare
from etl.contracts import CONTRACTS
from etl.errors import N_, Problem, Remark
from etl.home import Home, Settings
from etl.merge import Counts, merge
from etl.personal import mask_numbers
from etl.plain import unused
from etl.read import Content, contents
from etl.recognise import Match, RawRows, raw_rows, recognise
from etl.source_maps import TableMap, load_sources
from etl.wide import unpivot

Step = Callable[[duckdb.DuckDBPyConnection], None]
NOT_DATA = {".md", ".rst", ".pdf", ".docx"}


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file for one contract. All counts but `facts` are source rows."""

    path: str
    source: str | None = None
    table: str | None = None
    status: str = "loaded"
    problem: Problem | None = None
    rows_read: int = 0
    counts: Counts = field(default_factory=Counts)
    reject_rules: dict[str, int] = field(default_factory=dict)
    warnings: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as it is about to be read: what it is, and a digest of everything that decides its facts."""

    content: Content
    match: Match
    digest: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LoadReport:
    """The current snapshot (None before the first), every file, and what a folder held besides."""

    snapshot: str | None
    files: tuple[FileReport, ...]
    skipped: tuple[str, ...] = ()


def load(
    home: Home,
    paths: Iterable[Path],
    *,
    source: str | None = None,
    table: str | None = None,
    dry_run: bool = False,
    again: bool = False,
    finish: Step = lambda con: None,
    check: Step = lambda con: None,
    progress: Callable[[str], None] = lambda name: None,
) -> LoadReport:
    """Load `paths` (files, or folders without their sub-folders) into a new snapshot.

    A refused file changes nothing and the others still load; one whose content was loaded before is
    left alone, unless `again`. `finish` runs on the facts before
    they are closed (roll-ups), `check` on the reopened file before it is published; `progress` is
    told each file's name. With `dry_run` nothing is published and a missing home stays missing.
    """
    if dry_run and not home.exists:
        with tempfile.TemporaryDirectory() as folder:
            return load(Home(Path(folder)), paths, source=source, table=table, dry_run=True)
    if table is not None and table not in CONTRACTS:
        raise Problem(
            table, N_("There is no such table."), N_("Known are: {names}."), names=", ".join(CONTRACTS)
        )
    sources = load_sources(home.config)
    files, skipped = _listed(paths)
    settings = home.settings
    now = datetime.now(ZoneInfo(settings.timezone)).replace(tzinfo=None)
    with snapshot.building(home) as work:
        reports: list[FileReport] = []
        with duckdb.connect(str(work)) as con:
            prepare(con)
            for path in files:
                progress(path.name)
                for content in contents(path, home.snapshots):
                    try:
                        if isinstance(content, Problem):
                            raise content
                        for match in recognise(content, sources, source=source, table=table):
                            tables = [t for t in match.source.tables if table in (None, t.contract.name)]
                            reading = Reading(content, match, _digest(match, tables, settings), now)
                            reports += _load_part(con, home, reading, tables, again=again)
                    except Problem as problem:
                        reports.append(FileReport(str(path), status="refused", problem=problem))
            changed = any(report.status == "loaded" for report in reports)
            if changed:
                refresh(con)
                finish(con)
                con.execute("UPDATE files SET snapshot = ? WHERE snapshot IS NULL", [snapshot.next_id(home)])
                con.execute("CHECKPOINT")
        published = snapshot.current_id(home)
        if changed and not dry_run:
            published = snapshot.publish(home, work, check)
    return LoadReport(published, tuple(reports), tuple(skipped))


def report_json(
    report: LoadReport, sentence: Callable[[Problem], str] = str, remark: Callable[[Remark], str] = str
) -> dict:
    """`report` as the document that `service-kpi load --json` prints, its texts as the edge words them."""
    files = []
    for file in report.files:
        counts = asdict(file.counts)
        files.append(
            {
                "path": file.path,
                "source": file.source,
                "table": file.table,
                "status": file.status,
                "message": sentence(file.problem) if file.problem else "",
                "rows_read": file.rows_read,
                **counts,
                "reject_rules": file.reject_rules,
                "warnings": [remark(one) for one in file.warnings],
            }
        )
    return {"snapshot": report.snapshot, "files": files, "skipped": list(report.skipped)}


def _listed(paths: Iterable[Path]) -> tuple[list[Path], list[str]]:
    files, skipped = [], []
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        for entry in sorted(path.iterdir()):
            if entry.is_dir() or entry.name.startswith((".", "~$")) or entry.suffix.lower() in NOT_DATA:
                skipped.append(str(entry))
            else:
                files.append(entry)
    return files, skipped


def _digest(match: Match, tables: list[TableMap], settings: Settings) -> str:
    """Changes when the same bytes would become other facts: with the map, the contract, the settings."""
    wide = match.source.wide == "days"
    text = repr(
        (match.source.digest, [t.contract for t in tables], settings.timezone, wide and settings.shifts)
    )
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _load_part(
    con: duckdb.DuckDBPyConnection, home: Home, reading: Reading, tables: list[TableMap], *, again: bool
) -> list[FileReport]:
    """All contracts that one sheet or text feeds, in one transaction."""
    seen = None if again else _seen(con, reading, tables)
    if seen is not None:
        return seen
    settings = home.settings
    raw = raw_rows(reading.content, reading.match, home.customer_key())
    warnings = _warnings(reading, raw)
    con.begin()
    try:
        reports = []
        for table in tables:
            wide = reading.match.source.wide
            con.register("raw", unpivot(raw.frame, wide, settings.shifts) if table.unpivot else raw.frame)
            filled = conform(con, table, settings.timezone)
            reports.append(_take(con, reading, table, filled, raw, warnings))
            con.unregister("raw")
    except duckdb.Error as error:
        con.rollback()
        raise Problem(
            reading.content.name,
            N_("The source map {source} does not fit this file ({reason})."),
            N_("Correct the map, or name another source with --source."),
            source=reading.match.source.name,
            reason=str(error).splitlines()[0],
        ) from None
    except BaseException:
        con.rollback()
        raise
    con.commit()
    return reports


def _seen(
    con: duckdb.DuckDBPyConnection, reading: Reading, tables: list[TableMap]
) -> list[FileReport] | None:
    """Reports of an unchanged file: the same content was read in the same way before, under whatever name."""
    reports = []
    for table in tables:
        row = con.execute(
            """SELECT name, strftime(loaded_at, '%Y-%m-%d') FROM files
               WHERE sha256 = ? AND part = ? AND source = ? AND source_digest = ? AND contract = ?""",
            [
                *(reading.content.sha256, reading.match.grid.sheet or "", reading.match.source.name),
                *(reading.digest, table.contract.name),
            ],
        ).fetchone()
        if row is None:
            return None
        problem = Problem(
            reading.content.name,
            N_("The same content was loaded as {name} on {day}."),
            N_("There is nothing to do; --again loads it once more."),
            name=row[0],
            day=row[1],
        )
        reports.append(
            FileReport(
                str(reading.content.path),
                reading.match.source.name,
                table.contract.name,
                status="unchanged",
                problem=problem,
            )
        )
    return reports


def _warnings(reading: Reading, raw: RawRows) -> tuple[Remark, ...]:
    content, match, found = reading.content, reading.match, []
    if raw.rows_read == 0:
        found.append(Remark(N_("There are no rows under the header.")))
    if content.kind == "text" and content.encoding != "utf-8":
        found.append(Remark(N_("Read as {encoding}."), {"encoding": content.encoding.upper()}))
    if raw.multi_line:
        found.append(Remark(N_("{count} rows have a line break inside a cell."), {"count": raw.multi_line}))
    if match.other_sheets:
        found.append(Remark(N_("Sheets not read: {names}."), {"names": ", ".join(match.other_sheets)}))
    left = unused(match.source, match.header) if match.source.name.startswith("plain_") else []
    if left:
        found.append(
            Remark(N_("Columns not used: {columns}."), {"columns": mask_numbers(", ".join(left[:20]))})
        )
    return tuple(found)


def _take(
    con: duckdb.DuckDBPyConnection,
    reading: Reading,
    table: TableMap,
    filled: frozenset[str],
    raw: RawRows,
    warnings: tuple[Remark, ...],
) -> FileReport:
    """Merge `typed` into the facts and keep the books: counts, rejects, audits, people."""
    contract, content, source = table.contract, reading.content, reading.match.source
    file_id = con.execute("SELECT coalesce(max(file_id), 0) + 1 FROM files").fetchone()[0]
    counts = merge(con, table, filled, file_id)
    counts = replace(counts, rejected=counts.rejected + len(raw.ragged))
    rules = keep_rejects(con, table, raw, file_id)
    if raw.rows_read != sum(asdict(counts).values()) - counts.facts:
        raise Problem(
            content.name,
            N_("{read} rows were read, but {counts} are accounted for; nothing of it was kept."),
            N_("This is a fault of the program: please report it with the file's first rows."),
            read=raw.rows_read,
            counts=counts,
        )
    warnings += run_audits(con, contract, source.name, file_id)
    keep_people(con, table)
    con.execute(
        "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
        [
            file_id,
            mask_numbers(content.name),
            reading.match.grid.sheet or "",
            content.size,
            content.sha256,
            source.name,
            reading.digest,
            contract.name,
            raw.rows_read,
            *astuple(counts),
            json.dumps([(one.text, one.values) for one in warnings], ensure_ascii=False),
            reading.at,
        ],
    )
    return FileReport(
        str(content.path),
        source.name,
        contract.name,
        rows_read=raw.rows_read,
        counts=counts,
        reject_rules=rules,
        warnings=warnings,
    )
