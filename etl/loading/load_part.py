"""One text, sheet or member of an archive into the facts: read, typed, merged, audited, kept in the books."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, astuple, replace

import duckdb

from etl.attendance.from_punches import adopt
from etl.audits.audit import reads_raw, run_audits
from etl.books.keep_books import (
    keep_left_out,
    keep_naming,
    keep_people,
    keep_rejects,
    keep_waitless,
)
from etl.books.set_aside import keep_cells
from etl.books.settle import settle_earlier, settle_replaced, settle_returned
from etl.disk import NO_ROOM
from etl.errors import N_, Problem, Remark
from etl.home import Home
from etl.loading import fast_path as straight
from etl.loading.conform import conform, faults_of
from etl.loading.fast_path import NOTHING, Straight
from etl.loading.leading_zeros import keep_spelling, rename, tell_apart
from etl.loading.merge import merge
from etl.loading.raw_rows import Irregular, Survey, conform_file, show_file, show_rows, survey_file
from etl.loading.reading import Reading, date_rows, is_list, says_more
from etl.loading.report import DOCUMENTED, FileReport
from etl.loading.scientific_ids import refuse_scientific_ids
from etl.loading.staff_lists import Listing, keep_list
from etl.maps.lines_by_number import lines
from etl.maps.maps import TableMap
from etl.maps.plain_format import unused
from etl.maps.recognise import RawRows, raw_rows
from etl.maps.rosters import gives_leave
from etl.maps.wide import unpivot
from etl.people.aliases import ROSTER, people_of, settle_agents
from etl.personal import mask_numbers
from etl.progress import Progress
from etl.read import remarks
from etl.snapshots.formats import FORMAT
from etl.times.zones import changes_clocks

TEXTS = ("text", "json", "page")  # kinds of files that have an encoding


def load_part(
    con: duckdb.DuckDBPyConnection,
    home: Home,
    reading: Reading,
    tables: list[TableMap],
    progress: Progress,
    *,
    again: bool,
) -> list[FileReport]:
    """Load one sheet or text into all contracts that it feeds, in one transaction."""
    again = again or says_more(con, reading, tables)
    seen = None if again else _seen(con, reading, tables)
    if seen is not None:
        return seen
    if reading.back is not None:
        given = raw_rows(reading.content, reading.match, progress.advance, reading.back.rows)
        return _take_tables(con, home, reading, tables, progress, reading.back.with_known(given))
    by_row = reads_raw(reading.match.source.name)
    survey = None if by_row else survey_file(reading.content, reading.match)
    # Not as simple as it looked? Then read it with more care.
    steady = not changes_clocks(home.settings.timezone)  # else its times are compared with their texts
    if survey is not None and steady and straight.fits(reading.match) and not is_list(tables[0]):
        with suppress(Irregular):
            return _take_straight(con, home, reading, tables, progress, survey)
    if survey is not None:
        with suppress(Irregular):
            return _take_tables(con, home, reading, tables, progress, survey)
    raw = raw_rows(reading.content, reading.match, progress.advance)
    return _take_tables(con, home, reading, tables, progress, raw)


def _take_straight(
    con: duckdb.DuckDBPyConnection,
    home: Home,
    reading: Reading,
    tables: list[TableMap],
    progress: Progress,
    survey: Survey,
) -> list[FileReport]:
    """Load most rows straight into the facts, then odd rows the usual way; all of them or none."""
    content, match, file_id = reading.content, reading.match, _next_id(con)
    progress.step("convert")
    with progress.during(con):
        zone, people = home.settings.timezone, people_of(con.execute(ROSTER).fetchall(), reading.aliases)
        went = straight.insert(con, content, match, tables[0], survey, zone, file_id, people)
    try:
        progress.advance(went.rows, 0)
        odd = list(lines(content, match, went.odd))
        if not all(any(row.cells) for row in odd):
            raise Irregular  # a line without anything in it is no row
        rows = replace(raw_rows(content, match, given=odd), rows_read=went.rows)
        return _take_tables(con, home, reading, tables, progress, rows, went)
    except BaseException:
        straight.undo(con, tables[0].contract, file_id)
        raise


def _take_tables(
    con: duckdb.DuckDBPyConnection,
    home: Home,
    reading: Reading,
    tables: list[TableMap],
    progress: Progress,
    rows: RawRows | Survey,
    went: Straight = NOTHING,
) -> list[FileReport]:
    settings, source = home.settings, reading.match.source
    reports: list[FileReport] = []
    begun = False
    try:
        for table in tables:
            if isinstance(rows, RawRows):
                frame = unpivot(rows.frame, source, settings) if table.unpivot else rows.frame
                if table.perhaps and not gives_leave(con, table, frame):
                    continue
                show_rows(con, frame, source)
            progress.step("convert")
            with progress.during(con):
                if isinstance(rows, RawRows):
                    filled, raw = conform(con, table, settings.timezone), rows
                else:
                    show_file(con, reading.content, reading.match, rows)
                    filled, raw = conform_file(con, table, settings.timezone, reading.match, rows)
                    progress.advance(0 if reports else raw.rows_read, 0)
                people = people_of(con.execute(ROSTER).fetchall(), reading.aliases)
                settle_agents(con, table.contract, people, faults_of(table.contract))
                refuse_scientific_ids(con, table.contract, reading.content.name, went.facts + went.doubled)
                renamed = tell_apart(con) if is_list(table) else []
                listing = date_rows(con, reading, filled) if is_list(table) else None
                if not begun:  # what was typed before is quicker to read than a transaction's own rows
                    con.begin()
                    begun = True
                progress.step("merge")
                warnings = _warnings(reading, raw) + rename(con, renamed)
                reports.append(_take(con, reading, table, filled, raw, warnings, went, listing))
        reading.content.check_unchanged()
    except NO_ROOM:
        raise  # no fault of the file; the whole copy is thrown away
    except duckdb.Error as error:
        if begun:
            con.rollback()
        raise Problem(
            reading.content.name,
            N_("The source map {source} does not fit this file ({reason})."),
            N_("Correct the map, or name another source with --source."),
            source=reading.match.source.name,
            reason=mask_numbers(str(error).splitlines()[0]),
        ) from None
    except BaseException:
        if begun:
            con.rollback()
        raise
    con.commit()
    return reports


def _seen(
    con: duckdb.DuckDBPyConnection, reading: Reading, tables: list[TableMap]
) -> list[FileReport] | None:
    """Reports for a file whose content was loaded before, in the same way; None where some table was not."""
    reports = []
    for table in tables:
        row = con.execute(
            """SELECT name, strftime(loaded_at, '%Y-%m-%d'), source_digest FROM files
               WHERE sha256 = ? AND part = ? AND source = ? AND contract = ?
               ORDER BY file_id DESC LIMIT 1""",
            [
                *(reading.content.sha256, reading.match.grid.sheet or "", reading.match.source.name),
                table.contract.name,
            ],
        ).fetchone()
        # Read in another way since then, it has other facts now.
        if row is None and table.perhaps:
            continue
        if row is None or row[2] != reading.digest:
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
    content, match = reading.content, reading.match
    found = [Remark(DOCUMENTED)] if match.source.documented else []
    if raw.rows_read == 0:
        found.append(Remark(N_("There are no rows under the header.")))
    if raw.frame is not None and content.kind in TEXTS and content.encoding != "utf-8":
        found.append(Remark(N_("Read as {encoding}."), {"encoding": content.encoding.upper()}))
    if raw.multi_line:
        found.append(Remark(N_("{count} rows have a line break inside a cell."), {"count": raw.multi_line}))
    found += remarks(content, match.grid, match.header_row)
    if match.other_sheets:
        found.append(Remark(N_("Sheets not read: {names}."), {"names": ", ".join(match.other_sheets)}))
    found += match.remarks
    left = unused(match.source, match.header) if match.source.name.startswith("plain_") else []
    if left:
        found.append(
            Remark(N_("Columns not used: {columns}."), {"columns": mask_numbers(", ".join(left[:20]))})
        )
    return tuple(found)


def _loaded_as(con: duckdb.DuckDBPyConnection, sha256: str, part: str, contract: str) -> tuple[int, ...]:
    """The numbers under which a content was loaded earlier."""
    found = con.execute(
        "SELECT file_id FROM files WHERE sha256 = ? AND part = ? AND contract = ?", [sha256, part, contract]
    )
    return tuple(number for (number,) in found.fetchall())


def _next_id(con: duckdb.DuckDBPyConnection) -> int:
    return con.execute("SELECT coalesce(max(file_id), 0) + 1 FROM files").fetchone()[0]


def _take(
    con: duckdb.DuckDBPyConnection,
    reading: Reading,
    table: TableMap,
    filled: frozenset[str],
    raw: RawRows,
    warnings: tuple[Remark, ...],
    went: Straight,
    listing: Listing | None,
) -> FileReport:
    """Merge `typed` into the facts and keep the books: counts, rejects, audits, people."""
    contract, content, source = table.contract, reading.content, reading.match.source
    file_id = _next_id(con)
    part = reading.match.grid.sheet or ""
    counts = merge(con, table, filled, file_id, _loaded_as(con, content.sha256, part, contract.name))
    if listing is not None:
        nameless = con.execute("SELECT count(*) FROM typed_rows WHERE NOT ignored AND agent_id IS NULL")
        keep_list(con, file_id, listing, reading.asked, len(raw.ragged) + nameless.fetchone()[0])
    if contract.name == "attendance":
        adopt(con, file_id)
    counts = replace(
        counts,
        loaded=counts.loaded + went.facts,
        duplicate=counts.duplicate + went.doubled,
        rejected=counts.rejected + len(raw.ragged),
        ignored=counts.ignored + went.ignored,
        facts=counts.facts + went.facts,
    )
    rules = keep_rejects(con, table, raw, file_id)
    known = reading.back.known if reading.back else {}
    keep_cells(con, content, reading.match, table, raw, file_id, known)
    if reading.back is not None:
        warnings += settle_returned(con, reading.back, file_id, reading.at)
    if raw.rows_read != sum(asdict(counts).values()) - counts.facts:
        raise Problem(
            content.name,
            N_("{read} rows were read, but {counts} are accounted for; nothing of it was kept."),
            N_("This is a fault of the program: please report it with the file's first rows."),
            read=raw.rows_read,
            counts=counts,
        )
    if went.facts:
        straight.show_beside(con, contract, file_id)
    warnings += run_audits(con, table, source.name, file_id, reading.bounds)
    keep_people(con, table)
    keep_spelling(con, contract, table.columns, file_id)
    keep_naming(con, table, reading.match.header, file_id)
    keep_waitless(con, table, file_id)
    keep_left_out(con, table, filled, file_id)
    con.execute(
        "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?)",
        [
            file_id,
            mask_numbers(content.name),
            part,
            content.size,
            content.sha256,
            source.name,
            reading.digest,
            contract.name,
            raw.rows_read,
            *astuple(counts),
            json.dumps([(one.text, one.values) for one in warnings], ensure_ascii=False),
            reading.at,
            FORMAT,
        ],
    )
    settle_earlier(con, content.sha256, part, contract.name, file_id, reading.at)
    settle_replaced(con, contract, file_id, reading.at)
    return FileReport(
        str(content.path),
        source.name,
        contract.name,
        rows_read=raw.rows_read,
        counts=counts,
        reject_rules=rules,
        warnings=warnings,
    )
