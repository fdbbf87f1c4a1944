"""What a page is about, as it stands in the address: ?lang=zh&period=2026-10&team=…&agent=…"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dashboard.words.translate import LANGUAGES
from kpi.scope import Period, PeriodKind, is_within_reach, parse_month, period_of


@dataclass(frozen=True, slots=True)
class Choice:
    """The language, period, team and person chosen; "" for everyone. A team narrows the list of people."""

    lang: str
    period: Period
    team: str = ""
    agent: str = ""


def period_key(period: Period) -> str:
    """A period as it is written in an address: 2026-10-05, 2026-W41, 2026-10, 2026-Q4, 2026, from..to."""
    start = period.start
    if period.is_day:
        return start.isoformat()
    if period.is_week:
        year, week, _ = start.isocalendar()
        return f"{year}-W{week:02d}"
    if period.is_month:
        return period.month
    if period.is_quarter:
        return f"{start.year}-Q{(start.month + 2) // 3}"
    if period.is_year:
        return str(start.year)
    return f"{start.isoformat()}..{period.end.isoformat()}"


def parse_period(text: str) -> Period | None:
    """The period written by `period_key`, None for anything else."""
    for pattern, read in WRITTEN.items():
        if match := re.fullmatch(pattern, text, re.ASCII):
            try:
                period = read(*match.groups())
            except ValueError:  # a month 13, a week 54, a year 0
                return None
            return period if is_within_reach(period) else None
    return None


def _range(first: str, last: str) -> Period:
    start, end = sorted((date.fromisoformat(first), date.fromisoformat(last)))
    return Period(start, end, "range")


WRITTEN: dict[str, Callable[..., Period]] = {
    r"(\d{4})": lambda year: period_of("year", date(int(year), 1, 1)),
    r"(\d{4})-Q([1-4])": lambda year, n: period_of("quarter", date(int(year), 3 * int(n) - 2, 1)),
    r"(\d{4})-(\d\d)": lambda year, month: period_of("month", date(int(year), int(month), 1)),
    r"(\d{4})-W(\d\d)": lambda year, n: period_of("week", date.fromisocalendar(int(year), int(n), 1)),
    r"(\d{4}-\d\d-\d\d)": lambda day: period_of("day", date.fromisoformat(day)),
    r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)": _range,
}


def to_address(choice: Choice) -> dict[str, str]:
    """The query string of a choice, as a dictionary; what is not chosen is left out."""
    entries = {
        "lang": choice.lang,
        "period": period_key(choice.period),
        "team": choice.team,
        "agent": choice.agent,
    }
    return {name: value for name, value in entries.items() if value}


def from_address(params: Mapping[str, str], locale: str | None, latest: Period) -> Choice:
    """The choice that an address asks for; the browser's language and `latest` where it is silent.

    `month` is read as `period` is, so that a hand-typed ?month=2026-10 works.
    """
    lang = params.get("lang", "")
    if lang not in LANGUAGES:
        lang = next((known for known in LANGUAGES if (locale or "").lower().startswith(known)), "en")
    period = parse_period(params.get("period") or params.get("month") or "")
    return Choice(lang, period or latest, params.get("team", ""), params.get("agent", ""))


def periods(kind: PeriodKind, months: Sequence[str]) -> list[Period]:
    """Every period of `kind` that touches one of `months`, the newest first; no days and no ranges."""
    found: set[Period] = set()
    for month in map(parse_month, months):
        day = month.start
        while day <= month.end:
            period = period_of(kind, day)
            found.add(period)
            day = period.end + timedelta(days=1)
    return sorted(found, reverse=True)
