"""What goes wrong with files: each mutation takes the bytes of one and gives others."""

from __future__ import annotations

import io
import random
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable

ODD = (
    *(
        "",
        " ",
        '"',
        '""',
        "'",
        "\\",
        "\x00",
        "\x01",
        "\x1a",
        "\x1f",
        "\x7f",
        "\u200b",
        "\ufeff",
        "\u2028",
        "🙂",
        "𠮷",
    ),
    *(
        "0000-00-00 00:00:00",
        "1970-01-01",
        "9999-12-31 23:59:59",
        "29/02/2026",
        "2026-13-45",
        "31/12/99 12:00 AM",
    ),
    *(
        "1e308",
        "-1e309",
        "99999999999999999999999999",
        "-0",
        "NaN",
        "inf",
        "0x1F",
        "١٢",
        "1,234.5",
        "12:99:99",
    ),
    *(
        "NULL",
        "#REF!",
        "=1+1",
        "'; DROP TABLE calls; --",
        "{}",
        "[",
        "<td>",
        "%s",
        "{name}",
        "true",
        "x" * 70_000,
    ),
    *(
        "2026-10-25T02:30:00+25:00",
        "46300.99999",
        "24:00:00",
        "1792800000123",
        "-5",
        "\r",
        "\n",
        "\t",
        "\ud83d",
    ),
)
Mutation = Callable[[bytes, random.Random], bytes]


def _place(data: bytes, chance: random.Random) -> int:
    """Somewhere in the file, more often in its first kilobyte, where headers are."""
    size = min(len(data), 1024) if chance.random() < 0.4 else len(data)
    return chance.randrange(size + 1)


def flip(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 3, 20))):
        if changed:
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def cut(data: bytes, chance: random.Random) -> bytes:
    return data[: _place(data, chance)]


def behead(data: bytes, chance: random.Random) -> bytes:
    return data[_place(data, chance) :]


def drop(data: bytes, chance: random.Random) -> bytes:
    place = _place(data, chance)
    return data[:place] + data[place + chance.choice((1, 2, 7, 300)) :]


def repeat(data: bytes, chance: random.Random) -> bytes:
    place, size = _place(data, chance), chance.choice((1, 2, 50, 2000))
    return data[: place + size] + data[place:]


def noise(data: bytes, chance: random.Random) -> bytes:
    place = _place(data, chance)
    return data[:place] + chance.randbytes(chance.choice((1, 3, 40))) + data[place:]


def zeros(data: bytes, chance: random.Random) -> bytes:
    place, size = _place(data, chance), chance.choice((1, 2, 512, 5000))
    return data[:place] + bytes(size) + data[place + chance.choice((0, size)) :]


def tail(data: bytes, chance: random.Random) -> bytes:
    return data + chance.choice(
        (b"\x00" * 700, b"\x1a", b"\n\n\n", data, b'"', b"\nTotal: 12\n", b"(5 rows)\n")
    )


ANY = (flip, cut, behead, drop, repeat, noise, zeros, tail)


def _texts(change: Callable[[str, random.Random], str]) -> Mutation:
    """`change` of the text, whatever it is encoded in."""

    def changed(data: bytes, chance: random.Random) -> bytes:
        for encoding in ("utf-8", "utf-16", "gb18030", "latin-1"):
            try:
                text = data.decode(encoding)
            except UnicodeError:
                continue
            return change(text, chance).encode(encoding, "surrogatepass" if "utf" in encoding else "replace")
        raise AssertionError("Latin-1 reads everything")

    return changed


def _odd_cell(text: str, chance: random.Random) -> str:
    cells = list(re.finditer(r"[^,;|^\t\r\n，]+", text))
    if not cells:
        return chance.choice(ODD)
    for cell in sorted(
        chance.sample(cells, min(len(cells), chance.choice((1, 1, 2, 9)))), key=lambda c: -c.start()
    ):
        text = text[: cell.start()] + chance.choice(ODD) + text[cell.end() :]
    return text


def _delimiters(text: str, chance: random.Random) -> str:
    places = [found.start() for found in re.finditer(r"[,;|^\t，]", text)]
    for place in sorted(chance.sample(places, min(len(places), chance.choice((1, 2, 8)))), reverse=True):
        text = text[:place] + text[place] * chance.choice((0, 2, 3)) + text[place + 1 :]
    return text


