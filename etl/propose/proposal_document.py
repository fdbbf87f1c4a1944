"""What `service-kpi sources FILE --propose` answers: proposals, their doubts, and the first rows mapped."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from etl.errors import N_, Problem, Remark
from etl.home import Home, Settings
from etl.loading.preview import Look, look, preview
from etl.maps.maps import Source, load_sources
from etl.maps.plain_format import unused
from etl.maps.recognise import recognise
from etl.people.aliases import ROSTER, People, load_aliases, people_of
from etl.personal import mask_numbers
from etl.propose.compose import compose
from etl.propose.draft import Draft, Field, Table
from etl.propose.file_table import Layout, layouts
from etl.propose.roster import roster_table
from etl.propose.typed_answers import read_answers
from etl.propose.who import with_people
from etl.propose.written import map_text, read_back, to_look_at
from etl.read import Content, contents
from etl.snapshots.snapshot import current

FIRST = 5
WORTH_SHOWING = 0.05
ASKED = {
    "applicable": N_("What is the maximum of: {values}?"),
    "start_at": N_("Which shifts or leave are these codes: {values}?"),
}


def read_layouts(
    path: Path, sources: dict[str, Source] | None = None, settings: Settings | None = None
) -> list[Layout]:
    """The tables in the file at `path` that none of `sources` fits, the most promising first.

    None are left when a source fits it. `settings` are those of the home. Raises Problem when the file
    is refused or holds no table.
    """
    refused: list[Problem] = []
    found: list[Layout] = []
    known = False
    with tempfile.TemporaryDirectory() as room:
        for content in contents(path, Path(room)):
            if isinstance(content, Problem):
                refused.append(content)
            elif sources and _known(content, sources, settings or Settings()):
                known = True
            else:
                found += layouts(content)
    if found or known:
        return found
    raise (
        refused[0]
        if refused
        else Problem(
            path.name,
            N_("No table was found in it."),
            N_("Export it with one row a record, and the column titles above them."),
        )
    )


def _known(content: Content, sources: dict[str, Source], settings: Settings) -> bool:
    """Whether a source fits the file.

    The plain format fits only where it leaves little unused, and neither a time nor a shift open.
    """
    try:
        match = recognise(content, sources)[0]
    except Problem:
        return False
    if not match.source.name.startswith("plain_"):
        return True
    if match.open or len(unused(match.source, match.header)) > len(match.header) / 3:
        return False
    rosters = (roster_table(layout, settings) for layout in layouts(content) if match.source.wide == "days")
    return not any(one.undecided for roster in rosters if roster for one in roster.fields)


def propose(
    home: Home, path: Path, sources: dict[str, Source] | None = None, answers: Sequence[str] = ()
) -> list[Draft]:
    """A proposal for each table in the file at `path` that none of `sources` fits, the best first.

    `answers` (see `read_answers`) are about the best one.
    """
    settings, people = home.settings, known_people(home)
    found = [(layout, compose(layout, settings)) for layout in read_layouts(path, sources, settings)]
    found.sort(key=lambda pair: -pair[1].tables[0].score)
    if found and answers:
        layout, best = found[0]
        decided = read_answers(best, answers)
        found[0] = (layout, compose(layout, settings, table=best.tables[0].contract, decisions=decided))
    return [with_people(draft, people) for _, draft in found]


def answer(
    home: Home, path: Path, remark: Callable[[Remark], str] = str, answers: Sequence[str] = ()
) -> tuple[dict, Draft | None]:
    """The document of `sources FILE --propose`, and the proposal in it: none for a file that is known."""
    drafts = propose(home, path, load_sources(home.config), answers)
    if not drafts:
        return preview(home, path), None
    draft = drafts[0]
    fits = draft.tables[0].score >= WORTH_SHOWING
    shown = [table_json(draft, one, remark) for one in draft.tables if fits]
    rows = rows_of(home, draft)[:FIRST] if fits else []
    document = {"file": str(path), "source": None, "proposals": shown, "rows": rows}
    return document, draft if fits else None


def known_people(home: Home) -> People:
    """The people of the home's current data, and its aliases."""
    snapshot, aliases = current(home), load_aliases(home.config)
    if snapshot is None:
        return People(aliases=aliases)
    return people_of(snapshot.query(ROSTER).rows(), aliases)


def table_json(draft: Draft, table: Table, remark: Callable[[Remark], str] = str) -> dict:
    """One proposed table as the document shows it."""
    return {
        "table": table.contract,
        "score": table.score,
        "use": table.use,
        "columns": [_field_json(draft.layout, one, remark) for one in table.fields],
    }


def _field_json(layout: Layout, one: Field, remark: Callable[[Remark], str]) -> dict:
    doubts = " ".join(mask_numbers(remark(doubt)) for doubt in said_doubts(layout, one))
    shown = {
        "column": one.column,
        "from": " + ".join(layout.column(word).name for word in one.words) or None,
        "expression": one.expression,
        "doubt": doubts or None,
    }
    if one.people:
        shown["people"] = dict(one.people)
    if one.questions:
        shown["choices"] = {
            q.key: {"open": not q.chosen, "of": [key for key, _ in q.choices]} for q in one.questions
        }
    if one.notes:
        shown["note"] = " ".join(mask_numbers(remark(note)) for note in one.notes)
    if one.formats:
        shown["formats"] = list(one.formats)
    if one.values:
        shown["values"] = dict(one.values)
    return shown


def said_doubts(layout: Layout, one: Field) -> list[Remark]:
    """All remarks on a column that is doubtful: questions first, then doubts."""
    return [*asked_of(layout, one), *one.doubts]


def asked_of(layout: Layout, one: Field) -> list[Remark]:
    """The questions about a column that are not decided yet."""
    found = [question.text for question in one.questions if not question.chosen]
    if one.asked:
        named = {word: value_name(layout, word) for word in one.asked}
        listed = (f"{name} ({one.counts[w]:,})" if w in one.counts else name for w, name in named.items())
        text = ASKED.get(one.column, N_("What do these values mean: {values}?"))
        found.append(Remark(text, {"values": ", ".join(listed)}))
    return found


def value_name(layout: Layout, word: str) -> str:
    """A value as written; for a point of a QA form, its title."""
    return layout.column(word).name if word in layout.words else word


def rows_of(home: Home, draft: Draft, limit: int = FIRST) -> list[dict]:
    """The first rows under the first table of a proposal, as they would be loaded."""
    return looks(home, draft, 4 * limit, limit)[draft.tables[0].contract].rows


def looks(home: Home, draft: Draft, rows: int, first: int) -> dict[str, Look]:
    """The rows that each table in use makes of the file's first `rows`, `first` of them in full."""
    source = read_back("proposal", map_text(to_look_at(draft), "proposal"))
    frame = draft.layout.frame.head(rows)
    return {table.contract.name: look(home, source, table, frame, first) for table in source.tables}
