"""The words other systems use: which column a header speaks of, which value a word in a cell means."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources

from etl.contracts.contract import NO, YES, Contract
from etl.contracts.facts import CONTRACTS

_CAMEL = re.compile(r"(?<=[a-zäöüéèñ])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BRACKETS = re.compile(r"[(\[【<〔][^)\]】>〕]*[)\]】>〕]")
_APART = re.compile(r"[\s_\-./:：*#\"'“”‘’,;、]+")
_CJK = re.compile(r"[\u3400-\u9fff]")
_CJK_UNIT = re.compile(r"(?<=..)(?:毫秒|分钟|小时|秒)数?$")
PLAIN_YES, PLAIN_NO = (*YES, "ja", "si", "sí", "oui"), (*NO, "nein", "non")
_SHORT = {
    "ts": "time", "tm": "time", "dt": "date", "dur": "duration", "num": "number", "nbr": "number",
    "cust": "customer", "emp": "employee", "agt": "agent", "desc": "description", "tel": "telephone",
}  # fmt: skip
_UNITS = {
    "ms": ("毫秒", "ms", "msec", "milliseconds", "millis", "mseg"),
    "min": ("分钟", "分钟数", "分", "min", "mins", "minutes", "minuten", "minutos"),
    "h": ("小时", "小时数", "h", "hours", "hrs", "stunden", "horas", "heures"),
    "s": ("秒", "秒数", "s", "sec", "secs", "second", "seconds", "sekunden", "segundos", "secondes"),
}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Header words by contract and column, words in cells by contract, column and value; all canonical.

    `opposite` are the words in a header under which a yes is a no to the column.
    """

    headers: dict[str, dict[str, tuple[str, ...]]]
    values: dict[str, dict[str, dict[str, frozenset[str]]]]
    opposite: dict[str, dict[str, tuple[str, ...]]]
    nothing: frozenset[str]
    generic: frozenset[str]
    titles: dict[str, tuple[str, ...]]
    off: frozenset[str]
    leave: dict[str, frozenset[str]]


def canonical(text: str) -> str:
    """`text` without case, camelCase, separators and brackets: "Call_Start (UTC)" is "call start"."""
    plain = _CAMEL.sub(" ", unicodedata.normalize("NFKC", text))
    bare = _BRACKETS.sub(" ", plain)
    parts = _APART.split((bare if bare.strip() else plain).casefold())
    words = [_SHORT.get(word, word) for word in parts if word]
    if len(words) > 1 and any(words[-1] in units for units in _UNITS.values()):
        words.pop()
    if not _CJK.search("".join(words)):
        return " ".join(words)
    return _CJK_UNIT.sub("", "".join(words))


def cell_word(text: str) -> str:
    """A cell in the form in which value words are compared."""
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()


def unit(header: str) -> str:
    """The unit of time that a header names ("ms", "s", "min", "h"), "" when it names none."""
    plain = unicodedata.normalize("NFKC", header)
    inside = "".join(_BRACKETS.findall(plain)).strip("()[]【】<>〔〕 ").casefold()
    last = [word for word in _APART.split(_CAMEL.sub(" ", plain).casefold()) if word][-1:]
    for name, words in _UNITS.items():
        if inside in words or (last and (last[0] in words or _ends(last[0], words))):
            return name
    return ""


def _ends(word: str, units: tuple[str, ...]) -> bool:
    return any(word.endswith(one) for one in units if _CJK.search(one) and len(one) > 1)


