"""Corrections for people: checked before they are kept, listed with what became of each in the figures."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import duckdb

from etl.contracts.facts import CONTRACTS
from etl.corrections.apply import apply, as_applied
from etl.corrections.corrections import Correction, amendable, check, rows_meant
from etl.errors import N_, Problem, Remark
from etl.home import Home
from etl.personal import mask_numbers
from kpi.catalog.relations import over, relation_file
from kpi.figures.subjects import find_subject
from kpi.figures.view import View, records_of
from kpi.records import Records
from kpi.records.corrections import CorrectionRecord, add, all_corrections, approved

Applied = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Listed:
    """A correction, how many rows it applies to, and what is to be said about it.

    `rows` of one that is in the figures are those it holds for; of a draft, or one still to be applied,
    those it would mean now; None when that cannot be told. `pending` means the figures are not as the
    records say yet: the next load, or applying again, brings them there.
    """

    record: CorrectionRecord
    rows: int | None
    remarks: tuple[Remark | Problem, ...]
    pending: bool


def propose(
    view: View, records: Records, what: Correction, *, reason: str, evidence: str, asked_by: str, who: str
) -> int:
    """Keep a draft that can be done, and return its number; Problem with what speaks against it."""
    texts = {"reason": mask_numbers(reason), "evidence": mask_numbers(evidence)}
    return add(records, checked(view, what), **texts, asked_by=asked_by, who=who)


def checked(view: View, what: Correction) -> Correction:
    """`what` ready to be kept: people by their displayed id, customers' numbers masked in its value."""
    check(what, view.home.settings.timezone)
    people = {
        name: find_subject(view, agent=text).id
        for name in ("agent", "to_agent")
        if (text := getattr(what, name).strip())
    }
    teams = {
        name: find_subject(view, team=text).id
        for name in ("team", "to_team")
        if (text := getattr(what, name).strip())
    }
    text = next((c.free for c in amendable(CONTRACTS[what.contract]) if c.name == what.column), False)
    return replace(what, **people, **teams, value=mask_numbers(what.value) if text else what.value)


def parse_keys(contract: str, text: str) -> tuple[tuple[str, ...], ...]:
    """The keys in a text: one row a line, the parts of a key apart by a comma or a tab."""
    parts = len(CONTRACTS[contract].key) - 1
    lines = (line.strip() for line in text.splitlines())
    return tuple(
        tuple(part.strip() for part in (re.split(r"[\t,，]", line, maxsplit=parts) if parts else [line]))
        for line in lines
        if line
    )


def listed(view: View) -> list[Listed]:
    """Every correction of the records, the newest first, with what became of it in the figures."""
    done = applied(view)
    return [_listed(view, record, done.get(record.number)) for record in all_corrections(view.records)]


def applied(view: View) -> dict[int, Applied]:
    """By number the snapshot's record of each correction that it was made with."""
    if view.snapshot is None:
        return {}
    try:
        rows = view.query("SELECT * FROM corrections")
    except duckdb.CatalogException:  # made before there were any
        return {}
    return {row["correction_id"]: row for row in rows.iter_rows(named=True)}


def waiting(home: Home, view: View) -> bool:
    """Whether the corrections in force differ from those that the figures were made with."""
    wanted = {one.correction_id: as_applied(one) for one in approved(records_of(home))}
    return view.snapshot is not None and wanted != {n: row["applied"] for n, row in applied(view).items()}


def apply_approved(con: duckdb.DuckDBPyConnection, home: Home) -> set[tuple[str, object]]:
    """Evaluate the corrections in force over the facts on `con`; the (contract, day)s that changed by it."""
    in_force = approved(records_of(home))
    return apply(con, in_force, relation_file("memberships"), home.settings.timezone)


def _listed(view: View, record: CorrectionRecord, done: Applied | None) -> Listed:
    in_force = record.state == "approved"
    pending = view.snapshot is not None and (done["applied"] if done else None) != (
        as_applied(record.what) if in_force else None
    )
    if done and in_force and not pending:
        return Listed(record, done["rows"], tuple(_shortcomings(done)), pending)
    if record.state == "withdrawn" or view.snapshot is None:
        return Listed(record, None, (), pending)
    try:
        check(record.what, view.home.settings.timezone)
        sql, values = rows_meant(record.what, view.home.settings.timezone, relation_file("memberships"))
    except Problem as problem:
        return Listed(record, 0, (problem,), pending)
    rows = view.snapshot.query(over("SELECT count(*) FROM meant", meant=sql), values).item()
    return Listed(record, rows, (), pending)


def _shortcomings(done: Applied) -> list[Remark | Problem]:
    """The reasons why a correction does not do all that it says."""
    said: list[Remark | Problem] = []
    if done["fault"]:
        where, what, do, values = json.loads(done["fault"])
        said.append(Problem(where, what, do, **values))
    if done["overruled"]:
        said.append(
            Remark(
                N_("Rows that a correction approved later decides: {count} (no. {numbers})."),
                {"count": done["overruled"], "numbers": ", ".join(map(str, done["overruled_by"]))},
            )
        )
    if done["unfit"]:
        said.append(
            Remark(
                N_("Rows that cannot take this value beside their others and stay as they were: {count}."),
                {"count": done["unfit"]},
            )
        )
    if not said and not done["rows"]:
        said.append(Remark(N_("It applies to 0 rows: what it names is not loaded, or not loaded yet.")))
    return said
