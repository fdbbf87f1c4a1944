"""Which characters the shipped fonts can print. Typst says nothing when one is missing."""

from __future__ import annotations

import struct
import unicodedata
from functools import lru_cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
INSTEAD = "〓"  # what Chinese printers set where a character is missing from the case


@lru_cache
def printable_characters() -> frozenset[int]:
    """The code points that every font in `fonts/` has."""
    return frozenset.intersection(*(_code_points(path.read_bytes()) for path in sorted(FONTS.glob("*.ttf"))))


def printable(text: str) -> tuple[str, set[str]]:
    """The text as it can be printed, and the characters that had to be replaced in it.

    Invisible characters (controls, joiners, direction marks) are dropped: none of them belongs on
    paper, and some turn the reading direction of what follows.
    """
    known, missing, out = printable_characters(), set(), []
    for letter in unicodedata.normalize("NFC", text.replace("\r\n", "\n")):
        if letter == "\n" or ord(letter) in known:
            out.append(letter)
        elif letter.isspace():
            out.append(" ")
        elif unicodedata.category(letter) not in ("Cc", "Cf") and not 0xFE00 <= ord(letter) <= 0xFE0F:
            missing.add(letter)
            out.append(INSTEAD)
    return "".join(out), missing


def _code_points(font: bytes) -> frozenset[int]:
    """The characters of a font file: the format 12 table of its character map (OpenType, "cmap")."""
    tables = {
        font[at : at + 4]: struct.unpack_from(">L", font, at + 8)[0]
        for at in range(12, 12 + 16 * struct.unpack_from(">H", font, 4)[0], 16)
    }
    start = tables[b"cmap"]
    count = struct.unpack_from(">H", font, start + 2)[0]
    for number in range(count):
        at = start + struct.unpack_from(">L", font, start + 8 + 8 * number)[0]
        if struct.unpack_from(">H", font, at)[0] == 12:
            size = 12 * struct.unpack_from(">L", font, at + 12)[0]
            groups = struct.iter_unpack(">LLL", font[at + 16 : at + 16 + size])
            return frozenset(code for first, last, _ in groups for code in range(first, last + 1))
    return frozenset()
