"""Files into a new snapshot: recognise, read, conform, merge, audit, check, publish."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
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
from etl.home import Home
from etl.merge import Counts, merge
from etl.personal import mask_numbers
from etl.plain import unused
from etl.read import Content, read_file
from etl.recognise import Match, RawRows, raw_rows, recognise
from etl.source_maps import Source, TableMap, load_sources
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
class LoadReport:
    """The published snapshot (None when nothing changed), every file, and what a folder held besides."""

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
    finish: Step = lambda con: None,
    check: Step = lambda con: None,
    progress: Callable[[str], None] = lambda name: None,
) -> LoadReport:
    """Load `paths` (files, or folders without their sub-folders) into a new snapshot.

    A refused file changes nothing and the others still load. `finish` runs on the facts before
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
    zone, shifts = home.settings.timezone, home.settings.shifts
    with snapshot.building(home) as work:
        reports: list[FileReport] = []
        with duckdb.connect(str(work)) as con:
            prepare(con)
            for path in files:
                progress(path.name)
                try:
                    content = read_file(path)
                    match = recognise(content, sources, source=source, table=table)
                    tables = [t for t in match.source.tables if table in (None, t.contract.name)]
                    reports += _load_file(con, home, content, match, tables, zone, shifts)
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


def _load_file(
    con: duckdb.DuckDBPyConnection,
    home: Home,
    content: Content,
    match: Match,
    tables: list[TableMap],
    zone: str,
    shifts: dict[str, str],
) -> list[FileReport]:
    """All contracts that one file feeds, in one transaction."""
    seen = _seen(con, content, match.source, tables)
    if seen is not None:
        return [replace(r, path=str(content.path)) for r in seen]
    raw = raw_rows(content, match, home.customer_key())
    warnings = _warnings(content, match, raw)
    con.begin()
    try:
        reports = []
        for table in tables:
            frame = unpivot(raw.frame, match.source.wide, shifts) if table.unpivot else raw.frame
            con.register("raw", frame)
            conform(con, table, zone)
            reports.append(_take(con, content, match.source, table, raw, warnings, zone))
            con.unregister("raw")
    except BaseException:
        con.rollback()
        raise
    con.commit()
    return reports


def _seen(
    con: duckdb.DuckDBPyConnection, content: Content, source: Source, tables: list[TableMap]
) -> list[FileReport] | None:
    """Reports of an unchanged file: this content went through this map before, under whatever name."""
    reports = []
    for table in tables:
        row = con.execute(
            """SELECT name, strftime(loaded_at, '%Y-%m-%d') FROM files
               WHERE sha256 = ? AND source = ? AND source_digest = ? AND contract = ?""",
            [content.sha256, source.name, source.digest, table.contract.name],
        ).fetchone()
        if row is None:
            return None
        problem = Problem(
            content.path.name,
            N_("The same content was loaded as {name} on {day}."),
            N_("There is nothing to do."),
            name=row[0],
            day=row[1],
        )
        reports.append(FileReport("", source.name, table.contract.name, status="unchanged", problem=problem))
    return reports


def _warnings(content: Content, match: Match, raw: RawRows) -> tuple[Remark, ...]:
    found = []
    if raw.rows_read == 0:
        found.append(Remark(N_("There are no rows under the header.")))
    if content.encoding not in ("", "utf-8"):
        found.append(Remark(N_("Read as {encoding}."), {"encoding": content.encoding.upper()}))
    if raw.multi_line:
        found.append(Remark(N_("{count} rows have a line break inside a cell."), {"count": raw.multi_line}))
    left = unused(match.source, match.header) if match.source.name.startswith("plain_") else []
    if left:
        found.append(
            Remark(N_("Columns not used: {columns}."), {"columns": mask_numbers(", ".join(left[:20]))})
        )
    return tuple(found)


def _take(
    con: duckdb.DuckDBPyConnection,
    content: Content,
    source: Source,
    table: TableMap,
    raw: RawRows,
    warnings: tuple[Remark, ...],
    zone: str,
) -> FileReport:
    """Merge `typed` into the facts and keep the books: counts, rejects, audits, people."""
    contract = table.contract
    file_id = con.execute("SELECT coalesce(max(file_id), 0) + 1 FROM files").fetchone()[0]
    counts = merge(con, contract, file_id, raw.frame.height)
    counts = replace(counts, rejected=counts.rejected + len(raw.ragged))
    rules = keep_rejects(con, table, raw, file_id)
    if raw.rows_read != sum(asdict(counts).values()) - counts.facts:
        raise Problem(
            content.path.name,
            N_("{read} rows were read, but {counts} are accounted for; nothing of it was kept."),
            N_("This is a fault of the program: please report it with the file's first rows."),
            read=raw.rows_read,
            counts=counts,
        )
    run_audits(con, contract, source.name, file_id)
    keep_people(con, table)
    con.execute(
        "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
        [
            file_id,
            mask_numbers(content.path.name),
            content.size,
            content.sha256,
            source.name,
            source.digest,
            contract.name,
            raw.rows_read,
            counts.loaded,
            counts.updated,
            counts.duplicate,
            counts.rejected,
            counts.ignored,
            counts.facts,
            json.dumps([(one.text, one.values) for one in warnings], ensure_ascii=False),
            datetime.now(ZoneInfo(zone)).replace(tzinfo=None),
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
