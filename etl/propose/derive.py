"""Contract columns derived from other columns: a key, whether a call was answered, an end."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from etl.contracts.contract import Contract
from etl.errors import N_, Remark
from etl.propose.draft import Field, Table
from etl.propose.fields import literal, make_field, scale_of
from etl.propose.file_table import Layout
from etl.propose.match import helper
from etl.propose.survey_scales import RECOMMEND
from etl.sql_text import quoted

Fields = dict[str, Field]
MANY = 5  # rows with one id: fewer are mended rows, not a number that is no id
NO_ID = N_("There is no id; it is put together from {columns}.")


def derive(layout: Layout, contract: Contract, fields: Fields) -> Fields:
    """`fields` with the columns that follow from them, each with the doubt that it was worked out."""
    found = dict(fields)
    for name, rule in _RULES.get(contract.name, {}).items():
        if name not in found and (made := rule(layout, contract, found)):
            found[name] = made
    for name in contract.key[:1]:
        if contract.column(name).kind == "key":
            found[name] = _key(layout, contract, found, found.get(name))
    found = {name: field for name, field in found.items() if field}
    for name, first in _AFTER.items():
        if name in found and first in found:
            found[name] = _ending(layout, found[first], found[name])
    return found


# Ends that may be written as a clock beside the day of the beginning: column → the beginning.
_AFTER = {
    "end_at": "start_at",
    "out_at": "in_at",
    "scheduled_end": "scheduled_start",
    "queued_at": "started_at",
    "answered_at": "started_at",
    "ends_at": "starts_at",
}


def sessions(layout: Layout, table: Table) -> Table | None:
    """The rows of an attendance sheet as stretches of presence, where it has several a person and day."""
    fields = {one.column: one for one in table.fields if one.expression is not None}
    kept = ("agent_id", "shift_date", "in_at", "out_at")
    if table.contract != "attendance" or not fields.keys() >= set(kept) or "shift_no" in fields:
        return None
    day = [word for name in ("agent_id", "shift_date") for word in fields[name].words]
    if not _rows_repeating(layout, day):
        return None
    doubt = Remark(N_("Several rows a person and day: each is a stretch of time at work."))
    return Table(
        "agent_states",
        table.score,
        (
            fields["agent_id"],
            Field("state", (), literal("logged_in"), doubts=(doubt,), derived=True),
            replace(fields["in_at"], column="started_at"),
            replace(fields["out_at"], column="ended_at"),
        ),
    )


def _ending(layout: Layout, first: Field, last: Field) -> Field:
    """The field of an end: a clock before the beginning lies on the next day; a leave's last day is whole."""
    if len(last.words) == 2 and first.words[:1] == last.words[:1]:
        after = f"at_or_after({moment(layout, first)}, read_clock({quoted(last.words[1])}))"
        note = Remark(N_("A clock before that of the beginning is on the next day."))
        own = moment(layout, last)  # where nobody saw the beginning, its own day is all there is
        text = f"coalesce(CAST({after} AS VARCHAR), CAST({own} AS VARCHAR), {quoted(last.words[1])})"
        return replace(last, expression=text, formats=(), notes=(*last.notes, note))
    if last.column == "ends_at" and not last.undecided and layout.column(last.words[0]).shape.most("day"):
        doubt = Remark(N_("The last day is taken as a whole day of leave."))
        text = f"coalesce(CAST({moment(layout, last)} + INTERVAL 1 DAY AS VARCHAR), {quoted(last.words[0])})"
        return replace(last, expression=text, formats=(), doubts=(*last.doubts, doubt))
    return last


def moment(layout: Layout, field: Field) -> str:
    """SQL of a time column's value as a timestamp, to calculate with."""
    if field.formats:
        formats = ", ".join(map(literal, field.formats))
        return f"try_strptime({field.expression}, [{formats}])"
    return f"read_time({field.expression}, 'UTC')"


def _answered(layout: Layout, contract: Contract, fields: Fields) -> Field | None:
    for name, text in (
        ("answered_at", N_("Taken as answered where “{column}” is filled.")),
        ("talk_s", N_("Taken as answered where “{column}” is above 0.")),
        ("agent_id", N_("Taken as answered where “{column}” is filled.")),
    ):
        if name in fields:
            given = fields[name]
            said = {"column": layout.column(given.words[0]).name}
            test = f"{given.expression} IS NOT NULL"
            if name == "talk_s":
                test = f"read_seconds(CAST({given.expression} AS VARCHAR)) > 0"
            return Field(
                "answered",
                given.words,
                f"CASE WHEN {test} THEN 'true' ELSE 'false' END",
                doubts=(Remark(text, said),),
                derived=True,
            )
    return None


def _kind(layout: Layout, contract: Contract, fields: Fields) -> Field | None:
    """The kind "complaint" of all rows, when a title or a name says so; None otherwise: then service."""
    titles = (*layout.above, layout.grid.sheet or "", layout.content.name)
    if not any(re.search(_COMPLAINT, title) and not re.search(_WITHOUT, title) for title in titles):
        return None
    if any(re.search("(?i)是否为?(?:投诉|客诉)|^is complaint", c.canonical) for c in layout.columns):
        return None
    doubt = Remark(N_("Taken as complaints, all of them, since a title says so."))
    return Field("kind", (), literal("complaint"), doubts=(doubt,), derived=True)


