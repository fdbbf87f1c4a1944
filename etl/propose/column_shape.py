"""What the cells of a column look like: times, durations, numbers, telephone numbers, words, ids."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl

from etl.contracts.contract import NO, YES
from etl.maps.vocabulary import cell_word, unit, vocabulary

_DAY = (
    r"(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})|\d{1,2}月\d{1,2}日"
    r"|\d{1,2}[-/ ][A-Za-z]{3,9}[-/ ,]+\d{2,4}|[A-Za-z]{3,9}\.? \d{1,2},? \d{4}|(?:19|20)\d{2}[01]\d[0-3]\d)"
)
_CLOCK = (
    r"(?:(?:上午|下午|中午|晚上|凌晨|AM|PM)\s*)?"
    r"\d{1,2}[:时点]\d{2}(?:[:分]\d{2}秒?)?(?:[.,]\d+)?\s*(?:[AaPp]\.?[Mm]\.?)?"
)
_OFFSET = r"(?:\s*(?:Z|UTC|[+-]\d{2}:?\d{2}))?"
_WEEKDAY = r"(?:\s*(?:星期|周)[一二三四五六日天]\s*|\s*[A-Z][a-z]{2}[, ]\s*)?"
_RUN = r"(?:19|20)\d{12}|(?:19|20)\d{6}[ T_]?\d{6}"
_EPOCH = r"1[0-9]{9}(?:\.\d+)?|1[0-9]{12}"
_SPOKEN = (
    r"(?:\d+(?:小?时|h|H)\s*)?(?:\d+(?:分钟?|m|min|M)\s*)?\d+(?:\.\d+)?(?:秒|s|S|sec)"
    r"|\d+(?:小时|h)(?:\d+(?:分钟?|m))?|\d+(?:分钟?|min)|\d+['′]\d+[\"″]"
)
_MOBILE = r"(?:\+?86[ -]?|0)?1[3-9]\d[ -]?[\d*]{4}[ -]?\d{4}"
_LANDLINE = r"0\d{2,3}[ -]?\d{7,8}|\+\d{9,15}|[48]00[ -]?\d{3,4}[ -]?\d{3,4}|\(?\d{3}\)?[ -]\d{3}[ -]\d{4}"
_PATTERNS = {
    "moment": re.compile(rf"{_WEEKDAY}{_DAY}{_WEEKDAY}[ T,]*{_CLOCK}{_OFFSET}|{_RUN}|{_EPOCH}"),
    "day": re.compile(rf"{_WEEKDAY}{_DAY}{_WEEKDAY}"),
    "month": re.compile(r"\d{4}[-/年]\d{1,2}月?|(?:19|20)\d{2}(?:0[1-9]|1[0-2])"),
    "clock": re.compile(_CLOCK),
    "duration": re.compile(rf"-?\d+:[0-5]?\d(?::[0-5]?\d)?(?:\.\d+)?|{_SPOKEN}"),
    "number": re.compile(r"[+-]?(?:\d+(?:[.,]\d+)?|\.\d+)"),
    "phone": re.compile(rf"{_MOBILE}|{_LANDLINE}"),
    "run": re.compile(r"\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"),
    "weekday": re.compile(
        r"(?:星期|礼拜|周)[一二三四五六日天]|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\.?", re.IGNORECASE
    ),
    "name": re.compile(r"[\u4e00-\u9fff·]{2,4}|[A-Z][a-z]+(?: [A-Z][a-z]*\.?)?,? [A-Z][a-z]+"),
    "id": re.compile(r"(?=.*\d)[\w.@:/#-]{1,64}"),
}
MOST = 0.85  # the share of cells that must look like something for the column to be that
KEPT_VALUES = 60
LOOKED_AT = 5_000  # different texts of a column that its looks are judged by
EXAMPLES = 200
_FLAGS = {cell_word(word) for word in (*YES, *NO)} | {"√", "×", "✓", "✗"}


@dataclass(frozen=True, slots=True)
class Shape:
    """A column's cells in numbers. `like` holds the share of filled cells that look like each thing."""

    rows: int
    filled: int
    distinct: int
    like: dict[str, float] = field(default_factory=dict)
    low: float | None = None
    high: float | None = None
    values: dict[str, int] = field(default_factory=dict)  # of a column of few words: how often each occurs
    nothing: tuple[str, ...] = ()  # the words in it that say "nothing"
    examples: tuple[str, ...] = ()

    def most(self, *things: str) -> bool:
        """Whether nearly all cells look like one of `things`."""
        return any(self.like.get(thing, 0.0) >= MOST for thing in things)

    @property
    def unique(self) -> float:
        """The share of filled cells that no other cell repeats; 0 in an empty column."""
        return self.distinct / self.filled if self.filled else 0.0

    @property
    def words(self) -> bool:
        """Whether it holds few values, each a word rather than a measure."""
        return bool(self.values) and not self.most("moment", "day", "duration", "phone")


def is_number(text: str) -> bool:
    """Whether a text is one number."""
    return _PATTERNS["number"].fullmatch(text) is not None and "," not in text


