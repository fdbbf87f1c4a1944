"""The command `service-kpi watch`: a watched folder, its loads told in the terminal."""

from __future__ import annotations

import signal
import sys
from datetime import timedelta
from pathlib import Path

from dashboard.commands.answers import Answers
from dashboard.words.translate import words
from etl.home import Home
from etl.loading.report import LoadReport
from etl.snapshots.snapshot import current_id
from etl.watching.watch import watch
from etl.watching.watch_state import ask_again
from kpi.loading.load import load_files


def watch_folder(
    home: Home, folder: Path, minutes: float, answers: Answers, *, once: bool, recursive: bool, retry: bool
) -> bool:
    """Watch `folder` until stopped, or look `once`; return whether no file was refused.

    With `retry` the files that failed are tried again, by the watcher that is running or else by this one.
    """
    t, reports = words(answers.lang), []
    if retry and ask_again(home, folder):
        answers.done(t("The program that watches this folder tries again now."))
        return True

    def load(paths: list[Path]) -> LoadReport:
        return answers.run(lambda progress: load_files(home, paths, progress=progress, wait=True))

    def told(report: LoadReport) -> None:
        reports.append(report)
        if not once:
            answers.load(report, home)
            sys.stdout.flush()  # whoever reads a log of it does not wait for the next load

    if not once:
        answers.say(t("Watching {folder} – stop with Ctrl+C").format(folder=folder))
    # A service manager says SIGTERM where a person presses Ctrl+C, which a script's job would not hear.
    stops = (signal.SIGINT, signal.SIGTERM)
    before = {one: signal.signal(one, signal.default_int_handler) for one in stops}
    try:
        watch(home, folder, load, every=timedelta(minutes=minutes), once=once, recursive=recursive, told=told)
    except KeyboardInterrupt:
        if once:
            raise
        answers.say(t("Stopped."))
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    if once and not reports and not answers.as_json:
        answers.done(t("There is nothing new in {folder}.").format(folder=folder))
    elif once:
        answers.load(reports[0] if reports else LoadReport(current_id(home), ()), home)
    return not any(file.status == "refused" for report in reports for file in report.files)
