"""Connects to the records database, migrates it, and turns its errors into sentences."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect
from sqlalchemy.exc import SQLAlchemyError

from etl.errors import N_, Problem

MIGRATIONS = Path(__file__).parent / "migrations"

_PRAGMAS = (
    "PRAGMA busy_timeout=10000",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
)

_REFUSED = (
    N_("The records cannot be opened or written here."),
    N_("Make sure that the folder exists, and that you may write to it and to the file."),
)
_DAMAGED = (
    N_("The file is damaged, or is not a records database."),
    N_("Put back the newest backup; keep a copy of this file."),
)
_BUSY = (N_("Another program is writing to the records."), N_("Nothing was saved; try again in a moment."))
_DISK = (N_("The disk is full or failing."), N_("Nothing was saved; make room and try again."))
_OTHER = (N_("The records database answered: {error}."), N_("Nothing was saved; try again."))
_SENTENCES = {
    **dict.fromkeys((sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM), _REFUSED),
    **dict.fromkeys((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB), _DAMAGED),
    **dict.fromkeys((sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED), _BUSY),
    **dict.fromkeys((sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR), _DISK),
}


class Unwritten(Problem):
    """The database itself is at fault, not what it was given: the same may be saved a moment later."""


@contextmanager
def spoken(where: str) -> Iterator[None]:
    """Turn the database's errors inside the block into Unwritten, about the file `where`."""
    try:
        yield
    except SQLAlchemyError as fault:
        cause = getattr(fault, "orig", None) or fault
        # The low byte is the error, the rest says which kind of it.
        what, do = _SENTENCES.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF, _OTHER)
        raise Unwritten(where, what, do, error=cause) from fault
    except ValueError as fault:  # a stored time that is none
        raise Unwritten(where, *_DAMAGED) from fault


def connect(url: URL) -> Engine:
    """An engine whose transactions begin with a plain BEGIN, and those of `writer` with the write lock."""
    engine = create_engine(url)

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        try:
            for pragma in _PRAGMAS:
                connection.execute(pragma)
        except sqlite3.Error:
            connection.close()
            raise

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))

    return engine


def writer(engine: Engine) -> Engine:
    """The same engine for changes: a transaction waits here for the write lock, before it reads anything.

    On PostgreSQL `LOCK TABLE trail IN EXCLUSIVE MODE` will do the same as its first statement.
    """
    return engine.execution_options(begin="BEGIN IMMEDIATE")


def migrate(engine: Engine, where: str, *, create: bool) -> bool:
    """Bring the tables up to this version; False when there are none yet and `create` is not set.

    Raises Problem for a database of a newer version or of another program.
    """
    # Only who opens records pays for it: half a second, which most commands and every load would wait for.
    from alembic import command
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    script = ScriptDirectory.from_config(config)
    with engine.begin() as connection:
        reached = set(MigrationContext.configure(connection).get_current_heads())
        tables = inspect(connection).get_table_names()
    if reached == {script.get_current_head()}:
        return True
    if not reached <= {revision.revision for revision in script.walk_revisions()}:
        raise Problem(
            where,
            N_("The records were written by a newer version of this program."),
            N_("Install that version or a later one; nothing was changed."),
        )
    if not reached and tables:
        raise Problem(
            where,
            N_("This is a database of another program."),
            N_("Name another file for the records."),
        )
    if not reached and not create:
        return False
    with writer(engine).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return True
