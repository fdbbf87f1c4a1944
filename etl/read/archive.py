"""Archives as the files in them, each unpacked for as long as it is read, under a name of our own."""

from __future__ import annotations

import gzip
import io
import lzma
import os
import re
import shutil
import stat
import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, NamedTuple

from etl.errors import N_, Problem
from etl.read import limits
from etl.read.content import BLOCK_BYTES, Content, open_file, unreadable
from etl.read.folder import is_data
from etl.read.kinds import ARCHIVES

UNPACK = N_("Unpack it yourself, and load its files.")
LINK = N_("This is a link, not a file.")
DAMAGED = (
    EOFError,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    zipfile.BadZipFile,
    tarfile.TarError,
    gzip.BadGzipFile,
)
SCRATCH = "unpacked-"  # how the names of unpacked files begin
LONGEST_READ = 4 << 20
NAMED_IN_UTF8, LOCKED, UNIX = 0x800, 0x1, 3  # of the ZIP format: flags, and who made the member


class Member(NamedTuple):
    """One file in an archive: its name, how to open it, and what speaks against it (None: nothing)."""

    name: str
    open: Callable[[], IO[bytes]]
    refused: str | None = None


@dataclass
class Budget:
    """How many members and bytes may still be unpacked, from an archive and those inside it."""

    members: int
    size: int


def contents(path: Path, room: Path, skipped: list[str] | None = None) -> Iterator[Content | Problem]:
    """What is to be read under `path`: one content, or a Problem that says why there is none.

    An archive gives one for each member, unpacked into the folder `room` until the next is asked for or
    the iterator is closed. Names of members that are not meant to be read are added to `skipped`.
    """
    try:
        content = open_file(path)
        if content.kind in ARCHIVES:
            yield from _members(
                content, room, Budget(limits.MEMBERS, limits.UNPACKED), [] if skipped is None else skipped, 1
            )
        else:
            yield content
    except Problem as problem:
        yield problem
    except OSError as error:
        yield unreadable(str(path), error)


@contextmanager
def first_content(path: Path) -> Iterator[Content]:
    """The first content under `path` that can be read, for a look at it; Problem when there is none.

    It is unpacked among the system's temporary files: a look leaves the home alone.
    """
    refused: list[Problem] = []
    with closing(contents(path, Path(tempfile.gettempdir()))) as found:
        for content in found:
            if not isinstance(content, Problem):
                yield content
                return
            refused.append(content)
    raise refused[0]


def _members(
    archive: Content, room: Path, budget: Budget, skipped: list[str], depth: int
) -> Iterator[Content | Problem]:
    empty = True
    with _opened(archive) as members:
        for member in members:
            if not all(map(is_data, member.name.split("/"))):
                skipped.append(f"{archive.name}/{member.name}")
                continue
            empty = False
            budget.members -= 1
            if budget.members < 0:
                raise Problem(
                    archive.name,
                    N_("There are more than {count} files in it; the rest was not read."),
                    N_("Load it in several parts."),
                    count=limits.MEMBERS,
                )
            yield from _member(archive, member, room, budget, skipped, depth)
    if empty:
        raise Problem(archive.name, N_("There is nothing to read in this archive."), N_("Pack it again."))


def _member(
    archive: Content, member: Member, room: Path, budget: Budget, skipped: list[str], depth: int
) -> Iterator[Content | Problem]:
    part = f"{archive.part}/{member.name}" if archive.part else member.name
    try:
        with _scratch(room) as file:
            _unpack(archive, member, file, budget)
            archive.check_unchanged()
            content = open_file(archive.path, part, file)
            if content.kind not in ARCHIVES:
                yield content
                return
            # A packed tape is one archive, not two.
            inside = depth + (archive.kind != "gzip" or content.kind != "tar")
            if inside > limits.DEPTH:
                raise Problem(content.name, N_("This is an archive in an archive in an archive."), UNPACK)
            yield from _members(content, room, budget, skipped, inside)
    except Problem as problem:
        yield problem


