"""The books of a load: what became of every file, its rejects, and what follows from the facts."""

from __future__ import annotations

from collections.abc import Collection

import duckdb
import polars as pl

from etl.contracts.facts import PERHAPS
from etl.maps.maps import TableMap
from etl.maps.recognise import RawRows
from etl.personal import mask_numbers
from etl.sql_text import Sql, filled, literal

NEW_PEOPLE = """
    INSERT INTO people
    SELECT {name}, min_by(coalesce({text}, {name}), file_row), NULL FROM (
        SELECT {name}, {text}, min(file_row) AS file_row FROM typed
        WHERE NOT ignored AND fault IS NULL AND {name} IS NOT NULL GROUP BY {name}, {text})
    WHERE {name} NOT IN (SELECT agent_id FROM people)
    GROUP BY {name}"""
NOTHING = Sql("NULL")
FAULTY = """
    SELECT file_row, fault_column, fault_text, fault_rule, {agent}, CAST({day} AS DATE), {key} FROM typed
    WHERE NOT ignored AND fault IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY file_row ORDER BY fault_column) = 1
    ORDER BY file_row"""
COUNT_DAYS = """
    INSERT INTO loaded_days
    SELECT $name, business_date, count(*) FROM {facts}
    WHERE business_date IN (SELECT day FROM touched_days WHERE contract = $name) GROUP BY business_date"""
# Of rows that not every export has, the days of the files that have some.
COUNT_PERHAPS = """
    DELETE FROM loaded_days WHERE contract = $name;
    INSERT INTO loaded_days
    SELECT $name, business_date, count(*) FROM {facts}
    WHERE business_date IS NOT NULL AND file_id IN (SELECT file_id FROM {facts} WHERE {some})
    GROUP BY business_date"""


def start_books(con: duckdb.DuckDBPyConnection) -> None:
    """Create the tables that note a load's changes: days touched, customers of replaced calls, shared ids."""
    con.execute("CREATE OR REPLACE TEMP TABLE touched_days (contract VARCHAR, day DATE)")
    con.execute("CREATE OR REPLACE TEMP TABLE replaced_customers (customer_key UBIGINT)")
    con.execute("CREATE OR REPLACE TEMP TABLE shared_keys (call_id VARCHAR)")


def keep_rejects(
    con: duckdb.DuckDBPyConnection, table: TableMap, raw: RawRows, file_id: int
) -> dict[str, int]:
    """Keep each faulty source row with its first fault and whose it is; return how many by rule.

    Of rows that are folded into one fact the last is `placed`: it stands for the fact.
    """
    contract = table.contract
    agents = [column.name for column in contract.columns if column.kind == "agent"]
    key = filled("CAST({key} AS VARCHAR)", key=contract.key) if len(contract.key) == 1 else NOTHING
    bad = con.execute(
        filled(FAULTY, agent=_whose(agents[0]) if agents else NOTHING, day=contract.business_date, key=key)
    ).fetchall()
    if table.fold and bad:
        into = con.execute("SELECT last, file_row FROM folded ORDER BY file_row").fetchall()
        faults = {row[0]: row[1:] for row in bad}
        bad = [(row, *faults[last], row == last) for last, row in into if last in faults]
    else:
        bad = [(*row, True) for row in bad]
    bad += [(row, None, text, rule, None, None, None, True) for row, text, rule in raw.ragged]
    if bad:
        texts = ("column", "raw", "rule", "agent_id")
        schema = {"file_row": pl.Int64, **dict.fromkeys(texts, pl.String), "business_date": pl.Date}
        schema |= {"fact_key": pl.String, "placed": pl.Boolean}
        frame = pl.DataFrame(bad, schema=schema, orient="row").with_columns(
            pl.col("raw").map_elements(lambda text: mask_numbers(text) if text else text, pl.String)
        )
        con.register("bad", frame)
        con.execute(
            """INSERT INTO rejects BY NAME
               SELECT ? AS file_id, ? AS contract, * FROM bad""",
            [file_id, contract.name],
        )
        con.unregister("bad")
    rules: dict[str, int] = {}
    for _, _, _, rule, *_ in bad:
        rules[rule] = rules.get(rule, 0) + 1
    return rules


def _whose(agent: str) -> Sql:
    """SQL of the person a row names, unless that is what is wrong with it."""
    return filled("CASE WHEN fault_column <> {name} THEN {agent} END", name=literal(agent), agent=agent)


def keep_people(con: duckdb.DuckDBPyConnection, table: TableMap) -> None:
    """Keep the agents that are new, each in the spelling in which it was first seen."""
    for column in table.contract.columns:
        if column.kind == "agent" and column.name in table.columns:
            con.execute(filled(NEW_PEOPLE, name=column.name, text=f"text {column.name}"))


def keep_naming(
    con: duckdb.DuckDBPyConnection, table: TableMap, header: Collection[str], file_id: int
) -> None:
    """Note a file of calls that names who answered any call, and one that has reasons at all."""
    if table.contract.name == "calls":
        reason = table.columns.get("reason")
        if reason and (not reason.words or reason.words & set(header)):
            con.execute("INSERT INTO reason_files VALUES (?)", [file_id])
        con.execute(
            """INSERT INTO naming_files SELECT ? WHERE EXISTS (
                   SELECT 1 FROM typed WHERE NOT ignored AND fault IS NULL AND agent_id IS NOT NULL)""",
            [file_id],
        )


def keep_waitless(con: duckdb.DuckDBPyConnection, table: TableMap, file_id: int) -> None:
    """Note a file of calls that does not say of most answered calls how long they waited."""
    if table.contract.name == "calls":
        con.execute(
            """INSERT INTO waitless_files SELECT ? FROM typed WHERE NOT ignored AND fault IS NULL AND answered
               HAVING 2 * count(wait_s) < count(*)""",
            [file_id],
        )


def keep_left_out(
    con: duckdb.DuckDBPyConnection, table: TableMap, given: frozenset[str], file_id: int
) -> None:
    """Note the columns of its contract that a file does not have."""
    contract = table.contract
    rows = [
        (file_id, contract.name, column.name)
        for column in contract.columns
        if column.name not in given and column.kind != "customer"
    ]
    if rows:
        con.executemany("INSERT INTO columns_left_out VALUES (?, ?, ?)", rows)


def refresh(con: duckdb.DuckDBPyConnection) -> None:
    """Bring up to date the names of people and the number of facts on each touched day."""
    con.execute("""
        UPDATE people SET name = (
            SELECT max_by(agents.name, agents.valid_from) FROM agents
            WHERE agents.agent_id = people.agent_id)""")
    con.execute("DELETE FROM loaded_days WHERE (contract, day) IN (SELECT (contract, day) FROM touched_days)")
    for (name,) in con.execute("SELECT DISTINCT contract FROM touched_days").fetchall():
        con.execute(filled(COUNT_DAYS, facts=name), {"name": name})
        for part, (contract, some) in PERHAPS.items():
            if contract == name:
                for statement in con.extract_statements(filled(COUNT_PERHAPS, facts=name, some=some)):
                    con.execute(statement, {"name": part})
