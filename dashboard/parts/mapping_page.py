"""The page “Map a file”: the file, what its rows stand for, its first rows mapped, and keeping the map."""

from __future__ import annotations

from dataclasses import dataclass, field

import htpy as h
import streamlit as st

from dashboard.intake.batches import Batch, Upload, uploads_of
from dashboard.markup.mapping_html import (
    column_label,
    file_text,
    look_html,
    name_for,
    rows_html,
    table_choices,
)
from dashboard.parts import common as widgets
from dashboard.parts.data_uploads import drop_zone
from dashboard.parts.mapping_columns import columns_of, decisions_of
from dashboard.parts.page_html import show as show_html
from dashboard.parts.page_html import style
from dashboard.parts.session import Frame
from dashboard.words.translate import problem_text
from etl.contracts.facts import CONTRACTS
from etl.errors import Problem
from etl.maps.maps import load_sources
from etl.people.aliases import save_aliases
from etl.propose import (
    Draft,
    Layout,
    Table,
    compose,
    known_people,
    left_out,
    looks,
    ranked,
    read_layouts,
    save,
    undecided,
    with_people,
)

STATE = "mapping"
LOOKED_AT, SHOWN = 1000, 12


@dataclass
class Mapping:
    """The file that this session maps: where it lies, its tables, and what was found out about them."""

    batch: str
    upload: Upload
    layouts: list[Layout]
    anew: bool = False  # it is known, and to be mapped all the same
    ranked: dict[int, list[Table]] = field(default_factory=dict)
    saved: str = ""


def choose_file(frame: Frame) -> Mapping | None:
    """Show the drop zone, and read the file dropped last; None when no file can be read."""
    for sheet in ("upload.css", "mapping.css"):
        style(sheet)
    here = uploads_of(frame.home)
    if (sent := drop_zone(frame, here, "mapping_upload")) is not None and sent.files:
        st.session_state[STATE] = sent.id
    batch = here.find(st.session_state.get(STATE, ""))
    if batch is None or batch.stage != "receiving":
        st.session_state.pop(f"{STATE}_read", None)
        return None
    upload = batch.files[0]
    if len(batch.files) > 1:
        upload = st.selectbox(
            frame.t("File"),
            batch.files,
            format_func=lambda one: one.name,
            key=f"map_file_{batch.id}",
            filter_mode=None,
        )
    return _read(frame, batch, upload)


def _read(frame: Frame, batch: Batch, upload: Upload) -> Mapping | None:
    """The tables of a file, read once a session."""
    known: Mapping | None = st.session_state.get(f"{STATE}_read")
    if known is None or known.upload != upload:
        try:
            sources = load_sources(frame.home.config)
            found = read_layouts(upload.path, sources, frame.home.settings)
            known = Mapping(batch.id, upload, found)
        except Problem as problem:
            widgets.warning(" ".join(problem_text(problem, frame.lang)[1:]))
            return None
        st.session_state[f"{STATE}_read"] = known
    if not known.layouts:
        widgets.note(frame.t("A source fits this file already: load it on the page “Data”."))
        if st.button(frame.t("Map it anew"), key="map_anew"):
            known.layouts, known.anew = read_layouts(upload.path), True
            st.rerun()
        return None
    return known


def correct(frame: Frame, mapping: Mapping) -> tuple[Draft, dict[str, str]]:
    """The proposal for the file as a person corrected it, and who the people in it are (text → id)."""
    t, lang = frame.t, frame.lang
    place = _sheet(frame, mapping)
    layout = mapping.layouts[place]
    widgets.note(file_text(mapping.upload.name, layout, t))
    if place not in mapping.ranked:
        mapping.ranked[place] = ranked(layout)
    settings, tables = frame.home.settings, mapping.ranked[place]
    choices = table_choices(compose(layout, settings, tables=tables), lang)
    key = f"map_table_{mapping.batch}_{place}"
    table = st.selectbox(t("What does one row stand for?"), list(choices), format_func=choices.get, key=key)
    base = compose(layout, settings, table=table, tables=tables)
    prefix = f"{mapping.batch}_{place}_{table}"
    people = known_people(frame.home)
    asked = columns_of(frame, base, prefix)
    draft = compose(layout, settings, table=table, tables=tables, decisions=decisions_of(prefix, asked))
    draft = with_people(draft, people)
    return draft, asked.show(draft, people)


