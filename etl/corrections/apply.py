"""Approved corrections evaluated over the facts of a snapshot, into small tables beside them.

Facts stay what the files said. A contract that is corrected has `corrected_<contract>`, the key of each
row meant, by which correction, and whether that one holds; and `amended_<contract>`, the re-attributed
and amended rows as they now count. `kpi.catalog.corrected_facts` reads the facts through both.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date

import duckdb

from etl.contracts.contract import Contract
from etl.contracts.facts import CONTRACTS, table_columns
from etl.corrections.corrections import Correction, amended_value, check, rows_meant
from etl.errors import Problem
from etl.people.agents import agent_key, person_meant
from etl.sql_text import Part, Sql, any_of, defined, filled, same, sql_file

# A shift is its plan and its punches: without one of the two it would be an absence, or unplanned.
TWINS = {"attendance": "schedule", "schedule": "attendance"}

CORRECTIONS = """
    CREATE OR REPLACE TABLE corrections (
        correction_id INTEGER, applied VARCHAR, rows BIGINT, overruled BIGINT, overruled_by INTEGER[],
        unfit BIGINT, fault VARCHAR)"""

NAMES = "SELECT table_name FROM duckdb_tables() WHERE NOT temporary AND starts_with(table_name, 'corrected_')"

STATE = (
    *(("was_on", "DATE"), ("is_on", "DATE"), ("correction_id", "INTEGER"), ("place", "INTEGER")),
    *(("slot", "VARCHAR"), ("to_team", "VARCHAR")),
)

Effect = tuple[str, date, str]


@dataclass(frozen=True, slots=True)
class Turn:
    """A correction that can be done, its place in the order of approval, and the value it puts in."""

    correction: Correction
    place: int
    value: object = None

    @property
    def slot(self) -> str:
        """What a correction changes of a row; of several corrections of one slot the last one holds."""
        one = self.correction
        return one.column if one.action == "amend" else one.action


def corrected_contracts(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """The contracts whose facts are to be read through their corrections."""
    return frozenset(name.removeprefix("corrected_") for (name,) in con.execute(NAMES).fetchall())


def as_applied(correction: Correction) -> str:
    """A correction as a text; equal texts mean that a snapshot was made with this correction."""
    return json.dumps(asdict(correction), ensure_ascii=False, sort_keys=True, default=str)


def apply(
    con: duckdb.DuckDBPyConnection, corrections: Sequence[Correction], memberships: str, zone: str
) -> set[tuple[str, date]]:
    """Evaluate `corrections`, in order of approval, over all facts; the (contract, day)s whose rows change.

    Where two say different things of a row, the one approved later holds. One that cannot be done any
    more, or whose row is not there, changes nothing; the table `corrections` says so. `memberships` is
    SQL of the stays in teams (agent_id, team, since, until).
    """
    before = _effects(con)
    old = corrected_contracts(con)
    if not corrections and not _exists(con, "corrections"):
        return set()
    for name in old:
        con.execute(filled("DROP TABLE {corrected}; DROP TABLE {amended}", **_names(CONTRACTS[name])))
    con.execute(CORRECTIONS)
    turns, faults = _turns(corrections, zone)
    concerned: dict[str, list[Turn]] = defaultdict(list)
    for turn in turns:
        concerned[turn.correction.contract].append(turn)
        if twin := _twin(turn.correction):
            concerned[twin].append(turn)
    for name, own in concerned.items():
        _correct(con, CONTRACTS[name], own, memberships, zone)
    for correction in corrections:
        _report(con, correction, faults.get(correction.correction_id))
    now = _effects(con)
    return {effect[:2] for effect in before ^ now} | _days_moved_to(con)


def _turns(corrections: Sequence[Correction], zone: str) -> tuple[list[Turn], dict[int, Problem]]:
    turns, faults = [], {}
    for place, one in enumerate(corrections, start=1):
        try:
            check(one, zone)
            turns.append(Turn(one, place, amended_value(one, zone) if one.action == "amend" else None))
        except Problem as problem:
            faults[one.correction_id] = problem
    return turns, faults


def _twin(correction: Correction) -> str | None:
    return TWINS.get(correction.contract) if correction.action == "exclude" else None


def _correct(
    con: duckdb.DuckDBPyConnection, contract: Contract, turns: list[Turn], memberships: str, zone: str
) -> None:
    """Create `corrected_` and `amended_` of one contract; neither when no row is meant."""
    kinds, names = dict(table_columns(contract)), _names(contract)
    columns = [*((name, kinds[name]) for name in contract.place), *STATE]
    con.execute(filled("CREATE OR REPLACE TEMP TABLE chosen ({columns})", columns=defined(columns)))
    for turn in turns:
        one = turn.correction
        rows, values = _rows_of(one, contract, memberships, zone)
        settled = {"correction": one.correction_id, "place": turn.place, "slot": turn.slot}
        con.execute(filled(CHOOSE, rows=rows, **names), values | settled | {"to": one.to_team or None})
    if con.execute("SELECT count(*) FROM chosen").fetchone() == (0,):
        return
    columns += [("fits", "BOOLEAN"), ("holds", "BOOLEAN")]
    con.execute(filled("CREATE TABLE {corrected} ({columns})", columns=defined(columns), **names))
    con.execute(filled(sql_file("etl.corrections", "corrected"), **names))
    _amend(con, contract, turns)


CHOOSE = """
    INSERT INTO chosen
    SELECT {key}, business_date, business_date, $correction, $place, $slot, $to FROM ({rows})"""


def _rows_of(
    correction: Correction, contract: Contract, memberships: str, zone: str
) -> tuple[Sql, dict[str, object]]:
    """The rows of one contract that a correction means; of a shift both halves where it means either."""
    twin = _twin(correction)
    if not twin:
        return rows_meant(correction, zone, memberships)
    # Both are asked in the same words, so that what is bound to one is bound to the other.
    one, other = (
        rows_meant(replace(correction, contract=name), zone, memberships)
        for name in sorted((twin, TWINS[twin]))
    )
    return filled(OF_A_SHIFT, one=one[0], other=other[0], **_names(contract)), one[1] | other[1]


OF_A_SHIFT = """
    SELECT {key}, business_date FROM {facts}
    SEMI JOIN (SELECT {key} FROM ({one}) UNION SELECT {key} FROM ({other})) USING ({key})"""
AMENDED = """
    INSERT INTO {amended} BY NAME
    SELECT * FROM {facts}
    SEMI JOIN (SELECT {key} FROM {corrected} WHERE holds AND slot <> 'exclude') USING ({key})"""
REASSIGN = """
    UPDATE {amended} SET {sets}
    WHERE ({key}) IN (SELECT ({key}) FROM {corrected} WHERE holds AND correction_id = $correction)"""
# An amendment with which a row would break a rule of its contract.
UNFIT = """
    UPDATE {corrected} SET holds = false, fits = false
    WHERE correction_id = $correction AND ({key}) IN (
        SELECT ({key}) FROM (SELECT * REPLACE (CAST($value AS {kind}) AS {column}) FROM {amended})
        WHERE {broken})"""
# What was typed in place of a time says no offset.
AMEND = """
    UPDATE {amended} SET {column} = $value {unsaid}
    WHERE ({key}) IN (SELECT ({key}) FROM {corrected} WHERE holds AND correction_id = $correction)"""
PLACE = """
    UPDATE {amended} SET business_date = {day};
    DELETE FROM {amended} WHERE ({key}) NOT IN (SELECT ({key}) FROM {corrected} WHERE holds);
    UPDATE {corrected} SET is_on = NULL WHERE holds AND slot = 'exclude';
    UPDATE {corrected} SET is_on = now.business_date FROM {amended} AS now WHERE holds AND {same}"""


def _amend(con: duckdb.DuckDBPyConnection, contract: Contract, turns: list[Turn]) -> None:
    """Fill `amended_<contract>`: rows that are not taken out, changed by one correction after the other."""
    names, kinds = _names(contract), dict(table_columns(contract))
    con.execute(filled("CREATE TABLE {amended} ({columns})", columns=defined(kinds.items()), **names))
    con.execute(filled(AMENDED, **names))
    for turn in turns:
        one = turn.correction
        mine: dict[str, object] = {"correction": one.correction_id}
        if one.action == "reassign":
            known = {key for (key,) in con.execute("SELECT DISTINCT agent_id FROM agents").fetchall()}
            to = person_meant(one.to_agent, known) or agent_key(one.to_agent) or None
            con.execute(filled(REASSIGN, sets=_attribution(contract), **names), mine | {"to": to})
        if one.action == "amend":
            mine["value"] = turn.value
            parts = names | {"column": one.column, "kind": kinds[one.column]}
            broken = any_of(filled("NOT ({rule})", rule=rule.condition) for rule in contract.rules)
            con.execute(filled(UNFIT, broken=broken, **parts), mine)
            column = contract.column(one.column)
            unsaid = filled(", {offset} = NULL", offset=column.offset) if column.lasting else Sql("")
            con.execute(filled(AMEND, unsaid=unsaid, **parts), mine)
    day, equal = contract.business_date, same(contract.place, "now", f"corrected_{contract.name}")
    con.execute(filled(PLACE, day=day, same=equal, **names))


def _attribution(contract: Contract) -> list[Sql]:
    """The SQL assignments by which a re-attribution gives a row to another agent."""
    if contract.name != "calls":
        agents = [column.name for column in contract.columns if column.kind == "agent"]
        return [filled("{name} = $to", name=name) for name in agents]
    # A lost call belongs to whom it was meant for.
    return [
        Sql("agent_id = CASE WHEN answered OR agent_id IS NOT NULL THEN $to END"),
        Sql("assigned_to = CASE WHEN answered THEN assigned_to ELSE $to END"),
    ]


# The corrections that one was overruled by.
WINNERS = """
    SELECT DISTINCT winner.correction_id
    FROM {corrected} AS loser JOIN {corrected} AS winner USING ({key})
    WHERE loser.correction_id = ? AND loser.fits AND NOT loser.holds
        AND winner.holds AND winner.place > loser.place
        AND (winner.slot = loser.slot OR 'exclude' IN (winner.slot, loser.slot))"""


def _report(con: duckdb.DuckDBPyConnection, correction: Correction, fault: Problem | None) -> None:
    """What became of one correction, into `corrections`; a shift counts once for both of its halves."""
    mine = [correction.correction_id]
    held: set[tuple] = set()
    lost: set[tuple] = set()
    unfit: set[tuple] = set()
    winners: set[int] = set()
    for name in {correction.contract, _twin(correction)} & corrected_contracts(con):
        names = _names(CONTRACTS[name])
        rows = "SELECT holds, fits, {key} FROM {corrected} WHERE correction_id = ?"
        found = con.execute(filled(rows, **names), mine)
        for holds, fits, *row in found.fetchall():
            (held if holds else lost if fits else unfit).add(tuple(row))
        beaten = con.execute(filled(WINNERS, **names), mine)
        winners |= {winner for (winner,) in beaten.fetchall()}
    said = None if fault is None else (fault.where, fault.what, fault.do, fault.values)
    con.execute(
        "INSERT INTO corrections VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            *(correction.correction_id, as_applied(correction)),
            *(len(held), len(lost - held), sorted(winners), len(unfit)),
            said and json.dumps(said, ensure_ascii=False, default=str),
        ],
    )


EFFECTS = """
    SELECT was_on, is_on, CAST(row({key}, correction_id, was_on, is_on) AS VARCHAR)
    FROM {corrected} WHERE holds"""


def _effects(con: duckdb.DuckDBPyConnection) -> set[Effect]:
    """(contract, day, what is done to which row) of every correction that holds."""
    effects: set[Effect] = set()
    for name in corrected_contracts(con):
        # By the key alone: the snapshot may be of a program that knew no legs.
        found = con.execute(
            filled(EFFECTS, **_names(CONTRACTS[name]) | {"key": CONTRACTS[name].key})
        ).fetchall()
        effects |= {(name, day, mark) for *days, mark in found for day in days if day}
    return effects


def _days_moved_to(con: duckdb.DuckDBPyConnection) -> set[tuple[str, date]]:
    """The days to which corrections moved rows: they change together with another day's facts."""
    moved: set[tuple[str, date]] = set()
    days = "SELECT DISTINCT is_on FROM {corrected} WHERE holds AND is_on <> was_on"
    for name in corrected_contracts(con):
        found = con.execute(filled(days, **_names(CONTRACTS[name])))
        moved |= {(name, day) for (day,) in found.fetchall()}
    return moved


def _exists(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    found = con.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE NOT temporary AND table_name = ?", [table]
    )
    return found.fetchone() != (0,)


def _names(contract: Contract) -> dict[str, Part]:
    """The names in the statements about a contract's corrections: its tables, and what names one row."""
    tables = {kind: f"{kind}_{contract.name}" for kind in ("corrected", "amended")}
    return {**tables, "facts": contract.name, "key": contract.place}
