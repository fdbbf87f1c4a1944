"""Reads and saves the typed fields of one sheet; a save that comes too late is refused, never merged."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy import URL, Connection, Engine, Row, Select, make_url, select
from sqlalchemy.exc import ArgumentError

from etl.errors import N_, Problem
from etl.personal import mask_numbers
from kpi.records import trail
from kpi.records.database import connect, migrate, spoken, writer
from kpi.records.sheet_key import SheetKey, check_text
from kpi.records.steps import refuse_locked
from kpi.records.tables import SHEET, cells


@dataclass(frozen=True, slots=True)
class Saved:
    """What a field holds now; `saved_at` is UTC. A field that was never saved is empty, at version 0."""

    value: str = ""
    version: int = 0
    saved_at: datetime | None = None
    saved_by: str = ""


class StaleSave(Exception):
    """Somebody saved the field in between: `current` is what it holds, and nothing was changed."""

    def __init__(self, current: Saved, sheet: SheetKey, indicator: str, field: str) -> None:
        self.current, self.sheet, self.indicator, self.field = current, sheet, indicator, field
        super().__init__(f"{indicator} {field} is at version {current.version} now.")


@dataclass(frozen=True, slots=True)
class Records:
    """An open records database. Safe from threads and beside other processes; `where` is its file."""

    engine: Engine
    where: str

    def cells(self, sheet: SheetKey) -> dict[tuple[str, str], Saved]:
        """Everything saved on one sheet, by (indicator, field)."""
        rows = self._rows(select(cells).filter_by(**asdict(sheet)))
        return {(row.indicator, row.field): _saved(row) for row in rows}

    def earlier(self, sheet: SheetKey, fields: Iterable[str]) -> dict[tuple[str, str, str], Saved]:
        """These fields of the same subject's sheets of earlier months, by (month, indicator, field)."""
        same = {name: value for name, value in asdict(sheet).items() if name != "month"}
        query = select(cells).filter_by(**same).where(cells.c.month < sheet.month, cells.c.field.in_(fields))
        return {(row.month, row.indicator, row.field): _saved(row) for row in self._rows(query)}

    def of_everyone(
        self, kind: str, before: str, fields: Iterable[str]
    ) -> dict[tuple[SheetKey, str, str], Saved]:
        """These fields of all sheets of a kind of the months before one, by (sheet, indicator, field)."""
        query = select(cells).filter_by(kind=kind).where(cells.c.month < before, cells.c.field.in_(fields))
        return {(_sheet(row), row.indicator, row.field): _saved(row) for row in self._rows(query)}

    def of_month(self, kind: str, month: str, field: str) -> dict[tuple[SheetKey, str], Saved]:
        """One field of all sheets of a kind and month, by (sheet, indicator)."""
        query = select(cells).filter_by(kind=kind, month=month, field=field)
        return {(_sheet(row), row.indicator): _saved(row) for row in self._rows(query)}

    def _rows(self, query: Select) -> Sequence[Row]:
        with spoken(self.where), self.engine.begin() as connection:
            return connection.execute(query).all()

    def save(self, sheet: SheetKey, indicator: str, field: str, value: str, *, version: int, who: str) -> int:
        """Save one field read at `version`; returns its version now. On disk when this returns.

        What is personal in the text is masked before. Raises StaleSave when the field is no longer at that
        version, Problem for text that cannot be kept and for a sheet that was agreed. Saving what the field
        already holds changes nothing.
        """
        return self.save_many(sheet, [(indicator, field, value, version)], who)[0]

    def save_many(self, sheet: SheetKey, fields: Iterable[tuple[str, str, str, int]], who: str) -> list[int]:
        """Save (indicator, field, value, version) all or none; returns their versions now, in order."""
        return self.save_sheets([(sheet, *field) for field in fields], who)

    def save_sheets(self, fields: Iterable[tuple[SheetKey, str, str, str, int]], who: str) -> list[int]:
        """As `save_many`, of any sheets: (sheet, indicator, field, value, version) all or none."""
        fields = [(*place, mask_numbers(value), version) for *place, value, version in fields]
        for sheet, indicator, field, value, _ in fields:
            check_text(f"{indicator} {field}".strip(), value, *asdict(sheet).values(), indicator, field, who)
        now = datetime.now(UTC).replace(tzinfo=None)
        with spoken(self.where), writer(self.engine).begin() as connection:
            return [
                _save(connection, sheet, (indicator, field), value, version, who, now)
                for sheet, indicator, field, value, version in fields
            ]

    def history(self, sheet: SheetKey) -> list[trail.Change]:
        """Every change of one sheet, newest first."""
        with spoken(self.where), self.engine.begin() as connection:
            return trail.changes(connection, asdict(sheet))

    def verify_trail(self) -> int:
        """Number of entries in the audit trail; Problem when one, or a cell, was changed past it."""
        with spoken(self.where), self.engine.begin() as connection:
            return trail.verify(connection, self.where)

    def close(self) -> None:
        """Let go of the file."""
        self.engine.dispose()


def open_records(url: str | URL, *, create: bool) -> Records | None:
    """The records at a URL such as sqlite:///home/records.db, migrated to this version.

    Missing records are made with `create`; without it the answer is None and no file appears.
    Raises Problem when they cannot be opened or were written by a newer version.
    """
    place = _place(url)
    where = place.database
    if not create and _missing(where):
        return None
    records = Records(connect(place), where)
    ready = False
    try:
        with spoken(where):
            ready = migrate(records.engine, where, create=create)
    finally:
        if not ready:
            records.close()
    return records if ready else None


def _place(url: str | URL) -> URL:
    try:
        place = make_url(url)
    except (ArgumentError, ValueError):  # ValueError: a port that is no number
        place = URL.create("unreadable")
    if place.drivername == "sqlite" and place.database not in (None, ":memory:") and not place.query:
        return place
    raise Problem(
        "SERVICE_KPI_RECORDS",  # and not the URL, which may hold a password
        N_("This is not the address of a records database."),
        N_("Write it as sqlite:///folder/records.db."),
    )


def _save(
    connection: Connection,
    sheet: SheetKey,
    place: tuple[str, str],
    value: str,
    version: int,
    who: str,
    now: datetime,
) -> int:
    key = {**asdict(sheet), "indicator": place[0], "field": place[1]}
    row = connection.execute(select(cells).filter_by(**key)).first()
    current = _saved(row) if row else Saved()
    if value == current.value:
        return current.version
    refuse_locked(connection, key)
    new = {"value": value, "version": version + 1, "saved_at": now, "saved_by": who}
    # The version stands in the condition, so that of two writers only one can find its row.
    if not connection.execute(cells.update().filter_by(**key, version=version).values(new)).rowcount:
        if row or version:
            raise StaleSave(current, sheet, *place)
        connection.execute(cells.insert().values(**key, **new))
    change = {"at": now, "who": who, "old_value": current.value, "new_value": value, "version": version + 1}
    trail.append(connection, {**key, **change})
    return version + 1


def _sheet(row: Row) -> SheetKey:
    return SheetKey(*(getattr(row, name) for name in SHEET))


def _saved(row: Row) -> Saved:
    return Saved(row.value, row.version, row.saved_at.replace(tzinfo=UTC), row.saved_by)


def _missing(path: str) -> bool:
    try:
        os.stat(path)
    except OSError as fault:  # any other fault: it may be there, and the database will say what is wrong
        return isinstance(fault, FileNotFoundError | NotADirectoryError)
    return False
