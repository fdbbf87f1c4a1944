"""One contract column from the columns of a file: its expression, its value list, its doubts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from etl.contracts.contract import NO, YES, Column, Contract
from etl.errors import N_, Remark
from etl.maps.vocabulary import PLAIN_NO, PLAIN_YES, asks_opposite, cell_word, is_nothing, meaning
from etl.propose.draft import IGNORE, NOTHING, Field
from etl.propose.file_table import Layout
from etl.propose.readings import Read, read_moments, read_spans
from etl.propose.survey_scales import Answers, read_answers
from etl.sql_text import quoted

Decided = Mapping[str, str | None]


def make_field(
    layout: Layout,
    contract: Contract,
    name: str,
    words: Sequence[str],
    *,
    answers: Mapping[str, str] | None = None,
    values: Decided | None = None,
) -> Field:
    """The contract column `name` read from `words`; `answers` and `values` are what a person decided."""
    column = contract.column(name)
    if column.kind == "customer":
        return Field(name, tuple(words), quoted(words[0]))
    if (contract.name, name) == ("surveys", "score"):
        return _score(layout, words, values or {})
    if column.kind in ("choice", "flag"):
        return _listed(layout, contract, column, words, values or {})
    read = _read(layout, column, words, answers or {})
    if read is None:
        return Field(name, tuple(words), blanked(layout, words))
    return Field(
        name, tuple(words), read.expression, read.formats, questions=read.questions, notes=read.notes
    )


def _read(layout: Layout, column: Column, words: Sequence[str], answers: Mapping[str, str]) -> Read | None:
    if column.kind in ("time", "date"):
        return read_moments(layout, words, answers)
    return read_spans(layout, words[0], answers) if column.kind == "seconds" else None


def blanked(layout: Layout, words: Sequence[str]) -> str:
    """SQL of the raw text, empty for words that mean "nothing"."""
    return _without(quoted(words[0]), layout.column(words[0]).shape.nothing)


def _without(text: str, words: Sequence[str]) -> str:
    for word in words:
        text = f"nullif({text}, {literal(word)})"
    return text


def literal(text: str) -> str:
    """`text` as an SQL text literal of a map, where braces would be the name of a term."""
    parts = ("'" + part.replace("'", "''") + "'" for part in re.split(r"({)", text) if part)
    return " || ".join("chr(123)" if part == "'{'" else part for part in parts) or "''"


def _listed(
    layout: Layout, contract: Contract, column: Column, words: Sequence[str], decided: Decided
) -> Field:
    """The field of a choice or yes/no column: known words of its cells proposed, the others asked."""
    shape = layout.column(words[0]).shape
    if shape.filled and not shape.values:
        doubt = Remark(N_("Its cells hold too many different values to be a list of words."))
        return Field(column.name, tuple(words), quoted(words[0]), doubts=(doubt,), lacking=True)
    found: dict[str, str | None] = {}
    turned = asks_opposite(layout.column(words[0]).canonical, contract.name, column.name)
    for word in filter(None, shape.values):
        # 无 is "no" in a yes/no column, and nothing elsewhere.
        if turned and cell_word(word) in (*PLAIN_YES, *PLAIN_NO):
            continue
        means = meaning(word, contract, column.name)
        found[word] = NOTHING if is_nothing(word) and (means is None or column.kind == "choice") else means
    field = _with_values(column.name, words, found | _known(decided, found), shape.values)
    return _opposite(layout, field) if turned else field


def _opposite(layout: Layout, field: Field) -> Field:
    """A yes/no column under a title that asks the opposite: yes becomes no, also in later files."""
    text = f"lower(trim({quoted(field.words[0])}))"
    yes, no = (", ".join(map(literal, words)) for words in (PLAIN_YES, PLAIN_NO))
    turned = f"CASE WHEN {text} IN ({no}) THEN 'true' WHEN {text} IN ({yes}) THEN 'false'"
    said = {"column": layout.column(field.words[0]).name}
    doubt = Remark(N_("A yes under “{column}” is taken for a no, and a no for a yes."), said)
    return replace(field, expression=f"{turned} ELSE {field.expression} END", doubts=(*field.doubts, doubt))


def _score(layout: Layout, words: Sequence[str], decided: Decided) -> Field:
    """The field of a survey's score: points for what customers answered."""
    shape, answers = layout.column(words[0]).shape, _answers(layout, words[0])
    found = answers.points | dict.fromkeys(shape.nothing, NOTHING)
    doubts = (answers.doubt,) if answers.doubt else ()
    return _with_values("score", words, found | _known(decided, found), shape.values, doubts)


def scale_of(layout: Layout, score: Field) -> str | None:
    """The top of the scale of a survey's score: what the answers reach, None while they are asked."""
    answers = _answers(layout, score.words[0])
    if answers.scale is None and answers.points and not (answers.doubt or score.asked):
        points = [float(said) for said in score.values.values() if said and said != IGNORE]
        return f"{max(points):g}" if points else None
    return answers.scale


def _answers(layout: Layout, word: str) -> Answers:
    one = layout.column(word)
    return read_answers(one.shape.values, one.shape.low, one.shape.high, one.title)


def _known(decided: Decided, found: Mapping[str, object]) -> dict[str, str | None]:
    return {word: said for word, said in decided.items() if word in found}


def _with_values(
    column: str,
    words: Sequence[str],
    found: Mapping[str, str | None],
    counts: Mapping[str, int],
    doubts: tuple[Remark, ...] = (),
) -> Field:
    empty = [word for word, said in found.items() if said == NOTHING]
    return Field(
        column,
        tuple(words),
        _without(quoted(words[0]), empty),
        values=dict(found),
        counts={word: counts.get(word, 0) for word in found},
        doubts=doubts,
    )


def written_values(contract: Contract, field: Field) -> dict[str, str]:
    """The value list as a map needs it: without words that the contract reads that way by itself."""
    column = contract.column(field.column)
    return {
        word: said
        for word, said in field.values.items()
        if said and said != IGNORE and not _by_itself(column, word, said)
    }


def _by_itself(column: Column, word: str, said: str) -> bool:
    if column.kind == "flag":
        return word.lower() in (YES if said == "true" else NO)
    if column.kind == "choice":
        return word.lower() in (said, *(column.choices or {}).get(said, ()))
    return cell_word(word) == said
