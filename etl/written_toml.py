"""Changes single entries of a TOML file in `config/`: all else stays, people's comments too."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import filelock
import tomlkit

from etl.errors import N_, Problem
from etl.home import read_entries

Place = tuple[str, ...]  # of an entry: ("organisation",), ("shifts", "早")
LOCK_S = 10.0


def entry_at(entries: Mapping[str, object], place: Place) -> object:
    """What stands at a place of the entries of a file; None for nothing."""
    found: object = entries
    for name in place:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def rewritten(text: str, changes: Mapping[Place, object]) -> str:
    """The text of a file with these entries changed; None takes one out."""
    document = tomlkit.parse(text)
    for (*tables, name), value in changes.items():
        table = document
        for one in tables:
            if one not in table and value is not None:
                table[one] = tomlkit.table()
            table = table.get(one, {})
        if value is not None:
            table[name] = value
        elif name in table:
            del table[name]
    return tomlkit.dumps(document)


def change_entries(
    path: Path,
    changes: Mapping[Place, object],
    check: Callable[[Path], object],
    keep: Callable[[Mapping[Place, tuple[object, object]]], None],
) -> tuple[Place, ...]:
    """Change entries of the file at `path`, wholly or not at all; the places that hold something else now.

    `check` is given a folder with the new file and raises Problem where it is at fault. `keep` is told what
    every place held and will hold, once that is known to be right and before it holds: what cannot be
    recorded is not done. Raises what these two raise, and Problem for a file that cannot be read or written.
    """
    with filelock.FileLock(path.parents[1] / "settings.lock", timeout=LOCK_S):
        before = read_entries(path)
        changed = {
            place: (old, new) for place, new in changes.items() if (old := entry_at(before, place)) != new
        }
        if not changed:
            return ()
        try:
            path = path.resolve()  # a link stays one
            text = path.read_bytes().decode() if path.exists() else ""
            new = rewritten(text, {place: new for place, (_, new) in changed.items()})
            room = Path(tempfile.mkdtemp(prefix="saving-", dir=path.parent))
        except OSError as error:
            raise _unwritten(path, error) from None
        try:
            _write(room / path.name, new)
            check(room)
            keep(changed)
            os.replace(room / path.name, path)
        except OSError as error:
            raise _unwritten(path, error) from None
        finally:
            shutil.rmtree(room, ignore_errors=True)
    return tuple(changed)


def _write(path: Path, text: str) -> None:
    with path.open("wb") as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())


def _unwritten(path: Path, error: OSError) -> Problem:
    return Problem(
        f"config/{path.name}",
        N_("It cannot be written ({reason})."),
        N_("Get the right to write there; nothing was changed."),
        reason=error.strerror or error,
    )
