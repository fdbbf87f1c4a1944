"""Ids that a spreadsheet turned into rounded numbers, 1.75931E+12: what they were cannot be told."""

from __future__ import annotations

import duckdb

from etl.contracts.contract import Contract
from etl.errors import N_, Problem
from etl.sql_text import Sql, filled

RULE = "scientific_notation"
MOST = 0.5  # of a column; below it, the rows are set aside and the others load

FAULTY = """
    SELECT fault_column, fault_text, count(*) FROM typed
    WHERE NOT ignored AND fault_rule = $rule GROUP BY ALL ORDER BY count(*) DESC"""
GIVEN = "SELECT count({name}) FROM typed WHERE NOT ignored"


def rounded_id(text: str) -> Sql:
    """The SQL condition that the id in a column of texts is a rounded number."""
    return filled("coalesce(rounded_number({text}), false)", text=text)


def refuse_scientific_ids(con: duckdb.DuckDBPyConnection, contract: Contract, name: str, more: int) -> None:
    """Raise Problem where half or more of an id's column in `typed` are rounded numbers.

    `name` is what the file is called; `more` rows of it are good, and no longer in `typed`.
    """
    found: dict[str, list[tuple[str, int]]] = {}
    for column, text, count in con.execute(FAULTY, {"rule": RULE}).fetchall():
        found.setdefault(column, []).append((text, count))
    for column, texts in found.items():
        faulty = sum(count for _, count in texts)
        (given,) = con.execute(filled(GIVEN, name=column)).fetchone()
        if faulty >= MOST * (given + more):
            known = contract.column(column)
            raise Problem(
                name,
                N_("{count} of {all} ids in “{column}” have lost their last digits, such as {text}."),
                N_("Export it again and open it nowhere, or set the column to text before it is filled."),
                count=faulty,
                all=given + more,
                column={"zh": known.zh, "en": known.en},
                text=texts[0][0],
            )
