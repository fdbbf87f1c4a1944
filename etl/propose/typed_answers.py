"""Reads a person's answers to a proposal's questions, as they are written on a command line."""

from __future__ import annotations

from collections.abc import Sequence

from etl.contracts.contract import Column
from etl.contracts.facts import CONTRACTS
from etl.errors import N_, Problem
from etl.maps.vocabulary import meaning
from etl.propose.column_shape import is_number
from etl.propose.draft import IGNORE, NOTHING, Decision, Decisions, Draft, Field
from etl.propose.file_table import Layout
from etl.propose.roster import can_mean
from etl.read import header_word

NONE = "-"


def read_answers(draft: Draft, texts: Sequence[str]) -> Decisions:
    """The decisions in `texts` about `draft`; Problem for one that says nothing about it.

    "started_at=dmy" answers a question, "started_at=创建时间" (or "日期+时间") names the column to read,
    "team=-" leaves it out, "answered:转语音信箱=false" says what a value means ("ignore": its rows are not
    for the table, "-": nothing). A column of another table in use is written "surveys.score".
    """
    found: dict[tuple[str, str], Decision] = {}
    for text in texts:
        left, equals, right = text.rpartition("=")
        name, colon, value = left.partition(":")
        table, dot, column = name.strip().rpartition(".")
        table = table if dot else _table(draft, column)
        if not equals or table not in CONTRACTS or not _has(table, column):
            raise Problem(
                text,
                N_("This answers no question of the proposal."),
                N_("Write it as COLUMN=CHOICE or COLUMN:VALUE=MEANING."),
            )
        before = found.get((table, column), Decision())
        field = _field(draft, table, column)
        if colon:
            said = _meaning_typed(text, table, column, right.strip())
            now = Decision(before.words, before.answers, {**before.values, _value(draft, field, value): said})
        else:
            now = _decision(text, draft.layout, field, before, right.strip())
        found[table, column] = now
    return found


def _table(draft: Draft, column: str) -> str:
    """The contract for a column given without one: the first table in use that has the column."""
    used = [one.contract for one in draft.tables if one.use]
    return next((name for name in used if _has(name, column)), used[0])


def _has(table: str, column: str) -> bool:
    return any(one.name == column for one in CONTRACTS[table].columns)


def _field(draft: Draft, table: str, column: str) -> Field | None:
    used = next((one for one in draft.tables if one.contract == table), None)
    return used.field(column) if used else None


def _value(draft: Draft, field: Field | None, value: str) -> str:
    """`value` in the spelling of the proposal: a point of a form by its column's word."""
    if field and value not in field.values and header_word(value) in field.values:
        return header_word(value)
    return value


def _meaning_typed(text: str, table: str, column: str, right: str) -> str:
    spec = CONTRACTS[table].column(column)
    if right in (NONE, IGNORE):
        return NOTHING if right == NONE else IGNORE
    if spec.kind in ("flag", "choice"):
        said = meaning(right, CONTRACTS[table], column)
        if said is None:
            raise Problem(
                text,
                N_("“{said}” is none of the values of {column}."),
                N_("Choose one of: {choices}."),
                said=right,
                column=column,
                choices=", ".join([*_choices(spec), IGNORE, NONE]),
            )
        return said
    if (table, column) == ("schedule", "start_at") and not can_mean(right):
        raise Problem(text, N_("“{said}” is no time of a shift."), N_("Write it as 08:00-16:00."), said=right)
    if spec.kind == "number" and not is_number(right):
        raise Problem(text, N_("“{said}” is not a number."), N_("Correct it."), said=right)
    return right


def _choices(spec: Column) -> list[str]:
    return list(spec.choices or {}) if spec.kind == "choice" else ["true", "false"]


def _decision(text: str, layout: Layout, field: Field | None, before: Decision, right: str) -> Decision:
    if right == NONE:
        return Decision(None, before.answers, before.values)
    keys = {q.key: right for q in (field.questions if field else ()) if right in dict(q.choices)}
    if keys:
        return Decision(before.words, {**before.answers, **keys}, before.values)
    words = tuple(_word(layout, part) for part in ([right] if _word(layout, right) else right.split("+")))
    if not all(words):
        choices = [key for question in (field.questions if field else ()) for key, _ in question.choices]
        raise Problem(
            text,
            N_("“{said}” is neither a column of the file nor one of the choices."),
            N_("Choose one of: {choices}."),
            said=right,
            choices=", ".join([*choices, *(column.name for column in layout.columns)]),
        )
    return Decision(words, before.answers, before.values)


def _word(layout: Layout, said: str) -> str:
    word = header_word(said)
    return next((c.word for c in layout.columns if word in (c.word, header_word(c.title)) and word), "")
