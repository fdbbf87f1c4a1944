"""The tables of the records database as SQLAlchemy sees them; migrations/ creates them."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Index, Integer, MetaData, String, Table, Text

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
