"""Who is meant in the agent columns of a file: names of the roster, near ids proposed, the rest asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from etl.contracts.facts import CONTRACTS
from etl.errors import N_, Remark
from etl.people.agents import agent_key
from etl.people.aliases import People, settle
from etl.people.resembling import near
from etl.propose.draft import Draft, Field, Table
from etl.propose.file_table import Layout

MOST_NAMED = 200  # texts that are listed one by one
MOST_SAID = 12


def with_people(draft: Draft, people: People) -> Draft:
    """`draft` with what is known, and what is to be asked, about the people in its agent columns."""
    told: set[str] = set()  # of a second table from the same rows the same people need not be asked again
    return replace(draft, tables=tuple(_with_people(draft.layout, one, people, told) for one in draft.tables))


def _with_people(layout: Layout, table: Table, people: People, told: set[str]) -> Table:
    if not table.use or table.contract == "agents":
        return table
    contract, fields = CONTRACTS[table.contract], []
    for one in table.fields:
        new = contract.column(one.column).kind == "agent" and one.words and not told.issuperset(one.words)
        fields.append(_asked(layout, one, people) if new else one)
        told.update(one.words if new else ())
    return replace(table, fields=tuple(fields))


def _asked(layout: Layout, one: Field, people: People) -> Field:
    counted = layout.cells(one.words[0]).drop_nulls().value_counts(sort=True)
    counts = dict(zip(counted[one.words[0]].to_list(), counted["count"].to_list(), strict=True))
    found = {text: _proposal(text, people) for text in counts}
    asked = {text: who for text, (open_, who) in found.items() if open_}
    if not asked:
        return one
    doubts = [
        Remark(text, {"people": _named(people, texts, counts)})
        for text, texts in (
            (N_("Perhaps the same: {people}."), {t: w for t, w in asked.items() if w}),
            (N_("Not one person: {people}."), {t: None for t in asked if settle(t, people) is None}),
            (
                N_("Not in the roster: {people}."),
                {t: None for t, w in asked.items() if not w and settle(t, people)},
            ),
        )
        if texts
    ]
    kept = dict(list(asked.items())[:MOST_NAMED])
    known = {**one.counts, **{text: counts[text] for text in kept}}
    return replace(one, people=kept, counts=known, doubts=(*one.doubts, *doubts))


def _named(people: People, texts: Mapping[str, str | None], counts: Mapping[str, int]) -> str:
    said = (
        f"{text} = {who} {people.name(who)}".strip() if who else f"{text} ({counts[text]:,})"
        for text, who in list(texts.items())[:MOST_SAID]
    )
    return ", ".join((*said, *(["…"] if len(texts) > MOST_SAID else [])))


def _proposal(text: str, people: People) -> tuple[bool, str | None]:
    """Whether to ask whom a text means, and the person it resembles."""
    who = settle(text, people)
    if who is None:
        return True, None
    if not people.ids or who in people.ids or agent_key(text) in people.aliases:
        return False, None
    return True, near(text, people)
