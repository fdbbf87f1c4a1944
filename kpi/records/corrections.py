"""Corrections of loaded data as records: asked for, approved, withdrawn; never changed and never deleted."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime

from sqlalchemy import func, select

from etl.corrections.corrections import Correction
from etl.errors import N_, Problem
from etl.personal import mask_numbers
from kpi.records import trail
from kpi.records.database import spoken, writer
from kpi.records.sheet_key import check_text
from kpi.records.store import Records
from kpi.records.tables import corrections

_WHAT = tuple(field.name for field in fields(Correction) if field.name != "correction_id")


@dataclass(frozen=True, slots=True)
class CorrectionRecord:
    """One correction with its reason and who stands for it; all times but those of the span are UTC.

    Nobody approved a draft, and it changes nothing. A withdrawn one changes nothing any more.
    """

    what: Correction
    reason: str
    evidence: str
    asked_by: str
    created_at: datetime
    version: int
    approved_by: str = ""
    approved_at: datetime | None = None
    withdrawn_by: str = ""
    withdrawn_at: datetime | None = None
    withdrawn_because: str = ""

    @property
    def number(self) -> int:
        """What it is called by."""
        return self.what.correction_id

    @property
    def state(self) -> str:
        """draft, approved or withdrawn."""
        if self.withdrawn_at is not None:
            return "withdrawn"
        return "draft" if self.approved_at is None else "approved"

    @property
    def same_person(self) -> bool:
        """Whether one person both asked for it and approved it."""
        return bool(self.approved_by) and _name(self.approved_by) == _name(self.asked_by)


def add(records: Records, what: Correction, *, reason: str, evidence: str, asked_by: str, who: str) -> int:
    """Keep a new draft and return its number; `who` is the person at the keyboard.

    Raises Problem without a reason, without a name, or for text that cannot be kept. Whether it can be
    done is asked before, by `etl.corrections.corrections.check`.
    """
    _required("reason", reason, N_("A correction needs its reason."), N_("Say why the data are wrong."))
    _required("asked_by", asked_by, N_("It does not say who asks for it."), N_("Give the name."))
    said = {name: getattr(what, name) for name in _WHAT} | {
        "keys": json.dumps(what.keys, ensure_ascii=False),
        **{"reason": reason.strip(), "evidence": evidence.strip(), "asked_by": asked_by.strip()},
        **dict.fromkeys(("approved_by", "withdrawn_by", "withdrawn_because"), ""),
        **dict.fromkeys(("approved_at", "withdrawn_at")),
    }
    for name, value in said.items():
        if isinstance(value, str):
            check_text(name, value)
    now = _now()
    with spoken(records.where), writer(records.engine).begin() as connection:
        number = connection.execute(select(func.coalesce(func.max(corrections.c.id), 0) + 1)).scalar_one()
        row = {"id": number, **said, "created_at": now, "version": 1, "saved_at": now, "saved_by": who}
        connection.execute(corrections.insert().values(**row))
        trail.note(connection, "correction", None, row)
    return number


def approve(records: Records, number: int, approved_by: str, *, version: int, who: str) -> None:
    """Approve a draft seen at `version`. Problem without a name, or when it is no draft any more."""
    _required("approved_by", approved_by, N_("It does not say who approves it."), N_("Give the name."))
    _change(
        records, number, version, who, "draft", {"approved_by": approved_by.strip(), "approved_at": _now()}
    )


def withdraw(records: Records, number: int, by: str, because: str, *, version: int, who: str) -> None:
    """Withdraw a correction seen at `version`. Problem without name and reason, or if it was withdrawn."""
    _required("withdrawn_by", by, N_("It does not say who withdraws it."), N_("Give the name."))
    _required(
        "withdrawn_because", because, N_("A withdrawal needs its reason."), N_("Say why it no longer holds.")
    )
    said = mask_numbers(because.strip())
    change = {"withdrawn_by": by.strip(), "withdrawn_because": said, "withdrawn_at": _now()}
    _change(records, number, version, who, "", change)


def all_corrections(records: Records | None) -> list[CorrectionRecord]:
    """Every correction, the newest first."""
    if records is None:
        return []
    with spoken(records.where), records.engine.begin() as connection:
        rows = connection.execute(select(corrections).order_by(corrections.c.id.desc())).mappings().all()
    return [_record(row) for row in rows]


def approved(records: Records | None) -> list[Correction]:
    """The corrections in force, in the order in which they were approved."""
    in_force = [one for one in all_corrections(records) if one.state == "approved"]
    return [one.what for one in sorted(in_force, key=lambda one: (one.approved_at, one.number))]


def _change(
    records: Records, number: int, version: int, who: str, state: str, change: Mapping[str, object]
) -> None:
    for name, value in change.items():
        if isinstance(value, str):
            check_text(name, value)
    with spoken(records.where), writer(records.engine).begin() as connection:
        row = connection.execute(select(corrections).filter_by(id=number)).mappings().first()
        if row is None:
            raise Problem(
                str(number), N_("There is no correction of this number."), N_("Look at the list of them.")
            )
        now = _record(row)
        if now.version != version or now.state == "withdrawn" or (state and now.state != state):
            raise Problem(
                str(number),
                N_("Somebody changed this correction in the meantime."),
                N_("Nothing was changed; look at it again."),
            )
        new = {**row, **change, "version": version + 1, "saved_at": _now(), "saved_by": who}
        connection.execute(corrections.update().filter_by(id=number, version=version).values(new))
        trail.note(connection, "correction", row, new)


def _record(row: Mapping[str, object]) -> CorrectionRecord:
    what = {name: row[name] for name in _WHAT}
    what["keys"] = tuple(tuple(parts) for parts in json.loads(row["keys"]))
    own = {field.name for field in fields(CorrectionRecord)} - {"what"}
    about = {name: row[name] for name in own}
    for name in ("created_at", "approved_at", "withdrawn_at"):
        about[name] = row[name] and row[name].replace(tzinfo=UTC)
    return CorrectionRecord(Correction(row["id"], **what), **about)


def _required(where: str, text: str, what: str, do: str) -> None:
    if not text.strip():
        raise Problem(where, what, do)


def _name(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
