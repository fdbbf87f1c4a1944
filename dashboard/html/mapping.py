"""What the page “Map a file” says: names of columns and choices, doubts, the first rows with their faults."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

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
    """Every contract by name with what it is called; those that fit come first, with how well they do."""
    fitting = {one.contract: one.score for one in draft.tables if one.score >= 0.05}
    best = sorted(fitting, key=lambda name: -fitting[name])
    first = {name: f"{contract_name(name, lang)} · {min(fitting[name], 1):.0%}" for name in best}
    return first | {name: contract_name(name, lang) for name in CONTRACTS if name not in first}


def column_label(contract: str, column: Column, lang: str, wide: str | None = None) -> str:
    """A contract column's name, with a star where it must be there; in a roster the times are its codes."""
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
    """Some cells of a column, with telephone numbers masked; of customers only how they end."""
    shown = layout.column(word).shape.examples[:EXAMPLES]
    if of_customers:
        return " · ".join(f"****{text[-2:] if len(text) >= 6 else ''}" for text in shown)
    return " · ".join(mask_numbers(text)[:LONGEST] for text in shown)


def doubts_html(layout: Layout, field: Field, lang: str) -> str:
    """What is asked about a column, what is worth a look, and what speaks for the way it is read."""
    sorts = {"kpi-open": asked_of(layout, field), "kpi-doubt": field.doubts, "kpi-note": field.notes[:2]}
    if field.lacking:
        sorts = {"kpi-open": field.doubts}
    return "".join(
        f'<p class="{sort}">{escape(mask_numbers(remark_text(remark, lang)))}</p>'
        for sort, remarks in sorts.items()
        for remark in remarks
    )


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


def look_html(found: Mapping[str, Look], lang: str) -> str:
    """What the first rows would become, by table."""
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
        head = f"<b>{escape(contract_name(contract, lang))}</b> {escape(' · '.join(counts))}"
        faults = f'<span class="kpi-open">{escape(why)}</span>' if why else ""
        parts.append(f'<p class="kpi-look">{head} {faults}</p>')
    return "".join(parts)


def rows_html(contract: str, look: Look, lang: str) -> str:
    """The first rows mapped, as a table; a cell that cannot be read is marked and shows its raw text."""
    t = words(lang)
    if not look.rows:
        return f'<p class="kpi-note">{escape(t("No row is meant for this table."))}</p>'
    hidden = ("fault_column", "fault_rule", "fault_text")
    names = [n for n in look.rows[0] if n not in hidden and any(_shown(row, n) for row in look.rows)]
    faulty = any(row["fault_rule"] for row in look.rows)
    titles = [label(name, (contract,), lang) for name in names] + ([t("Fault")] if faulty else [])
    head = "".join(f"<th>{escape(title)}</th>" for title in titles)
    body = ""
    for row in look.rows:
        cells = "".join(_cell(contract, row, name, lang) for name in names)
        fault = f'<td class="kpi-open">{escape(fault_text(row, contract, lang))}</td>' if faulty else ""
        body += f"<tr>{cells}{fault}</tr>"
    return (
        f'<div class="kpi-scroll"><table class="kpi-plain kpi-mapped"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _shown(row: dict, name: str) -> str:
    if name == row["fault_column"] and row["fault_rule"]:
        return row["fault_text"] or row.get(name) or "–"
    return row.get(name) or ""


def _cell(contract: str, row: dict, name: str, lang: str) -> str:
    text = _shown(row, name)
    if row["fault_rule"] and name == row["fault_column"]:
        return f'<td class="kpi-fault">{escape(text)}</td>'
    return f"<td>{escape(_in_words(contract, name, text, lang))}</td>"


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
