"""The key that names a sheet, and the texts that may stand on a sheet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from etl.errors import N_, Problem

MAX_CHARACTERS = 20_000

# NUL ends a text in PostgreSQL; half a surrogate pair is no character and has no UTF-8.
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class SheetKey:
    """Which sheet: `month` is the month measured ("2026-10"), `subject_key` as in facts, "" for everyone.

    Of what is no sheet only the trail is kept by it: of a month, and of the settings, which have no month.
    """

    kind: Literal["goals", "appraisal", "month", "settings"]
    month: str
    subject_kind: Literal["all", "team", "person"]
    subject_key: str


def month_key(month: str) -> SheetKey:
    """The key of the record that a month was closed 月结, and by whom."""
    return SheetKey("month", month, "all", "")


def check_text(where: str, value: str, *others: str) -> None:
    if len(value) > MAX_CHARACTERS:
        raise Problem(
            where,
            N_("The text has {length} characters; at most {limit} can be saved."),
            N_("Shorten it and save again."),
            length=len(value),
            limit=MAX_CHARACTERS,
        )
    found = next(filter(None, map(_NO_TEXT.search, (value, *others))), None)
    if found:
        raise Problem(
            where,
            N_("The text holds a character that cannot be saved ({code})."),
            N_("Remove it and save again."),
            code=f"U+{ord(found[0]):04X}",
        )
