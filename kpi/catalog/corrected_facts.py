"""WITH clauses that put corrected rows in place of a fact table's, and a corrected team in a relation."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from etl.contracts.facts import CONTRACTS
from etl.corrections.corrections import reassignable
from etl.sql_text import quoted

# By relation the contracts that its rows come from: contract → {key column: the relation's column}.
_CALLS = {"calls": {name: name for name in CONTRACTS["calls"].place}}
ROWS: dict[str, dict[str, dict[str, str]]] = {
    "calls": _CALLS,
    "contacts": _CALLS,
    "all_calls": _CALLS,
    "surveys": {"surveys": {"survey_id": "survey_id"}},
    "qa": {"qa_reviews": {"review_id": "review_id"}, "qa_items": {"review_id": "review_id"}},
    "tickets": {"tickets": {"ticket_id": "ticket_id"}},
    "intervals": {},  # a correction of a call moves what many rows count
    "backlog": {"tickets": {"ticket_id": "ticket_id"}},
    "promises": {"promises": {"promise_id": "promise_id"}},
    "observations": {"observations": {"observation_id": "observation_id"}},
    "shifts": {
        "attendance": {"agent_id": "agent_id", "shift_date": "day", "shift_no": "shift_no"},
        "schedule": {"agent_id": "agent_id", "shift_date": "day", "shift_no": "shift_no"},
        "leave": {"agent_id": "agent_id"},
    },
    "presence": {
        "agent_states": {"agent_id": "agent_id"},
        "schedule": {"agent_id": "agent_id", "shift_date": "day"},
        "leave": {"agent_id": "agent_id"},
    },
    "measures": {"measures": {name: name for name in CONTRACTS["measures"].key}},
}


def read_by(sql: str, contracts: Collection[str]) -> list[str]:
    """The `contracts` whose facts a relation's SQL reads."""
    return sorted(name for name in contracts if re.search(rf'\b(FROM|JOIN)\s+"?{name}\b', sql))


def hiding(contracts: Collection[str]) -> str:
    """CTEs, each with its comma, that put the corrected facts under the names of the fact tables."""
    parts = []
    for name in contracts:
        key = ", ".join(quoted(column) for column in CONTRACTS[name].place)
        parts.append(
            # NOT MATERIALIZED: a filter on days must reach the fact table.
            f"{quoted(name)} AS NOT MATERIALIZED (\n"
            f"SELECT * FROM main.{quoted(name)}"
            f" ANTI JOIN (SELECT {key} FROM main.{quoted('corrected_' + name)} WHERE holds) USING ({key})\n"
            f"UNION ALL BY NAME SELECT * FROM main.{quoted('amended_' + name)}), "
        )
    return "".join(parts)


def given_away(relation: str, sql: str, contracts: Collection[str]) -> str:
    """A relation's SQL, with the new team for rows that a correction gave to another team."""
    for contract, columns in ROWS[relation].items():
        if contract in contracts and reassignable(CONTRACTS[contract]):
            same = _same_row("given", "kept", columns)
            sql = (
                f"SELECT kept.* REPLACE (coalesce(given.to_team, kept.team) AS team) FROM (\n{sql}) AS kept"
                f" LEFT JOIN (SELECT * FROM main.{quoted('corrected_' + contract)}"
                f" WHERE holds AND to_team IS NOT NULL) AS given ON {same}\n"
            )
    return sql


def meant(relation: str, contract: str) -> str:
    """SQL of the rows of `relation` that corrections of a contract name, each with `correction_number`."""
    columns = ROWS[relation][contract]
    keys = ", ".join(map(quoted, columns))
    return (
        "SELECT relation.*, meant.number AS correction_number FROM relation JOIN ("
        f"SELECT DISTINCT {keys}, correction_id AS number FROM main.{quoted('corrected_' + contract)}"
        f" WHERE holds) AS meant ON {_same_row('meant', 'relation', columns)}"
    )


def _same_row(correction: str, row: str, columns: Mapping[str, str]) -> str:
    """The SQL condition that a correction and a row of a relation name the same fact."""
    return " AND ".join(
        f"{correction}.{quoted(own)} = {row}.{quoted(theirs)}" for own, theirs in columns.items()
    )
