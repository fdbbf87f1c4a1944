"""The month or day that a name gives, of a file, a sheet or a title: 名册2026年10月, 十月, staff_20261015."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

AHEAD = 4  # months: what is named is rather of the past than so far away
MONTH = re.compile(r"(?<!\d)(20\d{2})\s*(?:年|[-/._])?\s*(0?[1-9]|1[0-2])(?!\d)\s*月?")  # with its year
_DAY = re.compile(
    r"(?<!\d)(20\d{2})(?:\s*年\s*|[-/._])(\d{1,2})(?:\s*月\s*|[-/._])(\d{1,2})(?!\d)"
    r"|(?<!\d)(20\d{2})(\d{2})(\d{2})(?!\d)"
)
_YEAR = re.compile(r"(?<!\d)(20\d{2})(?!\d)")
_CHINESE = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBER = re.compile(r"(?<!\d)(0?[1-9]|1[0-2])\s*月(?:份|\s*(\d{1,2})[日号]?)?(?!\d)")
_WORD = re.compile(r"(?<![一二三四五六七八九十])(十[一二]?|[一二三四五六七八九])月")
_NAME = re.compile(
    r"(?<![a-z])(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z])"
)


def named_day(texts: Iterable[str], near: date) -> date | None:
    """The day that the first of `texts` to name one gives, or the first day of the month; None for none.

    A month without a year has that of another text, else the last one that is not far ahead of `near`.
    """
    given = [text for text in texts if text]
    years = [int(match[1]) for text in given if (match := _YEAR.search(text))]
    for text in given:
        try:
            if match := _DAY.search(text):
                return date(*(int(part) for part in match.groups() if part is not None))
            if match := MONTH.search(text):
                return date(int(match[1]), int(match[2]), 1)
            if (found := _without_year(text)) is not None:
                return date(years[0], *found) if years else _likely(*found, near)
        except ValueError:
            continue  # a 31st that this month has not
    return None


def titled(text: str) -> bool:
    """Whether a title is that of a month: 2026年10月人员名册, not a date of printing."""
    return (
        "月" in text and _DAY.search(text) is None and (MONTH.search(text) or _without_year(text)) is not None
    )


def _without_year(text: str) -> tuple[int, int] | None:
    """The month and day that a text gives without a year."""
    if match := _NUMBER.search(text):
        return int(match[1]), int(match[2] or 1)
    if match := _WORD.search(text):
        return _CHINESE.index(match[1]) + 1, 1
    match = _NAME.search(text.lower())
    return (_ENGLISH.index(match[0][:3]) + 1, 1) if match else None


def _likely(month: int, day: int, near: date) -> date:
    """The last such day that lies at most `AHEAD` months after `near`."""
    years = (near.year + 1, near.year, near.year - 1)
    return next(
        date(year, month, day) for year in years if (year - near.year) * 12 + month - near.month <= AHEAD
    )
