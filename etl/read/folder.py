"""Which files of a folder or an archive are meant to be read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

NOT_DATA = {".md", ".rst", ".pdf", ".docx"}
LEFTOVERS = {"thumbs.db", "desktop.ini", "__macosx"}  # what systems leave behind; the rest of it is hidden


def is_data(name: str) -> bool:
    """Whether something of this name may be a table: nothing hidden, no lock file, no document."""
    return (
        not name.startswith((".", "~$"))
        and name.casefold() not in LEFTOVERS
        and Path(name).suffix.lower() not in NOT_DATA
    )


def listed(
    paths: Iterable[Path], *, recursive: bool = False, apart_from: Path | None = None
) -> tuple[list[Path], list[str]]:
    """The files that `paths` name, those of folders in their order, and what was left out of the folders.

    With `recursive` the folders in them as well, but no link to a folder (it may lead back up), nor the
    folder `apart_from`.
    """
    files: list[Path] = []
    skipped: list[str] = []
    for path in paths:
        if path.is_dir():
            _list(path, recursive, apart_from and apart_from.absolute(), files, skipped)
        else:
            files.append(path)
    return files, skipped


def _list(
    folder: Path, recursive: bool, apart_from: Path | None, files: list[Path], skipped: list[str]
) -> None:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        files.append(folder)  # what is wrong with it is said when it is opened
        return
    for entry in entries:
        own = apart_from is not None and entry.absolute() == apart_from
        if entry.is_dir() and recursive and is_data(entry.name) and not entry.is_symlink() and not own:
            _list(entry, recursive, apart_from, files, skipped)
        elif entry.is_dir() or not is_data(entry.name):
            skipped.append(str(entry))
        else:
            files.append(entry)
