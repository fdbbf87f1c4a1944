"""Corrections 更正/剔除: what one says, whether it can be done, and which facts it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import duckdb
import polars as pl

from etl.contracts.contract import Column, Contract
from etl.contracts.facts import CONTRACTS, fact_columns
from etl.errors import N_, Problem
from etl.loading.conform import conform
from etl.maps.conversions import prepare
from etl.maps.maps import ColumnMap, TableMap
from etl.people.agents import agent_key, spelled_key
from etl.sql_text import Sql, filled, joined

Action = Literal["exclude", "reassign", "amend"]
ACTIONS: tuple[Action, ...] = ("exclude", "reassign", "amend")

# Who a call belongs to; as the relation of calls has it.
_ANSWERER = Sql("coalesce(agent_id, CASE WHEN NOT answered THEN assigned_to END)")

# The contracts that can be corrected, each with the SQL of the moment and of the agent a row belongs to;
# without a moment its rows are corrected by their key only. The roster of people is corrected by loading
# a corrected one, ratings on the appraisal sheet.
CORRECTABLE: dict[str, tuple[str, str]] = {
    "calls": ("started_at", _ANSWERER),
    "qa_reviews": (Sql("coalesce(contact_at, reviewed_at)"), "agent_id"),
    "qa_items": ("", ""),
    "tickets": ("opened_at", "agent_id"),
    "surveys": ("surveyed_at", "agent_id"),
    "attendance": (Sql("coalesce(in_at, scheduled_start, CAST(shift_date AS TIMESTAMP))"), "agent_id"),
    "schedule": ("start_at", "agent_id"),
    "leave": ("starts_at", "agent_id"),
    "observations": ("observed_at", "agent_id"),
    "promises": ("created_at", "agent_id"),
}


@dataclass(frozen=True, slots=True)
class Correction:
    """One approved correction.

    Its rows are named by `keys` (the texts of one key each), or by a span: the moment of a row lies
    in `starts_at` ≤ moment < `ends_at`, in the wall-clock time of facts, and its queue, team and agent
    are these ("" for any). `reassign` gives them to `to_agent` or `to_team` or both; with a team alone
    they belong to no person. `amend` puts `value`, read like a loaded cell, into `column`.
    """

    correction_id: int
    action: Action
    contract: str
    keys: tuple[tuple[str, ...], ...] = ()
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    queue: str = ""
    team: str = ""
    agent: str = ""
    to_agent: str = ""
    to_team: str = ""
    column: str = ""
    value: str = ""


def amendable(contract: Contract) -> list[Column]:
    """The columns that may be amended: no part of the key, no agent, no customer, no team."""
    apart = {*contract.key, "team"}
    return [c for c in contract.columns if c.name not in apart and c.kind not in ("agent", "customer")]


def reassignable(contract: Contract) -> bool:
    """Whether rows of a contract can be given to somebody else."""
    agents = [column.name for column in contract.columns if column.kind == "agent"]
    return bool(agents) and not set(agents) & set(contract.key)


def check(correction: Correction, zone: str) -> None:
    """Raise Problem unless the correction says all it must, and can be done by what contracts know."""
    if correction.action not in ACTIONS or correction.contract not in CORRECTABLE:
        raise Problem(
            correction.contract,
            N_("This table cannot be corrected."),
            N_("Choose one of: {names}."),
            names=", ".join(CORRECTABLE),
        )
    contract = CONTRACTS[correction.contract]
    _check_rows(correction, contract, zone)
    if correction.action == "reassign":
        if not reassignable(contract):
            raise Problem(
                contract.name,
                N_("A row of this table belongs to its person by its key; it cannot be re-attributed."),
                N_("Take it out, or amend it."),
            )
        if not correction.to_agent and not correction.to_team:
            raise Problem(
                contract.name,
                N_("Nobody is named whom the rows belong to."),
                N_("Name an agent or a team."),
            )
    if correction.action == "amend":
        amended_value(correction, zone)


def _check_rows(correction: Correction, contract: Contract, zone: str) -> None:
    """Raise Problem unless the correction gives keys that can be read, or a span of time and nothing else."""
    span = correction.starts_at, correction.ends_at
    if correction.keys:
        if any(span) or correction.queue or correction.team or correction.agent:
            raise Problem(
                contract.name,
                N_("Rows and a span of time are both given."),
                N_("Give one of the two."),
            )
        key_values(contract, correction.keys, zone)
        return
    if not CORRECTABLE[contract.name][0]:
        raise Problem(
            contract.name, N_("Rows of this table have no time of their own."), N_("Give the rows' keys.")
        )
    if None in span:
        raise Problem(
            contract.name,
            N_("It does not say which rows are meant."),
            N_("Give the rows' keys, or a span of time with its beginning and end."),
        )
    if correction.starts_at >= correction.ends_at:
        raise Problem(
            contract.name,
            N_("The span ends before it begins."),
            N_("Give an end that is later than the beginning."),
        )
    if correction.queue and not _has(contract, "queue"):
        raise Problem(contract.name, N_("Rows of this table have no queue."), N_("Leave the queue empty."))


def key_values(contract: Contract, keys: Sequence[tuple[str, ...]], zone: str) -> list[list[object]]:
    """The values of each column of the key, one list a column; Problem for a key that cannot be read."""
    for parts in keys:
        if len(parts) != len(contract.key):
            raise Problem(
                ", ".join(parts),
                N_("The key of a row of this table is {names}."),
                N_("Write one row a line, its parts separated by commas."),
                names=", ".join(contract.key),
            )
    columns = []
    for place, name in enumerate(contract.key):
        texts = [parts[place] for parts in keys]
        values = read_cells(contract, contract.column(name), texts, zone)
        unread = next((text for text, value in zip(texts, values, strict=True) if value is None), None)
        if unread is not None:
            raise _unreadable(contract.column(name), unread)
        columns.append(values)
    return columns


def amended_value(correction: Correction, zone: str) -> object:
    """What an amendment puts into its column, None for an empty text; Problem when it cannot be read."""
    contract, text = CONTRACTS[correction.contract], correction.value.strip()
    column = next((one for one in amendable(contract) if one.name == correction.column), None)
    if column is None:
        raise Problem(
            contract.name,
            N_("“{column}” cannot be amended."),
            N_("Choose one of: {names}."),
            column=correction.column,
            names=", ".join(one.name for one in amendable(contract)),
        )
    if not text:
        if column.required or column.default:
            raise Problem(
                column.name, N_("This column cannot be empty."), N_("Give a value, or take the row out.")
            )
        return None
    (value,) = read_cells(contract, column, [text], zone)
    if value is None:
        raise _unreadable(column, text)
    low, high = column.low, column.high
    if (low is not None and value < low) or (high is not None and value > high):
        raise Problem(
            column.name,
            N_("“{text}” is outside the scale."),
            N_("Give a value from {low} up to {high}."),
            text=text,
            low=f"{low or 0:g}",
            high="…" if high is None else f"{high:g}",
        )
    return value


def read_cells(contract: Contract, column: Column, texts: Sequence[str], zone: str) -> list[object]:
    """`texts` read as a load reads the cells of a column; None for a text that cannot be read."""
    frame = pl.DataFrame(
        {"file_row": range(1, len(texts) + 1), "value": [text.strip() or None for text in texts]},
        schema={"file_row": pl.Int64, "value": pl.String},
    )
    table = TableMap(contract, {column.name: ColumnMap("value", reads=frozenset({"value"}))})
    with duckdb.connect() as con:
        prepare(con)
        con.register("raw", frame)
        conform(con, table, zone)
        values = filled("SELECT {name} FROM typed ORDER BY file_row", name=column.name)
        found = con.execute(values).fetchall()
    return [value for (value,) in found]


def rows_meant(correction: Correction, zone: str, memberships: str) -> tuple[Sql, dict[str, object]]:
    """SQL of the facts that a correction is about (place, business_date), and what to bind to its names.

    `memberships` is SQL of the stays in teams: agent_id, team, since, until. Raises Problem for keys
    that cannot be read.
    """
    contract = CONTRACTS[correction.contract]
    if correction.keys:
        return rows_of_keys(contract, key_values(contract, correction.keys, zone))
    moment, agent = CORRECTABLE[contract.name]
    values: dict[str, object] = {"starts_at": correction.starts_at, "ends_at": correction.ends_at}
    conditions = [filled("{moment} >= $starts_at AND {moment} < $ends_at", moment=moment)]
    if correction.queue:
        conditions.append(Sql("queue = $queue"))
        values["queue"] = correction.queue
    if correction.agent:
        conditions.append(filled(OF_PERSON, agent=agent))
        values |= {"agent": agent_key(correction.agent), "spelled": spelled_key(correction.agent)}
    if correction.team:
        values["team"] = correction.team
    rows = filled(
        IN_TEAM if correction.team else IN_SPAN,
        place=contract.place,
        facts=contract.name,
        conditions=joined(" AND ", conditions),
        agent=agent,
        own=Sql("coalesce(stay.team, fact.team)") if _has(contract, "team") else Sql("stay.team"),
        memberships=Sql(memberships),
    )
    return rows, values


# Of two people whose numbers differ in leading zeros only, each has the number as it is written.
OF_PERSON = "{agent} = CASE WHEN $spelled IN (SELECT agent_id FROM agents) THEN $spelled ELSE $agent END"
IN_SPAN = "SELECT {fact.place}, fact.business_date FROM (SELECT * FROM {facts} WHERE {conditions}) AS fact"
# The name of a stay's agent is another, lest it hides the fact's own.
IN_TEAM = """
    SELECT {fact.place}, fact.business_date
    FROM (SELECT * FROM {facts} WHERE {conditions}) AS fact
    LEFT JOIN (SELECT agent_id AS whose, team, since, until FROM ({memberships}\n)) AS stay
        ON stay.whose = {agent} AND fact.business_date BETWEEN stay.since AND stay.until
    WHERE {own} = $team"""


def rows_of_keys(contract: Contract, columns: Sequence[list[object]]) -> tuple[Sql, dict[str, object]]:
    """SQL of the facts (place, business_date) that have one of some keys, given as one list a column.

    All legs of a call have its key.
    """
    types = dict(fact_columns(contract))
    keys = {name: filled(ONE_KEY, place=place, kind=types[name]) for place, name in enumerate(contract.key)}
    facts = ITEMS if contract.name == "qa_items" else contract.name
    values = {f"key{place}": column for place, column in enumerate(columns)}
    return filled(OF_KEYS, key=contract.key, place=contract.place, facts=facts, keys=keys), values


ONE_KEY = "unnest(CAST($key{place} AS {kind}[]))"
OF_KEYS = "SELECT {place}, business_date FROM {facts} SEMI JOIN (SELECT {keys}) USING ({key})"
# A point belongs to the day of its review.
ITEMS = Sql(
    "(SELECT * FROM (SELECT * EXCLUDE (business_date) FROM qa_items)"
    " LEFT JOIN (SELECT review_id, business_date FROM qa_reviews) USING (review_id))"
)


def _has(contract: Contract, column: str) -> bool:
    return any(one.name == column for one in contract.columns)


def _unreadable(column: Column, text: str) -> Problem:
    examples = {
        "time": N_("Write it as 2026-10-12 14:00:00."),
        "date": N_("Write it as 2026-10-12."),
        "flag": N_("Write it as yes or no."),
        "seconds": N_("Write it as 90 or 0:01:30."),
        "choice": N_("Write one of: {choices}."),
    }
    return Problem(
        column.name,
        N_("“{text}” cannot be read."),
        examples.get(column.kind, N_("Write it as it stands in the files.")),
        text=text,
        choices=", ".join(column.choices or ()),
    )
