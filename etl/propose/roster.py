"""Proposes a wide roster: names down, days across, in each cell a code of a shift, day off or leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import polars as pl

from etl.contracts.facts import CONTRACTS
from etl.home import Settings
from etl.maps.plain_format import DAY_HEADER
from etl.maps.rosters import roster
from etl.maps.vocabulary import cell_word, vocabulary
from etl.propose.draft import NOTHING, Field, Table
from etl.propose.fields import make_field
from etl.propose.file_table import Layout
from etl.propose.match import pairings
from etl.staff_rules import is_times

FEWEST_DAYS = 3
A_MONDAY = "2026-01-05"


def roster_table(
    layout: Layout,
    settings: Settings,
    decided: Mapping[str, str | None] | None = None,
    agent: tuple[str, ...] = (),
) -> Table | None:
    """The roster in a file whose columns are days; None for another file.

    `decided` is what a person said of codes that the home's settings do not know, `agent` the column of
    the people when a person named it.
    """
    days = [column.word for column in layout.columns if DAY_HEADER.match(column.word)]
    if len(days) < FEWEST_DAYS:
        return None
    contract = CONTRACTS["schedule"]
    paired = pairings(layout, contract, skip=frozenset(days))
    if not agent and "agent_id" not in paired:
        return None
    whose = (agent or (paired["agent_id"].word,))[0]
    who = layout.frame.drop_nulls(whose)  # a row of weekdays names nobody
    counts = Counter(cell for word in days for cell in who[word] if cell)
    codes = {
        code: _proposed(code) if said is None else said for code, said in known(counts, settings).items()
    }
    codes |= {code: said for code, said in (decided or {}).items() if code in codes}
    words = tuple(days)
    fields = (
        make_field(layout, contract, "agent_id", (whose,)),
        Field("shift_date", words, "shift_date"),
        Field("shift", words, "shift"),
        Field("start_at", words, "start_at", values=codes, counts=dict(counts)),
        Field("end_at", words, "end_at"),
    )
    return Table("schedule", 1.0, fields, ignore=("start_at IS NULL",), unpivot=True)


def known(codes: Mapping[str, int], settings: Settings) -> dict[str, str | None]:
    """The meaning of each code of a roster by the home's settings.

    It is the times of a shift, a type of leave, or NOTHING for a day off; None for an unknown code.
    """
    frame = pl.DataFrame({A_MONDAY: pl.Series(list(codes), dtype=pl.String)})
    read = roster(frame, settings.shifts, settings.leave_codes)
    rows = read.select("start_at", "end_at", "leave_type").rows()
    return {code: _meaning_of(*row) for code, row in zip(codes, rows, strict=True)}


def _meaning_of(start: str | None, end: str | None, leave: str | None) -> str | None:
    times = f"{start[11:]}-{end[11:]}" if start and end else ""
    if leave:
        return f"{leave} {times}".strip()
    return None if start and start == end else times or NOTHING


def _proposed(code: str) -> str | None:
    """The usual meaning of a code that the settings do not know; None where there is none."""
    said = cell_word(code)
    if said in vocabulary().off:
        return NOTHING
    return next((leave for leave, words in vocabulary().leave.items() if said in words), None)


def can_mean(text: str) -> bool:
    """Whether `text` can be a code's meaning: the times of a shift, or the words of a type of leave."""
    return is_times(text) or not any(letter.isdigit() for letter in text)


def decided_codes(draft_values: Mapping[str, str | None], settings: Settings) -> dict[str, str]:
    """The roster's codes whose meaning differs from the home's settings."""
    before = known(dict.fromkeys(draft_values, 1), settings)
    return {
        code: said for code, said in draft_values.items() if said is not None and said != before.get(code)
    }