@contextmanager
def _opened(archive: Content) -> Iterator[Iterator[Member]]:
    """The members of an archive while it is open; damage becomes a Problem."""
    try:
        match archive.kind:
            case "zip":
                with zipfile.ZipFile(archive.file) as packed:
                    yield _zipped(packed)
            case "tar":
                with _Tape(archive.file) as tape, tarfile.open(fileobj=tape, mode="r:") as packed:
                    yield _taped(packed, tape)
            case _:
                name = (archive.part or archive.path.name).rpartition("/")[2]
                bare = re.sub(r"\.gz$", "", re.sub(r"\.tgz$", ".tar", name, flags=re.I), flags=re.I)
                yield iter([Member(bare, partial(gzip.open, archive.file))])
    except DAMAGED:
        raise _damaged(archive.name) from None


def _zipped(packed: zipfile.ZipFile) -> Iterator[Member]:
    for info in packed.infolist():
        name = _clean(_zip_name(info))
        if info.is_dir() or not name:
            continue
        refused = None
        if info.flag_bits & LOCKED:
            refused = N_("It is locked with a password.")
        elif info.create_system == UNIX and stat.S_ISLNK(info.external_attr >> 16):
            refused = LINK
        yield Member(name, partial(packed.open, info), refused)


def _taped(packed: tarfile.TarFile, tape: _Tape) -> Iterator[Member]:
    for info in packed:
        name = _clean(_decoded(info.name.encode("utf-8", "surrogateescape")))
        if not info.isdir() and name:
            yield Member(name, partial(packed.extractfile, info), None if info.isreg() else LINK)
    # Where the next header is damaged, tarfile just stops.
    tape.seek(packed.offset)
    if any(tape.read(tarfile.BLOCKSIZE)):
        raise tarfile.ReadError


class _Tape(io.FileIO):
    """A file that is read in small pieces only: tarfile reads a header as long as the header says it is."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or not 0 <= size <= LONGEST_READ:
            raise tarfile.ReadError
        return super().read(size)


def _zip_name(info: zipfile.ZipInfo) -> str:
    """The name as it was written: where the mark for UTF-8 is missing, Chinese programs write GBK."""
    if info.flag_bits & NAMED_IN_UTF8:
        return info.orig_filename
    return _decoded(info.orig_filename.encode("cp437"))


def _decoded(name: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return name.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name.decode("cp437")


def _clean(name: str) -> str:
    """A member's name for books and messages, without drive, "..", control characters."""
    parts = re.sub(r"[\x00-\x1f\x7f]", "", name).replace("\\", "/").split("/")
    return "/".join(
        part for part in parts if part not in ("", ".", "..") and not re.fullmatch("[A-Za-z]:", part)
    )


@contextmanager
def _scratch(room: Path) -> Iterator[Path]:
    """An empty file under a name of our own, for the block: no name in an archive ever becomes a path."""
    handle, name = tempfile.mkstemp(prefix=SCRATCH, dir=room)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _unpack(archive: Content, member: Member, file: Path, budget: Budget) -> None:
    """Write `member` into `file`; Problem when it must not or cannot be unpacked."""
    name = f"{archive.name}/{member.name}"
    if member.refused:
        raise Problem(name, member.refused, UNPACK)
    try:
        with member.open() as stream, open(file, "wb") as target:
            while block := stream.read(BLOCK_BYTES):
                budget.size -= len(block)
                archive.memory["unpacked"] = archive.memory.get("unpacked", 0) + len(block)
                _check(archive, name, file, budget)
                target.write(block)
    except NotImplementedError:
        raise Problem(name, N_("It is packed by a method that is not read."), UNPACK) from None
    except DAMAGED:
        raise _damaged(name) from None
    except OSError as error:
        raise unreadable(name, error) from None


def _check(archive: Content, name: str, file: Path, budget: Budget) -> None:
    limits.check_ratio(name, archive.memory["unpacked"], archive.size)
    if budget.size < 0:
        raise Problem(name, N_("It unfolds to more than {size} GB."), UNPACK, size=limits.UNPACKED >> 30)
    if shutil.disk_usage(file.parent).free < limits.SPARE_DISK:
        raise Problem(
            name, N_("There is not enough room to unpack it."), N_("Free some space, then load again.")
        )


def _damaged(name: str) -> Problem:
    return Problem(name, N_("It is damaged or cut off."), N_("Copy or export it again."))
