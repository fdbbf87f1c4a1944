"""The command `service-kpi`."""

from __future__ import annotations

import locale
import logging
import os
import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from dashboard.commands.answers import Answers
from dashboard.log import log_fault
from dashboard.words.translate import LANGUAGES, words
from etl.errors import N_, Problem
from etl.home import Home, find_home

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


def _language(value: str) -> str:
    if value not in ("", *LANGUAGES):
        raise typer.BadParameter(" or ".join(LANGUAGES))
    if value:
        return value
    environment = next(
        (os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), None
    )
    # Python calls the C locale English; it is nobody's language.
    return "en" if (environment or locale.getlocale()[0] or "").lower().startswith("en") else "zh"


HomeOption = Annotated[Path | None, typer.Option("--home", help="The folder of this installation.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
LangOption = Annotated[str, typer.Option("--lang", help=f"{' or '.join(LANGUAGES)}.", callback=_language)]
MonthOption = Annotated[str | None, typer.Option("--month", help="The month measured, as 2026-10.")]
DayOption = Annotated[
    datetime | None,
    typer.Option("--day", formats=["%Y-%m-%d"], help="The day of a daily report; else the newest one."),
]
TeamOption = Annotated[str | None, typer.Option("--team", help="One team.")]
AgentOption = Annotated[str | None, typer.Option("--agent", help="One agent, by number or unique name.")]


class What(StrEnum):
    """What `show` can show."""

    goals = "goals"
    appraisal = "appraisal"
    standards = "standards"
    indicators = "indicators"
    overview = "overview"
    daily = "daily"


class Sheet(StrEnum):
    """What `export` can export."""

    goals = "goals"
    appraisal = "appraisal"
    standards = "standards"
    overview = "overview"
    daily = "daily"


class Format(StrEnum):
    """The formats of an export."""

    xlsx = "xlsx"
    pdf = "pdf"
    csv = "csv"
    zip = "zip"
    png = "png"


def _one_scope(team: str | None, agent: str | None, *, everyone: bool = False) -> None:
    if sum((team is not None, agent is not None, everyone)) > 1:
        raise typer.BadParameter("--team, --agent and --all exclude each other.")


def _month_or_day(what: str, month: str | None, day: datetime | None) -> None:
    """Refuse a daily report of a month, and all else without one."""
    if what != What.daily and (month is None or day is not None):
        raise typer.BadParameter(f"{what} needs a --month, and has no --day.")
    if what == What.daily and month is not None:
        raise typer.BadParameter("A daily report is of a --day, and has no --month.")


def _unit_only(what: str, *, no_unit: bool) -> None:
    """Refuse a person, or everyone one by one, for what is about everyone or one team as a whole."""
    if no_unit and what in (What.overview, What.daily):
        named = "An overview" if what == What.overview else "A daily report"
        raise typer.BadParameter(f"{named} is about everyone or one --team.")


@app.command()
def load(
    paths: Annotated[list[Path], typer.Argument(help="Files, or folders.")],
    source: Annotated[str | None, typer.Option(help="The source, when it is not recognised.")] = None,
    table: Annotated[str | None, typer.Option(help="Load only this table of each file.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count, but keep nothing.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Load also what was loaded before.")] = False,
    recursive: Annotated[bool, typer.Option("--recursive", help="Sub-folders too.")] = False,
    as_of: Annotated[
        datetime | None,
        typer.Option("--as-of", formats=["%Y-%m-%d"], help="The day a staff list without dates holds from."),
    ] = None,
    complete: Annotated[
        bool,
        typer.Option("--complete", help="A staff list has all of its teams: who is missing has left."),
    ] = False,
    answer: Annotated[
        list[str] | None, typer.Option(help="What answers of surveys mean: scale=5, best=1, satisfied=2.")
    ] = None,
    home: HomeOption = None,
    json: JsonOption = False,
    lang: LangOption = "",
) -> None:
    """Load exports: every row is loaded, updated, a duplicate, rejected or ignored, and counted."""
    from etl.loading.staff_lists import Asked
    from etl.maps.answer_scales import read_scale
    from kpi.loading.load import load_files

    answers, scale = Answers(lang, json), read_scale(answer or [])
    report = answers.run(
        lambda progress: load_files(
            find_home(home),
            paths,
            source=source,
            table=table,
            dry_run=dry_run,
            again=again,
            recursive=recursive,
            asked=Asked(as_of.date() if as_of else None, complete),
            answers=scale,
            progress=progress,
        )
    )
    answers.load(report, find_home(home))
    answers.left_out(find_home(home))
    if any(file.status == "refused" for file in report.files):
        raise typer.Exit(1)


@app.command()
def watch(
    folder: Annotated[Path, typer.Argument(help="The folder that exports arrive in.")],
    every: Annotated[float, typer.Option(min=0.1, help="Minutes between two looks.")] = 5.0,
    once: Annotated[bool, typer.Option("--once", help="Look once, load what is new, and end.")] = False,
    recursive: Annotated[bool, typer.Option("--recursive", help="Sub-folders too.")] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Try again what failed.")] = False,
    home: HomeOption = None,
    json: JsonOption = False,
    lang: LangOption = "",
) -> None:
    """Load what is new or has grown in a folder, now and every few minutes."""
    from dashboard.commands.watch import watch_folder

    if json and not (once or retry):
        raise typer.BadParameter("--json goes with --once: a watch that does not end has no one answer.")
    answers = Answers(lang, json)
    if not watch_folder(find_home(home), folder, every, answers, once=once, recursive=recursive, retry=retry):
        raise typer.Exit(1)


@app.command()
def sources(
    file: Annotated[Path | None, typer.Argument(help="Say which source this file is.")] = None,
    template: Annotated[Path | None, typer.Option(help="Write empty templates into this folder.")] = None,
    propose: Annotated[bool, typer.Option("--propose", help="Propose a map for an unknown file.")] = False,
    decided: Annotated[
        list[str] | None, typer.Option("--answer", help="COLUMN=CHOICE, or COLUMN:VALUE=MEANING.")
    ] = None,
    save: Annotated[str | None, typer.Option(help="Save the proposal under this name.")] = None,
    home: HomeOption = None,
    json: JsonOption = False,
    lang: LangOption = "",
) -> None:
    """List the known formats; say which one a file is, or propose a map for it; or write templates."""
    from dashboard.commands.sources import proposal, templates
    from dashboard.words.sources import known_sources
    from etl.loading.preview import preview

    answers = Answers(lang, json)
    propose = propose or save is not None or bool(decided)
    if propose and (file is None or template is not None):
        raise typer.BadParameter("--propose, --answer and --save go with a FILE.")
    if template is not None:
        answers.document({"written": [str(path) for path in templates(find_home(home), template, lang)]})
    elif propose:
        proposal(find_home(home), file, save, decided or [], answers)
    elif file is not None:
        answers.document(preview(find_home(home), file))
    else:
        answers.rows(known_sources(find_home(home), lang))


@app.command()
def rejects(
    name: Annotated[str | None, typer.Option("--file", help="Only those of this file.")] = None,
    csv: Annotated[bool, typer.Option("--csv", help="As CSV on stdout.")] = False,
    xlsx: Annotated[Path | None, typer.Option(help="Write them into this workbook, to be corrected.")] = None,
    home: HomeOption = None,
    json: JsonOption = False,
    lang: LangOption = "",
) -> None:
    """Show the rows that were set aside, with file, row, column, raw value and rule."""
    from dashboard.commands.show import rejects_to
    from dashboard.words.csv_cells import csv_bytes
    from etl.books.book_lists import reject_rows
    from etl.snapshots.snapshot import current

    frame = reject_rows(current(find_home(home)), name)
    if xlsx is not None:
        Answers(lang, json).document({"path": str(rejects_to(find_home(home), xlsx, name, lang))})
    elif csv:
        sys.stdout.buffer.write(csv_bytes(frame))
    else:
        Answers(lang, json).rows(frame.to_dicts())


@app.command()
def corrections(home: HomeOption = None, json: JsonOption = False, lang: LangOption = "") -> None:
    """List the corrections: what each does and why, who stands for it, and the rows it applies to."""
    from dashboard.words.corrections import correction_json, correction_row
    from kpi.figures.view import open_view
    from kpi.loading.correction_list import listed

    view = open_view(find_home(home))
    found, answers = listed(view), Answers(lang, json)
    if json:
        answers.rows([correction_json(one, lang) for one in found])
    else:
        zone = view.home.settings.timezone
        answers.rows([correction_row(one, zone, lang) for one in found])


@app.command()
def show(
    what: What,
    month: MonthOption = None,
    day: DayOption = None,
    team: TeamOption = None,
    agent: AgentOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
    lang: LangOption = "",
) -> None:
    """Show a sheet, all indicators, the overview or a day of everyone, a team or an agent."""
    from dashboard.commands.show import show_what

    _one_scope(team, agent)
    _unit_only(what, no_unit=agent is not None)
    _month_or_day(what, month, day)
    answers = Answers(lang, json)
    answers.empty(find_home(home))
    answers.left_out(find_home(home))
    answers.sheets(
        *show_what(find_home(home), what, month, day=day and day.date(), team=team, agent=agent, lang=lang)
    )


@app.command()
def export(
    what: Sheet,
    format: Annotated[
        Format, typer.Option("--format", help="xlsx, pdf, csv, zip; overview: pdf, png; daily: png.")
    ],
    out: Annotated[Path, typer.Option("--out", help="The folder to write into.")],
    month: MonthOption = None,
    day: DayOption = None,
    team: TeamOption = None,
    agent: AgentOption = None,
    everyone: Annotated[bool, typer.Option("--all", help="One file with everyone and a cover list.")] = False,
    home: HomeOption = None,
    json: JsonOption = False,
    lang: LangOption = "",
) -> None:
    """Export a sheet as a workbook, a PDF or a CSV, or the overview of a month, or a day, as one page."""
    from dashboard.commands.show import export_to
    from dashboard.export.bundle import FORMATS

    _one_scope(team, agent, everyone=everyone)
    if format not in FORMATS[what]:
        raise typer.BadParameter(f"{what.value} can be written as {', '.join(FORMATS[what])}.")
    _unit_only(what, no_unit=agent is not None or everyone)
    _month_or_day(what, month, day)
    path = export_to(
        find_home(home),
        what,
        month,
        format,
        out,
        day=day and day.date(),
        team=team,
        agent=agent,
        everyone=everyone,
        lang=lang,
    )
    Answers(lang, json).document({"path": str(path)})


@app.command()
def rebuild(home: HomeOption = None, json: JsonOption = False, lang: LangOption = "") -> None:
    """Add all figures up anew, by the catalogue as it is now: after a change of config/."""
    from kpi.loading.load import reapply

    answers, t = Answers(lang, json), words(lang)
    answers.left_out(find_home(home))
    made = answers.run(lambda progress: reapply(find_home(home)))
    text = t("The figures were added up anew, as data {snapshot}.") if made else t("Nothing to show.")
    answers.done(text.format(snapshot=made))


@app.command()
def check(home: HomeOption = None, json: JsonOption = False, lang: LangOption = "") -> None:
    """Check catalogue, config, home and records: every fault, one line each; and what to load again."""
    from dashboard.commands.check import faults, load_again

    found = faults(find_home(home), lang)
    Answers(lang, json).faults(found, load_again(find_home(home), lang))
    if found:
        raise typer.Exit(1)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8501,
    home: HomeOption = None,
    lang: LangOption = "",  # of what is said when it cannot start: main() reads it
) -> None:
    """Serve the dashboard on this computer."""
    from dashboard.commands.serve import serve_home

    serve_home(find_home(home), host, port, words(lang))


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8501,
    home: Annotated[Path, typer.Option("--home", help="Where the sample home lies.")] = Path(
        "service-kpi-demo"
    ),
    lang: LangOption = "",
) -> None:
    """Make the sample home when it is missing, and serve it."""
    from dashboard.commands.serve import make_demo, serve_home

    make_demo(Home(home), words(lang))
    serve_home(Home(home), "127.0.0.1", port, words(lang), open_browser=True)


def main() -> None:
    """Run the command; a Problem becomes one sentence (or one JSON document) and exit code 1."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    try:
        app()
    except Problem as problem:
        _answers().problem(problem)
        sys.exit(1)
    except Exception as error:  # a fault of ours: one sentence for the person, the place for the log
        log_fault(error)
        _answers().problem(
            Problem(
                "service-kpi",
                N_("Something went wrong ({kind})."),
                N_("Please report it with the line above."),
                kind=type(error).__name__,
            )
        )
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def _answers() -> Answers:
    arguments = " ".join(sys.argv[1:]).replace("--lang=", "--lang ").split(" ")
    asked = arguments[arguments.index("--lang") + 1] if "--lang" in arguments else ""
    return Answers(_language(asked), "--json" in arguments)


if __name__ == "__main__":
    main()
