"""Moves facts to the id that a later roster, or a new alias, gives to their people."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from etl.contracts.contract import Contract
from etl.contracts.facts import CONTRACTS
from etl.errors import N_, Remark
from etl.loading.leading_zeros import move_spelled
from etl.loading.merge import touch
from etl.people.aliases import ROSTER, moved, people_of
from etl.sql_text import filled


def move_people(con: duckdb.DuckDBPyConnection, aliases: Mapping[str, str]) -> list[Remark]:
    """Move all facts to the ids that they would have got with the present roster and aliases.

    Rows of a name that is that of several people are nobody's, and a row of which the other id has one
    already stays as it is; both is said.
    """
    move_spelled(con)
    con.execute(CLEAR)
    people = people_of(con.execute(ROSTER).fetchall(), aliases)
    found = _followed(moved(con, "people", "agent_id", people))
    remarks, unclear = [], sorted(said for said, who in found if not who)
    if found:
        con.execute("CREATE OR REPLACE TEMP TABLE meant (said VARCHAR, who VARCHAR)")
        con.executemany("INSERT INTO meant VALUES (?, nullif(?, ''))", found)
        con.execute("DELETE FROM meant WHERE who IS NULL")
        rows, left = 0, 0
        for contract in CONTRACTS.values():
            for column in contract.columns if contract.name != "agents" else ():
                if column.kind == "agent":
                    here, stay = _move(con, contract, column.name)
                    rows, left = rows + here, left + stay
        con.execute("""
            INSERT INTO people SELECT DISTINCT who, who, NULL FROM meant
            WHERE who NOT IN (SELECT agent_id FROM people)""")
        if not left:
            con.execute("DELETE FROM people WHERE agent_id IN (SELECT said FROM meant)")
        if rows:
            remarks.append(
                Remark(N_("{rows} rows loaded before now belong to whom their names mean."), {"rows": rows})
            )
        if left:
            text = N_("{rows} rows keep a name for a person: the person's id has a row like them already.")
            remarks.append(Remark(text, {"rows": left}))
    if unclear:
        for sql in (UNCLEAR, NOBODY):
            con.execute(sql, {"unclear": unclear})
        text = N_("Could be several people, and count in no person until an alias says who: {names}.")
        remarks.append(Remark(text, {"names": "、".join(unclear)}))
    return remarks


CLEAR = """
    INSERT INTO people
    SELECT agent_id, shown, NULL FROM unclear_people WHERE agent_id NOT IN (SELECT agent_id FROM people);
    DELETE FROM unclear_people"""
UNCLEAR = """
    INSERT INTO unclear_people SELECT agent_id, shown FROM people WHERE list_contains($unclear, agent_id)"""
NOBODY = "DELETE FROM people WHERE list_contains($unclear, agent_id)"


def _followed(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Each id with the person it finally means: an alias may lead to a name, and that to an id."""
    meant, ends = dict(found), []
    for said, first in found:
        who, seen = first, {said}
        while who in meant and who not in seen:
            seen.add(who)
            who = meant[who]
        ends.append((said, who))
    return [(said, who) for said, who in ends if said != who]


MOVING = """
    CREATE OR REPLACE TEMP TABLE moving AS
    SELECT fact.rowid AS place, who FROM {facts} AS fact JOIN meant ON said = {name}"""
# Drops from `moving` the facts whose key, with the new id, is taken by another fact.
STAY = """
    DELETE FROM moving WHERE place IN (
        SELECT fact.rowid FROM {facts} AS fact LEFT JOIN moving ON place = fact.rowid
        QUALIFY count(*) OVER (PARTITION BY {key}) > 1 AND who IS NOT NULL)"""
DAYS = "SELECT business_date FROM {facts} WHERE rowid IN (SELECT place FROM moving)"
MOVE = "UPDATE {facts} SET {name} = who FROM moving WHERE place = {facts}.rowid"


def _move(con: duckdb.DuckDBPyConnection, contract: Contract, column: str) -> tuple[int, int]:
    """Move a column's facts to their new ids; return how many moved, and how many kept the old id."""
    parts = {"facts": contract.name, "name": column}
    con.execute(filled(MOVING, **parts))
    (found,) = con.execute("SELECT count(*) FROM moving").fetchone()
    if found and column in contract.key:
        other = filled("coalesce(who, {name})", **parts)
        con.execute(filled(STAY, key=[other if one == column else one for one in contract.key], **parts))
    (rows,) = con.execute("SELECT count(*) FROM moving").fetchone()
    if rows:
        touch(con, contract, filled(DAYS, **parts))
        con.execute(filled(MOVE, **parts))
    return rows, found - rows
