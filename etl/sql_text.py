"""Names and texts as they stand in SQL."""

from __future__ import annotations


def quoted(name: str) -> str:
    """`name` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(word: str) -> str:
    """`word` as an SQL text literal."""
    return "'" + word.replace("'", "''") + "'"
