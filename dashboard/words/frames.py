"""Frames as people read them: headings in words, and coded values too."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import polars as pl
from polars import selectors

from dashboard.words.translate import in_words, remark_text, words
from etl.audits.audit import audits as known_audits
from etl.contracts.contract import Column
from etl.contracts.facts import CONTRACTS
from etl.errors import N_, Remark
from kpi.catalog.definitions import Indicator

# Columns that relations add to those of the contracts.
ADDED = {
    "passes": N_("In the numerator"),
    "team": N_("Team"),
    "agent_id": N_("Agent ID"),
    "file_row": N_("File row"),
    "customer_shown": N_("Customer (masked)"),
    "file": N_("File"),
    "day": N_("Business date"),
    "age_s": N_("Age (s)"),
    "day_age_s": N_("Age at the end of the day (s)"),
    "shift": N_("Shift"),
    "answered": N_("Answered"),
    "points": N_("Points, best highest"),
    "needed": N_("Satisfied from"),
    "all_listed": N_("Also lists who was not invited"),
    "contact_id": N_("Contact"),
    "leg_no": N_("Leg"),
    "next_contact_s": N_("Next contact after (s)"),
    "next_unclear_s": N_("Next contact, perhaps about the same, after (s)"),
    "information_earned": N_("Information: earned"),
    "information_applicable": N_("Information: applicable"),
    "communication_earned": N_("Communication: earned"),
    "communication_applicable": N_("Communication: applicable"),
    "fatal_point": N_("Fatal item"),
    "any_fatal": N_("Any fatal error"),
    "fatal_stated": N_("Fatal error known"),
    "response_limit_s": N_("Response limit (s)"),
    "resolution_limit_s": N_("Resolution limit (s)"),
    "responded_s": N_("Responded after (s)"),
    "resolved_s": N_("Resolved after (s)"),
    "reopened_after_s": N_("Reopened after (s)"),
    "followed_up_after_s": N_("Followed up after (s)"),
    "repeat_after_s": N_("Repeat after (s)"),
    "resolved_age_s": N_("Since resolved (s)"),
    "closed_age_s": N_("Since closed (s)"),
    "done_s": N_("Done after (s)"),
    "promised_s": N_("Promised within (s)"),
    "late_s": N_("Later than promised (s)"),
    "due": N_("Due"),
    "planned_min": N_("Planned (min)"),
    "attended_min": N_("Attended (min)"),
    "late_min": N_("Late (min)"),
    "early_min": N_("Left early (min)"),
    "half_hour": N_("Half-hour from"),
    "calls": N_("Calls"),
    "in_time": N_("In time"),
    "unknown": N_("Of unknown wait"),
    "present": N_("Any state"),
    "logged_s": N_("Logged in (s)"),
    "busy_s": N_("Talking or in wrap-up (s)"),
    "ready_s": N_("Ready (s)"),
    "planned_s": N_("Planned (s)"),
    "adhered_s": N_("At work as planned (s)"),
    "handled": N_("Calls answered"),
}

# rows read = loaded + updated + duplicate + rejected + ignored
ACCOUNT = {
    "rows_read": N_("Rows read"),
    "loaded": N_("Loaded"),
    "updated": N_("Updated"),
    "duplicate": N_("Duplicate"),
    "rejected": N_("Rejected"),
    "ignored": N_("Ignored"),
}

# Why a row was set aside; "unreadable_<kind of column>" share one sentence a kind.
RULES = {
    "wrong_number_of_cells": N_("Wrong number of cells"),
    "cut_off": N_("The file ends in the middle of it"),
    "open_quote": N_("A quotation mark is not closed"),
    "unreadable_text": N_("Not readable as text"),
    "unreadable_json": N_("Not readable as JSON"),
    "not_a_record": N_("Not a record"),
    "repeated_key": N_("A key stands in it twice"),
    "formula_without_value": N_("Formula without a stored value"),
    "missing": N_("A required cell is empty"),
    "off_scale": N_("Outside the scale"),
    "scientific_notation": N_("An id that lost its last digits"),
    "ends_before_start": N_("Ends before it starts"),
    "unknown_value": N_("Not one of the known words"),
    "not_one_person": N_("Several people, or a name that several have"),
    "unknown_shift": N_("Code of no known shift"),
    "unreadable_time": N_("Not a date and time"),
    "unreadable_date": N_("Not a date"),
    "unreadable_month": N_("Not a month"),
    "unreadable_seconds": N_("Not a number of seconds"),
    "unreadable_number": N_("Not a number"),
    "unreadable_whole": N_("Not a whole number"),
    "unreadable_flag": N_("Neither yes nor no"),
    "masked_value": N_("Masked: type the number itself, or clear the cell"),
    "not_a_rejected_row": N_("Not one of the rejected rows"),
    "row_given_twice": N_("Stands in the workbook twice"),
}

# The contracts that the rows of a relation come from, where it is not the one of the same name.
SOURCES = {
    "contacts": ("calls",),
    "all_calls": ("calls",),
    "intervals": ("calls",),
    "backlog": ("tickets",),
    "qa": ("qa_reviews", "qa_items"),
    "shifts": ("attendance", "schedule"),
    "presence": ("agent_states",),
}


def label(column: str, contracts: Sequence[str], lang: str) -> str:
    """A column's heading: from the first of its contracts that has it, else from the list above."""
    known = _known(column, contracts)
    if known is not None:
        heading = known.zh if lang == "zh" else known.en
        offset = words(lang)("{time}: ahead of UTC (s)")
        return heading if column == known.name else offset.format(time=heading)
    return words(lang)(ADDED.get(column, column))


