"""Files into a new snapshot: recognise, read, conform, merge, audit, check, publish."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

import duckdb

from etl.attendance.from_punches import attend
from etl.audits.audit import limits, run_fact_audits
from etl.books.keep_books import refresh, start_books
from etl.books.returned_workbook import find_returned
from etl.contracts.facts import CONTRACTS
from etl.errors import N_, Problem, Remark
from etl.home import Home, Settings
from etl.loading.call_lookups import look_up
from etl.loading.ignore import drop_ignored, excluding, load_ignore
from etl.loading.legs import number_legs
from etl.loading.load_part import load_part
from etl.loading.missing_people import StaffList, settle_lists
from etl.loading.reading import Reading, digest_of
from etl.loading.renamed_people import move_people
from etl.loading.report import FileReport, LoadReport
from etl.loading.staff_lists import NOTHING_SAID, Asked
from etl.loading.unsaid_scales import adopt_answers, without_scale
from etl.maps.answer_scales import Scale, load_scales, scaled
from etl.maps.conversions import prepare
from etl.maps.maps import Source, load_sources
from etl.maps.recognise import recognise
from etl.people.aliases import load_aliases
from etl.personal import same_key
from etl.progress import Progress
from etl.read import Content, contents
from etl.read.folder import listed
from etl.snapshots import snapshot
from etl.sql_text import filled, literal

MEMORY = "2500MB"  # beyond it DuckDB goes to the disk
Step = Callable[[duckdb.DuckDBPyConnection], None]


@dataclass(frozen=True, slots=True)
class _Rules:
    """How files are to be read: what the home's config says when a load begins, and what was asked for."""

    home: Home
    settings: Settings
    sources: dict[str, Source]
    ignored: dict[str, str]
    aliases: dict[str, str]
    now: datetime
    bounds: dict[str, object]
    source: str | None
    table: str | None
    again: bool
    asked: Asked
    answers: Scale
    scales: dict[str, Scale]


def load(
    home: Home,
    paths: Iterable[Path],
    *,
    source: str | None = None,
    table: str | None = None,
    dry_run: bool = False,
    again: bool = False,
    recursive: bool = False,
    asked: Asked = NOTHING_SAID,
    answers: Scale = MappingProxyType({}),
    finish: Step = lambda con: None,
    check: Step = lambda con: None,
    progress: Progress | None = None,
    wait: bool = False,
) -> LoadReport:
    """Load `paths` (files, or folders; with `recursive` their sub-folders too) into a new snapshot.

    A refused file changes nothing and the others still load; one whose content was loaded before is
    left alone, unless `again`. `asked` holds for the staff lists among the files; `answers` say what the
    answers of surveys mean where their file leaves it open. `finish` runs on the facts before they are
    closed (roll-ups), `check` on the reopened file before it is published; `progress` is told how far it is,
    and may be asked to stop it: then Cancelled comes out and nothing is published.
    With `dry_run` nothing is published and a missing home stays missing. While another load is running
    that is a Problem, unless it shall `wait`.
    """
    if dry_run and not home.exists:
        with tempfile.TemporaryDirectory() as folder:
            elsewhere = Home(Path(folder))
            return load(
                elsewhere,
                paths,
                source=source,
                table=table,
                dry_run=True,
                recursive=recursive,
                asked=asked,
                answers=answers,
                progress=progress,
            )
    if table is not None and table not in CONTRACTS:
        raise Problem(
            table, N_("There is no such table."), N_("Known are: {names}."), names=", ".join(CONTRACTS)
        )
    rules = _rules(home, source, table, asked, answers, again=again)
    files, skipped = listed(paths, recursive=recursive, apart_from=home.path)
    progress = progress or Progress()
    progress.begin([_size(path) for path in files])
    remarks: list[Remark] = []
    lists: tuple[StaffList, ...] = ()
    with snapshot.building(home, wait=wait, step=progress.step, say=remarks.append) as work:
        reports: list[FileReport] = []
        with duckdb.connect(str(work)) as con:
            con.execute(filled("SET memory_limit = {most}", most=literal(MEMORY)))
            secret = home.customer_key()
            prepare(con, secret)
            same_key(con, secret)
            start_books(con)
            for path in files:
                progress.file(path.name, _size(path))
                for content in contents(path, home.snapshots, skipped):
                    try:
                        reports += _load_content(con, content, rules, progress)
                    except Problem as problem:
                        reports.append(FileReport(str(path), status="refused", problem=problem))
            changed = any(report.status == "loaded" for report in reports)
            if changed:
                progress.step("rollups")
                with progress.during(con):
                    said, lists = _follow(con, rules)
                    remarks += said
                    finish(con)
                con.execute("UPDATE files SET snapshot = ? WHERE snapshot IS NULL", [snapshot.next_id(home)])
                con.execute("CHECKPOINT")
        published = snapshot.current_id(home)
        if changed and not dry_run:
            published = snapshot.publish(home, work, lambda con: _checked(con, check, progress))
    return LoadReport(published, tuple(reports), tuple(skipped), tuple(remarks), lists)


def _rules(
    home: Home, source: str | None, table: str | None, asked: Asked, answers: Scale, *, again: bool
) -> _Rules:
    settings = home.settings
    now = datetime.now(ZoneInfo(settings.timezone)).replace(tzinfo=None)
    return _Rules(
        home=home,
        settings=settings,
        sources=load_sources(home.config),
        ignored=load_ignore(home.config),
        aliases=load_aliases(home.config),
        now=now,
        bounds=limits(settings, now),
        source=source,
        table=table,
        again=again,
        asked=asked,
        answers=answers,
        scales=load_scales(home.config),
    )


def _load_content(
    con: duckdb.DuckDBPyConnection, content: Content | Problem, rules: _Rules, progress: Progress
) -> Iterator[FileReport]:
    """The reports of a file, or of one in an archive: one for each table that each of its sheets fills."""
    if isinstance(content, Problem):
        raise content
    returned = find_returned(con, content, rules.sources, rules.home.customer_key())
    found = [(back.match, back) for back in returned] or [
        (match, None) for match in recognise(content, rules.sources, source=rules.source, table=rules.table)
    ]
    for match, back in found:
        tables = [
            scaled(excluding(table, rules.ignored), rules.answers)
            for table in match.source.tables
            if back or rules.table in (None, table.contract.name)
        ]
        digest = digest_of(match, tables, rules.settings, rules.aliases)
        reading = Reading(content, match, digest, rules.now, rules.bounds, back, rules.aliases, rules.asked)
        for made in load_part(con, rules.home, reading, tables, progress, again=rules.again):
            rated = (made.table, made.status) == ("surveys", "loaded")
            unsaid = without_scale(con, match.source.name, rules.scales) if rated else ()
            yield replace(made, warnings=made.warnings + unsaid)


def _follow(con: duckdb.DuckDBPyConnection, rules: _Rules) -> tuple[list[Remark], tuple[StaffList, ...]]:
    """Bring older facts and the books up to date with the new facts; return what to say, and to ask."""
    drop_ignored(con, rules.ignored)
    remarks = [*adopt_answers(con), *move_people(con, rules.aliases)]
    said, lists = settle_lists(con, rules.now)
    number_legs(con)
    look_up(con)
    attend(con, rules.settings.punches)
    refresh(con)
    return [*remarks, *said, *run_fact_audits(con, rules.bounds)], lists


def _checked(con: duckdb.DuckDBPyConnection, check: Step, progress: Progress) -> None:
    progress.step("verify")
    with progress.during(con):
        check(con)
    progress.step("publish")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # what is wrong with it is said when it is read
