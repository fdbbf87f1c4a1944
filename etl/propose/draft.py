"""A proposed source map, as values: what each contract column is read from, and what is doubtful in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from etl.errors import Remark
from etl.propose.file_table import Layout

IGNORE = "ignore"  # the meaning of a value whose rows are not for the table
NOTHING = ""  # the meaning of a value that says there is none


# Columns whose `values` are no words in cells: the maximum of each point, the times of each shift code.
ELSEWHERE = {("qa_items", "applicable"), ("schedule", "start_at")}


@dataclass(frozen=True, slots=True)
class Question:
    """Something to decide about a column.

    `choices` holds (key, title in each language) of each; `chosen` is "" while the question is open.
    """

    key: str
    text: Remark
    choices: tuple[tuple[str, Mapping[str, str]], ...]
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One contract column: the `words` it is read from, and what each word in its cells means.

    `expression` is None where nothing was found. A value that means None is asked. `others` are columns
    that could be meant as well, `doubts` what is worth a look without being open.
    """

    column: str
    words: tuple[str, ...] = ()
    expression: str | None = None
    formats: tuple[str, ...] = ()
    values: Mapping[str, str | None] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    others: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    doubts: tuple[Remark, ...] = ()
    notes: tuple[Remark, ...] = ()  # what speaks for the way it is read
    people: Mapping[str, str | None] = field(default_factory=dict)  # who is to be asked → who is near
    derived: bool = False  # worked out from those columns, not read from one
    lacking: bool = False  # what it is read from does not give a value: too many words, nothing at all

    @property
    def asked(self) -> list[str]:
        """The values whose meaning nobody knows yet."""
        return [word for word, meaning in self.values.items() if meaning is None]

    @property
    def undecided(self) -> bool:
        """Whether something must be decided before the column can be trusted."""
        return self.lacking or bool(self.asked) or any(not one.chosen for one in self.questions)

    @property
    def answers(self) -> dict[str, str]:
        """What was chosen, by the question's key."""
        return {one.key: one.chosen for one in self.questions if one.chosen}


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person said about a column: where it comes from (None: nowhere), how to read it, its values."""

    words: tuple[str, ...] | None = ()  # (): as proposed
    answers: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str | None] = field(default_factory=dict)


Decisions = Mapping[tuple[str, str], Decision]  # (contract, column)


@dataclass(frozen=True, slots=True)
class Table:
    """What a file gives to one contract. `score` is 0 … 1; `use` whether it belongs to the map."""

    contract: str
    score: float
    fields: tuple[Field, ...]
    ignore: tuple[str, ...] = ()
    unpivot: bool = False
    use: bool = False

    def field(self, column: str) -> Field | None:
        """The field of a contract column, None when nothing is proposed for it."""
        return next((one for one in self.fields if one.column == column), None)


@dataclass(frozen=True, slots=True)
class Draft:
    """A whole proposal for one sheet or text: its tables, the best first; those in `use` make one map."""

    layout: Layout
    tables: tuple[Table, ...]
    wide: str | None = None
    deduction: bool = False
    codes: Mapping[str, str] = field(default_factory=dict)  # of a roster, which the home does not know so
