"""Uploaded files on their way in: texts and tables about them, without the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

import htpy as h

from dashboard.intake.batches import BUSY, Batch, Stage
from dashboard.markup.pieces import table
from dashboard.words.frames import ACCOUNT, RULES, contract_name
from dashboard.words.progress import left_text, rate_text, step_text
from dashboard.words.sources import known_sources
from dashboard.words.translate import problem_text, remark_text, words
from etl.errors import N_
from etl.home import Home
from etl.loading.report import FileReport, LoadReport
from etl.progress import State

TITLES: dict[Stage, str] = {
    "receiving": "",
    "checking": N_("Checking {count} files"),
    "checked": N_("{good} of {count} files can be loaded"),
    "loading": N_("Loading {count} files"),
    "loaded": N_("{good} of {count} files were loaded"),
    "stopped": N_("Stopped. Nothing of the {count} files was kept."),
    "failed": N_("Nothing of the {count} files can be loaded"),
}
STATUS = {"loaded": N_("Will be loaded"), "unchanged": N_("Known already"), "refused": N_("Refused")}
STATUS_LOADED = STATUS | {"loaded": N_("Loaded")}


def title(batch: Batch, stage: Stage, lang: str) -> str:
    """What happens to a batch now: "Loading 3 files"."""
    report = batch.report
    good = {file.path for file in report.files if file.status == "loaded"} if report else ()
    return words(lang)(TITLES[stage]).format(count=len(batch.files), good=len(good))


def head_html(batch: Batch, stage: Stage, lang: str) -> h.Renderable:
    """What happens to a batch now, with a bar while it is worked on."""
    state = batch.state if stage in BUSY else None
    head = h.p(".kpi-batch")[title(batch, stage, lang)]
    return h.fragment[head, progress_html(state, lang) if state else None]


def progress_html(state: State, lang: str) -> h.Renderable:
    """A progress bar with the step, the speed and the time left."""
    t = words(lang)
    right = " · ".join(filter(None, (rate_text(state, t), left_text(state, t))))
    return h.p(".kpi-progress")[
        h.progress(max="1", value=f"{state.share:.3f}"),
        h.span[h.span[step_text(state, t)], h.span[right]],
    ]


def report_html(report: LoadReport, stage: Stage, home: Home, lang: str) -> h.Renderable:
    """A load's report: every file, what became (or would become) of its rows, and all remarks."""
    t = words(lang)
    said = STATUS_LOADED if stage == "loaded" else STATUS
    sources = {one["name"]: one["title"] for one in known_sources(home, lang)}
    headings = [t("File"), t("Status"), t("Source"), t("Table"), *(t(name) for name in ACCOUNT.values())]
    rows = [
        (
            _name(file),
            t(said[file.status]),
            sources.get(file.source or "", file.source or ""),
            contract_name(file.table, lang) if file.table else "",
            *_counts(file),
        )
        for file in report.files
    ]
    remarks = list(dict.fromkeys(_remarks(report, lang)))
    return h.fragment[
        table(headings, rows, numbers=range(4, 10)),
        table((t("File"), t("Remark")), remarks) if remarks else None,
    ]


def _counts(file: FileReport) -> tuple[int | None, ...]:
    """The accounting of a file; nothing for one that was not read."""
    if file.status != "loaded":
        return (None,) * len(ACCOUNT)
    counts = file.counts
    return (
        *(file.rows_read, counts.loaded, counts.updated),
        *(counts.duplicate, counts.rejected, counts.ignored),
    )


def _remarks(report: LoadReport, lang: str) -> Iterator[tuple[str, str]]:
    t = words(lang)
    for file in report.files:
        if file.problem:
            where, what, do = problem_text(file.problem, lang)
            yield PurePath(where).name, f"{what} {do}".strip()
        for rule, count in file.reject_rules.items():
            yield (
                _name(file),
                t("{count} rejected: {rule}").format(count=count, rule=t(RULES.get(rule, rule))),
            )
        for warning in file.warnings:
            yield _name(file), remark_text(warning, lang)
    for remark in report.remarks:
        yield t("All data"), remark_text(remark, lang)


def _name(file: FileReport) -> str:
    return PurePath(file.path).name
