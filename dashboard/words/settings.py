"""The settings in words: their names, lists typed line by line, and what a change means for the figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from dashboard.words.translate import Translate
from etl.errors import N_, Problem
from kpi.records import Change

NAMES = {
    "organisation": N_("Organisation"),
    "language": N_("Language"),
    "timezone": N_("Time zone"),
    "shifts": N_("Shifts"),
    "leave": N_("Leave"),
    "leave_codes": N_("Leave on the roster"),
    "off": N_("Days off"),
    "work": N_("Working days"),
}
NO_FIGURE = N_("Saved. No figure changes.")
READ_AGAIN = N_(
    "Saved. Rosters are read so from now on; figures change when those of before are loaded again."
)
ADDED_UP = N_("Saved. Attendance changes where there is such leave.")
SHARED_OUT = N_("Saved. No figure changes; daily shares of monthly numbers do.")


def setting_text(indicator: str, field: str, t: Translate) -> str:
    """What the trail calls a setting: "Shifts 早", "Days off 2027"."""
    first, _, rest = field.partition(".")
    if indicator == "calendar":
        first, rest = rest, first
    return f"{t(NAMES.get(first, first))} {rest}".strip()


def change_row(change: Change, zone: str, t: Translate) -> tuple[str, ...]:
    """A line of the list of changes: when, in the home's zone, who, which setting, before, now."""
    when = f"{change.at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
    name = setting_text(change.indicator, change.field, t)
    return when, change.who, name, change.old_value, change.new_value


def lines_text(entries: Mapping[str, str]) -> str:
    """A list of codes and what each means, a line each."""
    return "\n".join(f"{code} = {said}".rstrip() for code, said in entries.items())


def read_lines(text: str) -> dict[str, str]:
    """The list that was typed: "早 = 08:00-16:00", or "早 08:00-16:00". Problem for a code twice."""
    found: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.replace("＝", "=").splitlines())):
        parts = line.split("=", 1) if "=" in line else line.split(None, 1)
        code, said = parts[0].strip(), parts[1].strip() if len(parts) > 1 else ""
        if not code or code in found:
            raise Problem(
                line,
                N_("“{line}” has no code, or one that stands above."),
                N_("Write every code once."),
                line=line,
            )
        found[code] = said
    return found


def days_text(days: Iterable[object]) -> str:
    """Days and spans of days, a line each."""
    return "\n".join(map(str, days))


def read_days(text: str) -> list[str]:
    """The days and spans that were typed, however they are set apart."""
    return text.replace(",", " ").replace("，", " ").replace("、", " ").split()
