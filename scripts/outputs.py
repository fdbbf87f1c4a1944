"""Write everything that a home's sheets say as text, so that two versions of the program can be compared.

python scripts/outputs.py HOME OUT [--months 2026-10,2026-09]

Run it before and after a change that should change nothing, each into a folder of its own, and compare them
with `diff -r`. OUT gets `show --json` of every sheet, the text of every PDF, the cells of every workbook and
every CSV: of all months, everyone, each team and three people.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

import openpyxl
from pypdf import PdfReader
from typer.testing import CliRunner

from dashboard.cli import app
from etl.errors import Problem

SHEETS = ("goals", "appraisal", "standards")
FORMATS = ("pdf", "xlsx", "csv")


def run(*arguments: str) -> str:
    """What the command prints; a Problem as its words."""
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=True)
    if isinstance(result.exception, Problem):
        return f"Problem: {result.exception}"
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.stdout


def pdf_text(path: Path) -> str:
    """The text of all pages."""
    return "\n\f\n".join(page.extract_text() for page in PdfReader(path).pages)


def workbook_text(path: Path) -> str:
    """Every cell that is not empty: its place, value, formula and number format."""
    lines = []
    with path.open("rb") as formulas, path.open("rb") as values:
        book, shown = openpyxl.load_workbook(formulas), openpyxl.load_workbook(values, data_only=True)
        for sheet in book:
            lines.append(f"# {sheet.title} {sorted(map(str, sheet.merged_cells.ranges))}")
            for row in sheet.iter_rows():
                lines += [
                    f"{cell.coordinate}\t{cell.value!r}\t{shown[sheet.title][cell.coordinate].value!r}"
                    f"\t{cell.number_format}"
                    for cell in row
                    if cell.value is not None
                ]
    return "\n".join(lines)


READERS = {"pdf": pdf_text, "xlsx": workbook_text, "csv": lambda path: path.read_text("utf-8-sig")}


def export(what: str, format: str, *arguments: str) -> str:
    """The text of one export."""
    with tempfile.TemporaryDirectory() as folder:
        said = run("export", what, "--format", format, "--out", folder, *arguments)
        written = list(Path(folder).iterdir())
        return READERS[format](written[0]) if written else said


def without_snapshot(text: str) -> str:
    """JSON without the number of the snapshot, which differs between two homes of the same data."""

    def left(value: object) -> object:
        if isinstance(value, dict):
            return {key: left(item) for key, item in value.items() if key != "snapshot"}
        return [left(item) for item in value] if isinstance(value, list) else value

    return json.dumps(left(json.loads(text)), ensure_ascii=False, indent=1)


def main() -> None:
    """Write the outputs of one home."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument(
        "--months",
        default=",".join([*(f"2025-{m:02}" for m in (10, 11, 12)), *(f"2026-{m:02}" for m in range(1, 11))]),
    )
    parser.add_argument("--teams", default="热线一组,热线二组,热线三组,夜班组,投诉组")
    parser.add_argument("--agents", default="1003,2005,4002")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True)
    subjects = {"all": ()}
    subjects |= {team: ("--team", team) for team in asked.teams.split(",")}
    subjects |= {agent: ("--agent", agent) for agent in asked.agents.split(",")}
    home = ("--home", str(asked.home))
    for month in asked.months.split(","):
        lang = "en" if month.endswith("09") else "zh"
        for name, whose in subjects.items():
            common = ("--month", month, *whose, *home, "--lang", lang)
            stem = f"{month}-{name}"
            for what in (*SHEETS, "indicators"):
                text = without_snapshot(run("show", what, *common, "--json"))
                (asked.out / f"{stem}-{what}.json").write_text(text, "utf-8")
                (asked.out / f"{stem}-{what}.terminal.txt").write_text(run("show", what, *common), "utf-8")
            for what in SHEETS:
                for format in FORMATS:
                    text = export(what, format, *common)
                    (asked.out / f"{stem}-{what}.{format}.txt").write_text(text, "utf-8")
            if not name.isdigit():
                text = export("overview", "pdf", *common)
                (asked.out / f"{stem}-overview.pdf.txt").write_text(text, "utf-8")
        common = ("--month", month, "--all", *home, "--lang", lang)
        for what in SHEETS:
            text = export(what, "xlsx", *common)
            (asked.out / f"{month}-everyone-{what}.xlsx.txt").write_text(text, "utf-8")
        print(month, len(list(asked.out.iterdir())), "files", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
