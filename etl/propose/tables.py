"""The tables that a file could fill, best first, each with every column that could be found for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from etl.contract import Contract
from etl.contracts import CONTRACTS
from etl.errors import N_, Remark
from etl.plain import quoted
from etl.propose.derive import Fields, derive
from etl.propose.draft import IGNORE, Field, Table
from etl.propose.fields import literal, make_field
from etl.propose.layout import Layout
from etl.propose.match import NAMED, Pairing, pairings
from etl.vocabulary import canonical, specific, vocabulary

GUESSED = Remark(N_("Guessed from what its cells look like."))
WORTH_SAYING = 0.12
LOOKED_AT = 5  # contracts that are worked out in full
LOOKED_AT = 5  # contracts that are worked out in full
CLOCKS = ("time", "date")


def ranked(layout: Layout, sure: str | None = None) -> list[Table]:
    """A proposal for each contract that explains much of the file, the best first; `sure` is always there."""
    paired = {contract.name: pairings(layout, contract) for contract in CONTRACTS.values()}
    rough = {name: _score(layout, CONTRACTS[name], found, {}) for name, found in paired.items()}
    names = sorted(rough, key=lambda name: -rough[name])[:LOOKED_AT]
    names += [sure] if sure and sure not in names else []
    tables = [propose_table(layout, CONTRACTS[name], paired[name]) for name in names]
    return sorted(tables, key=lambda one: -one.score)


def propose_table(layout: Layout, contract: Contract, found: dict[str, Pairing] | None = None) -> Table:
    """What `layout` could give to `contract`; columns that must be there and were not found are asked."""
    paired = pairings(layout, contract) if found is None else found
    fields = derive(layout, contract, _paired_fields(layout, contract, paired))
    score = _score(layout, contract, paired, fields)
    return finished(Table(contract.name, round(score, 3), tuple(fields.values())))


def finished(table: Table) -> Table:
    """`table` with its columns in the contract's order, those missing named, and the rows it ignores."""
    contract = CONTRACTS[table.contract]
    given = {field.column: field for field in table.fields if field.expression is not None}
    ordered = []
    for column in contract.columns:
        if column.name in given:
            ordered.append(given[column.name])
        elif column.required and not column.default:
            doubt = Remark(N_("It must be there, and no column of the file fits."))
            ordered.append(Field(column.name, doubts=(doubt,), lacking=True))
    ignore = [
        f"{quoted(field.words[0])} = {literal(word)}"
        for field in ordered
        for word, said in field.values.items()
        if said == IGNORE
    ]
    kept = [one for one in table.ignore if one not in ignore and " = '" not in one]
    return replace(table, fields=tuple(ordered), ignore=(*kept, *ignore))


def _paired_fields(layout: Layout, contract: Contract, paired: dict[str, Pairing]) -> Fields:
    used = {one.word for one in paired.values()}
    fields: Fields = {}
    for name, one in paired.items():
        words = (one.word,)
        if contract.column(name).kind == "time":
            words = _with_partner(layout, contract, name, one.word, used)
        field = make_field(layout, contract, name, words)
        if one.guessed:
            field = replace(field, doubts=(*field.doubts, GUESSED))
        fields[name] = _with_others(layout, field, one.others)
    return fields


def _with_partner(
    layout: Layout, contract: Contract, name: str, word: str, used: set[str]
) -> tuple[str, ...]:
    """A day with the clock that stands beside it, a clock with its day; else the word alone."""
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


def _with_others(layout: Layout, field: Field, others: Sequence[str]) -> Field:
    if not others:
        return field
    named = ", ".join(f"“{layout.column(word).name}”" for word in others)
    doubt = Remark(N_("It could also be {columns}."), {"columns": named})
    return replace(field, others=tuple(others), doubts=(*field.doubts, doubt))


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
    """A little more for a table that the names of the file and the sheet, or its title, speak of."""
    words = vocabulary().titles.get(contract, ())
    names = (layout.content.name, layout.grid.sheet or "", *layout.above)
    return 0.12 if any(likeness_of_title(canonical(name), words) for name in names) else 0.0


def likeness_of_title(name: str, words: Sequence[str]) -> bool:
    """Whether a name holds one of the words that hint at a table."""
    parts = name.split()
    return any(word in (name if not word.isascii() else parts) for word in words)
