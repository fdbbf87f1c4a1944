"""What `service-kpi check` finds: the faults of catalogue, config, home and records; what to load again."""

from __future__ import annotations

import os
from collections.abc import Callable

from dashboard.words.translate import problem_text
from etl.books.to_load_again import to_load_again
from etl.errors import N_, Problem
from etl.home import Home
from etl.loading.ignore import load_ignore
from etl.maps.maps import load_sources
from etl.people.aliases import load_aliases
from etl.snapshots.snapshot import current
from kpi.catalog.definitions import Catalog
from kpi.catalog.load import load_catalog
from kpi.records import open_records
from kpi.workdays import read_calendar


def faults(home: Home, lang: str) -> list[str]:
    """One sentence a fault, in `lang`; nothing is created or changed."""
    found: list[Problem] = []
    steps: tuple[Callable[[Home], object], ...] = (
        lambda home: home.settings,
        lambda home: load_catalog(home.config),
        lambda home: load_sources(home.config),
        lambda home: load_ignore(home.config),
        lambda home: load_aliases(home.config),
        lambda home: read_calendar(home.config),
        _folder,
        current,
        _records,
    )
    for step in steps:
        try:
            checked = step(home)
        except Problem as problem:
            found.append(problem)
        else:
            found += checked.left_out if isinstance(checked, Catalog) else ()
    return [" ".join(problem_text(problem, lang)).strip() for problem in found]


def load_again(home: Home, lang: str) -> list[str]:
    """One sentence a table whose files, loaded again, would say more than they did to an earlier program."""
    try:
        snapshot = current(home)
    except Problem:
        return []  # a fault, which says what to do first
    found = [] if snapshot is None else to_load_again(snapshot)
    return [" ".join(problem_text(problem, lang)).strip() for problem in found]


def _folder(home: Home) -> None:
    if home.path.exists() and not (home.path.is_dir() and os.access(home.path, os.W_OK)):
        raise Problem(
            str(home.path), N_("The home cannot be written."), N_("Give this user the right to write it.")
        )


def _records(home: Home) -> None:
    records = open_records(home.records_url, create=False)
    if records is not None:
        try:
            records.verify_trail()
        finally:
            records.close()
