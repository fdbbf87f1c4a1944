"""Reads times and durations of a proposal, by the evidence of `etl.times`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from etl.errors import Remark
from etl.propose.draft import Question
from etl.propose.file_table import FileColumn, Layout
from etl.sql_text import quoted
from etl.times import CHOICES, Reading, joined, read_durations, read_times


@dataclass(frozen=True, slots=True)
class Read:
    """How a source map reads a column, with the open questions and the evidence."""

    expression: str
    formats: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    notes: tuple[Remark, ...] = ()


def read_moments(layout: Layout, words: Sequence[str], answers: Mapping[str, str]) -> Read:
    """How to read a time or date in one column, or a day and its clock in two."""
    asked = [read_times(layout.cells(word), _beside(layout, words)) for word in words]
    settled = [
        read_times(layout.cells(word), _beside(layout, words), answers=answers)
        if answers and one.doubts
        else one
        for word, one in zip(words, asked, strict=True)
    ]
    if len(words) == 2:
        expression, formats = joined(settled[0], settled[1], *map(quoted, words))
    else:
        expression, formats = settled[0].expression(quoted(words[0])), settled[0].formats
    questions = tuple(question for one in asked for question in _questions(one, answers))
    return Read(expression, formats, questions, tuple(note for one in settled for note in one.evidence))


def read_spans(layout: Layout, word: str, answers: Mapping[str, str]) -> Read:
    """How to read a duration; the unit in its title counts as evidence."""
    texts, title = layout.cells(word), layout.column(word).title
    beside = _beside(layout, (word,))
    asked = read_durations(texts, beside, header=title)
    settled = (
        read_durations(texts, beside, header=title, answers=answers) if answers and asked.doubts else asked
    )
    expression = settled.expression(quoted(word))
    return Read(expression, settled.formats, _questions(asked, answers), settled.evidence)


def _beside(layout: Layout, words: Sequence[str]) -> dict[str, list[str]]:
    """The texts of other columns that may prove the order of day and month: times, epochs, weekdays."""
    return {c.name: layout.cells(c.word) for c in layout.columns if c.word not in words and _proves_order(c)}


def _proves_order(column: FileColumn) -> bool:
    shape = column.shape
    return shape.most("moment", "day") or (shape.most("weekday") and shape.distinct <= 7)


def _questions(asked: Reading, answers: Mapping[str, str]) -> tuple[Question, ...]:
    return tuple(
        Question(
            doubt.key,
            doubt.question,
            tuple((choice, CHOICES[choice]) for choice in doubt.choices),
            answers.get(doubt.key, "") if answers.get(doubt.key, "") in doubt.choices else "",
        )
        for doubt in asked.doubts
    )
