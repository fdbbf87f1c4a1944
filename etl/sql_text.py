"""SQL texts: read from their files, and their blanks filled so that nothing can be forgotten to quote."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from importlib import resources

_BLANK = re.compile(r"\{(?:([a-z]+)\.)?([a-z_]+)\}")  # no struct: the keys of one stand in quotes


class Sql(str):
    """A text that is SQL: a checked expression of a contract, a map or an audit, or what `filled` made."""

    __slots__ = ()


TRUE, FALSE = Sql("true"), Sql("false")

Part = str | int | float | Collection[str] | Mapping[str, str]


def quoted(name: str) -> Sql:
    """`name` as an SQL identifier."""
    return Sql('"' + name.replace('"', '""') + '"')


def literal(word: str) -> Sql:
    """`word` as an SQL text literal."""
    return Sql("'" + word.replace("'", "''") + "'")


def literals(words: Iterable[str]) -> Sql:
    """`words` as SQL text literals with commas between them."""
    return joined(", ", map(literal, words))


def joined(between: str, parts: Iterable[Sql]) -> Sql:
    """SQL `parts` as one, with `between` them: ", " or " AND "."""
    return Sql(between.join(parts))


def any_of(conditions: Iterable[Sql]) -> Sql:
    """The SQL condition that one of `conditions` holds; false without any."""
    return Sql(" OR ".join(f"({condition})" for condition in conditions) or FALSE)


def same(names: Iterable[str], one: str, other: str) -> Sql:
    """The SQL condition that the columns `names` of two tables are equal."""
    return Sql(
        " AND ".join(f"{quoted(one)}.{quoted(name)} = {quoted(other)}.{quoted(name)}" for name in names)
    )


def defined(columns: Iterable[tuple[str, str]]) -> Sql:
    """Columns with their types, as CREATE TABLE wants them."""
    return Sql(", ".join(f"{quoted(name)} {kind}" for name, kind in columns))


def filled(text: str, /, **parts: Part) -> Sql:
    """`text` with its blanks `{name}` filled, by the type of their parts.

    A text becomes an identifier, unless it is `Sql`; a number stands as it is. Several texts have commas
    between them; in `{fact.key}` each is a column of `fact`. A mapping becomes values with their names.
    """

    def part(match: re.Match[str]) -> str:
        value = parts[match[2]]
        if isinstance(value, Mapping):
            return ", ".join(f"({_one(shown)}) AS {quoted(name)}" for name, shown in value.items())
        values = [value] if isinstance(value, str | int | float) else value
        of = f"{match[1]}." if match[1] else ""
        return ", ".join(of + _one(value) for value in values)

    return Sql(_BLANK.sub(part, text))


def _one(value: str | float) -> str:
    if isinstance(value, Sql):
        return value
    return quoted(value) if isinstance(value, str) else str(value).lower()  # of a flag: true


@cache
def sql_file(package: str, name: str) -> Sql:
    """The text of the file `name`.sql in a package."""
    return Sql(resources.files(package).joinpath(f"{name}.sql").read_text(encoding="utf-8"))
