"""Which encoding a text file is in, by evidence, and its text with the bytes that do not fit marked.

Valid UTF-8 is UTF-8. Anything else is decided by what each encoding makes of the bytes: common Chinese
characters, Japanese kana, accented letters beside plain ones. That a file *can* be decoded proves
nothing: nearly every file can be, as several things.

A byte that does not belong is marked, not replaced by a guess: the rows that hold one are set aside
and show it as \\xNN, and no other row changes.
"""

from __future__ import annotations

import codecs
import re
from functools import cache
from pathlib import Path
from typing import BinaryIO, TextIO

CODECS = {"latin-1": "latin-1", "windows-1252": "cp1252", "big5": "cp950", "shift_jis": "cp932"}
SINGLE, DOUBLE = {"latin-1", "windows-1252"}, {"gb18030", "big5", "shift_jis"}  # bytes for a character
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    ("\ufeff".encode("gb18030"), "gb18030"),
)
BLOCK = 1 << 20
HEAD = 1 << 16
SAMPLE = 1 << 16  # bytes of text outside ASCII that are judged, from each of two places

# Private code points stand for bytes: they survive every library, and no file has them.
MARK = 0x10FE00
MARKED = re.compile("[\U0010fe00-\U0010feff]")
LINE, HIGH = re.compile(rb"[^\r\n]+"), re.compile(rb"[\x80-\xff]")

# The characters that make up most of running Chinese, simplified and traditional, and the trade's own.
COMMON = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里"
    "用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实"
    "日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政"
    "美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员"
    "解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件"
    "计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象"
    "完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运工号坐席客"
    "服热线排队等待接听呼叫时长秒数投诉质检评分满意姓名班组考勤迟到早退请假来电否状态类型结束开始客户号码编"
    "男女男女李陈刘杨黄赵吴周徐孙林何郭"
    "這個們來為國說時會後過發學樣還經對當沒動種開從實無與長機關點業將兩間問並應戰頭體見產現話號員聲處義"
    "認條氣題總電數報結務場計統區隊決類據邊張該規萬覺術領確傳師觀讓識帶導爭運線單訊接聽價客戶姓"
)
ACCENTED = "À-ÖØ-öø-ÿŠšŽžŒœŸ"
WESTERN = re.compile(
    rf"(?<=[A-Za-z])[{ACCENTED}]{{1,2}}(?![^\x00-\x7f])|(?<![^\x00-\x7f])[{ACCENTED}]{{1,2}}(?=[A-Za-z])"
    r"|(?<![^\x00-\x7f])(?:\xa0+|[àéèóÀÉ£€©®°²³½¼¾«»–—‘’“”„•…¿¡§ªº´·±×µ¢¥])(?![^\x00-\x7f])"
)
PLAUSIBLE = 0.6
# First bytes of the everyday and of the rarer characters.
LEVELS = {
    ("gb18030", 1): (0xB0, 0xD7),
    ("gb18030", 2): (0xD8, 0xF7),
    ("big5", 1): (0xA4, 0xC6),
    ("big5", 2): (0xC9, 0xF9),
}


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    return "".join(chr(MARK + byte) for byte in bad), error.end


codecs.register_error("etl.mark", _mark)


def open_text(file: Path, encoding: str) -> TextIO:
    """`file` as a stream of text with its own line ends; bytes that do not fit are marked."""
    return open(file, encoding=CODECS.get(encoding, encoding), errors="etl.mark", newline="")


def misfit(text: str, encoding: str) -> bool:
    """Whether `text` holds what its `encoding` does not explain: a stray byte, a NUL, a row in UTF-8."""
    if "\x00" in text:
        return True
    if text.isascii():
        return False
    if MARKED.search(text):
        return True
    if encoding not in SINGLE | DOUBLE:
        return False
    try:
        read = text.encode(CODECS.get(encoding, encoding)).decode("utf-8")
    except UnicodeError:
        return False
    # Two Chinese characters pass as UTF-8 now and then, but hardly for one of three bytes.
    return encoding in SINGLE or re.search("[\u0800-\U0010fdff]", read) is not None


def shown(text: str) -> str:
    """`text` with the bytes that do not belong named: \\xE9."""
    if text.isascii() and "\x00" not in text:
        return text
    return MARKED.sub(lambda found: f"\\x{ord(found[0]) - MARK:02X}", text).replace("\x00", "\\x00")


def encoding_of(file: Path) -> str | None:
    """The name of the encoding of `file`; None when it reads as text in none."""
    with open(file, "rb") as stream:
        head = stream.read(HEAD)
        for bom, name in BOMS:
            if head.startswith(bom):
                return name
        if wide := _unmarked_utf16(head):
            return wide
        if binary(head):
            return None
        fault = _first_fault(stream)
        if fault is None:
            return "utf-8"
        stream.seek(0)
        sample, lines = _outside_ascii(stream.read(BLOCK))
        if fault > BLOCK // 2:
            stream.seek(fault - SAMPLE)
            more, others = _outside_ascii(stream.read(BLOCK).partition(b"\n")[2])
            sample, lines = sample + more, lines + others
    return _most_plausible(sample, lines)


def binary(head: bytes) -> bool:
    """Whether a file that begins with `head` is no text: more than one byte in twenty is a control."""
    return len(re.findall(rb"[\x03-\x08\x0e-\x19]", head)) * 20 > len(head)


