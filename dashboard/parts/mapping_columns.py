"""The columns of a proposal on the page: the source of each, the meaning of its words, its people."""

from __future__ import annotations

from dataclasses import dataclass, field

import htpy as h
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.markup.mapping_html import (
    column_label,
    doubts_html,
    examples,
    source_text,
)
from dashboard.parts.mapping_values import meant, people_fields, value_fields
from dashboard.parts.page_html import show
from dashboard.parts.session import Frame
from dashboard.words.frames import contract_name
from dashboard.words.translate import in_words
from etl.contracts.contract import Column
from etl.contracts.facts import CONTRACTS
from etl.people.aliases import People
from etl.propose import (
    ELSEWHERE,
    Decision,
    Decisions,
    Draft,
    Field,
    Layout,
    Table,
)

PROPOSED = "\x00proposed"


@dataclass
class Asked:
    """The choices of a page about a proposal: a place for each column, filled once the proposal is known."""

    frame: Frame
    prefix: str
    places: dict[tuple[str, str], DeltaGenerator] = field(default_factory=dict)
    chosen: dict[tuple[str, str], tuple[str, ...] | None] = field(default_factory=dict)

    def show(self, draft: Draft, people: People) -> dict[str, str]:
        """Fill the places with doubts, questions and value lists; return the aliases that were chosen."""
        aliases: dict[str, str] = {}
        for table in draft.tables:
            for one in table.fields if table.use else ():
                place = self.places.get((table.contract, one.column))
                if place is not None:
                    with place:
                        aliases |= self._column(draft.layout, table, one, people)
        return aliases

    def _column(self, layout: Layout, table: Table, one: Field, people: People) -> dict[str, str]:
        frame, key = self.frame, f"{self.prefix}_{table.contract}_{one.column}"
        if one.words and (table.contract, one.column) not in ELSEWHERE and len(one.words) <= 2:
            theirs = one.column == "customer"
            cells = (examples(layout, word, of_customers=theirs) for word in one.words)
            shown = " / ".join(filter(None, cells))
            show(h.p(".kpi-note.kpi-examples")[shown])
        if html := doubts_html(layout, one, frame.lang):
            show(html)
        for question in one.questions:
            titles = {choice: in_words(title, frame.lang) for choice, title in question.choices}
            titles = titles if question.chosen else {"": frame.t("– decide –"), **titles}
            st.selectbox(
                frame.t("How it is read"),
                list(titles),
                index=list(titles).index(question.chosen),
                format_func=titles.get,
                key=f"q_{key}_{question.key}",
                label_visibility="collapsed",
                filter_mode=None,
            )
        value_fields(frame, layout, table.contract, one, key)
        return people_fields(frame, one, people, key)


def columns_of(frame: Frame, base: Draft, prefix: str) -> Asked:
    """Draw every contract column with its source; columns without one are folded away."""
    asked = Asked(frame, prefix)
    for table in base.tables:
        if table.use:
            st.subheader(contract_name(table.contract, frame.lang), anchor=False)
            _table(frame, base, table, asked)
    return asked


def _table(frame: Frame, base: Draft, table: Table, asked: Asked) -> None:
    contract = CONTRACTS[table.contract]
    main = table is base.tables[0]
    given = {one.column for one in table.fields}
    for column in contract.columns:
        if column.name in given and (_has_own_content(base, table, column) or (main and not table.unpivot)):
            _row(frame, base, table, column, asked, fixed=table.unpivot or not main)
    if not main or table.unpivot:
        return
    with st.expander(frame.t("Columns that nothing is read into")):
        for column in contract.columns:
            if column.name not in given:
                _row(frame, base, table, column, asked, fixed=False)


def _has_own_content(base: Draft, table: Table, column: Column) -> bool:
    """Whether a column has something of its own to say.

    A second table repeats much of the first, and the parts of a wide one come from the same columns.
    """
    if table.unpivot:
        return column.name in ("item", "earned", "applicable", "agent_id", "start_at")
    said = {(one.words, one.expression) for one in base.tables[0].fields}
    one = table.field(column.name)
    return one is not None and (one.words, one.expression) not in said


