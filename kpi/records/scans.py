"""Scans of signed forms: kept in the home beside the records, under the hash of what they hold."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from pathlib import Path

from etl.disk import flush, no_room
from etl.errors import N_, Problem
from etl.home import Home

KINDS = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff", "jpeg": b"\xff\xd8\xff"}
LARGEST = 20 << 20  # bytes


def keep_scan(home: Home, content: bytes) -> str:
    """Keep a scan and return its name; the same scan again is the same file.

    Problem for anything that is no PDF, PNG or JPEG, or larger than 20 MB, and where it cannot be written.
    """
    kind = next((kind for kind, begins in KINDS.items() if content.startswith(begins)), None)
    if kind is None:
        raise Problem("scan", N_("This is no PDF, PNG or JPEG."), N_("Scan the form as one of these."))
    if len(content) > LARGEST:
        raise Problem(
            "scan",
            N_("The scan has more than {limit} MB."),
            N_("Scan it with fewer dots."),
            limit=LARGEST >> 20,
        )
    name = f"{hashlib.sha256(content).hexdigest()[:32]}.{kind}"
    path = _folder(home) / name
    beside = path.with_name(f"{name}.{secrets.token_hex(4)}")  # two windows may send the same at once
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content)
        flush(beside)
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise no_room(path.parent, error) from None
    return name


def read_scan(home: Home, name: str) -> bytes | None:
    """A scan by its name; None when there is none."""
    path = _folder(home) / Path(name).name
    return path.read_bytes() if path.is_file() else None


def _folder(home: Home) -> Path:
    return home.path / "signed"
