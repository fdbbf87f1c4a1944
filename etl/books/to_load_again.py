"""The files whose facts say less than the same files would say today: loaded by an earlier program."""

from __future__ import annotations

from etl.errors import N_, Problem
from etl.snapshots.formats import EARLIEST, MIGRATIONS
from etl.snapshots.snapshot import Snapshot

# Files with facts of a contract that were loaded before a format.
LOADED_BEFORE = """
    SELECT DISTINCT name FROM files
    WHERE contract = $contract AND facts > 0 AND coalesce(format, $earliest) < $format
    ORDER BY name"""
NAMED = 10  # of them; the others are counted


def to_load_again(snapshot: Snapshot) -> list[Problem]:
    """What facts of an earlier program do not say: one sentence a contract, with the files' names."""
    found = []
    for number, migration in sorted(MIGRATIONS.items()):
        for contract, unsaid in migration.unsaid.items():
            values = {"contract": contract, "earliest": EARLIEST, "format": number}
            names = snapshot.query(LOADED_BEFORE, values)["name"].to_list()
            if names:
                more = [f"+{len(names) - NAMED}"] * (len(names) > NAMED)
                found.append(
                    Problem(
                        ", ".join([*names[:NAMED], *more]),
                        unsaid,
                        N_("Loaded again with --again they say it."),
                    )
                )
    return found
