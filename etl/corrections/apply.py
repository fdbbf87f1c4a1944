"""Approved corrections evaluated over the facts of a snapshot, into small tables beside them.

Facts stay what the files said. A contract that is corrected has `corrected_<contract>`, the key of each
row meant, by which correction, and whether that one holds; and `amended_<contract>`, the re-attributed
and amended rows as they now count. `kpi.catalog.hiding` reads the facts through both.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date

import duckdb

from etl.contracts.contract import Contract
from etl.contracts.facts import CONTRACTS, fact_columns
from etl.corrections.corrections import Correction, amended_value, check, rows_meant
from etl.errors import Problem
from etl.people.agents import agent_key
from etl.sql_text import quoted

# A shift is its plan and its punches: without one of the two it would be an absence, or unplanned.
TWINS = {"attendance": "schedule", "schedule": "attendance"}

CORRECTIONS = """
CREATE OR REPLACE TABLE corrections (
    correction_id INTEGER, applied VARCHAR, rows BIGINT, overruled BIGINT, overruled_by INTEGER[],
    unfit BIGINT, fault VARCHAR)"""

NAMES = "SELECT table_name FROM duckdb_tables() WHERE NOT temporary AND starts_with(table_name, 'corrected_')"

Effect = tuple[str, date, str]


@dataclass(frozen=True, slots=True)
class Turn:
    """A correction that can be done, its place in the order of approval, and the value it puts in."""

    correction: Correction
    place: int
    value: object = None

    @property
    def slot(self) -> str:
        """What it settles about a row; of several corrections of one slot the last one holds."""
        one = self.correction
        return one.column if one.action == "amend" else one.action


def corrected_contracts(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """The contracts whose facts are to be read through their corrections."""
    return frozenset(name.removeprefix("corrected_") for (name,) in con.execute(NAMES).fetchall())


def as_applied(correction: Correction) -> str:
    """A correction as a text that tells whether a snapshot was made with it."""
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
        con.execute(f"DROP TABLE {_of('corrected', name)}")
        con.execute(f"DROP TABLE {_of('amended', name)}")
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
    return {effect[:2] for effect in before ^ now} | _moved(con)


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
    """`corrected_` and `amended_` of one contract; neither when no row is meant."""
    key = _key(contract)
    kinds = dict(fact_columns(contract))
    types = ", ".join(f"{quoted(name)} {kinds[name]}" for name in contract.key)
    state = "was_on DATE, is_on DATE, correction_id INTEGER, place INTEGER, slot VARCHAR, to_team VARCHAR"
    con.execute(f"CREATE OR REPLACE TEMP TABLE chosen ({types}, {state})")
    for turn in turns:
        one = turn.correction
        meant, values = _meant(one, contract, memberships, zone)
        con.execute(
            f"INSERT INTO chosen SELECT {key}, business_date, business_date, ?, ?, ?, ? FROM ({meant})",
            [one.correction_id, turn.place, turn.slot, one.to_team or None, *values],
        )
    if con.execute("SELECT count(*) FROM chosen").fetchone() == (0,):
        return
    con.execute(
        f"CREATE TABLE {_of('corrected', contract.name)} ({types}, {state}, fits BOOLEAN, holds BOOLEAN)"
    )
    con.execute(f"""
        INSERT INTO {_of("corrected", contract.name)}
        SELECT * EXCLUDE (out_at, in_at, latest), true,
            CASE WHEN slot = 'exclude' THEN out_at > coalesce(in_at, 0)
                ELSE in_at > coalesce(out_at, 0) AND place = latest END
        FROM (
            SELECT *,
                max(place) FILTER (WHERE slot = 'exclude') OVER (PARTITION BY {key}) AS out_at,
                max(place) FILTER (WHERE slot <> 'exclude') OVER (PARTITION BY {key}) AS in_at,
                max(place) OVER (PARTITION BY {key}, slot) AS latest
            FROM chosen)""")
    _amend(con, contract, turns)


def _meant(
    correction: Correction, contract: Contract, memberships: str, zone: str
) -> tuple[str, list[object]]:
    """The rows of one contract that a correction means; of a shift both halves where it means either."""
    twin = _twin(correction)
    if not twin:
        return rows_meant(correction, zone, memberships)
    both = [
        rows_meant(replace(correction, contract=name), zone, memberships)
        for name in sorted((twin, TWINS[twin]))
    ]
    key = _key(contract)
    keys = " UNION ".join(f"SELECT {key} FROM ({sql})" for sql, _ in both)
    rows = f"SELECT {key}, business_date FROM {quoted(contract.name)} SEMI JOIN ({keys}) USING ({key})"
    return rows, [value for _, values in both for value in values]


def _amend(con: duckdb.DuckDBPyConnection, contract: Contract, turns: list[Turn]) -> None:
    """`amended_<contract>`: the rows that are not taken out, changed by one correction after the other."""
    key, corrected, amended = _key(contract), _of("corrected", contract.name), _of("amended", contract.name)
    columns = ", ".join(f"{quoted(name)} {kind}" for name, kind in fact_columns(contract))
    con.execute(f"CREATE TABLE {amended} ({columns})")
    con.execute(f"""
        INSERT INTO {amended} BY NAME
        SELECT * FROM {quoted(contract.name)}
        SEMI JOIN (SELECT {key} FROM {corrected} WHERE holds AND slot <> 'exclude') USING ({key})""")
    for turn in turns:
        one = turn.correction
        mine = f"({key}) IN (SELECT ({key}) FROM {corrected} WHERE holds AND correction_id = ?)"
        if one.action == "reassign":
            to = agent_key(one.to_agent) or None
            sets = ", ".join(f"{column} = {value}" for column, value in _attribution(contract).items())
            con.execute(
                f"UPDATE {amended} SET {sets} WHERE {mine}", [to] * sets.count("?") + [one.correction_id]
            )
        if one.action == "amend":
            column, kind = quoted(one.column), dict(fact_columns(contract))[one.column]
            broken = " OR ".join(f"NOT ({rule.condition})" for rule in contract.rules) or "false"
            con.execute(
                f"""UPDATE {corrected} SET holds = false, fits = false
                    WHERE correction_id = ? AND ({key}) IN (
                        SELECT ({key}) FROM (SELECT * REPLACE (CAST(? AS {kind}) AS {column}) FROM {amended})
                        WHERE {broken})""",
                [one.correction_id, turn.value],
            )
            con.execute(f"UPDATE {amended} SET {column} = ? WHERE {mine}", [turn.value, one.correction_id])
    con.execute(f"UPDATE {amended} SET business_date = {contract.business_date}")
    con.execute(f"DELETE FROM {amended} WHERE ({key}) NOT IN (SELECT ({key}) FROM {corrected} WHERE holds)")
    con.execute(f"UPDATE {corrected} SET is_on = NULL WHERE holds AND slot = 'exclude'")
    same = " AND ".join(f"now.{quoted(name)} = {corrected}.{quoted(name)}" for name in contract.key)
    con.execute(
        f"UPDATE {corrected} SET is_on = now.business_date FROM {amended} AS now WHERE holds AND {same}"
    )


def _attribution(contract: Contract) -> dict[str, str]:
    """The columns that say whose a row is, with the SQL of what a re-attribution puts into them."""
    if contract.name != "calls":
        return {column.name: "?" for column in contract.columns if column.kind == "agent"}
    # A lost call belongs to whom it was meant for.
    return {
        "agent_id": "CASE WHEN answered OR agent_id IS NOT NULL THEN ? END",
        "assigned_to": "CASE WHEN answered THEN assigned_to ELSE ? END",
    }


def _report(con: duckdb.DuckDBPyConnection, correction: Correction, fault: Problem | None) -> None:
    """What became of one correction, into `corrections`; a shift counts once for both of its halves."""
    mine = [correction.correction_id]
    held: set[tuple] = set()
    lost: set[tuple] = set()
    unfit: set[tuple] = set()
    winners: set[int] = set()
    for name in {correction.contract, _twin(correction)} & corrected_contracts(con):
        table, key = _of("corrected", name), _key(CONTRACTS[name])
        found = con.execute(f"SELECT holds, fits, {key} FROM {table} WHERE correction_id = ?", mine)
        for holds, fits, *row in found.fetchall():
            (held if holds else lost if fits else unfit).add(tuple(row))
        beaten = con.execute(
            f"""SELECT DISTINCT winner.correction_id
                FROM {table} AS loser JOIN {table} AS winner USING ({key})
                WHERE loser.correction_id = ? AND loser.fits AND NOT loser.holds
                    AND winner.holds AND winner.place > loser.place
                    AND (winner.slot = loser.slot OR 'exclude' IN (winner.slot, loser.slot))""",
            mine,
        )
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


def _effects(con: duckdb.DuckDBPyConnection) -> set[Effect]:
    """(contract, day, what is done to which row) of every correction that holds."""
    effects: set[Effect] = set()
    for name in corrected_contracts(con):
        done = f"CAST(row({_key(CONTRACTS[name])}, correction_id, was_on, is_on) AS VARCHAR)"
        found = con.execute(
            f"SELECT was_on, is_on, {done} FROM {_of('corrected', name)} WHERE holds"
        ).fetchall()
        effects |= {(name, day, mark) for *days, mark in found for day in days if day}
    return effects


def _moved(con: duckdb.DuckDBPyConnection) -> set[tuple[str, date]]:
    """The days that rows were moved to: they change with facts of another day."""
    moved: set[tuple[str, date]] = set()
    for name in corrected_contracts(con):
        days = con.execute(
            f"SELECT DISTINCT is_on FROM {_of('corrected', name)} WHERE holds AND is_on <> was_on"
        )
        moved |= {(name, day) for (day,) in days.fetchall()}
    return moved


def _exists(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    found = con.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE NOT temporary AND table_name = ?", [table]
    )
    return found.fetchone() != (0,)


def _of(kind: str, contract: str) -> str:
    return quoted(f"{kind}_{contract}")


def _key(contract: Contract) -> str:
    return ", ".join(quoted(name) for name in contract.key)
