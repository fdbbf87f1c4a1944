"""QA forms: one column a point, points or deductions, or one score for the whole review."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from etl.contracts.contract import NO, YES
from etl.contracts.facts import CONTRACTS
from etl.errors import N_, Remark
from etl.maps.vocabulary import canonical, cell_word, is_nothing, likeness
from etl.maps.wide import NOT_APPLICABLE
from etl.propose.column_shape import Shape, is_number
from etl.propose.draft import Field, Question, Table
from etl.propose.fields import blanked, literal
from etl.propose.file_table import FileColumn, Layout, without_rows
from etl.propose.match import helper, pairings

FEWEST_POINTS = 2
MAXIMUM = re.compile(
    r"[\[(【（]\s*(?:满分|最高)?\s*(\d+(?:\.\d+)?)\s*分?\s*[\])】）]|(?<!\d)(\d+(?:\.\d+)?)分$"
)
MAXIMUM_ROW = (
    "满分",
    "分值",
    "标准分",
    "应得分",
    "最高分",
    "权重",
    "max",
    "maximum",
    "max score",
    "points",
    "weight",
)
DEDUCTED = ("扣分", "减分", "扣", "deduct", "penalt", "minus")
HOWS = (
    ("points", {"zh": "得分", "en": "points earned"}),
    ("deducted", {"zh": "扣分", "en": "points taken off"}),
)


@dataclass(frozen=True, slots=True)
class Form:
    """A form with one column a point: each point's maximum (None: not known), and what its cells hold."""

    maxima: dict[str, float | None]
    deduction: bool
    sure: bool
    layout: Layout  # without a row of maxima
    sum_of: float | None = None  # what all maxima add up to, told by the total


def find_form(layout: Layout, base: frozenset[str], chosen: tuple[str, ...] | None = ()) -> Form | None:
    """The points of a QA form beside the columns in `base`; None when the file has no such columns.

    `chosen` are the points that a person named (None: there are none).
    """
    if chosen is None:
        return None
    clean, row = _maximum_row(layout)
    total = helper(clean, "total", "number", base)
    if chosen:
        points = [c for c in clean.columns if c.word in chosen]
    else:
        points = [c for c in clean.columns if c.word not in base and c.word != total and _is_point(c)]
    if len(points) < FEWEST_POINTS:
        return None
    maxima = {c.word: _maximum(c, row) for c in points}
    deduction, sure, sum_of = _deducted(clean, points, total)
    return Form(maxima, deduction, sure, clean, sum_of)


def form_table(
    form: Form,
    review: Field,
    maxima: Mapping[str, float] | None = None,
    how: str = "",
    values: Mapping[str, str | None] | None = None,
) -> Table:
    """The points of a form as a table; `maxima`, `how` and `values` are what a person decided already."""
    found = form.maxima | {word: top for word, top in (maxima or {}).items() if word in form.maxima}
    words = tuple(found)
    chosen = how or (("deducted" if form.deduction else "points") if form.sure else "")
    cells = Question(
        "cells", Remark(N_("Do the cells hold points earned, or points taken off?")), HOWS, chosen
    )
    empty = Remark(N_("An empty cell means that nothing was taken off."))
    strange = {w: n for c in form.layout.columns if c.word in words for w, n in _other_words(c).items()}
    earned = Field(
        "earned",
        words,
        "earned",
        values=dict.fromkeys(strange) | {w: said for w, said in (values or {}).items() if w in strange},
        counts=strange,
        questions=(cells,),
        doubts=(empty,) if chosen == "deducted" else (),
    )
    tops = {word: None if top is None else f"{top:g}" for word, top in found.items()}
    told = Remark(N_("By the total score all of them add up to {sum}."), {"sum": f"{form.sum_of or 0:g}"})
    added = (told,) if form.sum_of and sum(top or 0 for top in found.values()) != form.sum_of else ()
    fields = (
        replace(review, doubts=()),
        Field("item", words, "item"),
        earned,
        Field("applicable", words, "applicable", values=tops, doubts=added),
    )
    return Table("qa_items", 0.0, fields, ignore=("earned IS NULL",), unpivot=True)


def one_score(
    layout: Layout, review: Field, base: frozenset[str], said: Mapping[str, str | None] | None = None
) -> Table | None:
    """A review with one score as a form of one point; None when the file has no score.

    `said` may hold the full marks that a person named, under the score's column.
    """
    word = helper(layout, "total", "number", base)
    if word is None:
        return None
    column = layout.column(word)
    named = (said or {}).get(word)
    top, doubt = (float(named), None) if named else _scale(column)
    applicable = Field(
        "applicable",
        (word,),
        literal(f"{top:g}") if top else "NULL",
        values={word: f"{top:g}" if top else None},
        doubts=(doubt,) if doubt else (),
    )
    fields = (
        replace(review, doubts=()),
        Field("item", (word,), literal(column.name)),
        Field("earned", (word,), blanked(layout, (word,))),
        applicable,
    )
    return Table("qa_items", 0.0, fields, ignore=(f"{blanked(layout, (word,))} IS NULL",))


