"""The cycle of a goal sheet as records: draft → discussed → agreed → closed, each step kept as taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime
from typing import Literal

from sqlalchemy import Connection, select

from etl.errors import N_, Problem
from kpi.records.sheet_key import SheetKey
from kpi.records.tables import CELL, SHEET, cells, steps

State = Literal["draft", "discussed", "agreed", "closed"]
Action = Literal["discussed", "agreed", "reopened", "closed", "target"]

AGREED: tuple[State, ...] = ("agreed", "closed")  # such a sheet can only be read
LIVES_ON = "status"  # but for fields of this name

# Where a step leads, and from where it may be taken. A change of target leads nowhere.
LEADS: dict[str, State] = {
    "discussed": "discussed",
    "agreed": "agreed",
    "reopened": "discussed",
    "closed": "closed",
}
FROM: dict[str, tuple[State, ...]] = {
    "discussed": ("draft",),
    "agreed": ("draft", "discussed"),
    "reopened": AGREED,
    "closed": ("agreed",),
    "target": AGREED,
}

IN_ORDER = select(steps).order_by(steps.c.id)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a sheet, with the person `by` whom it is recorded; `saved_at` is UTC.

    `form_number` and `scan` (a file name) say where the paper with the signatures is, `content` is what was
    agreed. A change of target names its indicator, the new target, the day from which it holds, and why.
    """

    action: Action
    by: str
    because: str = ""
    form_number: str = ""
    scan: str = ""
    content: str = ""
    indicator: str = ""
    target: str = ""
    from_day: date | None = None
    id: int = 0
    saved_at: datetime | None = None


def state_of(taken: Iterable[Step]) -> State:
    """Where the steps of a sheet have led it."""
    led: State = "draft"
    for step in taken:
        led = LEADS.get(step.action, led)
    return led


def refuse_locked(connection: Connection, cell: Mapping[str, str]) -> None:
    """Raise Problem for a cell of a sheet that was agreed, unless it says what became of a measure."""
    if cell["kind"] != "goals" or cell["field"].startswith(LIVES_ON):
        return
    sheet = SheetKey(*(cell[name] for name in SHEET))
    if state_of(steps_on(connection, sheet)) in AGREED:
        raise Problem(
            "state",
            N_("This sheet was agreed and stays as it is."),
            N_("Take it back to change it; the agreed one is kept."),
        )


def steps_on(connection: Connection, sheet: SheetKey) -> tuple[Step, ...]:
    return tuple(map(step_from, connection.execute(IN_ORDER.filter_by(**asdict(sheet))).mappings()))


def step_from(row: Mapping[str, object]) -> Step:
    said = {field.name: row[field.name] for field in fields(Step)}
    return Step(**said | {"saved_at": row["saved_at"].replace(tzinfo=UTC)})


def versions_on(connection: Connection, sheet: SheetKey) -> dict[tuple[str, str], int]:
    query = select(*(cells.c[name] for name in CELL[-2:]), cells.c.version).filter_by(**asdict(sheet))
    return {(indicator, field): version for indicator, field, version in connection.execute(query)}
