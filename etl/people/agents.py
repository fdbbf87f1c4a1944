"""One rule for telling agents apart, in Python and in SQL."""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from etl.sql_text import sql_file

# "４２" typed on a Chinese keyboard is 42; spreadsheets write blanks of several widths.
_NARROW = {code + 0xFEE0: code for code in range(0x21, 0x7F)} | dict.fromkeys((0xA0, 0x202F, 0x3000), 0x20)
_BLANK_RANGES = ((9, 13), (28, 32), (0x85, 0x85), (0x1680, 0x1680), (0x2000, 0x200B))
_BLANKS = "".join(chr(code) for first, last in _BLANK_RANGES for code in range(first, last + 1))
_BLANKS += "\u2028\u2029\u205f\ufeff"


def agent_key(text: object) -> str:
    """The key under which an agent is matched: "0042", " 42.0", "４２" and "42" are one person.

    Full-width characters become narrow ones; then stripped, lower case, without a trailing ".0" and
    leading zeros; "" for nothing. Where 0042 and 42 are known as two people, each has the `spelled_key`.
    """
    key = _bare(text)
    return key.removesuffix(".0").lstrip("0") or ("0" if key else "")


def spelled_key(text: object) -> str:
    """The key of an agent with the leading zeros that the text has."""
    return _bare(text).removesuffix(".0")


def _bare(text: object) -> str:
    bare = "" if text is None else str(text).translate(_NARROW).strip(_BLANKS)
    # Letter by letter, as the database does it: a word-final Σ is like any other.
    return bare.lower() if bare.isascii() else "".join(letter.lower()[0] for letter in bare)


def person_meant(text: object, keys: Collection[str]) -> str | None:
    """Whom of the people with these keys an id means: the one so spelled, else the only one there is."""
    spelled, key = spelled_key(text), agent_key(text)
    if spelled in keys:
        return spelled
    found = [one for one in keys if agent_key(one) == key]
    return found[0] if found == [key] else None


def define_agent_key(con: duckdb.DuckDBPyConnection) -> None:
    """Make `agent_key(text)` and `spelled_key(text)` known to SQL on this connection; NULL for nothing."""
    con.execute(sql_file("etl.people", "agents"))
