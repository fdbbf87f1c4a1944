"""The tables of the records database as SQLAlchemy sees them; migrations/ creates them."""

from __future__ import annotations

from sqlalchemy import Column, Date, DateTime, Index, Integer, MetaData, String, Table, Text

metadata = MetaData()

SHEET = ("kind", "month", "subject_kind", "subject_key")
CELL = (*SHEET, "indicator", "field")

# One row per typed field: its value now. Times are UTC without an offset, as every database keeps them.
cells = Table(
    "cells",
    metadata,
    *(Column(name, String, primary_key=True) for name in CELL),
    Column("value", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("saved_at", DateTime, nullable=False),
    Column("saved_by", String, nullable=False),
)

# One row per change, never changed itself. A cell that was not there before has the old value "".
trail = Table(
    "trail",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", DateTime, nullable=False),
    Column("who", String, nullable=False),
    *(Column(name, String, nullable=False) for name in CELL),
    Column("old_value", Text, nullable=False),
    Column("new_value", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("previous_hash", String, nullable=False),
    Column("hash", String, nullable=False),
    Index("trail_sheet", *SHEET),
)

# One row per correction of loaded data, as it is now. `keys` is a JSON list of keys, each a list of texts;
# the span is in the wall-clock time of facts, all other times are UTC. "" and NULL stand for "not said".
corrections = Table(
    "corrections",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    *(
        Column(name, Text, nullable=False, default="")
        for name in (
            *("action", "contract", "keys", "queue", "team", "agent", "to_agent", "to_team", "column"),
            *("value", "reason", "evidence", "asked_by", "approved_by", "withdrawn_by", "withdrawn_because"),
        )
    ),
    *(Column(name, DateTime) for name in ("starts_at", "ends_at", "approved_at", "withdrawn_at")),
    Column("created_at", DateTime, nullable=False),
    Column("version", Integer, nullable=False),
    Column("saved_at", DateTime, nullable=False),
    Column("saved_by", String, nullable=False),
)

# One row per step in the cycle of a goal sheet, never changed: discussed, agreed, reopened, closed, or a
# target changed in the month it holds for. `content` is, as JSON, what was agreed.
steps = Table(
    "steps",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    *(Column(name, String, nullable=False) for name in SHEET),
    *(
        Column(name, Text, nullable=False, default="")
        for name in ("action", "indicator", "target", "by", "because", "form_number", "scan", "content")
    ),
    Column("from_day", Date),
    Column("version", Integer, nullable=False),
    Column("saved_at", DateTime, nullable=False),
    Column("saved_by", String, nullable=False),
    Index("steps_sheet", *SHEET),
)