def _sheet(frame: Frame, mapping: Mapping) -> int:
    """Choose one of several tables of the file."""
    if len(mapping.layouts) == 1:
        return 0
    names = [layout.grid.sheet or layout.content.name for layout in mapping.layouts]
    key = f"map_sheet_{mapping.batch}"
    return st.selectbox(
        frame.t("Sheet"), range(len(names)), format_func=lambda n: names[n], key=key, filter_mode=None
    )


def show(frame: Frame, draft: Draft) -> None:
    """Show what the first rows would become."""
    t, lang = frame.t, frame.lang
    st.subheader(t("First rows"), anchor=False)
    try:
        found = looks(frame.home, draft, LOOKED_AT, SHOWN)
    except Problem as problem:
        widgets.warning(" ".join(problem_text(problem, lang)[1:]))
        return
    if draft.layout.frame.height > LOOKED_AT:
        widgets.note(t("Of the first {n} rows:").format(n=f"{LOOKED_AT:,}"))
    show_html(look_html(found, lang))
    for contract in (draft.tables[0].contract, "qa_items"):
        if contract in found:
            show_html(rows_html(contract, found[contract], lang))


def keep(frame: Frame, mapping: Mapping, draft: Draft, people: dict[str, str]) -> None:
    """Show the field for the map's name and the button that saves it; then the file can be loaded."""
    t, lang = frame.t, frame.lang
    st.subheader(t("Save the map"), anchor=False)
    must = undecided(draft)
    left = [pair for pair in left_out(draft) if pair not in must]
    open_ones = [
        column_label(table, CONTRACTS[table].column(one.column), lang, draft.wide) for table, one in must
    ]
    if left:
        names = [column_label(table, CONTRACTS[table].column(one.column), lang) for table, one in left]
        widgets.note(t("Left out until it is decided: {columns}").format(columns=t(", ").join(names)))
    if open_ones:
        text = t("Still to be decided: {columns}").format(columns=t(", ").join(open_ones))
        show_html(h.p(".kpi-open")[text])
    start, end = st.columns((3, 1), vertical_alignment="bottom")
    suggested = name_for(mapping.upload.name, draft.tables[0].contract)
    name = start.text_input(t("Name of the map"), suggested, max_chars=60, key=f"map_name_{mapping.batch}")
    exists = (frame.home.config / "sources" / f"{name}.toml").exists()
    again = exists and st.checkbox(t("Replace the map of this name"), key=f"map_replace_{mapping.batch}")
    if end.button(t("Save"), type="primary", disabled=bool(open_ones), key="map_save", width="stretch"):
        try:
            frame.home.create()
            save(frame.home, draft, name, mapping.upload.name, replace=bool(again))
            if people:
                save_aliases(frame.home.config, people)
            mapping.saved = name
        except Problem as problem:
            widgets.warning(" ".join(problem_text(problem, lang)))
    if mapping.saved:
        _saved(frame, mapping)


def _saved(frame: Frame, mapping: Mapping) -> None:
    t, here = frame.t, uploads_of(frame.home)
    said = t("Saved as {path}; files with these columns load from now on.")
    widgets.note(said.format(path=f"config/sources/{mapping.saved}.toml"))
    batch = here.find(mapping.batch)
    if batch is not None and st.button(t("Check and load the file"), key="map_load", type="primary"):
        st.session_state.pop(STATE, None)
        here.check(batch)
        st.switch_page("views/data.py")
