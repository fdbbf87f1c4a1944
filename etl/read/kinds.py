"""What a file is, told from its bytes and never from its name: a table, an archive, or neither."""

from __future__ import annotations

import io
import mmap
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from xlrd.compdoc import CompDoc

from etl.errors import N_, Problem
from etl.read.encodings import BOMS

ARCHIVES = ("zip", "tar", "gzip")

TABLE = N_("Export the table itself, as CSV or XLSX.")
UNPACK = N_("Unpack it and load its files, or pack them as ZIP.")
AS_XLSX = N_("Open it and save it as .xlsx.")


class Thing(NamedTuple):
    """A kind of file that is no table: its first bytes (from `at` on), its name, and what to do instead.

    `binary` ones begin with something that a text may begin with as well.
    """

    start: bytes
    name: str
    do: str = TABLE
    at: int = 0
    binary: bool = False


PICTURE, ARCHIVE = N_("a picture"), N_("an archive of a kind that is not read")
DATABASE, PROGRAM = N_("a database"), N_("a program")
RECORDING, OTHER_DATA = N_("a sound or film recording"), N_("an Arrow, ORC or Avro file")
PARQUET = N_("Export it as Parquet or CSV.")
THINGS = (
    Thing(
        b"version https://git-lfs",
        N_("a Git LFS pointer, not the file itself"),
        N_("Fetch the file itself with “git lfs pull”."),
    ),
    Thing(b"%PDF", N_("a PDF")),
    Thing(rb"{\rtf", N_("a Word document")),
    Thing(b"SQLite format 3\x00", DATABASE),
    Thing(b"DUCK", DATABASE, at=8, binary=True),
    Thing(b"\x00\x01\x00\x00Standard ", DATABASE),  # Access
    Thing(b"7z\xbc\xaf\x27\x1c", ARCHIVE, UNPACK),
    Thing(b"Rar!\x1a\x07", ARCHIVE, UNPACK),
    Thing(b"\xfd7zXZ\x00", ARCHIVE, UNPACK),
    Thing(b"BZh", ARCHIVE, UNPACK, binary=True),
    Thing(b"\x28\xb5\x2f\xfd", ARCHIVE, UNPACK),
    Thing(b"MSCF\x00", ARCHIVE, UNPACK),
    Thing(b"\x89PNG\r\n\x1a\n", PICTURE),
    Thing(b"\xff\xd8\xff", PICTURE),
    Thing(b"GIF8", PICTURE, binary=True),
    Thing(b"BM", PICTURE, binary=True),
    Thing(b"II*\x00", PICTURE),
    Thing(b"MM\x00*", PICTURE),
    Thing(b"WEBP", PICTURE, at=8, binary=True),
    Thing(b"WAVE", RECORDING, at=8, binary=True),
    Thing(b"AVI ", RECORDING, at=8, binary=True),
    Thing(b"ID3", RECORDING, binary=True),
    Thing(b"OggS\x00", RECORDING),
    Thing(b"fLaC\x00", RECORDING),
    Thing(b"#!AMR", RECORDING),
    Thing(b"ftyp", RECORDING, at=4, binary=True),
    Thing(b"MZ", PROGRAM, binary=True),
    Thing(b"\x7fELF", PROGRAM),
    Thing(b"\xca\xfe\xba\xbe", PROGRAM),
    Thing(b"\xcf\xfa\xed\xfe", PROGRAM),
    Thing(
        b"L\x00\x00\x00\x01\x14\x02\x00", N_("a shortcut, not the file itself"), N_("Name the file itself.")
    ),
    Thing(b"ARROW1", OTHER_DATA, PARQUET, binary=True),
    Thing(b"ORC\x08", OTHER_DATA, PARQUET, binary=True),
    Thing(b"Obj\x01", OTHER_DATA, PARQUET),
)

# Members by which a ZIP archive is known to be a document of another kind, in the order of looking.
PACKAGES = (
    (r"xl/workbook\.bin", N_("a binary workbook (.xlsb)"), AS_XLSX),
    (r"word/document\d*\.xml", N_("a Word document"), TABLE),
    (r"ppt/presentation\.xml", N_("a PowerPoint presentation"), TABLE),
    (r"(?:.*/)?index/document\.iwa|(?:.*/)?index\.zip", N_("an Apple Numbers table"), AS_XLSX),
    (r"mimetype", N_("an OpenDocument file"), AS_XLSX),
    (r"androidmanifest\.xml|meta-inf/manifest\.mf", PROGRAM, TABLE),
)
# The streams of an old Office file.
ENCRYPTED = N_("an encrypted Office file")
WITHOUT_PASSWORD = N_("Open it with its password and save it without one.")
STREAMS = (
    ("EncryptedPackage", ENCRYPTED, WITHOUT_PASSWORD),
    ("WordDocument", N_("a Word document"), TABLE),
    ("PowerPoint Document", N_("a PowerPoint presentation"), TABLE),
    ("__properties_version1.0", N_("an Outlook message"), N_("Save its attachment, and load that.")),
)

