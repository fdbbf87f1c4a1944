"""Snapshots: complete, immutable DuckDB files, published one at a time by replacing CURRENT."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import filelock
import polars as pl

from etl.disk import NO_ROOM, copy, flush, no_room
from etl.errors import N_, Problem, Remark
from etl.home import Home
from etl.read.archive import SCRATCH
from etl.snapshots.damage import is_damaged
from etl.snapshots.formats import (
    FORMAT,
    connect_through_views,
    create_tables,
    format_of,
    is_readable,
    migrate,
)

KEPT = 3
LOOK_AGAIN_S = 0.5  # for another load to be done


class Snapshot:
    """One published file, open for reading. Every query has a cursor of its own, so threads may share it.

    `instead_of` is the id of a newer snapshot that could not be opened, None for the newest. Its blocks
    are compared with their checksums when it is opened `thorough`.
    """

    def __init__(self, path: Path, instead_of: str | None = None, *, thorough: bool = False) -> None:
        self.id = path.stem
        self.path = path
        self.instead_of = instead_of
        try:
            self._stamp = _stamp(path)
            self._connection = duckdb.connect(str(path), read_only=True)
            # Not all blocks: free ones at the end are counted, but may not be in the file.
            blocks, block = self._connection.execute(
                "SELECT used_blocks, block_size FROM pragma_database_size()"
            ).fetchone()
            if path.stat().st_size < blocks * block:
                raise duckdb.IOException("cut off")
            if thorough and self.is_damaged():
                raise duckdb.IOException("other bytes than were written")
            made_in = format_of(self._connection)
            if is_readable(made_in) and made_in < FORMAT:
                self._connection = connect_through_views(path)
        except (duckdb.Error, OSError):
            raise Problem(
                path.name,
                N_("This snapshot cannot be opened."),
                N_("Restore a backup, or load the files into a new home."),
            ) from None
        if not is_readable(made_in):
            raise Problem(
                str(path.parent),
                N_("These data were loaded by another version of this program."),
                N_("Move this folder away and load the files again; what people typed stays."),
            )

    def query(self, sql: str, params: Sequence[object] | Mapping[str, object] = ()) -> pl.DataFrame:
        """The rows of `sql`, with `params` bound to its question marks, or by name those that it names."""
        cursor = self._connection.cursor()
        if not isinstance(params, Mapping):
            return cursor.sql(sql, params=list(params)).pl()
        (statement,) = cursor.extract_statements(sql)
        named = {name: params[name] for name in statement.named_parameters}
        return cursor.sql(statement, params=named).pl()

    def is_damaged(self) -> bool:
        """Whether the file holds other bytes than were written."""
        try:
            with duckdb.connect(str(self.path), read_only=True) as con:
                return is_damaged(con, self.path)
        except duckdb.Error:
            return True

    def is_touched(self) -> bool:
        """Whether the file was written to, or went away, since it was opened."""
        try:
            return _stamp(self.path) != self._stamp
        except OSError:
            return False  # taken away after a newer one: whoever has it open may read on


_open: dict[Path, Snapshot] = {}
_opening = threading.Lock()


def current_id(home: Home) -> str | None:
    """The id of the published snapshot, None before the first load.

    Where CURRENT is missing or damaged, the newest there is: it was whole before it got its name.
    """
    try:
        named = (home.snapshots / "CURRENT").read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError):
        named = ""
    return named if named.isdecimal() else max((path.stem for path in _numbered(home)), default=None)


def current(home: Home, *, thorough: bool = False) -> Snapshot | None:
    """The published snapshot, open for reading; None before the first load.

    When it is damaged, the newest one before it that is not. Problem when there is none. Its blocks are
    looked at when it is `thorough`, or when somebody wrote to the file after it was published.
    """
    snapshot_id = current_id(home)
    if snapshot_id is None:
        return None
    path = (home.snapshots / f"{snapshot_id}.duckdb").resolve()
    with _opening:
        known = _open.get(path)
        if known is None or known.is_touched() or (thorough and known.is_damaged()):
            _open[path] = _newest_good(path, thorough=thorough)
            # A page may still be reading the one before; older ones close with their last reader.
            for old in sorted(p for p in _open if p.parent == path.parent and p != path)[:-1]:
                del _open[old]
        return _open[path]


def opened(path: Path) -> Snapshot:
    """The snapshot at `path`, opened once as long as nobody writes to it. Problem when it cannot be."""
    path = path.resolve()
    with _opening:
        known = _open.get(path)
        if known is None or known.is_touched():
            _open[path] = Snapshot(path)
        return _open[path]


def _newest_good(path: Path, *, thorough: bool) -> Snapshot:
    try:
        return Snapshot(path, thorough=thorough or _changed_since(path))
    except Problem as problem:
        for older in sorted(path.parent.glob("*.duckdb"), reverse=True):
            if older.stem.isdigit() and older.stem < path.stem:
                try:
                    return Snapshot(older, instead_of=path.stem, thorough=True)
                except Problem:
                    continue
        raise problem from None


def _changed_since(path: Path) -> bool:
    """Whether a snapshot was written to after CURRENT, the last file that a load writes."""
    try:
        return path.stat().st_mtime_ns > (path.parent / "CURRENT").stat().st_mtime_ns
    except OSError:
        return True


def _stamp(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _numbered(home: Home) -> list[Path]:
    """The files of snapshots, published or not."""
    return [path for path in home.snapshots.glob("*.duckdb") if path.stem.isdecimal()]


@contextmanager
def building(
    home: Home,
    *,
    wait: bool = False,
    step: Callable[[str], None] = lambda name: None,
    say: Callable[[Remark], None] = lambda remark: None,
) -> Iterator[Path]:
    """A working copy of the newest snapshot (or a new one), alone: one load at a time.

    Yields the path of the copy. Whatever is left of it at the end is removed; `publish` moves it away.
    While another load is running that is a Problem, unless it shall `wait`; `step` is told "wait" then,
    again and again, and "copy" when the last snapshot is copied; `say` is told what an earlier load
    left behind, or that the newest snapshot is damaged and an older one goes on.
    """
    home.create()
    lock = filelock.FileLock(home.snapshots / "load.lock", timeout=LOOK_AGAIN_S if wait else 0)
    while not lock.is_locked:
        try:
            lock.acquire()
        except filelock.Timeout:
            if not wait:
                raise Problem(
                    str(home.path),
                    N_("Another load is running."),
                    N_("Wait until it is done, then try again."),
                ) from None
            step("wait")
    work = home.snapshots / "building.duckdb"
    try:
        # What comes after CURRENT was never announced to anybody.
        published = current_id(home) or ""
        others = [path for path in _numbered(home) if path.stem > published]
        if _remove(work, *home.snapshots.glob(f"{SCRATCH}*"), *home.snapshots.glob("CURRENT.*"), *others):
            say(Remark(N_("An earlier load was interrupted; what it left behind was removed.")))
        _prune(home, published)  # which one that was stopped after it had published has not done
        newest = current(home, thorough=True)
        if newest is None:
            with duckdb.connect(str(work)) as con:
                create_tables(con)
        else:
            if newest.instead_of:
                values = {"damaged": newest.instead_of, "good": newest.id}
                say(Remark(N_("The data of load {damaged} are damaged; those of load {good} go on."), values))
            step("copy")
            copy(newest.path, work)
            with duckdb.connect(str(work)) as con:
                migrate(con)
        yield work
    except NO_ROOM as error:
        raise no_room(home.snapshots, error) from None
    finally:
        _remove(work)
        lock.release()


def publish(home: Home, work: Path, check: Callable[[duckdb.DuckDBPyConnection], None]) -> str:
    """Make the closed file `work` the current snapshot and return its id.

    `check` runs on the reopened, read-only file and raises what speaks against publishing it.
    """
    with duckdb.connect(str(work), read_only=True) as con:
        check(con)
    snapshot_id = next_id(home)
    flush(work)
    os.replace(work, home.snapshots / f"{snapshot_id}.duckdb")
    pointer = home.snapshots / "CURRENT.new"
    pointer.write_text(snapshot_id + "\n", encoding="utf-8")
    flush(pointer)
    os.replace(pointer, home.snapshots / "CURRENT")
    flush(home.snapshots)
    _prune(home, snapshot_id)
    return snapshot_id


def next_id(home: Home) -> str:
    """The id of the snapshot that would be published next."""
    # Also after one that went away: whoever served an older one instead knows it by this name.
    taken = [current_id(home) or "0", *(path.stem for path in _numbered(home))]
    return f"{max(map(int, taken)) + 1:06d}"


def _remove(work: Path, *others: Path) -> bool:
    """Remove a working copy with its side files, and `others`; return whether there was anything."""
    found = [*others, *work.parent.glob(f"{work.name}*")]
    for path in found:
        if path.is_dir():  # what a large statement put aside on the disk
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return bool(found)


def _prune(home: Home, newest: str) -> None:
    kept = sorted(path for path in _numbered(home) if path.stem <= newest)
    for path in kept[:-KEPT]:
        # A reader on Windows holds the file; the next load tries again.
        try:
            path.unlink()
        except PermissionError:
            continue