def rows_shown(rows: pl.DataFrame, indicator: Indicator, lang: str, *, passing: bool = False) -> pl.DataFrame:
    """The rows behind a figure of `indicator` with headings and codes in words, without empty columns.

    `rows` and `passing` as `kpi.figures.figures.rows_behind` gives and takes them.
    """
    relation = indicator.per if indicator.how.listed == "per" and not passing else indicator.relation
    contracts = SOURCES.get(relation, (relation,))
    kept = [column for column in rows.columns if not rows[column].is_null().all()]
    shown = rows.select(
        _spoken(column, contracts, lang).alias(label(column, contracts, lang)) for column in kept
    )
    return shown.with_columns(selectors.date().cast(pl.String))  # else shown as midnight


def spoken_codes(relation: str, column: str, lang: str) -> dict[str, str]:
    """The words of a column's coded values, {"in": "呼入"}; empty where there are none, or none in `lang`."""
    return _codes(column, SOURCES.get(relation, (relation,)), lang)


def _codes(column: str, contracts: Sequence[str], lang: str) -> dict[str, str]:
    known = _known(column, contracts)
    if lang != "zh" or known is None or not known.choices:
        return {}
    return {code: said[0] for code, said in known.choices.items()}


def _known(column: str, contracts: Sequence[str]) -> Column | None:
    known = (known for name in contracts if name in CONTRACTS for known in CONTRACTS[name].columns)
    return next((one for one in known if column in (one.name, one.offset)), None)


def _spoken(column: str, contracts: Sequence[str], lang: str) -> pl.Expr:
    """A column with its coded values in words: in → 呼入."""
    said = _codes(column, contracts, lang)
    return pl.col(column).replace(said) if said else pl.col(column)


def contract_name(contract: str, lang: str) -> str:
    """What a table is called on screen."""
    known = CONTRACTS.get(contract)
    return contract if known is None else (known.zh if lang == "zh" else known.en)


def files(books: pl.DataFrame, lang: str) -> tuple[list[str], list[tuple]]:
    """Every load with its accounting, as `etl.books.book_lists.file_rows` gives them: headings and rows."""
    t = words(lang)
    headings = [
        t("File"),
        t("Table"),
        t("Source"),
        *(t(name) for name in ACCOUNT.values()),
        t("Facts"),
        t("Loaded at"),
    ]
    rows = [
        (
            row["name"],
            contract_name(row["contract"], lang),
            row["source"],
            *(row[name] for name in ACCOUNT),
            row["facts"],
            f"{row['loaded_at']:%Y-%m-%d %H:%M}",
        )
        for row in books.iter_rows(named=True)
    ]
    return headings, rows


def totals(books: pl.DataFrame, lang: str) -> list[tuple[str, int]]:
    """The accounting identity over all files: every row read became one of the others."""
    t = words(lang)
    return [(t(name), int(books[column].sum())) for column, name in ACCOUNT.items()]


def remarks(books: pl.DataFrame, lang: str) -> list[tuple[str, str]]:
    """(file name, remark) for everything that a load remarked on, each once."""
    stored = books.select("name", "warnings").rows()
    said = [
        (name, remark_text(Remark(*remark), lang))
        for name, found in stored
        for remark in json.loads(found or "[]")
    ]
    return list(dict.fromkeys(said))


class Finding(NamedTuple):
    """What one audit found in one file, or (without a file) in the facts of all."""

    audit: str
    file_id: int | None
    importance: int
    title: str
    where: str
    found: int
    todo: str


