"""Pairs the columns of a file with those of a contract."""

from __future__ import annotations

from dataclasses import dataclass

from etl.contracts.contract import Column, Contract
from etl.maps.vocabulary import cell_word, likeness, meaning, vocabulary
from etl.propose.column_shape import Shape, fit
from etl.propose.file_table import FileColumn, Layout

BY_WORDS, BY_SHAPE, BY_SHAPE_SPARE = 0.45, 0.36, 0.3  # strengths of guesses from the cells alone
GUESSES = (BY_WORDS, BY_SHAPE, BY_SHAPE_SPARE, BY_SHAPE - 0.01, BY_SHAPE_SPARE - 0.01)
NAMED = 0.5  # a header word speaks of the column
WEAK = 0.28
CLOSE = 0.72  # of the best: another column that could be meant as well


@dataclass(frozen=True, slots=True)
class Pairing:
    """One contract column with the file's column that fits it best, and others that nearly do."""

    column: str
    word: str
    strength: float
    others: tuple[str, ...] = ()
    guessed: bool = False  # its title says nothing; only its cells do


def pairings(layout: Layout, contract: Contract, *, skip: frozenset[str] = frozenset()) -> dict[str, Pairing]:
    """Contract column → its pairing; each column of either side at most once. `skip` are words not to use."""
    scored = [
        (_strength(contract, column, one, layout), column.name, one.word)
        for column in contract.columns
        for one in layout.columns
        if one.word not in skip
    ]
    scored.sort(key=lambda found: -found[0])
    taken: dict[str, Pairing] = {}
    used: set[str] = set()
    for strength, column, word in scored:
        if strength >= WEAK and column not in taken and word not in used:
            taken[column] = Pairing(column, word, strength)
            used.add(word)
    return {
        name: Pairing(name, one.word, one.strength, _others(scored, one, taken), one.strength in GUESSES)
        for name, one in taken.items()
    }


def helper(layout: Layout, name: str, kind: str, skip: frozenset[str] = frozenset()) -> str | None:
    """The word of the column that best fits a helper's `name` ("ended_at", "punch", …); None without one."""
    found = [
        (likeness(one.canonical, "any", name) * fit(kind, one.shape, one.title), one.word)
        for one in layout.columns
        if one.word not in skip
    ]
    best = max(found, default=(0.0, ""))
    return best[1] if best[0] >= NAMED else None


def _others(
    scored: list[tuple[float, str, str]], chosen: Pairing, taken: dict[str, Pairing]
) -> tuple[str, ...]:
    """Columns that fit nearly as well as the chosen one and fit no other column better."""
    better = {one.word: one.strength for one in taken.values()}
    return tuple(
        word
        for strength, column, word in scored
        if column == chosen.column
        and word != chosen.word
        and strength >= max(NAMED, CLOSE * chosen.strength)
        and strength > better.get(word, 0.0)
    )


def _strength(contract: Contract, column: Column, one: FileColumn, layout: Layout) -> float:
    if one.title:
        said = likeness(one.canonical, contract.name, column.name)
        if column.name == "agent_id" and contract.name != "agents":
            # A name stands in for the number where there is no number.
            said = max(said, 0.62 * likeness(one.canonical, "any", "agent_name"))
        if said >= 0.3:
            suits = fit(column.kind, one.shape, one.title) * _share_meant(contract, column, one.shape)
            if suits < 0.5 and column.kind == "choice" and one.canonical in vocabulary().generic:
                return 0.0  # a "type" of something else
            return said * (0.3 + 0.7 * suits) if suits else 0.0
        if not column.required and column.kind != "customer":
            return 0.0
    return max(_by_shape(contract, column, one.shape, layout), _by_words(contract, column, one.shape))


def _by_words(contract: Contract, column: Column, shape: Shape) -> float:
    """A likeness from the words in the cells, where nearly all of them are this column's own words."""
    if column.kind not in ("choice", "flag") or not shape.values or shape.most("flag", "number"):
        return 0.0
    own = vocabulary().values.get(contract.name, {}).get(column.name, {})
    known = sum(
        n for word, n in shape.values.items() if any(cell_word(word) in words for words in own.values())
    )
    return BY_WORDS if known >= 0.8 * sum(n for word, n in shape.values.items() if word) > 0 else 0.0


def _share_meant(contract: Contract, column: Column, shape: Shape) -> float:
    """A factor for a list of words: 1 when enough of them have a meaning in this column, else 0.3."""
    if column.kind not in ("choice", "flag") or not shape.values:
        return 1.0
    known = sum(n for word, n in shape.values.items() if meaning(word, contract, column.name) is not None)
    return 1.0 if known >= 0.2 * sum(shape.values.values()) else 0.3


# What a column may be when its title says nothing to us: by the look of its cells alone.
_TELLING = {
    "time": ("moment",),
    "date": ("day",),
    "customer": ("phone",),
    "month": ("month",),
    "seconds": ("duration", "clock"),
}


def _by_shape(contract: Contract, column: Column, shape: Shape, layout: Layout) -> float:
    """How well the cells' shape fits a column: for required columns best, for a few others, else 0."""
    if not shape.filled or not (
        column.required or column.kind == "customer" or column.name in ("agent_id", "talk_s")
    ):
        return 0.0
    worth = BY_SHAPE if column.required else BY_SHAPE_SPARE
    if column.kind == "key":
        own = column.name == contract.key[0] and len(contract.key) == 1
        return worth if own and shape.unique >= 0.99 and _are_ids(shape) else 0.0
    if column.kind == "agent":
        repeated = shape.distinct > 1 and shape.unique < 0.5 and shape.filled > 5
        named = shape.most("name") or shape.most("id") or shape.most("number")
        few = shape.distinct <= max(500, layout.frame.height // 10)
        return worth - 0.01 if repeated and named and few and not _are_measures(shape) else 0.0
    if column.kind == "number" and column.name == "score":
        return worth if shape.most("number") and 1 <= (shape.low or 0) <= (shape.high or 99) <= 10 else 0.0
    return worth if shape.most(*_TELLING.get(column.kind, ("nothing",))) else 0.0


def _are_ids(shape: Shape) -> bool:
    """Whether the cells are ids rather than times or row numbers, which begin anew in each file."""
    running = shape.most("number") and (shape.low or 0) in (0, 1) and (shape.high or 0) <= shape.rows + 1
    return shape.most("id") and not running and not shape.most("moment", "day", "clock", "duration")


def _are_measures(shape: Shape) -> bool:
    """Whether the numbers measure rather than name: with decimals, below zero, or mostly small."""
    if not shape.most("number"):
        return False
    return (shape.low or 0) < 0 or any("." in one for one in shape.examples) or (shape.high or 0) < 10
