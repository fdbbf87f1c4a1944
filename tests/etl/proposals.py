"""What a proposal says, as tests ask for it."""

from __future__ import annotations

from etl.propose import Draft, Field, said_doubts


def sources(found: Draft, place: int = 0) -> dict[str, str]:
    """Contract column → titles of the columns it is read from."""
    layout = found.layout
    return {
        one.column: " + ".join(layout.column(word).name for word in one.words)
        for one in found.tables[place].fields
        if one.expression
    }


def field(found: Draft, column: str, table: str | None = None) -> Field:
    wanted = table or found.tables[0].contract
    one = next(t for t in found.tables if t.contract == wanted and t.use).field(column)
    assert one is not None, column
    return one


def said(found: Draft, column: str, table: str | None = None) -> str:
    return " ".join(str(doubt) for doubt in said_doubts(found.layout, field(found, column, table)))
