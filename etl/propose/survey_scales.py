"""Reads customers' answers as points on a scale: words, keys pressed, numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from etl.errors import N_, Remark
from etl.maps.vocabulary import canonical, cell_word, is_nothing, vocabulary
from etl.propose.column_shape import is_number

KEYS = ("按键", "key", "dtmf", "taste", "tecla", "touche")
RECOMMEND = ("nps", "推荐", "recommend", "promoter")


@dataclass(frozen=True, slots=True)
class Answers:
    """The points of each answer (None: asked), the top of the scale (None: unknown), a doubt about them."""

    points: dict[str, str | None]
    scale: str | None
    doubt: Remark | None = None


def read_answers(said: Iterable[str], low: float | None, high: float | None, header: str) -> Answers:
    """Read a column's answers: `said` are its words, `low` and `high` the ends of its numbers."""
    words = [word for word in said if not is_nothing(word)]
    if all(map(is_number, words)):
        return _numbers(words, low, high, header)
    return _words(words)


def _numbers(words: list[str], low: float | None, high: float | None, header: str) -> Answers:
    if high is None:
        return Answers({}, None)
    pressed = any(key in canonical(header) for key in KEYS)
    whole = all(float(word).is_integer() for word in words)
    if whole and words and (pressed or high <= 3):
        # A key says nothing by itself: 1 is the best answer in one centre, the worst in another.
        return Answers(dict.fromkeys(words), None)
    if high <= 10 and any(word in canonical(header) for word in RECOMMEND):
        return Answers({}, "10")
    top = f"{high:g}" if high in (5, 10) else "100" if 20 <= high <= 100 else None
    text = N_("The scores reach {high}: {top} is taken for the highest.")
    doubt = Remark(
        text if top else N_("The scores reach {high}: on which scale?"), {"high": f"{high:g}", "top": top}
    )
    zero: dict[str, str | None] = {word: None for word in words if float(word) == 0 and high <= 10}
    return Answers(zero, top, doubt)


def _words(words: list[str]) -> Answers:
    levels = vocabulary().values["surveys"]["score"]
    level = {
        word: next((k for k, known in levels.items() if cell_word(word) in known), None) for word in words
    }
    seen = set(level.values())
    if seen & {"5", "4", "2", "1"}:
        # Beside 非常满意 a plain 满意 is the second best; alone it is the best.
        levels_to_points = {"good": "4" if "5" in seen else "5", "bad": "2" if seen & {"1", "5"} else "1"}
        doubt = None if {"5", "1"} <= seen else Remark(N_("Five steps are supposed, though not all occur."))
        points = {w: levels_to_points.get(k, k) if k else _as_number(w, 5) for w, k in level.items()}
        return Answers(points, "5", doubt)
    top = 3 if "3" in seen else 2
    three = {"good": str(top), "3": "2", "bad": "1"}
    doubt = None if {"good", "3", "bad"} <= seen else Remark(N_("{n} steps are supposed."), {"n": top})
    points = {word: three.get(k) if k else _as_number(word, top) for word, k in level.items()}
    return Answers(points, str(top), doubt)


def _as_number(word: str, top: int) -> str | None:
    return word if is_number(word) and 1 <= float(word) <= top else None