def _talk(layout: Layout, contract: Contract, fields: Fields) -> Field | None:
    word = helper(layout, "ended_at", "time", _used(fields))
    answered = fields.get("answered_at")
    if word is None or answered is None:
        return None
    ended = make_field(layout, contract, "answered_at", (word,), answers=answered.answers)
    doubt = Remark(
        N_("Worked out from “{first}” to “{last}”; time on hold, if any, is in it."),
        {"first": layout.column(answered.words[0]).name, "last": layout.column(word).name},
    )
    span = f"epoch({moment(layout, ended)} - {moment(layout, answered)})"
    return Field("talk_s", (*answered.words, word), span, doubts=(doubt,), derived=True)


def _shift_date(layout: Layout, contract: Contract, fields: Fields) -> Field | None:
    """The day of a shift from the time it begins."""
    for name in ("start_at", "in_at", "scheduled_start"):
        if name in fields and len(fields[name].words) == 1:
            one = layout.column(fields[name].words[0])
            if one.shape.most("moment"):
                doubt = Remark(N_("The day is taken from “{column}”."), {"column": one.name})
                text = f"strftime({moment(layout, fields[name])}, '%Y-%m-%d')"
                return Field("shift_date", fields[name].words, text, doubts=(doubt,), derived=True)
    return None


def scale(layout: Layout, contract: Contract, fields: Fields) -> Field | None:
    """The field of a survey's scale: the top of the scores, when the answers tell it."""
    score = fields.get("score")
    top = scale_of(layout, score) if score and score.expression else None
    return Field("scale", score.words, literal(top), derived=True) if score and top else None


def question(layout: Layout, contract: Contract, fields: Fields) -> Field | None:
    """The field of what a survey asks, when the title of its score says that it is not satisfaction."""
    score = fields.get("score")
    title = layout.column(score.words[0]).canonical if score and score.expression else ""
    asked = next((key for key, words in _ASKS.items() if any(word in title for word in words)), None)
    return Field("question", score.words, literal(asked), derived=True) if score and asked else None


_ASKS = {"recommend": RECOMMEND, "solved": ("解决", "solved"), "effort": ("费力", "省力", "effort")}
_COMPLAINT, _WITHOUT = "(?i)投诉|客诉|complaint", "(?i)不含|非|除|无|non|without|except|and|与|和"
_RULES = {
    "tickets": {"kind": _kind},
    "calls": {"answered": _answered, "talk_s": _talk},
    "surveys": {"question": question, "scale": scale},
    "schedule": {"shift_date": _shift_date},
    "attendance": {"shift_date": _shift_date},
}


def _used(fields: Mapping[str, Field]) -> frozenset[str]:
    return frozenset(word for field in fields.values() for word in field.words)


def _checked_key(layout: Layout, contract: Contract, fields: Fields, field: Field) -> Field | None:
    """A key column, with a doubt where few rows repeat it with other content, lengthened where many do."""
    repeated = _rows_repeating(layout, field.words)
    if not repeated:
        return field
    if repeated > MANY and repeated > 0.01 * layout.frame.height:
        return _made_key(layout, contract, fields, field.words) or field
    doubt = Remark(
        N_("Rows that repeat an earlier “{column}” with other content: {count}. The last of each counts."),
        {"count": f"{repeated:,}", "column": layout.column(field.words[0]).name},
    )
    return replace(field, doubts=(*field.doubts, doubt))


def _rows_repeating(layout: Layout, words: Sequence[str]) -> int:
    """How many rows repeat these columns of an earlier row, and differ from it elsewhere."""
    filled = layout.frame.drop_nulls(list(words)).select(layout.words)
    return filled.n_unique() - filled.select(words).n_unique() if filled.height else 0


def _key(layout: Layout, contract: Contract, fields: Fields, field: Field | None) -> Field | None:
    return _checked_key(layout, contract, fields, field) if field else _made_key(layout, contract, fields)


def _made_key(
    layout: Layout, contract: Contract, fields: Fields, begin: tuple[str, ...] = ()
) -> Field | None:
    """A key joined from a time, a person, and columns that tell rows apart; None without a time.

    `begin` are words it shall begin with: an id that is not enough.
    """
    kinds = {f.column: contract.column(f.column).kind for f in fields.values() if f.expression}
    times = [fields[name] for name, kind in kinds.items() if kind in ("time", "date")]
    if not times:
        return None
    whom = [fields[name] for name, kind in kinds.items() if kind in ("customer", "agent")]
    words = list(dict.fromkeys([*begin, *times[0].words, *(w for f in whom if not begin for w in f.words)]))
    left = _same(layout, words)
    for word in (column.word for column in layout.columns if column.shape.filled):
        if left and word not in words and (fewer := _same(layout, [*words, word])) < left:
            words.append(word)
            left = fewer
    named = " + ".join(layout.column(word).name for word in words)
    text = NO_ID if not begin else N_("The id repeats; it is put together from {columns}.")
    doubts = [Remark(text, {"columns": named})]
    if left:
        doubts.append(Remark(N_("{count} rows cannot be told apart by it."), {"count": f"{left:,}"}))
    parts = ", ".join(map(quoted, words))
    return Field(
        contract.key[0], tuple(words), f"concat_ws('/', {parts})", doubts=tuple(doubts), derived=True
    )


def _same(layout: Layout, words: Sequence[str]) -> int:
    """How many rows these columns do not tell apart, although the rows differ."""
    return layout.distinct(layout.words) - layout.distinct(words)
