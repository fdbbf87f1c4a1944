"""What the page “Map a file” says: names of columns and choices, doubts, the first rows with their faults."""

from __future__ import annotations

import re
from collections.abc import Mapping

import htpy as h

from dashboard.markup.pieces import scrolled, spaced
from dashboard.words.frames import contract_name, label
from dashboard.words.sources import fault_text
from dashboard.words.translate import Translate, remark_text, words
from etl.contracts.contract import Column
from etl.contracts.facts import CONTRACTS
from etl.errors import N_
from etl.loading.preview import Look
from etl.people.aliases import People
from etl.personal import mask_numbers
from etl.propose import IGNORE, NOTHING, Draft, Field, Layout, asked_of

EXAMPLES = 3
LONGEST = 40
MOST_NAMED = 3
MOST_VALUES = 60  # that are asked one by one
FLAGS = {"true": N_("Yes"), "false": N_("No")}
SPECIAL = {NOTHING: N_("(nothing)"), IGNORE: N_("(leave these rows out)")}


def table_choices(draft: Draft, lang: str) -> dict[str, str]:
    """The titles of all contracts by name; those that fit the file come first, with their score."""
    fitting = {one.contract: one.score for one in draft.tables if one.score >= 0.05}
    best = sorted(fitting, key=lambda name: -fitting[name])
    first = {name: f"{contract_name(name, lang)} · {min(fitting[name], 1):.0%}" for name in best}
    return first | {name: contract_name(name, lang) for name in CONTRACTS if name not in first}


def column_label(contract: str, column: Column, lang: str, wide: str | None = None) -> str:
    """The name of a contract column, starred when required; a roster's start column is "Shift codes"."""
    if wide == "days" and column.name == "start_at":
        return f"{words(lang)('Shift codes')} *"
    star = " *" if column.required and not column.default else ""
    return f"{label(column.name, (contract,), lang)}{star}"


def source_text(layout: Layout, field: Field, t: Translate) -> str:
    """Where a proposed column comes from: the titles of the file's columns, or the one text for all rows."""
    if field.expression and (fixed := re.fullmatch(r"'((?:[^']|'')*)'", field.expression)):
        return f"“{fixed[1]}”".replace("''", "'")
    names = [layout.column(word).name for word in field.words]
    if len(names) > MOST_NAMED:
        return t("{first} … {last} ({n} columns)").format(first=names[0], last=names[-1], n=len(names))
    return " + ".join(names)


def file_text(file_name: str, layout: Layout, t: Translate) -> str:
    """The file in one line: its name and sheet, its rows, where its header stands."""
    rows = f"{layout.frame.height:,}" + ("" if layout.whole else "+")
    named = " · ".join(filter(None, (file_name, layout.grid.sheet)))
    head = (
        t("header in row {n}").format(n=layout.header_row) if layout.header_row else t("without a header row")
    )
    return f"{named} · {t('{n} rows').format(n=rows)} · {head}"


def examples(layout: Layout, word: str, *, of_customers: bool = False) -> str:
    """Some cells of a column, telephone numbers masked; `of_customers` only their last two characters."""
    shown = layout.column(word).shape.examples[:EXAMPLES]
    if of_customers:
        return " · ".join(f"****{text[-2:] if len(text) >= 6 else ''}" for text in shown)
    return " · ".join(mask_numbers(text)[:LONGEST] for text in shown)


def doubts_html(layout: Layout, field: Field, lang: str) -> h.Renderable | None:
    """The questions, doubts and notes about a proposed column."""
    sorts = {"kpi-open": asked_of(layout, field), "kpi-doubt": field.doubts, "kpi-note": field.notes[:2]}
    if field.lacking:
        sorts = {"kpi-open": field.doubts}
    lines = [
        h.p(class_=sort)[mask_numbers(remark_text(remark, lang))]
        for sort, remarks in sorts.items()
        for remark in remarks
    ]
    return h.fragment[lines] if lines else None


