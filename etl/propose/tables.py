"""The tables that a file could fill, best first, each with every column that could be found for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from etl.contracts.contract import Contract
from etl.contracts.facts import CONTRACTS
from etl.errors import N_, Remark
from etl.maps.vocabulary import canonical, specific, vocabulary
from etl.propose.derive import Fields, derive
from etl.propose.draft import Decision, Decisions, Field, Table
from etl.propose.fields import make_field
from etl.propose.file_table import Layout
from etl.propose.match import NAMED, Pairing, pairings

GUESSED = Remark(N_("Guessed from what its cells look like."))
WORTH_SAYING = 0.12
LOOKED_AT = 5  # contracts that are worked out in full


def ranked(layout: Layout, sure: str | None = None) -> list[Table]:
    """A proposal for each contract that explains much of the file, the best first; `sure` is always there."""
    paired = {contract.name: pairings(layout, contract) for contract in CONTRACTS.values()}
    rough = {name: _score(layout, CONTRACTS[name], found, {}) for name, found in paired.items()}
    names = sorted(rough, key=lambda name: -rough[name])[:LOOKED_AT]
    names += [sure] if sure and sure not in names else []
    tables = [propose_table(layout, CONTRACTS[name], paired[name]) for name in names]
    return sorted(tables, key=lambda one: -one.score)


def propose_table(
    layout: Layout,
    contract: Contract,
    found: dict[str, Pairing] | None = None,
    decisions: Decisions | None = None,
) -> Table:
    """What `layout` could give to `contract`; columns that must be there and were not found are asked.

    `decisions` are what a person said about its columns.
    """
    paired = pairings(layout, contract) if found is None else found
    decided = {name: one for (table, name), one in (decisions or {}).items() if table == contract.name}
    given = _paired_fields(layout, contract, paired, decided)
    left_out = {name for name, one in decided.items() if one.words is None}
    fields = {n: f for n, f in derive(layout, contract, given).items() if n in given or n not in left_out}
    score = _score(layout, contract, paired, fields)
    return finished(Table(contract.name, round(score, 3), tuple(fields.values())))


def finished(table: Table) -> Table:
    """`table` in the contract's column order, with an empty field for each required column not found."""
    contract = CONTRACTS[table.contract]
    given = {field.column: field for field in table.fields if field.expression is not None}
    ordered = []
    for column in contract.columns:
        if column.name in given:
            ordered.append(given[column.name])
        elif column.required and not column.default:
            doubt = Remark(N_("It must be there, and no column of the file fits."))
            ordered.append(Field(column.name, doubts=(doubt,), lacking=True))
    return replace(table, fields=tuple(ordered))


def _paired_fields(
    layout: Layout, contract: Contract, paired: dict[str, Pairing], decided: Mapping[str, Decision]
) -> Fields:
    """The columns that are read from columns of the file: as a person decided, else as they pair."""
    used = {one.word for one in paired.values()}
    words: dict[str, tuple[str, ...]] = {}
    for column in contract.columns:
        said, one = decided.get(column.name, Decision()), paired.get(column.name)
        if said.words:
            words[column.name] = said.words
        elif one and said.words is not None:
            timed = column.kind == "time"
            words[column.name] = _with_partner(layout, one.word, used) if timed else (one.word,)
    # An answer about reading a column of the file holds for every contract column that is read from it.
    told = {word: decided[name].answers for name in words if name in decided for word in words[name]}
    fields: Fields = {}
    for name, from_words in words.items():
        said = decided.get(name, Decision())
        shared = {key: choice for word in from_words for key, choice in told.get(word, {}).items()}
        answers = {**shared, **said.answers}
        field = make_field(layout, contract, name, from_words, answers=answers, values=said.values)
        fields[name] = field if said.words else _with_doubts(layout, field, paired[name])
    return fields


def _with_doubts(layout: Layout, field: Field, paired: Pairing) -> Field:
    """`field` with its doubts: other columns that fit nearly as well, or a guess from the cells alone."""
    doubts = [GUESSED] if paired.guessed else []
    if paired.others:
        named = ", ".join(f"“{layout.column(word).name}”" for word in paired.others)
        doubts.append(Remark(N_("It could also be {columns}."), {"columns": named}))
    return replace(field, others=paired.others, doubts=(*field.doubts, *doubts))


def _with_partner(layout: Layout, word: str, used: set[str]) -> tuple[str, ...]:
    """The words of a day and the clock beside it, of a clock and its day, or of the column alone."""
    shape = layout.column(word).shape
    if shape.most("day", "run"):
        clocks = [
            c.word
            for c in layout.columns
            if c.shape.most("clock") and c.word not in used and not c.shape.most("day")
        ]
        partner = _nearest(layout, word, clocks)
        return (word, partner) if partner else (word,)
    if shape.most("clock"):
        days = [c.word for c in layout.columns if c.shape.most("day", "run")]
        partner = _nearest(layout, word, days)
        return (partner, word) if partner else (word,)
    return (word,)


def _nearest(layout: Layout, word: str, others: Sequence[str]) -> str | None:
    place = layout.words.index(word)
    return min(others, key=lambda other: abs(layout.words.index(other) - place), default=None)


def _score(layout: Layout, contract: Contract, paired: dict[str, Pairing], fields: Fields) -> float:
    """How much of the file the contract explains, less where columns it must have are missing."""
    must = [column.name for column in contract.columns if column.required and not column.default]
    maybe = 0.0 if fields else 0.5  # what may follow from other columns, before that is worked out
    given = sum(_given(name, paired, fields) or maybe for name in must)
    weight = {column.word: _weight(column.title) for column in layout.columns if column.shape.filled}
    strength = {one.word: one.strength for one in paired.values()}
    for field in fields.values():
        for word in field.words:
            strength.setdefault(word, 0.5)
    explained = sum(weight.get(word, 0.0) * one for word, one in strength.items())
    share = explained / (sum(weight.values()) or 1.0)
    return (given / len(must)) ** 2 * min(1.0, share + _hint(layout, contract.name))


def _given(name: str, paired: dict[str, Pairing], fields: Fields) -> float:
    if name in paired:
        return 1.0 if paired[name].strength >= NAMED else 0.7
    return 0.7 if name in fields else 0.0


def _weight(title: str) -> float:
    return 0.4 if not title else max(0.25, specific(canonical(title)))


def _hint(layout: Layout, contract: str) -> float:
    """A bonus for a table whose words occur in the name of the file or sheet, or in a title."""
    words = vocabulary().titles.get(contract, ())
    names = (layout.content.name, layout.grid.sheet or "", *layout.above)
    return 0.12 if any(likeness_of_title(canonical(name), words) for name in names) else 0.0


def likeness_of_title(name: str, words: Sequence[str]) -> bool:
    """Whether a name holds one of the words that hint at a table."""
    parts = name.split()
    return any(word in (name if not word.isascii() else parts) for word in words)
