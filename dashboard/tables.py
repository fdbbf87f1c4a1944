"""Frames as people read them: headings in words, and as CSV that a spreadsheet opens unharmed."""

from __future__ import annotations

import json

import polars as pl

from dashboard.words import in_words, remark_text, words
from etl.audit import audits as known_audits
from etl.contracts import CONTRACTS
from etl.errors import N_, Remark

# Columns that relations add to those of the contracts.
ADDED = {
    "business_date": N_("Business date"),
    "file_id": N_("File no."),
    "file_row": N_("File row"),
    "customer_shown": N_("Customer (masked)"),
    "file": N_("File"),
    "day": N_("Business date"),
    "age_s": N_("Age (s)"),
    "next_contact_s": N_("Next contact after (s)"),
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
    "due": N_("Due"),
    "planned_min": N_("Planned (min)"),
    "attended_min": N_("Attended (min)"),
    "late_min": N_("Late (min)"),
}
HIDDEN = ("customer_key",)

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
    "missing": N_("A required cell is empty"),
    "off_scale": N_("Outside the scale"),
    "ends_before_start": N_("Ends before it starts"),
    "unknown_value": N_("Not one of the known words"),
    "unreadable_time": N_("Not a date and time"),
    "unreadable_date": N_("Not a date"),
    "unreadable_month": N_("Not a month"),
    "unreadable_seconds": N_("Not a number of seconds"),
    "unreadable_number": N_("Not a number"),
    "unreadable_whole": N_("Not a whole number"),
    "unreadable_flag": N_("Neither yes nor no"),
}

BOM = b"\xef\xbb\xbf"  # without it Excel reads Chinese as the system's old encoding


def label(column: str, lang: str) -> str:
    """A column's heading: from its contract, else from the list above, else its own name."""
    if column in ADDED:
        return words(lang)(ADDED[column])
    for contract in CONTRACTS.values():
        for known in contract.columns:
            if known.name == column:
                return known.zh if lang == "zh" else known.en
    return column


def rows_shown(rows: pl.DataFrame, lang: str) -> pl.DataFrame:
    """Rows behind a figure with headings in words, without what must not be shown."""
    kept = [column for column in rows.columns if column not in HIDDEN and not rows[column].is_null().all()]
    names: dict[str, str] = {}
    for column in kept:
        name = label(column, lang)
        names[column] = name if name not in names.values() else f"{name} ({column})"
    spoken = [_spoken(column, lang) for column in kept]
    return rows.select(spoken).rename(names)


def _spoken(column: str, lang: str) -> pl.Expr:
    """A column with its coded values in words: in → 呼入."""
    choices = next(
        (known.choices for c in CONTRACTS.values() for known in c.columns if known.name == column), None
    )
    if lang != "zh" or not choices:
        return pl.col(column)
    return pl.col(column).replace({code: said[0] for code, said in choices.items()})


def csv_bytes(rows: pl.DataFrame) -> bytes:
    """CSV with a byte order mark; a text that a spreadsheet would run as a formula gets an apostrophe."""
    guarded = rows.with_columns(
        pl.when(pl.col(pl.String).str.contains(r"^[=+\-@\t\r]"))
        .then(pl.lit("'") + pl.col(pl.String))
        .otherwise(pl.col(pl.String))
        .name.keep()
    )
    return BOM + guarded.write_csv().encode()


def contract_name(contract: str, lang: str) -> str:
    """What a table is called on screen."""
    known = CONTRACTS.get(contract)
    return contract if known is None else (known.zh if lang == "zh" else known.en)


def files(books: pl.DataFrame, lang: str) -> tuple[list[str], list[tuple]]:
    """Every load with its accounting, as `kpi.ledger.file_rows` gives them: headings and rows."""
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


def audit_title(name: str, lang: str) -> str:
    """What an audit looks for, in words."""
    return next((in_words(audit.title, lang) for audit in known_audits() if audit.name == name), name)


def rejects_shown(rows: pl.DataFrame, lang: str) -> pl.DataFrame:
    """Rejects as `kpi.ledger.reject_rows` gives them, with headings, tables, columns and rules in words."""
    t = words(lang)
    return pl.DataFrame(
        {
            t("File"): rows["file"],
            t("Table"): [contract_name(name, lang) for name in rows["table"]],
            t("File row"): rows["row"],
            t("Column"): [label(name, lang) if name else "" for name in rows["column"]],
            t("Raw value"): rows["raw"],
            t("Rule"): [t(RULES.get(rule, rule)) for rule in rows["rule"]],
        }
    )
