"""What people type on the sheets: kept cell by cell, with a version each and a trail of every change."""

from kpi.records.database import Unwritten
from kpi.records.sheet_key import MAX_CHARACTERS, SheetKey, month_key
from kpi.records.store import Records, Saved, StaleSave, open_records
from kpi.records.trail import Change

__all__ = [
    "MAX_CHARACTERS",
    "Change",
    "Records",
    "Saved",
    "SheetKey",
    "StaleSave",
    "Unwritten",
    "month_key",
    "open_records",
]
