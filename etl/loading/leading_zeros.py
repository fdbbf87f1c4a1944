"""Numbers that differ only in leading zeros: one person, until a staff list has 007 and 7 as two.

From then on each of them has the number with its zeros as id. Which of them older facts mean, their files
say: of a number with zeros it is kept how each file wrote it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import duckdb

from etl.contracts.contract import Contract
from etl.contracts.facts import CONTRACTS
from etl.errors import N_, Remark
from etl.loading.merge import touch
from etl.people.agents import agent_key
from etl.sql_text import filled, sql_file

Said = tuple[str, object]  # a name, and the day from which a list says it

ON_LIST = """
    SELECT agent_id, spelled_key(coalesce("text agent_id", agent_id)), name, valid_from
    FROM typed_rows WHERE NOT ignored AND agent_id IS NOT NULL"""
SPELL = """
    UPDATE typed_rows SET agent_id = $id
    WHERE agent_id = $key AND spelled_key(coalesce("text agent_id", agent_id)) = $spelled"""


def tell_apart(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Give the people of the staff list in `typed_rows` ids of their own, where numbers differ in zeros only.

    Returns (old id, new id) of people known before, whose id is another now.
    """
    ids: dict[str, dict[str, str]] = defaultdict(dict)  # of those known, by key and spelling
    known: dict[str, dict[str, set[Said]]] = defaultdict(lambda: defaultdict(set))
    for agent_id, spelled, name in con.execute(sql_file("etl.loading", "known_spellings")).fetchall():
        ids[agent_key(agent_id)][spelled] = agent_id
        known[agent_key(agent_id)][spelled].add((agent_key(name), None))
    listed: dict[str, dict[str, set[Said]]] = defaultdict(lambda: defaultdict(set))
    for key, spelled, name, day in con.execute(ON_LIST).fetchall():
        listed[key][spelled].add((agent_key(name), day))
    renamed = []
    for key, rows in listed.items():
        people = _people(known.get(key, {}), rows)
        if len(set(people.values())) < 2:
            continue
        for spelled in rows:
            con.execute(SPELL, {"key": key, "spelled": spelled, "id": people[spelled]})
        renamed += [(old, spelled) for spelled, old in ids[key].items() if old != spelled]
    return renamed


def _people(known: Mapping[str, set[Said]], listed: Mapping[str, set[Said]]) -> dict[str, str]:
    """By spelling of a number the spelling of the person who has it: two with one name are one person.

    Unless a list has both on the same day.
    """
    people = {spelled: spelled for spelled in known}
    for spelled in sorted(listed.keys() - known.keys(), key=len, reverse=True):
        twin = next((one for one in people if _alike(known, listed, one, spelled)), None)
        people[spelled] = spelled if twin is None else people[twin]
    return people


def _alike(known: Mapping[str, set[Said]], listed: Mapping[str, set[Said]], one: str, other: str) -> bool:
    here, there = listed.get(one, set()), listed.get(other, set())
    names = {name for name, _ in here | known.get(one, set())} & {name for name, _ in there}
    return bool(names) and not {day for _, day in here} & {day for _, day in there}


def rename(con: duckdb.DuckDBPyConnection, renamed: list[tuple[str, str]]) -> tuple[Remark, ...]:
    """Give people known before their new ids: in lists, and in facts of unknown spelling."""
    rows = 0
    for old, new in renamed:
        for table in ("agents", "people", "listed"):
            con.execute(filled(RENAME, table=table), {"old": old, "new": new})
        for contract in CONTRACTS.values():
            for column in contract.columns if contract.name != "agents" else ():
                if column.kind == "agent":
                    parts = {"facts": contract.name, "name": column.name, "old": old, "new": new}
                    rows += _rename_unspelled(con, contract, parts)
    if not rows:
        return ()
    text = N_(
        "{rows} rows loaded before belong to {people}: how their number was written is not known any more."
        " Where that is wrong, load their files again."
    )
    return (Remark(text, {"rows": rows, "people": "、".join(new for _, new in renamed)}),)


