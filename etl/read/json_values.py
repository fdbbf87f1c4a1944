"""JSON texts as values whose numbers stay as written, and a nested record as cells under dotted keys."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

# Of a list of objects the first ones become columns ("steps.0.name"); a longer list stands whole as JSON too.
MOST_INDEXED = 3
DEEPEST = 8  # objects in objects; what lies deeper stays JSON
_BETWEEN = re.compile(r"[\s,\x1e]*")
_KEY = re.compile(r'("(?:[^"\\]|\\.)*")\s*:\s*', re.DOTALL)
_NEAR_THE_END = 12  # a cut may leave half of an escape or of a literal behind


class Number(str):
    """A number as it is written: 12.50 stays 12.50, and no long id loses its end."""

    __slots__ = ()


class Repeated(dict[str, object]):
    """An object that has one key twice, with different values."""


class Cut(NamedTuple):
    """The end of a text in mid-value: the keys down to the list it ends in, and the rest of its element."""

    path: tuple[str, ...]
    rest: str


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs) and any(found[key] != value for key, value in pairs):
        return Repeated(found)
    return found


# Line breaks inside texts are against the standard and occur all the same. NaN is no value.
_DECODER = json.JSONDecoder(
    object_pairs_hook=_members,
    parse_float=Number,
    parse_int=Number,
    parse_constant=lambda _: None,
    strict=False,
)


def parsed(text: str) -> object:
    """The one value that `text` is; json.JSONDecodeError when it is none."""
    return _DECODER.decode(text)


def documents(text: str) -> tuple[list[object], Cut | None]:
    """The values in `text`, one after another, and where the last one is cut off.

    A fault anywhere else comes out as json.JSONDecodeError.
    """
    found: list[object] = []
    at = _skip(text, 0)
    while at < len(text):
        try:
            value, end = _DECODER.raw_decode(text, at)
        except json.JSONDecodeError as error:
            if text[at] not in "[{" or not is_cut(text, error):
                raise
            value, cut = _whole_part(text, at, ())
            return [*found, value], cut
        found.append(value)
        at = _skip(text, end)
    return found, None


def is_cut(text: str, error: json.JSONDecodeError) -> bool:
    """Whether `text` is faulty only in that it ends too early."""
    return error.msg.startswith("Unterminated string") or len(text.rstrip()) - error.pos < _NEAR_THE_END


def _whole_part(text: str, at: int, path: tuple[str, ...]) -> tuple[object, Cut]:
    """The complete part of the list or object that begins at `at` and is cut off, and where it is cut."""
    if text[at] == "[":
        items: list[object] = []
        at = _skip(text, at + 1)
        while at < len(text):
            try:
                value, end = _DECODER.raw_decode(text, at)
            except json.JSONDecodeError:
                return items, Cut(path, text[at:])
            items.append(value)
            at = _skip(text, end)
        return items, Cut(path, "")
    members: dict[str, object] = {}
    at = _skip(text, at + 1)
    while key := _KEY.match(text, at):
        name = str(parsed(key[1]))
        at = key.end()
        try:
            members[name], end = _DECODER.raw_decode(text, at)
        except json.JSONDecodeError:
            if text[at : at + 1] in ("[", "{"):
                members[name], cut = _whole_part(text, at, (*path, name))
                return members, cut
            break
        at = _skip(text, end)
    return members, Cut(path, "")


def _skip(text: str, at: int) -> int:
    return _BETWEEN.match(text, at).end()


def flat(record: dict[str, object]) -> dict[str, str] | None:
    """`record` as cells: nested keys joined with dots, lists of plain values with commas.

    None when a key stands in it twice, with different values.
    """
    pairs: list[tuple[str, str]] = []
    whole = all(_flatten(item, name, 1, pairs) for name, item in record.items())
    cells = dict(pairs)
    return cells if whole and not isinstance(record, Repeated) and len(cells) == len(pairs) else None


def _flatten(value: object, key: str, depth: int, pairs: list[tuple[str, str]]) -> bool:
    """Append the cells of `value` to `pairs`; whether no key is repeated in it."""
    if isinstance(value, dict) and depth < DEEPEST and value:
        parts = [_flatten(item, f"{key}.{name}", depth + 1, pairs) for name, item in value.items()]
        return all(parts) and not isinstance(value, Repeated)
    if not isinstance(value, list | dict):
        pairs.append((key, _scalar(value)))
        return True
    if isinstance(value, list) and not any(isinstance(item, list | dict) for item in value):
        pairs.append((key, ", ".join(filter(None, map(_scalar, value)))))
        return True
    indexed = isinstance(value, list) and depth < DEEPEST and all(isinstance(one, dict) for one in value)
    parts = []
    if indexed:
        for place, item in enumerate(value[:MOST_INDEXED]):
            parts.append(_flatten(item, f"{key}.{place}", depth + 1, pairs))
    if not indexed or len(value) > MOST_INDEXED:
        pairs.append((key, json_text(value) if value else ""))
        parts.append(not _has_repeated_key(value))
    return all(parts)


def _has_repeated_key(value: object) -> bool:
    if isinstance(value, dict):
        return isinstance(value, Repeated) or any(map(_has_repeated_key, value.values()))
    return isinstance(value, list) and any(map(_has_repeated_key, value))


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.strip() if isinstance(value, str) else ""


def json_text(value: object) -> str:
    """`value` as JSON again, its numbers as they were written."""
    match value:
        case dict():
            members = [f"{json_text(str(key))}: {json_text(one)}" for key, one in value.items()]
            return f"{{{', '.join(members)}}}"
        case list():
            return f"[{', '.join(map(json_text, value))}]"
        case Number():
            return str(value)
    return json.dumps(value, ensure_ascii=False)
