"""The whole proposal for a file: its tables, best first, those that go together, and a person's decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from etl.contracts.facts import CONTRACTS
from etl.home import Settings
from etl.propose.derive import question, scale, sessions
from etl.propose.draft import NOTHING, Decision, Decisions, Draft, Field, Table
from etl.propose.fields import make_field
from etl.propose.file_table import Layout
from etl.propose.match import NAMED, pairings
from etl.propose.qa_forms import Form, base_words, find_form, form_table, one_score
from etl.propose.roster import decided_codes, roster_table
from etl.propose.tables import WORTH_SAYING, finished, propose_table, ranked


def compose(
    layout: Layout,
    settings: Settings,
    *,
    table: str | None = None,
    decisions: Decisions | None = None,
    tables: Sequence[Table] | None = None,
) -> Draft:
    """What `layout` could be loaded as; `table` and `decisions` are what a person chose.

    `tables` are those of an earlier proposal for it, to save finding them again.
    """
    decided = decisions or {}
    others = list(ranked(layout, table) if tables is None else tables)
    main = _main(layout, settings, others, table, decided)
    companions, form = _companions(layout, main, decided)
    also = {one.contract for one in (main, *companions)}
    rest = [one for one in others if one.contract not in also and one.score >= WORTH_SAYING]
    ordered = (replace(main, use=True), *(replace(one, use=True) for one in companions), *rest)
    return Draft(
        layout=form.layout if form else layout,
        tables=tuple(finished(one) for one in ordered),
        wide="days" if main.unpivot else "items" if form else None,
        deduction=bool(form) and _deducted(companions),
        codes=_codes(main, settings),
    )


def _main(
    layout: Layout, settings: Settings, tables: Sequence[Table], table: str | None, decided: Decisions
) -> Table:
    """The table that a file's row belongs to first: the one a person chose, a roster, or the best."""
    codes = _values(decided, "schedule", "start_at")
    agent = decided.get(("schedule", "agent_id"), Decision()).words or ()
    roster = roster_table(layout, settings, codes, agent)
    if roster and table in (None, "schedule"):
        return roster
    name = table or tables[0].contract
    found = next((one for one in tables if one.contract == name), None)
    if decided or found is None:
        return propose_table(layout, CONTRACTS[name], decisions=decided)
    return found if table else sessions(layout, found) or found


def _values(decided: Decisions, contract: str, column: str) -> Mapping[str, str | None]:
    return decided[contract, column].values if (contract, column) in decided else {}


def _companions(layout: Layout, main: Table, decided: Decisions) -> tuple[list[Table], Form | None]:
    """The other tables that the same rows feed: the points of a review, the rating after a call."""
    if main.contract == "qa_reviews" and (review := main.field("review_id")) and review.expression:
        return _points(layout, main, review, decided)
    if main.contract == "qa_items":
        reviews = propose_table(layout, CONTRACTS["qa_reviews"])
        return ([reviews] if not any(one.undecided for one in reviews.fields) else []), None
    if main.contract in ("calls", "tickets"):
        rated = _rating(layout, main, decided)
        return ([rated] if rated else []), None
    return [], None


def _points(
    layout: Layout, main: Table, review: Field, decided: Decisions
) -> tuple[list[Table], Form | None]:
    used = frozenset(word for one in main.fields for word in one.words)
    chosen = decided.get(("qa_items", "item"), Decision()).words
    form = find_form(layout, used | base_words(layout), chosen)
    if form is None:
        single = one_score(layout, review, used, _values(decided, "qa_items", "applicable"))
        return ([single] if single else []), None
    said = _values(decided, "qa_items", "applicable")
    maxima = {word: float(top) for word, top in said.items() if top}
    cells = decided.get(("qa_items", "earned"), Decision())
    return [form_table(form, review, maxima, cells.answers.get("cells", ""), cells.values)], form


def _deducted(companions: list[Table]) -> bool:
    earned = companions[0].field("earned") if companions else None
    return earned is not None and earned.answers.get("cells") == "deducted"


def _rating(layout: Layout, main: Table, decided: Decisions) -> Table | None:
    """The customer's answer that stands on the row of a call or ticket, as a survey of its own."""
    contract = CONTRACTS["surveys"]
    used = frozenset(word for one in main.fields for word in one.words)
    paired = pairings(layout, contract, skip=used)
    key = main.fields[0]
    when = main.field("started_at") or main.field("opened_at")
    if "score" not in paired or paired["score"].strength < NAMED or not (key.expression and when):
        return None
    decision = decided.get(("surveys", "score"), Decision())
    if decision.words is None:
        return None
    words = decision.words or (paired["score"].word,)
    score = make_field(layout, contract, "score", words, values=decision.values)
    at = paired.get("surveyed_at")
    surveyed = make_field(layout, contract, "surveyed_at", (at.word,)) if at and at.strength >= 0.9 else when
    fields = [
        replace(key, column="survey_id", doubts=()),
        replace(surveyed, column="surveyed_at", doubts=()),
        score,
    ]
    fields.append(replace(key, column=main.fields[0].column, doubts=()))  # a call's or a ticket's
    if agent := main.field("agent_id"):
        fields.append(replace(agent, doubts=()))
    if "invited" in paired and paired["invited"].strength >= NAMED:
        fields.append(make_field(layout, contract, "invited", (paired["invited"].word,)))
    invited = next((one.expression for one in fields if one.column == "invited"), None)
    for derived in (question, scale):
        if found := derived(layout, contract, {"score": score}):
            fields.append(found)
    empty = f"{score.expression} IS NULL"
    if invited:  # who was asked counts, though nobody answered
        empty = f"({empty}) AND ({invited}) IS NULL"
    return Table("surveys", paired["score"].strength, tuple(fields), ignore=(empty,))


def _codes(main: Table, settings: Settings) -> dict[str, str]:
    """The roster's codes that the map must list."""
    start = main.field("start_at") if main.unpivot else None
    return decided_codes(start.values, settings) if start else {}


def points_of(draft: Draft) -> dict[str, float]:
    """The known maximum of each point of a form."""
    table = next((one for one in draft.tables if one.use and one.contract == "qa_items"), None)
    asked = table.field("applicable") if table and table.unpivot else None
    return (
        {word: float(top) for word, top in asked.values.items() if top not in (None, NOTHING)}
        if asked
        else {}
    )
