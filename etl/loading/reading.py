"""A file as it is about to be read, and what it says of the day of a staff list."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import duckdb

from etl.books.returned_workbook import Returned
from etl.home import Settings
from etl.loading.missing_people import lacks_somebody
from etl.loading.staff_lists import NOTHING_SAID, Asked, Listing, date_list, is_another_day
from etl.maps.maps import TableMap
from etl.maps.recognise import Match
from etl.read import Content
from etl.times.named_months import titled


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as it is about to be read: what it is, and a digest of everything that decides its facts."""

    content: Content
    match: Match
    digest: str
    at: datetime
    bounds: Mapping[str, object]  # what audits compare with
    back: Returned | None = None  # it brings corrected rows of another file
    aliases: Mapping[str, str] = field(default_factory=dict)  # of agents, as load_aliases gives them
    asked: Asked = NOTHING_SAID  # of the staff lists among the files


def digest_of(match: Match, tables: list[TableMap], settings: Settings, aliases: Mapping[str, str]) -> str:
    """A digest of the map, contracts, settings and aliases: all that decides which facts the bytes become."""
    wide = match.source.wide == "days"
    text = repr(
        (
            *(match.source.digest, [(t.contract, t.exclude) for t in tables]),
            *(settings.timezone, wide and (settings.shifts, settings.leave_codes)),
            *sorted(aliases.items()),
        )
    )
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def is_list(table: TableMap) -> bool:
    """Whether a table is a staff list."""
    return table.contract.name == "agents"


def date_rows(con: duckdb.DuckDBPyConnection, reading: Reading, filled: frozenset[str]) -> Listing:
    """Date the rows of a staff list that have no date, see etl/loading/staff_lists.py."""
    return date_list(con, filled, _names(reading), _which(reading), reading.asked, reading.at)


def says_more(con: duckdb.DuckDBPyConnection, reading: Reading, tables: list[TableMap]) -> bool:
    """Whether a staff list whose content is known says more, or is to be asked about once more.

    It says more where it is said to be complete, or is of another day; it is asked about as long as it lacks
    somebody.
    """
    if not any(map(is_list, tables)):
        return False
    which, asked = _which(reading), reading.asked
    another = asked.anything or is_another_day(con, _names(reading), which, asked, reading.at)
    return another or lacks_somebody(con, which)


def _names(reading: Reading) -> list[str]:
    """What may name the month of a list: sheet, title and file."""
    match = reading.match
    above = (cell for row in match.grid.head if row.number < match.header_row for cell in row.cells)
    return [match.grid.sheet or "", *(cell for cell in above if titled(cell)), reading.content.name]


def _which(reading: Reading) -> tuple[str, str] | int:
    sheet = reading.match.grid.sheet or ""
    return reading.back.file_id if reading.back else (reading.content.sha256, sheet)