def _row(frame: Frame, base: Draft, table: Table, column: Column, asked: Asked, *, fixed: bool) -> None:
    """Draw one contract column: its name, its source, and a place for its doubts."""
    field_ = table.field(column.name)
    left, middle, right = st.columns((2, 3, 4), gap="small")
    with left:
        show(h.p(".kpi-column")[column_label(table.contract, column, frame.lang, base.wide)])
    place = (table.contract, column.name)
    choosable = not fixed or place in {("surveys", "score"), ("schedule", "agent_id")}
    if place == ("qa_items", "item") and table.unpivot:
        asked.chosen[place] = _points(frame, base.layout, field_, middle, asked.prefix)
    elif choosable:
        asked.chosen[place] = _source(
            frame, base.layout, table.contract, column, field_, middle, f"{asked.prefix}_{table.contract}"
        )
    elif field_ is not None and place not in {("qa_items", "earned"), ("qa_items", "applicable")}:
        with middle:
            show(h.p(".kpi-column.kpi-fixed-source")[source_text(base.layout, field_, frame.t)])
    asked.places[place] = right.container(gap="xxsmall")


def _source(
    frame: Frame,
    layout: Layout,
    contract: str,
    column: Column,
    proposed: Field | None,
    where: DeltaGenerator,
    prefix: str,
) -> tuple[str, ...] | None:
    """Choose the file's column that a contract column is read from; () as proposed, None for no column."""
    title = column_label(contract, column, frame.lang)
    plain = proposed and len(proposed.words) == 1 and not proposed.derived
    titles = {"": "–"}
    if proposed and proposed.words and not plain:
        titles[PROPOSED] = source_text(layout, proposed, frame.t)
    titles |= {one.word: one.name for one in layout.columns}
    start = "" if not proposed or not proposed.words else proposed.words[0] if plain else PROPOSED
    chosen = where.selectbox(
        title,
        list(titles),
        index=list(titles).index(start),
        format_func=lambda word: titles[word],
        key=f"c_{prefix}_{column.name}",
        label_visibility="collapsed",
        placeholder="–",
    )
    if chosen == start:
        return ()
    if not chosen:
        return None
    clock = _clock(frame, layout, column, chosen, where, prefix)
    return (chosen, clock) if clock else (chosen,)


def _clock(frame: Frame, layout: Layout, column: Column, day: str, where: DeltaGenerator, prefix: str) -> str:
    """Choose the column with the time of day that belongs to a column of days; "" for none."""
    clocks = [c.word for c in layout.columns if c.shape.most("clock") and not c.shape.most("day")]
    if column.kind != "time" or not clocks or not layout.column(day).shape.most("day", "run"):
        return ""
    titles = {"": frame.t("without a time of day")} | {word: layout.column(word).name for word in clocks}
    return where.selectbox(
        frame.t("The time of day"),
        list(titles),
        format_func=titles.get,
        key=f"t_{prefix}_{column.name}",
        label_visibility="collapsed",
        filter_mode=None,
    )


def _points(
    frame: Frame, layout: Layout, proposed: Field, where: DeltaGenerator, prefix: str
) -> tuple[str, ...] | None:
    names = {one.word: one.name for one in layout.columns}
    chosen = where.multiselect(
        frame.t("Points of the form"),
        list(names),
        default=list(proposed.words),
        format_func=names.get,
        key=f"p_{prefix}",
        label_visibility="collapsed",
        placeholder=frame.t("Points of the form"),
    )
    return () if tuple(chosen) == proposed.words else tuple(chosen) or None


def decisions_of(prefix: str, asked: Asked) -> Decisions:
    """The decisions that were made on the page so far, also in fields that are drawn after this."""
    found = {}
    for contract, column in asked.places:
        words = asked.chosen.get((contract, column), ())
        key = f"{prefix}_{contract}_{column}"
        answers = {name: said for name, said in _state(f"q_{key}_").items() if said}
        values = {word: meant(contract, column, said) for word, said in _state(f"v_{key}_").items()}
        if words != () or answers or values:
            found[contract, column] = Decision(words, answers, values)
    return found


def _state(start: str) -> dict[str, str | None]:
    """This session's fields whose keys begin with `start`, by the rest of their keys."""
    return {
        name.removeprefix(start): said
        for name, said in st.session_state.items()
        if isinstance(name, str) and name.startswith(start)
    }
