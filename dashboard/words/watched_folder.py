"""The state of a watched folder and its failed files, in words, without the page."""

from __future__ import annotations

from datetime import datetime

from dashboard.words.translate import problem_text, words
from etl.errors import N_
from etl.personal import mask_numbers
from etl.watching.watch_state import Watched

STATES = {
    "waiting": N_("Being watched"),
    "loading": N_("Loading now"),
    "stopped": N_("Not being watched: “service-kpi watch” does not run"),
}
RESULTS = {
    "loaded": N_("{count} loaded"),
    "unchanged": N_("{count} known already"),
    "refused": N_("{count} not loaded"),
}


def state_text(one: Watched, lang: str) -> list[str]:
    """Whether a folder is watched, when it was last looked into, the last run, and what is wrong with it."""
    t = words(lang)
    looked = t("last look {time}").format(time=_time(one.looked_at)) if one.looked_at else ""
    coming = t("next at {time}").format(time=_time(one.next_at)) if one.next_at else ""
    lines = [" · ".join(filter(None, (t(STATES[one.state]), looked, coming)))]
    if one.last is not None:
        run = one.last
        results = [t(RESULTS[status]).format(count=count) for status, count in run.files.items()]
        rows = t("{rows} rows read, {rejected} rejected").format(
            rows=f"{run.rows_read:,}", rejected=f"{run.rejected:,}"
        )
        files = t("Last run {time}, {seconds} s: files: {results}; {rows}")
        lines.append(
            files.format(
                time=_time(run.at), seconds=round(run.took_s), results=t(", ").join(results), rows=rows
            )
        )
    if one.trouble is not None:
        where, what, do = problem_text(one.trouble.problem(), lang)
        lines.append(f"{where}: {what} {do}".strip())
    return lines


def failed_rows(one: Watched, lang: str) -> list[tuple[str, str, str, str]]:
    """The files that could not be loaded: name, reason, when it was tried, what happens next."""
    t, rows = words(lang), []
    for name, seen in one.failed.items():
        reason = ""
        if seen.trouble is not None:
            _, what, do = problem_text(seen.trouble.problem(), lang)
            reason = f"{what} {do}".strip()
        state = t("Waits to be seen") if seen.waits else t("Is tried once more")
        rows.append((mask_numbers(name), reason, _time(seen.at), state))
    return rows


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