def shape_of(cells: pl.Series) -> Shape:
    """The shape of a column of texts (None: an empty cell); words that say "nothing" count as empty."""
    counted = pl.DataFrame({"text": cells}).drop_nulls().group_by("text", maintain_order=True).agg(pl.len())
    empty = counted["text"].str.strip_chars().str.to_lowercase().is_in(list(vocabulary().nothing))
    nothing, real = counted["text"].filter(empty), counted.filter(~empty)
    looked_at = real.gather_every(max(1, real.height // LOOKED_AT))
    texts = dict(zip(looked_at["text"].to_list(), looked_at["len"].to_list(), strict=True))
    total = sum(texts.values())
    like = {thing: _share(texts, total, pattern.fullmatch) for thing, pattern in _PATTERNS.items()}
    like["flag"] = _share(texts, total, lambda text: cell_word(text) in _FLAGS)
    numbers = real["text"].str.replace(",", ".").cast(pl.Float64, strict=False).drop_nulls()
    few = counted.height <= KEPT_VALUES and (
        counted.height <= 12 or 2 * counted.height <= counted["len"].sum()
    )
    listed = counted.sort("len", descending=True, maintain_order=True) if few else counted.head(0)
    return Shape(
        rows=len(cells),
        filled=int(real["len"].sum()),
        distinct=real.height,
        like=like,
        low=float(numbers.min()) if len(numbers) else None,
        high=float(numbers.max()) if len(numbers) else None,
        values=dict(zip(listed["text"].to_list(), listed["len"].to_list(), strict=True)),
        nothing=tuple(nothing),
        examples=tuple(looked_at["text"].head(EXAMPLES)),
    )


def looks_like(text: str, *things: str) -> bool:
    """Whether one text looks like one of `things`."""
    return any(_PATTERNS[thing].fullmatch(text) for thing in things)


def _share(counted: dict[str, int], total: int, match: Callable[[str], object]) -> float:
    return sum(count for text, count in counted.items() if match(text)) / total if total else 0.0


def fit(kind: str, shape: Shape, header: str = "") -> float:
    """How well cells of this shape can fill a contract column of `kind`: 0 not at all, 1 perfectly.

    `header` is the column's title, for what its unit tells.
    """
    if not shape.filled:
        return 0.3
    return _FITS[kind](shape, header)


def _time(shape: Shape, header: str) -> float:
    if shape.most("moment"):
        return 1.0
    if shape.most("day") or _serial(shape):
        return 0.7
    mixed = max(shape.like["moment"] + shape.like["day"] + shape.like["month"], shape.like["moment"])
    if mixed >= MOST:
        return 0.8
    if shape.most("run"):
        return 0.5
    return 0.3 if shape.most("clock") else 0.6 * mixed


def _date(shape: Shape, header: str) -> float:
    if shape.most("day"):
        return 1.0
    return 0.7 if shape.most("moment") or _serial(shape) else 0.6 * shape.like["day"]


def _serial(shape: Shape) -> bool:
    """Days since 1900, as a workbook keeps them."""
    return shape.most("number") and (shape.low or 0) > 30_000 and (shape.high or 0) < 60_000


def _seconds(shape: Shape, header: str) -> float:
    if shape.most("duration", "clock") and not shape.most("day"):
        return 1.0
    if shape.most("phone") or (shape.most("moment", "day") and not unit(header)):
        return 0.0
    measured = shape.like["number"] + shape.like["duration"]
    return 1.0 if measured >= 0.7 and (shape.high or 0) < 1e8 else 0.0


def _whole(shape: Shape, header: str) -> float:
    return 1.0 if shape.most("number") and (shape.high or 0) < 1000 else 0.0


def _number(shape: Shape, header: str) -> float:
    return 1.0 if shape.most("number") else 0.5 if shape.words else 0.0


def _flag(shape: Shape, header: str) -> float:
    if shape.most("number") and (shape.high or 0) > 9:
        return 0.0  # seconds, mostly 0: more than a code has
    if shape.most("flag"):
        return 1.0
    if shape.words and shape.distinct <= 40 and shape.like["number"] < 0.5:
        return 0.8
    return 0.1 if shape.most("moment", "clock") else 0.0


def _choice(shape: Shape, header: str) -> float:
    return 1.0 if shape.words and shape.distinct <= 40 else 0.1


def _agent(shape: Shape, header: str) -> float:
    if unit(header) and shape.most("number"):
        return 0.0  # agentSeconds
    if shape.most("moment", "day", "duration", "phone") or _sentences(shape):
        return 0.0
    return 0.6 if shape.unique > 0.95 and shape.filled > 20 else 1.0


def _key(shape: Shape, header: str) -> float:
    if shape.most("moment", "day", "duration") and not shape.unique > 0.99:
        return 0.0
    return 1.0 if shape.unique >= 0.97 else 0.7 if shape.unique >= 0.8 else 0.4


def _customer(shape: Shape, header: str) -> float:
    if shape.most("phone"):
        return 1.0
    if shape.most("moment", "day", "duration") or shape.most("flag"):
        return 0.0
    return 0.7 if shape.most("number", "id", "name") else 0.4


def _text(shape: Shape, header: str) -> float:
    if unit(header) and shape.most("number"):
        return 0.0
    return 0.2 if shape.most("moment", "day", "duration", "phone") else 0.9


def _month(shape: Shape, header: str) -> float:
    return 1.0 if shape.most("month") else 0.6 if shape.most("day") else 0.0


def _sentences(shape: Shape) -> bool:
    return bool(shape.examples) and sum(map(len, shape.examples)) / len(shape.examples) > 30


_FITS: dict[str, Callable[[Shape, str], float]] = {
    "time": _time,
    "date": _date,
    "seconds": _seconds,
    "whole": _whole,
    "number": _number,
    "flag": _flag,
    "choice": _choice,
    "agent": _agent,
    "key": _key,
    "customer": _customer,
    "text": _text,
    "month": _month,
}