_HTML = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|(?:html|head|body|meta|table|style|script|div|font|title)\b)",
    re.IGNORECASE | re.DOTALL,
)
_XML = re.compile(r"\s*<\?xml\b", re.IGNORECASE)
_JSON = re.compile(r'\s*(?:\{\s*["}]|\[\s*[\[{\]])')


def kind_of(file: Path, head: bytes, name: str) -> str:
    """The kind of `file`: a key of etl.read.FORMATS or one of ARCHIVES.

    `head` is how the file begins; Problem, about `name`, when it is something else.
    """
    for start, kind in KINDS:
        if head.startswith(start):
            return kind(file, head, name) if callable(kind) else kind
    if head[257:262] == b"ustar":
        return "tar"
    for thing in THINGS:
        if head.startswith(thing.start, thing.at) and (b"\x00" in head[:512] or not thing.binary):
            raise _refused(name, thing.name, thing.do)
    return _kind_of_text(_text(head), name)


def _kind_of_text(text: str, name: str) -> str:
    """The kind of a file whose text begins with `text`; Problem, about `name`, for other XML."""
    if _XML.match(text):
        if "urn:schemas-microsoft-com:office:spreadsheet" in text:
            raise _refused(name, N_("an XML workbook of 2003"), AS_XLSX)
        if not re.search(r"<html\b", text, re.IGNORECASE):
            raise _refused(name, N_("an XML document"), TABLE)
        return "page"
    if _HTML.match(text):
        return "page"
    return "json" if _JSON.match(text) else "text"


def _text(head: bytes) -> str:
    for mark, encoding in BOMS:
        if head.startswith(mark):
            return head.decode(encoding, "ignore").removeprefix("\ufeff")
    if head[1:2] == b"\x00":
        return head.decode("utf-16-le", "ignore")
    return head.decode("latin-1")


def _packed(file: Path, _: bytes, name: str) -> str:
    try:
        with zipfile.ZipFile(file) as archive:
            names = {one.replace("\\", "/").casefold() for one in archive.namelist()}
    except Exception:  # where it is damaged, its reader fails in whatever way
        what = N_("It is damaged or cut off: the list of what is in it cannot be read.")
        raise Problem(name, what, N_("Copy or export it again.")) from None
    if "[content_types].xml" in names and any(one.endswith("workbook.xml") for one in names):
        return "workbook"
    for pattern, thing, do in PACKAGES:
        if any(re.fullmatch(pattern, one) for one in names):
            raise _refused(name, thing, do)
    return "zip"


def _old_office(file: Path, _: bytes, name: str) -> str:
    try:
        with open(file, "rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            entries = CompDoc(data, logfile=io.StringIO()).dirlist
    except Exception:  # where it is damaged, its reader fails in whatever way
        what = N_("This is a file of an old Office program, and damaged or cut off.")
        raise Problem(name, what, N_("Open it and save it again as .xlsx.")) from None
    names = {entry.name for entry in entries if entry.parent == 0}
    for stream_name, thing, do in STREAMS:
        if stream_name in names:
            raise _refused(name, thing, do)
    if not names & {"Workbook", "Book", "WORKBOOK", "BOOK"}:
        raise _refused(name, N_("a file of an old Office program, but no workbook"), TABLE)
    return "old_workbook"


def _parquet(file: Path, head: bytes, name: str) -> str:
    with open(file, "rb") as stream:
        stream.seek(-4, 2)
        end = stream.read()
    if head.startswith(b"PARE") or end == b"PARE":
        raise _refused(name, N_("an encrypted Parquet file"), N_("Export it without encryption."))
    if end != b"PAR1":
        raise Problem(name, N_("The Parquet file is cut off."), N_("Copy or export it again."))
    return "parquet"


def _refused(name: str, thing: str, do: str) -> Problem:
    return Problem(name, N_("This is {thing}, whatever its name says."), do, thing=thing)


KINDS: tuple[tuple[bytes | tuple[bytes, ...], str | Callable[[Path, bytes, str], str]], ...] = (
    ((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"), _packed),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _old_office),
    (b"\x09\x08\x10\x00", "old_workbook"),  # without the usual wrapping
    (b"\x09\x08\x08\x00", "old_workbook"),
    (b"\x1f\x8b\x08", "gzip"),
    ((b"PAR1", b"PARE"), _parquet),
)
