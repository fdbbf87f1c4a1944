"""Names and texts as they stand in SQL."""

from __future__ import annotations

from functools import cache
from importlib import resources


def quoted(name: str) -> str:
    """`name` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(word: str) -> str:
    """`word` as an SQL text literal."""
    return "'" + word.replace("'", "''") + "'"


@cache
def sql_file(package: str, name: str) -> str:
    """The text of the file `name`.sql in a package."""
    return resources.files(package).joinpath(f"{name}.sql").read_text(encoding="utf-8")
