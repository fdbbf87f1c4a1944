"""The audit trail: one row per change, each holding the hash of the row before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from etl.errors import N_, Problem
from kpi.records.tables import CELL, cells, corrections, steps, trail

# Columns that later migrations add stay out of the hash, or old entries would no longer check out.
_HASHED = ("seq", "at", "who", *CELL, "old_value", "new_value", "version", "previous_hash")
_SAVED = ("version", "saved_at", "saved_by")
# Tables of whole records, by the kind under which the trail keeps what became of each.
_WHOLE = {"correction": corrections, "step": steps}
_BEFORE_THE_FIRST = "0" * 64


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the trail: who changed which field of a sheet from what to what; `at` is UTC."""

    seq: int
    at: datetime
    who: str
    indicator: str
    field: str
    old_value: str
    new_value: str
    version: int


def append(connection: Connection, change: Mapping[str, object]) -> None:
    """Add one entry; `change` holds every column but seq and the hashes. The caller holds the write lock."""
    last = connection.execute(select(trail.c.seq, trail.c.hash).order_by(trail.c.seq.desc()).limit(1)).first()
    seq, previous = last or (0, _BEFORE_THE_FIRST)
    row = {**change, "seq": seq + 1, "previous_hash": previous}
    connection.execute(trail.insert().values(**row, hash=_digest(row)))


def changes(connection: Connection, sheet: Mapping[str, str]) -> list[Change]:
    """The entries of one sheet, newest first."""
    columns = [trail.c[entry.name] for entry in fields(Change)]
    rows = connection.execute(select(*columns).filter_by(**sheet).order_by(trail.c.seq.desc())).mappings()
    return [Change(**{**row, "at": row["at"].replace(tzinfo=UTC)}) for row in rows]


def verify(connection: Connection, where: str) -> int:
    """Number of entries, after each was found unchanged, in its place, and in step with what is kept.

    The comparison with what is kept finds what a chain of hashes cannot: entries cut off at its end, and
    a cell or a whole record that was changed past the trail.
    """
    checked, previous, last = 0, _BEFORE_THE_FIRST, {}
    for row in connection.execute(select(trail).order_by(trail.c.seq)).mappings():
        checked += 1
        if (row["seq"], row["previous_hash"], row["hash"]) != (checked, previous, _digest(row)):
            raise _broken(where, N_("The trail of changes was altered at entry {entry}."), entry=checked)
        previous = row["hash"]
        last[tuple(row[name] for name in CELL)] = (row["new_value"], row["version"], row["at"], row["who"])
    stored = {tuple(row[: len(CELL)]): tuple(row[len(CELL) :]) for row in connection.execute(select(cells))}
    for kind, table in _WHOLE.items():
        for row in connection.execute(select(table)).mappings():
            key = record_key(kind, row["id"])
            stored[tuple(key[name] for name in CELL)] = (_text(row), *(row[name] for name in _SAVED))
    differing = [key for key in last.keys() | stored.keys() if last.get(key) != stored.get(key)]
    if differing:
        cell = " · ".join(str(part) for part in min(differing, key=str) if part)
        raise _broken(where, N_("“{cell}” does not hold what the trail of changes says."), cell=cell)
    return checked


def note(
    connection: Connection, kind: str, old: Mapping[str, object] | None, new: Mapping[str, object]
) -> None:
    """Add an entry about a whole record, a row of its kind's table: its text before and now."""
    append(
        connection,
        {
            **record_key(kind, new["id"]),
            "at": new["saved_at"],
            "who": new["saved_by"],
            "version": new["version"],
            "old_value": "" if old is None else _text(old),
            "new_value": _text(new),
        },
    )


def record_key(kind: str, number: int) -> dict[str, str]:
    """The key under which the trail keeps the changes of one record."""
    return {**dict.fromkeys(CELL, ""), "kind": kind, "subject_key": str(number)}


def _text(record: Mapping[str, object]) -> str:
    said = {name: value for name, value in record.items() if name not in _SAVED and value is not None}
    return json.dumps(said, sort_keys=True, ensure_ascii=False, default=str)


def _broken(where: str, what: str, **values: object) -> Problem:
    do = N_("Keep a copy of this file as evidence and put back the newest backup that checks out.")
    return Problem(where, what, do, **values)


def _digest(row: Mapping[str, object]) -> str:
    """SHA-256 over the row's columns as JSON: sorted keys, no spaces, ASCII, times to the microsecond."""
    plain = {name: row[name] for name in _HASHED}
    plain["at"] = row["at"].isoformat(timespec="microseconds")
    # A column may hold bytes, which are no JSON, only after somebody else wrote to it.
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=repr)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