RENAME = "UPDATE {table} SET agent_id = $new WHERE agent_id = $old"
UNSPELLED = "{name} = $old AND file_id IN (SELECT file_id FROM files WHERE format IS NULL)"


def _rename_unspelled(con: duckdb.DuckDBPyConnection, contract: Contract, parts: Mapping[str, str]) -> int:
    ids = {"old": parts["old"], "new": parts["new"]}
    names = {"facts": parts["facts"], "name": parts["name"]}
    which = filled(UNSPELLED, name=names["name"])
    days = con.execute(
        filled("SELECT DISTINCT business_date FROM {facts} WHERE {which}", which=which, **names),
        {"old": ids["old"]},
    ).fetchall()
    if not days:
        return 0
    con.executemany("INSERT INTO touched_days VALUES (?, ?)", [(contract.name, day) for (day,) in days])
    sql = filled("UPDATE {facts} SET {name} = $new WHERE {which}", which=which, **names)
    return con.execute(sql, ids).fetchone()[0]


def keep_spelling(
    con: duckdb.DuckDBPyConnection, contract: Contract, given: Mapping[str, object], file_id: int
) -> None:
    """Keep how the file in `typed` writes the numbers with leading zeros in the columns `given`."""
    for column in contract.columns:
        if column.kind == "agent" and column.name in given:
            parts = {"name": column.name, "text": f"text {column.name}"}
            values = {"file": file_id, "contract": contract.name, "column": column.name}
            if con.execute(filled(SOME, **parts)).fetchone():  # most files have none, and very many rows
                con.execute(filled(sql_file("etl.loading", "spellings"), **parts), values)


SOME = "SELECT 1 FROM typed WHERE {text} IS NOT NULL AND agent_key({text}) <> spelled_key({text}) LIMIT 1"


def move_spelled(con: duckdb.DuckDBPyConnection) -> None:
    """Move facts to the person whose number is written as in their file, once it is a person's own."""
    (some,) = con.execute(
        "SELECT count(*) FROM spelled WHERE spelled <> agent_id AND spelled IN (SELECT agent_id FROM agents)"
    ).fetchone()
    for contract in CONTRACTS.values() if some else ():
        for column in contract.columns if contract.name != "agents" else ():
            if column.kind == "agent":
                parts = {"facts": contract.name, "name": column.name}
                values = {"contract": contract.name, "column": column.name}
                con.execute(filled(MOVING, **parts), values)
                touch(con, contract, filled(DAYS, **parts))
                con.execute(filled(MOVE, **parts))
    con.execute(SHOW)


MOVING = """
    CREATE OR REPLACE TEMP TABLE moving AS
    SELECT fact.rowid AS place, s.spelled AS who
    FROM {facts} AS fact JOIN spelled AS s
        ON s.file_id = fact.file_id AND s.agent_id = fact.{name}
            AND coalesce(s.file_row, fact.file_row) = fact.file_row
    WHERE s.contract = $contract AND s."column" = $column AND s.spelled IN (SELECT agent_id FROM agents)"""
DAYS = "SELECT business_date FROM {facts} WHERE rowid IN (SELECT place FROM moving)"
MOVE = "UPDATE {facts} SET {name} = who FROM moving WHERE place = {facts}.rowid"
# Who has zeros in the id, or could be taken for somebody who has, is shown by the id.
SHOW = """
    INSERT INTO people
    SELECT DISTINCT agent_id, agent_id, NULL FROM agents
    WHERE agent_key(agent_id) <> agent_id AND agent_id NOT IN (SELECT agent_id FROM people);
    UPDATE people SET shown = agent_id
    WHERE agent_key(shown) = agent_key(agent_id) AND spelled_key(shown) <> agent_id
        AND agent_key(agent_id) IN (
            SELECT agent_key(agent_id) FROM agents WHERE agent_key(agent_id) <> agent_id)"""
