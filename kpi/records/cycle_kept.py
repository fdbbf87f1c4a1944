"""Keeps the steps of goal sheets in the records, and tells each sheet's state from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from etl.errors import N_, Problem
from etl.personal import mask_numbers
from kpi.records import trail
from kpi.records.database import spoken, writer
from kpi.records.sheet_key import SheetKey, check_text
from kpi.records.steps import FROM, IN_ORDER, State, Step, state_of, step_from, steps_on, versions_on
from kpi.records.tables import SHEET, steps

if TYPE_CHECKING:
    from kpi.records.store import Records


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
    said["because"] = mask_numbers(step.because)
    for name, value in said.items():
        if isinstance(value, str) and name != "content":
            check_text(name, value)
    with spoken(records.where), writer(records.engine).begin() as connection:
        if state_of(steps_on(connection, sheet)) not in FROM[step.action]:
            raise Problem(
                "state",
                N_("Somebody moved this sheet on in the meantime."),
                N_("Nothing was changed; look at it again."),
            )
        if seen is not None and versions_on(connection, sheet) != dict(seen):
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
        return steps_on(connection, sheet)


def steps_by_month(records: Records | None, sheet: SheetKey) -> dict[str, tuple[Step, ...]]:
    """The steps of the same subject's sheets up to this one, by month, in the order they were taken."""
    if records is None:
        return {}
    same = {name: value for name, value in asdict(sheet).items() if name != "month"}
    query = IN_ORDER.filter_by(**same).where(steps.c.month <= sheet.month)
    found: dict[str, tuple[Step, ...]] = {}
    with spoken(records.where), records.engine.begin() as connection:
        for row in connection.execute(query).mappings():
            found[row["month"]] = (*found.get(row["month"], ()), step_from(row))
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
            found[sheet] = (*found.get(sheet, ()), step_from(row))
    return found


def states(records: Records | None, kind: str, month: str) -> dict[SheetKey, State]:
    """The state of each sheet of a month, except drafts."""
    led = {sheet: state_of(taken) for sheet, taken in steps_in(records, kind, month).items()}
    return {sheet: state for sheet, state in led.items() if state != "draft"}
