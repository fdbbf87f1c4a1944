"""The texts of a spreadsheet's numbers: their number format makes them dates, clocks, ids or numbers."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache

# Formats that files name by number only; 27 to 36 and 50 to 58 as Chinese Excel has them
# (ECMA-376 part 1, 18.8.30).
BUILT_IN = {
    14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm", 27: "yyyy年m月", 28: "m月d日", 29: "m月d日",
    30: "m-d-yy", 31: "yyyy年m月d日", 32: "h时mm分", 33: "h时mm分ss秒", 34: "上午/下午h时mm分",
    35: "上午/下午h时mm分ss秒", 36: "yyyy年m月", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0",
    50: "yyyy年m月", 51: "m月d日", 52: "yyyy年m月", 53: "m月d日", 54: "m月d日", 55: "上午/下午h时mm分",
    56: "上午/下午h时mm分ss秒", 57: "yyyy年m月", 58: "m月d日",
}  # fmt: skip

DAY_ZERO, DAY_ZERO_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
FIRST_SOUND_DAY = 61  # Excel believes in 29 February 1900
LAST_DAY = 2_958_465  # 9999-12-31
DAY_MS = 86_400_000
# A clock format on a number of days below this (1954) shows part of a duration; above, part of a date.
LONGEST_DURATION = 20_000
SURE_DIGITS = 15  # a spreadsheet number has no more
FEWEST_SURE = 6  # decimals: a spreadsheet displays long numbers with fewer

_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]')
# Whole numbers digit for digit, and fractions too short to be inexact.
_AS_WRITTEN = re.compile(r"-?(?:\d+|\d{1,9}\.\d{0,5}[1-9])")
_SHORTENED = re.compile(r"-?\d(?:\.(\d{1,9}))?E\+(\d{2})")


@lru_cache(maxsize=1000)
def shape(code: str) -> str:
    """What a number format makes of numbers: "number", "date", "clock", "moment", "duration" or "zeros N".

    "zeros N" fills them up with zeros to N places.
    """
    text = _NOT_SHOWN.sub("", code.split(";", maxsplit=1)[0].casefold())
    text = re.sub(r"e[+-]", "", text)
    if "general" in text or text.startswith("g/"):
        return "number"
    if "[" in text:
        return "duration"
    if re.fullmatch("0{2,}", text):
        return f"zeros {len(text)}"
    has_clock = bool(re.search("[hs]", text)) or "上午/下午" in text
    # m is a month unless hours or seconds make it minutes; e is the year of an era, aaa a weekday.
    without_noon = re.sub("am/pm|a/p", "", text)
    has_date = bool(re.search("[yde]|aaa|mmm", without_noon)) or ("m" in without_noon and not has_clock)
    if has_date:
        return "moment" if has_clock else "date"
    return "clock" if has_clock else "number"


def number_text(written: str | float) -> str:
    """A number without exponent and without a needless ".0", with the 15 digits a spreadsheet is sure of.

    Whole numbers that the file holds digit for digit stay as written.
    """
    if isinstance(written, str) and _AS_WRITTEN.fullmatch(written):
        return written
    value = float(written)
    if abs(value) < 10**SURE_DIGITS and value.is_integer():
        return str(int(value))
    text = format(value, f".{SURE_DIGITS}g")
    return format(Decimal(text), "f") if "e" in text else text


def lost_digits(written: str | float) -> bool:
    """Whether a number has more digits than a spreadsheet keeps: the last ones are not what was typed."""
    return abs(float(written)) >= 10**SURE_DIGITS and not (
        isinstance(written, str) and _AS_WRITTEN.fullmatch(written)
    )


def shortened(text: str) -> bool:
    """Whether a text is a number that lost digits when it was displayed, such as 1.38E+10."""
    if "E+" not in text or not (match := _SHORTENED.fullmatch(text)):
        return False
    return len(match[1] or "") < min(int(match[2]), FEWEST_SURE)


def cell_text(written: str | float, form: str, *, from_1904: bool = False) -> str:
    """The number `written` as the text that `form` (see `shape`) makes of it.

    Dates "2026-10-01", moments "2026-10-01 09:00:00", clocks and durations "26:10:00".
    """
    if form == "number":
        return number_text(written)
    if form.startswith("zeros"):
        text = number_text(written)
        return text.zfill(int(form[6:])) if text.isdigit() else text
    value = float(written)
    if form == "duration" or (form == "clock" and 0 <= value < LONGEST_DURATION):
        return duration_text(value) if abs(value) < LONGEST_DURATION else number_text(written)
    if form == "moment" and 0 <= value < 1:
        return duration_text(value)
    return _moment(value, form, from_1904) or number_text(written)


def duration_text(days: float) -> str:
    """A number of days as hours, minutes and seconds: "26:10:00"."""
    total = round(abs(days) * DAY_MS)
    seconds, thousandths = divmod(total, 1000)
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return ("-" if days < 0 and total else "") + text + (f".{thousandths:03}" if thousandths else "")


def _moment(days: float, form: str, from_1904: bool) -> str | None:
    if not 0 <= days < LAST_DAY + 1:
        return None
    if days < 1 and not from_1904:
        return "1900-01-00"  # as it is shown: usually a formula that points at an empty cell
    zero = DAY_ZERO_1904 if from_1904 else DAY_ZERO
    early = not from_1904 and days < FIRST_SOUND_DAY
    try:
        moment = zero + timedelta(days=int(early), milliseconds=round(days * DAY_MS))
    except OverflowError:
        return None
    if form == "date" and moment.time() == datetime.min.time():
        return moment.date().isoformat()
    return moment.isoformat(" ", "milliseconds" if moment.microsecond else "seconds")