@cache
def vocabulary() -> Vocabulary:
    """The words of `vocabulary.toml`, with the names of the contracts' own columns and values."""
    text = resources.files("etl.maps").joinpath("vocabulary.toml").read_text(encoding="utf-8")
    file = tomllib.loads(text)
    shared = file["headers"].pop("any")
    headers = {"any": {name: _canonical(words) for name, words in shared.items()}}
    for contract in CONTRACTS.values():
        given = file["headers"].get(contract.name, {})
        headers[contract.name] = {
            column.name: _canonical([column.zh, column.en, column.name, *given.get(column.name, [])])
            for column in contract.columns
        }
    values = {
        table: {
            column: {value: frozenset(map(cell_word, words)) for value, words in meant.items()}
            for column, meant in columns.items()
        }
        for table, columns in file["values"].items()
    }
    opposite = {
        table: {column: _canonical(words) for column, words in columns.items()}
        for table, columns in file["opposite"].items()
    }
    generic = frozenset(_canonical(file["generic"]["words"]))
    nothing = frozenset(map(cell_word, file["nothing"]["words"]))
    titles = {table: _canonical(words) for table, words in file["titles"].items()}
    off = frozenset(map(cell_word, file["roster"]["off"]))
    leave = {name: frozenset(map(cell_word, words)) for name, words in file["roster"]["leave"].items()}
    return Vocabulary(headers, values, opposite, nothing, generic, titles, off, leave)


def _canonical(words: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(canonical(word) for word in words))


def likeness(header: str, contract: str, column: str) -> float:
    """How well a canonical header matches a column: 1 for one of the column's words, 0 for none.

    A word that every contract knows for such a column counts a little less than one of its own.
    """
    words = vocabulary().headers
    own = _best(header, words.get(contract, {}).get(column, ()))
    return max(own, 0.95 * _best(header, words["any"].get(column, ())))


@cache
def _best(header: str, words: tuple[str, ...]) -> float:
    # The list begins with the words that say it best.
    weight = 0.08 / max(len(words), 1)
    return max((_alike(header, word) - weight * place for place, word in enumerate(words)), default=0.0)


def _alike(header: str, word: str) -> float:
    if header.replace(" ", "") == word.replace(" ", ""):
        return 1.0 if header else 0.0
    if word in vocabulary().generic:
        return 0.3 if header.endswith(word) else 0.0
    return _chinese(header, word) if _CJK.search(word) else _spaced(header.split(), word.split())


def _chinese(header: str, word: str) -> float:
    # The end of a Chinese word says what it is: 客户挂机时间 is a 时间, not a 客户.
    if len(word) < 2 or word not in header:
        return 0.0
    return (0.62 if header.endswith(word) else 0.4) + 0.3 * len(word) / len(header)


def _spaced(of: list[str], parts: list[str]) -> float:
    if sum(map(len, parts)) < 3 or not set(parts) <= set(of):
        return 0.0
    return (0.55 if of[-1] == parts[-1] else 0.4) + 0.35 * len(parts) / len(of)


def specific(header: str) -> float:
    """How much a header word tells about the table: 1 when one contract knows it, less when several do."""
    known = sum(
        any(header in words for words in columns.values())
        for table, columns in vocabulary().headers.items()
        if table != "any"
    )
    shared = any(header in words for words in vocabulary().headers["any"].values())
    return 0.25 if shared else 1.0 / max(known, 1)


def asks_opposite(header: str, contract: str, column: str) -> bool:
    """Whether a canonical header asks the opposite of a column, so that its yes is a no."""
    words = vocabulary().opposite.get(contract, {}).get(column, ())
    return any(word in (header if _CJK.search(word) else header.split()) for word in words)


def meaning(word: str, contract: Contract, column: str) -> str | None:
    """The value of a choice or yes/no column that a cell's word means; None for a word nobody knows."""
    said, spec = cell_word(word), contract.column(column)
    known = vocabulary().values
    for value, words in known.get(contract.name, {}).get(column, {}).items():
        if said in words:
            return value
    if spec.kind == "choice":
        for value, words in (spec.choices or {}).items():
            if said in (value, *map(cell_word, words)):
                return value
    if column == "answered":  # 正常 and 完成 do not say that somebody answered
        return "true" if said in PLAIN_YES else "false" if said in PLAIN_NO else None
    if spec.kind == "flag":
        words = known["any"]["flag"]
        if said in YES or said in words["true"]:
            return "true"
        if said in NO or said in words["false"]:
            return "false"
    return None


def is_nothing(word: str) -> bool:
    """Whether a cell's word says that there is nothing: "-", "N/A", "未评价"."""
    return cell_word(word) in vocabulary().nothing