def _scale(column: FileColumn) -> tuple[float | None, Remark | None]:
    """The full marks of a single score, from its title or the usual scales, with a remark on them."""
    match = MAXIMUM.search(column.title)
    numbers = sorted(float(text) for text in column.shape.examples if is_number(text))
    usual = numbers[int(0.98 * (len(numbers) - 1))] if numbers else None
    top = (
        float(match[1] or match[2])
        if match
        else next((t for t in (5.0, 10.0, 100.0) if usual and usual <= t), None)
    )
    if top is None:
        return None, None
    if column.shape.high and column.shape.high > top:
        values = {"top": f"{top:g}", "high": f"{column.shape.high:g}"}
        return top, Remark(
            N_("Full marks are supposed to be {top}, though a score of {high} occurs."), values
        )
    return top, Remark(N_("Full marks are supposed to be {top}."), {"top": f"{top:g}"})


def _is_point(column: FileColumn) -> bool:
    """Whether a column is a point of a form: cells of points or yes/no, under a title not known otherwise."""
    shape = column.shape
    if MAXIMUM.search(column.title) and (shape.most("number", "flag") or not shape.filled):
        return True
    if not column.title or shape.most("moment", "day", "phone", "clock") or column.canonical in MAXIMUM_ROW:
        return False
    named = max(likeness(column.canonical, "qa_reviews", c.name) for c in CONTRACTS["qa_reviews"].columns)
    if named >= 0.6 or likeness(column.canonical, "any", "agent_name") >= 0.6 or _number_of_row(column):
        return False
    if not shape.filled:
        return False
    passed = sum(n for w, n in shape.values.items() if _is_verdict(w)) >= 0.8 * max(shape.filled, 1)
    numeric = shape.like["number"] >= 0.8 and (shape.low or 0) >= -100 and (shape.high or 0) <= 100
    return passed or (numeric and shape.distinct <= 60)


def _number_of_row(column: FileColumn) -> bool:
    return column.canonical in ("序号", "no", "编号", "number", "#") or (
        column.shape.unique == 1.0 and column.shape.filled > 12 and column.shape.most("number")
    )


def _is_verdict(word: str) -> bool:
    said = cell_word(word)
    return said in NOT_APPLICABLE or (said in (*YES, *NO) and not said.isdigit())


def _other_words(column: FileColumn) -> dict[str, int]:
    """Words in a point's cells that are neither points nor a verdict."""
    shape = column.shape
    said = shape.values or dict.fromkeys(shape.examples, 1)
    return {
        word: count
        for word, count in said.items()
        if word and not is_number(word.removesuffix("分")) and not _is_verdict(word) and not is_nothing(word)
    }


def _maximum_row(layout: Layout) -> tuple[Layout, dict[str, float]]:
    """The layout without the row that gives every point's maximum, and these maxima."""
    for row in layout.frame.head(2).iter_rows(named=True):
        cells = {word: row[word] for word in layout.words if row[word]}
        if any(cell_word(cell) in MAXIMUM_ROW for cell in cells.values()):
            found = {word: float(cell) for word, cell in cells.items() if is_number(cell) and float(cell) > 0}
            return without_rows(layout, {row["file_row"]}), found
    return layout, {}


def _maximum(column: FileColumn, row: Mapping[str, float]) -> float | None:
    match = MAXIMUM.search(column.title)
    if match:
        return float(match[1] or match[2])
    if column.word in row:
        return row[column.word]
    words = [w for w in column.shape.values if w and not is_nothing(w)]
    return 1.0 if words and all(_is_verdict(w) for w in words) else None


def _deducted(layout: Layout, points: list[FileColumn], total: str | None) -> tuple[bool, bool, float | None]:
    """Whether the cells hold points taken off, whether that is certain, and the sum of the maxima."""
    told, sum_of = _told_by_total(layout, points, total) if total else (None, None)
    if any(word in canonical(c.title) for c in points for word in DEDUCTED):
        return True, True, sum_of
    if any((c.shape.low or 0) < 0 for c in points):
        return True, True, sum_of
    if all(MAXIMUM.search(c.title) is None and not c.shape.like["number"] for c in points):
        return False, True, None  # verdicts in words
    if told is not None:
        return told, True, sum_of
    nought = [_nought(column.shape) for column in points]
    mostly_nought = sum(share >= 0.6 for share in nought) >= 0.7 * len(points)
    reached = all(top is not None and (c.shape.high or 0) == top for c in points if (top := _maximum(c, {})))
    return mostly_nought, not mostly_nought and reached, None


def _nought(shape: Shape) -> float:
    """The share of a column's cells that are empty or 0."""
    zero = sum(count for word, count in shape.values.items() if word in ("0", "0.0"))
    return (zero + shape.rows - shape.filled) / shape.rows if shape.rows else 0.0


def _told_by_total(layout: Layout, points: list[FileColumn], total: str) -> tuple[bool | None, float | None]:
    """Whether the total falls (True) or rises (False) with the points, and its full marks; else None."""
    sums = []
    for row in zip(layout.cells(total), *(layout.cells(c.word) for c in points), strict=True):
        if row[0] and is_number(row[0]):
            sums.append((float(row[0]), sum(float(cell) for cell in row[1:] if cell and is_number(cell))))
    if len(sums) < 3:
        return None, None
    same = sum(abs(top - added) < 0.01 for top, added in sums) / len(sums)
    if same >= 0.9:
        return False, None
    both = [round(top + added, 2) for top, added in sums]
    most = max(set(both), key=both.count)
    falls = both.count(most) >= 0.9 * len(both) and len({added for _, added in sums}) > 1
    return (True, most) if falls else (None, None)


def base_words(layout: Layout) -> frozenset[str]:
    """The columns that describe the review itself, not its points, by their words."""
    found = pairings(layout, CONTRACTS["qa_reviews"])
    return frozenset(one.word for one in found.values() if one.strength >= 0.5)
