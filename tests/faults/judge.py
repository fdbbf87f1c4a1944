"""What must hold for any file: it is read or refused in a sentence, in time, and every row is accounted for."""

from __future__ import annotations

import re
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

import etl.loading.raw_rows
from etl.errors import Problem
from etl.home import Home, Settings
from etl.loading.conform import conform
from etl.loading.raw_rows import Irregular, conform_file, show_file, show_rows, survey_file
from etl.maps.maps import Source, TableMap
from etl.maps.recognise import Match, RawRows, raw_rows, recognise
from etl.maps.wide import unpivot
from etl.read import Content, contents, remarks
from etl.snapshots.snapshot import current
from etl.sql_text import quoted
from kpi.loading.load import load_files

ZONE = "Asia/Shanghai"
LIMIT_S = 30
IDENTITY = ("loaded", "updated", "duplicate", "rejected", "ignored")


class Hang(BaseException):
    """A file took too long. Not an Exception: whoever catches those must not catch this."""


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """Hang when the body computes for longer; one that only waits gets twenty times as long."""

    def ring(*_: object) -> None:
        raise Hang(f"more than {seconds} s")

    limits = (
        (signal.SIGPROF, signal.ITIMER_PROF, seconds),
        (signal.SIGALRM, signal.ITIMER_REAL, 20 * seconds),
    )
    before = [signal.signal(sent, ring) for sent, _, _ in limits]
    for _, timer, limit in limits:
        signal.setitimer(timer, limit)
    try:
        yield
    finally:
        for (sent, timer, _), handler in zip(limits, before, strict=True):
            signal.setitimer(timer, 0)
            signal.signal(sent, handler)


def judge(path: Path, con: duckdb.DuckDBPyConnection, sources: dict[str, Source], room: Path) -> Counter[str]:
    """Read and convert a file on a connection that `prepare` knows; what became of its contents.

    Raises whatever is wrong: AssertionError for rows that are not accounted for, anything else for a crash.
    """
    seen: Counter[str] = Counter()
    for content in contents(path, room, []):
        if isinstance(content, Problem):
            seen["refused"] += 1
            continue
        try:
            matches = recognise(content, sources)
        except Problem:
            seen["unknown"] += 1
            continue
        for match in matches:
            try:
                rows = raw_rows(content, match)
                remarks(content, match.grid, match.header_row)
            except Problem:
                seen["refused"] += 1
                continue
            check_rows(content, match, rows)
            tables = [table for table in match.source.tables if not table.perhaps]
            converted = [(table, convert(con, table, match, rows)) for table in tables]
            seen["converted"] += 1
            seen["rows"] += rows.rows_read
            seen["quick"] += compare_readers(con, content, match, rows, converted)
    assert not list(room.iterdir()), f"left unpacked: {list(room.iterdir())}"
    return seen


def check_rows(content: Content, match: Match, rows: RawRows) -> None:
    """Every row read is one row of the frame or one that is set aside, and a text has as many as it has lines."""
    numbers = [*rows.frame["file_row"].to_list(), *(number for number, _, _ in rows.ragged)]
    assert len(numbers) == len(set(numbers)) == rows.rows_read, "a row number occurs twice"
    assert min(numbers, default=match.header_row + 1) > match.header_row
    expected = lines_with_rows(content, match)
    assert expected is None or rows.rows_read == expected, f"{rows.rows_read} rows of {expected} lines"


def lines_with_rows(content: Content, match: Match) -> int | None:
    """How many lines of a text hold anything, where no quotes can make one row of several lines."""
    if content.kind != "text" or match.grid.quote or re.search("[\"'\x00\x1a\ufeff]", content.text):
        return None
    empty = " \t\u3000\xa0" + (match.grid.delimiter or "")
    lines = re.split("\r\n|\r|\n", content.text)[match.header_row :]
    if any(line.strip(empty) != re.sub(r"^\s+|\s+$", "", line).strip(empty) for line in lines):
        return None  # other blanks at its edges: a question of taste
    return sum(bool(line.strip(empty)) for line in lines)


