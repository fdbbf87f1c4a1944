"""Full dates for roster columns called 1, 2, 3 …: a title, the sheet's or the file's name gives the month."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from etl.times.named_months import MONTH

FEWEST = 7  # days side by side that make a calendar of a row of numbers
_WEEKDAY = r"\s*[(（]?(?:(?:周|星期)?[一二三四五六日天]|mon|tue|wed|thu|fri|sat|sun)?[a-z]*[)）]?"
_DAY = re.compile(rf"(?:(?P<month>\d{{1,2}})(?:月|[-/.]))?(?P<day>\d{{1,2}})[日号]?{_WEEKDAY}")


def is_day(word: str) -> bool:
    """Whether a header word can be a day of a month."""
    return _DAY.fullmatch(word) is not None


def undated(header: tuple[str, ...]) -> bool:
    """Whether so many header words are days that it must be a roster."""
    return sum(map(is_day, header)) >= FEWEST


def dated(header: tuple[str, ...], clues: Iterable[str]) -> tuple[str, ...]:
    """`header` with its days of a month as full dates, when it has a row of them and `clues` name the month.

    Days that begin anew belong to the next month: 26, 27, … 31, 1, 2.
    """
    days = {place: match for place, word in enumerate(header) if (match := _DAY.fullmatch(word))}
    if len(days) < FEWEST:
        return header
    month = next((found for clue in clues if (found := MONTH.search(clue))), None)
    if month is None:
        return header
    year, number = int(month[1]), int(month[2])
    dates: dict[int, str] = {}
    last = 0
    for place, match in days.items():
        day = int(match["day"])
        if match["month"]:
            year, number = year + (int(match["month"]) < number and last > day), int(match["month"])
        elif day <= last:
            year, number = (year + 1, 1) if number == 12 else (year, number + 1)
        try:
            dates[place] = date(year, number, day).isoformat()
        except ValueError:
            continue  # a 31st that this month has not
        last = day
    return tuple(dates.get(place, word) for place, word in enumerate(header))
