"""The books of a load: what became of every file, its rejects, and what follows from the facts."""

from __future__ import annotations

import duckdb
import polars as pl

from etl.contracts import CONTRACTS
from etl.personal import mask_numbers
from etl.plain import quoted
from etl.recognise import RawRows
from etl.source_maps import TableMap


def keep_rejects(
    con: duckdb.DuckDBPyConnection, table: TableMap, raw: RawRows, file_id: int
) -> dict[str, int]:
    """Keep each faulty source row with its first fault; how many there are by rule."""
    contract = table.contract
    texts = " ".join(
        f"WHEN '{c.name}' THEN {quoted('text ' + c.name)}" for c in contract.columns if c.kind != "customer"
    )
    bad = con.execute(f"""
        SELECT file_row, fault_column, CASE fault_column {texts} END, fault_rule FROM typed
        WHERE NOT ignored AND fault_rule IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY file_row ORDER BY fault_column) = 1
        ORDER BY file_row""").fetchall()
    if table.fold and bad:
        into = con.execute("SELECT last, file_row FROM folded ORDER BY file_row").fetchall()
        faults = {row[0]: row[1:] for row in bad}
        bad = [(row, *faults[last]) for last, row in into if last in faults]
    bad += [(row, None, text, rule) for row, text, rule in raw.ragged]
    if bad:
        frame = pl.DataFrame(
            {
                "file_row": [row for row, _, _, _ in bad],
                "column": [column for _, column, _, _ in bad],
                "raw": [mask_numbers(text) if text else text for _, _, text, _ in bad],
                "rule": [rule for _, _, _, rule in bad],
            },
            schema={"file_row": pl.Int64, "column": pl.String, "raw": pl.String, "rule": pl.String},
        )
        con.register("bad", frame)
        con.execute(
            'INSERT INTO rejects SELECT ?, ?, file_row, "column", raw, rule FROM bad',
            [file_id, contract.name],
        )
        con.unregister("bad")
    rules: dict[str, int] = {}
    for _, _, _, rule in bad:
        rules[rule] = rules.get(rule, 0) + 1
    return rules


def keep_people(con: duckdb.DuckDBPyConnection, table: TableMap) -> None:
    """Agents are shown as they were first seen."""
    for column in table.contract.columns:
        if column.kind == "agent" and column.name in table.columns:
            con.execute(f"""
                INSERT INTO people
                SELECT {quoted(column.name)}, min_by({quoted("text " + column.name)}, file_row), NULL
                FROM typed
                WHERE NOT ignored AND fault_rule IS NULL AND {quoted(column.name)} IS NOT NULL
                    AND {quoted(column.name)} NOT IN (SELECT agent_id FROM people)
                GROUP BY {quoted(column.name)}""")


def refresh(con: duckdb.DuckDBPyConnection) -> None:
    """What follows from the facts: the names of people, and the days each contract has data for."""
    con.execute("""
        UPDATE people SET name = (
            SELECT max_by(agents.name, agents.valid_from) FROM agents
            WHERE agents.agent_id = people.agent_id)""")
    con.execute("DELETE FROM loaded_days")
    for name in CONTRACTS:
        con.execute(
            f"""INSERT INTO loaded_days
                SELECT '{name}', business_date, count(*) FROM "{name}"
                WHERE business_date IS NOT NULL GROUP BY business_date"""
        )
    # A desk's export without complaints does not say that there were none.
    con.execute("""
        INSERT INTO loaded_days
        SELECT 'complaints', business_date, count(*) FROM tickets
        WHERE file_id IN (SELECT file_id FROM tickets WHERE kind = 'complaint') GROUP BY business_date""")
