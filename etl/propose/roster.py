"""Wide rosters: names down, days across, a shift code in each cell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from etl.contracts import CONTRACTS
from etl.errors import N_, Remark
from etl.plain import DAY_HEADER
from etl.propose.draft import NOTHING, Field, Table
from etl.propose.fields import make_field
from etl.propose.layout import Layout
from etl.propose.match import pairings
from etl.vocabulary import cell_word, vocabulary

FEWEST_DAYS = 3
TIMES = re.compile(r"(\d{1,2}):(\d{2})\s*[-~–—至到]\s*(?:次日)?(\d{1,2}):(\d{2})")


def roster_table(
    layout: Layout, known: Mapping[str, str], decided: Mapping[str, str | None] | None = None
) -> Table | None:
    """The roster in a file whose columns are days; None for another file.

    `known` are the shift codes of the home; `decided` what a person said of others.
    """
    days = [column.word for column in layout.columns if DAY_HEADER.match(column.word)]
    if len(days) < FEWEST_DAYS:
        return None
    contract = CONTRACTS["schedule"]
    paired = pairings(layout, contract, skip=frozenset(days))
    if "agent_id" not in paired:
        return None
    who = layout.frame.drop_nulls(paired["agent_id"].word)  # a row of weekdays names nobody
    counts = Counter(cell for word in days for cell in who[word] if cell)
    codes = {code: _times(code, known) for code in counts}
    codes |= {code: said for code, said in (decided or {}).items() if code in codes}
    words = tuple(days)
    absent = [code for code in codes if cell_word(code) in vocabulary().roster["leave"]]
    doubt = Remark(N_("Days of leave count as days off here: {codes}."), {"codes": ", ".join(absent)})
    doubts = (doubt,) if absent else ()
    start = Field("start_at", words, "start_at", values=codes, counts=dict(counts), doubts=doubts)
    fields = (
        make_field(layout, contract, "agent_id", (paired["agent_id"].word,)),
        Field("shift_date", words, "shift_date"),
        Field("shift", words, "shift"),
        start,
        Field("end_at", words, "end_at"),
    )
    return Table("schedule", 1.0, fields, ignore=("start_at IS NULL",), unpivot=True)


def _times(code: str, known: Mapping[str, str]) -> str | None:
    """The times of a shift code: what it says itself, the home's, none for a day off; None when unknown."""
    if code in known:
        return known[code]
    if match := TIMES.fullmatch(code):
        return f"{match[1]}:{match[2]}-{match[3]}:{match[4]}"
    free = vocabulary().roster
    return NOTHING if cell_word(code) in free["off"] | free["leave"] else None