def findings(found: pl.DataFrame, lang: str) -> list[Finding]:
    """What `etl.books.book_lists.audit_counts` gives in words, the most important first."""
    t, known = words(lang), {audit.name: audit for audit in known_audits()}
    names = _distinct([pair for pair in found.select("file_id", "file").rows() if pair[0] is not None], lang)
    said = []
    for row in found.iter_rows(named=True):
        audit = known.get(row["audit"])  # None for one of an earlier version
        where = names.get(row["file_id"], t("All data") + _span(row["since"], row["until"]))
        title, todo = (
            (in_words(audit.title, lang), in_words(audit.todo, lang)) if audit else (row["audit"], "")
        )
        importance = audit.importance if audit else 1
        said.append(Finding(row["audit"], row["file_id"], importance, title, where, row["found"], todo))
    return sorted(said, key=lambda one: -one.importance)


def _span(since: date | None, until: date | None) -> str:
    if since is None or until is None:
        return ""
    return f" {since}" if since == until else f" {since} – {until}"


def audit_rows_shown(found: pl.DataFrame, audit: str, lang: str) -> pl.DataFrame:
    """Rows of `etl.books.book_lists.audit_rows`, in words; columns without anything are left out."""
    t = words(lang)
    says = next((one.says for one in known_audits() if one.name == audit), None)
    shown = {
        t("Day"): found["day"].cast(pl.String),
        t("File"): found["file"],
        t("File row"): found["row"],
        t("Detail"): pl.Series([detail_text(one, says, lang) for one in found["detail"]], dtype=pl.String),
    }
    by_file = found["day"].is_null().all()  # then the file is named above the rows
    left_out = {t("File")} if by_file else set()
    kept = {
        name: column for name, column in shown.items() if not column.is_null().all() and name not in left_out
    }
    return pl.DataFrame(kept)


def detail_text(detail: str | None, says: Mapping[str, str] | None, lang: str) -> str:
    """What an audit says of a row: its sentence, or "talk_s = -240.0" as "Talk (s) = -240"."""
    try:
        values = json.loads(detail) if says and detail else None
    except json.JSONDecodeError:  # cut off
        values = None
    if values is not None:
        if "contract" in values:
            values["contract"] = contract_name(values["contract"], lang)
        texts = {name: f"{value:,g}" if isinstance(value, float) else value for name, value in values.items()}
        return " ".join(in_words(says, lang).format(**texts).split())
    column = r"\b[a-z]+(_[a-z]+)+\b"
    named = re.sub(column, lambda name: label(name[0], tuple(CONTRACTS), lang), detail or "")
    return re.sub(r"(= -?\d+)\.0\b", r"\1", named)


def file_names(rejected: pl.DataFrame, lang: str) -> dict[int, str]:
    """The files of `etl.books.book_lists.reject_counts` by number, under names that tell them apart."""
    return _distinct(rejected.select("file_id", "file").rows(), lang)


def _distinct(files: Iterable[tuple[int, str]], lang: str) -> dict[int, str]:
    """Names by file number; files of the same name carry their number."""
    names = dict(files)
    several = {name for name, times in Counter(names.values()).items() if times > 1}
    numbered = words(lang)("{name} (file {number})")
    return {
        file_id: numbered.format(name=name, number=file_id) if name in several else name
        for file_id, name in names.items()
    }


def settled_shown(rows: pl.DataFrame, lang: str) -> pl.DataFrame:
    """Rows as `etl.books.book_lists.settled_rows` gives them, with headings, tables and rules in words."""
    t = words(lang)
    return pl.DataFrame(
        {
            t("File"): rows["file"],
            t("Table"): [contract_name(name, lang) for name in rows["table"]],
            t("File row"): rows["row"],
            t("Rule"): [t(RULES.get(rule, rule)) for rule in rows["rule"]],
            t("Settled by"): rows["settled_by"],
            t("Settled at"): rows["settled_at"].dt.strftime("%Y-%m-%d %H:%M"),
        }
    )


def rejects_shown(rows: pl.DataFrame, lang: str) -> pl.DataFrame:
    """Rows of `etl.books.book_lists.reject_rows`, with headings, tables, columns and rules in words."""
    t = words(lang)
    return pl.DataFrame(
        {
            t("File"): rows["file"],
            t("Table"): [contract_name(name, lang) for name in rows["table"]],
            t("File row"): rows["row"],
            t("Column"): [
                label(column, (table,), lang) if column else ""
                for table, column in rows.select("table", "column").rows()
            ],
            t("Raw value"): rows["raw"],
            t("Rule"): [t(RULES.get(rule, rule)) for rule in rows["rule"]],
        }
    )