def _other_delimiter(text: str, chance: random.Random) -> str:
    return text.replace(chance.choice(",;|\t"), chance.choice(",;|\t^ ~\x01"))


def _quotes(text: str, chance: random.Random) -> str:
    for _ in range(chance.choice((1, 1, 2, 6))):
        place = chance.randrange(len(text) + 1)
        places = [found.start() for found in re.finditer("[\"']", text)]
        if places and chance.random() < 0.5:
            place = chance.choice(places)
            text = text[:place] + chance.choice(("", '""', "'", "“")) + text[place + 1 :]
        else:
            text = text[:place] + chance.choice(('"', '"', "'", '""')) + text[place:]
    return text


def _line_ends(text: str, chance: random.Random) -> str:
    if chance.random() < 0.5:
        return re.sub(r"\r\n|\r|\n", chance.choice(("\r", "\n", "\r\n", "\n\n", "\r\r\n", "\u2028")), text)
    return re.sub(r"\r\n|\r|\n", lambda _: chance.choice(("\r", "\n", "\r\n")), text)


def _lines(text: str, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    if len(lines) < 2:
        return text
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    match chance.randrange(5):
        case 0:
            lines[one], lines[other] = lines[other], lines[one]
        case 1:
            del lines[one]
        case 2:
            lines.insert(one, lines[other] * chance.choice((1, 3)))
        case 3:
            lines[one] = lines[one].rstrip("\r\n") + lines[other]
        case 4:
            lines.insert(0, chance.choice(("Title\n", "导出时间 2026-10-31\n\n", "sep=;\n", "# comment\n")))
    return "".join(lines)


def _columns(text: str, chance: random.Random) -> str:
    """Columns in another order, one of them gone, or the header words of two exchanged."""
    lines = text.splitlines()
    delimiter = max(",;|\t^，", key=lines[0].count) if lines else ","
    table = [line.split(delimiter) for line in lines]
    width = len(table[0]) if table else 0
    order = list(range(width))
    match chance.randrange(4):
        case 0:
            chance.shuffle(order)
        case 1 if width > 1:
            del order[chance.randrange(width)]
        case 2 if width:
            order.append(chance.choice(order))
        case _ if width > 1:
            chance.shuffle(table[0])
    return (
        "\n".join(delimiter.join([row[n] for n in order if n < len(row)] + row[width:]) for row in table)
        + "\n"
    )


TEXTS = tuple(
    map(
        _texts,
        (_odd_cell, _odd_cell, _delimiters, _other_delimiter, _quotes, _quotes, _line_ends, _lines, _columns),
    )
)


def other_encoding(data: bytes, chance: random.Random) -> bytes:
    """The text in another encoding than it is marked as, or two of them in one file."""
    text = data.decode("utf-8", "replace")
    encoded = text.encode(
        chance.choice(("gb18030", "utf-16", "utf-16-le", "utf-8-sig", "cp1252", "big5")), "replace"
    )
    return encoded if chance.random() < 0.6 else data[: len(data) // 2] + encoded[len(encoded) // 2 :]


def repacked(data: bytes, chance: random.Random) -> bytes:
    """A ZIP or workbook with one of its members mutated, gone, doubled, or under another name."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            members = [(info.filename, packed.read(info)) for info in packed.infolist()]
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError):
        return flip(data, chance)
    place = chance.randrange(len(members)) if members else 0
    if members:
        name, inner = members[place]
        match chance.randrange(5):
            case 0:
                del members[place]
            case 1:
                members.append((f"{name}x", inner))
            case 2:
                members[place] = name.upper(), inner
            case _:
                members[place] = name, chance.choice((*ANY, *TEXTS))(inner, chance)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, inner in members:
            # A name alone would be dated by the clock, and equal seeds not give equal bytes.
            with warnings.catch_warnings(action="ignore"):  # of a name that stands there twice by now
                packed.writestr(zipfile.ZipInfo(name), inner, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def mutated(data: bytes, chance: random.Random) -> bytes:
    """`data` with one to three things wrong."""
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        if data[:2] == b"PK":
            pool: tuple[Mutation, ...] = (*ANY, *[repacked] * 12)
        elif b"\x00" in data[:4096] and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            pool = ANY
        else:
            pool = (*ANY, *TEXTS, *TEXTS, other_encoding)
        data = chance.choice(pool)(data, chance)
    return data
