"""How the command line answers: one JSON document, or sentences and tables for a person."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from rich.console import Console
from rich.table import Table

from dashboard.intake.running import run_in_terminal
from dashboard.words.translate import problem_text, remark_text, words
from etl.errors import N_, Problem, Remark
from etl.home import Home
from etl.loading.report import LoadReport, report_json
from etl.progress import Progress
from etl.snapshots.snapshot import current_id
from kpi.catalog.load import load_catalog

T = TypeVar("T")
IDENTITY = (
    ("rows_read", N_("rows read")),
    ("loaded", N_("loaded")),
    ("updated", N_("updated")),
    ("duplicate", N_("duplicate")),
    ("rejected", N_("rejected")),
    ("ignored", N_("ignored")),
)
STATUS = {"loaded": N_("loaded"), "unchanged": N_("unchanged"), "refused": N_("refused")}


@dataclass(frozen=True, slots=True)
class Answers:
    """Prints answers in `lang`; with `as_json` stdout carries exactly one document."""

    lang: str
    as_json: bool

    def document(self, document: object) -> None:
        """Print one answer, as JSON or as an indented outline of it."""
        if self.as_json:
            print(json.dumps(document, ensure_ascii=False, indent=2))
        elif isinstance(document, list):
            self.rows(document)
        else:
            for line in _outline(document):
                print(line)

    def rows(self, rows: Sequence[Mapping[str, object]]) -> None:
        """Print a list of records, as JSON or as a table."""
        if self.as_json:
            print(json.dumps(rows, ensure_ascii=False, indent=2, default=str))
            return
        if not rows:
            print(words(self.lang)("Nothing to show."))
            return
        table = Table(*rows[0])
        for row in rows:
            table.add_row(*(_cell(value) for value in row.values()))
        _show(table)

    def sheets(self, document: object, tables: Sequence[Table]) -> None:
        """Print sheets, as one JSON document or as a table each."""
        if self.as_json:
            print(json.dumps(document, ensure_ascii=False, indent=2))
            return
        for table in tables:
            _show(table)
        if not tables:
            print(words(self.lang)("Nothing to show."))

    def run(self, work: Callable[[Progress], T]) -> T:
        """Do `work` and return its result, showing progress on stderr (with `as_json` on a terminal only)."""
        return run_in_terminal(work, words(self.lang), quiet=self.as_json)

    def done(self, text: str) -> None:
        """Print that something was done, where there is nothing else to show."""
        print(json.dumps({"done": text}, ensure_ascii=False) if self.as_json else text)

    def say(self, text: str) -> None:
        """Print a remark beside the answer, on stderr."""
        print(text, file=sys.stderr)

    def empty(self, home: Home) -> None:
        """Say on stderr that a home has no data, lest a mistyped folder looks like a quiet month."""
        if current_id(home) is None:
            text = words(self.lang)("There is no data in {home}; load files first.")
            print(text.format(home=home.path), file=sys.stderr)

    def left_out(self, home: Home) -> None:
        """Say on stderr how many of the home's own entries are left out, lest one is missed in silence."""
        if faults := load_catalog(home.config).left_out:
            text = words(self.lang)(
                "Entries in {folder} that are left out: {count}. “service-kpi check” says why."
            )
            print(text.format(folder=home.config, count=len(faults)), file=sys.stderr)

    def load(self, report: LoadReport, home: Home) -> None:
        """Print a load's report: the accounting of every file, and the totals."""
        document = report_json(report, self.sentence, self.remark)
        if self.as_json:
            print(json.dumps(document, ensure_ascii=False, indent=2))
            return
        t = words(self.lang)
        files = document["files"]
        table = Table(t("file"), t("table"), t("status"), *(t(name) for _, name in IDENTITY))
        for file in files:
            name = file["path"].replace("\\", "/").rsplit("/", 1)[-1]
            counts = (f"{file[key]:,}" for key, _ in IDENTITY)
            table.add_row(name, file["table"] or "", t(STATUS[file["status"]]), *counts)
        sums = {key: sum(file[key] for file in files) for key, _ in IDENTITY}
        table.add_row(t("total"), "", "", *(f"{sums[key]:,}" for key, _ in IDENTITY), style="bold")
        _show(table)
        for line in self._remarks(document):
            print(line)
        print(t("The data lies in {home}. To look at it: service-kpi serve").format(home=home.path))

    def _remarks(self, document: dict) -> list[str]:
        t = words(self.lang)
        lines = []
        for file in document["files"]:
            if file["message"]:
                lines.append(file["message"])
            rules = ", ".join(f"{rule} {count:,}" for rule, count in file["reject_rules"].items())
            if rules:
                lines.append(t("{name}: set aside: {rules}").format(name=file["path"], rules=rules))
            lines += [f"{file['path']}: {warning}" for warning in file["warnings"]]
        lines += document["warnings"]
        lines += [t("Left out: {name}").format(name=name) for name in document["skipped"]]
        return lines

    def sentence(self, problem: Problem) -> str:
        """A Problem in one line: where, what, and what to do."""
        where, what, do = problem_text(problem, self.lang)
        return f"{where}: {what} {do}".strip()

    def remark(self, remark: Remark) -> str:
        """A remark in the language of the answers."""
        return remark_text(remark, self.lang)

    def problem(self, problem: Problem) -> None:
        """Print a Problem that ended the command."""
        where, what, do = problem_text(problem, self.lang)
        if self.as_json:
            print(
                json.dumps({"error": {"where": where, "what": what, "do": do}}, ensure_ascii=False, indent=2)
            )
        else:
            print(self.sentence(problem), file=sys.stderr)

    def faults(self, faults: Sequence[str], load_again: Sequence[str]) -> None:
        """Print each fault on a line of its own, or that there is none; then what to load again."""
        if self.as_json:
            found = {"faults": list(faults), "load_again": list(load_again)}
            print(json.dumps(found, ensure_ascii=False, indent=2))
        else:
            print("\n".join([*(faults or [words(self.lang)("Everything is in order.")]), *load_again]))


def _outline(document: object, indent: str = "") -> list[str]:
    lines = []
    items = document.items() if isinstance(document, Mapping) else enumerate(document, start=1)
    for key, value in items:
        if isinstance(value, Mapping | list) and value:
            lines += [f"{indent}{key}:", *_outline(value, indent + "  ")]
        else:
            lines.append(f"{indent}{key}: {_cell(value)}")
    return lines


def _show(table: Table) -> None:
    # Texts from files print as they are: "[old]" is no style, ":one:" no picture.
    width = None if sys.stdout.isatty() else 200
    Console(width=width, markup=False, emoji=False, highlight=False).print(table)


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:g}" if isinstance(value, float) else str(value)
