"""The ways in which days and clocks are written: what a text looks like, and the format that reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_FULL = f"(?i)(?:{'|'.join(name for name in _MONTHS if name != 'may')})"
_SHORT = f"(?i)(?:{'|'.join(name[:3] for name in _MONTHS)})"
_NUMBERED = {
    spelled: f"-{number:02}-"
    for number, name in enumerate(_MONTHS, start=1)
    for word in (name, name[:3])
    for spelled in (word, word.capitalize(), word.upper())
}

# Patterns over shapes: digits are 9, month names B or b, AM and PM are P.
_CLOCK = (
    r"(?P<before>P ?)?(?P<hour>9{1,2})"
    r"(?:(?P<colon>:99)(?P<second>:99)?(?P<fraction>[.,]9{1,6})?|(?P<word>[时点])(?:9{1,2}分(?:9{1,2}秒)?)?)"
    r"(?P<after> ?P)?"
)
_OFFSET = r"(?P<offset> ?(?:Z|[+-]99(?::?99)?))?(?P<zone> [A-Z]{3,5})?"
_DAY = (
    r"(?P<p1>9{1,4}|[Bb])(?P<s1>[-/. 年]|, ?|\. )?(?P<p2>9{1,2}|[Bb])(?P<s2>[-/. 月]|, ?|\. )?"
    r"(?P<p3>9{1,4})(?P<s3>[日号])?"
)
_COMPACT = r"(?P<run>9{6}|9{8}|9{10}|9{12}|9{14})"
_JOIN = r"(?P<join> - |, ?| ?T ?| |:|)"
_TIME = re.compile(rf"(?:{_COMPACT}|{_DAY})(?:{_JOIN}{_CLOCK}{_OFFSET})?")
_CLOCK_ONLY = re.compile(_CLOCK)
_RUNS = {6: "", 8: "", 10: "%H%M", 12: "%H%M", 14: "%H%M%S"}


@dataclass(frozen=True, slots=True)
class Layout:
    """One way of writing. `day` is the format of the day with {0}, {1}, {2} for its parts as they stand.

    `widths` are the digits of each part ("b" and "B" for names of months), `family` tells layouts apart whose
    days are written differently; of all layouts of a family the order is the same.
    """

    day: str = ""
    join: str = ""
    clock: str = ""
    widths: tuple[str, ...] = ()
    family: str = ""
    offset: bool = False
    zone: bool = False
    run: int = 0

    def format(self, order: str) -> str:
        """The strptime format of the whole text when its day is written in `order`."""
        return self.day.format(*self.parts(order)) + self.join + self.clock

    def parts(self, order: str) -> tuple[str, ...]:
        """The strptime codes of year, month and day, in `order`."""
        if not self.day:
            return ()
        year = "%Y" if "yyyy" in self.family or self.run in (8, 12, 14) else "%y"
        month = next((f"%{width}" for width in self.widths if width in ("b", "B")), "%m")
        codes = {"y": year, "m": month, "d": "%d"}
        return tuple(codes[letter] for letter in order)

    def orders(self) -> tuple[str, ...]:
        """The orders that the day may be written in, as far as widths and names of months tell."""
        if not self.day:
            return ()
        if "年" in self.day or self.run > 8:
            return ("ymd",)
        return tuple(order for order in ("ymd", "dmy", "mdy") if not self.widths or self._allows(order))

    def _allows(self, order: str) -> bool:
        year, month = self.widths[order.index("y")], self.widths[order.index("m")]
        named = any(width in ("b", "B") for width in self.widths)
        long = "9999" in self.widths
        return year == ("9999" if long else "99") and (not named or month in ("b", "B"))


def shapes(clean: pl.Series) -> pl.Series:
    """The shape of each text: "22-Apr-15 3:53 PM" is "99-b-99 9:99 P"."""
    found = clean
    if found.str.contains("[A-Za-z]").any():
        found = found.str.replace_all(_FULL, "B").str.replace_all(_SHORT, "b")
        found = found.str.replace_all("(?i)[AP]M", "P")
    return found.str.replace_all("[0-9]", "9").str.replace_all(r"[ \t\n\r\f]+", " ")


@cache
def layout_of(shape: str) -> Layout | None:
    """The layout of a text of this shape, None when it is no time."""
    if match := _TIME.fullmatch(shape):
        return _timed(match)
    if match := _CLOCK_ONLY.fullmatch(shape):
        clock = _clock(match)
        return Layout(clock=clock, family="clock") if clock else None
    return None


def _timed(match: re.Match[str]) -> Layout | None:
    clock = _clock(match) if match["hour"] else ""
    if clock is None:
        return None
    join = match["join"] or ""
    offset, zone = bool(match["offset"]), bool(match["zone"])
    if match["run"]:
        length = len(match["run"])
        if clock and (length > 8 or not join):
            return None
        return Layout("{0}{1}{2}", join, clock or _RUNS[length], (), f"run{length}", offset, zone, length)
    p1, s1, p2, s2, p3 = (match[name] or "" for name in ("p1", "s1", "p2", "s2", "p3"))
    end = match["s3"] or ""
    if not _sensible(p1, s1, p2, s2, p3, end) or (clock and not join and not end):
        return None
    places = ["yyyy" if part == "9999" else "month" if part in ("b", "B") else "n" for part in (p1, p2, p3)]
    # Clocks of 12 and of 24 hours come from two writers, even in one column: two families.
    family = f"{places[0]}{s1}{places[1]}{s2}{places[2]}{end}{' AM' if '%p' in clock else ''}"
    return Layout(f"{{0}}{s1}{{1}}{s2}{{2}}{end}", join, clock, (p1, p2, p3), family, offset, zone)


def _sensible(p1: str, s1: str, p2: str, s2: str, p3: str, end: str) -> bool:
    names = [part for part in (p1, p2) if part in ("b", "B")]
    if len(names) > 1 or "999" in (p1, p3) or p1 == p3 == "9999":
        return False
    if (s1 == "年") != (s2 == "月") or (end and s1 != "年"):
        return False
    if not names and (s1 not in (s2, "年") or not s1 or s1.startswith((",", " "))):
        return False
    return not (p1 in ("b", "B") and p3 == "9")


def _clock(match: re.Match[str]) -> str | None:
    """The strptime format of the clock in `match`, None when it is no clock."""
    before, after = match["before"] or "", match["after"] or ""
    if before and after:
        return None
    if match["word"]:
        text = match[0][match.start("word") - match.start() :]
        clock = f"%H{match['word']}" + ("%M分" if "分" in text else "") + ("%S秒" if "秒" in text else "")
    else:
        clock = "%H:%M" + (":%S" if match["second"] else "")
        if match["fraction"]:
            clock = f"{clock}{match['fraction'][0]}%f" if match["second"] else ""
    if not clock:
        return None
    half = clock.replace("%H", "%I") if before or after else clock
    return before.replace("P", "%p") + half + after.replace("P", "%p")


def day_parts(clean: pl.Series, layout: Layout) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The three numbers of the day of each text of `layout`'s family, in the order written."""
    numbered = clean
    if "month" in layout.family:
        numbered = clean.str.replace_many(_NUMBERED, leftmost=True)
    found = numbered.str.extract_groups(r"^[^0-9]*([0-9]+)[^0-9]+([0-9]+)[^0-9]+([0-9]+)").struct.unnest()
    parts = [found[name].cast(pl.Int64, strict=False).fill_null(-1).to_numpy() for name in found.columns]
    return parts[0], parts[1], parts[2]


def run_parts(clean: pl.Series, order: str, length: int) -> dict[str, np.ndarray]:
    """Year, month and day of texts that are (or begin with) a run of digits written in `order`."""
    year = 2 if length in (6, 10) else 4
    parts, start = {}, 0
    for letter in order:
        width = year if letter == "y" else 2
        piece = clean.str.slice(start, width).cast(pl.Int64, strict=False)
        parts[letter] = piece.fill_null(-1).to_numpy()
        start += width
    return parts


def clock_seconds(clean: pl.Series) -> np.ndarray:
    """The seconds since midnight of the clock in each text, -1 where there is none."""
    found = clean.str.extract_groups(r"([0-9]{1,2})[:时点]([0-9]{1,2})(?:[:分]([0-9]{1,2}))?").struct.unnest()
    hour, minute, second = (found[name].cast(pl.Int64, strict=False) for name in found.columns)
    afternoon = clean.str.contains(r"(?i)pm").cast(pl.Int64)
    half = clean.str.contains(r"(?i)[ap]m")
    hour = pl.select(pl.when(half).then(hour % 12 + 12 * afternoon).otherwise(hour)).to_series()
    total = hour * 3600 + minute * 60 + second.fill_null(0)
    return total.fill_null(-1).to_numpy()