def value_choices(contract: str, column: Column, lang: str) -> dict[str, str] | None:
    """What the words of a column may mean, by value; None where it is typed (points, times of a shift)."""
    t = words(lang)
    special = {value: t(text) for value, text in SPECIAL.items()}
    if column.kind == "flag":
        return {value: t(text) for value, text in FLAGS.items()} | special
    if column.choices:
        said = {value: named[0] if lang == "zh" else value for value, named in column.choices.items()}
        return said | special
    return None


def person_choices(people: People) -> dict[str, str]:
    """Everyone of the roster by id, by name and id."""
    named = {who: name for name, ids in people.names.items() for who in ids}
    return {who: f"{named.get(who, '')} · {who}".lstrip(" ·") for who in sorted(people.ids)}


def look_html(found: Mapping[str, Look], lang: str) -> h.Renderable:
    """What each table would load of the file's first rows: how many, and what is rejected."""
    t = words(lang)
    parts = []
    for contract, look in found.items():
        bad = sum(look.faults.values())
        counts = [t("rows to be loaded: {n}").format(n=f"{look.good:,}")]
        counts += [t("rejected: {n}").format(n=f"{bad:,}")] if bad else []
        counts += [t("ignored: {n}").format(n=f"{look.ignored:,}")] if look.ignored else []
        why = t(", ").join(
            fault_text({"fault_column": column, "fault_rule": rule}, contract, lang)
            + t(" ({text})").format(text=f"{count:,}")
            for (column, rule), count in look.faults.items()
        )
        head = (h.b[contract_name(contract, lang)], " · ".join(counts))
        parts.append(h.p(".kpi-look")[spaced((*head, h.span(".kpi-open")[why] if why else None))])
    return h.fragment[parts]


def rows_html(contract: str, look: Look, lang: str) -> h.Renderable:
    """The first rows mapped, as a table; a cell that cannot be read is marked and shows its raw text."""
    t = words(lang)
    if not look.rows:
        return h.p(".kpi-note")[t("No row is meant for this table.")]
    hidden = ("fault_column", "fault_rule", "fault_text")
    names = [n for n in look.rows[0] if n not in hidden and any(_cell_text(row, n) for row in look.rows)]
    faulty = any(row["fault_rule"] for row in look.rows)
    titles = [label(name, (contract,), lang) for name in names] + ([t("Fault")] if faulty else [])
    body = [
        h.tr[
            [_cell(contract, row, name, lang) for name in names],
            h.td(".kpi-open")[fault_text(row, contract, lang)] if faulty else None,
        ]
        for row in look.rows
    ]
    return scrolled("kpi-plain kpi-mapped", [h.th[title] for title in titles], body, texts_only=True)


def _cell_text(row: dict, name: str) -> str:
    if name == row["fault_column"] and row["fault_rule"]:
        return row["fault_text"] or row.get(name) or "–"
    return row.get(name) or ""


def _cell(contract: str, row: dict, name: str, lang: str) -> h.Renderable:
    text = _cell_text(row, name)
    if row["fault_rule"] and name == row["fault_column"]:
        return h.td(".kpi-fault")[text]
    return h.td[_in_words(contract, name, text, lang)]


def _in_words(contract: str, name: str, text: str, lang: str) -> str:
    """A value as people say it: true as "yes", 60.0 as 60."""
    column = next((one for one in CONTRACTS[contract].columns if one.name == name), None)
    if column is None:
        return text
    if column.kind == "flag" and text:
        return words(lang)(FLAGS.get(text, text))
    if column.kind in ("seconds", "number"):
        return re.sub(r"\.0+$", "", text)
    if lang == "zh" and column.choices and text in column.choices:
        return column.choices[text][0]
    return text


def name_for(file_name: str, contract: str) -> str:
    """A name for a map, made of the file's: plain letters and digits."""
    stem = re.sub(r"[^a-z0-9]+", "_", file_name.rsplit(".", 1)[0].lower()).strip("_")
    stem = re.sub(r"(_?\d{4,})+$", "", stem)
    return (f"own_{contract}" if len(stem) < 3 else stem)[:60]