def convert(con: duckdb.DuckDBPyConnection, table: TableMap, match: Match, rows: RawRows) -> list[str]:
    """The rows of `typed` for one table, after a look at whether none is missing and none too many."""
    frame = unpivot(rows.frame, match.source, Settings()) if table.unpivot else rows.frame
    show_rows(con, frame, match.source)
    conform(con, table, ZONE)
    typed, distinct = con.execute("SELECT count(*), count(DISTINCT file_row) FROM typed").fetchone()
    if not table.fold and not table.unpivot:
        assert typed == distinct == rows.frame.height, f"{typed} typed rows of {rows.frame.height}"
    foreign = con.execute(
        "SELECT count(*) FROM typed WHERE file_row NOT IN (SELECT file_row FROM read_rows)"
    ).fetchone()[0]
    assert not foreign, f"{foreign} rows that the file does not have"
    return _typed(con)


def _typed(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The rows of `typed`, in an order that does not depend on the reader."""
    names = sorted(row[0] for row in con.execute("DESCRIBE typed").fetchall())
    wanted = ", ".join(quoted(name) for name in names if name not in ("broken", "fault"))
    return sorted(map(repr, con.execute(f"SELECT {wanted} FROM typed").fetchall()))


def compare_readers(
    con: duckdb.DuckDBPyConnection,
    content: Content,
    match: Match,
    rows: RawRows,
    careful: list[tuple[TableMap, list[str]]],
) -> int:
    """When DuckDB's own reader takes the file, it makes the same of it; whether it does take it."""
    large, etl.loading.raw_rows.LARGE = etl.loading.raw_rows.LARGE, 0
    try:
        survey = survey_file(content, match)
        if survey is None:
            return 0
        show_file(con, content, match, survey)
        for table, typed in careful:
            _, quick = conform_file(con, table, ZONE, match, survey)
            assert quick.rows_read == rows.rows_read, f"quick: {quick.rows_read}, careful: {rows.rows_read}"
            assert sorted(r[0] for r in quick.ragged) == sorted(r[0] for r in rows.ragged), (
                "other ragged rows"
            )
            assert _typed(con) == typed, "the quick reader reads other values"
    except Irregular:
        return 0
    finally:
        etl.loading.raw_rows.LARGE = large
    return 1


def publish(path: Path, home: Home, quick: Home) -> Counter[str]:
    """Load a file into a home, and into another one by the way of large files.

    AssertionError when a report or the books do not account for every row, or the two differ.
    """
    seen, facts = _publish(path, home)
    large, etl.loading.raw_rows.LARGE = etl.loading.raw_rows.LARGE, 0
    try:
        assert _publish(path, quick) == (seen, facts), "a large file would become something else"
    finally:
        etl.loading.raw_rows.LARGE = large
    return Counter(status for _, status, _, _ in seen)


def _publish(path: Path, home: Home) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    report = load_files(home, [path])
    for file in report.files:
        counts = {name: getattr(file.counts, name) for name in IDENTITY}
        assert file.rows_read == sum(counts.values()), f"{file.rows_read} rows read, {counts}"
        assert sum(file.reject_rules.values()) == counts["rejected"], f"{file.reject_rules} of {counts}"
    snapshot = current(home)
    assert snapshot is None or (snapshot.id == report.snapshot and not snapshot.is_damaged())
    names = {entry.name for entry in home.snapshots.iterdir()} if home.exists else set()
    assert not {name for name in names if name.startswith(("building", "unpacked", "CURRENT."))}, names
    files = [(file.table, file.status, file.counts, file.reject_rules) for file in report.files]
    tables = sorted({table for table, status, _, _ in files if status == "loaded"})
    wanted = "SELECT COLUMNS(name -> name <> 'customer_key') FROM"
    facts = [snapshot.query(f"{wanted} {quoted(name)} ORDER BY ALL") for name in tables]
    return files, [row for table in facts for row in table.rows()]
