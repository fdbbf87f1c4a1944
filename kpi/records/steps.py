"""The cycle of a goal sheet as records: draft → discussed → agreed → closed, each step kept as taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Literal

from sqlalchemy import Connection, func, select

from etl.errors import N_, Problem
from kpi.records import trail
from kpi.records.database import spoken, writer
from kpi.records.sheet_key import SheetKey, check_text
from kpi.records.tables import CELL, SHEET, cells, steps

if TYPE_CHECKING:
    from kpi.records.store import Records

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


def take(
    records: Records,
    sheet: SheetKey,
    step: Step,
    who: str,
    seen: Mapping[tuple[str, str], int] | None = None,
) -> int:
    """Keep a step of a sheet and return its number; `who` is the person at the keyboard.

    With `seen`, the versions of the cells it was taken on. Problem without a name, when the sheet is not in
    a state for this step, or when a cell has changed since.
    """
    if not step.by.strip():
        raise Problem("by", N_("It does not say who records this."), N_("Give the name."))
    said = {name: value for name, value in asdict(step).items() if name not in ("id", "saved_at")}
    for name, value in said.items():
        if isinstance(value, str) and name != "content":
            check_text(name, value)
    with spoken(records.where), writer(records.engine).begin() as connection:
        if state_of(_steps(connection, sheet)) not in FROM[step.action]:
            raise Problem(
                "state",
                N_("Somebody moved this sheet on in the meantime."),
                N_("Nothing was changed; look at it again."),
            )
        if seen is not None and _versions(connection, sheet) != dict(seen):
            raise Problem(
                "cells",
                N_("Somebody typed into this sheet in the meantime."),
                N_("Nothing was changed; look at it again."),
            )
        number = connection.execute(select(func.coalesce(func.max(steps.c.id), 0) + 1)).scalar_one()
        now = datetime.now(UTC).replace(tzinfo=None)
        row = {"id": number, **asdict(sheet), **said, "version": 1, "saved_at": now, "saved_by": who}
        connection.execute(steps.insert().values(**row))
        trail.note(connection, "step", None, row)
    return number


def steps_of(records: Records | None, sheet: SheetKey) -> tuple[Step, ...]:
    """Every step of a sheet, in the order in which they were taken."""
    if records is None:
        return ()
    with spoken(records.where), records.engine.begin() as connection:
        return _steps(connection, sheet)


def steps_by_month(records: Records | None, sheet: SheetKey) -> dict[str, tuple[Step, ...]]:
    """The steps of the same subject's sheets up to this one, by month, in the order they were taken."""
    if records is None:
        return {}
    same = {name: value for name, value in asdict(sheet).items() if name != "month"}
    query = IN_ORDER.filter_by(**same).where(steps.c.month <= sheet.month)
    found: dict[str, tuple[Step, ...]] = {}
    with spoken(records.where), records.engine.begin() as connection:
        for row in connection.execute(query).mappings():
            found[row["month"]] = (*found.get(row["month"], ()), _step(row))
    return found


def steps_in(records: Records | None, kind: str, month: str) -> dict[SheetKey, tuple[Step, ...]]:
    """The steps of everyone's sheets of a month, in the order they were taken."""
    if records is None:
        return {}
    query = IN_ORDER.filter_by(kind=kind, month=month)
    found: dict[SheetKey, tuple[Step, ...]] = {}
    with spoken(records.where), records.engine.begin() as connection:
        for row in connection.execute(query).mappings():
            sheet = SheetKey(*(row[name] for name in SHEET))
            found[sheet] = (*found.get(sheet, ()), _step(row))
    return found


def states(records: Records | None, kind: str, month: str) -> dict[SheetKey, State]:
    """The sheets of a month that are no drafts any more."""
    led = {sheet: state_of(taken) for sheet, taken in steps_in(records, kind, month).items()}
    return {sheet: state for sheet, state in led.items() if state != "draft"}


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
    if state_of(_steps(connection, sheet)) in AGREED:
        raise Problem(
            "state",
            N_("This sheet was agreed and stays as it is."),
            N_("Take it back to change it; the agreed one is kept."),
        )


def _steps(connection: Connection, sheet: SheetKey) -> tuple[Step, ...]:
    return tuple(map(_step, connection.execute(IN_ORDER.filter_by(**asdict(sheet))).mappings()))


def _step(row: Mapping[str, object]) -> Step:
    said = {field.name: row[field.name] for field in fields(Step)}
    return Step(**said | {"saved_at": row["saved_at"].replace(tzinfo=UTC)})


def _versions(connection: Connection, sheet: SheetKey) -> dict[tuple[str, str], int]:
    query = select(*(cells.c[name] for name in CELL[-2:]), cells.c.version).filter_by(**asdict(sheet))
    return {(indicator, field): version for indicator, field, version in connection.execute(query)}