def _unmarked_utf16(head: bytes) -> str | None:
    """The codec of UTF-16 without its mark, whose ASCII characters have zeros on one side; else None."""
    units = len(head) // 2
    left, right = head[0 : 2 * units : 2].count(0), head[1 : 2 * units : 2].count(0)
    few, many = sorted((left, right))
    name = "utf-16-le" if right > left else "utf-16-be"
    if many * 20 < units or few * 4 > many or not re.search(r"[\r\n]", head.decode(name, "ignore")):
        return None
    return name


def _first_fault(stream: BinaryIO) -> int | None:
    """The place of the first byte in `stream` that is not UTF-8; None when all of it is."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    place = stream.seek(0)
    while True:
        block = stream.read(BLOCK)
        held = len(decoder.getstate()[0])
        try:
            decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            return place - held + error.start
        if not block:
            return None
        place += len(block)


def _outside_ascii(block: bytes) -> tuple[list[bytes], int]:
    """Lines with bytes outside ASCII, up to SAMPLE bytes of them, and how many lines were passed."""
    found: list[bytes] = []
    size = end = 0
    for match in LINE.finditer(block):
        if match[0].isascii():
            continue
        start = HIGH.search(match[0]).start() if len(match[0]) > SAMPLE else 0
        found.append(match[0][start : start + SAMPLE])
        size, end = size + len(match[0]), match.end()
        if size > SAMPLE:
            break
    return found, len(re.findall(rb"\r\n?|\n", block[:end])) + 1


def _most_plausible(sample: list[bytes], lines: int) -> str | None:
    """The encoding in which most of what lies outside ASCII in `sample` makes sense."""
    data = b"\n".join(sample)
    read = data.decode("utf-8", "etl.mark")
    bad = len(MARKED.findall(read))
    narrow, wide = len(re.findall("[\x80-\u07ff]", read)), len(re.findall("[\u0800-\U0010fdff]", read))
    share, common = _chinese(data, "gb18030")
    # Three bytes in a row that fit are no accident; two are, now and then.
    if wide >= bad or (narrow + wide >= 3 * bad and common < 0.5):
        return "utf-8"
    scores = {
        "gb18030": share,
        "big5": _chinese(data, "big5")[0],
        "shift_jis": _japanese(data),
        "windows-1252": _western(data) if narrow + wide < bad else 0.0,
    }
    best = max(scores, key=scores.__getitem__)
    if scores[best] >= PLAUSIBLE:
        narrow_set = best == "windows-1252" and not re.search(rb"[\x80-\x9f]", data)
        return "latin-1" if narrow_set else best
    hit = sum(1 for line in sample if MARKED.search(line.decode("utf-8", "etl.mark")))
    return "utf-8" if wide or hit <= 3 or hit * 100 <= lines else None


def _chinese(data: bytes, encoding: str) -> tuple[float, float]:
    """The shares of non-ASCII `data` that read as Chinese in `encoding`, and as its commonest characters."""
    text = _non_ascii(data, encoding)
    common = sum(char in COMMON for char in text) / len(text)
    # Nearly any pair of bytes is some character; in real Chinese a few hundred of them keep coming back.
    if len(text) > 40 and common < 0.15:
        return 0.0, common
    marks = len(re.findall("[\u3000-\u303f\uff01-\uff5e‘-”…—·]", text))
    known = sum(char in _characters_of(encoding, 1) or char in COMMON for char in text)
    rarer = sum(
        char in _characters_of(encoding, 2) and char not in COMMON for char in text
    )  # mostly in names
    return (0.8 * (known + marks) + 0.5 * rarer + 0.2 * common * len(text)) / len(text), common


@cache
def _characters_of(encoding: str, level: int) -> frozenset[str]:
    """The characters of a block of a Chinese character set: the everyday ones (1) or the rarer ones (2)."""
    first, last = LEVELS[encoding, level]
    pairs = (bytes((lead, trail)) for lead in range(first, last + 1) for trail in range(0x40, 0xFF))
    chars = (pair.decode("gb2312" if encoding == "gb18030" else "big5", "ignore") for pair in pairs)
    return frozenset(char for char in chars if len(char) == 1)


def _japanese(data: bytes) -> float:
    """The share of non-ASCII `data` that reads as Japanese; 0 without enough kana."""
    text = _non_ascii(data, "shift_jis")
    kana = len(re.findall("[\u3041-\u30fe]", text))
    other = len(re.findall("[\u3000-\u3020\uff01-\uff5e\u4e00-\u9fff]", text))
    return (kana + 0.7 * other) / len(text) if kana * 5 >= len(text) else 0.0


def _western(data: bytes) -> float:
    """The share of non-ASCII `data` that reads as accented letters in words, or as signs of their own."""
    text = data.decode("cp1252", "etl.mark")
    good = sum(len(found[0]) for found in WESTERN.finditer(text))
    return good / len(_non_ascii(data, "windows-1252"))


def _non_ascii(data: bytes, encoding: str) -> str:
    """The characters of `data` outside ASCII."""
    return re.sub(r"[\x00-\x7f]+", "", data.decode(CODECS.get(encoding, encoding), "etl.mark"))
