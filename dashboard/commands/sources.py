"""What `service-kpi sources` answers: the known formats, templates to fill, and a map proposed for a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from dashboard.commands.answers import Answers
from dashboard.words.frames import contract_name, label
from dashboard.words.sources import fault_text
from dashboard.words.translate import Translate, words
from etl.errors import N_, Problem
from etl.home import Home
from etl.propose import answer, doubtful, save


def proposal(home: Home, file: Path, name: str | None, decided: Sequence[str], answers: Answers) -> None:
    """Answer with a map proposed for `file` as `decided`, and save it as `name` when one is given.

    Raises Problem when there is nothing to save, or something required is undecided.
    """
    document, draft = answer(home, file, answers.remark, decided)
    if name is not None:
        if draft is None:
            raise _nothing_to_save(document)
        home.create()
        path = save(home, draft, name, file.stem)
        left = [f"{table}.{one.column}" for table, one in doubtful(draft)]
        document |= {"saved": path.relative_to(home.path).as_posix(), "left": left}
    if answers.as_json or document["source"] is not None:
        answers.document(document)
        return
    if document["proposals"]:
        answers.sheets(document, proposal_tables(document, answers.lang))
    print("\n".join(said(document, words(answers.lang))))


def _nothing_to_save(document: dict) -> Problem:
    if document["source"] is not None:
        return Problem(
            document["file"],
            N_("It is known already, as {source}."),
            N_("Load it, or write the map yourself."),
            source=document["source"],
        )
    return Problem(
        document["file"],
        N_("No table fits it."),
        N_("Fill a template from “service-kpi sources --template DIR”."),
    )


def proposal_tables(document: dict, lang: str) -> list[Table]:
    """The tables of a proposal that are in use, and the first rows mapped, for a terminal."""
    t = words(lang)
    shown = []
    for one in document["proposals"]:
        if one["use"]:
            title = f"{contract_name(one['table'], lang)} ({one['table']})"
            table = Table(t("Column"), t("Read from"), t("Doubt"), title=title, show_lines=False)
            for column in one["columns"]:
                named = f"{label(column['column'], (one['table'],), lang)}\n{column['column']}"
                table.add_row(named, column["from"] or "–", column["doubt"] or "")
            shown.append(table)
    if document["rows"]:
        shown.append(_rows(document, lang))
    return shown


def _rows(document: dict, lang: str) -> Table:
    t, contract = words(lang), document["proposals"][0]["table"]
    names = [n for n in document["rows"][0] if any(row.get(n) for row in document["rows"])]
    names = [n for n in names if n not in ("fault_column", "fault_rule")]
    table = Table(*(label(name, (contract,), lang) for name in names), t("Fault"), title=t("First rows"))
    for row in document["rows"]:
        table.add_row(*(row.get(name) or "" for name in names), fault_text(row, contract, lang))
    return table


def said(document: dict, t: Translate) -> list[str]:
    """The sentences under a proposal: what else it could be, what was saved, what is still doubtful."""
    if not document["proposals"]:
        return [t("No table fits it.")]
    lines = []
    others = [f"{one['table']} ({one['score']:.0%})" for one in document["proposals"] if not one["use"]]
    if others:
        lines.append(t("It could also be: {tables}.").format(tables=", ".join(others)))
    if "saved" in document:
        lines.append(
            t("Saved as {path}; files with these columns load from now on.").format(path=document["saved"])
        )
        if document["left"]:
            left = ", ".join(document["left"])
            lines.append(t("These doubts were left as they stand: {columns}.").format(columns=left))
    else:
        lines.append(t("To keep it: --save NAME. To correct it first: the page “Data” of the dashboard."))
    return lines
