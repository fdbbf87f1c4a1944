"""Who is meant in the agent columns of a file: names of the roster, near ids proposed, the rest asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from etl.agents import agent_key
from etl.aliases import People, settle
from etl.contracts import CONTRACTS
from etl.errors import N_, Remark
from etl.near import near
from etl.propose.draft import Draft, Field, Table
from etl.propose.layout import Layout

MOST_NAMED = 200  # texts that are listed one by one


def with_people(draft: Draft, people: People) -> Draft:
    """`draft` with what is known, and what is to be asked, about the people in its agent columns."""
    return replace(draft, tables=tuple(_with_people(draft.layout, one, people) for one in draft.tables))


def _with_people(layout: Layout, table: Table, people: People) -> Table:
    if not table.use or table.contract == "agents":
        return table
    contract = CONTRACTS[table.contract]
    fields = (
        _asked(layout, one, people) if contract.column(one.column).kind == "agent" and one.words else one
        for one in table.fields
    )
    return replace(table, fields=tuple(fields))


def _asked(layout: Layout, one: Field, people: People) -> Field:
    counted = layout.cells(one.words[0]).drop_nulls().value_counts(sort=True)
    counts = dict(zip(counted[one.words[0]].to_list(), counted["count"].to_list(), strict=True))
    found = {text: _proposal(text, people) for text in counts}
    asked = {text: who for text, (open_, who) in found.items() if open_}
    if not asked:
        return one
    unknown = [text for text, who in asked.items() if who is None]
    said = (
        [_listed(people, {t: w for t, w in asked.items() if w}, counts)] if len(unknown) < len(asked) else []
    )
    if unknown:
        listed = ", ".join(f"{text} ({counts[text]:,})" for text in unknown[:20])
        said.append(Remark(N_("Not one person of the roster: {people}."), {"people": listed}))
    kept = dict(list(asked.items())[:MOST_NAMED])
    return replace(
        one, people=kept, counts={**one.counts, **{t: counts[t] for t in kept}}, doubts=(*one.doubts, *said)
    )


def _listed(people: People, near_ones: Mapping[str, str], counts: Mapping[str, int]) -> Remark:
    pairs = (f"{text} = {who} {people.name(who)}".strip() for text, who in list(near_ones.items())[:20])
    return Remark(
        N_("Perhaps the same: {people}. Confirm it in config/aliases.toml."), {"people": ", ".join(pairs)}
    )


def _proposal(text: str, people: People) -> tuple[bool, str | None]:
    """(whether to ask who a text is, the person who is near)."""
    who = settle(text, people)
    if who is None:
        return True, None
    if not people.ids or who in people.ids or agent_key(text) in people.aliases:
        return False, None
    return True, near(text, people)
